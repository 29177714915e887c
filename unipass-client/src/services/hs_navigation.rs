// Made from catalogue/API043.toml. Do not edit: change it there.
//! HS CODE내비게이션 조회 · HS code navigation (API043, `hs-navigation`).
//!
//! Which goods are declared under an HS code, by number of cases.
//!
//! Wire: `cmtrStatsQry/retrieveCmtrStats`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - Only full codes are reliable.
//!
//! ```
//! use unipass_client::services::hs_navigation::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1234567890");
//! request.query().check()?;
//!
//! let xml = "<cmtrStatsQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><cmtrStatsQryRsltVo><hs10Sgn>A1</hs10Sgn></cmtrStatsQryRsltVo></cmtrStatsQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let hs_use = reply.hs_uses().next().ok_or("no record")?;
//! assert_eq!(hs_use.record().get("hs10Sgn"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API043",
    slug: "hs-navigation",
    ko: "HS CODE내비게이션 조회",
    en: "HS code navigation",
    answers: "Which goods are declared under an HS code, by number of cases.",
    path: "cmtrStatsQry/retrieveCmtrStats",
    evidence: Evidence::Guide,
    roots: &["cmtrStatsQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Days(1),
    unplaced: &[],
    notes: &[
        "Only full codes are reliable.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "hsSgn", ko: "HS10단위부호", en: "HS code", form: ParamForm::Digits, len: &[(10, 10)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "cmtrStatsQryRsltVo",
            rust: "HsUse",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "hs10Sgn", alt: &[], ko: "HS10단위부호", en: "HS code", form: Form::Text, personal: false },
                FieldDef { wire: "acrsTcntRnk", alt: &[], ko: "실적총건수순위", en: "rank by case count", form: Form::Integer, personal: false },
                FieldDef { wire: "prlstNm", alt: &[], ko: "품목명", en: "item name", form: Form::Text, personal: false },
                FieldDef { wire: "prlstLnCnt", alt: &[], ko: "품목란건수", en: "line count", form: Form::Integer, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: HS code navigation (HS CODE내비게이션 조회). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by HS code (HS10단위부호, `hsSgn`).
    pub fn new(hs_code: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).hs_code(hs_code)
    }

    /// HS10단위부호 · HS code: `hsSgn`. 10 characters.
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

/// The answer: HS code navigation (HS CODE내비게이션 조회).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `cmtrStatsQryRsltVo`, in the order of the answer.
    pub fn hs_uses(&self) -> impl Iterator<Item = HsUse<'_>> {
        self.0.records(0).map(HsUse)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `cmtrStatsQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct HsUse<'a>(Record<'a>);

impl<'a> HsUse<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// HS10단위부호 · HS code: `hs10Sgn`.
    pub fn hs_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 실적총건수순위 · rank by case count: `acrsTcntRnk`.
    pub fn rank_by_case_count(&self) -> Value<'a, i64> {
        crate::typed::value(&SERVICE, self.0, 0, 1)
    }

    /// 품목명 · item name: `prlstNm`.
    pub fn item_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 품목란건수 · line count: `prlstLnCnt`.
    pub fn line_count(&self) -> Value<'a, i64> {
        crate::typed::value(&SERVICE, self.0, 0, 3)
    }
}

