// Made from catalogue/API051.toml. Do not edit: change it there.
//! 전자상거래수출 적재 이행 정보 · Loading of e-commerce exports (API051, `ecommerce-loading`).
//!
//! Whether an e-commerce export has been loaded.
//!
//! Wire: `elcmExpLoadInfoQry/retrieveElcmExpLoadInfo`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! ```
//! use unipass_client::services::ecommerce_loading::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1");
//! request.query().check()?;
//!
//! let xml = "<elcmExpLoadInfoQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><elcmExpLoadInfoQryRsltVo><loadCmplYn>Y</loadCmplYn></elcmExpLoadInfoQryRsltVo></elcmExpLoadInfoQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let ecommerce_loading = reply.ecommerce_loadings().next().ok_or("no record")?;
//! assert_eq!(ecommerce_loading.record().get("loadCmplYn"), Some("Y"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, FieldTest, FinalRule, Form, Param, ParamForm, Pick, RecordDef, Rules, Service, Tracking};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API051",
    slug: "ecommerce-loading",
    ko: "전자상거래수출 적재 이행 정보",
    en: "Loading of e-commerce exports",
    answers: "Whether an e-commerce export has been loaded.",
    path: "elcmExpLoadInfoQry/retrieveElcmExpLoadInfo",
    evidence: Evidence::Guide,
    roots: &["elcmExpLoadInfoQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "elcmExpDclrNo", ko: "전자상거래수출신고번호", en: "e-commerce export declaration number", form: ParamForm::Text, len: &[(1, 14)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "elcmExpLoadInfoQryRsltVo",
            rust: "EcommerceLoading",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "loadCmplYn", alt: &[], ko: "적재완료여부", en: "loading completed", form: Form::Flag, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
        Tracking {
            record: "elcmExpLoadInfoQryRsltVo",
            states: &["loadCmplYn"],
            as_of: None,
            pick: Pick::Only,
            finals: &[
                FinalRule { record: "elcmExpLoadInfoQryRsltVo", field: "loadCmplYn", test: FieldTest::Is("Y"), unless: None },
            ],
            slow_tail_days: 7,
        },
    ],
};

/// Asks for: Loading of e-commerce exports (전자상거래수출 적재 이행 정보). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by e-commerce export declaration number (전자상거래수출신고번호, `elcmExpDclrNo`).
    pub fn new(e_commerce_export_declaration_number: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).e_commerce_export_declaration_number(e_commerce_export_declaration_number)
    }

    /// 전자상거래수출신고번호 · e-commerce export declaration number: `elcmExpDclrNo`. 1 to 14 characters.
    #[must_use]
    pub fn e_commerce_export_declaration_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("elcmExpDclrNo", value))
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

/// The answer: Loading of e-commerce exports (전자상거래수출 적재 이행 정보).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `elcmExpLoadInfoQryRsltVo`, in the order of the answer.
    pub fn ecommerce_loadings(&self) -> impl Iterator<Item = EcommerceLoading<'_>> {
        self.0.records(0).map(EcommerceLoading)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `elcmExpLoadInfoQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct EcommerceLoading<'a>(Record<'a>);

impl<'a> EcommerceLoading<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 적재완료여부 · loading completed: `loadCmplYn`.
    pub fn loading_completed(&self) -> Value<'a, bool> {
        crate::typed::value(&SERVICE, self.0, 0, 0)
    }
}

