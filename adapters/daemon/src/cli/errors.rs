use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use customs_core::{
    CallContext, Clock as _, CompanyId, DueRecord, Episode, EpisodeFilter, EpisodeLedger as _, ErrorFilter,
    JobName, LedgerReader as _, RecordKey, RecordLedger as _, RunId, StoredError, SystemClock, Trigger,
};
use customs_sql::SqlLedger;

use super::output::Output;
use super::show::{grouped, korean};
use super::table::{Side, Table, plain};
use super::{ConfigArg, Format, Result, trigger, who};
use crate::bootstrap::{self, App};
use crate::config::Config;

/// Works with errors: the same error, however often it comes, is one episode with a number.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List the open episodes, the last seen first.
    List {
        /// Those that are over, too.
        #[arg(long)]
        all: bool,
        /// At most how many.
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        limit: u32,
        #[command(flatten)]
        common: Common,
    },
    /// Show an episode and its errors, the newest first.
    Show {
        /// The episode's number.
        episode: u64,
        /// At most how many errors.
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
        #[command(flatten)]
        common: Common,
    },
    /// Run the records of episodes again, as they were kept, and print what became of each.
    #[command(after_help = "Exit code 1 if a run failed, or was skipped because the job is paused.")]
    Retry {
        /// Episodes whose records are still failing.
        #[arg(value_name = "EPISODE", required_unless_present = "record")]
        episodes: Vec<u64>,
        /// A record by its key, as it was kept with its last error. May be repeated.
        #[arg(long, value_name = "KEY")]
        record: Vec<String>,
        #[command(flatten)]
        common: Common,
    },
    /// Close an episode by hand. The error coming back opens it again.
    Close {
        /// The episode's number.
        episode: u64,
        /// Who does it; default: the user of this terminal.
        #[arg(long, value_name = "WHO")]
        by: Option<String>,
        #[command(flatten)]
        common: Common,
    },
}

/// What all of them take.
#[derive(Debug, clap::Args)]
pub(crate) struct Common {
    #[command(flatten)]
    config: ConfigArg,
    /// How the result is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// More dead letters of one episode than these are left for another retry.
const MOST_LETTERS: u32 = 10_000;

pub(crate) async fn run(command: Command, output: &mut Output) -> Result {
    match command {
        Command::List { all, limit, common } => {
            let ledger = looking(&common).await?;
            let filter = EpisodeFilter {
                no: None,
                open: !all,
                brief: false,
                limit,
            };
            let episodes = ledger.episodes(&filter).await?;
            match common.format {
                Format::Json => output.json(&serde_json::json!({ "episodes": episodes }))?,
                Format::Text => list(&episodes, output)?,
            }
        }
        Command::Show {
            episode,
            limit,
            common,
        } => {
            let ledger = looking(&common).await?;
            let episode = find(&ledger, episode).await?;
            let errors = errors_of(&ledger, episode.no, limit).await?;
            match common.format {
                Format::Json => {
                    output.json(&serde_json::json!({ "episode": episode, "errors": errors }))?;
                }
                Format::Text => show(&episode, &errors, output)?,
            }
        }
        Command::Retry {
            episodes,
            record,
            common,
        } => return retry(&episodes, &record, &common, output).await,
        Command::Close { episode, by, common } => {
            let ledger = looking(&common).await?;
            let by = who(by);
            let changed = ledger.close_episode(episode, &by).await?;
            if !changed {
                // Says so if there is none of that number.
                find(&ledger, episode).await?;
            }
            match common.format {
                Format::Json => output.json(
                    &serde_json::json!({ "episode": episode, "changed": changed, "closed_by": changed.then_some(&by) }),
                )?,
                Format::Text if changed => output.line(format_args!("Episode {episode} closed by {by}."))?,
                Format::Text => output.line(format_args!("Episode {episode} was closed already."))?,
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn looking(common: &Common) -> anyhow::Result<SqlLedger> {
    let config = Config::load_for_ledger(&common.config.config)?;
    bootstrap::existing_ledger(&config).await
}

async fn find(ledger: &SqlLedger, no: u64) -> anyhow::Result<Episode> {
    let filter = EpisodeFilter {
        no: Some(no),
        open: false,
        brief: false,
        limit: 1,
    };
    let episode = ledger.episodes(&filter).await?.pop();
    episode.with_context(|| {
        format!("found no episode {no}, expected a number that `customs errors list --all` shows")
    })
}

async fn errors_of(ledger: &SqlLedger, episode: u64, limit: u32) -> anyhow::Result<Vec<StoredError>> {
    let filter = ErrorFilter {
        episode: Some(episode),
        limit,
        ..ErrorFilter::default()
    };
    Ok(ledger.errors(&filter).await?)
}

fn list(episodes: &[Episode], output: &mut Output) -> anyhow::Result<()> {
    use Side::{Left, Right};
    if episodes.is_empty() {
        return output.line("No open error.");
    }
    let mut table = Table::new([
        ("NO", Right),
        ("LAST SEEN (KST)", Left),
        ("FIRST SEEN (KST)", Left),
        ("ERRORS", Right),
        ("RECORDS", Right),
        ("FAILING", Right),
        ("JOB", Left),
        ("STAGE", Left),
        ("CODE", Left),
        ("STATE", Left),
        ("EXAMPLE", Left),
    ]);
    for episode in episodes {
        table.row([
            episode.no.to_string(),
            korean(episode.last_seen),
            korean(episode.first_seen),
            grouped(episode.count),
            grouped(episode.records),
            grouped(episode.failing),
            format!("{}/{}", episode.company, episode.job),
            episode.example.stage.as_str().to_owned(),
            episode.example.code.clone(),
            state(episode),
            episode.example.message.clone(),
        ]);
    }
    table.print(output)
}

fn state(episode: &Episode) -> String {
    match (&episode.closed_at, &episode.closed_by, episode.reopened) {
        (None, _, 0) => "open".to_owned(),
        (None, _, n) => format!("open, back {n} ×"),
        (Some(_), None, _) => "over".to_owned(),
        (Some(_), Some(by), _) => format!("closed by {by}"),
    }
}

fn show(episode: &Episode, errors: &[StoredError], output: &mut Output) -> anyhow::Result<()> {
    let Episode {
        no,
        company,
        job,
        example,
        count,
        records,
        failing,
        first_seen,
        last_seen,
        ..
    } = episode;
    output.line(format_args!(
        "Episode {no} of {company}/{job}: {}, [{}] {}",
        state(episode),
        example.stage.as_str(),
        example.code
    ))?;
    output.line(format_args!(
        "  {} errors, {} records, {} of them still failing; first {}, last {} (KST)",
        grouped(*count),
        grouped(*records),
        grouped(*failing),
        korean(*first_seen),
        korean(*last_seen)
    ))?;
    if let Some(endpoint) = &example.endpoint {
        let operation = example.operation.as_deref().unwrap_or_default();
        output.line(plain(&format!("  at {endpoint} {operation}")))?;
    }
    output.line(plain(&format!("  {}", example.message)))?;
    output.line("")?;
    let mut table = Table::new([
        ("WHEN (KST)", Side::Left),
        ("RECORD", Side::Left),
        ("KEPT", Side::Left),
        ("RUN", Side::Left),
        ("MESSAGE", Side::Left),
    ]);
    for error in errors {
        table.row([
            korean(error.at),
            error.key.as_ref().map(ToString::to_string).unwrap_or_default(),
            (if error.record.is_some() { "yes" } else { "no" }).to_owned(),
            error.run.to_string(),
            error.error.message.clone(),
        ]);
    }
    table.print(output)
}

/// Dead letters of one job, the newest of each record.
type Letters = BTreeMap<(CompanyId, JobName), BTreeMap<RecordKey, DueRecord>>;

async fn retry(episodes: &[u64], records: &[String], common: &Common, output: &mut Output) -> Result {
    let config = Config::load(&common.config.config)?;
    let ledger = bootstrap::existing_ledger(&config).await?;
    let mut letters = Letters::new();
    for no in episodes {
        let episode = find(&ledger, *no).await?;
        let mut kept = newest(errors_of(&ledger, episode.no, MOST_LETTERS).await?);
        for (job, records) in &mut kept {
            still_failing(&ledger, job, records).await?;
        }
        if kept.values().all(BTreeMap::is_empty) {
            bail!(
                "found no record of episode {no} that is still failing and was kept, expected at least one"
            );
        }
        merge(&mut letters, kept);
    }
    for key in records {
        let filter = ErrorFilter {
            key: Some(key.as_str().into()),
            limit: 100,
            ..ErrorFilter::default()
        };
        let kept = newest(ledger.errors(&filter).await?);
        if kept.is_empty() {
            bail!("--record: found no error of {key:?} with its record, expected a record that failed");
        }
        merge(&mut letters, kept);
    }
    ledger.shut_down().await;
    let app = App::build(&config).await?;
    let mut code = ExitCode::SUCCESS;
    for ((company, job), records) in letters {
        if records.is_empty() {
            continue;
        }
        let pipeline = app
            .pipelines
            .iter()
            .find(|p| p.job().company == company && p.job().name == job);
        let Some(pipeline) = pipeline else {
            return Err(config
                .error(
                    "job",
                    format!("no job {job} of company {company}"),
                    "the job whose records failed",
                )
                .into());
        };
        let keys: Vec<RecordKey> = records.keys().cloned().collect();
        let receipt = pipeline
            .run_once(Trigger::Retry(records.into_values().collect()))
            .await;
        if trigger::print(&*app.ledger, &receipt, &keys, common.format, output).await? != ExitCode::SUCCESS {
            code = ExitCode::FAILURE;
        }
    }
    app.ledger.shut_down().await;
    Ok(code)
}

/// The newest dead letter of each record. Errors come newest first.
fn newest(errors: Vec<StoredError>) -> Letters {
    let mut letters = Letters::new();
    for error in errors {
        if let Some(record) = error.record {
            letters
                .entry((error.company, error.job))
                .or_default()
                .entry(record.key.clone())
                .or_insert(record);
        }
    }
    letters
}

fn merge(letters: &mut Letters, more: Letters) {
    for (job, records) in more {
        letters.entry(job).or_default().extend(records);
    }
}

/// Leaves out the records that came through since.
async fn still_failing(
    ledger: &SqlLedger,
    (company, job): &(CompanyId, JobName),
    records: &mut BTreeMap<RecordKey, DueRecord>,
) -> anyhow::Result<()> {
    let keys: Vec<RecordKey> = records.keys().cloned().collect();
    let cx = CallContext::new(company.clone(), job.clone(), RunId::new(SystemClock.now()));
    for state in ledger.load(&cx, &keys).await? {
        if state.failures == 0 {
            records.remove(&state.key);
        }
    }
    Ok(())
}
