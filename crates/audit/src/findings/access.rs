//! IDC-022, 023, 030, 032 and 033: permission sets and assignments to accounts.

use std::collections::{BTreeSet, HashMap};

use jiff::{SignedDuration, Span};

use super::{Finding, Severity};
use crate::inventory::{AccountAssignment, Instance, Inventory, PermissionSet, PrincipalType};
use crate::report::People;

/// Longer sessions than this are told.
const LONGEST_SESSION: SignedDuration = SignedDuration::from_hours(4);

pub(super) fn findings(inventory: &Inventory, people: &People<'_>) -> Vec<Finding> {
    let management = inventory
        .organization
        .as_ref()
        .map(|found| found.management_account_id.as_str());
    let mut found = Vec::new();
    for instance in &inventory.instances {
        let sets: HashMap<&str, &PermissionSet> = instance
            .permission_sets
            .iter()
            .flatten()
            .map(|set| (set.arn.as_str(), set))
            .collect();
        for set in instance.permission_sets.iter().flatten() {
            found.extend(of_set(instance, set));
        }
        for assignment in instance.account_assignments.iter().flatten() {
            found.extend(of_principal(instance, assignment, people));
            let set = sets.get(assignment.permission_set_arn.as_str());
            if let Some(set) = set
                && is_administrator(set)
                && management == Some(assignment.account_id.as_str())
            {
                let id = &assignment.principal_id;
                found.push(Finding {
                    message: format!(
                        "{} {id} is an administrator of the management account through `{}`",
                        assignment.principal_type.as_str(),
                        name(set)
                    ),
                    remediation: remove(instance, assignment),
                    ..finding(instance, assignment, "IDC-032", Severity::High)
                });
            }
        }
    }
    found
}

fn name(set: &PermissionSet) -> &str {
    set.name.as_deref().unwrap_or(&set.arn)
}

/// Whether AWS's managed policy for administrators is attached, in whichever partition.
fn is_administrator(set: &PermissionSet) -> bool {
    set.managed_policies
        .iter()
        .flatten()
        .any(|arn| arn.ends_with(":iam::aws:policy/AdministratorAccess"))
}

fn of_set(instance: &Instance, set: &PermissionSet) -> Vec<Finding> {
    let tell = |rule, severity, message, remediation| Finding {
        rule,
        severity,
        account_id: instance.account_id.clone(),
        instance_arn: instance.arn.clone(),
        resource: set.arn.clone(),
        message,
        remediation,
    };
    let mut found = Vec::new();
    if is_administrator(set) {
        let assigned = instance
            .account_assignments
            .iter()
            .flatten()
            .filter(|one| one.permission_set_arn == set.arn);
        let principals: BTreeSet<&str> = assigned
            .clone()
            .map(|one| one.principal_id.as_str())
            .collect();
        let accounts: BTreeSet<&str> = assigned.map(|one| one.account_id.as_str()).collect();
        found.push(tell(
            "IDC-030",
            Severity::High,
            format!(
                "permission set `{}` has AdministratorAccess; {} principals hold it in {} accounts",
                name(set),
                principals.len(),
                accounts.len()
            ),
            format!(
                "attach a narrower policy, then: aws sso-admin detach-managed-policy-from-permission-set --region {} \
                 --instance-arn {} --permission-set-arn {} --managed-policy-arn arn:aws:iam::aws:policy/AdministratorAccess",
                instance.region, instance.arn, set.arn
            ),
        ));
    }
    let duration = set.session_duration.as_deref();
    if let Some(text) = duration.filter(|text| is_long(text)) {
        found.push(tell(
            "IDC-033",
            Severity::Low,
            format!("sessions of permission set `{}` last {text}, longer than PT4H", name(set)),
            format!(
                "aws sso-admin update-permission-set --region {} --instance-arn {} --permission-set-arn {} \
                 --session-duration PT4H",
                instance.region, instance.arn, set.arn
            ),
        ));
    }
    found
}

/// Whether an ISO 8601 duration exceeds the limit; a text that is none is not held against anyone.
fn is_long(text: &str) -> bool {
    let Ok(span) = text.parse::<Span>() else {
        return false;
    };
    SignedDuration::try_from(span).is_ok_and(|duration| duration > LONGEST_SESSION)
}

fn finding(
    instance: &Instance,
    assignment: &AccountAssignment,
    rule: &'static str,
    severity: Severity,
) -> Finding {
    let kind = assignment.principal_type.as_str();
    Finding {
        rule,
        severity,
        account_id: assignment.account_id.clone(),
        instance_arn: instance.arn.clone(),
        resource: format!(
            "{}/{}/{kind}/{}",
            assignment.permission_set_arn, assignment.account_id, assignment.principal_id
        ),
        message: String::new(),
        remediation: String::new(),
    }
}

fn remove(instance: &Instance, assignment: &AccountAssignment) -> String {
    format!(
        "aws sso-admin delete-account-assignment --region {} --instance-arn {} --permission-set-arn {} \
         --target-type AWS_ACCOUNT --target-id {} --principal-type {} --principal-id {}",
        instance.region,
        instance.arn,
        assignment.permission_set_arn,
        assignment.account_id,
        assignment.principal_type.as_str(),
        assignment.principal_id
    )
}

fn of_principal(
    instance: &Instance,
    assignment: &AccountAssignment,
    people: &People<'_>,
) -> Vec<Finding> {
    let (kind, id) = (assignment.principal_type, assignment.principal_id.as_str());
    let gone = match kind {
        PrincipalType::User => instance.users.is_some() && people.user(instance, id).is_none(),
        PrincipalType::Group => instance.groups.is_some() && people.group(instance, id).is_none(),
        PrincipalType::Everyone => false,
    };
    let mut found = Vec::new();
    if gone {
        found.push(Finding {
            message: format!(
                "account {} is assigned to {id}, which no longer exists",
                assignment.account_id
            ),
            remediation: remove(instance, assignment),
            ..finding(instance, assignment, "IDC-022", Severity::Medium)
        });
    }
    if kind == PrincipalType::User {
        found.push(Finding {
            message: format!(
                "user {id} is assigned to account {} directly and not through a group",
                assignment.account_id
            ),
            remediation: format!(
                "assign a group instead, then: {}",
                remove(instance, assignment)
            ),
            ..finding(instance, assignment, "IDC-023", Severity::Low)
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::is_long;

    #[test]
    fn sessions_are_compared_as_durations() {
        for (text, want) in [
            ("PT1H", false),
            ("PT4H", false),
            ("PT4H1M", true),
            ("PT12H", true),
            ("PT241M", true),
            ("x", false),
        ] {
            assert_eq!(is_long(text), want, "{text}");
        }
    }
}
