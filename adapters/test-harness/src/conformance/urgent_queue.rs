//! The contract of [`customs_core::UrgentQueue`].

use std::time::Duration;

use async_trait::async_trait;
use customs_core::{
    CompanyId, ErrorKind, Instance, JobName, RecordKey, RecordOutcome, RequestDone, RequestId, RequestStatus,
    TakeRequests, Tally, UrgentQueue, UrgentRequest,
};

use super::at;

/// Tests of an [`UrgentQueue`](customs_core::UrgentQueue): `urgent_queue_suite!(name, factory)`, where the factory makes an
/// [`UrgentSubject`] and is awaited. An attribute in front replaces `#[tokio::test]`.
#[macro_export]
macro_rules! urgent_queue_suite {
    ($name:ident, $factory:expr) => {
        $crate::urgent_queue_suite!(
            #[tokio::test]
            $name,
            $factory
        );
    };
    (#[$test:meta] $name:ident, $factory:expr) => {
        $crate::conformance_tests! {
            #[$test] $name, $factory, urgent_queue:
            what_is_accepted_waits,
            accepted_together_or_not_at_all,
            accepting_again_changes_nothing,
            the_oldest_is_taken_first,
            taken_by_one,
            a_lease_that_ended_is_free,
            a_sole_instance_takes_its_own_back,
            who_wants_to_be_alone_waits_for_the_others,
            what_is_released_waits_again,
            finish_keeps_receipt_and_outcomes,
            a_lost_request_is_not_finished,
            recent_is_newest_first,
            only_done_ones_are_forgotten,
        }
    };
}

/// An empty queue whose time the suite moves.
#[async_trait]
pub trait UrgentSubject: Send + Sync {
    /// The queue.
    fn queue(&self) -> &dyn UrgentQueue;

    /// The same queue, as another process sees it.
    async fn other(&self) -> Box<dyn UrgentQueue>;

    /// Moves the queue's clock on.
    async fn advance(&self, by: Duration);
}

const LEASE: Duration = Duration::from_secs(60);

fn instance(name: &str, boot: &str, sole: bool) -> Instance {
    Instance {
        boot: boot.into(),
        ..Instance::new(name, sole)
    }
}

fn me() -> Instance {
    instance("host", "boot", false)
}

fn you() -> Instance {
    instance("elsewhere", "boot", false)
}

fn jobs(names: &[&str]) -> Vec<(CompanyId, JobName)> {
    names.iter().map(|j| ("1000".into(), JobName::from(*j))).collect()
}

/// Accepted in the second of its number.
fn request(number: i64) -> UrgentRequest {
    UrgentRequest {
        id: RequestId::from(format!("U-{number:04}")),
        company: "1000".into(),
        job: "import".into(),
        keys: vec![
            RecordKey::from_parts(["1000", &number.to_string()]),
            "1000/'; --\u{1F4E6}".into(),
        ],
        by: "erp".to_owned(),
        at: at(number),
    }
}

async fn accept(subject: &impl UrgentSubject, numbers: impl IntoIterator<Item = i64>) {
    for number in numbers {
        subject.queue().accept(&[request(number)]).await.unwrap();
    }
}

async fn take(queue: &dyn UrgentQueue, instance: &Instance, limit: usize) -> Vec<UrgentRequest> {
    let take = TakeRequests {
        instance,
        jobs: &jobs(&["import"]),
        limit,
        lease: LEASE,
        alone: false,
    };
    queue.take(take).await.unwrap()
}

async fn status(subject: &impl UrgentSubject, number: i64) -> RequestStatus {
    let row = subject.queue().find(&request(number).id).await.unwrap().unwrap();
    assert_eq!(row.request, request(number), "it is shown as it was accepted");
    row.status
}

fn done(second: i64) -> RequestDone {
    let tally = Tally {
        pushed: 1,
        unchanged: 1,
        ..Tally::default()
    };
    let outcome = |key: &str, outcome: &str| RecordOutcome {
        key: key.into(),
        outcome: outcome.to_owned(),
        reason: None,
        message: None,
    };
    RequestDone {
        at: at(second),
        receipt: customs_core::Receipt::draw_up("run".into(), 2, tally, 5, None),
        records: vec![
            outcome("1000/1", "pushed"),
            RecordOutcome {
                reason: Some("many".to_owned()),
                message: Some("여러 건\n\0".to_owned()),
                ..outcome("1000/2", "failed")
            },
        ],
    }
}

/// Also for another process, with everything that was said.
pub async fn what_is_accepted_waits(subject: &impl UrgentSubject) {
    assert_eq!(subject.queue().waiting().await.unwrap(), 0);
    assert_eq!(subject.queue().find(&request(1).id).await.unwrap(), None);
    accept(subject, [1, 2]).await;
    assert_eq!(status(subject, 1).await, RequestStatus::Waiting);
    let other = subject.other().await;
    assert_eq!(other.waiting().await.unwrap(), 2);
    assert_eq!(take(other.as_ref(), &you(), 1).await, [request(1)]);
    assert_eq!(subject.queue().waiting().await.unwrap(), 1);
    let full = UrgentRequest {
        keys: Vec::new(),
        ..request(3)
    };
    subject.queue().accept(std::slice::from_ref(&full)).await.unwrap();
    let row = subject.queue().find(&full.id).await.unwrap().unwrap();
    assert_eq!(row.request, full);
}

/// All of many.
pub async fn accepted_together_or_not_at_all(subject: &impl UrgentSubject) {
    let many: Vec<UrgentRequest> = (1..=50).map(request).collect();
    subject.queue().accept(&many).await.unwrap();
    assert_eq!(subject.queue().waiting().await.unwrap(), 50);
    subject.queue().accept(&[]).await.unwrap();
    assert_eq!(subject.queue().waiting().await.unwrap(), 50);
}

/// A sender that did not hear the answer sends again.
pub async fn accepting_again_changes_nothing(subject: &impl UrgentSubject) {
    accept(subject, [1]).await;
    assert_eq!(take(subject.queue(), &me(), 9).await.len(), 1);
    let changed = UrgentRequest {
        keys: vec!["1000/9".into()],
        ..request(1)
    };
    subject.queue().accept(&[changed, request(2)]).await.unwrap();
    assert_eq!(status(subject, 1).await, RequestStatus::Running);
    assert_eq!(status(subject, 2).await, RequestStatus::Waiting);
}

/// Whatever the order of arrival.
pub async fn the_oldest_is_taken_first(subject: &impl UrgentSubject) {
    accept(subject, [3, 1, 2]).await;
    let elsewhere = UrgentRequest {
        job: "export".into(),
        ..request(0)
    };
    subject
        .queue()
        .accept(std::slice::from_ref(&elsewhere))
        .await
        .unwrap();
    assert_eq!(take(subject.queue(), &me(), 2).await, [request(1), request(2)]);
    assert_eq!(take(subject.queue(), &me(), 2).await, [request(3)]);
    let take = TakeRequests {
        instance: &me(),
        jobs: &jobs(&["export", "import"]),
        limit: 9,
        lease: LEASE,
        alone: false,
    };
    assert_eq!(subject.queue().take(take).await.unwrap(), [elsewhere]);
}

/// Not even to the same instance, and not when two ask at once.
pub async fn taken_by_one(subject: &impl UrgentSubject) {
    accept(subject, 1..=20).await;
    let other = subject.other().await;
    let (me, you) = (me(), you());
    let (mine, yours) =
        futures_util::future::join(take(subject.queue(), &me, 15), take(other.as_ref(), &you, 15)).await;
    let mut all: Vec<_> = mine.iter().chain(&yours).map(|r| r.id.clone()).collect();
    all.sort();
    let rest = take(subject.queue(), &me, 99).await;
    all.extend(rest.into_iter().map(|r| r.id));
    all.sort();
    let wanted: Vec<_> = (1..=20).map(|n| request(n).id).collect();
    assert_eq!(all, wanted, "each once");
    assert!(take(subject.queue(), &me, 9).await.is_empty());
}

/// Its worker may hang.
pub async fn a_lease_that_ended_is_free(subject: &impl UrgentSubject) {
    accept(subject, [1]).await;
    assert_eq!(take(subject.queue(), &me(), 9).await.len(), 1);
    subject.advance(LEASE / 2).await;
    assert!(take(subject.queue(), &you(), 9).await.is_empty());
    subject.advance(LEASE).await;
    assert_eq!(take(subject.queue(), &you(), 9).await, [request(1)]);
}

/// What its dead process took, and nothing else.
pub async fn a_sole_instance_takes_its_own_back(subject: &impl UrgentSubject) {
    accept(subject, [1, 2]).await;
    assert_eq!(take(subject.queue(), &me(), 1).await.len(), 1);
    assert_eq!(take(subject.queue(), &you(), 1).await.len(), 1);
    assert!(
        take(subject.queue(), &instance("host", "boot", true), 9)
            .await
            .is_empty()
    );
    assert!(
        take(subject.queue(), &instance("host", "next", false), 9)
            .await
            .is_empty()
    );
    assert_eq!(
        take(subject.queue(), &instance("host", "next", true), 9).await,
        [request(1)]
    );
}

async fn take_alone(queue: &dyn UrgentQueue, instance: &Instance, limit: usize) -> Vec<UrgentRequest> {
    let take = TakeRequests {
        instance,
        jobs: &jobs(&["import"]),
        limit,
        lease: LEASE,
        alone: true,
    };
    queue.take(take).await.unwrap()
}

/// Until they are done, or their lease has ended; also when all ask at once.
pub async fn who_wants_to_be_alone_waits_for_the_others(subject: &impl UrgentSubject) {
    accept(subject, 1..=6).await;
    let other = subject.other().await;
    let (me, you) = (me(), you());
    let (mine, yours) = futures_util::future::join(
        take_alone(subject.queue(), &me, 1),
        take_alone(other.as_ref(), &you, 1),
    )
    .await;
    assert_eq!(mine.len() + yours.len(), 1, "{mine:?} {yours:?}");
    let (first, second) = if mine.is_empty() { (&you, &me) } else { (&me, &you) };
    // Its own requests hold nobody up but others.
    assert_eq!(take_alone(subject.queue(), first, 1).await, [request(2)]);
    assert!(take_alone(subject.queue(), second, 9).await.is_empty());
    subject
        .queue()
        .finish(&request(1).id, first, &done(9))
        .await
        .unwrap();
    assert!(take_alone(subject.queue(), second, 9).await.is_empty());
    subject
        .queue()
        .finish(&request(2).id, first, &done(9))
        .await
        .unwrap();
    assert_eq!(take_alone(subject.queue(), second, 1).await, [request(3)]);
    assert!(take_alone(subject.queue(), first, 1).await.is_empty());
    subject.advance(LEASE * 2).await;
    assert_eq!(take_alone(subject.queue(), first, 9).await.len(), 4);
}

/// A program that is told to stop gives back what it has not done.
pub async fn what_is_released_waits_again(subject: &impl UrgentSubject) {
    accept(subject, [1]).await;
    assert_eq!(take(subject.queue(), &me(), 1).await.len(), 1);
    subject.queue().release(&request(1).id, &you()).await.unwrap();
    assert_eq!(status(subject, 1).await, RequestStatus::Running);
    subject.queue().release(&request(1).id, &me()).await.unwrap();
    assert_eq!(status(subject, 1).await, RequestStatus::Waiting);
    assert_eq!(take(subject.queue(), &you(), 1).await.len(), 1);
    subject
        .queue()
        .finish(&request(1).id, &you(), &done(9))
        .await
        .unwrap();
    subject.queue().release(&request(1).id, &you()).await.unwrap();
    assert_eq!(status(subject, 1).await, RequestStatus::Done);
}

/// And stays as it was finished first.
pub async fn finish_keeps_receipt_and_outcomes(subject: &impl UrgentSubject) {
    accept(subject, [1]).await;
    assert_eq!(take(subject.queue(), &me(), 1).await.len(), 1);
    let id = request(1).id;
    subject.queue().finish(&id, &me(), &done(9)).await.unwrap();
    subject.queue().finish(&id, &me(), &done(10)).await.unwrap();
    let row = subject.other().await.find(&id).await.unwrap().unwrap();
    assert_eq!((row.status, row.done), (RequestStatus::Done, Some(done(9))));
    subject.advance(LEASE * 2).await;
    assert!(
        take(subject.queue(), &instance("host", "next", true), 9)
            .await
            .is_empty()
    );
}

/// Somebody else works on it by now, or nobody took it.
pub async fn a_lost_request_is_not_finished(subject: &impl UrgentSubject) {
    accept(subject, [1, 2]).await;
    assert_eq!(take(subject.queue(), &me(), 1).await.len(), 1);
    for (number, by) in [
        (1, you()),
        (1, instance("host", "next", true)),
        (2, me()),
        (3, me()),
    ] {
        let lost = subject.queue().finish(&request(number).id, &by, &done(9)).await;
        assert_eq!(lost.unwrap_err().kind(), ErrorKind::Conflict, "{number} {by:?}");
    }
    assert_eq!(status(subject, 1).await, RequestStatus::Running);
    assert_eq!(status(subject, 2).await, RequestStatus::Waiting);
}

/// By time of acceptance.
pub async fn recent_is_newest_first(subject: &impl UrgentSubject) {
    accept(subject, [2, 3, 1]).await;
    let rows = subject.queue().recent(2).await.unwrap();
    let seen: Vec<_> = rows.into_iter().map(|r| r.request).collect();
    assert_eq!(seen, [request(3), request(2)]);
}

/// What waits is never forgotten, however old.
pub async fn only_done_ones_are_forgotten(subject: &impl UrgentSubject) {
    accept(subject, [1, 2, 3]).await;
    assert_eq!(take(subject.queue(), &me(), 2).await.len(), 2);
    subject
        .queue()
        .finish(&request(1).id, &me(), &done(10))
        .await
        .unwrap();
    subject
        .queue()
        .finish(&request(2).id, &me(), &done(20))
        .await
        .unwrap();
    assert_eq!(subject.queue().forget(at(20)).await.unwrap(), 1);
    assert_eq!(subject.queue().find(&request(1).id).await.unwrap(), None);
    assert_eq!(status(subject, 2).await, RequestStatus::Done);
    assert_eq!(subject.queue().forget(at(9_999)).await.unwrap(), 1);
    assert_eq!(status(subject, 3).await, RequestStatus::Waiting);
}
