//! An HTTP client of a few lines: no pool, no retry, no redirect, so that what a server does is what a test sees.

use std::fmt::Write;
use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A request.
pub(crate) struct Ask<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a str,
}

/// An answer; the body is what is left when the chunks are joined.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

pub(crate) fn get(path: &str) -> Ask<'_> {
    Ask {
        method: "GET",
        path,
        headers: &[],
        body: "",
    }
}

impl Ask<'_> {
    /// Connects and writes the request.
    pub(crate) async fn open(&self, addr: SocketAddr) -> io::Result<TcpStream> {
        let mut stream = TcpStream::connect(addr).await?;
        let mut request = format!(
            "{} {} HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n",
            self.method, self.path
        );
        for (name, value) in self.headers {
            write!(request, "{name}: {value}\r\n").unwrap();
        }
        write!(
            request,
            "content-length: {}\r\n\r\n{}",
            self.body.len(),
            self.body
        )
        .unwrap();
        stream.write_all(request.as_bytes()).await?;
        Ok(stream)
    }

    /// All bytes of the answer until the server closes.
    pub(crate) async fn raw(&self, addr: SocketAddr) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open(addr).await?.read_to_end(&mut bytes).await?;
        Ok(bytes)
    }

    pub(crate) async fn send(&self, addr: SocketAddr) -> Answer {
        let bytes = self.raw(addr).await.unwrap();
        let end = bytes
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .expect("a head");
        let head = String::from_utf8(bytes[..end].to_vec())
            .unwrap()
            .to_ascii_lowercase();
        let status = head[9..12].parse().unwrap();
        let body = &bytes[end + 4..];
        let body = if head.contains("transfer-encoding: chunked") {
            joined(body)
        } else {
            body.to_vec()
        };
        Answer { status, head, body }
    }
}

fn joined(mut chunks: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = chunks
            .windows(2)
            .position(|window| window == b"\r\n")
            .expect("a chunk");
        let size = usize::from_str_radix(std::str::from_utf8(&chunks[..end]).unwrap(), 16).unwrap();
        if size == 0 {
            return body;
        }
        body.extend_from_slice(&chunks[end + 2..end + 2 + size]);
        chunks = &chunks[end + 4 + size..];
    }
}
