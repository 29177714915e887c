// Made from catalogue/API040.toml. Do not edit: change it there.
//! 출항허가(항공) · Departure permit by air (API040, `air-departure-permit`).
//!
//! The departure permit of an aircraft.
//!
//! Wire: `tkofWrprQry/retrieveFlghTkofPerm`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - The root is the record; there is neither `ntceInfo` nor `tCnt`.
//! - Three forms of date and time in one answer.
//!
//! ```
//! use unipass_client::services::air_departure_permit::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::by_port_departure_submission_number("1");
//! request.query().check()?;
//!
//! let xml = "<tkofFlghIoprRsltVo><shipFlgtNm>A1</shipFlgtNm></tkofFlghIoprRsltVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let air_departure = reply.air_departures().next().ok_or("no record")?;
//! assert_eq!(air_departure.record().get("shipFlgtNm"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, FieldTest, FinalRule, Form, Param, ParamForm, Pick, RecordDef, Rules, Service, Tracking};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API040",
    slug: "air-departure-permit",
    ko: "출항허가(항공)",
    en: "Departure permit by air",
    answers: "The departure permit of an aircraft.",
    path: "tkofWrprQry/retrieveFlghTkofPerm",
    evidence: Evidence::Guide,
    roots: &["tkofFlghIoprRsltVo"],
    t_cnt: CountMeaning::None,
    echo_empty: false,
    cache: CacheLifetime::Never,
    unplaced: &[],
    notes: &[
        "The root is the record; there is neither `ntceInfo` nor `tCnt`.",
        "Three forms of date and time in one answer.",
    ],
    rules: Rules { one_of: &[&["ioprSbmtNo"], &["tkofDttm", "shipFlgtNm"]], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "ioprSbmtNo", ko: "제출번호", en: "port departure submission number", form: ParamForm::Text, len: &[(1, 11)], required: false, personal: false, turn_of_year: false },
        Param { wire: "tkofDttm", ko: "출항일자", en: "departure date", form: ParamForm::Date, len: &[], required: false, personal: false, turn_of_year: false },
        Param { wire: "shipFlgtNm", ko: "항공편명", en: "flight name", form: ParamForm::Text, len: &[(1, 75)], required: false, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "tkofFlghIoprRsltVo",
            rust: "AirDeparture",
            root: true,
            when: "",
            fields: &[
                FieldDef { wire: "shipFlgtNm", alt: &[], ko: "항공편명", en: "flight name", form: Form::Text, personal: false },
                FieldDef { wire: "shipAirCntyCd", alt: &[], ko: "항공편국적", en: "aircraft nationality", form: Form::Text, personal: false },
                FieldDef { wire: "airRgsrNo", alt: &[], ko: "항공기등록번호", en: "aircraft registration number", form: Form::Text, personal: false },
                FieldDef { wire: "intnTtn", alt: &[], ko: "국제총톤수", en: "international gross tonnage", form: Form::Decimal, personal: false },
                FieldDef { wire: "tkofDttm", alt: &[], ko: "출항일시", en: "departure time", form: Form::DateTime, personal: false },
                FieldDef { wire: "airKcdNm", alt: &[], ko: "항공기종류", en: "aircraft kind", form: Form::Text, personal: false },
                FieldDef { wire: "arvlCntyPortAirptCd", alt: &[], ko: "목적지 공항코드", en: "destination airport code", form: Form::Text, personal: false },
                FieldDef { wire: "dptrPortAirptCd", alt: &[], ko: "출발지 공항코드", en: "departure airport code", form: Form::Text, personal: false },
                FieldDef { wire: "dptrPortAirptNatnNm", alt: &[], ko: "출발지 국가명", en: "departure country name", form: Form::Text, personal: false },
                FieldDef { wire: "loadTtn", alt: &[], ko: "적재총톤수", en: "total loaded tonnage", form: Form::Decimal, personal: false },
                FieldDef { wire: "bggeTtn", alt: &[], ko: "개인수하물 총톤수", en: "baggage tonnage", form: Form::Decimal, personal: false },
                FieldDef { wire: "psmtTtn", alt: &[], ko: "우편물 총톤수", en: "mail tonnage", form: Form::Decimal, personal: false },
                FieldDef { wire: "arvlCntyPortAirptNatnNm", alt: &[], ko: "도착지 국가명", en: "destination country name", form: Form::Text, personal: false },
                FieldDef { wire: "kornCrmbPecnt", alt: &[], ko: "승무원수", en: "crew by nationality", form: Form::Text, personal: false },
                FieldDef { wire: "kornPsngPecnt", alt: &[], ko: "승객인원수", en: "passengers by kind", form: Form::Text, personal: false },
                FieldDef { wire: "sbmtDttm", alt: &[], ko: "보고일시", en: "reported at", form: Form::DateTime, personal: false },
                FieldDef { wire: "prcsDttm", alt: &[], ko: "발행일시", en: "issued at", form: Form::DateTime, personal: false },
                FieldDef { wire: "masrPiltNm", alt: &[], ko: "기장/항공사 명", en: "pilot or airline", form: Form::Text, personal: false },
                FieldDef { wire: "audtEmpSgn", alt: &[], ko: "발행기관 담당자", en: "responsible office", form: Form::Text, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
        Tracking {
            record: "tkofFlghIoprRsltVo",
            states: &["prcsDttm"],
            as_of: Some(("tkofFlghIoprRsltVo", "prcsDttm")),
            pick: Pick::Only,
            finals: &[
                FinalRule { record: "tkofFlghIoprRsltVo", field: "prcsDttm", test: FieldTest::Present, unless: None },
            ],
            slow_tail_days: 7,
        },
    ],
};

/// Asks for: Departure permit by air (출항허가(항공)). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by port departure submission number (제출번호, `ioprSbmtNo`).
    pub fn by_port_departure_submission_number(port_departure_submission_number: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).port_departure_submission_number(port_departure_submission_number)
    }

    /// Asks by departure date (출항일자, `tkofDttm`), flight name (항공편명, `shipFlgtNm`).
    pub fn by_departure_date(departure_date: jiff::civil::Date, flight_name: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).departure_date(departure_date).flight_name(flight_name)
    }

    /// 제출번호 · port departure submission number: `ioprSbmtNo`. 1 to 11 characters.
    #[must_use]
    pub fn port_departure_submission_number(self, value: impl Into<String>) -> Self {
        Self(self.0.with("ioprSbmtNo", value))
    }

    /// 출항일자 · departure date: `tkofDttm`.
    #[must_use]
    pub fn departure_date(self, value: jiff::civil::Date) -> Self {
        Self(self.0.with("tkofDttm", value.strftime("%Y%m%d").to_string()))
    }

    /// 항공편명 · flight name: `shipFlgtNm`. 1 to 75 characters.
    #[must_use]
    pub fn flight_name(self, value: impl Into<String>) -> Self {
        Self(self.0.with("shipFlgtNm", value))
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

/// The answer: Departure permit by air (출항허가(항공)).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `tkofFlghIoprRsltVo`, in the order of the answer.
    pub fn air_departures(&self) -> impl Iterator<Item = AirDeparture<'_>> {
        self.0.records(0).map(AirDeparture)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `tkofFlghIoprRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct AirDeparture<'a>(Record<'a>);

impl<'a> AirDeparture<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 항공편명 · flight name: `shipFlgtNm`.
    pub fn flight_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 항공편국적 · aircraft nationality: `shipAirCntyCd`.
    pub fn aircraft_nationality(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 1)
    }

    /// 항공기등록번호 · aircraft registration number: `airRgsrNo`.
    pub fn aircraft_registration_number(&self) -> Option<&'a str> {
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

    /// 항공기종류 · aircraft kind: `airKcdNm`.
    pub fn aircraft_kind(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 5)
    }

    /// 목적지 공항코드 · destination airport code: `arvlCntyPortAirptCd`.
    pub fn destination_airport_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 6)
    }

    /// 출발지 공항코드 · departure airport code: `dptrPortAirptCd`.
    pub fn departure_airport_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 7)
    }

    /// 출발지 국가명 · departure country name: `dptrPortAirptNatnNm`.
    pub fn departure_country_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 8)
    }

    /// 적재총톤수 · total loaded tonnage: `loadTtn`.
    pub fn total_loaded_tonnage(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 9)
    }

    /// 개인수하물 총톤수 · baggage tonnage: `bggeTtn`.
    pub fn baggage_tonnage(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 10)
    }

    /// 우편물 총톤수 · mail tonnage: `psmtTtn`.
    pub fn mail_tonnage(&self) -> Value<'a, rust_decimal::Decimal> {
        crate::typed::value(&SERVICE, self.0, 0, 11)
    }

    /// 도착지 국가명 · destination country name: `arvlCntyPortAirptNatnNm`.
    pub fn destination_country_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 12)
    }

    /// 승무원수 · crew by nationality: `kornCrmbPecnt`.
    pub fn crew_by_nationality(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 13)
    }

    /// 승객인원수 · passengers by kind: `kornPsngPecnt`.
    pub fn passengers_by_kind(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 14)
    }

    /// 보고일시 · reported at: `sbmtDttm`.
    pub fn reported_at(&self) -> Value<'a, crate::value::KstDateTime> {
        crate::typed::value(&SERVICE, self.0, 0, 15)
    }

    /// 발행일시 · issued at: `prcsDttm`.
    pub fn issued_at(&self) -> Value<'a, crate::value::KstDateTime> {
        crate::typed::value(&SERVICE, self.0, 0, 16)
    }

    /// 기장/항공사 명 · pilot or airline: `masrPiltNm`.
    pub fn pilot_or_airline(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 17)
    }

    /// 발행기관 담당자 · responsible office: `audtEmpSgn`.
    pub fn responsible_office(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 18)
    }
}

