//! How fast requests are built and descriptions loaded: `cargo bench -p sap-soap --bench write [-- WSDL [OPERATION TABLE]]`.
//!
//! Prints rows per CPU second of a request whose rows come from an iterator, and CPU milliseconds for loading the WSDL.
//! Without arguments both are of a description made here: one table with rows of 15 fields, as ABAP generates it.

use std::io::Write;
use std::process::ExitCode;

use sap_soap::request::RequestEncoder;
use sap_soap::wsdl::{InMemory, Loader, Resolve, Wsdl};
use serde::Serialize;

#[path = "shared/measure.rs"]
mod measure;

use measure::{cpu, peak};

const ROWS: u32 = 500_000;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Item<'a> {
    mblnr: &'a str,
    mjahr: &'a str,
    zeile: &'a str,
    biaos: &'a str,
    bldat: &'a str,
    werks: &'a str,
    zxmwz: &'a str,
    matnr: &'a str,
    maktx: &'a str,
    matkl: &'a str,
    menge: &'a str,
    mseht: &'a str,
    dmbtr: &'a str,
    kostl: &'a str,
    waers: &'a str,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout();
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with("--"))
        .collect();
    let (file, bytes) = match arguments.first() {
        Some(file) => (file.clone(), std::fs::read(file)?),
        None => ("made here".to_owned(), made().into_bytes()),
    };
    let source = InMemory::default().with(file.clone(), bytes);
    let mut load = f64::MAX;
    let mut wsdl = None;
    for _ in 0..5 {
        let start = cpu()?;
        wsdl = Some(Loader::default().load(&file, &source as &dyn Resolve)?);
        load = load.min(cpu()? - start);
    }
    writeln!(out, "loading the WSDL: {:.2} ms of CPU", load * 1e3)?;
    let Some(wsdl) = wsdl else { return Ok(()) };
    let (operation, table) = match arguments.get(1..3) {
        Some([operation, table]) => (operation.as_str(), table.as_str()),
        _ if arguments.is_empty() => ("ZmmfmDeliveryOrder", "TItem"),
        _ => return Ok(()),
    };
    let mut best = f64::MAX;
    let mut bytes = 0;
    for _ in 0..3 {
        let start = cpu()?;
        bytes = build(&wsdl, operation, table)?;
        best = best.min(cpu()? - start);
    }
    let rate = f64::from(ROWS) / best;
    writeln!(
        out,
        "rows of a struct: {rate:.0} per CPU second, {:.0} MB/s",
        bytes as f64 / best / 1e6
    )?;
    writeln!(out, "peak memory: {:.1} MiB", peak()?)?;
    Ok(())
}

/// Builds a request piece by piece; gives its length.
fn build(wsdl: &Wsdl, operation: &str, table: &str) -> Result<usize, Box<dyn std::error::Error>> {
    let encoder = RequestEncoder::new(wsdl, wsdl.operation(operation)?)?;
    let numbers: Vec<(String, String)> = (0..1000)
        .map(|i| (format!("{i:010}"), format!("{i:018}")))
        .collect();
    let rows = (0..ROWS).map(|i| {
        let (mblnr, matnr) = &numbers[i as usize % numbers.len()];
        Item {
            mblnr,
            mjahr: "2024",
            zeile: "0001",
            biaos: "S",
            bldat: "2024-05-17",
            werks: "1000",
            zxmwz: "",
            matnr,
            maktx: "Schraube & Mutter",
            matkl: "001",
            menge: "12.5",
            mseht: "EA",
            dmbtr: "90.56",
            kostl: "0000004711",
            waers: "EUR",
        }
    });
    let mut length = 0;
    for piece in encoder.rows(&serde_json::json!({ "IDate": "2024-05-17" }), table, rows)? {
        length += std::hint::black_box(piece?).len();
    }
    Ok(length)
}

/// A description with one table, in the form that ABAP gives it.
fn made() -> String {
    let chars = |n: u32| {
        format!(r#"<xsd:restriction base="xsd:string"><xsd:maxLength value="{n}"/></xsd:restriction>"#)
    };
    let numeric = r#"<xsd:restriction base="xsd:string"><xsd:maxLength value="4"/><xsd:pattern value="\d*"/></xsd:restriction>"#;
    let date = r#"<xsd:restriction base="xsd:string"><xsd:maxLength value="10"/><xsd:pattern value="\d\d\d\d-\d\d-\d\d"/></xsd:restriction>"#;
    let quantum = r#"<xsd:restriction base="xsd:decimal"><xsd:totalDigits value="13"/><xsd:fractionDigits value="3"/></xsd:restriction>"#;
    let fields: String = [
        ("Mblnr", chars(10)),
        ("Mjahr", numeric.into()),
        ("Zeile", numeric.into()),
        ("Biaos", chars(1)),
        ("Bldat", date.into()),
        ("Werks", chars(4)),
        ("Zxmwz", chars(1)),
        ("Matnr", chars(18)),
        ("Maktx", chars(40)),
        ("Matkl", chars(9)),
        ("Menge", quantum.into()),
        ("Mseht", chars(3)),
        ("Dmbtr", quantum.into()),
        ("Kostl", chars(10)),
        ("Waers", chars(5)),
    ]
    .iter()
    .map(|(name, ty)| {
        format!(r#"<xsd:element name="{name}"><xsd:simpleType>{ty}</xsd:simpleType></xsd:element>"#)
    })
    .collect();
    format!(
        r#"<wsdl:definitions targetNamespace="urn:sap-com:document:sap:soap:functions:mc-style" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"
        xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:tns="urn:sap-com:document:sap:soap:functions:mc-style"><wsdl:types>
        <xsd:schema targetNamespace="urn:sap-com:document:sap:soap:functions:mc-style">
        <xsd:complexType name="Item"><xsd:sequence>{fields}</xsd:sequence></xsd:complexType>
        <xsd:complexType name="Items"><xsd:sequence><xsd:element name="item" type="tns:Item" minOccurs="0" maxOccurs="unbounded"/></xsd:sequence></xsd:complexType>
        <xsd:element name="ZmmfmDeliveryOrder"><xsd:complexType><xsd:sequence>
        <xsd:element name="IDate" type="xsd:string"/><xsd:element name="TItem" type="tns:Items"/></xsd:sequence></xsd:complexType></xsd:element>
        </xsd:schema></wsdl:types>
        <wsdl:message name="In"><wsdl:part name="parameters" element="tns:ZmmfmDeliveryOrder"/></wsdl:message>
        <wsdl:portType name="P"><wsdl:operation name="ZmmfmDeliveryOrder"><wsdl:input message="tns:In"/></wsdl:operation></wsdl:portType>
        </wsdl:definitions>"#
    )
}
