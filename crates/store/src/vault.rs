//! Secrets at rest: sealed with a key that is kept in a file of its own, apart from the data.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use atrium_model::Random;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Why a secret could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The key file could not be read or made.
    #[error("could not use the key file")]
    File(#[from] std::io::Error),
    /// The key file holds something else than a key.
    #[error("the key file must hold 32 bytes in base64")]
    Format,
    /// The sealed bytes were changed, or sealed with another key or for another purpose.
    #[error("sealed data does not open with this key")]
    Open,
}

/// Seals and opens secrets with keys derived from one master key, one key a purpose.
pub struct Vault {
    master: [u8; 32],
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

impl Vault {
    /// A vault with the given master key.
    pub fn new(master: [u8; 32]) -> Self {
        Self { master }
    }

    /// Reads the key file, or makes it (mode 0600) with a random key if it is not there.
    pub fn open(file: &Path, random: &dyn Random) -> Result<Self, VaultError> {
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let mut master = [0; 32];
                random.fill(&mut master);
                let mut made = OpenOptions::new()
                    .write(true)
                    .create_new(true)
                    .mode(0o600)
                    .open(file)?;
                writeln!(made, "{}", STANDARD.encode(master))?;
                made.sync_all()?;
                return Ok(Self { master });
            }
            Err(error) => return Err(error.into()),
        };
        let bytes = STANDARD
            .decode(text.trim())
            .map_err(|_| VaultError::Format)?;
        Ok(Self {
            master: bytes.try_into().map_err(|_| VaultError::Format)?,
        })
    }

    /// `LENGTH` key bytes for one purpose (HKDF-SHA256, RFC 5869).
    pub fn derive<const LENGTH: usize>(&self, purpose: &str) -> [u8; LENGTH] {
        let mut key = [0; LENGTH];
        Salt::new(HKDF_SHA256, b"atrium")
            .extract(&self.master)
            .expand(&[purpose.as_bytes()], Length(LENGTH))
            .and_then(|okm| okm.fill(&mut key))
            .expect("HKDF fills keys of up to 8,160 bytes");
        key
    }

    fn key(&self, purpose: &str) -> LessSafeKey {
        let key: [u8; 32] = self.derive(purpose);
        LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).expect("the key is 32 bytes long"))
    }

    /// Seals bytes (AES-256-GCM). Only the same `purpose` and `context` open them again.
    pub fn seal(&self, purpose: &str, context: &str, plain: &[u8], random: &dyn Random) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce);
        let mut body = plain.to_vec();
        self.key(purpose)
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context.as_bytes()),
                &mut body,
            )
            .expect("sealing fits in memory");
        let mut sealed = nonce.to_vec();
        sealed.append(&mut body);
        sealed
    }

    /// Opens what [`Vault::seal`] made.
    pub fn unseal(
        &self,
        purpose: &str,
        context: &str,
        sealed: &[u8],
    ) -> Result<Vec<u8>, VaultError> {
        let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or(VaultError::Open)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| VaultError::Open)?;
        let mut body = body.to_vec();
        let plain = self
            .key(purpose)
            .open_in_place(nonce, Aad::from(context.as_bytes()), &mut body)
            .map_err(|_| VaultError::Open)?;
        Ok(plain.to_vec())
    }
}
