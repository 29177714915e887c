// Made from catalogue/API038.toml. Do not edit: change it there.
//! 하선신고 목록조회 · Unloading declarations of a day (API038, `unloading-list`).
//!
//! Ships with an unloading declaration at a customs office on a day, and its state.
//!
//! Wire: `seaUlvsDclrInfoQry/retrieveSeaUlvsDclrInfo`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! ```
//! use unipass_client::services::unloading_list::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new(jiff::civil::date(2026, 11, 20), "1");
//! request.query().check()?;
//!
//! let xml = "<seaUlvsDclrInfoQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><seaUlvsDclrInfoQryRsltVo><mrn>A1</mrn></seaUlvsDclrInfoQryRsltVo></seaUlvsDclrInfoQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let unloading_declaration = reply.unloading_declarations().next().ok_or("no record")?;
//! assert_eq!(unloading_declaration.record().get("mrn"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API038",
    slug: "unloading-list",
    ko: "하선신고 목록조회",
    en: "Unloading declarations of a day",
    answers: "Ships with an unloading declaration at a customs office on a day, and its state.",
    path: "seaUlvsDclrInfoQry/retrieveSeaUlvsDclrInfo",
    evidence: Evidence::Guide,
    roots: &["seaUlvsDclrInfoQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "etprDt", ko: "입항일자", en: "arrival date", form: ParamForm::Date, len: &[], required: true, personal: false, turn_of_year: false },
        Param { wire: "dclrCstmSgn", ko: "신고세관부호", en: "declaration customs code", form: ParamForm::Text, len: &[(1, 3)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "seaUlvsDclrInfoQryRsltVo",
            rust: "UnloadingDeclaration",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "mrn", alt: &[], ko: "MRN", en: "manifest reference number", form: Form::Text, personal: false },
                FieldDef { wire: "shipNm", alt: &[], ko: "선박명", en: "ship name", form: Form::Text, personal: false },
                FieldDef { wire: "ulvsUnairPrcsNm", alt: &[], ko: "하선신고처리상태명", en: "unloading declaration state", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: Unloading declarations of a day (하선신고 목록조회). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by arrival date (입항일자, `etprDt`), declaration customs code (신고세관부호, `dclrCstmSgn`).
    pub fn new(arrival_date: jiff::civil::Date, declaration_customs_code: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).arrival_date(arrival_date).declaration_customs_code(declaration_customs_code)
    }

    /// 입항일자 · arrival date: `etprDt`.
    #[must_use]
    pub fn arrival_date(self, value: jiff::civil::Date) -> Self {
        Self(self.0.with("etprDt", value.strftime("%Y%m%d").to_string()))
    }

    /// 신고세관부호 · declaration customs code: `dclrCstmSgn`. 1 to 3 characters.
    #[must_use]
    pub fn declaration_customs_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("dclrCstmSgn", value))
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

/// The answer: Unloading declarations of a day (하선신고 목록조회).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `seaUlvsDclrInfoQryRsltVo`, in the order of the answer.
    pub fn unloading_declarations(&self) -> impl Iterator<Item = UnloadingDeclaration<'_>> {
        self.0.records(0).map(UnloadingDeclaration)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `seaUlvsDclrInfoQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct UnloadingDeclaration<'a>(Record<'a>);

impl<'a> UnloadingDeclaration<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// MRN · manifest reference number: `mrn`.
    pub fn manifest_reference_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 선박명 · ship name: `shipNm`.
    pub fn ship_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 하선신고처리상태명 · unloading declaration state: `ulvsUnairPrcsNm`.
    pub fn unloading_declaration_state(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }
}

