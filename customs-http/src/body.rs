use std::fmt;

use bytes::Bytes;
use futures_util::stream::BoxStream;

/// The body of a request. `Debug` shows its kind and size, never its content.
#[derive(Default)]
pub enum Body {
    /// None.
    #[default]
    Empty,
    /// Held in memory; sent with `Content-Length`.
    Bytes(Bytes),
    /// Produced while it is sent, so that memory stays constant; sent chunked. An `Err` aborts the exchange.
    Stream(BoxStream<'static, std::io::Result<Bytes>>),
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Bytes(b) => write!(f, "Bytes({} bytes)", b.len()),
            Self::Stream(_) => f.write_str("Stream"),
        }
    }
}

impl From<Bytes> for Body {
    fn from(b: Bytes) -> Self {
        Self::Bytes(b)
    }
}

impl From<Vec<u8>> for Body {
    fn from(b: Vec<u8>) -> Self {
        Self::Bytes(b.into())
    }
}

impl From<String> for Body {
    fn from(s: String) -> Self {
        Self::Bytes(s.into())
    }
}
