// Made from catalogue/API016.toml. Do not edit: change it there.
//! 간이정액 적용/비적용 업체 · Companies under the simplified refund (API016, `simplified-refund-company`).
//!
//! Whether the simplified fixed refund applies to a company, and since when.
//!
//! Wire: `simlFxamtAplyNnaplyEntsQry/retrieveSimlFxamtAplyNnaplyEnts`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! ```
//! use unipass_client::services::simplified_refund_company::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1");
//! request.query().check()?;
//!
//! let xml = "<simlFxamtAplyNnaplyEntsQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><simlFxamtAplyNnaplyEntsQryRsltVo><simlFxamtNnaplyApreDt>20261120</simlFxamtNnaplyApreDt></simlFxamtAplyNnaplyEntsQryRsltVo></simlFxamtAplyNnaplyEntsQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let refund_company = reply.refund_companies().next().ok_or("no record")?;
//! assert_eq!(refund_company.record().get("simlFxamtNnaplyApreDt"), Some("20261120"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API016",
    slug: "simplified-refund-company",
    ko: "간이정액 적용/비적용 업체",
    en: "Companies under the simplified refund",
    answers: "Whether the simplified fixed refund applies to a company, and since when.",
    path: "simlFxamtAplyNnaplyEntsQry/retrieveSimlFxamtAplyNnaplyEnts",
    evidence: Evidence::Guide,
    roots: &["simlFxamtAplyNnaplyEntsQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Days(1),
    unplaced: &[],
    notes: &[
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "ecm", ko: "통관고유부호", en: "customs clearance code", form: ParamForm::Text, len: &[(1, 19)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "simlFxamtAplyNnaplyEntsQryRsltVo",
            rust: "RefundCompany",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "simlFxamtNnaplyApreDt", alt: &[], ko: "간이정액비적용승인일자", en: "exclusion approval date", form: Form::Date, personal: false },
                FieldDef { wire: "conm", alt: &[], ko: "상호", en: "company name", form: Form::Text, personal: false },
                FieldDef { wire: "simlFxamtAplyApreDt", alt: &[], ko: "간이정액적용승인일자", en: "application approval date", form: Form::Date, personal: false },
                FieldDef { wire: "simlFxamtNnaplyApntRsn", alt: &[], ko: "간이정액비적용지정사유", en: "reason of exclusion", form: Form::Text, personal: false },
                FieldDef { wire: "rgsrCstmNm", alt: &[], ko: "등록세관명", en: "registration customs name", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: Companies under the simplified refund (간이정액 적용/비적용 업체). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by customs clearance code (통관고유부호, `ecm`).
    pub fn new(customs_clearance_code: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).customs_clearance_code(customs_clearance_code)
    }

    /// 통관고유부호 · customs clearance code: `ecm`. 1 to 19 characters.
    #[must_use]
    pub fn customs_clearance_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("ecm", value))
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

/// The answer: Companies under the simplified refund (간이정액 적용/비적용 업체).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `simlFxamtAplyNnaplyEntsQryRsltVo`, in the order of the answer.
    pub fn refund_companies(&self) -> impl Iterator<Item = RefundCompany<'_>> {
        self.0.records(0).map(RefundCompany)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `simlFxamtAplyNnaplyEntsQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct RefundCompany<'a>(Record<'a>);

impl<'a> RefundCompany<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 간이정액비적용승인일자 · exclusion approval date: `simlFxamtNnaplyApreDt`.
    pub fn exclusion_approval_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 0)
    }

    /// 상호 · company name: `conm`.
    pub fn company_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 간이정액적용승인일자 · application approval date: `simlFxamtAplyApreDt`.
    pub fn application_approval_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 2)
    }

    /// 간이정액비적용지정사유 · reason of exclusion: `simlFxamtNnaplyApntRsn`.
    pub fn reason_of_exclusion(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 등록세관명 · registration customs name: `rgsrCstmNm`.
    pub fn registration_customs_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 4)
    }
}

