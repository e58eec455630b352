use std::time::Duration;

use atrium_model::trail::DigestKey;
use atrium_model::{Random, Region, Timestamp};
use atrium_store::{StoreError, Tx, Vault};
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use md5::{Digest as _, Md5};

/// How long a pair of keys signs. Ours: AWS does not say.
pub const KEY_LIFE: Duration = Duration::from_secs(365 * 24 * 3600);

const PURPOSE: &str = "trail-digest-key";

/// A pair of keys could not be made, or not be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SigningKeyError {
    /// The cryptography failed.
    #[error("the digest key of {0} can't be used")]
    Unusable(Region),
    /// The store failed.
    #[error("could not look up the digest key")]
    Store(#[from] StoreError),
}

/// Signs the digests of a Region.
pub struct SigningKey {
    pair: KeyPair,
    fingerprint: String,
}

impl SigningKey {
    /// Makes a new pair: what is kept of it. Takes a moment. RSA of 2048 bits, as AWS's.
    pub fn generate(
        vault: &Vault,
        random: &dyn Random,
        region: &Region,
        now: Timestamp,
    ) -> Result<DigestKey, SigningKeyError> {
        let unusable = |_| SigningKeyError::Unusable(region.clone());
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(unusable)?;
        let private: Pkcs8V1Der<'static> = pair.as_der().map_err(unusable)?;
        let public = pair.public_key().as_ref().to_vec();
        let fingerprint = hex::encode(Md5::digest(&public));
        let sealed = vault.seal(
            PURPOSE,
            &context(region, &fingerprint),
            private.as_ref(),
            random,
        );
        Ok(DigestKey {
            region: region.clone(),
            fingerprint,
            public,
            sealed,
            since: now,
            until: now + KEY_LIFE,
        })
    }

    /// Opens what was kept.
    pub fn open(vault: &Vault, key: &DigestKey) -> Result<Self, SigningKeyError> {
        let unusable = || SigningKeyError::Unusable(key.region.clone());
        let context = context(&key.region, &key.fingerprint);
        let private = vault
            .unseal(PURPOSE, &context, &key.sealed)
            .map_err(|_| unusable())?;
        Ok(Self {
            pair: KeyPair::from_pkcs8(&private).map_err(|_| unusable())?,
            fingerprint: key.fingerprint.clone(),
        })
    }

    /// Which key it is.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The signature of a text (PKCS#1 v1.5 with SHA-256), in hexadecimal.
    pub fn sign(&self, text: &str) -> Option<String> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                text.as_bytes(),
                &mut signature,
            )
            .ok()?;
        Some(hex::encode(signature))
    }
}

fn context(region: &Region, fingerprint: &str) -> String {
    format!("{region}/{fingerprint}")
}

/// The key that signs in a Region now, if one does.
pub fn current_key(
    tx: &mut dyn Tx,
    region: &Region,
    now: Timestamp,
) -> Result<Option<DigestKey>, StoreError> {
    // A new one is made only when the old one has ended, but replicas may make two at once.
    let keys = tx.digest_keys(region, now, now, None, 10)?;
    Ok(keys.into_iter().find(|key| key.until > now))
}
