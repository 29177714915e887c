//! What is no clear answer is never "no data".

use unipass_client::services as s;
use unipass_client::{
    Decoded, Decoder, ErrorKind, Limits, Meaning, Service, TextMatch, Verdict, VerdictRule, VerdictTable,
};

const CANARY: &str = "canary0secret1value";

fn decode(service: &'static Service, xml: &str) -> Decoded {
    Decoder::new(service).decode(xml.as_bytes())
}

fn verdict(service: &'static Service, xml: &str) -> Verdict {
    decode(service, xml).verdict()
}

fn error(kind: ErrorKind) -> Verdict {
    Verdict::Error(kind)
}

/// An answer of API012.
fn rates(inner: &str) -> Verdict {
    verdict(
        &s::exchange_rate::SERVICE,
        &format!("<trifFxrtInfoQryRtnVo>{inner}</trifFxrtInfoQryRtnVo>"),
    )
}

const ROW: &str = "<trifFxrtInfoQryRsltVo><currSgn>USD</currSgn></trifFxrtInfoQryRsltVo>";
const EMPTY_ROW: &str = "<trifFxrtInfoQryRsltVo><currSgn></currSgn></trifFxrtInfoQryRsltVo>";

#[test]
fn bodies_that_are_no_answer_are_errors_of_their_own() {
    let service = &s::cargo_progress::SERVICE;
    let root = "cargCsclPrgsInfoQryRtnVo";
    for (body, kind) in [
        ("", ErrorKind::EmptyBody),
        (" \r\n\t", ErrorKind::EmptyBody),
        ("\u{feff}  ", ErrorKind::EmptyBody),
        ("<!DOCTYPE html><html></html>", ErrorKind::HtmlInsteadOfXml),
        ("\n<HTML><p>점검", ErrorKind::HtmlInsteadOfXml),
        (
            "<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC \"x\"><html></html>",
            ErrorKind::HtmlInsteadOfXml,
        ),
        ("<!-- x --><html><body><p>unclosed", ErrorKind::HtmlInsteadOfXml),
        ("{\"tCnt\":0}", ErrorKind::NotXml),
        ("Service Unavailable", ErrorKind::NotXml),
        ("<a></b>", ErrorKind::NotXml),
        ("<?xml version=\"1.0\"?>", ErrorKind::NotXml),
        (
            "<cargCsclPrgsInfoQryRtnVo/><cargCsclPrgsInfoQryRtnVo/>",
            ErrorKind::NotXml,
        ),
        (
            "<cargCsclPrgsInfoQryRtnVo><tCnt>&nothing;</tCnt></cargCsclPrgsInfoQryRtnVo>",
            ErrorKind::NotXml,
        ),
        (
            "<cargCsclPrgsInfoQryRtnVo><ntceInfo></ntceInfo><tCnt>0",
            ErrorKind::TruncatedXml,
        ),
        (
            "<cargCsclPrgsInfoQryRtnVo><ntceInfo></ntceInfo><tCnt>0</tCn",
            ErrorKind::TruncatedXml,
        ),
        (
            "<cargCsclPrgsInfoQryRtnVo><tCnt>0</tCnt>",
            ErrorKind::TruncatedXml,
        ),
        (
            "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
            ErrorKind::DtdRefused,
        ),
        (
            "<?xml version=\"1.0\" encoding=\"EUC-KR\"?><a/>",
            ErrorKind::NotUtf8,
        ),
        (
            "<trifFxrtInfoQryRtnVo><tCnt>0</tCnt></trifFxrtInfoQryRtnVo>",
            ErrorKind::UnknownRoot,
        ),
        ("<soap><tCnt>0</tCnt></soap>", ErrorKind::UnknownRoot),
    ] {
        let answer = decode(service, body);
        assert_eq!(answer.verdict(), error(kind), "{body}");
        assert_eq!(answer.error().unwrap().kind, kind, "{body}");
    }
    // A Korean text cut inside a character, and one in another charset.
    let cut = format!("<{root}><ntceInfo>조회");
    assert_eq!(
        Decoder::new(service)
            .decode(&cut.as_bytes()[..cut.len() - 1])
            .verdict(),
        error(ErrorKind::TruncatedXml)
    );
    let euc_kr =
        b"<cargCsclPrgsInfoQryRtnVo><ntceInfo>\xc1\xb6\xc8\xb8</ntceInfo></cargCsclPrgsInfoQryRtnVo>";
    assert_eq!(
        Decoder::new(service).decode(euc_kr).verdict(),
        error(ErrorKind::NotUtf8)
    );
    let page = b"<html><title>\xc1\xb6\xc8\xb8</title></html>";
    assert_eq!(
        Decoder::new(service).decode(page).verdict(),
        error(ErrorKind::HtmlInsteadOfXml)
    );
}

#[test]
fn bounds_hold() {
    let mut limits = Limits::default();
    limits.max_bytes = 10;
    assert_eq!(
        Decoder::new(&s::airline::SERVICE)
            .limits(limits)
            .decode(&[b' '; 11])
            .verdict(),
        error(ErrorKind::TooLarge)
    );
    let deep = format!("{}{}", "<a>".repeat(200_000), "</a>".repeat(200_000));
    assert_eq!(verdict(&s::airline::SERVICE, &deep), error(ErrorKind::TooDeep));
}

#[test]
fn not_found_only_if_the_service_says_so() {
    assert_eq!(rates("<ntceInfo></ntceInfo><tCnt>0</tCnt>"), Verdict::NotFound);
    assert_eq!(rates("<tCnt> 0 </tCnt>"), Verdict::NotFound);
    assert_eq!(
        rates("<ntceInfo>조회된 정보가 없습니다.</ntceInfo><tCnt>0</tCnt>"),
        Verdict::NotFound
    );
    assert_eq!(
        rates(&format!("<ntceInfo/><tCnt>0</tCnt>{EMPTY_ROW}")),
        Verdict::NotFound
    );
    let unclear = error(ErrorKind::Unclassified);
    for inner in [
        "",
        "<ntceInfo></ntceInfo>",
        "<tCnt></tCnt>",
        "<tCnt>none</tCnt>",
        "<ntceInfo>조회된 정보가 없습니다.</ntceInfo>",
        "<ntceInfo>점검 중</ntceInfo><tCnt>0</tCnt>",
        "<ntceInfo></ntceInfo><tCnt>1</tCnt>",
        "<ntceInfo>조회된 정보가 없습니다.</ntceInfo><tCnt>1</tCnt>",
        "<ntceInfo>조회된 정보가 없습니다.</ntceInfo><tCnt>-1</tCnt>",
        "<ntceInfo></ntceInfo><tCnt>-1</tCnt>",
        "<unknown>x</unknown>",
        EMPTY_ROW,
        "<tCnt>1</tCnt><trifFxrtInfoQryRsltVo/>",
        "<ntceInfo>[N00] 다건</ntceInfo><tCnt>0</tCnt>",
    ] {
        assert_eq!(rates(inner), unclear, "{inner}");
    }
    assert_eq!(
        rates(&format!(
            "<ntceInfo>조회된 정보가 없습니다.</ntceInfo><tCnt>0</tCnt>{ROW}"
        )),
        unclear
    );
}

#[test]
fn text_in_an_unknown_place_is_not_no_data() {
    let unclear = error(ErrorKind::Unclassified);
    for inner in [
        "<tCnt>0</tCnt><resultMsg>점검 중</resultMsg>",
        "<tCnt>0</tCnt><errVo><msg>점검 중</msg></errVo>",
        "<errVo><msg>점검 중</msg></errVo>",
        "<tCnt>0</tCnt><trifFxrtInfoQryRsltVo><newFld>1</newFld></trifFxrtInfoQryRsltVo>",
        "<tCnt>0</tCnt>점검 중",
        "<tCnt>0</tCnt><trifFxrtInfoQryRsltVo>점검 중</trifFxrtInfoQryRsltVo>",
        "<tCnt>0</tCnt><tCnt>-1</tCnt>",
        "<tCnt>-1</tCnt><tCnt>0</tCnt>",
    ] {
        assert_eq!(rates(inner), unclear, "{inner}");
    }
    // A field that the guide lists without saying where it stands.
    let tariff = |inner: &str| {
        let xml = format!("<trrtQryRtnVo><ntceInfo/><tCnt>0</tCnt>{inner}</trrtQryRtnVo>");
        decode(&s::tariff_rate::SERVICE, &xml)
    };
    assert_eq!(tariff("<errMsgCn>시스템 장애</errMsgCn>").verdict(), unclear);
    assert!(tariff("<errMsgCn>시스템 장애</errMsgCn>").drift().is_empty());
    assert_eq!(tariff("<errMsgCn/>").verdict(), Verdict::NotFound);
    let check = "<persEcmQryRtnVo><tCnt>0</tCnt><resultMsg>시스템 장애</resultMsg></persEcmQryRtnVo>";
    assert_eq!(verdict(&s::personal_code_check::SERVICE, check), unclear);
    // Rows of a new kind are found where the count says so.
    assert_eq!(rates("<tCnt>1</tCnt><newVo><a>1</a></newVo>"), Verdict::Found);
}

#[test]
fn text_beside_records_is_a_notice() {
    let xml = format!(
        "<trifFxrtInfoQryRtnVo><ntceInfo> 점검 예정 </ntceInfo><tCnt>1</tCnt>{ROW}</trifFxrtInfoQryRtnVo>"
    );
    let answer = decode(&s::exchange_rate::SERVICE, &xml);
    assert_eq!(
        (answer.verdict(), answer.notice()),
        (Verdict::Found, Some("점검 예정"))
    );
    assert_eq!(
        rates(&format!(
            "<ntceInfo>권한이 없습니다</ntceInfo><tCnt>1</tCnt>{ROW}"
        )),
        Verdict::Found
    );
    assert_eq!(
        rates(&format!(
            "<ntceInfo>[N00] 다건</ntceInfo><tCnt>2</tCnt>{ROW}{ROW}"
        )),
        Verdict::Many
    );
    assert_eq!(rates(&format!("<tCnt>0</tCnt>{ROW}")), Verdict::Found);
    assert_eq!(rates(ROW), Verdict::Found);
}

#[test]
fn error_texts_are_errors_at_any_count_that_has_no_records() {
    for (text, kind) in [
        ("존재하지 않는 인증키입니다.", ErrorKind::RefusedKey),
        (
            "요청하신 API와 인증키상의 API가 불일치합니다.",
            ErrorKind::WrongServiceKey,
        ),
        ("한영구분(koenTp)은 필수입력입니다.", ErrorKind::BadParameter),
        ("예상치 못한 오류가 발생하였습니다.", ErrorKind::ServiceTrouble),
    ] {
        for count in ["<tCnt>-1</tCnt>", "<tCnt>0</tCnt>", "<tCnt>1</tCnt>", ""] {
            assert_eq!(
                rates(&format!("<ntceInfo>{text}</ntceInfo>{count}")),
                error(kind),
                "{text} {count}"
            );
        }
    }
    assert_eq!(
        rates("<ntceInfo>전혀 새로운 문구</ntceInfo><tCnt>-1</tCnt>"),
        error(ErrorKind::Unclassified)
    );
}

#[test]
fn an_unknown_root_with_a_known_error_is_that_error() {
    let xml = "<errorVo><ntceInfo>존재하지 않는 인증키입니다.</ntceInfo><tCnt>-1</tCnt></errorVo>";
    assert_eq!(
        verdict(&s::exchange_rate::SERVICE, xml),
        error(ErrorKind::RefusedKey)
    );
    let xml = "<errorVo><ntceInfo>새 문구</ntceInfo><tCnt>-1</tCnt></errorVo>";
    assert_eq!(
        verdict(&s::exchange_rate::SERVICE, xml),
        error(ErrorKind::UnknownRoot)
    );
    // Roots of errors that the catalogue knows.
    let xml = "<btcoVhclQryCondVo><ntceInfo>새 문구</ntceInfo><tCnt>-1</tCnt></btcoVhclQryCondVo>";
    assert_eq!(
        verdict(&s::bonded_vehicle::SERVICE, xml),
        error(ErrorKind::Unclassified)
    );
    let xml = "<statsSgnQryRtnVo><ntceInfo/><tCnt>0</tCnt></statsSgnQryRtnVo>";
    assert_eq!(verdict(&s::postal_customs::SERVICE, xml), Verdict::NotFound);
}

#[test]
fn empty_records_of_export_fulfilment_mean_not_found() {
    let answer = |count: &str, inner: &str| {
        let xml = format!(
            "<expDclrNoPrExpFfmnBrkdQryRtnVo><ntceInfo/>{count}<expDclrNoPrExpFfmnBrkdQryRsltVo>{inner}\
            </expDclrNoPrExpFfmnBrkdQryRsltVo><expDclrNoPrExpFfmnBrkdDtlQryRsltVo/></expDclrNoPrExpFfmnBrkdQryRtnVo>"
        );
        verdict(&s::export_fulfilment::SERVICE, &xml)
    };
    for count in ["", "<tCnt>0</tCnt>", "<tCnt>1</tCnt>"] {
        assert_eq!(answer(count, ""), Verdict::NotFound, "{count}");
        assert_eq!(
            answer(count, "<expDclrNo> </expDclrNo><shpmCmplYn/>"),
            Verdict::NotFound,
            "{count}"
        );
        assert_eq!(
            answer(count, "<expDclrNo>1</expDclrNo>"),
            Verdict::Found,
            "{count}"
        );
    }
    assert_eq!(answer("<tCnt>-1</tCnt>", ""), error(ErrorKind::Unclassified));
    assert_eq!(answer("<tCnt>?</tCnt>", ""), error(ErrorKind::Unclassified));
}

#[test]
fn checks_are_told_by_the_count() {
    let check = |inner: &str| {
        verdict(
            &s::personal_code_check::SERVICE,
            &format!("<persEcmQryRtnVo>{inner}</persEcmQryRtnVo>"),
        )
    };
    let message =
        |text: &str| format!("<persEcmQryRtnErrInfoVo><errMsgCn>{text}</errMsgCn></persEcmQryRtnErrInfoVo>");
    assert_eq!(check("<tCnt>1</tCnt>"), Verdict::Found);
    assert_eq!(
        check("<tCnt>1</tCnt><ntceInfo/><valtPridStrtDt>20260101</valtPridStrtDt>"),
        Verdict::Found
    );
    assert_eq!(check("<tCnt>0</tCnt>"), Verdict::Mismatch);
    assert_eq!(
        check("<tCnt>0</tCnt><ntceInfo>유효성 검증결과 불일치</ntceInfo>"),
        Verdict::Mismatch
    );
    assert_eq!(
        check(&format!("<tCnt>0</tCnt>{}", message("새 문구"))),
        Verdict::Mismatch
    );
    assert_eq!(
        check(&message("납세의무자 전화번호가 일치하지 않습니다.")),
        Verdict::Mismatch
    );
    let unclear = error(ErrorKind::Unclassified);
    assert_eq!(
        check(&format!(
            "<tCnt>1</tCnt>{}",
            message("납세의무자 전화번호가 일치하지 않습니다.")
        )),
        unclear
    );
    assert_eq!(check("<tCnt>0</tCnt><ntceInfo>점검 중</ntceInfo>"), unclear);
    assert_eq!(check(""), unclear);
    assert_eq!(check("<tCnt>2</tCnt>"), unclear);
    assert_eq!(check("<tCnt>-1</tCnt>"), unclear);
    let export = |inner: &str| {
        verdict(
            &s::export_certificate_check::SERVICE,
            &format!("<expDclrCrfnVrfcQryRsltVo>{inner}</expDclrCrfnVrfcQryRsltVo>"),
        )
    };
    assert_eq!(
        export("<tCnt>1</tCnt><vrfcRsltCn>일치함</vrfcRsltCn>"),
        Verdict::Found
    );
    assert_eq!(
        export("<tCnt>0</tCnt><vrfcRsltCn>일치하지않음</vrfcRsltCn>"),
        Verdict::Mismatch
    );
    assert_eq!(
        export("<tCnt>1</tCnt><vrfcRsltCn>일치하지않음</vrfcRsltCn>"),
        unclear
    );
    assert_eq!(export("<tCnt>0</tCnt><vrfcRsltCn>일치함</vrfcRsltCn>"), unclear);
}

#[test]
fn services_without_a_count() {
    let areas = |inner: &str| {
        verdict(
            &s::bonded_area::SERVICE,
            &format!("<shedInfoQryRtnVo>{inner}</shedInfoQryRtnVo>"),
        )
    };
    assert_eq!(areas("<ntceInfo></ntceInfo>"), Verdict::NotFound);
    assert_eq!(areas(""), error(ErrorKind::Unclassified));
    let permit = |inner: &str| {
        verdict(
            &s::sea_departure_permit::SERVICE,
            &format!("<tkofWrprQryRsltVo>{inner}</tkofWrprQryRsltVo>"),
        )
    };
    assert_eq!(permit("<shipFlgtNm>A</shipFlgtNm>"), Verdict::Found);
    assert_eq!(permit("<shipFlgtNm></shipFlgtNm>"), Verdict::NotFound);
    assert_eq!(permit(""), error(ErrorKind::Unclassified));
    assert_eq!(
        permit("<ntceInfo>존재하지 않는 인증키입니다.</ntceInfo><tCnt>-1</tCnt>"),
        error(ErrorKind::RefusedKey)
    );
    let xml = "<psmtCsclPrgsInfoQryRtnVo><ntceInfo/><tCnt>0</tCnt><psmtCsclPrgsInfoQryRsltVo><psmtNo>1</psmtNo>\
               </psmtCsclPrgsInfoQryRsltVo></psmtCsclPrgsInfoQryRtnVo>";
    assert_eq!(verdict(&s::postal_progress::SERVICE, xml), Verdict::Found);
}

#[test]
fn several_cargoes_without_the_list_notice_are_still_many() {
    let row = "<cargCsclPrgsInfoQryVo><cargMtNo>1</cargMtNo></cargCsclPrgsInfoQryVo>";
    let xml =
        format!("<cargCsclPrgsInfoQryRtnVo><ntceInfo/>{row}{row}<tCnt>2</tCnt></cargCsclPrgsInfoQryRtnVo>");
    assert_eq!(verdict(&s::cargo_progress::SERVICE, &xml), Verdict::Many);
}

#[test]
fn unknown_things_are_kept_and_counted() {
    let xml = "<trifFxrtInfoQryRtnVo>\n <ntceInfo/>\n <tCnt>2</tCnt><server>a1</server>\n \
        <trifFxrtInfoQryRsltVo>\n  <currSgn>U&amp;S<![CDATA[<D]]>&#x31;</currSgn>x<new>1</new><new>2</new></trifFxrtInfoQryRsltVo>\
        <TrifFxrtInfoQryRsltVo><mtryUtlNm>달러</mtryUtlNm><deep>y<er>3</er>z<er2>4</er2></deep></TrifFxrtInfoQryRsltVo>\
        <otherVo><a>1</a></otherVo><otherVo/></trifFxrtInfoQryRtnVo>";
    let answer = decode(&s::exchange_rate::SERVICE, xml);
    assert_eq!(answer.verdict(), Verdict::Found);
    let json = serde_json::to_value(&answer).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "service": "API012",
            "verdict": "found",
            "notice": null,
            "error": null,
            "records": [
                {"element": "trifFxrtInfoQryRsltVo", "fields": {"currSgn": "U&S<D1", "new": ["1", "2"]}},
                {"element": "TrifFxrtInfoQryRsltVo", "fields": {"mtryUtlNm": "달러", "deep/er": "3", "deep/er2": "4"}},
                {"element": "otherVo", "fields": {"a": "1"}},
                {"element": "otherVo", "fields": {}},
                {"element": "trifFxrtInfoQryRtnVo", "fields": {"server": "a1"}},
            ]
        })
    );
    let drift: Vec<_> = answer
        .drift()
        .items
        .iter()
        .map(|i| (i.element.as_str(), i.field.as_deref(), i.count))
        .collect();
    assert_eq!(
        drift,
        [
            ("trifFxrtInfoQryRsltVo", Some("new"), 2),
            ("TrifFxrtInfoQryRsltVo", Some("deep/er"), 1),
            ("TrifFxrtInfoQryRsltVo", Some("deep/er2"), 1),
            ("otherVo", None, 2),
            ("trifFxrtInfoQryRtnVo", Some("server"), 1),
            ("trifFxrtInfoQryRtnVo", Some("text()"), 3),
        ]
    );
    assert_eq!(answer.drift().count(), 10);
    // The alternate spelling is no drift, and is read under the usual name.
    let reply = s::exchange_rate::Reply::from(answer);
    let names: Vec<_> = reply.exchange_rates().map(|r| r.currency_unit_name()).collect();
    assert_eq!(names, [None, Some("달러")]);
}

#[test]
fn errors_have_the_same_json_form() {
    let json = |xml: &str| serde_json::to_string(&decode(&s::exchange_rate::SERVICE, xml)).unwrap();
    assert_eq!(
        json(
            "<trifFxrtInfoQryRtnVo><ntceInfo>존재하지 않는 인증키입니다.</ntceInfo><tCnt>-1</tCnt></trifFxrtInfoQryRtnVo>"
        ),
        r#"{"service":"API012","verdict":"error","notice":null,"error":{"kind":"refused_key","message":"존재하지 않는 인증키입니다."},"records":[]}"#
    );
    assert_eq!(
        json("<html>busy</html>"),
        r#"{"service":"API012","verdict":"error","notice":null,"error":{"kind":"html_instead_of_xml","message":"an HTML page instead of XML: <html>busy</html>"},"records":[]}"#
    );
}

#[test]
fn heads_and_debug_show_no_secret() {
    let secret = secrecy::SecretString::from(CANARY);
    let secrets = [&secret];
    let decoder = Decoder::new(&s::personal_code_check::SERVICE).secrets(&secrets);
    for body in [
        format!("<html>GET /persEcm?crkyCn={CANARY}&pltxNm={CANARY}</html>"),
        format!("{CANARY} {}", "x".repeat(500)),
        format!("{}{CANARY}", "x".repeat(150)),
        format!("<a{CANARY}><tCnt>0</tCnt></a{CANARY}>"),
        format!("<persEcmQryRtnVo><ntceInfo>{CANARY}</ntceInfo><tCnt>-1</tCnt></persEcmQryRtnVo>"),
        format!(
            "<persEcmQryRtnVo><tCnt>0</tCnt><persEcmQryRtnErrInfoVo><errMsgCn>{CANARY}</errMsgCn></persEcmQryRtnErrInfoVo></persEcmQryRtnVo>"
        ),
    ] {
        let answer = decoder.decode(body.as_bytes());
        let shown = format!("{answer:?} {:?} {:?}", answer.error(), answer.records().first());
        assert!(!shown.contains(&CANARY[..6]), "{shown}");
    }
}

#[test]
fn the_users_own_rules_judge_first() {
    let table = VerdictTable::with(vec![
        VerdictRule::new("점검", Meaning::ServiceTrouble).matching(TextMatch::Contains),
        VerdictRule::new("없음", Meaning::NotFound).of_service("API012"),
        VerdictRule::new("E9", Meaning::BadParameter).in_field("errCd"),
    ]);
    let judge = |inner: &str| {
        let xml = format!("<trifFxrtInfoQryRtnVo>{inner}</trifFxrtInfoQryRtnVo>");
        Decoder::new(&s::exchange_rate::SERVICE)
            .table(&table)
            .decode(xml.as_bytes())
            .verdict()
    };
    assert_eq!(
        judge("<ntceInfo>시스템 점검 중</ntceInfo><tCnt>0</tCnt>"),
        error(ErrorKind::ServiceTrouble)
    );
    assert_eq!(
        judge("<ntceInfo>없음</ntceInfo><tCnt>0</tCnt>"),
        Verdict::NotFound
    );
    assert_eq!(
        judge("<tCnt>0</tCnt><errVo><errCd>E9</errCd></errVo>"),
        error(ErrorKind::BadParameter)
    );
    assert_eq!(
        judge("<ntceInfo>존재하지 않는 인증키입니다.</ntceInfo><tCnt>-1</tCnt>"),
        error(ErrorKind::RefusedKey)
    );
}
