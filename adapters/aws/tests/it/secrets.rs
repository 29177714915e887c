//! Secrets, from the stand-in and from a server that is not there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use customs_aws::{AwsError, Reference, Secrets};
use customs_core::SystemClock;
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::stand_in::{CANARY, StandIn, aws};

fn reference(text: &str) -> Reference {
    text.parse().unwrap()
}

#[tokio::test]
async fn secrets_and_parameters_are_read_kept_and_read_again_after_a_rotation() {
    let Some(place) = StandIn::get().await else { return };
    let create = r#"{"Name":"sap","SecretString":"{\"user\":\"RFC\",\"password\":\"canary-1\"}"}"#;
    place.call("secretsmanager.CreateSecret", create).await;
    let put = r#"{"Name":"/customs/key","Type":"SecureString","Value":"canary-2"}"#;
    place.call("AmazonSSM.PutParameter", put).await;

    let keep = Duration::from_secs(3600);
    let secrets = Secrets::new(&place.aws, Arc::new(SystemClock), keep);
    let fresh = Secrets::new(&place.aws, Arc::new(SystemClock), Duration::ZERO);
    let read = async |secrets: &Secrets, text: &str| {
        let secret = secrets.get(&reference(text)).await.unwrap();
        assert!(!format!("{secret:?} {secrets:?}").contains("canary"), "shown");
        secret.expose_secret().to_owned()
    };
    for secrets in [&secrets, &fresh] {
        assert_eq!(read(secrets, "aws-sm:sap#password").await, "canary-1");
        assert_eq!(read(secrets, "aws-sm:sap#user").await, "RFC");
        assert_eq!(read(secrets, "aws-ssm:/customs/key").await, "canary-2");
    }
    let rotate = r#"{"SecretId":"sap","SecretString":"{\"user\":\"RFC\",\"password\":\"canary-3\"}"}"#;
    place.call("secretsmanager.PutSecretValue", rotate).await;
    assert_eq!(read(&secrets, "aws-sm:sap#password").await, "canary-1", "kept");
    assert_eq!(read(&fresh, "aws-sm:sap#password").await, "canary-3");

    for (text, told) in [
        ("aws-sm:nobody", "ResourceNotFoundException"),
        ("aws-ssm:/nothing", "ParameterNotFound"),
        ("aws-sm:sap#token", "has no field token"),
    ] {
        let error = secrets.get(&reference(text)).await.unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(told) && !shown.contains("canary"), "{shown}");
    }
    place
        .call(
            "secretsmanager.CreateSecret",
            r#"{"Name":"plain","SecretString":"canary-4"}"#,
        )
        .await;
    let error = secrets.get(&reference("aws-sm:plain#x")).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
}

#[tokio::test]
async fn nobody_there_is_told_without_the_request() {
    let secrets = Secrets::new(&aws("http://127.0.0.1:1"), Arc::new(SystemClock), Duration::ZERO);
    let error = secrets.get(&reference("aws-sm:sap")).await.unwrap_err();
    assert!(matches!(error, AwsError::Unreachable { .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains(CANARY));
}

/// A store of parameters. The value of each is how many were asked for before.
#[derive(Default)]
struct Store {
    asked: AtomicUsize,
    /// The status that it answers with instead, unless zero.
    trouble: AtomicU16,
}

impl Store {
    /// Its address, too.
    async fn start() -> (Arc<Self>, String) {
        let store = Arc::new(Self::default());
        let router = Router::new()
            .route("/", post(answer))
            .with_state(Arc::clone(&store));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async { axum::serve(listener, router).await });
        (store, address)
    }
}

async fn answer(State(store): State<Arc<Store>>) -> (StatusCode, String) {
    let answer = match store.trouble.load(Ordering::Relaxed) {
        0 => json!({"Parameter": {"Value": store.asked.fetch_add(1, Ordering::Relaxed).to_string()}}),
        _ => json!({"__type": "NotNow"}),
    };
    let status = StatusCode::from_u16(store.trouble.load(Ordering::Relaxed));
    (status.unwrap_or(StatusCode::OK), answer.to_string())
}

#[tokio::test]
async fn the_secret_that_was_read_first_makes_room() {
    const KEPT: usize = 64;
    let (store, address) = Store::start().await;
    let secrets = Secrets::new(&aws(&address), Arc::new(SystemClock), Duration::from_secs(3600));
    let read = async |number: usize| {
        let name = reference(&format!("aws-ssm:{number}"));
        secrets.get(&name).await.unwrap();
    };
    for number in 0..=KEPT {
        read(number).await;
    }
    for kept in [1, KEPT] {
        read(kept).await;
    }
    assert_eq!(store.asked.load(Ordering::Relaxed), KEPT + 1);
    read(0).await;
    assert_eq!(store.asked.load(Ordering::Relaxed), KEPT + 2);
}

#[tokio::test]
async fn a_secret_serves_on_through_trouble_and_ends_with_a_refusal() {
    let (store, address) = Store::start().await;
    let secrets = Secrets::new(&aws(&address), Arc::new(SystemClock), Duration::ZERO);
    let read = async || {
        let secret = secrets.get(&reference("aws-ssm:key")).await?;
        Ok::<_, AwsError>(secret.expose_secret().to_owned())
    };
    assert_eq!(read().await.unwrap(), "0");
    store.trouble.store(503, Ordering::Relaxed);
    assert_eq!(read().await.unwrap(), "0");
    store.trouble.store(400, Ordering::Relaxed);
    let error = read().await.unwrap_err();
    assert!(error.to_string().contains("NotNow"), "{error}");
    store.trouble.store(0, Ordering::Relaxed);
    assert_eq!(read().await.unwrap(), "1");
}
