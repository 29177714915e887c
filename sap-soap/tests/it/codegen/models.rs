// Generated from a WSDL by sap-soap. Changes are lost when it is generated again.

use serde::{Deserialize, Serialize};

/// The operation `Everything`: takes `Everything`, gives `String`.
///
/// All content models.
pub const EVERYTHING: &str = "Everything";

/// The operation `OneWay`: takes `String`.
pub const ONE_WAY: &str = "OneWay";

/// The operation `Empty`, gives `String`.
pub const EMPTY: &str = "Empty";

/// The structure `Everything`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Everything {
    /// `Id`: STRING (`Uuid`).
    #[serde(rename = "Id")]
    pub id: String,
    /// `Old`: STRING.
    #[serde(rename = "Old", skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// `Price`: a structure.
    #[serde(rename = "Price")]
    pub price: Amount,
    /// `Small`: a structure.
    #[serde(rename = "Small")]
    pub small: SmallAmount,
    /// `Person`: STRING.
    #[serde(rename = "Person", skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// `Company`: STRING.
    #[serde(rename = "Company", skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// `Branch`: INT4.
    #[serde(rename = "Branch", skip_serializing_if = "Option::is_none")]
    pub branch: Option<i32>,
    /// `Remark`: STRING.
    #[serde(rename = "Remark", skip_serializing_if = "Vec::is_empty")]
    pub remark: Vec<String>,
    /// `Circle`: a structure.
    #[serde(rename = "Circle", skip_serializing_if = "Option::is_none")]
    pub circle: Option<EverythingCircle>,
    /// `Square`: a structure.
    #[serde(rename = "Square", skip_serializing_if = "Option::is_none")]
    pub square: Option<ShapeType>,
    /// `Tree`: a structure.
    #[serde(rename = "Tree")]
    pub tree: Tree,
    /// `Narrow`: a structure.
    #[serde(rename = "Narrow")]
    pub narrow: Narrow,
    /// `Key`: STRING.
    #[serde(rename = "Key", skip_serializing_if = "Vec::is_empty")]
    pub key: Vec<String>,
    /// `Text`: STRING.
    #[serde(rename = "Text", skip_serializing_if = "Vec::is_empty")]
    pub text: Vec<String>,
    /// `Plus`: INT4.
    #[serde(rename = "Plus", skip_serializing_if = "Vec::is_empty")]
    pub plus: Vec<i32>,
    /// `Minus`: INT4.
    #[serde(rename = "Minus", skip_serializing_if = "Vec::is_empty")]
    pub minus: Vec<i32>,
    /// `Nothing`: DATS.
    #[serde(
        rename = "Nothing",
        with = "sap_soap::value::with::date",
        skip_serializing_if = "Option::is_none"
    )]
    pub nothing: Option<sap_soap::jiff::civil::Date>,
    /// `Preset`: STRING.
    #[serde(rename = "Preset")]
    pub preset: String,
    /// `Facets`: a structure.
    #[serde(rename = "Facets")]
    pub facets: EverythingFacets,
    /// `Mixed`: a structure.
    #[serde(rename = "Mixed")]
    pub mixed: EverythingMixed,
    /// `Anything`: anything.
    #[serde(rename = "Anything", skip_serializing_if = "Option::is_none")]
    pub anything: Option<sap_soap::Value>,
}

/// The structure `Amount`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Amount {
    /// `$`: a decimal number.
    #[serde(rename = "$", with = "sap_soap::value::with::decimal")]
    pub value: Option<sap_soap::rust_decimal::Decimal>,
    /// `@currency`: CHAR 3 (`Currency`).
    #[serde(rename = "@currency")]
    pub currency: String,
}

/// The structure `SmallAmount`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SmallAmount {
    /// `$`: DEC 4.
    #[serde(rename = "$", with = "sap_soap::value::with::decimal")]
    pub value: Option<sap_soap::rust_decimal::Decimal>,
    /// `@currency`: CHAR 3 (`Currency`).
    #[serde(rename = "@currency")]
    pub currency: String,
}

/// The structure `EverythingCircle`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EverythingCircle {
    /// `Label`: STRING.
    #[serde(rename = "Label")]
    pub label: String,
    /// `Radius`: FLTP.
    #[serde(rename = "Radius")]
    pub radius: f64,
    /// `@lang`: STRING.
    #[serde(rename = "@lang", skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
}

/// The structure `ShapeType`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ShapeType {
    /// `Label`: STRING.
    #[serde(rename = "Label")]
    pub label: String,
    /// `@lang`: STRING.
    #[serde(rename = "@lang", skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
}

/// The structure `Tree`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Tree {
    /// `Name`: STRING.
    #[serde(rename = "Name")]
    pub name: String,
    /// `Child`: a structure.
    #[serde(rename = "Child", skip_serializing_if = "Vec::is_empty")]
    pub child: Vec<Tree>,
}

/// The structure `Narrow`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Narrow {
    /// `Id`: STRING (`Uuid`).
    #[serde(rename = "Id")]
    pub id: String,
}

/// The structure `EverythingFacets`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EverythingFacets {
    /// `Percent`: a decimal number (`SmallPercent`).
    #[serde(rename = "Percent", with = "sap_soap::value::with::decimal")]
    pub percent: Option<sap_soap::rust_decimal::Decimal>,
    /// `Two`: a list of values (`TwoCodes`).
    #[serde(rename = "Two")]
    pub two: String,
    /// `Either`: text of one of several types (`CodeOrNumber`).
    #[serde(rename = "Either")]
    pub either: String,
    /// `Date`: DATS.
    #[serde(rename = "Date", with = "sap_soap::value::with::date")]
    pub date: Option<sap_soap::jiff::civil::Date>,
    /// `DateTime`: a date and time.
    #[serde(rename = "DateTime")]
    pub date_time: String,
    /// `Time`: TIMS.
    #[serde(rename = "Time", with = "sap_soap::value::with::time")]
    pub time: Option<sap_soap::value::Time>,
    /// `Duration`: Duration.
    #[serde(rename = "Duration")]
    pub duration: String,
    /// `Year`: GYear.
    #[serde(rename = "Year")]
    pub year: String,
    /// `Flag`: true or false.
    #[serde(rename = "Flag")]
    pub flag: bool,
    /// `Uri`: STRING.
    #[serde(rename = "Uri")]
    pub uri: String,
    /// `Language`: STRING.
    #[serde(rename = "Language")]
    pub language: String,
    /// `Positive`: PositiveInteger.
    #[serde(rename = "Positive")]
    pub positive: String,
    /// `Negative`: NegativeInteger.
    #[serde(rename = "Negative")]
    pub negative: String,
    /// `Hex`: HexBinary.
    #[serde(rename = "Hex")]
    pub hex: String,
    /// `Names`: Names.
    #[serde(rename = "Names")]
    pub names: String,
    /// `@system`: Name.
    #[serde(rename = "@system")]
    pub system: String,
    /// `@note`: STRING.
    #[serde(rename = "@note", skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The structure `EverythingMixed`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EverythingMixed {
    /// `B`: STRING.
    #[serde(rename = "B", skip_serializing_if = "Option::is_none")]
    pub b: Option<String>,
}
