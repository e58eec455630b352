//! ListEntitiesForPolicy.

use atrium_model::iam::{Holder, HolderKind};
use atrium_store::PolicyUse;
use atrium_wire::WireError;
use atrium_wire::iam::{self as wire, ops};

use super::authorize::Keys;
use super::page::{Page, size};
use super::policies;
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.read::<ops::ListEntitiesForPolicy>(list_entities_for_policy);
}

/// Which users of the policy are asked for.
struct Wanted {
    kind: Option<HolderKind>,
    uses: Vec<PolicyUse>,
    prefix: String,
}

fn list_entities_for_policy(
    call: &mut Call<'_>,
    input: wire::ListEntitiesForPolicyRequest,
) -> Result<wire::ListEntitiesForPolicyResponse, WireError> {
    let arn = input.policy_arn;
    policies::open(call, &arn, "iam:ListEntitiesForPolicy", Keys::none())?;
    let wanted = Wanted {
        kind: match input.entity_filter.as_deref() {
            Some("User") => Some(HolderKind::User),
            Some("Role") => Some(HolderKind::Role),
            Some("Group") => Some(HolderKind::Group),
            _ => None,
        },
        uses: match input.policy_usage_filter.as_deref() {
            Some("PermissionsPolicy") => vec![PolicyUse::Attached],
            Some("PermissionsBoundary") => vec![PolicyUse::Boundary],
            _ => vec![PolicyUse::Attached, PolicyUse::Boundary],
        },
        prefix: input.path_prefix.unwrap_or_else(|| "/".to_owned()),
    };
    let scope = format!(
        "{arn}/{:?}/{:?}/{}",
        wanted.kind, wanted.uses, wanted.prefix
    );
    let size = size(input.max_items);
    let start: (usize, String) = call
        .page(&scope, input.marker.as_deref())?
        .unwrap_or_default();
    let found = gather(call, &arn, &wanted, start, size + 1)?;
    let page = Page::cut(call, &scope, found, size, |(place, holder)| {
        (*place, holder.id.clone())
    });
    let mut answer = wire::ListEntitiesForPolicyResponse {
        policy_groups: Some(Vec::new()),
        policy_users: Some(Vec::new()),
        policy_roles: Some(Vec::new()),
        is_truncated: page.truncated(),
        marker: page.marker,
    };
    for (_, holder) in page.items {
        show(&mut answer, holder);
    }
    Ok(answer)
}

fn show(answer: &mut wire::ListEntitiesForPolicyResponse, holder: Holder) {
    let (id, name) = (Some(holder.id), Some(holder.name));
    match holder.kind {
        HolderKind::User => answer
            .policy_users
            .get_or_insert_default()
            .push(wire::PolicyUser {
                user_name: name,
                user_id: id,
            }),
        HolderKind::Role => answer
            .policy_roles
            .get_or_insert_default()
            .push(wire::PolicyRole {
                role_name: name,
                role_id: id,
            }),
        HolderKind::Group => answer
            .policy_groups
            .get_or_insert_default()
            .push(wire::PolicyGroup {
                group_name: name,
                group_id: id,
            }),
    }
}

/// Up to `most` entities after `start`, each with the place of its use in [`Wanted::uses`].
fn gather(
    call: &mut Call<'_>,
    arn: &str,
    wanted: &Wanted,
    (first, mut after): (usize, String),
    most: i64,
) -> Result<Vec<(usize, Holder)>, WireError> {
    const BATCH: i64 = 500;
    let account = call.account().clone();
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    for (place, usage) in wanted.uses.iter().enumerate().skip(first) {
        loop {
            let batch = call
                .tx
                .policy_holders(&account, arn, *usage, &after, BATCH)
                .map_err(store_failure)?;
            let Some(last) = batch.last() else { break };
            after = last.id.clone();
            for holder in batch {
                let fits = wanted.kind.is_none_or(|kind| kind == holder.kind)
                    && holder.path.starts_with(&wanted.prefix);
                if fits {
                    found.push((place, holder));
                    if found.len() == most {
                        return Ok(found);
                    }
                }
            }
        }
        after = String::new();
    }
    Ok(found)
}
