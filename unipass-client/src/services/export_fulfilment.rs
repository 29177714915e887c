// Made from catalogue/API002.toml. Do not edit: change it there.
//! 수출신고번호별 수출이행 내역 · Export fulfilment by declaration (API002, `export-fulfilment`).
//!
//! Whether an accepted export declaration has been loaded, how much of it, and until when it must be.
//!
//! Wire: `expDclrNoPrExpFfmnBrkdQry/retrieveExpDclrNoPrExpFfmnBrkd`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - Not found by declaration number comes back as empty record elements.
//! - `acptDttm` is the time only; the day is `acptDt`.
//!
//! ```
//! use unipass_client::services::export_fulfilment::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::by_export_declaration_number("1");
//! request.query().check()?;
//!
//! let xml = "<expDclrNoPrExpFfmnBrkdQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><expDclrNoPrExpFfmnBrkdQryRsltVo><shpmPckUt>A1</shpmPckUt></expDclrNoPrExpFfmnBrkdQryRsltVo></expDclrNoPrExpFfmnBrkdQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let export_fulfilment = reply.export_fulfilments().next().ok_or("no record")?;
//! assert_eq!(export_fulfilment.record().get("shpmPckUt"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, FieldTest, FinalRule, Form, Param, ParamForm, Pick, RecordDef, Rules, Service, Tracking};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API002",
    slug: "export-fulfilment",
    ko: "수출신고번호별 수출이행 내역",
    en: "Export fulfilment by declaration",
    answers: "Whether an accepted export declaration has been loaded, how much of it, and until when it must be.",
    path: "expDclrNoPrExpFfmnBrkdQry/retrieveExpDclrNoPrExpFfmnBrkd",
    evidence: Evidence::Guide,
    roots: &["expDclrNoPrExpFfmnBrkdQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: true,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
        "Not found by declaration number comes back as empty record elements.",
        "`acptDttm` is the time only; the day is `acptDt`.",
    ],
    rules: Rules { one_of: &[&["expDclrNo"], &["blNo"]], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "expDclrNo", ko: "수출신고번호", en: "export declaration number", form: ParamForm::Text, len: &[(1, 15)], required: false, personal: false, turn_of_year: false },
        Param { wire: "blNo", ko: "B/L번호", en: "B/L number", form: ParamForm::Text, len: &[(1, 30)], required: false, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "expDclrNoPrExpFfmnBrkdQryRsltVo",
            rust: "ExportFulfilment",
            root: false,
            when: "by expDclrNo",
            fields: &[
                FieldDef { wire: "shpmPckUt", alt: &[], ko: "선(기)적포장단위", en: "loaded package unit", form: Form::Text, personal: false },
                FieldDef { wire: "mnurConm", alt: &[], ko: "제조자상호", en: "manufacturer name", form: Form::Text, personal: false },
                FieldDef { wire: "shpmCmplYn", alt: &["shpmcmplYn"], ko: "선적완료여부", en: "loading completed", form: Form::Flag, personal: false },
                FieldDef { wire: "acptDt", alt: &[], ko: "수리일자", en: "acceptance date", form: Form::Date, personal: false },
                FieldDef { wire: "acptDttm", alt: &[], ko: "수리일시", en: "accepted at", form: Form::Time, personal: false },
                FieldDef { wire: "shpmWght", alt: &[], ko: "선적중량", en: "loaded weight", form: Form::Decimal, personal: false },
                FieldDef { wire: "exppnConm", alt: &[], ko: "수출자상호", en: "exporter name", form: Form::Text, personal: false },
                FieldDef { wire: "loadDtyTmlm", alt: &["loadDtyTmIm"], ko: "적재의무기한", en: "loading deadline", form: Form::Date, personal: false },
                FieldDef { wire: "sanm", alt: &[], ko: "선박/편명", en: "ship or flight name", form: Form::Text, personal: false },
                FieldDef { wire: "expDclrNo", alt: &[], ko: "수출신고번호", en: "export declaration number", form: Form::Text, personal: false },
                FieldDef { wire: "csclWght", alt: &[], ko: "통관중량", en: "cleared weight", form: Form::Decimal, personal: false },
                FieldDef { wire: "shpmPckGcnt", alt: &[], ko: "선(기)적포장개수", en: "loaded package count", form: Form::Integer, personal: false },
                FieldDef { wire: "csclPckUt", alt: &[], ko: "통관포장단위", en: "cleared package unit", form: Form::Text, personal: false },
                FieldDef { wire: "csclPckGcnt", alt: &[], ko: "통관포장개수", en: "cleared package count", form: Form::Integer, personal: false },
                FieldDef { wire: "ldpInscTrgtYn", alt: &[], ko: "적재지검사대상여부", en: "subject to inspection at the loading place", form: Form::Flag, personal: false },
            ],
        },
        RecordDef {
            element: "expDclrNoPrExpFfmnBrkdDtlQryRsltVo",
            rust: "Loading",
            root: false,
            when: "by expDclrNo",
            fields: &[
                FieldDef { wire: "shpmPckUt", alt: &[], ko: "선(기)적포장단위", en: "loaded package unit", form: Form::Text, personal: false },
                FieldDef { wire: "shpmWght", alt: &[], ko: "선적중량", en: "loaded weight", form: Form::Decimal, personal: false },
                FieldDef { wire: "tkofDt", alt: &[], ko: "출항일자", en: "departure date", form: Form::Date, personal: false },
                FieldDef { wire: "shpmPckGcnt", alt: &[], ko: "선(기)적포장개수", en: "loaded package count", form: Form::Integer, personal: false },
                FieldDef { wire: "blNo", alt: &[], ko: "B/L번호", en: "B/L number", form: Form::Text, personal: false },
            ],
        },
        RecordDef {
            element: "expDclrNoPrExpFfmnBrkdBlNoQryRsltVo",
            rust: "ExportFulfilmentByBl",
            root: false,
            when: "by blNo",
            fields: &[
                FieldDef { wire: "acptDt", alt: &[], ko: "수리일자", en: "acceptance date", form: Form::Date, personal: false },
                FieldDef { wire: "acptDttm", alt: &[], ko: "수리일시", en: "accepted at", form: Form::Time, personal: false },
                FieldDef { wire: "exppnConm", alt: &[], ko: "수출자상호", en: "exporter name", form: Form::Text, personal: false },
                FieldDef { wire: "loadDtyTmlm", alt: &["loadDtyTmIm"], ko: "적재의무기한", en: "loading deadline", form: Form::Date, personal: false },
                FieldDef { wire: "shpmAirptPortNm", alt: &[], ko: "선적지", en: "loading place", form: Form::Text, personal: false },
                FieldDef { wire: "tkofDt", alt: &[], ko: "출항일자", en: "departure date", form: Form::Date, personal: false },
                FieldDef { wire: "mrn", alt: &[], ko: "적하목록관리번호", en: "manifest reference number", form: Form::Text, personal: false },
                FieldDef { wire: "shpmPckGcnt", alt: &[], ko: "선(기)적포장개수", en: "loaded package count", form: Form::Integer, personal: false },
                FieldDef { wire: "csclPckUt", alt: &[], ko: "통관포장단위", en: "cleared package unit", form: Form::Text, personal: false },
                FieldDef { wire: "shpmPckUt", alt: &[], ko: "선(기)적포장단위", en: "loaded package unit", form: Form::Text, personal: false },
                FieldDef { wire: "shpmCmplYn", alt: &["shpmcmplYn"], ko: "선적완료여부", en: "loading completed", form: Form::Flag, personal: false },
                FieldDef { wire: "shpmWght", alt: &[], ko: "선적중량", en: "loaded weight", form: Form::Decimal, personal: false },
                FieldDef { wire: "dvdeWdrw", alt: &[], ko: "분할회수", en: "partial shipment count", form: Form::Integer, personal: false },
                FieldDef { wire: "expDclrNo", alt: &[], ko: "수출신고번호", en: "export declaration number", form: Form::Text, personal: false },
                FieldDef { wire: "csclWght", alt: &[], ko: "통관중량", en: "cleared weight", form: Form::Decimal, personal: false },
                FieldDef { wire: "csclPckGcnt", alt: &[], ko: "통관포장개수", en: "cleared package count", form: Form::Integer, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
        Tracking {
            record: "expDclrNoPrExpFfmnBrkdQryRsltVo",
            states: &["shpmCmplYn"],
            as_of: Some(("expDclrNoPrExpFfmnBrkdDtlQryRsltVo", "tkofDt")),
            pick: Pick::Only,
            finals: &[
                FinalRule { record: "expDclrNoPrExpFfmnBrkdQryRsltVo", field: "shpmCmplYn", test: FieldTest::Is("Y"), unless: None },
            ],
            slow_tail_days: 7,
        },
        Tracking {
            record: "expDclrNoPrExpFfmnBrkdBlNoQryRsltVo",
            states: &["shpmCmplYn"],
            as_of: Some(("expDclrNoPrExpFfmnBrkdBlNoQryRsltVo", "tkofDt")),
            pick: Pick::Only,
            finals: &[
                FinalRule { record: "expDclrNoPrExpFfmnBrkdBlNoQryRsltVo", field: "shpmCmplYn", test: FieldTest::Is("Y"), unless: None },
            ],
            slow_tail_days: 7,
        },
    ],
};

/// Asks for: Export fulfilment by declaration (수출신고번호별 수출이행 내역). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by export declaration number (수출신고번호, `expDclrNo`).
    pub fn by_export_declaration_number(export_declaration_number: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).export_declaration_number(export_declaration_number)
    }

    /// Asks by B/L number (B/L번호, `blNo`).
    pub fn by_bl_number(bl_number: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).bl_number(bl_number)
    }

    /// 수출신고번호 · export declaration number: `expDclrNo`. 1 to 15 characters.
    #[must_use]
    pub fn export_declaration_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("expDclrNo", value))
    }

    /// B/L번호 · B/L number: `blNo`. 1 to 30 characters.
    #[must_use]
    pub fn bl_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("blNo", value))
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

/// The answer: Export fulfilment by declaration (수출신고번호별 수출이행 내역).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `expDclrNoPrExpFfmnBrkdQryRsltVo`, in the order of the answer. They come with `by expDclrNo`.
    pub fn export_fulfilments(&self) -> impl Iterator<Item = ExportFulfilment<'_>> {
        self.0.records(0).map(ExportFulfilment)
    }

    /// The records `expDclrNoPrExpFfmnBrkdDtlQryRsltVo`, in the order of the answer. They come with `by expDclrNo`.
    pub fn loadings(&self) -> impl Iterator<Item = Loading<'_>> {
        self.0.records(1).map(Loading)
    }

    /// The records `expDclrNoPrExpFfmnBrkdBlNoQryRsltVo`, in the order of the answer. They come with `by blNo`.
    pub fn export_fulfilment_by_bls(&self) -> impl Iterator<Item = ExportFulfilmentByBl<'_>> {
        self.0.records(2).map(ExportFulfilmentByBl)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `expDclrNoPrExpFfmnBrkdQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct ExportFulfilment<'a>(Record<'a>);

impl<'a> ExportFulfilment<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 선(기)적포장단위 · loaded package unit: `shpmPckUt`.
    pub fn loaded_package_unit(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 제조자상호 · manufacturer name: `mnurConm`.
    pub fn manufacturer_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 선적완료여부 · loading completed: `shpmCmplYn`, also `shpmcmplYn`.
    pub fn loading_completed(&self) -> Value<'a, bool> {
        crate::typed::value(&SERVICE, self.0, 0, 2)
    }

    /// 수리일자 · acceptance date: `acptDt`.
    pub fn acceptance_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 3)
    }

    /// 수리일시 · accepted at: `acptDttm`.
    pub fn accepted_at(&self) -> Value<'a, jiff::civil::Time> {
        crate::typed::value(&SERVICE, self.0, 0, 4)
    }

    /// 선적중량 · loaded weight: `shpmWght`.
    pub fn loaded_weight(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 5)
    }

    /// 수출자상호 · exporter name: `exppnConm`.
    pub fn exporter_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 6)
    }

    /// 적재의무기한 · loading deadline: `loadDtyTmlm`, also `loadDtyTmIm`.
    pub fn loading_deadline(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 7)
    }

    /// 선박/편명 · ship or flight name: `sanm`.
    pub fn ship_or_flight_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 8)
    }

    /// 수출신고번호 · export declaration number: `expDclrNo`.
    pub fn export_declaration_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 9)
    }

    /// 통관중량 · cleared weight: `csclWght`.
    pub fn cleared_weight(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 10)
    }

    /// 선(기)적포장개수 · loaded package count: `shpmPckGcnt`.
    pub fn loaded_package_count(&self) -> Value<'a, i64> {
        crate::typed::value(&SERVICE, self.0, 0, 11)
    }

    /// 통관포장단위 · cleared package unit: `csclPckUt`.
    pub fn cleared_package_unit(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 12)
    }

    /// 통관포장개수 · cleared package count: `csclPckGcnt`.
    pub fn cleared_package_count(&self) -> Value<'a, i64> {
        crate::typed::value(&SERVICE, self.0, 0, 13)
    }

    /// 적재지검사대상여부 · subject to inspection at the loading place: `ldpInscTrgtYn`.
    pub fn subject_to_inspection_at_the_loading_place(&self) -> Value<'a, bool> {
        crate::typed::value(&SERVICE, self.0, 0, 14)
    }
}

/// A record `expDclrNoPrExpFfmnBrkdDtlQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Loading<'a>(Record<'a>);

impl<'a> Loading<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 선(기)적포장단위 · loaded package unit: `shpmPckUt`.
    pub fn loaded_package_unit(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 0)
    }

    /// 선적중량 · loaded weight: `shpmWght`.
    pub fn loaded_weight(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 1, 1)
    }

    /// 출항일자 · departure date: `tkofDt`.
    pub fn departure_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 1, 2)
    }

    /// 선(기)적포장개수 · loaded package count: `shpmPckGcnt`.
    pub fn loaded_package_count(&self) -> Value<'a, i64> {
        crate::typed::value(&SERVICE, self.0, 1, 3)
    }

    /// B/L번호 · B/L number: `blNo`.
    pub fn bl_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 4)
    }
}

/// A record `expDclrNoPrExpFfmnBrkdBlNoQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct ExportFulfilmentByBl<'a>(Record<'a>);

impl<'a> ExportFulfilmentByBl<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 수리일자 · acceptance date: `acptDt`.
    pub fn acceptance_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 2, 0)
    }

    /// 수리일시 · accepted at: `acptDttm`.
    pub fn accepted_at(&self) -> Value<'a, jiff::civil::Time> {
        crate::typed::value(&SERVICE, self.0, 2, 1)
    }

    /// 수출자상호 · exporter name: `exppnConm`.
    pub fn exporter_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 2, 2)
    }

    /// 적재의무기한 · loading deadline: `loadDtyTmlm`, also `loadDtyTmIm`.
    pub fn loading_deadline(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 2, 3)
    }

    /// 선적지 · loading place: `shpmAirptPortNm`.
    pub fn loading_place(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 2, 4)
    }

    /// 출항일자 · departure date: `tkofDt`.
    pub fn departure_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 2, 5)
    }

    /// 적하목록관리번호 · manifest reference number: `mrn`.
    pub fn manifest_reference_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 2, 6)
    }

    /// 선(기)적포장개수 · loaded package count: `shpmPckGcnt`.
    pub fn loaded_package_count(&self) -> Value<'a, i64> {
        crate::typed::value(&SERVICE, self.0, 2, 7)
    }

    /// 통관포장단위 · cleared package unit: `csclPckUt`.
    pub fn cleared_package_unit(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 2, 8)
    }

    /// 선(기)적포장단위 · loaded package unit: `shpmPckUt`.
    pub fn loaded_package_unit(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 2, 9)
    }

    /// 선적완료여부 · loading completed: `shpmCmplYn`, also `shpmcmplYn`.
    pub fn loading_completed(&self) -> Value<'a, bool> {
        crate::typed::value(&SERVICE, self.0, 2, 10)
    }

    /// 선적중량 · loaded weight: `shpmWght`.
    pub fn loaded_weight(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 2, 11)
    }

    /// 분할회수 · partial shipment count: `dvdeWdrw`.
    pub fn partial_shipment_count(&self) -> Value<'a, i64> {
        crate::typed::value(&SERVICE, self.0, 2, 12)
    }

    /// 수출신고번호 · export declaration number: `expDclrNo`.
    pub fn export_declaration_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 2, 13)
    }

    /// 통관중량 · cleared weight: `csclWght`.
    pub fn cleared_weight(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 2, 14)
    }

    /// 통관포장개수 · cleared package count: `csclPckGcnt`.
    pub fn cleared_package_count(&self) -> Value<'a, i64> {
        crate::typed::value(&SERVICE, self.0, 2, 15)
    }
}

