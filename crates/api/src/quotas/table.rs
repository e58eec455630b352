use super::Quotas;
use super::quota::{Field, Quota, Unit};

const CLOUDTRAIL: &str = "AWS CloudTrail User Guide, Quotas in AWS CloudTrail";
const IAM: &str = "IAM User Guide, IAM and AWS STS quotas";
const IDENTITY_CENTER: &str = "IAM Identity Center User Guide, Quotas and limits";
const ORGANIZATIONS: &str = "AWS Organizations User Guide, Quotas and service limits";
/// AWS's page names none; others have seen it.
const OBSERVED: &str = "observed: accounts and applications together";
const BILLING: &str = "AWS Billing User Guide, Billing transfer quotas";
const REMOVE_ACCOUNT: &str = "AWS Organizations API Reference, RemoveAccountFromOrganization";
const CLOSE_ACCOUNT: &str = "AWS Organizations API Reference, CloseAccount";

/// More than anybody has.
const MANY: i64 = 10_000_000;
/// Keeps the number of inline policies below what authorization gathers, a thousand of an entity.
const INLINE: i64 = 20_480;

/// A quota that counts things.
const fn count(
    name: &'static str,
    what: &'static str,
    aws: i64,
    source: &'static str,
    bounds: (i64, i64),
    field: fn(&mut Quotas) -> Field<'_>,
) -> Quota {
    let (least, most) = bounds;
    Quota {
        name,
        what,
        unit: Unit::Count,
        aws,
        source,
        least,
        most,
        field,
    }
}

/// A quota in another unit.
const fn measured(unit: Unit, quota: Quota) -> Quota {
    Quota { unit, ..quota }
}

const fn size(
    name: &'static str,
    what: &'static str,
    aws: i64,
    source: &'static str,
    most: i64,
    field: fn(&mut Quotas) -> Field<'_>,
) -> Quota {
    measured(
        Unit::Characters,
        count(name, what, aws, source, (1, most), field),
    )
}

const fn days(
    name: &'static str,
    what: &'static str,
    aws: i64,
    source: &'static str,
    least: i64,
    field: fn(&mut Quotas) -> Field<'_>,
) -> Quota {
    measured(
        Unit::Days,
        count(name, what, aws, source, (least, 3650), field),
    )
}

/// Every quota that can be set, by name.
pub(super) static ALL: &[Quota] = &[
    count(
        "cloudtrail.advanced-selector-values",
        "values of all advanced event selectors of a trail",
        500,
        CLOUDTRAIL,
        (1, 5_000),
        |q| Field::Size(&mut q.trail.advanced_values),
    ),
    count(
        "cloudtrail.data-resources",
        "data resources of a trail's event selectors",
        250,
        CLOUDTRAIL,
        (0, 5_000),
        |q| Field::Size(&mut q.trail.data_resources),
    ),
    count(
        "cloudtrail.event-selectors",
        "event selectors of a trail",
        5,
        CLOUDTRAIL,
        (1, 100),
        |q| Field::Size(&mut q.trail.event_selectors),
    ),
    count(
        "cloudtrail.tags-per-trail",
        "tags of a trail",
        50,
        CLOUDTRAIL,
        (0, 200),
        |q| Field::Size(&mut q.trail.tags),
    ),
    count(
        "cloudtrail.trails",
        "trails that take the events of a Region",
        5,
        CLOUDTRAIL,
        (0, 1_000),
        |q| Field::Count(&mut q.trail.trails),
    ),
    count(
        "iam.access-keys-per-user",
        "access keys of a user",
        2,
        IAM,
        (1, 10),
        |q| Field::Count(&mut q.iam.access_keys_per_user),
    ),
    size(
        "iam.group-inline-policy-size",
        "all inline policies of a group, without white space",
        5_120,
        IAM,
        INLINE,
        |q| Field::Size(&mut q.iam.group_inline_size),
    ),
    count(
        "iam.groups",
        "groups in an account",
        300,
        IAM,
        (0, MANY),
        |q| Field::Count(&mut q.iam.groups),
    ),
    count(
        "iam.groups-per-user",
        "groups that a user is in",
        10,
        IAM,
        (0, 20),
        |q| Field::Count(&mut q.iam.groups_per_user),
    ),
    count(
        "iam.oidc-client-ids",
        "client ids of an OpenID Connect provider",
        100,
        IAM,
        (0, 1_000),
        |q| Field::Size(&mut q.iam.client_ids),
    ),
    count(
        "iam.oidc-providers",
        "OpenID Connect providers in an account",
        100,
        IAM,
        (0, 700),
        |q| Field::Count(&mut q.iam.oidc_providers),
    ),
    count(
        "iam.policies",
        "customer managed policies in an account",
        1_500,
        IAM,
        (0, MANY),
        |q| Field::Count(&mut q.iam.policies),
    ),
    count(
        "iam.policies-per-group",
        "managed policies attached to a group",
        10,
        IAM,
        (0, 25),
        |q| Field::Count(&mut q.iam.attached_per_group),
    ),
    count(
        "iam.policies-per-role",
        "managed policies attached to a role",
        10,
        IAM,
        (0, 25),
        |q| Field::Count(&mut q.iam.attached_per_role),
    ),
    count(
        "iam.policies-per-user",
        "managed policies attached to a user",
        10,
        IAM,
        (0, 25),
        |q| Field::Count(&mut q.iam.attached_per_user),
    ),
    size(
        "iam.policy-size",
        "a managed policy, without white space",
        6_144,
        IAM,
        131_072,
        |q| Field::Size(&mut q.iam.policy_size),
    ),
    count(
        "iam.policy-versions",
        "versions of a managed policy",
        5,
        IAM,
        (1, 100),
        |q| Field::Count(&mut q.iam.policy_versions),
    ),
    size(
        "iam.role-inline-policy-size",
        "all inline policies of a role, without white space",
        10_240,
        IAM,
        INLINE,
        |q| Field::Size(&mut q.iam.role_inline_size),
    ),
    count(
        "iam.roles",
        "roles in an account",
        1_000,
        IAM,
        (0, MANY),
        |q| Field::Count(&mut q.iam.roles),
    ),
    count(
        "iam.saml-providers",
        "SAML providers in an account",
        100,
        IAM,
        (0, 1_000),
        |q| Field::Count(&mut q.iam.saml_providers),
    ),
    count(
        "iam.tags-per-resource",
        "tags of a user, role or policy",
        50,
        IAM,
        (0, 200),
        |q| Field::Size(&mut q.iam.tags),
    ),
    size(
        "iam.trust-policy-size",
        "a role's trust policy, without white space",
        2_048,
        IAM,
        4_096,
        |q| Field::Size(&mut q.iam.trust_policy_size),
    ),
    size(
        "iam.user-inline-policy-size",
        "all inline policies of a user, without white space",
        2_048,
        IAM,
        INLINE,
        |q| Field::Size(&mut q.iam.user_inline_size),
    ),
    count(
        "iam.users",
        "users in an account",
        5_000,
        IAM,
        (0, MANY),
        |q| Field::Count(&mut q.iam.users),
    ),
    count(
        "identitystore.groups",
        "groups in an identity store",
        100_000,
        IDENTITY_CENTER,
        (0, MANY),
        |q| Field::Count(&mut q.directory.groups),
    ),
    count(
        "identitystore.users",
        "users in an identity store",
        100_000,
        IDENTITY_CENTER,
        (0, MANY),
        |q| Field::Count(&mut q.directory.users),
    ),
    count(
        "organizations.accounts",
        "accounts in an organization, the management account included",
        10,
        ORGANIZATIONS,
        (1, 1_000_000),
        |q| Field::Count(&mut q.organization.accounts),
    ),
    days(
        "organizations.all-features-expiry",
        "how long a request to enable all features stands",
        90,
        ORGANIZATIONS,
        1,
        |q| Field::Days(&mut q.organization.all_features_expiry),
    ),
    count(
        "organizations.closed-accounts",
        "accounts closed in 30 days, if a fifth of the organization is fewer",
        250,
        CLOSE_ACCOUNT,
        (0, 1_000),
        |q| Field::Count(&mut q.organization.closed_accounts),
    ),
    days(
        "organizations.created-account-stay",
        "how long a created account has to stay",
        4,
        REMOVE_ACCOUNT,
        0,
        |q| Field::Days(&mut q.organization.stay_of_created_accounts),
    ),
    days(
        "organizations.finished-handshakes-listed",
        "how long finished handshakes stay in lists",
        30,
        ORGANIZATIONS,
        0,
        |q| Field::Days(&mut q.organization.finished_handshakes_listed),
    ),
    count(
        "organizations.inbound-transfers",
        "other organizations whose bills one takes over, or asked to",
        0,
        BILLING,
        (0, 1_000),
        |q| Field::Count(&mut q.organization.inbound_transfers),
    ),
    days(
        "organizations.invitation-expiry",
        "how long an invitation stands",
        15,
        ORGANIZATIONS,
        1,
        |q| Field::Days(&mut q.organization.invitation_expiry),
    ),
    count(
        "organizations.invitations-per-day",
        "invitations in 24 hours, if the organization may have fewer accounts",
        20,
        ORGANIZATIONS,
        (0, 1_000_000),
        |q| Field::Count(&mut q.organization.invitations_per_day),
    ),
    count(
        "organizations.other-policies",
        "policies of each type but service control policies",
        1_000,
        ORGANIZATIONS,
        (0, MANY),
        |q| Field::Count(&mut q.organization.other_policies),
    ),
    count(
        "organizations.service-control-policies",
        "service control policies in an organization",
        10_000,
        ORGANIZATIONS,
        (1, MANY),
        |q| Field::Count(&mut q.organization.service_control_policies),
    ),
    count(
        "organizations.service-control-policies-per-target",
        "service control policies attached to a root, unit or account",
        10,
        ORGANIZATIONS,
        (1, 25),
        |q| Field::Count(&mut q.organization.service_control_policies_per_target),
    ),
    size(
        "organizations.service-control-policy-size",
        "a service control policy, white space included",
        10_240,
        ORGANIZATIONS,
        20_480,
        |q| Field::Size(&mut q.organization.service_control_policy_size),
    ),
    count(
        "organizations.tags-per-resource",
        "tags of an account, unit, policy or root",
        50,
        ORGANIZATIONS,
        (0, 200),
        |q| Field::Count(&mut q.organization.tags),
    ),
    count(
        "organizations.unit-depth",
        "levels of organizational units below the root",
        5,
        ORGANIZATIONS,
        (0, 5),
        |q| Field::Size(&mut q.organization.unit_depth),
    ),
    count(
        "organizations.units",
        "organizational units in an organization",
        2_000,
        ORGANIZATIONS,
        (0, MANY),
        |q| Field::Count(&mut q.organization.units),
    ),
    count(
        "sso.access-scopes-per-application",
        "access scopes of an application",
        25,
        IDENTITY_CENTER,
        (0, 200),
        |q| Field::Count(&mut q.application.access_scopes),
    ),
    count(
        "sso.applications",
        "applications of an instance",
        7_000,
        OBSERVED,
        (0, MANY),
        |q| Field::Count(&mut q.application.applications),
    ),
    count(
        "sso.outstanding-requests",
        "assignments and provisioning of an instance in progress",
        10,
        IDENTITY_CENTER,
        (1, 10_000),
        |q| Field::Count(&mut q.access.outstanding_requests),
    ),
    size(
        "sso.permission-set-inline-policy-size",
        "the inline policy of a permission set, without white space",
        10_240,
        IDENTITY_CENTER,
        32_768,
        |q| Field::Size(&mut q.access.inline_policy_size),
    ),
    count(
        "sso.permission-sets",
        "permission sets of an instance",
        3_500,
        IDENTITY_CENTER,
        (0, MANY),
        |q| Field::Count(&mut q.access.permission_sets),
    ),
    count(
        "sso.permission-sets-per-account",
        "permission sets that an account has",
        500,
        IDENTITY_CENTER,
        (0, MANY),
        |q| Field::Count(&mut q.access.permission_sets_per_account),
    ),
    count(
        "sso.policies-per-permission-set",
        "managed policies of a permission set, AWS's and customers' together",
        20,
        IDENTITY_CENTER,
        (0, 25),
        |q| Field::Size(&mut q.access.policies_per_permission_set),
    ),
    count(
        "sso.tags-per-resource",
        "tags of an instance, a permission set or an application",
        50,
        IDENTITY_CENTER,
        (0, 200),
        |q| Field::Count(&mut q.directory.tags),
    ),
];
