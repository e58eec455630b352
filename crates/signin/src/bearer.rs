use atrium_model::Timestamp;
use atrium_model::application::{Application, ApplicationStatus};
use atrium_model::directory::{Instance, InstanceStatus, User, UserStatus};
use atrium_model::token::{BearerToken, TokenKind};
use atrium_store::{StoreError, Tx};

use crate::text::TokenText;

/// Someone who shows an access token.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// The token.
    pub token: BearerToken,
    /// The instance that issued it.
    pub instance: Instance,
    /// Whose it is.
    pub user: User,
}

/// Who shows this access token; nobody if it is not good at `now`, or its person, application or instance is gone or
/// switched off.
pub fn find_bearer(
    tx: &mut dyn Tx,
    token: &str,
    now: Timestamp,
) -> Result<Option<Bearer>, StoreError> {
    let found = find(tx, token, TokenKind::Access, now)?;
    Ok(found.map(|(bearer, _)| bearer))
}

/// Ends every token of the bearer's sign-in.
pub fn sign_out(tx: &mut dyn Tx, bearer: &Bearer) -> Result<(), StoreError> {
    tx.delete_bearer_tokens_of_session(&bearer.instance.id, &bearer.token.session)
}

/// Who shows this token of a kind, and to which application it was issued.
pub(crate) fn find(
    tx: &mut dyn Tx,
    token: &str,
    kind: TokenKind,
    now: Timestamp,
) -> Result<Option<(Bearer, Application)>, StoreError> {
    let Some(text) = TokenText::parse(token).filter(|text| text.kind == kind) else {
        return Ok(None);
    };
    let kept = tx.bearer_token(&text.instance, &text.hash())?;
    let Some(token) = kept.filter(|token| token.kind == kind && token.expires > now) else {
        return Ok(None);
    };
    let instance = tx.instance(&token.instance)?;
    let Some(instance) = instance.filter(|one| one.status == InstanceStatus::Active) else {
        return Ok(None);
    };
    let owner = tx.account(&instance.owner)?;
    let user = tx.user(&instance.identity_store, &token.user)?;
    let application = tx.application(&instance.id, &token.application)?;
    let open = owner.is_some_and(|owner| owner.is_active());
    let user = user.filter(|user| open && user.status == UserStatus::Enabled);
    let application = application.filter(|one| one.status == ApplicationStatus::Enabled);
    Ok(user.zip(application).map(|(user, application)| {
        let bearer = Bearer {
            token,
            instance,
            user,
        };
        (bearer, application)
    }))
}
