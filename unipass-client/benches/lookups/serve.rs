//! The simulator behind TLS, in a process of its own.

use std::io::Write as _;
use std::sync::Arc;

use customs_test_harness::unipass::UnipassSimulator;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, pem::PemObject as _};
use secrecy::ExposeSecret as _;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::{LATENCY, Outcome};

/// Serves until it is killed. Says base address, key and certificate authority in one line.
pub(super) async fn serve() -> Outcome<()> {
    let simulator = UnipassSimulator::builder().latency(LATENCY).start().await?;
    let mut params = CertificateParams::new([])?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca_key = KeyPair::generate()?;
    let ca = params.self_signed(&ca_key)?.pem();
    let issuer = Issuer::new(params, ca_key);
    let key = KeyPair::generate()?;
    let certificate = CertificateParams::new(["localhost".to_owned()])?.signed_by(&key, &issuer)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes())?,
        )?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let api_key = simulator.key("API001").ok_or("no key")?.expose_secret();
    writeln!(
        std::io::stdout(),
        "https://localhost:{port}/ext/rest {api_key} {}",
        ca.replace('\n', "\\n")
    )?;
    loop {
        let (stream, _) = listener.accept().await?;
        let (acceptor, inner) = (acceptor.clone(), simulator.addr());
        tokio::spawn(async move {
            stream.set_nodelay(true)?;
            let mut stream = acceptor.accept(stream).await?;
            let mut inner = TcpStream::connect(inner).await?;
            inner.set_nodelay(true)?;
            tokio::io::copy_bidirectional(&mut stream, &mut inner).await
        });
    }
}
