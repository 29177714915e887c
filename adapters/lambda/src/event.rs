//! What a function is asked to do, told by the event's shape. The shapes are those that AWS documents for each service.

use customs_aws::Message;
use serde::Deserialize;
use serde_json::Value;

/// An event.
#[derive(Debug)]
pub enum Event {
    /// A timetable: read the due list and hand out chunks; of all jobs, or of the one that is named.
    Plan {
        /// The job's name.
        job: Option<String>,
    },
    /// Messages of a topic.
    Topic(Vec<Delivered>),
    /// Messages of a queue, each with an outcome of its own.
    Queue(Vec<Delivered>),
    /// A request to the API.
    Api(Box<Call>),
    /// What another function could not do.
    Undone(Box<Undone>),
}

/// One message, and how it came.
#[derive(Debug)]
pub struct Delivered {
    /// The queue's name for it; the topic's, for a topic.
    pub id: String,
    /// What it says; `Err` holds what is wrong with it.
    pub letter: Result<Letter, String>,
    /// It was given up by another queue: `ApproximateReceiveCount` tries came before.
    pub dead: bool,
}

/// What a message says.
#[derive(Debug)]
pub enum Letter {
    /// One of ours.
    Message(Box<Message>),
    /// What another function could not do, on its way through a topic or a queue.
    Undone(Box<Undone>),
}

/// What a function gave up, as its on-failure destination tells it.
#[derive(Debug)]
pub struct Undone {
    /// Why, in AWS's word: `RetriesExhausted`, `EventAgeExceeded`.
    pub condition: String,
    /// The function's own words, if it had any.
    pub cause: String,
    /// The messages that it was given.
    pub messages: Vec<Message>,
}

/// A request to the API, whatever stands in front of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Call {
    /// Which form the answer has.
    pub form: Form,
    /// The method.
    pub method: String,
    /// The router's path, and the query string if there is one.
    pub target: String,
    /// What stands before that path in the address that callers use: a stage, or a domain's base path.
    pub base: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The body, decoded.
    pub body: Vec<u8>,
    /// API Gateway has checked the key itself (a REST API with its own keys): the key's id.
    pub key_id: Option<String>,
}

/// The two forms of API events and answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// REST APIs: payload version 1.
    Rest,
    /// HTTP APIs and function URLs: payload version 2.
    Http,
}

/// What is wrong with an event.
#[derive(Debug, thiserror::Error)]
#[error("no event of this product: {0}")]
pub struct Unknown(String);

impl Event {
    /// Reads an event.
    ///
    /// # Errors
    /// Nothing in this product is asked like that.
    pub fn read(event: Value) -> Result<Self, Unknown> {
        let has = |name: &str| event.get(name).is_some();
        if has("Records") {
            return records(event);
        }
        if has("requestContext") && has("requestPayload") {
            return Ok(Self::Undone(Box::new(undone(&event))));
        }
        if has("requestContext") && (has("httpMethod") || has("rawPath")) {
            return Ok(Self::Api(Box::new(call(event)?)));
        }
        // EventBridge's own event, or what a schedule was told to send instead.
        let is_timetable = event.get("detail-type").and_then(Value::as_str) == Some("Scheduled Event");
        if is_timetable || has("plan") {
            let job = event
                .get("plan")
                .or(event.get("detail"))
                .and_then(|p| p.get("job"));
            return Ok(Self::Plan {
                job: job.and_then(Value::as_str).map(str::to_owned),
            });
        }
        let names: Vec<_> = event
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .collect();
        Err(Unknown(format!("its fields are [{}]", names.join(", "))))
    }
}

fn records(mut event: Value) -> Result<Event, Unknown> {
    let records = match event.get_mut("Records").map(Value::take) {
        Some(Value::Array(records)) if !records.is_empty() => records,
        _ => return Err(Unknown("Records is empty, or no list".into())),
    };
    // Topics write `EventSource`, queues `eventSource`.
    let source = |record: &Value, name: &str| record.get(name).and_then(Value::as_str).map(str::to_owned);
    let first = records.first();
    let topic = first.and_then(|r| source(r, "EventSource"));
    let queue = first.and_then(|r| source(r, "eventSource"));
    match (topic.as_deref(), queue.as_deref()) {
        (Some("aws:sns"), _) => Ok(Event::Topic(records.into_iter().map(from_topic).collect())),
        (_, Some("aws:sqs")) => Ok(Event::Queue(records.into_iter().map(from_queue).collect())),
        (topic, queue) => Err(Unknown(format!(
            "its records come from {:?}",
            topic.or(queue).unwrap_or("nowhere")
        ))),
    }
}

fn from_topic(record: Value) -> Delivered {
    let text = |name: &str| record["Sns"][name].as_str().unwrap_or_default();
    Delivered {
        id: text("MessageId").to_owned(),
        letter: letter(text("Message")),
        dead: false,
    }
}

fn from_queue(record: Value) -> Delivered {
    Delivered {
        id: record["messageId"].as_str().unwrap_or_default().to_owned(),
        letter: letter(record["body"].as_str().unwrap_or_default()),
        dead: is_dead(&record),
    }
}

/// Whether the message comes from the queue of what was given up: by the name that the template gives that queue, or because
/// it says itself from which queue it was moved. Stand-ins for AWS leave the latter out.
fn is_dead(record: &Value) -> bool {
    let queue = record["eventSourceARN"].as_str().unwrap_or_default();
    let name = queue.rsplit(':').next().unwrap_or_default();
    name.contains("DeadLetters") || record["attributes"].get("DeadLetterQueueSourceArn").is_some()
}

/// The text of a message: one of ours, plain or in a topic's envelope, or what another function could not do.
fn letter(text: &str) -> Result<Letter, String> {
    if let Ok(message) = Message::read(text) {
        return Ok(Letter::Message(Box::new(message)));
    }
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        return Err("the message is no JSON".into());
    };
    if value.get("requestPayload").is_some() {
        return Ok(Letter::Undone(Box::new(undone(&value))));
    }
    match (value.get("Type").and_then(Value::as_str), value.get("Message")) {
        // A subscription without raw delivery wraps what was published.
        (Some("Notification"), Some(Value::String(inner))) => letter(inner),
        _ => Err("the message is neither a chunk nor an error of this product".into()),
    }
}

fn undone(event: &Value) -> Undone {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let response = &event["responsePayload"];
    let (kind, words) = (text(&response["errorType"]), text(&response["errorMessage"]));
    let cause = [kind, words]
        .into_iter()
        .filter(|t| !t.is_empty())
        .collect::<Vec<_>>()
        .join(": ");
    let messages = match Event::read(event["requestPayload"].clone()) {
        Ok(Event::Topic(delivered) | Event::Queue(delivered)) => delivered
            .into_iter()
            .filter_map(|d| match d.letter {
                Ok(Letter::Message(message)) => Some(*message),
                Ok(Letter::Undone(_)) | Err(_) => None,
            })
            .collect(),
        Ok(Event::Plan { .. } | Event::Api(_) | Event::Undone(_)) | Err(_) => Vec::new(),
    };
    Undone {
        condition: text(&event["requestContext"]["condition"]),
        cause,
        messages,
    }
}

/// The parts of both forms that are needed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawCall {
    // REST.
    http_method: Option<String>,
    path: Option<String>,
    #[serde(default)]
    path_parameters: Option<serde_json::Map<String, Value>>,
    #[serde(default)]
    multi_value_headers: Option<serde_json::Map<String, Value>>,
    #[serde(default)]
    multi_value_query_string_parameters: Option<serde_json::Map<String, Value>>,
    // HTTP APIs and function URLs.
    raw_path: Option<String>,
    #[serde(default)]
    raw_query_string: String,
    #[serde(default)]
    cookies: Vec<String>,
    // Both.
    #[serde(default)]
    headers: Option<serde_json::Map<String, Value>>,
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
    request_context: Value,
}

fn call(event: Value) -> Result<Call, Unknown> {
    let raw: RawCall = serde_json::from_value(event).map_err(|e| Unknown(e.to_string()))?;
    let form = if raw.raw_path.is_some() {
        Form::Http
    } else {
        Form::Rest
    };
    let method = raw
        .http_method
        .or_else(|| raw.request_context["http"]["method"].as_str().map(str::to_owned))
        .ok_or_else(|| Unknown("a request without a method".into()))?;
    let (base, path) = match (&raw.raw_path, &raw.path) {
        (Some(path), _) => without_stage(path, raw.request_context["stage"].as_str()),
        (None, path) => {
            let path = path.as_deref().unwrap_or("/");
            let proxy = raw.path_parameters.as_ref().and_then(|p| p.get("proxy"));
            below_base(
                path,
                proxy.and_then(Value::as_str),
                raw.request_context["path"].as_str(),
            )
        }
    };
    let path = encoded_path(&path);
    let query = match &raw.multi_value_query_string_parameters {
        Some(parameters) => encoded(pairs(parameters)),
        None => raw.raw_query_string,
    };
    let target = if query.is_empty() {
        path
    } else {
        format!("{path}?{query}")
    };
    let several = raw.multi_value_headers.filter(|h| !h.is_empty());
    let mut headers = pairs(
        several
            .as_ref()
            .or(raw.headers.as_ref())
            .unwrap_or(&serde_json::Map::new()),
    );
    if !raw.cookies.is_empty() {
        headers.push(("cookie".into(), raw.cookies.join("; ")));
    }
    let body = raw.body.unwrap_or_default();
    let body = if raw.is_base64_encoded {
        use base64::Engine as _;
        let decoded = base64::engine::general_purpose::STANDARD.decode(body);
        decoded.map_err(|_| Unknown("a body that is no base64".into()))?
    } else {
        body.into_bytes()
    };
    // API Gateway tells the key's id only where it has demanded and checked one.
    let key_id = raw.request_context["identity"]["apiKeyId"].as_str();
    Ok(Call {
        form,
        method,
        target,
        base,
        headers,
        body,
        key_id: key_id
            .filter(|id| !id.is_empty() && form == Form::Rest)
            .map(str::to_owned),
    })
}

/// An HTTP API puts its stage before the path, unless it is the default one.
fn without_stage(path: &str, stage: Option<&str>) -> (String, String) {
    let stage = stage.filter(|s| !s.is_empty() && *s != "$default");
    let base = stage.map(|s| format!("/{s}")).unwrap_or_default();
    match path.strip_prefix(&base) {
        Some("") => (base, "/".to_owned()),
        Some(rest) if rest.starts_with('/') => (base, rest.to_owned()),
        Some(_) | None => (String::new(), path.to_owned()),
    }
}

/// A REST API tells the path without its stage, but with a domain's base path; what its resource `/{proxy+}` took is the
/// router's path. The address that callers use stands in the context.
fn below_base(path: &str, proxy: Option<&str>, whole: Option<&str>) -> (String, String) {
    let path = proxy.map_or_else(|| path.to_owned(), |proxy| format!("/{proxy}"));
    let base = whole.and_then(|whole| whole.strip_suffix(path.as_str()));
    (base.unwrap_or_default().to_owned(), path)
}

/// Some gateways decode the path: what cannot stand in an address is encoded again.
fn encoded_path(path: &str) -> String {
    let Ok(mut address) = url::Url::parse("http://localhost") else {
        return path.to_owned();
    };
    address.set_path(path);
    address.path().to_owned()
}

/// Names with one text or a list of texts.
fn pairs(map: &serde_json::Map<String, Value>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (name, value) in map {
        let one = std::slice::from_ref(value);
        for text in value
            .as_array()
            .map_or(one, Vec::as_slice)
            .iter()
            .filter_map(Value::as_str)
        {
            pairs.push((name.clone(), text.to_owned()));
        }
    }
    pairs
}

/// A REST event carries the parameters decoded; here they are a query string again.
fn encoded(parameters: Vec<(String, String)>) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish()
}
