//! A bound on every phase. Parts keep their own: these catch a part that does not, so that no run hangs for ever.

use std::time::Duration;

use tokio::time::{timeout, timeout_at};

use crate::{CallContext, Error, ErrorKind, Result, Sent};

/// How long after its deadline a call is cut off.
const GRACE: Duration = Duration::from_secs(15);
/// How long after the run's deadline planning is cut off: chunks that it waits for have ended by then.
const PLANNING_GRACE: Duration = Duration::from_secs(60);
/// How long the ledger or the reporter may take.
const LEDGER: Duration = Duration::from_secs(60);

/// A call of the source, customs or the sink. One that is cut off may have been carried out.
pub(super) async fn call<T>(
    cx: &CallContext,
    what: &str,
    call: impl Future<Output = Result<T>>,
) -> Result<T> {
    let Some(deadline) = cx.deadline else {
        return call.await;
    };
    timeout_at(deadline + GRACE, call).await.unwrap_or_else(|_| {
        let text = format!("{what} did not end by its deadline, and was cut off");
        Err(Error::new(ErrorKind::Deadline, text)
            .code("cut_off")
            .sent(Sent::Maybe))
    })
}

/// A call of the ledger. It may be made again.
pub(super) async fn ledger<T>(call: impl Future<Output = Result<T>>) -> Result<T> {
    timeout(LEDGER, call).await.unwrap_or_else(|_| {
        let text = format!("the ledger did not answer within {LEDGER:?}");
        Err(Error::new(ErrorKind::Ledger, text)
            .code("ledger_timeout")
            .sent(Sent::Maybe))
    })
}

/// A report: it ends, whatever stands behind the reporter.
pub(super) async fn report(report: impl Future<Output = ()>) {
    if timeout(LEDGER, report).await.is_err() {
        tracing::error!(message = "The reporter did not end, and was cut off.");
    }
}

/// Ends when planning has to.
pub(super) async fn planning(cx: &CallContext) -> Error {
    match cx.deadline {
        Some(deadline) => tokio::time::sleep_until(deadline + PLANNING_GRACE).await,
        None => std::future::pending().await,
    }
    Error::new(
        ErrorKind::Deadline,
        "the due list was not read by the run's deadline",
    )
    .code("planning_deadline")
}
