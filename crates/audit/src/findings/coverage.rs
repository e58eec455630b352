//! IDC-005: what was not examined.

use super::{Finding, Severity};
use crate::coverage::Outcome;
use crate::inventory::Inventory;

const RULE: &str = "IDC-005";

pub(super) fn findings(inventory: &Inventory) -> Vec<Finding> {
    let mut found = Vec::new();
    let coverage = &inventory.coverage;
    for (id, account) in &coverage.accounts {
        if account.outcome.is_incomplete() {
            let reason = account.reason.as_deref().unwrap_or_default();
            found.push(Finding {
                rule: RULE,
                severity: Severity::High,
                account_id: id.clone(),
                instance_arn: String::new(),
                resource: id.clone(),
                message: format!("account {id} could not be examined ({}): {reason}", account.outcome.as_str()),
                remediation: format!(
                    "let the auditor assume its role there, then run it again for this account: aws sts \
                     assume-role --role-arn arn:aws:iam::{id}:role/ROLE --role-session-name check"
                ),
            });
            continue;
        }
        for (region, at) in account
            .regions
            .iter()
            .filter(|(_, at)| at.outcome.is_incomplete())
        {
            let reason = at.reason.as_deref().unwrap_or_default();
            found.push(Finding {
                rule: RULE,
                severity: Severity::High,
                account_id: id.clone(),
                instance_arn: String::new(),
                resource: format!("{id}/{region}"),
                message: format!("{region} of account {id} could not be examined ({}): {reason}", at.outcome.as_str()),
                remediation: format!(
                    "allow sso:ListInstances to the auditor's role, then check: aws sso-admin list-instances --region {region}"
                ),
            });
        }
    }
    for gap in coverage
        .gaps
        .iter()
        .filter(|gap| gap.outcome.is_incomplete())
    {
        let instance = inventory.instances.iter().find(|instance| {
            instance.arn == gap.resource || instance.identity_store_id == gap.resource
        });
        found.push(Finding {
            rule: RULE,
            severity: Severity::High,
            account_id: gap.account_id.clone(),
            instance_arn: instance
                .map(|instance| instance.arn.clone())
                .unwrap_or_default(),
            resource: format!(
                "{}/{}/{}/{}",
                gap.account_id, gap.region, gap.operation, gap.resource
            ),
            message: format!(
                "{} of {} gave no answer ({}): {}",
                gap.operation,
                gap.resource,
                gap.outcome.as_str(),
                gap.message
            ),
            remediation: match gap.outcome {
                Outcome::Denied => format!(
                    "allow {} to the auditor's role in account {} and run it again",
                    gap.operation, gap.account_id
                ),
                _ => format!("run it again for account {}", gap.account_id),
            },
        });
    }
    found
}
