// Generated from a WSDL by sap-soap. Changes are lost when it is generated again.

use serde::{Deserialize, Serialize};

/// The operation `Move`: takes `Move`, gives `MoveResponse`.
pub const MOVE: &str = "Move";

/// The structure `Move`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Move {
    /// `MessageHeader`: a structure.
    #[serde(rename = "MessageHeader", skip_serializing_if = "Option::is_none")]
    pub message_header: Option<BusinessDocumentMessageHeader>,
    /// `Stop`: a structure that names its type (`@xsi:type`).
    #[serde(rename = "Stop", skip_serializing_if = "Vec::is_empty")]
    pub stop: Vec<sap_soap::Value>,
    /// `Price`: a structure.
    #[serde(rename = "Price")]
    pub price: Money,
    /// `Note`: anything.
    #[serde(rename = "Note", skip_serializing_if = "Option::is_none")]
    pub note: Option<sap_soap::Value>,
}

/// The structure `MoveResponse`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MoveResponse {
    /// `Stop`: a structure that names its type (`@xsi:type`).
    #[serde(rename = "Stop", skip_serializing_if = "Vec::is_empty")]
    pub stop: Vec<sap_soap::Value>,
}

/// The structure `BusinessDocumentMessageHeader`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BusinessDocumentMessageHeader {
    /// `ID`: STRING.
    #[serde(rename = "ID", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `UUID`: STRING.
    #[serde(rename = "UUID", skip_serializing_if = "Option::is_none")]
    pub uuid: Option<String>,
    /// `CreationDateTime`: a date and time.
    #[serde(rename = "CreationDateTime")]
    pub creation_date_time: String,
}

/// The structure `Money`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Money {
    /// `$`: a decimal number.
    #[serde(rename = "$", with = "sap_soap::value::with::decimal")]
    pub value: Option<sap_soap::rust_decimal::Decimal>,
    /// `@currency`: STRING.
    #[serde(rename = "@currency")]
    pub currency: String,
}
