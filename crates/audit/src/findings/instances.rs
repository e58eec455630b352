//! IDC-003 and IDC-006: instances and how they are administered.

use super::{Finding, Severity};
use crate::inventory::{InstanceType, Inventory};

pub(super) fn findings(inventory: &Inventory) -> Vec<Finding> {
    let mut found = Vec::new();
    for instance in &inventory.instances {
        let account = inventory.accounts.get(&instance.account_id);
        let joined = account.and_then(|account| account.joined);
        if instance.instance_type == InstanceType::Account
            && let Some((created, joined)) = instance.created.zip(joined)
            && created < joined
        {
            found.push(Finding {
                rule: "IDC-003",
                severity: Severity::Medium,
                account_id: instance.account_id.clone(),
                instance_arn: instance.arn.clone(),
                resource: instance.arn.clone(),
                message: format!(
                    "the account instance was created at {created}, before its account joined the organization at {joined}"
                ),
                remediation: format!(
                    "review who is in it, move its applications to the organization's instance, then: aws sso-admin \
                     delete-instance --instance-arn {} --region {}",
                    instance.arn, instance.region
                ),
            });
        }
        let organization = inventory.organization.as_ref();
        let delegates = organization.and_then(|found| found.delegated_administrators.as_ref());
        if instance.instance_type == InstanceType::Organization
            && delegates.is_some_and(|set| set.is_empty())
        {
            found.push(Finding {
                rule: "IDC-006",
                severity: Severity::Low,
                account_id: instance.account_id.clone(),
                instance_arn: instance.arn.clone(),
                resource: instance.arn.clone(),
                message: "the organization's instance is administered from the management account only".to_owned(),
                remediation: "register an account for it: aws organizations register-delegated-administrator \
                              --service-principal sso.amazonaws.com --account-id ACCOUNT"
                    .to_owned(),
            });
        }
    }
    found
}
