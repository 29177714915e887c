//! SAP's habits that break or lose calls elsewhere, each with what zeep 4.3.3 makes of it, measured on the same bytes.

use sap_soap::response::{Characters, DecodeOptions, Decoded, Kind, Received, decode};
use sap_soap::value::{Row, Value};

const ITEM: &str = "<item><Mblnr>0000000001</Mblnr><Mjahr>0000</Mjahr><Biaos/><Bldat>0000-00-00</Bldat>\
    <Maktx>  x  </Maktx><Menge>12.5</Menge></item>";

fn read_with(options: DecodeOptions, content: &str) -> Decoded {
    let body = format!(
        "<soap-env:Envelope xmlns:soap-env=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap-env:Header/><soap-env:Body>\
         <n0:ZmmfmDeliveryOrderResponse xmlns:n0=\"urn:sap-com:document:sap:soap:functions:mc-style\">{content}\
         </n0:ZmmfmDeliveryOrderResponse></soap-env:Body></soap-env:Envelope>"
    );
    let received = Received {
        status: Some(200),
        content_type: Some("text/xml"),
        body: body.as_bytes(),
    };
    decode(received, options).unwrap()
}

fn read(content: &str) -> Row {
    let decoded = read_with(DecodeOptions::default(), content);
    assert_eq!(decoded.kind, Kind::Response);
    decoded.values
}

fn field(row: &Row, name: &str) -> Value {
    row.get(name).unwrap().clone()
}

#[test]
fn an_empty_field_is_no_absent_one() {
    // zeep: None for both.
    let values = read(&format!("<TItem>{ITEM}</TItem>"));
    let item = values.rows("TItem").next().unwrap();
    assert_eq!((item.text("Biaos"), item.text("Werks")), (Some(""), None));
    assert_eq!(item.text("Maktx"), Some("  x  "));
    assert_eq!(item.text("Mjahr"), Some("0000"));
}

#[test]
fn an_initial_date_keeps_its_text_and_reads_as_none() {
    // zeep: None where the type is xsd:date, text where it is xsd:string.
    let values = read("<A>0000-00-00</A><B>9999-12-31</B><C>2024-02-30</C><D/>");
    assert_eq!(
        (values.text("A"), field(&values, "A").date()),
        (Some("0000-00-00"), Ok(None))
    );
    assert_eq!(
        field(&values, "B").date().unwrap().unwrap().to_string(),
        "9999-12-31"
    );
    assert!(
        field(&values, "C").date().is_err(),
        "a day that no calendar has is no initial date"
    );
    assert_eq!(field(&values, "D").date(), Ok(None));
}

#[test]
fn the_end_of_the_day_is_a_time() {
    // zeep: None.
    let values = read("<Stime>24:00:00</Stime>");
    assert_eq!(
        field(&values, "Stime").time().unwrap().unwrap().to_string(),
        "24:00:00"
    );
}

#[test]
fn numbers_come_in_all_of_abaps_spellings() {
    // zeep: the whole call fails with decimal.InvalidOperation on `12.5-`.
    let values = read("<A>12.5-</A><B>  12.5 </B><C/><D>0.0</D>");
    let number = |name: &str| field(&values, name).decimal().unwrap().map(|d| d.to_string());
    assert_eq!(number("A").as_deref(), Some("-12.5"));
    assert_eq!(number("B").as_deref(), Some("12.5"));
    assert_eq!(number("C"), None);
    assert_eq!(number("D").as_deref(), Some("0.0"));
    assert_eq!(values.text("A"), Some("12.5-"));
}

#[test]
fn tables_may_be_left_out() {
    let values = read("<EReturn><Message>  lead and trail  </Message></EReturn>");
    assert_eq!(values.rows("TItem").count(), 0);
    assert_eq!(values.get("TItem"), None);
}

#[test]
fn fields_that_are_new_or_swapped_cost_nothing() {
    // zeep: XMLParseError, the whole call is lost.
    let values = read(&format!(
        "<TNew>x</TNew><TItem>{ITEM}</TItem><TCxitem/><EReturn><Message>m</Message></EReturn>"
    ));
    assert_eq!(values.rows("TItem").count(), 1);
    assert_eq!(values.text("TNew"), Some("x"));
}

#[test]
fn a_response_element_may_have_a_dot() {
    let body =
        "<n0:Z_X.Response xmlns:n0='urn:sap-com:document:sap:rfc:functions'><A>1</A></n0:Z_X.Response>";
    let received = Received {
        status: Some(200),
        content_type: None,
        body: body.as_bytes(),
    };
    let decoded = decode(received, DecodeOptions::default()).unwrap();
    assert_eq!(
        (decoded.operation.as_deref(), decoded.values.text("A")),
        (Some("Z_X"), Some("1"))
    );
}

#[test]
fn control_characters_cost_one_character_if_one_likes() {
    // zeep: TransportError, the whole call is lost.
    let options = DecodeOptions {
        characters: Characters::Replace('\u{fffd}'),
        ..DecodeOptions::default()
    };
    let decoded = read_with(options, "<A>a&#x1;b</A><B>c</B>");
    assert_eq!(
        (decoded.values.text("A"), decoded.values.text("B")),
        (Some("a\u{fffd}b"), Some("c"))
    );
}
