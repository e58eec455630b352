use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bergshamra::keys::loader::load_x509_cert_der;
use bergshamra::{Key, KeysManager};

/// The text of an `X509Certificate` without white space, once a key is in it that signatures can be checked with.
pub(crate) fn read(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    key(&plain).is_some().then_some(plain)
}

/// The keys of certificates. Those that can't be read any more are left out.
pub(crate) fn keys(certificates: &[String]) -> KeysManager {
    let mut keys = KeysManager::new();
    keys.add_keys(certificates.iter().filter_map(|text| key(text)));
    keys
}

/// The certificate's key alone. Neither who signed the certificate nor until when it is good counts: it is trusted because
/// it stands in the metadata (IAM User Guide, "Create a SAML identity provider in IAM").
fn key(certificate: &str) -> Option<Key> {
    let bytes = STANDARD.decode(certificate).ok()?;
    let mut key = load_x509_cert_der(&bytes).ok()?;
    key.x509_chain.clear();
    Some(key)
}
