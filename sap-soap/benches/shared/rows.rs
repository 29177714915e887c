//! One table with rows of 15 fields, as ABAP generates and sends it, and what is done with it.
#![expect(dead_code, reason = "no bench uses all of it, and fields are only read")]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use sap_soap::request::RequestEncoder;
use sap_soap::response::{ReadOptions, ReplyReader, Step};
use sap_soap::wsdl::Wsdl;
use serde::{Deserialize, Serialize};

/// How many rows the bars are about.
pub(crate) const ROWS: u32 = 500_000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Owned {
    mblnr: String,
    mjahr: String,
    zeile: String,
    biaos: String,
    bldat: String,
    werks: String,
    zxmwz: String,
    matnr: String,
    maktx: String,
    matkl: String,
    menge: String,
    mseht: String,
    dmbtr: String,
    kostl: String,
    waers: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Borrowed<'a> {
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

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Item<'a> {
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

pub(crate) fn events(path: &Path) -> Result<usize, Box<dyn std::error::Error>> {
    let mut reader =
        quick_xml::Reader::from_reader(BufReader::with_capacity(64 << 10, std::fs::File::open(path)?));
    let mut buffer = Vec::new();
    let mut count = 0;
    loop {
        match reader.read_event_into(&mut buffer)? {
            quick_xml::events::Event::Eof => return Ok(count),
            _ => count += 1,
        }
        buffer.clear();
    }
}

pub(crate) fn read<E: std::error::Error + 'static>(
    path: &Path,
    mut each: impl FnMut(sap_soap::response::RowRef<'_>) -> Result<(), E>,
) -> Result<usize, Box<dyn std::error::Error>> {
    let mut file = BufReader::with_capacity(64 << 10, std::fs::File::open(path)?);
    let mut reader = ReplyReader::new(ReadOptions {
        rows: vec!["TItem".into()],
        ..ReadOptions::default()
    });
    let mut rows = 0;
    loop {
        match reader.next()? {
            Step::Row(row) => {
                each(row)?;
                rows += 1;
            }
            Step::More => {
                let piece = file.fill_buf()?;
                let length = piece.len();
                if length == 0 {
                    reader.finish();
                } else {
                    reader.push(piece);
                    file.consume(length);
                }
            }
            Step::Done => return Ok(rows),
        }
    }
}

/// Rows as an ABAP system sends them: no blanks between tags, empty fields as `<X/>`, references in texts.
pub(crate) fn make(path: &Path, rows: usize) -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
    out.write_all(
        b"<soap-env:Envelope xmlns:soap-env=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap-env:Header/><soap-env:Body>\
          <n0:ZmmfmDeliveryOrderResponse xmlns:n0=\"urn:sap-com:document:sap:soap:functions:mc-style\"><TItem>",
    )?;
    let texts = [
        "Schraube M8x40 verzinkt",
        "BEARING 2305 &amp; SEAL",
        "铝合金型材 6063-T5",
        "PUMP &lt;A&gt;",
        "수입신고 필증",
    ];
    for i in 0..rows {
        write!(
            out,
            "<item><Mblnr>{:010}</Mblnr><Mjahr>2024</Mjahr><Zeile>{:04}</Zeile><Biaos>{}</Biaos><Bldat>0000-00-00</Bldat>\
             <Werks>1000</Werks><Zxmwz/><Matnr>{:018}</Matnr><Maktx>{}</Maktx><Matkl>001</Matkl><Menge>12.5</Menge>\
             <Mseht>EA</Mseht><Dmbtr>90.56</Dmbtr><Kostl/><Waers>KRW</Waers></item>",
            4_900_000_000u64 + i as u64 / 4,
            i % 4 + 1,
            ["S", "H"][i % 2],
            i * 7919 % 100_000_000,
            texts[i % texts.len()],
        )?;
    }
    out.write_all(b"</TItem></n0:ZmmfmDeliveryOrderResponse></soap-env:Body></soap-env:Envelope>")?;
    out.flush()
}

/// Builds a request piece by piece; gives its length.
pub(crate) fn build(
    wsdl: &Wsdl,
    operation: &str,
    table: &str,
    rows: u32,
) -> Result<usize, Box<dyn std::error::Error>> {
    let encoder = RequestEncoder::new(wsdl, wsdl.operation(operation)?)?;
    let numbers: Vec<(String, String)> = (0..1000)
        .map(|i| (format!("{i:010}"), format!("{i:018}")))
        .collect();
    let rows = (0..rows).map(|i| {
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
pub(crate) fn made() -> String {
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
        xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:tns="urn:sap-com:document:sap:soap:functions:mc-style"><wsdl:types>
        <xsd:schema targetNamespace="urn:sap-com:document:sap:soap:functions:mc-style">
        <xsd:complexType name="Item"><xsd:sequence>{fields}</xsd:sequence></xsd:complexType>
        <xsd:complexType name="Items"><xsd:sequence><xsd:element name="item" type="tns:Item" minOccurs="0" maxOccurs="unbounded"/></xsd:sequence></xsd:complexType>
        <xsd:element name="ZmmfmDeliveryOrder"><xsd:complexType><xsd:sequence>
        <xsd:element name="IDate" type="xsd:string"/><xsd:element name="TItem" type="tns:Items"/></xsd:sequence></xsd:complexType></xsd:element>
        <xsd:element name="ZmmfmDeliveryOrderResponse"><xsd:complexType><xsd:sequence>
        <xsd:element name="TItem" type="tns:Items"/></xsd:sequence></xsd:complexType></xsd:element>
        </xsd:schema></wsdl:types>
        <wsdl:message name="In"><wsdl:part name="parameters" element="tns:ZmmfmDeliveryOrder"/></wsdl:message>
        <wsdl:message name="Out"><wsdl:part name="parameters" element="tns:ZmmfmDeliveryOrderResponse"/></wsdl:message>
        <wsdl:portType name="P"><wsdl:operation name="ZmmfmDeliveryOrder"><wsdl:input message="tns:In"/><wsdl:output message="tns:Out"/></wsdl:operation></wsdl:portType>
        <wsdl:binding name="B" type="tns:P"><soap:binding transport="http://schemas.xmlsoap.org/soap/http" style="document"/>
        <wsdl:operation name="ZmmfmDeliveryOrder"><soap:operation soapAction="" style="document"/>
        <wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output></wsdl:operation></wsdl:binding>
        <wsdl:service name="S"><wsdl:port name="P" binding="tns:B"><soap:address location="http://sap.example/"/></wsdl:port></wsdl:service>
        </wsdl:definitions>"#
    )
}
