//! Authentication: who signed in to what, how, and whether it went well.

use serde_json::{Value, json};

use crate::judge::problems;
use crate::records::{call, event, step};

fn checked(record: Value) -> Value {
    let event = event(record);
    assert_eq!(problems(&event), Vec::<String>::new(), "{event:#}");
    assert_eq!(event["class_uid"], 3002);
    event
}

#[test]
fn the_person_who_signs_in_is_the_user() {
    let given = json!({"additionalEventData": {"UserName": "alice@example.com"}});
    let event = checked(step("CredentialChallenge", "PASSWORD", given));
    let person = json!({
        "type": "IdentityCenterUser",
        "name": "alice@example.com",
        "uid_alt": "94d0-alice",
        "credential_uid": "8f76",
        "account": {"uid": "111122223333"},
    });
    assert_eq!(event["actor"]["user"], person);
    assert_eq!(event["user"], person);
    assert_eq!(
        event["actor"]["idp"],
        json!({"uid": "arn:aws:identitystore::111122223333:identitystore/d-1234567890"})
    );
    assert_eq!(event["service"], json!({"name": "signin.amazonaws.com"}));
    assert_eq!(event["activity_name"], "CredentialChallenge");
    assert_eq!(event["type_name"], "Authentication: Other");
    // What joins the steps of a sign-in stays where Security Lake has it.
    assert_eq!(
        event["unmapped"]["additionalEventData.AuthWorkflowID"],
        "9de7"
    );
    assert_eq!(
        event["unmapped"]["additionalEventData.CredentialType"],
        "PASSWORD"
    );
    assert_eq!(
        event["unmapped"]["serviceEventDetails.CredentialChallenge"],
        "Success"
    );
}

#[test]
fn the_outcome_is_the_step_s() {
    for (told, status, id) in [
        ("Success", "Success", 1),
        ("Failure", "Failure", 2),
        ("Maybe", "Maybe", 99),
    ] {
        let given = json!({"serviceEventDetails": {"CredentialVerification": told}});
        let event = checked(step("CredentialVerification", "PASSWORD", given));
        assert_eq!(
            (&event["status"], &event["status_id"]),
            (&json!(status), &json!(id))
        );
    }
    // The console's has an error's text, and no code.
    let given = json!({
        "userIdentity": {"type": "IAMUser", "userName": "bob"}, "errorMessage": "Failed authentication",
        "responseElements": {"ConsoleLogin": "Failure"},
        "additionalEventData": {"LoginTo": "https://console.aws.amazon.com/console/home?state=s&code=abc", "MFAUsed": "No"},
    });
    let event = checked(call("signin", "ConsoleLogin", given));
    assert_eq!(
        (&event["status"], &event["status_id"]),
        (&json!("Failure"), &json!(2))
    );
    assert_eq!(event["is_mfa"], false);
    assert_eq!(event["api"]["response"]["message"], "Failed authentication");
    // Codes in the address are spread no further.
    assert_eq!(
        event["dst_endpoint"]["svc_name"],
        "https://console.aws.amazon.com/console/home"
    );
    assert!(!event.to_string().contains("code=abc"));
}

#[test]
fn failures_without_a_code_are_failures() {
    let told = |name: &str, given: Value| {
        let event = event(call("signin", name, given));
        assert_eq!(problems(&event), Vec::<String>::new(), "{event:#}");
        (event["status"].clone(), event["status_id"].clone())
    };
    let failure = (json!("Failure"), json!(2));
    let switched = |how: &str| json!({"responseElements": {"SwitchRole": how}});
    assert_eq!(told("SwitchRole", switched("Failure")), failure);
    assert_eq!(
        told("SwitchRole", switched("Success")),
        (json!("Success"), json!(1))
    );
    let alone = json!({"errorMessage": "Failed authentication", "responseElements": null});
    assert_eq!(told("ConsoleLogin", alone), failure);
}

#[test]
fn the_caller_s_account_stands_for_one_that_is_not_told() {
    let mut record = step("CredentialChallenge", "PASSWORD", json!({}));
    let account = record["userIdentity"]["accountId"].clone();
    assert!(account.is_string());
    record
        .as_object_mut()
        .expect("an object")
        .remove("recipientAccountId");
    assert_eq!(checked(record)["cloud"]["account"]["uid"], account);
}

#[test]
fn second_factors_are_seen() {
    let cases = [
        ("UserAuthentication", "PASSWORD", json!(false)),
        ("UserAuthentication", "PASSWORD,TOTP", json!(true)),
        ("UserAuthentication", "WEBAUTHN", json!(false)),
        ("UserAuthentication", "EXTERNAL_IDP", Value::Null),
        ("CredentialChallenge", "TOTP", json!(true)),
        ("CredentialVerification", "WEBAUTHN", json!(true)),
        ("CredentialVerification", "EMAIL_OTP", Value::Null),
    ];
    for (name, credential, want) in cases {
        let event = checked(step(name, credential, json!({})));
        assert_eq!(event["is_mfa"], want, "{name} {credential}");
    }
}

#[test]
fn nobody_known_is_said() {
    let event = checked(step(
        "CredentialChallenge",
        "PASSWORD",
        json!({"userIdentity": null, "recipientAccountId": null}),
    ));
    assert_eq!(event["user"], json!({"name": "Unknown"}));
    assert!(
        event
            .get("observables")
            .unwrap()
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["value"] != "Unknown")
    );
    let hidden = json!({"additionalEventData": {"UserName": "HIDDEN_DUE_TO_SECURITY_REASONS"}});
    let event = checked(step("CredentialChallenge", "PASSWORD", hidden));
    assert_eq!(event["user"]["name"], "HIDDEN_DUE_TO_SECURITY_REASONS");
    assert!(!event["observables"].to_string().contains("HIDDEN"));
}

#[test]
fn assuming_a_role_signs_in_to_its_session() {
    let given = json!({
        "requestParameters": {"roleArn": "arn:aws:iam::111122223333:role/Reader", "roleSessionName": "nightly"},
        "responseElements": {"credentials": {"accessKeyId": "ASIANEW"}},
    });
    let event = checked(call("sts", "AssumeRole", given.clone()));
    let session = json!({
        "name": "nightly", "uid": "arn:aws:iam::111122223333:role/Reader", "account": {"uid": "111122223333"},
    });
    assert_eq!(event["user"], session);
    assert_eq!(
        event["actor"]["user"]["uid"],
        "arn:aws:sts::444455556666:assumed-role/Admin/alice"
    );
    assert_eq!(
        (&event["status"], &event["activity_name"]),
        (&json!("Success"), &json!("Logon"))
    );
    assert!(event.get("auth_protocol").is_none());
    for (name, protocol) in [
        ("AssumeRoleWithSAML", "SAML"),
        ("AssumeRoleWithWebIdentity", "OpenID"),
    ] {
        assert_eq!(
            checked(call("sts", name, given.clone()))["auth_protocol"],
            protocol
        );
    }
}
