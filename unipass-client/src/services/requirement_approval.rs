// Made from catalogue/API003.toml. Do not edit: change it there.
//! 수출입요건 승인 내역 · Import and export requirement approvals (API003, `requirement-approval`).
//!
//! An agency's approval for goods under a requirement, with its items and what remains of each.
//!
//! Wire: `xtrnUserReqApreBrkdQry/retrieveXtrnUserReqApreBrkd`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - `valtPrid` 29991231 means no end.
//! - `ntwg` and `qtyUt` of export items stand in the guide's table, the sample shows other fields: all are read.
//!
//! ```
//! use unipass_client::services::requirement_approval::{Direction, Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::new("1", Direction::Import);
//! request.query().check()?;
//!
//! let xml = "<xtrnUserReqApreBrkdQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><xtrnUserImpReqApreBrkdQryRsltVo><apreCond>A1</apreCond></xtrnUserImpReqApreBrkdQryRsltVo></xtrnUserReqApreBrkdQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let import_approval = reply.import_approvals().next().ok_or("no record")?;
//! assert_eq!(import_approval.record().get("apreCond"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, Code, CodeList, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, Pick, RecordDef, Rules, Service, Tracking};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::{FromWire, Value};

static DIRECTION: CodeList = CodeList {
    rust: "Direction",
    values: &[
        Code { code: "I", ko: "수입", en: "import" },
        Code { code: "E", ko: "수출", en: "export" },
    ],
};

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API003",
    slug: "requirement-approval",
    ko: "수출입요건 승인 내역",
    en: "Import and export requirement approvals",
    answers: "An agency's approval for goods under a requirement, with its items and what remains of each.",
    path: "xtrnUserReqApreBrkdQry/retrieveXtrnUserReqApreBrkd",
    evidence: Evidence::Guide,
    roots: &["xtrnUserReqApreBrkdQryRtnVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
        "`valtPrid` 29991231 means no end.",
        "`ntwg` and `qtyUt` of export items stand in the guide's table, the sample shows other fields: all are read.",
    ],
    rules: Rules { one_of: &[], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "reqApreNo", ko: "요건승인번호", en: "requirement approval number", form: ParamForm::Text, len: &[(1, 15)], required: true, personal: false, turn_of_year: false },
        Param { wire: "imexTpcd", ko: "수출입구분코드", en: "import/export code", form: ParamForm::Code(&DIRECTION), len: &[], required: true, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "xtrnUserImpReqApreBrkdQryRsltVo",
            rust: "ImportApproval",
            root: false,
            when: "imexTpcd=I",
            fields: &[
                FieldDef { wire: "apreCond", alt: &[], ko: "승인조건", en: "approval condition", form: Form::Text, personal: false },
                FieldDef { wire: "issDt", alt: &[], ko: "발급일자", en: "issue date", form: Form::Date, personal: false },
                FieldDef { wire: "lprt", alt: &[], ko: "선적항", en: "loading port", form: Form::Text, personal: false },
                FieldDef { wire: "relaFrmlNm", alt: &[], ko: "관련서식명", en: "related form name", form: Form::Text, personal: false },
                FieldDef { wire: "valtPrid", alt: &[], ko: "유효기간", en: "valid until", form: Form::Date, personal: false },
                FieldDef { wire: "relaLwor", alt: &[], ko: "관련법령", en: "related law", form: Form::Text, personal: false },
                FieldDef { wire: "dlcn", alt: &[], ko: "인도조건", en: "delivery terms", form: Form::Text, personal: false },
                FieldDef { wire: "reqApreNo", alt: &[], ko: "요건승인번호", en: "requirement approval number", form: Form::Text, personal: false },
            ],
        },
        RecordDef {
            element: "xtrnUserImpReqApreDtlBrkdQryRsltVo",
            rust: "ImportApprovalItem",
            root: false,
            when: "imexTpcd=I",
            fields: &[
                FieldDef { wire: "hsSgn", alt: &[], ko: "HS부호", en: "HS code", form: Form::Text, personal: false },
                FieldDef { wire: "prlstIdfySgn", alt: &[], ko: "품목식별부호", en: "item identification code", form: Form::Text, personal: false },
                FieldDef { wire: "rsqtyWght", alt: &[], ko: "잔량중량", en: "remaining weight", form: Form::Decimal, personal: false },
                FieldDef { wire: "apreWght", alt: &[], ko: "승인중량", en: "approved weight", form: Form::Decimal, personal: false },
                FieldDef { wire: "csclWght", alt: &[], ko: "통관중량", en: "cleared weight", form: Form::Decimal, personal: false },
                FieldDef { wire: "wghtUt", alt: &[], ko: "중량단위", en: "weight unit", form: Form::Text, personal: false },
                FieldDef { wire: "qtyUt", alt: &[], ko: "수량단위", en: "quantity unit", form: Form::Text, personal: false },
                FieldDef { wire: "prlstCd", alt: &[], ko: "품목코드", en: "item code", form: Form::Text, personal: false },
                FieldDef { wire: "blNo", alt: &[], ko: "B/L번호", en: "B/L number", form: Form::Text, personal: false },
                FieldDef { wire: "apreQty", alt: &[], ko: "승인수량", en: "approved quantity", form: Form::Decimal, personal: false },
                FieldDef { wire: "usgNm", alt: &[], ko: "용도명", en: "use of the goods", form: Form::Text, personal: false },
                FieldDef { wire: "rsqtyQty", alt: &[], ko: "잔량수량", en: "remaining quantity", form: Form::Decimal, personal: false },
                FieldDef { wire: "prnmStsz", alt: &[], ko: "품명및규격", en: "goods name and specification", form: Form::Text, personal: false },
                FieldDef { wire: "csclQty", alt: &[], ko: "통관수량", en: "cleared quantity", form: Form::Decimal, personal: false },
            ],
        },
        RecordDef {
            element: "xtrnUserExpReqApreBrkdQryRsltVo",
            rust: "ExportApproval",
            root: false,
            when: "imexTpcd=E",
            fields: &[
                FieldDef { wire: "ovcsConm", alt: &[], ko: "해외거래처상호", en: "foreign partner company", form: Form::Text, personal: false },
                FieldDef { wire: "apreCond", alt: &[], ko: "승인조건", en: "approval condition", form: Form::Text, personal: false },
                FieldDef { wire: "dstcy", alt: &[], ko: "목적국", en: "destination country", form: Form::Text, personal: false },
                FieldDef { wire: "issDt", alt: &[], ko: "발급일자", en: "issue date", form: Form::Date, personal: false },
                FieldDef { wire: "relaFrmlNm", alt: &[], ko: "관련서식명", en: "related form name", form: Form::Text, personal: false },
                FieldDef { wire: "valtPrid", alt: &[], ko: "유효기간", en: "valid until", form: Form::Date, personal: false },
                FieldDef { wire: "ovcsNm", alt: &[], ko: "해외거래처명", en: "foreign partner name", form: Form::Text, personal: false },
                FieldDef { wire: "relaLwor", alt: &[], ko: "관련법령", en: "related law", form: Form::Text, personal: false },
            ],
        },
        RecordDef {
            element: "xtrnUserExpReqApreDtlBrkdQryRsltVo",
            rust: "ExportApprovalItem",
            root: false,
            when: "imexTpcd=E",
            fields: &[
                FieldDef { wire: "hsSgn", alt: &[], ko: "HS부호", en: "HS code", form: Form::Text, personal: false },
                FieldDef { wire: "prlstIdfySgn", alt: &[], ko: "품목식별부호", en: "item identification code", form: Form::Text, personal: false },
                FieldDef { wire: "ntwg", alt: &[], ko: "순중량", en: "net weight", form: Form::Decimal, personal: false },
                FieldDef { wire: "qtyUt", alt: &[], ko: "수량단위", en: "quantity unit", form: Form::Text, personal: false },
                FieldDef { wire: "usgNm", alt: &[], ko: "용도명", en: "use of the goods", form: Form::Text, personal: false },
                FieldDef { wire: "rsqtyQty", alt: &[], ko: "잔량수량", en: "remaining quantity", form: Form::Decimal, personal: false },
                FieldDef { wire: "prnmStsz", alt: &[], ko: "품명및규격", en: "goods name and specification", form: Form::Text, personal: false },
                FieldDef { wire: "csclQty", alt: &[], ko: "통관수량", en: "cleared quantity", form: Form::Decimal, personal: false },
                FieldDef { wire: "rsqtyWght", alt: &[], ko: "잔량중량", en: "remaining weight", form: Form::Decimal, personal: false },
                FieldDef { wire: "dlcn", alt: &[], ko: "인도조건", en: "delivery terms", form: Form::Text, personal: false },
                FieldDef { wire: "rsqtyQtyUt", alt: &[], ko: "잔량수량단위", en: "remaining quantity unit", form: Form::Text, personal: false },
                FieldDef { wire: "csclWghtUt", alt: &[], ko: "통관중량단위", en: "cleared weight unit", form: Form::Text, personal: false },
                FieldDef { wire: "csclWght", alt: &[], ko: "통관중량", en: "cleared weight", form: Form::Decimal, personal: false },
                FieldDef { wire: "rsqtyWghtUt", alt: &[], ko: "잔량중량단위", en: "remaining weight unit", form: Form::Text, personal: false },
                FieldDef { wire: "csclQtyUt", alt: &[], ko: "통관수량단위", en: "cleared quantity unit", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[&DIRECTION],
    tracking: &[
        Tracking {
            record: "xtrnUserImpReqApreBrkdQryRsltVo",
            states: &["issDt"],
            as_of: Some(("xtrnUserImpReqApreBrkdQryRsltVo", "issDt")),
            pick: Pick::Only,
            finals: &[
            ],
            slow_tail_days: 0,
        },
        Tracking {
            record: "xtrnUserExpReqApreBrkdQryRsltVo",
            states: &["issDt"],
            as_of: Some(("xtrnUserExpReqApreBrkdQryRsltVo", "issDt")),
            pick: Pick::Only,
            finals: &[
            ],
            slow_tail_days: 0,
        },
    ],
};

/// Asks for: Import and export requirement approvals (수출입요건 승인 내역). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by requirement approval number (요건승인번호, `reqApreNo`), import/export code (수출입구분코드, `imexTpcd`).
    pub fn new(requirement_approval_number: impl Into<String>, import_export_code: Direction) -> Self {
        Self(Query::new(&SERVICE)).requirement_approval_number(requirement_approval_number).import_export_code(import_export_code)
    }

    /// 요건승인번호 · requirement approval number: `reqApreNo`. 1 to 15 characters.
    #[must_use]
    pub fn requirement_approval_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("reqApreNo", value))
    }

    /// 수출입구분코드 · import/export code: `imexTpcd`.
    #[must_use]
    pub fn import_export_code(self, value: Direction) -> Self {
        Self(self.0.with("imexTpcd", value.code()))
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

/// The answer: Import and export requirement approvals (수출입요건 승인 내역).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `xtrnUserImpReqApreBrkdQryRsltVo`, in the order of the answer. They come with `imexTpcd=I`.
    pub fn import_approvals(&self) -> impl Iterator<Item = ImportApproval<'_>> {
        self.0.records(0).map(ImportApproval)
    }

    /// The records `xtrnUserImpReqApreDtlBrkdQryRsltVo`, in the order of the answer. They come with `imexTpcd=I`.
    pub fn import_approval_items(&self) -> impl Iterator<Item = ImportApprovalItem<'_>> {
        self.0.records(1).map(ImportApprovalItem)
    }

    /// The records `xtrnUserExpReqApreBrkdQryRsltVo`, in the order of the answer. They come with `imexTpcd=E`.
    pub fn export_approvals(&self) -> impl Iterator<Item = ExportApproval<'_>> {
        self.0.records(2).map(ExportApproval)
    }

    /// The records `xtrnUserExpReqApreDtlBrkdQryRsltVo`, in the order of the answer. They come with `imexTpcd=E`.
    pub fn export_approval_items(&self) -> impl Iterator<Item = ExportApprovalItem<'_>> {
        self.0.records(3).map(ExportApprovalItem)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `xtrnUserImpReqApreBrkdQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct ImportApproval<'a>(Record<'a>);

impl<'a> ImportApproval<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 승인조건 · approval condition: `apreCond`.
    pub fn approval_condition(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 발급일자 · issue date: `issDt`.
    pub fn issue_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 1)
    }

    /// 선적항 · loading port: `lprt`.
    pub fn loading_port(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 관련서식명 · related form name: `relaFrmlNm`.
    pub fn related_form_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 유효기간 · valid until: `valtPrid`.
    pub fn valid_until(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 4)
    }

    /// 관련법령 · related law: `relaLwor`.
    pub fn related_law(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 5)
    }

    /// 인도조건 · delivery terms: `dlcn`.
    pub fn delivery_terms(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 6)
    }

    /// 요건승인번호 · requirement approval number: `reqApreNo`.
    pub fn requirement_approval_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 7)
    }
}

/// A record `xtrnUserImpReqApreDtlBrkdQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct ImportApprovalItem<'a>(Record<'a>);

impl<'a> ImportApprovalItem<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// HS부호 · HS code: `hsSgn`.
    pub fn hs_code(&self) -> Option<&'a str> {
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

    /// 승인중량 · approved weight: `apreWght`.
    pub fn approved_weight(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 1, 3)
    }

    /// 통관중량 · cleared weight: `csclWght`.
    pub fn cleared_weight(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 1, 4)
    }

    /// 중량단위 · weight unit: `wghtUt`.
    pub fn weight_unit(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 5)
    }

    /// 수량단위 · quantity unit: `qtyUt`.
    pub fn quantity_unit(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 6)
    }

    /// 품목코드 · item code: `prlstCd`.
    pub fn item_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 7)
    }

    /// B/L번호 · B/L number: `blNo`.
    pub fn bl_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 8)
    }

    /// 승인수량 · approved quantity: `apreQty`.
    pub fn approved_quantity(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 1, 9)
    }

    /// 용도명 · use of the goods: `usgNm`.
    pub fn use_of_the_goods(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 10)
    }

    /// 잔량수량 · remaining quantity: `rsqtyQty`.
    pub fn remaining_quantity(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 1, 11)
    }

    /// 품명및규격 · goods name and specification: `prnmStsz`.
    pub fn goods_name_and_specification(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 12)
    }

    /// 통관수량 · cleared quantity: `csclQty`.
    pub fn cleared_quantity(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 1, 13)
    }
}

/// A record `xtrnUserExpReqApreBrkdQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct ExportApproval<'a>(Record<'a>);

impl<'a> ExportApproval<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 해외거래처상호 · foreign partner company: `ovcsConm`.
    pub fn foreign_partner_company(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 2, 0)
    }

    /// 승인조건 · approval condition: `apreCond`.
    pub fn approval_condition(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 2, 1)
    }

    /// 목적국 · destination country: `dstcy`.
    pub fn destination_country(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 2, 2)
    }

    /// 발급일자 · issue date: `issDt`.
    pub fn issue_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 2, 3)
    }

    /// 관련서식명 · related form name: `relaFrmlNm`.
    pub fn related_form_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 2, 4)
    }

    /// 유효기간 · valid until: `valtPrid`.
    pub fn valid_until(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 2, 5)
    }

    /// 해외거래처명 · foreign partner name: `ovcsNm`.
    pub fn foreign_partner_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 2, 6)
    }

    /// 관련법령 · related law: `relaLwor`.
    pub fn related_law(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 2, 7)
    }
}

/// A record `xtrnUserExpReqApreDtlBrkdQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct ExportApprovalItem<'a>(Record<'a>);

impl<'a> ExportApprovalItem<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// HS부호 · HS code: `hsSgn`.
    pub fn hs_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 3, 0)
    }

    /// 품목식별부호 · item identification code: `prlstIdfySgn`.
    pub fn item_identification_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 3, 1)
    }

    /// 순중량 · net weight: `ntwg`.
    pub fn net_weight(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 3, 2)
    }

    /// 수량단위 · quantity unit: `qtyUt`.
    pub fn quantity_unit(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 3, 3)
    }

    /// 용도명 · use of the goods: `usgNm`.
    pub fn use_of_the_goods(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 3, 4)
    }

    /// 잔량수량 · remaining quantity: `rsqtyQty`.
    pub fn remaining_quantity(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 3, 5)
    }

    /// 품명및규격 · goods name and specification: `prnmStsz`.
    pub fn goods_name_and_specification(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 3, 6)
    }

    /// 통관수량 · cleared quantity: `csclQty`.
    pub fn cleared_quantity(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 3, 7)
    }

    /// 잔량중량 · remaining weight: `rsqtyWght`.
    pub fn remaining_weight(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 3, 8)
    }

    /// 인도조건 · delivery terms: `dlcn`.
    pub fn delivery_terms(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 3, 9)
    }

    /// 잔량수량단위 · remaining quantity unit: `rsqtyQtyUt`.
    pub fn remaining_quantity_unit(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 3, 10)
    }

    /// 통관중량단위 · cleared weight unit: `csclWghtUt`.
    pub fn cleared_weight_unit(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 3, 11)
    }

    /// 통관중량 · cleared weight: `csclWght`.
    pub fn cleared_weight(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 3, 12)
    }

    /// 잔량중량단위 · remaining weight unit: `rsqtyWghtUt`.
    pub fn remaining_weight_unit(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 3, 13)
    }

    /// 통관수량단위 · cleared quantity unit: `csclQtyUt`.
    pub fn cleared_quantity_unit(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 3, 14)
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

