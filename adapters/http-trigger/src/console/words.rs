//! The console's words, in English and Korean. They are those of the glossary.

use axum::http::{HeaderMap, header};

macro_rules! words {
    ($($name:ident: $english:literal, $korean:literal;)*) => {
        /// The words of one language.
        #[derive(Debug)]
        pub(crate) struct Words {
            $(pub(crate) $name: &'static str,)*
        }

        pub(crate) const ENGLISH: Words = Words { $($name: $english,)* };
        pub(crate) const KOREAN: Words = Words { $($name: $korean,)* };
    };
}

words! {
    lang: "en", "ko";
    other_lang: "ko", "en";
    other_lang_name: "한국어", "English";
    title: "Customs console", "통관 연계 콘솔";
    sign_in: "Sign in", "로그인";
    sign_out: "Sign out", "로그아웃";
    api_key: "API key", "API 키";
    wrong_key: "This key is not known.", "등록되지 않은 키입니다.";
    too_many: "Too many attempts. Wait a moment.", "시도 횟수가 너무 많습니다. 잠시 후 다시 시도하십시오.";
    overview: "Overview", "현황";
    skip: "Skip to the content", "본문으로 건너뛰기";
    jobs: "Jobs", "작업";
    job: "Job", "작업";
    timetable: "Timetable", "실행 일정";
    next_run: "Next run", "다음 실행";
    state: "State", "상태";
    running: "running", "실행 중";
    waiting: "waiting", "대기";
    done: "done", "완료";
    last_run: "Last run", "마지막 실행";
    run_now: "Run now", "지금 실행";
    run_all: "Run all that is due", "전체 실행";
    numbers: "Numbers, one to a line", "번호 (한 줄에 하나)";
    run_numbers: "Run these", "번호 실행";
    requests: "Urgent requests", "긴급 요청";
    request: "Request", "요청";
    by: "By", "요청자";
    records: "Records", "건수";
    record: "Record", "레코드";
    outcome: "Outcome", "처리 결과";
    reason: "Reason", "사유";
    episodes: "Open errors", "미해결 오류";
    no_episodes: "No error is open.", "미해결 오류가 없습니다.";
    episode: "Error", "오류";
    times: "Times", "횟수";
    failing: "Still failing", "미해결 건수";
    since: "Since", "최초 발생";
    last_seen: "Last seen", "최근 발생";
    retry: "Retry", "재시도";
    close: "Close", "종결";
    closed: "closed", "종결됨";
    runs: "Last runs", "최근 실행";
    no_runs: "There was no run yet.", "아직 실행 내역이 없습니다.";
    run: "Run", "실행";
    started: "Started", "시작";
    duration: "Duration", "소요 시간";
    due: "due", "대상";
    pushed: "pushed", "반영";
    unchanged: "unchanged", "변동 없음";
    not_found: "not found", "조회 결과 없음";
    failed: "failed", "실패";
    deferred: "deferred", "보류";
    balanced: "balanced", "대사 일치";
    not_balanced: "does not balance", "대사 불일치";
    calls: "calls to customs", "관세청 호출";
    chart: "The last runs: records by outcome (bars), and how long customs took for a call (line)", "최근 실행: 처리 결과별 건수(막대)와 관세청 호출 1건의 평균 응답 시간(선)";
    quota: "Calls today", "오늘 호출 수";
    of_daily: "of", "/";
    why: "Look a record up", "레코드 조회";
    key: "Number or key", "번호 또는 키";
    look_up: "Look up", "조회";
    nothing_known: "The ledger knows nothing of it.", "원장에 기록이 없습니다.";
    last_asked: "Last asked", "최근 조회";
    verdict: "Verdict", "판정";
    status: "State at customs", "통관진행상태";
    writes: "Writes", "반영 횟수";
    failures: "Failures in a row", "연속 실패";
    next_look: "Next look", "다음 조회";
    rests_until: "Rests until", "격리 해제";
    errors: "Errors", "오류 내역";
    waiting_records: "Waiting records", "대기 중인 레코드";
    due_now: "Due at the next run", "다음 실행 대상";
    resting: "Resting until their next look", "다음 조회까지 대기";
    quarantined: "Quarantined", "격리";
    until: "Until", "기한";
    none_waiting: "There is none.", "해당 레코드가 없습니다.";
    first_page: "To the beginning", "처음으로";
    next_page: "Further on", "다음";
    no_ledger: "The ledger cannot be reached.", "원장에 연결할 수 없습니다.";
    last_errors: "Last errors", "최근 오류";
    acts: "Acts", "조작 이력";
    act: "Act", "조작";
    at: "At", "일시";
    accepted: "The request was kept.", "요청이 접수되었습니다.";
    was_closed: "The error was closed.", "오류를 종결했습니다.";
    refused: "Refused", "거부됨";
    back: "Back", "돌아가기";
    paused: "paused", "일시 중지됨";
    pause: "Pause", "일시 중지";
    resume: "Resume", "재개";
    not_listed: "not on the due list any more", "조회 대상 목록에 더 이상 없음";
    rejected: "its row cannot be asked about", "조회할 수 없는 행";
    in_doubt: "a write is in doubt", "반영 여부 불명";
    history: "History", "이력";
    none: "–", "–";
}

/// The language of a request: what was chosen, or else what the browser asks for.
pub(crate) fn of(headers: &HeaderMap) -> &'static Words {
    let text = |name| {
        headers
            .get(name)
            .and_then(|v: &axum::http::HeaderValue| v.to_str().ok())
    };
    let chosen = text(header::COOKIE)
        .into_iter()
        .flat_map(|c| c.split(';'))
        .find_map(|c| c.trim().strip_prefix("customs_lang="));
    let asked = text(header::ACCEPT_LANGUAGE).unwrap_or_default();
    match chosen.unwrap_or(asked) {
        lang if lang.starts_with("ko") => &KOREAN,
        _ => &ENGLISH,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_wins_over_the_browser() {
        let headers = |cookie: &'static str, asked: &'static str| {
            [(header::COOKIE, cookie), (header::ACCEPT_LANGUAGE, asked)]
                .into_iter()
                .map(|(n, v)| (n, axum::http::HeaderValue::from_static(v)))
                .collect::<HeaderMap>()
        };
        assert_eq!(of(&headers("a=b", "ko-KR,ko;q=0.9")).lang, "ko");
        assert_eq!(of(&headers("a=b; customs_lang=en", "ko-KR")).lang, "en");
        assert_eq!(of(&headers("customs_lang=ko", "de")).lang, "ko");
        assert_eq!(of(&HeaderMap::new()).lang, "en");
    }
}
