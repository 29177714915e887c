// Made from catalogue/API015.toml. Do not edit: change it there.
//! 간이정액 환급율표 · Simplified fixed refund rates (API015, `simplified-refund-rate`).
//!
//! The fixed amount of duty refunded per HS code on a day.
//!
//! Wire: `simlXamrttXtrnUserQry/retrieveSimlXamrttXtrnUser`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - The guide's sample counts exactly 100 rows: a cap is possible, but not known.
//!
//! ```
//! use unipass_client::services::simplified_refund_rate::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new(jiff::civil::date(2026, 11, 20));
//! request.query().check()?;
//!
//! let xml = "<simlXamrttXtrnUserQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><simlXamrttXtrnUserQryRsltVo><prutDrwbWncrAmt>12</prutDrwbWncrAmt></simlXamrttXtrnUserQryRsltVo></simlXamrttXtrnUserQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let refund_rate = reply.refund_rates().next().ok_or("no record")?;
//! assert_eq!(refund_rate.record().get("prutDrwbWncrAmt"), Some("12"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, Code, CodeList, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::{FromWire, Value};

static REFUND_BASIS: CodeList = CodeList {
    rust: "RefundBasis",
    values: &[
        Code { code: "1", ko: "10달러당", en: "per 10 USD" },
        Code { code: "2", ko: "1만원당", en: "per 10,000 KRW" },
    ],
};

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API015",
    slug: "simplified-refund-rate",
    ko: "간이정액 환급율표",
    en: "Simplified fixed refund rates",
    answers: "The fixed amount of duty refunded per HS code on a day.",
    path: "simlXamrttXtrnUserQry/retrieveSimlXamrttXtrnUser",
    evidence: Evidence::Guide,
    roots: &["simlXamrttXtrnUserQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Days(1),
    unplaced: &[],
    notes: &[
        "The guide's sample counts exactly 100 rows: a cap is possible, but not known.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "baseDt", ko: "기준일자", en: "reference date", form: ParamForm::Date, len: &[], required: true, personal: false, turn_of_year: false },
        Param { wire: "hsSgn", ko: "HS부호", en: "HS code", form: ParamForm::Text, len: &[(1, 10)], required: false, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "simlXamrttXtrnUserQryRsltVo",
            rust: "RefundRate",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "prutDrwbWncrAmt", alt: &[], ko: "단위당환급원화금액", en: "refund in KRW", form: Form::Decimal, personal: false },
                FieldDef { wire: "stsz", alt: &[], ko: "규격", en: "specification", form: Form::Text, personal: false },
                FieldDef { wire: "drwbAmtBaseTpcd", alt: &[], ko: "환급금액기준구분코드", en: "refund basis", form: Form::Code(&REFUND_BASIS), personal: false },
                FieldDef { wire: "aplyDd", alt: &[], ko: "적용일자", en: "applies from", form: Form::Date, personal: false },
                FieldDef { wire: "ceseDt", alt: &[], ko: "중지일자", en: "ends on", form: Form::Date, personal: false },
                FieldDef { wire: "hs10", alt: &[], ko: "HS10단위", en: "HS code", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[&REFUND_BASIS],
    tracking: &[
    ],
};

/// Asks for: Simplified fixed refund rates (간이정액 환급율표). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by reference date (기준일자, `baseDt`).
    pub fn new(reference_date: jiff::civil::Date) -> Self {
        Self(Query::new(&SERVICE)).reference_date(reference_date)
    }

    /// 기준일자 · reference date: `baseDt`.
    #[must_use]
    pub fn reference_date(self, value: jiff::civil::Date) -> Self {
        Self(self.0.with("baseDt", value.strftime("%Y%m%d").to_string()))
    }

    /// HS부호 · HS code: `hsSgn`. 1 to 10 characters.
    #[must_use]
    pub fn hs_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("hsSgn", value))
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

/// The answer: Simplified fixed refund rates (간이정액 환급율표).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `simlXamrttXtrnUserQryRsltVo`, in the order of the answer.
    pub fn refund_rates(&self) -> impl Iterator<Item = RefundRate<'_>> {
        self.0.records(0).map(RefundRate)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `simlXamrttXtrnUserQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct RefundRate<'a>(Record<'a>);

impl<'a> RefundRate<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 단위당환급원화금액 · refund in KRW: `prutDrwbWncrAmt`.
    pub fn refund_in_krw(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 0)
    }

    /// 규격 · specification: `stsz`.
    pub fn specification(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 환급금액기준구분코드 · refund basis: `drwbAmtBaseTpcd`.
    pub fn refund_basis(&self) -> Value<'a, RefundBasis> {
        crate::typed::value(&SERVICE, self.0, 0, 2)
    }

    /// 적용일자 · applies from: `aplyDd`.
    pub fn applies_from(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 3)
    }

    /// 중지일자 · ends on: `ceseDt`.
    pub fn ends_on(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 4)
    }

    /// HS10단위 · HS code: `hs10`.
    pub fn hs_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 5)
    }
}

/// The known codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RefundBasis {
    /// 10달러당 · per 10 USD: `1`.
    PerTenDollars,
    /// 1만원당 · per 10,000 KRW: `2`.
    PerTenThousandWon,
}

impl RefundBasis {
    /// The code on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::PerTenDollars => "1",
            Self::PerTenThousandWon => "2",
        }
    }
}

impl FromWire for RefundBasis {
    fn from_wire(text: &str) -> Option<Self> {
        match text {
            "1" => Some(Self::PerTenDollars),
            "2" => Some(Self::PerTenThousandWon),
            _ => None,
        }
    }
}

