//! The contract of [`Alerter`].

use async_trait::async_trait;
use customs_core::{Alert, AlertKind, Alerter};

use super::{Cannot, able, at, run};

/// Tests of an [`Alerter`]: `alerter_suite!(name, factory)`, where the factory makes an
/// [`AlerterSubject`](crate::conformance::alerter::AlerterSubject) and is awaited. An attribute in front replaces
/// `#[tokio::test]`.
#[macro_export]
macro_rules! alerter_suite {
    ($name:ident, $factory:expr) => {
        $crate::alerter_suite!(
            #[tokio::test]
            $name,
            $factory
        );
    };
    (#[$test:meta] $name:ident, $factory:expr) => {
        $crate::conformance_tests! {
            #[$test] $name, $factory, alerter:
            an_alert_arrives_whole,
            a_refusal_is_an_error,
            no_secret_shows,
        }
    };
}

/// An alerter, and what the other side has.
#[async_trait]
pub trait AlerterSubject: Send + Sync {
    /// The alerter.
    fn alerter(&self) -> &dyn Alerter;

    /// The texts that arrived, one for each alert, in order, as people read them.
    async fn arrived(&self) -> Vec<String>;

    /// From now on the other side takes nothing.
    async fn refuse(&self) -> Result<(), Cannot>;

    /// The secret that the alerter holds, if any.
    fn secret(&self) -> Option<&str>;
}

fn alert(number: u32, korean: &str, english: &str) -> Alert {
    Alert {
        id: format!("{number:032x}"),
        at: at(0),
        company: "1000".into(),
        job: "import".into(),
        run: run("a").run,
        kind: AlertKind::Opened,
        episode: Some(7),
        korean: korean.to_owned(),
        english: english.to_owned(),
        attempts: 1,
    }
}

/// Both texts arrive, whatever they hold.
pub async fn an_alert_arrives_whole(subject: &impl AlerterSubject) {
    let texts = [
        ("새 오류: \"연결 실패\" 🚢", "new error: \\ and a\ttab"),
        ("<!channel> & <b>굵게</b>", "'; DROP TABLE alert; -- %s ${x}"),
        ("한 줄\n두 줄", "&amp; &lt;"),
    ];
    for (number, (korean, english)) in (0..).zip(texts) {
        let alert = alert(number, korean, english);
        subject.alerter().alert(&run("a"), &alert).await.unwrap();
    }
    let arrived = subject.arrived().await;
    assert_eq!(arrived.len(), texts.len());
    for (arrived, (korean, english)) in arrived.iter().zip(texts) {
        assert!(arrived.contains(korean) && arrived.contains(english), "{arrived}");
    }
}

/// What was not taken is an error, each time.
pub async fn a_refusal_is_an_error(subject: &impl AlerterSubject) {
    if able(subject.refuse().await).is_none() {
        return;
    }
    for number in 0..2 {
        let alert = alert(number, "알림", "alert");
        subject.alerter().alert(&run("a"), &alert).await.unwrap_err();
    }
    assert_eq!(subject.arrived().await, [""; 0]);
}

/// Neither the alerter nor its errors show what it keeps secret.
pub async fn no_secret_shows(subject: &impl AlerterSubject) {
    let Some(secret) = subject.secret() else {
        println!("skipped: it holds no secret");
        return;
    };
    let mut shown = format!("{:?}", subject.alerter());
    if able(subject.refuse().await).is_some() {
        let alert = alert(0, "알림", "alert");
        let error = subject.alerter().alert(&run("a"), &alert).await.unwrap_err();
        shown.push_str(&format!("{error} {error:?} {}", error.chain()));
    }
    assert!(!shown.contains(secret), "a secret shows");
}
