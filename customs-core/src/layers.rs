//! Layers around a client, each a struct that wraps the next. Outside in:
//! [`Trace`] → [`ErrorContext`] → [`Retry`] → [`CircuitBreaker`] → [`RateLimit`] → [`Quota`] → [`Watch`] →
//! [`Timeout`] → client.
//!
//! The order matters. A timeout outside of the retry would cut off the second try; a rate limit outside of it would count
//! three requests as one; a breaker outside of it would see one failure where there were three.
//!
//! Repeats happen in [`Retry`] and nowhere else. [`Housekeeping`] stands around a run ledger.

mod breaker;
mod error_context;
mod housekeeping;
mod line;
mod pace;
mod quota;
mod rate_limit;
mod retry;
mod sign;
mod timeout;
mod trace;

pub use breaker::{BreakerPolicy, CircuitBreaker};
pub use error_context::ErrorContext;
pub use housekeeping::Housekeeping;
pub use pace::{Pace, Watch};
pub use quota::{Quota, QuotaPolicy};
pub use rate_limit::RateLimit;
pub use retry::{Retry, RetryPolicy};
pub use timeout::Timeout;
pub use trace::Trace;
