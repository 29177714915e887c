// Made from catalogue/API012.toml. Do not edit: change it there.
//! 관세환율 정보 · Customs exchange rates (API012, `exchange-rate`).
//!
//! The weekly customs exchange rates: KRW per one unit of each currency, the yen and the dong too.
//!
//! Wire: `trifFxrtInfoQry/retrieveTrifFxrtInfo`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - A rate applies Sunday 00:00 to Saturday 24:00 KST; the answer holds the first day only.
//! - Dead currencies with an old `aplyBgnDt` and KRW = 1 are listed too.
//!
//! ```
//! use unipass_client::services::exchange_rate::{Direction, Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new(jiff::civil::date(2026, 11, 20), Direction::Export);
//! request.query().check()?;
//!
//! let xml = "<trifFxrtInfoQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><trifFxrtInfoQryRsltVo><cntySgn>A1</cntySgn></trifFxrtInfoQryRsltVo></trifFxrtInfoQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let exchange_rate = reply.exchange_rates().next().ok_or("no record")?;
//! assert_eq!(exchange_rate.record().get("cntySgn"), Some("A1"));
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
    id: "API012",
    slug: "exchange-rate",
    ko: "관세환율 정보",
    en: "Customs exchange rates",
    answers: "The weekly customs exchange rates: KRW per one unit of each currency, the yen and the dong too.",
    path: "trifFxrtInfoQry/retrieveTrifFxrtInfo",
    evidence: Evidence::Guide,
    roots: &["trifFxrtInfoQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Week,
    unplaced: &[],
    notes: &[
        "A rate applies Sunday 00:00 to Saturday 24:00 KST; the answer holds the first day only.",
        "Dead currencies with an old `aplyBgnDt` and KRW = 1 are listed too.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "qryYymmDd", ko: "조회년월일", en: "day asked for", form: ParamForm::Date, len: &[], required: true, personal: false, turn_of_year: false },
        Param { wire: "imexTp", ko: "수출입구분", en: "import/export direction", form: ParamForm::Code(&DIRECTION), len: &[], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "trifFxrtInfoQryRsltVo",
            rust: "ExchangeRate",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "cntySgn", alt: &[], ko: "국가부호", en: "country code", form: Form::Text, personal: false },
                FieldDef { wire: "mtryUtNm", alt: &["mtryUtlNm"], ko: "화폐단위명", en: "currency unit name", form: Form::Text, personal: false },
                FieldDef { wire: "fxrt", alt: &[], ko: "환율", en: "rate in KRW per unit", form: Form::Decimal, personal: false },
                FieldDef { wire: "currSgn", alt: &[], ko: "통화부호", en: "currency code", form: Form::Text, personal: false },
                FieldDef { wire: "aplyBgnDt", alt: &[], ko: "적용개시일자", en: "applies from", form: Form::Date, personal: false },
                FieldDef { wire: "imexTp", alt: &[], ko: "수출입구분", en: "import/export direction", form: Form::Code(&DIRECTION), personal: false },
            ],
        },
    ],
    codes: &[&DIRECTION],
    tracking: &[
    ],
};

/// Asks for: Customs exchange rates (관세환율 정보). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by day asked for (조회년월일, `qryYymmDd`), import/export direction (수출입구분, `imexTp`).
    pub fn new(day_asked_for: jiff::civil::Date, import_export_direction: Direction) -> Self {
        Self(Query::new(&SERVICE)).day_asked_for(day_asked_for).import_export_direction(import_export_direction)
    }

    /// 조회년월일 · day asked for: `qryYymmDd`.
    #[must_use]
    pub fn day_asked_for(self, value: jiff::civil::Date) -> Self {
        Self(self.0.with("qryYymmDd", value.strftime("%Y%m%d").to_string()))
    }

    /// 수출입구분 · import/export direction: `imexTp`.
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

/// The answer: Customs exchange rates (관세환율 정보).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `trifFxrtInfoQryRsltVo`, in the order of the answer.
    pub fn exchange_rates(&self) -> impl Iterator<Item = ExchangeRate<'_>> {
        self.0.records(0).map(ExchangeRate)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `trifFxrtInfoQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct ExchangeRate<'a>(Record<'a>);

impl<'a> ExchangeRate<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 국가부호 · country code: `cntySgn`.
    pub fn country_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 화폐단위명 · currency unit name: `mtryUtNm`, also `mtryUtlNm`.
    pub fn currency_unit_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 환율 · rate in KRW per unit: `fxrt`.
    pub fn rate_in_krw_per_unit(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 2)
    }

    /// 통화부호 · currency code: `currSgn`.
    pub fn currency_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 적용개시일자 · applies from: `aplyBgnDt`.
    pub fn applies_from(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 4)
    }

    /// 수출입구분 · import/export direction: `imexTp`.
    pub fn import_export_direction(&self) -> Value<'a, Direction> {
        crate::typed::value(&SERVICE, self.0, 0, 5)
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

