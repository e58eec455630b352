//! IDC-022, 023, 050 and 051: assignments to applications.

use super::{Finding, Severity};
use crate::inventory::{Application, Assignment, Instance, Inventory, PrincipalType};
use crate::report::People;

pub(super) fn findings(inventory: &Inventory, people: &People<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for instance in &inventory.instances {
        for application in instance.applications.iter().flatten() {
            if application.assignment_required == Some(false) {
                found.push(open_to_all(instance, application));
            }
            for assignment in application.assignments.iter().flatten() {
                found.extend(of_assignment(instance, application, assignment, people));
            }
        }
    }
    found
}

fn finding(
    instance: &Instance,
    application: &Application,
    rule: &'static str,
    severity: Severity,
) -> Finding {
    Finding {
        rule,
        severity,
        account_id: application
            .account_id
            .clone()
            .unwrap_or_else(|| instance.account_id.clone()),
        instance_arn: instance.arn.clone(),
        resource: application.arn.clone(),
        message: String::new(),
        remediation: String::new(),
    }
}

fn name(application: &Application) -> &str {
    application.name.as_deref().unwrap_or(&application.arn)
}

fn open_to_all(instance: &Instance, application: &Application) -> Finding {
    Finding {
        message: format!(
            "everybody in the instance can use `{}`, as it requires no assignment",
            name(application)
        ),
        remediation: format!(
            "aws sso-admin put-application-assignment-configuration --region {} --application-arn {} --assignment-required",
            instance.region, application.arn
        ),
        ..finding(instance, application, "IDC-050", Severity::High)
    }
}

fn of_assignment(
    instance: &Instance,
    application: &Application,
    assignment: &Assignment,
    people: &People<'_>,
) -> Vec<Finding> {
    let (kind, id) = (assignment.principal_type, assignment.principal_id.as_str());
    let remove = format!(
        "aws sso-admin delete-application-assignment --region {} --application-arn {} --principal-type {} --principal-id {id}",
        instance.region,
        application.arn,
        kind.as_str()
    );
    let tell = |rule, severity, message: String, remediation: String| Finding {
        resource: format!("{}/{}/{id}", application.arn, kind.as_str()),
        message,
        remediation,
        ..finding(instance, application, rule, severity)
    };
    let name = name(application);
    let mut found = Vec::new();
    match kind {
        PrincipalType::User => {
            found.push(tell(
                "IDC-023",
                Severity::Low,
                format!("user {id} is assigned to `{name}` directly and not through a group"),
                format!("assign a group instead, then: {remove}"),
            ));
            match people.user(instance, id) {
                Some(user) if user.is_disabled() => found.push(tell(
                    "IDC-051",
                    Severity::Medium,
                    format!("disabled user {id} is assigned to `{name}`"),
                    remove.clone(),
                )),
                None if instance.users.is_some() => found.push(deleted(&tell, name, id, remove)),
                _ => {}
            }
        }
        PrincipalType::Group => match people.group(instance, id) {
            Some(group)
                if group
                    .members
                    .as_ref()
                    .is_some_and(|members| members.is_empty()) =>
            {
                found.push(tell(
                    "IDC-051",
                    Severity::Medium,
                    format!("empty group {id} is assigned to `{name}`"),
                    remove.clone(),
                ))
            }
            None if instance.groups.is_some() => found.push(deleted(&tell, name, id, remove)),
            _ => {}
        },
        PrincipalType::Everyone => {}
    }
    found
}

fn deleted(
    tell: &impl Fn(&'static str, Severity, String, String) -> Finding,
    name: &str,
    id: &str,
    remove: String,
) -> Finding {
    tell(
        "IDC-022",
        Severity::Medium,
        format!("`{name}` is assigned to {id}, which no longer exists"),
        remove,
    )
}
