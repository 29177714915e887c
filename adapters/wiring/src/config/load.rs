use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use secrecy::{ExposeSecret as _, SecretString};
use toml::{Table, Value};

use super::{Config, ConfigError, TelemetryConfig};

pub(super) fn load(path: &Path) -> Result<Config, ConfigError> {
    with_jobs(load_file(path, &|_| true)?)
}

pub(super) fn load_for_ledger(path: &Path) -> Result<Config, ConfigError> {
    with_jobs(load_file(path, &|key| key.starts_with("ledger."))?)
}

pub(super) fn load_for_questions(path: Option<&Path>, service: Option<&str>) -> Result<Config, ConfigError> {
    let needed = |key: &str| match key.strip_prefix("unipass.keys.") {
        // Of the keys only those of the service asked: others may belong to other people's environments.
        Some(name) => {
            let name = name.split('[').next().unwrap_or_default();
            unipass_client::services::find(name).is_some_and(|named| Some(named.id) == service)
        }
        None => key.starts_with("unipass.") || key.starts_with("ledger."),
    };
    let mut config = match path {
        Some(path) => load_file(path, &needed)?,
        None => read(
            Path::new("(no configuration)"),
            "[unipass]\nkeys = {}",
            &needed,
            &BTreeMap::new(),
        )?,
    };
    config.unipass.keys.retain(|name, _| {
        unipass_client::services::find(name).is_some_and(|named| Some(named.id) == service)
    });
    Ok(config)
}

fn with_jobs(config: Config) -> Result<Config, ConfigError> {
    if config.jobs.is_empty() {
        return Err(config.error("job", "no job", "at least one [[job]]"));
    }
    Ok(config)
}

/// Which keys must find what they name outside the file; others keep the name instead.
type Needed<'a> = &'a dyn Fn(&str) -> bool;

fn load_file(path: &Path, needed: Needed<'_>) -> Result<Config, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| ConfigError::new(path, "(file)", e.to_string(), "a readable TOML file"))?;
    read(path, &text, needed, &BTreeMap::new())
}

/// Whether a text names a secret of AWS.
fn is_secret(text: &str) -> bool {
    text.starts_with("aws-sm:") || text.starts_with("aws-ssm:")
}

pub(super) fn names_of_secrets(text: &str, path: &Path) -> Result<BTreeSet<String>, ConfigError> {
    fn collect(value: &Value, names: &mut BTreeSet<String>) {
        match value {
            Value::Table(table) => table.values().for_each(|v| collect(v, names)),
            Value::Array(values) => values.iter().for_each(|v| collect(v, names)),
            Value::String(text) if is_secret(text) => {
                names.insert(text.clone());
            }
            Value::String(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Datetime(_) => {}
        }
    }
    let table: Table = text.parse().map_err(|e| syntax(path, text, &e))?;
    let mut names = BTreeSet::new();
    collect(&Value::Table(table), &mut names);
    Ok(names)
}

pub(super) fn parse(
    text: &str,
    path: &Path,
    secrets: &BTreeMap<String, SecretString>,
) -> Result<Config, ConfigError> {
    with_jobs(read(path, text, &|_| true, secrets)?)
}

pub(super) fn telemetry(path: &Path) -> TelemetryConfig {
    let config = load_file(path, &|key| key.starts_with("telemetry."));
    config.map(|config| config.telemetry).unwrap_or_default()
}

pub(super) fn parse_draft(text: &str, path: &Path) -> Result<Config, ConfigError> {
    with_jobs(read(path, text, &|_| false, &BTreeMap::new())?)
}

fn read(
    path: &Path,
    text: &str,
    needed: Needed<'_>,
    secrets: &BTreeMap<String, SecretString>,
) -> Result<Config, ConfigError> {
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    let table: Table = text.parse().map_err(|e| syntax(path, text, &e))?;
    let mut outside = Outside {
        file: path,
        folder: &folder,
        needed,
        secrets,
        keys: BTreeSet::new(),
    };
    let mut value = Value::Table(table);
    outside.resolve(&mut value, "")?;
    let keys = outside.keys;
    let sections = super::door::sections(&value);
    let mut config: Config = serde_path_to_error::deserialize(value)
        .map_err(|e| shape(path, &keys, &e.path().to_string(), e.inner().message()))?;
    config.folder = folder;
    config.sections = sections;
    path.clone_into(&mut config.file);
    check(&config)?;
    // One name for a service, so that keys, budgets and tables agree.
    let id = |name: &str| unipass_client::services::find(name).map(|service| service.id);
    for job in &mut config.jobs {
        if let Some(id) = id(&job.query.service) {
            job.query.service = id.to_owned();
        }
    }
    for rule in &mut config.unipass.verdicts {
        if let Some(id) = rule.service.as_deref().and_then(id) {
            rule.service = Some(id.into());
        }
    }
    Ok(config)
}

/// Texts that come from outside the file: `env:NAME` and `file:PATH`.
struct Outside<'a> {
    file: &'a Path,
    folder: &'a Path,
    needed: Needed<'a>,
    /// What the host has read from AWS.
    secrets: &'a BTreeMap<String, SecretString>,
    /// The keys whose texts came from outside; they are never shown.
    keys: BTreeSet<String>,
}

impl Outside<'_> {
    fn resolve(&mut self, value: &mut Value, key: &str) -> Result<(), ConfigError> {
        match value {
            Value::Table(table) => {
                for (name, value) in table {
                    let key = if key.is_empty() {
                        name.clone()
                    } else {
                        format!("{key}.{name}")
                    };
                    self.resolve(value, &key)?;
                }
            }
            Value::Array(values) => {
                for (i, value) in values.iter_mut().enumerate() {
                    self.resolve(value, &format!("{key}[{i}]"))?;
                }
            }
            Value::String(text) => {
                if let Some(name) = text.strip_prefix("env:") {
                    let missing = |_| {
                        let found = format!("\"env:{name}\", and no such environment variable");
                        ConfigError::new(self.file, key, found, format!("the variable {name} to be set"))
                    };
                    match std::env::var(name) {
                        Ok(value) => *text = value,
                        Err(error) if (self.needed)(key) => return Err(missing(error)),
                        Err(_) => {}
                    }
                    self.keys.insert(key.to_owned());
                } else if let Some(file) = text.strip_prefix("file:") {
                    let missing = |e: std::io::Error| {
                        ConfigError::new(
                            self.file,
                            key,
                            format!("\"file:{file}\" ({e})"),
                            "a readable file that holds the value",
                        )
                    };
                    match std::fs::read_to_string(self.folder.join(file)) {
                        Ok(value) => value.trim_end().clone_into(text),
                        Err(error) if (self.needed)(key) => return Err(missing(error)),
                        Err(_) => {}
                    }
                    self.keys.insert(key.to_owned());
                } else if is_secret(text) {
                    match self.secrets.get(text.as_str()) {
                        Some(secret) => secret.expose_secret().clone_into(text),
                        None if (self.needed)(key) => {
                            let found = format!("{text:?}, and this program reads no secrets of AWS");
                            return Err(ConfigError::new(self.file, key, found, "env:NAME or file:PATH"));
                        }
                        None => {}
                    }
                    self.keys.insert(key.to_owned());
                }
            }
            Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => {}
        }
        Ok(())
    }
}

fn syntax(path: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
    let at = error.span().map_or(0, |s| s.start.min(text.len()));
    let line = text.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
    ConfigError::new(path, format!("line {line}"), one_line(error.message()), "TOML")
}

/// Turns serde's words into ours. They hold what was found; a text from outside the file is left out.
fn shape(path: &Path, outside: &BTreeSet<String>, key: &str, message: &str) -> ConfigError {
    let message = one_line(message);
    let key = if key == "." { String::new() } else { key.to_owned() };
    let inside = |field: &str| {
        if key.is_empty() {
            field.to_owned()
        } else {
            format!("{key}.{field}")
        }
    };
    let quoted = |text: &str| text.split('`').nth(1).unwrap_or_default().to_owned();
    if message.starts_with("missing field") {
        return ConfigError::new(path, inside(&quoted(&message)), "nothing", "a value");
    }
    if message.starts_with("unknown field") {
        let expected = message.split_once("expected ").map_or("no such key", |(_, e)| e);
        return ConfigError::new(path, key, "a key that is not known here", expected);
    }
    let (found, expected) = message
        .split_once(", expected ")
        .unwrap_or((&message, "a value that fits"));
    let found = found
        .trim_start_matches("invalid type: ")
        .trim_start_matches("invalid value: ")
        .trim_start_matches("found ");
    let secret = ["password", "client_key", "proxy"]
        .iter()
        .any(|name| key.ends_with(name))
        || key.starts_with("unipass.keys")
        || key.starts_with("http.keys")
        || key == "ledger.url"
        || key == "alerts.webhook"
        || key == "alerts.dead_man_url"
        || key.starts_with("telemetry.otlp_");
    let found = if outside.contains(&key) || secret {
        if secret {
            "something that is not shown"
        } else {
            "a text from outside the file"
        }
    } else {
        found
    };
    let key = if key.is_empty() { "(file)".to_owned() } else { key };
    ConfigError::new(path, key, found, expected)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the types cannot say.
fn check(config: &Config) -> Result<(), ConfigError> {
    let mut names = BTreeSet::new();
    for (i, job) in config.jobs.iter().enumerate() {
        let key = |name: &str| format!("job[{i}].{name}");
        if !names.insert((&job.company, &job.name)) {
            return Err(config.error(
                key("name"),
                format!("{:?} a second time", job.name),
                "a name of its own for each job",
            ));
        }
        if let (Some(every), Some(_)) = (job.every, &job.cron) {
            let found = format!("both every = {every:?} and cron");
            return Err(config.error(key("cron"), found, "one of the two"));
        }
        if let Err(error) = job.timetable() {
            let name = if error.message().contains("time zone") {
                "time_zone"
            } else {
                "cron"
            };
            let expected = "five fields such as \"30 6 * * 1-5\", and a time zone such as \"Asia/Seoul\"";
            return Err(config.error(key(name), error.message(), expected));
        }
        if job.jitter() > job.every() / 2 {
            let found = format!("{:?}, longer than half the interval", job.jitter());
            return Err(config.error(key("jitter"), found, "a short time"));
        }
        if job.deadline() > job.every() {
            let found = format!("{:?}, longer than every = {:?}", job.deadline(), job.every());
            return Err(config.error(key("deadline"), found, "a deadline within the interval"));
        }
        let measures = [
            ("page_size", job.page_size),
            ("chunk_size", job.chunk_size),
            ("sink.max_batch", job.sink.max_batch),
        ];
        if let Some((name, _)) = measures.iter().find(|(_, n)| *n == 0 || *n > 100_000) {
            return Err(config.error(key(name), "a number out of range", "a number from 1 to 100000"));
        }
        if let Some(share) = job.alarms.sudden_drop.filter(|share| !(0.0..1.0).contains(share)) {
            return Err(config.error(
                key("alarms.sudden_drop"),
                share.to_string(),
                "a share from 0 to below 1",
            ));
        }
        if job.source.key.is_empty() {
            return Err(config.error(
                key("source.key"),
                "no field",
                "at least one field that identifies a row",
            ));
        }
        if job.sink.columns.is_empty() {
            return Err(config.error(key("sink.columns"), "no column", "at least one column to write"));
        }
        let missing = job
            .source
            .current
            .iter()
            .find(|c| !job.sink.columns.contains_key(*c));
        if let Some(column) = missing {
            let found = format!("{column:?}, which is no column of job[{i}].sink.columns");
            return Err(config.error(
                key("source.current"),
                found,
                "names of columns that the sink writes",
            ));
        }
        if unipass_client::services::find(&job.query.service).is_none() {
            let found = format!("{:?}", job.query.service);
            return Err(config.error(
                key("query.service"),
                found,
                "a service's id or name, such as API001 or cargo-progress",
            ));
        }
        let knows_repeats = job
            .sink
            .columns
            .values()
            .any(|t| t.fields().any(|f| f == "idempotency_key"));
        if job.source.current.is_empty() && !knows_repeats {
            let found = "nothing, and no column that carries {idempotency_key}";
            let expected =
                "one of the two: otherwise nobody can tell whether a write whose answer was lost arrived";
            return Err(config.error(key("source.current"), found, expected));
        }
        for (param, template) in &job.query.params {
            if template.maps().next().is_some() {
                let key = key(&format!("query.params.{param}"));
                return Err(config.error(
                    key,
                    "the filter `map`",
                    "filters other than map: tables are for what is written",
                ));
            }
        }
        for (column, template) in &job.sink.columns {
            if let Some(table) = template.maps().find(|t| !config.maps.contains_key(*t)) {
                let found = format!("map:{table}, and there is no [map.{table}]");
                return Err(config.error(
                    key(&format!("sink.columns.{column}")),
                    found,
                    "a table of this file",
                ));
            }
        }
    }
    if let Some(aws) = &config.aws {
        if aws.topic.is_none() && aws.queue.is_none() {
            let expected = "a topic, a queue, or both: chunks need a way to the workers";
            return Err(config.error("aws", "neither topic nor queue", expected));
        }
        let n = aws.max_workers;
        if n == 0 || n > 1000 {
            return Err(config.error("aws.max_workers", n.to_string(), "a number from 1 to 1000"));
        }
    }
    super::door::check(config)?;
    let unipass = &config.unipass;
    for (i, rule) in unipass.verdicts.iter().enumerate() {
        let key = |name: &str| format!("unipass.verdict[{i}].{name}");
        if rule.text.trim().is_empty() {
            return Err(config.error(key("text"), "no text", "the text to look for"));
        }
        let unknown = rule
            .service
            .as_deref()
            .filter(|name| unipass_client::services::find(name).is_none());
        if let Some(name) = unknown {
            let expected = "a service's id or name, such as API001 or cargo-progress";
            return Err(config.error(key("service"), format!("{name:?}"), expected));
        }
    }
    if let Some(rate) = unipass.rate.filter(|r| !(*r > 0.0 && r.is_finite())) {
        return Err(config.error("unipass.rate", rate.to_string(), "calls a second above zero"));
    }
    if unipass.shared && unipass.rate.is_none() {
        return Err(config.error("unipass.shared", "true, and no rate", "a rate to share"));
    }
    if !(0.0..=1.0).contains(&unipass.urgent_reserve) {
        return Err(config.error(
            "unipass.urgent_reserve",
            unipass.urgent_reserve.to_string(),
            "a share from 0 to 1",
        ));
    }
    for (name, n) in [
        ("burst", unipass.burst as usize),
        ("in_flight", unipass.in_flight),
        ("attempts", unipass.attempts as usize),
    ] {
        if n == 0 || n > 10_000 {
            return Err(config.error(
                format!("unipass.{name}"),
                n.to_string(),
                "a number from 1 to 10000",
            ));
        }
    }
    config.check_sharing()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
[[job]]
name = "import-cargo"
company = "1000"
every = "5m"
deadline = "4m"
[job.source]
wsdl = "due.wsdl"
endpoint = "https://sap.example/sap/bc/srt/rfc/x"
user = "file:user.txt"
password = "file:password.txt"
operation = "ZCustomsGetDue"
rows = "EtDue"
page = { size = "IvMax", cursor = "IvAfter" }
key = ["Bukrs", "Vbeln"]
origin = ["Bukrs", "Vbeln", "Posnr"]
current = "Stats"
[job.query]
service = "cargo-progress"
params = { cargMtNo = "{CargMtNo|trim}" }
[job.sink]
operation = "ZCustomsPutStatus"
rows = "ItStatus"
results = { table = "EtReturn", row = "Row" }
max_batch = 500
columns = { Bukrs = "{origin.Bukrs}", Stats = "{csclPrgsStts|map:stats}" }
[map.stats]
"수입신고수리" = "50"
[unipass]
keys = { API001 = "file:password.txt" }
rate = 10
burst = 10
daily = 50000
urgent_reserve = 0.1
[ledger]
url = "sqlite:customs.db"
"#;

    fn load_text(text: &str) -> Result<Config, String> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("user.txt"), "RFC_USER\n").unwrap();
        std::fs::write(dir.path().join("password.txt"), "canary-5f1c").unwrap();
        let file = dir.path().join("customs.toml");
        std::fs::write(&file, text).unwrap();
        let shown = load(&file);
        assert!(!format!("{shown:?}").contains("canary-5f1c"), "{shown:?}");
        shown.map_err(|e| e.to_string().replace(&format!("{}/", dir.path().display()), ""))
    }

    #[test]
    fn the_documented_form_is_read() {
        let config = load_text(GOOD).unwrap();
        let job = &config.jobs[0];
        assert_eq!(
            (
                job.every().as_secs(),
                job.deadline().as_secs(),
                job.source.user.as_deref()
            ),
            (300, 240, Some("RFC_USER"))
        );
        assert_eq!(
            (job.source.current.as_slice(), config.unipass.daily),
            (["Stats".to_owned()].as_slice(), Some(50_000))
        );
    }

    #[test]
    fn questions_need_no_job_and_no_foreign_key() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("key.txt"), "canary-5f1c\n").unwrap();
        let file = dir.path().join("customs.toml");
        let text = "[unipass]\nkeys = { exchange-rate = \"file:key.txt\", API001 = \"file:gone.txt\" }\n\
                    [[unipass.verdict]]\nservice = \"exchange-rate\"\ntext = \"a\"\nmeaning = \"not_found\"\n";
        std::fs::write(&file, text).unwrap();
        let config = load_for_questions(Some(&file), Some("API012")).unwrap();
        assert_eq!(config.unipass.keys.keys().collect::<Vec<_>>(), ["exchange-rate"]);
        assert_eq!(config.unipass.verdicts[0].service.as_deref(), Some("API012"));
        assert!(!format!("{config:?}").contains("canary-5f1c"));
        let error = load_for_questions(Some(&file), Some("API001")).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("unipass.keys.API001: found \"file:gone.txt\""),
            "{error}"
        );
        assert!(
            load(&file)
                .unwrap_err()
                .to_string()
                .contains("unipass.keys.API001")
        );
        std::fs::write(&file, "[unipass]\nkeys = {}").unwrap();
        let error = load(&file).unwrap_err().to_string();
        assert!(
            error.ends_with("job: found no job, expected at least one [[job]]"),
            "{error}"
        );
        let none = load_for_questions(None, Some("API001")).unwrap();
        assert!(none.jobs.is_empty() && none.unipass.keys.is_empty());
    }

    #[test]
    fn a_wrong_file_names_file_key_found_and_expected() {
        let replace = |from: &str, to: &str| GOOD.replacen(from, to, 1);
        for (text, error) in [
            (
                replace("every = \"5m\"", "every = \"soon\""),
                "customs.toml: job[0].every: found \"soon\", expected a duration above zero such as \"90s\" or \"5m\"",
            ),
            (
                replace("every = \"5m\"", "every = 5"),
                "customs.toml: job[0].every: found integer `5`, expected a string",
            ),
            (
                replace("rows = \"EtDue\"", ""),
                "customs.toml: job[0].source.rows: found nothing, expected a value",
            ),
            (
                replace("deadline = \"4m\"", "deadline = \"6m\""),
                "customs.toml: job[0].deadline: found 360s, longer than every = 300s, expected a deadline within the interval",
            ),
            (
                replace("every = \"5m\"", "every = \"5m\"\ncron = \"* * * * *\""),
                "customs.toml: job[0].cron: found both every = 300s and cron, expected one of the two",
            ),
            (
                replace("every = \"5m\"", "cron = \"daily\""),
                "customs.toml: job[0].cron: found \"daily\" has not the five fields",
            ),
            (
                replace("every = \"5m\"", "cron = \"0 * * * *\"\ntime_zone = \"Seoul\""),
                "customs.toml: job[0].time_zone: found \"Seoul\" is no time zone",
            ),
            (
                replace("every = \"5m\"", "every = \"5m\"\njitter = \"4m\""),
                "customs.toml: job[0].jitter: found 240s, longer than half the interval",
            ),
            (
                replace("[job.query]", "[job.trigger]\nkey = \"{company}\"\n[job.query]"),
                "customs.toml: job[0].trigger.key: found another template, expected a template with the field `number`",
            ),
            (
                replace("[ledger]", "[http]\nlisten = \"8080\"\n[ledger]"),
                "customs.toml: http.listen: found ",
            ),
            (
                replace(
                    "[ledger]",
                    "[http]\nlisten = \"127.0.0.1:0\"\nkeys = { erp = \"\" }\n[ledger]",
                ),
                "customs.toml: http.keys.erp: found an empty key",
            ),
            (
                replace(
                    "[ledger]",
                    "[http]\nlisten = \"127.0.0.1:0\"\norigins = [\"https://erp.example/\"]\n[ledger]",
                ),
                "customs.toml: http.origins: found \"https://erp.example/\", expected an origin such as",
            ),
            (
                replace("max_batch = 500", "max_batch = 0"),
                "customs.toml: job[0].sink.max_batch: found a number out of range, expected a number from 1 to 100000",
            ),
            (
                replace("rate = 10", "rate = -1"),
                "customs.toml: unipass.rate: found -1, expected calls a second above zero",
            ),
            (
                replace(
                    "[ledger]",
                    "[[unipass.verdict]]\ntext = \" \"\nmeaning = \"not_found\"\n[ledger]",
                ),
                "customs.toml: unipass.verdict[0].text: found no text, expected the text to look for",
            ),
            (
                replace(
                    "[ledger]",
                    "[[unipass.verdict]]\ntext = \"a\"\nmeaning = \"found\"\n[ledger]",
                ),
                "customs.toml: unipass.verdict[0].meaning: found unknown variant `found`, expected one of `notice`, `many`",
            ),
            (
                replace(
                    "[ledger]",
                    "[[unipass.verdict]]\nservice = \"API041\"\ntext = \"a\"\nmeaning = \"many\"\n[ledger]",
                ),
                "customs.toml: unipass.verdict[0].service: found \"API041\", expected a service's id or name",
            ),
            (
                replace("rate = 10", "shared = true"),
                "customs.toml: unipass.shared: found true, and no rate, expected a rate to share",
            ),
            (
                replace(
                    "urgent_reserve = 0.1",
                    "urgent_reserve = 0.0\n[aws]\nqueue = \"q\"",
                ),
                "customs.toml: unipass.urgent_reserve: found 0, expected a share above 0 and below 1 with [aws], or urgent work comes on top",
            ),
            (
                replace(
                    "urgent_reserve = 0.1",
                    "urgent_reserve = 1.0\n[aws]\nqueue = \"q\"",
                ),
                "customs.toml: unipass.urgent_reserve: found 1, expected a share above 0 and below 1 with [aws]",
            ),
            (
                replace("burst = 10", "burst = 1").replace("[ledger]", "[aws]\nqueue = \"q\"\n[ledger]"),
                "customs.toml: unipass.burst: found 1 for 1 job(s) that ask cargo-progress, expected 2 or more for each with [aws]",
            ),
            (
                replace("{csclPrgsStts|map:stats}", "{csclPrgsStts|map:stat}"),
                "customs.toml: job[0].sink.columns.Stats: found map:stat, and there is no [map.stat], expected a table of this file",
            ),
            (
                replace("current = \"Stats\"", "current = \"Status\""),
                "customs.toml: job[0].source.current: found \"Status\", which is no column of job[0].sink.columns, expected names of columns that the sink writes",
            ),
            (
                replace("cargo-progress", "cargo"),
                "customs.toml: job[0].query.service: found \"cargo\", expected a service's id or name",
            ),
            (
                replace("{CargMtNo|trim}", "{CargMtNo|map:stats}"),
                "customs.toml: job[0].query.params.cargMtNo: found the filter `map`, expected filters other than map",
            ),
            (
                replace("file:user.txt", "env:CUSTOMS_TEST_NOT_SET"),
                "customs.toml: job[0].source.user: found \"env:CUSTOMS_TEST_NOT_SET\", and no such environment variable, expected the variable CUSTOMS_TEST_NOT_SET to be set",
            ),
            (
                replace("rate = 10", "rate = \"file:password.txt\""),
                "customs.toml: unipass.rate: found a text from outside the file, expected f64",
            ),
            (
                replace("[job.query]", "[job.query"),
                "customs.toml: line 18: found ",
            ),
        ] {
            let found = load_text(&text).unwrap_err();
            assert!(found.starts_with(error), "\n found {found}\nwanted {error}");
        }
        let unknown = load_text(&replace(
            "operation = \"ZCustomsGetDue\"",
            "operation = \"X\"\nopertion = \"Y\"",
        ))
        .unwrap_err();
        assert!(
            unknown.contains("job[0].source.opertion: found a key that is not known here, expected one of"),
            "{unknown}"
        );
        let template = load_text(&replace("{CargMtNo|trim}", "{CargMtNo|trimm}")).unwrap_err();
        assert!(
            template.contains("job[0].query.params.cargMtNo: found there is no filter `trimm`"),
            "{template}"
        );
    }

    #[test]
    fn secrets_of_aws_are_named_first_and_filled_in_then() {
        let text = GOOD
            .replace("file:user.txt", "aws-sm:sap#user")
            .replace("file:password.txt", "aws-ssm:/customs/key");
        let text = format!("{text}[aws]\nqueue = \"https://sqs.example/q\"\nlatency = \"1s\"\n");
        let file = Path::new("customs.toml");
        let names = names_of_secrets(&text, file).unwrap();
        assert_eq!(
            names.iter().collect::<Vec<_>>(),
            ["aws-sm:sap#user", "aws-ssm:/customs/key"]
        );
        let missing = parse(&text, file, &BTreeMap::new()).unwrap_err().to_string();
        assert!(
            missing.contains("and this program reads no secrets of AWS"),
            "{missing}"
        );
        let secret = |name: &String| (name.clone(), SecretString::from("canary-77aa"));
        let secrets = names.iter().map(secret).collect();
        let config = parse(&text, file, &secrets).unwrap();
        assert!(!format!("{:?}", config.unipass).contains("canary-77aa"));
        assert_eq!(config.jobs[0].source.user.as_deref(), Some("canary-77aa"));
        // A text of a secret that does not fit is not shown.
        let wrong = parse(
            &text.replace("rate = 10", "rate = \"aws-sm:sap#user\""),
            file,
            &secrets,
        );
        let wrong = wrong.unwrap_err().to_string();
        assert!(
            wrong.contains("unipass.rate") && !wrong.contains("canary-77aa"),
            "{wrong}"
        );
        // Two jobs that ask one service divide its rate.
        let fan_out = config.fan_out(&config.jobs[0]).unwrap();
        assert_eq!(fan_out.rate.unwrap().per_second, 10.0);
        let second = text.replacen(
            "[map.stats]",
            &format!("{}[map.stats]", job(&text).replace("import-cargo", "other")),
            1,
        );
        let config = parse(&second, file, &secrets).unwrap();
        let fan_out = config.fan_out(&config.jobs[1]).unwrap();
        assert_eq!(
            (fan_out.rate.unwrap().per_second, fan_out.rate.unwrap().burst),
            (5.0, 5)
        );
        let shared = parse(
            &second.replace("rate = 10", "rate = 10\nshared = true"),
            file,
            &secrets,
        )
        .unwrap();
        assert_eq!(shared.fan_out(&shared.jobs[0]).unwrap().rate, None);
        // Where somebody can be asked whose turn it is, each may have the whole rate.
        let (aws, _) = second.split_once("[aws]").unwrap();
        let daemon = parse(aws, file, &secrets).unwrap();
        for config in [shared, daemon] {
            assert_eq!(config.rate_of(&config.jobs[1]).unwrap().per_second, 10.0);
        }
    }

    /// The first job of a text.
    fn job(text: &str) -> &str {
        let begin = text.find("[[job]]").unwrap();
        &text[begin..text.find("[map.stats]").unwrap()]
    }

    #[test]
    fn functions_without_a_way_between_them_are_refused() {
        for (aws, told) in [
            ("[aws]\n", "aws: found neither topic nor queue"),
            (
                "[aws]\ntopic = \"t\"\nmax_workers = 0\n",
                "aws.max_workers: found 0",
            ),
            (
                "[aws]\nqueue = \"q\"\nlatency = \"0s\"\n",
                "aws.latency: found \"0s\"",
            ),
        ] {
            let error = load_text(&format!("{GOOD}{aws}")).unwrap_err();
            assert!(error.contains(told), "{error}");
        }
    }
}
