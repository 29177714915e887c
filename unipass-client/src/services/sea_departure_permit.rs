// Made from catalogue/API039.toml. Do not edit: change it there.
//! 출항허가(해상) · Departure permit by sea (API039, `sea-departure-permit`).
//!
//! The departure permit of a ship.
//!
//! Wire: `tkofWrprQry/retrieveTkofWrpr`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - The root is the record; there is neither `ntceInfo` nor `tCnt`.
//! - Codes come with their names in one text.
//!
//! ```
//! use unipass_client::services::sea_departure_permit::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::by_port_departure_submission_number("1");
//! request.query().check()?;
//!
//! let xml = "<tkofWrprQryRsltVo><shipFlgtNm>A1</shipFlgtNm></tkofWrprQryRsltVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let sea_departure = reply.sea_departures().next().ok_or("no record")?;
//! assert_eq!(sea_departure.record().get("shipFlgtNm"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, FieldTest, FinalRule, Form, Param, ParamForm, Pick, RecordDef, Rules, Service, Tracking};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API039",
    slug: "sea-departure-permit",
    ko: "출항허가(해상)",
    en: "Departure permit by sea",
    answers: "The departure permit of a ship.",
    path: "tkofWrprQry/retrieveTkofWrpr",
    evidence: Evidence::Guide,
    roots: &["tkofWrprQryRsltVo"],
    t_cnt: CountMeaning::None,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
        "The root is the record; there is neither `ntceInfo` nor `tCnt`.",
        "Codes come with their names in one text.",
    ],
    rules: Rules { one_of: &[&["ioprSbmtNo"], &["tkofPermNo"]], only_one: true, range: None, when: &[] },
    params: &[
        Param { wire: "ioprSbmtNo", ko: "제출번호", en: "port departure submission number", form: ParamForm::Text, len: &[(1, 11)], required: false, personal: false, turn_of_year: false },
        Param { wire: "tkofPermNo", ko: "출항허가번호", en: "departure permit number", form: ParamForm::Text, len: &[(1, 15)], required: false, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "tkofWrprQryRsltVo",
            rust: "SeaDeparture",
            root: true,
            when: "",
            fields: &[
                FieldDef { wire: "shipFlgtNm", alt: &[], ko: "선박명", en: "ship name", form: Form::Text, personal: false },
                FieldDef { wire: "shipAirCntyCd", alt: &[], ko: "선박국적", en: "ship nationality", form: Form::Text, personal: false },
                FieldDef { wire: "shipCallImoNo", alt: &[], ko: "선박호출부호", en: "ship call sign", form: Form::Text, personal: false },
                FieldDef { wire: "intnTtn", alt: &[], ko: "국제총톤수", en: "international gross tonnage", form: Form::Decimal, personal: false },
                FieldDef { wire: "tkofDttm", alt: &[], ko: "출항일시", en: "departure time", form: Form::DateTime, personal: false },
                FieldDef { wire: "shipKcd", alt: &[], ko: "선박종류", en: "ship kind", form: Form::Text, personal: false },
                FieldDef { wire: "arvlCntyPortAirptCd", alt: &[], ko: "목적지 항구코드", en: "destination port code", form: Form::Text, personal: false },
                FieldDef { wire: "ioprCargCd", alt: &[], ko: "적재화물코드", en: "cargo code", form: Form::Text, personal: false },
                FieldDef { wire: "ioprCargCdNm", alt: &[], ko: "적재화물코드명", en: "cargo code name", form: Form::Text, personal: false },
                FieldDef { wire: "loadWght", alt: &[], ko: "적재톤수", en: "loaded tonnage", form: Form::Decimal, personal: false },
                FieldDef { wire: "loadTtn", alt: &[], ko: "당항적재톤수", en: "tonnage loaded at this port", form: Form::Decimal, personal: false },
                FieldDef { wire: "dnarWght", alt: &[], ko: "위험물톤수", en: "dangerous goods tonnage", form: Form::Decimal, personal: false },
                FieldDef { wire: "nextPortAirptCd", alt: &[], ko: "차항지", en: "next port", form: Form::Text, personal: false },
                FieldDef { wire: "alCrmbPecnt", alt: &[], ko: "승무원수", en: "crew count", form: Form::Integer, personal: false },
                FieldDef { wire: "alPsngPecnt", alt: &[], ko: "승객인원수", en: "passenger count", form: Form::Integer, personal: false },
                FieldDef { wire: "sbmtDttm", alt: &[], ko: "보고일시", en: "reported at", form: Form::DateTime, personal: false },
                FieldDef { wire: "aprePermDttm", alt: &[], ko: "발행일시", en: "permitted at", form: Form::DateTime, personal: false },
                FieldDef { wire: "masrPiltNm", alt: &[], ko: "선장/선박대리점명", en: "master or agent", form: Form::Text, personal: false },
                FieldDef { wire: "audtEmpSgn", alt: &[], ko: "발행기관 담당자", en: "responsible office", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
        Tracking {
            record: "tkofWrprQryRsltVo",
            states: &["aprePermDttm"],
            as_of: Some(("tkofWrprQryRsltVo", "aprePermDttm")),
            pick: Pick::Only,
            finals: &[
                FinalRule { record: "tkofWrprQryRsltVo", field: "aprePermDttm", test: FieldTest::Present, unless: None },
            ],
            slow_tail_days: 7,
        },
    ],
};

/// Asks for: Departure permit by sea (출항허가(해상)). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by port departure submission number (제출번호, `ioprSbmtNo`).
    pub fn by_port_departure_submission_number(port_departure_submission_number: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).port_departure_submission_number(port_departure_submission_number)
    }

    /// Asks by departure permit number (출항허가번호, `tkofPermNo`).
    pub fn by_departure_permit_number(departure_permit_number: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).departure_permit_number(departure_permit_number)
    }

    /// 제출번호 · port departure submission number: `ioprSbmtNo`. 1 to 11 characters.
    #[must_use]
    pub fn port_departure_submission_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("ioprSbmtNo", value))
    }

    /// 출항허가번호 · departure permit number: `tkofPermNo`. 1 to 15 characters.
    #[must_use]
    pub fn departure_permit_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("tkofPermNo", value))
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

/// The answer: Departure permit by sea (출항허가(해상)).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `tkofWrprQryRsltVo`, in the order of the answer.
    pub fn sea_departures(&self) -> impl Iterator<Item = SeaDeparture<'_>> {
        self.0.records(0).map(SeaDeparture)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `tkofWrprQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct SeaDeparture<'a>(Record<'a>);

impl<'a> SeaDeparture<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 선박명 · ship name: `shipFlgtNm`.
    pub fn ship_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 선박국적 · ship nationality: `shipAirCntyCd`.
    pub fn ship_nationality(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 선박호출부호 · ship call sign: `shipCallImoNo`.
    pub fn ship_call_sign(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 국제총톤수 · international gross tonnage: `intnTtn`.
    pub fn international_gross_tonnage(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 3)
    }

    /// 출항일시 · departure time: `tkofDttm`.
    pub fn departure_time(&self) -> Value<'a, crate::value::KstDateTime> {
        crate::typed::value(&SERVICE, self.0, 0, 4)
    }

    /// 선박종류 · ship kind: `shipKcd`.
    pub fn ship_kind(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 5)
    }

    /// 목적지 항구코드 · destination port code: `arvlCntyPortAirptCd`.
    pub fn destination_port_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 6)
    }

    /// 적재화물코드 · cargo code: `ioprCargCd`.
    pub fn cargo_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 7)
    }

    /// 적재화물코드명 · cargo code name: `ioprCargCdNm`.
    pub fn cargo_code_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 8)
    }

    /// 적재톤수 · loaded tonnage: `loadWght`.
    pub fn loaded_tonnage(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 9)
    }

    /// 당항적재톤수 · tonnage loaded at this port: `loadTtn`.
    pub fn tonnage_loaded_at_this_port(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 10)
    }

    /// 위험물톤수 · dangerous goods tonnage: `dnarWght`.
    pub fn dangerous_goods_tonnage(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 11)
    }

    /// 차항지 · next port: `nextPortAirptCd`.
    pub fn next_port(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 12)
    }

    /// 승무원수 · crew count: `alCrmbPecnt`.
    pub fn crew_count(&self) -> Value<'a, i64> {
        crate::typed::value(&SERVICE, self.0, 0, 13)
    }

    /// 승객인원수 · passenger count: `alPsngPecnt`.
    pub fn passenger_count(&self) -> Value<'a, i64> {
        crate::typed::value(&SERVICE, self.0, 0, 14)
    }

    /// 보고일시 · reported at: `sbmtDttm`.
    pub fn reported_at(&self) -> Value<'a, crate::value::KstDateTime> {
        crate::typed::value(&SERVICE, self.0, 0, 15)
    }

    /// 발행일시 · permitted at: `aprePermDttm`.
    pub fn permitted_at(&self) -> Value<'a, crate::value::KstDateTime> {
        crate::typed::value(&SERVICE, self.0, 0, 16)
    }

    /// 선장/선박대리점명 · master or agent: `masrPiltNm`.
    pub fn master_or_agent(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 17)
    }

    /// 발행기관 담당자 · responsible office: `audtEmpSgn`.
    pub fn responsible_office(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 18)
    }
}

