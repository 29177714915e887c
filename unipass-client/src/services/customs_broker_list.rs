// Made from catalogue/API013.toml. Do not edit: change it there.
//! 관세사 목록 · Customs brokers of an office (API013, `customs-broker-list`).
//!
//! Customs brokers under a customs office.
//!
//! Wire: `lcaLstInfoQry/retrieveLcaBrkd`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! ```
//! use unipass_client::services::customs_broker_list::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1");
//! request.query().check()?;
//!
//! let xml = "<lcaLstInfoQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><lcaLstInfoQryRsltVo><cstmSgn>A1</cstmSgn></lcaLstInfoQryRsltVo></lcaLstInfoQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let customs_broker = reply.customs_brokers().next().ok_or("no record")?;
//! assert_eq!(customs_broker.record().get("cstmSgn"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API013",
    slug: "customs-broker-list",
    ko: "관세사 목록",
    en: "Customs brokers of an office",
    answers: "Customs brokers under a customs office.",
    path: "lcaLstInfoQry/retrieveLcaBrkd",
    evidence: Evidence::Guide,
    roots: &["lcaLstInfoQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Days(7),
    unplaced: &[],
    notes: &[
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "lcaSgn", ko: "관세사부호", en: "customs broker code", form: ParamForm::Text, len: &[(1, 5)], required: false, personal: false, turn_of_year: false },
        Param { wire: "jrsdCstm", ko: "관할세관", en: "competent customs", form: ParamForm::Text, len: &[(1, 3)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "lcaLstInfoQryRsltVo",
            rust: "CustomsBroker",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "cstmSgn", alt: &[], ko: "세관부호", en: "customs code", form: Form::Text, personal: false },
                FieldDef { wire: "lcaSgn", alt: &[], ko: "관세사부호", en: "customs broker code", form: Form::Text, personal: false },
                FieldDef { wire: "cstmNm", alt: &[], ko: "세관명", en: "customs name", form: Form::Text, personal: false },
                FieldDef { wire: "lcaNm", alt: &[], ko: "관세사명", en: "customs broker name", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: Customs brokers of an office (관세사 목록). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by competent customs (관할세관, `jrsdCstm`).
    pub fn new(competent_customs: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).competent_customs(competent_customs)
    }

    /// 관세사부호 · customs broker code: `lcaSgn`. 1 to 5 characters.
    #[must_use]
    pub fn customs_broker_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("lcaSgn", value))
    }

    /// 관할세관 · competent customs: `jrsdCstm`. 1 to 3 characters.
    #[must_use]
    pub fn competent_customs(self, value: impl Into<String>) -> Self {
        Self(self.0.with("jrsdCstm", value))
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

/// The answer: Customs brokers of an office (관세사 목록).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `lcaLstInfoQryRsltVo`, in the order of the answer.
    pub fn customs_brokers(&self) -> impl Iterator<Item = CustomsBroker<'_>> {
        self.0.records(0).map(CustomsBroker)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `lcaLstInfoQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct CustomsBroker<'a>(Record<'a>);

impl<'a> CustomsBroker<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 세관부호 · customs code: `cstmSgn`.
    pub fn customs_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 관세사부호 · customs broker code: `lcaSgn`.
    pub fn customs_broker_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 세관명 · customs name: `cstmNm`.
    pub fn customs_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 관세사명 · customs broker name: `lcaNm`.
    pub fn customs_broker_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }
}

