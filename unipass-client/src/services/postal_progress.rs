// Made from catalogue/API037.toml. Do not edit: change it there.
//! 우편물통관 진행정보 · Postal clearance progress (API037, `postal-progress`).
//!
//! Where a postal item stands in clearance, and its tax.
//!
//! Wire: `psmtCsclPrgsInfoQry/retrievePsmtCsclPrgsInfo`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - The guide's sample shows `tCnt` 0 beside a record: the records decide.
//! - `psmtPrcsStcd` holds text, not a code.
//!
//! ```
//! use unipass_client::services::postal_progress::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1", "1");
//! request.query().check()?;
//!
//! let xml = "<psmtCsclPrgsInfoQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><psmtCsclPrgsInfoQryRsltVo><psmtCsclMtNo>A1</psmtCsclMtNo></psmtCsclPrgsInfoQryRsltVo></psmtCsclPrgsInfoQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let postal_item = reply.postal_items().next().ok_or("no record")?;
//! assert_eq!(postal_item.record().get("psmtCsclMtNo"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, FieldTest, FinalRule, Form, Param, ParamForm, Pick, RecordDef, Rules, Service, Tracking};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API037",
    slug: "postal-progress",
    ko: "우편물통관 진행정보",
    en: "Postal clearance progress",
    answers: "Where a postal item stands in clearance, and its tax.",
    path: "psmtCsclPrgsInfoQry/retrievePsmtCsclPrgsInfo",
    evidence: Evidence::Guide,
    roots: &["psmtCsclPrgsInfoQryRtnVo"],
    t_cnt: CountMeaning::Unreliable,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
        "The guide's sample shows `tCnt` 0 beside a record: the records decide.",
        "`psmtPrcsStcd` holds text, not a code.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "psmtKcd", ko: "우편물종류", en: "mail kind", form: ParamForm::Text, len: &[(1, 2)], required: true, personal: false, turn_of_year: false },
        Param { wire: "psmtNo", ko: "우편물번호", en: "mail number", form: ParamForm::Text, len: &[(1, 13)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "psmtCsclPrgsInfoQryRsltVo",
            rust: "PostalItem",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "psmtCsclMtNo", alt: &[], ko: "통관관리번호", en: "mail clearance management number", form: Form::Text, personal: false },
                FieldDef { wire: "psmtNo", alt: &[], ko: "우편물번호", en: "mail number", form: Form::Text, personal: false },
                FieldDef { wire: "psmtPrcsTpcd", alt: &[], ko: "처리구분", en: "processing type", form: Form::Text, personal: false },
                FieldDef { wire: "csclPsofCd", alt: &[], ko: "우체국명", en: "customs post office", form: Form::Text, personal: false },
                FieldDef { wire: "psmtKcd", alt: &[], ko: "우편물종류", en: "mail kind", form: Form::Text, personal: false },
                FieldDef { wire: "brngArvlDt", alt: &[], ko: "반입일자", en: "carried in on", form: Form::Date, personal: false },
                FieldDef { wire: "sendCntyCdNm", alt: &[], ko: "발송국가", en: "sending country", form: Form::Text, personal: false },
                FieldDef { wire: "postCurrCd", alt: &[], ko: "우편통화코드", en: "currency code", form: Form::Text, personal: false },
                FieldDef { wire: "ttwg", alt: &[], ko: "총중량", en: "total weight", form: Form::Decimal, personal: false },
                FieldDef { wire: "ttwgUtCd", alt: &[], ko: "총중량단위", en: "total weight unit", form: Form::Text, personal: false },
                FieldDef { wire: "aprvDt", alt: &[], ko: "통관일자", en: "clearance date", form: Form::Date, personal: false },
                FieldDef { wire: "tamt", alt: &[], ko: "세액(원)", en: "tax in KRW", form: Form::Decimal, personal: false },
                FieldDef { wire: "alSum", alt: &[], ko: "합계(원)", en: "total in KRW", form: Form::Decimal, personal: false },
                FieldDef { wire: "psmtPrcsStcd", alt: &[], ko: "처리상태", en: "processing state", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
        Tracking {
            record: "psmtCsclPrgsInfoQryRsltVo",
            states: &["psmtPrcsStcd"],
            as_of: Some(("psmtCsclPrgsInfoQryRsltVo", "aprvDt")),
            pick: Pick::Only,
            finals: &[
                FinalRule { record: "psmtCsclPrgsInfoQryRsltVo", field: "psmtPrcsStcd", test: FieldTest::StartsWith("완료"), unless: None },
            ],
            slow_tail_days: 7,
        },
    ],
};

/// Asks for: Postal clearance progress (우편물통관 진행정보). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by mail kind (우편물종류, `psmtKcd`), mail number (우편물번호, `psmtNo`).
    pub fn new(mail_kind: impl Into<String>, mail_number: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).mail_kind(mail_kind).mail_number(mail_number)
    }

    /// 우편물종류 · mail kind: `psmtKcd`. 1 to 2 characters.
    #[must_use]
    pub fn mail_kind(self, value: impl Into<String>) -> Self {
        Self(self.0.with("psmtKcd", value))
    }

    /// 우편물번호 · mail number: `psmtNo`. 1 to 13 characters.
    #[must_use]
    pub fn mail_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("psmtNo", value))
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

/// The answer: Postal clearance progress (우편물통관 진행정보).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `psmtCsclPrgsInfoQryRsltVo`, in the order of the answer.
    pub fn postal_items(&self) -> impl Iterator<Item = PostalItem<'_>> {
        self.0.records(0).map(PostalItem)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `psmtCsclPrgsInfoQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct PostalItem<'a>(Record<'a>);

impl<'a> PostalItem<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 통관관리번호 · mail clearance management number: `psmtCsclMtNo`.
    pub fn mail_clearance_management_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 우편물번호 · mail number: `psmtNo`.
    pub fn mail_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 처리구분 · processing type: `psmtPrcsTpcd`.
    pub fn processing_type(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 우체국명 · customs post office: `csclPsofCd`.
    pub fn customs_post_office(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 우편물종류 · mail kind: `psmtKcd`.
    pub fn mail_kind(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 4)
    }

    /// 반입일자 · carried in on: `brngArvlDt`.
    pub fn carried_in_on(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 5)
    }

    /// 발송국가 · sending country: `sendCntyCdNm`.
    pub fn sending_country(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 6)
    }

    /// 우편통화코드 · currency code: `postCurrCd`.
    pub fn currency_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 7)
    }

    /// 총중량 · total weight: `ttwg`.
    pub fn total_weight(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 8)
    }

    /// 총중량단위 · total weight unit: `ttwgUtCd`.
    pub fn total_weight_unit(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 9)
    }

    /// 통관일자 · clearance date: `aprvDt`.
    pub fn clearance_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 10)
    }

    /// 세액(원) · tax in KRW: `tamt`.
    pub fn tax_in_krw(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 11)
    }

    /// 합계(원) · total in KRW: `alSum`.
    pub fn total_in_krw(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 12)
    }

    /// 처리상태 · processing state: `psmtPrcsStcd`.
    pub fn processing_state(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 13)
    }
}

