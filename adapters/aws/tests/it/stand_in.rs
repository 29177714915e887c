//! A stand-in for AWS on loopback: ministack, started once for all tests of this binary and ended with it.

use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use customs_aws::{Aws, Message};
use customs_core::Chunk;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::OnceCell;

/// Names the Python in which ministack is installed.
const PYTHON: &str = "CUSTOMS_MINISTACK";

static PORT: OnceCell<Option<u16>> = OnceCell::const_new();
static NAMES: AtomicU32 = AtomicU32::new(0);

/// Credentials with a canary: no text of a test may hold it.
pub(crate) const CANARY: &str = "canary-3fd0a1";

/// A connection to an address on loopback.
pub(crate) fn aws(endpoint: &str) -> Aws {
    let credentials = Credentials::new("test", CANARY, None, None, "tests");
    let http = aws_smithy_http_client::Builder::new().build_http();
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("ap-northeast-2"))
        .endpoint_url(endpoint)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http)
        .retry_config(aws_config::retry::RetryConfig::disabled())
        .build();
    Aws::new(config)
}

/// The stand-in, with a topic and a queue of its own for each test.
#[derive(Debug)]
pub(crate) struct StandIn {
    pub(crate) aws: Aws,
    pub(crate) port: u16,
    pub(crate) topic: String,
    pub(crate) queue: String,
    sqs: aws_sdk_sqs::Client,
    pub(crate) sns: aws_sdk_sns::Client,
}

impl StandIn {
    /// `None`, with the reason printed, where there is none and none is required.
    pub(crate) async fn get() -> Option<Self> {
        let port = (*PORT.get_or_init(start).await)?;
        let endpoint = format!("http://127.0.0.1:{port}");
        let aws = aws(&endpoint);
        let name = format!("t{}", NAMES.fetch_add(1, Ordering::Relaxed));
        // The same settings as the connection under test, for what a test does around it.
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("ap-northeast-2"))
            .endpoint_url(endpoint)
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
                "test", "test", None, None, "tests",
            )))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build();
        let (sns, sqs) = (
            aws_sdk_sns::Client::new(&config),
            aws_sdk_sqs::Client::new(&config),
        );
        let topic = sns.create_topic().name(&name).send().await.unwrap();
        let topic = topic.topic_arn().unwrap().to_owned();
        let queue = sqs.create_queue().queue_name(&name).send().await.unwrap();
        let queue = queue.queue_url().unwrap().to_owned();
        Some(Self {
            aws,
            port,
            topic,
            queue,
            sqs,
            sns,
        })
    }

    /// From now on what is published to the topic stands in the queue, as it was.
    pub(crate) async fn subscribe(&self) {
        let name = self.queue.rsplit('/').next().unwrap();
        let arn = format!("arn:aws:sqs:ap-northeast-2:000000000000:{name}");
        self.sns
            .subscribe()
            .topic_arn(&self.topic)
            .protocol("sqs")
            .endpoint(arn)
            .attributes("RawMessageDelivery", "true")
            .send()
            .await
            .unwrap();
    }

    /// Takes all messages out of the queue, until it is empty for a second.
    pub(crate) async fn take(&self) -> Vec<Message> {
        let read = |(kind, body): (String, String)| {
            let read = Message::read(&body).unwrap();
            let expected = match read {
                Message::Chunk(_) => "chunk",
                Message::Error(_) => "error",
                Message::Urgent => "urgent",
            };
            assert_eq!(kind, expected);
            read
        };
        self.take_all().await.into_iter().map(read).collect()
    }

    /// The same as texts.
    pub(crate) async fn take_texts(&self) -> Vec<String> {
        self.take_all().await.into_iter().map(|(_, body)| body).collect()
    }

    /// Attribute `kind` and body of each message.
    async fn take_all(&self) -> Vec<(String, String)> {
        let mut messages = Vec::new();
        loop {
            let some = self
                .sqs
                .receive_message()
                .queue_url(&self.queue)
                .max_number_of_messages(10)
                .wait_time_seconds(1)
                .message_attribute_names("All")
                .send()
                .await
                .unwrap();
            if some.messages().is_empty() {
                return messages;
            }
            for message in some.messages() {
                let kind = message.message_attributes().and_then(|a| a.get("kind"));
                let kind = kind.and_then(|k| k.string_value()).unwrap_or_default();
                messages.push((kind.to_owned(), message.body().unwrap().to_owned()));
                let receipt = message.receipt_handle().unwrap();
                let request = self.sqs.delete_message().queue_url(&self.queue);
                request.receipt_handle(receipt).send().await.unwrap();
            }
        }
    }

    /// The chunks of the queue.
    pub(crate) async fn take_chunks(&self) -> Vec<Chunk> {
        let chunk = |message| match message {
            Message::Chunk(chunk) => chunk,
            Message::Error(_) | Message::Urgent => panic!("something else among the chunks"),
        };
        self.take().await.into_iter().map(chunk).collect()
    }

    /// One call of the JSON protocol, unsigned: what a test sets up.
    pub(crate) async fn call(&self, target: &str, body: &str) -> String {
        let service = target.split('.').next().unwrap().to_lowercase();
        let service = if service == "amazonssm" {
            "ssm"
        } else {
            "secretsmanager"
        };
        let request = format!(
            "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-type: application/x-amz-json-1.1\r\n\
             x-amz-target: {target}\r\nauthorization: AWS4-HMAC-SHA256 Credential=test/20260101/ap-northeast-2/{service}/aws4_request, \
             SignedHeaders=host, Signature=0\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        answer
    }
}

fn required() -> bool {
    let list = std::env::var("CUSTOMS_REQUIRE").unwrap_or_default();
    list.split(',').any(|name| name == "aws")
}

#[expect(
    clippy::zombie_processes,
    reason = "the shell lives as long as this process, and nobody is left to wait for it"
)]
async fn start() -> Option<u16> {
    let Ok(python) = std::env::var(PYTHON) else {
        assert!(
            !required(),
            "aws is required, and {PYTHON} names no Python with ministack"
        );
        println!("skipped: {PYTHON} names no Python with ministack");
        return None;
    };
    // Nobody else takes the port between here and there but by chance; then the health check fails and names it.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    // The shell lives as long as its input is open, that is, as long as this process; then it ends the server.
    let script = r#""$0" -m ministack >/dev/null 2>&1 & p=$!; cat >/dev/null; kill -9 $p"#;
    let state = std::env::temp_dir().join(format!("ministack-{port}"));
    let mut shell = std::process::Command::new("sh")
        .args(["-c", script, &python])
        .env("BIND_HOST", "127.0.0.1")
        .env("GATEWAY_PORT", port.to_string())
        .env("MINISTACK_REGION", "ap-northeast-2")
        .env("STATE_DIR", &state)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    // Kept open until this process ends.
    std::mem::forget(shell.stdin.take());
    for _ in 0..600 {
        if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            return Some(port);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("ministack did not start on port {port}");
}
