//! Handshakes: invitations, and the way to all features.

use atrium_model::HandshakeId;
use atrium_model::organization::{Handshake, HandshakeAction, HandshakeTarget, TransferTerms};
use atrium_organization::{
    self as area, AllFeaturesError, HandshakeError, HandshakeFilter, InviteError, NewInvitation,
    NotInUse, PageRequest,
};
use atrium_wire::WireError;
use atrium_wire::organizations::{self as wire, ops};

use super::access::{Keys, Who, enter, permit, standing};
use super::{convert, errors, quotas};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::InviteAccountToOrganization>(invite_account);
    registry.write::<ops::EnableAllFeatures>(enable_all_features);
    registry.write::<ops::AcceptHandshake>(accept_handshake);
    registry.write::<ops::DeclineHandshake>(decline_handshake);
    registry.write::<ops::CancelHandshake>(cancel_handshake);
    registry.read::<ops::DescribeHandshake>(describe_handshake);
    registry.read::<ops::ListHandshakesForAccount>(list_handshakes_for_account);
    registry.read::<ops::ListHandshakesForOrganization>(list_handshakes_for_organization);
}

pub(super) fn convert_handshake(call: &Call<'_>, handshake: Handshake) -> wire::Handshake {
    let organization = wire::HandshakeParty {
        id: handshake
            .organization
            .as_str()
            .trim_start_matches("o-")
            .to_owned(),
        r#type: "ORGANIZATION".to_owned(),
    };
    let (kind, id) = match &handshake.target {
        HandshakeTarget::Account(id) => ("ACCOUNT", id.to_string()),
        HandshakeTarget::Email(email) => ("EMAIL", email.clone()),
    };
    let details = &handshake.details;
    let mut parties = vec![organization];
    let mut resources = vec![match &details.transfer {
        Some(terms) => transferred(&handshake, terms),
        None => wire::HandshakeResource {
            resources: Some(vec![
                leaf("MASTER_EMAIL", details.management_email.clone()),
                leaf("MASTER_NAME", details.management_name.clone()),
                leaf("ORGANIZATION_FEATURE_SET", details.feature_set.clone()),
            ]),
            ..leaf("ORGANIZATION", handshake.organization.to_string())
        },
    }];
    // A request for all features has the organization as its only party.
    if handshake.action != HandshakeAction::EnableAllFeatures {
        parties.push(wire::HandshakeParty {
            id: id.clone(),
            r#type: kind.to_owned(),
        });
        resources.push(leaf(kind, id));
    }
    resources.extend(details.notes.clone().map(|notes| leaf("NOTES", notes)));
    let parent = handshake
        .parent
        .as_ref()
        .map(|parent| leaf("PARENT_HANDSHAKE", parent.to_string()));
    resources.extend(parent);
    wire::Handshake {
        id: Some(handshake.id.to_string()),
        arn: Some(handshake.arn()),
        parties: Some(parties),
        state: Some(handshake.state_at(call.cx.now()).to_string()),
        requested_timestamp: convert::time(handshake.requested_at),
        expiration_timestamp: convert::time(handshake.expires_at),
        action: Some(handshake.action.to_string()),
        resources: Some(resources),
    }
}

fn leaf(kind: &str, value: String) -> wire::HandshakeResource {
    wire::HandshakeResource {
        value: Some(value),
        r#type: Some(kind.to_owned()),
        resources: None,
    }
}

/// What the parties are told of a transfer: which it is, from when it counts, and who takes over.
fn transferred(handshake: &Handshake, terms: &TransferTerms) -> wire::HandshakeResource {
    let details = &handshake.details;
    let management = wire::HandshakeResource {
        resources: Some(vec![
            leaf("MANAGEMENT_EMAIL", details.management_email.clone()),
            leaf("MANAGEMENT_NAME", details.management_name.clone()),
        ]),
        ..leaf("MANAGEMENT_ACCOUNT", handshake.management.to_string())
    };
    let start = terms.starts_at.as_seconds().to_string();
    wire::HandshakeResource {
        resources: Some(vec![
            leaf("TRANSFER_TYPE", terms.kind.clone()),
            leaf("TRANSFER_START_TIMESTAMP", start),
            management,
        ]),
        ..leaf("RESPONSIBILITY_TRANSFER", terms.id.clone())
    }
}

fn invite_account(
    call: &mut Call<'_>,
    input: wire::InviteAccountToOrganizationRequest,
) -> Result<wire::InviteAccountToOrganizationResponse, WireError> {
    const ACTION: &str = "organizations:InviteAccountToOrganization";
    let tags = input.tags.unwrap_or_default();
    let keys = Keys::none().request_tags(&tags);
    let standing = standing(call, ACTION)?;
    let organization = standing.organization.clone();
    let target = target(&input.target);
    let arn = match &target {
        Ok(HandshakeTarget::Account(id)) => organization.account_arn(id),
        Ok(HandshakeTarget::Email(_)) | Err(_) => "*".to_owned(),
    };
    permit(call, &standing, Who::Management, ACTION, &arn, &keys)?;
    if !tags.is_empty() {
        permit(
            call,
            &standing,
            Who::Management,
            "organizations:TagResource",
            &arn,
            &keys,
        )?;
    }
    let new = NewInvitation {
        target: target?,
        notes: input.notes.filter(|notes| !notes.is_empty()),
        tags: convert::tags(Some(tags)),
    };
    let sent = area::invite_account(&call.cx, call.tx, &organization, new, quotas(call.services));
    let sent = sent.map_err(invite_error)?;
    let handshake = Some(convert_handshake(call, sent));
    Ok(wire::InviteAccountToOrganizationResponse { handshake })
}

pub(super) fn target(party: &wire::HandshakeParty) -> Result<HandshakeTarget, WireError> {
    match party.r#type.as_str() {
        "ACCOUNT" => party.id.parse().map(HandshakeTarget::Account).map_err(|_| {
            errors::invalid_input(
                "INVALID_PATTERN_TARGET_ID",
                "You specified a policy target ID or account ID that doesn't match the required pattern.",
            )
        }),
        "EMAIL" if is_email(&party.id) => Ok(HandshakeTarget::Email(party.id.clone())),
        "EMAIL" => Err(errors::invalid_input(
            "INVALID_EMAIL_ADDRESS_TARGET",
            "You specified an invalid email address for the invited account owner.",
        )),
        _ => Err(errors::invalid_input(
            "INVALID_PARTY_TYPE_TARGET",
            "You specified the wrong type of entity (account, organization, or email) as a party.",
        )),
    }
}

/// What the API model asks of an `Email`: 6 to 64 characters, one `@`, a dot in the domain, no white space.
fn is_email(text: &str) -> bool {
    let fits = (6..=64).contains(&text.chars().count()) && !text.contains(char::is_whitespace);
    let parts = text.split_once('@').filter(|(local, domain)| {
        let dotted = domain
            .rsplit_once('.')
            .is_some_and(|(a, b)| !a.is_empty() && !b.is_empty());
        !local.is_empty() && !domain.contains('@') && dotted
    });
    fits && parts.is_some()
}

fn invite_error(error: InviteError) -> WireError {
    match error {
        InviteError::Duplicate => WireError::new(
            "DuplicateHandshakeException",
            "A handshake with the same action and target already exists.",
        ),
        InviteError::AlreadyInOrganization => already_in_organization(),
        InviteError::AccountLimit => account_limit(),
        InviteError::RateLimit => errors::handshake_constraint(
            "HANDSHAKE_RATE_LIMIT_EXCEEDED",
            "You have exceeded the number of handshakes that you can send in one day.",
        ),
        InviteError::EnablingAllFeatures => errors::handshake_constraint(
            "INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES",
            "You can't issue new invitations to join an organization while it's in the process of enabling all features.",
        ),
        InviteError::Tags(error) => errors::tags(error),
        InviteError::Store(error) => store_failure(error),
    }
}

fn already_in_organization() -> WireError {
    errors::handshake_constraint(
        "ALREADY_IN_AN_ORGANIZATION",
        "The handshake request is invalid because the invited account is already a member of an organization.",
    )
}

fn account_limit() -> WireError {
    errors::handshake_constraint(
        "ACCOUNT_NUMBER_LIMIT_EXCEEDED",
        "You have exceeded the limit on the number of accounts in an organization.",
    )
}

fn enable_all_features(
    call: &mut Call<'_>,
    _: wire::EnableAllFeaturesRequest,
) -> Result<wire::EnableAllFeaturesResponse, WireError> {
    let organization = enter(
        call,
        Who::Management,
        "organizations:EnableAllFeatures",
        &Keys::none(),
    )?;
    let sent = area::enable_all_features(&call.cx, call.tx, &organization, quotas(call.services));
    let sent = sent.map_err(|error| match error {
        AllFeaturesError::AlreadyEnabled => errors::handshake_constraint(
            "ORGANIZATION_ALREADY_HAS_ALL_FEATURES",
            "The handshake request is invalid because the organization has already enabled all features.",
        ),
        AllFeaturesError::AlreadyPending => errors::handshake_constraint(
            "ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION",
            "The handshake request is invalid because the organization has already started the process to enable all features.",
        ),
        AllFeaturesError::Store(error) => store_failure(error),
    })?;
    Ok(wire::EnableAllFeaturesResponse {
        handshake: Some(convert_handshake(call, sent)),
    })
}

fn handshake_error(error: HandshakeError) -> WireError {
    match error {
        HandshakeError::NotFound => WireError::new(
            "HandshakeNotFoundException",
            "We can't find a handshake with the HandshakeId that you specified.",
        ),
        HandshakeError::AlreadyInState(_) => WireError::new(
            "HandshakeAlreadyInStateException",
            "The specified handshake is already in the requested state.",
        ),
        HandshakeError::InvalidTransition(_) => WireError::new(
            "InvalidHandshakeTransitionException",
            "You can't perform the operation on the handshake in its current state.",
        ),
        HandshakeError::AlreadyInOrganization => already_in_organization(),
        HandshakeError::AccountLimit => account_limit(),
        HandshakeError::NotActive => errors::denied(),
        HandshakeError::NotInUse => errors::not_in_use(NotInUse::StandsAlone),
        HandshakeError::NotManagement => errors::denied(),
        HandshakeError::OwnTransfer => super::transfers::own_transfer(),
        HandshakeError::AlreadyTransferred => super::transfers::already_transferred(),
        HandshakeError::OutboundQuota => errors::constraint(
            "RESPONSIBILITY_TRANSFER_MAX_OUTBOUND_QUOTA_VIOLATION",
            "You have exceeded your outbound transfers limit.",
        ),
        HandshakeError::TransferLevels => errors::constraint(
            "RESPONSIBILITY_TRANSFER_MAX_LEVEL_VIOLATION",
            "You have exceeded the maximum length of your transfer chain.",
        ),
        HandshakeError::Tags(error) => errors::tags(error),
        HandshakeError::Store(error) => store_failure(error),
    }
}

/// Permits an operation on a handshake. One that the caller is no party to looks like one that does not exist.
fn on_handshake(call: &mut Call<'_>, action: &str, id: &HandshakeId) -> Result<(), WireError> {
    let account = call.account().clone();
    let arn = match area::describe_handshake(call.tx, &account, id) {
        Ok(handshake) => handshake.arn(),
        Err(HandshakeError::Store(error)) => return Err(store_failure(error)),
        Err(_) => format!("arn:aws:organizations::{account}:handshake/*/*/{id}"),
    };
    call.authorize(action, &arn, &[])
}

fn accept_handshake(
    call: &mut Call<'_>,
    input: wire::AcceptHandshakeRequest,
) -> Result<wire::AcceptHandshakeResponse, WireError> {
    let id = convert::parse(&input.handshake_id)?;
    on_handshake(call, "organizations:AcceptHandshake", &id)?;
    let account = call.account().clone();
    let done = area::accept_handshake(&call.cx, call.tx, &account, &id, quotas(call.services));
    let handshake = convert_handshake(call, done.map_err(handshake_error)?);
    Ok(wire::AcceptHandshakeResponse {
        handshake: Some(handshake),
    })
}

fn decline_handshake(
    call: &mut Call<'_>,
    input: wire::DeclineHandshakeRequest,
) -> Result<wire::DeclineHandshakeResponse, WireError> {
    let id = convert::parse(&input.handshake_id)?;
    on_handshake(call, "organizations:DeclineHandshake", &id)?;
    let account = call.account().clone();
    let done = area::decline_handshake(&call.cx, call.tx, &account, &id, quotas(call.services));
    let handshake = convert_handshake(call, done.map_err(handshake_error)?);
    Ok(wire::DeclineHandshakeResponse {
        handshake: Some(handshake),
    })
}

fn cancel_handshake(
    call: &mut Call<'_>,
    input: wire::CancelHandshakeRequest,
) -> Result<wire::CancelHandshakeResponse, WireError> {
    let id = convert::parse(&input.handshake_id)?;
    on_handshake(call, "organizations:CancelHandshake", &id)?;
    let account = call.account().clone();
    let done = area::cancel_handshake(&call.cx, call.tx, &account, &id, quotas(call.services));
    let handshake = convert_handshake(call, done.map_err(handshake_error)?);
    Ok(wire::CancelHandshakeResponse {
        handshake: Some(handshake),
    })
}

fn describe_handshake(
    call: &mut Call<'_>,
    input: wire::DescribeHandshakeRequest,
) -> Result<wire::DescribeHandshakeResponse, WireError> {
    let id = convert::parse(&input.handshake_id)?;
    on_handshake(call, "organizations:DescribeHandshake", &id)?;
    let account = call.account().clone();
    let found = area::describe_handshake(call.tx, &account, &id).map_err(handshake_error)?;
    Ok(wire::DescribeHandshakeResponse {
        handshake: Some(convert_handshake(call, found)),
    })
}

fn filter(filter: Option<wire::HandshakeFilter>) -> Result<(HandshakeFilter, String), WireError> {
    let Some(filter) = filter else {
        return Ok((HandshakeFilter::default(), String::new()));
    };
    let action = filter
        .action_type
        .as_deref()
        .map(convert::parse)
        .transpose()?;
    let parent = filter
        .parent_handshake_id
        .as_deref()
        .map(convert::parse)
        .transpose()?;
    let scope = format!(
        "{}/{}",
        filter.action_type.unwrap_or_default(),
        filter.parent_handshake_id.unwrap_or_default()
    );
    Ok((HandshakeFilter { action, parent }, scope))
}

fn list_handshakes_for_account(
    call: &mut Call<'_>,
    input: wire::ListHandshakesForAccountRequest,
) -> Result<wire::ListHandshakesForAccountResponse, WireError> {
    call.authorize("organizations:ListHandshakesForAccount", "*", &[])?;
    let (filter, scope) = filter(input.filter)?;
    let page: PageRequest =
        convert::page(call, &scope, input.next_token.as_deref(), input.max_results)?;
    let account = call.account().clone();
    let found = area::list_handshakes_for_account(&call.cx, call.tx, &account, filter, &page);
    let found = found.map_err(store_failure)?;
    let next_token = convert::next(call, &scope, &found);
    let handshakes = found
        .items
        .into_iter()
        .map(|found| convert_handshake(call, found))
        .collect();
    Ok(wire::ListHandshakesForAccountResponse {
        handshakes: Some(handshakes),
        next_token,
    })
}

fn list_handshakes_for_organization(
    call: &mut Call<'_>,
    input: wire::ListHandshakesForOrganizationRequest,
) -> Result<wire::ListHandshakesForOrganizationResponse, WireError> {
    let action = "organizations:ListHandshakesForOrganization";
    let organization = enter(call, Who::Reader, action, &Keys::none())?;
    let (filter, scope) = filter(input.filter)?;
    let page = convert::page(call, &scope, input.next_token.as_deref(), input.max_results)?;
    let found =
        area::list_handshakes_for_organization(&call.cx, call.tx, &organization, filter, &page);
    let found = found.map_err(store_failure)?;
    let next_token = convert::next(call, &scope, &found);
    let handshakes = found
        .items
        .into_iter()
        .map(|found| convert_handshake(call, found))
        .collect();
    Ok(wire::ListHandshakesForOrganizationResponse {
        handshakes: Some(handshakes),
        next_token,
    })
}
