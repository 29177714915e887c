use std::process::ExitCode;

use customs_core::{ChangeKind, Clock as _, Life, Reason, RecordEvent, RecordKey, SystemClock, why};

use super::output::Output;
use super::show::korean;
use super::table::{Side, Table, plain};
use super::{ConfigArg, Format, Result};
use crate::bootstrap;
use crate::config::Config;

/// Tells the whole life of a record, and why it is not updated when it is not.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The record's key: the fields of `source.key`, joined by a slash, such as 1000/0080001234.
    key: String,
    #[command(flatten)]
    config: ConfigArg,
    /// How it is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(crate) async fn run(args: Args, output: &mut Output) -> Result {
    let config = Config::load_for_ledger(&args.config.config)?;
    let ledger = bootstrap::existing_ledger(&config).await?;
    let key = RecordKey::from(args.key.as_str());
    let lives = why(&ledger, &ledger, &key, SystemClock.now()).await?;
    match args.format {
        Format::Json => output.json(&serde_json::json!({ "key": key, "known": !lives.is_empty(), "jobs": lives }))?,
        Format::Text if lives.is_empty() => output.line(plain(&format!(
            "{key}: no due list that this ledger has seen ever named it. Is the key right (the fields of source.key, \
             joined by a slash), and is the record on SAP's due list?"
        )))?,
        Format::Text => {
            for life in &lives {
                text(&key, life, output)?;
            }
        }
    }
    ledger.shut_down().await;
    Ok(ExitCode::SUCCESS)
}

fn text(key: &RecordKey, life: &Life, output: &mut Output) -> anyhow::Result<()> {
    let Life {
        company,
        job,
        state,
        last,
        ..
    } = life;
    output.line(plain(&format!(
        "{key} in job {job} of company {company} (times are Korean)"
    )))?;
    for reason in &life.reasons {
        output.line(plain(&format!("  → {}", said(reason))))?;
    }
    let mut facts = vec![("due since", life.due_since.map(korean))];
    facts.push(("asked last", state.observed_at.map(korean)));
    let status = state.state.as_ref().map(|s| s.status.as_str());
    let verdict = state.verdict.as_ref().map(ToString::to_string);
    facts.push((
        "answered",
        verdict.map(|v| match status {
            Some(status) if v == "found" => format!("{v}: {status}"),
            _ => v,
        }),
    ));
    facts.push((
        "written",
        state.pushed.as_ref().map(|p| {
            format!(
                "what was asked at {}, {} write(s) in all",
                korean(p.observed_at),
                state.pushes
            )
        }),
    ));
    facts.push((
        "last run",
        last.as_ref().map(|l| {
            let reason = l.reason.as_deref().map(|r| format!(" ({r})")).unwrap_or_default();
            format!("{}{reason} at {}, run {}", l.outcome, korean(l.at), l.run)
        }),
    ));
    facts.push((
        "next look",
        state.quarantined_until.max(state.next_look).map(korean),
    ));
    for (name, fact) in facts {
        let fact = fact.unwrap_or_else(|| "-".to_owned());
        output.line(plain(&format!("  {name:<11}{fact}")))?;
    }
    if life.events.is_empty() {
        return Ok(());
    }
    output.line("")?;
    let mut table = Table::new([
        ("  WHEN (KST)", Side::Left),
        ("WHAT", Side::Left),
        ("DETAIL", Side::Left),
        ("RUN", Side::Left),
    ]);
    for event in &life.events {
        table.row([
            format!("  {}", korean(event.at)),
            event.change.kind.as_str().to_owned(),
            detail(event),
            event.run.to_string(),
        ]);
    }
    table.print(output)
}

fn detail(event: &RecordEvent) -> String {
    let change = &event.change;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    match change.kind {
        ChangeKind::Answered if change.verdict.as_deref() == Some("found") => text(&change.status),
        ChangeKind::Answered => text(&change.verdict),
        ChangeKind::Pushed | ChangeKind::Corrected => text(&change.status),
        ChangeKind::Failed => {
            let episode = change
                .episode
                .map(|no| format!(", episode {no}"))
                .unwrap_or_default();
            format!("{}{episode}", text(&change.code))
        }
        ChangeKind::Recovered => format!("after {} failure(s)", change.failures.unwrap_or(0)),
        ChangeKind::Quarantined => change
            .until
            .map(|until| format!("until {}", korean(until)))
            .unwrap_or_default(),
        ChangeKind::FirstSeen | ChangeKind::Released | ChangeKind::InDoubt | ChangeKind::Resolved => {
            String::new()
        }
    }
}

fn said(reason: &Reason) -> String {
    let time = |at: &Option<jiff::Timestamp>| at.map_or_else(|| "an unknown time".to_owned(), korean);
    match reason {
        Reason::Paused(pause) => format!("the job is paused since {} by {}", korean(pause.at), pause.by),
        Reason::NotListed { run, at } => {
            format!(
                "not on the due list any more: the run of {} did not find it there (run {run})",
                korean(*at)
            )
        }
        Reason::Rejected { code, message, at } => {
            format!(
                "its row cannot be asked, last seen {}: [{code}] {message}",
                korean(*at)
            )
        }
        Reason::InDoubt => {
            "a write is in doubt: nobody knows whether it arrived; the next one settles it".to_owned()
        }
        Reason::Quarantined { until, failures } => {
            format!(
                "quarantined until {} after {failures} failure(s) in a row",
                korean(*until)
            )
        }
        Reason::Failing {
            code,
            message,
            failures,
        } => {
            let message = message
                .as_deref()
                .unwrap_or("(its error row is not kept any more)");
            format!("failing, {failures} time(s) in a row: [{code}] {message}")
        }
        Reason::Deferred { reason } => format!("left for the next run: {reason}"),
        Reason::NotDueYet { until } => format!("not due before {}", korean(*until)),
        Reason::NotFound { at } => format!("customs had none when it was asked at {}", time(at)),
        Reason::Unchanged { asked_at, since } => format!(
            "up to date: what customs answered at {} is what SAP holds since {}",
            time(asked_at),
            time(since)
        ),
        Reason::Pushed { at } => format!("up to date: written at {}", korean(*at)),
    }
}
