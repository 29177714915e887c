// Made from catalogue/API036.toml. Do not edit: change it there.
//! 수출이행내역(차대번호) · Vehicle export by identification number (API036, `vehicle-export`).
//!
//! How far the export of a vehicle has come.
//!
//! Wire: `expFfmnBrkdCbnoQry/retrieveExpFfmnBrkdCbnoQryRtnVo`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - A vehicle that has been shipped may not be returned any more.
//!
//! ```
//! use unipass_client::services::vehicle_export::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::by_export_declaration_date(jiff::civil::date(2026, 11, 20), "1");
//! request.query().check()?;
//!
//! let xml = "<expFfmnBrkdCbnoQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><expFfmnBrkdCbnoQryRsltVo><dclrDttm>20261120</dclrDttm></expFfmnBrkdCbnoQryRsltVo></expFfmnBrkdCbnoQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let vehicle_export = reply.vehicle_exports().next().ok_or("no record")?;
//! assert_eq!(vehicle_export.record().get("dclrDttm"), Some("20261120"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, Code, CodeList, CountMeaning, DateRange, Evidence, FieldDef, FieldTest, FinalRule, Form, Param, ParamForm, Pick, RecordDef, Rules, Service, Span, Tracking};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::{FromWire, Value};

static VEHICLE_PROGRESS: CodeList = CodeList {
    rust: "VehicleProgress",
    values: &[
        Code { code: "해당 차대번호로 수출 신고된 건은 수리된 상태입니다.", ko: "수리", en: "accepted" },
        Code { code: "해당 차대번호로 수출 신고된 건은 수리 후 취소되었습니다.", ko: "수리 후 취소", en: "cancelled after acceptance" },
        Code { code: "해당 차대번호로 수출 신고된 건은 선적이 완료된 상태입니다.", ko: "선적 완료", en: "loaded" },
    ],
};

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API036",
    slug: "vehicle-export",
    ko: "수출이행내역(차대번호)",
    en: "Vehicle export by identification number",
    answers: "How far the export of a vehicle has come.",
    path: "expFfmnBrkdCbnoQry/retrieveExpFfmnBrkdCbnoQryRtnVo",
    evidence: Evidence::Guide,
    roots: &["expFfmnBrkdCbnoQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
        "A vehicle that has been shipped may not be returned any more.",
    ],
    rules: Rules { one_of: &[&["dclrDttm"], &["dclrStrDttm", "dclrEndDttm"]], only_one: true, range: Some(DateRange { from: "dclrStrDttm", to: "dclrEndDttm", max: Span::Years(1) }), when: &[] },
    params: &[
        Param { wire: "dclrDttm", ko: "수출신고일자", en: "export declaration date", form: ParamForm::Date, len: &[], required: false, personal: false, turn_of_year: false },
        Param { wire: "dclrStrDttm", ko: "조회기간 시작일자", en: "period start date", form: ParamForm::Date, len: &[], required: false, personal: false, turn_of_year: false },
        Param { wire: "dclrEndDttm", ko: "조회기간 종료일자", en: "period end date", form: ParamForm::Date, len: &[], required: false, personal: false, turn_of_year: false },
        Param { wire: "cbno", ko: "차대번호", en: "vehicle identification number", form: ParamForm::Text, len: &[(1, 40)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "expFfmnBrkdCbnoQryRsltVo",
            rust: "VehicleExport",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "dclrDttm", alt: &[], ko: "수출신고일자", en: "export declaration date", form: Form::Date, personal: false },
                FieldDef { wire: "cbno", alt: &[], ko: "차대번호", en: "vehicle identification number", form: Form::Text, personal: false },
                FieldDef { wire: "vhclPrgsStts", alt: &[], ko: "차량진행상태", en: "vehicle progress state", form: Form::Code(&VEHICLE_PROGRESS), personal: false },
                FieldDef { wire: "expDclrNo", alt: &[], ko: "수출신고번호", en: "export declaration number", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[&VEHICLE_PROGRESS],
    tracking: &[
        Tracking {
            record: "expFfmnBrkdCbnoQryRsltVo",
            states: &["vhclPrgsStts"],
            as_of: None,
            pick: Pick::Only,
            finals: &[
                FinalRule { record: "expFfmnBrkdCbnoQryRsltVo", field: "vhclPrgsStts", test: FieldTest::Is("해당 차대번호로 수출 신고된 건은 선적이 완료된 상태입니다."), unless: None },
            ],
            slow_tail_days: 7,
        },
    ],
};

/// Asks for: Vehicle export by identification number (수출이행내역(차대번호)). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by export declaration date (수출신고일자, `dclrDttm`), vehicle identification number (차대번호, `cbno`).
    pub fn by_export_declaration_date(export_declaration_date: jiff::civil::Date, vehicle_identification_number: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).export_declaration_date(export_declaration_date).vehicle_identification_number(vehicle_identification_number)
    }

    /// Asks by period start date (조회기간 시작일자, `dclrStrDttm`), period end date (조회기간 종료일자, `dclrEndDttm`), vehicle identification number (차대번호, `cbno`).
    pub fn by_period_start_date(period_start_date: jiff::civil::Date, period_end_date: jiff::civil::Date, vehicle_identification_number: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).period_start_date(period_start_date).period_end_date(period_end_date).vehicle_identification_number(vehicle_identification_number)
    }

    /// 수출신고일자 · export declaration date: `dclrDttm`.
    #[must_use]
    pub fn export_declaration_date(self, value: jiff::civil::Date) -> Self {
        Self(self.0.with("dclrDttm", value.strftime("%Y%m%d").to_string()))
    }

    /// 조회기간 시작일자 · period start date: `dclrStrDttm`.
    #[must_use]
    pub fn period_start_date(self, value: jiff::civil::Date) -> Self {
        Self(self.0.with("dclrStrDttm", value.strftime("%Y%m%d").to_string()))
    }

    /// 조회기간 종료일자 · period end date: `dclrEndDttm`.
    #[must_use]
    pub fn period_end_date(self, value: jiff::civil::Date) -> Self {
        Self(self.0.with("dclrEndDttm", value.strftime("%Y%m%d").to_string()))
    }

    /// 차대번호 · vehicle identification number: `cbno`. 1 to 40 characters.
    #[must_use]
    pub fn vehicle_identification_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("cbno", value))
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

/// The answer: Vehicle export by identification number (수출이행내역(차대번호)).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `expFfmnBrkdCbnoQryRsltVo`, in the order of the answer.
    pub fn vehicle_exports(&self) -> impl Iterator<Item = VehicleExport<'_>> {
        self.0.records(0).map(VehicleExport)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `expFfmnBrkdCbnoQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct VehicleExport<'a>(Record<'a>);

impl<'a> VehicleExport<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 수출신고일자 · export declaration date: `dclrDttm`.
    pub fn export_declaration_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 0)
    }

    /// 차대번호 · vehicle identification number: `cbno`.
    pub fn vehicle_identification_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 차량진행상태 · vehicle progress state: `vhclPrgsStts`.
    pub fn vehicle_progress_state(&self) -> Value<'a, VehicleProgress> {
        crate::typed::value(&SERVICE, self.0, 0, 2)
    }

    /// 수출신고번호 · export declaration number: `expDclrNo`.
    pub fn export_declaration_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }
}

/// The known codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VehicleProgress {
    /// 수리 · accepted: `해당 차대번호로 수출 신고된 건은 수리된 상태입니다.`.
    Accepted,
    /// 수리 후 취소 · cancelled after acceptance: `해당 차대번호로 수출 신고된 건은 수리 후 취소되었습니다.`.
    Cancelled,
    /// 선적 완료 · loaded: `해당 차대번호로 수출 신고된 건은 선적이 완료된 상태입니다.`.
    Loaded,
}

impl VehicleProgress {
    /// The code on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Accepted => "해당 차대번호로 수출 신고된 건은 수리된 상태입니다.",
            Self::Cancelled => "해당 차대번호로 수출 신고된 건은 수리 후 취소되었습니다.",
            Self::Loaded => "해당 차대번호로 수출 신고된 건은 선적이 완료된 상태입니다.",
        }
    }
}

impl FromWire for VehicleProgress {
    fn from_wire(text: &str) -> Option<Self> {
        match text {
            "해당 차대번호로 수출 신고된 건은 수리된 상태입니다." => Some(Self::Accepted),
            "해당 차대번호로 수출 신고된 건은 수리 후 취소되었습니다." => Some(Self::Cancelled),
            "해당 차대번호로 수출 신고된 건은 선적이 완료된 상태입니다." => Some(Self::Loaded),
            _ => None,
        }
    }
}

