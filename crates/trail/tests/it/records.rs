use atrium_model::{
    AccountId, Caller, Principal, ProviderKind, ProviderUser, Region, Session, Timestamp,
};
use atrium_trail::{CallFacts, EventKind, Resource, TlsDetails, event, record, resources_of};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::callers::{ACCOUNT, caller, federated, person, role, session, user};

fn account() -> AccountId {
    ACCOUNT.parse().expect("an account")
}

fn facts<'a>(caller: Option<&'a Caller>, account: &'a AccountId) -> CallFacts<'a> {
    CallFacts {
        caller,
        operation: "CreateInstance",
        event_source: "sso.amazonaws.com",
        api_version: None,
        region: &Region::US_EAST_1,
        account,
        source_ip: "203.0.113.9",
        user_agent: Some("aws-cli/2.31.3"),
        request_id: "3b7a5f0e-0000-4000-8000-000000000001",
        event_id: "3b7a5f0e-0000-4000-8000-000000000002",
        time: Timestamp::from_millis(1_767_603_662_999),
        read_only: false,
        request_parameters: Some(json!({"name": "sandbox"})),
        response_elements: Some(
            json!({"instanceArn": "arn:aws:sso:::instance/ssoins-7223000000000000"}),
        ),
        error: None,
        resources: Vec::new(),
        additional_event_data: None,
        tls: Some(TlsDetails {
            version: "TLSv1.3".into(),
            cipher_suite: "TLS_AES_128_GCM_SHA256".into(),
        }),
        host_header: Some("sso.us-east-1.amazonaws.com"),
        shared_event_id: None,
        kind: EventKind::ApiCall,
    }
}

#[test]
fn a_call_is_found_by_what_it_names() {
    const CREATED: &str = "arn:aws:iam::444455556666:policy/reader";
    const TRAIL: &str = "arn:aws:cloudtrail:us-east-1:444455556666:trail/audit";
    let (user, trail) = ("AWS::IAM::User", "AWS::CloudTrail::Trail");
    let (role, policy) = ("AWS::IAM::Role", "AWS::IAM::Policy");
    let cases = [
        (
            "iam",
            "CreateUser",
            json!({"userName": "alice"}),
            json!({"user": {"userName": "alice"}}),
            vec![(user, "alice")],
        ),
        (
            "iam",
            "AttachRolePolicy",
            json!({"roleName": "r", "policyArn": CREATED}),
            json!(null),
            vec![(role, "r"), (policy, CREATED)],
        ),
        (
            "iam",
            "CreatePolicy",
            json!({"policyName": "reader"}),
            json!({"policy": {"arn": CREATED}}),
            vec![(policy, CREATED)],
        ),
        (
            "iam",
            "PutUserPolicy",
            json!({"userName": "alice", "policyName": "own"}),
            json!(null),
            vec![(user, "alice")],
        ),
        (
            "iam",
            "AddUserToGroup",
            json!({"userName": "alice", "groupName": "g"}),
            json!(null),
            vec![(user, "alice"), ("AWS::IAM::Group", "g")],
        ),
        (
            "iam",
            "CreateAccessKey",
            json!({"userName": "alice"}),
            json!({"accessKey": {"accessKeyId": "AKIA1"}}),
            vec![(user, "alice"), ("AWS::IAM::AccessKey", "AKIA1")],
        ),
        ("iam", "ListUsers", json!(null), json!(null), vec![]),
        (
            "iam",
            "CreateUser",
            json!({"userName": ["alice"]}),
            json!(null),
            vec![],
        ),
        (
            "s3",
            "CreateBucket",
            json!({"bucketName": "b", "Host": "h"}),
            json!(null),
            vec![("AWS::S3::Bucket", "b")],
        ),
        (
            "cloudtrail",
            "CreateTrail",
            json!({"name": "audit"}),
            json!({"trailARN": TRAIL}),
            vec![(trail, "audit"), (trail, TRAIL)],
        ),
        (
            "cloudtrail",
            "StopLogging",
            json!({"name": TRAIL}),
            json!(null),
            vec![(trail, TRAIL)],
        ),
        (
            "cloudtrail",
            "PutEventSelectors",
            json!({"trailName": "audit"}),
            json!(null),
            vec![(trail, "audit")],
        ),
        (
            "cloudtrail",
            "CreateEventDataStore",
            json!({"name": "store"}),
            json!(null),
            vec![],
        ),
        (
            "identitystore",
            "CreateUser",
            json!({"userName": "alice"}),
            json!(null),
            vec![],
        ),
    ];
    let account = account();
    for (service, operation, parameters, elements, want) in cases {
        let source = format!("{service}.amazonaws.com");
        let kept = event(&CallFacts {
            operation,
            event_source: &source,
            request_parameters: Some(parameters),
            response_elements: Some(elements),
            ..facts(None, &account)
        });
        let want: Vec<_> = want
            .into_iter()
            .map(|(kind, name)| (kind.to_owned(), name.to_owned()))
            .collect();
        assert_eq!(resources_of(&kept), want, "{service} {operation}");
        let found: Vec<_> = kept
            .resources
            .into_iter()
            .map(|one| (one.kind, one.arn))
            .collect();
        assert_eq!(found, want, "{service} {operation}");
        let record: Value = serde_json::from_str(&kept.record).expect("JSON");
        assert_eq!(record.get("resources"), None, "{service} {operation}");
    }
}

#[test]
fn a_persons_service_event_tells_its_details_and_no_parameters() {
    let (account, person) = ("111122223333".parse().expect("an account"), person());
    let principal = Principal::Person {
        user: person,
        credential_id: "c-1".into(),
    };
    let mut caller = caller(principal, None);
    (caller.account, caller.access_key_id) =
        ("111122223333".parse().expect("an account"), String::new());
    let told = event(&CallFacts {
        kind: EventKind::ServiceEvent(Some(json!({"role_name": "Admin", "account_id": ACCOUNT}))),
        ..facts(Some(&caller), &account)
    });
    assert_eq!((told.username, told.access_key_id), (None, None));
    let record: Value = serde_json::from_str(&told.record).expect("JSON");
    assert_eq!(
        record["userIdentity"],
        json!({
            "type": "IdentityCenterUser",
            "accountId": "111122223333",
            "onBehalfOf": {
                "userId": "94d00cd8-e9e6-4810-b177-b08e84775435",
                "identityStoreArn": "arn:aws:identitystore::111122223333:identitystore/d-9067642ac7",
            },
            "credentialId": "c-1",
        })
    );
    assert_eq!(record["eventType"], "AwsServiceEvent");
    assert_eq!(
        record["serviceEventDetails"],
        json!({"role_name": "Admin", "account_id": ACCOUNT})
    );
    assert!(record["requestParameters"].is_null() && record["responseElements"].is_null());
}

#[test]
fn who_comes_with_a_providers_word_is_named_as_the_provider_does() {
    let account = account();
    let user = |kind| ProviderUser {
        kind,
        provider_arn: format!("arn:aws:iam::{ACCOUNT}:saml-provider/corp"),
        provider: "qualifier=".into(),
        id: "qualifier=:jane".into(),
        name: "jane".into(),
    };
    for (kind, want) in [
        (ProviderKind::Saml, "SAMLUser"),
        (ProviderKind::OpenIdConnect, "WebIdentityUser"),
    ] {
        let caller = caller(Principal::ProviderUser(user(kind)), None);
        assert_eq!(
            record(&facts(Some(&caller), &account))["userIdentity"],
            json!({"type": want, "principalId": "qualifier=:jane", "userName": "jane", "identityProvider": "qualifier="})
        );
    }
    let nobody = caller(Principal::Anonymous, None);
    assert_eq!(
        record(&facts(Some(&nobody), &account))["userIdentity"],
        json!({"type": "Unknown", "accountId": ACCOUNT})
    );
}

/// The record to watch, letter by letter: the order of its fields counts.
#[test]
fn an_instance_creation_reads_as_in_cloudtrail() {
    let (account, caller) = (account(), caller(role(), Some(session())));
    let want = concat!(
        r#"{"eventVersion":"1.11","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLE:alice","#,
        r#""arn":"arn:aws:sts::444455556666:assumed-role/Admin/alice","accountId":"444455556666","#,
        r#""accessKeyId":"ASIAEXAMPLE","sessionContext":{"sessionIssuer":{"type":"Role","#,
        r#""principalId":"AROAEXAMPLE","arn":"arn:aws:iam::444455556666:role/Admin","accountId":"444455556666","#,
        r#""userName":"Admin"},"attributes":{"creationDate":"2026-01-05T09:00:00Z","mfaAuthenticated":"false"}}},"#,
        r#""eventTime":"2026-01-05T09:01:02Z","eventSource":"sso.amazonaws.com","eventName":"CreateInstance","#,
        r#""awsRegion":"us-east-1","sourceIPAddress":"203.0.113.9","userAgent":"aws-cli/2.31.3","#,
        r#""requestParameters":{"name":"sandbox"},"#,
        r#""responseElements":{"instanceArn":"arn:aws:sso:::instance/ssoins-7223000000000000"},"#,
        r#""requestID":"3b7a5f0e-0000-4000-8000-000000000001","eventID":"3b7a5f0e-0000-4000-8000-000000000002","#,
        r#""readOnly":false,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"444455556666","#,
        r#""eventCategory":"Management","tlsDetails":{"tlsVersion":"TLSv1.3","#,
        r#""cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"sso.us-east-1.amazonaws.com"}}"#,
    );
    assert_eq!(record(&facts(Some(&caller), &account)).to_string(), want);
}

#[test]
fn every_optional_field_has_its_place() {
    let (account, caller) = (account(), caller(role(), Some(session())));
    let all = CallFacts {
        api_version: Some("2010-05-08"),
        error: Some(("AccessDeniedException", "no")),
        additional_event_data: Some(json!({"a": 1})),
        shared_event_id: Some("s"),
        resources: vec![
            Resource {
                account: Some(account.clone()),
                kind: "AWS::SSO::Instance".into(),
                arn: "arn:aws:sso:::instance/x".into(),
            },
            Resource {
                account: None,
                kind: "IdentityStoreId".into(),
                arn: "d-1".into(),
            },
        ],
        ..facts(Some(&caller), &account)
    };
    let record = record(&all);
    let names: Vec<_> = record
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        names.join(" "),
        "eventVersion userIdentity eventTime eventSource eventName awsRegion sourceIPAddress userAgent errorCode \
         errorMessage requestParameters responseElements additionalEventData requestID eventID readOnly resources \
         eventType apiVersion managementEvent recipientAccountId sharedEventID eventCategory tlsDetails"
    );
    assert_eq!(
        record["resources"].to_string(),
        r#"[{"accountId":"444455556666","type":"AWS::SSO::Instance","ARN":"arn:aws:sso:::instance/x"},{"type":"IdentityStoreId","ARN":"d-1"}]"#
    );
    assert_eq!(
        record["responseElements"],
        Value::Null,
        "a failed call answers nothing"
    );
}

#[test]
fn each_kind_of_caller_has_its_identity() {
    let cases: [(&str, Option<Caller>, Value, Option<&str>); 7] = [
        (
            "nobody",
            None,
            json!({"type": "Unknown", "accountId": ACCOUNT}),
            None,
        ),
        (
            "root",
            Some(caller(Principal::Root, None)),
            json!({"type": "Root", "principalId": ACCOUNT, "arn": "arn:aws:iam::444455556666:root",
                "accountId": ACCOUNT, "accessKeyId": "AKIAEXAMPLE"}),
            Some("root"),
        ),
        (
            "user",
            Some(caller(user(), None)),
            json!({"type": "IAMUser", "principalId": "AIDAEXAMPLE", "arn": "arn:aws:iam::444455556666:user/staff/jane",
                "accountId": ACCOUNT, "accessKeyId": "AKIAEXAMPLE", "userName": "jane"}),
            Some("jane"),
        ),
        (
            "user with MFA",
            Some(caller(
                user(),
                Some(Session {
                    mfa: true,
                    ..session()
                }),
            )),
            json!({"type": "IAMUser", "principalId": "AIDAEXAMPLE", "arn": "arn:aws:iam::444455556666:user/staff/jane",
                "accountId": ACCOUNT, "accessKeyId": "ASIAEXAMPLE", "userName": "jane", "sessionContext":
                {"attributes": {"creationDate": "2026-01-05T09:00:00Z", "mfaAuthenticated": "true"}}}),
            Some("jane"),
        ),
        (
            "federated",
            Some(federated()),
            json!({"type": "FederatedUser", "principalId": "444455556666:guest",
                "arn": "arn:aws:sts::444455556666:federated-user/guest", "accountId": ACCOUNT,
                "accessKeyId": "ASIAEXAMPLE", "sessionContext": {"sessionIssuer": {"type": "IAMUser",
                "principalId": "AIDAEXAMPLE", "arn": "arn:aws:iam::444455556666:user/jane", "accountId": ACCOUNT,
                "userName": "jane"}, "attributes": {"creationDate": "2026-01-05T09:00:00Z",
                "mfaAuthenticated": "false"}}}),
            Some("guest"),
        ),
        (
            "person's role session",
            Some(caller(
                role(),
                Some(Session {
                    on_behalf_of: Some(person()),
                    source_identity: Some("alice".into()),
                    ..session()
                }),
            )),
            json!({"type": "AssumedRole", "principalId": "AROAEXAMPLE:alice",
                "arn": "arn:aws:sts::444455556666:assumed-role/Admin/alice", "accountId": ACCOUNT,
                "accessKeyId": "ASIAEXAMPLE", "sessionContext": {"sessionIssuer": {"type": "Role",
                "principalId": "AROAEXAMPLE", "arn": "arn:aws:iam::444455556666:role/Admin", "accountId": ACCOUNT,
                "userName": "Admin"}, "attributes": {"creationDate": "2026-01-05T09:00:00Z",
                "mfaAuthenticated": "false"}, "sourceIdentity": "alice"}, "onBehalfOf":
                {"userId": "94d00cd8-e9e6-4810-b177-b08e84775435",
                "identityStoreArn": "arn:aws:identitystore::111122223333:identitystore/d-9067642ac7"}}),
            Some("alice"),
        ),
        (
            "another account's",
            Some(Caller {
                account: "999999999999".parse().expect("an account"),
                ..caller(user(), None)
            }),
            json!({"type": "AWSAccount", "principalId": "AIDAEXAMPLE", "accountId": "999999999999"}),
            None,
        ),
    ];
    let account = account();
    for (case, caller, want, username) in cases {
        let facts = facts(caller.as_ref(), &account);
        let identity = record(&facts)["userIdentity"].clone();
        assert_eq!(identity.to_string(), want.to_string(), "{case}");
        assert_eq!(event(&facts).username.as_deref(), username, "{case}");
    }
}

#[test]
fn answers_are_kept_of_changes_and_of_sts() {
    let account = account();
    let cases = [
        ("sso.amazonaws.com", false, None, true),
        ("sso.amazonaws.com", true, None, false),
        ("sts.amazonaws.com", true, None, true),
        (
            "sts.amazonaws.com",
            true,
            Some(("AccessDenied", "no")),
            false,
        ),
    ];
    for (source, read_only, error, kept) in cases {
        let facts = CallFacts {
            event_source: source,
            read_only,
            error,
            ..facts(None, &account)
        };
        assert_eq!(
            record(&facts)["responseElements"].is_object(),
            kept,
            "{source} {read_only} {error:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever a stranger sends, the record fits, is one line of JSON, and holds no raw NUL.
    #[test]
    fn a_record_is_never_too_large(
        text in "(?s).{0,40}",
        times in proptest::collection::vec(1usize..9000, 8),
    ) {
        let account = account();
        let long: Vec<String> = times.iter().map(|times| text.repeat(*times)).collect();
        let entry = Resource { account: None, kind: long[0].clone(), arn: long[1].clone() };
        let facts = CallFacts {
            operation: &long[0],
            event_source: &long[1],
            source_ip: &long[2],
            user_agent: Some(&long[3]),
            request_id: &long[4],
            error: Some((&long[5], &long[6])),
            request_parameters: Some(json!({"a": long[7]})),
            additional_event_data: Some(json!([long[0]])),
            resources: vec![entry; 60],
            host_header: Some(&long[2]),
            ..facts(None, &account)
        };
        let kept = event(&facts);
        prop_assert!(kept.record.len() <= 256 * 1024);
        prop_assert!(!kept.record.contains('\n') && !kept.name.contains('\0') && kept.name.len() <= 128);
        let read: Value = serde_json::from_str(&kept.record).expect("JSON");
        prop_assert!(read["errorMessage"].as_str().unwrap_or_default().len() <= 1024);
        prop_assert!(read["userAgent"].as_str().unwrap_or_default().len() <= 1024);
    }
}
