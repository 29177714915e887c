// Made from catalogue/API006.toml. Do not edit: change it there.
//! 화물운송주선업자 목록 · Forwarders by name (API006, `forwarder-list`).
//!
//! Codes of the freight forwarders whose name matches.
//!
//! Wire: `frwrLstQry/retrieveFrwrLst`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! ```
//! use unipass_client::services::forwarder_list::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1");
//! request.query().check()?;
//!
//! let xml = "<frwrLstQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><frwrLstQryRsltVo><frwrSgn>A1</frwrSgn></frwrLstQryRsltVo></frwrLstQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let forwarder = reply.forwarders().next().ok_or("no record")?;
//! assert_eq!(forwarder.record().get("frwrSgn"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, Code, CodeList, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::FromWire;

static BUSINESS_TYPE: CodeList = CodeList {
    rust: "BusinessType",
    values: &[
        Code { code: "1", ko: "개인", en: "person" },
        Code { code: "2", ko: "개인사업자", en: "sole proprietor" },
        Code { code: "3", ko: "법인사업자", en: "corporation" },
        Code { code: "9", ko: "기타", en: "other" },
    ],
};

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API006",
    slug: "forwarder-list",
    ko: "화물운송주선업자 목록",
    en: "Forwarders by name",
    answers: "Codes of the freight forwarders whose name matches.",
    path: "frwrLstQry/retrieveFrwrLst",
    evidence: Evidence::Guide,
    roots: &["frwrLstQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Days(7),
    unplaced: &[],
    notes: &[
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "frwrNm", ko: "화물운송주선업자명", en: "forwarder name", form: ParamForm::Text, len: &[(1, 150)], required: true, personal: false, turn_of_year: false },
        Param { wire: "intpTp", ko: "업종구분", en: "business type", form: ParamForm::Code(&BUSINESS_TYPE), len: &[], required: false, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "frwrLstQryRsltVo",
            rust: "Forwarder",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "frwrSgn", alt: &[], ko: "화물운송주선업자부호", en: "forwarder code", form: Form::Text, personal: false },
                FieldDef { wire: "frwrKoreNm", alt: &[], ko: "화물운송주선업자한글명", en: "forwarder Korean name", form: Form::Text, personal: false },
                FieldDef { wire: "frwrEnglNm", alt: &[], ko: "화물운송주선업자영문명", en: "forwarder English name", form: Form::Text, personal: false },
                FieldDef { wire: "rppnNm", alt: &[], ko: "대표자명", en: "representative name", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[&BUSINESS_TYPE],
    tracking: &[
    ],
};

/// Asks for: Forwarders by name (화물운송주선업자 목록). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by forwarder name (화물운송주선업자명, `frwrNm`).
    pub fn new(forwarder_name: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).forwarder_name(forwarder_name)
    }

    /// 화물운송주선업자명 · forwarder name: `frwrNm`. 1 to 150 characters.
    #[must_use]
    pub fn forwarder_name(self, value: impl Into<String>) -> Self {
        Self(self.0.with("frwrNm", value))
    }

    /// 업종구분 · business type: `intpTp`.
    #[must_use]
    pub fn business_type(self, value: BusinessType) -> Self {
        Self(self.0.with("intpTp", value.code()))
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

/// The answer: Forwarders by name (화물운송주선업자 목록).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `frwrLstQryRsltVo`, in the order of the answer.
    pub fn forwarders(&self) -> impl Iterator<Item = Forwarder<'_>> {
        self.0.records(0).map(Forwarder)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `frwrLstQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Forwarder<'a>(Record<'a>);

impl<'a> Forwarder<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 화물운송주선업자부호 · forwarder code: `frwrSgn`.
    pub fn forwarder_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 화물운송주선업자한글명 · forwarder Korean name: `frwrKoreNm`.
    pub fn forwarder_korean_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 화물운송주선업자영문명 · forwarder English name: `frwrEnglNm`.
    pub fn forwarder_english_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 대표자명 · representative name: `rppnNm`.
    pub fn representative_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }
}

/// The known codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BusinessType {
    /// 개인 · person: `1`.
    Person,
    /// 개인사업자 · sole proprietor: `2`.
    SoleProprietor,
    /// 법인사업자 · corporation: `3`.
    Corporation,
    /// 기타 · other: `9`.
    Other,
}

impl BusinessType {
    /// The code on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Person => "1",
            Self::SoleProprietor => "2",
            Self::Corporation => "3",
            Self::Other => "9",
        }
    }
}

impl FromWire for BusinessType {
    fn from_wire(text: &str) -> Option<Self> {
        match text {
            "1" => Some(Self::Person),
            "2" => Some(Self::SoleProprietor),
            "3" => Some(Self::Corporation),
            "9" => Some(Self::Other),
            _ => None,
        }
    }
}

