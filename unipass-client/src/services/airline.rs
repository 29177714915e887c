// Made from catalogue/API009.toml. Do not edit: change it there.
//! 항공사 내역 · Airline (API009, `airline`).
//!
//! Names, codes and contact of one airline.
//!
//! Wire: `flcoBrkdQry/retrieveFlcoBrkd`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! ```
//! use unipass_client::services::airline::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("12");
//! request.query().check()?;
//!
//! let xml = "<flcoBrkdQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><flcoBrkdQryRsltVo><brno>A1</brno></flcoBrkdQryRsltVo></flcoBrkdQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let airline_detail = reply.airline_details().next().ok_or("no record")?;
//! assert_eq!(airline_detail.record().get("brno"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API009",
    slug: "airline",
    ko: "항공사 내역",
    en: "Airline",
    answers: "Names, codes and contact of one airline.",
    path: "flcoBrkdQry/retrieveFlcoBrkd",
    evidence: Evidence::Guide,
    roots: &["flcoBrkdQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Days(7),
    unplaced: &[],
    notes: &[
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "flcoSgn", ko: "항공사부호", en: "airline code", form: ParamForm::Text, len: &[(2, 2)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "flcoBrkdQryRsltVo",
            rust: "AirlineDetail",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "brno", alt: &[], ko: "사업자등록번호", en: "business registration number", form: Form::Text, personal: false },
                FieldDef { wire: "flcoEnglSgn", alt: &[], ko: "항공사영문부호", en: "airline letter code", form: Form::Text, personal: false },
                FieldDef { wire: "flcoKoreConm", alt: &[], ko: "항공사한글상호", en: "airline Korean name", form: Form::Text, personal: false },
                FieldDef { wire: "flcoNat", alt: &[], ko: "항공사국적", en: "airline nationality", form: Form::Text, personal: false },
                FieldDef { wire: "rppnFnm", alt: &[], ko: "대표자성명", en: "representative name", form: Form::Text, personal: false },
                FieldDef { wire: "cntyNm", alt: &[], ko: "국가명", en: "country name", form: Form::Text, personal: false },
                FieldDef { wire: "telno", alt: &[], ko: "전화번호", en: "phone number", form: Form::Text, personal: false },
                FieldDef { wire: "faxNo", alt: &[], ko: "팩스번호", en: "fax number", form: Form::Text, personal: false },
                FieldDef { wire: "flcoEnglConm", alt: &[], ko: "항공사영문상호", en: "airline English name", form: Form::Text, personal: false },
                FieldDef { wire: "flcoNumSgn", alt: &[], ko: "항공사숫자부호", en: "airline number code", form: Form::Text, personal: false },
                FieldDef { wire: "hdofAddr", alt: &[], ko: "본사주소", en: "head office address", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: Airline (항공사 내역). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by airline code (항공사부호, `flcoSgn`).
    pub fn new(airline_code: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).airline_code(airline_code)
    }

    /// 항공사부호 · airline code: `flcoSgn`. 2 characters.
    #[must_use]
    pub fn airline_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("flcoSgn", value))
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

/// The answer: Airline (항공사 내역).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `flcoBrkdQryRsltVo`, in the order of the answer.
    pub fn airline_details(&self) -> impl Iterator<Item = AirlineDetail<'_>> {
        self.0.records(0).map(AirlineDetail)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `flcoBrkdQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct AirlineDetail<'a>(Record<'a>);

impl<'a> AirlineDetail<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 사업자등록번호 · business registration number: `brno`.
    pub fn business_registration_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 항공사영문부호 · airline letter code: `flcoEnglSgn`.
    pub fn airline_letter_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 항공사한글상호 · airline Korean name: `flcoKoreConm`.
    pub fn airline_korean_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 항공사국적 · airline nationality: `flcoNat`.
    pub fn airline_nationality(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 대표자성명 · representative name: `rppnFnm`.
    pub fn representative_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 4)
    }

    /// 국가명 · country name: `cntyNm`.
    pub fn country_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 5)
    }

    /// 전화번호 · phone number: `telno`.
    pub fn phone_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 6)
    }

    /// 팩스번호 · fax number: `faxNo`.
    pub fn fax_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 7)
    }

    /// 항공사영문상호 · airline English name: `flcoEnglConm`.
    pub fn airline_english_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 8)
    }

    /// 항공사숫자부호 · airline number code: `flcoNumSgn`.
    pub fn airline_number_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 9)
    }

    /// 본사주소 · head office address: `hdofAddr`.
    pub fn head_office_address(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 10)
    }
}

