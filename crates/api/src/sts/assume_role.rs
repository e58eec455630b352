//! AssumeRole.

use atrium_iam::AssumeRole;
use atrium_model::iam::Role;
use atrium_model::{Arn, Principal};
use atrium_policy::{Policy, PolicyKind, PolicySet, PolicyType, evaluate_trust};
use atrium_trail::Resource;
use atrium_wire::WireError;
use atrium_wire::sts::{self as wire, ops};

use super::failure::failure;
use super::provided_contexts::{self, PROVIDER};
use super::shapes;
use crate::authority::Authority;
use crate::call::store_failure;
use crate::iam::Keys;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    // It changes nothing, but no credentials leave without a record that is on disk.
    registry.write::<ops::AssumeRole>(assume_role);
}

fn assume_role(
    call: &mut Call<'_>,
    input: wire::AssumeRoleRequest,
) -> Result<wire::AssumeRoleResponse, WireError> {
    // With --dev every caller is a root user; their credentials name no other principal.
    if call.cx.caller.is_root() && !call.services.settings.dev {
        return Err(WireError::access_denied(
            "Roles may not be assumed by root accounts.",
        ));
    }
    if input.serial_number.is_some() || input.token_code.is_some() {
        return Err(no_such_device());
    }
    let person = provided_contexts::person(call, input.provided_contexts)?;
    let ask = AssumeRole {
        session_name: input.role_session_name,
        duration_seconds: input.duration_seconds,
        policies: shapes::policies(input.policy, input.policy_arns),
        tags: shapes::tags(input.tags),
        transitive_tag_keys: input.transitive_tag_keys.unwrap_or_default(),
        source_identity: input.source_identity,
        ..AssumeRole::default()
    };
    // Credentials of GetFederationToken are good for no other call of STS than GetCallerIdentity.
    let federated = matches!(call.cx.caller.principal, Principal::Federated { .. });
    let role = find(call, &input.role_arn)?.filter(|_| !federated);
    let Some(role) = role else {
        return Err(refused(call, "sts:AssumeRole", &input.role_arn));
    };
    let external_id = input.external_id.as_deref();
    check_trust(call, &role, &ask, external_id, person.is_some())?;
    call.notes.owner = Some(role.account.clone());
    call.notes.resources.push(Resource {
        account: Some(role.account.clone()),
        kind: "AWS::IAM::Role".to_owned(),
        arn: role.arn(),
    });
    let mut planned =
        atrium_iam::plan_role_session(&call.cx, &mut *call.tx, &role, ask).map_err(failure)?;
    planned.grant.session.on_behalf_of = person;
    let source_identity = planned.grant.session.source_identity.clone();
    let issued = atrium_iam::issue(&call.cx, &call.services.vault, planned.grant);
    Ok(wire::AssumeRoleResponse {
        assumed_role_user: Some(wire::AssumedRoleUser {
            assumed_role_id: issued.caller.user_id(),
            arn: issued.caller.arn(),
        }),
        credentials: Some(shapes::credentials(issued)),
        packed_policy_size: planned.packed_size,
        source_identity,
        ..wire::AssumeRoleResponse::default()
    })
}

/// Multi-factor devices can't be registered here yet, so none has a valid code.
pub(super) fn no_such_device() -> WireError {
    let text = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
    WireError::access_denied(text)
}

/// The role with this very ARN, in whichever account. Closed accounts have none.
pub(super) fn find(call: &mut Call<'_>, arn: &str) -> Result<Option<Role>, WireError> {
    let invalid = || WireError::validation(format!("{arn} is invalid"));
    let parts: Arn = arn.parse().map_err(|_| invalid())?;
    let Some(path) = parts
        .resource()
        .strip_prefix("role/")
        .filter(|_| parts.service() == "iam")
    else {
        return Err(invalid());
    };
    let account = parts.account().parse().map_err(|_| invalid())?;
    let name = path.rsplit('/').next().unwrap_or(path);
    match call.tx.account(&account).map_err(store_failure)? {
        Some(known) if known.is_active() => {
            let role = call.tx.role(&account, name).map_err(store_failure)?;
            Ok(role.filter(|role| role.arn() == arn))
        }
        _ => Ok(None),
    }
}

/// The same for roles that are not there and for those that don't trust the caller.
fn refused(call: &Call<'_>, action: &str, arn: &str) -> WireError {
    let caller = call.cx.caller.arn();
    WireError::access_denied(format!(
        "User: {caller} is not authorized to perform: {action} on resource: {arn}"
    ))
}

/// Whom a role trusts.
pub(super) fn trust(role: &Role) -> Result<Policy, WireError> {
    Policy::parse(&role.trust_policy, PolicyKind::Trust).map_err(|error| {
        tracing::error!(role = %role.arn(), error = %error, "a trust policy does not parse any more");
        WireError::internal()
    })
}

/// Refuses unless the role trusts the caller and the caller's own policies allow it too, where they must.
fn check_trust(
    call: &mut Call<'_>,
    role: &Role,
    ask: &AssumeRole,
    external_id: Option<&str>,
    acts_for_a_person: bool,
) -> Result<(), WireError> {
    let arn = role.arn();
    let trust = trust(role)?;
    let before = call.cx.caller.session.as_ref();
    let goes_on = before.is_some_and(|session| !session.transitive_tag_keys.is_empty());
    let mut actions = vec!["sts:AssumeRole"];
    if !ask.tags.is_empty() || goes_on {
        actions.push("sts:TagSession");
    }
    if ask.source_identity.is_some() || before.is_some_and(|s| s.source_identity.is_some()) {
        actions.push("sts:SetSourceIdentity");
    }
    let mut keys = keys(call, role, ask, external_id);
    if acts_for_a_person {
        actions.push("sts:SetContext");
        keys = keys.all("sts:RequestContextProviders", vec![PROVIDER.to_owned()]);
    }
    let authority: &Authority = call.authority;
    let controls = authority.controls_of(&mut *call.tx, &role.account);
    let controls = controls.map_err(store_failure)?;
    let (levels, control_levels) = (authority.levels(), controls.levels());
    let set = PolicySet {
        resource_account: Some(role.account.as_str()),
        rcp_levels: &control_levels,
        ..authority.policies(&levels)
    };
    let denied = keys.lend(|keys| {
        actions.into_iter().find_map(|action| {
            let mut request = authority.request(&call.cx, call.facts, action, &arn, keys);
            controls.describe(&mut request.context);
            let reason = evaluate_trust(&request, &trust, &set).reason()?;
            // What binds the role's account is told to its own organization only.
            let controlled = reason.policy_type() == PolicyType::ResourceControl;
            let told = (controlled && authority.is_family(&controls))
                .then(|| reason.message(&call.cx.caller.arn(), action, &arn));
            Some((action, told))
        })
    });
    match denied {
        Some((_, Some(message))) => Err(WireError::access_denied(message)),
        Some((action, None)) => Err(refused(call, action, &arn)),
        None => Ok(()),
    }
}

/// The condition keys that STS adds (Service Authorization Reference, "AWS Security Token Service").
fn keys(call: &Call<'_>, role: &Role, ask: &AssumeRole, external_id: Option<&str>) -> Keys {
    let inherited = call
        .cx
        .caller
        .session
        .as_ref()
        .and_then(|s| s.source_identity.as_deref());
    let mut keys = Keys::none()
        .resource_tags(&role.tags)
        .request_tags(&ask.tags)
        .with("aws:ResourceAccount", Some(role.account.as_str()))
        .with("sts:RoleSessionName", Some(&ask.session_name))
        .with("sts:ExternalId", external_id)
        .with(
            "sts:SourceIdentity",
            ask.source_identity.as_deref().or(inherited),
        );
    if !ask.transitive_tag_keys.is_empty() {
        keys = keys.all("sts:TransitiveTagKeys", ask.transitive_tag_keys.clone());
    }
    match ask.duration_seconds {
        Some(seconds) => keys.with("sts:DurationSeconds", Some(&seconds.to_string())),
        None => keys,
    }
}
