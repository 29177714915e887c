// Made from catalogue/*.toml. Do not edit: change it there.
//! The services of the Open API, each with its catalogue entry and its typed request, reply and records.
//!
//! | service | name | evidence |
//! |---|---|---|
//! | [API001](cargo_progress) `cargo-progress` | 화물통관 진행정보 · Cargo clearance progress | live |
//! | [API002](export_fulfilment) `export-fulfilment` | 수출신고번호별 수출이행 내역 · Export fulfilment by declaration | guide |
//! | [API003](requirement_approval) `requirement-approval` | 수출입요건 승인 내역 · Import and export requirement approvals | guide |
//! | [API004](inspection_quarantine) `inspection-quarantine` | 검사검역 내역 · Inspection and quarantine notices | guide |
//! | [API005](bonded_area) `bonded-area` | 장치장 정보 · Bonded areas | guide |
//! | [API006](forwarder_list) `forwarder-list` | 화물운송주선업자 목록 · Forwarders by name | guide |
//! | [API007](forwarder) `forwarder` | 화물운송주선업자 내역 · Forwarder | guide |
//! | [API008](airline_list) `airline-list` | 항공사 목록 · Airlines by name | guide |
//! | [API009](airline) `airline` | 항공사 내역 · Airline | guide |
//! | [API010](clearance_code) `clearance-code` | 통관고유부호 · Customs clearance codes of companies | guide |
//! | [API011](foreign_supplier) `foreign-supplier` | 해외공급자부호 · Foreign supplier codes | guide |
//! | [API012](exchange_rate) `exchange-rate` | 관세환율 정보 · Customs exchange rates | guide |
//! | [API013](customs_broker_list) `customs-broker-list` | 관세사 목록 · Customs brokers of an office | guide |
//! | [API014](customs_broker) `customs-broker` | 관세사 내역 · Customs broker | guide |
//! | [API015](simplified_refund_rate) `simplified-refund-rate` | 간이정액 환급율표 · Simplified fixed refund rates | guide |
//! | [API016](simplified_refund_company) `simplified-refund-company` | 간이정액 적용/비적용 업체 · Companies under the simplified refund | guide |
//! | [API017](shortened_export_period) `shortened-export-period` | 수출이행기간 단축대상 품목 · Goods with a shortened export period | guide |
//! | [API018](hs_code) `hs-code` | HS부호 · HS codes | guide |
//! | [API019](statistics_code) `statistics-code` | 통계부호 · Statistics codes | guide |
//! | [API020](container) `container` | 컨테이너내역 · Containers of a cargo | guide |
//! | [API021](sea_arrival) `sea-arrival` | 입항보고내역(해상) · Arrival reports by sea | guide |
//! | [API022](import_certificate_check) `import-certificate-check` | 수입신고필증검증 · Import certificate check | guide |
//! | [API023](bonded_vehicle) `bonded-vehicle` | 보세운송차량등록내역 · Registered bonded transport vehicles | guide |
//! | [API024](port_entry_exit) `port-entry-exit` | 입출항보고내역 · Arrival and departure reports of a ship | guide |
//! | [API025](single_window_progress) `single-window-progress` | 통관단일창구 처리이력 · Single window processing history | guide |
//! | [API026](shipping_company_list) `shipping-company-list` | 선박회사 목록 · Shipping companies by name | guide |
//! | [API027](shipping_company) `shipping-company` | 선박회사 내역 · Shipping company | guide |
//! | [API028](personal_code_check) `personal-code-check` | 개인통관고유부호 유효성검증 · Personal customs code check | guide |
//! | [API029](confirmation_requirement) `confirmation-requirement` | 세관장확인대상 물품 조회 · Goods that customs must confirm | guide |
//! | [API030](tariff_rate) `tariff-rate` | 관세율 기본 조회 · Tariff rates | guide |
//! | [API031](postal_customs) `postal-customs` | 우편번호별 관할세관 정보 · Customs office of a postal code | guide |
//! | [API032](document_submission) `document-submission` | 수출입신고 전자첨부서류 제출 완료 유무 · Submission of attached documents | guide |
//! | [API033](livestock_company) `livestock-company` | 농림축산검역본부 동축산물 업체코드 조회 · Livestock companies of the quarantine agency | guide |
//! | [API034](reimport_remainder) `reimport-remainder` | 재수입조건부 수출 잔량 정보 · Remainder of exports to be re-imported | guide |
//! | [API035](export_certificate_check) `export-certificate-check` | 수출신고필증검증 · Export certificate check | guide |
//! | [API036](vehicle_export) `vehicle-export` | 수출이행내역(차대번호) · Vehicle export by identification number | guide |
//! | [API037](postal_progress) `postal-progress` | 우편물통관 진행정보 · Postal clearance progress | guide |
//! | [API038](unloading_list) `unloading-list` | 하선신고 목록조회 · Unloading declarations of a day | guide |
//! | [API039](sea_departure_permit) `sea-departure-permit` | 출항허가(해상) · Departure permit by sea | guide |
//! | [API040](air_departure_permit) `air-departure-permit` | 출항허가(항공) · Departure permit by air | guide |
//! | [API042](reexport_remainder) `reexport-remainder` | 재수출면세 이행잔량 조회 · Remainder under re-export relief | guide |
//! | [API043](hs_navigation) `hs-navigation` | HS CODE내비게이션 조회 · HS code navigation | guide |
//! | [API044](air_arrival) `air-arrival` | 입항보고내역(항공) · Arrival reports by air | guide |
//! | [API045](reexport_deadline) `reexport-deadline` | 재수출 조건부 수입의 수출이행 기한 정보제공 · Deadline of a conditional import | guide |
//! | [API046](reexport_completion) `reexport-completion` | 재수출 이행 완료보고 처리정보 제공 · Completion of a re-export | guide |
//! | [API047](storage_period) `storage-period` | 보세구역별 외국물품 장치기간 정보 · Storage periods of bonded areas | guide |
//! | [API048](import_release) `import-release` | 수입물품 보세구역 반출신고 정보 · Release from the bonded area | guide |
//! | [API049](tax_payment) `tax-payment` | 수입 제세의 납부여부 및 납부일자 정보 · Payment of import taxes | guide |
//! | [API050](security_release) `security-release` | 담보해제 신청 처리현황 정보 · Release of a security | guide |
//! | [API051](ecommerce_loading) `ecommerce-loading` | 전자상거래수출 적재 이행 정보 · Loading of e-commerce exports | guide |
//! | [API052](correction_request) `correction-request` | 수출입신고서 정정신청 처리상태 제공 · State of a correction request | guide |
//! | [API053](loading_inspection) `loading-inspection` | 적재지 검사정보 제공 · Inspection at the loading place | guide |
//! | [API054](bonded_transport) `bonded-transport` | 보세운송 운송차량정보 제공 · Vehicles of a bonded transport | guide |
//! | [API055](ecommerce_company) `ecommerce-company` | 전자상거래업자부호 유효성 검증 · E-commerce company code check | unproven |

use crate::catalogue::Service;

pub mod cargo_progress;
pub mod export_fulfilment;
pub mod requirement_approval;
pub mod inspection_quarantine;
pub mod bonded_area;
pub mod forwarder_list;
pub mod forwarder;
pub mod airline_list;
pub mod airline;
pub mod clearance_code;
pub mod foreign_supplier;
pub mod exchange_rate;
pub mod customs_broker_list;
pub mod customs_broker;
pub mod simplified_refund_rate;
pub mod simplified_refund_company;
pub mod shortened_export_period;
pub mod hs_code;
pub mod statistics_code;
pub mod container;
pub mod sea_arrival;
pub mod import_certificate_check;
pub mod bonded_vehicle;
pub mod port_entry_exit;
pub mod single_window_progress;
pub mod shipping_company_list;
pub mod shipping_company;
pub mod personal_code_check;
pub mod confirmation_requirement;
pub mod tariff_rate;
pub mod postal_customs;
pub mod document_submission;
pub mod livestock_company;
pub mod reimport_remainder;
pub mod export_certificate_check;
pub mod vehicle_export;
pub mod postal_progress;
pub mod unloading_list;
pub mod sea_departure_permit;
pub mod air_departure_permit;
pub mod reexport_remainder;
pub mod hs_navigation;
pub mod air_arrival;
pub mod reexport_deadline;
pub mod reexport_completion;
pub mod storage_period;
pub mod import_release;
pub mod tax_payment;
pub mod security_release;
pub mod ecommerce_loading;
pub mod correction_request;
pub mod loading_inspection;
pub mod bonded_transport;
pub mod ecommerce_company;

/// All services, by identifier.
pub static ALL: &[&Service] = &[
    &cargo_progress::SERVICE,
    &export_fulfilment::SERVICE,
    &requirement_approval::SERVICE,
    &inspection_quarantine::SERVICE,
    &bonded_area::SERVICE,
    &forwarder_list::SERVICE,
    &forwarder::SERVICE,
    &airline_list::SERVICE,
    &airline::SERVICE,
    &clearance_code::SERVICE,
    &foreign_supplier::SERVICE,
    &exchange_rate::SERVICE,
    &customs_broker_list::SERVICE,
    &customs_broker::SERVICE,
    &simplified_refund_rate::SERVICE,
    &simplified_refund_company::SERVICE,
    &shortened_export_period::SERVICE,
    &hs_code::SERVICE,
    &statistics_code::SERVICE,
    &container::SERVICE,
    &sea_arrival::SERVICE,
    &import_certificate_check::SERVICE,
    &bonded_vehicle::SERVICE,
    &port_entry_exit::SERVICE,
    &single_window_progress::SERVICE,
    &shipping_company_list::SERVICE,
    &shipping_company::SERVICE,
    &personal_code_check::SERVICE,
    &confirmation_requirement::SERVICE,
    &tariff_rate::SERVICE,
    &postal_customs::SERVICE,
    &document_submission::SERVICE,
    &livestock_company::SERVICE,
    &reimport_remainder::SERVICE,
    &export_certificate_check::SERVICE,
    &vehicle_export::SERVICE,
    &postal_progress::SERVICE,
    &unloading_list::SERVICE,
    &sea_departure_permit::SERVICE,
    &air_departure_permit::SERVICE,
    &reexport_remainder::SERVICE,
    &hs_navigation::SERVICE,
    &air_arrival::SERVICE,
    &reexport_deadline::SERVICE,
    &reexport_completion::SERVICE,
    &storage_period::SERVICE,
    &import_release::SERVICE,
    &tax_payment::SERVICE,
    &security_release::SERVICE,
    &ecommerce_loading::SERVICE,
    &correction_request::SERVICE,
    &loading_inspection::SERVICE,
    &bonded_transport::SERVICE,
    &ecommerce_company::SERVICE,
];

/// The service of this identifier or slug, in any case.
///
/// ```
/// use unipass_client::services;
/// assert_eq!(services::find("exchange-rate").map(|s| s.id), Some("API012"));
/// assert_eq!(services::find("api012").map(|s| s.slug), Some("exchange-rate"));
/// assert!(services::find("API041").is_none());
/// ```
pub fn find(name: &str) -> Option<&'static Service> {
    ALL.iter().copied().find(|s| s.id.eq_ignore_ascii_case(name) || s.slug.eq_ignore_ascii_case(name))
}
