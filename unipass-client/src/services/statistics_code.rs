// Made from catalogue/API019.toml. Do not edit: change it there.
//! 통계부호 · Statistics codes (API019, `statistics-code`).
//!
//! Code tables of the customs service: countries, customs offices, ports, currencies, tax types.
//!
//! Wire: `statsSgnQry/retrieveStatsSgnBrkd`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - Element and fields change with the type: A01 has `othStatsSgnQryVo`, A06 and A09 have `statsSgnQryVo2`; only `statsSgnQryVo` is documented.
//!
//! ```
//! use unipass_client::services::statistics_code::{CodeType, Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new(CodeType::InternalTaxRate);
//! request.query().check()?;
//!
//! let xml = "<statsSgnQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><statsSgnQryVo><statsSgn>A1</statsSgn></statsSgnQryVo></statsSgnQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let statistics_code = reply.statistics_codes().next().ok_or("no record")?;
//! assert_eq!(statistics_code.record().get("statsSgn"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, Code, CodeList, Condition, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::{FromWire, Value};

static CODE_TYPE: CodeList = CodeList {
    rust: "CodeType",
    values: &[
        Code { code: "A01", ko: "내국세율", en: "internal tax rate" },
        Code { code: "A02", ko: "관세감면", en: "duty reduction" },
        Code { code: "A03", ko: "관세분납", en: "duty by instalments" },
        Code { code: "A04", ko: "부가세감면율", en: "VAT reduction" },
        Code { code: "A05", ko: "특송업체", en: "express carrier" },
        Code { code: "A06", ko: "국가코드", en: "country" },
        Code { code: "A07", ko: "내국세세종", en: "internal tax type" },
        Code { code: "A08", ko: "보세구역", en: "bonded area" },
        Code { code: "A09", ko: "세관부호", en: "customs office" },
        Code { code: "A10", ko: "신고인", en: "declarant" },
        Code { code: "A11", ko: "항구공항코드", en: "port or airport" },
        Code { code: "A12", ko: "원산지증명발급구분코드", en: "issue of a certificate of origin" },
        Code { code: "A13", ko: "통화코드", en: "currency" },
    ],
};

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API019",
    slug: "statistics-code",
    ko: "통계부호",
    en: "Statistics codes",
    answers: "Code tables of the customs service: countries, customs offices, ports, currencies, tax types.",
    path: "statsSgnQry/retrieveStatsSgnBrkd",
    evidence: Evidence::Guide,
    roots: &["statsSgnQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Days(7),
    unplaced: &[],
    notes: &[
        "Element and fields change with the type: A01 has `othStatsSgnQryVo`, A06 and A09 have `statsSgnQryVo2`; only `statsSgnQryVo` is documented.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[Condition { param: "statsSgnTp", is: &["A08", "A10", "A11"], any_of: &["cdValtValNm", "cdValtVal"], none_of: &[] }] },
    params: &[
        Param { wire: "statsSgnTp", ko: "통계부호구분", en: "statistics code type", form: ParamForm::Code(&CODE_TYPE), len: &[], required: true, personal: false, turn_of_year: false },
        Param { wire: "cdValtValNm", ko: "코드명", en: "code name", form: ParamForm::Text, len: &[(1, 150)], required: false, personal: false, turn_of_year: false },
        Param { wire: "cdValtVal", ko: "코드값", en: "code value", form: ParamForm::Text, len: &[(1, 150)], required: false, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "statsSgnQryVo",
            rust: "StatisticsCode",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "statsSgn", alt: &[], ko: "통계부호", en: "statistics code", form: Form::Text, personal: false },
                FieldDef { wire: "englAbrt", alt: &[], ko: "영문약어", en: "English abbreviation", form: Form::Text, personal: false },
                FieldDef { wire: "koreAbrt", alt: &[], ko: "한글약어", en: "Korean abbreviation", form: Form::Text, personal: false },
                FieldDef { wire: "koreBrkd", alt: &[], ko: "한글내역", en: "Korean description", form: Form::Text, personal: false },
                FieldDef { wire: "itxRt", alt: &[], ko: "내국세율", en: "internal tax rate", form: Form::Decimal, personal: false },
            ],
        },
        RecordDef {
            element: "othStatsSgnQryVo",
            rust: "InternalTaxRate",
            root: false,
            when: "statsSgnTp=A01",
            fields: &[
                FieldDef { wire: "statsSgn", alt: &[], ko: "통계부호", en: "statistics code", form: Form::Text, personal: false },
                FieldDef { wire: "koreBrkd", alt: &[], ko: "한글내역", en: "Korean description", form: Form::Text, personal: false },
                FieldDef { wire: "koreAbrt", alt: &[], ko: "한글약어", en: "Korean abbreviation", form: Form::Text, personal: false },
                FieldDef { wire: "englAbrt", alt: &[], ko: "영문약어", en: "English abbreviation", form: Form::Text, personal: false },
                FieldDef { wire: "itxRt", alt: &[], ko: "내국세율", en: "internal tax rate", form: Form::Decimal, personal: false },
            ],
        },
        RecordDef {
            element: "statsSgnQryVo2",
            rust: "CodeValue",
            root: false,
            when: "statsSgnTp=A06, A09",
            fields: &[
                FieldDef { wire: "cdValtVal", alt: &[], ko: "코드값", en: "code value", form: Form::Text, personal: false },
                FieldDef { wire: "cdValtValNm", alt: &[], ko: "코드명", en: "code name", form: Form::Text, personal: false },
                FieldDef { wire: "englAbrtNm", alt: &[], ko: "영문약어명", en: "English abbreviation", form: Form::Text, personal: false },
                FieldDef { wire: "valtValEnglRmrkCn", alt: &[], ko: "영문비고내용", en: "English remark", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[&CODE_TYPE],
    tracking: &[
    ],
};

/// Asks for: Statistics codes (통계부호). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by statistics code type (통계부호구분, `statsSgnTp`).
    pub fn new(statistics_code_type: CodeType) -> Self {
        Self(Query::new(&SERVICE)).statistics_code_type(statistics_code_type)
    }

    /// 통계부호구분 · statistics code type: `statsSgnTp`.
    #[must_use]
    pub fn statistics_code_type(self, value: CodeType) -> Self {
        Self(self.0.with("statsSgnTp", value.code()))
    }

    /// 코드명 · code name: `cdValtValNm`. 1 to 150 characters.
    #[must_use]
    pub fn code_name(self, value: impl Into<String>) -> Self {
        Self(self.0.with("cdValtValNm", value))
    }

    /// 코드값 · code value: `cdValtVal`. 1 to 150 characters.
    #[must_use]
    pub fn code_value(self, value: impl Into<String>) -> Self {
        Self(self.0.with("cdValtVal", value))
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

/// The answer: Statistics codes (통계부호).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `statsSgnQryVo`, in the order of the answer.
    pub fn statistics_codes(&self) -> impl Iterator<Item = StatisticsCode<'_>> {
        self.0.records(0).map(StatisticsCode)
    }

    /// The records `othStatsSgnQryVo`, in the order of the answer. They come with `statsSgnTp=A01`.
    pub fn internal_tax_rates(&self) -> impl Iterator<Item = InternalTaxRate<'_>> {
        self.0.records(1).map(InternalTaxRate)
    }

    /// The records `statsSgnQryVo2`, in the order of the answer. They come with `statsSgnTp=A06, A09`.
    pub fn code_values(&self) -> impl Iterator<Item = CodeValue<'_>> {
        self.0.records(2).map(CodeValue)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `statsSgnQryVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct StatisticsCode<'a>(Record<'a>);

impl<'a> StatisticsCode<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 통계부호 · statistics code: `statsSgn`.
    pub fn statistics_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 영문약어 · English abbreviation: `englAbrt`.
    pub fn english_abbreviation(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 한글약어 · Korean abbreviation: `koreAbrt`.
    pub fn korean_abbreviation(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 한글내역 · Korean description: `koreBrkd`.
    pub fn korean_description(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 내국세율 · internal tax rate: `itxRt`.
    pub fn internal_tax_rate(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 4)
    }
}

/// A record `othStatsSgnQryVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct InternalTaxRate<'a>(Record<'a>);

impl<'a> InternalTaxRate<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 통계부호 · statistics code: `statsSgn`.
    pub fn statistics_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 0)
    }

    /// 한글내역 · Korean description: `koreBrkd`.
    pub fn korean_description(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 1)
    }

    /// 한글약어 · Korean abbreviation: `koreAbrt`.
    pub fn korean_abbreviation(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 2)
    }

    /// 영문약어 · English abbreviation: `englAbrt`.
    pub fn english_abbreviation(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 3)
    }

    /// 내국세율 · internal tax rate: `itxRt`.
    pub fn internal_tax_rate(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 1, 4)
    }
}

/// A record `statsSgnQryVo2`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct CodeValue<'a>(Record<'a>);

impl<'a> CodeValue<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 코드값 · code value: `cdValtVal`.
    pub fn code_value(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 2, 0)
    }

    /// 코드명 · code name: `cdValtValNm`.
    pub fn code_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 2, 1)
    }

    /// 영문약어명 · English abbreviation: `englAbrtNm`.
    pub fn english_abbreviation(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 2, 2)
    }

    /// 영문비고내용 · English remark: `valtValEnglRmrkCn`.
    pub fn english_remark(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 2, 3)
    }
}

/// The known codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodeType {
    /// 내국세율 · internal tax rate: `A01`.
    InternalTaxRate,
    /// 관세감면 · duty reduction: `A02`.
    DutyReduction,
    /// 관세분납 · duty by instalments: `A03`.
    DutyInstalment,
    /// 부가세감면율 · VAT reduction: `A04`.
    VatReduction,
    /// 특송업체 · express carrier: `A05`.
    ExpressCarrier,
    /// 국가코드 · country: `A06`.
    Country,
    /// 내국세세종 · internal tax type: `A07`.
    InternalTaxType,
    /// 보세구역 · bonded area: `A08`.
    BondedArea,
    /// 세관부호 · customs office: `A09`.
    CustomsOffice,
    /// 신고인 · declarant: `A10`.
    Declarant,
    /// 항구공항코드 · port or airport: `A11`.
    Port,
    /// 원산지증명발급구분코드 · issue of a certificate of origin: `A12`.
    OriginCertificate,
    /// 통화코드 · currency: `A13`.
    Currency,
}

impl CodeType {
    /// The code on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::InternalTaxRate => "A01",
            Self::DutyReduction => "A02",
            Self::DutyInstalment => "A03",
            Self::VatReduction => "A04",
            Self::ExpressCarrier => "A05",
            Self::Country => "A06",
            Self::InternalTaxType => "A07",
            Self::BondedArea => "A08",
            Self::CustomsOffice => "A09",
            Self::Declarant => "A10",
            Self::Port => "A11",
            Self::OriginCertificate => "A12",
            Self::Currency => "A13",
        }
    }
}

impl FromWire for CodeType {
    fn from_wire(text: &str) -> Option<Self> {
        match text {
            "A01" => Some(Self::InternalTaxRate),
            "A02" => Some(Self::DutyReduction),
            "A03" => Some(Self::DutyInstalment),
            "A04" => Some(Self::VatReduction),
            "A05" => Some(Self::ExpressCarrier),
            "A06" => Some(Self::Country),
            "A07" => Some(Self::InternalTaxType),
            "A08" => Some(Self::BondedArea),
            "A09" => Some(Self::CustomsOffice),
            "A10" => Some(Self::Declarant),
            "A11" => Some(Self::Port),
            "A12" => Some(Self::OriginCertificate),
            "A13" => Some(Self::Currency),
            _ => None,
        }
    }
}

