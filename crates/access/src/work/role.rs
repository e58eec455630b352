use atrium_model::access::{PermissionSet, ProvisionedPermissionSet};
use atrium_model::directory::Instance;
use atrium_model::iam::{HolderKind, PolicyDocument, Role};
use atrium_model::{AccountId, InstanceId, OpContext, Partition, PermissionSetId, Region};
use atrium_store::{StoreError, Tx};
use serde_json::json;

use super::failure::Failure;
use super::{RoleChange, RoleChangeKind, RoleQuotas};

/// The name of the role's inline policy, as AWS has it.
const INLINE_POLICY: &str = "AwsSSOInlinePolicy";
/// Sessions of these roles last as long as the permission set says, but IAM lets them last twelve hours.
const LONGEST_SESSION_SECONDS: i64 = 43_200;
/// More managed policies than a role can have.
const MOST_ATTACHED: i64 = 1000;

/// Where the roles of an instance live: `/aws-reserved/sso.amazonaws.com/`, with the Region of the instance unless it
/// is us-east-1.
fn path(instance: &Instance) -> String {
    let base = format!("{}sso.amazonaws.com/", Role::RESERVED_PATH);
    match instance.region == Region::US_EAST_1 {
        true => base,
        false => format!("{base}{}/", instance.region),
    }
}

/// The ARN of a permission set's role in an account, with `*` for what is drawn when the role is made.
pub fn role_pattern(instance: &Instance, account: &AccountId, set: &PermissionSet) -> String {
    let (path, prefix) = (path(instance), Role::RESERVED_PREFIX);
    format!(
        "arn:{}:iam::{account}:role{path}{prefix}{}_*",
        Partition::NAME,
        set.name
    )
}

/// Gives an account the role of a permission set, or brings the one it has up to date.
pub(super) fn ensure_role(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    quotas: RoleQuotas,
    instance: &Instance,
    set: &PermissionSet,
    account: &AccountId,
) -> Result<Result<Vec<RoleChange>, Failure>, StoreError> {
    // All that can stand in the way is looked at first: a failure leaves nothing behind.
    let policies = match policies(tx, quotas, set, account)? {
        Ok(policies) => policies,
        Err(failure) => return Ok(Err(failure)),
    };
    let mut changes = Changes {
        account,
        list: Vec::new(),
    };
    let has = tx.provisioned(&instance.id, account, &set.id)?;
    let known = match &has {
        Some(has) => tx.role_by_id(account, &has.role_id)?,
        None => None,
    };
    let boundary = set.policies.boundary.as_ref().map(|b| b.arn(account));
    let role = match known {
        Some(role) => update(tx, &mut changes, role, set, boundary)?,
        None if tx.iam_counts(account)?.roles >= quotas.roles => {
            return Ok(Err(Failure::Quota {
                name: "RolesPerAccount",
                most: quotas.roles,
            }));
        }
        None => create(cx, tx, &mut changes, instance, set, account, boundary)?,
    };
    attach(tx, &mut changes, &role, &policies)?;
    inline(tx, &mut changes, &role, set.policies.inline.as_deref())?;
    tx.put_provisioned(&ProvisionedPermissionSet {
        instance: instance.id.clone(),
        account: account.clone(),
        permission_set: set.id.clone(),
        revision: set.revision,
        role_id: role.id,
        role_name: role.name,
        provisioned: cx.now(),
    })?;
    tx.bump_policy_epoch()?;
    Ok(Ok(changes.list))
}

/// Removes the role of a permission set from an account, if it has one.
pub(super) fn remove_role(
    tx: &mut dyn Tx,
    instance: &InstanceId,
    account: &AccountId,
    set: &PermissionSetId,
) -> Result<Vec<RoleChange>, StoreError> {
    let mut changes = Changes {
        account,
        list: Vec::new(),
    };
    let Some(has) = tx.provisioned(instance, account, set)? else {
        return Ok(changes.list);
    };
    tx.delete_provisioned(instance, account, set)?;
    if let Some(role) = tx.role_by_id(account, &has.role_id)? {
        attach(tx, &mut changes, &role, &[])?;
        inline(tx, &mut changes, &role, None)?;
        tx.delete_role(account, &role.id)?;
        changes.add(RoleChangeKind::RoleDeleted(role.name));
        tx.bump_policy_epoch()?;
    }
    Ok(changes.list)
}

/// What has changed in an account so far.
struct Changes<'a> {
    account: &'a AccountId,
    list: Vec<RoleChange>,
}

impl Changes<'_> {
    fn add(&mut self, kind: RoleChangeKind) {
        let account = self.account.clone();
        self.list.push(RoleChange { account, kind });
    }
}

/// The ARNs of the managed policies that the role shall have, once it is clear that it can have them.
fn policies(
    tx: &mut dyn Tx,
    quotas: RoleQuotas,
    set: &PermissionSet,
    account: &AccountId,
) -> Result<Result<Vec<String>, Failure>, StoreError> {
    let own = set.policies.customer_managed.iter();
    let mut arns = set.policies.aws_managed.clone();
    arns.extend(own.map(|policy| policy.arn(account)));
    let boundary = set.policies.boundary.as_ref().map(|b| b.arn(account));
    for arn in arns.iter().chain(&boundary) {
        if !is_exactly(tx, account, arn)? {
            return Ok(Err(Failure::Policy(arn.clone())));
        }
    }
    if arns.len() > quotas.policies_per_role {
        return Ok(Err(Failure::Quota {
            name: "PoliciesPerRole",
            most: i64::try_from(quotas.policies_per_role).unwrap_or(i64::MAX),
        }));
    }
    Ok(Ok(arns))
}

/// Whether the account can use the policy with this very ARN. IAM finds names whatever their letters' case; here it
/// counts (user guide, "Customer managed policies").
fn is_exactly(tx: &mut dyn Tx, account: &AccountId, arn: &str) -> Result<bool, StoreError> {
    let own = format!("arn:{}:iam::{account}:policy/", Partition::NAME);
    match (arn.starts_with(&own), arn.rsplit_once('/')) {
        (true, Some((_, name))) => {
            let found = tx.managed_policy(account, name)?;
            Ok(found.is_some_and(|policy| policy.arn() == arn))
        }
        _ => Ok(tx.policy_document(account, arn)?.is_some()),
    }
}

fn create(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    changes: &mut Changes<'_>,
    instance: &Instance,
    set: &PermissionSet,
    account: &AccountId,
    boundary: Option<String>,
) -> Result<Role, StoreError> {
    let role = Role {
        account: account.clone(),
        id: format!("AROA{}", cx.new_upper(17)),
        name: format!("{}{}_{}", Role::RESERVED_PREFIX, set.name, cx.new_hex(16)),
        path: path(instance),
        trust_policy: trust_policy(cx, tx, changes, &instance.id, account)?,
        description: set.description.clone(),
        max_session_seconds: LONGEST_SESSION_SECONDS,
        boundary,
        tags: Vec::new(),
        created: cx.now(),
    };
    tx.insert_role(&role)?;
    changes.add(RoleChangeKind::RoleCreated(role.clone()));
    Ok(role)
}

/// Lets people in who come through the instance's SAML provider in the account, and no other way.
fn trust_policy(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    changes: &mut Changes<'_>,
    instance: &InstanceId,
    account: &AccountId,
) -> Result<String, StoreError> {
    let provider = match tx.access_provider(instance, account)? {
        Some(name) => name,
        None => {
            let name = format!("AWSSSO_{}_DO_NOT_DELETE", cx.new_hex(16));
            tx.insert_access_provider(instance, account, &name)?;
            changes.add(RoleChangeKind::SamlProviderCreated(name.clone()));
            name
        }
    };
    let provider = format!(
        "arn:{}:iam::{account}:saml-provider/{provider}",
        Partition::NAME
    );
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Federated": provider },
            "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
            "Condition": { "StringEquals": { "SAML:aud": "https://signin.aws.amazon.com/saml" } }
        }]
    });
    Ok(trust.to_string())
}

fn update(
    tx: &mut dyn Tx,
    changes: &mut Changes<'_>,
    mut role: Role,
    set: &PermissionSet,
    boundary: Option<String>,
) -> Result<Role, StoreError> {
    if role.description != set.description {
        role.description.clone_from(&set.description);
        changes.add(RoleChangeKind::DescriptionUpdated {
            role: role.name.clone(),
            description: set.description.clone(),
        });
    }
    if role.boundary != boundary {
        role.boundary.clone_from(&boundary);
        changes.add(RoleChangeKind::BoundaryChanged {
            role: role.name.clone(),
            policy: boundary,
        });
    }
    tx.update_role(&role)?;
    Ok(role)
}

/// Attaches and detaches until the role has these managed policies and no others.
fn attach(
    tx: &mut dyn Tx,
    changes: &mut Changes<'_>,
    role: &Role,
    policies: &[String],
) -> Result<(), StoreError> {
    let (account, id) = (&role.account, role.id.as_str());
    let attached = tx.attached_managed_policies(account, id, "", MOST_ATTACHED)?;
    for policy in attached.iter().filter(|arn| !policies.contains(arn)) {
        tx.detach_managed_policy(account, id, policy)?;
        changes.add(RoleChangeKind::PolicyDetached {
            role: role.name.clone(),
            policy: policy.clone(),
        });
    }
    for policy in policies.iter().filter(|arn| !attached.contains(arn)) {
        tx.attach_managed_policy(account, HolderKind::Role, id, policy)?;
        changes.add(RoleChangeKind::PolicyAttached {
            role: role.name.clone(),
            policy: policy.clone(),
        });
    }
    Ok(())
}

/// Sets or removes the role's inline policy.
fn inline(
    tx: &mut dyn Tx,
    changes: &mut Changes<'_>,
    role: &Role,
    document: Option<&str>,
) -> Result<(), StoreError> {
    let (account, id) = (&role.account, role.id.as_str());
    let has = tx.inline_policy(account, id, INLINE_POLICY)?;
    match (document, has) {
        (Some(document), Some(has)) if has.content == document => {}
        (Some(document), _) => {
            let policy = PolicyDocument {
                name: INLINE_POLICY.to_owned(),
                content: document.to_owned(),
            };
            tx.put_inline_policy(account, id, &policy)?;
            changes.add(RoleChangeKind::InlinePolicyPut {
                role: role.name.clone(),
                name: policy.name,
                document: policy.content,
            });
        }
        (None, Some(_)) => {
            tx.delete_inline_policy(account, id, INLINE_POLICY)?;
            changes.add(RoleChangeKind::InlinePolicyDeleted {
                role: role.name.clone(),
                name: INLINE_POLICY.to_owned(),
            });
        }
        (None, None) => {}
    }
    Ok(())
}
