use jiff::civil::Date;

/// The other year in which a cargo may have arrived, when the given one finds nothing.
///
/// `blYy` is the year of *arrival*, and what a company knows is often the year of the B/L or of the planned arrival. The two
/// differ around the turn of the year only. `today` is the day in Korea:
///
/// | today | given | neighbour |
/// |---|---|---|
/// | November or December of year T | T | T + 1: the ship is late, or the manifest came ahead |
/// | November or December of year T | T + 1 | T: the ship is early |
/// | January of year T | T | T − 1: it arrived before the turn |
/// | January of year T | T − 1 | T: it arrived after the turn |
/// | otherwise | | none |
///
/// ```
/// use jiff::civil::date;
/// use unipass_client::neighbour_year;
/// assert_eq!(neighbour_year(2026, date(2026, 12, 30)), Some(2027));
/// assert_eq!(neighbour_year(2026, date(2027, 1, 3)), Some(2027));
/// assert_eq!(neighbour_year(2026, date(2026, 6, 1)), None);
/// ```
pub fn neighbour_year(given: i16, today: Date) -> Option<i16> {
    let this = today.year();
    let (earlier, later) = match today.month() {
        11 | 12 => (this, this + 1),
        1 => (this - 1, this),
        _ => return None,
    };
    if given == earlier {
        Some(later)
    } else if given == later {
        Some(earlier)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn only_the_two_years_around_the_turn_are_neighbours() {
        for day in [
            date(2026, 11, 1),
            date(2026, 12, 31),
            date(2027, 1, 1),
            date(2027, 1, 31),
        ] {
            assert_eq!(neighbour_year(2026, day), Some(2027), "{day}");
            assert_eq!(neighbour_year(2027, day), Some(2026), "{day}");
            assert_eq!(neighbour_year(2025, day), None, "{day}");
            assert_eq!(neighbour_year(2028, day), None, "{day}");
        }
        for day in [date(2026, 10, 31), date(2027, 2, 1), date(2026, 6, 30)] {
            assert_eq!(neighbour_year(day.year(), day), None, "{day}");
        }
    }
}
