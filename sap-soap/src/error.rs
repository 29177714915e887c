use customs_http::{Sent, TransportError, TransportErrorKind};

use crate::request::EncodeError;
use crate::response::{Fault, ReadError, ReadErrorKind};
use crate::value::ConvertError;
use crate::wsdl::{LoadError, UnknownOperation};

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call did not give what was asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The client's settings do not fit: this is wrong.
    #[error("{0}")]
    Config(String),
    /// The WSDL cannot be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The WSDL has no such operation.
    #[error(transparent)]
    UnknownOperation(#[from] UnknownOperation),
    /// The parameters cannot be written as a request.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// No answer came, or it broke off.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// An answer came that cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// SAP, or what stands before it, refused or failed.
    #[error(transparent)]
    Fault(#[from] Box<Fault>),
    /// A good answer does not fit the type it was to become.
    #[error(transparent)]
    Convert(#[from] ConvertError),
}

impl Error {
    /// How far the request got. After [`Sent::Maybe`], SAP may have carried it out.
    pub fn sent(&self) -> Sent {
        match self {
            Self::Config(_) | Self::Load(_) | Self::UnknownOperation(_) | Self::Encode(_) => Sent::No,
            Self::Transport(error) => error.sent(),
            Self::Read(_) | Self::Fault(_) | Self::Convert(_) => Sent::Answered,
        }
    }

    /// May the same call succeed a moment later, without anybody's doing? Whether it may be repeated is another question:
    /// see [`Error::sent`].
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Config(_)
            | Self::Load(_)
            | Self::UnknownOperation(_)
            | Self::Encode(_)
            | Self::Convert(_) => false,
            Self::Transport(error) => match error.kind() {
                TransportErrorKind::Connect
                | TransportErrorKind::Timeout(_)
                | TransportErrorKind::Reset
                | TransportErrorKind::Decode => true,
                // The kinds may grow.
                _ => false,
            },
            Self::Read(error) => matches!(error.kind(), ReadErrorKind::Truncated | ReadErrorKind::Empty),
            Self::Fault(fault) => fault.is_transient(),
        }
    }

    /// What SAP said, if it is that.
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Fault(fault) => Some(fault),
            Self::Config(_)
            | Self::Load(_)
            | Self::UnknownOperation(_)
            | Self::Encode(_)
            | Self::Transport(_)
            | Self::Read(_)
            | Self::Convert(_) => None,
        }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Fault(Box::new(fault))
    }
}
