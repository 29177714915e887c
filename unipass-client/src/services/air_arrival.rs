// Made from catalogue/API044.toml. Do not edit: change it there.
//! 입항보고내역(항공) · Arrival reports by air (API044, `air-arrival`).
//!
//! When a flight arrived and whether its report was permitted.
//!
//! Wire: `etprRprtQryBrkdQry/retrieveFlghEtprRprtBrkd`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - `dclrNo` of an API001 arrival event can be used as `ioprSbmtNo`.
//!
//! ```
//! use unipass_client::services::air_arrival::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::by_port_entry_submission_number("1");
//! request.query().check()?;
//!
//! let xml = "<flghEtprRprtBrkdQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><flghEtprRprtBrkdQryVo><ioprSbmtNo>A1</ioprSbmtNo></flghEtprRprtBrkdQryVo></flghEtprRprtBrkdQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let air_arrival = reply.air_arrivals().next().ok_or("no record")?;
//! assert_eq!(air_arrival.record().get("ioprSbmtNo"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, FieldTest, FinalRule, Form, Param, ParamForm, Pick, RecordDef, Rules, Service, Tracking};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API044",
    slug: "air-arrival",
    ko: "입항보고내역(항공)",
    en: "Arrival reports by air",
    answers: "When a flight arrived and whether its report was permitted.",
    path: "etprRprtQryBrkdQry/retrieveFlghEtprRprtBrkd",
    evidence: Evidence::Guide,
    roots: &["flghEtprRprtBrkdQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
        "`dclrNo` of an API001 arrival event can be used as `ioprSbmtNo`.",
    ],
    rules: Rules { one_of: &[&["ioprSbmtNo"], &["shipFlgtNm"]], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "ioprSbmtNo", ko: "입출항제출번호", en: "port entry submission number", form: ParamForm::Text, len: &[(1, 12)], required: false, personal: false, turn_of_year: false },
        Param { wire: "shipFlgtNm", ko: "선박항공편명", en: "ship or flight name", form: ParamForm::Text, len: &[(1, 75)], required: false, personal: false, turn_of_year: false },
        Param { wire: "etprDt", ko: "입항일자", en: "arrival date", form: ParamForm::Date, len: &[], required: false, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "flghEtprRprtBrkdQryVo",
            rust: "AirArrival",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "ioprSbmtNo", alt: &[], ko: "입출항제출번호", en: "port entry submission number", form: Form::Text, personal: false },
                FieldDef { wire: "shipFlgtNm", alt: &[], ko: "선박항공편명", en: "ship or flight name", form: Form::Text, personal: false },
                FieldDef { wire: "shipAirCntyCd", alt: &[], ko: "선박항공기국가코드", en: "ship or aircraft country code", form: Form::Text, personal: false },
                FieldDef { wire: "etprDttm", alt: &[], ko: "입항일시", en: "arrived at", form: Form::DateTime, personal: false },
                FieldDef { wire: "dptrPortAirptCd", alt: &[], ko: "출발항구공항코드", en: "departure port code", form: Form::Text, personal: false },
                FieldDef { wire: "alCrmbPecnt", alt: &[], ko: "전체승무원인원수", en: "crew count", form: Form::Integer, personal: false },
                FieldDef { wire: "alPsngPecnt", alt: &[], ko: "전체승객인원수", en: "passenger count", form: Form::Integer, personal: false },
                FieldDef { wire: "cstmSgn", alt: &[], ko: "세관부호", en: "customs code", form: Form::Text, personal: false },
                FieldDef { wire: "aprePermDttm", alt: &[], ko: "승인허가일시", en: "permitted at", form: Form::DateTime, personal: false },
                FieldDef { wire: "arvlCntyPortAirptCd", alt: &[], ko: "도착국가항구공항코드", en: "destination port code", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
        Tracking {
            record: "flghEtprRprtBrkdQryVo",
            states: &["aprePermDttm"],
            as_of: Some(("flghEtprRprtBrkdQryVo", "aprePermDttm")),
            pick: Pick::Only,
            finals: &[
                FinalRule { record: "flghEtprRprtBrkdQryVo", field: "aprePermDttm", test: FieldTest::Present, unless: None },
            ],
            slow_tail_days: 7,
        },
    ],
};

/// Asks for: Arrival reports by air (입항보고내역(항공)). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by port entry submission number (입출항제출번호, `ioprSbmtNo`).
    pub fn by_port_entry_submission_number(port_entry_submission_number: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).port_entry_submission_number(port_entry_submission_number)
    }

    /// Asks by ship or flight name (선박항공편명, `shipFlgtNm`).
    pub fn by_ship_or_flight_name(ship_or_flight_name: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).ship_or_flight_name(ship_or_flight_name)
    }

    /// 입출항제출번호 · port entry submission number: `ioprSbmtNo`. 1 to 12 characters.
    #[must_use]
    pub fn port_entry_submission_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("ioprSbmtNo", value))
    }

    /// 선박항공편명 · ship or flight name: `shipFlgtNm`. 1 to 75 characters.
    #[must_use]
    pub fn ship_or_flight_name(self, value: impl Into<String>) -> Self {
        Self(self.0.with("shipFlgtNm", value))
    }

    /// 입항일자 · arrival date: `etprDt`.
    #[must_use]
    pub fn arrival_date(self, value: jiff::civil::Date) -> Self {
        Self(self.0.with("etprDt", value.strftime("%Y%m%d").to_string()))
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

/// The answer: Arrival reports by air (입항보고내역(항공)).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `flghEtprRprtBrkdQryVo`, in the order of the answer.
    pub fn air_arrivals(&self) -> impl Iterator<Item = AirArrival<'_>> {
        self.0.records(0).map(AirArrival)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `flghEtprRprtBrkdQryVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct AirArrival<'a>(Record<'a>);

impl<'a> AirArrival<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 입출항제출번호 · port entry submission number: `ioprSbmtNo`.
    pub fn port_entry_submission_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 선박항공편명 · ship or flight name: `shipFlgtNm`.
    pub fn ship_or_flight_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 선박항공기국가코드 · ship or aircraft country code: `shipAirCntyCd`.
    pub fn ship_or_aircraft_country_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 입항일시 · arrived at: `etprDttm`.
    pub fn arrived_at(&self) -> Value<'a, crate::value::KstDateTime> {
        crate::typed::value(&SERVICE, self.0, 0, 3)
    }

    /// 출발항구공항코드 · departure port code: `dptrPortAirptCd`.
    pub fn departure_port_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 4)
    }

    /// 전체승무원인원수 · crew count: `alCrmbPecnt`.
    pub fn crew_count(&self) -> Value<'a, i64> {
        crate::typed::value(&SERVICE, self.0, 0, 5)
    }

    /// 전체승객인원수 · passenger count: `alPsngPecnt`.
    pub fn passenger_count(&self) -> Value<'a, i64> {
        crate::typed::value(&SERVICE, self.0, 0, 6)
    }

    /// 세관부호 · customs code: `cstmSgn`.
    pub fn customs_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 7)
    }

    /// 승인허가일시 · permitted at: `aprePermDttm`.
    pub fn permitted_at(&self) -> Value<'a, crate::value::KstDateTime> {
        crate::typed::value(&SERVICE, self.0, 0, 8)
    }

    /// 도착국가항구공항코드 · destination port code: `arvlCntyPortAirptCd`.
    pub fn destination_port_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 9)
    }
}

