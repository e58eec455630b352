/// The services that can be trusted by an organization, and how many accounts may administer each for it
/// (Organizations User Guide, "AWS services that you can use with AWS Organizations").
const PRINCIPALS: &[(&str, i64)] = &[
    ("access-analyzer.amazonaws.com", 1),
    ("account.amazonaws.com", 1),
    ("agreement-manager.amazonaws.com", 1),
    ("aiops.amazonaws.com", 5),
    ("appstudio.amazonaws.com", 5),
    ("auditmanager.amazonaws.com", 1),
    ("backup.amazonaws.com", 5),
    ("billing-cost-management.amazonaws.com", 5),
    ("cloudtrail.amazonaws.com", 3),
    ("compute-optimizer.amazonaws.com", 1),
    ("config-multiaccountsetup.amazonaws.com", 3),
    ("config.amazonaws.com", 3),
    ("controltower.amazonaws.com", 1),
    ("cost-optimization-hub.bcm.amazonaws.com", 1),
    ("detective.amazonaws.com", 1),
    ("devops-guru.amazonaws.com", 1),
    ("ds.amazonaws.com", 1),
    ("ec2.amazonaws.com", 1),
    ("fms.amazonaws.com", 10),
    ("guardduty.amazonaws.com", 1),
    ("health.amazonaws.com", 5),
    ("iam.amazonaws.com", 1),
    ("inspector2.amazonaws.com", 1),
    ("ipam.amazonaws.com", 1),
    ("license-manager.amazonaws.com", 1),
    ("license-manager.member-account.amazonaws.com", 1),
    ("license-manager-linux-subscriptions.amazonaws.com", 1),
    ("license-management.marketplace.amazonaws.com", 1),
    ("macie.amazonaws.com", 1),
    ("malware-protection.guardduty.amazonaws.com", 1),
    ("member.org.stacksets.cloudformation.amazonaws.com", 5),
    ("mgn.amazonaws.com", 1),
    ("networkmanager.amazonaws.com", 1),
    ("observabilityadmin.amazonaws.com", 1),
    ("opsdatasync.ssm.amazonaws.com", 1),
    ("private-marketplace.marketplace.amazonaws.com", 1),
    ("ram.amazonaws.com", 1),
    ("reachabilityanalyzer.networkinsights.amazonaws.com", 1),
    ("reporting.trustedadvisor.amazonaws.com", 5),
    ("resource-explorer-2.amazonaws.com", 1),
    ("securityhub.amazonaws.com", 1),
    ("securitylake.amazonaws.com", 1),
    ("servicecatalog.amazonaws.com", 50),
    ("servicequotas.amazonaws.com", 1),
    ("ssm-quicksetup.amazonaws.com", 5),
    ("ssm.amazonaws.com", 1),
    ("sso.amazonaws.com", 1),
    ("storage-lens.s3.amazonaws.com", 5),
    ("tagpolicies.tag.amazonaws.com", 1),
    ("user-subscriptions.amazonaws.com", 1),
    ("wellarchitected.amazonaws.com", 1),
];

/// Whether a service principal is one that an organization can trust.
pub fn is_recognized_principal(principal: &str) -> bool {
    most_administrators(principal).is_some()
}

/// How many accounts may administer a service for an organization; none if the service is not known.
pub(crate) fn most_administrators(principal: &str) -> Option<i64> {
    PRINCIPALS
        .iter()
        .find(|(name, _)| *name == principal)
        .map(|(_, most)| *most)
}
