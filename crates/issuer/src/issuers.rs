use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use atrium_model::Timestamp;
use lru::LruCache;
use tokio::sync::Mutex as AsyncMutex;

use crate::claims::{Claims, parts};
use crate::fetch::Fetcher;
use crate::keys::{Header, KeySet};
use crate::{IssuerError, Reach, discovery};

/// How long an issuer's keys are believed. A key that it takes back is good for so long.
const KEPT: Duration = Duration::from_secs(3600);
/// An unknown key asks the issuer again, but not sooner than this after the last time.
const AGAIN: Duration = Duration::from_secs(60);
/// An issuer that could not be asked is left alone for so long.
const PAUSE: Duration = Duration::from_secs(5);
/// How far clocks may differ where a token says from when it is good.
const SKEW: Duration = Duration::from_secs(60);
/// The most issuers whose keys are kept; those that were not asked for the longest go.
const ISSUERS: NonZeroUsize = NonZeroUsize::new(512).expect("not zero");

/// The issuers that were asked, with their keys. One for the life of a server.
pub struct Issuers {
    fetcher: Fetcher,
    known: Mutex<LruCache<String, Arc<AsyncMutex<Known>>>>,
}

#[derive(Default)]
struct Known {
    keys: Option<(Arc<KeySet>, Timestamp)>,
    /// The last attempt, and why it failed if it did.
    asked: Option<(Timestamp, Option<IssuerError>)>,
}

impl Issuers {
    /// Asks the issuers that are within reach.
    pub fn new(reach: Reach) -> Self {
        Self {
            fetcher: Fetcher::new(reach),
            known: Mutex::new(LruCache::new(ISSUERS)),
        }
    }

    /// What a token says that the issuer at `issuer_url` made and that is good at `now`.
    ///
    /// The audience is not looked at, nor who the token is about. Only issuers that someone registered may be asked: the
    /// URL must not come from the token alone.
    ///
    /// # Errors
    ///
    /// See [`IssuerError`].
    pub async fn verify(
        &self,
        issuer_url: &str,
        token: &str,
        now: Timestamp,
    ) -> Result<Claims, IssuerError> {
        let (header, unverified) = parts(token)?;
        let header = Header::read(&header)?;
        // A token that can't be good asks nobody.
        check(&Claims::of(unverified), issuer_url, now)?;
        let keys = self.keys(issuer_url, &header, now).await?;
        let claims = Claims::of(keys.verify(&header, token)?);
        check(&claims, issuer_url, now)?;
        Ok(claims)
    }

    /// The issuer's keys, newly fetched where those at hand are old or lack the token's. Callers who need the same ones
    /// wait for one fetch.
    async fn keys(
        &self,
        issuer: &str,
        header: &Header,
        now: Timestamp,
    ) -> Result<Arc<KeySet>, IssuerError> {
        let known = self.known(issuer);
        let mut known = known.lock().await;
        let at_hand = known
            .keys
            .as_ref()
            .filter(|(_, fetched)| now.since(*fetched) < KEPT)
            .map(|(keys, _)| Arc::clone(keys));
        match (&at_hand, &known.asked) {
            (Some(keys), _) if keys.fits(header) => return Ok(Arc::clone(keys)),
            (Some(keys), Some((asked, _))) if now.since(*asked) < AGAIN => {
                return Ok(Arc::clone(keys));
            }
            (None, Some((asked, Some(error)))) if now.since(*asked) < PAUSE => {
                return Err(error.clone());
            }
            _ => {}
        }
        match self.fetch(issuer).await {
            Ok(keys) => {
                let keys = Arc::new(keys);
                known.keys = Some((Arc::clone(&keys), now));
                known.asked = Some((now, None));
                Ok(keys)
            }
            Err(error) => {
                tracing::warn!(issuer.url = issuer, error = %error, "could not fetch an issuer's keys");
                known.asked = Some((now, Some(error.clone())));
                at_hand.ok_or(error)
            }
        }
    }

    fn known(&self, issuer: &str) -> Arc<AsyncMutex<Known>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(issuer) {
            return Arc::clone(found);
        }
        let new = Arc::default();
        known.put(issuer.to_owned(), Arc::clone(&new));
        new
    }

    async fn fetch(&self, issuer: &str) -> Result<KeySet, IssuerError> {
        let configuration = self.fetcher.json(&discovery::url(issuer)).await?;
        let url = discovery::keys_url(&configuration, issuer)?;
        KeySet::read(&self.fetcher.json(url).await?)
    }
}

/// Who made a token, and when it is good. One that never ends is never good.
fn check(claims: &Claims, issuer: &str, now: Timestamp) -> Result<(), IssuerError> {
    if claims.issuer() != Some(issuer) {
        return Err(IssuerError::OtherIssuer);
    }
    let ends = claims.time("exp").ok_or(IssuerError::Malformed)?;
    if ends <= now {
        return Err(IssuerError::Expired);
    }
    let begins = claims.time("nbf").max(claims.time("iat"));
    match begins {
        Some(begins) if begins > now + SKEW => Err(IssuerError::NotYet),
        _ => Ok(()),
    }
}
