// Made from catalogue/API011.toml. Do not edit: change it there.
//! 해외공급자부호 · Foreign supplier codes (API011, `foreign-supplier`).
//!
//! Codes of suppliers abroad by country and name.
//!
//! Wire: `ovrsSplrSgnQry/retrieveOvrsSplrSgn`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - The guide's sample has no `tCnt`.
//!
//! ```
//! use unipass_client::services::foreign_supplier::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("12", "12");
//! request.query().check()?;
//!
//! let xml = "<ovrsSplrSgnQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><ovrsSplrSgnQryRsltVo><athzDt>20261120</athzDt></ovrsSplrSgnQryRsltVo></ovrsSplrSgnQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let foreign_supplier = reply.foreign_suppliers().next().ok_or("no record")?;
//! assert_eq!(foreign_supplier.record().get("athzDt"), Some("20261120"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API011",
    slug: "foreign-supplier",
    ko: "해외공급자부호",
    en: "Foreign supplier codes",
    answers: "Codes of suppliers abroad by country and name.",
    path: "ovrsSplrSgnQry/retrieveOvrsSplrSgn",
    evidence: Evidence::Guide,
    roots: &["ovrsSplrSgnQryRtnVo"],
    t_cnt: CountMeaning::Optional,
    echo_empty: false,
    cache: CacheLifetime::Days(7),
    unplaced: &[],
    notes: &[
        "The guide's sample has no `tCnt`.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "cntySgn", ko: "국가부호", en: "country code", form: ParamForm::Text, len: &[(2, 2)], required: true, personal: false, turn_of_year: false },
        Param { wire: "conm", ko: "상호명", en: "company name", form: ParamForm::Text, len: &[(2, 150)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "ovrsSplrSgnQryRsltVo",
            rust: "ForeignSupplier",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "athzDt", alt: &[], ko: "부여일자", en: "assignment date", form: Form::Date, personal: false },
                FieldDef { wire: "englCntyNm", alt: &[], ko: "영문국가명", en: "English country name", form: Form::Text, personal: false },
                FieldDef { wire: "ovrsSplrSgn", alt: &[], ko: "해외공급자부호", en: "foreign supplier code", form: Form::Text, personal: false },
                FieldDef { wire: "useStopRsn", alt: &[], ko: "사용정지사유", en: "reason of suspension", form: Form::Text, personal: false },
                FieldDef { wire: "afarConmSplrConm", alt: &[], ko: "정리후상호공급자상호", en: "supplier name after merging", form: Form::Text, personal: false },
                FieldDef { wire: "rprsSgn", alt: &[], ko: "대표부호", en: "representative code", form: Form::Text, personal: false },
                FieldDef { wire: "splrAddr1", alt: &[], ko: "공급자주소", en: "supplier address", form: Form::Text, personal: false },
                FieldDef { wire: "useStopStts", alt: &[], ko: "사용정지상태", en: "suspension state", form: Form::Text, personal: false },
                FieldDef { wire: "splrConm", alt: &[], ko: "공급자상호", en: "supplier name", form: Form::Text, personal: false },
                FieldDef { wire: "splrCntyAbrt", alt: &[], ko: "공급자국가약어", en: "supplier country abbreviation", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: Foreign supplier codes (해외공급자부호). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by country code (국가부호, `cntySgn`), company name (상호명, `conm`).
    pub fn new(country_code: impl Into<String>, company_name: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).country_code(country_code).company_name(company_name)
    }

    /// 국가부호 · country code: `cntySgn`. 2 characters.
    #[must_use]
    pub fn country_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("cntySgn", value))
    }

    /// 상호명 · company name: `conm`. 2 to 150 characters.
    #[must_use]
    pub fn company_name(self, value: impl Into<String>) -> Self {
        Self(self.0.with("conm", value))
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

/// The answer: Foreign supplier codes (해외공급자부호).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `ovrsSplrSgnQryRsltVo`, in the order of the answer.
    pub fn foreign_suppliers(&self) -> impl Iterator<Item = ForeignSupplier<'_>> {
        self.0.records(0).map(ForeignSupplier)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `ovrsSplrSgnQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct ForeignSupplier<'a>(Record<'a>);

impl<'a> ForeignSupplier<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 부여일자 · assignment date: `athzDt`.
    pub fn assignment_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 0)
    }

    /// 영문국가명 · English country name: `englCntyNm`.
    pub fn english_country_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 해외공급자부호 · foreign supplier code: `ovrsSplrSgn`.
    pub fn foreign_supplier_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 사용정지사유 · reason of suspension: `useStopRsn`.
    pub fn reason_of_suspension(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 정리후상호공급자상호 · supplier name after merging: `afarConmSplrConm`.
    pub fn supplier_name_after_merging(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 4)
    }

    /// 대표부호 · representative code: `rprsSgn`.
    pub fn representative_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 5)
    }

    /// 공급자주소 · supplier address: `splrAddr1`.
    pub fn supplier_address(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 6)
    }

    /// 사용정지상태 · suspension state: `useStopStts`.
    pub fn suspension_state(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 7)
    }

    /// 공급자상호 · supplier name: `splrConm`.
    pub fn supplier_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 8)
    }

    /// 공급자국가약어 · supplier country abbreviation: `splrCntyAbrt`.
    pub fn supplier_country_abbreviation(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 9)
    }
}

