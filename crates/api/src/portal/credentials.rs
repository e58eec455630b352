//! GetRoleCredentials: a session of the role that stands for a permission set in an account.

use atrium_iam::AssumeRole;
use atrium_model::IdentityCenterUser;
use atrium_model::iam::Tag;
use atrium_signin::Bearer;
use atrium_wire::WireError;
use atrium_wire::sso::{self as wire, ops};
use serde_json::json;

use super::bearer::{ShownToken, admit, no_access, person, visitor};
use crate::arrival::{Arrival, Visitor};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    // It changes nothing, but no credentials leave without a record that is on disk.
    registry.write_unsigned::<ops::GetRoleCredentials, _, _>(admitted, get_role_credentials);
}

async fn admitted(
    arrival: Arrival,
    input: wire::GetRoleCredentialsRequest,
) -> Result<(Visitor, ShownToken), WireError> {
    admit(arrival, input.access_token).await
}

fn get_role_credentials(
    call: &mut Call<'_>,
    input: wire::GetRoleCredentialsRequest,
    token: &ShownToken,
) -> Result<wire::GetRoleCredentialsResponse, WireError> {
    let (name, account) = (&input.role_name, &input.account_id);
    call.notes.details = Some(json!({"role_name": name, "account_id": account}));
    let bearer = visitor(call, token)?;
    let account = account.parse().map_err(|_| no_access())?;
    let found = atrium_access::role_of_person(&mut *call.tx, person(&bearer), &account, name);
    let (set, role) = found.map_err(store_failure)?.ok_or_else(no_access)?;
    let session_name = bearer.user.profile.user_name.clone();
    check_session_name(&session_name)?;
    let ask = AssumeRole {
        session_name,
        duration_seconds: atrium_access::session_seconds(&set.session_duration),
        tags: tags(call, &bearer)?,
        ..AssumeRole::default()
    };
    let planned = atrium_iam::plan_role_session(&call.cx, &mut *call.tx, &role, ask);
    let mut planned = planned.map_err(|error| match error {
        atrium_iam::SessionError::Store(error) => store_failure(error),
        error => invalid(format!("The session can't be made: {error}.")),
    })?;
    planned.grant.session.on_behalf_of = Some(IdentityCenterUser {
        account: bearer.instance.owner,
        identity_store: bearer.instance.identity_store,
        user: bearer.user.id,
    });
    let issued = atrium_iam::issue(&call.cx, &call.services.vault, planned.grant);
    Ok(wire::GetRoleCredentialsResponse {
        role_credentials: Some(wire::RoleCredentials {
            access_key_id: Some(issued.access_key_id),
            secret_access_key: Some(issued.secret),
            session_token: Some(issued.session_token),
            expiration: Some(issued.expires.as_millis()),
        }),
    })
}

/// The person's attributes for access control. A value that can't be a tag gives no session: one without the tag could
/// do more than it should.
fn tags(call: &mut Call<'_>, bearer: &Bearer) -> Result<Vec<Tag>, WireError> {
    let configured = call.tx.access_control_attributes(&bearer.instance.id);
    let configured = configured.map_err(store_failure)?.unwrap_or_default();
    let tags = atrium_directory::session_tags(&configured, &bearer.user);
    tags.into_iter()
        .map(|(key, value)| {
            match value.chars().count() <= 256 && value.chars().all(may_be_in_tag) {
                true => Ok(Tag { key, value }),
                false => Err(invalid(format!(
                    "The value of the attribute {key} can't be a session tag."
                ))),
            }
        })
        .collect()
}

/// The characters of tag values (STS model, `tagValueType`).
fn may_be_in_tag(c: char) -> bool {
    c.is_alphanumeric()
        || c == ' '
        || c.is_whitespace() && !c.is_control()
        || "_.:/=+-@".contains(c)
}

/// What AssumeRoleWithSAML, which AWS's portal calls, takes as a session's name (STS model, `roleSessionNameType`). To
/// change the name would make two people one for policies.
fn check_session_name(name: &str) -> Result<(), WireError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    match (2..=64).contains(&name.len()) && name.chars().all(fits) {
        true => Ok(()),
        false => Err(invalid(
            "The user name can't be a session's name: it needs 2 to 64 characters out of A-Z, a-z, 0-9 and _+=,.@-"
                .to_owned(),
        )),
    }
}

fn invalid(message: String) -> WireError {
    WireError::new("InvalidRequestException", message)
}
