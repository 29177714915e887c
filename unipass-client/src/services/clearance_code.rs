// Made from catalogue/API010.toml. Do not edit: change it there.
//! 통관고유부호 · Customs clearance codes of companies (API010, `clearance-code`).
//!
//! The customs clearance code of a company, by code, business registration number or name.
//!
//! Wire: `ecmQry/retrieveEcm`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - Which parameter is the minimum is not documented.
//!
//! ```
//! use unipass_client::services::clearance_code::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new();
//! request.query().check()?;
//!
//! let xml = "<ecmQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><ecmQryRsltVo><useYn>Y</useYn></ecmQryRsltVo></ecmQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let clearance_code = reply.clearance_codes().next().ok_or("no record")?;
//! assert_eq!(clearance_code.record().get("useYn"), Some("Y"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API010",
    slug: "clearance-code",
    ko: "통관고유부호",
    en: "Customs clearance codes of companies",
    answers: "The customs clearance code of a company, by code, business registration number or name.",
    path: "ecmQry/retrieveEcm",
    evidence: Evidence::Guide,
    roots: &["ecmQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Days(1),
    unplaced: &[],
    notes: &[
        "Which parameter is the minimum is not documented.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "ecm", ko: "통관고유부호", en: "customs clearance code", form: ParamForm::Text, len: &[(1, 19)], required: false, personal: false, turn_of_year: false },
        Param { wire: "brno", ko: "사업자등록번호", en: "business registration number", form: ParamForm::Digits, len: &[(10, 10)], required: false, personal: false, turn_of_year: false },
        Param { wire: "conmNm", ko: "상호명", en: "company name", form: ParamForm::Text, len: &[(1, 150)], required: false, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "ecmQryRsltVo",
            rust: "ClearanceCode",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "useYn", alt: &[], ko: "사용여부", en: "in use", form: Form::Flag, personal: false },
                FieldDef { wire: "ecm", alt: &[], ko: "통관고유부호", en: "customs clearance code", form: Form::Text, personal: false },
                FieldDef { wire: "conmNm", alt: &[], ko: "상호명", en: "company name", form: Form::Text, personal: false },
                FieldDef { wire: "bsnsNo", alt: &[], ko: "사업자번호", en: "business registration number", form: Form::Text, personal: false },
                FieldDef { wire: "rppnNm", alt: &[], ko: "대표자명", en: "representative name", form: Form::Text, personal: false },
                FieldDef { wire: "bslcBscsAddr", alt: &[], ko: "주소", en: "address", form: Form::Text, personal: false },
                FieldDef { wire: "rprsTelno", alt: &[], ko: "전화번호", en: "phone number", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: Customs clearance codes of companies (통관고유부호). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// A request without parameters.
    #[expect(clippy::new_without_default, reason = "other services need parameters: one way to make a request")]
    pub fn new() -> Self {
        Self(Query::new(&SERVICE))
    }

    /// 통관고유부호 · customs clearance code: `ecm`. 1 to 19 characters.
    #[must_use]
    pub fn customs_clearance_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("ecm", value))
    }

    /// 사업자등록번호 · business registration number: `brno`. 10 characters.
    #[must_use]
    pub fn business_registration_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("brno", value))
    }

    /// 상호명 · company name: `conmNm`. 1 to 150 characters.
    #[must_use]
    pub fn company_name(self, value: impl Into<String>) -> Self {
        Self(self.0.with("conmNm", value))
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

/// The answer: Customs clearance codes of companies (통관고유부호).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `ecmQryRsltVo`, in the order of the answer.
    pub fn clearance_codes(&self) -> impl Iterator<Item = ClearanceCode<'_>> {
        self.0.records(0).map(ClearanceCode)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `ecmQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct ClearanceCode<'a>(Record<'a>);

impl<'a> ClearanceCode<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 사용여부 · in use: `useYn`.
    pub fn in_use(&self) -> Value<'a, bool> {
        crate::typed::value(&SERVICE, self.0, 0, 0)
    }

    /// 통관고유부호 · customs clearance code: `ecm`.
    pub fn customs_clearance_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 상호명 · company name: `conmNm`.
    pub fn company_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 사업자번호 · business registration number: `bsnsNo`.
    pub fn business_registration_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 대표자명 · representative name: `rppnNm`.
    pub fn representative_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 4)
    }

    /// 주소 · address: `bslcBscsAddr`.
    pub fn address(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 5)
    }

    /// 전화번호 · phone number: `rprsTelno`.
    pub fn phone_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 6)
    }
}

