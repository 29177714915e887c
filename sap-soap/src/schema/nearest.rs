/// Names longer than this are not compared: the work grows with the product of the lengths.
const LONGEST: usize = 128;

/// The most similar of the known names, if any is similar enough to be what was meant.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST {
        return None;
    }
    let wanted = name.to_lowercase();
    known
        .filter(|k| k.len() <= LONGEST)
        .map(|k| (strsim::osa_distance(&wanted, &k.to_lowercase()), k))
        .filter(|(distance, k)| *distance <= (name.len().max(k.len()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, k)| k)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_finds_its_name_and_nonsense_finds_none() {
        let known = ["Vbeln", "Posnr", "Matnr"];
        assert_eq!(nearest("VBELN", known.into_iter()), Some("Vbeln"));
        assert_eq!(nearest("Vblen", known.into_iter()), Some("Vbeln"));
        assert_eq!(nearest("Customer", known.into_iter()), None);
    }
}
