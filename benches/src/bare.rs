//! A bare loop of lookups with reqwest: what nobody who asks customs from Rust can go below. It reads one element of each
//! answer and keeps nothing.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::ensure;
use futures_util::StreamExt;
use quick_xml::events::Event;
use rustls::pki_types::{CertificateDer, pem::PemObject};

use crate::mock::PATH;

/// Asks `count` times, `in_flight` at once.
///
/// # Errors
/// A question is not answered.
pub async fn run(base: &str, authority: &Path, count: u64, in_flight: usize) -> anyhow::Result<()> {
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(authority)? {
        roots.add(certificate?)?;
    }
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .http1_only()
        .no_proxy()
        .timeout(Duration::from_secs(20))
        .pool_max_idle_per_host(in_flight)
        .build()?;
    let found = AtomicU64::new(0);
    futures_util::stream::iter(0..count)
        .for_each_concurrent(in_flight, |i| {
            let (client, found) = (&client, &found);
            async move {
                let url = format!("{base}/{PATH}?crkyCn=k&cargMtNo=26BARE{i:09}");
                let Ok(response) = client.get(url).send().await else {
                    return;
                };
                if response.bytes().await.is_ok_and(|body| status(&body).is_some()) {
                    found.fetch_add(1, Ordering::Relaxed);
                }
            }
        })
        .await;
    let found = found.into_inner();
    ensure!(found == count, "{found} of {count} questions were answered");
    Ok(())
}

/// The text of the first `csclPrgsStts`.
fn status(body: &[u8]) -> Option<String> {
    let mut reader = quick_xml::Reader::from_reader(body);
    let mut inside = false;
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => inside = start.name().as_ref() == "csclPrgsStts",
            Event::Text(text) if inside => return Some(str::to_owned(&text)),
            Event::Eof => return None,
            Event::End(_)
            | Event::Empty(_)
            | Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::GeneralRef(_) => inside = false,
        }
    }
}
