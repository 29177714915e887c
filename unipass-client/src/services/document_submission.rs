// Made from catalogue/API032.toml. Do not edit: change it there.
//! 수출입신고 전자첨부서류 제출 완료 유무 · Submission of attached documents (API032, `document-submission`).
//!
//! Whether the electronic documents of a declaration have been submitted.
//!
//! Wire: `expImpAffcSbmtInfoQry/retrieveExpImpAffcSbmtInfo`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! ```
//! use unipass_client::services::document_submission::{Business, Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new(Business::Import, "1");
//! request.query().check()?;
//!
//! let xml = "<expImpAffcSbmtInfoQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><expImpAffcSbmtInfoQryRsltVoList><dclrBsopDtlTpcd>IMP</dclrBsopDtlTpcd></expImpAffcSbmtInfoQryRsltVoList></expImpAffcSbmtInfoQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let document_submission = reply.document_submissions().next().ok_or("no record")?;
//! assert_eq!(document_submission.record().get("dclrBsopDtlTpcd"), Some("IMP"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, Code, CodeList, CountMeaning, Evidence, FieldDef, FieldTest, FinalRule, Form, Param, ParamForm, Pick, RecordDef, Rules, Service, Tracking};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::{FromWire, Value};

static BUSINESS: CodeList = CodeList {
    rust: "Business",
    values: &[
        Code { code: "IMP", ko: "수입통관", en: "import clearance" },
        Code { code: "EXP", ko: "수출통관", en: "export clearance" },
    ],
};

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API032",
    slug: "document-submission",
    ko: "수출입신고 전자첨부서류 제출 완료 유무",
    en: "Submission of attached documents",
    answers: "Whether the electronic documents of a declaration have been submitted.",
    path: "expImpAffcSbmtInfoQry/retrieveExpImpAffcSbmtInfo",
    evidence: Evidence::Guide,
    roots: &["expImpAffcSbmtInfoQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "dclrBsopDtlTpcd", ko: "업무구분", en: "declaration business code", form: ParamForm::Code(&BUSINESS), len: &[], required: true, personal: false, turn_of_year: false },
        Param { wire: "dcshSbmtNo", ko: "제출번호", en: "declaration submission number", form: ParamForm::Text, len: &[(1, 50)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "expImpAffcSbmtInfoQryRsltVoList",
            rust: "DocumentSubmission",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "dclrBsopDtlTpcd", alt: &[], ko: "업무구분", en: "declaration business code", form: Form::Code(&BUSINESS), personal: false },
                FieldDef { wire: "elctDocNm", alt: &[], ko: "서식명", en: "form name", form: Form::Text, personal: false },
                FieldDef { wire: "dcshSbmtNo", alt: &[], ko: "제출번호", en: "declaration submission number", form: Form::Text, personal: false },
                FieldDef { wire: "sbmtDttm", alt: &[], ko: "제출일자", en: "submission date", form: Form::Date, personal: false },
                FieldDef { wire: "attchSbmtYn", alt: &[], ko: "서류제출여부", en: "documents submitted", form: Form::Flag, personal: false },
            ],
        },
    ],
    codes: &[&BUSINESS],
    tracking: &[
        Tracking {
            record: "expImpAffcSbmtInfoQryRsltVoList",
            states: &["attchSbmtYn"],
            as_of: Some(("expImpAffcSbmtInfoQryRsltVoList", "sbmtDttm")),
            pick: Pick::Only,
            finals: &[
                FinalRule { record: "expImpAffcSbmtInfoQryRsltVoList", field: "attchSbmtYn", test: FieldTest::Is("Y"), unless: None },
            ],
            slow_tail_days: 7,
        },
    ],
};

/// Asks for: Submission of attached documents (수출입신고 전자첨부서류 제출 완료 유무). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by declaration business code (업무구분, `dclrBsopDtlTpcd`), declaration submission number (제출번호, `dcshSbmtNo`).
    pub fn new(declaration_business_code: Business, declaration_submission_number: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).declaration_business_code(declaration_business_code).declaration_submission_number(declaration_submission_number)
    }

    /// 업무구분 · declaration business code: `dclrBsopDtlTpcd`.
    #[must_use]
    pub fn declaration_business_code(self, value: Business) -> Self {
        Self(self.0.with("dclrBsopDtlTpcd", value.code()))
    }

    /// 제출번호 · declaration submission number: `dcshSbmtNo`. 1 to 50 characters.
    #[must_use]
    pub fn declaration_submission_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("dcshSbmtNo", value))
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

/// The answer: Submission of attached documents (수출입신고 전자첨부서류 제출 완료 유무).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `expImpAffcSbmtInfoQryRsltVoList`, in the order of the answer.
    pub fn document_submissions(&self) -> impl Iterator<Item = DocumentSubmission<'_>> {
        self.0.records(0).map(DocumentSubmission)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `expImpAffcSbmtInfoQryRsltVoList`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct DocumentSubmission<'a>(Record<'a>);

impl<'a> DocumentSubmission<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 업무구분 · declaration business code: `dclrBsopDtlTpcd`.
    pub fn declaration_business_code(&self) -> Value<'a, Business> {
        crate::typed::value(&SERVICE, self.0, 0, 0)
    }

    /// 서식명 · form name: `elctDocNm`.
    pub fn form_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 제출번호 · declaration submission number: `dcshSbmtNo`.
    pub fn declaration_submission_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 제출일자 · submission date: `sbmtDttm`.
    pub fn submission_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 3)
    }

    /// 서류제출여부 · documents submitted: `attchSbmtYn`.
    pub fn documents_submitted(&self) -> Value<'a, bool> {
        crate::typed::value(&SERVICE, self.0, 0, 4)
    }
}

/// The known codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Business {
    /// 수입통관 · import clearance: `IMP`.
    Import,
    /// 수출통관 · export clearance: `EXP`.
    Export,
}

impl Business {
    /// The code on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Import => "IMP",
            Self::Export => "EXP",
        }
    }
}

impl FromWire for Business {
    fn from_wire(text: &str) -> Option<Self> {
        match text {
            "IMP" => Some(Self::Import),
            "EXP" => Some(Self::Export),
            _ => None,
        }
    }
}

