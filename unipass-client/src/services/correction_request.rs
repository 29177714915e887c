// Made from catalogue/API052.toml. Do not edit: change it there.
//! 수출입신고서 정정신청 처리상태 제공 · State of a correction request (API052, `correction-request`).
//!
//! How far a request to correct a declaration has come.
//!
//! Wire: `mdfyPrcsSttsBrkdQry/retrieveMdfyPrcsSttsBrkd`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - Imports and exports answer with different elements.
//!
//! ```
//! use unipass_client::services::correction_request::{Direction, Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1", Direction::Import, "1").correction_request_date(jiff::civil::date(2026, 11, 20));
//! request.query().check()?;
//!
//! let xml = "<mdfyPrcsSttsBrkdQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><mdfyPrcsSttsBrkdQryRsltVoLst><mdfyRqstPrcsStcd>A1</mdfyRqstPrcsStcd></mdfyPrcsSttsBrkdQryRsltVoLst></mdfyPrcsSttsBrkdQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let import_correction = reply.import_corrections().next().ok_or("no record")?;
//! assert_eq!(import_correction.record().get("mdfyRqstPrcsStcd"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, Code, CodeList, Condition, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, Pick, RecordDef, Rules, Service, Tracking};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::FromWire;

static DIRECTION: CodeList = CodeList {
    rust: "Direction",
    values: &[
        Code { code: "I", ko: "수입", en: "import" },
        Code { code: "E", ko: "수출", en: "export" },
    ],
};

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API052",
    slug: "correction-request",
    ko: "수출입신고서 정정신청 처리상태 제공",
    en: "State of a correction request",
    answers: "How far a request to correct a declaration has come.",
    path: "mdfyPrcsSttsBrkdQry/retrieveMdfyPrcsSttsBrkd",
    evidence: Evidence::Guide,
    roots: &["mdfyPrcsSttsBrkdQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
        "Imports and exports answer with different elements.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[Condition { param: "imexTpcd", is: &["I"], any_of: &["mdfyRqstDt"], none_of: &[] }, Condition { param: "imexTpcd", is: &["E"], any_of: &[], none_of: &["mdfyRqstDt"] }] },
    params: &[
        Param { wire: "dcshSbmtNo", ko: "제출번호", en: "declaration submission number", form: ParamForm::Text, len: &[(1, 15)], required: true, personal: false, turn_of_year: false },
        Param { wire: "imexTpcd", ko: "수출입구분코드", en: "import/export code", form: ParamForm::Code(&DIRECTION), len: &[], required: true, personal: false, turn_of_year: false },
        Param { wire: "mdfyRqstDgcnt", ko: "정정신청차수", en: "correction request sequence", form: ParamForm::Text, len: &[(1, 1)], required: true, personal: false, turn_of_year: false },
        Param { wire: "mdfyRqstDt", ko: "정정신청일자", en: "correction request date", form: ParamForm::Date, len: &[], required: false, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "mdfyPrcsSttsBrkdQryRsltVoLst",
            rust: "ImportCorrection",
            root: false,
            when: "imexTpcd=I",
            fields: &[
                FieldDef { wire: "mdfyRqstPrcsStcd", alt: &[], ko: "정정신청처리상태코드", en: "processing state code", form: Form::Text, personal: false },
                FieldDef { wire: "mdfyRqstPrcsStcdNm", alt: &[], ko: "정정신청처리상태명", en: "processing state", form: Form::Text, personal: false },
            ],
        },
        RecordDef {
            element: "mdfyPrcsSttsBrkdQryRsltVo",
            rust: "ExportCorrection",
            root: false,
            when: "imexTpcd=E",
            fields: &[
                FieldDef { wire: "mdfyRqstPrcsStcd", alt: &[], ko: "정정신청처리상태코드", en: "processing state code", form: Form::Text, personal: false },
                FieldDef { wire: "mdfyRqstPrcsStcdNm", alt: &[], ko: "정정신청처리상태명", en: "processing state", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[&DIRECTION],
    tracking: &[
        Tracking {
            record: "mdfyPrcsSttsBrkdQryRsltVoLst",
            states: &["mdfyRqstPrcsStcdNm"],
            as_of: None,
            pick: Pick::Only,
            finals: &[
            ],
            slow_tail_days: 0,
        },
        Tracking {
            record: "mdfyPrcsSttsBrkdQryRsltVo",
            states: &["mdfyRqstPrcsStcdNm"],
            as_of: None,
            pick: Pick::Only,
            finals: &[
            ],
            slow_tail_days: 0,
        },
    ],
};

/// Asks for: State of a correction request (수출입신고서 정정신청 처리상태 제공). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by declaration submission number (제출번호, `dcshSbmtNo`), import/export code (수출입구분코드, `imexTpcd`), correction request sequence (정정신청차수, `mdfyRqstDgcnt`).
    pub fn new(declaration_submission_number: impl Into<String>, import_export_code: Direction, correction_request_sequence: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).declaration_submission_number(declaration_submission_number).import_export_code(import_export_code).correction_request_sequence(correction_request_sequence)
    }

    /// 제출번호 · declaration submission number: `dcshSbmtNo`. 1 to 15 characters.
    #[must_use]
    pub fn declaration_submission_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("dcshSbmtNo", value))
    }

    /// 수출입구분코드 · import/export code: `imexTpcd`.
    #[must_use]
    pub fn import_export_code(self, value: Direction) -> Self {
        Self(self.0.with("imexTpcd", value.code()))
    }

    /// 정정신청차수 · correction request sequence: `mdfyRqstDgcnt`. 1 characters.
    #[must_use]
    pub fn correction_request_sequence(self, value: impl Into<String>) -> Self {
        Self(self.0.with("mdfyRqstDgcnt", value))
    }

    /// 정정신청일자 · correction request date: `mdfyRqstDt`.
    #[must_use]
    pub fn correction_request_date(self, value: jiff::civil::Date) -> Self {
        Self(self.0.with("mdfyRqstDt", value.strftime("%Y%m%d").to_string()))
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

/// The answer: State of a correction request (수출입신고서 정정신청 처리상태 제공).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `mdfyPrcsSttsBrkdQryRsltVoLst`, in the order of the answer. They come with `imexTpcd=I`.
    pub fn import_corrections(&self) -> impl Iterator<Item = ImportCorrection<'_>> {
        self.0.records(0).map(ImportCorrection)
    }

    /// The records `mdfyPrcsSttsBrkdQryRsltVo`, in the order of the answer. They come with `imexTpcd=E`.
    pub fn export_corrections(&self) -> impl Iterator<Item = ExportCorrection<'_>> {
        self.0.records(1).map(ExportCorrection)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `mdfyPrcsSttsBrkdQryRsltVoLst`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct ImportCorrection<'a>(Record<'a>);

impl<'a> ImportCorrection<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 정정신청처리상태코드 · processing state code: `mdfyRqstPrcsStcd`.
    pub fn processing_state_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 정정신청처리상태명 · processing state: `mdfyRqstPrcsStcdNm`.
    pub fn processing_state(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }
}

/// A record `mdfyPrcsSttsBrkdQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct ExportCorrection<'a>(Record<'a>);

impl<'a> ExportCorrection<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 정정신청처리상태코드 · processing state code: `mdfyRqstPrcsStcd`.
    pub fn processing_state_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 0)
    }

    /// 정정신청처리상태명 · processing state: `mdfyRqstPrcsStcdNm`.
    pub fn processing_state(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 1)
    }
}

/// The known codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Direction {
    /// 수입 · import: `I`.
    Import,
    /// 수출 · export: `E`.
    Export,
}

impl Direction {
    /// The code on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Import => "I",
            Self::Export => "E",
        }
    }
}

impl FromWire for Direction {
    fn from_wire(text: &str) -> Option<Self> {
        match text {
            "I" => Some(Self::Import),
            "E" => Some(Self::Export),
            _ => None,
        }
    }
}

