//! Generated types: as they were committed, and good for both ways.

use sap_soap::codegen;
use sap_soap::request::RequestEncoder;
use sap_soap::value::{Row, from_row, to_row};
use sap_soap::wsdl::{FileSystem, Loader, Wsdl};
use serde_json::json;

use crate::corpus;

#[expect(unreachable_pub, dead_code, reason = "generated for a library")]
mod customs;
#[expect(unreachable_pub, dead_code, reason = "generated for a library")]
mod derived;
#[expect(unreachable_pub, dead_code, reason = "generated for a library")]
mod models;

const FILES: [(&str, &[u8]); 3] = [
    ("customs", include_bytes!("../data/customs.wsdl")),
    ("derived", include_bytes!("../data/derived.wsdl")),
    ("models", include_bytes!("../data/models.wsdl")),
];

#[test]
fn the_committed_code_is_what_is_generated() {
    for (name, bytes) in FILES {
        let wsdl = Wsdl::from_bytes(name, bytes).unwrap();
        let code = codegen::generate(&wsdl, None).unwrap();
        let path = format!("{}/tests/it/codegen/{name}.rs", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            std::fs::write(&path, &code).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap();
        assert!(
            code == committed,
            "{path} differs; UPDATE_EXPECTED=1 writes it anew"
        );
    }
}

#[test]
fn a_reply_becomes_typed_and_a_typed_request_is_the_same_again() {
    let status = json!({"Bukrs": "1000", "Vbeln": "0080001234", "Posnr": "000010", "Stats": "50", "Udate": "2024-05-17",
        "Uzeit": "24:00:00", "Menge": "-12.500", "Guid": "AAECAwQFBgcICQoLDA0ODw==", "Count": 7});
    let initial = json!({"Bukrs": "", "Vbeln": "", "Posnr": "000000", "Stats": "", "Udate": "0000-00-00",
        "Uzeit": "", "Menge": "", "Guid": "", "Count": 0});
    let given = json!({"ItStatus": [status, initial]});
    let row: Row = serde_json::from_value(given.clone()).unwrap();
    let typed: customs::ZCustomsPutStatus = from_row(&row).unwrap();
    assert_eq!(typed.it_status[0].udate, Some(jiff::civil::date(2024, 5, 17)));
    assert_eq!(typed.it_status[0].menge.unwrap().to_string(), "-12.500");
    assert_eq!(typed.it_status[0].guid.len(), 16);
    assert_eq!(typed.it_status[1].udate, None);
    assert_eq!(
        from_row::<customs::ZCustomsPutStatus>(&to_row(&typed).unwrap()).unwrap(),
        typed
    );

    let wsdl = Wsdl::from_bytes("customs.wsdl", FILES[0].1).unwrap();
    let operation = wsdl.operation(customs::Z_CUSTOMS_PUT_STATUS).unwrap();
    let encoder = RequestEncoder::new(&wsdl, operation).unwrap();
    assert_eq!(encoder.encode(&typed).unwrap(), encoder.encode(&given).unwrap());
    let default = encoder.encode(&customs::ZCustomsPutStatus::default()).unwrap();
    assert_eq!(default, encoder.encode(&json!({"ItStatus": []})).unwrap());
}

#[test]
fn every_content_model_comes_through() {
    let wsdl = Wsdl::from_bytes("models.wsdl", FILES[2].1).unwrap();
    let operation = wsdl.operation(models::EVERYTHING).unwrap();
    let mut sample = wsdl.sample(operation).unwrap();
    sample["Tree"] = json!({"Name": "root", "Child": [{"Name": "leaf"}]});
    sample["Price"] = json!({"@currency": "EUR", "$": "1.50"});
    let row: Row = serde_json::from_value(sample.clone()).unwrap();
    let typed: models::Everything = from_row(&row).unwrap();
    assert_eq!(typed.price.currency, "EUR");
    assert_eq!(typed.tree.child[0].name, "leaf");
    let encoder = RequestEncoder::new(&wsdl, operation).unwrap();
    assert_eq!(encoder.encode(&typed).unwrap(), encoder.encode(&sample).unwrap());
}

#[test]
fn one_operation_brings_only_what_it_needs() {
    let wsdl = Wsdl::from_bytes("customs.wsdl", FILES[0].1).unwrap();
    let code = codegen::generate(&wsdl, Some("ZCustomsGetDue")).unwrap();
    assert!(
        code.contains("pub struct ZcustomsDue {") && !code.contains("ZcustomsStatus"),
        "{code}"
    );
    assert!(code.contains("/// `Vbeln`: CHAR 10 (`char10`)."), "{code}");
    let error = codegen::generate(&wsdl, Some("ZCustomsGetDew")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no operation ZCustomsGetDew; the nearest is ZCustomsGetDue"
    );
    let models = Wsdl::from_bytes("models.wsdl", FILES[2].1).unwrap();
    let error = codegen::generate(&models, Some("Lost")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Lost cannot be called: the type {urn:example:models}Nowhere is not declared"
    );
}

#[test]
fn a_table_of_itself_becomes_a_struct() {
    let wsdl = br#"<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" targetNamespace="urn:t" xmlns:t="urn:t" xmlns:xs="http://www.w3.org/2001/XMLSchema">
        <types><xs:schema targetNamespace="urn:t"><xs:element name="Op" type="t:T"/><xs:complexType name="T"><xs:sequence>
        <xs:element name="item" type="t:T" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:schema></types>
        <message name="M"><part name="p" element="t:Op"/></message>
        <portType name="P"><operation name="Op"><input message="t:M"/></operation></portType></definitions>"#;
    let code = codegen::generate(&Wsdl::from_bytes("t.wsdl", wsdl).unwrap(), None).unwrap();
    assert!(code.contains("pub item: Vec<Vec<T>>"), "{code}");
}

#[test]
fn every_description_of_the_corpus_becomes_rust() {
    let Some(folder) = corpus::folder("sap/wsdl") else {
        return;
    };
    for file in corpus::files(&folder, "wsdl") {
        let wsdl = Loader::default()
            .load(&file.to_string_lossy(), &FileSystem)
            .unwrap();
        let code = codegen::generate(&wsdl, None).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        if let Some(folder) = std::env::var_os("CODEGEN_OUT") {
            let name = file
                .file_stem()
                .unwrap()
                .to_string_lossy()
                .replace(|c: char| !c.is_alphanumeric(), "_");
            std::fs::write(std::path::Path::new(&folder).join(format!("{name}.rs")), code).unwrap();
        }
    }
}

#[test]
fn a_structure_of_an_abstract_type_names_its_own() {
    let given = json!({"Stop": [{"@xsi:type": "Port", "@country": "KR", "Code": "KRPUS", "Berths": "3"}]});
    let row: Row = serde_json::from_value(given.clone()).unwrap();
    let typed: derived::Move = from_row(&row).unwrap();
    assert_eq!(typed.stop[0].attribute("xsi:type"), Some("Port"));
    let wsdl = Wsdl::from_bytes("derived.wsdl", FILES[1].1).unwrap();
    let encoder = RequestEncoder::new(&wsdl, wsdl.operation("Move").unwrap()).unwrap();
    assert_eq!(encoder.encode(&typed).unwrap(), encoder.encode(&given).unwrap());
    // Parameters are a structure, also where their only field is repeated.
    let reply: derived::MoveResponse = from_row(&row).unwrap();
    assert_eq!(reply.stop, typed.stop);
}
