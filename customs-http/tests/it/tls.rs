//! Whom the transport trusts, and what it shows of itself. All certificates are made here.

use std::sync::Arc;

use customs_http::TransportErrorKind::{Connect, Reset};
use customs_http::{
    BuildProblem, ClientIdentity, ReqwestTransport, ReqwestTransportBuilder, Sent, Transport,
};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use secrecy::SecretString;
use tokio_rustls::TlsAcceptor;
use url::Url;

use crate::server::{Server, Step, answer, run};
use crate::{failure, get};

/// A certificate authority of the company.
struct Ca {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Ca {
    fn new() -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Self {
            pem: params.self_signed(&key).unwrap().pem(),
            issuer: Issuer::new(params, key),
        }
    }

    /// A certificate for `name` and its key, both PEM.
    fn issue(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new([name.to_owned()])
            .unwrap()
            .signed_by(&key, &self.issuer)
            .unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    /// A TLS server whose certificate is for `name`; with `clients`, it wants a client certificate that they issued.
    async fn serve(&self, name: &str, clients: Option<&Ca>) -> (Server, Url) {
        let (certificate, key) = self.issue(name);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .unwrap();
        let builder = match clients {
            None => builder.with_no_client_auth(),
            Some(ca) => {
                let mut roots = RootCertStore::empty();
                roots.add(der(&ca.pem)).unwrap();
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                builder.with_client_cert_verifier(verifier.build().unwrap())
            }
        };
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(
            builder.with_single_cert(vec![der(&certificate)], key).unwrap(),
        ));
        let server = Server::start_with(move |stream, requests| {
            let acceptor = acceptor.clone();
            async move {
                let Ok(stream) = acceptor.accept(stream).await else {
                    return;
                };
                let shown = if stream.get_ref().1.peer_certificates().is_some() {
                    "client"
                } else {
                    "nobody"
                };
                run(
                    stream,
                    &[Step::Read, answer("200 OK", "", shown.as_bytes())],
                    &requests,
                )
                .await;
            }
        })
        .await;
        let url = format!("https://127.0.0.1:{}/", server.port()).parse().unwrap();
        (server, url)
    }
}

fn der(pem: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()
}

fn trusting(ca: &Ca) -> ReqwestTransportBuilder {
    ReqwestTransport::builder().ca_bundle(ca.pem.as_str())
}

async fn body(transport: &ReqwestTransport, url: Url) -> String {
    let body = transport
        .send(get(url))
        .await
        .unwrap()
        .body
        .collect(64)
        .await
        .unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

#[tokio::test]
async fn an_own_ca_is_trusted_with_and_without_the_bundled_roots() {
    let ca = Ca::new();
    let (_server, url) = ca.serve("127.0.0.1", None).await;
    for bundled in [true, false] {
        let transport = trusting(&ca).bundled_roots(bundled).build().unwrap();
        assert_eq!(body(&transport, url.clone()).await, "nobody");
    }
}

#[tokio::test]
async fn any_certificate_of_a_bundle_is_trusted() {
    let (other, ca) = (Ca::new(), Ca::new());
    let (_server, url) = ca.serve("127.0.0.1", None).await;
    let bundle = format!("# two authorities\n{}{}", other.pem, ca.pem);
    let transport = ReqwestTransport::builder().ca_bundle(bundle).build().unwrap();
    assert_eq!(body(&transport, url).await, "nobody");
}

#[tokio::test]
async fn an_unknown_ca_is_refused_before_anything_is_sent() {
    let (server, url) = Ca::new().serve("127.0.0.1", None).await;
    for transport in [ReqwestTransport::builder(), trusting(&Ca::new())] {
        let error = failure(&transport.build().unwrap(), get(url.clone())).await;
        assert_eq!((error.kind(), error.sent()), (Connect, Sent::No));
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains("invalid peer certificate"), "{cause}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused_before_anything_is_sent() {
    let ca = Ca::new();
    let (server, url) = ca.serve("elsewhere.example", None).await;
    let error = failure(&trusting(&ca).build().unwrap(), get(url)).await;
    assert_eq!((error.kind(), error.sent()), (Connect, Sent::No));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_client_certificate_is_shown() {
    let ca = Ca::new();
    let (_server, url) = ca.serve("127.0.0.1", Some(&ca)).await;
    let (chain, key) = ca.issue("client");
    let identity = ClientIdentity::from_pem(chain, SecretString::from(key));
    let transport = trusting(&ca).identity(identity).build().unwrap();
    assert_eq!(body(&transport, url).await, "client");
}

#[tokio::test]
async fn a_missing_client_certificate_breaks_the_connection() {
    let ca = Ca::new();
    let (server, url) = ca.serve("127.0.0.1", Some(&ca)).await;
    let error = failure(&trusting(&ca).build().unwrap(), get(url)).await;
    // With TLS 1.3 the server refuses after the client has begun to send.
    assert_eq!((error.kind(), error.sent()), (Reset, Sent::Maybe));
    assert!(server.requests().is_empty());
}

#[test]
fn a_key_that_does_not_fit_its_certificate_is_refused() {
    let ca = Ca::new();
    let identity = ClientIdentity::from_pem(ca.issue("a").0, SecretString::from(ca.issue("b").1));
    let error = trusting(&ca).identity(identity).build().unwrap_err();
    assert!(
        matches!(error.problems(), [BuildProblem::ClientCertificate(_)]),
        "{error}"
    );
}
