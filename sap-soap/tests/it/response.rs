//! Replies, well-formed and not, cut in every place.

use sap_soap::response::{Characters, Limits, ReadErrorKind, ReadOptions, Reply, ReplyReader, Step};
use sap_soap::value::Value;
use sap_soap::wsdl::SoapVersion;

const HEAD: &str = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header/><e:Body>\
    <n0:ZDueResponse xmlns:n0=\"urn:sap-com:document:sap:soap:functions:mc-style\">";
const TAIL: &str = "</n0:ZDueResponse></e:Body></e:Envelope>";

/// The streamed rows (table, number, JSON) and the rest.
type Outcome = (Vec<(usize, u64, String)>, Reply);

fn reply(content: &str) -> String {
    format!("{HEAD}{content}{TAIL}")
}

/// The rows as JSON lines, and the rest; `piece` is how many bytes come at a time.
fn read(options: ReadOptions, bytes: &[u8], piece: usize) -> Result<Outcome, ReadErrorKind> {
    let mut reader = ReplyReader::new(options);
    let mut pieces = bytes.chunks(piece);
    let mut rows = Vec::new();
    loop {
        match reader.next().map_err(|e| e.kind())? {
            Step::Row(row) => {
                rows.push((
                    row.table(),
                    row.index(),
                    serde_json::to_string(&row.to_value()).unwrap(),
                ));
            }
            Step::More => match pieces.next() {
                Some(piece) => reader.push(piece),
                None => reader.finish(),
            },
            Step::Done => return Ok((rows, reader.into_reply())),
        }
    }
}

fn options(rows: &[&str]) -> ReadOptions {
    ReadOptions {
        rows: rows.iter().map(|path| (*path).into()).collect(),
        ..ReadOptions::default()
    }
}

/// Reads whole and byte by byte, and demands the same.
fn both(rows: &[&str], text: &str) -> Result<Outcome, ReadErrorKind> {
    let whole = read(options(rows), text.as_bytes(), usize::MAX);
    for piece in [1, 2, 3, 7] {
        let cut = read(options(rows), text.as_bytes(), piece);
        assert_eq!(cut, whole, "in pieces of {piece}: {text}");
    }
    whole
}

fn values(reply: &Reply) -> String {
    serde_json::to_string(&reply.values).unwrap()
}

#[test]
fn rows_stream_and_the_rest_is_collected_in_any_order() {
    let text = reply(
        "<EvNext>0080000002</EvNext><EtDue><item><Vbeln>0080000001</Vbeln><Maktx>  A&amp;B </Maktx><Matnr/></item>\
         <item><Maktx></Maktx><Vbeln>0080000002</Vbeln><New>x</New></item></EtDue><EtEmpty/><EsOne><A>1</A></EsOne>",
    );
    let (rows, rest) = both(&["EtDue", "EtEmpty", "EtAbsent"], &text).unwrap();
    let expected = [
        (
            0,
            0,
            r#"{"Vbeln":"0080000001","Maktx":"  A&B ","Matnr":""}"#.to_owned(),
        ),
        (0, 1, r#"{"Maktx":"","Vbeln":"0080000002","New":"x"}"#.to_owned()),
    ];
    assert_eq!(rows, expected);
    assert_eq!(rest.rows, [Some(2), Some(0), None]);
    assert_eq!(values(&rest), r#"{"EvNext":"0080000002","EsOne":{"A":"1"}}"#);
    assert_eq!(rest.element.as_deref(), Some("ZDueResponse"));
    assert_eq!(rest.namespace, "urn:sap-com:document:sap:soap:functions:mc-style");
    assert_eq!(rest.soap, Some(SoapVersion::Soap11));
}

#[test]
fn several_tables_and_nested_ones_stream_side_by_side() {
    let text = reply(
        "<EtA>\n <item><X>1</X>\n <Sub><item><Y>a</Y></item></Sub></item>\n</EtA>\
         <EtB><item>s1</item><item/></EtB>\
         <EsOuter><Note>n</Note><EtC><item><Z>1</Z></item></EtC></EsOuter>",
    );
    let (rows, rest) = both(&["EtA", "EtB", "EsOuter/EtC"], &text).unwrap();
    let expected = [
        (0, 0, r#"{"X":"1","Sub":[{"Y":"a"}]}"#.to_owned()),
        (1, 0, r#""s1""#.to_owned()),
        (1, 1, r#""""#.to_owned()),
        (2, 0, r#"{"Z":"1"}"#.to_owned()),
    ];
    assert_eq!(rows, expected);
    assert_eq!(values(&rest), r#"{"EsOuter":{"Note":"n"}}"#);
    let (rows, rest) = both(&["EtA/Sub"], &text).unwrap();
    assert_eq!(rows, [(0, 0, r#"{"Y":"a"}"#.to_owned())]);
    assert_eq!(
        rest.values.get("EtA"),
        Some(&serde_json::from_str::<Value>(r#"[{"X":"1"}]"#).unwrap())
    );
}

#[test]
fn repeated_elements_stream_as_rows() {
    let text = reply("<Doc><ID>1</ID><Item n=\"1\"><A>a</A></Item><Item><A>b</A></Item></Doc>");
    let (rows, rest) = both(&["Doc/Item[]"], &text).unwrap();
    assert_eq!(
        rows,
        [
            (0, 0, r#"{"@n":"1","A":"a"}"#.to_owned()),
            (0, 1, r#"{"A":"b"}"#.to_owned())
        ]
    );
    assert_eq!(values(&rest), r#"{"Doc":{"ID":"1"}}"#);
}

#[test]
fn attributes_mixed_text_cdata_and_comments_are_read() {
    let text = reply(
        "<Amount currencyCode='KRW' x=\"a&lt;&quot;\">5<!-- no -->00</Amount><S><![CDATA[<a>&amp;]]]]><![CDATA[>]]></S>\
         <?pi x?><N xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" i:nil=\"true\"/><L xml:lang=\"ko\">&#xC218;&#51077;</L>",
    );
    let (_, rest) = both(&[], &text).unwrap();
    assert_eq!(
        values(&rest),
        r#"{"Amount":{"@currencyCode":"KRW","@x":"a<\"","$":"500"},"S":"<a>&amp;]]>","N":{"@xsi:nil":"true","$":""},"L":{"@xml:lang":"ko","$":"수입"}}"#
    );
}

#[test]
fn the_envelope_is_told_by_its_namespace() {
    let soap12 = "<env:Envelope xmlns:env='http://www.w3.org/2003/05/soap-envelope'><env:Body><a/></env:Body></env:Envelope>";
    let (_, rest) = both(&[], soap12).unwrap();
    assert_eq!(
        (rest.soap, rest.element.as_deref()),
        (Some(SoapVersion::Soap12), Some("a"))
    );
    let default = "<Envelope xmlns='http://schemas.xmlsoap.org/soap/envelope/'><Body><R xmlns=''><A>1</A></R></Body></Envelope>";
    let (_, rest) = both(&[], default).unwrap();
    assert_eq!(
        (rest.namespace.as_str(), values(&rest).as_str()),
        ("", r#"{"A":"1"}"#)
    );
    for other in [
        "<Envelope><Body/></Envelope>",
        "<x:Envelope xmlns:x='urn:other'><x:Body/></x:Envelope>",
    ] {
        assert!(
            matches!(both(&[], other), Err(ReadErrorKind::NotSoap(_))),
            "{other}"
        );
    }
    let no_body = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Header/></e:Envelope>";
    assert!(matches!(both(&[], no_body), Err(ReadErrorKind::NotSoap(_))));
    let empty_body = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body/></e:Envelope>";
    assert_eq!(both(&[], empty_body).unwrap().1.element, None);
}

#[test]
fn a_fault_is_one_only_in_the_namespace_of_its_envelope() {
    let fault = |prefix: &str| {
        format!(
            "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' xmlns:o='urn:o'><e:Body><{prefix}:Fault>\
             <faultcode>e:Server</faultcode><faultstring xml:lang='en'>NO_ACR</faultstring></{prefix}:Fault></e:Body></e:Envelope>"
        )
    };
    let (_, rest) = both(&["EtDue"], &fault("e")).unwrap();
    assert_eq!(rest.fault.unwrap().text("faultstring"), Some("NO_ACR"));
    let (_, rest) = both(&[], &fault("o")).unwrap();
    assert_eq!((rest.fault, rest.element.as_deref()), (None, Some("Fault")));
}

#[test]
fn broken_replies_have_errors_of_their_own() {
    let cut = |text: &str| both(&[], text).unwrap_err();
    assert_eq!(cut(""), ReadErrorKind::Empty);
    assert_eq!(cut(" \n "), ReadErrorKind::Empty);
    assert_eq!(cut("Service not available"), ReadErrorKind::NotXml);
    assert_eq!(cut("<!DOCTYPE html><html></html>"), ReadErrorKind::NotXml);
    assert_eq!(cut("<html><br></html>"), ReadErrorKind::NotXml);
    assert_eq!(
        cut("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"),
        ReadErrorKind::Dtd
    );
    let whole = reply("<T><item><A>1</A></item></T>");
    for length in 1..whole.len() {
        assert_eq!(
            cut(&whole[..length]),
            ReadErrorKind::Truncated,
            "{}",
            &whole[..length]
        );
    }
    for malformed in [
        "<a></b>",
        "<a><b></a></b>",
        "<a b></a>",
        "<a b=c></a>",
        "<a b='1' b='2'/>",
        "<a b='1'c='2'/>",
        "<a>&nbsp;</a>",
        "<a>&</a>",
        "<a>&#xZZ;</a>",
        "<a/><b/>",
        "<a/>text",
        "< a/>",
        "<1/>",
        "<a><!x></a>",
        "</a>",
    ] {
        assert!(
            matches!(cut(malformed), ReadErrorKind::Malformed(_)),
            "{malformed}: {:?}",
            cut(malformed)
        );
    }
}

#[test]
fn control_characters_are_refused_with_their_place_or_replaced() {
    for bad in ["a&#x1;b", "a\u{1}b", "a\u{b}b", "a&#0;b"] {
        let text = reply(&format!(
            "<T><item><A>1</A></item><item><A>1</A><Maktx>{bad}</Maktx></item></T>"
        ));
        let mut reader = ReplyReader::new(options(&["T"]));
        reader.push(text.as_bytes());
        assert!(matches!(reader.next(), Ok(Step::Row(_))));
        let error = reader.next().unwrap_err();
        assert!(matches!(error.kind(), ReadErrorKind::Character(_)), "{error}");
        assert_eq!(error.path(), "T[1].Maktx", "{error}");
        let lenient = ReadOptions {
            characters: Characters::Replace('?'),
            ..options(&["T"])
        };
        for piece in [1, usize::MAX] {
            let (rows, _) = read(lenient.clone(), text.as_bytes(), piece).unwrap();
            assert_eq!(rows[1].2, r#"{"A":"1","Maktx":"a?b"}"#);
        }
    }
}

#[test]
fn line_ends_become_one_kind_and_blanks_stay() {
    let text = reply("<A>  3600</A><B>a\r\nb\rc\n</B><C> </C><D>&#13;&#10;</D>");
    let (_, rest) = both(&[], &text).unwrap();
    assert_eq!(
        values(&rest),
        r#"{"A":"  3600","B":"a\nb\nc\n","C":" ","D":"\r\n"}"#
    );
}

#[test]
fn bounds_are_kept_and_named() {
    let limited = |change: fn(&mut Limits), text: &str| {
        let mut options = options(&["T"]);
        change(&mut options.limits);
        read(options, text.as_bytes(), 1000).unwrap_err()
    };
    let deep = "<a>".repeat(100_000);
    assert_eq!(limited(|_| (), &deep), ReadErrorKind::Limit("levels of elements"));
    let attributes: String = (0..1000).map(|i| format!(" a{i}=''")).collect();
    assert_eq!(
        limited(|_| (), &format!("<a{attributes}/>")),
        ReadErrorKind::Limit("attributes of one element")
    );
    assert_eq!(
        limited(|_| (), &format!("<a b='{}'/>", "x".repeat(70_000))),
        ReadErrorKind::Limit("bytes in one tag")
    );
    assert_eq!(
        limited(|_| (), &format!("<{}/>", "x".repeat(300))),
        ReadErrorKind::Limit("bytes in one name")
    );
    let long = reply(&format!("<A>{}</A>", "x".repeat(50_000)));
    assert_eq!(
        limited(|l| l.text = 40_000, &long),
        ReadErrorKind::Limit("bytes in one field")
    );
    let row = reply(&format!("<T><item>{}</item></T>", "<A>1</A>".repeat(1000)));
    assert_eq!(
        limited(|l| l.row = 10_000, &row),
        ReadErrorKind::Limit("bytes in one row or parameter")
    );
    let held = reply(&"<A>1</A>".repeat(1000));
    assert_eq!(
        limited(|l| l.held = 10_000, &held),
        ReadErrorKind::Limit("bytes in one row or parameter")
    );
    assert_eq!(
        limited(|l| l.total = 2000, &held),
        ReadErrorKind::Limit("bytes in all")
    );
    let names: String = (0..200).map(|i| format!("<A{i}/>")).collect();
    assert_eq!(
        limited(|l| l.names = 100, &reply(&names)),
        ReadErrorKind::Limit("different names")
    );
}

#[test]
fn a_field_larger_than_any_piece_is_read() {
    let text = "수입신고 ".repeat(20_000);
    let (_, rest) = read(
        options(&[]),
        reply(&format!("<A>{text}</A><B>1</B>")).as_bytes(),
        5000,
    )
    .unwrap();
    assert_eq!(rest.values.text("A"), Some(text.as_str()));
    assert_eq!(rest.values.text("B"), Some("1"));
}

#[test]
fn rows_read_into_structures() {
    #[derive(serde::Deserialize, Debug, PartialEq)]
    #[serde(rename_all = "PascalCase")]
    struct Due<'a> {
        vbeln: &'a str,
        posnr: u32,
        #[serde(default)]
        lines: Vec<Line>,
    }
    #[derive(serde::Deserialize, Debug, PartialEq)]
    struct Line {
        #[serde(rename = "Menge")]
        menge: f64,
    }
    let text = reply(
        "<T><item><Vbeln>0080001234</Vbeln><Posnr>000010</Posnr><Lines><item><Menge>12.5-</Menge></item></Lines></item>\
         <item><Posnr>x</Posnr><Vbeln/></item></T>",
    );
    let mut reader = ReplyReader::new(options(&["T"]));
    reader.push(text.as_bytes());
    let Step::Row(row) = reader.next().unwrap() else {
        panic!("a row is due")
    };
    let due = Due {
        vbeln: "0080001234",
        posnr: 10,
        lines: vec![Line { menge: -12.5 }],
    };
    assert_eq!(row.deserialize::<Due<'_>>().unwrap(), due);
    let Step::Row(row) = reader.next().unwrap() else {
        panic!("a row is due")
    };
    assert_eq!(
        row.deserialize::<Due<'_>>().unwrap_err().to_string(),
        "Posnr: expected a number, found \"x\""
    );
}
