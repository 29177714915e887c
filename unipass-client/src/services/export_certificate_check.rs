// Made from catalogue/API035.toml. Do not edit: change it there.
//! 수출신고필증검증 · Export certificate check (API035, `export-certificate-check`).
//!
//! Whether the data of an export declaration certificate match those of customs.
//!
//! Wire: `expDclrCrfnVrfcInfoQry/retrieveExpDclrCrfnVrfc`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - `tCnt` is the result: 1 match, 0 mismatch, -1 failure.
//!
//! ```
//! use unipass_client::services::export_certificate_check::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1", "1", "1234567890", "12", "1", rust_decimal::Decimal::new(125, 1));
//! request.query().check()?;
//!
//! let xml = "<expDclrCrfnVrfcQryRsltVo><ntceInfo></ntceInfo><tCnt>1</tCnt><vrfcRsltCn>일치함</vrfcRsltCn></expDclrCrfnVrfcQryRsltVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let verification = reply.verifications().next().ok_or("no record")?;
//! assert_eq!(verification.record().get("vrfcRsltCn"), Some("일치함"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, Code, CodeList, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::{FromWire, Value};

static CHECK_RESULT: CodeList = CodeList {
    rust: "CheckResult",
    values: &[
        Code { code: "일치함", ko: "일치", en: "match" },
        Code { code: "일치하지않음", ko: "불일치", en: "mismatch" },
    ],
};

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API035",
    slug: "export-certificate-check",
    ko: "수출신고필증검증",
    en: "Export certificate check",
    answers: "Whether the data of an export declaration certificate match those of customs.",
    path: "expDclrCrfnVrfcInfoQry/retrieveExpDclrCrfnVrfc",
    evidence: Evidence::Guide,
    roots: &["expDclrCrfnVrfcQryRsltVo"],
    t_cnt: CountMeaning::Verification,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
        "`tCnt` is the result: 1 match, 0 mismatch, -1 failure.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "expDclrCrfnPblsNo", ko: "발행번호", en: "certificate issue number", form: ParamForm::Text, len: &[(1, 13)], required: true, personal: false, turn_of_year: false },
        Param { wire: "expDclrNo", ko: "신고번호", en: "export declaration number", form: ParamForm::Text, len: &[(1, 15)], required: true, personal: false, turn_of_year: false },
        Param { wire: "txprBrno", ko: "수출화주 사업자등록번호", en: "exporter business registration number", form: ParamForm::Digits, len: &[(10, 10)], required: true, personal: false, turn_of_year: false },
        Param { wire: "orcyCntyCd", ko: "원산지 코드", en: "origin country code", form: ParamForm::Text, len: &[(2, 2)], required: true, personal: false, turn_of_year: false },
        Param { wire: "prnm", ko: "품명", en: "goods name", form: ParamForm::Text, len: &[(1, 300)], required: true, personal: false, turn_of_year: false },
        Param { wire: "ntwg", ko: "순중량", en: "net weight", form: ParamForm::Number, len: &[(1, 18)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "expDclrCrfnVrfcQryRsltVo",
            rust: "Verification",
            root: true,
            when: "",
            fields: &[
                FieldDef { wire: "vrfcRsltCn", alt: &[], ko: "응답 결과 한글명", en: "verification result", form: Form::Code(&CHECK_RESULT), personal: false },
            ],
        },
    ],
    codes: &[&CHECK_RESULT],
    tracking: &[
    ],
};

/// Asks for: Export certificate check (수출신고필증검증). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by certificate issue number (발행번호, `expDclrCrfnPblsNo`), export declaration number (신고번호, `expDclrNo`), exporter business registration number (수출화주 사업자등록번호, `txprBrno`), origin country code (원산지 코드, `orcyCntyCd`), goods name (품명, `prnm`), net weight (순중량, `ntwg`).
    pub fn new(certificate_issue_number: impl Into<String>, export_declaration_number: impl Into<String>, exporter_business_registration_number: impl Into<String>, origin_country_code: impl Into<String>, goods_name: impl Into<String>, net_weight: rust_decimal::Decimal) -> Self {
        Self(Query::new(&SERVICE)).certificate_issue_number(certificate_issue_number).export_declaration_number(export_declaration_number).exporter_business_registration_number(exporter_business_registration_number).origin_country_code(origin_country_code).goods_name(goods_name).net_weight(net_weight)
    }

    /// 발행번호 · certificate issue number: `expDclrCrfnPblsNo`. 1 to 13 characters.
    #[must_use]
    pub fn certificate_issue_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("expDclrCrfnPblsNo", value))
    }

    /// 신고번호 · export declaration number: `expDclrNo`. 1 to 15 characters.
    #[must_use]
    pub fn export_declaration_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("expDclrNo", value))
    }

    /// 수출화주 사업자등록번호 · exporter business registration number: `txprBrno`. 10 characters.
    #[must_use]
    pub fn exporter_business_registration_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("txprBrno", value))
    }

    /// 원산지 코드 · origin country code: `orcyCntyCd`. 2 characters.
    #[must_use]
    pub fn origin_country_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("orcyCntyCd", value))
    }

    /// 품명 · goods name: `prnm`. 1 to 300 characters.
    #[must_use]
    pub fn goods_name(self, value: impl Into<String>) -> Self {
        Self(self.0.with("prnm", value))
    }

    /// 순중량 · net weight: `ntwg`. 1 to 18 characters.
    #[must_use]
    pub fn net_weight(self, value: rust_decimal::Decimal) -> Self {
        Self(self.0.with("ntwg", value.normalize().to_string()))
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

/// The answer: Export certificate check (수출신고필증검증).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `expDclrCrfnVrfcQryRsltVo`, in the order of the answer.
    pub fn verifications(&self) -> impl Iterator<Item = Verification<'_>> {
        self.0.records(0).map(Verification)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `expDclrCrfnVrfcQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Verification<'a>(Record<'a>);

impl<'a> Verification<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 응답 결과 한글명 · verification result: `vrfcRsltCn`.
    pub fn verification_result(&self) -> Value<'a, CheckResult> {
        crate::typed::value(&SERVICE, self.0, 0, 0)
    }
}

/// The known codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CheckResult {
    /// 일치 · match: `일치함`.
    Match,
    /// 불일치 · mismatch: `일치하지않음`.
    Mismatch,
}

impl CheckResult {
    /// The code on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Match => "일치함",
            Self::Mismatch => "일치하지않음",
        }
    }
}

impl FromWire for CheckResult {
    fn from_wire(text: &str) -> Option<Self> {
        match text {
            "일치함" => Some(Self::Match),
            "일치하지않음" => Some(Self::Mismatch),
            _ => None,
        }
    }
}

