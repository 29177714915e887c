//! How soon customs is asked about an urgent record while a full run holds the whole rate:
//! `cargo bench -p customs-daemon --bench urgent_lane`.
//!
//! A run of 10,000 records takes all of 50 calls a second; each answer takes 100 ms, and a tenth of the day is kept for urgent
//! records. Meanwhile 100 posts of three records come, one a second. What is measured is the time from the moment before a post is
//! sent to the arrival of the first of its questions, by the simulator's own log. The bars: at p95 no more than three times the
//! simulator's latency; and none comes later than the next token kept for urgent records: at a tenth of 50 a second there is one
//! every 200 ms, so the first question stands at customs by then, plus the time that handing over takes (one latency). It takes
//! two minutes, and needs no optimised build: `--profile dev` will do. Five synced writes of the ledger stand between a post and
//! its first question (accept, take, begin, claim, the call itself), so the disk must not be busy with other work: beside a
//! compiler this bench measures the compiler.

use std::collections::HashMap;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use tokio::time::Instant;

#[path = "support/config.rs"]
mod config;
#[path = "support/scene.rs"]
mod scene;
#[path = "support/verdict.rs"]
mod verdict;
use scene::{ARRIVALS, Scene};
use verdict::Outcome;

const RECORDS: u32 = 10_000;
const POSTS: u32 = 100;
const EACH: u32 = 3;
const RATE: f64 = 50.0;
const RESERVE: f64 = 0.1;
const LATENCY: Duration = Duration::from_millis(100);
const P95_BAR: f64 = 300.0;

fn main() -> ExitCode {
    verdict::of(2, run())
}

/// When a post was sent and when it was accepted, in milliseconds of the simulator's clock.
struct Post {
    sent: f64,
    accepted: f64,
    cargo: Vec<String>,
}

async fn run() -> Outcome<bool> {
    let scene = Scene::start(RECORDS, LATENCY, "").await?;
    let unipass = format!("rate = {RATE}\nburst = 10\ndaily = 50000\nurgent_reserve = {RESERVE}");
    let daemon = scene.daemon("daemon", "every = \"1h\"", &unipass)?;
    let mut beat = tokio::time::interval(Duration::from_millis(50));
    // The burst is over, and the run goes at its rate.
    while scene.customs.arrived() < 250 {
        beat.tick().await;
    }
    let began = scene.customs.started();
    let now = || began.elapsed().as_secs_f64() * 1e3;
    let world = scene.customs.world();
    // From the end of the list, where the full run does not come meanwhile.
    let mut shipments = (0..RECORDS).rev().map(|index| world.shipment(index));
    let mut posts = Vec::new();
    let mut second = tokio::time::interval_at(Instant::now(), Duration::from_secs(1));
    for _ in 0..POSTS {
        let three: Vec<_> = shipments.by_ref().take(EACH as usize).collect();
        let numbers: Vec<String> = three.iter().map(|s| s.delivery()).collect();
        second.tick().await;
        let sent = now();
        daemon.post(&numbers).await?;
        posts.push(Post {
            sent,
            accepted: now(),
            cargo: three.iter().map(|s| s.cargo_number().trim().to_owned()).collect(),
        });
    }
    let until = posts.last().map_or(0.0, |p| p.accepted) + 2_000.0;
    while now() < until {
        beat.tick().await;
    }
    drop(daemon);
    let log = std::fs::read_to_string(scene.folder.path().join(ARRIVALS))?;
    scene.customs.shutdown().await;
    judge(&posts, &log)
}

fn judge(posts: &[Post], log: &str) -> Outcome<bool> {
    let mut first: HashMap<String, f64> = HashMap::new();
    let mut all = Vec::new();
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line)?;
        let at = line["at_us"].as_f64().ok_or("no time")? / 1e3;
        let cargo = line["params"]["cargMtNo"].as_str().unwrap_or_default().to_owned();
        all.push(at);
        first.entry(cargo).or_insert(at);
    }
    let (mut waits, mut accepting, mut between) = (Vec::new(), Vec::new(), Vec::new());
    for post in posts {
        let asked = post.cargo.iter().filter_map(|c| first.get(c)).copied();
        let asked = asked
            .min_by(f64::total_cmp)
            .ok_or("a post was never asked about")?;
        waits.push(asked - post.sent);
        accepting.push(post.accepted - post.sent);
        between.push(all.iter().filter(|t| (post.sent..asked).contains(*t)).count() as f64);
    }
    let (from, to) = (
        posts.first().map_or(0.0, |p| p.sent),
        posts.last().map_or(0.0, |p| p.sent),
    );
    let busy = all.iter().filter(|t| (from..to).contains(*t)).count() as f64 / ((to - from) / 1e3 * RATE);
    let latest = 1e3 / (RATE * RESERVE) + LATENCY.as_secs_f64() * 1e3;
    for all in [&mut waits, &mut accepting, &mut between] {
        all.sort_by(f64::total_cmp);
    }
    let at = |all: &[f64], share: f64| {
        let place = (all.len() as f64 * share).ceil() as usize;
        all.get(place.saturating_sub(1)).copied().unwrap_or_default()
    };
    let is_good = at(&waits, 0.95) <= P95_BAR && at(&waits, 1.0) <= latest && busy >= 0.95;
    writeln!(
        std::io::stdout(),
        "{} posts; rate used meanwhile {:.1} % (bar 95 %)\n\
         first question after the post: p50 {:.0} ms, p95 {:.0} ms (bar {P95_BAR:.0}), latest {:.0} ms (bar {latest:.0})\n\
         of that, until it was accepted: p50 {:.0} ms, p95 {:.0} ms, latest {:.0} ms\n\
         questions of the full run in between: p50 {:.0}, p95 {:.0}, most {:.0}: {}",
        posts.len(),
        busy * 100.0,
        at(&waits, 0.5),
        at(&waits, 0.95),
        at(&waits, 1.0),
        at(&accepting, 0.5),
        at(&accepting, 0.95),
        at(&accepting, 1.0),
        at(&between, 0.5),
        at(&between, 0.95),
        at(&between, 1.0),
        if is_good { "met" } else { "MISSED" }
    )?;
    Ok(is_good)
}
