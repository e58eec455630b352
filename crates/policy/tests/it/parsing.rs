use atrium_policy::{Policy, PolicyKind, RCP_MAX, size};

const SYNTAX: &str = "Syntax errors in policy.";
const LEGACY: &str = "The policy failed legacy parsing";

#[test]
fn managed_policies_are_refused_in_awss_words() {
    let ok = r#""Effect": "Allow", "Action": "s3:*", "Resource": "*""#;
    let whole =
        |statements: &str| format!(r#"{{"Version": "2012-10-17", "Statement": {statements}}}"#);
    let action = |action: &str| {
        whole(&format!(
            r#"{{"Effect": "Allow", "Action": {action}, "Resource": "*"}}"#
        ))
    };
    let resource = |resource: &str| {
        whole(&format!(
            r#"{{"Effect": "Allow", "Action": "s3:*", "Resource": {resource}}}"#
        ))
    };
    let condition = |condition: &str| whole(&format!(r#"{{{ok}, "Condition": {condition}}}"#));
    let sid = "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*";
    let vendor = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
    let version = "Policy document must be version 2012-10-17 or greater.";
    let cases = [
        (String::new(), SYNTAX),
        ("{".into(), SYNTAX),
        ("[]".into(), SYNTAX),
        ("{}".into(), SYNTAX),
        (whole("[]"), SYNTAX),
        (whole("[[]]"), SYNTAX),
        (whole("\"x\""), SYNTAX),
        (format!(r#"{{"Statement": {{{ok}}}}}"#), version),
        (
            format!(r#"{{"Version": "2008-10-17", "Statement": {{{ok}}}}}"#),
            version,
        ),
        (
            format!(r#"{{"Version": "2020-01-01", "Statement": {{{ok}}}}}"#),
            SYNTAX,
        ),
        (
            format!(r#"{{"Version": 2012, "Statement": {{{ok}}}}}"#),
            SYNTAX,
        ),
        (
            format!(r#"{{"Version": "2012-10-17", "Extra": 1, "Statement": {{{ok}}}}}"#),
            SYNTAX,
        ),
        (
            format!(r#"{{"Version": "2012-10-17", "Id": 1, "Statement": {{{ok}}}}}"#),
            SYNTAX,
        ),
        (
            format!(
                r#"{{"Version": "2012-10-17", "Version": "2012-10-17", "Statement": {{{ok}}}}}"#
            ),
            SYNTAX,
        ),
        (whole(&format!(r#"{{{ok}, "Effect": "Deny"}}"#)), SYNTAX),
        (whole(&format!(r#"{{{ok}, "Extra": "x"}}"#)), SYNTAX),
        (whole(&format!(r#"{{{ok}, "NotAction": "s3:*"}}"#)), SYNTAX),
        (whole(&format!(r#"{{{ok}, "NotResource": "*"}}"#)), SYNTAX),
        (whole(&format!(r#"{{{ok}, "Sid": 1}}"#)), SYNTAX),
        (whole(&format!(r#"{{{ok}, "Sid": "a b"}}"#)), sid),
        (
            whole(&format!(r#"[{{{ok}, "Sid": "a"}}, {{{ok}, "Sid": "a"}}]"#)),
            "Statement IDs (SID) in a single policy must be unique.",
        ),
        (whole(r#"{"Action": "s3:*", "Resource": "*"}"#), SYNTAX),
        (
            whole(r#"{"Effect": "Maybe", "Action": "s3:*", "Resource": "*"}"#),
            SYNTAX,
        ),
        (
            whole(r#"{"Effect": "allow", "Action": "s3:*", "Resource": "*"}"#),
            LEGACY,
        ),
        (
            whole(r#"{"Effect": "Allow", "Resource": "*"}"#),
            "Policy statement must contain actions.",
        ),
        (
            whole(r#"{"Effect": "Allow", "Action": "s3:*"}"#),
            "Policy statement must contain resources.",
        ),
        (
            whole(&format!(r#"{{{ok}, "Principal": "*"}}"#)),
            "Policy document should not specify a principal.",
        ),
        (action("[]"), "Policy statement must contain actions."),
        (action("1"), SYNTAX),
        (action("[null]"), SYNTAX),
        (action(r#""ListBuckets""#), vendor),
        (action(r#""""#), vendor),
        (
            action(r#""s3:a:b""#),
            "Actions/Condition can contain only one colon.",
        ),
        (action(r#""a@s:Get*""#), "Vendor a@s is not valid"),
        (action(r#""s*:Get""#), "Vendor s* is not valid"),
        (resource("[]"), "Policy statement must contain resources."),
        (
            resource(r#""bucket""#),
            "Resource bucket must be in ARN format or \"*\".",
        ),
        (
            resource(r#""arn:foo:s3:::b""#),
            "Partition \"foo\" is not valid for resource \"arn:foo:s3:*:*:b\".",
        ),
        (
            resource(r#""arn:aws""#),
            "Resource vendor must be fully qualified and cannot contain regexes.",
        ),
        (resource(r#""arn:aws:s3::b""#), LEGACY),
        (condition("[]"), SYNTAX),
        (condition(r#"{"StringEquals": "x"}"#), SYNTAX),
        (condition(r#"{"StringSounds": {"a": "b"}}"#), SYNTAX),
        (condition(r#"{"stringequals": {"a": "b"}}"#), SYNTAX),
        (condition(r#"{"ForSome:StringEquals": {"a": "b"}}"#), SYNTAX),
        (condition(r#"{"NullIfExists": {"a": "true"}}"#), SYNTAX),
        (condition(r#"{"Null": {"a": "maybe"}}"#), SYNTAX),
        (condition(r#"{"Bool": {"a": "yes"}}"#), SYNTAX),
        (condition(r#"{"NumericEquals": {"a": "ten"}}"#), SYNTAX),
        (condition(r#"{"DateEquals": {"a": "soon"}}"#), LEGACY),
        (condition(r#"{"IpAddress": {"a": "300.1.1.1"}}"#), SYNTAX),
        (condition(r#"{"BinaryEquals": {"a": "***"}}"#), SYNTAX),
        (condition(r#"{"StringEquals": {"a": null}}"#), SYNTAX),
        (condition(r#"{"StringEquals": {"a": [["b"]]}}"#), SYNTAX),
        (
            condition(r#"{"StringEquals": {"a": "b", "a": "c"}}"#),
            SYNTAX,
        ),
        (format!("{}x", whole(&format!("{{{ok}}}"))), SYNTAX),
        ("[".repeat(100_000), SYNTAX),
        (
            format!("{}{}", whole(&format!("{{{ok}}}")), " ".repeat(140_000)),
            SYNTAX,
        ),
    ];
    for (text, want) in cases {
        let error = Policy::parse(&text, PolicyKind::Managed).expect_err(&text);
        assert_eq!(
            error.message(),
            want,
            "{}: {}",
            &text[..text.len().min(300)],
            error.detail()
        );
        assert!(!error.detail().is_empty());
    }
}

#[test]
fn what_aws_takes_is_taken() {
    let cases = [
        (
            PolicyKind::Identity,
            r#"{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#,
        ),
        (
            PolicyKind::Identity,
            r#"{"Version": "2008-10-17", "Id": "x", "Statement": [{"Effect": "Deny", "NotAction": "*", "NotResource": ["*"]}]}"#,
        ),
        (
            PolicyKind::Managed,
            r#" {"Version": "2012-10-17", "Statement": [{"Sid": "", "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws-cn:s3:::x"}, {"Sid": "", "Effect": "Allow", "Action": "*:*", "Resource": "arn:aws:s3:::*", "Condition": {}}]}"#,
        ),
        (
            PolicyKind::Session,
            r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::${aws:PrincipalTag/team, 'x'}/*"}]}"#,
        ),
        (
            PolicyKind::ServiceControl,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "NotAction": ["s*o:*Instance", "*"], "Resource": ["arn:aws:sso:::instance/*"], "Condition": {"Bool": {"aws:MultiFactorAuthPresent": true}}}}"#,
        ),
        (
            PolicyKind::ResourceControl,
            r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "s3:*", "Resource": "*"}]}"#,
        ),
        (
            PolicyKind::Resource,
            r#"{"Statement": [{"Sid": "any text / 1", "Effect": "Allow", "Principal": {"Service": ["sso.amazonaws.com"], "AWS": ["111122223333", "arn:aws:iam::111122223333:role/a/b", "AROA1111222233334444"]}, "Action": "sso-oauth:*"}]}"#,
        ),
        (
            PolicyKind::Trust,
            r#"{"Version": "2008-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/x"}, "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"], "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}}]}"#,
        ),
        (
            PolicyKind::Trust,
            r#"{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*", "Federated": "cognito-identity.amazonaws.com"}, "Action": "sts:*"}]}"#,
        ),
    ];
    for (kind, text) in cases {
        if let Err(error) = Policy::parse(text, kind) {
            panic!("{text}: {error}: {}", error.detail());
        }
    }
}

#[test]
fn kinds_have_rules_of_their_own() {
    let organizations =
        "The provided policy document does not meet the requirements of the specified policy type.";
    let not_json = "The policy is not in the valid JSON format.";
    let sts = "AssumeRole policy may only specify STS AssumeRole actions.";
    let trust = |rest: &str| {
        format!(r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", {rest}}}]}}"#)
    };
    let cases = [
        (PolicyKind::Identity, "{".to_owned(), not_json),
        (PolicyKind::Session, "x".to_owned(), not_json),
        (PolicyKind::ServiceControl, "{".to_owned(), organizations),
        (
            PolicyKind::ServiceControl,
            r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#.to_owned(),
            organizations,
        ),
        (
            PolicyKind::ServiceControl,
            trust(r#""Principal": "*", "Action": "*", "Resource": "*""#),
            organizations,
        ),
        (
            PolicyKind::ServiceControl,
            trust(r#""NotPrincipal": "*", "Action": "*", "Resource": "*""#),
            organizations,
        ),
        (
            PolicyKind::ServiceControl,
            trust(r#""Action": "*""#),
            organizations,
        ),
        (
            PolicyKind::ResourceControl,
            trust(r#""Action": "*", "Resource": "*""#),
            organizations,
        ),
        (
            PolicyKind::ResourceControl,
            trust(r#""Principal": {"AWS": "111122223333"}, "Action": "*", "Resource": "*""#),
            organizations,
        ),
        (
            PolicyKind::Trust,
            "{".to_owned(),
            "This policy contains invalid Json",
        ),
        (
            PolicyKind::Trust,
            " {}".to_owned(),
            "JSON strings must not have leading spaces",
        ),
        (
            PolicyKind::Trust,
            trust(r#""Action": "sts:AssumeRole""#),
            "Missing required field Principal",
        ),
        (
            PolicyKind::Trust,
            trust(r#""Principal": {"AWS": "*"}"#),
            "Missing required field Action",
        ),
        (
            PolicyKind::Trust,
            trust(r#""Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", "Resource": "*""#),
            "Has prohibited field Resource",
        ),
        (
            PolicyKind::Trust,
            trust(r#""Principal": {"AWS": "*"}, "Action": "sts:GetCallerIdentity""#),
            sts,
        ),
        (
            PolicyKind::Trust,
            trust(r#""Principal": {"AWS": "*"}, "Action": "*""#),
            sts,
        ),
        (
            PolicyKind::Trust,
            trust(r#""Principal": {"AWS": "*"}, "Action": "é""#),
            sts,
        ),
        (
            PolicyKind::Trust,
            trust(r#""Principal": "*", "Action": "sts:AssumeRole""#),
            "AssumeRolepolicy contained an invalid principal: \"STAR\":\"*\".",
        ),
        (
            PolicyKind::Trust,
            trust(
                r#""Principal": {"AWS": "arn:aws:iam::111122223333:role/*"}, "Action": "sts:AssumeRole""#,
            ),
            "Invalid principal in policy: \"AWS\":\"arn:aws:iam::111122223333:role/*\"",
        ),
        (
            PolicyKind::Trust,
            trust(r#""Principal": {"Service": "ec2"}, "Action": "sts:AssumeRole""#),
            "Invalid principal in policy: \"SERVICE\":\"ec2\"",
        ),
        (
            PolicyKind::Trust,
            trust(r#""Principal": {"Users": "ec2"}, "Action": "sts:AssumeRole""#),
            SYNTAX,
        ),
        (
            PolicyKind::Trust,
            trust(r#""Principal": {"AWS": []}, "Action": "sts:AssumeRole""#),
            SYNTAX,
        ),
        (
            PolicyKind::Trust,
            trust(
                r#""Principal": {"AWS": "*"}, "NotPrincipal": {"AWS": "*"}, "Action": "sts:AssumeRole""#,
            ),
            SYNTAX,
        ),
        (
            PolicyKind::Resource,
            trust(r#""Action": "s3:*", "Resource": "*""#),
            "Missing required field Principal",
        ),
    ];
    for (kind, text, want) in cases {
        let error = Policy::parse(&text, kind).expect_err(&text);
        assert_eq!(error.message(), want, "{kind:?} {text}: {}", error.detail());
    }
}

#[test]
fn sizes_count_what_the_quota_counts() {
    let text = "{\n  \"Id\": \"a \\\" b\" ,\t\"é\" : 1 }";
    let cases = [
        (PolicyKind::Managed, 21),
        (PolicyKind::Trust, 21),
        (PolicyKind::Session, 30),
        (PolicyKind::ServiceControl, 31),
    ];
    for (kind, want) in cases {
        assert_eq!(size(text, kind), want, "{kind:?}");
    }
    assert_eq!(PolicyKind::ServiceControl.max_size(), 10_240);
    assert_eq!(PolicyKind::ResourceControl.max_size(), RCP_MAX);
    assert_eq!(PolicyKind::Boundary.max_size(), 6144);
}

#[test]
fn a_document_is_written_back_as_it_reads() {
    let text = r#"{"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"A","Effect":"Deny","Principal":{"AWS":["111122223333","*"],"Service":"a.b"},"NotAction":["s3:*","*"],"Resource":"*","Condition":{"StringLike":{"a":["b","${c}"],"d":[]},"Null":{"e":"true"}}},{"Effect":"Allow","NotPrincipal":"*","Action":"s3:Get?"}]}"#;
    let policy = Policy::parse(text, PolicyKind::Resource).expect("a policy");
    assert_eq!(policy.render(), text);
}
