// Made from catalogue/API034.toml. Do not edit: change it there.
//! 재수입조건부 수출 잔량 정보 · Remainder of exports to be re-imported (API034, `reimport-remainder`).
//!
//! How much of a conditional export has been used and how much remains.
//!
//! Wire: `expCmdtRsqtyInfoQry/retrieveExpCmdtRsqty`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! ```
//! use unipass_client::services::reimport_remainder::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1", "1");
//! request.query().check()?;
//!
//! let xml = "<expCmdtRsqtyInfoQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><expCmdtRsqtyVoRsltVo><stsz>A1</stsz></expCmdtRsqtyVoRsltVo></expCmdtRsqtyInfoQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let reimport_remainder = reply.reimport_remainders().next().ok_or("no record")?;
//! assert_eq!(reimport_remainder.record().get("stsz"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API034",
    slug: "reimport-remainder",
    ko: "재수입조건부 수출 잔량 정보",
    en: "Remainder of exports to be re-imported",
    answers: "How much of a conditional export has been used and how much remains.",
    path: "expCmdtRsqtyInfoQry/retrieveExpCmdtRsqty",
    evidence: Evidence::Guide,
    roots: &["expCmdtRsqtyInfoQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "expDclrNo", ko: "수출신고번호", en: "export declaration number", form: ParamForm::Text, len: &[(1, 15)], required: true, personal: false, turn_of_year: false },
        Param { wire: "expDclrLnNo", ko: "란번호", en: "declaration line number", form: ParamForm::Text, len: &[(1, 3)], required: true, personal: false, turn_of_year: false },
        Param { wire: "expDclrStszSrno", ko: "규격번호", en: "specification serial number", form: ParamForm::Text, len: &[(1, 5)], required: false, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "expCmdtRsqtyVoRsltVo",
            rust: "ReimportRemainder",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "stsz", alt: &[], ko: "규격", en: "specification", form: Form::Text, personal: false },
                FieldDef { wire: "ttwg", alt: &[], ko: "총수량", en: "total quantity", form: Form::Decimal, personal: false },
                FieldDef { wire: "ttwgUt", alt: &[], ko: "총수량단위", en: "total quantity unit", form: Form::Text, personal: false },
                FieldDef { wire: "useAqty", alt: &[], ko: "사용량", en: "used quantity", form: Form::Decimal, personal: false },
                FieldDef { wire: "useAqtyUt", alt: &[], ko: "사용량단위", en: "used quantity unit", form: Form::Text, personal: false },
                FieldDef { wire: "rsqty", alt: &[], ko: "잔량", en: "remaining quantity", form: Form::Decimal, personal: false },
                FieldDef { wire: "rsqtyUt", alt: &[], ko: "잔량단위", en: "remaining quantity unit", form: Form::Text, personal: false },
                FieldDef { wire: "drwbYn", alt: &[], ko: "환급사용", en: "used for refund", form: Form::Flag, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: Remainder of exports to be re-imported (재수입조건부 수출 잔량 정보). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by export declaration number (수출신고번호, `expDclrNo`), declaration line number (란번호, `expDclrLnNo`).
    pub fn new(export_declaration_number: impl Into<String>, declaration_line_number: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).export_declaration_number(export_declaration_number).declaration_line_number(declaration_line_number)
    }

    /// 수출신고번호 · export declaration number: `expDclrNo`. 1 to 15 characters.
    #[must_use]
    pub fn export_declaration_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("expDclrNo", value))
    }

    /// 란번호 · declaration line number: `expDclrLnNo`. 1 to 3 characters.
    #[must_use]
    pub fn declaration_line_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("expDclrLnNo", value))
    }

    /// 규격번호 · specification serial number: `expDclrStszSrno`. 1 to 5 characters.
    #[must_use]
    pub fn specification_serial_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("expDclrStszSrno", value))
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

/// The answer: Remainder of exports to be re-imported (재수입조건부 수출 잔량 정보).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `expCmdtRsqtyVoRsltVo`, in the order of the answer.
    pub fn reimport_remainders(&self) -> impl Iterator<Item = ReimportRemainder<'_>> {
        self.0.records(0).map(ReimportRemainder)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `expCmdtRsqtyVoRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct ReimportRemainder<'a>(Record<'a>);

impl<'a> ReimportRemainder<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 규격 · specification: `stsz`.
    pub fn specification(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 총수량 · total quantity: `ttwg`.
    pub fn total_quantity(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 1)
    }

    /// 총수량단위 · total quantity unit: `ttwgUt`.
    pub fn total_quantity_unit(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 사용량 · used quantity: `useAqty`.
    pub fn used_quantity(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 3)
    }

    /// 사용량단위 · used quantity unit: `useAqtyUt`.
    pub fn used_quantity_unit(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 4)
    }

    /// 잔량 · remaining quantity: `rsqty`.
    pub fn remaining_quantity(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 5)
    }

    /// 잔량단위 · remaining quantity unit: `rsqtyUt`.
    pub fn remaining_quantity_unit(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 6)
    }

    /// 환급사용 · used for refund: `drwbYn`.
    pub fn used_for_refund(&self) -> Value<'a, bool> {
        crate::typed::value(&SERVICE, self.0, 0, 7)
    }
}

