//! The chart of the last runs: a picture made here, of numbers and fixed words only.

use std::fmt::Write as _;

use customs_core::RunRow;

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 160.0;

/// Bars of records by outcome, oldest on the left, and a line of customs' latency. The page names what it shows; each bar has its
/// numbers as a title.
pub(crate) fn chart(runs: &[RunRow]) -> String {
    let closed: Vec<&RunRow> = runs.iter().rev().filter(|r| r.closed_at.is_some()).collect();
    if closed.is_empty() {
        return String::new();
    }
    let most = closed.iter().map(|r| r.receipt.due).max().unwrap_or(0).max(1) as f64;
    let slowest = closed.iter().filter_map(|r| latency(r)).fold(1.0, f64::max);
    let step = WIDTH / closed.len() as f64;
    let (mut bars, mut line) = (String::new(), String::new());
    for (i, run) in closed.iter().enumerate() {
        let receipt = &run.receipt;
        let x = i as f64 * step;
        let mut y = HEIGHT;
        let _ = write!(
            bars,
            "<g><title>{} · {} · {:.1} s · {:.0} ms</title>",
            run.started_at.strftime("%Y-%m-%d %H:%M:%SZ"),
            receipt.due,
            receipt.elapsed_ms as f64 / 1000.0,
            latency(run).unwrap_or(0.0)
        );
        for (class, count) in [
            ("pushed", receipt.pushed),
            ("unchanged", receipt.unchanged),
            ("not-found", receipt.not_found),
            ("failed", receipt.failed),
            ("deferred", receipt.deferred),
        ] {
            let height = count as f64 / most * HEIGHT;
            y -= height;
            if count > 0 {
                let _ = write!(
                    bars,
                    r#"<rect class="{class}" x="{x:.1}" y="{y:.1}" width="{:.1}" height="{height:.1}"/>"#,
                    (step * 0.8).min(40.0)
                );
            }
        }
        bars.push_str("</g>");
        // A run that asked nothing tells nothing of customs: the line goes past it.
        if let Some(ms) = latency(run) {
            let y = HEIGHT - ms / slowest * HEIGHT;
            let _ = write!(line, "{:.1},{y:.1} ", x + (step * 0.4).min(20.0));
        }
    }
    format!(
        r#"<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="chart-title">{bars}<polyline class="latency" points="{}"/></svg>"#,
        line.trim_end()
    )
}

/// How long customs took for a call, on average, in milliseconds.
fn latency(run: &RunRow) -> Option<f64> {
    let calls = run.receipt.customs_calls;
    (calls > 0).then(|| run.customs_ms as f64 / calls as f64)
}

#[cfg(test)]
mod tests {
    use customs_core::{Receipt, Tally};

    use super::*;

    #[test]
    fn each_closed_run_is_a_bar_and_nothing_foreign_gets_in() {
        let run = |id: &str, pushed, closed: bool| RunRow {
            company: "<script>".into(),
            job: "\"><svg>".into(),
            trigger: "schedule".to_owned(),
            started_at: "2026-11-23T03:17:05Z".parse().unwrap(),
            customs_ms: 200,
            closed_at: closed.then(|| "2026-11-23T03:18:05Z".parse().unwrap()),
            receipt: Receipt::draw_up(
                id.into(),
                pushed,
                Tally {
                    pushed,
                    ..Tally::default()
                },
                60_000,
                None,
            ),
        };
        let svg = chart(&[run("c", 4, false), run("b", 4, true), run("a", 2, true)]);
        assert_eq!(svg.matches("<g>").count(), 2);
        assert!(svg.contains(r#"y="80.0" width="40.0" height="80.0""#), "{svg}");
        assert!(!svg.contains("script") && !svg.contains("style="), "{svg}");
        assert_eq!(chart(&[]), "");
    }
}
