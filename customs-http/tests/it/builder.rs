//! What the builder refuses.

use customs_http::{BuildProblem, ClientIdentity, ReqwestTransport};
use secrecy::SecretString;

#[test]
fn all_problems_come_at_once_and_show_no_secret() {
    let builder = ReqwestTransport::builder()
        .bundled_roots(false)
        .ca_bundle("no certificate")
        .ca_bundle("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        .identity(ClientIdentity::from_pem(
            "-----BEGIN canary",
            SecretString::from("-----BEGIN canary"),
        ))
        .proxy(SecretString::from("socks5://canary:canary@h:1"))
        .user_agent("line\nbreak");
    let shown = format!("{builder:?}");

    let error = builder.build().unwrap_err();

    let [
        BuildProblem::CaBundle { index: 0, .. },
        BuildProblem::CaBundle { index: 1, .. },
        BuildProblem::ClientCertificate(_),
        BuildProblem::ClientKey(_),
        BuildProblem::Proxy(_),
        BuildProblem::UserAgent(_),
    ] = error.problems()
    else {
        panic!("{error:?}")
    };
    for text in [shown, error.to_string(), format!("{error:?}")] {
        assert!(!text.contains("canary"), "{text}");
    }
}

#[test]
fn no_roots_at_all_is_refused() {
    let error = ReqwestTransport::builder()
        .bundled_roots(false)
        .build()
        .unwrap_err();
    assert_eq!(error.problems(), [BuildProblem::NoRoots]);
}

#[test]
fn a_proxy_that_is_no_address_is_refused() {
    for proxy in ["", "canary", "http://", "socks5://canary", "canary:8080"] {
        let error = ReqwestTransport::builder()
            .proxy(SecretString::from(proxy))
            .build()
            .unwrap_err();
        assert!(matches!(error.problems(), [BuildProblem::Proxy(_)]), "{error}");
        assert!(!error.to_string().contains("canary"), "{error}");
    }
}

#[test]
fn an_encrypted_key_says_so() {
    let key = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let identity = ClientIdentity::from_pem("", SecretString::from(key));
    let error = ReqwestTransport::builder()
        .identity(identity)
        .build()
        .unwrap_err();
    assert!(error.to_string().contains("encrypted"), "{error}");
}
