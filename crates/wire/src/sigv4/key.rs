//! Signing keys, which are good for a day, a Region and a service.

use std::num::NonZeroUsize;
use std::sync::{LazyLock, Mutex, PoisonError};

use hmac::Mac;
use lru::LruCache;
use sha2::{Digest, Sha256};

use super::{SignedRequest, hmac};

/// Keys kept. Deriving one takes about a microsecond, as long as the rest of a verification.
const KEPT: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4095);

/// What a key is derived from; the secret as a hash, so that no secret outlives its request here.
type Scope = ([u8; 32], String, String, String, String);

static KEYS: LazyLock<Mutex<LruCache<Scope, [u8; 32]>>> =
    LazyLock::new(|| Mutex::new(LruCache::new(KEPT)));

/// The key with which `signed` would have been signed by the owner of `secret`.
pub fn signing_key(signed: &SignedRequest, secret: &[u8]) -> [u8; 32] {
    let scope: Scope = (
        Sha256::digest(secret).into(),
        signed.access_key_id.clone(),
        signed.scope_date.clone(),
        signed.region.clone(),
        signed.service.clone(),
    );
    if let Some(key) = KEYS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&scope)
    {
        return *key;
    }
    let key = derive(signed, secret);
    KEYS.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .put(scope, key);
    key
}

fn derive(signed: &SignedRequest, secret: &[u8]) -> [u8; 32] {
    let mut key: [u8; 32] = digest(&[b"AWS4", secret].concat(), &signed.scope_date);
    for part in [&signed.region, &signed.service, "aws4_request"] {
        key = digest(&key, part);
    }
    key
}

fn digest(key: &[u8], text: &str) -> [u8; 32] {
    hmac(key)
        .chain_update(text.as_bytes())
        .finalize()
        .into_bytes()
        .into()
}
