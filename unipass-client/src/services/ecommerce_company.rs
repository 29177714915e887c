// Made from catalogue/API055.toml. Do not edit: change it there.
//! 전자상거래업자부호 유효성 검증 · E-commerce company code check (API055, `ecommerce-company`).
//!
//! Whether an e-commerce company is registered, and until when.
//!
//! Wire: `elcmEntsSgnVldyVrfcQry/retrieveVldyVrfcInfo`. Evidence: **unproven**, from one version of the guide only.
//!
//! - Documented in guide 3.7 only.
//!
//! ```
//! use unipass_client::services::ecommerce_company::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1", "12");
//! request.query().check()?;
//!
//! let xml = "<elcmEntsSgnVldyVrfcQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><elcmEntsSgnVldyVrfcQryRsltVo><elcmEntsSgn>A1</elcmEntsSgn></elcmEntsSgnVldyVrfcQryRsltVo></elcmEntsSgnVldyVrfcQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let ecommerce_company = reply.ecommerce_companies().next().ok_or("no record")?;
//! assert_eq!(ecommerce_company.record().get("elcmEntsSgn"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API055",
    slug: "ecommerce-company",
    ko: "전자상거래업자부호 유효성 검증",
    en: "E-commerce company code check",
    answers: "Whether an e-commerce company is registered, and until when.",
    path: "elcmEntsSgnVldyVrfcQry/retrieveVldyVrfcInfo",
    evidence: Evidence::Unproven,
    roots: &["elcmEntsSgnVldyVrfcQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
        "Documented in guide 3.7 only.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "brno", ko: "사업자번호", en: "business number", form: ParamForm::Text, len: &[(1, 100)], required: true, personal: false, turn_of_year: false },
        Param { wire: "cntyCd", ko: "국가코드", en: "country code", form: ParamForm::Text, len: &[(2, 2)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "elcmEntsSgnVldyVrfcQryRsltVo",
            rust: "EcommerceCompany",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "elcmEntsSgn", alt: &[], ko: "전자상거래업자부호", en: "e-commerce company code", form: Form::Text, personal: false },
                FieldDef { wire: "entsKoreNm", alt: &[], ko: "전자상거래업자명", en: "Korean name", form: Form::Text, personal: false },
                FieldDef { wire: "entsEnglNm", alt: &[], ko: "전자상거래업자영문명", en: "English name", form: Form::Text, personal: false },
                FieldDef { wire: "rgsrValtPridStrtDt", alt: &[], ko: "유효시작일자", en: "registration valid from", form: Form::Date, personal: false },
                FieldDef { wire: "rgsrValtPridXpirDt", alt: &[], ko: "유효종료일자", en: "registration valid until", form: Form::Date, personal: false },
                FieldDef { wire: "clabAckwEntsYn", alt: &[], ko: "협력인정업체여부", en: "recognised partner company", form: Form::Flag, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: E-commerce company code check (전자상거래업자부호 유효성 검증). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by business number (사업자번호, `brno`), country code (국가코드, `cntyCd`).
    pub fn new(business_number: impl Into<String>, country_code: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).business_number(business_number).country_code(country_code)
    }

    /// 사업자번호 · business number: `brno`. 1 to 100 characters.
    #[must_use]
    pub fn business_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("brno", value))
    }

    /// 국가코드 · country code: `cntyCd`. 2 characters.
    #[must_use]
    pub fn country_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("cntyCd", value))
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

/// The answer: E-commerce company code check (전자상거래업자부호 유효성 검증).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `elcmEntsSgnVldyVrfcQryRsltVo`, in the order of the answer.
    pub fn ecommerce_companies(&self) -> impl Iterator<Item = EcommerceCompany<'_>> {
        self.0.records(0).map(EcommerceCompany)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `elcmEntsSgnVldyVrfcQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct EcommerceCompany<'a>(Record<'a>);

impl<'a> EcommerceCompany<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 전자상거래업자부호 · e-commerce company code: `elcmEntsSgn`.
    pub fn e_commerce_company_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 전자상거래업자명 · Korean name: `entsKoreNm`.
    pub fn korean_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 전자상거래업자영문명 · English name: `entsEnglNm`.
    pub fn english_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 유효시작일자 · registration valid from: `rgsrValtPridStrtDt`.
    pub fn registration_valid_from(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 3)
    }

    /// 유효종료일자 · registration valid until: `rgsrValtPridXpirDt`.
    pub fn registration_valid_until(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 4)
    }

    /// 협력인정업체여부 · recognised partner company: `clabAckwEntsYn`.
    pub fn recognised_partner_company(&self) -> Value<'a, bool> {
        crate::typed::value(&SERVICE, self.0, 0, 5)
    }
}

