/// First words of operations that change nothing.
const READING: &[&str] = &[
    "BatchGet", "Check", "Describe", "Evaluate", "Get", "Head", "Is", "List", "Lookup", "Preview",
    "Search", "Simulate", "Test", "Validate",
];

/// The access portal's operations: its events all say that they only read, also where they hand out credentials.
const PORTAL: &[&str] = &["Authenticate", "Federate", "Logout"];

/// Whether records of the operation say `readOnly: true`.
///
/// The operation's first word decides. All of STS reads, as in AWS's records: a session changes nothing.
pub fn is_read_only(event_source: &str, operation: &str) -> bool {
    let starts = |word: &str| {
        operation.strip_prefix(word).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_uppercase())
        })
    };
    event_source == "sts.amazonaws.com"
        || READING.iter().any(|word| starts(word))
        || (event_source == "sso.amazonaws.com" && PORTAL.contains(&operation))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_decides() {
        let cases = [
            ("sso.amazonaws.com", "CreateInstance", false),
            ("sso.amazonaws.com", "ListInstances", true),
            ("sso.amazonaws.com", "DescribeInstance", true),
            ("sso.amazonaws.com", "GetRoleCredentials", true),
            ("sso.amazonaws.com", "Logout", true),
            ("sso.amazonaws.com", "CreateToken", false),
            ("sso.amazonaws.com", "PutInlinePolicyToPermissionSet", false),
            ("identitystore.amazonaws.com", "GetUserId", true),
            ("identitystore.amazonaws.com", "IsMemberInGroups", true),
            ("identitystore.amazonaws.com", "IssueSomething", false),
            ("cloudtrail.amazonaws.com", "LookupEvents", true),
            ("sts.amazonaws.com", "AssumeRole", true),
            ("sts.amazonaws.com", "GetCallerIdentity", true),
            ("sts.amazonaws.com", "GetSessionToken", true),
            ("iam.amazonaws.com", "SimulatePrincipalPolicy", true),
            ("s3.amazonaws.com", "HeadBucket", true),
            ("iam.amazonaws.com", "AttachRolePolicy", false),
            ("iam.amazonaws.com", "", false),
        ];
        for (source, operation, want) in cases {
            assert_eq!(
                is_read_only(source, operation),
                want,
                "{source} {operation}"
            );
        }
    }
}
