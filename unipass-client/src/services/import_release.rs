// Made from catalogue/API048.toml. Do not edit: change it there.
//! 수입물품 보세구역 반출신고 정보 · Release from the bonded area (API048, `import-release`).
//!
//! Whether imported goods were declared released from the bonded area, and when.
//!
//! Wire: `impCmdtSnarRlseDclrQry/retrieveImpCmdtSnarRlseDclr`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - The guide spells the flag in two ways: both are read.
//! - The only parameter is printed as optional.
//!
//! ```
//! use unipass_client::services::import_release::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new();
//! request.query().check()?;
//!
//! let xml = "<impCmdtSnarRlseDclrQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><impCmdtSnarRlseDclrYnRsltVo><rlbrDt>20261120</rlbrDt></impCmdtSnarRlseDclrYnRsltVo></impCmdtSnarRlseDclrQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let release_declaration = reply.release_declarations().next().ok_or("no record")?;
//! assert_eq!(release_declaration.record().get("rlbrDt"), Some("20261120"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, FieldTest, FinalRule, Form, Param, ParamForm, Pick, RecordDef, Rules, Service, Tracking};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API048",
    slug: "import-release",
    ko: "수입물품 보세구역 반출신고 정보",
    en: "Release from the bonded area",
    answers: "Whether imported goods were declared released from the bonded area, and when.",
    path: "impCmdtSnarRlseDclrQry/retrieveImpCmdtSnarRlseDclr",
    evidence: Evidence::Guide,
    roots: &["impCmdtSnarRlseDclrQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
        "The guide spells the flag in two ways: both are read.",
        "The only parameter is printed as optional.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "rlbrBssNo", ko: "반출입근거번호", en: "release basis number", form: ParamForm::Text, len: &[(1, 30)], required: false, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "impCmdtSnarRlseDclrYnRsltVo",
            rust: "ReleaseDeclaration",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "rlbrDt", alt: &[], ko: "반출일자", en: "release date", form: Form::Date, personal: false },
                FieldDef { wire: "rlbrYn", alt: &["rlbrDYn"], ko: "반출신고 여부", en: "release declared", form: Form::Flag, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
        Tracking {
            record: "impCmdtSnarRlseDclrYnRsltVo",
            states: &["rlbrYn"],
            as_of: Some(("impCmdtSnarRlseDclrYnRsltVo", "rlbrDt")),
            pick: Pick::Only,
            finals: &[
                FinalRule { record: "impCmdtSnarRlseDclrYnRsltVo", field: "rlbrYn", test: FieldTest::Is("Y"), unless: None },
            ],
            slow_tail_days: 7,
        },
    ],
};

/// Asks for: Release from the bonded area (수입물품 보세구역 반출신고 정보). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// A request without parameters.
    #[expect(clippy::new_without_default, reason = "other services need parameters: one way to make a request")]
    pub fn new() -> Self {
        Self(Query::new(&SERVICE))
    }

    /// 반출입근거번호 · release basis number: `rlbrBssNo`. 1 to 30 characters.
    #[must_use]
    pub fn release_basis_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("rlbrBssNo", value))
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

/// The answer: Release from the bonded area (수입물품 보세구역 반출신고 정보).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `impCmdtSnarRlseDclrYnRsltVo`, in the order of the answer.
    pub fn release_declarations(&self) -> impl Iterator<Item = ReleaseDeclaration<'_>> {
        self.0.records(0).map(ReleaseDeclaration)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `impCmdtSnarRlseDclrYnRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct ReleaseDeclaration<'a>(Record<'a>);

impl<'a> ReleaseDeclaration<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 반출일자 · release date: `rlbrDt`.
    pub fn release_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 0)
    }

    /// 반출신고 여부 · release declared: `rlbrYn`, also `rlbrDYn`.
    pub fn release_declared(&self) -> Value<'a, bool> {
        crate::typed::value(&SERVICE, self.0, 0, 1)
    }
}

