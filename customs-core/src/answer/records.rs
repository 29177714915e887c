use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::Fields;

/// The records of an answer, detail rows included, in order: of each its element's wire name and its fields, raw texts by wire
/// name. Serializes as a list of `{"element","fields":{…}}`. `Debug` shows no values: some services answer about persons.
///
/// An answer holds a hundred fields and more, under a few dozen names: the texts stand in one buffer, and fields share the names.
///
/// ```
/// use customs_core::Records;
///
/// let mut records = Records::new();
/// records.push("cargCsclPrgsInfoQryVo", [("cargMtNo", "00ANLU083N59007001"), ("csclPrgsStts", "수입신고수리")]);
/// let record = records.iter().next().unwrap();
/// assert_eq!((record.element(), record.get("csclPrgsStts")), ("cargCsclPrgsInfoQryVo", Some("수입신고수리")));
/// ```
#[derive(Clone, Default)]
pub struct Records {
    text: String,
    names: Vec<Arc<str>>,
    fields: Vec<Field>,
    /// The element's name of each record, and where its fields end.
    records: Vec<(u32, usize)>,
}

/// A field: the number of its name, and where its text begins and ends.
#[derive(Debug, Clone, Copy)]
struct Field {
    name: u32,
    start: u32,
    end: u32,
}

impl Records {
    /// None.
    pub const fn new() -> Self {
        Self {
            text: String::new(),
            names: Vec::new(),
            fields: Vec::new(),
            records: Vec::new(),
        }
    }

    /// None yet: records whose texts stand in `text`, with room for so many of them, and for so many fields of them all.
    pub fn over(text: String, records: usize, fields: usize) -> Self {
        Self {
            text,
            names: Vec::new(),
            fields: Vec::with_capacity(fields),
            records: Vec::with_capacity(records),
        }
    }

    /// Adds a record at the end.
    pub fn push<N: AsRef<str>, V: AsRef<str>>(
        &mut self,
        element: &str,
        fields: impl IntoIterator<Item = (N, V)>,
    ) {
        let element = self.number(element);
        self.begin(element);
        for (name, value) in fields {
            let (name, start) = (self.number(name.as_ref()), self.text.len());
            self.text.push_str(value.as_ref());
            self.add(name, start..self.text.len());
        }
    }

    /// Adds a name, for [`begin`](Self::begin) and [`add`](Self::add); gives its number. For who knows that it is a new one:
    /// [`push`](Self::push) looks whether it is there.
    pub fn name(&mut self, name: impl Into<Arc<str>>) -> u32 {
        let number = self.names.len();
        self.names.push(name.into());
        // Before there are so many, memory is full.
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    /// Begins a record of an element, given by the number of its name; a number that no name has stands for an empty one.
    pub fn begin(&mut self, element: u32) {
        self.records.push((element, self.fields.len()));
    }

    /// Adds a field to the record that was begun last; its value stands at this place in the text that
    /// [`over`](Self::over) was given. A place that is none reads as empty. Nothing happens before a record was begun.
    pub fn add(&mut self, name: u32, place: Range<usize>) {
        let Some((_, fields_end)) = self.records.last_mut() else {
            return;
        };
        let at = |place| u32::try_from(place).unwrap_or(u32::MAX);
        self.fields.push(Field {
            name,
            start: at(place.start),
            end: at(place.end),
        });
        *fields_end = self.fields.len();
    }

    /// The number of a name. An answer has few names; of many, those that come late are kept more than once.
    fn number(&mut self, name: &str) -> u32 {
        const SEARCHED: usize = 64;
        match (0..)
            .zip(&self.names)
            .take(SEARCHED)
            .find(|(_, known)| &***known == name)
        {
            Some((number, _)) => number,
            None => self.name(name),
        }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Record<'_>> {
        (0..self.records.len()).map(|at| Record { of: self, at })
    }

    /// The first field of this name, of whichever record.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.find(name, 0, self.fields.len())
    }

    fn find(&self, name: &str, start: usize, end: usize) -> Option<&str> {
        let fields = self.fields.get(start..end)?;
        let named = (0..).zip(&self.names).filter(|(_, known)| &***known == name);
        // Numbers are compared faster than names; a name hardly ever has two.
        let places = named.filter_map(|(number, _)| fields.iter().position(|field| field.name == number));
        places.min().map(|place| self.value(start + place))
    }

    fn name_of(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", |name| name)
    }

    fn value(&self, field: usize) -> &str {
        let text = |field: &Field| self.text.get(field.start as usize..field.end as usize);
        self.fields.get(field).and_then(text).unwrap_or_default()
    }
}

impl PartialEq for Records {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Records {}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Serialize for Records {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Records {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        struct Owned {
            element: String,
            fields: Fields,
        }
        let all: Vec<Owned> = Deserialize::deserialize(deserializer)?;
        let mut records = Self::new();
        for Owned { element, fields } in all {
            records.push(&element, fields.iter());
        }
        Ok(records)
    }
}

/// One record of an answer.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    of: &'a Records,
    at: usize,
}

impl<'a> Record<'a> {
    /// The element's wire name.
    pub fn element(self) -> &'a str {
        let element = self.of.records.get(self.at).map(|(element, _)| *element);
        element.map_or("", |element| self.of.name_of(element))
    }

    /// The raw text of the first field of this name. Absent and empty are two things.
    pub fn get(self, name: &str) -> Option<&'a str> {
        let (start, end) = self.span();
        self.of.find(name, start, end)
    }

    /// Names and raw texts, in order; a name comes twice only if customs sent it twice.
    pub fn fields(self) -> impl ExactSizeIterator<Item = (&'a str, &'a str)> {
        let (start, end) = self.span();
        let Self { of, .. } = self;
        (start..end).map(move |at| {
            let name = of.fields.get(at).map_or("", |field| of.name_of(field.name));
            (name, of.value(at))
        })
    }

    /// Where its fields begin and end.
    fn span(self) -> (usize, usize) {
        let end = |at: usize| self.of.records.get(at).map_or(0, |(_, end)| *end);
        (self.at.checked_sub(1).map_or(0, end), end(self.at))
    }
}

impl PartialEq for Record<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.element() == other.element() && self.fields().eq(other.fields())
    }
}

impl Eq for Record<'_> {}

impl fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Record({}, {} fields)", self.element(), self.fields().len())
    }
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Map<'a>(Record<'a>);
        impl Serialize for Map<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(self.0.fields())
            }
        }
        let mut record = serializer.serialize_struct("Record", 2)?;
        record.serialize_field("element", self.element())?;
        record.serialize_field("fields", &Map(*self))?;
        record.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records() -> Records {
        let mut records = Records::new();
        records.push("Vo", [("no", "1"), ("state", ""), ("no", "2")]);
        records.push("Empty", std::iter::empty::<(&str, &str)>());
        records.push("DtlVo", [("state", "\u{d1b5}\u{ad00}"), ("no", "3")]);
        records
    }

    #[test]
    fn each_record_has_its_own_fields() {
        let records = records();
        let told: Vec<(&str, Vec<(&str, &str)>)> = records
            .iter()
            .map(|r| (r.element(), r.fields().collect()))
            .collect();
        let expected = [
            ("Vo", vec![("no", "1"), ("state", ""), ("no", "2")]),
            ("Empty", vec![]),
            ("DtlVo", vec![("state", "\u{d1b5}\u{ad00}"), ("no", "3")]),
        ];
        assert_eq!(told, expected);
        let state: Vec<_> = records.iter().map(|r| r.get("state")).collect();
        assert_eq!(state, [Some(""), None, Some("\u{d1b5}\u{ad00}")]);
        assert_eq!((records.field("no"), records.field("none")), (Some("1"), None));
    }

    #[test]
    fn a_name_may_have_two_numbers() {
        let mut records = Records::over("12".to_owned(), 1, 2);
        let (element, first, second) = (records.name("Vo"), records.name("a"), records.name("a"));
        records.begin(element);
        records.add(second, 0..1);
        records.add(first, 1..2);
        assert_eq!(records.field("a"), Some("1"));
        let mut same = Records::new();
        same.push("Vo", [("a", "1"), ("a", "2")]);
        assert_eq!(records, same);
    }

    #[test]
    fn a_place_outside_the_text_reads_as_empty() {
        let mut records = Records::over("한".to_owned(), 1, 3);
        let (element, name) = (records.name("Vo"), records.name("a"));
        records.add(name, 0..3);
        records.begin(element);
        for place in [1..3, 0..4, usize::MAX..usize::MAX] {
            records.add(name, place);
        }
        let told: Vec<_> = records.iter().flat_map(Record::fields).collect();
        assert_eq!(told, [("a", ""); 3]);
    }

    #[test]
    fn records_go_through_json_in_order() {
        let mut records = Records::new();
        records.push("Vo", [("b", "1"), ("a", "")]);
        let json = serde_json::to_string(&records).unwrap();
        assert_eq!(json, r#"[{"element":"Vo","fields":{"b":"1","a":""}}]"#);
        assert_eq!(serde_json::from_str::<Records>(&json).unwrap(), records);
    }

    #[test]
    fn debug_shows_no_value() {
        let mut records = Records::new();
        records.push("Vo", [("pltxNm", "canary")]);
        assert_eq!(format!("{records:?}"), "[Record(Vo, 1 fields)]");
    }
}
