// Made from catalogue/API018.toml. Do not edit: change it there.
//! HS부호 · HS codes (API018, `hs-code`).
//!
//! HS codes by exact code or by goods name; one row per tax rate of a code.
//!
//! Wire: `hsSgnQry/searchHsSgn`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - One row per tax rate: group the rows by `hsSgn`.
//! - In English `korePrnm` stays empty.
//! - A Korean name of one character matches only the identical name; an English word must stand alone.
//!
//! ```
//! use unipass_client::services::hs_code::{NameLanguage, Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::by_hs_code("1234567890", NameLanguage::Korean);
//! request.query().check()?;
//!
//! let xml = "<hsSgnSrchRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><hsSgnSrchRsltVo><qtyUt>A1</qtyUt></hsSgnSrchRsltVo></hsSgnSrchRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let hs_code = reply.hs_codes().next().ok_or("no record")?;
//! assert_eq!(hs_code.record().get("qtyUt"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, Code, CodeList, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::{FromWire, Value};

static NAME_LANGUAGE: CodeList = CodeList {
    rust: "NameLanguage",
    values: &[
        Code { code: "1", ko: "한글", en: "Korean" },
        Code { code: "2", ko: "영문", en: "English" },
    ],
};

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API018",
    slug: "hs-code",
    ko: "HS부호",
    en: "HS codes",
    answers: "HS codes by exact code or by goods name; one row per tax rate of a code.",
    path: "hsSgnQry/searchHsSgn",
    evidence: Evidence::Guide,
    roots: &["hsSgnSrchRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Days(1),
    unplaced: &[],
    notes: &[
        "One row per tax rate: group the rows by `hsSgn`.",
        "In English `korePrnm` stays empty.",
        "A Korean name of one character matches only the identical name; an English word must stand alone.",
    ],
    rules: Rules { one_of: &[&["hsSgn"], &["prnm"]], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "hsSgn", ko: "HS부호", en: "HS code", form: ParamForm::Digits, len: &[(10, 10)], required: false, personal: false, turn_of_year: false },
        Param { wire: "prnm", ko: "물품명", en: "goods name", form: ParamForm::Text, len: &[(1, 1000)], required: false, personal: false, turn_of_year: false },
        Param { wire: "koenTp", ko: "한영구분", en: "language of the name", form: ParamForm::Code(&NAME_LANGUAGE), len: &[], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "hsSgnSrchRsltVo",
            rust: "HsCode",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "qtyUt", alt: &[], ko: "수량단위", en: "quantity unit", form: Form::Text, personal: false },
                FieldDef { wire: "hsSgn", alt: &[], ko: "HS부호", en: "HS code", form: Form::Text, personal: false },
                FieldDef { wire: "wghtUt", alt: &[], ko: "중량단위", en: "weight unit", form: Form::Text, personal: false },
                FieldDef { wire: "englPrnm", alt: &[], ko: "영문품명", en: "English goods name", form: Form::Text, personal: false },
                FieldDef { wire: "txrt", alt: &[], ko: "세율", en: "tax rate", form: Form::Decimal, personal: false },
                FieldDef { wire: "korePrnm", alt: &[], ko: "한글품명", en: "Korean goods name", form: Form::Text, personal: false },
                FieldDef { wire: "txtpSgn", alt: &[], ko: "세종부호", en: "tax type code", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[&NAME_LANGUAGE],
    tracking: &[
    ],
};

/// Asks for: HS codes (HS부호). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by HS code (HS부호, `hsSgn`), language of the name (한영구분, `koenTp`).
    pub fn by_hs_code(hs_code: impl Into<String>, language_of_the_name: NameLanguage) -> Self {
        Self(Query::new(&SERVICE)).hs_code(hs_code).language_of_the_name(language_of_the_name)
    }

    /// Asks by goods name (물품명, `prnm`), language of the name (한영구분, `koenTp`).
    pub fn by_goods_name(goods_name: impl Into<String>, language_of_the_name: NameLanguage) -> Self {
        Self(Query::new(&SERVICE)).goods_name(goods_name).language_of_the_name(language_of_the_name)
    }

    /// HS부호 · HS code: `hsSgn`. 10 characters.
    #[must_use]
    pub fn hs_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("hsSgn", value))
    }

    /// 물품명 · goods name: `prnm`. 1 to 1000 characters.
    #[must_use]
    pub fn goods_name(self, value: impl Into<String>) -> Self {
        Self(self.0.with("prnm", value))
    }

    /// 한영구분 · language of the name: `koenTp`.
    #[must_use]
    pub fn language_of_the_name(self, value: NameLanguage) -> Self {
        Self(self.0.with("koenTp", value.code()))
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

/// The answer: HS codes (HS부호).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `hsSgnSrchRsltVo`, in the order of the answer.
    pub fn hs_codes(&self) -> impl Iterator<Item = HsCode<'_>> {
        self.0.records(0).map(HsCode)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `hsSgnSrchRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct HsCode<'a>(Record<'a>);

impl<'a> HsCode<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 수량단위 · quantity unit: `qtyUt`.
    pub fn quantity_unit(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// HS부호 · HS code: `hsSgn`.
    pub fn hs_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 중량단위 · weight unit: `wghtUt`.
    pub fn weight_unit(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 영문품명 · English goods name: `englPrnm`.
    pub fn english_goods_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 세율 · tax rate: `txrt`.
    pub fn tax_rate(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 4)
    }

    /// 한글품명 · Korean goods name: `korePrnm`.
    pub fn korean_goods_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 5)
    }

    /// 세종부호 · tax type code: `txtpSgn`.
    pub fn tax_type_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 6)
    }
}

/// The known codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NameLanguage {
    /// 한글 · Korean: `1`.
    Korean,
    /// 영문 · English: `2`.
    English,
}

impl NameLanguage {
    /// The code on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Korean => "1",
            Self::English => "2",
        }
    }
}

impl FromWire for NameLanguage {
    fn from_wire(text: &str) -> Option<Self> {
        match text {
            "1" => Some(Self::Korean),
            "2" => Some(Self::English),
            _ => None,
        }
    }
}

