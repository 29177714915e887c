use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::Arc;

use customs_core::{
    CallContext, Clock, CustomsAnswer, CustomsApi, DueRecord, ErrorKind, FetchRequest, Mapping, QuotaLedger,
    RecordState, RunId, Select, SourceSystem, SystemClock, Verdict,
};
use sap_soap::pipeline::SapSource;
use sap_soap::request::RequestEncoder;
use sap_soap::schema::Type;
use sap_soap::wsdl::Wsdl;
use serde::Serialize;
use tokio::time::Instant;

use super::output::Output;
use super::{ConfigArg, Format, Result};
use crate::bootstrap;
use crate::config::{Config, JobConfig};

/// Tries logon, mapping and one lookup, and says what is wrong and where to put it right. Writes nothing to SAP.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    config: ConfigArg,
    /// How the results are printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// One thing that was tried.
#[derive(Debug, Serialize)]
struct Finding {
    what: String,
    ok: bool,
    detail: String,
    /// The key of the configuration where it can be put right.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

/// How long one step may take.
const LIMIT: std::time::Duration = std::time::Duration::from_secs(30);

pub(crate) async fn run(args: Args, output: &mut Output) -> Result {
    let config = Config::load(&args.config.config)?;
    let mut findings = vec![Finding {
        what: "configuration".to_owned(),
        ok: true,
        detail: format!(
            "{} is well-formed, {} job(s)",
            config.file.display(),
            config.jobs.len()
        ),
        key: None,
    }];
    let mut quota: Option<Arc<dyn QuotaLedger>> = None;
    findings.push(match bootstrap::open_ledger(&config).await {
        Ok(ledger) => {
            let detail = format!("{} is open and up to date", ledger.location());
            quota = Some(Arc::new(ledger));
            good("ledger", detail)
        }
        Err(error) => bad("ledger", "ledger.url", &error),
    });
    for (i, job) in config.jobs.iter().enumerate() {
        check_job(&config, job, i, quota.clone(), &mut findings).await;
    }
    let all_good = findings.iter().all(|f| f.ok);
    match args.format {
        Format::Json => output.json(&serde_json::json!({ "ok": all_good, "findings": findings }))?,
        Format::Text => {
            for Finding {
                what,
                ok,
                detail,
                key,
            } in &findings
            {
                output.line(format_args!(
                    "{} {what}: {detail}",
                    if *ok { "ok    " } else { "FAILED" }
                ))?;
                if let Some(key) = key.as_ref().filter(|_| !ok) {
                    output.line(format_args!(
                        "       put it right in {} at {key}",
                        config.file.display()
                    ))?;
                }
            }
        }
    }
    Ok(if all_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The WSDL, one page of the due list, and one question to customs; stops at the first that fails.
async fn check_job(
    config: &Config,
    job: &JobConfig,
    index: usize,
    quota: Option<Arc<dyn QuotaLedger>>,
    findings: &mut Vec<Finding>,
) {
    let at = |key: &str| format!("job[{index}].{key}");
    let what = |step: &str| format!("job {}: {step}", job.name);
    let client = match bootstrap::source_client(config, job).await {
        Ok(client) => client,
        Err(error) => {
            // A WSDL at an address is fetched with the logon.
            let key = if kind_of(&error) == Some(ErrorKind::Unauthorized) {
                "source.password"
            } else {
                "source.wsdl"
            };
            return findings.push(bad(&what("WSDL"), &at(key), &error));
        }
    };
    let sink_wsdl = Arc::clone(client.wsdl());
    // Several ports may offer the same operation.
    let operations: BTreeSet<_> = client.wsdl().operations().map(|o| o.name.to_string()).collect();
    findings.push(good(
        &what("WSDL"),
        format!(
            "operations {}",
            operations.into_iter().collect::<Vec<_>>().join(", ")
        ),
    ));
    if let Err(error) = client.wsdl().operation(&job.sink.operation) {
        // A sink with a WSDL of its own is checked when the pipeline is built.
        if job.sink.wsdl.is_none() {
            findings.push(bad(&what("write-back"), &at("sink.operation"), &error.into()));
        }
    } else if let Some(results) = job.sink.results.as_ref().filter(|_| job.sink.wsdl.is_none())
        && !answers_table(&sink_wsdl, &job.sink.operation, &results.table)
    {
        let error = anyhow::anyhow!("{} answers no table {}", job.sink.operation, results.table);
        findings.push(bad(&what("write-back"), &at("sink.results"), &error));
    }
    let source = match SapSource::new(client, job.source.clone(), job.query.clone()) {
        Ok(source) => source,
        Err(error) => return findings.push(bad(&what("due list"), &at("source.operation"), &error.into())),
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let cx = CallContext::new(
        job.company.as_str().into(),
        job.name.as_str().into(),
        RunId::new(clock.now()),
    );
    let cx = cx.until(Instant::now() + LIMIT);
    let page = match source
        .fetch(
            &cx,
            FetchRequest {
                select: Select::Due,
                after: None,
                limit: 5,
            },
        )
        .await
    {
        Ok(page) => page,
        Err(error) => {
            let key = match error.kind() {
                ErrorKind::Unauthorized => at("source.password"),
                ErrorKind::Unavailable | ErrorKind::Timeout => at("source.endpoint"),
                _ => at("source"),
            };
            return findings.push(bad(&what("due list"), &key, &error.into()));
        }
    };
    if let Some(broken) = page.rejected.first() {
        findings.push(bad(
            &what(&format!("due record {}", broken.key)),
            &at(if broken.error.get_code() == "missing_key" {
                "source.key"
            } else {
                "query"
            }),
            &broken.error.clone().into(),
        ));
    }
    let Some(first) = page.records.first() else {
        if page.rejected.is_empty() {
            findings.push(good(
                &what("due list"),
                "nothing is due now, so no question can be tried".to_owned(),
            ));
        }
        return;
    };
    findings.push(good(
        &what("due list"),
        format!(
            "{} record(s) on the first page, the first is {}",
            page.records.len(),
            first.key
        ),
    ));
    let now = clock.now();
    let customs = match bootstrap::customs(config, quota, clock) {
        Ok(customs) => customs,
        Err(error) => return findings.push(bad(&what("customs"), "unipass", &error)),
    };
    let service = &first.query.service;
    if !customs.supports(service) {
        let error = anyhow::anyhow!("there is no key for the service {service}, or no such service");
        return findings.push(bad(&what("customs"), "unipass.keys", &error));
    }
    let asked = match customs.query(&cx, &first.query).await {
        Ok(answer) if answer.verdict == Verdict::Found => {
            let status = answer
                .state
                .as_ref()
                .map(|s| s.status.clone())
                .unwrap_or_default();
            findings.push(good(
                &what("customs"),
                format!("{} is found, its state is {status:?}", first.key),
            ));
            match would_write(config, job, &sink_wsdl, first, &answer, now) {
                Ok(detail) => good(&what("mapping"), detail),
                Err(error) => bad(&what("mapping"), &at("sink.columns"), &error),
            }
        }
        Ok(answer) => good(&what("customs"), format!("{} is {}", first.key, answer.verdict)),
        Err(error) => {
            let key = match error.kind() {
                ErrorKind::Unauthorized => "unipass.keys",
                ErrorKind::Unavailable | ErrorKind::Timeout => "unipass.base_url",
                _ => "unipass",
            };
            bad(&what("customs"), key, &error.into())
        }
    };
    findings.push(asked);
}

/// The kind of the core's error in a chain, if there is one.
fn kind_of(error: &anyhow::Error) -> Option<ErrorKind> {
    let core = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<customs_core::Error>());
    core.map(customs_core::Error::kind)
}

/// Whether the operation's reply has this table.
fn answers_table(wsdl: &Wsdl, operation: &str, table: &str) -> bool {
    let Ok(operation) = wsdl.operation(operation) else {
        return false;
    };
    let element = operation.output.as_ref().and_then(|reply| reply.element.as_ref());
    let root = element.and_then(|e| wsdl.schema.element(e.namespace.as_deref(), &e.name));
    match root.map(|root| wsdl.schema.get(root.ty)) {
        Some(Type::Complex(reply)) => reply.field(table).is_some(),
        // What the WSDL does not tell is not wrong.
        Some(_) | None => true,
    }
}

/// What the answer would write, as SAP would get it. A sink with a WSDL of its own is held to it by a run.
fn would_write(
    config: &Config,
    job: &JobConfig,
    wsdl: &Wsdl,
    record: &DueRecord,
    answer: &CustomsAnswer,
    now: jiff::Timestamp,
) -> anyhow::Result<String> {
    let sink = &job.sink;
    let columns = sink
        .columns
        .iter()
        .map(|(name, template)| (name.clone(), template.clone()));
    let mapping = Mapping::new(columns.collect(), config.maps.clone())?;
    let (delivery, _) = mapping.map(
        &job.name,
        record,
        &RecordState::new(record.key.clone()),
        answer,
        now,
    )?;
    if sink.wsdl.is_none() {
        let filled = delivery.columns.iter().filter(|(_, value)| !value.is_empty());
        let row: serde_json::Map<_, _> = filled
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        let mut parameters: serde_json::Map<_, serde_json::Value> = sink
            .params
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().into()))
            .collect();
        parameters.insert(sink.rows.clone(), serde_json::json!([row]));
        RequestEncoder::new(wsdl, wsdl.operation(&sink.operation)?)?.encode(&parameters)?;
    }
    Ok(format!(
        "{} column(s) would be written for {}",
        sink.columns.len(),
        record.key
    ))
}

fn good(what: &str, detail: String) -> Finding {
    Finding {
        what: what.to_owned(),
        ok: true,
        detail,
        key: None,
    }
}

fn bad(what: &str, key: &str, error: &anyhow::Error) -> Finding {
    Finding {
        what: what.to_owned(),
        ok: false,
        detail: super::one_line(error),
        key: Some(key.to_owned()),
    }
}
