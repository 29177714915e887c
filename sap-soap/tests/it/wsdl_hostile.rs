//! Descriptions that mean harm, or make no sense: an error that says where, or an operation that says why; never a panic,
//! never a hang.

use std::fmt::Write as _;

use sap_soap::request::{Checks, RequestEncoder};
use sap_soap::wsdl::{InMemory, Limits, Loader, Wsdl};
use serde_json::json;

/// A description with these schemas and the operation `Op`, whose element is `t:Op`.
fn with_schema(schema: &str) -> String {
    format!(
        r#"<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" targetNamespace="urn:t" xmlns:t="urn:t" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<types><xs:schema targetNamespace="urn:t">{schema}</xs:schema></types>
<message name="M"><part name="p" element="t:Op"/></message>
<portType name="P"><operation name="Op"><input message="t:M"/></operation></portType></definitions>"#
    )
}

fn error(document: &str) -> String {
    Wsdl::from_bytes("t.wsdl", document.as_bytes())
        .unwrap_err()
        .to_string()
}

/// Why `Op` cannot be called.
fn problem(schema: &str) -> String {
    let wsdl = Wsdl::from_bytes("t.wsdl", with_schema(schema).as_bytes()).unwrap();
    let operation = wsdl.operation("Op").unwrap();
    match operation.problem() {
        Some(problem) => problem.to_owned(),
        None => RequestEncoder::new(&wsdl, operation)
            .unwrap()
            .encode(&json!({}))
            .unwrap_err()
            .to_string(),
    }
}

/// Loads, samples and encodes; only that it ends matters.
pub(crate) fn survive(document: &[u8]) {
    let Ok(wsdl) = Wsdl::from_bytes("t.wsdl", document) else {
        return;
    };
    let _ = serde_json::to_string(&wsdl.describe()).unwrap();
    for operation in wsdl.operations() {
        let Ok(sample) = wsdl.sample(operation) else {
            continue;
        };
        let Ok(encoder) = RequestEncoder::new(&wsdl, operation) else {
            continue;
        };
        let _ = encoder.encode(&sample);
        let _ = encoder.checks(Checks::Lenient).encode(&json!({}));
    }
}

#[test]
fn documents_that_are_no_wsdl() {
    assert_eq!(error(""), "t.wsdl:1: the document is empty");
    assert_eq!(error("not xml"), "t.wsdl:1: the document is empty");
    assert_eq!(
        error("<html><body>Logon</body></html>"),
        "t.wsdl:1: the root element is <html>, expected wsdl:definitions (WSDL 1.1)"
    );
    assert!(
        error("<definitions xmlns=\"http://schemas.xmlsoap.org/wsdl/\">\n<a>\n</b>")
            .starts_with("t.wsdl:3: not well-formed: ")
    );
    assert_eq!(
        error("<definitions xmlns=\"http://schemas.xmlsoap.org/wsdl/\">\n<types>"),
        "t.wsdl:2: not well-formed: the document ends inside an element"
    );
    assert!(
        error("<definitions xmlns=\"http://schemas.xmlsoap.org/wsdl/\"/><a/>")
            .ends_with("a second root element")
    );
    assert!(error("<x:definitions/>").contains("prefix"));
    let unnamed = with_schema("\n<xs:element/>");
    assert_eq!(error(&unnamed), "t.wsdl:3: xsd:element has no name");
    let injected = with_schema(r#"<xs:element name="a b='c'"/>"#);
    assert!(error(&injected).ends_with("is not an XML name"));
    let count = with_schema(r#"<xs:complexType name="T"><xs:sequence maxOccurs="-1"/></xs:complexType>"#);
    assert!(error(&count).ends_with(r#"maxOccurs is "-1", expected a number or "unbounded""#));
}

#[test]
fn document_types_are_refused() {
    let laughs = "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;&lol;\">]>\
        <definitions xmlns=\"http://schemas.xmlsoap.org/wsdl/\" name=\"&lol2;\"/>";
    assert_eq!(error(laughs), "t.wsdl:1: refused: a document type declaration");
    let external = "<?xml version=\"1.0\"?>\n<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><x/>";
    assert_eq!(error(external), "t.wsdl:2: refused: a document type declaration");
    assert!(error("<definitions xmlns=\"http://schemas.xmlsoap.org/wsdl/\"><import location=\"&unknown;\"/></definitions>").contains("not well-formed"));
}

#[test]
fn nesting_size_and_numbers_are_bounded() {
    let deep = "<a>".repeat(10_000);
    let deep = format!("<definitions xmlns=\"http://schemas.xmlsoap.org/wsdl/\">{deep}");
    assert_eq!(
        error(&deep),
        "t.wsdl:1: refused: more than 128 levels of elements"
    );
    let deep = with_schema(&"<xs:sequence>".repeat(10_000));
    assert!(error(&deep).ends_with("refused: more than 128 levels of elements"));
    let nested = format!(
        "<xs:complexType name=\"T\">{}{}</xs:complexType>",
        "<xs:sequence>".repeat(110),
        "</xs:sequence>".repeat(110)
    );
    survive(with_schema(&nested).as_bytes());
    let mut wide = String::from("<definitions xmlns=\"http://schemas.xmlsoap.org/wsdl/\"");
    for i in 0..1000 {
        let _ = write!(wide, " a{i}=\"\"");
    }
    assert!(error(&format!("{wide}/>")).ends_with("refused: more than 256 attributes"));
    let mut prefixes = String::from("<definitions");
    for i in 0..1000 {
        let _ = write!(prefixes, " xmlns:p{i}=\"urn:{i}\"");
    }
    assert!(error(&format!("{prefixes}/>")).contains("t.wsdl:1: "));
    let mut limits = Limits::default();
    limits.document_bytes = 100;
    let error = Loader::new(limits)
        .add_document("t.wsdl", with_schema("").as_bytes())
        .unwrap_err();
    assert_eq!(error.to_string(), "t.wsdl:1: refused: more than 100 bytes");
    let mut limits = Limits::default();
    limits.components = 10;
    let many = with_schema(&"<xs:element name=\"e\"/>".repeat(20));
    let error = Loader::new(limits)
        .add_document("t.wsdl", many.as_bytes())
        .unwrap_err();
    assert!(error.to_string().ends_with("refused: more than 10 declarations"));
}

#[test]
fn documents_that_import_each_other_load_once() {
    let main = r#"<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"><import location="main.wsdl"/><import location="b.wsdl"/></definitions>"#;
    let other = r#"<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"><import location="main.wsdl"/><import location="./b.wsdl"/></definitions>"#;
    let files = InMemory::default().with("main.wsdl", main).with("b.wsdl", other);
    assert!(
        Loader::default()
            .load("main.wsdl", &files)
            .unwrap()
            .missing
            .is_empty()
    );
    let includes = with_schema(r#"<xs:include schemaLocation="a.xsd"/>"#);
    let chameleon = r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:include schemaLocation="a.xsd"/><xs:include schemaLocation="b.xsd"/></xs:schema>"#;
    let files = InMemory::default()
        .with("m.wsdl", includes)
        .with("a.xsd", chameleon)
        .with("b.xsd", chameleon);
    assert!(
        Loader::default()
            .load("m.wsdl", &files)
            .unwrap()
            .missing
            .is_empty()
    );
}

#[test]
fn endless_imports_end() {
    let mut limits = Limits::default();
    limits.documents = 10;
    let mut loader = Loader::new(limits);
    let importing = |next: usize| {
        format!(
            r#"<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"><import location="d{next}.wsdl"/></definitions>"#
        )
    };
    loader.add_document("d0.wsdl", importing(1).as_bytes()).unwrap();
    let error = (1..).find_map(|i| {
        let location = loader.missing().pop()?;
        loader.add_document(&location, importing(i + 1).as_bytes()).err()
    });
    assert_eq!(
        error.unwrap().to_string(),
        "d10.wsdl:1: refused: more than 10 documents"
    );
}

#[test]
fn what_is_missing_or_circular_is_said_by_the_operation() {
    assert_eq!(problem(""), "the element {urn:t}Op is not declared");
    assert_eq!(
        problem(r#"<xs:element name="Op" type="t:No"/>"#),
        "the type {urn:t}No is not declared"
    );
    assert_eq!(
        problem(r#"<xs:element name="Op" type="x:No"/>"#),
        "the type {undeclared prefix \"x\"}x:No is not declared"
    );
    let op = r#"<xs:element name="Op" type="t:T"/>"#;
    let derived = |base: &str| {
        format!(
            r#"{op}<xs:complexType name="T"><xs:complexContent><xs:extension base="{base}"><xs:sequence/></xs:extension></xs:complexContent></xs:complexType>"#
        )
    };
    assert_eq!(problem(&derived("t:T")), "the type is derived from itself");
    let simple = r#"<xs:simpleType name="T"><xs:restriction base="t:U"/></xs:simpleType><xs:simpleType name="U"><xs:restriction base="t:T"/></xs:simpleType>"#;
    assert_eq!(
        problem(&format!("{op}{simple}")),
        "the type is derived from itself"
    );
    let element = |inner: &str| {
        format!(r#"{op}<xs:complexType name="T"><xs:sequence>{inner}</xs:sequence></xs:complexType>"#)
    };
    assert_eq!(
        problem(&element(r#"<xs:element ref="t:No"/>"#)),
        "the element {urn:t}No is not declared"
    );
    assert_eq!(
        problem(&element(r#"<xs:group ref="t:No"/>"#)),
        "the group {urn:t}No is not declared"
    );
    let group = r#"<xs:group name="G"><xs:sequence><xs:group ref="t:G"/></xs:sequence></xs:group>"#;
    assert_eq!(
        problem(&format!("{group}{}", element(r#"<xs:group ref="t:G"/>"#))),
        "groups nest deeper than 64, or contain themselves"
    );
    let looped = problem(&element(r#"<xs:element name="A" type="t:T"/>"#));
    assert!(looped.contains("it needs itself"), "{looped}");
    let list = r#"<xs:simpleType name="L"><xs:list itemType="xs:int"/></xs:simpleType><xs:simpleType name="T"><xs:list itemType="t:L"/></xs:simpleType>"#;
    assert_eq!(problem(&format!("{op}{list}")), "the type is a list of lists");
}

#[test]
fn chains_and_bombs_of_declarations_cost_little() {
    // Each group holds the next one twice.
    let mut groups = String::from(
        r#"<xs:element name="Op"><xs:complexType><xs:group ref="t:g0"/></xs:complexType></xs:element>"#,
    );
    for i in 0..25 {
        let n = i + 1;
        let _ = write!(
            groups,
            r#"<xs:group name="g{i}"><xs:sequence><xs:group ref="t:g{n}"/><xs:group ref="t:g{n}"/></xs:sequence></xs:group>"#
        );
    }
    let _ = write!(
        groups,
        r#"<xs:group name="g25"><xs:sequence><xs:element name="e" type="xs:int"/></xs:sequence></xs:group>"#
    );
    assert_eq!(problem(&groups), "the types expand to too many fields");

    // Each type needs the next one ten times.
    let mut types = String::from(r#"<xs:element name="Op" type="t:T0"/>"#);
    for i in 0..40 {
        let n = i + 1;
        let _ = write!(
            types,
            r#"<xs:complexType name="T{i}"><xs:sequence><xs:element name="e" minOccurs="10" maxOccurs="10" type="t:T{n}"/></xs:sequence></xs:complexType>"#
        );
    }
    types.push_str(r#"<xs:simpleType name="T40"><xs:restriction base="xs:int"/></xs:simpleType>"#);
    assert!(problem(&types).contains("initial value is too large"));
    survive(with_schema(&types).as_bytes());

    // A long chain of bases, and many types on one base.
    let mut bases = String::from(r#"<xs:element name="Op" type="t:T2000"/><xs:complexType name="T0"/>"#);
    for i in 1..=2000 {
        let base = i - 1;
        let _ = write!(
            bases,
            r#"<xs:complexType name="T{i}"><xs:complexContent><xs:extension base="t:T{base}"><xs:sequence><xs:element name="e{i}" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>"#
        );
    }
    survive(with_schema(&bases).as_bytes());

    // Counts and patterns beyond reason.
    let counts = r#"<xs:element name="Op"><xs:complexType><xs:sequence minOccurs="4000000000" maxOccurs="4294967295"><xs:sequence minOccurs="4000000000" maxOccurs="unbounded">
        <xs:element name="a" minOccurs="999999999999999999999" maxOccurs="unbounded" type="xs:int"/></xs:sequence></xs:sequence></xs:complexType></xs:element>"#;
    survive(with_schema(counts).as_bytes());
    let pattern = r#"<xs:element name="Op"><xs:simpleType><xs:restriction base="xs:string"><xs:length value="4000000000"/><xs:pattern value="((((a{9999}){9999}){9999})*)*b"/></xs:restriction></xs:simpleType></xs:element>"#;
    survive(with_schema(pattern).as_bytes());
}

#[test]
fn ports_times_operations_are_bounded() {
    let mut operations = String::new();
    let mut bound = String::new();
    let mut ports = String::new();
    for i in 0..200 {
        let _ = write!(operations, r#"<operation name="o{i}"/>"#);
        let _ = write!(bound, r#"<operation name="o{i}"/>"#);
        let _ = write!(ports, r#"<port name="p{i}" binding="t:B"/>"#);
    }
    let document = format!(
        r#"<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" targetNamespace="urn:t" xmlns:t="urn:t">
        <portType name="P">{operations}</portType><binding name="B" type="t:P"><s:binding/>{bound}</binding><service name="S">{ports}</service></definitions>"#
    );
    assert_eq!(error(&document), "t.wsdl:1: refused: more than 10000 operations");
}

#[test]
fn duplicate_declarations_keep_the_first() {
    let twice = r#"<xs:element name="Op" type="t:T"/><xs:element name="Op" type="t:No"/>
        <xs:complexType name="T"><xs:sequence><xs:element name="A" type="xs:int"/></xs:sequence></xs:complexType><xs:complexType name="T"/>"#;
    let wsdl = Wsdl::from_bytes("t.wsdl", with_schema(twice).as_bytes()).unwrap();
    let operation = wsdl.operation("Op").unwrap();
    assert_eq!(wsdl.sample(operation).unwrap(), json!({"A": 0}));
}
