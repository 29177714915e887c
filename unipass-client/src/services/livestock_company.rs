// Made from catalogue/API033.toml. Do not edit: change it there.
//! 농림축산검역본부 동축산물 업체코드 조회 · Livestock companies of the quarantine agency (API033, `livestock-company`).
//!
//! A company in the code table of the Animal and Plant Quarantine Agency.
//!
//! Wire: `alspEntsCdQry/retrieveAlspEntsCd`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! ```
//! use unipass_client::services::livestock_company::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1");
//! request.query().check()?;
//!
//! let xml = "<alspEntsCdQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><alspEntsCdQryVo><alspEntsCd>A1</alspEntsCd></alspEntsCdQryVo></alspEntsCdQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let livestock_company = reply.livestock_companies().next().ok_or("no record")?;
//! assert_eq!(livestock_company.record().get("alspEntsCd"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API033",
    slug: "livestock-company",
    ko: "농림축산검역본부 동축산물 업체코드 조회",
    en: "Livestock companies of the quarantine agency",
    answers: "A company in the code table of the Animal and Plant Quarantine Agency.",
    path: "alspEntsCdQry/retrieveAlspEntsCd",
    evidence: Evidence::Guide,
    roots: &["alspEntsCdQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Days(7),
    unplaced: &[],
    notes: &[
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "alspEntsCd", ko: "동축산물업체코드", en: "livestock company code", form: ParamForm::Text, len: &[(1, 5)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "alspEntsCdQryVo",
            rust: "LivestockCompany",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "alspEntsCd", alt: &[], ko: "동축산물업체코드", en: "livestock company code", form: Form::Text, personal: false },
                FieldDef { wire: "entsConm", alt: &[], ko: "업체상호", en: "company name", form: Form::Text, personal: false },
                FieldDef { wire: "entsBrno", alt: &[], ko: "업체사업자등록번호", en: "business registration number", form: Form::Text, personal: false },
                FieldDef { wire: "reqIttSpptCd", alt: &[], ko: "요건기관지원코드", en: "agency branch code", form: Form::Text, personal: false },
                FieldDef { wire: "alspCoTpcd", alt: &[], ko: "동축산물회사구분코드", en: "company type code", form: Form::Text, personal: false },
                FieldDef { wire: "entsRppnNm", alt: &[], ko: "업체대표자명", en: "representative name", form: Form::Text, personal: false },
                FieldDef { wire: "entsTelno", alt: &[], ko: "업체전화번호", en: "phone number", form: Form::Text, personal: false },
                FieldDef { wire: "entsEml", alt: &[], ko: "업체이메일", en: "e-mail address", form: Form::Text, personal: false },
                FieldDef { wire: "entsEnglNm", alt: &[], ko: "업체영문명", en: "English name", form: Form::Text, personal: false },
                FieldDef { wire: "entsEnglAddr", alt: &[], ko: "업체영문주소", en: "English address", form: Form::Text, personal: false },
                FieldDef { wire: "useYn", alt: &[], ko: "사용여부", en: "in use", form: Form::Flag, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: Livestock companies of the quarantine agency (농림축산검역본부 동축산물 업체코드 조회). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by livestock company code (동축산물업체코드, `alspEntsCd`).
    pub fn new(livestock_company_code: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).livestock_company_code(livestock_company_code)
    }

    /// 동축산물업체코드 · livestock company code: `alspEntsCd`. 1 to 5 characters.
    #[must_use]
    pub fn livestock_company_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("alspEntsCd", value))
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

/// The answer: Livestock companies of the quarantine agency (농림축산검역본부 동축산물 업체코드 조회).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `alspEntsCdQryVo`, in the order of the answer.
    pub fn livestock_companies(&self) -> impl Iterator<Item = LivestockCompany<'_>> {
        self.0.records(0).map(LivestockCompany)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `alspEntsCdQryVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct LivestockCompany<'a>(Record<'a>);

impl<'a> LivestockCompany<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 동축산물업체코드 · livestock company code: `alspEntsCd`.
    pub fn livestock_company_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 업체상호 · company name: `entsConm`.
    pub fn company_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 업체사업자등록번호 · business registration number: `entsBrno`.
    pub fn business_registration_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 요건기관지원코드 · agency branch code: `reqIttSpptCd`.
    pub fn agency_branch_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 동축산물회사구분코드 · company type code: `alspCoTpcd`.
    pub fn company_type_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 4)
    }

    /// 업체대표자명 · representative name: `entsRppnNm`.
    pub fn representative_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 5)
    }

    /// 업체전화번호 · phone number: `entsTelno`.
    pub fn phone_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 6)
    }

    /// 업체이메일 · e-mail address: `entsEml`.
    pub fn e_mail_address(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 7)
    }

    /// 업체영문명 · English name: `entsEnglNm`.
    pub fn english_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 8)
    }

    /// 업체영문주소 · English address: `entsEnglAddr`.
    pub fn english_address(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 9)
    }

    /// 사용여부 · in use: `useYn`.
    pub fn in_use(&self) -> Value<'a, bool> {
        crate::typed::value(&SERVICE, self.0, 0, 10)
    }
}

