//! The contract of [`customs_core::AuditLog`].

use async_trait::async_trait;
use customs_core::{AuditEntry, AuditLog};

use super::at;

/// Tests of an [`AuditLog`](customs_core::AuditLog): `audit_log_suite!(name, factory)`, where the factory makes an
/// [`AuditSubject`] and is awaited. An attribute in front replaces `#[tokio::test]`.
#[macro_export]
macro_rules! audit_log_suite {
    ($name:ident, $factory:expr) => {
        $crate::audit_log_suite!(
            #[tokio::test]
            $name,
            $factory
        );
    };
    (#[$test:meta] $name:ident, $factory:expr) => {
        $crate::conformance_tests! {
            #[$test] $name, $factory, audit_log:
            what_is_noted_is_shown,
            acts_come_newest_first,
        }
    };
}

/// An empty log.
#[async_trait]
pub trait AuditSubject: Send + Sync {
    /// The log.
    fn log(&self) -> &dyn AuditLog;

    /// The same log, as another process sees it.
    async fn other(&self) -> Box<dyn AuditLog>;
}

fn entry(second: i64, subject: &str) -> AuditEntry {
    AuditEntry {
        at: at(second),
        by: "김 과장'; --".to_owned(),
        act: "run".to_owned(),
        subject: subject.to_owned(),
    }
}

/// Whatever stands in it.
pub async fn what_is_noted_is_shown(subject: &impl AuditSubject) {
    assert_eq!(subject.log().acts(9).await.unwrap(), []);
    let entry = entry(1, "1000/import \u{1F4E6}\0\n");
    subject.log().note(&entry).await.unwrap();
    let own = subject.log().acts(9).await.unwrap();
    let others = subject.other().await.acts(9).await.unwrap();
    assert_eq!((own.as_slice(), &own), ([entry].as_slice(), &others));
}

/// The limit keeps the newest.
pub async fn acts_come_newest_first(subject: &impl AuditSubject) {
    for (second, subject_of) in [(1, "a"), (3, "b"), (3, "c"), (2, "d")] {
        subject.log().note(&entry(second, subject_of)).await.unwrap();
    }
    let shown = |acts: Vec<AuditEntry>| acts.into_iter().map(|e| e.subject).collect::<String>();
    assert_eq!(shown(subject.log().acts(9).await.unwrap()), "cbda");
    assert_eq!(shown(subject.log().acts(2).await.unwrap()), "cb");
}
