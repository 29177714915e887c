//! A table of SAP's, as a file and read back: the rows all readers are measured on.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, ensure};
use sap_soap::request::RequestEncoder;
use sap_soap::response::{ReadOptions, ReplyReader, RowRef, Step};
use sap_soap::wsdl::Wsdl;
use serde::{Deserialize, Serialize};

/// The operation, and its table.
pub const OPERATION: &str = "ZmmfmDeliveryOrder";
/// The table.
pub const TABLE: &str = "TItem";

const NAMESPACE: &str = "urn:sap-com:document:sap:soap:functions:mc-style";
const PIECE: usize = 64 << 10;

/// A row with strings of its own.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(missing_docs, reason = "the fields are SAP's")]
pub struct Item {
    pub mblnr: String,
    pub mjahr: String,
    pub zeile: String,
    pub biaos: String,
    pub bldat: String,
    pub werks: String,
    pub zxmwz: String,
    pub matnr: String,
    pub maktx: String,
    pub matkl: String,
    pub menge: String,
    pub mseht: String,
    pub dmbtr: String,
    pub kostl: String,
    pub waers: String,
}

/// A row to write. The numbers vary; what the reader must resolve (references, other scripts, initial values) comes again and
/// again.
pub fn item(i: u64) -> Item {
    let pick = |list: &[&str], step: u64| {
        let at = (i / step) as usize % list.len();
        list[at].to_owned()
    };
    Item {
        mblnr: format!("{:010}", 4_900_000_000 + i / 4),
        mjahr: "2024".to_owned(),
        zeile: format!("{:04}", i % 4 + 1),
        biaos: pick(&["S", "H", ""], 1),
        bldat: pick(&["2024-05-17", "2023-12-31", "0000-00-00"], 2),
        werks: "1000".to_owned(),
        zxmwz: String::new(),
        matnr: format!("{:018}", i * 7919 % 100_000_000),
        maktx: pick(
            &[
                "Schraube M8x40 verzinkt",
                "Dichtungsring Ø 25 mm",
                "BEARING 2305 & SEAL",
                "铝合金型材 6063-T5",
                "수입신고 필증 사본",
                "PUMP HOUSING <A>",
                "Öl Mobil DTE 25",
                "Filter element",
            ],
            1,
        ),
        matkl: "001".to_owned(),
        menge: pick(&["0.0", "1.0", "2.5", "12.0", "100.0", "1234.125"], 3),
        mseht: pick(&["EA", "KG", "M"], 1),
        dmbtr: pick(&["0.0", "90.56", "12.5", "1000.0", "99999.99"], 1),
        kostl: pick(&["0000004711", ""], 1),
        waers: pick(&["EUR", "KRW", "USD"], 5),
    }
}

/// Writes a reply of `rows` rows in ABAP's style: no blanks between tags, an empty field as `<X/>`.
///
/// # Errors
/// The file cannot be written.
pub fn write_reply(path: &Path, rows: u64) -> anyhow::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    write!(
        out,
        "<soap-env:Envelope xmlns:soap-env=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap-env:Header/><soap-env:Body>\
         <n0:{OPERATION}Response xmlns:n0=\"{NAMESPACE}\"><EReturn><Statu>S</Statu><Message>OK</Message><Tlgna/><Tlgid/>\
         <Sname>SAP</Sname><Rname>WMS</Rname><Sdate>2024-05-17</Sdate><Stime>08:15:30</Stime></EReturn><TCxitem/><{TABLE}>"
    )?;
    for i in 0..rows {
        out.write_all(b"<item>")?;
        let item = item(i);
        let text = item
            .maktx
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        for (name, value) in [
            ("Mblnr", &item.mblnr),
            ("Mjahr", &item.mjahr),
            ("Zeile", &item.zeile),
            ("Biaos", &item.biaos),
            ("Bldat", &item.bldat),
            ("Werks", &item.werks),
            ("Zxmwz", &item.zxmwz),
            ("Matnr", &item.matnr),
            ("Maktx", &text),
            ("Matkl", &item.matkl),
            ("Menge", &item.menge),
            ("Mseht", &item.mseht),
            ("Dmbtr", &item.dmbtr),
            ("Kostl", &item.kostl),
            ("Waers", &item.waers),
        ] {
            if value.is_empty() {
                write!(out, "<{name}/>")?;
            } else {
                write!(out, "<{name}>{value}</{name}>")?;
            }
        }
        out.write_all(b"</item>")?;
    }
    write!(
        out,
        "</{TABLE}></n0:{OPERATION}Response></soap-env:Body></soap-env:Envelope>"
    )?;
    Ok(out.flush()?)
}

/// Reads the rows of [`TABLE`] from `input` in constant memory.
///
/// # Errors
/// The reply cannot be read, or `each` fails.
pub fn read(
    mut input: impl BufRead,
    mut each: impl FnMut(RowRef<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<u64> {
    let mut reader = ReplyReader::new(ReadOptions {
        rows: vec![TABLE.into()],
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
                let piece = input.fill_buf()?;
                let length = piece.len();
                if length == 0 {
                    reader.finish();
                } else {
                    reader.push(piece);
                    input.consume(length);
                }
            }
            Step::Done => return Ok(rows),
        }
    }
}

/// Reads a file's rows into [`Item`]s.
///
/// # Errors
/// The file cannot be read, or does not hold `expected` rows.
pub fn read_file(path: &Path, expected: u64) -> anyhow::Result<()> {
    let rows = read(open(path)?, |row| {
        std::hint::black_box(row.deserialize::<Item>()?);
        Ok(())
    })?;
    ensure!(rows == expected, "found {rows} rows, expected {expected}");
    Ok(())
}

/// quick-xml's bare event loop over a file: what a reader on top of it cannot go below.
///
/// # Errors
/// The file cannot be read, or does not hold `expected` rows.
pub fn events(path: &Path, expected: u64) -> anyhow::Result<()> {
    let mut reader = quick_xml::Reader::from_reader(open(path)?);
    let mut buffer = Vec::new();
    let mut events = 0_u64;
    loop {
        match reader.read_event_into(&mut buffer)? {
            quick_xml::events::Event::Eof => break,
            _ => events += 1,
        }
        buffer.clear();
    }
    // A row has far more than 15 events; fewer mean that it was not read.
    ensure!(events > expected * 15, "found {events} events in {expected} rows");
    Ok(())
}

/// Builds a request with `rows` rows, piece by piece.
///
/// # Errors
/// The description cannot be loaded, or a row does not fit it.
pub fn write_request(wsdl: &Path, rows: u64) -> anyhow::Result<()> {
    let wsdl = Wsdl::from_file(wsdl)?;
    let encoder = RequestEncoder::new(&wsdl, wsdl.operation(OPERATION)?)?;
    let bytes = write_pieces(&encoder, rows)?;
    // A row has 15 fields of a name each.
    ensure!(bytes > rows as usize * 200, "{bytes} bytes for {rows} rows");
    Ok(())
}

/// The rows of a request, from an iterator; gives the length.
///
/// # Errors
/// A row does not fit the description.
pub fn write_pieces(encoder: &RequestEncoder, rows: u64) -> anyhow::Result<usize> {
    let kept: Vec<Item> = (0..64).map(item).collect();
    let rows = (0..rows).map(|i| &kept[i as usize % kept.len()]);
    let parameters = serde_json::json!({ "IDate": "2024-05-17" });
    let mut bytes = 0;
    for piece in encoder.rows(&parameters, TABLE, rows)? {
        bytes += std::hint::black_box(piece?).len();
    }
    Ok(bytes)
}

/// Loads a description so many times.
///
/// # Errors
/// It cannot be loaded.
pub fn load(wsdl: &Path, times: u64) -> anyhow::Result<()> {
    for _ in 0..times {
        std::hint::black_box(Wsdl::from_file(wsdl)?);
    }
    Ok(())
}

fn open(path: &Path) -> anyhow::Result<BufReader<File>> {
    let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    Ok(BufReader::with_capacity(PIECE, file))
}

/// A description of [`OPERATION`] in the form that ABAP gives it, for whoever has no real one.
pub fn wsdl() -> String {
    let chars = |n: u32| {
        format!(r#"<xsd:restriction base="xsd:string"><xsd:maxLength value="{n}"/></xsd:restriction>"#)
    };
    let numeric = r#"<xsd:restriction base="xsd:string"><xsd:maxLength value="4"/><xsd:pattern value="\d*"/></xsd:restriction>"#;
    let date = r#"<xsd:restriction base="xsd:string"><xsd:maxLength value="10"/><xsd:pattern value="\d\d\d\d-\d\d-\d\d"/></xsd:restriction>"#;
    let quantum = r#"<xsd:restriction base="xsd:decimal"><xsd:totalDigits value="13"/><xsd:fractionDigits value="3"/></xsd:restriction>"#;
    let simple = |name: &str, ty: &str| {
        format!(r#"<xsd:element name="{name}"><xsd:simpleType>{ty}</xsd:simpleType></xsd:element>"#)
    };
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
    .map(|(name, ty)| simple(name, ty))
    .collect();
    let state: String = [
        "Statu", "Message", "Tlgna", "Tlgid", "Sname", "Rname", "Sdate", "Stime",
    ]
    .iter()
    .map(|name| simple(name, &chars(40)))
    .collect();
    format!(
        r#"<wsdl:definitions targetNamespace="{NAMESPACE}" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"
xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:tns="{NAMESPACE}">
<wsdl:types><xsd:schema targetNamespace="{NAMESPACE}">
<xsd:complexType name="Item"><xsd:sequence>{fields}</xsd:sequence></xsd:complexType>
<xsd:complexType name="State"><xsd:sequence>{state}</xsd:sequence></xsd:complexType>
<xsd:complexType name="Items"><xsd:sequence><xsd:element name="item" type="tns:Item" minOccurs="0" maxOccurs="unbounded"/></xsd:sequence></xsd:complexType>
<xsd:element name="{OPERATION}"><xsd:complexType><xsd:sequence><xsd:element name="IDate" type="xsd:string"/>
<xsd:element name="{TABLE}" type="tns:Items"/></xsd:sequence></xsd:complexType></xsd:element>
<xsd:element name="{OPERATION}Response"><xsd:complexType><xsd:sequence><xsd:element name="EReturn" type="tns:State"/>
<xsd:element name="TCxitem" type="tns:Items"/><xsd:element name="{TABLE}" type="tns:Items"/></xsd:sequence></xsd:complexType></xsd:element>
</xsd:schema></wsdl:types>
<wsdl:message name="In"><wsdl:part name="parameters" element="tns:{OPERATION}"/></wsdl:message>
<wsdl:message name="Out"><wsdl:part name="parameters" element="tns:{OPERATION}Response"/></wsdl:message>
<wsdl:portType name="P"><wsdl:operation name="{OPERATION}"><wsdl:input message="tns:In"/><wsdl:output message="tns:Out"/></wsdl:operation></wsdl:portType>
<wsdl:binding name="B" type="tns:P"><soap:binding transport="http://schemas.xmlsoap.org/soap/http" style="document"/>
<wsdl:operation name="{OPERATION}"><soap:operation soapAction="" style="document"/><wsdl:input><soap:body use="literal"/></wsdl:input>
<wsdl:output><soap:body use="literal"/></wsdl:output></wsdl:operation></wsdl:binding>
<wsdl:service name="S"><wsdl:port name="P" binding="tns:B"><soap:address location="http://127.0.0.1:1/"/></wsdl:port></wsdl:service>
</wsdl:definitions>"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("reply.xml");
        write_reply(&path, 1000).unwrap();
        let mut found = Vec::new();
        let rows = read(open(&path).unwrap(), |row| {
            found.push(row.deserialize::<Item>()?);
            Ok(())
        });
        assert_eq!(rows.unwrap(), 1000);
        assert_eq!(found, (0..1000).map(item).collect::<Vec<_>>());
        read_file(&path, 1000).unwrap();
        events(&path, 1000).unwrap();
        assert!(
            read_file(&path, 999).is_err(),
            "a wrong number of rows is noticed"
        );
    }
}
