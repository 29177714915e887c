// Made from catalogue/API045.toml. Do not edit: change it there.
//! 재수출 조건부 수입의 수출이행 기한 정보제공 · Deadline of a conditional import (API045, `reexport-deadline`).
//!
//! Until when goods imported for re-export must leave.
//!
//! Wire: `reepCndtImpFfmnTmlmInfoOfr/retrieveReepCndtImpFfmnTmlmInfo`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! ```
//! use unipass_client::services::reexport_deadline::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1", "1");
//! request.query().check()?;
//!
//! let xml = "<reepCndtImpFfmnTmlmInfoQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><reepCndtImpFfmnTmlmInfoQryRsltVo><xtnsDt>20261120</xtnsDt></reepCndtImpFfmnTmlmInfoQryRsltVo></reepCndtImpFfmnTmlmInfoQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let reexport_deadline = reply.reexport_deadlines().next().ok_or("no record")?;
//! assert_eq!(reexport_deadline.record().get("xtnsDt"), Some("20261120"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API045",
    slug: "reexport-deadline",
    ko: "재수출 조건부 수입의 수출이행 기한 정보제공",
    en: "Deadline of a conditional import",
    answers: "Until when goods imported for re-export must leave.",
    path: "reepCndtImpFfmnTmlmInfoOfr/retrieveReepCndtImpFfmnTmlmInfo",
    evidence: Evidence::Guide,
    roots: &["reepCndtImpFfmnTmlmInfoQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "impDclrNo", ko: "수입신고번호", en: "import declaration number", form: ParamForm::Text, len: &[(1, 15)], required: true, personal: false, turn_of_year: false },
        Param { wire: "lnNo", ko: "란번호", en: "line number", form: ParamForm::Text, len: &[(1, 3)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "reepCndtImpFfmnTmlmInfoQryRsltVo",
            rust: "ReexportDeadline",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "xtnsDt", alt: &[], ko: "연장일자", en: "extended deadline", form: Form::Date, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: Deadline of a conditional import (재수출 조건부 수입의 수출이행 기한 정보제공). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by import declaration number (수입신고번호, `impDclrNo`), line number (란번호, `lnNo`).
    pub fn new(import_declaration_number: impl Into<String>, line_number: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).import_declaration_number(import_declaration_number).line_number(line_number)
    }

    /// 수입신고번호 · import declaration number: `impDclrNo`. 1 to 15 characters.
    #[must_use]
    pub fn import_declaration_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("impDclrNo", value))
    }

    /// 란번호 · line number: `lnNo`. 1 to 3 characters.
    #[must_use]
    pub fn line_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("lnNo", value))
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

/// The answer: Deadline of a conditional import (재수출 조건부 수입의 수출이행 기한 정보제공).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `reepCndtImpFfmnTmlmInfoQryRsltVo`, in the order of the answer.
    pub fn reexport_deadlines(&self) -> impl Iterator<Item = ReexportDeadline<'_>> {
        self.0.records(0).map(ReexportDeadline)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `reepCndtImpFfmnTmlmInfoQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct ReexportDeadline<'a>(Record<'a>);

impl<'a> ReexportDeadline<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 연장일자 · extended deadline: `xtnsDt`.
    pub fn extended_deadline(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 0)
    }
}

