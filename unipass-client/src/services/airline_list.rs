// Made from catalogue/API008.toml. Do not edit: change it there.
//! 항공사 목록 · Airlines by name (API008, `airline-list`).
//!
//! Codes of the airlines whose name matches.
//!
//! Wire: `flcoLstQry/retrieveFlcoLst`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - The guide's sample has no `tCnt`.
//!
//! ```
//! use unipass_client::services::airline_list::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1");
//! request.query().check()?;
//!
//! let xml = "<flcoLstQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><flcoLstQryRsltVo><flcoEnglNm>A1</flcoEnglNm></flcoLstQryRsltVo></flcoLstQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let airline = reply.airlines().next().ok_or("no record")?;
//! assert_eq!(airline.record().get("flcoEnglNm"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API008",
    slug: "airline-list",
    ko: "항공사 목록",
    en: "Airlines by name",
    answers: "Codes of the airlines whose name matches.",
    path: "flcoLstQry/retrieveFlcoLst",
    evidence: Evidence::Guide,
    roots: &["flcoLstQryRtnVo"],
    t_cnt: CountMeaning::Optional,
    echo_empty: false,
    cache: CacheLifetime::Days(7),
    unplaced: &[],
    notes: &[
        "The guide's sample has no `tCnt`.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "flcoNm", ko: "항공사명", en: "airline name", form: ParamForm::Text, len: &[(1, 150)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "flcoLstQryRsltVo",
            rust: "Airline",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "flcoEnglNm", alt: &["flcoEngNm"], ko: "항공사영문명", en: "airline English name", form: Form::Text, personal: false },
                FieldDef { wire: "flcoKoreNm", alt: &[], ko: "항공사한글명", en: "airline Korean name", form: Form::Text, personal: false },
                FieldDef { wire: "flcoSgn", alt: &[], ko: "항공사부호", en: "airline code", form: Form::Text, personal: false },
                FieldDef { wire: "rppnNm", alt: &[], ko: "대표자명", en: "representative name", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: Airlines by name (항공사 목록). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by airline name (항공사명, `flcoNm`).
    pub fn new(airline_name: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).airline_name(airline_name)
    }

    /// 항공사명 · airline name: `flcoNm`. 1 to 150 characters.
    #[must_use]
    pub fn airline_name(self, value: impl Into<String>) -> Self {
        Self(self.0.with("flcoNm", value))
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

/// The answer: Airlines by name (항공사 목록).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `flcoLstQryRsltVo`, in the order of the answer.
    pub fn airlines(&self) -> impl Iterator<Item = Airline<'_>> {
        self.0.records(0).map(Airline)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `flcoLstQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Airline<'a>(Record<'a>);

impl<'a> Airline<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 항공사영문명 · airline English name: `flcoEnglNm`, also `flcoEngNm`.
    pub fn airline_english_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 항공사한글명 · airline Korean name: `flcoKoreNm`.
    pub fn airline_korean_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 항공사부호 · airline code: `flcoSgn`.
    pub fn airline_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 대표자명 · representative name: `rppnNm`.
    pub fn representative_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }
}

