//! The fuzz targets without a fuzzer: over the kept corpus, and over damage at random, always the same random.
//!
//! `FUZZ_ROUNDS` sets how much is damaged (2,000 rounds a target at each change); `FUZZ_SEED` where to begin. `cargo fuzz` drives the
//! same targets guided by coverage: see CONTRIBUTING.md.

use std::path::Path;

use sap_soap::wsdl::Wsdl;
use serde_json::{Value, json};

#[path = "../fuzz/targets.rs"]
pub(crate) mod targets;

/// Pieces of XML and of schemas that are worth inserting.
const TOKENS: [&str; 45] = [
    "<",
    ">",
    "/>",
    "</",
    "&",
    ";",
    "&#",
    "&#0;",
    "&#x110000;",
    "&lt;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?",
    "?>",
    "<!DOCTYPE a [",
    "\"",
    "'",
    " xmlns=\"\"",
    "=",
    "\r",
    "\0",
    "<item>",
    "\u{fffe}",
    "unbounded",
    " minOccurs=\"9\"",
    " maxOccurs=\"unbounded\"",
    " nillable=\"true\"",
    " mixed=\"true\"",
    " abstract=\"true\"",
    " base=\"d:Place\"",
    " xsi:type=\"d:Port\"",
    " substitutionGroup=\"c:Shape\"",
    "<xs:choice>",
    "</xs:choice>",
    "<xs:sequence>",
    "</xs:sequence>",
    "<xs:any/>",
    "xs:string",
    "m:Tree",
    "4294967295",
    "-1",
    "{",
    "\\u0000",
];

struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % (limit.max(1) as u64)).unwrap()
    }

    fn of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }

    /// Damages bytes somewhere.
    fn bend(&mut self, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let at = self.below(bytes.len() + 1);
        let to = (at + self.below(60)).min(bytes.len());
        match self.below(8) {
            0 if at < bytes.len() => bytes[at] = self.next().to_le_bytes()[0],
            1 => drop(bytes.drain(at..to)),
            2 => {
                let copy = bytes[at..to].to_vec();
                let place = self.below(bytes.len() + 1);
                bytes.splice(place..place, copy);
            }
            3 => {
                let piece: Vec<u8> = bytes.drain(at..to).collect();
                let place = self.below(bytes.len() + 1);
                bytes.splice(place..place, piece);
            }
            4 if self.below(4) == 0 => bytes.truncate(at),
            5 => {
                let other = &seeds[self.below(seeds.len())];
                let from = self.below(other.len());
                let end = (from + self.below(80)).min(other.len());
                bytes.splice(at..at, other[from..end].iter().copied());
            }
            _ => drop(bytes.splice(at..at, self.of(&TOKENS).bytes())),
        }
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

/// The kept corpus of a target.
fn kept(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fuzz")
        .join(target);
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= 5, "{}: {files:?}", folder.display());
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

/// All that descriptions are damaged from.
fn descriptions() -> Vec<Vec<u8>> {
    let own = targets::DESCRIPTIONS.iter().map(|document| document.to_vec());
    own.chain(kept("wsdl")).collect()
}

#[test]
fn the_kept_corpus_is_survived() {
    for document in descriptions() {
        targets::wsdl(&document);
    }
    kept("response").iter().for_each(|reply| targets::response(reply));
    kept("request")
        .iter()
        .for_each(|parameters| targets::request(parameters));
}

#[test]
fn damaged_descriptions_are_survived() {
    let seeds = descriptions();
    rounds(|round, chance| {
        let mut document = seeds[round % seeds.len()].clone();
        for _ in 0..=chance.below(4) {
            chance.bend(&mut document, &seeds);
        }
        targets::wsdl(&document);
    });
}

#[test]
fn damaged_replies_are_read_alike_in_any_pieces() {
    let seeds = kept("response");
    rounds(|round, chance| {
        let mut reply = seeds[round % seeds.len()].clone();
        for _ in 0..=chance.below(6) {
            chance.bend(&mut reply, &seeds);
        }
        if let Some(first) = reply.first_mut() {
            *first = chance.next().to_le_bytes()[0];
        }
        targets::response(&reply);
    });
}

#[test]
fn whatever_is_encoded_is_well_formed() {
    let mut samples = Vec::new();
    for document in targets::DESCRIPTIONS {
        let wsdl = Wsdl::from_bytes("t.wsdl", document).unwrap();
        let mut seen = std::collections::HashSet::new();
        for operation in wsdl.operations().filter(|o| o.problem().is_none()) {
            if seen.insert(operation.name.clone()) {
                samples.push(wsdl.sample(operation).unwrap());
            }
        }
    }
    // The target numbers them in the same order.
    assert!(samples.len() <= targets::OPERATIONS, "{}", samples.len());
    let seeds = kept("request");
    rounds(|round, chance| {
        let choice = round % samples.len();
        let mut data = vec![u8::try_from(choice * 2 + chance.below(2)).unwrap()];
        if chance.below(8) == 0 {
            data = seeds[chance.below(seeds.len())].clone();
            chance.bend(&mut data, &seeds);
        } else {
            let mut parameters = samples[choice].clone();
            for _ in 0..=chance.below(3) {
                bend(&mut parameters, chance);
            }
            data.extend(parameters.to_string().bytes());
        }
        targets::request(&data);
    });
}

/// Changes one value, name or number of entries somewhere.
fn bend(value: &mut Value, chance: &mut Chance) {
    match value {
        Value::Object(fields) if !fields.is_empty() && chance.below(4) > 0 => {
            let key = fields.keys().nth(chance.below(fields.len())).unwrap().clone();
            match chance.below(6) {
                0 => drop(fields.remove(&key)),
                1 => {
                    let moved = fields.remove(&key).unwrap();
                    fields.insert(
                        chance.of(&["X", "@x", "$", "a b", "item", "<", ""]).to_owned(),
                        moved,
                    );
                }
                2 => {
                    let name = chance.of(&["Port", "f:Bonded", "{urn:example:far}Warehouse", "string", "<"]);
                    fields.shift_insert(0, "@xsi:type".to_owned(), json!(name));
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
