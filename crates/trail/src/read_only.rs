/// First words of operations that change nothing.
const READING: &[&str] = &[
    "BatchGet", "Check", "Describe", "Evaluate", "Get", "Head", "Is", "List", "Lookup", "Preview",
    "Search", "Simulate", "Test", "Validate",
];

/// Operations of STS and of the access portal that records call reading although their names do not: a session
/// changes nothing.
const SESSIONS: &[&str] = &[
    "AssumeRole",
    "AssumeRoleWithSAML",
    "AssumeRoleWithWebIdentity",
    "AssumeRoot",
    "Authenticate",
    "DecodeAuthorizationMessage",
    "Federate",
    "Logout",
];

/// Whether records of the operation say `readOnly: true`; its first word decides.
pub fn is_read_only(operation: &str) -> bool {
    let starts = |word: &str| {
        operation.strip_prefix(word).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_uppercase())
        })
    };
    READING.iter().any(|word| starts(word)) || SESSIONS.contains(&operation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_decides() {
        let cases = [
            ("CreateInstance", false),
            ("ListInstances", true),
            ("DescribeInstance", true),
            ("GetRoleCredentials", true),
            ("Logout", true),
            ("CreateToken", false),
            ("PutInlinePolicyToPermissionSet", false),
            ("GetUserId", true),
            ("IsMemberInGroups", true),
            ("IssueSomething", false),
            ("LookupEvents", true),
            ("AssumeRole", true),
            ("GetCallerIdentity", true),
            ("GetSessionToken", true),
            ("SimulatePrincipalPolicy", true),
            ("HeadBucket", true),
            ("AttachRolePolicy", false),
            ("", false),
        ];
        for (operation, want) in cases {
            assert_eq!(is_read_only(operation), want, "{operation}");
        }
    }
}
