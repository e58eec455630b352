//! Temporary credentials that are kept nowhere: the secret follows from the access key id, and the session token holds
//! everything else, sealed.

use atrium_model::{AccountId, Caller, OpContext, Principal, Session, Timestamp};
use atrium_store::Vault;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::ids::access_key_id;

const TOKEN: &str = "session-token";
const SECRET: &str = "session-secret";
/// Longer texts are no tokens of ours.
const LONGEST: usize = 32 * 1024;

/// A session to issue credentials for.
#[derive(Clone, Debug)]
pub struct SessionGrant {
    /// The account of the session's principal.
    pub account: AccountId,
    /// Who the session acts as.
    pub principal: Principal,
    /// What the session carries.
    pub session: Session,
    /// ARNs of managed session policies; they are read when the credentials are used.
    pub policy_arns: Vec<String>,
    /// The long-lived key that asked; the session ends with it. None for sessions of roles.
    pub issuing_key: Option<String>,
}

/// Temporary credentials.
#[derive(Clone)]
pub struct Credentials {
    /// `ASIA…`
    pub access_key_id: String,
    /// Forty characters.
    pub secret: String,
    /// The session, sealed.
    pub session_token: String,
    /// When they stop working.
    pub expires: Timestamp,
    /// Who signs with them.
    pub caller: Caller,
}

/// What a session token holds.
#[derive(Serialize, Deserialize)]
pub(crate) struct Sealed {
    pub(crate) caller: Caller,
    pub(crate) policy_arns: Vec<String>,
    pub(crate) issuing_key: Option<String>,
}

/// Makes credentials for a session.
pub fn issue(cx: &OpContext<'_>, vault: &Vault, grant: SessionGrant) -> Credentials {
    let access_key_id = access_key_id(cx, "ASIA", &grant.account);
    let mut session = grant.session;
    // Callers see whole seconds.
    session.expires_at = Timestamp::from_millis(session.expires_at.as_seconds() * 1000);
    let sealed = Sealed {
        caller: Caller {
            account: grant.account,
            principal: grant.principal,
            access_key_id: access_key_id.clone(),
            session: Some(session.clone()),
        },
        policy_arns: grant.policy_arns,
        issuing_key: grant.issuing_key,
    };
    let plain = serde_json::to_vec(&sealed).expect("sessions are plain values");
    let token = vault.seal(TOKEN, &access_key_id, &plain, cx.random);
    Credentials {
        secret: secret(vault, &access_key_id),
        session_token: STANDARD.encode(token),
        access_key_id,
        expires: session.expires_at,
        caller: sealed.caller,
    }
}

/// The secret of a temporary access key.
pub(crate) fn secret(vault: &Vault, access_key_id: &str) -> String {
    let key: [u8; 32] = vault.derive(SECRET);
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes keys of any length");
    mac.update(access_key_id.as_bytes());
    STANDARD.encode(&mac.finalize().into_bytes()[..30])
}

/// The session in a token that belongs to this key.
pub(crate) fn open(vault: &Vault, access_key_id: &str, token: &str) -> Option<Sealed> {
    if token.len() > LONGEST {
        return None;
    }
    let sealed = STANDARD.decode(token).ok()?;
    let plain = vault.unseal(TOKEN, access_key_id, &sealed).ok()?;
    let sealed: Sealed = serde_json::from_slice(&plain).ok()?;
    (sealed.caller.access_key_id == access_key_id).then_some(sealed)
}
