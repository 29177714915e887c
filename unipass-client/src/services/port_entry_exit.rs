// Made from catalogue/API024.toml. Do not edit: change it there.
//! 입출항보고내역 · Arrival and departure reports of a ship (API024, `port-entry-exit`).
//!
//! Reported arrivals or departures of a ship. Arrivals and departures share one record element and differ in fields.
//!
//! Wire: `ioprRprtQry/retrieveIoprRprtBrkd`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! ```
//! use unipass_client::services::port_entry_exit::{PortCallDirection, Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1", PortCallDirection::Arrival);
//! request.query().check()?;
//!
//! let xml = "<ioprRprtBrkdQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><etprRprtQryBrkdQryVo><cstmSgn>A1</cstmSgn></etprRprtQryBrkdQryVo></ioprRprtBrkdQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let port_call = reply.port_calls().next().ok_or("no record")?;
//! assert_eq!(port_call.record().get("cstmSgn"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, Code, CodeList, Condition, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::{FromWire, Value};

static PORT_CALL_DIRECTION: CodeList = CodeList {
    rust: "PortCallDirection",
    values: &[
        Code { code: "10", ko: "입항", en: "arrival" },
        Code { code: "11", ko: "출항", en: "departure" },
    ],
};

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API024",
    slug: "port-entry-exit",
    ko: "입출항보고내역",
    en: "Arrival and departure reports of a ship",
    answers: "Reported arrivals or departures of a ship. Arrivals and departures share one record element and differ in fields.",
    path: "ioprRprtQry/retrieveIoprRprtBrkd",
    evidence: Evidence::Guide,
    roots: &["ioprRprtBrkdQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[Condition { param: "seaFlghIoprTpcd", is: &["11"], any_of: &["cstmSgn"], none_of: &[] }] },
    params: &[
        Param { wire: "shipCallImoNo", ko: "선박호출IMO번호", en: "ship call sign or IMO number", form: ParamForm::Text, len: &[(1, 12)], required: true, personal: false, turn_of_year: false },
        Param { wire: "seaFlghIoprTpcd", ko: "해상항공입출항구분코드", en: "arrival/departure code", form: ParamForm::Code(&PORT_CALL_DIRECTION), len: &[], required: true, personal: false, turn_of_year: false },
        Param { wire: "cstmSgn", ko: "세관부호", en: "customs code", form: ParamForm::Text, len: &[(1, 3)], required: false, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "etprRprtQryBrkdQryVo",
            rust: "PortCall",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "cstmSgn", alt: &[], ko: "세관부호", en: "customs code", form: Form::Text, personal: false },
                FieldDef { wire: "dptrPortAirptNm", alt: &[], ko: "출발항구공항명", en: "departure port name", form: Form::Text, personal: false },
                FieldDef { wire: "etprDttm", alt: &[], ko: "입항일", en: "arrived at", form: Form::DateTime, personal: false },
                FieldDef { wire: "shipFlgtNm", alt: &[], ko: "선박항공편명", en: "ship or flight name", form: Form::Text, personal: false },
                FieldDef { wire: "cstmNm", alt: &[], ko: "세관명", en: "customs name", form: Form::Text, personal: false },
                FieldDef { wire: "ioprSbmtNo", alt: &[], ko: "입출항제출번호", en: "port entry submission number", form: Form::Text, personal: false },
                FieldDef { wire: "shipAirCntyNm", alt: &[], ko: "선박항공기국가명", en: "ship or aircraft country name", form: Form::Text, personal: false },
                FieldDef { wire: "shipAirCntyCd", alt: &[], ko: "선박항공기국가코드", en: "ship or aircraft country code", form: Form::Text, personal: false },
                FieldDef { wire: "alCrmbPecnt", alt: &[], ko: "전체승무원인원수", en: "crew count", form: Form::Integer, personal: false },
                FieldDef { wire: "alPsngPecnt", alt: &[], ko: "전체승객인원수", en: "passenger count", form: Form::Integer, personal: false },
                FieldDef { wire: "shipLamrPlcCd", alt: &[], ko: "선박계선장소코드", en: "mooring place code", form: Form::Text, personal: false },
                FieldDef { wire: "shipLamrPlcNm", alt: &[], ko: "선박계선장소명", en: "mooring place name", form: Form::Text, personal: false },
                FieldDef { wire: "dptrPortAirptCd", alt: &[], ko: "출발항구공항코드", en: "departure port code", form: Form::Text, personal: false },
                FieldDef { wire: "tkofDttm", alt: &[], ko: "출항일", en: "departure time", form: Form::DateTime, personal: false },
                FieldDef { wire: "arvlCntyPortAirptNm", alt: &[], ko: "도착국가항구공항명", en: "destination port name", form: Form::Text, personal: false },
                FieldDef { wire: "arvlCntyPortAirptCd", alt: &[], ko: "도착국가항구공항코드", en: "destination port code", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[&PORT_CALL_DIRECTION],
    tracking: &[
    ],
};

/// Asks for: Arrival and departure reports of a ship (입출항보고내역). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by ship call sign or IMO number (선박호출IMO번호, `shipCallImoNo`), arrival/departure code (해상항공입출항구분코드, `seaFlghIoprTpcd`).
    pub fn new(ship_call_sign_or_imo_number: impl Into<String>, arrival_departure_code: PortCallDirection) -> Self {
        Self(Query::new(&SERVICE)).ship_call_sign_or_imo_number(ship_call_sign_or_imo_number).arrival_departure_code(arrival_departure_code)
    }

    /// 선박호출IMO번호 · ship call sign or IMO number: `shipCallImoNo`. 1 to 12 characters.
    #[must_use]
    pub fn ship_call_sign_or_imo_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("shipCallImoNo", value))
    }

    /// 해상항공입출항구분코드 · arrival/departure code: `seaFlghIoprTpcd`.
    #[must_use]
    pub fn arrival_departure_code(self, value: PortCallDirection) -> Self {
        Self(self.0.with("seaFlghIoprTpcd", value.code()))
    }

    /// 세관부호 · customs code: `cstmSgn`. 1 to 3 characters.
    #[must_use]
    pub fn customs_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("cstmSgn", value))
    }

    /// The question as data.
    pub fn query(&self) -> &Query {
        &self.0
    }
}

impl From<Request> for Query {
    fn from(request: Request) -> Self {
        request.0
    }
}

impl TypedRequest for Request {
    type Reply = Reply;
}

/// The answer: Arrival and departure reports of a ship (입출항보고내역).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `etprRprtQryBrkdQryVo`, in the order of the answer.
    pub fn port_calls(&self) -> impl Iterator<Item = PortCall<'_>> {
        self.0.records(0).map(PortCall)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `etprRprtQryBrkdQryVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct PortCall<'a>(Record<'a>);

impl<'a> PortCall<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 세관부호 · customs code: `cstmSgn`.
    pub fn customs_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 출발항구공항명 · departure port name: `dptrPortAirptNm`.
    pub fn departure_port_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 입항일 · arrived at: `etprDttm`.
    pub fn arrived_at(&self) -> Value<'a, crate::value::KstDateTime> {
        crate::typed::value(&SERVICE, self.0, 0, 2)
    }

    /// 선박항공편명 · ship or flight name: `shipFlgtNm`.
    pub fn ship_or_flight_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 세관명 · customs name: `cstmNm`.
    pub fn customs_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 4)
    }

    /// 입출항제출번호 · port entry submission number: `ioprSbmtNo`.
    pub fn port_entry_submission_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 5)
    }

    /// 선박항공기국가명 · ship or aircraft country name: `shipAirCntyNm`.
    pub fn ship_or_aircraft_country_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 6)
    }

    /// 선박항공기국가코드 · ship or aircraft country code: `shipAirCntyCd`.
    pub fn ship_or_aircraft_country_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 7)
    }

    /// 전체승무원인원수 · crew count: `alCrmbPecnt`.
    pub fn crew_count(&self) -> Value<'a, i64> {
        crate::typed::value(&SERVICE, self.0, 0, 8)
    }

    /// 전체승객인원수 · passenger count: `alPsngPecnt`.
    pub fn passenger_count(&self) -> Value<'a, i64> {
        crate::typed::value(&SERVICE, self.0, 0, 9)
    }

    /// 선박계선장소코드 · mooring place code: `shipLamrPlcCd`.
    pub fn mooring_place_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 10)
    }

    /// 선박계선장소명 · mooring place name: `shipLamrPlcNm`.
    pub fn mooring_place_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 11)
    }

    /// 출발항구공항코드 · departure port code: `dptrPortAirptCd`.
    pub fn departure_port_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 12)
    }

    /// 출항일 · departure time: `tkofDttm`.
    pub fn departure_time(&self) -> Value<'a, crate::value::KstDateTime> {
        crate::typed::value(&SERVICE, self.0, 0, 13)
    }

    /// 도착국가항구공항명 · destination port name: `arvlCntyPortAirptNm`.
    pub fn destination_port_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 14)
    }

    /// 도착국가항구공항코드 · destination port code: `arvlCntyPortAirptCd`.
    pub fn destination_port_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 15)
    }
}

/// The known codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PortCallDirection {
    /// 입항 · arrival: `10`.
    Arrival,
    /// 출항 · departure: `11`.
    Departure,
}

impl PortCallDirection {
    /// The code on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Arrival => "10",
            Self::Departure => "11",
        }
    }
}

impl FromWire for PortCallDirection {
    fn from_wire(text: &str) -> Option<Self> {
        match text {
            "10" => Some(Self::Arrival),
            "11" => Some(Self::Departure),
            _ => None,
        }
    }
}

