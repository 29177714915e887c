//! Does a text fit a simple type?

use std::cmp::Ordering;

use super::lexical::{self, Decimal};
use super::{Builtin, Facets, Schema, Simple, SimpleKind, Type};

/// A union of lists of unions is all that can be built; below, everything fits.
const MAX_DEPTH: usize = 3;

/// What does not fit: `11 characters`, expected `at most 10`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mismatch {
    /// What the text is.
    pub found: String,
    /// What the type asks for.
    pub expected: String,
}

impl Schema {
    /// Does the text fit the type? Dates and times take ABAP's initial values (`0000-00-00`) too, which XML Schema's own
    /// types refuse.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn check(&self, simple: &Simple, text: &str) -> Result<(), Mismatch> {
        self.check_at(simple, text, 0)
    }

    fn check_at(&self, simple: &Simple, text: &str, depth: usize) -> Result<(), Mismatch> {
        let facets = &simple.facets;
        let collapse = match facets.white_space.as_deref() {
            Some("collapse") => true,
            Some(_) => false,
            None => !matches!(simple.kind, SimpleKind::Atomic(builtin) if builtin.keeps_blanks()),
        };
        let text = if collapse {
            text.trim_matches(is_blank)
        } else {
            text
        };
        match &simple.kind {
            SimpleKind::Atomic(builtin) => {
                if let Some(expected) = lexical::expected(*builtin, text) {
                    return Err(mismatch(quote(text), expected));
                }
                check_length(facets, || length(*builtin, text), unit(*builtin), text.len())?;
                check_number(facets, *builtin, text)?;
            }
            SimpleKind::List(item) => {
                let mut count = 0;
                for part in text.split(is_blank).filter(|p| !p.is_empty()) {
                    count += 1;
                    if let (Type::Simple(item), true) = (self.get(*item), depth < MAX_DEPTH) {
                        self.check_at(item, part, depth + 1)?;
                    }
                }
                check_length(facets, || count, "entries", usize::MAX)?;
            }
            SimpleKind::Union(members) => {
                let fits = |id: &super::TypeId| match self.get(*id) {
                    Type::Simple(member) => {
                        depth >= MAX_DEPTH || self.check_at(member, text, depth + 1).is_ok()
                    }
                    _ => true,
                };
                if !members.is_empty() && !members.iter().any(fits) {
                    return Err(mismatch(quote(text), "a value of one of the union's types"));
                }
            }
        }
        for level in &facets.patterns {
            if !level.iter().any(|pattern| pattern.matches(text)) {
                let patterns: Vec<&str> = level.iter().map(super::Pattern::as_str).collect();
                return Err(mismatch(
                    quote(text),
                    format!("the pattern {}", patterns.join(" or ")),
                ));
            }
        }
        if !facets.enumeration.is_empty() && !facets.enumeration.iter().any(|value| &**value == text) {
            let shown: Vec<String> = facets.enumeration.iter().take(8).map(|v| quote(v)).collect();
            let more = if facets.enumeration.len() > shown.len() {
                ", …"
            } else {
                ""
            };
            return Err(mismatch(
                quote(text),
                format!("one of {}{more}", shown.join(", ")),
            ));
        }
        Ok(())
    }
}

fn mismatch(found: impl Into<String>, expected: impl Into<String>) -> Mismatch {
    Mismatch {
        found: found.into(),
        expected: expected.into(),
    }
}

/// `at_most`: an upper bound of the length that is known without counting.
fn check_length(
    facets: &Facets,
    count: impl Fn() -> usize,
    unit: &str,
    at_most: usize,
) -> Result<(), Mismatch> {
    let (exact, min, max) = (facets.length, facets.min_length, facets.max_length);
    if exact.is_none() && min.is_none_or(|m| m == 0) && max.is_none_or(|m| at_most <= m as usize) {
        return Ok(());
    }
    let count = count();
    let expected = match (exact, min, max) {
        (Some(exact), _, _) if count != exact as usize => format!("exactly {exact}"),
        (_, _, Some(max)) if count > max as usize => format!("at most {max}"),
        (_, Some(min), _) if count < min as usize => format!("at least {min}"),
        _ => return Ok(()),
    };
    Err(mismatch(format!("{count} {unit}"), expected))
}

fn check_number(facets: &Facets, builtin: Builtin, text: &str) -> Result<(), Mismatch> {
    if facets.total_digits.is_none()
        && facets.fraction_digits.is_none()
        && facets.min.is_none()
        && facets.max.is_none()
    {
        return Ok(());
    }
    if let Some(number) = Decimal::parse(text) {
        let (whole, fraction) = (number.whole.len(), number.fraction.len());
        if let Some(max) = facets.fraction_digits
            && fraction > max as usize
        {
            return Err(mismatch(format!("{fraction} decimals"), format!("at most {max}")));
        }
        if let Some(max) = facets.total_digits
            && whole + fraction > max as usize
        {
            return Err(mismatch(
                format!("{} digits", whole + fraction),
                format!("at most {max}"),
            ));
        }
    }
    let compared = |bound: &str| lexical::compare(builtin, text, bound);
    if let Some((bound, inclusive)) = &facets.min
        && matches!(
            (compared(bound), inclusive),
            (Some(Ordering::Less), _) | (Some(Ordering::Equal), false)
        )
    {
        return Err(mismatch(
            quote(text),
            format!("{} {bound}", if *inclusive { "at least" } else { "more than" }),
        ));
    }
    if let Some((bound, inclusive)) = &facets.max
        && matches!(
            (compared(bound), inclusive),
            (Some(Ordering::Greater), _) | (Some(Ordering::Equal), false)
        )
    {
        return Err(mismatch(
            quote(text),
            format!("{} {bound}", if *inclusive { "at most" } else { "less than" }),
        ));
    }
    Ok(())
}

fn length(builtin: Builtin, text: &str) -> usize {
    match builtin {
        Builtin::HexBinary => text.len() / 2,
        Builtin::Base64Binary => {
            let data = text
                .bytes()
                .filter(|b| !b.is_ascii_whitespace() && *b != b'=')
                .count();
            data * 3 / 4
        }
        Builtin::Names => text.split(is_blank).filter(|p| !p.is_empty()).count(),
        _ => text.chars().count(),
    }
}

fn unit(builtin: Builtin) -> &'static str {
    match builtin {
        Builtin::HexBinary | Builtin::Base64Binary => "bytes",
        Builtin::Names => "entries",
        _ => "characters",
    }
}

/// Values may be long or personal: only their beginning is shown.
fn quote(text: &str) -> String {
    const SHOWN: usize = 40;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::schema::Pattern;

    fn check(builtin: Builtin, facets: Facets, text: &str) -> Result<(), String> {
        let simple = Simple {
            name: None,
            kind: SimpleKind::Atomic(builtin),
            facets,
            documentation: None,
        };
        Schema::default()
            .check(&simple, text)
            .map_err(|m| format!("{}, {}", m.found, m.expected))
    }

    #[test]
    fn lengths_count_characters_and_bytes() {
        let ten = || Facets {
            max_length: Some(10),
            ..Facets::default()
        };
        assert_eq!(check(Builtin::String, ten(), "ÄÖÜäöüßÄÖÜ"), Ok(()));
        assert_eq!(
            check(Builtin::String, ten(), "12345678901").unwrap_err(),
            "11 characters, at most 10"
        );
        assert_eq!(
            check(Builtin::Base64Binary, ten(), "AAAAAAAAAAAAAAAAAAAAAA==").unwrap_err(),
            "16 bytes, at most 10"
        );
        let two = Facets {
            length: Some(2),
            ..Facets::default()
        };
        assert_eq!(
            check(Builtin::HexBinary, two, "00").unwrap_err(),
            "1 bytes, exactly 2"
        );
    }

    #[test]
    fn digits_do_not_count_zeros_at_the_ends() {
        let quantum = || Facets {
            total_digits: Some(5),
            fraction_digits: Some(2),
            ..Facets::default()
        };
        assert_eq!(check(Builtin::Decimal, quantum(), "-00123.4500"), Ok(()));
        assert_eq!(
            check(Builtin::Decimal, quantum(), "1.234").unwrap_err(),
            "3 decimals, at most 2"
        );
        assert_eq!(
            check(Builtin::Decimal, quantum(), "123456").unwrap_err(),
            "6 digits, at most 5"
        );
        assert_eq!(
            check(Builtin::Decimal, quantum(), "12.5-").unwrap_err(),
            "\"12.5-\", a decimal number"
        );
    }

    #[test]
    fn ranges_patterns_and_enumerations() {
        let range = || Facets {
            min: Some(("0".into(), true)),
            max: Some(("10".into(), false)),
            ..Facets::default()
        };
        assert_eq!(check(Builtin::Decimal, range(), "9.99"), Ok(()));
        assert_eq!(
            check(Builtin::Decimal, range(), "10.0").unwrap_err(),
            "\"10.0\", less than 10"
        );
        assert_eq!(
            check(Builtin::Decimal, range(), "-1").unwrap_err(),
            "\"-1\", at least 0"
        );
        let digits = Facets {
            patterns: vec![Arc::new(vec![Pattern::new(r"\d*".into())])],
            ..Facets::default()
        };
        assert_eq!(
            check(Builtin::String, digits, "1x").unwrap_err(),
            r#""1x", the pattern \d*"#
        );
        let codes = Facets {
            enumeration: Arc::new(vec!["A".into(), "B".into()]),
            ..Facets::default()
        };
        assert_eq!(
            check(Builtin::String, codes, "C").unwrap_err(),
            r#""C", one of "A", "B""#
        );
    }
}
