//! What AssumeRoleWithSAML and AssumeRoleWithWebIdentity have in common.

use atrium_iam::{AssumeRole, Credentials};
use atrium_model::iam::Role;
use atrium_model::{AccountId, Arn, Caller, Principal, ProviderKind, ProviderUser};
use atrium_policy::{PolicySet, evaluate_trust};
use atrium_store::{StoreError, Tx};
use atrium_trail::Resource;
use atrium_wire::WireError;

use super::assume_role;
use super::failure::failure;
use crate::Call;
use crate::arrival::Visitor;
use crate::authority::Authority;
use crate::call::store_failure;
use crate::iam::{Keys, ProviderArn};
use crate::resource_controls::ResourceControls;

/// A token or response that is no good.
pub(super) fn invalid_token(text: impl Into<String>) -> WireError {
    WireError::new("InvalidIdentityToken", text)
}

/// The refusal of an ARN that is none, or none of what is asked for.
pub(super) fn invalid_arn() -> WireError {
    WireError::validation("Request ARN is invalid")
}

/// The account of a role by its ARN.
pub(super) fn account_of_role(arn: &str) -> Result<AccountId, WireError> {
    let parts: Arn = arn.parse().map_err(|_| invalid_arn())?;
    if parts.service() != "iam" || !parts.resource().starts_with("role/") {
        return Err(invalid_arn());
    }
    parts.account().parse().map_err(|_| invalid_arn())
}

/// Whether the account is there and open.
pub(super) fn is_active(tx: &mut dyn Tx, account: &AccountId) -> Result<bool, StoreError> {
    Ok(tx
        .account(account)?
        .is_some_and(|account| account.is_active()))
}

/// A caller for whom a provider stands.
pub(super) fn visitor(account: AccountId, user: &ProviderUser) -> Visitor {
    Visitor {
        caller: Caller {
            account,
            principal: Principal::ProviderUser(user.clone()),
            access_key_id: String::new(),
            session: None,
        },
        region: None,
    }
}

/// The same for roles that are not there and for those that don't trust the user.
pub(super) fn refused(action: &str) -> WireError {
    WireError::access_denied(format!("Not authorized to perform {action}"))
}

/// A session that was issued.
pub(super) struct Assumed {
    pub(super) issued: Credentials,
    pub(super) packed_size: Option<i64>,
}

/// Gives the caller, for whom `user` stands, a session of the role if the role trusts the provider for it.
///
/// `action` is the operation's. `keys` are the condition keys of the provider.
pub(super) fn assume(
    call: &mut Call<'_>,
    action: &'static str,
    role_arn: &str,
    user: &ProviderUser,
    ask: AssumeRole,
    keys: &[(String, Vec<String>)],
) -> Result<Assumed, WireError> {
    let provider = ProviderArn::parse(&user.provider_arn).ok_or_else(WireError::internal)?;
    call.notes.resources = vec![
        resource(&provider.account, "AWS::IAM::Role", role_arn),
        resource(
            &provider.account,
            match provider.kind {
                ProviderKind::Saml => "AWS::IAM::SAMLProvider",
                ProviderKind::OpenIdConnect => "AWS::IAM::OIDCProvider",
            },
            &user.provider_arn,
        ),
    ];
    // People of Identity Center come another way into the roles of permission sets.
    let role = assume_role::find(call, role_arn)?
        .filter(|role| role.account == provider.account && !role.is_reserved());
    let Some(role) = role else {
        return Err(refused(action));
    };
    check_trust(call, action, &role, &ask, keys)?;
    let planned =
        atrium_iam::plan_role_session(&call.cx, &mut *call.tx, &role, ask).map_err(failure)?;
    let issued = atrium_iam::issue(&call.cx, &call.services.vault, planned.grant);
    Ok(Assumed {
        issued,
        packed_size: planned.packed_size,
    })
}

fn resource(account: &AccountId, kind: &str, arn: &str) -> Resource {
    Resource {
        account: Some(account.clone()),
        kind: kind.to_owned(),
        arn: arn.to_owned(),
    }
}

/// Refuses unless the role trusts the provider for each thing that is asked, and what binds the resources of the role's
/// account lets it. Nothing else has a say: the caller is no principal of the account yet.
fn check_trust(
    call: &mut Call<'_>,
    action: &'static str,
    role: &Role,
    ask: &AssumeRole,
    provider_keys: &[(String, Vec<String>)],
) -> Result<(), WireError> {
    let arn = role.arn();
    let trust = assume_role::trust(role)?;
    let mut actions = vec![action];
    if !ask.tags.is_empty() {
        actions.push("sts:TagSession");
    }
    if ask.source_identity.is_some() {
        actions.push("sts:SetSourceIdentity");
    }
    let keys = keys(role, ask, provider_keys);
    let authority: &Authority = call.authority;
    let membership = call.tx.membership(&role.account).map_err(store_failure)?;
    let controls = ResourceControls::gather(&mut *call.tx, &role.account, membership.as_ref())
        .map_err(store_failure)?;
    let control_levels = controls.levels();
    let set = PolicySet {
        resource_account: Some(role.account.as_str()),
        rcp_levels: &control_levels,
        ..PolicySet::default()
    };
    let denied = keys.lend(|keys| {
        actions.into_iter().find(|action| {
            let mut request = authority.request(&call.cx, call.facts, action, &arn, keys);
            controls.describe(&mut request.context);
            !evaluate_trust(&request, &trust, &set).is_allowed()
        })
    });
    match denied {
        Some(action) => Err(refused(action)),
        None => Ok(()),
    }
}

/// The condition keys that STS adds (Service Authorization Reference, "AWS Security Token Service").
fn keys(role: &Role, ask: &AssumeRole, provider_keys: &[(String, Vec<String>)]) -> Keys {
    let mut keys = Keys::none()
        .resource_tags(&role.tags)
        .request_tags(&ask.tags)
        .with("aws:ResourceAccount", Some(role.account.as_str()))
        .with("sts:RoleSessionName", Some(&ask.session_name))
        .with("sts:SourceIdentity", ask.source_identity.as_deref());
    if !ask.transitive_tag_keys.is_empty() {
        keys = keys.all("sts:TransitiveTagKeys", ask.transitive_tag_keys.clone());
    }
    if let Some(seconds) = ask.duration_seconds {
        keys = keys.with("sts:DurationSeconds", Some(&seconds.to_string()));
    }
    for (key, values) in provider_keys {
        keys = keys.all(key, values.clone());
    }
    keys
}
