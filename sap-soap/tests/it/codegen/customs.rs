// Generated from a WSDL by sap-soap. Changes are lost when it is generated again.

use serde::{Deserialize, Serialize};

/// The operation `ZCustomsGetDue`: takes `ZCustomsGetDue`, gives `ZCustomsGetDueResponse`.
pub const Z_CUSTOMS_GET_DUE: &str = "ZCustomsGetDue";

/// The operation `ZCustomsPutStatus`: takes `ZCustomsPutStatus`, gives `ZCustomsPutStatusResponse`.
///
/// Takes the clearance state of each row.
pub const Z_CUSTOMS_PUT_STATUS: &str = "ZCustomsPutStatus";

/// The structure `ZCustomsGetDue`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ZCustomsGetDue {
    /// `IvAfter`: CHAR 20 (`char20`).
    #[serde(rename = "IvAfter")]
    pub iv_after: String,
    /// `IvBukrs`: CHAR 4 (`char4`).
    #[serde(rename = "IvBukrs", skip_serializing_if = "Option::is_none")]
    pub iv_bukrs: Option<String>,
    /// `IvMax`: INT4.
    #[serde(rename = "IvMax")]
    pub iv_max: i32,
    /// `ItKeys`: a table.
    #[serde(rename = "ItKeys", skip_serializing_if = "Vec::is_empty")]
    pub it_keys: Vec<String>,
    /// `EtDue`: a table.
    #[serde(rename = "EtDue", skip_serializing_if = "Vec::is_empty")]
    pub et_due: Vec<ZcustomsDue>,
}

/// The structure `ZCustomsGetDueResponse`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ZCustomsGetDueResponse {
    /// `EtDue`: a table.
    #[serde(rename = "EtDue", skip_serializing_if = "Vec::is_empty")]
    pub et_due: Vec<ZcustomsDue>,
    /// `EvNext`: CHAR 20 (`char20`).
    #[serde(rename = "EvNext")]
    pub ev_next: String,
}

/// The structure `ZCustomsPutStatus`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ZCustomsPutStatus {
    /// `EtReturn`: a table.
    #[serde(rename = "EtReturn", skip_serializing_if = "Vec::is_empty")]
    pub et_return: Vec<Bapiret2>,
    /// `ItStatus`: a table.
    #[serde(rename = "ItStatus")]
    pub it_status: Vec<ZcustomsStatus>,
}

/// The structure `ZCustomsPutStatusResponse`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ZCustomsPutStatusResponse {
    /// `EtReturn`: a table.
    #[serde(rename = "EtReturn", skip_serializing_if = "Vec::is_empty")]
    pub et_return: Vec<Bapiret2>,
}

/// The structure `ZcustomsDue`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ZcustomsDue {
    /// `Bukrs`: CHAR 4 (`char4`).
    #[serde(rename = "Bukrs")]
    pub bukrs: String,
    /// `Vbeln`: CHAR 10 (`char10`).
    #[serde(rename = "Vbeln")]
    pub vbeln: String,
    /// `Posnr`: NUMC 6 (`numeric6`).
    #[serde(rename = "Posnr")]
    pub posnr: String,
    /// `CargMtNo`: CHAR 20 (`char20`).
    #[serde(rename = "CargMtNo")]
    pub carg_mt_no: String,
    /// `Stats`: CHAR 2 (`char2`).
    #[serde(rename = "Stats")]
    pub stats: String,
    /// `Menge`: QUAN 13,3 (`quantum13.3`).
    #[serde(rename = "Menge", with = "sap_soap::value::with::decimal")]
    pub menge: Option<sap_soap::rust_decimal::Decimal>,
    /// `Ardat`: DATS (`date10`).
    #[serde(rename = "Ardat", with = "sap_soap::value::with::date")]
    pub ardat: Option<sap_soap::jiff::civil::Date>,
}

/// The structure `Bapiret2`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Bapiret2 {
    /// `Type`: CHAR 1 (`char1`).
    #[serde(rename = "Type")]
    pub r#type: String,
    /// `Id`: CHAR 20 (`char20`).
    #[serde(rename = "Id")]
    pub id: String,
    /// `Number`: NUMC 3 (`numeric3`).
    #[serde(rename = "Number")]
    pub number: String,
    /// `Message`: CHAR 220 (`char220`).
    #[serde(rename = "Message")]
    pub message: String,
    /// `Row`: INT4.
    #[serde(rename = "Row")]
    pub row: i32,
}

/// The structure `ZcustomsStatus`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ZcustomsStatus {
    /// `Bukrs`: CHAR 4 (`char4`).
    #[serde(rename = "Bukrs")]
    pub bukrs: String,
    /// `Vbeln`: CHAR 10 (`char10`).
    #[serde(rename = "Vbeln")]
    pub vbeln: String,
    /// `Posnr`: NUMC 6 (`numeric6`).
    #[serde(rename = "Posnr")]
    pub posnr: String,
    /// `Stats`: CHAR 2 (`char2`).
    #[serde(rename = "Stats")]
    pub stats: String,
    /// `Udate`: DATS (`date`).
    #[serde(rename = "Udate", with = "sap_soap::value::with::date")]
    pub udate: Option<sap_soap::jiff::civil::Date>,
    /// `Uzeit`: TIMS (`time`).
    #[serde(rename = "Uzeit", with = "sap_soap::value::with::time")]
    pub uzeit: Option<sap_soap::value::Time>,
    /// `Menge`: QUAN 13,3 (`quantum13.3`).
    #[serde(rename = "Menge", with = "sap_soap::value::with::decimal")]
    pub menge: Option<sap_soap::rust_decimal::Decimal>,
    /// `Guid`: RAW 16 (`byte16`).
    #[serde(rename = "Guid", with = "sap_soap::value::with::raw")]
    pub guid: Vec<u8>,
    /// `Count`: INT4.
    #[serde(rename = "Count")]
    pub count: i32,
}
