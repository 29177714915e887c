// Made from catalogue/API001.toml. Do not edit: change it there.
//! 화물통관 진행정보 · Cargo clearance progress (API001, `cargo-progress`).
//!
//! Where an import cargo stands: its clearance state and every event from manifest to release. A master B/L of many cargoes gives a list instead.
//!
//! Wire: `cargCsclPrgsInfoQry/retrieveCargCsclPrgsInfo`. Evidence: **live**, checked against recorded answers of the live service.
//!
//! - Data of the last three years only.
//! - `blYy` is the year of arrival in Korea, not of the B/L.
//! - Events come newest first; events of one second can stand in reverse order.
//! - Rows of a list carry only `cargMtNo`, `mblNo`, `hblNo`, `etprDt`, `dsprCd`, `dsprNm`, `shcoFlcoSgn` and `shcoFlco`; there is no paging.
//! - Events after the release are recorded, so a final state keeps a slow tail.
//! - `rlbrDttm` holds free text on some bonded transport events; `rlbrBssNo` can hold a company name; `shedSgn` can carry a suffix.
//!
//! ```
//! use unipass_client::services::cargo_progress::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::by_cargo_management_number("123456789012345");
//! request.query().check()?;
//!
//! let xml = "<cargCsclPrgsInfoQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><cargCsclPrgsInfoQryVo><cargMtNo>A1</cargMtNo></cargCsclPrgsInfoQryVo></cargCsclPrgsInfoQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let cargo = reply.cargos().next().ok_or("no record")?;
//! assert_eq!(cargo.record().get("cargMtNo"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, FieldTest, FinalRule, Form, Param, ParamForm, Pick, RecordDef, Rules, Service, Tracking};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API001",
    slug: "cargo-progress",
    ko: "화물통관 진행정보",
    en: "Cargo clearance progress",
    answers: "Where an import cargo stands: its clearance state and every event from manifest to release. A master B/L of many cargoes gives a list instead.",
    path: "cargCsclPrgsInfoQry/retrieveCargCsclPrgsInfo",
    evidence: Evidence::Live,
    roots: &["cargCsclPrgsInfoQryRtnVo"],
    t_cnt: CountMeaning::EventsOrRows,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
        "Data of the last three years only.",
        "`blYy` is the year of arrival in Korea, not of the B/L.",
        "Events come newest first; events of one second can stand in reverse order.",
        "Rows of a list carry only `cargMtNo`, `mblNo`, `hblNo`, `etprDt`, `dsprCd`, `dsprNm`, `shcoFlcoSgn` and `shcoFlco`; there is no paging.",
        "Events after the release are recorded, so a final state keeps a slow tail.",
        "`rlbrDttm` holds free text on some bonded transport events; `rlbrBssNo` can hold a company name; `shedSgn` can carry a suffix.",
    ],
    rules: Rules { one_of: &[&["cargMtNo"], &["mblNo", "blYy"], &["hblNo", "blYy"]], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "cargMtNo", ko: "화물관리번호", en: "cargo management number", form: ParamForm::Text, len: &[(15, 19)], required: false, personal: false, turn_of_year: false },
        Param { wire: "mblNo", ko: "MBL번호", en: "master B/L number", form: ParamForm::Text, len: &[(1, 20)], required: false, personal: false, turn_of_year: false },
        Param { wire: "hblNo", ko: "HBL번호", en: "house B/L number", form: ParamForm::Text, len: &[(1, 20)], required: false, personal: false, turn_of_year: false },
        Param { wire: "blYy", ko: "BL년도", en: "B/L year", form: ParamForm::Year, len: &[], required: false, personal: false, turn_of_year: true },
    ],
    records: &[
        RecordDef {
            element: "cargCsclPrgsInfoQryVo",
            rust: "Cargo",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "cargMtNo", alt: &[], ko: "화물관리번호", en: "cargo management number", form: Form::Text, personal: false },
                FieldDef { wire: "prgsStts", alt: &[], ko: "진행상태", en: "progress state", form: Form::Text, personal: false },
                FieldDef { wire: "prgsStCd", alt: &[], ko: "진행상태코드", en: "progress state code", form: Form::Text, personal: false },
                FieldDef { wire: "shipNat", alt: &[], ko: "선박국적", en: "ship nationality", form: Form::Text, personal: false },
                FieldDef { wire: "shipNatNm", alt: &[], ko: "선박국적명", en: "ship nationality name", form: Form::Text, personal: false },
                FieldDef { wire: "mblNo", alt: &[], ko: "MBL번호", en: "master B/L number", form: Form::Text, personal: false },
                FieldDef { wire: "hblNo", alt: &[], ko: "HBL번호", en: "house B/L number", form: Form::Text, personal: false },
                FieldDef { wire: "agnc", alt: &[], ko: "대리점", en: "agent", form: Form::Text, personal: false },
                FieldDef { wire: "shcoFlcoSgn", alt: &[], ko: "선사항공사부호", en: "carrier code", form: Form::Text, personal: false },
                FieldDef { wire: "shcoFlco", alt: &[], ko: "선사항공사", en: "carrier", form: Form::Text, personal: false },
                FieldDef { wire: "cargTp", alt: &[], ko: "화물구분", en: "cargo type", form: Form::Text, personal: false },
                FieldDef { wire: "ldprCd", alt: &[], ko: "적재항코드", en: "loading port code", form: Form::Text, personal: false },
                FieldDef { wire: "ldprNm", alt: &[], ko: "적재항명", en: "loading port name", form: Form::Text, personal: false },
                FieldDef { wire: "lodCntyCd", alt: &[], ko: "적출국가코드", en: "loading country code", form: Form::Text, personal: false },
                FieldDef { wire: "shipNm", alt: &[], ko: "선박명", en: "ship name", form: Form::Text, personal: false },
                FieldDef { wire: "pckGcnt", alt: &[], ko: "포장개수", en: "package count", form: Form::Integer, personal: false },
                FieldDef { wire: "pckUt", alt: &[], ko: "포장단위", en: "package unit", form: Form::Text, personal: false },
                FieldDef { wire: "blPt", alt: &[], ko: "B/L유형", en: "B/L type", form: Form::Text, personal: false },
                FieldDef { wire: "blPtNm", alt: &[], ko: "B/L유형명", en: "B/L type name", form: Form::Text, personal: false },
                FieldDef { wire: "dsprCd", alt: &[], ko: "양륙항코드", en: "discharge port code", form: Form::Text, personal: false },
                FieldDef { wire: "dsprNm", alt: &[], ko: "양륙항명", en: "discharge port name", form: Form::Text, personal: false },
                FieldDef { wire: "etprCstm", alt: &[], ko: "입항세관", en: "arrival customs", form: Form::Text, personal: false },
                FieldDef { wire: "etprDt", alt: &[], ko: "입항일자", en: "arrival date", form: Form::Date, personal: false },
                FieldDef { wire: "msrm", alt: &[], ko: "용적", en: "volume", form: Form::Decimal, personal: false },
                FieldDef { wire: "ttwg", alt: &[], ko: "총중량", en: "total weight", form: Form::Decimal, personal: false },
                FieldDef { wire: "wghtUt", alt: &[], ko: "중량단위", en: "weight unit", form: Form::Text, personal: false },
                FieldDef { wire: "prnm", alt: &[], ko: "품명", en: "goods name", form: Form::Text, personal: false },
                FieldDef { wire: "cntrGcnt", alt: &[], ko: "컨테이너개수", en: "container count", form: Form::Integer, personal: false },
                FieldDef { wire: "cntrNo", alt: &[], ko: "컨테이너번호", en: "container number", form: Form::Text, personal: false },
                FieldDef { wire: "csclPrgsStts", alt: &[], ko: "통관진행상태", en: "clearance progress state", form: Form::Text, personal: false },
                FieldDef { wire: "prcsDttm", alt: &[], ko: "처리일시", en: "processed at", form: Form::DateTime, personal: false },
                FieldDef { wire: "frwrSgn", alt: &[], ko: "포워더부호", en: "forwarder code", form: Form::Text, personal: false },
                FieldDef { wire: "frwrEntsConm", alt: &[], ko: "포워더명", en: "forwarder name", form: Form::Text, personal: false },
                FieldDef { wire: "vydf", alt: &[], ko: "항차", en: "voyage number", form: Form::Text, personal: false },
                FieldDef { wire: "spcnCargCd", alt: &[], ko: "특수화물코드", en: "special cargo code", form: Form::Text, personal: false },
                FieldDef { wire: "mtTrgtCargYnNm", alt: &[], ko: "관리대상화물여부명", en: "controlled cargo", form: Form::Flag, personal: false },
                FieldDef { wire: "rlseDtyPridPassTpcd", alt: &[], ko: "반출의무과태료여부", en: "release deadline penalty", form: Form::Flag, personal: false },
                FieldDef { wire: "dclrDelyAdtxYn", alt: &[], ko: "신고지연가산세여부", en: "late declaration surcharge", form: Form::Flag, personal: false },
                FieldDef { wire: "entsKoreNm", alt: &[], ko: "업체한글명", en: "company Korean name", form: Form::Text, personal: false },
            ],
        },
        RecordDef {
            element: "cargCsclPrgsInfoDtlQryVo",
            rust: "CargoEvent",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "cargTrcnRelaBsopTpcd", alt: &[], ko: "처리구분", en: "event", form: Form::Text, personal: false },
                FieldDef { wire: "rlbrDttm", alt: &[], ko: "반출입일시", en: "carried in or out at", form: Form::DateTime, personal: false },
                FieldDef { wire: "rlbrCn", alt: &[], ko: "반출입내용", en: "carry in or out note", form: Form::Text, personal: false },
                FieldDef { wire: "pckGcnt", alt: &[], ko: "포장개수", en: "package count", form: Form::Integer, personal: false },
                FieldDef { wire: "pckUt", alt: &[], ko: "포장단위", en: "package unit", form: Form::Text, personal: false },
                FieldDef { wire: "wght", alt: &[], ko: "중량", en: "weight", form: Form::Decimal, personal: false },
                FieldDef { wire: "wghtUt", alt: &[], ko: "중량단위", en: "weight unit", form: Form::Text, personal: false },
                FieldDef { wire: "shedSgn", alt: &[], ko: "장치장부호", en: "bonded shed code", form: Form::Text, personal: false },
                FieldDef { wire: "shedNm", alt: &[], ko: "장치장명", en: "bonded shed name", form: Form::Text, personal: false },
                FieldDef { wire: "prcsDttm", alt: &[], ko: "처리일시", en: "processed at", form: Form::DateTime, personal: false },
                FieldDef { wire: "dclrNo", alt: &[], ko: "신고번호", en: "declaration number", form: Form::Text, personal: false },
                FieldDef { wire: "rlbrBssNo", alt: &[], ko: "반출입근거번호", en: "release basis number", form: Form::Text, personal: false },
                FieldDef { wire: "bfhnGdncCn", alt: &[], ko: "사전안내내용", en: "advance notice", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
        Tracking {
            record: "cargCsclPrgsInfoQryVo",
            states: &["csclPrgsStts", "prgsStts"],
            as_of: Some(("cargCsclPrgsInfoQryVo", "prcsDttm")),
            pick: Pick::Only,
            finals: &[
                FinalRule { record: "cargCsclPrgsInfoDtlQryVo", field: "cargTrcnRelaBsopTpcd", test: FieldTest::Is("반출신고"), unless: Some(("rlbrCn", FieldTest::EmptyOrContains("보세운송"))) },
            ],
            slow_tail_days: 7,
        },
    ],
};

/// Asks for: Cargo clearance progress (화물통관 진행정보). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by cargo management number (화물관리번호, `cargMtNo`).
    pub fn by_cargo_management_number(cargo_management_number: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).cargo_management_number(cargo_management_number)
    }

    /// Asks by master B/L number (MBL번호, `mblNo`), B/L year (BL년도, `blYy`).
    pub fn by_master_bl_number(master_bl_number: impl Into<String>, bl_year: i16) -> Self {
        Self(Query::new(&SERVICE)).master_bl_number(master_bl_number).bl_year(bl_year)
    }

    /// Asks by house B/L number (HBL번호, `hblNo`), B/L year (BL년도, `blYy`).
    pub fn by_house_bl_number(house_bl_number: impl Into<String>, bl_year: i16) -> Self {
        Self(Query::new(&SERVICE)).house_bl_number(house_bl_number).bl_year(bl_year)
    }

    /// 화물관리번호 · cargo management number: `cargMtNo`. 15 to 19 characters.
    #[must_use]
    pub fn cargo_management_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("cargMtNo", value))
    }

    /// MBL번호 · master B/L number: `mblNo`. 1 to 20 characters.
    #[must_use]
    pub fn master_bl_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("mblNo", value))
    }

    /// HBL번호 · house B/L number: `hblNo`. 1 to 20 characters.
    #[must_use]
    pub fn house_bl_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("hblNo", value))
    }

    /// BL년도 · B/L year: `blYy`.
    #[must_use]
    pub fn bl_year(self, value: i16) -> Self {
        Self(self.0.with("blYy", format!("{value:04}")))
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

/// The answer: Cargo clearance progress (화물통관 진행정보).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `cargCsclPrgsInfoQryVo`, in the order of the answer.
    pub fn cargos(&self) -> impl Iterator<Item = Cargo<'_>> {
        self.0.records(0).map(Cargo)
    }

    /// The records `cargCsclPrgsInfoDtlQryVo`, in the order of the answer.
    pub fn cargo_events(&self) -> impl Iterator<Item = CargoEvent<'_>> {
        self.0.records(1).map(CargoEvent)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `cargCsclPrgsInfoQryVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Cargo<'a>(Record<'a>);

impl<'a> Cargo<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 화물관리번호 · cargo management number: `cargMtNo`.
    pub fn cargo_management_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 진행상태 · progress state: `prgsStts`.
    pub fn progress_state(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 진행상태코드 · progress state code: `prgsStCd`.
    pub fn progress_state_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 선박국적 · ship nationality: `shipNat`.
    pub fn ship_nationality(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 선박국적명 · ship nationality name: `shipNatNm`.
    pub fn ship_nationality_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 4)
    }

    /// MBL번호 · master B/L number: `mblNo`.
    pub fn master_bl_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 5)
    }

    /// HBL번호 · house B/L number: `hblNo`.
    pub fn house_bl_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 6)
    }

    /// 대리점 · agent: `agnc`.
    pub fn agent(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 7)
    }

    /// 선사항공사부호 · carrier code: `shcoFlcoSgn`.
    pub fn carrier_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 8)
    }

    /// 선사항공사 · carrier: `shcoFlco`.
    pub fn carrier(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 9)
    }

    /// 화물구분 · cargo type: `cargTp`.
    pub fn cargo_type(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 10)
    }

    /// 적재항코드 · loading port code: `ldprCd`.
    pub fn loading_port_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 11)
    }

    /// 적재항명 · loading port name: `ldprNm`.
    pub fn loading_port_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 12)
    }

    /// 적출국가코드 · loading country code: `lodCntyCd`.
    pub fn loading_country_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 13)
    }

    /// 선박명 · ship name: `shipNm`.
    pub fn ship_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 14)
    }

    /// 포장개수 · package count: `pckGcnt`.
    pub fn package_count(&self) -> Value<'a, i64> {
        crate::typed::value(&SERVICE, self.0, 0, 15)
    }

    /// 포장단위 · package unit: `pckUt`.
    pub fn package_unit(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 16)
    }

    /// B/L유형 · B/L type: `blPt`.
    pub fn bl_type(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 17)
    }

    /// B/L유형명 · B/L type name: `blPtNm`.
    pub fn bl_type_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 18)
    }

    /// 양륙항코드 · discharge port code: `dsprCd`.
    pub fn discharge_port_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 19)
    }

    /// 양륙항명 · discharge port name: `dsprNm`.
    pub fn discharge_port_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 20)
    }

    /// 입항세관 · arrival customs: `etprCstm`.
    pub fn arrival_customs(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 21)
    }

    /// 입항일자 · arrival date: `etprDt`.
    pub fn arrival_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 22)
    }

    /// 용적 · volume: `msrm`.
    pub fn volume(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 23)
    }

    /// 총중량 · total weight: `ttwg`.
    pub fn total_weight(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 24)
    }

    /// 중량단위 · weight unit: `wghtUt`.
    pub fn weight_unit(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 25)
    }

    /// 품명 · goods name: `prnm`.
    pub fn goods_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 26)
    }

    /// 컨테이너개수 · container count: `cntrGcnt`.
    pub fn container_count(&self) -> Value<'a, i64> {
        crate::typed::value(&SERVICE, self.0, 0, 27)
    }

    /// 컨테이너번호 · container number: `cntrNo`.
    pub fn container_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 28)
    }

    /// 통관진행상태 · clearance progress state: `csclPrgsStts`.
    pub fn clearance_progress_state(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 29)
    }

    /// 처리일시 · processed at: `prcsDttm`.
    pub fn processed_at(&self) -> Value<'a, crate::value::KstDateTime> {
        crate::typed::value(&SERVICE, self.0, 0, 30)
    }

    /// 포워더부호 · forwarder code: `frwrSgn`.
    pub fn forwarder_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 31)
    }

    /// 포워더명 · forwarder name: `frwrEntsConm`.
    pub fn forwarder_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 32)
    }

    /// 항차 · voyage number: `vydf`.
    pub fn voyage_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 33)
    }

    /// 특수화물코드 · special cargo code: `spcnCargCd`.
    pub fn special_cargo_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 34)
    }

    /// 관리대상화물여부명 · controlled cargo: `mtTrgtCargYnNm`.
    pub fn controlled_cargo(&self) -> Value<'a, bool> {
        crate::typed::value(&SERVICE, self.0, 0, 35)
    }

    /// 반출의무과태료여부 · release deadline penalty: `rlseDtyPridPassTpcd`.
    pub fn release_deadline_penalty(&self) -> Value<'a, bool> {
        crate::typed::value(&SERVICE, self.0, 0, 36)
    }

    /// 신고지연가산세여부 · late declaration surcharge: `dclrDelyAdtxYn`.
    pub fn late_declaration_surcharge(&self) -> Value<'a, bool> {
        crate::typed::value(&SERVICE, self.0, 0, 37)
    }

    /// 업체한글명 · company Korean name: `entsKoreNm`.
    pub fn company_korean_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 38)
    }
}

/// A record `cargCsclPrgsInfoDtlQryVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct CargoEvent<'a>(Record<'a>);

impl<'a> CargoEvent<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 처리구분 · event: `cargTrcnRelaBsopTpcd`.
    pub fn event(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 0)
    }

    /// 반출입일시 · carried in or out at: `rlbrDttm`.
    pub fn carried_in_or_out_at(&self) -> Value<'a, crate::value::KstDateTime> {
        crate::typed::value(&SERVICE, self.0, 1, 1)
    }

    /// 반출입내용 · carry in or out note: `rlbrCn`.
    pub fn carry_in_or_out_note(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 2)
    }

    /// 포장개수 · package count: `pckGcnt`.
    pub fn package_count(&self) -> Value<'a, i64> {
        crate::typed::value(&SERVICE, self.0, 1, 3)
    }

    /// 포장단위 · package unit: `pckUt`.
    pub fn package_unit(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 4)
    }

    /// 중량 · weight: `wght`.
    pub fn weight(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 1, 5)
    }

    /// 중량단위 · weight unit: `wghtUt`.
    pub fn weight_unit(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 6)
    }

    /// 장치장부호 · bonded shed code: `shedSgn`.
    pub fn bonded_shed_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 7)
    }

    /// 장치장명 · bonded shed name: `shedNm`.
    pub fn bonded_shed_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 8)
    }

    /// 처리일시 · processed at: `prcsDttm`.
    pub fn processed_at(&self) -> Value<'a, crate::value::KstDateTime> {
        crate::typed::value(&SERVICE, self.0, 1, 9)
    }

    /// 신고번호 · declaration number: `dclrNo`.
    pub fn declaration_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 10)
    }

    /// 반출입근거번호 · release basis number: `rlbrBssNo`.
    pub fn release_basis_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 11)
    }

    /// 사전안내내용 · advance notice: `bfhnGdncCn`.
    pub fn advance_notice(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 1, 12)
    }
}

