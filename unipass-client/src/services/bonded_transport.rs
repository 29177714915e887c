// Made from catalogue/API054.toml. Do not edit: change it there.
//! 보세운송 운송차량정보 제공 · Vehicles of a bonded transport (API054, `bonded-transport`).
//!
//! The vehicles assigned to bonded transports between two bonded areas.
//!
//! Wire: `trnpMethAlocPrngQry/retrieveTrnpMethAlocPrng`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - The vehicle number stands under `bntpMethNo` in the guide's table and under `arlcSnarSgn` in its sample: both are read.
//!
//! ```
//! use unipass_client::services::bonded_transport::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::by_origin_bonded_area_code("1", jiff::civil::date(2026, 11, 20), jiff::civil::date(2026, 11, 20));
//! request.query().check()?;
//!
//! let xml = "<trnpMethAlocPrngApiInfoQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><trnpMethAlocPrngApiInfoQryRsltVo><alocPrngDclrNo>A1</alocPrngDclrNo></trnpMethAlocPrngApiInfoQryRsltVo></trnpMethAlocPrngApiInfoQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let transport_vehicle = reply.transport_vehicles().next().ok_or("no record")?;
//! assert_eq!(transport_vehicle.record().get("alocPrngDclrNo"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, DateRange, Evidence, FieldDef, Form, Param, ParamForm, Pick, RecordDef, Rules, Service, Span, Tracking};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API054",
    slug: "bonded-transport",
    ko: "보세운송 운송차량정보 제공",
    en: "Vehicles of a bonded transport",
    answers: "The vehicles assigned to bonded transports between two bonded areas.",
    path: "trnpMethAlocPrngQry/retrieveTrnpMethAlocPrng",
    evidence: Evidence::Guide,
    roots: &["trnpMethAlocPrngApiInfoQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
        "The vehicle number stands under `bntpMethNo` in the guide's table and under `arlcSnarSgn` in its sample: both are read.",
    ],
    rules: Rules { one_of: &[&["frarSnarSgn"], &["arlcSnarSgn"]], only_one: false, range: Some(DateRange { from: "qryStrtDt", to: "qryEndDt", max: Span::Days(10) }), when: &[] },
    params: &[
        Param { wire: "frarSnarSgn", ko: "출발지보세구역부호", en: "origin bonded area code", form: ParamForm::Text, len: &[(1, 8)], required: false, personal: false, turn_of_year: false },
        Param { wire: "arlcSnarSgn", ko: "도착지보세구역부호", en: "destination bonded area code", form: ParamForm::Text, len: &[(1, 8)], required: false, personal: false, turn_of_year: false },
        Param { wire: "qryStrtDt", ko: "운송기한시작일자", en: "transport deadline from", form: ParamForm::Date, len: &[], required: true, personal: false, turn_of_year: false },
        Param { wire: "qryEndDt", ko: "운송기한종료일자", en: "transport deadline to", form: ParamForm::Date, len: &[], required: true, personal: false, turn_of_year: false },
        Param { wire: "btcoSgn", ko: "보세운송업자부호", en: "bonded carrier code", form: ParamForm::Text, len: &[(1, 6)], required: false, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "trnpMethAlocPrngApiInfoQryRsltVo",
            rust: "TransportVehicle",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "alocPrngDclrNo", alt: &[], ko: "운송차량정보", en: "vehicle assignment number", form: Form::Text, personal: false },
                FieldDef { wire: "bnbnTrnpDclrNo", alt: &[], ko: "근거번호", en: "bonded transport declaration number", form: Form::Text, personal: false },
                FieldDef { wire: "frarSnarSgnNm", alt: &[], ko: "발송지 보세구역", en: "origin bonded area", form: Form::Text, personal: false },
                FieldDef { wire: "arlcSnarSgnNm", alt: &[], ko: "최종목적지 보세구역", en: "destination bonded area", form: Form::Text, personal: false },
                FieldDef { wire: "bntpMethNo", alt: &["arlcSnarSgn"], ko: "차량번호", en: "vehicle number", form: Form::Text, personal: false },
                FieldDef { wire: "cntrNo", alt: &[], ko: "컨테이너번호", en: "container number", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
        Tracking {
            record: "trnpMethAlocPrngApiInfoQryRsltVo",
            states: &["alocPrngDclrNo"],
            as_of: None,
            pick: Pick::Only,
            finals: &[
            ],
            slow_tail_days: 0,
        },
    ],
};

/// Asks for: Vehicles of a bonded transport (보세운송 운송차량정보 제공). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by origin bonded area code (출발지보세구역부호, `frarSnarSgn`), transport deadline from (운송기한시작일자, `qryStrtDt`), transport deadline to (운송기한종료일자, `qryEndDt`).
    pub fn by_origin_bonded_area_code(origin_bonded_area_code: impl Into<String>, transport_deadline_from: jiff::civil::Date, transport_deadline_to: jiff::civil::Date) -> Self {
        Self(Query::new(&SERVICE)).origin_bonded_area_code(origin_bonded_area_code).transport_deadline_from(transport_deadline_from).transport_deadline_to(transport_deadline_to)
    }

    /// Asks by destination bonded area code (도착지보세구역부호, `arlcSnarSgn`), transport deadline from (운송기한시작일자, `qryStrtDt`), transport deadline to (운송기한종료일자, `qryEndDt`).
    pub fn by_destination_bonded_area_code(destination_bonded_area_code: impl Into<String>, transport_deadline_from: jiff::civil::Date, transport_deadline_to: jiff::civil::Date) -> Self {
        Self(Query::new(&SERVICE)).destination_bonded_area_code(destination_bonded_area_code).transport_deadline_from(transport_deadline_from).transport_deadline_to(transport_deadline_to)
    }

    /// 출발지보세구역부호 · origin bonded area code: `frarSnarSgn`. 1 to 8 characters.
    #[must_use]
    pub fn origin_bonded_area_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("frarSnarSgn", value))
    }

    /// 도착지보세구역부호 · destination bonded area code: `arlcSnarSgn`. 1 to 8 characters.
    #[must_use]
    pub fn destination_bonded_area_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("arlcSnarSgn", value))
    }

    /// 운송기한시작일자 · transport deadline from: `qryStrtDt`.
    #[must_use]
    pub fn transport_deadline_from(self, value: jiff::civil::Date) -> Self {
        Self(self.0.with("qryStrtDt", value.strftime("%Y%m%d").to_string()))
    }

    /// 운송기한종료일자 · transport deadline to: `qryEndDt`.
    #[must_use]
    pub fn transport_deadline_to(self, value: jiff::civil::Date) -> Self {
        Self(self.0.with("qryEndDt", value.strftime("%Y%m%d").to_string()))
    }

    /// 보세운송업자부호 · bonded carrier code: `btcoSgn`. 1 to 6 characters.
    #[must_use]
    pub fn bonded_carrier_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("btcoSgn", value))
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

/// The answer: Vehicles of a bonded transport (보세운송 운송차량정보 제공).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `trnpMethAlocPrngApiInfoQryRsltVo`, in the order of the answer.
    pub fn transport_vehicles(&self) -> impl Iterator<Item = TransportVehicle<'_>> {
        self.0.records(0).map(TransportVehicle)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `trnpMethAlocPrngApiInfoQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct TransportVehicle<'a>(Record<'a>);

impl<'a> TransportVehicle<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 운송차량정보 · vehicle assignment number: `alocPrngDclrNo`.
    pub fn vehicle_assignment_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 근거번호 · bonded transport declaration number: `bnbnTrnpDclrNo`.
    pub fn bonded_transport_declaration_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 발송지 보세구역 · origin bonded area: `frarSnarSgnNm`.
    pub fn origin_bonded_area(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 최종목적지 보세구역 · destination bonded area: `arlcSnarSgnNm`.
    pub fn destination_bonded_area(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 차량번호 · vehicle number: `bntpMethNo`, also `arlcSnarSgn`.
    pub fn vehicle_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 4)
    }

    /// 컨테이너번호 · container number: `cntrNo`.
    pub fn container_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 5)
    }
}

