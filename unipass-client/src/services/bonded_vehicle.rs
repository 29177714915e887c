// Made from catalogue/API023.toml. Do not edit: change it there.
//! 보세운송차량등록내역 · Registered bonded transport vehicles (API023, `bonded-vehicle`).
//!
//! Vehicles registered for a bonded carrier.
//!
//! Wire: `btcoVhclQry/retrieveBtcoVhcl`. Evidence: **guide**, from the official guide and other programs; no recorded answer.
//!
//! - Errors arrive under another root, `btcoVhclQryCondVo`.
//!
//! ```
//! use unipass_client::services::bonded_vehicle::{Reply, Request};
//! use unipass_client::Decoder;
//!
//! let request = Request::by_bonded_carrier_code("1");
//! request.query().check()?;
//!
//! let xml = "<btcoVhclQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><btcoVhclQryRsltVo><btcoSgn>A1</btcoSgn></btcoVhclQryRsltVo></btcoVhclQryRtnVo>";
//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));
//! assert_eq!(reply.answer().verdict().as_str(), "found");
//! let bonded_vehicle = reply.bonded_vehicles().next().ok_or("no record")?;
//! assert_eq!(bonded_vehicle.record().get("btcoSgn"), Some("A1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalogue::{CacheLifetime, CountMeaning, Evidence, FieldDef, Form, Param, ParamForm, RecordDef, Rules, Service};
use crate::query::Query;
use crate::record::Record;
use crate::typed::{TypedReply, TypedRequest};
use crate::value::Value;

/// The catalogue's entry.
pub static SERVICE: Service = Service {
    id: "API023",
    slug: "bonded-vehicle",
    ko: "보세운송차량등록내역",
    en: "Registered bonded transport vehicles",
    answers: "Vehicles registered for a bonded carrier.",
    path: "btcoVhclQry/retrieveBtcoVhcl",
    evidence: Evidence::Guide,
    roots: &["btcoVhclQryRtnVo", "btcoVhclQryCondVo"],
    t_cnt: CountMeaning::Rows,
    echo_empty: false,
    cache: CacheLifetime::Days(1),
    unplaced: &[],
    notes: &[
        "Errors arrive under another root, `btcoVhclQryCondVo`.",
    ],
    rules: Rules { one_of: &[&["btcoSgn"], &["vhclNoSanm"]], only_one: false, range: None, when: &[] },
    params: &[
        Param { wire: "btcoSgn", ko: "보세운송업자부호", en: "bonded carrier code", form: ParamForm::Text, len: &[(1, 6)], required: false, personal: false, turn_of_year: false },
        Param { wire: "vhclNoSanm", ko: "차량번호선기명", en: "vehicle number or vessel name", form: ParamForm::Text, len: &[(1, 75)], required: false, personal: false, turn_of_year: false },
    ],
    records: &[
        RecordDef {
            element: "btcoVhclQryRsltVo",
            rust: "BondedVehicle",
            root: false,
            when: "",
            fields: &[
                FieldDef { wire: "btcoSgn", alt: &[], ko: "보세운송업자부호", en: "bonded carrier code", form: Form::Text, personal: false },
                FieldDef { wire: "bnbnTrnpVhclRgsrDt", alt: &[], ko: "보세운송차량등록일자", en: "vehicle registration date", form: Form::Date, personal: false },
                FieldDef { wire: "bnbnTrnpEqipTpcd", alt: &[], ko: "보세운송장비구분코드", en: "equipment type code", form: Form::Text, personal: false },
                FieldDef { wire: "vhclInfoSrno", alt: &[], ko: "차량정보일련번호", en: "vehicle serial number", form: Form::Text, personal: false },
                FieldDef { wire: "vhclNoSanm", alt: &[], ko: "차량번호선기명", en: "vehicle number or vessel name", form: Form::Text, personal: false },
                FieldDef { wire: "bnbnTrnpEqipTpcdNm", alt: &[], ko: "보세운송장비구분명", en: "equipment type name", form: Form::Text, personal: false },
                FieldDef { wire: "useYn", alt: &[], ko: "사용여부", en: "in use", form: Form::Flag, personal: false },
                FieldDef { wire: "rgsrDt", alt: &[], ko: "등록일자", en: "registration date", form: Form::Date, personal: false },
                FieldDef { wire: "delDt", alt: &[], ko: "삭제일자", en: "deletion date", form: Form::Date, personal: false },
            ],
        },
    ],
    codes: &[],
    tracking: &[
    ],
};

/// Asks for: Registered bonded transport vehicles (보세운송차량등록내역). Parameters that are not given are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Query);

impl Request {
    /// Asks by bonded carrier code (보세운송업자부호, `btcoSgn`).
    pub fn by_bonded_carrier_code(bonded_carrier_code: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).bonded_carrier_code(bonded_carrier_code)
    }

    /// Asks by vehicle number or vessel name (차량번호선기명, `vhclNoSanm`).
    pub fn by_vehicle_number_or_vessel_name(vehicle_number_or_vessel_name: impl Into<String>) -> Self {
        Self(Query::new(&SERVICE)).vehicle_number_or_vessel_name(vehicle_number_or_vessel_name)
    }

    /// 보세운송업자부호 · bonded carrier code: `btcoSgn`. 1 to 6 characters.
    #[must_use]
    pub fn bonded_carrier_code(self, value: impl Into<String>) -> Self {
        Self(self.0.with("btcoSgn", value))
    }

    /// 차량번호선기명 · vehicle number or vessel name: `vhclNoSanm`. 1 to 75 characters.
    #[must_use]
    pub fn vehicle_number_or_vessel_name(self, value: impl Into<String>) -> Self {
        Self(self.0.with("vhclNoSanm", value))
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

/// The answer: Registered bonded transport vehicles (보세운송차량등록내역).
#[derive(Debug)]
pub struct Reply(TypedReply);

impl Reply {
    /// Verdict, notice, error and all records as they came.
    pub fn answer(&self) -> &crate::decode::Decoded {
        self.0.answer()
    }

    /// The records `btcoVhclQryRsltVo`, in the order of the answer.
    pub fn bonded_vehicles(&self) -> impl Iterator<Item = BondedVehicle<'_>> {
        self.0.records(0).map(BondedVehicle)
    }
}

impl From<crate::decode::Decoded> for Reply {
    fn from(answer: crate::decode::Decoded) -> Self {
        Self(TypedReply::new(&SERVICE, answer))
    }
}

/// A record `btcoVhclQryRsltVo`, read where it stands.
#[derive(Debug, Clone, Copy)]
pub struct BondedVehicle<'a>(Record<'a>);

impl<'a> BondedVehicle<'a> {
    /// The record as it came.
    pub fn record(&self) -> Record<'a> {
        self.0
    }

    /// 보세운송업자부호 · bonded carrier code: `btcoSgn`.
    pub fn bonded_carrier_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 0)
    }

    /// 보세운송차량등록일자 · vehicle registration date: `bnbnTrnpVhclRgsrDt`.
    pub fn vehicle_registration_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 1)
    }

    /// 보세운송장비구분코드 · equipment type code: `bnbnTrnpEqipTpcd`.
    pub fn equipment_type_code(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 2)
    }

    /// 차량정보일련번호 · vehicle serial number: `vhclInfoSrno`.
    pub fn vehicle_serial_number(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 3)
    }

    /// 차량번호선기명 · vehicle number or vessel name: `vhclNoSanm`.
    pub fn vehicle_number_or_vessel_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 4)
    }

    /// 보세운송장비구분명 · equipment type name: `bnbnTrnpEqipTpcdNm`.
    pub fn equipment_type_name(&self) -> Option<&'a str> {
        crate::typed::text(&SERVICE, self.0, 0, 5)
    }

    /// 사용여부 · in use: `useYn`.
    pub fn in_use(&self) -> Value<'a, bool> {
        crate::typed::value(&SERVICE, self.0, 0, 6)
    }

    /// 등록일자 · registration date: `rgsrDt`.
    pub fn registration_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 7)
    }

    /// 삭제일자 · deletion date: `delDt`.
    pub fn deletion_date(&self) -> Value<'a, jiff::civil::Date> {
        crate::typed::value(&SERVICE, self.0, 0, 8)
    }
}

