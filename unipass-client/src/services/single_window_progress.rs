// Made from catalogue/API025.toml. Do not edit: change it there.
//! 통관단일창구 처리이력 · Single window processing history (API025, `single-window-progress`).
//!
//! The processing steps of an application made through the single window.
//!
//! Wire: `apfmPrcsStusQry/retrieveApfmPrcsStus`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! ```
//! use unipass_client::services::single_window_progress::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1");
//! request.query().check()?;
//!
//! let xml = "<apfmPrcsStusQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><apfmPrcsStusQryVo><reqRqstNo>A1</reqRqstNo></apfmPrcsStusQryVo></apfmPrcsStusQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let processing_step = reply.processing_steps().next().ok_or("no record")?;
//! assert_eq!(processing_step.record().get("reqRqstNo"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, Pick, RecordDef, Rules, Service, Tracking};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API025",
    slug: "single-window-progress",
    ko: "통관단일창구 처리이력",
    en: "Single window processing history",
    answers: "The processing steps of an application made through the single window.",
    path: "apfmPrcsStusQry/retrieveApfmPrcsStus",
    evidence: Evidence::Guide,
    roots: &["apfmPrcsStusQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "reqRqstNo", ko: "신청번호", en: "requirement application number", form: ParamForm::Text, len: &[(1, 13)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "apfmPrcsStusQryVo",
            rust: "ProcessingStep",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "reqRqstNo", alt: &[], ko: "요건신청번호", en: "requirement application number", form: Form::Text, personal: false },
                FieldDef { wire: "reqRelaElctDocCd", alt: &[], ko: "요건관련전자문서코드", en: "electronic document code", form: Form::Text, personal: false },
                FieldDef { wire: "elctDocNm", alt: &[], ko: "전자문서명", en: "electronic document name", form: Form::Text, personal: false },
                FieldDef { wire: "reqIttRsltInfmNo", alt: &[], ko: "요건기관결과통보번호", en: "agency result notice number", form: Form::Text, personal: false },
                FieldDef { wire: "reqRqstPrcsStcd", alt: &[], ko: "요건신청처리상태코드", en: "processing state code", form: Form::Text, personal: false },
                FieldDef { wire: "reqRqstPrcsSttsNm", alt: &[], ko: "요건신청처리상태명", en: "processing state", form: Form::Text, personal: false },
                FieldDef { wire: "trsnTpcd", alt: &[], ko: "전송구분코드", en: "transmission type code", form: Form::Text, personal: false },
                FieldDef { wire: "trsnTpNm", alt: &[], ko: "전송구분명", en: "transmission type", form: Form::Text, personal: false },
                FieldDef { wire: "rcpnDttm", alt: &[], ko: "수신일시", en: "received at", form: Form::DateTime, personal: false },
                FieldDef { wire: "reqApfmCd", alt: &[], ko: "요건신청서코드", en: "application form code", form: Form::Text, personal: false },
                FieldDef { wire: "relaDocNm", alt: &[], ko: "관련문서명", en: "related document name", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
        Tracking {
            record: "apfmPrcsStusQryVo",
            states: &["reqRqstPrcsSttsNm"],
            as_of: Some(("apfmPrcsStusQryVo", "rcpnDttm")),
            pick: Pick::Latest,
            finals: &[
            ],
            slow_tail_days: 0,
        },
    ],
};

/// Asks for: Single window processing history (통관단일창구 처리이력). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by requirement application number (신청번호, `reqRqstNo`).
    pub fn new(requirement_application_number: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).requirement_application_number(requirement_application_number)
    }

    /// 신청번호 · requirement application number: `reqRqstNo`. 1 to 13 characters.
    #[must_use]
    pub fn requirement_application_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("reqRqstNo", value))
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

/// The answer: Single window processing history (통관단일창구 처리이력).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `apfmPrcsStusQryVo`, in the order of the answer.
    pub fn processing_steps(&self) -> impl Iterator<Item = ProcessingStep<'_>> {
        self.0.records(0).map(ProcessingStep)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `apfmPrcsStusQryVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct ProcessingStep<'a>(Record<'a>);

impl<'a> ProcessingStep<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 요건신청번호 · requirement application number: `reqRqstNo`.
    pub fn requirement_application_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 요건관련전자문서코드 · electronic document code: `reqRelaElctDocCd`.
    pub fn electronic_document_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 전자문서명 · electronic document name: `elctDocNm`.
    pub fn electronic_document_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 요건기관결과통보번호 · agency result notice number: `reqIttRsltInfmNo`.
    pub fn agency_result_notice_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 요건신청처리상태코드 · processing state code: `reqRqstPrcsStcd`.
    pub fn processing_state_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 4)
    }

    /// 요건신청처리상태명 · processing state: `reqRqstPrcsSttsNm`.
    pub fn processing_state(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 5)
    }

    /// 전송구분코드 · transmission type code: `trsnTpcd`.
    pub fn transmission_type_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 6)
    }

    /// 전송구분명 · transmission type: `trsnTpNm`.
    pub fn transmission_type(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 7)
    }

    /// 수신일시 · received at: `rcpnDttm`.
    pub fn received_at(&self) -> Value<'a, crate::value::KstDateTime> {
        crate::typed::value(&SERVICE, self.0, 0, 8)
    }

    /// 요건신청서코드 · application form code: `reqApfmCd`.
    pub fn application_form_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 9)
    }

    /// 관련문서명 · related document name: `relaDocNm`.
    pub fn related_document_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 10)
    }
}

