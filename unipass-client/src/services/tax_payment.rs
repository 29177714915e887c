// Made from catalogue/API049.toml. Do not edit: change it there.
//! 수입 제세의 납부여부 및 납부일자 정보 · Payment of import taxes (API049, `tax-payment`).
//!
//! Whether the taxes of an import declaration have been paid, and when.
//!
//! Wire: `taxMgPayYnAndPayDtInfoQry/retrieveTaxMgPayYnAndPayDt`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - The result can stand in `ntceInfo` as well.
//! - An unknown number was once answered with an unexpected-error text.
//!
//! ```
//! use unipass_client::services::tax_payment::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1");
//! request.query().check()?;
//!
//! let xml = "<taxMgQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><taxMgPayYnAndPayDtInfoQryRsltVo><fpayDt>20261120</fpayDt></taxMgPayYnAndPayDtInfoQryRsltVo></taxMgQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let tax_payment = reply.tax_payments().next().ok_or("no record")?;
//! assert_eq!(tax_payment.record().get("fpayDt"), Some("20261120"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, FieldTest, FinalRule, Form, Param, ParamForm, Pick, RecordDef, Rules, Service, Tracking};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API049",
    slug: "tax-payment",
    ko: "수입 제세의 납부여부 및 납부일자 정보",
    en: "Payment of import taxes",
    answers: "Whether the taxes of an import declaration have been paid, and when.",
    path: "taxMgPayYnAndPayDtInfoQry/retrieveTaxMgPayYnAndPayDt",
    evidence: Evidence::Guide,
    roots: &["taxMgQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
        "The result can stand in `ntceInfo` as well.",
        "An unknown number was once answered with an unexpected-error text.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "impDclrNo", ko: "수입신고번호", en: "import declaration number", form: ParamForm::Text, len: &[(1, 15)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "taxMgPayYnAndPayDtInfoQryRsltVo",
            rust: "TaxPayment",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "fpayDt", alt: &[], ko: "납부일자", en: "payment date", form: Form::Date, personal: false },
                FieldDef { wire: "fpayYn", alt: &[], ko: "납부여부", en: "paid", form: Form::Flag, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
        Tracking {
            record: "taxMgPayYnAndPayDtInfoQryRsltVo",
            states: &["fpayYn"],
            as_of: Some(("taxMgPayYnAndPayDtInfoQryRsltVo", "fpayDt")),
            pick: Pick::Only,
            finals: &[
                FinalRule { record: "taxMgPayYnAndPayDtInfoQryRsltVo", field: "fpayYn", test: FieldTest::Is("Y"), unless: None },
            ],
            slow_tail_days: 7,
        },
    ],
};

/// Asks for: Payment of import taxes (수입 제세의 납부여부 및 납부일자 정보). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by import declaration number (수입신고번호, `impDclrNo`).
    pub fn new(import_declaration_number: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).import_declaration_number(import_declaration_number)
    }

    /// 수입신고번호 · import declaration number: `impDclrNo`. 1 to 15 characters.
    #[must_use]
    pub fn import_declaration_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("impDclrNo", value))
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

/// The answer: Payment of import taxes (수입 제세의 납부여부 및 납부일자 정보).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `taxMgPayYnAndPayDtInfoQryRsltVo`, in the order of the answer.
    pub fn tax_payments(&self) -> impl Iterator<Item = TaxPayment<'_>> {
        self.0.records(0).map(TaxPayment)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `taxMgPayYnAndPayDtInfoQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct TaxPayment<'a>(Record<'a>);

impl<'a> TaxPayment<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 납부일자 · payment date: `fpayDt`.
    pub fn payment_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 0)
    }

    /// 납부여부 · paid: `fpayYn`.
    pub fn paid(&self) -> Value<'a, bool> {
        crate::typed::value(&SERVICE, self.0, 0, 1)
    }
}

