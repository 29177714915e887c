// Made from catalogue/API029.toml. Do not edit: change it there.
//! 세관장확인대상 물품 조회 · Goods that customs must confirm (API029, `confirmation-requirement`).
//!
//! Laws and agencies whose approval customs confirms for an HS code.
//!
//! Wire: `ccctLworCdQry/retrieveCcctLworCd`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - Roots and elements start with a capital letter in the guide and with a small one live.
//!
//! ```
//! use unipass_client::services::confirmation_requirement::{Direction, Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1", Direction::Export);
//! request.query().check()?;
//!
//! let xml = "<ccctLworCdQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><ccctLworCdQryRsltVo><hsSgn>A1</hsSgn></ccctLworCdQryRsltVo></ccctLworCdQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let confirmation_requirement = reply.confirmation_requirements().next().ok_or("no record")?;
//! assert_eq!(confirmation_requirement.record().get("hsSgn"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, Code, CodeList, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::{FromWire, Value};

static DIRECTION: CodeList = CodeList {
    rust: "Direction",
    values: &[
        Code { code: "1", ko: "수출", en: "export" },
        Code { code: "2", ko: "수입", en: "import" },
    ],
};

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API029",
    slug: "confirmation-requirement",
    ko: "세관장확인대상 물품 조회",
    en: "Goods that customs must confirm",
    answers: "Laws and agencies whose approval customs confirms for an HS code.",
    path: "ccctLworCdQry/retrieveCcctLworCd",
    evidence: Evidence::Guide,
    roots: &["ccctLworCdQryRtnVo", "CcctLworCdQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Days(1),
    unplaced: &["imexTp", "errMsgCn"],
    notes: &[
        "Roots and elements start with a capital letter in the guide and with a small one live.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "hsSgn", ko: "HS부호", en: "HS code", form: ParamForm::Text, len: &[(1, 10)], required: true, personal: false, turn_of_year: false },
        Param { wire: "imexTp", ko: "수출입구분코드", en: "import/export direction", form: ParamForm::Code(&DIRECTION), len: &[], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "ccctLworCdQryRsltVo",
            rust: "ConfirmationRequirement",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "hsSgn", alt: &[], ko: "HS부호", en: "HS code", form: Form::Text, personal: false },
                FieldDef { wire: "dcerCrmLworCd", alt: &["dcerCfrmLworCd"], ko: "신고인확인법령코드", en: "law code", form: Form::Text, personal: false },
                FieldDef { wire: "dcerCfrmLworNm", alt: &[], ko: "신고인확인법령명", en: "law name", form: Form::Text, personal: false },
                FieldDef { wire: "reqApreIttCd", alt: &[], ko: "요건승인기관코드", en: "approving agency code", form: Form::Text, personal: false },
                FieldDef { wire: "reqApreIttNm", alt: &[], ko: "요건승인기관명", en: "approving agency name", form: Form::Text, personal: false },
                FieldDef { wire: "aplyStrtDt", alt: &[], ko: "적용시작일자", en: "applies from", form: Form::Date, personal: false },
                FieldDef { wire: "aplyEndDt", alt: &[], ko: "적용종료일자", en: "applies until", form: Form::Date, personal: false },
                FieldDef { wire: "reqCfrmIstmNm", alt: &[], ko: "요건확인서류명", en: "required document name", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[&DIRECTION],
    tracking: &[
    ],
};

/// Asks for: Goods that customs must confirm (세관장확인대상 물품 조회). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by HS code (HS부호, `hsSgn`), import/export direction (수출입구분코드, `imexTp`).
    pub fn new(hs_code: impl Into<String>, import_export_direction: Direction) -> Self {
        Self(Query::new(&SERVICE)).hs_code(hs_code).import_export_direction(import_export_direction)
    }

    /// HS부호 · HS code: `hsSgn`. 1 to 10 characters.
    #[must_use]
    pub fn hs_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("hsSgn", value))
    }

    /// 수출입구분코드 · import/export direction: `imexTp`.
    #[must_use]
    pub fn import_export_direction(self, value: Direction) -> Self {
        Self(self.0.with("imexTp", value.code()))
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

/// The answer: Goods that customs must confirm (세관장확인대상 물품 조회).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `ccctLworCdQryRsltVo`, in the order of the answer.
    pub fn confirmation_requirements(&self) -> impl Iterator<Item = ConfirmationRequirement<'_>> {
        self.0.records(0).map(ConfirmationRequirement)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `ccctLworCdQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct ConfirmationRequirement<'a>(Record<'a>);

impl<'a> ConfirmationRequirement<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// HS부호 · HS code: `hsSgn`.
    pub fn hs_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 신고인확인법령코드 · law code: `dcerCrmLworCd`, also `dcerCfrmLworCd`.
    pub fn law_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 신고인확인법령명 · law name: `dcerCfrmLworNm`.
    pub fn law_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 요건승인기관코드 · approving agency code: `reqApreIttCd`.
    pub fn approving_agency_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 요건승인기관명 · approving agency name: `reqApreIttNm`.
    pub fn approving_agency_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 4)
    }

    /// 적용시작일자 · applies from: `aplyStrtDt`.
    pub fn applies_from(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 5)
    }

    /// 적용종료일자 · applies until: `aplyEndDt`.
    pub fn applies_until(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 6)
    }

    /// 요건확인서류명 · required document name: `reqCfrmIstmNm`.
    pub fn required_document_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 7)
    }
}

/// The known codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Direction {
    /// 수출 · export: `1`.
    Export,
    /// 수입 · import: `2`.
    Import,
}

impl Direction {
    /// The code on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Export => "1",
            Self::Import => "2",
        }
    }
}

impl FromWire for Direction {
    fn from_wire(text: &str) -> Option<Self> {
        match text {
            "1" => Some(Self::Export),
            "2" => Some(Self::Import),
            _ => None,
        }
    }
}

