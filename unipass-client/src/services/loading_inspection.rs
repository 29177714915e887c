// Made from catalogue/API053.toml. Do not edit: change it there.
//! 적재지 검사정보 제공 · Inspection at the loading place (API053, `loading-inspection`).
//!
//! Whether an export must be inspected where it is loaded, and whether that is done.
//!
//! Wire: `expLdpInscInfoQry/retrieveLdpInscInfo`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! ```
//! use unipass_client::services::loading_inspection::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1");
//! request.query().check()?;
//!
//! let xml = "<expLdpInscInfoQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><expLdpInscInfoQryRsltVo><expInscTrgtYn>Y</expInscTrgtYn></expLdpInscInfoQryRsltVo></expLdpInscInfoQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let loading_inspection = reply.loading_inspections().next().ok_or("no record")?;
//! assert_eq!(loading_inspection.record().get("expInscTrgtYn"), Some("Y"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, FieldTest, FinalRule, Form, Param, ParamForm, Pick, RecordDef, Rules, Service, Tracking};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API053",
    slug: "loading-inspection",
    ko: "적재지 검사정보 제공",
    en: "Inspection at the loading place",
    answers: "Whether an export must be inspected where it is loaded, and whether that is done.",
    path: "expLdpInscInfoQry/retrieveLdpInscInfo",
    evidence: Evidence::Guide,
    roots: &["expLdpInscInfoQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "expDclrNo", ko: "수출신고번호", en: "export declaration number", form: ParamForm::Text, len: &[(1, 15)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "expLdpInscInfoQryRsltVo",
            rust: "LoadingInspection",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "expInscTrgtYn", alt: &[], ko: "검사대상여부", en: "subject to inspection", form: Form::Flag, personal: false },
                FieldDef { wire: "expInscCmplYn", alt: &[], ko: "검사완료여부", en: "inspection completed", form: Form::Flag, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
        Tracking {
            record: "expLdpInscInfoQryRsltVo",
            states: &["expInscCmplYn"],
            as_of: None,
            pick: Pick::Only,
            finals: &[
                FinalRule { record: "expLdpInscInfoQryRsltVo", field: "expInscCmplYn", test: FieldTest::Is("Y"), unless: None },
            ],
            slow_tail_days: 7,
        },
    ],
};

/// Asks for: Inspection at the loading place (적재지 검사정보 제공). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by export declaration number (수출신고번호, `expDclrNo`).
    pub fn new(export_declaration_number: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).export_declaration_number(export_declaration_number)
    }

    /// 수출신고번호 · export declaration number: `expDclrNo`. 1 to 15 characters.
    #[must_use]
    pub fn export_declaration_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("expDclrNo", value))
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

/// The answer: Inspection at the loading place (적재지 검사정보 제공).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `expLdpInscInfoQryRsltVo`, in the order of the answer.
    pub fn loading_inspections(&self) -> impl Iterator<Item = LoadingInspection<'_>> {
        self.0.records(0).map(LoadingInspection)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `expLdpInscInfoQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct LoadingInspection<'a>(Record<'a>);

impl<'a> LoadingInspection<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 검사대상여부 · subject to inspection: `expInscTrgtYn`.
    pub fn subject_to_inspection(&self) -> Value<'a, bool> {
        crate::typed::value(&SERVICE, self.0, 0, 0)
    }

    /// 검사완료여부 · inspection completed: `expInscCmplYn`.
    pub fn inspection_completed(&self) -> Value<'a, bool> {
        crate::typed::value(&SERVICE, self.0, 0, 1)
    }
}

