// Made from catalogue/API047.toml. Do not edit: change it there.
//! 보세구역별 외국물품 장치기간 정보 · Storage periods of bonded areas (API047, `storage-period`).
//!
//! How long foreign goods may be stored in a bonded area.
//!
//! Wire: `bdgdFccmShedQry/retrievebdgdFccmShed`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - What a call without parameter returns is not documented.
//!
//! ```
//! use unipass_client::services::storage_period::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new();
//! request.query().check()?;
//!
//! let xml = "<bdgdFccmShedQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><bdgdFccmShedQryRsltVo><snarSgn>A1</snarSgn></bdgdFccmShedQryRsltVo></bdgdFccmShedQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let storage_period = reply.storage_periods().next().ok_or("no record")?;
//! assert_eq!(storage_period.record().get("snarSgn"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API047",
    slug: "storage-period",
    ko: "보세구역별 외국물품 장치기간 정보",
    en: "Storage periods of bonded areas",
    answers: "How long foreign goods may be stored in a bonded area.",
    path: "bdgdFccmShedQry/retrievebdgdFccmShed",
    evidence: Evidence::Guide,
    roots: &["bdgdFccmShedQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Days(1),
    unplaced: &[],
    notes: &[
        "What a call without parameter returns is not documented.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "snarSgn", ko: "보세구역부호", en: "bonded area code", form: ParamForm::Text, len: &[(1, 8)], required: false, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "bdgdFccmShedQryRsltVo",
            rust: "StoragePeriod",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "snarSgn", alt: &[], ko: "보세구역부호", en: "bonded area code", form: Form::Text, personal: false },
                FieldDef { wire: "dvcePridval", alt: &[], ko: "장치기간값", en: "storage period", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: Storage periods of bonded areas (보세구역별 외국물품 장치기간 정보). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// A request without parameters.
    #[expect(clippy::new_without_default, reason = "other services need parameters: one way to make a request")]
    pub fn new() -> Self {
        Self(Query::new(&SERVICE))
    }

    /// 보세구역부호 · bonded area code: `snarSgn`. 1 to 8 characters.
    #[must_use]
    pub fn bonded_area_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("snarSgn", value))
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

/// The answer: Storage periods of bonded areas (보세구역별 외국물품 장치기간 정보).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `bdgdFccmShedQryRsltVo`, in the order of the answer.
    pub fn storage_periods(&self) -> impl Iterator<Item = StoragePeriod<'_>> {
        self.0.records(0).map(StoragePeriod)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `bdgdFccmShedQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct StoragePeriod<'a>(Record<'a>);

impl<'a> StoragePeriod<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 보세구역부호 · bonded area code: `snarSgn`.
    pub fn bonded_area_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 장치기간값 · storage period: `dvcePridval`.
    pub fn storage_period(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }
}

