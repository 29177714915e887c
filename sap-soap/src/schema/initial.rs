//! The value that a simple type takes when nobody gives one.

use super::{Builtin, Facets, Schema, Simple, SimpleKind, Type};

/// Longer fixed-length values are not made up.
const LONGEST: u32 = 4096;
/// A union of lists of unions is all that can be built.
const MAX_DEPTH: usize = 3;

impl Schema {
    /// The initial value of a type, as ABAP writes it: text empty, NUMC zeros of its length, `0000-00-00`, `00:00:00`,
    /// `0.0`, RAW zeros of its length in base64.
    ///
    /// Where the schema forbids that value (a length, an enumeration, a pattern), it is the simplest one that the schema
    /// allows; `None` when none was found. An `xsd:date` takes `0000-00-00` although XML Schema knows no such day: any
    /// valid date would be stored as one.
    pub fn initial(&self, simple: &Simple) -> Option<String> {
        self.initial_at(simple, "0000-00-00", 0)
    }

    /// Like [`Schema::initial`], but valid in the eyes of any validator: for samples that people fill in.
    pub fn placeholder(&self, simple: &Simple) -> Option<String> {
        self.initial_at(simple, "0001-01-01", 0)
    }

    fn initial_at(&self, simple: &Simple, date: &str, depth: usize) -> Option<String> {
        let facets = &simple.facets;
        let fits = |text: &String| self.check(simple, text).is_ok();
        let shortest = facets.shortest().min(LONGEST) as usize;
        match &simple.kind {
            SimpleKind::Atomic(builtin) => {
                let mut candidates = Vec::new();
                if facets
                    .patterns
                    .iter()
                    .flat_map(|p| &**p)
                    .all(super::Pattern::is_digits)
                    && !facets.patterns.is_empty()
                    && let Some(longest) = facets.longest().filter(|l| *l <= LONGEST)
                {
                    candidates.push("0".repeat(longest as usize));
                }
                candidates.extend(own(*builtin, facets, date));
                candidates.extend(facets.enumeration.iter().take(16).map(|v| v.to_string()));
                candidates.extend(
                    [&facets.min, &facets.max]
                        .into_iter()
                        .flatten()
                        .map(|(bound, _)| bound.to_string()),
                );
                if let Some(found) = candidates.into_iter().find(fits) {
                    return Some(found);
                }
                // ABAP cuts blanks at the end, so that they are initial too.
                [" ", "0", "A"]
                    .into_iter()
                    .map(|c| c.repeat(shortest.max(1)))
                    .find(fits)
                    .or_else(|| self.by_pattern(simple))
            }
            SimpleKind::List(item) => {
                let Type::Simple(item) = self.get(*item) else {
                    return None;
                };
                if depth > MAX_DEPTH {
                    return None;
                }
                let item = if shortest > 0 {
                    self.initial_at(item, date, depth + 1)?
                } else {
                    String::new()
                };
                Some(vec![item; shortest].join(" "))
                    .filter(fits)
                    .or_else(|| first(facets))
            }
            SimpleKind::Union(members) => {
                let of_members = members.iter().filter_map(|id| match self.get(*id) {
                    Type::Simple(member) if depth <= MAX_DEPTH => self.initial_at(member, date, depth + 1),
                    _ => None,
                });
                of_members.into_iter().find(fits).or_else(|| first(facets))
            }
        }
    }

    fn by_pattern(&self, simple: &Simple) -> Option<String> {
        let patterns = simple.facets.patterns.iter().flat_map(|level| &**level);
        patterns
            .flat_map(|pattern| {
                [0, 1, 2, simple.facets.shortest().min(LONGEST)]
                    .into_iter()
                    .map(move |n| (pattern, n))
            })
            .filter_map(|(pattern, repeat)| pattern.example(repeat))
            .find(|text| self.check(simple, text).is_ok())
    }
}

fn first(facets: &Facets) -> Option<String> {
    facets.enumeration.first().map(|v| v.to_string())
}

/// What the type itself would be, most fitting first.
fn own(builtin: Builtin, facets: &Facets, date: &str) -> Vec<String> {
    let all = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect();
    let fixed = facets
        .longest()
        .filter(|l| *l <= 255)
        .or(facets.min_length)
        .unwrap_or(0)
        .min(LONGEST) as usize;
    match builtin {
        Builtin::Any | Builtin::String | Builtin::NormalizedString | Builtin::Token | Builtin::AnyUri => {
            all(&["", "0000-00-00", "00:00:00"])
        }
        Builtin::Language => all(&["en"]),
        Builtin::Name | Builtin::Names => all(&["A"]),
        Builtin::Boolean => all(&["false", "true"]),
        Builtin::Decimal | Builtin::PrecisionDecimal if facets.fraction_digits.is_none_or(|d| d > 0) => {
            all(&["0.0", "0", "1.0", "0.1"])
        }
        Builtin::Float | Builtin::Double => all(&["0", "0.0", "1"]),
        Builtin::DateTime => all(&[
            "0001-01-01T00:00:00Z",
            "0001-01-01T00:00:00",
            "0001-01-01T00:00:00.0Z",
        ]),
        Builtin::Date => vec![date.to_owned(), "0001-01-01".to_owned(), "0001-01-01Z".to_owned()],
        Builtin::Time => all(&["00:00:00", "00:00:00Z"]),
        Builtin::Duration => all(&["P0D", "PT0S", "P0M", "P0Y"]),
        Builtin::GYear => all(&["0001"]),
        Builtin::GYearMonth => all(&["0001-01"]),
        Builtin::GMonthDay => all(&["--01-01"]),
        Builtin::GDay => all(&["---01"]),
        Builtin::GMonth => all(&["--01"]),
        Builtin::HexBinary => vec!["00".repeat(fixed)],
        Builtin::Base64Binary => vec![base64_zeros(fixed)],
        _ => all(&["0", "1", "-1"]),
    }
}

fn base64_zeros(bytes: usize) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(vec![0; bytes])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::schema::Pattern;

    fn initial(builtin: Builtin, facets: Facets) -> String {
        let simple = Simple {
            name: None,
            kind: SimpleKind::Atomic(builtin),
            facets,
            documentation: None,
        };
        Schema::default().initial(&simple).unwrap()
    }

    fn pattern(source: &str) -> Vec<Arc<Vec<Pattern>>> {
        vec![Arc::new(vec![Pattern::new(source.into())])]
    }

    #[test]
    fn as_abap_writes_it() {
        let max = |n| Facets {
            max_length: Some(n),
            ..Facets::default()
        };
        assert_eq!(initial(Builtin::String, max(10)), "");
        assert_eq!(
            initial(
                Builtin::String,
                Facets {
                    patterns: pattern(r"\d*"),
                    ..max(6)
                }
            ),
            "000000"
        );
        assert_eq!(
            initial(
                Builtin::String,
                Facets {
                    patterns: pattern(r"\d\d\d\d-\d\d-\d\d"),
                    ..max(10)
                }
            ),
            "0000-00-00"
        );
        assert_eq!(
            initial(
                Builtin::String,
                Facets {
                    patterns: pattern("..:..:.."),
                    ..max(8)
                }
            ),
            "00:00:00"
        );
        assert_eq!(
            initial(
                Builtin::Date,
                Facets {
                    patterns: pattern("[0-9]{4}-[0-9]{2}-[0-9]{2}"),
                    ..Facets::default()
                }
            ),
            "0000-00-00"
        );
        assert_eq!(initial(Builtin::Time, Facets::default()), "00:00:00");
        assert_eq!(
            initial(
                Builtin::Decimal,
                Facets {
                    fraction_digits: Some(3),
                    ..Facets::default()
                }
            ),
            "0.0"
        );
        assert_eq!(
            initial(
                Builtin::Decimal,
                Facets {
                    fraction_digits: Some(0),
                    ..Facets::default()
                }
            ),
            "0"
        );
        assert_eq!(
            initial(Builtin::Base64Binary, max(16)),
            "AAAAAAAAAAAAAAAAAAAAAA=="
        );
        assert_eq!(initial(Builtin::Base64Binary, Facets::default()), "");
        assert_eq!(initial(Builtin::Int, Facets::default()), "0");
    }

    #[test]
    fn what_the_schema_asks_for_comes_first() {
        let codes = Facets {
            enumeration: Arc::new(vec!["A".into(), "B".into()]),
            ..Facets::default()
        };
        assert_eq!(initial(Builtin::String, codes), "A");
        let blank = Facets {
            min_length: Some(2),
            max_length: Some(4),
            ..Facets::default()
        };
        assert_eq!(initial(Builtin::String, blank.clone()), "  ");
        assert_eq!(initial(Builtin::Token, blank), "00");
        let uuid = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}";
        assert_eq!(
            initial(
                Builtin::Token,
                Facets {
                    patterns: pattern(uuid),
                    ..Facets::default()
                }
            ),
            "00000000-0000"
        );
        let positive = Facets {
            min: Some(("5".into(), true)),
            ..Facets::default()
        };
        assert_eq!(initial(Builtin::Int, positive), "5");
    }
}
