// Made from catalogue/API046.toml. Do not edit: change it there.
//! 재수출 이행 완료보고 처리정보 제공 · Completion of a re-export (API046, `reexport-completion`).
//!
//! The state of a report that a re-export was completed.
//!
//! Wire: `reexpFfmnCmplRprtPrcsInfoQry/retrieveReexpFfmnCmplRprtPrcsInfo`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - The guide spells the state field in two ways: both are read.
//!
//! ```
//! use unipass_client::services::reexport_completion::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1", "1");
//! request.query().check()?;
//!
//! let xml = "<reexpFfmnCmplRprtPrcsInfoQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><reexpFfmnCmplRprtPrcsInfoQryRsltVo><reexpFfmnLastEnfrDt>20261120</reexpFfmnLastEnfrDt></reexpFfmnCmplRprtPrcsInfoQryRsltVo></reexpFfmnCmplRprtPrcsInfoQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let reexport_completion = reply.reexport_completions().next().ok_or("no record")?;
//! assert_eq!(reexport_completion.record().get("reexpFfmnLastEnfrDt"), Some("20261120"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, FieldTest, FinalRule, Form, Param, ParamForm, Pick, RecordDef, Rules, Service, Tracking};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API046",
    slug: "reexport-completion",
    ko: "재수출 이행 완료보고 처리정보 제공",
    en: "Completion of a re-export",
    answers: "The state of a report that a re-export was completed.",
    path: "reexpFfmnCmplRprtPrcsInfoQry/retrieveReexpFfmnCmplRprtPrcsInfo",
    evidence: Evidence::Guide,
    roots: &["reexpFfmnCmplRprtPrcsInfoQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
        "The guide spells the state field in two ways: both are read.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "impDclrNo", ko: "수입신고번호", en: "import declaration number", form: ParamForm::Text, len: &[(1, 15)], required: true, personal: false, turn_of_year: false },
        Param { wire: "lnNo", ko: "란번호", en: "line number", form: ParamForm::Text, len: &[(1, 3)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "reexpFfmnCmplRprtPrcsInfoQryRsltVo",
            rust: "ReexportCompletion",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "reexpFfmnLastEnfrDt", alt: &[], ko: "재수출이행최종시행일자", en: "last re-export date", form: Form::Date, personal: false },
                FieldDef { wire: "lastReexpFfmnDtyConcRcd", alt: &[], ko: "최종수출이행의무종결사유코드", en: "reason the duty ended", form: Form::Text, personal: false },
                FieldDef { wire: "reexpFfmnPrcsStcd", alt: &["reexpFffmnPrcsStcd"], ko: "재수출이행처리상태코드", en: "re-export processing state code", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
        Tracking {
            record: "reexpFfmnCmplRprtPrcsInfoQryRsltVo",
            states: &["reexpFfmnPrcsStcd"],
            as_of: Some(("reexpFfmnCmplRprtPrcsInfoQryRsltVo", "reexpFfmnLastEnfrDt")),
            pick: Pick::Only,
            finals: &[
                FinalRule { record: "reexpFfmnCmplRprtPrcsInfoQryRsltVo", field: "lastReexpFfmnDtyConcRcd", test: FieldTest::Present, unless: None },
            ],
            slow_tail_days: 7,
        },
    ],
};

/// Asks for: Completion of a re-export (재수출 이행 완료보고 처리정보 제공). Parameters that are not given are not sent.
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

/// The answer: Completion of a re-export (재수출 이행 완료보고 처리정보 제공).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `reexpFfmnCmplRprtPrcsInfoQryRsltVo`, in the order of the answer.
    pub fn reexport_completions(&self) -> impl Iterator<Item = ReexportCompletion<'_>> {
        self.0.records(0).map(ReexportCompletion)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `reexpFfmnCmplRprtPrcsInfoQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct ReexportCompletion<'a>(Record<'a>);

impl<'a> ReexportCompletion<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 재수출이행최종시행일자 · last re-export date: `reexpFfmnLastEnfrDt`.
    pub fn last_re_export_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 0)
    }

    /// 최종수출이행의무종결사유코드 · reason the duty ended: `lastReexpFfmnDtyConcRcd`.
    pub fn reason_the_duty_ended(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 재수출이행처리상태코드 · re-export processing state code: `reexpFfmnPrcsStcd`, also `reexpFffmnPrcsStcd`.
    pub fn re_export_processing_state_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }
}

