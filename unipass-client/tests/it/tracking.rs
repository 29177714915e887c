//! Which state an answer tells.

use unipass_client::services as s;
use unipass_client::{Decoder, Service, State};

pub(crate) fn state(service: &'static Service, records: &str) -> Option<State> {
    let root = service.roots[0];
    Decoder::new(service)
        .decode(format!("<{root}><ntceInfo/><tCnt>1</tCnt>{records}</{root}>").as_bytes())
        .state()
}

fn cargo(events: &str) -> State {
    let records = format!(
        "<cargCsclPrgsInfoQryVo><csclPrgsStts>수입신고수리</csclPrgsStts><prcsDttm>20261120093000</prcsDttm></cargCsclPrgsInfoQryVo>{events}"
    );
    state(&s::cargo_progress::SERVICE, &records).unwrap()
}

fn event(name: &str, note: &str) -> String {
    format!(
        "<cargCsclPrgsInfoDtlQryVo><cargTrcnRelaBsopTpcd>{name}</cargTrcnRelaBsopTpcd><rlbrCn>{note}</rlbrCn></cargCsclPrgsInfoDtlQryVo>"
    )
}

#[test]
fn a_cargo_is_final_when_it_was_released_and_not_merely_moved() {
    let moving = cargo(&event("반입신고", "입항 반입"));
    assert_eq!((moving.status.as_str(), moving.is_final), ("수입신고수리", false));
    assert_eq!(moving.as_of.unwrap().to_string(), "2026-11-20T09:30:00+09:00");
    assert!(cargo(&event("반출신고", "수입신고 수리후 반출")).is_final);
    assert!(!cargo(&event("반출신고", "보세운송 반출")).is_final);
    assert!(!cargo(&event("반출신고", "")).is_final);
    // Later events do not take it back.
    let after = event("하선장소 반입기간연장 승인", "") + &event("반출신고", "목록통관특송물품 반출");
    assert!(cargo(&after).is_final);
    assert_eq!(cargo(&after).slow_tail_days, 7);
}

#[test]
fn the_progress_state_stands_in_for_an_empty_clearance_state() {
    let records = "<cargCsclPrgsInfoQryVo><csclPrgsStts></csclPrgsStts><prgsStts>입항보고 수리</prgsStts></cargCsclPrgsInfoQryVo>";
    let state = state(&s::cargo_progress::SERVICE, records).unwrap();
    assert_eq!((state.status.as_str(), state.as_of), ("입항보고 수리", None));
}

#[test]
fn several_rows_that_could_be_meant_tell_no_state() {
    let row = "<cargCsclPrgsInfoQryVo><csclPrgsStts>수입신고수리</csclPrgsStts></cargCsclPrgsInfoQryVo>";
    assert_eq!(state(&s::cargo_progress::SERVICE, &row.repeat(2)), None);
    assert_eq!(state(&s::cargo_progress::SERVICE, ""), None);
    assert_eq!(
        state(
            &s::exchange_rate::SERVICE,
            "<trifFxrtInfoQryRsltVo><fxrt>1</fxrt></trifFxrtInfoQryRsltVo>"
        ),
        None
    );
}

#[test]
fn export_fulfilment_is_dated_by_its_last_departure() {
    let loading = |day: &str| {
        format!(
            "<expDclrNoPrExpFfmnBrkdDtlQryRsltVo><tkofDt>{day}</tkofDt></expDclrNoPrExpFfmnBrkdDtlQryRsltVo>"
        )
    };
    let records = format!(
        "<expDclrNoPrExpFfmnBrkdQryRsltVo><shpmcmplYn>Y</shpmcmplYn></expDclrNoPrExpFfmnBrkdQryRsltVo>{}{}",
        loading("20261101"),
        loading("20261105")
    );
    let state = state(&s::export_fulfilment::SERVICE, &records).unwrap();
    assert_eq!((state.status.as_str(), state.is_final), ("Y", true));
    assert_eq!(state.as_of.unwrap().to_string(), "2026-11-05T00:00:00+09:00");
}

#[test]
fn the_latest_step_of_a_history_counts() {
    let step = |name: &str, at: &str| {
        format!(
            "<apfmPrcsStusQryVo><reqRqstPrcsSttsNm>{name}</reqRqstPrcsSttsNm><rcpnDttm>{at}</rcpnDttm></apfmPrcsStusQryVo>"
        )
    };
    let records = step("접수", "2026-11-01 09:00:00")
        + &step("승인", "2026-11-02 09:00:00")
        + &step("통보", "2026-11-02 09:00:00");
    let state = state(&s::single_window_progress::SERVICE, &records).unwrap();
    assert_eq!(
        (state.status.as_str(), state.is_final, state.slow_tail_days),
        ("승인", false, 0)
    );
}

#[test]
fn a_postal_item_is_final_when_its_state_begins_with_done() {
    let item = |text: &str| {
        let xml = format!(
            "<psmtCsclPrgsInfoQryRsltVo><psmtPrcsStcd>{text}</psmtPrcsStcd><aprvDt>20261120</aprvDt></psmtCsclPrgsInfoQryRsltVo>"
        );
        state(&s::postal_progress::SERVICE, &xml).unwrap().is_final
    };
    assert!(item("완료/배송준비중"));
    assert!(!item("심사중"));
}
