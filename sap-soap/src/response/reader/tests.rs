//! A reader that takes repeated rows as a whole, and one that never does, say the same of every reply.

use super::*;
use crate::response::{Characters, Limits};

/// What a reading came to: each row with its number, the rest or the error, and how many rows were taken as a whole.
type Reading = (Vec<(u64, String)>, Result<String, String>, u64);

fn read(bytes: &[u8], piece: usize, learns: bool, options: &ReadOptions) -> Reading {
    let mut reader = ReplyReader::new(options.clone());
    reader.tape.never_learns = !learns;
    let mut rows = Vec::new();
    let mut pieces = bytes.chunks(piece);
    loop {
        match reader.next() {
            Ok(Step::Row(row)) => {
                let json = serde_json::to_string(&row.to_value()).unwrap();
                assert_eq!(
                    serde_json::to_string(&row).unwrap(),
                    json,
                    "a row writes itself as its value does"
                );
                rows.push((row.index(), json));
            }
            Ok(Step::More) => match pieces.next() {
                Some(piece) => reader.push(piece),
                None => reader.finish(),
            },
            Ok(Step::Done) => {
                let repeated = reader.tape.repeated_rows();
                return (rows, Ok(format!("{:?}", reader.into_reply())), repeated);
            }
            Err(error) => {
                return (
                    rows,
                    Err(format!("{error} {error:?}")),
                    reader.tape.repeated_rows(),
                );
            }
        }
    }
}

/// Both readings, which must be one; gives the rows and how many were taken as a whole.
fn both(bytes: &[u8], piece: usize, options: &ReadOptions) -> (usize, u64) {
    let (rows, rest, repeated) = read(bytes, piece, true, options);
    let (general_rows, general_rest, none) = read(bytes, piece, false, options);
    assert_eq!(none, 0);
    let text = String::from_utf8_lossy(bytes);
    assert_eq!(rows, general_rows, "pieces of {piece}: {text}");
    assert_eq!(rest, general_rest, "pieces of {piece}: {text}");
    (rows.len(), repeated)
}

fn options() -> ReadOptions {
    ReadOptions {
        rows: vec!["T".into(), "U".into()],
        ..ReadOptions::default()
    }
}

const NAMES: [&str; 6] = [
    "A",
    "Mblnr",
    "Maktx",
    "Thirteen13chr",
    "ANameThatIsLongerThanSixteen",
    "Waers",
];

fn row(i: usize) -> String {
    let texts = [
        "",
        "4900000001",
        "수입 & <A>",
        " x ",
        "0000-00-00",
        "a longer text of some more bytes than a window has",
    ];
    let mut row = String::from("<item>");
    for (n, name) in NAMES.iter().enumerate() {
        let text = texts[(i + n) % texts.len()]
            .replace('&', "&amp;")
            .replace('<', "&lt;");
        if text.is_empty() {
            row.push_str(&format!("<{name}/>"));
        } else {
            row.push_str(&format!("<{name}>{text}</{name}>"));
        }
    }
    row + "</item>"
}

fn document(rows: &[String]) -> String {
    let half = rows.len() / 2;
    format!(
        "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body><n:ZResponse xmlns:n='urn:x'><N>1</N><T>{}</T>\
         <U>{}</U><M>2</M></n:ZResponse></s:Body></s:Envelope>",
        rows[..half].concat(),
        rows[half..].concat()
    )
}

/// Numbers that are the same at each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n.max(1)
    }
}

/// Something that a row may hold and most do not, or that is wrong.
fn mutate(row: &str, dice: &mut Dice) -> String {
    let name = NAMES[dice.below(NAMES.len())];
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let into = |what: &str| row.replacen(&open, &format!("{open}{what}"), 1);
    let instead = |what: &str| row.replacen(&open, what, 1);
    match dice.below(24) {
        0 => instead(&format!("<{name} unit='EA'>")),
        1 => instead(&format!("<{name} >")),
        2 => into("<![CDATA[<&>]]>"),
        3 => into("<!-- no -->"),
        4 => into("<?pi?>"),
        5 => into("&#x41;&#xC218;"),
        6 => into("&nothing;"),
        7 => into("&#x1;"),
        8 => into("\r\n"),
        9 => into("\u{1}"),
        10 => into("<B>1</B>"),
        11 => row.replacen(&close, "", 1),
        12 => row.replacen(&open, "", 1),
        13 => row.replacen(&close, &format!("{close}{open}twice{close}"), 1),
        14 => row.replacen(&close, &format!("{close}\n  "), 1),
        15 => row.replacen(&close, &format!("{close}text"), 1),
        16 => instead(&format!("<p:{name} xmlns:p='urn:p'>")).replacen(&close, &format!("</p:{name}>"), 1),
        17 => row.replacen(&open, &format!("<Extra>new</Extra>{open}"), 1),
        18 => row.replacen(&format!("<{name}/>"), &format!("{open}{close}"), 1),
        19 => row.replacen(&format!("<{name}/>"), &format!("<{name} />"), 1),
        20 => row.replacen("<item>", "<item><item>1</item>", 1),
        21 => row.replacen("<item>", "<item id='1'>", 1),
        22 => row
            .replacen("<item>", "<ITEM>", 1)
            .replacen("</item>", "</ITEM>", 1),
        _ => {
            // Any byte becomes any other that may stand in a tag.
            let mut bytes = row.as_bytes().to_vec();
            let at = dice.below(bytes.len());
            bytes[at] = b"<>/&;A 1\"'=!?-]x"[dice.below(16)];
            String::from_utf8_lossy(&bytes).into_owned()
        }
    }
}

#[test]
fn rows_of_one_kind_are_taken_as_a_whole() {
    let rows: Vec<String> = (0..40).map(row).collect();
    let text = document(&rows);
    // Twenty rows in each of two tables, of which the first one is learned from.
    assert_eq!(both(text.as_bytes(), text.len(), &options()), (40, 38));
    let (rows, repeated) = both(text.as_bytes(), 700, &options());
    assert_eq!(rows, 40);
    assert!(
        (10..38).contains(&repeated),
        "{repeated}: a row that is cut takes the general way"
    );
}

#[test]
fn a_mutated_row_reads_the_same_on_both_ways() {
    let mut dice = Dice(4711);
    let lenient = ReadOptions {
        characters: Characters::Replace('?'),
        ..options()
    };
    let mut repeated = 0;
    for round in 0..800 {
        let mut rows: Vec<String> = (round..round + 12).map(row).collect();
        for _ in 0..1 + dice.below(3) {
            let at = dice.below(rows.len());
            rows[at] = mutate(&rows[at], &mut dice);
        }
        let text = document(&rows);
        let piece = [text.len(), 1 + dice.below(400), 64][dice.below(3)];
        let options = if dice.below(4) == 0 { &lenient } else { &options() };
        repeated += both(text.as_bytes(), piece, options).1;
    }
    assert!(repeated > 800, "only {repeated} rows were taken as a whole");
}

#[test]
fn bounds_hold_for_repeated_rows() {
    // Each row of a table is larger than the one before, so that it is a repeated one that meets the bound.
    let rows: Vec<String> = (0..16)
        .map(|i| {
            format!(
                "<item><A>{}</A><B>{}</B></item>",
                "x".repeat(i % 8 * 12),
                "y&amp;".repeat(i % 8)
            )
        })
        .collect();
    let text = document(&rows);
    let met = |limits: Limits| {
        let options = ReadOptions { limits, ..options() };
        both(text.as_bytes(), text.len(), &options).0 < rows.len()
    };
    let usual = Limits::default();
    let by_text = (0..90)
        .filter(|text| met(Limits { text: *text, ..usual }))
        .count();
    let by_row = (100..600)
        .filter(|row| met(Limits { row: *row, ..usual }))
        .count();
    let by_depth = (1..8)
        .filter(|depth| {
            met(Limits {
                depth: *depth,
                ..usual
            })
        })
        .count();
    assert!(
        by_text > 80 && by_row > 80 && by_depth > 4,
        "{by_text}, {by_row}, {by_depth}"
    );
    assert!(
        by_text < 90 && by_row < 500 && by_depth < 7,
        "{by_text}, {by_row}, {by_depth}"
    );
}

#[test]
fn rows_that_keep_changing_are_not_learned_for_ever() {
    let rows: Vec<String> = (0..400)
        .map(|i| format!("<item><F{i}>1</F{i}><G>2</G></item>"))
        .collect();
    let text = document(&rows);
    assert_eq!(both(text.as_bytes(), text.len(), &options()), (400, 0));
}

#[test]
fn a_row_is_gone_with_the_next_piece() {
    let rows: Vec<String> = (0..4).map(row).collect();
    let text = document(&rows);
    let mut reader = ReplyReader::new(options());
    reader.push(text.as_bytes());
    for _ in 0..2 {
        assert!(matches!(reader.next(), Ok(Step::Row(_))));
    }
    reader.push(b" ");
    assert!(reader.row().is_none());
    assert!(matches!(reader.next(), Ok(Step::Row(_))), "the next one is there");
}
