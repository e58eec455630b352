use atrium_wire::{WireError, decode};
use serde_json::{Value, json};

use crate::request::{head, op};

fn refuse(operation: &str, input: &Value) -> WireError {
    let operation = op(operation);
    decode(operation, &head(operation), input.to_string().as_bytes()).expect_err("refused")
}

#[test]
fn messages_are_those_of_aws() {
    let instance = "arn:aws:sso:::instance/ssoins-7223ab0123456789";
    let arn = r"arn:aws(-[a-z]{1,5}){0,3}:sso:::instance/(sso)?ins-[a-zA-Z0-9-.]{16}";
    let cases = [
        (
            "sso-admin:DescribeInstance",
            json!({}),
            "1 validation error detected: Value null at 'instanceArn' failed to satisfy constraint: Member must not be null".to_owned(),
        ),
        (
            "sso-admin:DescribeInstance",
            json!({"InstanceArn": "nope"}),
            format!(
                "2 validation errors detected: Value 'nope' at 'instanceArn' failed to satisfy constraint: Member must have length \
                 greater than or equal to 10; Value 'nope' at 'instanceArn' failed to satisfy constraint: Member must satisfy regular \
                 expression pattern: {arn}"
            ),
        ),
        (
            "sso-admin:ListInstances",
            json!({"MaxResults": 101}),
            "1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100".to_owned(),
        ),
        (
            "sso-admin:CreateInstance",
            json!({"Tags": [{"Key": "a", "Value": ""}, {"Key": "", "Value": ""}]}),
            "1 validation error detected: Value '' at 'tags.2.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1".to_owned(),
        ),
        (
            "sso-admin:CreateInstance",
            json!({"Tags": [null]}),
            "1 validation error detected: Value null at 'tags.1.member' failed to satisfy constraint: Member must not be null".to_owned(),
        ),
        (
            "sso-admin:ListAccountAssignmentsForPrincipal",
            json!({"InstanceArn": instance, "PrincipalId": "12345678-1234-1234-1234-123456789012", "PrincipalType": "ROBOT"}),
            "1 validation error detected: Value 'ROBOT' at 'principalType' failed to satisfy constraint: Member must satisfy enum value set: [USER, GROUP]".to_owned(),
        ),
    ];
    for (operation, input, want) in cases {
        let error = refuse(operation, &input);
        assert_eq!(
            (error.code.as_ref(), error.message.as_str()),
            ("ValidationException", want.as_str()),
            "{operation} {input}"
        );
    }
}

#[test]
fn secrets_are_not_repeated() {
    let long = "s3cret".repeat(400);
    let error = refuse(
        "identitystore:CreateUser",
        &json!({"IdentityStoreId": "d-1234567890", "UserName": long}),
    );
    assert!(
        error
            .message
            .contains("Value '*** Sensitive Data Redacted ***' at 'userName'"),
        "{error}"
    );
    assert!(!error.message.contains("s3cret"));
}

#[test]
fn lengths_count_code_points() {
    let store = "d-1234567890";
    let name = |n| json!({"IdentityStoreId": store, "DisplayName": "😀".repeat(n)});
    let operation = op("identitystore:CreateGroup");
    decode(
        operation,
        &head(operation),
        name(1024).to_string().as_bytes(),
    )
    .expect("1024 code points");
    assert!(
        refuse("identitystore:CreateGroup", &name(1025))
            .message
            .contains("less than or equal to 1024")
    );
}

#[test]
fn organizations_gives_a_reason() {
    let cases = [
        ("organizations:DescribeAccount", json!({}), "INPUT_REQUIRED"),
        (
            "organizations:DescribeAccount",
            json!({"AccountId": "12"}),
            "INVALID_PATTERN",
        ),
        (
            "organizations:ListAccounts",
            json!({"MaxResults": 21}),
            "MAX_VALUE_EXCEEDED",
        ),
        (
            "organizations:ListAccounts",
            json!({"MaxResults": 0}),
            "MIN_VALUE_EXCEEDED",
        ),
        (
            "organizations:ListPolicies",
            json!({"Filter": "NOPE"}),
            "INVALID_ENUM",
        ),
        (
            "organizations:CreateAccount",
            json!({"Email": "a@b.c", "AccountName": "n"}),
            "MIN_LENGTH_EXCEEDED",
        ),
    ];
    for (operation, input, reason) in cases {
        let error = refuse(operation, &input);
        assert_eq!(error.code, "InvalidInputException");
        assert_eq!(
            error.extras,
            [("Reason", json!(reason))],
            "{operation} {input}"
        );
    }
}

#[test]
fn other_services_have_other_codes() {
    let operation = op("sts:AssumeRole");
    let error = decode(
        operation,
        &head(operation),
        b"RoleArn=arn:aws:iam::123456789012:role/a&RoleSessionName=%C3%A9%C3%A9",
    )
    .expect_err("refused");
    assert_eq!(error.code, "ValidationError");
    assert_eq!(
        error.message,
        r"1 validation error detected: Value 'éé' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*"
    );
    let error = refuse("account:EnableRegion", &json!({}));
    assert_eq!(error.code, "ValidationException");
    assert_eq!(
        error.extras[1],
        (
            "fieldList",
            json!([{"name": "regionName", "message": "Member must not be null"}])
        )
    );
    assert_eq!(
        refuse("sso:ListAccounts", &json!({})).code,
        "UnauthorizedException"
    );
    assert_eq!(
        refuse("sso-oidc:CreateToken", &json!({})).code,
        "InvalidRequestException"
    );
    assert_eq!(
        refuse("cloudtrail:GetTrail", &json!({})).code,
        "InvalidTrailNameException"
    );
    assert_eq!(
        refuse("cloudtrail:LookupEvents", &json!({"MaxResults": 51})).code,
        "InvalidMaxResultsException"
    );
}

#[test]
fn lists_of_scalars_are_told_once() {
    let group = "12345678-1234-1234-1234-123456789012";
    let input = json!({"IdentityStoreId": "d-1234567890", "MemberId": {"UserId": group}, "GroupIds": [group, "x", "y"]});
    let error = refuse("identitystore:IsMemberInGroups", &input);
    let start = format!(
        "1 validation error detected: Value '[{group}, x, y]' at 'groupIds' failed to satisfy constraint: Member must satisfy \
         constraint: [Member must have length less than or equal to "
    );
    assert!(error.message.starts_with(&start), "{}", error.message);
}

#[test]
fn texts_hold_no_nul() {
    // One with a pattern that allows it, and one without a pattern.
    let cases = [
        (
            "organizations:UpdatePolicy",
            json!({"PolicyId": "p-12345678", "Description": "a\0b"}),
            "InvalidInputException",
        ),
        (
            "sso-admin:UpdateApplication",
            json!({"ApplicationArn": "arn:aws:sso::123456789012:application/ssoins-7223ab0123456789/apl-7223ab0123456789", "Description": "\0"}),
            "ValidationException",
        ),
        (
            "sso-admin:UntagResource",
            json!({"ResourceArn": "arn:aws:sso:::instance/ssoins-7223ab0123456789", "TagKeys": ["\0"]}),
            "ValidationException",
        ),
    ];
    for (operation, input, code) in cases {
        assert_eq!(refuse(operation, &input).code, code, "{operation} {input}");
    }
}
