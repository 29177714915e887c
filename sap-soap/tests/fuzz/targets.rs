//! What is fuzzed, each a function over bytes that must not panic, hang or eat memory whatever they are. The same functions are
//! driven by `cargo fuzz` (the folder `fuzz`), by damage at random and over the kept corpus (`tests/it/fuzz.rs`).

use sap_soap::request::{Checks, RequestEncoder};
use sap_soap::response::{
    Characters, DecodeOptions, Kind, Limits, ReadErrorKind, ReadOptions, Received, ReplyReader, Step, decode,
};
use sap_soap::wsdl::Wsdl;
use serde_json::{Value, json};

/// Our own descriptions.
pub(crate) const DESCRIPTIONS: [&[u8]; 3] = [
    include_bytes!("../data/customs.wsdl"),
    include_bytes!("../data/derived.wsdl"),
    include_bytes!("../data/models.wsdl"),
];

/// No fewer than their operations.
pub(crate) const OPERATIONS: usize = 8;

/// A description: it loads or says why not, and what loads is described, sampled and encoded.
pub(crate) fn wsdl(document: &[u8]) {
    let Ok(wsdl) = Wsdl::from_bytes("t.wsdl", document) else {
        return;
    };
    let _ = serde_json::to_string(&wsdl.describe()).expect("a description is JSON");
    for operation in wsdl.operations() {
        let Ok(sample) = wsdl.sample(operation) else {
            continue;
        };
        let Ok(encoder) = RequestEncoder::new(&wsdl, operation) else {
            continue;
        };
        for parameters in [&sample, &json!({})] {
            if let Ok(body) = encoder.encode(parameters) {
                well_formed(&body).expect("what is encoded is well-formed");
            }
        }
        let _ = encoder.checks(Checks::Lenient).encode(&json!({}));
    }
}

/// A reply. The first byte chooses how it is read; it makes no difference in what pieces the bytes come.
pub(crate) fn response(data: &[u8]) {
    let Some((choice, bytes)) = data.split_first() else {
        return;
    };
    let choice = usize::from(*choice);
    let characters = if choice.is_multiple_of(2) {
        Characters::Refuse
    } else {
        Characters::Replace('?')
    };
    let whole = read(bytes, usize::MAX, characters);
    let size = 1 + choice / 2 % 9;
    let pieces = read(bytes, size, characters);
    assert_eq!(
        pieces,
        whole,
        "pieces of {size}: {:?}",
        String::from_utf8_lossy(bytes)
    );
    let received = Received {
        status: [None, Some(200), Some(500)][choice / 18 % 3],
        content_type: [None, Some("text/xml"), Some("multipart/related; boundary=b")][choice / 54 % 3],
        body: bytes,
    };
    let options = DecodeOptions {
        characters,
        ..DecodeOptions::default()
    };
    let Ok(decoded) = decode(received, options) else {
        return;
    };
    serde_json::to_string(&decoded).expect("a message is JSON");
    // What a WSDL makes of it.
    with_operations(|wsdl, operation, _| {
        let shaped = decoded.clone().of_operation(&wsdl.schema, operation);
        serde_json::to_string(&shaped).expect("a message is JSON");
    });
}

/// Parameters: the first byte chooses operation and checks, the rest is JSON. What is encoded is well-formed, and decodes to a
/// request again.
pub(crate) fn request(data: &[u8]) {
    let Some((choice, json)) = data.split_first() else {
        return;
    };
    let Ok(parameters) = serde_json::from_slice::<Value>(json) else {
        return;
    };
    let mut number = 0;
    with_operations(|_, operation, encoder| {
        number += 1;
        if usize::from(*choice) / 2 % OPERATIONS + 1 != number {
            return;
        }
        let checks = if choice.is_multiple_of(2) {
            Checks::Strict
        } else {
            Checks::Lenient
        };
        let encoder = encoder.clone().checks(checks);
        if let Ok(body) = encoder.encode(&parameters) {
            if let Err(problem) = well_formed(&body) {
                panic!("{problem}: {parameters}\n{}", String::from_utf8_lossy(&body));
            }
            decodes(&body, operation.input.element.as_ref().map(|e| &*e.name));
        }
        // The rows of a table come from elsewhere: the same request.
        if let Value::Object(fields) = &parameters
            && let Some((table, Value::Array(rows))) = fields.iter().find(|(_, value)| value.is_array())
        {
            let rest: serde_json::Map<String, Value> = fields
                .iter()
                .filter(|(name, _)| *name != table)
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            if let Ok(pieces) = encoder.rows(&Value::Object(rest), table, rows.iter()) {
                let streamed: Result<Vec<_>, _> = pieces.collect();
                if let Ok(streamed) = streamed {
                    well_formed(&streamed.concat()).expect("what is streamed is well-formed");
                }
            }
        }
    });
}

fn decodes(body: &[u8], element: Option<&str>) {
    let received = Received {
        status: None,
        content_type: None,
        body,
    };
    let decoded = decode(received, DecodeOptions::default());
    match decoded {
        Ok(decoded) => {
            assert_eq!(decoded.element.as_deref(), element);
            if element.is_some() {
                assert!(matches!(
                    decoded.kind,
                    Kind::Request | Kind::Response | Kind::BusinessError
                ));
            }
        }
        // Sent unchecked, a name may be longer than what is read of a reply.
        Err(error) if matches!(error.kind(), ReadErrorKind::Limit(_)) => {}
        Err(error) => panic!("{error}: {}", String::from_utf8_lossy(body)),
    }
}

/// Calls `each` with every operation of our own descriptions that can be called.
fn with_operations(mut each: impl FnMut(&Wsdl, &sap_soap::wsdl::Operation, &RequestEncoder)) {
    type Loaded = (Wsdl, Vec<(sap_soap::wsdl::Operation, RequestEncoder)>);
    static OPERATIONS: std::sync::LazyLock<Vec<Loaded>> = std::sync::LazyLock::new(|| {
        DESCRIPTIONS
            .map(|document| {
                let wsdl = Wsdl::from_bytes("t.wsdl", document).expect("our own description loads");
                let callable = wsdl.operations().filter(|o| o.problem().is_none());
                let operations = callable
                    .map(|o| {
                        (
                            o.clone(),
                            RequestEncoder::new(&wsdl, o).expect("it can be called"),
                        )
                    })
                    .collect();
                (wsdl, operations)
            })
            .into()
    });
    for (wsdl, operations) in OPERATIONS.iter() {
        let mut seen = std::collections::HashSet::new();
        for (operation, encoder) in operations.iter().filter(|(o, _)| seen.insert(&o.name)) {
            each(wsdl, operation, encoder);
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
        ..ReadOptions::default()
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

/// Is this a well-formed document, in the eyes of a parser that is not ours?
pub(crate) fn well_formed(body: &[u8]) -> Result<(), String> {
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
