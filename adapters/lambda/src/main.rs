//! The bootstrap that Lambda starts.

use std::sync::Arc;

use customs_aws::Aws;
use customs_lambda::{Host, Source};
use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};
use serde_json::Value;

/// What an error of a function is called: alarms and filters of the log look for it.
const NOT_DONE: &str = "Customs.NotDone";

// One thread: a function has a part of a processor, and threads that wake each other would spend much of it.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let filter = tracing_subscriber::EnvFilter::try_from_env("CUSTOMS_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    // One JSON object a line is what CloudWatch's filters read. Lambda adds the time.
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .without_time()
        .with_current_span(false)
        .init();
    let host = Arc::new(Host::new(Source::from_env()?, Aws::from_env().await));
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Value>| {
        let host = Arc::clone(&host);
        async move {
            let ends_at = event.context.deadline;
            // Boxed: as one piece it is deeper than the compiler likes.
            Box::pin(host.answer(event.payload, ends_at))
                .await
                .map_err(|error| Diagnostic {
                    error_type: NOT_DONE.into(),
                    // The chain in one line; the runtime tells it to Lambda, and so it reaches the dead letter.
                    error_message: customs_core::DisplayChain(error.as_ref()).to_string(),
                })
        }
    }))
    .await
}
