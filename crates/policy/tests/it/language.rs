use atrium_policy::{Context, Policy, PolicyKind};

use crate::support::{allows, policy, request};

#[test]
fn actions_match_whatever_the_letter_case() {
    let cases = [
        (
            r#""Action": "sso:CreateInstance""#,
            "sso:CreateInstance",
            true,
        ),
        (
            r#""Action": "SSO:createinstance""#,
            "sso:CreateInstance",
            true,
        ),
        (r#""Action": "sso:*Instance""#, "sso:DeleteInstance", true),
        (
            r#""Action": "sso:?reateInstance""#,
            "sso:CreateInstance",
            true,
        ),
        (r#""Action": "sso:Create""#, "sso:CreateInstance", false),
        (r#""Action": "sso:*""#, "sso-directory:CreateUser", false),
        (
            r#""Action": ["iam:*", "sso:List*"]"#,
            "sso:ListInstances",
            true,
        ),
        (r#""Action": "*""#, "sso:ListInstances", true),
        (r#""Action": "*:*""#, "sso:ListInstances", true),
        (
            r#""NotAction": ["iam:*", "sts:*"]"#,
            "sso:ListInstances",
            true,
        ),
        (
            r#""NotAction": ["iam:*", "sso:*"]"#,
            "SSO:ListInstances",
            false,
        ),
    ];
    for (element, action, want) in cases {
        let policy = policy(
            PolicyKind::Managed,
            &format!(r#"{{"Effect": "Allow", {element}, "Resource": "*"}}"#),
        );
        assert_eq!(
            allows(&policy, &request(action, "*")),
            want,
            "{element} {action}"
        );
    }
}

#[test]
fn resources_match_as_aws_does() {
    let bucket = "arn:aws:s3:::logs/a/b";
    let group = "arn:aws:logs:eu-west-1:1:log-group:x:log-stream:y";
    let cases = [
        (r#""Resource": "*""#, bucket, true),
        (r#""Resource": "*""#, "*", true),
        (r#""Resource": "arn:aws:s3:::logs/*""#, "*", false),
        (r#""Resource": "arn:aws:s3:::logs/*""#, bucket, true),
        (r#""Resource": "arn:aws:s3:::LOGS/*""#, bucket, false),
        (r#""Resource": "arn:aws:s3:::logs/?/b""#, bucket, true),
        (r#""Resource": "arn:aws:s3:::log""#, bucket, false),
        // A star may reach beyond colons here, unlike in a condition.
        (r#""Resource": "arn:aws:logs:*""#, group, true),
        (r#""Resource": "arn:aws:logs:*:log-stream:y""#, group, true),
        // Too short an ARN is completed with stars.
        (r#""Resource": "arn:aws:logs""#, group, true),
        (r#""Resource": "arn:aws:logs:eu-west-1""#, group, true),
        (r#""Resource": "arn:aws:logs:us-east-1""#, group, false),
        (
            r#""NotResource": ["arn:aws:s3:::other/*", "arn:aws:s3:::x"]"#,
            bucket,
            true,
        ),
        (
            r#""NotResource": ["arn:aws:s3:::other/*", "arn:aws:s3:::logs/*"]"#,
            bucket,
            false,
        ),
        // Variables
        (r#""Resource": "arn:aws:s3:::${name}/*""#, bucket, true),
        (r#""Resource": "arn:aws:s3:::${star}""#, bucket, false),
        (
            r#""Resource": "arn:aws:s3:::${star}""#,
            "arn:aws:s3:::*",
            true,
        ),
        (r#""Resource": "arn:aws:s3:::${missing}/*""#, bucket, false),
        (
            r#""Resource": "arn:aws:s3:::${missing, 'logs'}/*""#,
            bucket,
            true,
        ),
        (r#""Resource": "arn:aws:s3:::${many}/*""#, bucket, false),
        (
            r#""Resource": "arn:aws:s3:::a${*}b""#,
            "arn:aws:s3:::axb",
            false,
        ),
        (
            r#""Resource": "arn:aws:s3:::a${*}b""#,
            "arn:aws:s3:::a*b",
            true,
        ),
        (r#""NotResource": "arn:aws:s3:::${star}""#, bucket, true),
        (r#""NotResource": "arn:aws:s3:::${missing}""#, bucket, false),
        (
            r#""NotResource": "arn:aws:s3:::${missing, 'x'}""#,
            bucket,
            true,
        ),
    ];
    for (element, resource, want) in cases {
        let policy = policy(
            PolicyKind::Managed,
            &format!(r#"{{"Effect": "Allow", "Action": "*", {element}}}"#),
        );
        let mut request = request("s:A", resource);
        request.context = Context::new()
            .with("name", "logs")
            .with("star", "*")
            .with_all("many", ["logs", "x"]);
        assert_eq!(allows(&policy, &request), want, "{element} {resource}");
    }
}

#[test]
fn variables_came_with_the_second_version() {
    let statement = r#"{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::${name}"}"#;
    for (version, resource, want) in [
        (r#""Version": "2012-10-17","#, "arn:aws:s3:::logs", true),
        (r#""Version": "2008-10-17","#, "arn:aws:s3:::logs", false),
        (r#""Version": "2008-10-17","#, "arn:aws:s3:::${name}", true),
        ("", "arn:aws:s3:::${name}", true),
    ] {
        let text = format!(r#"{{{version} "Statement": [{statement}]}}"#);
        let policy = Policy::parse(&text, PolicyKind::Identity)
            .expect("a policy")
            .into();
        let mut request = request("s:A", resource);
        request.context.set("name", "logs");
        assert_eq!(allows(&policy, &request), want, "{version} {resource}");
    }
}

#[test]
fn a_deny_of_all_but_a_variable_without_a_value_is_of_everything() {
    let statements = r#"[{"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::${name}"}]"#;
    let policy = policy(PolicyKind::Managed, statements);
    let mut request = request("s:A", "arn:aws:s3:::logs");
    assert!(!allows(&policy, &request));
    request.context.set("name", "logs");
    assert!(allows(&policy, &request));
}
