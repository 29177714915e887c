//! Events are told apart by their shape.

use customs_aws::Message;
use customs_lambda::event::{Delivered, Event, Form, Letter};
use serde_json::json;

use crate::event;

fn read(name: &str) -> Event {
    Event::read(event(name)).unwrap()
}

fn chunk_of(delivered: &Delivered) -> bool {
    let Ok(Letter::Message(message)) = &delivered.letter else {
        return false;
    };
    matches!(&**message, Message::Chunk(chunk) if chunk.records.len() == 2)
}

#[test]
fn a_timetable_is_told_in_both_forms() {
    assert!(matches!(read("schedule"), Event::Plan { job: None }));
    assert!(matches!(read("plan"), Event::Plan { job: Some(job) } if job == "import-cargo"));
    assert!(matches!(
        Event::read(json!({"plan": {}})).unwrap(),
        Event::Plan { job: None }
    ));
}

#[test]
fn messages_are_read_whichever_way_they_come() {
    let Event::Topic(letters) = read("sns-chunk") else {
        panic!("no topic")
    };
    assert!(chunk_of(&letters[0]) && letters[0].id == "m-1" && !letters[0].dead);
    let Event::Queue(letters) = read("sqs-batch") else {
        panic!("no queue")
    };
    assert!(chunk_of(&letters[0]));
    assert!(letters[1].letter.is_err());
    // A topic's envelope around an error.
    assert!(matches!(&letters[2].letter, Ok(Letter::Message(m)) if matches!(**m, Message::Error(_))));
    let Event::Queue(letters) = read("sqs-dead") else {
        panic!("no queue")
    };
    assert!(letters[0].dead && chunk_of(&letters[0]));
    // From a queue of another name, if it says where it was moved from.
    let mut moved = event("sqs-batch");
    moved["Records"][0]["attributes"]["DeadLetterQueueSourceArn"] =
        "arn:aws:sqs:ap-northeast-2:0:work".into();
    let Event::Queue(letters) = Event::read(moved).unwrap() else {
        panic!("no queue")
    };
    assert!(letters[0].dead && !letters[1].dead);
}

#[test]
fn what_was_given_up_is_told_with_its_cause_and_its_messages() {
    let Event::Undone(undone) = read("destination") else {
        panic!("not undone")
    };
    assert_eq!(
        (undone.condition.as_str(), undone.messages.len()),
        ("RetriesExhausted", 1)
    );
    assert!(undone.cause.contains("signal: killed"), "{}", undone.cause);
    let Event::Undone(undone) = read("destination-plan") else {
        panic!("not undone")
    };
    assert!(
        undone.messages.is_empty() && undone.cause.contains("timed out"),
        "{}",
        undone.cause
    );
    let Event::Queue(letters) = read("sqs-destination") else {
        panic!("no queue")
    };
    assert!(matches!(&letters[0].letter, Ok(Letter::Undone(undone)) if undone.messages.len() == 1));
}

#[test]
fn both_forms_of_api_events_come_to_the_same_request() {
    let Event::Api(rest) = read("api-rest") else {
        panic!("no request")
    };
    let Event::Api(http) = read("api-http") else {
        panic!("no request")
    };
    assert_eq!((rest.form, http.form), (Form::Rest, Form::Http));
    // API Gateway has checked the key of the one; the Router checks that of the other.
    assert_eq!(
        (rest.key_id.as_deref(), http.key_id.as_deref()),
        (Some("abc123"), None)
    );
    for call in [&rest, &http] {
        assert_eq!(
            (call.method.as_str(), call.body.as_slice()),
            ("POST", br#"{"API":[]}"#.as_slice())
        );
        assert!(
            call.headers.contains(&("x-api-key".into(), "key".into())),
            "{call:?}"
        );
    }
    assert_eq!(rest.target, "/runs?a=%ED%86%B5+%EA%B4%80&a=%26");
    assert_eq!(http.target, "/runs?a=%ED%86%B5");
    assert_eq!(
        rest.headers.iter().filter(|(name, _)| name == "accept").count(),
        2
    );
    assert!(http.headers.contains(&("cookie".into(), "s=1; t=2".into())));
    // Whoever calls cannot say that the key was checked: the header is no part of the context.
    let mut forged = event("api-http");
    forged["requestContext"]["identity"] = json!({"apiKeyId": "x"});
    let Event::Api(forged) = Event::read(forged).unwrap() else {
        panic!("no request")
    };
    assert_eq!(forged.key_id, None);
}

#[test]
fn bad_events_are_errors_and_never_panics() {
    let bad = [
        json!(null),
        json!([]),
        json!("plan"),
        json!({}),
        json!({"Records": []}),
        json!({"Records": {}}),
        json!({"Records": [{}]}),
        json!({"Records": [{"eventSource": "aws:s3"}]}),
        json!({"requestContext": {}, "httpMethod": 3}),
        json!({"requestContext": {}, "rawPath": "/"}),
        json!({"requestContext": {}, "httpMethod": "GET", "body": "%%", "isBase64Encoded": true}),
    ];
    for event in bad {
        let error = Event::read(event.clone()).unwrap_err().to_string();
        assert!(
            error.starts_with("no event of this product: "),
            "{event}: {error}"
        );
    }
    // Records without their fields are letters that cannot be read.
    let Event::Queue(letters) = Event::read(json!({"Records": [{"eventSource": "aws:sqs"}]})).unwrap() else {
        panic!("no queue")
    };
    assert!(letters[0].letter.is_err());
    // A cut event never panics, wherever it is cut.
    let text = event("sqs-batch").to_string();
    for end in 0..text.len() {
        if let Some(cut) = text.get(..end) {
            let body = json!({"Records": [{"eventSource": "aws:sqs", "body": cut}]});
            assert!(Event::read(body).is_ok());
        }
    }
}
