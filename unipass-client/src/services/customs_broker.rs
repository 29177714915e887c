// Made from catalogue/API014.toml. Do not edit: change it there.
//! 관세사 내역 · Customs broker (API014, `customs-broker`).
//!
//! Name, address and contact of one customs broker.
//!
//! Wire: `lcaBrkdQry/retrieveLcaBrkd`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - Which parameter is the minimum is not documented.
//!
//! ```
//! use unipass_client::services::customs_broker::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new();
//! request.query().check()?;
//!
//! let xml = "<lcaBrkdQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><lcaBrkdQryRsltVo><jrsdCstmNm>A1</jrsdCstmNm></lcaBrkdQryRsltVo></lcaBrkdQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let customs_broker_detail = reply.customs_broker_details().next().ok_or("no record")?;
//! assert_eq!(customs_broker_detail.record().get("jrsdCstmNm"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API014",
    slug: "customs-broker",
    ko: "관세사 내역",
    en: "Customs broker",
    answers: "Name, address and contact of one customs broker.",
    path: "lcaBrkdQry/retrieveLcaBrkd",
    evidence: Evidence::Guide,
    roots: &["lcaBrkdQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Days(7),
    unplaced: &[],
    notes: &[
        "Which parameter is the minimum is not documented.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "lcaSgn", ko: "관세사부호", en: "customs broker code", form: ParamForm::Text, len: &[(1, 5)], required: false, personal: false, turn_of_year: false },
        Param { wire: "brno", ko: "사업자번호", en: "business registration number", form: ParamForm::Digits, len: &[(10, 10)], required: false, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "lcaBrkdQryRsltVo",
            rust: "CustomsBrokerDetail",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "jrsdCstmNm", alt: &[], ko: "관할세관명", en: "competent customs name", form: Form::Text, personal: false },
                FieldDef { wire: "dcerPcd", alt: &[], ko: "관세사구분코드", en: "customs broker type code", form: Form::Text, personal: false },
                FieldDef { wire: "lcaSgn", alt: &[], ko: "관세사부호", en: "customs broker code", form: Form::Text, personal: false },
                FieldDef { wire: "lcaConm", alt: &[], ko: "관세사상호", en: "customs broker company name", form: Form::Text, personal: false },
                FieldDef { wire: "telno", alt: &["telNo"], ko: "전화번호", en: "phone number", form: Form::Text, personal: false },
                FieldDef { wire: "addr", alt: &[], ko: "주소", en: "address", form: Form::Text, personal: false },
                FieldDef { wire: "rppnNm", alt: &[], ko: "대표자명", en: "representative name", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: Customs broker (관세사 내역). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// A request without parameters.
    #[expect(clippy::new_without_default, reason = "other services need parameters: one way to make a request")]
    pub fn new() -> Self {
        Self(Query::new(&SERVICE))
    }

    /// 관세사부호 · customs broker code: `lcaSgn`. 1 to 5 characters.
    #[must_use]
    pub fn customs_broker_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("lcaSgn", value))
    }

    /// 사업자번호 · business registration number: `brno`. 10 characters.
    #[must_use]
    pub fn business_registration_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("brno", value))
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

/// The answer: Customs broker (관세사 내역).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `lcaBrkdQryRsltVo`, in the order of the answer.
    pub fn customs_broker_details(&self) -> impl Iterator<Item = CustomsBrokerDetail<'_>> {
        self.0.records(0).map(CustomsBrokerDetail)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `lcaBrkdQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct CustomsBrokerDetail<'a>(Record<'a>);

impl<'a> CustomsBrokerDetail<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 관할세관명 · competent customs name: `jrsdCstmNm`.
    pub fn competent_customs_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 관세사구분코드 · customs broker type code: `dcerPcd`.
    pub fn customs_broker_type_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 관세사부호 · customs broker code: `lcaSgn`.
    pub fn customs_broker_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 관세사상호 · customs broker company name: `lcaConm`.
    pub fn customs_broker_company_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 전화번호 · phone number: `telno`, also `telNo`.
    pub fn phone_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 4)
    }

    /// 주소 · address: `addr`.
    pub fn address(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 5)
    }

    /// 대표자명 · representative name: `rppnNm`.
    pub fn representative_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 6)
    }
}

