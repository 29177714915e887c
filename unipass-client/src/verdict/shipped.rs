// Made from verdicts.toml. Do not edit: change it there.

use std::borrow::Cow;

use super::table::{Meaning, TextMatch, VerdictRule};

/// The shipped rules.
pub(super) static SHIPPED: &[VerdictRule] = &[
    // live
    VerdictRule {
        service: None,
        field: Cow::Borrowed("ntceInfo"),
        text: Cow::Borrowed("존재하지 않는 인증키입니다."),
        matching: TextMatch::Is,
        meaning: Meaning::RefusedKey,
    },
    // live
    VerdictRule {
        service: None,
        field: Cow::Borrowed("ntceInfo"),
        text: Cow::Borrowed("인증키(crkyCn)는 필수입력입니다."),
        matching: TextMatch::Is,
        meaning: Meaning::RefusedKey,
    },
    // unproven
    VerdictRule {
        service: None,
        field: Cow::Borrowed("ntceInfo"),
        text: Cow::Borrowed("인증키상의 API가 불일치"),
        matching: TextMatch::Contains,
        meaning: Meaning::WrongServiceKey,
    },
    // unproven
    VerdictRule {
        service: None,
        field: Cow::Borrowed("ntceInfo"),
        text: Cow::Borrowed("등록되지 않은 인증키"),
        matching: TextMatch::Contains,
        meaning: Meaning::RefusedKey,
    },
    // unproven
    VerdictRule {
        service: None,
        field: Cow::Borrowed("ntceInfo"),
        text: Cow::Borrowed("유효하지 않은 인증키"),
        matching: TextMatch::Contains,
        meaning: Meaning::RefusedKey,
    },
    // unproven
    VerdictRule {
        service: None,
        field: Cow::Borrowed("ntceInfo"),
        text: Cow::Borrowed("인증키 사용이 제한"),
        matching: TextMatch::Contains,
        meaning: Meaning::RefusedKey,
    },
    // unproven
    VerdictRule {
        service: None,
        field: Cow::Borrowed("ntceInfo"),
        text: Cow::Borrowed("권한이 없습니다"),
        matching: TextMatch::Contains,
        meaning: Meaning::RefusedKey,
    },
    // live
    VerdictRule {
        service: None,
        field: Cow::Borrowed("ntceInfo"),
        text: Cow::Borrowed("필수입력입니다"),
        matching: TextMatch::Contains,
        meaning: Meaning::BadParameter,
    },
    // unproven
    VerdictRule {
        service: None,
        field: Cow::Borrowed("ntceInfo"),
        text: Cow::Borrowed("예상치 못한 오류"),
        matching: TextMatch::StartsWith,
        meaning: Meaning::ServiceTrouble,
    },
    // live
    VerdictRule {
        service: None,
        field: Cow::Borrowed("ntceInfo"),
        text: Cow::Borrowed("[N00]"),
        matching: TextMatch::StartsWith,
        meaning: Meaning::Many,
    },
    // guide
    VerdictRule {
        service: None,
        field: Cow::Borrowed("ntceInfo"),
        text: Cow::Borrowed("조회된 정보가 없습니다."),
        matching: TextMatch::Is,
        meaning: Meaning::NotFound,
    },
    // guide
    VerdictRule {
        service: None,
        field: Cow::Borrowed("ntceInfo"),
        text: Cow::Borrowed("조회된 관세율 정보가 없습니다."),
        matching: TextMatch::Is,
        meaning: Meaning::NotFound,
    },
    // unproven
    VerdictRule {
        service: None,
        field: Cow::Borrowed("ntceInfo"),
        text: Cow::Borrowed("조회된 결과가 없습니다."),
        matching: TextMatch::Is,
        meaning: Meaning::NotFound,
    },
    // guide
    VerdictRule {
        service: Some(Cow::Borrowed("API028")),
        field: Cow::Borrowed("ntceInfo"),
        text: Cow::Borrowed("유효성 검증결과 불일치"),
        matching: TextMatch::Is,
        meaning: Meaning::Mismatch,
    },
    // guide
    VerdictRule {
        service: Some(Cow::Borrowed("API049")),
        field: Cow::Borrowed("ntceInfo"),
        text: Cow::Borrowed("납부"),
        matching: TextMatch::Is,
        meaning: Meaning::Notice,
    },
    // guide
    VerdictRule {
        service: Some(Cow::Borrowed("API055")),
        field: Cow::Borrowed("ntceInfo"),
        text: Cow::Borrowed("정상적으로 조회가 완료되었습니다."),
        matching: TextMatch::Is,
        meaning: Meaning::Notice,
    },
    // guide
    VerdictRule {
        service: Some(Cow::Borrowed("API028")),
        field: Cow::Borrowed("errMsgCn"),
        text: Cow::Borrowed("납세의무자 개인통관고유부호가 존재하지 않습니다."),
        matching: TextMatch::Is,
        meaning: Meaning::Mismatch,
    },
    // guide
    VerdictRule {
        service: Some(Cow::Borrowed("API028")),
        field: Cow::Borrowed("errMsgCn"),
        text: Cow::Borrowed("현재 사용중이 아닌 개인통관고유부호 입니다."),
        matching: TextMatch::Is,
        meaning: Meaning::Mismatch,
    },
    // unproven
    VerdictRule {
        service: Some(Cow::Borrowed("API028")),
        field: Cow::Borrowed("errMsgCn"),
        text: Cow::Borrowed("입력하신 납세의무자"),
        matching: TextMatch::StartsWith,
        meaning: Meaning::Mismatch,
    },
    // guide
    VerdictRule {
        service: Some(Cow::Borrowed("API028")),
        field: Cow::Borrowed("errMsgCn"),
        text: Cow::Borrowed("개인통관고유부호 정보변경(휴대전화번호 인증)후 신고하시기 바랍니다."),
        matching: TextMatch::Is,
        meaning: Meaning::Mismatch,
    },
    // guide
    VerdictRule {
        service: Some(Cow::Borrowed("API028")),
        field: Cow::Borrowed("errMsgCn"),
        text: Cow::Borrowed("납세의무자 전화번호가 일치하지 않습니다."),
        matching: TextMatch::Is,
        meaning: Meaning::Mismatch,
    },
    // unproven
    VerdictRule {
        service: Some(Cow::Borrowed("API028")),
        field: Cow::Borrowed("errMsgCn"),
        text: Cow::Borrowed("납세의무자 휴대전화번호가 일치하지 않습니다."),
        matching: TextMatch::Is,
        meaning: Meaning::Mismatch,
    },
    // guide
    VerdictRule {
        service: Some(Cow::Borrowed("API028")),
        field: Cow::Borrowed("errMsgCn"),
        text: Cow::Borrowed("입력하신 우편번호가 개인통관고유부호 우편번호(배송주소)와 일치하지 않습니다."),
        matching: TextMatch::Is,
        meaning: Meaning::Mismatch,
    },
    // guide
    VerdictRule {
        service: Some(Cow::Borrowed("API028")),
        field: Cow::Borrowed("errMsgCn"),
        text: Cow::Borrowed("유효기간이 만료 된 개인통관고유부호입니다."),
        matching: TextMatch::Is,
        meaning: Meaning::Mismatch,
    },
    // guide
    VerdictRule {
        service: Some(Cow::Borrowed("API035")),
        field: Cow::Borrowed("vrfcRsltCn"),
        text: Cow::Borrowed("일치하지않음"),
        matching: TextMatch::Is,
        meaning: Meaning::Mismatch,
    },
    // guide
    VerdictRule {
        service: Some(Cow::Borrowed("API035")),
        field: Cow::Borrowed("vrfcRsltCn"),
        text: Cow::Borrowed("일치함"),
        matching: TextMatch::Is,
        meaning: Meaning::Notice,
    },
];
