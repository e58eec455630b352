//! Identity contexts: what an application shows STS, so that a role's session acts for a person.

use atrium_model::directory::Instance;
use atrium_model::{IdentityCenterUser, OpContext, Timestamp};
use atrium_store::Vault;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::Issued;

const PURPOSE: &str = "identity-context";
/// Longer texts are no contexts of ours.
const LONGEST: usize = 4096;

#[derive(Serialize, Deserialize)]
struct Sealed {
    person: IdentityCenterUser,
    expires: Timestamp,
}

/// The identity context that goes with a token, good as long as it. Nobody but this service can read it.
pub fn identity_context(
    cx: &OpContext<'_>,
    vault: &Vault,
    instance: &Instance,
    issued: &Issued,
) -> String {
    let sealed = Sealed {
        person: IdentityCenterUser {
            account: instance.owner.clone(),
            identity_store: instance.identity_store.clone(),
            user: issued.user.id.clone(),
        },
        expires: issued.token.expires,
    };
    let plain = serde_json::to_vec(&sealed).expect("contexts are plain values");
    URL_SAFE_NO_PAD.encode(vault.seal(PURPOSE, "", &plain, cx.random))
}

/// For whom an identity context stands; nobody if it was not made here, or is no longer good.
pub fn open_identity_context(
    vault: &Vault,
    context: &str,
    now: Timestamp,
) -> Option<IdentityCenterUser> {
    if context.len() > LONGEST {
        return None;
    }
    let sealed = URL_SAFE_NO_PAD.decode(context).ok()?;
    let plain = vault.unseal(PURPOSE, "", &sealed).ok()?;
    let context: Sealed = serde_json::from_slice(&plain).ok()?;
    (context.expires > now).then_some(context.person)
}
