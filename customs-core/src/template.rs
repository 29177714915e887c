//! Texts with fields in them: `"{Mblnr|trim}"`, `"{prcsDttm|date}"`, `"{csclPrgsStts|map:stats}"`.
//!
//! A field stands in braces, its filters behind it; `{{` is a brace. Filters, from left to right:
//!
//! | filter | does |
//! |---|---|
//! | `trim` | cuts blanks at both ends |
//! | `upper`, `lower` | changes case |
//! | `digits` | keeps digits only |
//! | `left:n`, `right:n` | keeps the first or last n characters |
//! | `pad:n` | fills up with zeros on the left to n characters (SAP's ALPHA form), if there are only digits |
//! | `unpad` | cuts zeros on the left |
//! | `year`, `date`, `time` | from `20200607150515` or `2020-06-07 15:05:15`: `2020`, `2020-06-07`, `15:05:15`; empty stays empty, and so does an initial date (`0000-00-00`) |
//! | `map:name` | looks the text up in a table of the configuration; a text that is not there is an error |
//! | `default:text` | takes `text` if the field is absent or empty, or the table does not have it |

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Error, ErrorKind, Result};

/// Tables for the filter `map:name`: customs' text to the company's own.
pub type Maps = BTreeMap<String, BTreeMap<String, String>>;

/// A parsed template. Serializes as its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    Field { name: String, filters: Vec<Filter> },
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Filter {
    Trim,
    Upper,
    Lower,
    Digits,
    Left(usize),
    Right(usize),
    Pad(usize),
    Unpad,
    Year,
    Date,
    Time,
    Map(String),
    Default(String),
}

impl Template {
    /// The names of the fields it reads.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|p| match p {
            Part::Field { name, .. } => Some(name.as_str()),
            Part::Literal(_) => None,
        })
    }

    /// The names of the tables it looks into.
    pub fn maps(&self) -> impl Iterator<Item = &str> {
        let filters = self.parts.iter().flat_map(|p| match p {
            Part::Field { filters, .. } => filters.as_slice(),
            Part::Literal(_) => &[],
        });
        filters.filter_map(|f| match f {
            Filter::Map(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// Fills the fields in. `field` returns a field's text, or `None` if there is no such field.
    ///
    /// # Errors
    /// `Mapping`, with the code `missing_field` (no such field, and no default), `unmapped_value` (not in the table, and no
    /// default), or `bad_value` (a date or time that is none).
    pub fn render<'a>(&self, field: impl Fn(&str) -> Option<Cow<'a, str>>, maps: &Maps) -> Result<String> {
        self.fill(|name| field(name), maps).map(Cow::into_owned)
    }

    /// [`render`](Self::render), without a copy where the text stands somewhere as it is.
    pub(crate) fn fill<'a>(
        &'a self,
        field: impl Fn(&str) -> Option<Cow<'a, str>>,
        maps: &'a Maps,
    ) -> Result<Cow<'a, str>> {
        let part = |part: &'a Part| match part {
            Part::Literal(text) => Ok(Cow::Borrowed(text.as_str())),
            Part::Field { name, filters } => fill_field(name, filters, field(name), maps),
        };
        if let [only] = &*self.parts {
            return part(only);
        }
        let mut out = String::new();
        for each in &self.parts {
            out.push_str(&part(each)?);
        }
        Ok(out.into())
    }
}

fn fill_field<'a>(
    name: &str,
    filters: &'a [Filter],
    value: Option<Cow<'a, str>>,
    maps: &'a Maps,
) -> Result<Cow<'a, str>> {
    let missing = |code: &'static str, text: String| Error::new(ErrorKind::Mapping, text).code(code);
    // A missing value or an unmapped text is an error only if no default follows.
    let mut value = value.ok_or_else(|| missing("missing_field", format!("there is no field `{name}`")));
    for filter in filters {
        value = match (value, filter) {
            (Ok(text), Filter::Default(default)) if text.trim().is_empty() => Ok(default.into()),
            (Ok(text), Filter::Default(_)) => Ok(text),
            (Err(_), Filter::Default(default)) => Ok(default.into()),
            (Err(error), _) => Err(error),
            (Ok(Cow::Borrowed(text)), Filter::Trim) => Ok(text.trim().into()),
            (Ok(text), Filter::Map(table)) => match maps.get(table).and_then(|t| t.get(text.trim())) {
                Some(mapped) => Ok(mapped.into()),
                None => Err(missing(
                    "unmapped_value",
                    format!("`{name}` is {text:?}, which is not in [map.{table}]"),
                )),
            },
            (Ok(text), filter) => match apply(filter, &text) {
                Some(applied) => Ok(applied.into()),
                None => {
                    let what = if *filter == Filter::Time { "time" } else { "date" };
                    Err(missing(
                        "bad_value",
                        format!("`{name}` is {text:?}, which holds no {what}"),
                    ))
                }
            },
        };
    }
    value
}

/// Applies a filter that looks at nothing but its text; `None` if the text is no date or time.
fn apply(filter: &Filter, text: &str) -> Option<String> {
    Some(match filter {
        Filter::Trim => text.trim().to_owned(),
        Filter::Upper => text.to_uppercase(),
        Filter::Lower => text.to_lowercase(),
        Filter::Digits => text.chars().filter(char::is_ascii_digit).collect(),
        Filter::Left(n) => text.chars().take(*n).collect(),
        Filter::Right(n) => {
            let skip = text.chars().count().saturating_sub(*n);
            text.chars().skip(skip).collect()
        }
        Filter::Pad(n) if !text.is_empty() && text.chars().all(|c| c.is_ascii_digit()) => {
            format!("{text:0>n$}")
        }
        Filter::Pad(_) => text.to_owned(),
        Filter::Unpad => text.trim_start_matches('0').to_owned(),
        Filter::Year | Filter::Date | Filter::Time if text.trim().is_empty() => String::new(),
        Filter::Year | Filter::Date if date_digits(text)?.starts_with("00000000") => String::new(),
        Filter::Year => date_digits(text)?[..4].to_owned(),
        Filter::Date => {
            let d = date_digits(text)?;
            format!("{}-{}-{}", &d[..4], &d[4..6], &d[6..8])
        }
        Filter::Time => {
            let d = time_digits(text)?;
            format!("{}:{}:{}", &d[..2], &d[2..4], &d[4..6])
        }
        // The caller has dealt with these.
        Filter::Map(_) | Filter::Default(_) => text.to_owned(),
    })
}

fn digits(text: &str) -> Option<String> {
    let known = text
        .trim()
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '-' | ':' | '.' | ' ' | 'T' | '/'));
    known.then(|| {
        let mut digits = String::with_capacity(text.len());
        digits.extend(text.chars().filter(char::is_ascii_digit));
        digits
    })
}

fn date_digits(text: &str) -> Option<String> {
    digits(text).filter(|d| d.len() >= 8)
}

fn time_digits(text: &str) -> Option<String> {
    let d = digits(text)?;
    match d.len() {
        4 => Some(format!("{d}00")),
        6 => Some(d),
        12 => Some(format!("{}00", &d[8..])),
        n if n >= 14 => Some(d[8..14].to_owned()),
        _ => None,
    }
}

impl FromStr for Template {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            literal.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                literal.push_str(brace);
                rest = after;
            } else if brace == "}" {
                return Err(format!(
                    "a closing brace without an opening one in {text:?} (a brace itself is written twice)"
                ));
            } else {
                let end = rest
                    .find('}')
                    .ok_or_else(|| format!("a brace is not closed in {text:?}"))?;
                if !literal.is_empty() {
                    parts.push(Part::Literal(std::mem::take(&mut literal)));
                }
                parts.push(parse_field(&rest[..end])?);
                rest = &rest[end + 1..];
            }
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        Ok(Self {
            text: text.to_owned(),
            parts,
        })
    }
}

fn parse_field(text: &str) -> Result<Part, String> {
    let mut pieces = text.split('|');
    let name = pieces.next().unwrap_or_default().trim().to_owned();
    if name.is_empty() {
        return Err("a pair of braces without a field name".to_owned());
    }
    Ok(Part::Field {
        name,
        filters: pieces.map(|p| parse_filter(p.trim())).collect::<Result<_, _>>()?,
    })
}

fn parse_filter(text: &str) -> Result<Filter, String> {
    let (name, argument) = text
        .split_once(':')
        .map_or((text, None), |(n, a)| (n.trim(), Some(a.trim())));
    let number = || {
        argument
            .and_then(|a| a.parse::<usize>().ok())
            .filter(|n| *n <= 1000)
            .ok_or_else(|| format!("the filter `{name}` takes a number up to 1000, as in `{name}:10`"))
    };
    let word = || {
        argument
            .map(str::to_owned)
            .ok_or_else(|| format!("the filter `{name}` takes a word, as in `{name}:x`"))
    };
    let filter = match name {
        "left" => return Ok(Filter::Left(number()?)),
        "right" => return Ok(Filter::Right(number()?)),
        "pad" => return Ok(Filter::Pad(number()?)),
        "map" => return Ok(Filter::Map(word()?)),
        "default" => return Ok(Filter::Default(word()?)),
        "trim" => Filter::Trim,
        "upper" => Filter::Upper,
        "lower" => Filter::Lower,
        "digits" => Filter::Digits,
        "unpad" => Filter::Unpad,
        "year" => Filter::Year,
        "date" => Filter::Date,
        "time" => Filter::Time,
        _ => {
            return Err(format!(
                "there is no filter `{name}`; there are trim, upper, lower, digits, left, right, pad, unpad, year, date, \
                 time, map and default"
            ));
        }
    };
    match argument {
        None => Ok(filter),
        Some(_) => Err(format!("the filter `{name}` takes nothing behind it")),
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Template {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(template: &str, value: Option<&str>) -> Result<String, String> {
        let maps = Maps::from([(
            "stats".to_owned(),
            BTreeMap::from([("수입신고수리".to_owned(), "50".to_owned())]),
        )]);
        let template: Template = template.parse()?;
        template
            .render(|name| (name == "x").then_some(value?.into()), &maps)
            .map_err(|e| e.get_code().to_owned())
    }

    #[test]
    fn fields_and_filters() {
        for (template, value, expected) in [
            ("{x}", " a ", " a "),
            ("{x|trim|upper}-{{{x|trim}}}", " a ", "A-{a}"),
            ("{x|left:2}{x|right:2}", "가나다라", "가나다라"),
            ("{x|pad:10}", "80001234", "0080001234"),
            ("{x|pad:10}", "80A", "80A"),
            ("{x|unpad}", "0080001234", "80001234"),
            ("{x|digits|left:4}", "20-26-11", "2026"),
            ("{x|date} {x|time}", "20200607150515", "2020-06-07 15:05:15"),
            ("{x|date} {x|time}", "2020-06-07 15:05:15", "2020-06-07 15:05:15"),
            ("{x|time}", "202006071505", "15:05:00"),
            ("{x|time}", "150515", "15:05:15"),
            ("{x|year}", "2024-05-17", "2024"),
            ("{x|date}{x|time}", "", ""),
            ("{x|date}{x|year}", "0000-00-00", ""),
            ("{x|map:stats}", "수입신고수리 ", "50"),
            ("{x|map:stats|default:99}", "통관중", "99"),
            ("{y|default:-}", "", "-"),
            ("plain", "", "plain"),
        ] {
            assert_eq!(
                render(template, Some(value)).as_deref(),
                Ok(expected),
                "{template} on {value:?}"
            );
        }
    }

    #[test]
    fn what_cannot_be_mapped_is_an_error_of_its_own() {
        assert_eq!(render("{y}", Some("")), Err("missing_field".into()));
        assert_eq!(
            render("{x|map:stats}", Some("통관중")),
            Err("unmapped_value".into())
        );
        assert_eq!(
            render("{x|map:nope}", Some("통관중")),
            Err("unmapped_value".into())
        );
        assert_eq!(
            render("{x|date}", Some("(도)03911095 동방창")),
            Err("bad_value".into())
        );
        assert_eq!(render("{x|time}", Some("20200607")), Err("bad_value".into()));
    }

    #[test]
    fn a_bad_template_says_what_is_wrong() {
        for bad in [
            "{x",
            "x}",
            "{}",
            "{x|nope}",
            "{x|left}",
            "{x|left:x}",
            "{x|trim:1}",
            "{x|pad:99999}",
        ] {
            assert!(bad.parse::<Template>().is_err(), "{bad}");
        }
        let template: Template = "{a|map:m}{b}".parse().unwrap();
        assert_eq!(template.fields().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(template.maps().collect::<Vec<_>>(), ["m"]);
        assert_eq!(serde_json::to_string(&template).unwrap(), r#""{a|map:m}{b}""#);
    }
}
