// Generated from a WSDL by sap-soap. Changes are lost when it is generated again.

use serde::{Deserialize, Serialize};

/// The operation `ZCustomsGetDue`: takes `ZCustomsGetDue`, gives `ZCustomsGetDueResponse`.
pub const Z_CUSTOMS_GET_DUE: &str = "ZCustomsGetDue";

/// The operation `ZCustomsPutStatus`: takes `ZCustomsPutStatus`, gives `ZCustomsPutStatusResponse`.
pub const Z_CUSTOMS_PUT_STATUS: &str = "ZCustomsPutStatus";

/// The structure `ZCustomsGetDue`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ZCustomsGetDue {
    /// `ItKeys`: a table.
    #[serde(rename = "ItKeys", skip_serializing_if = "Vec::is_empty")]
    pub it_keys: Vec<Zcustkey>,
    /// `IvAfter`: CHAR 30 (`char30`).
    #[serde(rename = "IvAfter", skip_serializing_if = "Option::is_none")]
    pub iv_after: Option<String>,
    /// `IvBukrs`: CHAR 4 (`char4`).
    #[serde(rename = "IvBukrs", skip_serializing_if = "Option::is_none")]
    pub iv_bukrs: Option<String>,
    /// `IvMax`: INT4.
    #[serde(rename = "IvMax", skip_serializing_if = "Option::is_none")]
    pub iv_max: Option<i32>,
}

/// The structure `ZCustomsGetDueResponse`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ZCustomsGetDueResponse {
    /// `EtDue`: a table.
    #[serde(rename = "EtDue")]
    pub et_due: Vec<Zcustdue>,
    /// `EvNext`: CHAR 30 (`char30`).
    #[serde(rename = "EvNext")]
    pub ev_next: String,
    /// `EvTotal`: INT4.
    #[serde(rename = "EvTotal")]
    pub ev_total: i32,
}

/// The structure `ZCustomsPutStatus`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ZCustomsPutStatus {
    /// `ItStatus`: a table.
    #[serde(rename = "ItStatus")]
    pub it_status: Vec<Zcuststat>,
}

/// The structure `ZCustomsPutStatusResponse`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ZCustomsPutStatusResponse {
    /// `EtReturn`: a table.
    #[serde(rename = "EtReturn")]
    pub et_return: Vec<Bapiret2>,
}

/// The structure `Zcustkey`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Zcustkey {
    /// `Bukrs`: CHAR 4 (`char4`).
    #[serde(rename = "Bukrs")]
    pub bukrs: String,
    /// `Vbeln`: CHAR 10 (`char10`).
    #[serde(rename = "Vbeln")]
    pub vbeln: String,
}

/// The structure `Zcustdue`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Zcustdue {
    /// `Bukrs`: CHAR 4 (`char4`).
    #[serde(rename = "Bukrs")]
    pub bukrs: String,
    /// `Vbeln`: CHAR 10 (`char10`).
    #[serde(rename = "Vbeln")]
    pub vbeln: String,
    /// `Posnr`: NUMC 6 (`numeric6`).
    #[serde(rename = "Posnr")]
    pub posnr: String,
    /// `CargMtNo`: CHAR 19 (`char19`).
    #[serde(rename = "CargMtNo")]
    pub carg_mt_no: String,
    /// `Mblnr`: CHAR 20 (`char20`).
    #[serde(rename = "Mblnr")]
    pub mblnr: String,
    /// `Hblnr`: CHAR 20 (`char20`).
    #[serde(rename = "Hblnr")]
    pub hblnr: String,
    /// `ExpDclrNo`: CHAR 15 (`char15`).
    #[serde(rename = "ExpDclrNo")]
    pub exp_dclr_no: String,
    /// `Ardat`: DATS (`date10`).
    #[serde(rename = "Ardat", with = "sap_soap::value::with::date")]
    pub ardat: Option<sap_soap::jiff::civil::Date>,
    /// `Prio`: CHAR 1 (`char1`).
    #[serde(rename = "Prio")]
    pub prio: String,
    /// `Stats`: CHAR 10 (`char10`).
    #[serde(rename = "Stats")]
    pub stats: String,
    /// `Udate`: DATS (`date10`).
    #[serde(rename = "Udate", with = "sap_soap::value::with::date")]
    pub udate: Option<sap_soap::jiff::civil::Date>,
    /// `Uzeit`: TIMS (`time`).
    #[serde(rename = "Uzeit", with = "sap_soap::value::with::time")]
    pub uzeit: Option<sap_soap::value::Time>,
}

/// The structure `Zcuststat`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Zcuststat {
    /// `Bukrs`: CHAR 4 (`char4`).
    #[serde(rename = "Bukrs")]
    pub bukrs: String,
    /// `Vbeln`: CHAR 10 (`char10`).
    #[serde(rename = "Vbeln")]
    pub vbeln: String,
    /// `Posnr`: NUMC 6 (`numeric6`).
    #[serde(rename = "Posnr")]
    pub posnr: String,
    /// `Stats`: CHAR 10 (`char10`).
    #[serde(rename = "Stats")]
    pub stats: String,
    /// `Udate`: DATS (`date10`).
    #[serde(rename = "Udate", with = "sap_soap::value::with::date")]
    pub udate: Option<sap_soap::jiff::civil::Date>,
    /// `Uzeit`: TIMS (`time`).
    #[serde(rename = "Uzeit", with = "sap_soap::value::with::time")]
    pub uzeit: Option<sap_soap::value::Time>,
    /// `Text`: CHAR 80 (`char80`).
    #[serde(rename = "Text")]
    pub text: String,
    /// `IdemKey`: CHAR 64 (`char64`).
    #[serde(rename = "IdemKey")]
    pub idem_key: String,
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
    /// `LogNo`: CHAR 20 (`char20`).
    #[serde(rename = "LogNo")]
    pub log_no: String,
    /// `LogMsgNo`: NUMC 6 (`numeric6`).
    #[serde(rename = "LogMsgNo")]
    pub log_msg_no: String,
    /// `MessageV1`: CHAR 50 (`char50`).
    #[serde(rename = "MessageV1")]
    pub message_v1: String,
    /// `MessageV2`: CHAR 50 (`char50`).
    #[serde(rename = "MessageV2")]
    pub message_v2: String,
    /// `MessageV3`: CHAR 50 (`char50`).
    #[serde(rename = "MessageV3")]
    pub message_v3: String,
    /// `MessageV4`: CHAR 50 (`char50`).
    #[serde(rename = "MessageV4")]
    pub message_v4: String,
    /// `Parameter`: CHAR 32 (`char32`).
    #[serde(rename = "Parameter")]
    pub parameter: String,
    /// `Row`: INT4.
    #[serde(rename = "Row")]
    pub row: i32,
    /// `Field`: CHAR 30 (`char30`).
    #[serde(rename = "Field")]
    pub field: String,
    /// `System`: CHAR 10 (`char10`).
    #[serde(rename = "System")]
    pub system: String,
}
