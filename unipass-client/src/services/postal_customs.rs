// Made from catalogue/API031.toml. Do not edit: change it there.
//! 우편번호별 관할세관 정보 · Customs office of a postal code (API031, `postal-customs`).
//!
//! The customs office in charge of a postal code.
//!
//! Wire: `postNoPrCstmSgnQry/retrievePostNoPrCstmSgnQry`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - Errors arrive under another root, `statsSgnQryRtnVo`.
//!
//! ```
//! use unipass_client::services::postal_customs::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("12345");
//! request.query().check()?;
//!
//! let xml = "<psnoPrJrsdCstmQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><psnoPrJrsdCstmQryRsltVoList><jrsdCstmSgn>A1</jrsdCstmSgn></psnoPrJrsdCstmQryRsltVoList></psnoPrJrsdCstmQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let postal_customs = reply.postal_customses().next().ok_or("no record")?;
//! assert_eq!(postal_customs.record().get("jrsdCstmSgn"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API031",
    slug: "postal-customs",
    ko: "우편번호별 관할세관 정보",
    en: "Customs office of a postal code",
    answers: "The customs office in charge of a postal code.",
    path: "postNoPrCstmSgnQry/retrievePostNoPrCstmSgnQry",
    evidence: Evidence::Guide,
    roots: &["psnoPrJrsdCstmQryRtnVo", "statsSgnQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Days(7),
    unplaced: &[],
    notes: &[
        "Errors arrive under another root, `statsSgnQryRtnVo`.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "jrsdPsno", ko: "우편번호", en: "postal code", form: ParamForm::Digits, len: &[(5, 6)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "psnoPrJrsdCstmQryRsltVoList",
            rust: "PostalCustoms",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "jrsdCstmSgn", alt: &[], ko: "관할세관부호", en: "competent customs code", form: Form::Text, personal: false },
                FieldDef { wire: "jrsdCstmSgnNm", alt: &[], ko: "관할세관부호명", en: "competent customs name", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: Customs office of a postal code (우편번호별 관할세관 정보). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by postal code (우편번호, `jrsdPsno`).
    pub fn new(postal_code: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).postal_code(postal_code)
    }

    /// 우편번호 · postal code: `jrsdPsno`. 5 to 6 characters.
    #[must_use]
    pub fn postal_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("jrsdPsno", value))
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

/// The answer: Customs office of a postal code (우편번호별 관할세관 정보).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `psnoPrJrsdCstmQryRsltVoList`, in the order of the answer.
    pub fn postal_customses(&self) -> impl Iterator<Item = PostalCustoms<'_>> {
        self.0.records(0).map(PostalCustoms)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `psnoPrJrsdCstmQryRsltVoList`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct PostalCustoms<'a>(Record<'a>);

impl<'a> PostalCustoms<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 관할세관부호 · competent customs code: `jrsdCstmSgn`.
    pub fn competent_customs_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 관할세관부호명 · competent customs name: `jrsdCstmSgnNm`.
    pub fn competent_customs_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }
}

