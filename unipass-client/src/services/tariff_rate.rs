// Made from catalogue/API030.toml. Do not edit: change it there.
//! 관세율 기본 조회 · Tariff rates (API030, `tariff-rate`).
//!
//! Tariff rates of an HS code by type, with the days they apply; rows outside their days are returned too.
//!
//! Wire: `trrtQry/retrieveTrrt`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - A basic rate (A) and a WTO rate (C) stand beside the rates of trade agreements, which need proof of origin.
//! - Roots and elements start with a capital letter in the guide and with a small one live.
//!
//! ```
//! use unipass_client::services::tariff_rate::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1");
//! request.query().check()?;
//!
//! let xml = "<trrtQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><trrtQryRsltVo><hsSgn>A1</hsSgn></trrtQryRsltVo></trrtQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let tariff_rate = reply.tariff_rates().next().ok_or("no record")?;
//! assert_eq!(tariff_rate.record().get("hsSgn"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API030",
    slug: "tariff-rate",
    ko: "관세율 기본 조회",
    en: "Tariff rates",
    answers: "Tariff rates of an HS code by type, with the days they apply; rows outside their days are returned too.",
    path: "trrtQry/retrieveTrrt",
    evidence: Evidence::Guide,
    roots: &["trrtQryRtnVo", "TrrtQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Days(1),
    unplaced: &["errMsgCn"],
    notes: &[
        "A basic rate (A) and a WTO rate (C) stand beside the rates of trade agreements, which need proof of origin.",
        "Roots and elements start with a capital letter in the guide and with a small one live.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "hsSgn", ko: "HS부호", en: "HS code", form: ParamForm::Text, len: &[(1, 10)], required: true, personal: false, turn_of_year: false },
        Param { wire: "trrtTpcd", ko: "관세율구분코드", en: "tariff rate type", form: ParamForm::Text, len: &[(1, 6)], required: false, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "trrtQryRsltVo",
            rust: "TariffRate",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "hsSgn", alt: &[], ko: "HS부호", en: "HS code", form: Form::Text, personal: false },
                FieldDef { wire: "trrtTpcd", alt: &[], ko: "관세율 구분코드", en: "tariff rate type", form: Form::Text, personal: false },
                FieldDef { wire: "trrtTpNm", alt: &[], ko: "관세율 구분명", en: "tariff rate type name", form: Form::Text, personal: false },
                FieldDef { wire: "trrt", alt: &[], ko: "관세율", en: "tariff rate in percent", form: Form::Decimal, personal: false },
                FieldDef { wire: "prutXamt", alt: &[], ko: "단위당 세액", en: "tax per unit", form: Form::Decimal, personal: false },
                FieldDef { wire: "basePrc", alt: &[], ko: "기준가격", en: "base price", form: Form::Decimal, personal: false },
                FieldDef { wire: "aplyStrtDt", alt: &[], ko: "적용시작일자", en: "applies from", form: Form::Date, personal: false },
                FieldDef { wire: "aplyEndDt", alt: &[], ko: "적용종료일자", en: "applies until", form: Form::Date, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: Tariff rates (관세율 기본 조회). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by HS code (HS부호, `hsSgn`).
    pub fn new(hs_code: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).hs_code(hs_code)
    }

    /// HS부호 · HS code: `hsSgn`. 1 to 10 characters.
    #[must_use]
    pub fn hs_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("hsSgn", value))
    }

    /// 관세율구분코드 · tariff rate type: `trrtTpcd`. 1 to 6 characters.
    #[must_use]
    pub fn tariff_rate_type(self, value: impl Into<String>) -> Self {
        Self(self.0.with("trrtTpcd", value))
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

/// The answer: Tariff rates (관세율 기본 조회).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `trrtQryRsltVo`, in the order of the answer.
    pub fn tariff_rates(&self) -> impl Iterator<Item = TariffRate<'_>> {
        self.0.records(0).map(TariffRate)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `trrtQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct TariffRate<'a>(Record<'a>);

impl<'a> TariffRate<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// HS부호 · HS code: `hsSgn`.
    pub fn hs_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 관세율 구분코드 · tariff rate type: `trrtTpcd`.
    pub fn tariff_rate_type(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 관세율 구분명 · tariff rate type name: `trrtTpNm`.
    pub fn tariff_rate_type_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 관세율 · tariff rate in percent: `trrt`.
    pub fn tariff_rate_in_percent(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 3)
    }

    /// 단위당 세액 · tax per unit: `prutXamt`.
    pub fn tax_per_unit(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 4)
    }

    /// 기준가격 · base price: `basePrc`.
    pub fn base_price(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 5)
    }

    /// 적용시작일자 · applies from: `aplyStrtDt`.
    pub fn applies_from(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 6)
    }

    /// 적용종료일자 · applies until: `aplyEndDt`.
    pub fn applies_until(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 7)
    }
}

