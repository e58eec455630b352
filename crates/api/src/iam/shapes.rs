//! The area's entities as IAM's shapes.

use atrium_iam::shown_trust_policy;
use atrium_model::Timestamp;
use atrium_model::iam::{
    AwsManagedPolicy, Group, ManagedPolicy, PolicyUsage, PolicyVersion, Role, Tag, User,
};
use atrium_wire::{WireError, iam as wire};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::Call;
use crate::call::store_failure;

/// What RFC 3986 leaves as it is.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A policy document as IAM's answers hold it: URL-encoded (RFC 3986).
pub(super) fn document(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

/// A time as the wire has it: IAM and STS count whole seconds.
pub(crate) fn date(time: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_second(time.as_seconds()).unwrap_or_default()
}

pub(super) fn tags(tags: Vec<Tag>) -> Vec<wire::Tag> {
    tags.into_iter()
        .map(|Tag { key, value }| wire::Tag { key, value })
        .collect()
}

pub(super) fn tags_in(tags: Option<Vec<wire::Tag>>) -> Vec<Tag> {
    let tags = tags.unwrap_or_default().into_iter();
    tags.map(|wire::Tag { key, value }| Tag { key, value })
        .collect()
}

pub(super) fn some(tags: Vec<Tag>) -> Option<Vec<wire::Tag>> {
    (!tags.is_empty()).then(|| self::tags(tags))
}

fn boundary(arn: Option<String>) -> Option<wire::AttachedPermissionsBoundary> {
    arn.map(|arn| wire::AttachedPermissionsBoundary {
        permissions_boundary_type: Some("Policy".to_owned()),
        permissions_boundary_arn: Some(arn),
    })
}

/// A user as lists show it: without tags and boundary.
pub(super) fn listed_user(user: User) -> wire::User {
    wire::User {
        arn: user.arn(),
        path: user.path,
        user_name: user.name,
        user_id: user.id,
        create_date: date(user.created),
        ..wire::User::default()
    }
}

/// A user with everything about it.
pub(super) fn user(user: User) -> wire::User {
    let (bound, tags) = (boundary(user.boundary.clone()), some(user.tags.clone()));
    wire::User {
        permissions_boundary: bound,
        tags,
        ..listed_user(user)
    }
}

pub(super) fn group(group: Group) -> wire::Group {
    wire::Group {
        arn: group.arn(),
        path: group.path,
        group_name: group.name,
        group_id: group.id,
        create_date: date(group.created),
    }
}

/// A role as lists show it: without tags and boundary.
pub(super) fn listed_role(call: &mut Call<'_>, role: Role) -> Result<wire::Role, WireError> {
    let trust = shown_trust_policy(&mut *call.tx, &role).map_err(store_failure)?;
    Ok(wire::Role {
        arn: role.arn(),
        path: role.path,
        role_name: role.name,
        role_id: role.id,
        create_date: date(role.created),
        assume_role_policy_document: Some(document(&trust)),
        description: role.description,
        max_session_duration: Some(role.max_session_seconds),
        ..wire::Role::default()
    })
}

/// A role with everything about it.
pub(super) fn role(call: &mut Call<'_>, role: Role) -> Result<wire::Role, WireError> {
    let (bound, tags) = (boundary(role.boundary.clone()), some(role.tags.clone()));
    let listed = listed_role(call, role)?;
    Ok(wire::Role {
        permissions_boundary: bound,
        tags,
        role_last_used: Some(wire::RoleLastUsed::default()),
        ..listed
    })
}

/// A customer managed policy. Lists leave out description and tags.
pub(super) fn policy(policy: ManagedPolicy, usage: PolicyUsage, whole: bool) -> wire::Policy {
    wire::Policy {
        arn: Some(policy.arn()),
        policy_name: Some(policy.name),
        policy_id: Some(policy.id),
        path: Some(policy.path),
        default_version_id: Some(format!("v{}", policy.default_version)),
        attachment_count: Some(usage.attachments),
        permissions_boundary_usage_count: Some(usage.boundaries),
        is_attachable: Some(true),
        description: policy.description.filter(|_| whole),
        create_date: Some(date(policy.created)),
        update_date: Some(date(policy.updated)),
        tags: some(policy.tags).filter(|_| whole),
    }
}

/// An AWS managed policy. Lists leave out the description.
pub(super) fn aws_policy(
    policy: &AwsManagedPolicy,
    usage: PolicyUsage,
    whole: bool,
) -> wire::Policy {
    wire::Policy {
        arn: Some(policy.arn()),
        policy_name: Some(policy.name.to_owned()),
        policy_id: Some(policy.id.to_owned()),
        path: Some(policy.path.to_owned()),
        default_version_id: Some(format!("v{}", policy.version)),
        attachment_count: Some(usage.attachments),
        permissions_boundary_usage_count: Some(usage.boundaries),
        is_attachable: Some(true),
        description: whole.then(|| policy.description.to_owned()),
        create_date: Some(date(policy.created)),
        update_date: Some(date(policy.created)),
        tags: None,
    }
}

/// A version of a policy. Lists leave out the document.
pub(super) fn version(
    version: PolicyVersion,
    default_version: i64,
    whole: bool,
) -> wire::PolicyVersion {
    wire::PolicyVersion {
        document: whole.then(|| document(&version.document)),
        version_id: Some(format!("v{}", version.number)),
        is_default_version: Some(version.number == default_version),
        create_date: Some(date(version.created)),
    }
}
