// Made from catalogue/API042.toml. Do not edit: change it there.
//! 재수출면세 이행잔량 조회 · Remainder under re-export relief (API042, `reexport-remainder`).
//!
//! How much of an import under re-export relief has been exported and how much remains.
//!
//! Wire: `reexpTxfrFfmnRsqtyQry/retrieveReexpTxfrFfmnRsqty`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! ```
//! use unipass_client::services::reexport_remainder::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1");
//! request.query().check()?;
//!
//! let xml = "<reexpTxfrFfmnRsqtyQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><reexpTxfrFfmnRsqtyQryRsltVo><impDclrNo>A1</impDclrNo></reexpTxfrFfmnRsqtyQryRsltVo></reexpTxfrFfmnRsqtyQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let reexport_remainder = reply.reexport_remainders().next().ok_or("no record")?;
//! assert_eq!(reexport_remainder.record().get("impDclrNo"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, Pick, RecordDef, Rules, Service, Tracking};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API042",
    slug: "reexport-remainder",
    ko: "재수출면세 이행잔량 조회",
    en: "Remainder under re-export relief",
    answers: "How much of an import under re-export relief has been exported and how much remains.",
    path: "reexpTxfrFfmnRsqtyQry/retrieveReexpTxfrFfmnRsqty",
    evidence: Evidence::Guide,
    roots: &["reexpTxfrFfmnRsqtyQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "impDclrNo", ko: "수입신고번호", en: "import declaration number", form: ParamForm::Text, len: &[(1, 15)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "reexpTxfrFfmnRsqtyQryRsltVo",
            rust: "ReexportRemainder",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "impDclrNo", alt: &[], ko: "수입신고번호", en: "import declaration number", form: Form::Text, personal: false },
                FieldDef { wire: "lnNo", alt: &[], ko: "란번호", en: "line number", form: Form::Text, personal: false },
                FieldDef { wire: "dclrQty", alt: &[], ko: "수입수량", en: "imported quantity", form: Form::Decimal, personal: false },
                FieldDef { wire: "dclrWght", alt: &[], ko: "수입중량", en: "imported weight", form: Form::Decimal, personal: false },
                FieldDef { wire: "totReexpFfmnQty", alt: &[], ko: "수출수량", en: "exported quantity", form: Form::Decimal, personal: false },
                FieldDef { wire: "totReexpFfmnWght", alt: &[], ko: "수출중량", en: "exported weight", form: Form::Decimal, personal: false },
                FieldDef { wire: "qtyRsqty", alt: &[], ko: "잔량수량", en: "remaining quantity", form: Form::Decimal, personal: false },
                FieldDef { wire: "wghtRsqty", alt: &[], ko: "잔량중량", en: "remaining weight", form: Form::Decimal, personal: false },
                FieldDef { wire: "reexpFfmnLastEnfrDt", alt: &[], ko: "재수출이행일자", en: "last re-export date", form: Form::Date, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
        Tracking {
            record: "reexpTxfrFfmnRsqtyQryRsltVo",
            states: &["qtyRsqty"],
            as_of: Some(("reexpTxfrFfmnRsqtyQryRsltVo", "reexpFfmnLastEnfrDt")),
            pick: Pick::Only,
            finals: &[
            ],
            slow_tail_days: 0,
        },
    ],
};

/// Asks for: Remainder under re-export relief (재수출면세 이행잔량 조회). Parameters that are not given are not sent.
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

/// The answer: Remainder under re-export relief (재수출면세 이행잔량 조회).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `reexpTxfrFfmnRsqtyQryRsltVo`, in the order of the answer.
    pub fn reexport_remainders(&self) -> impl Iterator<Item = ReexportRemainder<'_>> {
        self.0.records(0).map(ReexportRemainder)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `reexpTxfrFfmnRsqtyQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct ReexportRemainder<'a>(Record<'a>);

impl<'a> ReexportRemainder<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 수입신고번호 · import declaration number: `impDclrNo`.
    pub fn import_declaration_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 란번호 · line number: `lnNo`.
    pub fn line_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 수입수량 · imported quantity: `dclrQty`.
    pub fn imported_quantity(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 2)
    }

    /// 수입중량 · imported weight: `dclrWght`.
    pub fn imported_weight(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 3)
    }

    /// 수출수량 · exported quantity: `totReexpFfmnQty`.
    pub fn exported_quantity(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 4)
    }

    /// 수출중량 · exported weight: `totReexpFfmnWght`.
    pub fn exported_weight(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 5)
    }

    /// 잔량수량 · remaining quantity: `qtyRsqty`.
    pub fn remaining_quantity(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 6)
    }

    /// 잔량중량 · remaining weight: `wghtRsqty`.
    pub fn remaining_weight(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 7)
    }

    /// 재수출이행일자 · last re-export date: `reexpFfmnLastEnfrDt`.
    pub fn last_re_export_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 8)
    }
}

