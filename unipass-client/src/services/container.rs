// Made from catalogue/API020.toml. Do not edit: change it there.
//! 컨테이너내역 · Containers of a cargo (API020, `container`).
//!
//! The containers of a cargo and their seals.
//!
//! Wire: `cntrQryBrkdQry/retrieveCntrQryBrkd`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! ```
//! use unipass_client::services::container::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("123456789012345");
//! request.query().check()?;
//!
//! let xml = "<cntrQryBrkdQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><cntrQryBrkdQryVo><cntrNo>A1</cntrNo></cntrQryBrkdQryVo></cntrQryBrkdQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let container = reply.containers().next().ok_or("no record")?;
//! assert_eq!(container.record().get("cntrNo"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API020",
    slug: "container",
    ko: "컨테이너내역",
    en: "Containers of a cargo",
    answers: "The containers of a cargo and their seals.",
    path: "cntrQryBrkdQry/retrieveCntrQryBrkd",
    evidence: Evidence::Guide,
    roots: &["cntrQryBrkdQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "cargMtNo", ko: "화물관리번호", en: "cargo management number", form: ParamForm::Text, len: &[(15, 19)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "cntrQryBrkdQryVo",
            rust: "Container",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "cntrNo", alt: &[], ko: "컨테이너번호", en: "container number", form: Form::Text, personal: false },
                FieldDef { wire: "cntrStszCd", alt: &[], ko: "컨테이너규격코드", en: "container size code", form: Form::Text, personal: false },
                FieldDef { wire: "cntrSelgNo1", alt: &[], ko: "컨테이너봉인번호1", en: "seal number 1", form: Form::Text, personal: false },
                FieldDef { wire: "cntrSelgNo2", alt: &[], ko: "컨테이너봉인번호2", en: "seal number 2", form: Form::Text, personal: false },
                FieldDef { wire: "cntrSelgNo3", alt: &[], ko: "컨테이너봉인번호3", en: "seal number 3", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: Containers of a cargo (컨테이너내역). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by cargo management number (화물관리번호, `cargMtNo`).
    pub fn new(cargo_management_number: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).cargo_management_number(cargo_management_number)
    }

    /// 화물관리번호 · cargo management number: `cargMtNo`. 15 to 19 characters.
    #[must_use]
    pub fn cargo_management_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("cargMtNo", value))
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

/// The answer: Containers of a cargo (컨테이너내역).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `cntrQryBrkdQryVo`, in the order of the answer.
    pub fn containers(&self) -> impl Iterator<Item = Container<'_>> {
        self.0.records(0).map(Container)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `cntrQryBrkdQryVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Container<'a>(Record<'a>);

impl<'a> Container<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 컨테이너번호 · container number: `cntrNo`.
    pub fn container_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 컨테이너규격코드 · container size code: `cntrStszCd`.
    pub fn container_size_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 컨테이너봉인번호1 · seal number 1: `cntrSelgNo1`.
    pub fn seal_number_1(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 컨테이너봉인번호2 · seal number 2: `cntrSelgNo2`.
    pub fn seal_number_2(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 컨테이너봉인번호3 · seal number 3: `cntrSelgNo3`.
    pub fn seal_number_3(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 4)
    }
}

