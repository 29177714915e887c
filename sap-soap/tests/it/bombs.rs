//! What hostile replies and descriptions cost: each is read by a process of its own, whose peak memory is looked at.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Command;
use std::sync::Arc;

use sap_soap::request::{Checks, RequestEncoder};
use sap_soap::response::{ReadErrorKind, ReadOptions, ReplyReader, Step};
use sap_soap::wsdl::Wsdl;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

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
    for (which, ..) in BOMBS {
        alone("bombs::bombs_cost_little", which);
    }
}

/// Runs a test of this binary for one bomb, in a process of its own.
fn alone(test: &str, which: &str) {
    let own = std::env::current_exe().unwrap();
    let child = Command::new(own)
        .args([test, "--exact", "--nocapture"])
        .env(WHICH, which)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&child.stdout);
    assert!(
        child.status.success() && told.contains("1 passed"),
        "{which}: {told}{}",
        String::from_utf8_lossy(&child.stderr)
    );
}

/// A gzip body that inflates to `head` and 256 MiB after it.
fn inflating(head: &str) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(head.as_bytes()).unwrap();
    let piece = [b'x'; PIECE];
    for _ in 0..(256 << 20) / PIECE {
        gzip.write_all(&piece).unwrap();
    }
    gzip.finish().unwrap()
}

/// Answers each connection with one of these bodies, all of them gzip.
async fn serve(bodies: Vec<Vec<u8>>) -> std::net::SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for body in bodies {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"</soap-env:Envelope>") {
                assert!(stream.read_buf(&mut request).await.unwrap() > 0);
            }
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            // Who is asked for too much hangs up.
            let _ = stream.write_all(head.as_bytes()).await;
            let _ = stream.write_all(&body).await;
        }
    });
    address
}

#[test]
fn an_answer_that_inflates_costs_little() {
    if std::env::var_os(WHICH).is_none() {
        if peak().is_some() {
            alone("bombs::an_answer_that_inflates_costs_little", "gzip");
        } else {
            println!("skipped: this system does not tell a process's peak memory");
        }
        return;
    }
    let good = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><n:ZCustomsGetDueResponse \
                xmlns:n='urn:sap-com:document:sap:soap:functions:mc-style'><EvNext>";
    let mut small = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    write!(
        small,
        "{good}</EvNext></n:ZCustomsGetDueResponse></e:Body></e:Envelope>"
    )
    .unwrap();
    let bodies = vec![
        small.finish().unwrap(),
        inflating(good),
        inflating(&format!("{good}<!--")),
        inflating("<html><head><title>Logon"),
    ];
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let bombs = bodies.len() - 1;
        let address = serve(bodies).await;
        let wsdl = Wsdl::from_bytes("customs.wsdl", crate::fuzz::targets::DESCRIPTIONS[0]).unwrap();
        let transport = customs_http::ReqwestTransport::builder().build().unwrap();
        let config = sap_soap::Config::new().endpoint(format!("http://{address}/").parse().unwrap());
        let client = sap_soap::Client::new(Arc::new(transport), Arc::new(wsdl), config);
        // The first answer is good: what the code itself takes is not the bombs'.
        client.call("ZCustomsGetDue", &json!({})).await.unwrap();
        let before = peak().unwrap();
        for bomb in 0..bombs {
            let error = client.call("ZCustomsGetDue", &json!({})).await.unwrap_err();
            let cost = peak().unwrap() - before;
            println!("bomb {bomb}: {cost} KiB, {error}");
            assert!(cost < MOST, "bomb {bomb} costs {cost} KiB: {error}");
        }
    });
}

/// A description with these schemas, whose operation's element is `t:Op`.
fn with_schema(schema: &str) -> String {
    format!(
        r#"<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" targetNamespace="urn:t" xmlns:t="urn:t" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<types><xs:schema targetNamespace="urn:t">{schema}</xs:schema></types>
<message name="M"><part name="p" element="t:Op"/></message>
<portType name="P"><operation name="Op"><input message="t:M"/></operation></portType></definitions>"#
    )
}

/// Descriptions that want to become much larger than they are.
fn description(which: &str) -> String {
    let op = r#"<xs:element name="Op" type="t:T0"/>"#;
    let mut schema = String::new();
    match which {
        "laughs" => {
            return "<!DOCTYPE a [<!ENTITY b \"bbbb\">".to_owned() + &"<!ENTITY c \"&b;&b;\">".repeat(50_000);
        }
        "levels" => schema = "<xs:sequence>".repeat(50_000),
        "attributes" => schema = format!("<xs:element{}/>", " a=''".repeat(100_000)),
        // Each group holds the next one ten times.
        "groups" => {
            schema.push_str(r#"<xs:element name="Op"><xs:complexType><xs:group ref="t:g0"/></xs:complexType></xs:element>"#);
            for i in 0..30 {
                let inner = format!(r#"<xs:group ref="t:g{}"/>"#, i + 1).repeat(10);
                let _ = write!(
                    schema,
                    r#"<xs:group name="g{i}"><xs:sequence>{inner}</xs:sequence></xs:group>"#
                );
            }
            schema.push_str(r#"<xs:group name="g30"><xs:sequence><xs:element name="e" type="xs:int"/></xs:sequence></xs:group>"#);
        }
        // Many types extend one that has many fields.
        "bases" => {
            let fields: String = (0..500)
                .map(|i| format!(r#"<xs:element name="f{i}" type="xs:int"/>"#))
                .collect();
            let _ = write!(
                schema,
                r#"{op}<xs:complexType name="B"><xs:sequence>{fields}</xs:sequence></xs:complexType>"#
            );
            for i in 0..2000 {
                let _ = write!(
                    schema,
                    r#"<xs:complexType name="T{i}"><xs:complexContent><xs:extension base="t:B"/></xs:complexContent></xs:complexType>"#
                );
            }
        }
        // Each type needs the next one ten times.
        "needs" => {
            schema.push_str(op);
            for i in 0..40 {
                let _ = write!(
                    schema,
                    r#"<xs:complexType name="T{i}"><xs:sequence><xs:element name="e" minOccurs="10" maxOccurs="10" type="t:T{}"/></xs:sequence></xs:complexType>"#,
                    i + 1
                );
            }
            schema.push_str(r#"<xs:simpleType name="T40"><xs:restriction base="xs:int"/></xs:simpleType>"#);
        }
        // Each value needs two more.
        "needs itself" => {
            schema.push_str(op);
            schema.push_str(
                r#"<xs:complexType name="T0"><xs:sequence><xs:element name="a" type="t:T0"/><xs:element name="b" type="t:T0"/></xs:sequence></xs:complexType>"#,
            );
        }
        "counts" => {
            schema.push_str(
                r#"<xs:element name="Op"><xs:complexType><xs:sequence minOccurs="4000000000" maxOccurs="unbounded">
                <xs:element name="a" minOccurs="999999999" maxOccurs="unbounded" type="xs:int"/></xs:sequence></xs:complexType></xs:element>"#,
            );
        }
        "patterns" => {
            let pattern = r#"<xs:pattern value="((((a{9999}){9999}){9999})*)*b"/>"#.repeat(100);
            let _ = write!(
                schema,
                r#"<xs:element name="Op"><xs:simpleType><xs:restriction base="xs:string"><xs:length value="4000000000"/>{pattern}</xs:restriction></xs:simpleType></xs:element>"#
            );
        }
        "attribute groups" => {
            schema.push_str(r#"<xs:element name="Op"><xs:complexType><xs:attributeGroup ref="t:a0"/></xs:complexType></xs:element>"#);
            for i in 0..30 {
                let inner = format!(r#"<xs:attributeGroup ref="t:a{}"/>"#, i + 1).repeat(10);
                let _ = write!(
                    schema,
                    r#"<xs:attributeGroup name="a{i}">{inner}</xs:attributeGroup>"#
                );
            }
            schema.push_str(r#"<xs:attributeGroup name="a30"><xs:attribute name="x" use="required" type="xs:int"/></xs:attributeGroup>"#);
        }
        // Every type may stand for the one before, and each has a table of the first.
        "derived" => {
            schema.push_str(op);
            for i in 0..1000 {
                let base = match i {
                    0 => String::new(),
                    _ => format!(r#"<xs:complexContent><xs:extension base="t:T{}">"#, (i - 1) / 40),
                };
                let end = if i == 0 {
                    ""
                } else {
                    "</xs:extension></xs:complexContent>"
                };
                let _ = write!(
                    schema,
                    r#"<xs:complexType name="T{i}">{base}<xs:sequence><xs:element name="e{i}" type="t:T0" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>{end}</xs:complexType>"#
                );
            }
        }
        other => panic!("no bomb {other}"),
    }
    with_schema(&schema)
}

const DESCRIPTIONS: [&str; 11] = [
    "laughs",
    "levels",
    "attributes",
    "groups",
    "bases",
    "needs",
    "needs itself",
    "counts",
    "patterns",
    "attribute groups",
    "derived",
];

#[test]
fn bombs_in_descriptions_cost_little() {
    if let Ok(which) = std::env::var(WHICH) {
        // The code's own pages are not the bomb's, and neither is the document.
        crate::fuzz::targets::wsdl(crate::fuzz::targets::DESCRIPTIONS[2]);
        let document = description(&which);
        let before = peak().unwrap();
        if let Ok(wsdl) = Wsdl::from_bytes("t.wsdl", document.as_bytes()) {
            for operation in wsdl.operations() {
                let sample = wsdl.sample(operation);
                let Ok(encoder) = RequestEncoder::new(&wsdl, operation) else {
                    continue;
                };
                let encoder = encoder.checks(Checks::Lenient);
                let _ = encoder.encode(&json!({}));
                let _ = sample.map(|sample| encoder.encode(&sample));
            }
        }
        let cost = peak().unwrap() - before;
        println!("{which}: {cost} KiB, a document of {} KiB", document.len() >> 10);
        assert!(cost < MOST, "{which} costs {cost} KiB");
        return;
    }
    if peak().is_none() {
        println!("skipped: this system does not tell a process's peak memory");
        return;
    }
    for which in DESCRIPTIONS {
        alone("bombs::bombs_in_descriptions_cost_little", which);
    }
}
