//! What stands between the client and SAP: the company's own authority, a client certificate instead of a password, a proxy. Real
//! sockets on loopback; what the transport itself promises is tested in `customs-http`.

use std::sync::Arc;

use customs_http::{ClientIdentity, ReqwestTransport, ReqwestTransportBuilder};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use sap_soap::response::{Decoded, FaultKind};
use sap_soap::wsdl::Wsdl;
use sap_soap::{Client, Config};
use secrecy::SecretString;
use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

const CANARY: &str = "canary-proxy-4c";

/// The company's certificate authority.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Self {
            pem: params.self_signed(&key).unwrap().pem(),
            issuer: Issuer::new(params, key),
        }
    }

    /// A certificate and its key, both PEM.
    fn issue(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    /// The side of a server that lets in only whom this authority certified.
    fn acceptor(&self) -> TlsAcceptor {
        let (certificate, key) = self.issue("localhost");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(der(&self.pem)).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier.build().unwrap())
            .with_single_cert(
                vec![der(&certificate)],
                PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap(),
            )
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }

    fn trusted(&self) -> ReqwestTransportBuilder {
        ReqwestTransport::builder()
            .bundled_roots(false)
            .ca_bundle(self.pem.as_str())
    }
}

fn der(pem: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()
}

fn client(transport: ReqwestTransportBuilder, config: Config) -> Client {
    let wsdl = Wsdl::from_bytes("customs.wsdl", include_bytes!("../data/customs.wsdl")).unwrap();
    Client::new(Arc::new(transport.build().unwrap()), Arc::new(wsdl), config)
}

async fn call(client: &Client) -> sap_soap::Result<Decoded> {
    client.call("ZCustomsGetDue", &json!({})).await
}

async fn head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

/// Reads one request and answers it; gives its head.
async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> String {
    let head = head(&mut stream).await;
    let length = head.to_ascii_lowercase();
    let length = length
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.unwrap().parse().unwrap()];
    stream.read_exact(&mut body).await.unwrap();
    let reply = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body><n:ZCustomsGetDueResponse \
                 xmlns:n=\"urn:sap-com:document:sap:soap:functions:mc-style\"><EvNext>1</EvNext></n:ZCustomsGetDueResponse></e:Body></e:Envelope>";
    let head_of_reply = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        reply.len()
    );
    stream.write_all(head_of_reply.as_bytes()).await.unwrap();
    stream.write_all(reply.as_bytes()).await.unwrap();
    stream.shutdown().await.ok();
    head
}

/// A SAP system that wants a client certificate, for one connection: the head of the request, if it let the caller in.
async fn serve(authority: &Authority) -> (u16, JoinHandle<Option<String>>) {
    let acceptor = authority.acceptor();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let served = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let stream = acceptor.accept(stream).await.ok()?;
        Some(answer(stream).await)
    });
    (port, served)
}

fn at(port: u16) -> Config {
    Config::new().endpoint(format!("https://localhost:{port}/sap").parse().unwrap())
}

#[tokio::test]
async fn a_client_certificate_logs_on_without_a_password() {
    let authority = Authority::new();
    let (port, served) = serve(&authority).await;
    let (chain, key) = authority.issue("RFCUSER");
    let identity = ClientIdentity::from_pem(chain, SecretString::from(key));
    let client = client(authority.trusted().identity(identity), at(port));
    assert_eq!(call(&client).await.unwrap().values.text("EvNext"), Some("1"));
    let head = served.await.unwrap().unwrap();
    assert!(!head.to_ascii_lowercase().contains("authorization"), "{head}");
}

#[tokio::test]
async fn without_the_certificate_nothing_is_answered() {
    let authority = Authority::new();
    let (port, served) = serve(&authority).await;
    let error = call(&client(authority.trusted(), at(port))).await.unwrap_err();
    assert!(
        error.fault().is_none() && error.to_string().contains("connect"),
        "{error}"
    );
    assert_eq!(served.await.unwrap(), None);
}

#[tokio::test]
async fn a_call_goes_through_the_tunnel_of_a_proxy() {
    let authority = Authority::new();
    let (port, served) = serve(&authority).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = listener.local_addr().unwrap();
    let tunnel = tokio::spawn(async move {
        let (mut inside, _) = listener.accept().await.unwrap();
        let asked = head(&mut inside).await;
        let mut outside = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        inside.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await.unwrap();
        tokio::io::copy_bidirectional(&mut inside, &mut outside)
            .await
            .ok();
        asked
    });
    let (chain, key) = authority.issue("RFCUSER");
    let transport = authority
        .trusted()
        .identity(ClientIdentity::from_pem(chain, SecretString::from(key)))
        .proxy(SecretString::from(format!("http://me:{CANARY}@{proxy}")));
    let config = at(port).basic("RFCUSER", SecretString::from("canary-sap-4d"));
    let client = client(transport, config);
    assert_eq!(call(&client).await.unwrap().values.text("EvNext"), Some("1"));
    assert!(!format!("{client:?}").contains("canary"), "{client:?}");
    drop(client);
    let asked = tunnel.await.unwrap();
    assert!(
        asked.starts_with(&format!("CONNECT localhost:{port} HTTP/1.1\r\n")),
        "{asked}"
    );
    // Each gets its own credentials and not the other's.
    let asked = asked.to_ascii_lowercase();
    assert!(
        asked.contains("proxy-authorization: basic ") && !asked.contains("\r\nauthorization:"),
        "{asked}"
    );
    let head = served.await.unwrap().unwrap().to_ascii_lowercase();
    assert!(
        head.contains("\r\nauthorization: basic ") && !head.contains("proxy-authorization"),
        "{head}"
    );
}

#[tokio::test]
async fn what_a_proxy_says_itself_is_told_from_what_sap_says() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = listener.local_addr().unwrap();
    let asked = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let asked = head(&mut stream).await;
        let page = "<html><head><title>Proxy: no route</title></head></html>";
        let reply = format!(
            "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
            page.len()
        );
        // The body of the request may not have come whole; a proxy does not care.
        let mut rest = vec![0; 64 << 10];
        let _ = stream.read(&mut rest).await;
        stream.write_all(reply.as_bytes()).await.unwrap();
        stream.shutdown().await.ok();
        asked
    });
    let transport = ReqwestTransport::builder().proxy(SecretString::from(format!("http://{proxy}")));
    let config = Config::new().endpoint("http://sap.invalid:8000/sap".parse().unwrap());
    let error = call(&client(transport, config)).await.unwrap_err();
    let fault = error.fault().unwrap();
    assert_eq!(
        (fault.kind, fault.http_status, fault.html_title.as_deref()),
        (FaultKind::Unavailable, Some(502), Some("Proxy: no route"))
    );
    let asked = asked.await.unwrap();
    assert!(
        asked.starts_with("POST http://sap.invalid:8000/sap HTTP/1.1\r\n"),
        "{asked}"
    );
}
