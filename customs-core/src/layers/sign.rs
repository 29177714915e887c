use crate::{Error, ErrorKind, Result, Sent};

/// What the end of a call says about the host that was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// It is in trouble: unreachable, too slow, overrun, or it answers what is no answer.
    Trouble,
    /// It answered: also if it refused the question, or the key.
    Health,
    /// Nothing: the question was not asked, or the caller had no time left.
    Nothing,
}

impl Sign {
    pub(super) fn of<T>(result: &Result<T>) -> Self {
        match result {
            Ok(_) => Self::Health,
            Err(error) => Self::of_error(error),
        }
    }

    fn of_error(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Unavailable | ErrorKind::Timeout | ErrorKind::RateLimited | ErrorKind::Protocol => {
                Self::Trouble
            }
            ErrorKind::Config
            | ErrorKind::Unauthorized
            | ErrorKind::Refused
            | ErrorKind::Ambiguous
            | ErrorKind::Mismatch
            | ErrorKind::Unclassified
            | ErrorKind::CircuitOpen
            | ErrorKind::QuotaExhausted
            | ErrorKind::Deadline
            | ErrorKind::Mapping
            | ErrorKind::Suspicious
            | ErrorKind::InDoubt
            | ErrorKind::Ledger
            | ErrorKind::Conflict
            | ErrorKind::Internal => match error.get_sent() {
                Sent::Answered => Self::Health,
                Sent::No | Sent::Maybe => Self::Nothing,
            },
        }
    }
}
