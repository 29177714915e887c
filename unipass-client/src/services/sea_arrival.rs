// Made from catalogue/API021.toml. Do not edit: change it there.
//! 입항보고내역(해상) · Arrival reports by sea (API021, `sea-arrival`).
//!
//! When a ship arrived, where it moored, and whether the report was accepted.
//!
//! Wire: `etprRprtQryBrkdQry/retrieveetprRprtQryBrkd`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! ```
//! use unipass_client::services::sea_arrival::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::by_port_entry_submission_number("1");
//! request.query().check()?;
//!
//! let xml = "<etprRprtQryBrkdQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><etprRprtQryBrkdQryVo><mrn>A1</mrn></etprRprtQryBrkdQryVo></etprRprtQryBrkdQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let sea_arrival = reply.sea_arrivals().next().ok_or("no record")?;
//! assert_eq!(sea_arrival.record().get("mrn"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, FieldTest, FinalRule, Form, Param, ParamForm, Pick, RecordDef, Rules, Service, Tracking};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API021",
    slug: "sea-arrival",
    ko: "입항보고내역(해상)",
    en: "Arrival reports by sea",
    answers: "When a ship arrived, where it moored, and whether the report was accepted.",
    path: "etprRprtQryBrkdQry/retrieveetprRprtQryBrkd",
    evidence: Evidence::Guide,
    roots: &["etprRprtQryBrkdQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
    ],
    rules: Rules { one_of: &[&["ioprSbmtNo"], &["shipCallSgn"]], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "ioprSbmtNo", ko: "입출항제출번호", en: "port entry submission number", form: ParamForm::Text, len: &[(1, 12)], required: false, personal: false, turn_of_year: false },
        Param { wire: "shipCallSgn", ko: "선박호출부호", en: "ship call sign", form: ParamForm::Text, len: &[(1, 12)], required: false, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "etprRprtQryBrkdQryVo",
            rust: "SeaArrival",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "mrn", alt: &[], ko: "적하목록관리번호", en: "manifest reference number", form: Form::Text, personal: false },
                FieldDef { wire: "shipFlgtNm", alt: &[], ko: "선박항공편명", en: "ship or flight name", form: Form::Text, personal: false },
                FieldDef { wire: "shipCallImoNo", alt: &[], ko: "선박호출IMO번호", en: "ship call sign or IMO number", form: Form::Text, personal: false },
                FieldDef { wire: "shipAirCntyCd", alt: &[], ko: "선박항공기국가코드", en: "ship or aircraft country code", form: Form::Text, personal: false },
                FieldDef { wire: "etprDttm", alt: &[], ko: "입항일시", en: "arrived at", form: Form::DateTime, personal: false },
                FieldDef { wire: "shipLamrPlcNm", alt: &[], ko: "선박계선장소명", en: "mooring place name", form: Form::Text, personal: false },
                FieldDef { wire: "shipLamrPlcCd", alt: &[], ko: "선박계선장소코드", en: "mooring place code", form: Form::Text, personal: false },
                FieldDef { wire: "alCrmbPecnt", alt: &[], ko: "전체승무원인원수", en: "crew count", form: Form::Integer, personal: false },
                FieldDef { wire: "alPsngPecnt", alt: &[], ko: "전체승객인원수", en: "passenger count", form: Form::Integer, personal: false },
                FieldDef { wire: "acptDttm", alt: &[], ko: "수리일시", en: "accepted at", form: Form::DateTime, personal: false },
                FieldDef { wire: "cstmSgn", alt: &[], ko: "세관부호", en: "customs code", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
        Tracking {
            record: "etprRprtQryBrkdQryVo",
            states: &["acptDttm"],
            as_of: Some(("etprRprtQryBrkdQryVo", "acptDttm")),
            pick: Pick::Only,
            finals: &[
                FinalRule { record: "etprRprtQryBrkdQryVo", field: "acptDttm", test: FieldTest::Present, unless: None },
            ],
            slow_tail_days: 7,
        },
    ],
};

/// Asks for: Arrival reports by sea (입항보고내역(해상)). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by port entry submission number (입출항제출번호, `ioprSbmtNo`).
    pub fn by_port_entry_submission_number(port_entry_submission_number: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).port_entry_submission_number(port_entry_submission_number)
    }

    /// Asks by ship call sign (선박호출부호, `shipCallSgn`).
    pub fn by_ship_call_sign(ship_call_sign: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).ship_call_sign(ship_call_sign)
    }

    /// 입출항제출번호 · port entry submission number: `ioprSbmtNo`. 1 to 12 characters.
    #[must_use]
    pub fn port_entry_submission_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("ioprSbmtNo", value))
    }

    /// 선박호출부호 · ship call sign: `shipCallSgn`. 1 to 12 characters.
    #[must_use]
    pub fn ship_call_sign(self, value: impl Into<String>) -> Self {
        Self(self.0.with("shipCallSgn", value))
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

/// The answer: Arrival reports by sea (입항보고내역(해상)).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `etprRprtQryBrkdQryVo`, in the order of the answer.
    pub fn sea_arrivals(&self) -> impl Iterator<Item = SeaArrival<'_>> {
        self.0.records(0).map(SeaArrival)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `etprRprtQryBrkdQryVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct SeaArrival<'a>(Record<'a>);

impl<'a> SeaArrival<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 적하목록관리번호 · manifest reference number: `mrn`.
    pub fn manifest_reference_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 선박항공편명 · ship or flight name: `shipFlgtNm`.
    pub fn ship_or_flight_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 선박호출IMO번호 · ship call sign or IMO number: `shipCallImoNo`.
    pub fn ship_call_sign_or_imo_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 선박항공기국가코드 · ship or aircraft country code: `shipAirCntyCd`.
    pub fn ship_or_aircraft_country_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 입항일시 · arrived at: `etprDttm`.
    pub fn arrived_at(&self) -> Value<'a, crate::value::KstDateTime> {
        crate::typed::value(&SERVICE, self.0, 0, 4)
    }

    /// 선박계선장소명 · mooring place name: `shipLamrPlcNm`.
    pub fn mooring_place_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 5)
    }

    /// 선박계선장소코드 · mooring place code: `shipLamrPlcCd`.
    pub fn mooring_place_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 6)
    }

    /// 전체승무원인원수 · crew count: `alCrmbPecnt`.
    pub fn crew_count(&self) -> Value<'a, i64> {
        crate::typed::value(&SERVICE, self.0, 0, 7)
    }

    /// 전체승객인원수 · passenger count: `alPsngPecnt`.
    pub fn passenger_count(&self) -> Value<'a, i64> {
        crate::typed::value(&SERVICE, self.0, 0, 8)
    }

    /// 수리일시 · accepted at: `acptDttm`.
    pub fn accepted_at(&self) -> Value<'a, crate::value::KstDateTime> {
        crate::typed::value(&SERVICE, self.0, 0, 9)
    }

    /// 세관부호 · customs code: `cstmSgn`.
    pub fn customs_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 10)
    }
}

