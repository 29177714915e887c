use std::fmt;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;

use crate::{Sent, TransportError, TransportErrorKind};

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

impl Body {
    /// All of it, in memory.
    pub(crate) async fn whole(self) -> Result<Bytes, TransportError> {
        match self {
            Self::Empty => Ok(Bytes::new()),
            Self::Bytes(bytes) => Ok(bytes),
            Self::Stream(mut stream) => {
                let mut whole = BytesMut::new();
                while let Some(piece) = stream.next().await {
                    let failed = |error| {
                        TransportError::new(TransportErrorKind::Request, Sent::Maybe).with_source(error)
                    };
                    whole.extend_from_slice(&piece.map_err(failed)?);
                }
                Ok(whole.freeze())
            }
        }
    }
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
