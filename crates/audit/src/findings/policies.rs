//! IDC-001, 002 and 004: what service control policies say about account instances.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Finding, Severity};
use crate::guardrails::{ACTION, Guardrails, Verdict};
use crate::inventory::{ControlPolicy, InstanceType, Inventory};

/// So many accounts are named in a message.
const NAMED: usize = 10;

pub(super) fn findings(inventory: &Inventory) -> Vec<Finding> {
    let Some(guardrails) = Guardrails::of(inventory) else {
        return Vec::new();
    };
    let mut found = forbidden(inventory, &guardrails);
    found.extend(able(inventory, &guardrails));
    let organization = inventory.organization.as_ref();
    let policies = organization.and_then(|found| found.service_control_policies.as_ref());
    for policy in policies.into_iter().flatten() {
        found.extend(exempt(inventory, policy));
    }
    found
}

/// Instances in accounts that may not create one today: they predate the policy, or came some other way.
fn forbidden(inventory: &Inventory, guardrails: &Guardrails<'_>) -> Vec<Finding> {
    let instances = inventory
        .instances
        .iter()
        .filter(|instance| instance.instance_type == InstanceType::Account);
    instances
        .filter_map(|instance| {
            let account = inventory.accounts.get(&instance.account_id)?;
            let Verdict::Denied(by) = guardrails.verdict(account, &instance.region) else {
                return None;
            };
            Some(Finding {
                rule: "IDC-001",
                severity: Severity::High,
                account_id: instance.account_id.clone(),
                instance_arn: instance.arn.clone(),
                resource: instance.arn.clone(),
                message: format!(
                    "account {} has an instance although it may not create one: {by}",
                    instance.account_id
                ),
                remediation: format!(
                    "move what it holds to the organization's instance, then: aws sso-admin delete-instance \
                     --instance-arn {} --region {}; or name the account in the policy's list",
                    instance.arn, instance.region
                ),
            })
        })
        .collect()
}

/// One finding for the whole organization: one an account would bury all others.
fn able(inventory: &Inventory, guardrails: &Guardrails<'_>) -> Option<Finding> {
    let organization = inventory.organization.as_ref()?;
    let coverage = &inventory.coverage.accounts;
    let able: Vec<&str> = inventory
        .accounts
        .values()
        .filter(|account| account.status.as_deref() == Some("ACTIVE"))
        .filter(|account| {
            let regions = coverage
                .get(&account.id)
                .into_iter()
                .flat_map(|seen| seen.regions.keys().map(String::as_str));
            guardrails.anywhere(account, regions) == Verdict::Permitted
        })
        .map(|account| account.id.as_str())
        .collect();
    let first = able.first()?;
    let more = match able.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let named = able[..able.len().min(NAMED)].join(", ");
    Some(Finding {
        rule: "IDC-002",
        severity: Severity::Medium,
        account_id: organization.management_account_id.clone(),
        instance_arn: String::new(),
        resource: organization.id.clone(),
        message: format!(
            "{} accounts may create an account instance, as no service control policy stops them: {named}{more}",
            able.len()
        ),
        remediation: format!(
            "attach a service control policy to their units: {{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\
             \"Deny\",\"Action\":[\"{ACTION}\"],\"Resource\":\"*\",\"Condition\":{{\"StringNotEquals\":\
             {{\"aws:PrincipalAccount\":[\"{first}\"]}}}}}}]}} with the accounts that may in place of {first}"
        ),
    })
}

/// Accounts that a policy exempts although they are closed or were never in the organization.
fn exempt(inventory: &Inventory, policy: &ControlPolicy) -> Vec<Finding> {
    let management = inventory.organization.as_ref();
    let management = management.map(|found| found.management_account_id.clone());
    exemptions(&policy.content)
        .into_iter()
        .filter_map(|id| {
            let state = match inventory.accounts.get(&id) {
                None => "not in the organization",
                Some(account) if account.status.as_deref() != Some("ACTIVE") => "not active",
                Some(_) => return None,
            };
            Some(Finding {
                rule: "IDC-004",
                severity: Severity::Low,
                account_id: management.clone().unwrap_or_default(),
                instance_arn: String::new(),
                resource: format!("{}/{id}", policy.id),
                message: format!(
                    "policy `{}` exempts account {id}, which is {state}",
                    policy.name
                ),
                remediation: format!(
                    "take {id} out of the condition: aws organizations update-policy --policy-id {} --content …",
                    policy.id
                ),
            })
        })
        .collect()
}

/// The account ids that the statements against creating instances exempt.
fn exemptions(content: &str) -> BTreeSet<String> {
    let document: Value = serde_json::from_str(content).unwrap_or_default();
    let statements = one_or_many(&document["Statement"]);
    let about = |statement: &&&Value| {
        let actions = one_or_many(&statement["Action"]);
        let names = actions.iter().filter_map(|action| action.as_str());
        statement["Effect"] == "Deny" && names.into_iter().any(is_about_instances)
    };
    let mut ids = BTreeSet::new();
    for statement in statements.iter().filter(about) {
        let operators = statement["Condition"].as_object().into_iter().flatten();
        let exempting = operators.filter(|(name, _)| {
            let name = name.to_ascii_lowercase();
            name.starts_with("stringnot") || name.contains(":stringnot")
        });
        for (_, clause) in exempting {
            let keys = clause.as_object().into_iter().flatten();
            let accounts = keys.filter(|(key, _)| key.eq_ignore_ascii_case("aws:PrincipalAccount"));
            for value in accounts.flat_map(|(_, value)| one_or_many(value)) {
                let id = value.as_str().unwrap_or_default();
                if id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit()) {
                    ids.insert(id.to_owned());
                }
            }
        }
    }
    ids
}

fn is_about_instances(action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    ["sso:createinstance", "sso:create*", "sso:*", "*"].contains(&action.as_str())
}

fn one_or_many(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(values) => values.iter().collect(),
        Value::Null => Vec::new(),
        one => vec![one],
    }
}

#[cfg(test)]
mod tests {
    use super::exemptions;

    #[test]
    fn exemptions_are_found_in_the_shapes_people_write() {
        let cases = [
            (
                r#"{"Statement":[{"Effect":"Deny","Action":["sso:CreateInstance"],"Resource":"*",
                    "Condition":{"StringNotEquals":{"aws:PrincipalAccount":["111122223333","x"]}}}]}"#,
                vec!["111122223333"],
            ),
            (
                r#"{"Statement":{"Effect":"Deny","Action":"sso:*","Resource":"*",
                    "Condition":{"ForAnyValue:StringNotLike":{"AWS:principalaccount":"111122223333"}}}}"#,
                vec!["111122223333"],
            ),
            (
                r#"{"Statement":{"Effect":"Deny","Action":"ec2:*","Condition":
                    {"StringNotEquals":{"aws:PrincipalAccount":"111122223333"}}}}"#,
                vec![],
            ),
            (
                r#"{"Statement":{"Effect":"Deny","Action":"*","Condition":
                    {"StringEquals":{"aws:PrincipalAccount":"111122223333"}}}}"#,
                vec![],
            ),
            ("not JSON", vec![]),
        ];
        for (content, want) in cases {
            let found: Vec<String> = exemptions(content).into_iter().collect();
            assert_eq!(found, want, "{content}");
        }
    }
}
