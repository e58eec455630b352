//! What an application shows of a person when it assumes a role: the identity context of CreateTokenWithIAM.

use atrium_model::IdentityCenterUser;
use atrium_wire::WireError;
use atrium_wire::sts as wire;

use crate::Call;

/// The provider of Identity Center's contexts, the only one there is.
pub(super) const PROVIDER: &str = "arn:aws:iam::aws:contextProvider/IdentityCenter";

/// The person for whom the session will act, if contexts are provided.
pub(super) fn person(
    call: &Call<'_>,
    contexts: Option<Vec<wire::ProvidedContext>>,
) -> Result<Option<IdentityCenterUser>, WireError> {
    let contexts = contexts.unwrap_or_default();
    let context = match contexts.as_slice() {
        [] => return Ok(None),
        [context] if context.provider_arn.as_deref() == Some(PROVIDER) => context,
        _ => return Err(WireError::validation("Invalid ProvidedContexts.")),
    };
    let text = context.context_assertion.as_deref().unwrap_or_default();
    atrium_signin::open_identity_context(&call.services.vault, text, call.cx.now())
        .map(Some)
        .ok_or_else(|| WireError::validation("Invalid context assertion."))
}
