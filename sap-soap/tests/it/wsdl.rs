//! Loading descriptions: what is read, what is missing, what is refused.

use sap_soap::wsdl::{FileSystem, InMemory, Loader, SoapVersion, Wsdl};

use crate::corpus;

const CUSTOMS: &[u8] = include_bytes!("../data/customs.wsdl");

fn customs() -> Wsdl {
    Wsdl::from_bytes("customs.wsdl", CUSTOMS).unwrap()
}

#[test]
fn services_and_operations_are_described() {
    let described = serde_json::to_value(customs().describe()).unwrap();
    let operations = serde_json::json!([
        {
            "name": "ZCustomsGetDue",
            "action": "urn:sap-com:document:sap:soap:functions:mc-style:Z_CUSTOMS:ZCustomsGetDueRequest",
            "input": "ZCustomsGetDue",
            "output": "ZCustomsGetDueResponse"
        },
        {"name": "ZCustomsPutStatus", "action": null, "input": "ZCustomsPutStatus", "output": "ZCustomsPutStatusResponse"}
    ]);
    let expected = serde_json::json!({
        "services": [{"name": "Z_CUSTOMS", "operations": operations}],
        "port_types": [{"name": "Z_CUSTOMS", "operations": operations}]
    });
    assert_eq!(described, expected);
}

#[test]
fn the_soap_1_1_port_is_taken_unless_another_is_named() {
    let wsdl = customs();
    assert_eq!(
        wsdl.operation("ZCustomsGetDue").unwrap().soap,
        SoapVersion::Soap11
    );
    let other = wsdl.operation_at("Z_CUSTOMS_soap12", "ZCustomsGetDue").unwrap();
    assert_eq!(other.soap, SoapVersion::Soap12);
    assert!(
        other
            .endpoint
            .as_deref()
            .unwrap()
            .starts_with("http://sap.example:8000/")
    );
    let error = wsdl.operation("ZCustomsGetDues").unwrap_err();
    assert_eq!(
        error.to_string(),
        "no operation ZCustomsGetDues; the nearest is ZCustomsGetDue"
    );
}

#[test]
fn every_wsdl_of_the_corpus_loads() {
    let Some(folder) = corpus::folder("sap/wsdl") else {
        return;
    };
    let files = corpus::files(&folder, "wsdl");
    assert!(files.len() >= 44, "only {} files", files.len());
    let mut operations = 0;
    let mut problems = Vec::new();
    for file in &files {
        let wsdl = Loader::default()
            .load(&file.to_string_lossy(), &FileSystem)
            .unwrap_or_else(|e| panic!("{e}"));
        for operation in wsdl.operations() {
            operations += 1;
            if let Some(problem) = operation.problem() {
                problems.push(format!(
                    "{}: {}: {problem}",
                    file.file_name().unwrap().to_string_lossy(),
                    operation.name
                ));
            }
        }
    }
    println!(
        "{} files, {operations} operations, {} with a problem:\n{}",
        files.len(),
        problems.len(),
        problems.join("\n")
    );
    // One description refers to schema files that the corpus does not hold, and only its operations suffer.
    assert!(
        problems.iter().all(|p| p.contains("eDocMexicoCFDI")),
        "{problems:#?}"
    );
}

const TYPES: &str = r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:complexType name="T"><xs:sequence>
    <xs:element name="A" type="xs:string"/></xs:sequence></xs:complexType></xs:schema>"#;

fn importing(schema: &str) -> String {
    format!(
        r#"<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" targetNamespace="urn:t" xmlns:t="urn:t" xmlns:xs="http://www.w3.org/2001/XMLSchema">
        <types><xs:schema targetNamespace="urn:t">{schema}<xs:element name="Good" type="xs:string"/><xs:element name="Op" type="t:T"/></xs:schema></types>
        <message name="M"><part name="p" element="t:Op"/></message><message name="G"><part name="p" element="t:Good"/></message>
        <portType name="P"><operation name="Op"><input message="t:M"/></operation>
        <operation name="Good"><input message="t:G"/></operation></portType></definitions>"#
    )
}

#[test]
fn an_included_schema_without_namespace_takes_that_of_its_includer() {
    let files = InMemory::default()
        .with(
            "a/main.wsdl",
            importing(r#"<xs:include schemaLocation="b/types.xsd"/>"#),
        )
        .with("a/b/types.xsd", TYPES);
    let wsdl = Loader::default().load("a/main.wsdl", &files).unwrap();
    assert!(wsdl.missing.is_empty());
    assert_eq!(wsdl.operation("Op").unwrap().problem(), None);
}

#[test]
fn a_missing_schema_costs_only_what_needs_it() {
    let files = InMemory::default().with(
        "main.wsdl",
        importing(r#"<xs:include schemaLocation="types.xsd"/>"#),
    );
    let wsdl = Loader::default().load("main.wsdl", &files).unwrap();
    assert_eq!(wsdl.operation("Good").unwrap().problem(), None);
    let problem = wsdl.operation("Op").unwrap().problem().unwrap();
    assert_eq!(
        problem,
        "the type {urn:t}T is not declared (types.xsd is missing: not in memory)"
    );
}

#[test]
fn a_loader_names_what_it_needs() {
    let mut loader = Loader::default();
    loader
        .add_document(
            "http://h/sap/main?wsdl",
            importing(r#"<xs:include schemaLocation="t.xsd"/>"#).as_bytes(),
        )
        .unwrap();
    assert_eq!(loader.missing(), ["http://h/sap/t.xsd"]);
    loader
        .add_document("http://h/sap/t.xsd", TYPES.as_bytes())
        .unwrap();
    assert!(loader.missing().is_empty());
    assert_eq!(loader.finish().unwrap().operation("Op").unwrap().problem(), None);
}

#[test]
fn an_outline_names_each_field_and_what_it_takes() {
    let outline = |document: &[u8], operation: &str, most: usize| {
        let wsdl = Wsdl::from_bytes("t.wsdl", document).unwrap();
        let element = wsdl.operation(operation).unwrap().input.element.clone().unwrap();
        let ty = wsdl
            .schema
            .element(element.namespace.as_deref(), &element.name)
            .unwrap()
            .ty;
        let outline = wsdl.schema.outline(ty, most);
        let lines: Vec<String> = outline
            .lines
            .iter()
            .map(|line| {
                let optional = if line.required { "" } else { "?" };
                format!(
                    "{}{}{optional}: {}",
                    "  ".repeat(line.depth),
                    line.name,
                    line.kind
                )
            })
            .collect();
        (lines, outline.cut)
    };
    let (lines, cut) = outline(include_bytes!("../data/customs.wsdl"), "ZCustomsGetDue", 1000);
    assert!(!cut);
    assert_eq!(
        &lines[..6],
        [
            "IvAfter: string, at most 20",
            "IvBukrs?: string, at most 4",
            "IvMax: int",
            "ItKeys?: table of string, at most 10",
            "EtDue?: table",
            "  Bukrs: string, at most 4",
        ]
    );
    for line in ["  Posnr: digits, at most 6", "  Menge: decimal 13.3"] {
        assert!(lines.iter().any(|l| l == line), "{line}: {lines:#?}");
    }
    let (lines, _) = outline(include_bytes!("../data/models.wsdl"), "Everything", 1000);
    for line in [
        "@version: int",
        "Price: text with attributes, by @xsi:type SmallAmount",
        "  @currency: token, exactly 3",
        "  $: decimal",
        "Remark: list of string",
        "  Child?: list of structure, as around it",
        "Anything?: anything",
    ] {
        assert!(lines.iter().any(|l| l == line), "{line}: {lines:#?}");
    }
    assert!(
        lines.iter().any(|l| l.contains("one of \"A1\" \"B2\"")),
        "{lines:#?}"
    );
    let (lines, _) = outline(include_bytes!("../data/derived.wsdl"), "Move", 1000);
    assert!(
        lines
            .iter()
            .any(|l| l == "Stop: list of structure, by @xsi:type Port, Warehouse"),
        "{lines:#?}"
    );
    let (lines, cut) = outline(include_bytes!("../data/derived.wsdl"), "Move", 2);
    assert_eq!((lines.len(), cut), (2, true));
}
