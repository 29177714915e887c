//! A server that speaks what SNS and SQS speak for batches, keeps what it takes, and refuses what it is told to. Its answers
//! are written by hand after the services' documentation.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use customs_aws::Message;
use customs_core::Chunk;

#[derive(Debug, Clone, Default)]
pub(crate) struct Scripted(Arc<Mutex<Content>>);

#[derive(Debug, Default)]
struct Content {
    chunks: Vec<Chunk>,
    refused: HashSet<String>,
    /// Entries of each request.
    batches: Vec<usize>,
    /// Entries of the next answers are left out of them.
    silent: bool,
    delays: Vec<u64>,
    /// Answers every request like this.
    broken: Option<(u16, String)>,
}

impl Scripted {
    /// Starts it; it ends with the test's runtime.
    pub(crate) async fn start() -> (Self, String) {
        let server = Self::default();
        let router = Router::new().fallback(answer).with_state(server.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (server, address)
    }

    pub(crate) fn chunks(&self) -> Vec<Chunk> {
        self.0.lock().unwrap().chunks.clone()
    }

    pub(crate) fn refuse(&self, chunk: &Chunk) {
        self.0.lock().unwrap().refused.insert(chunk.id());
    }

    pub(crate) fn batches(&self) -> Vec<usize> {
        self.0.lock().unwrap().batches.clone()
    }

    pub(crate) fn delays(&self) -> Vec<u64> {
        self.0.lock().unwrap().delays.clone()
    }

    pub(crate) fn fall_silent(&self) {
        self.0.lock().unwrap().silent = true;
    }

    pub(crate) fn break_with(&self, status: u16, body: &str) {
        self.0.lock().unwrap().broken = Some((status, body.to_owned()));
    }

    /// Takes a message or refuses it; `None` if nothing is said about it.
    fn take(&self, body: &str) -> Option<bool> {
        let Message::Chunk(chunk) = Message::read(body).unwrap() else {
            panic!("an error among the chunks")
        };
        let mut content = self.0.lock().unwrap();
        if content.silent {
            return None;
        }
        let taken = !content.refused.contains(&chunk.id());
        if taken {
            content.chunks.push(chunk);
        }
        Some(taken)
    }
}

async fn answer(State(server): State<Scripted>, headers: HeaderMap, body: Bytes) -> (StatusCode, String) {
    let broken = server.0.lock().unwrap().broken.clone();
    if let Some((status, body)) = broken {
        return (StatusCode::from_u16(status).unwrap(), body);
    }
    match headers.get("x-amz-target") {
        Some(target) => {
            assert_eq!(target, "AmazonSQS.SendMessageBatch");
            (StatusCode::OK, sqs(&server, &body))
        }
        None => (StatusCode::OK, sns(&server, &body)),
    }
}

fn sqs(server: &Scripted, body: &[u8]) -> String {
    let request: serde_json::Value = serde_json::from_slice(body).unwrap();
    let entries = request["Entries"].as_array().unwrap();
    server.0.lock().unwrap().batches.push(entries.len());
    let (mut successful, mut failed) = (vec![], vec![]);
    for entry in entries {
        let id = &entry["Id"];
        let delay = entry["DelaySeconds"].as_u64().unwrap();
        server.0.lock().unwrap().delays.push(delay);
        match server.take(entry["MessageBody"].as_str().unwrap()) {
            Some(true) => successful.push(serde_json::json!({"Id": id, "MessageId": "m", "MD5OfMessageBody": "x"})),
            Some(false) => failed.push(serde_json::json!({"Id": id, "Code": "InvalidMessageContents", "Message": "no", "SenderFault": true})),
            None => {}
        }
    }
    serde_json::json!({"Successful": successful, "Failed": failed}).to_string()
}

fn sns(server: &Scripted, body: &[u8]) -> String {
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(body).into_owned().collect();
    let field = |name: &str| fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    assert_eq!(field("Action"), Some("PublishBatch"));
    let (mut successful, mut failed, mut count) = (String::new(), String::new(), 0);
    for i in 1.. {
        let entry = |name: &str| field(&format!("PublishBatchRequestEntries.member.{i}.{name}"));
        let (Some(id), Some(message)) = (entry("Id"), entry("Message")) else {
            break;
        };
        count += 1;
        match server.take(message) {
            Some(true) => successful += &format!("<member><Id>{id}</Id><MessageId>m</MessageId></member>"),
            Some(false) => {
                failed += &format!(
                    "<member><Id>{id}</Id><Code>InvalidParameter</Code><Message>no</Message><SenderFault>true</SenderFault></member>"
                );
            }
            None => {}
        }
    }
    server.0.lock().unwrap().batches.push(count);
    format!(
        "<PublishBatchResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishBatchResult>\
         <Successful>{successful}</Successful><Failed>{failed}</Failed></PublishBatchResult>\
         <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishBatchResponse>"
    )
}
