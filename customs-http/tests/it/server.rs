//! A TCP server that does, on each connection, what a script says: resets, stalls and broken answers included.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// What a server does next on a connection.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Reads one request whole and records it.
    Read,
    /// Reads and records at least so many bytes of a request.
    ReadSome(usize),
    /// Writes bytes as they are.
    Write(Vec<u8>),
    /// Writes the bytes again and again, until the client has gone.
    Repeat(Vec<u8>),
    /// Keeps the connection and does nothing, until the client has gone.
    Stall,
    /// Ends the connection with a TCP reset.
    Reset,
}

pub(crate) fn write(bytes: impl AsRef<[u8]>) -> Step {
    Step::Write(bytes.as_ref().to_vec())
}

/// A whole answer with `Content-Length`.
pub(crate) fn answer(status: &str, headers: &str, body: &[u8]) -> Step {
    let mut bytes = format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    Step::Write(bytes)
}

/// A running server; it ends with the test's runtime.
#[derive(Debug)]
pub(crate) struct Server {
    addr: SocketAddr,
    requests: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Server {
    /// Plain TCP; every connection runs the whole script.
    pub(crate) async fn start(script: impl Into<Vec<Step>>) -> Self {
        let script = script.into();
        Self::start_with(move |stream, requests| {
            let script = script.clone();
            async move {
                run(stream, &script, &requests).await;
            }
        })
        .await
    }

    /// What `serve` does with each connection, TLS for instance.
    pub(crate) async fn start_with<F, R>(serve: F) -> Self
    where
        F: Fn(TcpStream, Arc<Mutex<Vec<Vec<u8>>>>) -> R + Send + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = requests.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, seen.clone()));
            }
        });
        Self { addr, requests }
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        format!("http://{}{path}", self.addr).parse().unwrap()
    }

    pub(crate) fn port(&self) -> u16 {
        self.addr.port()
    }

    /// The requests read so far, as they came over the wire.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests
            .lock()
            .unwrap()
            .iter()
            .map(|r| String::from_utf8_lossy(r).into_owned())
            .collect()
    }
}

/// What a connection can end with besides closing.
pub(crate) trait Resettable {
    /// Makes the coming close a TCP reset.
    fn reset_on_close(&self) {}
}

impl Resettable for TcpStream {
    fn reset_on_close(&self) {
        self.set_zero_linger().unwrap();
    }
}

impl<S> Resettable for tokio_rustls::server::TlsStream<S> {}

/// Runs the script; a client that has gone ends it.
pub(crate) async fn run<S>(mut stream: S, script: &[Step], requests: &Mutex<Vec<Vec<u8>>>)
where
    S: AsyncRead + AsyncWrite + Resettable + Unpin,
{
    for step in script {
        let gone = match step {
            Step::Read => read(&mut stream, requests, is_whole).await,
            Step::ReadSome(n) => read(&mut stream, requests, |got| got.len() >= *n).await,
            Step::Write(bytes) => stream.write_all(bytes).await.is_err(),
            Step::Repeat(bytes) => {
                while stream.write_all(bytes).await.is_ok() {
                    tokio::task::yield_now().await;
                }
                true
            }
            Step::Stall => {
                std::future::pending::<()>().await;
                true
            }
            Step::Reset => {
                stream.reset_on_close();
                true
            }
        };
        if gone {
            return;
        }
    }
    stream.shutdown().await.ok();
}

async fn read<S: AsyncRead + Unpin>(
    stream: &mut S,
    requests: &Mutex<Vec<Vec<u8>>>,
    enough: impl Fn(&[u8]) -> bool,
) -> bool {
    let mut got = Vec::new();
    while !enough(&got) {
        if !matches!(stream.read_buf(&mut got).await, Ok(1..)) {
            return true;
        }
    }
    requests.lock().unwrap().push(got);
    false
}

fn is_whole(got: &[u8]) -> bool {
    let text = String::from_utf8_lossy(got);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let head = head.to_ascii_lowercase();
    if head.contains("transfer-encoding: chunked") {
        return body.ends_with("0\r\n\r\n");
    }
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |l| l.parse().unwrap())
}
