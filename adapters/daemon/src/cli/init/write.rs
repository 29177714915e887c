//! The answers as a commented file.

use std::fmt::Write as _;

use unipass_client::Service;

use super::Answers;

/// The states of cargo progress that most imports pass through.
const CARGO_STATES: [&str; 9] = [
    "입항적하목록 심사완료",
    "하선신고 수리",
    "하기신고 수리",
    "반입신고",
    "통관목록접수",
    "수입신고",
    "통관목록심사완료",
    "수입신고수리",
    "반출완료",
];

/// States that a company may have a code for, as customs writes them.
pub(super) fn usual_states(service: &Service) -> &'static [&'static str] {
    match service.id {
        "API001" => &CARGO_STATES,
        // Is the shipment complete?
        "API002" => &["Y", "N"],
        _ => &[],
    }
}

/// The environment variables that the file names.
pub(super) fn variables(answers: &Answers) -> Vec<String> {
    let mut names = vec![
        "SAP_USER".to_owned(),
        "SAP_PASSWORD".to_owned(),
        key_variable(answers.service),
    ];
    names.extend(answers.ledger.strip_prefix("env:").map(str::to_owned));
    names.extend(answers.listen.map(|_| "CUSTOMS_API_KEY".to_owned()));
    names
}

fn key_variable(service: &Service) -> String {
    format!("UNIPASS_{}", service.id)
}

/// A text as TOML has it. JSON's form fits, but for one character.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text)
        .to_string()
        .replace('\u{7f}', "\\u007F")
}

fn bare_or_quoted(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(bare) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

fn list(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| quoted(name)).collect();
    format!("[{}]", names.join(", "))
}

/// Fields that go back with the answer, and those that show what SAP holds.
fn origin_and_current(answers: &Answers) -> (Vec<String>, Vec<String>) {
    let mut origin = answers.source.key.clone();
    let mut current = Vec::new();
    for (name, template) in &answers.columns {
        let Some(template) = template else { continue };
        for field in template.split("{origin.").skip(1) {
            let field = field.split(['|', '}']).next().unwrap_or_default().to_owned();
            if !origin.contains(&field) {
                origin.push(field);
            }
        }
        let shared = answers.source.rows.columns.iter().any(|c| c.name == *name);
        if shared && !template.starts_with("{origin.") && !template.contains("{idempotency_key}") {
            current.push(name.clone());
        }
    }
    (origin, current)
}

/// The whole file.
pub(super) fn text(answers: &Answers) -> String {
    let mut text = String::new();
    // Writing into a string cannot fail.
    let _ = job(answers, &mut text);
    let _ = rest(answers, &mut text);
    text
}

fn job(answers: &Answers, text: &mut String) -> std::fmt::Result {
    let Answers { source, service, .. } = answers;
    let (origin, current) = origin_and_current(answers);
    writeln!(
        text,
        "# Written by `customs init`. Try it with `customs check`; the README explains every key."
    )?;
    writeln!(
        text,
        "# Relative paths begin at this file's folder. Secrets stay outside: env:NAME or file:PATH.\n"
    )?;
    writeln!(text, "[[job]]\nname = {}", quoted(&answers.job))?;
    writeln!(text, "company = {}", quoted(&answers.company))?;
    writeln!(
        text,
        "every = {}   # or cron = \"*/5 8-20 * * 1-5\"",
        quoted(&answers.every)
    )?;

    writeln!(
        text,
        "\n[job.source]   # the function module that lists what is due"
    )?;
    writeln!(text, "wsdl = {}", quoted(&answers.wsdl))?;
    match &answers.endpoint {
        Some(endpoint) => writeln!(text, "endpoint = {}", quoted(endpoint))?,
        None => writeln!(
            text,
            "# endpoint = \"https://sap.example/…\"   # if not where the WSDL says"
        )?,
    }
    writeln!(text, "user = \"env:SAP_USER\"\npassword = \"env:SAP_PASSWORD\"")?;
    writeln!(text, "operation = {}", quoted(&source.operation))?;
    writeln!(
        text,
        "rows = {}   # fields: {}",
        quoted(&source.rows.name),
        fields(answers)
    )?;
    match &source.page {
        Some((size, cursor, next)) => {
            let next = next
                .as_ref()
                .map(|next| format!(", next = {}", quoted(next)))
                .unwrap_or_default();
            writeln!(
                text,
                "page = {{ size = {}, cursor = {}{next} }}",
                quoted(size),
                quoted(cursor)
            )?;
        }
        None => writeln!(
            text,
            "# page = {{ size = \"…\", cursor = \"…\" }}   # everything comes in one reply"
        )?,
    }
    if let Some(keys) = &source.keys {
        writeln!(
            text,
            "keys = {{ table = {} }}   # asks for single records",
            quoted(keys)
        )?;
    }
    writeln!(text, "key = {}   # what identifies a row", list(&source.key))?;
    writeln!(
        text,
        "origin = {}   # what goes back with the answer",
        list(&origin)
    )?;
    if !current.is_empty() {
        writeln!(text, "current = {}   # what SAP holds now", list(&current))?;
    }
    let urgent = source.rows.columns.iter().find(|c| {
        let name = c.name.to_lowercase();
        name.starts_with("prio") || name.starts_with("urg")
    });
    if let Some(urgent) = urgent {
        writeln!(
            text,
            "# urgent = {{ field = {}, values = [\"1\"] }}   # which rows go first",
            quoted(&urgent.name)
        )?;
    }

    writeln!(
        text,
        "\n[job.query]   # what customs is asked about a row: {} ({})",
        service.en, service.ko
    )?;
    writeln!(text, "service = {}   # {}", quoted(service.slug), service.id)?;
    for alternative in service.rules.one_of {
        writeln!(text, "# it takes {}", alternative.join(" and "))?;
    }
    writeln!(text, "\n[job.query.params]")?;
    for (name, template) in &answers.params {
        writeln!(text, "{} = {}", bare_or_quoted(name), quoted(template))?;
    }
    sink(answers, text)
}

fn fields(answers: &Answers) -> String {
    let names: Vec<_> = answers
        .source
        .rows
        .columns
        .iter()
        .map(|c| c.name.as_str())
        .collect();
    names.join(", ")
}

fn sink(answers: &Answers, text: &mut String) -> std::fmt::Result {
    let Answers { sink, .. } = answers;
    writeln!(
        text,
        "\n[job.sink]   # the function module that takes the result; it must commit its own work"
    )?;
    if let Some(wsdl) = &answers.sink_wsdl {
        writeln!(text, "wsdl = {}", quoted(wsdl))?;
        if let Some(endpoint) = &answers.endpoint {
            writeln!(text, "endpoint = {}", quoted(endpoint))?;
        }
    }
    writeln!(
        text,
        "operation = {}\nrows = {}",
        quoted(&sink.operation),
        quoted(&sink.rows.name)
    )?;
    match &sink.results {
        Some((table, Some(row))) => {
            writeln!(
                text,
                "results = {{ table = {}, row = {} }}",
                quoted(table),
                quoted(row)
            )?;
        }
        Some((table, None)) => writeln!(text, "results = {{ table = {} }}", quoted(table))?,
        None => writeln!(
            text,
            "# results = {{ table = \"…\", row = \"…\" }}   # without it: all or nothing"
        )?,
    }
    writeln!(
        text,
        "\n[job.sink.columns]   # the fields of the answer: `customs services {}`",
        answers.service.slug
    )?;
    for (name, template) in &answers.columns {
        match template {
            Some(template) => writeln!(text, "{} = {}", bare_or_quoted(name), quoted(template))?,
            None => writeln!(text, "# {} = \"\"", bare_or_quoted(name))?,
        }
    }
    Ok(())
}

fn rest(answers: &Answers, text: &mut String) -> std::fmt::Result {
    writeln!(
        text,
        "\n[map.stats]   # the text of customs = your own code; a text that is missing here is an error row"
    )?;
    for (state, code) in &answers.states {
        writeln!(text, "{} = {}", quoted(state), quoted(code))?;
    }
    let is_there = |state: &str| answers.states.iter().any(|(text, _)| text == state);
    for state in usual_states(answers.service)
        .iter()
        .filter(|state| !is_there(state))
    {
        writeln!(text, "# {} = \"\"", quoted(state))?;
    }

    writeln!(text, "\n[unipass]")?;
    if let Some(base_url) = &answers.base_url {
        writeln!(text, "base_url = {}", quoted(base_url))?;
    }
    let service = answers.service;
    writeln!(
        text,
        "keys = {{ {} = \"env:{}\" }}   # one for each service",
        service.id,
        key_variable(service)
    )?;
    writeln!(text, "rate = {:?}   # calls a second", answers.rate)?;
    writeln!(text, "# daily = 50000   # calls a day")?;

    writeln!(text, "\n[ledger]\nurl = {}", quoted(&answers.ledger))?;
    writeln!(text, "\n# The door for urgent requests, and the console.")?;
    match answers.listen {
        Some(listen) => writeln!(
            text,
            "[http]\nlisten = \"{listen}\"\nkeys = {{ operator = \"env:CUSTOMS_API_KEY\" }}"
        ),
        None => writeln!(
            text,
            "# [http]\n# listen = \"127.0.0.1:8080\"\n# keys = {{ operator = \"env:CUSTOMS_API_KEY\" }}"
        ),
    }
}
