// Made from catalogue/API022.toml. Do not edit: change it there.
//! 수입신고필증검증 · Import certificate check (API022, `import-certificate-check`).
//!
//! Whether the data of an import declaration certificate match those of customs. There are no records: the verdict is the answer.
//!
//! Wire: `impDclrCrfnVrfcQry/retrieveImpDclrCrfnVrfc`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - `tCnt` is the result: 1 match, 0 mismatch, -1 failure.
//!
//! ```
//! use unipass_client::services::import_certificate_check::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1", "1", "1234567890", "12", "1", rust_decimal::Decimal::new(125, 1), "1");
//! request.query().check()?;
//!
//! let xml = "<impDclrCrfnVrfcQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt></impDclrCrfnVrfcQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, Param, ParamForm, Rules, Service};
use crate::query::Query;
use crate::typed::{TypedReply, TypedRequest};

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API022",
    slug: "import-certificate-check",
    ko: "수입신고필증검증",
    en: "Import certificate check",
    answers: "Whether the data of an import declaration certificate match those of customs. There are no records: the verdict is the answer.",
    path: "impDclrCrfnVrfcQry/retrieveImpDclrCrfnVrfc",
    evidence: Evidence::Guide,
    roots: &["impDclrCrfnVrfcQryRtnVo"],
    t_cnt: CountMeaning::Verification,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
        "`tCnt` is the result: 1 match, 0 mismatch, -1 failure.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "impDclrCrfnPblsNo", ko: "발행번호", en: "certificate issue number", form: ParamForm::Text, len: &[(1, 13)], required: true, personal: false, turn_of_year: false },
        Param { wire: "impDclrNo", ko: "신고번호", en: "import declaration number", form: ParamForm::Text, len: &[(1, 14)], required: true, personal: false, turn_of_year: false },
        Param { wire: "pltxIdfyNo", ko: "납세자 주민등록번호 또는 사업자번호", en: "taxpayer identification number", form: ParamForm::Digits, len: &[(10, 10), (13, 13)], required: true, personal: true, turn_of_year: false },
        Param { wire: "orcyCntyCd", ko: "원산지 코드", en: "origin country code", form: ParamForm::Text, len: &[(2, 2)], required: true, personal: false, turn_of_year: false },
        Param { wire: "dclrPrnm", ko: "품명", en: "declared goods name", form: ParamForm::Text, len: &[(1, 40)], required: true, personal: false, turn_of_year: false },
        Param { wire: "dclrWght", ko: "순중량", en: "declared net weight", form: ParamForm::Number, len: &[(1, 19)], required: true, personal: false, turn_of_year: false },
        Param { wire: "dclrWghtUtCd", ko: "순중량 단위", en: "net weight unit", form: ParamForm::Text, len: &[(1, 2)], required: true, personal: false, turn_of_year: false },
        Param { wire: "txPrcWncrTamt", ko: "총 과세가격", en: "total taxable value in KRW", form: ParamForm::Number, len: &[(1, 20)], required: false, personal: false, turn_of_year: false },
        Param { wire: "impPayQxmt", ko: "총 세액합계", en: "total tax amount", form: ParamForm::Number, len: &[(1, 20)], required: false, personal: false, turn_of_year: false },
    ],
    records: &[
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: Import certificate check (수입신고필증검증). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by certificate issue number (발행번호, `impDclrCrfnPblsNo`), import declaration number (신고번호, `impDclrNo`), taxpayer identification number (납세자 주민등록번호 또는 사업자번호, `pltxIdfyNo`), origin country code (원산지 코드, `orcyCntyCd`), declared goods name (품명, `dclrPrnm`), declared net weight (순중량, `dclrWght`), net weight unit (순중량 단위, `dclrWghtUtCd`).
    pub fn new(certificate_issue_number: impl Into<String>, import_declaration_number: impl Into<String>, taxpayer_identification_number: impl Into<String>, origin_country_code: impl Into<String>, declared_goods_name: impl Into<String>, declared_net_weight: rust_decimal::Decimal, net_weight_unit: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).certificate_issue_number(certificate_issue_number).import_declaration_number(import_declaration_number).taxpayer_identification_number(taxpayer_identification_number).origin_country_code(origin_country_code).declared_goods_name(declared_goods_name).declared_net_weight(declared_net_weight).net_weight_unit(net_weight_unit)
    }

    /// 발행번호 · certificate issue number: `impDclrCrfnPblsNo`. 1 to 13 characters.
    #[must_use]
    pub fn certificate_issue_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("impDclrCrfnPblsNo", value))
    }

    /// 신고번호 · import declaration number: `impDclrNo`. 1 to 14 characters.
    #[must_use]
    pub fn import_declaration_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("impDclrNo", value))
    }

    /// 납세자 주민등록번호 또는 사업자번호 · taxpayer identification number: `pltxIdfyNo`. 10 or 13 characters. Personal data: never shown.
    #[must_use]
    pub fn taxpayer_identification_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("pltxIdfyNo", value))
    }

    /// 원산지 코드 · origin country code: `orcyCntyCd`. 2 characters.
    #[must_use]
    pub fn origin_country_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("orcyCntyCd", value))
    }

    /// 품명 · declared goods name: `dclrPrnm`. 1 to 40 characters.
    #[must_use]
    pub fn declared_goods_name(self, value: impl Into<String>) -> Self {
        Self(self.0.with("dclrPrnm", value))
    }

    /// 순중량 · declared net weight: `dclrWght`. 1 to 19 characters.
    #[must_use]
    pub fn declared_net_weight(self, value: rust_decimal::Decimal) -> Self {
        Self(self.0.with("dclrWght", value.normalize().to_string()))
    }

    /// 순중량 단위 · net weight unit: `dclrWghtUtCd`. 1 to 2 characters.
    #[must_use]
    pub fn net_weight_unit(self, value: impl Into<String>) -> Self {
        Self(self.0.with("dclrWghtUtCd", value))
    }

    /// 총 과세가격 · total taxable value in KRW: `txPrcWncrTamt`. 1 to 20 characters.
    #[must_use]
    pub fn total_taxable_value_in_krw(self, value: rust_decimal::Decimal) -> Self {
        Self(self.0.with("txPrcWncrTamt", value.normalize().to_string()))
    }

    /// 총 세액합계 · total tax amount: `impPayQxmt`. 1 to 20 characters.
    #[must_use]
    pub fn total_tax_amount(self, value: rust_decimal::Decimal) -> Self {
        Self(self.0.with("impPayQxmt", value.normalize().to_string()))
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

/// The answer: Import certificate check (수입신고필증검증).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

