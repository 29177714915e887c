//! How fast a large answer is read: `cargo bench -p unipass-client --bench decode`.
//!
//! Decodes a list of 1,211 rows (1.08 MB), and in the same run reads the same bytes with nothing but quick-xml's event loop.
//! Prints the ratio of the two, the median of pairs measured side by side; the bar is 0.6. The list is the recorded one where
//! `CUSTOMS_CORPUS` names the folder that holds it, otherwise one of the same shape.

use std::hint::black_box;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use quick_xml::Reader;
use quick_xml::events::Event;
use unipass_client::services::cargo_progress::SERVICE;
use unipass_client::{Decoder, Verdict};

const BAR: f64 = 0.6;
const PAIRS: usize = 41;
/// Decoded so often in one measurement, so that the clock's steps do not matter.
const TIMES: u32 = 8;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<bool> {
    let body = list()?;
    let mut ratios = Vec::new();
    let (mut bare, mut whole) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..PAIRS {
        let (events, decoded) = (cpu_of(|| read_events(&body))?, cpu_of(|| decode(&body))?);
        (bare, whole) = (bare + events, whole + decoded);
        ratios.push(events.as_secs_f64() / decoded.as_secs_f64());
    }
    ratios.sort_by(f64::total_cmp);
    let ratio = ratios.get(PAIRS / 2).copied().unwrap_or_default();
    let speed =
        |time: Duration| body.len() as f64 * f64::from(TIMES) * PAIRS as f64 / time.as_secs_f64() / 1e6;
    let is_good = ratio >= BAR;
    writeln!(
        std::io::stdout(),
        "{} bytes: decoded at {:.0} MB/s, events alone at {:.0} MB/s; ratio {ratio:.2}, bar {BAR}: {}",
        body.len(),
        speed(whole),
        speed(bare),
        if is_good { "met" } else { "MISSED" }
    )?;
    Ok(is_good)
}

fn list() -> Outcome<Vec<u8>> {
    let folder = std::env::var_os("CUSTOMS_CORPUS").map(std::path::PathBuf::from);
    if let Some(folder) = folder {
        return Ok(std::fs::read(folder.join("unipass/live/multiple-results.xml"))?);
    }
    const EMPTY: [&str; 29] = [
        "csclPrgsStts",
        "vydf",
        "rlseDtyPridPassTpcd",
        "prnm",
        "ldprCd",
        "shipNat",
        "blPt",
        "prgsStCd",
        "msrm",
        "wghtUt",
        "cntrGcnt",
        "cargTp",
        "pckGcnt",
        "etprCstm",
        "shipNm",
        "prcsDttm",
        "ttwg",
        "cntrNo",
        "prgsStts",
        "spcnCargCd",
        "pckUt",
        "ldprNm",
        "frwrSgn",
        "frwrEntsConm",
        "agnc",
        "mtTrgtCargYnNm",
        "lodCntyCd",
        "blPtNm",
        "dclrDelyAdtxYn",
    ];
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><cargCsclPrgsInfoQryRtnVo><ntceInfo>[N00] 조회 결과가 다건입니다. \
         상세내역조회를 위해서는 화물관리번호(cargMtNo)로 조회하시기 바랍니다.</ntceInfo>",
    );
    for row in 0..1211 {
        xml += "<cargCsclPrgsInfoQryVo>";
        for name in EMPTY {
            xml += &format!("<{name}></{name}>");
        }
        xml += &format!(
            "<dsprNm>인천항</dsprNm><etprDt>20200607</etprDt><dsprCd>KRINC</dsprCd><shcoFlcoSgn>DFNC</shcoFlcoSgn><shcoFlco>동방창</shcoFlco>\
             <cargMtNo>20OZ007835I{row:08}</cargMtNo><mblNo>98822131314</mblNo><hblNo>60778{row:08}</hblNo></cargCsclPrgsInfoQryVo>"
        );
    }
    xml += "<tCnt>1211</tCnt></cargCsclPrgsInfoQryRtnVo>";
    Ok(xml.into_bytes())
}

fn decode(body: &[u8]) -> Outcome<()> {
    let answer = Decoder::new(&SERVICE).decode(black_box(body));
    if answer.verdict() != Verdict::Many || answer.records().len() != 1211 {
        return Err(format!("not the list: {answer:?}").into());
    }
    black_box(&answer);
    Ok(())
}

fn read_events(body: &[u8]) -> Outcome<()> {
    let mut reader = Reader::from_str(std::str::from_utf8(black_box(body))?);
    let mut events = 0_u32;
    loop {
        match reader.read_event()? {
            Event::Eof => break,
            event => {
                black_box(&event);
                events += 1;
            }
        }
    }
    black_box(events);
    Ok(())
}

/// CPU time of this thread for doing it [`TIMES`] times.
fn cpu_of(work: impl Fn() -> Outcome<()>) -> Outcome<Duration> {
    let before = cpu()?;
    for _ in 0..TIMES {
        work()?;
    }
    Ok(cpu()?.saturating_sub(before))
}

fn cpu() -> Outcome<Duration> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = stat.split(' ').next().unwrap_or_default().parse()?;
    Ok(Duration::from_nanos(nanoseconds))
}
