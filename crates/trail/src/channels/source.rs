//! Where events may come from; "Additional information about integration partners" in the CloudTrail user guide.

use super::ChannelRuleError;

/// The source of a channel whose events come from anywhere.
const CUSTOM: &str = "Custom";

/// The partners' services, as CreateChannel calls them.
const PARTNERS: &[&str] = &[
    "CloudStorageSecurityConsole",
    "Clumio",
    "CrowdStrike",
    "CyberArk",
    "GitHub",
    "IBMMulticloud",
    "KongGatewayEnterprise",
    "LaunchDarkly",
    "MontyCloud",
    "NetskopeCloudExchange",
    "OktaSystemLogEvents",
    "OneLogin",
    "Shoreline",
    "Snyk",
    "WizAuditLogs",
];

/// Refuses a source of which CloudTrail knows nothing.
pub(super) fn check(source: &str) -> Result<(), ChannelRuleError> {
    match source == CUSTOM || PARTNERS.contains(&source) {
        true => Ok(()),
        false => Err(ChannelRuleError::Source(source.to_owned())),
    }
}
