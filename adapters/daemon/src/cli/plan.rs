use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

use customs_core::capacity::{Demand, Forecast, LambdaShape, Load, MonthlyCost, Prices};
use customs_core::{DeferReason, FanOut, Lane, LedgerReader as _, RunRow, RunStatus};
use serde::Serialize;

use super::output::Output;
use super::show::grouped;
use super::{ConfigArg, Format, Result};
use crate::bootstrap;
use crate::config::{AwsConfig, Config, JobConfig};

/// Says whether the configured intervals fit: the least time of a run, useful connections, quota, and cost.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The bound: T ≥ max(N·L/C, (N−B)/R) + tail, for N records, latency L, C calls under way, R calls a second with \
                  a burst of B. With [aws], jobs that ask the same service divide R and B. Exit code 1 if an interval is infeasible."
)]
pub(crate) struct Args {
    #[command(flatten)]
    config: ConfigArg,
    /// Records asked in a run of each job (N); default: the most that one of the ledger's last 20 runs asked.
    #[arg(long, value_name = "N")]
    records: Option<u64>,
    /// How long one answer of customs takes, in milliseconds (L); default: the mean of the ledger's last 20 runs.
    #[arg(long, value_name = "L")]
    latency_ms: Option<u64>,
    /// Memory of a Lambda function in MiB.
    #[arg(long, value_name = "MIB", default_value_t = 128)]
    lambda_memory_mib: u32,
    /// US dollars for one GiB-second of Lambda; default: the list price for arm64 in Seoul.
    #[arg(long, value_name = "USD", default_value_t = Prices::default().lambda_gib_second)]
    lambda_gib_second: f64,
    /// US dollars for a million Lambda calls; default: the list price in Seoul.
    #[arg(long, value_name = "USD", default_value_t = Prices::default().lambda_million_calls)]
    lambda_million_calls: f64,
    /// How long SAP takes for a call, in milliseconds: a function is paid for while it waits.
    #[arg(long, value_name = "S", default_value_t = 1000)]
    sap_ms: u64,
    /// US dollars for a NAT gateway and its address for an hour; 0 if the VPC has another way out. Default: the list price in Seoul.
    #[arg(long, value_name = "USD", default_value_t = Prices::default().nat_hour)]
    nat_hour: f64,
    /// US dollars for a GiB through the NAT gateway; default: the list price in Seoul.
    #[arg(long, value_name = "USD", default_value_t = Prices::default().nat_gib)]
    nat_gib: f64,
    /// US dollars for a server for a month.
    #[arg(long, value_name = "USD", default_value_t = Prices::default().server_month)]
    server_month: f64,
    /// How the plan is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Runs of a job that are looked at.
const LAST: usize = 20;

/// A job and what it comes to.
#[derive(Debug, Serialize)]
struct JobPlan {
    company: String,
    job: String,
    service: String,
    every_s: f64,
    deadline_s: f64,
    records: u64,
    records_from: &'static str,
    latency_ms: f64,
    latency_from: &'static str,
    in_flight: usize,
    rate: Option<f64>,
    burst: u32,
    #[serde(flatten)]
    forecast: Forecast,
    lambda_workers: u32,
    lambda: MonthlyCost,
    #[serde(skip)]
    load: Load,
}

pub(crate) async fn run(args: Args, output: &mut Output) -> Result {
    let config = Config::load_for_ledger(&args.config.config)?;
    let prices = Prices {
        server_month: args.server_month,
        lambda_gib_second: args.lambda_gib_second,
        lambda_million_calls: args.lambda_million_calls,
        nat_hour: args.nat_hour,
        nat_gib: args.nat_gib,
    };
    // A plan may come before the first run: where the arguments say all, nobody looks for a ledger.
    let runs = if args.records.is_some() && args.latency_ms.is_some() {
        Ok(Vec::new())
    } else {
        last_runs(&config).await
    };
    let jobs = config
        .jobs
        .iter()
        .map(|job| plan(&config, job, &args, &prices, &runs))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let mut loads: BTreeMap<&str, Vec<Load>> = BTreeMap::new();
    for job in &jobs {
        loads.entry(&job.service).or_default().push(job.load);
    }
    let unipass = &config.unipass;
    let services: BTreeMap<&str, Demand> = loads
        .into_iter()
        .map(|(service, loads)| {
            (
                service,
                Demand::of(&loads, unipass.rate, unipass.daily, unipass.urgent_reserve),
            )
        })
        .collect();
    let problems: Vec<String> = jobs
        .iter()
        .flat_map(|job| {
            job.forecast
                .infeasible
                .iter()
                .map(|p| format!("job {}: {p}", job.job))
        })
        .chain(
            services
                .iter()
                .flat_map(|(s, d)| d.infeasible.iter().map(move |p| format!("{s}: {p}"))),
        )
        .collect();
    let lambda: f64 = jobs.iter().map(|job| job.lambda.functions).sum();
    let nat = prices.nat_month() + jobs.iter().map(|job| job.lambda.traffic).sum::<f64>();
    match args.format {
        Format::Json => output.json(&serde_json::json!({
            "feasible": problems.is_empty(), "infeasible": problems, "jobs": jobs, "services": services,
            "cost_per_month": { "server": prices.server_month, "lambda": lambda, "nat": nat, "prices": prices },
        }))?,
        Format::Text => {
            for job in &jobs {
                text(job, output)?;
            }
            for (service, demand) in &services {
                output.line(format_args!("Service {service}, all jobs"))?;
                let quota = demand.usable_per_day.map_or_else(
                    || "no daily budget is set".to_owned(),
                    |usable| {
                        format!(
                            "{} may be used (daily = {}, less the urgent reserve)",
                            round(usable),
                            grouped(unipass.daily.unwrap_or(0))
                        )
                    },
                );
                output.line(format_args!(
                    "  calls        {} a day, {:.2} a second; {quota}",
                    round(demand.calls_per_day),
                    demand.calls_per_second
                ))?;
            }
            output.line("Cost of a month (30 days)")?;
            output.line(format_args!("  on a server  ${:.2}", prices.server_month))?;
            output.line(format_args!(
                "  on Lambda    ${lambda:.2} at least ({} MiB, ${} per GiB-second, ${} per million calls; queues and logs not counted)",
                args.lambda_memory_mib, prices.lambda_gib_second, prices.lambda_million_calls
            ))?;
            output.line(format_args!(
                "  NAT          ${nat:.2} beside Lambda, unless the VPC has a fixed address already (${} an hour, ${} a GiB)",
                prices.nat_hour, prices.nat_gib
            ))?;
            match problems.as_slice() {
                [] => output.line("Feasible.")?,
                problems => {
                    for problem in problems {
                        output.line(format_args!("INFEASIBLE: {problem}"))?;
                    }
                }
            }
        }
    }
    if problems.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    output.flush()?;
    Output::complain(&format!("infeasible: {}", problems.join("; ")));
    Ok(ExitCode::FAILURE)
}

async fn last_runs(config: &Config) -> anyhow::Result<Vec<RunRow>> {
    Ok(bootstrap::existing_ledger(config).await?.runs(1000).await?)
}

fn plan(
    config: &Config,
    job: &JobConfig,
    args: &Args,
    prices: &Prices,
    known: &anyhow::Result<Vec<RunRow>>,
) -> anyhow::Result<JobPlan> {
    let runs: Vec<&RunRow> = known
        .iter()
        .flatten()
        .filter(|run| *run.company.as_str() == *job.company && *run.job.as_str() == *job.name)
        .filter(|run| run.trigger == "schedule" && run.receipt.status == RunStatus::Succeeded)
        .take(LAST)
        .collect();
    let missing = |argument: &str, what: &str| {
        let ledger = match known {
            Ok(_) => format!("the ledger has no run of job {} that tells", job.name),
            Err(error) => format!("the ledger cannot tell ({})", super::one_line(error)),
        };
        anyhow::anyhow!("{argument}: found nothing, and {ledger}, expected {what}")
    };
    let (records, records_from) = match args.records {
        Some(records) => (records, "--records"),
        None => {
            let asked = runs.iter().map(|run| asked(run)).max();
            (
                asked.ok_or_else(|| missing("--records", "how many records a run asks"))?,
                "ledger",
            )
        }
    };
    let (latency, latency_from) = match args.latency_ms {
        Some(ms) => (Duration::from_millis(ms), "--latency-ms"),
        None => (
            latency(&runs).ok_or_else(|| missing("--latency-ms", "how long an answer of customs takes"))?,
            "ledger",
        ),
    };
    let unipass = &config.unipass;
    let load = Load {
        records,
        interval: job.every(),
        deadline: job.deadline(),
        latency,
        in_flight: unipass.in_flight,
        rate: config.rate_of(job),
    };
    let forecast = load.forecast();
    let chunk_size = job.chunk_size as u64;
    // As a plan of functions shares the rate.
    let fan_out = FanOut {
        rate: load.rate,
        latency,
        urgent_reserve: unipass.urgent_reserve,
        max_width: config
            .aws
            .as_ref()
            .map_or(AwsConfig::MAX_WORKERS, |aws| aws.max_workers),
    };
    let lambda_workers = fan_out.width(Lane::Main, unipass.in_flight);
    let shape = LambdaShape {
        memory_mib: args.lambda_memory_mib,
        workers: lambda_workers,
        chunk_size,
        pages: records.div_ceil((job.page_size as u64).max(1)).max(1),
        sap: Duration::from_millis(args.sap_ms),
        urgent_reserve: unipass.urgent_reserve,
    };
    Ok(JobPlan {
        company: job.company.clone(),
        job: job.name.clone(),
        service: job.query.service.clone(),
        every_s: job.every().as_secs_f64(),
        deadline_s: job.deadline().as_secs_f64(),
        records,
        records_from,
        latency_ms: latency.as_secs_f64() * 1000.0,
        latency_from,
        in_flight: unipass.in_flight,
        rate: load.rate.map(|rate| rate.per_second),
        burst: load.rate.map_or(unipass.burst, |rate| rate.burst),
        lambda: load.lambda_month(&shape, prices),
        forecast,
        lambda_workers,
        load,
    })
}

/// Records that a run asked: those that were due, less those that rested.
fn asked(run: &RunRow) -> u64 {
    let rested = [
        DeferReason::NotDueYet,
        DeferReason::Quarantined,
        DeferReason::Duplicate,
    ];
    let rested = rested
        .iter()
        .filter_map(|r| run.receipt.reasons.deferred.get(r.as_str()));
    run.receipt.due.saturating_sub(rested.sum())
}

/// The mean latency of customs over these runs.
fn latency(runs: &[&RunRow]) -> Option<Duration> {
    let calls: u64 = runs.iter().map(|run| run.receipt.customs_calls).sum();
    let ms: u64 = runs.iter().map(|run| run.customs_ms).sum();
    (calls > 0 && ms > 0).then(|| Duration::from_secs_f64(ms as f64 / calls as f64 / 1000.0))
}

fn text(job: &JobPlan, output: &mut Output) -> anyhow::Result<()> {
    let JobPlan {
        records,
        latency_ms,
        in_flight,
        burst,
        forecast,
        ..
    } = job;
    output.line(format_args!(
        "Job {} of company {}: every {} s, deadline {} s",
        job.job, job.company, job.every_s, job.deadline_s
    ))?;
    output.line(format_args!(
        "  records      N = {} ({}), latency L = {latency_ms:.1} ms ({})",
        grouped(*records),
        job.records_from,
        job.latency_from
    ))?;
    let (rate, by_rate) = match (job.rate, forecast.by_rate) {
        (Some(rate), Some(by_rate)) => (
            format!(", rate R = {rate}/s, burst B = {burst}"),
            format!(", (N−B)/R = {by_rate:.1} s"),
        ),
        _ => (", no rate".to_owned(), String::new()),
    };
    output.line(format_args!("  calls        C = {in_flight} under way{rate}"))?;
    output.line(format_args!(
        "  time         T ≥ max(N·L/C = {:.1} s{by_rate}) + tail {:.1} s = {:.1} s",
        forecast.by_connections, forecast.tail, forecast.bound
    ))?;
    if let Some(useful) = forecast.useful_connections {
        output.line(format_args!(
            "  connections  R·L = {useful}: more under way buy nothing"
        ))?;
    }
    output.line(format_args!(
        "  calls        {} a day, {} a month ({:.0} runs a day), repeats not counted",
        round(forecast.calls_per_day),
        round(forecast.calls_per_month),
        forecast.runs_per_day
    ))
}

fn round(number: f64) -> String {
    // Counts of calls: not negative, far below 2^63.
    grouped(number.round().max(0.0) as u64)
}
