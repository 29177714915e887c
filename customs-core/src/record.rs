//! Due records: what the source system wants to know about, and what goes back to it.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::CustomsQuery;

/// Identifies one record inside a job. Its text form joins the key fields by `/`: `1000/0080001234`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordKey(Arc<str>);

impl RecordKey {
    /// Builds a key from its parts; `/` and `%` inside a part are written `%2F` and `%25`.
    pub fn from_parts<S: AsRef<str>>(parts: impl IntoIterator<Item = S>) -> Self {
        // Most keys are shorter.
        let mut text = String::with_capacity(32);
        for (i, part) in parts.into_iter().enumerate() {
            let part = part.as_ref();
            if i > 0 {
                text.push('/');
            }
            if part.contains(['/', '%']) {
                text.push_str(&part.replace('%', "%25").replace('/', "%2F"));
            } else {
                text.push_str(part);
            }
        }
        Self(text.into())
    }

    /// The parts that [`from_parts`](Self::from_parts) joined.
    pub fn parts(&self) -> impl Iterator<Item = String> + '_ {
        self.0
            .split('/')
            .map(|p| p.replace("%2F", "/").replace("%25", "%"))
    }

    /// The text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for RecordKey {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for RecordKey {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Named raw texts in order: the fields of a row or of a customs record. Names repeat only if the sender repeated them;
/// [`get`](Self::get) returns the first. Serializes as a JSON object.
///
/// All texts stand in one buffer: a record has dozens of them, most of them short.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    text: String,
    /// The name of each field, and where its text ends; it begins where the one before it ends.
    names: Vec<(Arc<str>, usize)>,
}

impl Fields {
    /// No fields.
    pub const fn new() -> Self {
        Self {
            text: String::new(),
            names: Vec::new(),
        }
    }

    /// No fields, with room for so many and for so many bytes of text.
    pub fn with_capacity(fields: usize, bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            names: Vec::with_capacity(fields),
        }
    }

    /// Adds a field at the end.
    pub fn push(&mut self, name: impl Into<Arc<str>>, value: impl AsRef<str>) {
        self.text.push_str(value.as_ref());
        self.names.push((name.into(), self.text.len()));
    }

    /// The first field of that name. Absent and empty are two things.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.names
            .iter()
            .position(|(n, _)| &**n == name)
            .map(|at| self.value(at))
    }

    /// All fields in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.shared().map(|(name, value)| (&**name, value))
    }

    /// All fields in order, with names that are cheap to clone.
    pub(crate) fn shared(&self) -> impl Iterator<Item = (&Arc<str>, &str)> {
        (0..)
            .zip(&self.names)
            .map(|(at, (name, _))| (name, self.value(at)))
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    fn value(&self, at: usize) -> &str {
        let end = |at: usize| self.names.get(at).map_or(0, |(_, end)| *end);
        let start = at.checked_sub(1).map_or(0, end);
        self.text.get(start..end(at)).unwrap_or_default()
    }
}

impl<N: Into<Arc<str>>, V: AsRef<str>> FromIterator<(N, V)> for Fields {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(iter: I) -> Self {
        let mut fields = Self::new();
        fields.extend(iter);
        fields
    }
}

impl<N: Into<Arc<str>>, V: AsRef<str>> Extend<(N, V)> for Fields {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, iter: I) {
        let iter = iter.into_iter();
        self.names.reserve(iter.size_hint().0);
        iter.for_each(|(name, value)| self.push(name, value));
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Fields;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of texts")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Fields::new();
                while let Some((name, value)) = map.next_entry::<String, String>()? {
                    fields.push(name, value);
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

/// Urgent records go first and may use the reserved part of the quota.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// First.
    Urgent,
    /// As usual.
    #[default]
    Normal,
}

/// A record that the source system wants to know about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueRecord {
    /// Identifies it.
    pub key: RecordKey,
    /// What to ask customs.
    pub query: CustomsQuery,
    /// How urgent it is.
    #[serde(default)]
    pub priority: Priority,
    /// Fields of the source that go back with the answer.
    #[serde(default)]
    pub origin: Fields,
    /// What the source holds now, by the sink's column names, where the due list tells it. It wins over our memory.
    #[serde(default)]
    pub current: Option<Fields>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_keeps_its_parts_apart() {
        let key = RecordKey::from_parts(["10/00", "80%2F"]);
        assert_eq!(key.as_str(), "10%2F00/80%252F");
        assert_eq!(key.parts().collect::<Vec<_>>(), ["10/00", "80%2F"]);
    }

    #[test]
    fn fields_go_through_json_in_order() {
        let fields: Fields = [("b", "1"), ("a", "")].into_iter().collect();
        let json = serde_json::to_string(&fields).unwrap();
        assert_eq!(json, r#"{"b":"1","a":""}"#);
        assert_eq!(serde_json::from_str::<Fields>(&json).unwrap(), fields);
        assert_eq!((fields.get("a"), fields.get("c")), (Some(""), None));
    }
}
