//! The contracts of dispatchers and reporters, and what is AWS's own about them.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use customs_aws::{
    Bell, MESSAGE_LIMIT, Message, SnsAlerter, SnsDispatcher, SnsReporter, SqsDispatcher, Waves,
};
use customs_core::memory::{MemoryDispatcher, MemoryReporter};
use customs_core::{
    Alerter, CHUNK_VERSION, CallContext, Chunk, Clock, CustomsQuery, Dispatcher, DueRecord, ErrorKind,
    ErrorReport, ErrorReporter, Fields, Priority, Sent,
};
use customs_test_harness::conformance::alerter::{self, AlerterSubject};
use customs_test_harness::conformance::dispatch::DispatchSubject;
use customs_test_harness::conformance::reporter::ReporterSubject;
use customs_test_harness::conformance::{Cannot, ManualClock};
use customs_test_harness::{dispatch_suite, reporter_suite};

use crate::scripted::Scripted;
use crate::stand_in::{CANARY, StandIn, aws};

const TOPIC: &str = "arn:aws:sns:ap-northeast-2:000000000000:work";

/// A dispatcher whose messages stand in the stand-in's queue.
struct Queue {
    dispatcher: Box<dyn Dispatcher>,
    place: Option<StandIn>,
    memory: MemoryDispatcher,
}

impl DispatchSubject for Queue {
    fn dispatcher(&self) -> &dyn Dispatcher {
        &*self.dispatcher
    }

    fn accepted(&self) -> Vec<Chunk> {
        match &self.place {
            Some(place) => tokio::task::block_in_place(|| {
                tokio::runtime::Handle::current().block_on(place.take_chunks())
            }),
            None => self.memory.chunks(),
        }
    }

    fn refuse(&self, chunk: &Chunk) -> Result<(), Cannot> {
        match self.place {
            Some(_) => Err(Cannot(
                "the stand-in refuses no single message; the scripted server does",
            )),
            None => {
                self.memory.refuse(chunk.id());
                Ok(())
            }
        }
    }
}

/// A clock at the time of the suite's chunks, so that none of them is early.
fn clock() -> Arc<dyn Clock> {
    let clock = ManualClock::default();
    clock.advance(Duration::from_secs(1));
    Arc::new(clock)
}

async fn queue(make: fn(&StandIn) -> Box<dyn Dispatcher>) -> Queue {
    let memory = MemoryDispatcher::new();
    match StandIn::get().await {
        Some(place) => {
            place.subscribe().await;
            Queue {
                dispatcher: make(&place),
                place: Some(place),
                memory,
            }
        }
        // Skipped: the suite runs on memory instead, and the reason is printed.
        None => Queue {
            dispatcher: Box::new(memory.clone()),
            place: None,
            memory,
        },
    }
}

async fn sns_queue() -> Queue {
    queue(|place| Box::new(SnsDispatcher::new(&place.aws, &place.topic, clock()))).await
}

async fn sqs_queue() -> Queue {
    queue(|place| Box::new(SqsDispatcher::new(&place.aws, &place.queue, clock()))).await
}

dispatch_suite!(
    #[tokio::test(flavor = "multi_thread")]
    sns_on_the_stand_in,
    sns_queue
);
dispatch_suite!(
    #[tokio::test(flavor = "multi_thread")]
    sqs_on_the_stand_in,
    sqs_queue
);

struct OnServer {
    dispatcher: Box<dyn Dispatcher>,
    server: Scripted,
}

impl DispatchSubject for OnServer {
    fn dispatcher(&self) -> &dyn Dispatcher {
        &*self.dispatcher
    }

    fn accepted(&self) -> Vec<Chunk> {
        self.server.chunks()
    }

    fn refuse(&self, chunk: &Chunk) -> Result<(), Cannot> {
        self.server.refuse(chunk);
        Ok(())
    }
}

async fn sns() -> OnServer {
    let (server, address) = Scripted::start().await;
    OnServer {
        dispatcher: Box::new(SnsDispatcher::new(&aws(&address), TOPIC, clock())),
        server,
    }
}

async fn sqs() -> OnServer {
    let (server, address) = Scripted::start().await;
    let queue = format!("{address}/000000000000/work");
    OnServer {
        dispatcher: Box::new(SqsDispatcher::new(&aws(&address), queue, clock())),
        server,
    }
}

dispatch_suite!(sns_with_refusals, sns);
dispatch_suite!(sqs_with_refusals, sqs);

fn context() -> CallContext {
    CallContext::new("1000".into(), "import".into(), "r".into())
}

fn chunk(index: u32, text: &str) -> Chunk {
    Chunk {
        version: CHUNK_VERSION,
        company: "1000".into(),
        job: "import".into(),
        run: "r".into(),
        fence: 1,
        index,
        not_before: None,
        not_after: clock().now() + jiff::SignedDuration::from_secs(240),
        slice_ends: None,
        rate: None,
        resync: false,
        records: vec![DueRecord {
            key: "1".into(),
            query: CustomsQuery::new("API001", Fields::from_iter([("cargMtNo", text)])),
            priority: Priority::Normal,
            origin: Fields::new(),
            current: None,
        }],
    }
}

#[tokio::test]
async fn batches_are_of_ten_and_a_message_that_is_too_large_is_refused_alone() {
    for subject in [sns().await, sqs().await] {
        let mut chunks: Vec<_> = (0..23).map(|i| chunk(i, "x")).collect();
        // Bytes count, not characters: this one fits by characters.
        chunks[5] = chunk(5, &"통".repeat(MESSAGE_LIMIT / 3));
        let outcomes = subject.dispatcher.dispatch(&context(), chunks).await.unwrap();
        let refused: Vec<_> = (0..23).filter(|i| outcomes[*i].is_err()).collect();
        assert_eq!(refused, [5]);
        let error = outcomes[5].as_ref().unwrap_err();
        assert_eq!(
            (error.kind(), error.get_code()),
            (ErrorKind::Config, "message_too_large")
        );
        assert_eq!(subject.server.batches(), [10, 10, 2]);
        assert_eq!(subject.server.chunks().len(), 22);
    }
}

#[tokio::test]
async fn what_the_answer_leaves_out_is_in_doubt() {
    for subject in [sns().await, sqs().await] {
        subject.server.fall_silent();
        let outcomes = subject
            .dispatcher
            .dispatch(&context(), vec![chunk(0, "x")])
            .await
            .unwrap();
        assert_eq!(outcomes[0].as_ref().unwrap_err().get_sent(), Sent::Maybe);
    }
}

#[tokio::test]
async fn a_refused_batch_fails_its_chunks_with_the_service_s_code_and_shows_no_secret() {
    let xml = "<ErrorResponse><Error><Type>Sender</Type><Code>AuthorizationError</Code><Message>not yours</Message></Error></ErrorResponse>";
    let json = r#"{"__type":"com.amazonaws.sqs#AccessDenied","message":"not yours"}"#;
    for (subject, body, code) in [
        (sns().await, xml, "AuthorizationError"),
        (sqs().await, json, "AccessDenied"),
    ] {
        subject.server.break_with(403, body);
        let outcomes = subject
            .dispatcher
            .dispatch(&context(), vec![chunk(0, "x")])
            .await
            .unwrap();
        let error = outcomes[0].as_ref().unwrap_err();
        assert_eq!((error.kind(), error.get_code()), (ErrorKind::Unauthorized, code));
        let shown = format!("{error} {error:?} {} {:?}", error.chain(), subject.dispatcher);
        assert!(shown.contains("not yours") && !shown.contains(CANARY), "{shown}");
    }
}

#[tokio::test]
async fn nobody_there_is_worth_another_try() {
    let address = "http://127.0.0.1:1";
    let dispatchers: [Box<dyn Dispatcher>; 2] = [
        Box::new(SnsDispatcher::new(&aws(address), TOPIC, clock())),
        Box::new(SqsDispatcher::new(
            &aws(address),
            format!("{address}/0/work"),
            clock(),
        )),
    ];
    for dispatcher in dispatchers {
        let outcomes = dispatcher
            .dispatch(&context(), vec![chunk(0, "x")])
            .await
            .unwrap();
        let error = outcomes[0].as_ref().unwrap_err();
        assert_eq!(error.get_code(), "aws_unreachable");
        assert!(error.is_transient(), "{error:?}");
    }
}

#[tokio::test]
async fn a_later_wave_waits_in_the_queue_and_a_topic_refuses_it() {
    let later = |index, seconds| Chunk {
        not_before: Some(clock().now() + jiff::SignedDuration::from_secs(seconds)),
        ..chunk(index, "x")
    };
    let chunks = || vec![later(0, 0), later(1, 100), later(2, 1), later(3, 5_000)];
    let queue = sqs().await;
    let outcomes = queue.dispatcher.dispatch(&context(), chunks()).await.unwrap();
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(queue.server.delays(), [0, 100, 1, 900]);

    let topic = sns().await;
    let outcomes = topic.dispatcher.dispatch(&context(), chunks()).await.unwrap();
    let codes: Vec<_> = outcomes
        .iter()
        .map(|o| o.as_ref().err().map(|e| e.get_code()))
        .collect();
    assert_eq!(codes, [None, Some("no_queue"), None, Some("no_queue")]);

    // Both ways: what begins now by the topic, the rest by the queue, each outcome in its place.
    let (topic, queue) = (sns().await, sqs().await);
    topic.server.refuse(&later(2, 1));
    queue.server.refuse(&later(1, 100));
    let waves = Waves::new(Arc::from(topic.dispatcher), Arc::from(queue.dispatcher), clock());
    let outcomes = waves.dispatch(&context(), chunks()).await.unwrap();
    let ok: Vec<_> = outcomes.iter().map(Result::is_ok).collect();
    assert_eq!(ok, [true, false, false, true]);
    let indices = |server: &Scripted| server.chunks().iter().map(|c| c.index).collect::<Vec<_>>();
    assert_eq!(
        (indices(&topic.server), indices(&queue.server)),
        (vec![0], vec![3])
    );
}

/// An alerter whose topic is read through a queue.
struct Alerted {
    alerter: SnsAlerter,
    place: StandIn,
}

#[async_trait]
impl AlerterSubject for Alerted {
    fn alerter(&self) -> &dyn Alerter {
        &self.alerter
    }

    async fn arrived(&self) -> Vec<String> {
        self.place.take_texts().await
    }

    async fn refuse(&self) -> Result<(), Cannot> {
        let delete = self.place.sns.delete_topic().topic_arn(&self.place.topic);
        delete.send().await.unwrap();
        Ok(())
    }

    /// What the requests are signed with.
    fn secret(&self) -> Option<&str> {
        Some(CANARY)
    }
}

/// `None` where there is no stand-in; it says so.
async fn alerted() -> Option<Alerted> {
    let place = StandIn::get().await?;
    place.subscribe().await;
    let alerter = SnsAlerter::new(&place.aws, &place.topic);
    Some(Alerted { alerter, place })
}

macro_rules! alerts_on_the_stand_in {
    ($($bullet:ident),+) => {
        mod sns_alerter_on_the_stand_in {
            use super::*;

            $(
                #[tokio::test]
                async fn $bullet() {
                    if let Some(subject) = alerted().await {
                        alerter::$bullet(&subject).await;
                    }
                }
            )+
        }
    };
}

alerts_on_the_stand_in!(an_alert_arrives_whole, a_refusal_is_an_error, no_secret_shows);

/// A reporter whose topic is read through a queue.
struct Reported {
    reporter: Box<dyn ErrorReporter>,
    place: Option<StandIn>,
    kept: MemoryReporter,
}

#[async_trait]
impl ReporterSubject for Reported {
    fn reporter(&self) -> &dyn ErrorReporter {
        &*self.reporter
    }

    async fn kept(&self) -> Vec<ErrorReport> {
        if let Some(place) = &self.place {
            for message in place.take().await {
                let Message::Error(error) = message else {
                    panic!("a chunk among the errors")
                };
                self.kept.report(&error.context(), &error.report).await;
            }
        }
        self.kept.reports()
    }

    async fn break_store(&self) -> Result<(), Cannot> {
        match &self.place {
            Some(place) => {
                let delete = place.sns.delete_topic().topic_arn(&place.topic);
                delete.send().await.unwrap();
                Ok(())
            }
            None => Err(Cannot("there is no stand-in to break")),
        }
    }
}

async fn reported() -> Reported {
    let kept = MemoryReporter::new();
    let place = StandIn::get().await;
    let reporter: Box<dyn ErrorReporter> = match &place {
        Some(place) => {
            place.subscribe().await;
            Box::new(SnsReporter::new(&place.aws, &place.topic))
        }
        None => Box::new(kept.clone()),
    };
    Reported {
        reporter,
        place,
        kept,
    }
}

reporter_suite!(sns_reporter_on_the_stand_in, reported);

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_one_message_by_a_topic_and_by_a_queue() {
    let Some(place) = StandIn::get().await else { return };
    place.subscribe().await;
    let bells = |aws: &customs_aws::Aws| [Bell::topic(aws, &place.topic), Bell::queue(aws, &place.queue)];
    for bell in bells(&place.aws) {
        bell.ring().await.unwrap();
        assert_eq!(place.take().await, [Message::Urgent], "{bell:?}");
    }
    for bell in bells(&aws("http://127.0.0.1:1")) {
        let error = bell.ring().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error:?}");
        assert!(!format!("{error:?} {bell:?}").contains(CANARY));
    }
}
