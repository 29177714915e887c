//! Secrets, from the stand-in and from a server that is not there.

use std::sync::Arc;
use std::time::Duration;

use customs_aws::{AwsError, Reference, Secrets};
use customs_core::SystemClock;
use secrecy::ExposeSecret as _;

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
