// Made from catalogue/API007.toml. Do not edit: change it there.
//! 화물운송주선업자 내역 · Forwarder (API007, `forwarder`).
//!
//! Address, contact and registration of one freight forwarder.
//!
//! Wire: `frwrBrkdQry/retrieveFrwrBrkd`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! ```
//! use unipass_client::services::forwarder::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1");
//! request.query().check()?;
//!
//! let xml = "<frwrBrkdQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><frwrBrkdQryRsltVo><brnchAddr>A1</brnchAddr></frwrBrkdQryRsltVo></frwrBrkdQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let forwarder_detail = reply.forwarder_details().next().ok_or("no record")?;
//! assert_eq!(forwarder_detail.record().get("brnchAddr"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API007",
    slug: "forwarder",
    ko: "화물운송주선업자 내역",
    en: "Forwarder",
    answers: "Address, contact and registration of one freight forwarder.",
    path: "frwrBrkdQry/retrieveFrwrBrkd",
    evidence: Evidence::Guide,
    roots: &["frwrBrkdQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Days(7),
    unplaced: &[],
    notes: &[
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "frwrSgn", ko: "화물운송주선업자부호", en: "forwarder code", form: ParamForm::Text, len: &[(1, 4)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "frwrBrkdQryRsltVo",
            rust: "ForwarderDetail",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "brnchAddr", alt: &[], ko: "지점주소", en: "branch address", form: Form::Text, personal: false },
                FieldDef { wire: "brno", alt: &[], ko: "사업자등록번호", en: "business registration number", form: Form::Text, personal: false },
                FieldDef { wire: "koreConmNm", alt: &[], ko: "한글상호명", en: "Korean company name", form: Form::Text, personal: false },
                FieldDef { wire: "rppnFnm", alt: &[], ko: "대표자성명", en: "representative name", form: Form::Text, personal: false },
                FieldDef { wire: "englConmNm", alt: &[], ko: "영문상호명", en: "English company name", form: Form::Text, personal: false },
                FieldDef { wire: "cntyCd", alt: &[], ko: "국가코드", en: "country code", form: Form::Text, personal: false },
                FieldDef { wire: "telno", alt: &["telNo"], ko: "전화번호", en: "phone number", form: Form::Text, personal: false },
                FieldDef { wire: "faxNo", alt: &[], ko: "팩스번호", en: "fax number", form: Form::Text, personal: false },
                FieldDef { wire: "frwrSgn", alt: &[], ko: "화물운송주선업자부호", en: "forwarder code", form: Form::Text, personal: false },
                FieldDef { wire: "rgsrValtPridXpirDt", alt: &[], ko: "등록유효기간만료일자", en: "registration valid until", form: Form::Date, personal: false },
                FieldDef { wire: "hdofAddr", alt: &[], ko: "본사주소", en: "head office address", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: Forwarder (화물운송주선업자 내역). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by forwarder code (화물운송주선업자부호, `frwrSgn`).
    pub fn new(forwarder_code: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).forwarder_code(forwarder_code)
    }

    /// 화물운송주선업자부호 · forwarder code: `frwrSgn`. 1 to 4 characters.
    #[must_use]
    pub fn forwarder_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("frwrSgn", value))
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

/// The answer: Forwarder (화물운송주선업자 내역).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `frwrBrkdQryRsltVo`, in the order of the answer.
    pub fn forwarder_details(&self) -> impl Iterator<Item = ForwarderDetail<'_>> {
        self.0.records(0).map(ForwarderDetail)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `frwrBrkdQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct ForwarderDetail<'a>(Record<'a>);

impl<'a> ForwarderDetail<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 지점주소 · branch address: `brnchAddr`.
    pub fn branch_address(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 사업자등록번호 · business registration number: `brno`.
    pub fn business_registration_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 한글상호명 · Korean company name: `koreConmNm`.
    pub fn korean_company_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 대표자성명 · representative name: `rppnFnm`.
    pub fn representative_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 영문상호명 · English company name: `englConmNm`.
    pub fn english_company_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 4)
    }

    /// 국가코드 · country code: `cntyCd`.
    pub fn country_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 5)
    }

    /// 전화번호 · phone number: `telno`, also `telNo`.
    pub fn phone_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 6)
    }

    /// 팩스번호 · fax number: `faxNo`.
    pub fn fax_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 7)
    }

    /// 화물운송주선업자부호 · forwarder code: `frwrSgn`.
    pub fn forwarder_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 8)
    }

    /// 등록유효기간만료일자 · registration valid until: `rgsrValtPridXpirDt`.
    pub fn registration_valid_until(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 9)
    }

    /// 본사주소 · head office address: `hdofAddr`.
    pub fn head_office_address(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 10)
    }
}

