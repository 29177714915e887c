// Made from catalogue/API005.toml. Do not edit: change it there.
//! 장치장 정보 · Bonded areas (API005, `bonded-area`).
//!
//! Bonded areas of a customs office, or one by its code, with address and whether penalties apply.
//!
//! Wire: `shedInfoQry/retrieveShedInfo`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - The guide's sample has no `tCnt`.
//! - With the customs office alone every bonded area of that office is returned, without paging.
//!
//! ```
//! use unipass_client::services::bonded_area::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new();
//! request.query().check()?;
//!
//! let xml = "<shedInfoQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><shedInfoQryRsltVo><snarSgn>A1</snarSgn></shedInfoQryRsltVo></shedInfoQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let bonded_area = reply.bonded_areas().next().ok_or("no record")?;
//! assert_eq!(bonded_area.record().get("snarSgn"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API005",
    slug: "bonded-area",
    ko: "장치장 정보",
    en: "Bonded areas",
    answers: "Bonded areas of a customs office, or one by its code, with address and whether penalties apply.",
    path: "shedInfoQry/retrieveShedInfo",
    evidence: Evidence::Guide,
    roots: &["shedInfoQryRtnVo"],
    t_cnt: CountMeaning::Optional,
    echo_empty: false,
    cache: CacheLifetime::Days(7),
    unplaced: &[],
    notes: &[
        "The guide's sample has no `tCnt`.",
        "With the customs office alone every bonded area of that office is returned, without paging.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "jrsdCstmCd", ko: "관할세관코드", en: "competent customs code", form: ParamForm::Text, len: &[(1, 3)], required: false, personal: false, turn_of_year: false },
        Param { wire: "snarSgn", ko: "보세구역부호", en: "bonded area code", form: ParamForm::Text, len: &[(1, 8)], required: false, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "shedInfoQryRsltVo",
            rust: "BondedArea",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "snarSgn", alt: &[], ko: "보세구역부호", en: "bonded area code", form: Form::Text, personal: false },
                FieldDef { wire: "snarNm", alt: &[], ko: "보세구역명", en: "bonded area name", form: Form::Text, personal: false },
                FieldDef { wire: "snarAddr", alt: &[], ko: "보세구역주소", en: "bonded area address", form: Form::Text, personal: false },
                FieldDef { wire: "snartelno", alt: &[], ko: "보세구역전화번호", en: "bonded area phone number", form: Form::Text, personal: false },
                FieldDef { wire: "pnltLvyTrgtYn", alt: &[], ko: "과태료부과대상여부", en: "subject to penalty", form: Form::Flag, personal: false },
                FieldDef { wire: "adtxColtPridYn", alt: &[], ko: "가산세징수여부", en: "subject to surcharge", form: Form::Flag, personal: false },
                FieldDef { wire: "ldunPlcSnarYn", alt: &["LdunPlcSnarYn"], ko: "하역장소보세구역여부", en: "unloading place", form: Form::Flag, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: Bonded areas (장치장 정보). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// A request without parameters.
    #[expect(clippy::new_without_default, reason = "other services need parameters: one way to make a request")]
    pub fn new() -> Self {
        Self(Query::new(&SERVICE))
    }

    /// 관할세관코드 · competent customs code: `jrsdCstmCd`. 1 to 3 characters.
    #[must_use]
    pub fn competent_customs_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("jrsdCstmCd", value))
    }

    /// 보세구역부호 · bonded area code: `snarSgn`. 1 to 8 characters.
    #[must_use]
    pub fn bonded_area_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("snarSgn", value))
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

/// The answer: Bonded areas (장치장 정보).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `shedInfoQryRsltVo`, in the order of the answer.
    pub fn bonded_areas(&self) -> impl Iterator<Item = BondedArea<'_>> {
        self.0.records(0).map(BondedArea)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `shedInfoQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct BondedArea<'a>(Record<'a>);

impl<'a> BondedArea<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 보세구역부호 · bonded area code: `snarSgn`.
    pub fn bonded_area_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 보세구역명 · bonded area name: `snarNm`.
    pub fn bonded_area_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 보세구역주소 · bonded area address: `snarAddr`.
    pub fn bonded_area_address(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 보세구역전화번호 · bonded area phone number: `snartelno`.
    pub fn bonded_area_phone_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 과태료부과대상여부 · subject to penalty: `pnltLvyTrgtYn`.
    pub fn subject_to_penalty(&self) -> Value<'a, bool> {
        crate::typed::value(&SERVICE, self.0, 0, 4)
    }

    /// 가산세징수여부 · subject to surcharge: `adtxColtPridYn`.
    pub fn subject_to_surcharge(&self) -> Value<'a, bool> {
        crate::typed::value(&SERVICE, self.0, 0, 5)
    }

    /// 하역장소보세구역여부 · unloading place: `ldunPlcSnarYn`, also `LdunPlcSnarYn`.
    pub fn unloading_place(&self) -> Value<'a, bool> {
        crate::typed::value(&SERVICE, self.0, 0, 6)
    }
}

