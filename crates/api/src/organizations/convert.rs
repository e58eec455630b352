//! From wire values to the model's and back.

use std::str::FromStr;

use atrium_model::Timestamp;
use atrium_model::organization::{
    Account, Organization, OrganizationPolicy, OrganizationTag, OrganizationalUnit, PolicySummary,
    PolicyType,
};
use atrium_organization::{Page, PageRequest};
use atrium_wire::WireError;
use atrium_wire::organizations as wire;

use super::errors;
use crate::Call;
use crate::call::store_failure;

/// Parses an id that passed the model's pattern.
pub(super) fn parse<T: FromStr>(text: &str) -> Result<T, WireError> {
    text.parse().map_err(|_| errors::invalid_pattern())
}

/// Parses a policy type.
pub(super) fn policy_type(text: &str) -> Result<PolicyType, WireError> {
    text.parse().map_err(|_| {
        errors::invalid_input(
            "INVALID_ENUM_POLICY_TYPE",
            "You specified an invalid policy type.",
        )
    })
}

/// A moment on the wire.
pub(super) fn time(time: Timestamp) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_millisecond(time.as_millis()).ok()
}

/// The part of a list that a request asks for.
pub(super) fn page(
    call: &Call<'_>,
    scope: &str,
    token: Option<&str>,
    size: Option<i64>,
) -> Result<PageRequest, WireError> {
    const LARGEST: i64 = 20;
    let after = call.page::<String>(scope, token)?;
    Ok(PageRequest {
        after,
        size: size.unwrap_or(LARGEST).clamp(1, LARGEST),
    })
}

/// The token that continues a list after a page, if it goes on.
pub(super) fn next<T>(call: &Call<'_>, scope: &str, page: &Page<T>) -> Option<String> {
    page.next
        .as_ref()
        .map(|cursor| call.next_token(scope, cursor))
}

/// The tags of a request.
pub(super) fn tags(tags: Option<Vec<wire::Tag>>) -> Vec<OrganizationTag> {
    let convert = |tag: wire::Tag| OrganizationTag {
        key: tag.key,
        value: tag.value,
    };
    tags.unwrap_or_default().into_iter().map(convert).collect()
}

/// An account with its place in the organization.
pub(super) fn account(
    call: &mut Call<'_>,
    organization: &Organization,
    account: Account,
) -> Result<wire::Account, WireError> {
    let units = call
        .tx
        .membership(&account.id)
        .map_err(store_failure)?
        .map(|found| found.path);
    let path = format!(
        "{}{}/",
        organization.path(&units.unwrap_or_default()),
        account.id
    );
    let joined = account.joined.as_ref();
    Ok(wire::Account {
        arn: Some(organization.account_arn(&account.id)),
        status: Some(account.status.to_string()),
        state: Some(account.state().to_string()),
        paths: Some(vec![path]),
        joined_method: joined.map(|joined| joined.method.to_string()),
        joined_timestamp: joined.and_then(|joined| time(joined.at)),
        id: Some(account.id.to_string()),
        email: Some(account.email),
        name: Some(account.name),
    })
}

/// An organizational unit.
pub(super) fn unit(
    organization: &Organization,
    unit: OrganizationalUnit,
) -> wire::OrganizationalUnit {
    wire::OrganizationalUnit {
        id: Some(unit.id.to_string()),
        arn: Some(organization.unit_arn(&unit.id)),
        path: Some(organization.path(&unit.path)),
        name: Some(unit.name),
    }
}

/// What is known of a policy without its document.
pub(super) fn policy_summary(
    organization: &Organization,
    policy: PolicySummary,
) -> wire::PolicySummary {
    wire::PolicySummary {
        arn: Some(organization.policy_arn(policy.kind, &policy.id, policy.aws_managed)),
        id: Some(policy.id.to_string()),
        name: Some(policy.name),
        description: Some(policy.description),
        r#type: Some(policy.kind.to_string()),
        aws_managed: Some(policy.aws_managed),
    }
}

/// A policy.
pub(super) fn policy(organization: &Organization, policy: OrganizationPolicy) -> wire::Policy {
    wire::Policy {
        policy_summary: Some(policy_summary(organization, policy.summary)),
        content: Some(policy.content),
    }
}
