// Made from catalogue/API026.toml. Do not edit: change it there.
//! 선박회사 목록 · Shipping companies by name (API026, `shipping-company-list`).
//!
//! Codes of the shipping companies whose name matches.
//!
//! Wire: `shipCoLstQry/retrieveShipCoLst`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! ```
//! use unipass_client::services::shipping_company_list::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1");
//! request.query().check()?;
//!
//! let xml = "<shipCoLstQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><shipCoLstQryRsltVo><shipCoEnglNm>A1</shipCoEnglNm></shipCoLstQryRsltVo></shipCoLstQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let shipping_company = reply.shipping_companies().next().ok_or("no record")?;
//! assert_eq!(shipping_company.record().get("shipCoEnglNm"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API026",
    slug: "shipping-company-list",
    ko: "선박회사 목록",
    en: "Shipping companies by name",
    answers: "Codes of the shipping companies whose name matches.",
    path: "shipCoLstQry/retrieveShipCoLst",
    evidence: Evidence::Guide,
    roots: &["shipCoLstQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Days(7),
    unplaced: &[],
    notes: &[
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "shipCoNm", ko: "선박회사명", en: "shipping company name", form: ParamForm::Text, len: &[(1, 150)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "shipCoLstQryRsltVo",
            rust: "ShippingCompany",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "shipCoEnglNm", alt: &[], ko: "선박회사영문명", en: "shipping company English name", form: Form::Text, personal: false },
                FieldDef { wire: "shipCoKoreNm", alt: &[], ko: "선박회사한글명", en: "shipping company Korean name", form: Form::Text, personal: false },
                FieldDef { wire: "shipCoSgn", alt: &[], ko: "선박회사부호", en: "shipping company code", form: Form::Text, personal: false },
                FieldDef { wire: "rppnNm", alt: &[], ko: "대표자명", en: "representative name", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: Shipping companies by name (선박회사 목록). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by shipping company name (선박회사명, `shipCoNm`).
    pub fn new(shipping_company_name: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).shipping_company_name(shipping_company_name)
    }

    /// 선박회사명 · shipping company name: `shipCoNm`. 1 to 150 characters.
    #[must_use]
    pub fn shipping_company_name(self, value: impl Into<String>) -> Self {
        Self(self.0.with("shipCoNm", value))
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

/// The answer: Shipping companies by name (선박회사 목록).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `shipCoLstQryRsltVo`, in the order of the answer.
    pub fn shipping_companies(&self) -> impl Iterator<Item = ShippingCompany<'_>> {
        self.0.records(0).map(ShippingCompany)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `shipCoLstQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct ShippingCompany<'a>(Record<'a>);

impl<'a> ShippingCompany<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 선박회사영문명 · shipping company English name: `shipCoEnglNm`.
    pub fn shipping_company_english_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 선박회사한글명 · shipping company Korean name: `shipCoKoreNm`.
    pub fn shipping_company_korean_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 선박회사부호 · shipping company code: `shipCoSgn`.
    pub fn shipping_company_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 대표자명 · representative name: `rppnNm`.
    pub fn representative_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }
}

