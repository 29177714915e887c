// Made from catalogue/API004.toml. Do not edit: change it there.
//! 검사검역 내역 · Inspection and quarantine notices (API004, `inspection-quarantine`).
//!
//! The result of an inspection or quarantine and the goods it covers.
//!
//! Wire: `xtrnUserInscQuanBrkdQry/retrieveXtrnUserInscQuanBrkd`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - The guide's sample holds five header fields that its table lacks.
//!
//! ```
//! use unipass_client::services::inspection_quarantine::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1", "1", "1");
//! request.query().check()?;
//!
//! let xml = "<xtrnUserInscQuanBrkdQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><xtrnUserInscQuanBrkdQryRsltVo><rqstDt>20261120</rqstDt></xtrnUserInscQuanBrkdQryRsltVo></xtrnUserInscQuanBrkdQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let inspection = reply.inspections().next().ok_or("no record")?;
//! assert_eq!(inspection.record().get("rqstDt"), Some("20261120"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, FieldTest, FinalRule, Form, Param, ParamForm, Pick, RecordDef, Rules, Service, Tracking};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API004",
    slug: "inspection-quarantine",
    ko: "검사검역 내역",
    en: "Inspection and quarantine notices",
    answers: "The result of an inspection or quarantine and the goods it covers.",
    path: "xtrnUserInscQuanBrkdQry/retrieveXtrnUserInscQuanBrkd",
    evidence: Evidence::Guide,
    roots: &["xtrnUserInscQuanBrkdQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
        "The guide's sample holds five header fields that its table lacks.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "inscQuanItt", ko: "검사검역기관", en: "inspection or quarantine agency", form: ParamForm::Text, len: &[(1, 3)], required: true, personal: false, turn_of_year: false },
        Param { wire: "ntfcNo", ko: "통지번호", en: "notification number", form: ParamForm::Text, len: &[(1, 30)], required: true, personal: false, turn_of_year: false },
        Param { wire: "dgcnt", ko: "차수", en: "sequence", form: ParamForm::Text, len: &[(1, 6)], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "xtrnUserInscQuanBrkdQryRsltVo",
            rust: "Inspection",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "rqstDt", alt: &[], ko: "신청일자", en: "application date", form: Form::Date, personal: false },
                FieldDef { wire: "ntfcNo", alt: &[], ko: "통지번호", en: "notification number", form: Form::Text, personal: false },
                FieldDef { wire: "inscQuanIttSgn", alt: &[], ko: "검사검역기관부호", en: "inspection agency code", form: Form::Text, personal: false },
                FieldDef { wire: "aplcLcaSgn", alt: &[], ko: "신청인관세사부호", en: "applicant customs broker code", form: Form::Text, personal: false },
                FieldDef { wire: "lprt", alt: &[], ko: "선적항", en: "loading port", form: Form::Text, personal: false },
                FieldDef { wire: "ittSgn", alt: &[], ko: "기관부호", en: "agency code", form: Form::Text, personal: false },
                FieldDef { wire: "inscQuanDtrmDt", alt: &[], ko: "검사/검역결정일자", en: "decision date", form: Form::Date, personal: false },
                FieldDef { wire: "dscdAtspYn", alt: &[], ko: "폐기입회여부", en: "attended disposal", form: Form::Flag, personal: false },
                FieldDef { wire: "ntfcDttm", alt: &[], ko: "통지일시", en: "notified at", form: Form::DateTime, personal: false },
                FieldDef { wire: "shpmDt", alt: &[], ko: "선적일", en: "shipment date", form: Form::Date, personal: false },
                FieldDef { wire: "prlstMatrQty", alt: &[], ko: "품목사항수량", en: "item quantity", form: Form::Decimal, personal: false },
                FieldDef { wire: "ntfcDgcnt", alt: &[], ko: "통지차수", en: "notification sequence", form: Form::Text, personal: false },
                FieldDef { wire: "inscQuanPsxaYn", alt: &[], ko: "검사/검역합격여부", en: "inspection result", form: Form::Text, personal: false },
                FieldDef { wire: "dsqfTkacBrkd", alt: &[], ko: "불합격조치내역", en: "measures after failure", form: Form::Text, personal: false },
                FieldDef { wire: "dsqfRsn", alt: &[], ko: "불합격사유", en: "reason of failure", form: Form::Text, personal: false },
                FieldDef { wire: "inscQuanIttNm", alt: &[], ko: "검사검역기관명", en: "inspection agency name", form: Form::Text, personal: false },
                FieldDef { wire: "aplcBsnsNo", alt: &[], ko: "신청인사업자번호", en: "applicant business number", form: Form::Text, personal: false },
                FieldDef { wire: "imppnBsnsNo", alt: &[], ko: "수입자사업자번호", en: "importer business number", form: Form::Text, personal: false },
                FieldDef { wire: "imppnConm", alt: &[], ko: "수입자상호", en: "importer name", form: Form::Text, personal: false },
                FieldDef { wire: "aplcConm", alt: &[], ko: "신청인상호", en: "applicant name", form: Form::Text, personal: false },
                FieldDef { wire: "cnsgNm", alt: &[], ko: "송하인명", en: "consignor name", form: Form::Text, personal: false },
            ],
        },
        RecordDef {
            element: "xtrnUserInscQuanDtlBrkdQryRsltVo",
            rust: "InspectionItem",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "pckKnd", alt: &[], ko: "포장종류", en: "package kind", form: Form::Text, personal: false },
                FieldDef { wire: "prlstIdfySgn", alt: &[], ko: "품목식별부호", en: "item identification code", form: Form::Text, personal: false },
                FieldDef { wire: "rsqtyWght", alt: &[], ko: "잔량중량", en: "remaining weight", form: Form::Decimal, personal: false },
                FieldDef { wire: "wght", alt: &[], ko: "중량", en: "weight", form: Form::Decimal, personal: false },
                FieldDef { wire: "qty", alt: &[], ko: "수량", en: "quantity", form: Form::Decimal, personal: false },
                FieldDef { wire: "usgNm", alt: &[], ko: "용도명", en: "use of the goods", form: Form::Text, personal: false },
                FieldDef { wire: "qtyUt", alt: &[], ko: "수량단위", en: "quantity unit", form: Form::Text, personal: false },
                FieldDef { wire: "rsqtyQty", alt: &[], ko: "잔량수량", en: "remaining quantity", form: Form::Decimal, personal: false },
                FieldDef { wire: "cargMtNo", alt: &[], ko: "화물관리번호", en: "cargo management number", form: Form::Text, personal: false },
                FieldDef { wire: "prnmStsz", alt: &[], ko: "품명규격", en: "goods name and specification", form: Form::Text, personal: false },
                FieldDef { wire: "pckGcnt", alt: &[], ko: "포장개수", en: "package count", form: Form::Integer, personal: false },
                FieldDef { wire: "csclQty", alt: &[], ko: "통관수량", en: "cleared quantity", form: Form::Decimal, personal: false },
                FieldDef { wire: "hsK", alt: &[], ko: "HS번호", en: "HS code", form: Form::Text, personal: false },
                FieldDef { wire: "rsqtyPckGcnt", alt: &[], ko: "잔량포장개수", en: "remaining package count", form: Form::Integer, personal: false },
                FieldDef { wire: "csclWght", alt: &[], ko: "통관중량", en: "cleared weight", form: Form::Decimal, personal: false },
                FieldDef { wire: "usgCd", alt: &[], ko: "용도코드", en: "code of the use", form: Form::Text, personal: false },
                FieldDef { wire: "csclPckGcnt", alt: &[], ko: "통관포장개수", en: "cleared package count", form: Form::Integer, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
        Tracking {
            record: "xtrnUserInscQuanBrkdQryRsltVo",
            states: &["inscQuanPsxaYn"],
            as_of: Some(("xtrnUserInscQuanBrkdQryRsltVo", "ntfcDttm")),
            pick: Pick::Only,
            finals: &[
                FinalRule { record: "xtrnUserInscQuanBrkdQryRsltVo", field: "inscQuanDtrmDt", test: FieldTest::Present, unless: None },
            ],
            slow_tail_days: 7,
        },
    ],
};

/// Asks for: Inspection and quarantine notices (검사검역 내역). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by inspection or quarantine agency (검사검역기관, `inscQuanItt`), notification number (통지번호, `ntfcNo`), sequence (차수, `dgcnt`).
    pub fn new(inspection_or_quarantine_agency: impl Into<String>, notification_number: impl Into<String>, sequence: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).inspection_or_quarantine_agency(inspection_or_quarantine_agency).notification_number(notification_number).sequence(sequence)
    }

    /// 검사검역기관 · inspection or quarantine agency: `inscQuanItt`. 1 to 3 characters.
    #[must_use]
    pub fn inspection_or_quarantine_agency(self, value: impl Into<String>) -> Self {
        Self(self.0.with("inscQuanItt", value))
    }

    /// 통지번호 · notification number: `ntfcNo`. 1 to 30 characters.
    #[must_use]
    pub fn notification_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("ntfcNo", value))
    }

    /// 차수 · sequence: `dgcnt`. 1 to 6 characters.
    #[must_use]
    pub fn sequence(self, value: impl Into<String>) -> Self {
        Self(self.0.with("dgcnt", value))
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

/// The answer: Inspection and quarantine notices (검사검역 내역).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `xtrnUserInscQuanBrkdQryRsltVo`, in the order of the answer.
    pub fn inspections(&self) -> impl Iterator<Item = Inspection<'_>> {
        self.0.records(0).map(Inspection)
    }

    /// The records `xtrnUserInscQuanDtlBrkdQryRsltVo`, in the order of the answer.
    pub fn inspection_items(&self) -> impl Iterator<Item = InspectionItem<'_>> {
        self.0.records(1).map(InspectionItem)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `xtrnUserInscQuanBrkdQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Inspection<'a>(Record<'a>);

impl<'a> Inspection<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 신청일자 · application date: `rqstDt`.
    pub fn application_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 0)
    }

    /// 통지번호 · notification number: `ntfcNo`.
    pub fn notification_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 검사검역기관부호 · inspection agency code: `inscQuanIttSgn`.
    pub fn inspection_agency_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 신청인관세사부호 · applicant customs broker code: `aplcLcaSgn`.
    pub fn applicant_customs_broker_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 선적항 · loading port: `lprt`.
    pub fn loading_port(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 4)
    }

    /// 기관부호 · agency code: `ittSgn`.
    pub fn agency_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 5)
    }

    /// 검사/검역결정일자 · decision date: `inscQuanDtrmDt`.
    pub fn decision_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 6)
    }

    /// 폐기입회여부 · attended disposal: `dscdAtspYn`.
    pub fn attended_disposal(&self) -> Value<'a, bool> {
        crate::typed::value(&SERVICE, self.0, 0, 7)
    }

    /// 통지일시 · notified at: `ntfcDttm`.
    pub fn notified_at(&self) -> Value<'a, crate::value::KstDateTime> {
        crate::typed::value(&SERVICE, self.0, 0, 8)
    }

    /// 선적일 · shipment date: `shpmDt`.
    pub fn shipment_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 9)
    }

    /// 품목사항수량 · item quantity: `prlstMatrQty`.
    pub fn item_quantity(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 10)
    }

    /// 통지차수 · notification sequence: `ntfcDgcnt`.
    pub fn notification_sequence(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 11)
    }

    /// 검사/검역합격여부 · inspection result: `inscQuanPsxaYn`.
    pub fn inspection_result(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 12)
    }

    /// 불합격조치내역 · measures after failure: `dsqfTkacBrkd`.
    pub fn measures_after_failure(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 13)
    }

    /// 불합격사유 · reason of failure: `dsqfRsn`.
    pub fn reason_of_failure(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 14)
    }

    /// 검사검역기관명 · inspection agency name: `inscQuanIttNm`.
    pub fn inspection_agency_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 15)
    }

    /// 신청인사업자번호 · applicant business number: `aplcBsnsNo`.
    pub fn applicant_business_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 16)
    }

    /// 수입자사업자번호 · importer business number: `imppnBsnsNo`.
    pub fn importer_business_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 17)
    }

    /// 수입자상호 · importer name: `imppnConm`.
    pub fn importer_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 18)
    }

    /// 신청인상호 · applicant name: `aplcConm`.
    pub fn applicant_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 19)
    }

    /// 송하인명 · consignor name: `cnsgNm`.
    pub fn consignor_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 20)
    }
}

/// A record `xtrnUserInscQuanDtlBrkdQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct InspectionItem<'a>(Record<'a>);

impl<'a> InspectionItem<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 포장종류 · package kind: `pckKnd`.
    pub fn package_kind(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 0)
    }

    /// 품목식별부호 · item identification code: `prlstIdfySgn`.
    pub fn item_identification_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 1)
    }

    /// 잔량중량 · remaining weight: `rsqtyWght`.
    pub fn remaining_weight(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 1, 2)
    }

    /// 중량 · weight: `wght`.
    pub fn weight(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 1, 3)
    }

    /// 수량 · quantity: `qty`.
    pub fn quantity(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 1, 4)
    }

    /// 용도명 · use of the goods: `usgNm`.
    pub fn use_of_the_goods(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 5)
    }

    /// 수량단위 · quantity unit: `qtyUt`.
    pub fn quantity_unit(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 6)
    }

    /// 잔량수량 · remaining quantity: `rsqtyQty`.
    pub fn remaining_quantity(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 1, 7)
    }

    /// 화물관리번호 · cargo management number: `cargMtNo`.
    pub fn cargo_management_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 8)
    }

    /// 품명규격 · goods name and specification: `prnmStsz`.
    pub fn goods_name_and_specification(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 9)
    }

    /// 포장개수 · package count: `pckGcnt`.
    pub fn package_count(&self) -> Value<'a, i64> {
        crate::typed::value(&SERVICE, self.0, 1, 10)
    }

    /// 통관수량 · cleared quantity: `csclQty`.
    pub fn cleared_quantity(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 1, 11)
    }

    /// HS번호 · HS code: `hsK`.
    pub fn hs_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 12)
    }

    /// 잔량포장개수 · remaining package count: `rsqtyPckGcnt`.
    pub fn remaining_package_count(&self) -> Value<'a, i64> {
        crate::typed::value(&SERVICE, self.0, 1, 13)
    }

    /// 통관중량 · cleared weight: `csclWght`.
    pub fn cleared_weight(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 1, 14)
    }

    /// 용도코드 · code of the use: `usgCd`.
    pub fn code_of_the_use(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 15)
    }

    /// 통관포장개수 · cleared package count: `csclPckGcnt`.
    pub fn cleared_package_count(&self) -> Value<'a, i64> {
        crate::typed::value(&SERVICE, self.0, 1, 16)
    }
}

