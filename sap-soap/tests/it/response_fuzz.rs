//! Replies that were bent, cut and mixed by chance, always the same chance: nothing panics or hangs, and it makes no
//! difference in what pieces the bytes come.
//!
//! `FUZZ_ROUNDS` sets how many are tried (2,000 at each change, many more in the long run); `FUZZ_SEED` where to begin.

use sap_soap::response::{
    Characters, DecodeOptions, Limits, ReadOptions, Received, ReplyReader, Step, decode,
};

/// Replies of every kind to begin with.
const SEEDS: [&str; 7] = [
    "<?xml version=\"1.0\" encoding=\"utf-8\"?><e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header/><e:Body>\
     <n0:ZDueResponse xmlns:n0=\"urn:sap-com:document:sap:soap:functions:mc-style\"><T><item><A>1&amp;2</A><B/><C>수입</C></item>\
     <item><A></A><S><item>x</item></S></item></T><N currencyCode='KRW'>12.5-</N></n0:ZDueResponse></e:Body></e:Envelope>",
    "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><e:Fault><faultcode>e:Client</faultcode><faultstring>x</faultstring>\
     <detail><n:F.Exception xmlns:n='u'><Name>N</Name><Text/><Message><ID>A</ID><Number>1</Number></Message></n:F.Exception></detail></e:Fault></e:Body></e:Envelope>",
    "<r:Z.Response xmlns:r='urn:sap-com:document:sap:rfc:functions'><RETURN><TYPE>E</TYPE><ID>Z</ID><NUMBER>1</NUMBER><MESSAGE>m</MESSAGE></RETURN>\
     <T><![CDATA[a]]>b<!-- c --><item/><?p i?></T></r:Z.Response>",
    "--b\r\nContent-ID: <a@x>\r\nContent-Type: text/xml\r\n\r\n<a><Payload x:href='cid:b@x' xmlns:x='l'/></a>\r\n--b\r\nContent-ID: <b@x>\r\n\r\n<c/>\r\n--b--",
    "<html><head><title>Logon &amp; more</title></head><body><br>x</body></html>",
    "\u{feff}<a><Log><MaximumLogItemSeverityCode>3</MaximumLogItemSeverityCode><Item><TypeID>1(A)</TypeID></Item></Log></a>",
    "<T><item><A>&#x1;</A><A>&#xC218;</A></item><item>\r\n</item></T>",
];

/// Pieces of XML that are worth inserting.
const TOKENS: [&str; 24] = [
    "<",
    ">",
    "/>",
    "</",
    "&",
    ";",
    "&#",
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
];

struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % (n.max(1) as u64)).unwrap()
    }

    fn bend(&mut self, bytes: &mut Vec<u8>) {
        let at = self.below(bytes.len() + 1);
        let to = (at + self.below(24)).min(bytes.len());
        match self.below(7) {
            0 if at < bytes.len() => bytes[at] = self.next().to_le_bytes()[0],
            1 => drop(bytes.drain(at..to)),
            2 => {
                let copy = bytes[at..to].to_vec();
                let place = self.below(bytes.len() + 1);
                bytes.splice(place..place, copy);
            }
            3 => bytes.truncate(at),
            4 => {
                let other = SEEDS[self.below(SEEDS.len())].as_bytes();
                let from = self.below(other.len());
                let end = (from + self.below(80)).min(other.len());
                bytes.splice(at..at, other[from..end].iter().copied());
            }
            _ => {
                let token = TOKENS[self.below(TOKENS.len())];
                bytes.splice(at..at, token.bytes());
            }
        }
    }
}

/// What a reading gives, as text; an error by its kind, since where it is found may differ.
fn read(bytes: &[u8], piece: usize, characters: Characters) -> String {
    let limits = {
        let mut limits = Limits::default();
        limits.depth = 12;
        limits.text = 4096;
        limits
    };
    let mut reader = ReplyReader::new(ReadOptions {
        rows: vec!["T".into(), "T/S".into()],
        limits,
        characters,
        charset: None,
    });
    let mut pieces = bytes.chunks(piece);
    let mut told = String::new();
    let end = loop {
        match reader.next() {
            Ok(Step::Row(row)) => {
                told.push_str(&format!("{} {} {:?}\n", row.table(), row.index(), row.to_value()));
                // Reading into a type must not panic either.
                let _ = row.deserialize::<std::collections::BTreeMap<String, Option<String>>>();
            }
            Ok(Step::More) => match pieces.next() {
                Some(piece) => reader.push(piece),
                None => reader.finish(),
            },
            Ok(Step::Done) => break format!("{:?}", reader.into_reply()),
            Err(error) => break format!("{:?}", error.kind()),
        }
    };
    told + &end
}

#[test]
fn nothing_panics_and_pieces_make_no_difference() {
    let number = |name: &str, default| {
        std::env::var(name)
            .ok()
            .and_then(|n| n.parse().ok())
            .unwrap_or(default)
    };
    let rounds: u64 = number("FUZZ_ROUNDS", 2000);
    let first: u64 = number("FUZZ_SEED", 1);
    for round in first..first + rounds {
        let mut chance = Chance(round.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let mut bytes = SEEDS[chance.below(SEEDS.len())].as_bytes().to_vec();
        for _ in 0..=chance.below(6) {
            chance.bend(&mut bytes);
        }
        let characters = if chance.below(2) == 0 {
            Characters::Refuse
        } else {
            Characters::Replace('?')
        };
        let whole = read(&bytes, usize::MAX, characters);
        let size = 1 + chance.below(9);
        let pieces = read(&bytes, size, characters);
        assert_eq!(
            pieces,
            whole,
            "round {round}, pieces of {size}: {:?}",
            String::from_utf8_lossy(&bytes)
        );
        let status = [None, Some(200), Some(500)][chance.below(3)];
        let content_type = [None, Some("text/xml"), Some("multipart/related; boundary=b")][chance.below(3)];
        let received = Received {
            status,
            content_type,
            body: &bytes,
        };
        if let Ok(decoded) = decode(
            received,
            DecodeOptions {
                characters,
                ..DecodeOptions::default()
            },
        ) {
            serde_json::to_string(&decoded).unwrap();
        }
    }
}
