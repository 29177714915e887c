// Made from catalogue/API027.toml. Do not edit: change it there.
//! 선박회사 내역 · Shipping company (API027, `shipping-company`).
//!
//! Address, agent and registration of one shipping company.
//!
//! Wire: `shipCoBrkdQry/retrieveShipCoBrkd`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! ```
//! use unipass_client::services::shipping_company::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1");
//! request.query().check()?;
//!
//! let xml = "<shipCoBrkdQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><shipCoBrkdQryRsltVo><cntyNm>A1</cntyNm></shipCoBrkdQryRsltVo></shipCoBrkdQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let shipping_company_detail = reply.shipping_company_details().next().ok_or("no record")?;
//! assert_eq!(shipping_company_detail.record().get("cntyNm"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API027",
    slug: "shipping-company",
    ko: "선박회사 내역",
    en: "Shipping company",
    answers: "Address, agent and registration of one shipping company.",
    path: "shipCoBrkdQry/retrieveShipCoBrkd",
    evidence: Evidence::Guide,
    roots: &["shipCoBrkdQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Days(7),
    unplaced: &[],
    notes: &[
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "shipCoSgn", ko: "선박회사부호", en: "shipping company code", form: ParamForm::Text, len: &[(1, 4)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "shipCoBrkdQryRsltVo",
            rust: "ShippingCompanyDetail",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "cntyNm", alt: &[], ko: "국가명", en: "country name", form: Form::Text, personal: false },
                FieldDef { wire: "shipAgncNm", alt: &[], ko: "선박대리점명", en: "shipping agent name", form: Form::Text, personal: false },
                FieldDef { wire: "rppnNm", alt: &[], ko: "대표자성명", en: "representative name", form: Form::Text, personal: false },
                FieldDef { wire: "brno", alt: &[], ko: "사업자등록번호", en: "business registration number", form: Form::Text, personal: false },
                FieldDef { wire: "shipCoNat", alt: &[], ko: "선박회사국적", en: "shipping company nationality", form: Form::Text, personal: false },
                FieldDef { wire: "hdofAddr", alt: &[], ko: "본사주소", en: "head office address", form: Form::Text, personal: false },
                FieldDef { wire: "agncAddr", alt: &[], ko: "대리점주소", en: "agent address", form: Form::Text, personal: false },
                FieldDef { wire: "telno", alt: &[], ko: "전화번호", en: "phone number", form: Form::Text, personal: false },
                FieldDef { wire: "faxNo", alt: &[], ko: "팩스번호", en: "fax number", form: Form::Text, personal: false },
                FieldDef { wire: "rgsrNo", alt: &[], ko: "등록번호", en: "registration number", form: Form::Text, personal: false },
                FieldDef { wire: "rgsrDt", alt: &[], ko: "등록일자", en: "registration date", form: Form::Date, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: Shipping company (선박회사 내역). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by shipping company code (선박회사부호, `shipCoSgn`).
    pub fn new(shipping_company_code: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).shipping_company_code(shipping_company_code)
    }

    /// 선박회사부호 · shipping company code: `shipCoSgn`. 1 to 4 characters.
    #[must_use]
    pub fn shipping_company_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("shipCoSgn", value))
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

/// The answer: Shipping company (선박회사 내역).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `shipCoBrkdQryRsltVo`, in the order of the answer.
    pub fn shipping_company_details(&self) -> impl Iterator<Item = ShippingCompanyDetail<'_>> {
        self.0.records(0).map(ShippingCompanyDetail)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `shipCoBrkdQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct ShippingCompanyDetail<'a>(Record<'a>);

impl<'a> ShippingCompanyDetail<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 국가명 · country name: `cntyNm`.
    pub fn country_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 선박대리점명 · shipping agent name: `shipAgncNm`.
    pub fn shipping_agent_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 대표자성명 · representative name: `rppnNm`.
    pub fn representative_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 사업자등록번호 · business registration number: `brno`.
    pub fn business_registration_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 선박회사국적 · shipping company nationality: `shipCoNat`.
    pub fn shipping_company_nationality(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 4)
    }

    /// 본사주소 · head office address: `hdofAddr`.
    pub fn head_office_address(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 5)
    }

    /// 대리점주소 · agent address: `agncAddr`.
    pub fn agent_address(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 6)
    }

    /// 전화번호 · phone number: `telno`.
    pub fn phone_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 7)
    }

    /// 팩스번호 · fax number: `faxNo`.
    pub fn fax_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 8)
    }

    /// 등록번호 · registration number: `rgsrNo`.
    pub fn registration_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 9)
    }

    /// 등록일자 · registration date: `rgsrDt`.
    pub fn registration_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 10)
    }
}

