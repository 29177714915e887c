//! The TLS side: roots, the client's own certificate, the provider.

use std::fmt;
use std::sync::Arc;

use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use secrecy::{ExposeSecret, SecretString};

use super::builder::BuildProblem;

/// A client certificate for mutual TLS (X.509 logon to SAP, say): the chain and its private key, both PEM.
///
/// `Debug` never shows the key.
#[derive(Clone)]
pub struct ClientIdentity {
    chain: Vec<u8>,
    key: SecretString,
}

impl ClientIdentity {
    /// The certificate chain, the client's own certificate first, and the private key (PKCS#8, PKCS#1 or SEC1, not
    /// encrypted). Both are checked when the transport is built.
    pub fn from_pem(chain: impl Into<Vec<u8>>, key: SecretString) -> Self {
        Self {
            chain: chain.into(),
            key,
        }
    }
}

impl fmt::Debug for ClientIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientIdentity")
            .field("chain", &format_args!("{} bytes", self.chain.len()))
            .finish_non_exhaustive()
    }
}

/// The TLS configuration, or nothing when `problems` has grown.
pub(super) fn client_config(
    bundled_roots: bool,
    ca_bundles: &[Vec<u8>],
    identity: Option<&ClientIdentity>,
    problems: &mut Vec<BuildProblem>,
) -> Option<ClientConfig> {
    let before = problems.len();
    let roots = roots(bundled_roots, ca_bundles, problems);
    let identity = identity.map(|identity| (chain(identity, problems), key(identity, problems)));
    if problems.len() > before {
        return None;
    }

    // The provider is named here and never installed for the process: a library must not decide that for its host.
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| problems.push(BuildProblem::Tls(error.to_string())))
        .ok()?
        .with_root_certificates(roots);
    match identity {
        None => Some(builder.with_no_client_auth()),
        Some((chain, key)) => builder
            .with_client_auth_cert(chain, key?)
            .map_err(|error| problems.push(BuildProblem::ClientCertificate(error.to_string())))
            .ok(),
    }
}

fn roots(bundled: bool, ca_bundles: &[Vec<u8>], problems: &mut Vec<BuildProblem>) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    if bundled {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    for (index, bundle) in ca_bundles.iter().enumerate() {
        if let Err(reason) = add_bundle(&mut roots, bundle) {
            problems.push(BuildProblem::CaBundle { index, reason });
        }
    }
    if !bundled && ca_bundles.is_empty() {
        problems.push(BuildProblem::NoRoots);
    }
    roots
}

fn add_bundle(roots: &mut RootCertStore, bundle: &[u8]) -> Result<(), String> {
    let before = roots.len();
    for certificate in CertificateDer::pem_slice_iter(bundle) {
        roots
            .add(certificate.map_err(pem_reason)?)
            .map_err(|error| error.to_string())?;
    }
    if roots.len() == before {
        Err("no certificate in it".to_owned())
    } else {
        Ok(())
    }
}

fn chain(identity: &ClientIdentity, problems: &mut Vec<BuildProblem>) -> Vec<CertificateDer<'static>> {
    match CertificateDer::pem_slice_iter(&identity.chain).collect::<Result<Vec<_>, _>>() {
        Ok(chain) if chain.is_empty() => {
            problems.push(BuildProblem::ClientCertificate("no certificate in it".to_owned()));
            chain
        }
        Ok(chain) => chain,
        Err(error) => {
            problems.push(BuildProblem::ClientCertificate(pem_reason(error)));
            Vec::new()
        }
    }
}

fn key(identity: &ClientIdentity, problems: &mut Vec<BuildProblem>) -> Option<PrivateKeyDer<'static>> {
    let text = identity.key.expose_secret();
    let reason = match PrivateKeyDer::from_pem_slice(text.as_bytes()) {
        Ok(key) => return Some(key),
        Err(_) if text.contains("ENCRYPTED") => "it is encrypted; give it decrypted".to_owned(),
        Err(error) => pem_reason(error),
    };
    problems.push(BuildProblem::ClientKey(reason));
    None
}

/// The reason without the text: a PEM error's own words may hold a line of the input, and the input may be a key.
fn pem_reason(error: pem::Error) -> String {
    match error {
        pem::Error::NoItemsFound => "nothing of this kind in it",
        pem::Error::MissingSectionEnd { .. } => "a section has no END line",
        pem::Error::IllegalSectionStart { .. } => "a BEGIN line is malformed",
        pem::Error::Base64Decode(_) => "its base64 is malformed",
        _ => "it is not PEM",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_roots_are_there_only_if_wanted() {
        let count = |bundled| roots(bundled, &[], &mut Vec::new()).len();
        assert_eq!(
            (count(true), count(false)),
            (webpki_roots::TLS_SERVER_ROOTS.len(), 0)
        );
    }
}
