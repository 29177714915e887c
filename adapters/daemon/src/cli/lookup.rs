use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::ValueEnum;
use customs_core::{
    CallContext, Clock, CustomsAnswer, CustomsQuery, Priority, QuotaLedger, Record, RunId, SystemClock,
    Verdict,
};
use secrecy::SecretString;
use serde_json::{Map, Value, json};
use tokio::time::Instant;
use unipass_client::{Query, Service};

use super::output::Output;
use super::outside;
use super::table::{Side, Table};
use super::{Result, service_named};
use crate::bootstrap;
use crate::config::{Config, OneOrTwo};

/// Nobody sits in front of a terminal for longer.
const LIMIT: Duration = Duration::from_secs(120);

/// Asks customs one question and prints the answer.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The key: --key, or [unipass] of --config, or the variable UNIPASS_API001 (with the service's id).\n\
                        Exit codes: 0 customs answered (found, many, not found, mismatch), 1 it did not, or nothing was asked."
)]
pub(crate) struct Args {
    /// The service, by its id (API001) or name (cargo-progress).
    service: String,
    /// Its parameters by wire name, as `customs services SERVICE` shows them.
    #[arg(value_name = "NAME=VALUE")]
    params: Vec<String>,
    /// How the answer is printed.
    #[arg(long, value_enum, default_value = "table")]
    format: Shape,
    /// Where the key stands: env:NAME or file:PATH.
    #[arg(long, value_name = "env:NAME|file:PATH")]
    key: Option<String>,
    /// A configuration file: its section `unipass` counts, with keys, rate and own verdicts.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Another address than the customs service's own.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
}

/// How an answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// For people.
    Table,
    /// As `customs unipass decode` prints it.
    Json,
    /// A row for each record, after RFC 4180.
    Csv,
}

pub(crate) async fn run(args: Args, output: &mut Output) -> Result {
    let service = service_named(&args.service)?;
    let query = question(service, &args.params)?;
    let mut config = Config::load_for_questions(args.config.as_deref(), Some(service.id))?;
    if let Some(key) = key(&args, service, &config)? {
        config.unipass.keys.clear();
        config
            .unipass
            .keys
            .insert(service.id.to_owned(), OneOrTwo::One(key));
    }
    if let Some(base_url) = args.base_url {
        config.unipass.base_url = Some(base_url);
    }
    // A question by hand takes from the same budget as those of the jobs.
    let in_ledger = config.unipass.daily.is_some() || config.unipass.shared;
    let ledger = match in_ledger {
        true => Some(Arc::new(bootstrap::open_ledger(&config).await?)),
        false => None,
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let quota = ledger.clone().map(|ledger| ledger as Arc<dyn QuotaLedger>);
    let customs = bootstrap::customs(&config, quota, Arc::clone(&clock))?;
    let mut cx =
        CallContext::new("".into(), "lookup".into(), RunId::new(clock.now())).until(Instant::now() + LIMIT);
    cx.priority = Priority::Urgent;
    let asked = CustomsQuery::new(service.id, query.params().collect());
    let answer = customs.query(&cx, &asked).await;
    if let Some(ledger) = ledger {
        ledger.shut_down().await;
    }
    let answer = answer?;
    match args.format {
        Shape::Json => output.json(&as_json(service, &answer))?,
        Shape::Csv => output.bytes(&as_csv(service, &answer)?)?,
        Shape::Table => table(service, &answer, output)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The question, after the rules of the catalogue. What was given is not repeated in a complaint: it may be personal.
fn question(service: &'static Service, params: &[String]) -> Result<Query> {
    let mut query = Query::new(service);
    for (i, param) in params.iter().enumerate() {
        let place = i + 1;
        let (name, value) = param
            .split_once('=')
            .with_context(|| format!("parameter {place} has no `=`, expected NAME=VALUE"))?;
        if query.get(name).is_some() {
            anyhow::bail!("parameter {place}: {name} stands there twice");
        }
        query = query.with(name, value);
    }
    query.check()?;
    Ok(query)
}

/// The key for this call; `None`: that of the configuration.
fn key(args: &Args, service: &Service, config: &Config) -> anyhow::Result<Option<SecretString>> {
    let variable = format!("UNIPASS_{}", service.id);
    if let Some(place) = &args.key {
        return outside::secret("--key", place).map(Some);
    }
    if !config.unipass.keys.is_empty() {
        return Ok(None);
    }
    match std::env::var(&variable) {
        Ok(key) => Ok(Some(SecretString::from(key.trim().to_owned()))),
        Err(_) => anyhow::bail!(
            "{0}: no key; set {variable}, or give --key env:NAME or file:PATH, or --config FILE with {0} under [unipass] keys",
            service.id
        ),
    }
}

/// The form of `customs unipass decode`.
fn as_json(service: &Service, answer: &CustomsAnswer) -> Value {
    let records: Vec<Value> = answer
        .records
        .iter()
        .map(|record| {
            let mut fields = Map::new();
            for (name, text) in record.fields() {
                let text = Value::from(text);
                match fields.get_mut(name) {
                    None => {
                        fields.insert(name.to_owned(), text);
                    }
                    Some(Value::Array(several)) => several.push(text),
                    Some(one) => *one = Value::Array(vec![one.take(), text]),
                }
            }
            json!({ "element": record.element(), "fields": fields })
        })
        .collect();
    json!({
        "service": service.id, "verdict": word(&answer.verdict), "notice": answer.notice, "error": null, "records": records,
    })
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Found => "found",
        Verdict::NotFound => "not_found",
        Verdict::Many => "many",
        Verdict::Mismatch => "mismatch",
        Verdict::Error(_) => "error",
    }
}

/// Verdict and element, then a column for each field; an answer without records is one row with the verdict alone.
fn as_csv(service: &Service, answer: &CustomsAnswer) -> anyhow::Result<Vec<u8>> {
    let records: Vec<Record<'_>> = answer.records.iter().collect();
    let columns = match records.as_slice() {
        [] => service
            .records
            .iter()
            .flat_map(|record| record.fields)
            .map(|field| field.wire)
            .fold(Vec::new(), with),
        records => columns(service, records),
    };
    let mut csv = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    csv.write_record(["verdict", "element"].iter().chain(&columns))?;
    let verdict = word(&answer.verdict);
    for record in &records {
        csv.write_field(verdict)?;
        csv.write_field(record.element())?;
        for column in &columns {
            csv.write_field(text(*record, column))?;
        }
        csv.write_record(None::<&[u8]>)?;
    }
    if answer.records.is_empty() {
        let blanks = std::iter::repeat_n("", columns.len() + 1);
        csv.write_record(std::iter::once(verdict).chain(blanks))?;
    }
    csv.into_inner().map_err(|error| error.into_error().into())
}

/// The fields that records have, in the order of the catalogue; unknown ones last.
fn columns<'a>(service: &Service, records: &[Record<'a>]) -> Vec<&'a str> {
    let mut columns: Vec<&str> = records
        .iter()
        .flat_map(|record| record.fields().map(|(name, _)| name))
        .fold(Vec::new(), with);
    let known: Vec<&str> = service
        .records
        .iter()
        .flat_map(|record| record.fields)
        .map(|field| field.wire)
        .collect();
    columns.sort_by_key(|name| known.iter().position(|k| k == name).unwrap_or(known.len()));
    columns
}

fn with<'a>(mut names: Vec<&'a str>, name: &'a str) -> Vec<&'a str> {
    if !names.contains(&name) {
        names.push(name);
    }
    names
}

/// The text of a field; several of one name one below the other.
fn text(record: Record<'_>, name: &str) -> String {
    let texts: Vec<&str> = record
        .fields()
        .filter(|(n, _)| *n == name)
        .map(|(_, text)| text)
        .collect();
    texts.join("\n")
}

/// One record stands upright with the names of its fields; several of an element lie in a table.
fn table(service: &Service, answer: &CustomsAnswer, output: &mut Output) -> anyhow::Result<()> {
    let Service { id, ko, en, .. } = service;
    let verdict = match &answer.verdict {
        Verdict::Found => "found",
        Verdict::NotFound => "customs says there is none",
        Verdict::Many => "several match: ask again more narrowly",
        Verdict::Mismatch => "the check failed",
        Verdict::Error(kind) => kind,
    };
    output.line(format_args!("{id} {ko} · {en}: {verdict}"))?;
    if let Some(notice) = &answer.notice {
        output.line(super::table::plain(notice))?;
    }
    let elements = answer.records.iter().map(Record::element).fold(Vec::new(), with);
    for element in elements {
        let records: Vec<Record<'_>> = answer
            .records
            .iter()
            .filter(|record| record.element() == element)
            .collect();
        output.line("")?;
        output.line(format_args!(
            "{}: {}",
            super::table::plain(element),
            records.len()
        ))?;
        match records.as_slice() {
            [record] => upright(service, *record).print(output)?,
            records => lying(service, records).print(output)?,
        }
    }
    Ok(())
}

fn upright(service: &Service, record: Record<'_>) -> Table {
    let def = service.record(record.element());
    let mut table = Table::new(["FIELD", "이름", "VALUE"].map(|head| (head, Side::Left)));
    for (name, text) in record.fields().filter(|(_, text)| !text.trim().is_empty()) {
        let ko = def.and_then(|def| def.field(name)).map_or("", |field| field.ko);
        table.row([name.to_owned(), ko.to_owned(), text.to_owned()]);
    }
    table
}

fn lying(service: &Service, records: &[Record<'_>]) -> Table {
    let columns: Vec<&str> = columns(service, records)
        .into_iter()
        .filter(|name| {
            records
                .iter()
                .any(|record| !text(*record, name).trim().is_empty())
        })
        .collect();
    let mut table = Table::new(columns.iter().map(|name| (name, Side::Left)));
    for record in records {
        table.row(columns.iter().map(|name| text(*record, name)));
    }
    table
}

#[cfg(test)]
mod tests {
    use customs_core::Records;
    use unipass_client::services::exchange_rate::SERVICE;

    use super::*;

    fn answer(verdict: Verdict, records: &[&[(&str, &str)]]) -> CustomsAnswer {
        let mut found = Records::new();
        for fields in records {
            found.push("trifFxrtInfoQryRsltVo", fields.iter().copied());
        }
        CustomsAnswer {
            verdict,
            records: found,
            state: None,
            notice: None,
            drift: 0,
        }
    }

    #[test]
    fn csv_quotes_what_must_be_and_keeps_the_rest() {
        let found = answer(
            Verdict::Found,
            &[
                &[("new", "1"), ("fxrt", "1,234.5"), ("currSgn", "JPY")],
                &[("currSgn", "a\"b\r\nc"), ("currSgn", "한글")],
            ],
        );
        assert_eq!(
            String::from_utf8(as_csv(&SERVICE, &found).unwrap()).unwrap(),
            "verdict,element,fxrt,currSgn,new\r\n\
             found,trifFxrtInfoQryRsltVo,\"1,234.5\",JPY,1\r\n\
             found,trifFxrtInfoQryRsltVo,,\"a\"\"b\r\nc\n한글\",\r\n"
        );
    }

    #[test]
    fn csv_of_nothing_says_who_says_so() {
        let none = as_csv(&SERVICE, &answer(Verdict::NotFound, &[])).unwrap();
        let none = String::from_utf8(none).unwrap();
        let lines: Vec<&str> = none.split("\r\n").collect();
        assert!(lines[0].starts_with("verdict,element,cntySgn,"), "{none}");
        assert!(
            lines[1].starts_with("not_found,,,") && lines[2].is_empty(),
            "{none}"
        );
    }

    #[test]
    fn fields_of_one_name_are_a_list() {
        let json = as_json(
            &SERVICE,
            &answer(
                Verdict::Found,
                &[&[("a", "1"), ("a", "2"), ("a", "3"), ("b", "")]],
            ),
        );
        assert_eq!(
            json["records"][0]["fields"],
            json!({ "a": ["1", "2", "3"], "b": "" })
        );
    }

    #[test]
    fn a_question_is_checked_before_it_is_sent() {
        let ask = |params: &[&str]| {
            let params: Vec<String> = params.iter().map(|p| (*p).to_owned()).collect();
            question(&SERVICE, &params).map(drop).map_err(|e| e.to_string())
        };
        assert_eq!(ask(&["qryYymmDd=20261120", "imexTp=2"]), Ok(()));
        for (params, complaint) in [
            (&["canary"][..], "parameter 1 has no `=`"),
            (
                &["imexTp=2", "imexTp=canary"],
                "parameter 2: imexTp stands there twice",
            ),
            (&["imexTp=canary", "qryYymmDd=20261120"], "1 수출, 2 수입"),
            (&["imexTp=2"], "qryYymmDd"),
            (
                &["imexTp=2", "qryYymmDd=20261120", "day=canary"],
                "unknown parameter day",
            ),
        ] {
            let error = ask(params).unwrap_err();
            assert!(error.contains(complaint) && !error.contains("canary"), "{error}");
        }
    }
}
