//! Descriptions and parameters damaged by chance, always the same chance: nothing panics or hangs, and whatever is encoded
//! is well-formed.
//!
//! `FUZZ_ROUNDS` sets how many are tried (2,000 at each change, many more in the long run); `FUZZ_SEED` where to begin.

use sap_soap::request::{Checks, RequestEncoder};
use sap_soap::wsdl::Wsdl;
use serde_json::{Value, json};

use crate::wsdl_hostile::survive;

const DOCUMENTS: [&[u8]; 2] = [
    include_bytes!("../data/customs.wsdl"),
    include_bytes!("../data/models.wsdl"),
];

/// Pieces of schemas that are worth inserting.
const TOKENS: [&str; 16] = [
    "unbounded",
    " minOccurs=\"9\"",
    " maxOccurs=\"unbounded\"",
    " nillable=\"true\"",
    " mixed=\"true\"",
    " abstract=\"true\"",
    "<xs:choice>",
    "</xs:choice>",
    "<xs:sequence>",
    "</xs:sequence>",
    "<xs:any/>",
    "xs:string",
    "m:Tree",
    "&#0;",
    "4294967295",
    "-1",
];

struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (limit.max(1) as u64)).unwrap()
    }

    fn of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |n| n.parse().unwrap())
}

/// Calls `each` with a number and chances of its own.
fn rounds(mut each: impl FnMut(usize, &mut Chance)) {
    let first = number("FUZZ_SEED", 1);
    for round in first..first + number("FUZZ_ROUNDS", 2000) {
        let mut chance = Chance(round.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        each(usize::try_from(round).unwrap(), &mut chance);
    }
}

#[test]
fn damaged_descriptions_are_survived() {
    rounds(|round, chance| {
        let mut document = DOCUMENTS[round % DOCUMENTS.len()].to_vec();
        for _ in 0..=chance.below(4) {
            damage(&mut document, chance);
        }
        survive(&document);
    });
}

fn damage(document: &mut Vec<u8>, chance: &mut Chance) {
    let at = chance.below(document.len());
    let length = chance.below(60).min(document.len() - at);
    match chance.below(6) {
        0 => document[at] = u8::try_from(chance.below(256)).unwrap(),
        1 => drop(document.drain(at..at + length)),
        // A piece doubled, and one moved elsewhere: names and references change places.
        2 => {
            let piece = document[at..at + length].to_vec();
            document.splice(at..at, piece);
        }
        3 => {
            let piece: Vec<u8> = document.drain(at..at + length).collect();
            let to = chance.below(document.len());
            document.splice(to..to, piece);
        }
        4 => drop(document.splice(at..at, chance.of(&TOKENS).bytes())),
        _ => document[at] = b"<>\"'&/: 09azA"[chance.below(13)],
    }
}

#[test]
fn whatever_is_encoded_is_well_formed() {
    let mut operations = Vec::new();
    for document in DOCUMENTS {
        let wsdl = Wsdl::from_bytes("t.wsdl", document).unwrap();
        for operation in wsdl.operations().filter(|o| o.problem().is_none()) {
            let encoder = RequestEncoder::new(&wsdl, operation).unwrap();
            operations.push((encoder, wsdl.sample(operation).unwrap()));
        }
    }
    let mut written = 0;
    rounds(|round, chance| {
        let (encoder, sample) = &operations[round % operations.len()];
        let mut parameters = sample.clone();
        for _ in 0..=chance.below(3) {
            bend(&mut parameters, chance);
        }
        for checks in [Checks::Strict, Checks::Lenient] {
            let Ok(body) = encoder.clone().checks(checks).encode(&parameters) else {
                continue;
            };
            written += 1;
            well_formed(&body)
                .unwrap_or_else(|e| panic!("{e}: {parameters}\n{}", String::from_utf8_lossy(&body)));
        }
    });
    assert!(written > 0);
}

/// Changes one value, name or number of entries somewhere.
fn bend(value: &mut Value, chance: &mut Chance) {
    match value {
        Value::Object(fields) if !fields.is_empty() && chance.below(4) > 0 => {
            let key = fields.keys().nth(chance.below(fields.len())).unwrap().clone();
            match chance.below(5) {
                0 => drop(fields.remove(&key)),
                1 => {
                    let moved = fields.remove(&key).unwrap();
                    fields.insert(
                        chance.of(&["X", "@x", "$", "a b", "item", "<", ""]).to_owned(),
                        moved,
                    );
                }
                _ => bend(fields.get_mut(&key).unwrap(), chance),
            }
        }
        Value::Array(entries) if !entries.is_empty() && chance.below(4) > 0 => {
            let index = chance.below(entries.len());
            match chance.below(4) {
                0 => entries.push(entries[index].clone()),
                1 => drop(entries.remove(index)),
                _ => bend(&mut entries[index], chance),
            }
        }
        value => {
            *value = match chance.below(9) {
                0 => Value::Null,
                1 => json!(true),
                2 => json!(-1.5e300),
                3 => json!([[value.clone()]]),
                4 => json!({ "$": value.clone(), "@a": "<&\"" }),
                5 => json!("]]>&<\r\n\t\u{1}\u{FFFE}수입"),
                6 => json!("9".repeat(300)),
                7 => json!({}),
                _ => json!([]),
            }
        }
    }
}

fn well_formed(body: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(body).map_err(|e| e.to_string())?;
    let mut reader = quick_xml::NsReader::from_str(text);
    loop {
        match reader.read_resolved_event().map_err(|e| e.to_string())? {
            (_, quick_xml::events::Event::Eof) => return Ok(()),
            (quick_xml::name::ResolveResult::Unknown(prefix), _) => {
                return Err(format!("undeclared prefix {prefix:?}"));
            }
            (_, quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag)) => {
                for attribute in tag.attributes() {
                    let attribute = attribute.map_err(|e| e.to_string())?;
                    attribute
                        .normalized_value(quick_xml::XmlVersion::Explicit1_0)
                        .map_err(|e| e.to_string())?;
                }
            }
            (_, quick_xml::events::Event::Text(text)) => {
                if let Some(bad) = text.chars().find(|c| *c < ' ' && !matches!(c, '\t' | '\n')) {
                    return Err(format!("a bare {bad:?}"));
                }
            }
            _ => {}
        }
    }
}
