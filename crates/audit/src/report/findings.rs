//! `findings.csv`.

use super::table::Table;
use crate::findings::Finding;

const HEADER: &[&str] = &[
    "Uid",
    "Severity",
    "Rule",
    "AccountId",
    "InstanceArn",
    "Resource",
    "Message",
    "Remediation",
];

pub(super) fn table(findings: &[Finding]) -> Table {
    let row = |finding: &Finding| {
        vec![
            finding.uid(),
            finding.severity.as_str().to_owned(),
            finding.rule.to_owned(),
            finding.account_id.clone(),
            finding.instance_arn.clone(),
            finding.resource.clone(),
            finding.message.clone(),
            finding.remediation.clone(),
        ]
    };
    Table {
        file: "findings.csv",
        title: "Findings",
        header: HEADER,
        rows: findings.iter().map(row).collect(),
    }
}
