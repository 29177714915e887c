//! The bodies of `POST /runs`.

use customs_core::{Ask, Which};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, Visitor};

use crate::problem::Problem;

/// What somebody asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// In the form that users have sent for years: `{"API":[{"Type":"API","Data":["11111"]}]}`.
    Users(Vec<Ask>),
    /// `{"keys":["11111"],"job":"import-cargo","company":"1000"}`.
    Modern(Ask),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Users {
    #[serde(rename = "API")]
    api: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(rename = "Type")]
    kind: String,
    #[serde(rename = "Data")]
    data: Vec<Number>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Modern {
    keys: Vec<Number>,
    job: Option<String>,
    company: Option<String>,
}

/// A number as a text or as a JSON number; a whole one, since `1e3` and `1.0` name no record.
struct Number(String);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Number;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a record's number as a text")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Number, E> {
                Ok(Number(text.to_owned()))
            }
            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Number, E> {
                Ok(Number(number.to_string()))
            }
            fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Number, E> {
                Err(E::custom(format!("{number} is no record's number")))
            }
        }
        deserializer.deserialize_any(Text)
    }
}

/// Reads a body; the reason of a refusal names the place in it.
pub(crate) fn read(bytes: &[u8]) -> Result<Asked, Problem> {
    // Whichever form it has says what is wrong with it.
    #[derive(Deserialize)]
    struct Form {
        #[serde(rename = "API")]
        api: Option<serde::de::IgnoredAny>,
    }
    let form: Form = parse(bytes)?;
    let texts = |numbers: Vec<Number>| numbers.into_iter().map(|n| n.0).collect();
    if form.api.is_some() {
        let users: Users = parse(bytes)?;
        let ask = |entry: Entry| Ask {
            which: Which::Kind(entry.kind),
            numbers: texts(entry.data),
        };
        Ok(Asked::Users(users.api.into_iter().map(ask).collect()))
    } else {
        let Modern { keys, job, company } = parse(bytes)?;
        Ok(Asked::Modern(Ask {
            which: Which::Named { company, job },
            numbers: texts(keys),
        }))
    }
}

fn parse<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let (at, why) = (error.path().to_string(), error.inner().to_string());
        Problem::bad_body(if at == "." { why } else { format!("{at}: {why}") })
    })?;
    json.end()
        .map_err(|e| Problem::bad_body(serde_json::Error::custom(e).to_string()))?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(body: &str) -> String {
        format!("{:?}", read(body.as_bytes()).unwrap_err())
    }

    #[test]
    fn the_users_form_is_read() {
        let body = br#" {"API":[{"Type":"API","Data":["11111","22222",33333]}]} "#;
        let asked = Asked::Users(vec![Ask {
            which: Which::Kind("API".to_owned()),
            numbers: vec!["11111".to_owned(), "22222".to_owned(), "33333".to_owned()],
        }]);
        assert_eq!(read(body).unwrap(), asked);
    }

    #[test]
    fn the_modern_form_is_read() {
        let body = br#"{"keys":["1000/1"],"job":"import-cargo"}"#;
        let asked = Asked::Modern(Ask {
            which: Which::Named {
                company: None,
                job: Some("import-cargo".to_owned()),
            },
            numbers: vec!["1000/1".to_owned()],
        });
        assert_eq!(read(body).unwrap(), asked);
    }

    #[test]
    fn a_bad_body_says_where_and_why() {
        for (body, text) in [
            ("", "EOF while parsing"),
            ("[]", "invalid length 0"),
            (
                "{\"API\":[{\"Type\":\"API\",\"Data\":[\"1\"]}]} x",
                "trailing characters",
            ),
            (r#"{"API":[{"Type":"API"}]}"#, "API[0]: missing field `Data`"),
            (
                r#"{"API":[{"Type":"API","Data":["1",true]}]}"#,
                "API[0].Data[1]: invalid type: boolean",
            ),
            (
                r#"{"API":[{"Type":"API","Data":[1.5]}]}"#,
                "API[0].Data[0]: invalid type: floating point",
            ),
            (
                r#"{"API":[{"Type":"API","Data":[-5]}]}"#,
                "API[0].Data[0]: -5 is no record's number",
            ),
            (
                r#"{"API":{"Type":"API"}}"#,
                "API: invalid type: map, expected a sequence",
            ),
            (r#"{"API":[],"x":1}"#, "x: unknown field `x`"),
            (r#"{"job":"a"}"#, "missing field `keys`"),
            (r#"{"keys":[],"jobs":"a"}"#, "jobs: unknown field `jobs`"),
            ("{\"keys\":[\"\u{0}\"]}", "control character"),
        ] {
            let why = why(body);
            assert!(why.contains(text), "{body}\n found {why}\nwanted {text}");
        }
        assert!(read(b"{\"keys\":[\"\xff\"]}").is_err());
        let deep = format!("{{\"keys\":{}", "[".repeat(100_000));
        assert!(read(deep.as_bytes()).is_err());
    }
}
