use std::process::ExitCode;

use unipass_client::Service;
use unipass_client::catalogue::{
    CacheLifetime, DateRange, Evidence, FieldTest, FinalRule, Form, Param, ParamForm, RecordDef, Span,
    Tracking,
};
use unipass_client::services::ALL;

use super::output::Output;
use super::table::{Side, Table};
use super::{Format, Result, service_named};

/// Lists the services, or shows one.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The service, by its id (API001) or name (cargo-progress); without it all are listed.
    service: Option<String>,
    /// How they are printed; json is the catalogue as it is.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(crate) fn run(args: &Args, output: &mut Output) -> Result {
    let service = args.service.as_deref().map(service_named).transpose()?;
    match (service, args.format) {
        (Some(service), Format::Json) => output.json(service)?,
        (None, Format::Json) => output.json(&ALL)?,
        (Some(service), Format::Text) => show(service, output)?,
        (None, Format::Text) => list(output)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(output: &mut Output) -> anyhow::Result<()> {
    let heads = ["ID", "NAME", "서비스", "SERVICE", "EVIDENCE", "KEEP", "STATE"];
    let mut table = Table::new(heads.map(|head| (head, Side::Left)));
    for service in ALL {
        table.row([
            service.id.to_owned(),
            service.slug.to_owned(),
            service.ko.to_owned(),
            service.en.to_owned(),
            evidence(service.evidence).to_owned(),
            keep(service.cache),
            if service.tracking.is_empty() { "" } else { "yes" }.to_owned(),
        ]);
    }
    table.print(output)
}

fn show(service: &Service, output: &mut Output) -> anyhow::Result<()> {
    let Service { id, slug, ko, en, .. } = service;
    output.line(format_args!("{id} {slug}: {ko} · {en}"))?;
    output.line(service.answers)?;
    output.line("")?;
    let why = match service.evidence {
        Evidence::Live => "checked against recorded answers of the live service",
        Evidence::Guide => "from the official guide and other programs; no recorded answer",
        Evidence::Unproven => "from one version of the guide only",
    };
    output.line(format_args!("Evidence: {}, {why}", evidence(service.evidence)))?;
    output.line(format_args!(
        "Address: {}/{}",
        unipass_client::BASE_URL,
        service.path
    ))?;
    output.line(format_args!("An answer may be kept: {}", keep(service.cache)))?;
    output.line("")?;
    params(service, output)?;
    for record in service.records {
        output.line("")?;
        fields(record, output)?;
    }
    states(service.tracking, output)?;
    if !service.notes.is_empty() {
        output.line("")?;
        output.line("Good to know:")?;
        for note in service.notes {
            output.line(format_args!("  {note}"))?;
        }
    }
    Ok(())
}

fn params(service: &Service, output: &mut Output) -> anyhow::Result<()> {
    if service.params.is_empty() {
        return output.line("It takes no parameter.");
    }
    let heads = ["PARAMETER", "이름", "MEANING", "FORM", "LENGTH", "REQUIRED"];
    let mut table = Table::new(heads.map(|head| (head, Side::Left)));
    for param in service.params {
        table.row([
            param.wire.to_owned(),
            param.ko.to_owned(),
            param.en.to_owned(),
            param_form(param),
            lengths(param.len),
            if param.required { "yes" } else { "" }.to_owned(),
        ]);
    }
    table.print(output)?;
    let rules = service.rules.one_of;
    if !rules.is_empty() {
        let groups: Vec<String> = rules.iter().map(|group| group.join(" + ")).collect();
        let how = if service.rules.only_one {
            "Exactly one of"
        } else {
            "One of"
        };
        output.line(format_args!("{how}: {}", groups.join(" | ")))?;
    }
    if let Some(DateRange { from, to, max, .. }) = service.rules.range {
        let max = match max {
            Span::Days(days) => format!("{days} days"),
            Span::Years(years) => format!("{years} year(s)"),
        };
        output.line(format_args!("From {from} to {to}: at most {max}"))?;
    }
    for rule in service.rules.when {
        let when = format!("If {} is {}:", rule.param, rule.is.join(" or "));
        if !rule.any_of.is_empty() {
            output.line(format_args!("{when} {} is needed", rule.any_of.join(" or ")))?;
        }
        if !rule.none_of.is_empty() {
            output.line(format_args!("{when} not {}", rule.none_of.join(", ")))?;
        }
    }
    Ok(())
}

fn fields(record: &RecordDef, output: &mut Output) -> anyhow::Result<()> {
    let place = if record.root { " (the root itself)" } else { "" };
    let when = if record.when.is_empty() {
        String::new()
    } else {
        format!(", {}", record.when)
    };
    output.line(format_args!("Record {}{place}{when}:", record.element))?;
    let heads = ["FIELD", "이름", "MEANING", "FORM", "ALSO SPELT"];
    let mut table = Table::new(heads.map(|head| (head, Side::Left)));
    for field in record.fields {
        table.row([
            field.wire.to_owned(),
            field.ko.to_owned(),
            field.en.to_owned(),
            field_form(field.form),
            field.alt.join(", "),
        ]);
    }
    table.print(output)
}

fn states(tracking: &[Tracking], output: &mut Output) -> anyhow::Result<()> {
    for t in tracking {
        output.line("")?;
        output.line(format_args!(
            "State: {} of {}",
            t.states.join(", else "),
            t.record
        ))?;
        match t.as_of {
            Some((element, field)) => output.line(format_args!("  since: {field} of {element}"))?,
            None => output.line("  since: not told")?,
        }
        for rule in t.finals {
            output.line(format_args!("  final when {}", final_rule(rule)))?;
        }
        match t.finals {
            [] => output.line("  final: nothing known ends it")?,
            _ => output.line(format_args!(
                "  then looked at daily for {} days",
                t.slow_tail_days
            ))?,
        }
    }
    Ok(())
}

fn final_rule(rule: &FinalRule) -> String {
    let unless = rule.unless.map_or(String::new(), |(field, test)| {
        format!(", unless {}", condition(field, test))
    });
    format!("{} of {}{unless}", condition(rule.field, rule.test), rule.record)
}

fn condition(field: &str, test: FieldTest) -> String {
    match test {
        FieldTest::Is(text) => format!("{field} is {text}"),
        FieldTest::StartsWith(text) => format!("{field} begins with {text}"),
        FieldTest::Present => format!("{field} has a text"),
        FieldTest::EmptyOrContains(text) => format!("{field} is empty or contains {text}"),
    }
}

fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Live => "live",
        Evidence::Guide => "guide",
        Evidence::Unproven => "unproven",
    }
}

fn keep(lifetime: CacheLifetime) -> String {
    match lifetime {
        CacheLifetime::Never => "no".to_owned(),
        CacheLifetime::Days(days) => format!("{days} days"),
        CacheLifetime::Week => "until the week ends".to_owned(),
    }
}

fn param_form(param: &Param) -> String {
    match param.form {
        ParamForm::Text => "text".to_owned(),
        ParamForm::Digits => "digits".to_owned(),
        ParamForm::Number => "number".to_owned(),
        ParamForm::Date => "yyyyMMdd".to_owned(),
        ParamForm::Year => "yyyy".to_owned(),
        ParamForm::Code(list) => codes(list),
    }
}

fn field_form(form: Form) -> String {
    match form {
        Form::Text => "text".to_owned(),
        Form::Date => "date".to_owned(),
        Form::DateTime => "date and time".to_owned(),
        Form::Time => "time".to_owned(),
        Form::Integer => "whole number".to_owned(),
        Form::Decimal => "number".to_owned(),
        Form::Flag => "Y or N".to_owned(),
        Form::Code(list) => codes(list),
    }
}

fn codes(list: &unipass_client::catalogue::CodeList) -> String {
    let codes: Vec<String> = list
        .values
        .iter()
        .map(|c| format!("{} {} {}", c.code, c.ko, c.en))
        .collect();
    codes.join(", ")
}

fn lengths(ranges: &[(u16, u16)]) -> String {
    let ranges: Vec<String> = ranges
        .iter()
        .map(|(least, most)| {
            if least == most {
                least.to_string()
            } else {
                format!("{least}–{most}")
            }
        })
        .collect();
    ranges.join(", ")
}
