//! Credentials and presigned requests are good for as long, and for what, they say.

use std::time::Duration;

use atrium_api::Clock as _;
use atrium_testkit::{Credentials, Options, Server, on_both_engines, presign};
use bytes::Bytes;
use http::Request;
use serde_json::json;

use crate::signatures::{SERVICES, code, send};
use crate::world::{REGION, assume};

on_both_engines!(Options::default(); sessions_end, keys_need_their_own_token,
    presigned_requests_are_good_for_what_they_say);

async fn sessions_end(server: Server) {
    let who = member_session(&server).await;
    for (service, _, operation) in SERVICES {
        server
            .call(&who, REGION, service, operation, json!({}))
            .await
            .ok();
    }
    server.clock().advance(Duration::from_secs(3600));
    for (service, _, operation) in SERVICES {
        let answer = server
            .call(&who, REGION, service, operation, json!({}))
            .await;
        assert_eq!(
            answer.refused(),
            code(service, "ExpiredTokenException", "ExpiredToken"),
            "{service}"
        );
    }
}

async fn keys_need_their_own_token(server: Server) {
    let session = member_session(&server).await;
    let other = server
        .call(server.admin(), REGION, "sts", "GetSessionToken", json!({}))
        .await
        .ok();
    let other = Credentials::from_answer(&server.admin().account, &other);
    let mut tampered = session.session_token.clone().unwrap();
    let last = if tampered.ends_with('A') { "B" } else { "A" };
    tampered.replace_range(tampered.len() / 2..=tampered.len() / 2, last);
    let with = |who: &Credentials, token: Option<String>| Credentials {
        session_token: token,
        ..who.clone()
    };
    let cases = [
        ("a session's key without a token", with(&session, None)),
        (
            "another session's token",
            with(&session, other.session_token.clone()),
        ),
        (
            "the token with another session's key",
            with(&other, session.session_token.clone()),
        ),
        (
            "a long-lived key with a token",
            with(server.admin(), session.session_token.clone()),
        ),
        ("a token that was changed", with(&session, Some(tampered))),
        ("an empty token", with(&session, Some(String::new()))),
    ];
    for (service, _, operation) in SERVICES {
        for (case, who) in &cases {
            let answer = server
                .call(who, REGION, service, operation, json!({}))
                .await;
            let wanted = code(
                service,
                "UnrecognizedClientException",
                "InvalidClientTokenId",
            );
            assert_eq!(
                answer.refused(),
                wanted,
                "{service}: {case}: {}",
                answer.text
            );
        }
    }
    let user = json!({"UserName": "leaver"});
    let call = async |operation: &str, input| {
        server
            .call(server.admin(), REGION, "iam", operation, input)
            .await
            .ok()
    };
    call("CreateUser", user.clone()).await;
    let key = Credentials::from_answer(
        &server.admin().account,
        &call("CreateAccessKey", user).await,
    );
    server
        .call(&key, REGION, "sts", "GetCallerIdentity", json!({}))
        .await
        .ok();
    let off = json!({"UserName": "leaver", "AccessKeyId": key.access_key_id, "Status": "Inactive"});
    call("UpdateAccessKey", off).await;
    let answer = server
        .call(&key, REGION, "sts", "GetCallerIdentity", json!({}))
        .await;
    assert_eq!(
        answer.refused(),
        "InvalidClientTokenId",
        "a key that was switched off"
    );
}

async fn presigned_requests_are_good_for_what_they_say(server: Server) {
    let url = |action: &str| format!("{}/?Action={action}&Version=2011-06-15", server.endpoint());
    let get = |url: String| Request::get(url).body(Bytes::new()).unwrap();
    let now = server.clock().now();
    let presigned = presign(
        get(url("GetCallerIdentity")),
        server.admin(),
        REGION,
        "sts",
        now,
        60,
    );
    let again =
        async |request: Request<Bytes>| send(&server, "sts", "GetCallerIdentity", request).await;
    again(presigned.clone()).await.ok();
    let other = presigned
        .uri()
        .to_string()
        .replace("GetCallerIdentity", "GetSessionToken");
    let cases = [
        ("another operation", other),
        (
            "more time",
            presigned
                .uri()
                .to_string()
                .replace("X-Amz-Expires=60", "X-Amz-Expires=600"),
        ),
        (
            "another parameter",
            format!("{}&DurationSeconds=900", presigned.uri()),
        ),
    ];
    for (case, url) in cases {
        assert_ne!(url, presigned.uri().to_string(), "{case}");
        assert_eq!(
            again(get(url)).await.refused(),
            "SignatureDoesNotMatch",
            "{case}"
        );
    }
    server.clock().advance(Duration::from_secs(61));
    assert_eq!(again(presigned).await.refused(), "RequestExpired");
}

/// Credentials of the access role in a new member account, good for an hour.
async fn member_session(server: &Server) -> Credentials {
    let account = json!({"AccountName": "member", "Email": "member@made.example"});
    let made = server
        .call(
            server.admin(),
            REGION,
            "organizations",
            "CreateAccount",
            account,
        )
        .await
        .ok();
    let id = json!({"CreateAccountRequestId": made["CreateAccountStatus"]["Id"]});
    let status = server
        .call(
            server.admin(),
            REGION,
            "organizations",
            "DescribeCreateAccountStatus",
            id,
        )
        .await
        .ok();
    let account = status["CreateAccountStatus"]["AccountId"]
        .as_str()
        .unwrap()
        .to_owned();
    assume(
        server,
        server.admin(),
        &account,
        "OrganizationAccountAccessRole",
    )
    .await
}
