//! Content models beyond those of function modules.

use sap_soap::request::RequestEncoder;
use sap_soap::wsdl::Wsdl;
use serde_json::{Value, json};

/// Encodes into an element whose type is given, in a schema with qualified elements.
fn encode(ty: &str, more: &str, parameters: &Value) -> Result<String, String> {
    let wsdl = format!(
        r#"<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" targetNamespace="urn:t" xmlns:t="urn:t" xmlns:xs="http://www.w3.org/2001/XMLSchema">
        <types><xs:schema targetNamespace="urn:t">{more}<xs:element name="Op">{ty}</xs:element></xs:schema></types>
        <message name="M"><part name="p" element="t:Op"/></message>
        <portType name="P"><operation name="Op"><input message="t:M"/></operation></portType></definitions>"#
    );
    let wsdl = Wsdl::from_bytes("t.wsdl", wsdl.as_bytes()).unwrap();
    let operation = wsdl.operation("Op").unwrap();
    let encoder = RequestEncoder::new(&wsdl, operation).map_err(|e| e.to_string())?;
    let body = encoder.encode(parameters).map_err(|e| e.to_string())?;
    let body = String::from_utf8(body.to_vec()).unwrap();
    let body = body.split_once("<soap-env:Body>").unwrap().1;
    let body = body.split_once("</soap-env:Body>").unwrap().0;
    Ok(body.replace("n0:Op", "Op").replace(" xmlns:n0=\"urn:t\"", ""))
}

fn sequence(inner: &str) -> String {
    format!("<xs:complexType><xs:sequence>{inner}</xs:sequence></xs:complexType>")
}

const A_OR_B: &str =
    r#"<xs:choice><xs:element name="A" type="xs:string"/><xs:element name="B" type="xs:int"/></xs:choice>"#;

#[test]
fn of_a_choice_one_branch_is_written() {
    let ty = sequence(&format!(r#"<xs:element name="X" type="xs:string"/>{A_OR_B}"#));
    assert_eq!(
        encode(&ty, "", &json!({"B": 1, "X": "x"})).unwrap(),
        "<Op><X>x</X><B>1</B></Op>"
    );
    assert_eq!(
        encode(&ty, "", &json!({"X": "x"})).unwrap(),
        "<Op><X>x</X><A/></Op>"
    );
    let both = encode(&ty, "", &json!({"A": "a", "B": 1, "X": "x"})).unwrap_err();
    assert_eq!(
        both,
        "B: a value, none beside what else is given, or fewer entries"
    );
}

#[test]
fn repeated_groups_take_one_of_each_field_per_round() {
    let ty = r#"<xs:complexType><xs:sequence maxOccurs="unbounded"><xs:element name="K" type="xs:string"/>
        <xs:element name="V" type="xs:string" minOccurs="0"/></xs:sequence></xs:complexType>"#;
    let pairs = json!({"K": ["a", "b"], "V": ["1", "2"]});
    assert_eq!(
        encode(ty, "", &pairs).unwrap(),
        "<Op><K>a</K><V>1</V><K>b</K><V>2</V></Op>"
    );
    assert_eq!(
        encode(ty, "", &json!({"V": ["1"]})).unwrap(),
        "<Op><K/><V>1</V></Op>"
    );
}

#[test]
fn repeated_choices_take_all_that_is_given() {
    let ty = r#"<xs:complexType><xs:choice minOccurs="0" maxOccurs="unbounded"><xs:element name="A" type="xs:string"/>
        <xs:element name="B" type="xs:string"/></xs:choice></xs:complexType>"#;
    assert_eq!(
        encode(ty, "", &json!({"B": ["1", "2"], "A": "x"})).unwrap(),
        "<Op><A>x</A><B>1</B><B>2</B></Op>"
    );
    assert_eq!(encode(ty, "", &json!({})).unwrap(), "<Op/>");
}

#[test]
fn groups_extensions_and_alls_are_expanded() {
    let more = r#"<xs:group name="G"><xs:sequence><xs:element name="G1" type="xs:string"/></xs:sequence></xs:group>
        <xs:complexType name="Base"><xs:sequence><xs:element name="First" type="xs:string"/></xs:sequence>
            <xs:attribute name="id" type="xs:int" use="required"/></xs:complexType>"#;
    let ty = r#"<xs:complexType><xs:complexContent><xs:extension base="t:Base"><xs:sequence>
        <xs:group ref="t:G"/><xs:element name="Last" type="xs:string"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>"#;
    let parameters = json!({"Last": "l", "First": "f", "@id": 7});
    assert_eq!(
        encode(ty, more, &parameters).unwrap(),
        "<Op id=\"7\"><First>f</First><G1/><Last>l</Last></Op>"
    );
    let all = r#"<xs:complexType><xs:all><xs:element name="A" type="xs:string"/><xs:element name="B" type="xs:string" minOccurs="0"/></xs:all></xs:complexType>"#;
    assert_eq!(
        encode(all, "", &json!({"B": "b", "A": "a"})).unwrap(),
        "<Op><A>a</A><B>b</B></Op>"
    );
}

#[test]
fn text_with_attributes() {
    let more = r#"<xs:complexType name="Amount"><xs:simpleContent><xs:extension base="xs:decimal">
        <xs:attribute name="currency" use="required"><xs:simpleType><xs:restriction base="xs:token"><xs:length value="3"/></xs:restriction></xs:simpleType></xs:attribute>
        <xs:attribute name="scheme" type="xs:string"/></xs:extension></xs:simpleContent></xs:complexType>"#;
    let ty = sequence(r#"<xs:element name="Price" type="t:Amount"/>"#);
    let price = |price| encode(&ty, more, &json!({ "Price": price }));
    let both = "<Op><Price currency=\"EUR\">1.50</Price></Op>";
    assert_eq!(price(json!({"@currency": "EUR", "$": "1.50"})).unwrap(), both);
    assert_eq!(price(json!({"$": "1.50", "@currency": "EUR"})).unwrap(), both);
    assert_eq!(
        price(json!({"$": "1", "@currency": "E<R"})).unwrap(),
        "<Op><Price currency=\"E&lt;R\">1</Price></Op>"
    );
    assert_eq!(
        price(json!("2")).unwrap(),
        "<Op><Price currency=\"000\">2</Price></Op>"
    );
    assert_eq!(
        price(json!({"$": "x"})).unwrap_err(),
        r#"Price.$: "x", a decimal number"#
    );
    assert_eq!(
        price(json!({"@currency": "EURO"})).unwrap_err(),
        "Price.@currency: 4 characters, exactly 3"
    );
    assert_eq!(
        price(json!({"@curency": "EUR"})).unwrap_err(),
        "Price.@curency: unknown field, the nearest is @currency"
    );
}

#[test]
fn lists_unions_and_enumerations() {
    let more = r#"<xs:simpleType name="Codes"><xs:list itemType="xs:int"/></xs:simpleType>
        <xs:simpleType name="Either"><xs:union memberTypes="xs:int"><xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="none"/></xs:restriction></xs:simpleType></xs:union></xs:simpleType>"#;
    let ty = sequence(r#"<xs:element name="C" type="t:Codes"/><xs:element name="E" type="t:Either"/>"#);
    let op = |parameters| encode(&ty, more, &parameters);
    assert_eq!(
        op(json!({"C": [1, 2], "E": "none"})).unwrap(),
        "<Op><C>1 2</C><E>none</E></Op>"
    );
    assert_eq!(op(json!({})).unwrap(), "<Op><C/><E>0</E></Op>");
    assert!(
        op(json!({"C": "1 x"}))
            .unwrap_err()
            .starts_with("C: \"x\", a whole number")
    );
    assert_eq!(
        op(json!({"E": "some"})).unwrap_err(),
        "E: \"some\", a value of one of the union's types"
    );
}

#[test]
fn counts_are_checked_and_filled() {
    let ty = sequence(r#"<xs:element name="A" type="xs:string" minOccurs="2" maxOccurs="3"/>"#);
    assert_eq!(encode(&ty, "", &json!({})).unwrap(), "<Op><A/><A/></Op>");
    assert_eq!(
        encode(&ty, "", &json!({"A": ["1"]})).unwrap_err(),
        "A: 1 entry, at least 2"
    );
    assert_eq!(
        encode(&ty, "", &json!({"A": [1, 2, 3, 4]})).unwrap_err(),
        "A: 4 entries, at most 3"
    );
}

#[test]
fn null_is_nil_where_nil_may_be() {
    let ty = sequence(r#"<xs:element name="A" type="xs:int" nillable="true"/>"#);
    let nil = encode(&ty, "", &json!({"A": null})).unwrap();
    assert!(nil.ends_with("<A xsi:nil=\"true\"/></Op>"), "{nil}");
    assert!(nil.contains("xmlns:xsi="), "{nil}");
    assert!(encode(&ty, "", &json!({})).unwrap().contains("<A>0</A>"));
}

#[test]
fn qualified_elements_carry_their_namespaces_prefix() {
    let ty = r#"<xs:complexType><xs:sequence><xs:element name="A" type="xs:string" form="qualified"/>
        <xs:element ref="t:R"/></xs:sequence><xs:attribute name="q" form="qualified" type="xs:string" use="required"/></xs:complexType>"#;
    let more = r#"<xs:element name="R" type="xs:string"/>"#;
    assert_eq!(
        encode(ty, more, &json!({"R": "r", "@q": "x"})).unwrap(),
        "<Op n0:q=\"x\"><n0:A/><n0:R>r</n0:R></Op>"
    );
}

#[test]
fn a_substitution_group_offers_its_members() {
    let more = r#"<xs:element name="Head" abstract="true" type="xs:string"/>
        <xs:element name="M1" substitutionGroup="t:Head" type="xs:string"/><xs:element name="M2" substitutionGroup="t:Head" type="xs:string"/>"#;
    let ty = sequence(r#"<xs:element ref="t:Head"/>"#);
    assert_eq!(
        encode(&ty, more, &json!({"M2": "x"})).unwrap(),
        "<Op><n0:M2>x</n0:M2></Op>"
    );
}

#[test]
fn open_types_take_anything() {
    let ty =
        sequence(r#"<xs:element name="A" type="xs:string"/><xs:any processContents="lax" minOccurs="0"/>"#);
    let parameters = json!({"Extra": {"B": "b", "C": ["1", "2"]}, "A": "a"});
    assert_eq!(
        encode(&ty, "", &parameters).unwrap(),
        "<Op><A>a</A><Extra><B>b</B><C>1</C><C>2</C></Extra></Op>"
    );
    let error = encode(&ty, "", &json!({"a b": "x"})).unwrap_err();
    assert_eq!(error, "a b: a name, one that XML can hold");
}

#[test]
fn a_structure_that_needs_itself_has_no_value() {
    let more = r#"<xs:complexType name="Loop"><xs:sequence><xs:element name="Next" type="t:Loop"/></xs:sequence></xs:complexType>
        <xs:complexType name="Tree"><xs:sequence><xs:element name="Child" type="t:Tree" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType>"#;
    let looped = sequence(r#"<xs:element name="L" type="t:Loop"/>"#);
    let error = encode(&looped, more, &json!({})).unwrap_err();
    assert!(error.starts_with("L: no value, "), "{error}");
    let tree = sequence(r#"<xs:element name="T" type="t:Tree"/>"#);
    let parameters = json!({"T": {"Child": [{"Child": [{}]}, {}]}});
    assert_eq!(
        encode(&tree, more, &parameters).unwrap(),
        "<Op><T><Child><Child/></Child><Child/></T></Op>"
    );
}

#[test]
fn the_same_name_twice_is_told_apart_by_place() {
    let ty = sequence(
        r#"<xs:element name="A" type="xs:string"/><xs:element name="B" type="xs:string"/><xs:element name="A" type="xs:string"/>"#,
    );
    assert_eq!(
        encode(&ty, "", &json!({"A": ["1", "2"], "B": "b"})).unwrap_err(),
        "A: a list, one value"
    );
    assert_eq!(
        encode(&ty, "", &json!({"A": "1", "B": "b"})).unwrap(),
        "<Op><A>1</A><B>b</B><A/></Op>"
    );
}
