use atrium_wire::{
    Operation, Output, Shape, Unit, decode, decode_as, encode, encode_as, identitystore,
    organizations, sso, sso_admin, sts,
};
use serde_json::json;

use crate::request::{head, header, json as body, op, parts, text};

const INSTANCE: &str = "arn:aws:sso:::instance/ssoins-7223ab0123456789";

#[test]
fn json_input_has_known_members_only() {
    let operation = op("sso-admin:CreatePermissionSet");
    let input = json!({
        "Name": "Admin", "Later": {"a": 1}, "InstanceArn": INSTANCE, "Description": null,
        "Tags": [{"Key": "a", "Value": "b", "Other": 1}],
    });
    let value = decode(operation, &head(operation), input.to_string().as_bytes()).expect("valid");
    assert_eq!(
        value,
        json!({"Name": "Admin", "InstanceArn": INSTANCE, "Tags": [{"Key": "a", "Value": "b"}]})
    );
    let typed = sso_admin::CreatePermissionSetRequest::from_value(value.clone()).expect("typed");
    assert_eq!(
        (typed.name.as_str(), typed.description.as_deref()),
        ("Admin", None)
    );
    assert_eq!(typed.into_value(), value);
}

#[test]
fn wrong_types_are_told_apart() {
    let operation = op("sso-admin:ListInstances");
    let cases = [
        (
            r#"{"MaxResults":"5"}"#,
            "STRING_VALUE at 'maxResults' can not be converted to an Integer",
        ),
        (
            r#"{"MaxResults":5.5}"#,
            "NUMBER_VALUE at 'maxResults' can not be converted to an Integer",
        ),
        (
            r#"{"MaxResults":99999999999}"#,
            "NUMBER_VALUE at 'maxResults' can not be converted to an Integer",
        ),
        (
            r#"{"NextToken":1}"#,
            "NUMBER_VALUE at 'nextToken' can not be converted to a String",
        ),
        (
            r#"{"NextToken":{}}"#,
            "Start of structure or map found where not expected at 'nextToken': expected String",
        ),
        (
            r#"{"NextToken":[]}"#,
            "Start of list found where not expected at 'nextToken': expected String",
        ),
        ("[]", "Start of list found where an object was expected"),
    ];
    for (input, want) in cases {
        let error = decode(operation, &head(operation), input.as_bytes()).expect_err(input);
        assert_eq!(
            (error.code.as_ref(), error.message.as_str()),
            ("SerializationException", want),
            "{input}"
        );
    }
    let deep = format!("{{\"x\":{}{}}}", "[".repeat(200), "]".repeat(200));
    for input in ["{", "{\"a\":}", "\u{0}", deep.as_str()] {
        let error = decode(operation, &head(operation), input.as_bytes()).expect_err(input);
        assert_eq!(error.code, "SerializationException");
    }
    for input in [
        "",
        " ",
        "{}",
        r#"{"MaxResults":5.0}"#,
        r#"{"MaxResults":null}"#,
    ] {
        decode(operation, &head(operation), input.as_bytes()).expect(input);
    }
}

#[test]
fn json_answers() {
    let created = "2026-07-01T12:08:19Z".parse().expect("a time");
    let answer = encode_as::<sso_admin::ops::DescribeInstance>(
        sso_admin::DescribeInstanceResponse {
            created_date: Some(created),
            ..Default::default()
        },
        "req-1",
    );
    assert_eq!(answer.status(), 200);
    assert_eq!(
        header(&answer, "content-type"),
        "application/x-amz-json-1.1"
    );
    assert_eq!(header(&answer, "x-amzn-requestid"), "req-1");
    assert_eq!(text(&answer), r#"{"CreatedDate":1782907699}"#);
    let empty = encode_as::<identitystore::ops::DeleteUser>(Default::default(), "r");
    assert_eq!(text(&empty), "{}", "an output without members");
    let none = encode_as::<organizations::ops::DeleteOrganization>(Unit, "r");
    assert_eq!(text(&none), "", "no output in the model");
}

#[test]
fn query_input() {
    let operation = op("sts:AssumeRole");
    let form = "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fa&RoleSessionName=jane\
                &DurationSeconds=900&Tags.member.2.Key=b&Tags.member.2.Value=2&Tags.member.10.Key=c&Tags.member.10.Value=3\
                &Tags.member.1.Key=a&Tags.member.1.Value=1+1&Unknown.thing=1&TransitiveTagKeys=";
    let input =
        decode_as::<sts::ops::AssumeRole>(&head(operation), form.as_bytes()).expect("valid");
    assert_eq!(input.role_arn, "arn:aws:iam::123456789012:role/a");
    assert_eq!(input.duration_seconds, Some(900));
    let tags: Vec<_> = input
        .tags
        .unwrap_or_default()
        .into_iter()
        .map(|tag| (tag.key, tag.value))
        .collect();
    let want = [("a", "1 1"), ("b", "2"), ("c", "3")]
        .map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(tags, want);
    assert_eq!(input.transitive_tag_keys, Some(vec![]));
    for bad in [
        "DurationSeconds=abc",
        "RoleArn=a&RoleArn=b",
        &format!("A{}=1", ".a".repeat(40)),
    ] {
        let error = decode(operation, &head(operation), bad.as_bytes()).expect_err(bad);
        assert!(
            ["MalformedInput", "SerializationException"].contains(&error.code.as_ref()),
            "{bad}: {error}"
        );
    }
}

#[test]
fn query_answers() {
    let expiration = "2026-01-01T00:00:00.5Z".parse().expect("a time");
    let output = sts::AssumeRoleResponse {
        credentials: Some(sts::Credentials {
            access_key_id: "ASIA0".into(),
            secret_access_key: "s&<>".into(),
            session_token: "t\u{0}\r".into(),
            expiration,
        }),
        packed_policy_size: Some(6),
        ..Default::default()
    };
    assert!(format!("{output:?}").contains("secret_access_key: Hidden"));
    let answer = encode_as::<sts::ops::AssumeRole>(output, "r");
    assert_eq!(header(&answer, "content-type"), "text/xml");
    assert_eq!(
        text(&answer),
        "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>\
         <AccessKeyId>ASIA0</AccessKeyId><SecretAccessKey>s&amp;&lt;&gt;</SecretAccessKey><SessionToken>t\u{FFFD}&#13;</SessionToken>\
         <Expiration>2026-01-01T00:00:00Z</Expiration></Credentials><PackedPolicySize>6</PackedPolicySize></AssumeRoleResult>\
         <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AssumeRoleResponse>"
    );
    let none = encode(op("iam:DeleteRole"), Output::Value(json!({})), "r");
    assert_eq!(
        text(&none),
        "<DeleteRoleResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><ResponseMetadata><RequestId>r</RequestId>\
         </ResponseMetadata></DeleteRoleResponse>"
    );
    let maps = encode(
        op("iam:GetAccountSummary"),
        Output::Value(json!({"SummaryMap": {"Users": 3}})),
        "r",
    );
    assert!(
        text(&maps)
            .contains("<SummaryMap><entry><key>Users</key><value>3</value></entry></SummaryMap>")
    );
    let lists = encode(
        op("iam:ListAccountAliases"),
        Output::Value(json!({"AccountAliases": ["a", "b"], "IsTruncated": false})),
        "r",
    );
    assert!(text(&lists).contains(
        "<AccountAliases><member>a</member><member>b</member></AccountAliases><IsTruncated>false</IsTruncated>"
    ));
}

#[test]
fn rest_requests_and_answers() {
    let uri = "/federation/credentials?role_name=Admin&account_id=123456789012&debug=true";
    let request = parts("GET", uri, &[("x-amz-sso_bearer_token", "token")]);
    let input = decode_as::<sso::ops::GetRoleCredentials>(&request, b"").expect("valid");
    assert_eq!(
        (input.role_name.as_str(), input.account_id.as_str()),
        ("Admin", "123456789012")
    );
    assert_eq!(input.access_token, "token");
    assert!(!format!("{input:?}").contains("\"token\""));
    let twice = parts(
        "GET",
        "/assignment/accounts?max_result=1&max_result=2",
        &[("x-amz-sso_bearer_token", "t")],
    );
    decode(op("sso:ListAccounts"), &twice, b"").expect_err("a parameter given twice");
    let output = sso::GetRoleCredentialsResponse {
        role_credentials: Some(sso::RoleCredentials {
            expiration: Some(1_782_907_699_000),
            ..Default::default()
        }),
    };
    let answer = encode_as::<sso::ops::GetRoleCredentials>(output, "r");
    assert_eq!(header(&answer, "content-type"), "application/json");
    assert_eq!(
        body(&answer),
        json!({"roleCredentials": {"expiration": 1_782_907_699_000_i64}})
    );
    let iso = encode(
        op("account:GetAccountInformation"),
        Output::Value(json!({"AccountCreatedDate": 1_782_907_699})),
        "r",
    );
    assert_eq!(
        body(&iso),
        json!({"AccountCreatedDate": "2026-07-01T12:08:19Z"})
    );
    assert_eq!(
        text(&encode(op("sso:Logout"), Output::Value(json!({})), "r")),
        ""
    );
}

#[test]
fn documents_and_unions() {
    let operation = op("identitystore:UpdateUser");
    let user = "12345678-1234-1234-1234-123456789012";
    let input = json!({"IdentityStoreId": "d-1234567890", "UserId": user, "Operations": [
        {"AttributePath": "emails", "AttributeValue": [{"value": "a@b.c"}]}]});
    let value = decode(operation, &head(operation), input.to_string().as_bytes()).expect("valid");
    assert_eq!(value, input);
    let operation = op("identitystore:CreateGroupMembership");
    let with = |member: serde_json::Value| json!({"IdentityStoreId": "d-1234567890", "GroupId": user, "MemberId": member});
    for (member, good) in [
        (json!({"UserId": user}), true),
        (json!({}), false),
        (json!({"Robot": "x"}), false),
    ] {
        let input = with(member).to_string();
        assert_eq!(
            decode(operation, &head(operation), input.as_bytes()).is_ok(),
            good,
            "{input}"
        );
    }
}

#[test]
fn markers_know_their_operation() {
    assert_eq!(
        sso_admin::ops::CreateInstance::meta(),
        op("sso-admin:CreateInstance")
    );
    assert!(sso::ops::Logout::meta().unsigned);
}
