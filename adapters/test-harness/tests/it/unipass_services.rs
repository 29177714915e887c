//! Every service of the Open API: a found, an empty and a refused answer, and the oddities that are known.

use customs_test_harness::unipass::UnipassSimulator;
use secrecy::ExposeSecret;

use crate::http::get;

/// What takes the place of `{}`: found, not found, refused.
const USUAL: [&str; 3] = ["101", "404", "500"];

/// Service, query, values of `{}`, an element of the found answer. API001 and API002 answer from the made-up world and
/// have tests of their own.
const ASKED: [(&str, &str, [&str; 3], &str); 47] = [
    (
        "API003",
        "reqApreNo=AP{}&imexTpcd=I",
        USUAL,
        "xtrnUserImpReqApreDtlBrkdQryRsltVo",
    ),
    (
        "API004",
        "inscQuanItt=801&ntfcNo=N{}&dgcnt=1",
        USUAL,
        "xtrnUserInscQuanDtlBrkdQryRsltVo",
    ),
    ("API005", "snarSgn=02077{}", USUAL, "shedInfoQryRsltVo"),
    ("API006", "frwrNm=NURI{}", USUAL, "frwrLstQryRsltVo"),
    ("API007", "frwrSgn=Z{}", USUAL, "frwrBrkdQryRsltVo"),
    ("API008", "flcoNm=HANA{}", USUAL, "flcoLstQryRsltVo"),
    ("API009", "flcoSgn=Z{}", ["1", "4", "5"], "flcoBrkdQryRsltVo"),
    ("API010", "ecm=GAON{}", USUAL, "ecmQryRsltVo"),
    ("API011", "cntySgn=CN&conm=PARTS{}", USUAL, "ovrsSplrSgnQryRsltVo"),
    (
        "API012",
        "qryYymmDd={}&imexTp=2",
        ["20261120", "19990101", "19000500"],
        "trifFxrtInfoQryRsltVo",
    ),
    (
        "API013",
        "jrsdCstm={}",
        ["020", "404", "500"],
        "lcaLstInfoQryRsltVo",
    ),
    ("API014", "lcaSgn=41{}", USUAL, "lcaBrkdQryRsltVo"),
    (
        "API015",
        "baseDt=20261120&hsSgn=8708999{}",
        USUAL,
        "simlXamrttXtrnUserQryRsltVo",
    ),
    ("API016", "ecm=GAON{}", USUAL, "simlFxamtAplyNnaplyEntsQryRsltVo"),
    (
        "API017",
        "hsSgn=7106910{}",
        USUAL,
        "expFfmnPridShrtTrgtPrlstQryRsltVo",
    ),
    (
        "API018",
        "hsSgn=8471300{}&koenTp=1",
        ["000", "404", "500"],
        "hsSgnSrchRsltVo",
    ),
    (
        "API019",
        "statsSgnTp=A08&cdValtVal=02077{}",
        USUAL,
        "statsSgnQryVo",
    ),
    ("API020", "cargMtNo=26GAON0000I00010{}", USUAL, "cntrQryBrkdQryVo"),
    ("API021", "ioprSbmtNo=26GAON0{}", USUAL, "etprRprtQryBrkdQryVo"),
    ("API023", "btcoSgn=020{}", USUAL, "btcoVhclQryRsltVo"),
    (
        "API024",
        "shipCallImoNo=D5{}&seaFlghIoprTpcd=10",
        USUAL,
        "etprRprtQryBrkdQryVo",
    ),
    ("API025", "reqRqstNo=R{}", USUAL, "apfmPrcsStusQryVo"),
    ("API026", "shipCoNm=GAON{}", USUAL, "shipCoLstQryRsltVo"),
    ("API027", "shipCoSgn=Z{}", USUAL, "shipCoBrkdQryRsltVo"),
    ("API029", "hsSgn=1905901{}&imexTp=2", USUAL, "ccctLworCdQryRsltVo"),
    (
        "API030",
        "hsSgn=8471300{}",
        ["000", "404", "500"],
        "trrtQryRsltVo",
    ),
    ("API031", "jrsdPsno=22{}", USUAL, "psnoPrJrsdCstmQryRsltVoList"),
    (
        "API032",
        "dclrBsopDtlTpcd=IMP&dcshSbmtNo=S{}",
        USUAL,
        "expImpAffcSbmtInfoQryRsltVoList",
    ),
    ("API033", "alspEntsCd=K0{}", USUAL, "alspEntsCdQryVo"),
    (
        "API034",
        "expDclrNo=413252600000{}&expDclrLnNo=001",
        USUAL,
        "expCmdtRsqtyVoRsltVo",
    ),
    (
        "API036",
        "cbno=KNA{}&dclrDttm=20261102",
        USUAL,
        "expFfmnBrkdCbnoQryRsltVo",
    ),
    (
        "API037",
        "psmtKcd=31&psmtNo=EM000000{}KR",
        USUAL,
        "psmtCsclPrgsInfoQryRsltVo",
    ),
    (
        "API038",
        "etprDt=20261118&dclrCstmSgn={}",
        ["020", "404", "500"],
        "seaUlvsDclrInfoQryRsltVo",
    ),
    (
        "API042",
        "impDclrNo=41325261000{}",
        USUAL,
        "reexpTxfrFfmnRsqtyQryRsltVo",
    ),
    (
        "API043",
        "hsSgn=8471300{}",
        ["000", "404", "500"],
        "cmtrStatsQryRsltVo",
    ),
    ("API044", "ioprSbmtNo=26HANA0{}", USUAL, "flghEtprRprtBrkdQryVo"),
    (
        "API045",
        "impDclrNo=41325261000{}&lnNo=001",
        USUAL,
        "reepCndtImpFfmnTmlmInfoQryRsltVo",
    ),
    (
        "API046",
        "impDclrNo=41325261000{}&lnNo=001",
        USUAL,
        "reexpFfmnCmplRprtPrcsInfoQryRsltVo",
    ),
    ("API047", "snarSgn=02077{}", USUAL, "bdgdFccmShedQryRsltVo"),
    (
        "API048",
        "rlbrBssNo=41325261000{}",
        USUAL,
        "impCmdtSnarRlseDclrYnRsltVo",
    ),
    (
        "API049",
        "impDclrNo=41325261000{}",
        ["101", "204", "500"],
        "taxMgPayYnAndPayDtInfoQryRsltVo",
    ),
    (
        "API050",
        "impDclrNo=41325261000{}",
        USUAL,
        "taxMgReleRqstPrcsStusInfoQryRsltVo",
    ),
    (
        "API051",
        "elcmExpDclrNo=41325261000{}",
        USUAL,
        "elcmExpLoadInfoQryRsltVo",
    ),
    (
        "API052",
        "dcshSbmtNo=41325261000{}&imexTpcd=E&mdfyRqstDgcnt=1",
        USUAL,
        "mdfyPrcsSttsBrkdQryRsltVo",
    ),
    (
        "API053",
        "expDclrNo=413252600000{}",
        USUAL,
        "expLdpInscInfoQryRsltVo",
    ),
    (
        "API054",
        "frarSnarSgn=02077{}&qryStrtDt=20261115&qryEndDt=20261120",
        USUAL,
        "trnpMethAlocPrngApiInfoQryRsltVo",
    ),
    (
        "API055",
        "brno=US{}&cntyCd=US",
        USUAL,
        "elcmEntsSgnVldyVrfcQryRsltVo",
    ),
];

async fn ask(customs: &UnipassSimulator, id: &str, query: &str) -> String {
    let url = customs.url(id).unwrap();
    let path = url.strip_prefix(&format!("http://{}", customs.addr())).unwrap();
    let key = customs.key(id).unwrap().expose_secret();
    let answer = get(&format!("{path}?crkyCn={key}&{query}"))
        .send(customs.addr())
        .await;
    assert_eq!(answer.status, 200, "{id}");
    answer.text().to_owned()
}

#[tokio::test]
async fn all_services_are_served() {
    let customs = UnipassSimulator::builder().start().await.unwrap();
    let mut ids: Vec<_> = customs.services().map(str::to_owned).collect();
    ids.sort();
    let expected: Vec<_> = (1..=55)
        .filter(|id| *id != 41)
        .map(|id| format!("API{id:03}"))
        .collect();
    assert_eq!(ids, expected);
}

#[tokio::test]
async fn found_not_found_and_refused() {
    let customs = UnipassSimulator::builder().start().await.unwrap();
    for (id, query, [found, empty, refused], element) in ASKED {
        let open = format!("<{element}>");
        let answer = ask(&customs, id, &query.replace("{}", found)).await;
        assert!(
            answer.contains(&open) && !answer.contains("<tCnt>-1</tCnt>"),
            "{id}: {answer}"
        );
        let answer = ask(&customs, id, &query.replace("{}", empty)).await;
        assert!(
            !answer.contains(&open) && !answer.contains("<tCnt>-1</tCnt>"),
            "{id}: {answer}"
        );
        let answer = ask(&customs, id, &query.replace("{}", refused)).await;
        assert!(
            !answer.contains(&open) && answer.contains("<tCnt>-1</tCnt>"),
            "{id}: {answer}"
        );
        let answer = ask(&customs, id, "").await;
        assert!(!answer.contains(&open), "{id} without any parameter: {answer}");
    }
}

#[tokio::test]
async fn a_missing_parameter_is_named_in_korean() {
    let customs = UnipassSimulator::builder().start().await.unwrap();
    let answer = ask(&customs, "API018", "hsSgn=8471300000").await;
    assert!(answer.contains("<ntceInfo>한영구분(koenTp)은 필수입력입니다.</ntceInfo><tCnt>-1</tCnt>"));
    let answer = ask(&customs, "API024", "shipCallImoNo=D5GA1&seaFlghIoprTpcd=11").await;
    assert!(answer.contains("세관부호(cstmSgn)는 필수입력입니다."));
}

#[tokio::test]
async fn verifications_answer_with_their_count() {
    let customs = UnipassSimulator::builder().start().await.unwrap();
    let import = "impDclrCrfnPblsNo=1&impDclrNo=41325{}&pltxIdfyNo=1&orcyCntyCd=CN&dclrPrnm=A&dclrWght=1&dclrWghtUtCd=KG";
    let export = "expDclrCrfnPblsNo=1&expDclrNo=41325{}&txprBrno=1&orcyCntyCd=KR&prnm=A&ntwg=1";
    let person = "persEcm=P0000000{}&pltxNm=%ED%99%8D&cralTelno=01000000000";
    for (id, query) in [("API022", import), ("API035", export), ("API028", person)] {
        for (value, count) in [("101", "1"), ("404", "0"), ("500", "-1")] {
            let answer = ask(&customs, id, &query.replace("{}", value)).await;
            assert!(
                answer.contains(&format!("<tCnt>{count}</tCnt>")),
                "{id} {value}: {answer}"
            );
        }
    }
    let echoed = ask(&customs, "API028", &person.replace("{}", "406")).await;
    assert!(
        echoed.contains("납세의무자명(홍)"),
        "the name comes back: {echoed}"
    );
    assert_eq!(echoed.matches("<errMsgCn>").count(), 2);
    let euc_kr = person.replace("{}", "101").replace("%ED%99%8D", "%B1%E8"); // 김
    assert!(
        ask(&customs, "API028", &euc_kr).await.contains("<tCnt>0</tCnt>"),
        "a mismatch, not an error"
    );
}

#[tokio::test]
async fn success_can_carry_a_text_and_emptiness_too() {
    let customs = UnipassSimulator::builder().start().await.unwrap();
    for (id, query, text, count) in [
        ("API049", "impDclrNo=1101", "납부", "1"),
        (
            "API055",
            "brno=1&cntyCd=US",
            "정상적으로 조회가 완료되었습니다.",
            "1",
        ),
        (
            "API029",
            "hsSgn=1905901404&imexTp=2",
            "조회된 정보가 없습니다.",
            "0",
        ),
        (
            "API030",
            "hsSgn=8471300404",
            "조회된 관세율 정보가 없습니다.",
            "0",
        ),
        ("API049", "impDclrNo=1404", "예상치 못한 오류...", "-1"),
    ] {
        let answer = ask(&customs, id, query).await;
        assert!(
            answer.contains(&format!("<ntceInfo>{text}</ntceInfo>")),
            "{id}: {answer}"
        );
        assert!(
            answer.contains(&format!("<tCnt>{count}</tCnt>")),
            "{id}: {answer}"
        );
    }
}

#[tokio::test]
async fn shapes_vary_as_in_the_real_service() {
    let customs = UnipassSimulator::builder().start().await.unwrap();
    for (id, query, present, absent) in [
        ("API005", "jrsdCstmCd=020", "<shedInfoQryRtnVo>", "<tCnt>"),
        ("API008", "flcoNm=HANA", "<flcoLstQryRtnVo>", "<tCnt>"),
        (
            "API003",
            "reqApreNo=1&imexTpcd=E",
            "<xtrnUserExpReqApreBrkdQryRsltVo>",
            "Imp",
        ),
        ("API019", "statsSgnTp=A01", "<othStatsSgnQryVo>", "<statsSgnQryVo"),
        ("API019", "statsSgnTp=A06", "<statsSgnQryVo2>", "<statsSgn>"),
        (
            "API023",
            "btcoSgn=020500",
            "<btcoVhclQryCondVo>",
            "<btcoVhclQryRtnVo>",
        ),
        (
            "API031",
            "jrsdPsno=22500",
            "<statsSgnQryRtnVo>",
            "<psnoPrJrsdCstmQryRtnVo>",
        ),
        (
            "API024",
            "shipCallImoNo=1&seaFlghIoprTpcd=11&cstmSgn=020",
            "<tkofDttm>",
            "<etprDttm>",
        ),
        (
            "API037",
            "psmtKcd=31&psmtNo=EM1KR",
            "<tCnt>0</tCnt><psmtCsclPrgsInfoQryRsltVo>",
            "-1",
        ),
        (
            "API039",
            "ioprSbmtNo=1",
            "<shipAirCntyCd>MH (마샬군도)</shipAirCntyCd>",
            "<ntceInfo>",
        ),
        (
            "API040",
            "ioprSbmtNo=1",
            "<prcsDttm>2026-11-19 13:56</prcsDttm>",
            "<tCnt>",
        ),
        ("API039", "ioprSbmtNo=1404", "<shipFlgtNm></shipFlgtNm>", "MARU"),
        (
            "API044",
            "ioprSbmtNo=1",
            "<tCnt>1</tCnt><ntceInfo></ntceInfo>",
            "-1",
        ),
        (
            "API046",
            "impDclrNo=1201&lnNo=1",
            "<reexpFffmnPrcsStcd>",
            "<reexpFfmnPrcsStcd>",
        ),
        ("API048", "rlbrBssNo=1201", "<rlbrYn>", "<rlbrDYn>"),
        ("API050", "impDclrNo=1", "<taxMgQryRtnVo>", "-1"),
        (
            "API052",
            "dcshSbmtNo=1&imexTpcd=I&mdfyRqstDgcnt=1&mdfyRqstDt=20261120",
            "RsltVoLst>",
            "-1",
        ),
        (
            "API018",
            "prnm=notebook&koenTp=2",
            "<korePrnm></korePrnm>",
            "휴대용",
        ),
    ] {
        let answer = ask(&customs, id, query).await;
        assert!(
            answer.contains(present) && !answer.contains(absent),
            "{id}: {answer}"
        );
    }
}
