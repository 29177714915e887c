// Made from catalogue/API017.toml. Do not edit: change it there.
//! 수출이행기간 단축대상 품목 · Goods with a shortened export period (API017, `shortened-export-period`).
//!
//! Goods that must be exported within a shortened period.
//!
//! Wire: `expFfmnPridShrtTrgtPrlstQry/retrieveExpFfmnPridShrtTrgtPrlst`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! ```
//! use unipass_client::services::shortened_export_period::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1");
//! request.query().check()?;
//!
//! let xml = "<expFfmnPridShrtTrgtPrlstQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><expFfmnPridShrtTrgtPrlstQryRsltVo><hsSgn>A1</hsSgn></expFfmnPridShrtTrgtPrlstQryRsltVo></expFfmnPridShrtTrgtPrlstQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let shortened_item = reply.shortened_items().next().ok_or("no record")?;
//! assert_eq!(shortened_item.record().get("hsSgn"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API017",
    slug: "shortened-export-period",
    ko: "수출이행기간 단축대상 품목",
    en: "Goods with a shortened export period",
    answers: "Goods that must be exported within a shortened period.",
    path: "expFfmnPridShrtTrgtPrlstQry/retrieveExpFfmnPridShrtTrgtPrlst",
    evidence: Evidence::Guide,
    roots: &["expFfmnPridShrtTrgtPrlstQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Days(1),
    unplaced: &[],
    notes: &[
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "hsSgn", ko: "HS부호", en: "HS code", form: ParamForm::Text, len: &[(1, 10)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "expFfmnPridShrtTrgtPrlstQryRsltVo",
            rust: "ShortenedItem",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "hsSgn", alt: &[], ko: "HS부호", en: "HS code", form: Form::Text, personal: false },
                FieldDef { wire: "ffmnTmlmDt", alt: &[], ko: "이행기한일자", en: "deadline", form: Form::Date, personal: false },
                FieldDef { wire: "trgtImpEndDt", alt: &[], ko: "대상수입종료일자", en: "target imports end on", form: Form::Date, personal: false },
                FieldDef { wire: "prnm", alt: &[], ko: "품명", en: "goods name", form: Form::Text, personal: false },
                FieldDef { wire: "stszNm", alt: &[], ko: "규격명", en: "specification name", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: Goods with a shortened export period (수출이행기간 단축대상 품목). Parameters that are not given are not sent.
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

/// The answer: Goods with a shortened export period (수출이행기간 단축대상 품목).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `expFfmnPridShrtTrgtPrlstQryRsltVo`, in the order of the answer.
    pub fn shortened_items(&self) -> impl Iterator<Item = ShortenedItem<'_>> {
        self.0.records(0).map(ShortenedItem)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `expFfmnPridShrtTrgtPrlstQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct ShortenedItem<'a>(Record<'a>);

impl<'a> ShortenedItem<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// HS부호 · HS code: `hsSgn`.
    pub fn hs_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 이행기한일자 · deadline: `ffmnTmlmDt`.
    pub fn deadline(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 1)
    }

    /// 대상수입종료일자 · target imports end on: `trgtImpEndDt`.
    pub fn target_imports_end_on(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 2)
    }

    /// 품명 · goods name: `prnm`.
    pub fn goods_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 규격명 · specification name: `stszNm`.
    pub fn specification_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 4)
    }
}

