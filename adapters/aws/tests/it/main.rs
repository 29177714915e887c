//! Black-box tests: against a server of the tests that speaks the protocol of SNS and SQS and refuses what it is told to,
//! and against a stand-in for AWS (ministack), where one is named or required.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, in its helper functions too, and says what it skips"
)]

mod conformance;
mod receipt;
mod scripted;
mod secrets;
mod stand_in;
