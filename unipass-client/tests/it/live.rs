//! Every recorded answer decodes exactly.

use std::path::PathBuf;

use unipass_client::services::cargo_progress::{Reply, SERVICE};
use unipass_client::{Decoded, Decoder, ErrorKind, Verdict};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(
        PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("tests/fixtures/live")
            .join(name),
    )
    .unwrap()
}

fn decode(name: &str) -> Decoded {
    Decoder::new(&SERVICE).decode(&fixture(name))
}

/// Elements and fields of a recorded answer, read with nothing but string search: the recorded form is flat and on one line.
fn by_hand(xml: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut records = Vec::new();
    let mut rest = xml;
    while let Some(start) = rest.find("<cargCsclPrgsInfo").filter(|_| true) {
        rest = &rest[start + 1..];
        let name = rest[..rest.find('>').unwrap()].to_owned();
        if name.ends_with("RtnVo") {
            continue;
        }
        let body = &rest[name.len() + 1..rest.find(&format!("</{name}>")).unwrap()];
        let mut fields = Vec::new();
        let mut inner = body;
        while let Some(tag) = inner.strip_prefix('<') {
            let field = &tag[..tag.find('>').unwrap()];
            let end = format!("</{field}>");
            let at = tag.find(&end).unwrap();
            let text = tag[field.len() + 1..at]
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
            fields.push((field.to_owned(), text));
            inner = &tag[at + end.len()..];
        }
        records.push((name, fields));
    }
    records
}

fn assert_same(answer: &Decoded, xml: &str) -> usize {
    let expected = by_hand(xml);
    let found: Vec<_> = answer
        .records()
        .iter()
        .map(|r| {
            (
                r.element().to_owned(),
                r.fields()
                    .map(|(n, t)| (n.to_owned(), t.to_owned()))
                    .collect::<Vec<_>>(),
            )
        })
        .collect();
    assert!(!expected.is_empty());
    assert_eq!(found, expected);
    found.len()
}

#[test]
fn single_matches_keep_every_field_and_every_event_in_order() {
    for (name, events, state) in [
        ("completed-us-air.xml", 10, "통관목록심사완료"),
        ("completed-cn-ship.xml", 13, "통관목록심사완료"),
        ("in-progress.xml", 13, "통관목록심사완료"),
    ] {
        let answer = decode(name);
        assert_eq!(answer.verdict(), Verdict::Found, "{name}");
        assert_eq!((answer.notice(), answer.error()), (None, None), "{name}");
        assert_eq!(answer.t_cnt(), Some(events), "{name}");
        assert!(answer.drift().is_empty(), "{name}: {:?}", answer.drift());
        let xml = String::from_utf8(fixture(name)).unwrap();
        assert_eq!(
            assert_same(&answer, &xml),
            1 + usize::try_from(events).unwrap(),
            "{name}"
        );
        let reply = Reply::from(answer);
        assert_eq!(
            reply.cargos().next().unwrap().clearance_progress_state(),
            Some(state),
            "{name}"
        );
        assert_eq!(
            reply.cargo_events().count(),
            usize::try_from(events).unwrap(),
            "{name}"
        );
    }
}

#[test]
fn typed_values_stand_beside_the_text() {
    let reply = Reply::from(decode("completed-us-air.xml"));
    let cargo = reply.cargos().next().unwrap();
    assert_eq!(cargo.cargo_management_number(), Some("20OZ007835I00012577"));
    assert_eq!(cargo.arrival_date().get(), Some(jiff::civil::date(2020, 6, 7)));
    assert_eq!(
        cargo.total_weight().get().map(|w| w.to_string()).as_deref(),
        Some("0.8")
    );
    assert_eq!(cargo.package_count().get(), Some(1));
    assert_eq!(cargo.controlled_cargo().get(), Some(false));
    assert_eq!(
        cargo.processed_at().get().map(|t| t.to_string()).as_deref(),
        Some("2020-06-07T15:05:15+09:00")
    );
    assert_eq!((cargo.agent(), cargo.volume().raw()), (None, Some("")));
    let events: Vec<_> = reply
        .cargo_events()
        .map(|e| e.event().unwrap().to_owned())
        .collect();
    assert_eq!(
        events,
        [
            "통관목록심사완료",
            "반출신고",
            "반입신고",
            "입항적하목록 운항정보 정정",
            "입항보고 수리",
            "하기신고 수리",
            "통관목록접수",
            "입항적하목록 심사완료",
            "입항적하목록 제출",
            "입항보고 제출",
        ]
    );
    let moved: Vec<_> = reply
        .cargo_events()
        .filter_map(|e| e.carried_in_or_out_at().get())
        .map(|t| t.to_string())
        .collect();
    assert_eq!(moved, ["2020-06-07T15:05:15+09:00", "2020-06-07T15:04:17+09:00"]);
}

#[test]
fn no_data_is_said_by_the_service() {
    let answer = decode("empty-results.xml");
    assert_eq!(answer.verdict(), Verdict::NotFound);
    assert_eq!(
        (answer.t_cnt(), answer.records().len(), answer.notice()),
        (Some(0), 0, None)
    );
}

#[test]
fn errors_inside_http_200_are_errors() {
    for (name, kind, text) in [
        (
            "invalid-key.xml",
            ErrorKind::RefusedKey,
            "존재하지 않는 인증키입니다.",
        ),
        (
            "missing-key.xml",
            ErrorKind::RefusedKey,
            "인증키(crkyCn)는 필수입력입니다.",
        ),
        (
            "missing-reference.xml",
            ErrorKind::BadParameter,
            "[화물관리번호(cargMtNo)], [Master B/L번호(mblNo)과 BL년도(blYy)]",
        ),
    ] {
        let answer = decode(name);
        assert_eq!(answer.verdict(), Verdict::Error(kind), "{name}");
        assert!(
            answer.error().unwrap().message.starts_with(text),
            "{name}: {:?}",
            answer.error()
        );
        assert_eq!(
            (answer.t_cnt(), answer.records().len(), answer.notice()),
            (Some(-1), 0, None),
            "{name}"
        );
    }
}

#[test]
fn the_list_of_1211_rows() {
    let Some(corpus) = crate::corpus() else { return };
    let body = std::fs::read(corpus.join("unipass/live/multiple-results.xml")).unwrap();
    let answer = Decoder::new(&SERVICE).decode(&body);
    assert_eq!(answer.verdict(), Verdict::Many);
    assert_eq!(answer.t_cnt(), Some(1211));
    assert!(
        answer
            .notice()
            .unwrap()
            .starts_with("[N00] 조회 결과가 다건입니다.")
    );
    assert!(answer.drift().is_empty());
    assert_eq!(assert_same(&answer, std::str::from_utf8(&body).unwrap()), 1211);
    let reply = Reply::from(answer);
    let numbers: Vec<_> = reply
        .cargos()
        .filter_map(|c| c.cargo_management_number())
        .collect();
    assert_eq!(numbers.len(), 1211);
    assert_eq!(
        (numbers[0], numbers[1210]),
        ("20KE06Y2III00150001", "20KE06Y2III00151211")
    );
    let row = reply.cargos().next().unwrap().record();
    let filled: Vec<_> = row
        .fields()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        filled,
        [
            "dsprNm",
            "etprDt",
            "dsprCd",
            "shcoFlcoSgn",
            "hblNo",
            "cargMtNo",
            "mblNo",
            "shcoFlco"
        ]
    );
}
