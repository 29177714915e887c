// Made from catalogue/API028.toml. Do not edit: change it there.
//! 개인통관고유부호 유효성검증 · Personal customs code check (API028, `personal-code-check`).
//!
//! Whether a personal customs code, a name and a phone number belong together. All of them are personal data.
//!
//! Wire: `persEcmQry/retrievePersEcm`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - `tCnt` is the result: 1 match, 0 mismatch, -1 failure.
//! - The service repeats the submitted name in `errMsgCn`.
//! - A name in another encoding than UTF-8 gives a mismatch, not an error.
//!
//! ```
//! use unipass_client::services::personal_code_check::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1234567890123", "1", "12345678901");
//! request.query().check()?;
//!
//! let xml = "<persEcmQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt></persEcmQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API028",
    slug: "personal-code-check",
    ko: "개인통관고유부호 유효성검증",
    en: "Personal customs code check",
    answers: "Whether a personal customs code, a name and a phone number belong together. All of them are personal data.",
    path: "persEcmQry/retrievePersEcm",
    evidence: Evidence::Guide,
    roots: &["persEcmQryRtnVo"],
    t_cnt: CountMeaning::Verification,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
        "`tCnt` is the result: 1 match, 0 mismatch, -1 failure.",
        "The service repeats the submitted name in `errMsgCn`.",
        "A name in another encoding than UTF-8 gives a mismatch, not an error.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "persEcm", ko: "개인통관고유부호", en: "personal customs code", form: ParamForm::Text, len: &[(13, 13)], required: true, personal: true, turn_of_year: false },
        Param { wire: "pltxNm", ko: "납세의무자명", en: "taxpayer name", form: ParamForm::Text, len: &[(1, 100)], required: true, personal: true, turn_of_year: false },
        Param { wire: "cralTelno", ko: "전화번호", en: "mobile phone number", form: ParamForm::Digits, len: &[(11, 11)], required: true, personal: true, turn_of_year: false },
        Param { wire: "englFmnm", ko: "(영문)성", en: "English family name", form: ParamForm::Text, len: &[(1, 60)], required: false, personal: true, turn_of_year: false },
        Param { wire: "englNm", ko: "(영문)이름", en: "English given name", form: ParamForm::Text, len: &[(1, 60)], required: false, personal: true, turn_of_year: false },
        Param { wire: "custPsno", ko: "우편번호", en: "postal code", form: ParamForm::Digits, len: &[(5, 5)], required: false, personal: true, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "persEcmQryRtnVo",
            rust: "PersonalCode",
            root: true,
            when: "",
            fields: &[
                FieldDef { wire: "valtPridStrtDt", alt: &[], ko: "유효기간시작일자", en: "valid from", form: Form::Date, personal: false },
                FieldDef { wire: "valtPridXpirDt", alt: &[], ko: "유효기간만료일자", en: "valid until", form: Form::Date, personal: false },
            ],
        },
        RecordDef {
            element: "persEcmQryRtnErrInfoVo",
            rust: "Mismatch",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "errMsgCn", alt: &[], ko: "오류 메시지 내용", en: "mismatch message", form: Form::Text, personal: true },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: Personal customs code check (개인통관고유부호 유효성검증). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by personal customs code (개인통관고유부호, `persEcm`), taxpayer name (납세의무자명, `pltxNm`), mobile phone number (전화번호, `cralTelno`).
    pub fn new(personal_customs_code: impl Into<String>, taxpayer_name: impl Into<String>, mobile_phone_number: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).personal_customs_code(personal_customs_code).taxpayer_name(taxpayer_name).mobile_phone_number(mobile_phone_number)
    }

    /// 개인통관고유부호 · personal customs code: `persEcm`. 13 characters. Personal data: never shown.
    #[must_use]
    pub fn personal_customs_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("persEcm", value))
    }

    /// 납세의무자명 · taxpayer name: `pltxNm`. 1 to 100 characters. Personal data: never shown.
    #[must_use]
    pub fn taxpayer_name(self, value: impl Into<String>) -> Self {
        Self(self.0.with("pltxNm", value))
    }

    /// 전화번호 · mobile phone number: `cralTelno`. 11 characters. Personal data: never shown.
    #[must_use]
    pub fn mobile_phone_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("cralTelno", value))
    }

    /// (영문)성 · English family name: `englFmnm`. 1 to 60 characters. Personal data: never shown.
    #[must_use]
    pub fn english_family_name(self, value: impl Into<String>) -> Self {
        Self(self.0.with("englFmnm", value))
    }

    /// (영문)이름 · English given name: `englNm`. 1 to 60 characters. Personal data: never shown.
    #[must_use]
    pub fn english_given_name(self, value: impl Into<String>) -> Self {
        Self(self.0.with("englNm", value))
    }

    /// 우편번호 · postal code: `custPsno`. 5 characters. Personal data: never shown.
    #[must_use]
    pub fn postal_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("custPsno", value))
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

/// The answer: Personal customs code check (개인통관고유부호 유효성검증).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `persEcmQryRtnVo`, in the order of the answer.
    pub fn personal_codes(&self) -> impl Iterator<Item = PersonalCode<'_>> {
        self.0.records(0).map(PersonalCode)
    }

    /// The records `persEcmQryRtnErrInfoVo`, in the order of the answer.
    pub fn mismatches(&self) -> impl Iterator<Item = Mismatch<'_>> {
        self.0.records(1).map(Mismatch)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `persEcmQryRtnVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct PersonalCode<'a>(Record<'a>);

impl<'a> PersonalCode<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 유효기간시작일자 · valid from: `valtPridStrtDt`.
    pub fn valid_from(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 0)
    }

    /// 유효기간만료일자 · valid until: `valtPridXpirDt`.
    pub fn valid_until(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 1)
    }
}

/// A record `persEcmQryRtnErrInfoVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Mismatch<'a>(Record<'a>);

impl<'a> Mismatch<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 오류 메시지 내용 · mismatch message: `errMsgCn`.
    pub fn mismatch_message(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 0)
    }
}

