//! Managed policies: CreatePolicy, GetPolicy, ListPolicies, DeletePolicy.

use atrium_iam::{IamError, Missing, NewPolicy};
use atrium_model::iam::{
    AWS_MANAGED_POLICIES, AwsManagedPolicy, ManagedPolicy, PolicyUsage, aws_managed_policy,
};
use atrium_store::IamList;
use atrium_wire::iam::{self as wire, ops};
use atrium_wire::{Unit, WireError};
use serde::{Deserialize, Serialize};

use super::authorize::{Keys, allow};
use super::failure::failure;
use super::page::{Page, size};
use super::quotas;
use super::shapes;
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::CreatePolicy>(create_policy);
    registry.read::<ops::GetPolicy>(get_policy);
    registry.read::<ops::ListPolicies>(list_policies);
    registry.write::<ops::DeletePolicy>(delete_policy);
}

/// A managed policy that the account can use.
pub(super) enum Found {
    /// Its own.
    Own(ManagedPolicy),
    /// One of AWS's.
    Aws(&'static AwsManagedPolicy),
}

/// The policy with this ARN, once the caller is known to be allowed `action` on it.
pub(super) fn open(
    call: &mut Call<'_>,
    arn: &str,
    action: &str,
    keys: Keys,
) -> Result<Found, WireError> {
    if let Some(policy) = aws_managed_policy(arn) {
        allow(call, action, arn, &keys)?;
        return Ok(Found::Aws(policy));
    }
    let account = call.account().clone();
    let found = match atrium_iam::find_policy(&mut *call.tx, &account, arn) {
        Err(IamError::Missing(Missing::Policy(_))) => None,
        found => Some(found.map_err(failure)?),
    };
    let tags = found
        .as_ref()
        .map(|policy| policy.tags.as_slice())
        .unwrap_or_default();
    allow(call, action, arn, &keys.resource_tags(tags))?;
    found
        .map(Found::Own)
        .ok_or_else(|| failure(IamError::Missing(Missing::Policy(arn.to_owned()))))
}

/// As [`open`], for changes, which others' policies never take.
pub(super) fn open_own(
    call: &mut Call<'_>,
    arn: &str,
    action: &str,
    keys: Keys,
) -> Result<ManagedPolicy, WireError> {
    match open(call, arn, action, keys) {
        Ok(Found::Own(policy)) => Ok(policy),
        Ok(Found::Aws(_)) => Err(failure(IamError::ForeignPolicy)),
        Err(error) if error.code == "NoSuchEntity" => {
            let account = call.account().clone();
            atrium_iam::own_policy(&mut *call.tx, &account, arn).map_err(failure)
        }
        Err(error) => Err(error),
    }
}

fn create_policy(
    call: &mut Call<'_>,
    input: wire::CreatePolicyRequest,
) -> Result<wire::CreatePolicyResponse, WireError> {
    let new = NewPolicy {
        name: input.policy_name,
        path: input.path.unwrap_or_else(|| "/".to_owned()),
        document: input.policy_document,
        description: input.description,
        tags: shapes::tags_in(input.tags),
    };
    let arn = format!(
        "arn:aws:iam::{}:policy{}{}",
        call.account(),
        new.path,
        new.name
    );
    let keys = Keys::none().request_tags(&new.tags);
    allow(call, "iam:CreatePolicy", &arn, &keys)?;
    if !new.tags.is_empty() {
        allow(call, "iam:TagPolicy", &arn, &keys)?;
    }
    let account = call.account().clone();
    let made = atrium_iam::create_policy(
        &call.cx,
        &mut *call.tx,
        quotas(call.services),
        &account,
        new,
    )
    .map_err(failure)?;
    let policy = wire::Policy {
        description: None,
        ..shapes::policy(made, PolicyUsage::default(), true)
    };
    Ok(wire::CreatePolicyResponse {
        policy: Some(policy),
    })
}

fn usage(call: &mut Call<'_>, arn: &str) -> Result<PolicyUsage, WireError> {
    let account = call.account().clone();
    call.tx.policy_usage(&account, arn).map_err(store_failure)
}

fn get_policy(
    call: &mut Call<'_>,
    input: wire::GetPolicyRequest,
) -> Result<wire::GetPolicyResponse, WireError> {
    let found = open(call, &input.policy_arn, "iam:GetPolicy", Keys::none())?;
    let usage = usage(call, &input.policy_arn)?;
    let policy = match found {
        Found::Own(policy) => shapes::policy(policy, usage, true),
        Found::Aws(policy) => shapes::aws_policy(policy, usage, true),
    };
    Ok(wire::GetPolicyResponse {
        policy: Some(policy),
    })
}

fn delete_policy(call: &mut Call<'_>, input: wire::DeletePolicyRequest) -> Result<Unit, WireError> {
    let policy = open_own(call, &input.policy_arn, "iam:DeletePolicy", Keys::none())?;
    atrium_iam::delete_policy(&mut *call.tx, &policy).map_err(failure)?;
    Ok(Unit)
}

/// Where a list of policies goes on: first the account's own by name, then AWS's by their place.
#[derive(Clone, Serialize, Deserialize)]
enum Cursor {
    Own(String),
    Aws(usize),
}

/// Which policies a list asks for.
struct Wanted {
    own: bool,
    aws: bool,
    only_attached: bool,
    usage: Option<String>,
    prefix: String,
}

impl Wanted {
    fn takes(&self, usage: PolicyUsage) -> bool {
        let used = match self.usage.as_deref() {
            Some("PermissionsPolicy") => usage.attachments,
            Some("PermissionsBoundary") => usage.boundaries,
            _ => usage.attachments + usage.boundaries,
        };
        // A usage filter alone tells policies apart that are in use in that way.
        used > 0 || !(self.only_attached || self.usage.is_some())
    }
}

fn list_policies(
    call: &mut Call<'_>,
    input: wire::ListPoliciesRequest,
) -> Result<wire::ListPoliciesResponse, WireError> {
    let scope = input.scope.as_deref().unwrap_or("All");
    let wanted = Wanted {
        own: scope != "AWS",
        aws: scope != "Local",
        only_attached: input.only_attached.unwrap_or(false),
        usage: input.policy_usage_filter,
        prefix: input.path_prefix.unwrap_or_else(|| "/".to_owned()),
    };
    allow(call, "iam:ListPolicies", "*", &Keys::none())?;
    let list = format!(
        "{scope}/{}/{:?}/{}",
        wanted.only_attached, wanted.usage, wanted.prefix
    );
    let size = size(input.max_items);
    let start = call
        .page(&list, input.marker.as_deref())?
        .unwrap_or(Cursor::Own(String::new()));
    let found = gather(call, &wanted, start, size + 1)?;
    let page = Page::cut(call, &list, found, size, |(cursor, _)| cursor.clone());
    Ok(wire::ListPoliciesResponse {
        is_truncated: page.truncated(),
        policies: Some(page.items.into_iter().map(|(_, policy)| policy).collect()),
        marker: page.marker,
    })
}

/// Up to `most` policies after `start`.
fn gather(
    call: &mut Call<'_>,
    wanted: &Wanted,
    start: Cursor,
    most: i64,
) -> Result<Vec<(Cursor, wire::Policy)>, WireError> {
    let account = call.account().clone();
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    let (mut after, first_aws) = match start {
        Cursor::Own(after) => (Some(after).filter(|_| wanted.own), 0),
        Cursor::Aws(place) => (None, place + 1),
    };
    while let Some(from) = after.take() {
        let list = IamList {
            account: &account,
            path_prefix: &wanted.prefix,
            after: &from,
            limit: 200,
        };
        for policy in call.tx.managed_policies(list).map_err(store_failure)? {
            let key = policy.name.to_ascii_lowercase();
            after = Some(key.clone());
            let usage = usage(call, &policy.arn())?;
            if wanted.takes(usage) {
                found.push((Cursor::Own(key), shapes::policy(policy, usage, false)));
                if found.len() == most {
                    return Ok(found);
                }
            }
        }
    }
    let table = AWS_MANAGED_POLICIES.iter().enumerate().skip(first_aws);
    for (place, policy) in table.filter(|_| wanted.aws) {
        if !policy.path.starts_with(&wanted.prefix) {
            continue;
        }
        let usage = usage(call, &policy.arn())?;
        if wanted.takes(usage) {
            found.push((Cursor::Aws(place), shapes::aws_policy(policy, usage, false)));
            if found.len() == most {
                break;
            }
        }
    }
    Ok(found)
}
