use crate::Timestamp;

/// A policy that every account finds under `arn:aws:iam::aws:policy/…`.
///
/// The documents are this project's own: faithful in effect for the services it serves, compact for the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AwsManagedPolicy {
    /// `/` or `/job-function/`.
    pub path: &'static str,
    /// The name, unique among AWS managed policies.
    pub name: &'static str,
    /// `ANPA…`
    pub id: &'static str,
    /// The number of the version in effect; it alone is kept.
    pub version: i64,
    /// When AWS published the policy.
    pub created: Timestamp,
    /// What it is for.
    pub description: &'static str,
    /// The document as JSON text.
    pub document: &'static str,
}

impl AwsManagedPolicy {
    /// `arn:aws:iam::aws:policy/<path><name>`.
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::aws:policy{}{}", self.path, self.name)
    }
}

macro_rules! policy {
    ($path:literal, $name:literal, $id:literal, $version:literal, $created:literal, $description:literal, $file:literal) => {
        AwsManagedPolicy {
            path: $path,
            name: $name,
            id: $id,
            version: $version,
            created: Timestamp::from_millis($created),
            description: $description,
            document: include_str!(concat!("../../data/aws-managed/", $file)),
        }
    };
}

/// The AWS managed policies, in order of path and name.
#[rustfmt::skip]
pub const AWS_MANAGED_POLICIES: &[AwsManagedPolicy] = &[
    policy!("/", "AWSCloudTrail_FullAccess", "ANPAZKAPJZG4ATRAILFUL", 3, 1612464091000, "Provides full access to AWS CloudTrail.", "AWSCloudTrail_FullAccess.json"),
    policy!("/", "AWSCloudTrail_ReadOnlyAccess", "ANPAZKAPJZG4ATRAILRED", 1, 1655227232000, "Provides read only access to AWS CloudTrail.", "AWSCloudTrail_ReadOnlyAccess.json"),
    policy!("/", "AWSOrganizationsFullAccess", "ANPAJZXBNRCJKNLQHSB5M", 5, 1541536317000, "Provides full access to AWS Organizations.", "AWSOrganizationsFullAccess.json"),
    policy!("/", "AWSOrganizationsReadOnlyAccess", "ANPAJY5RQATUV77PEPVOM", 5, 1541536358000, "Provides read-only access to AWS Organizations.", "AWSOrganizationsReadOnlyAccess.json"),
    policy!("/", "AWSSSODirectoryAdministrator", "ANPAI2TCZRD7WRD5D2E2Q", 4, 1541030040000, "Administrator access for SSO Directory", "AWSSSODirectoryAdministrator.json"),
    policy!("/", "AWSSSODirectoryReadOnly", "ANPAJDPMQELJXZD2NC6JG", 4, 1541029772000, "ReadOnly access for SSO Directory", "AWSSSODirectoryReadOnly.json"),
    policy!("/", "AWSSSOMasterAccountAdministrator", "ANPAIHXAQZIS3GOYIETUC", 10, 1530131811000, "Provides access within AWS SSO to manage AWS Organizations master and member accounts and cloud application", "AWSSSOMasterAccountAdministrator.json"),
    policy!("/", "AWSSSOMemberAccountAdministrator", "ANPAIQYHEY7KJWXZFNDPY", 8, 1530132342000, "Provides access within AWS SSO to manage AWS Organizations member accounts and cloud application", "AWSSSOMemberAccountAdministrator.json"),
    policy!("/", "AWSSSOReadOnly", "ANPAJBSMEEZXFDMKMY43I", 9, 1530131074000, "Provides read only access to AWS SSO configurations.", "AWSSSOReadOnly.json"),
    policy!("/", "AdministratorAccess", "ANPAIWMBCKSKIEE64ZLYK", 1, 1423247986000, "Provides full access to AWS services and resources.", "AdministratorAccess.json"),
    policy!("/", "AmazonS3FullAccess", "ANPAIFIR6V6BVTRAHWINE", 2, 1423248058000, "Provides full access to all buckets via the AWS Management Console.", "AmazonS3FullAccess.json"),
    policy!("/", "AmazonS3ReadOnlyAccess", "ANPAIZTJ4DXE7G6AGAE6M", 3, 1423248059000, "Provides read only access to all buckets via the AWS Management Console.", "AmazonS3ReadOnlyAccess.json"),
    policy!("/", "IAMFullAccess", "ANPAI7XKCFMBPM3QQRRVQ", 2, 1423248038000, "Provides full access to IAM via the AWS Management Console.", "IAMFullAccess.json"),
    policy!("/", "IAMReadOnlyAccess", "ANPAJKSO7NDY4T57MWDSQ", 4, 1423248039000, "Provides read only access to IAM via the AWS Management Console.", "IAMReadOnlyAccess.json"),
    policy!("/", "PowerUserAccess", "ANPAJYRXTHIB4FOVS3ZXS", 7, 1423247987000, "Provides full access to AWS services and resources, but does not allow management of Users and groups.", "PowerUserAccess.json"),
    policy!("/", "ReadOnlyAccess", "ANPAILL3HVNFSB6DCOWYQ", 150, 1423247988000, "Provides read-only access to AWS services and resources.", "ReadOnlyAccess.json"),
    policy!("/", "SecurityAudit", "ANPAIX2T3QCXHR2OGGCTO", 60, 1423248061000, "The security audit template grants access to read security configuration metadata. It is useful for software that audits the configuration of an AWS account.", "SecurityAudit.json"),
    policy!("/job-function/", "Billing", "ANPAIFTHXT6FFMIRT7ZEA", 11, 1478799198000, "Grants permissions for billing and cost management. This includes viewing account usage and viewing and modifying budgets and payment methods.", "job-function/Billing.json"),
    policy!("/job-function/", "DataScientist", "ANPAJ5YHI2BQW7EQFYDXS", 5, 1478798928000, "Grants permissions to AWS data analytics services.", "job-function/DataScientist.json"),
    policy!("/job-function/", "DatabaseAdministrator", "ANPAIGBMAW4VUQKOQNVT6", 2, 1478798743000, "Grants full access permissions to AWS services and actions required to set up and configure AWS database services.", "job-function/DatabaseAdministrator.json"),
    policy!("/job-function/", "NetworkAdministrator", "ANPAJPNMADZFJCVPJVZA2", 16, 1478799095000, "Grants full access permissions to AWS services and actions required to set up and configure AWS network resources.", "job-function/NetworkAdministrator.json"),
    policy!("/job-function/", "SupportUser", "ANPAI3V4GSSN5SJY3P2RO", 8, 1478798513000, "This policy grants permissions to troubleshoot and resolve issues in an AWS account. This policy also enables the user to contact AWS support to create and manage cases.", "job-function/SupportUser.json"),
    policy!("/job-function/", "SystemAdministrator", "ANPAITJPEZXCYCBXANDSW", 7, 1478798634000, "Grants full access permissions necessary for resources required for application and development operations.", "job-function/SystemAdministrator.json"),
    policy!("/job-function/", "ViewOnlyAccess", "ANPAID22R6XPJATWOFDK6", 24, 1478798415000, "This policy grants permissions to view resources and basic metadata across all AWS services.", "job-function/ViewOnlyAccess.json"),
];

/// The AWS managed policy with this ARN, if it is one that is known.
pub fn aws_managed_policy(arn: &str) -> Option<&'static AwsManagedPolicy> {
    let rest = arn.strip_prefix("arn:aws:iam::aws:policy")?;
    AWS_MANAGED_POLICIES.iter().find(|policy| {
        rest.strip_prefix(policy.path)
            .is_some_and(|name| name == policy.name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_each_policy_is_found() {
        let names: Vec<_> = AWS_MANAGED_POLICIES
            .iter()
            .map(|p| format!("{}{}", p.path, p.name))
            .collect();
        assert!(names.is_sorted());
        for policy in AWS_MANAGED_POLICIES {
            assert_eq!(aws_managed_policy(&policy.arn()), Some(policy));
        }
        for arn in [
            "",
            "arn:aws:iam::aws:policy/Billing",
            "arn:aws:iam::aws:policy/administratoraccess",
        ] {
            assert_eq!(aws_managed_policy(arn), None, "{arn}");
        }
    }
}
