//! What hostile replies cost: each is read by a process of its own, whose peak memory is looked at.

use std::process::Command;

use sap_soap::response::{ReadErrorKind, ReadOptions, ReplyReader, Step};

/// The most that a bomb may cost, in KiB.
const MOST: u64 = 8 << 10;
/// How much of a bomb is read before its reader must have given up.
const LENGTH: u64 = 1 << 30;
const WHICH: &str = "SAP_SOAP_BOMB";
const PIECE: usize = 64 << 10;

/// A bomb: its name, how it begins, what is repeated, and how it ends for the reader.
type Bomb = (&'static str, &'static str, &'static str, ReadErrorKind);

const BOMBS: &[Bomb] = &[
    (
        "laughs",
        "<!DOCTYPE a [<!ENTITY b \"bbbb\">",
        "<!ENTITY c \"&b;&b;\">",
        ReadErrorKind::Dtd,
    ),
    ("levels", "", "<a>", ReadErrorKind::Limit("levels of elements")),
    (
        "attributes",
        "<a",
        " b=''",
        ReadErrorKind::Limit("bytes in one tag"),
    ),
    ("name", "<a", "aaaaaaaa", ReadErrorKind::Limit("bytes in one tag")),
    (
        "field",
        "<r xmlns='u'><A>",
        "0123456789abcdef",
        ReadErrorKind::Limit("bytes in one field"),
    ),
    (
        "reference",
        "<r xmlns='u'><A>",
        "&#65;",
        ReadErrorKind::Limit("bytes in one field"),
    ),
    (
        "cdata",
        "<r xmlns='u'><A><![CDATA[",
        "0123456789abcdef",
        ReadErrorKind::Limit("bytes in one field"),
    ),
    (
        "row",
        "<r xmlns='u'><T><item>",
        "<A>1</A>",
        ReadErrorKind::Limit("bytes in one row or parameter"),
    ),
    (
        "comment",
        "<r xmlns='u'><!--",
        "0123456789abcdef",
        ReadErrorKind::Truncated,
    ),
    (
        "blanks",
        "<r xmlns='u'>",
        "                ",
        ReadErrorKind::Truncated,
    ),
    (
        "rows",
        "<r xmlns='u'><T>",
        "<item><A>1</A><B/></item>",
        ReadErrorKind::Truncated,
    ),
];

fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// Reads a bomb and tells how it ended.
fn explode(head: &str, repeated: &str, length: u64) -> ReadErrorKind {
    let mut reader = ReplyReader::new(ReadOptions {
        rows: vec!["T".into()],
        ..ReadOptions::default()
    });
    let piece = repeated.repeat(PIECE / repeated.len());
    reader.push(head.as_bytes());
    let mut sent = 0;
    loop {
        match reader.next() {
            Ok(Step::Row(_)) => {}
            Ok(Step::More) if sent < length => {
                reader.push(piece.as_bytes());
                sent += piece.len() as u64;
            }
            Ok(Step::More) => reader.finish(),
            Ok(Step::Done) => panic!("a bomb has no end"),
            Err(error) => return error.kind(),
        }
    }
}

#[test]
fn bombs_cost_little() {
    if let Ok(which) = std::env::var(WHICH) {
        let (_, head, repeated, expected) = BOMBS.iter().find(|bomb| bomb.0 == which).unwrap();
        // The code's own pages are not the bomb's.
        explode("<r xmlns='u'><a b=''>&lt;</a><T>", "<item><A>1</A><B/></item>", 1);
        let before = peak().unwrap();
        // What is read to its end is cut short: it costs time, and its memory shows soon.
        let length = if *expected == ReadErrorKind::Truncated {
            LENGTH / 64
        } else {
            LENGTH
        };
        let end = explode(head, repeated, length);
        assert_eq!(end, *expected, "{which}");
        let cost = peak().unwrap() - before;
        assert!(cost < MOST, "{which} costs {cost} KiB");
        return;
    }
    if peak().is_none() {
        println!("skipped: this system does not tell a process's peak memory");
        return;
    }
    let own = std::env::current_exe().unwrap();
    for (which, ..) in BOMBS {
        let test = ["response_bombs::bombs_cost_little", "--exact", "--nocapture"];
        let child = Command::new(&own).args(test).env(WHICH, which).output().unwrap();
        assert!(
            child.status.success(),
            "{which}: {}",
            String::from_utf8_lossy(&child.stderr)
        );
    }
}
