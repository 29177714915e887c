//! A customs service that costs next to nothing itself: one answer over TLS, after a fixed time.
//!
//! Every question for the cargo progress (API001) is answered "found" for the number it names, with twelve steps, so that
//! what differs between two programs is the programs.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

/// Below the base address: where the cargo progress is asked.
pub const PATH: &str = "cargCsclPrgsInfoQry/retrieveCargCsclPrgsInfo";

/// Makes an authority and a certificate for `localhost`, serves with it, and writes `ca.pem` and then `url` into `folder`.
///
/// # Errors
/// The port cannot be taken, or the files cannot be written.
pub async fn serve(folder: &Path, latency: Duration) -> anyhow::Result<()> {
    let (authority, acceptor) = tls()?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    std::fs::write(folder.join("ca.pem"), authority)?;
    let url = format!("https://localhost:{}/ext/rest", listener.local_addr()?.port());
    // Appears whole: whoever waits for it may read at once.
    let written = folder.join("url.new");
    std::fs::write(&written, url)?;
    std::fs::rename(written, folder.join("url"))?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            if let Ok(stream) = acceptor.accept(stream).await {
                // A client that goes away is in its right.
                let _ = answer(stream, latency).await;
            }
        });
    }
}

fn tls() -> anyhow::Result<(String, TlsAcceptor)> {
    let mut params = CertificateParams::new([])?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    // Names that differ, or OpenSSL takes the certificate for one that signed itself.
    params
        .distinguished_name
        .push(DnType::CommonName, "authority of the benches");
    let key = KeyPair::generate()?;
    let authority = params.self_signed(&key)?.pem();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate()?;
    let mut leaf = CertificateParams::new(["localhost".to_owned()])?;
    // Python's OpenSSL wants to know whose key signed it.
    leaf.distinguished_name.push(DnType::CommonName, "localhost");
    leaf.use_authority_key_identifier_extension = true;
    let certificate = leaf.signed_by(&key, &issuer)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(certificate.pem().as_bytes())?],
            PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes())?,
        )?;
    Ok((authority, TlsAcceptor::from(Arc::new(config))))
}

async fn answer<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, latency: Duration) -> std::io::Result<()> {
    let mut held = Vec::with_capacity(4096);
    loop {
        let Some(end) = held.windows(4).position(|w| w == b"\r\n\r\n") else {
            if stream.read_buf(&mut held).await? == 0 {
                return Ok(());
            }
            continue;
        };
        let number = number(&held[..end]);
        held.drain(..end + 4);
        let body = body(&number);
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/xml;charset=UTF-8\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        tokio::time::sleep(latency).await;
        stream
            .write_all(&[head.as_bytes(), body.as_bytes()].concat())
            .await?;
        stream.flush().await?;
    }
}

/// The cargo management number of a question.
fn number(head: &[u8]) -> String {
    let line = head.split(|b| *b == b'\r').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let query = line.split(['?', ' ']).nth(2).unwrap_or_default();
    let number = query.split('&').find_map(|pair| pair.strip_prefix("cargMtNo="));
    number.unwrap_or_default().to_owned()
}

/// An answer of about 5 KB.
pub fn body(number: &str) -> String {
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><cargCsclPrgsInfoQryRtnVo><ntceInfo></ntceInfo>\
         <cargCsclPrgsInfoQryVo><cargMtNo>{number}</cargMtNo><prgsStts>수입신고수리</prgsStts><csclPrgsStts>수입신고수리</csclPrgsStts>\
         <prcsDttm>20261120093000</prcsDttm><mblNo>18012345675</mblNo><prnm>ELECTRONIC PARTS</prnm><ttwg>1250.5</ttwg><wghtUt>KG</wghtUt>\
         </cargCsclPrgsInfoQryVo><tCnt>1</tCnt>"
    );
    for i in 0..12 {
        text.push_str(&format!(
            "<cargCsclPrgsInfoDtlQryVo><cargTrcnRelaBsopTpcd>반출신고</cargTrcnRelaBsopTpcd><rlbrDttm>2026-11-20 09:30:00</rlbrDttm>\
             <rlbrCn>수입신고 수리후 반출</rlbrCn><pckGcnt>3</pckGcnt><pckUt>CT</pckUt><wght>1250.5</wght><wghtUt>KG</wghtUt>\
             <shedNm>인천세관 제2지정장치장</shedNm><prcsDttm>202611{:02}093000</prcsDttm><dclrNo>12345-26-1234567M</dclrNo>\
             </cargCsclPrgsInfoDtlQryVo>",
            20 - i
        ));
    }
    text.push_str("</cargCsclPrgsInfoQryRtnVo>");
    text
}

/// A running customs service in a process of its own; it ends with this.
#[derive(Debug)]
pub struct Mock {
    child: std::process::Child,
    folder: tempfile::TempDir,
}

impl Mock {
    /// Starts this program again as the service.
    ///
    /// # Errors
    /// It does not come up.
    pub async fn start(latency_ms: u64) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let child = std::process::Command::new(std::env::current_exe()?)
            .arg("serve-customs")
            .arg(folder.path())
            .arg(latency_ms.to_string())
            .stdin(std::process::Stdio::null())
            .spawn()?;
        let mock = Self { child, folder };
        for _ in 0..1000 {
            if mock.folder.path().join("url").exists() {
                return Ok(mock);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        anyhow::bail!("the customs service does not come up")
    }

    /// The base address.
    ///
    /// # Errors
    /// The file with the address is gone.
    pub fn url(&self) -> anyhow::Result<String> {
        std::fs::read_to_string(self.folder.path().join("url")).context("the address of the customs service")
    }

    /// The authority's certificate.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use unipass_client::Decoder;
    use unipass_client::services::cargo_progress::SERVICE;

    use super::*;

    #[test]
    fn its_answer_is_found_for_the_number_that_was_asked() {
        let head = format!("GET /ext/rest/{PATH}?crkyCn=k&cargMtNo=26ABC HTTP/1.1\r\nHost: x");
        assert_eq!(number(head.as_bytes()), "26ABC");
        let decoded = Decoder::new(&SERVICE).decode(body("26ABC").as_bytes());
        assert_eq!(decoded.verdict().to_string(), "found");
    }
}
