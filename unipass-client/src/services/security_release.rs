// Made from catalogue/API050.toml. Do not edit: change it there.
//! 담보해제 신청 처리현황 정보 · Release of a security (API050, `security-release`).
//!
//! The state of a request to release a security.
//!
//! Wire: `taxMgReleRqstPrcsStusInfoQry/retrieveTaxMgReleRqstPrcsStus`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! ```
//! use unipass_client::services::security_release::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1");
//! request.query().check()?;
//!
//! let xml = "<taxMgQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><taxMgReleRqstPrcsStusInfoQryRsltVo><mgPrcsStcdNm>A1</mgPrcsStcdNm></taxMgReleRqstPrcsStusInfoQryRsltVo></taxMgQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let security_release = reply.security_releases().next().ok_or("no record")?;
//! assert_eq!(security_release.record().get("mgPrcsStcdNm"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, FieldTest, FinalRule, Form, Param, ParamForm, Pick, RecordDef, Rules, Service, Tracking};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API050",
    slug: "security-release",
    ko: "담보해제 신청 처리현황 정보",
    en: "Release of a security",
    answers: "The state of a request to release a security.",
    path: "taxMgReleRqstPrcsStusInfoQry/retrieveTaxMgReleRqstPrcsStus",
    evidence: Evidence::Guide,
    roots: &["taxMgQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "impDclrNo", ko: "수입신고번호", en: "import declaration number", form: ParamForm::Text, len: &[(1, 15)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "taxMgReleRqstPrcsStusInfoQryRsltVo",
            rust: "SecurityRelease",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "mgPrcsStcdNm", alt: &[], ko: "처리상태명", en: "processing state", form: Form::Text, personal: false },
                FieldDef { wire: "mgAprvDt", alt: &[], ko: "승인일자", en: "approval date", form: Form::Date, personal: false },
                FieldDef { wire: "mgRqstDt", alt: &[], ko: "접수일자", en: "reception date", form: Form::Date, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
        Tracking {
            record: "taxMgReleRqstPrcsStusInfoQryRsltVo",
            states: &["mgPrcsStcdNm"],
            as_of: Some(("taxMgReleRqstPrcsStusInfoQryRsltVo", "mgAprvDt")),
            pick: Pick::Only,
            finals: &[
                FinalRule { record: "taxMgReleRqstPrcsStusInfoQryRsltVo", field: "mgAprvDt", test: FieldTest::Present, unless: None },
            ],
            slow_tail_days: 7,
        },
    ],
};

/// Asks for: Release of a security (담보해제 신청 처리현황 정보). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by import declaration number (수입신고번호, `impDclrNo`).
    pub fn new(import_declaration_number: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).import_declaration_number(import_declaration_number)
    }

    /// 수입신고번호 · import declaration number: `impDclrNo`. 1 to 15 characters.
    #[must_use]
    pub fn import_declaration_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("impDclrNo", value))
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

/// The answer: Release of a security (담보해제 신청 처리현황 정보).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `taxMgReleRqstPrcsStusInfoQryRsltVo`, in the order of the answer.
    pub fn security_releases(&self) -> impl Iterator<Item = SecurityRelease<'_>> {
        self.0.records(0).map(SecurityRelease)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `taxMgReleRqstPrcsStusInfoQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct SecurityRelease<'a>(Record<'a>);

impl<'a> SecurityRelease<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 처리상태명 · processing state: `mgPrcsStcdNm`.
    pub fn processing_state(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 승인일자 · approval date: `mgAprvDt`.
    pub fn approval_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 1)
    }

    /// 접수일자 · reception date: `mgRqstDt`.
    pub fn reception_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 2)
    }
}

