//! Signing in through identity providers: what a session gets, and what gets none.

use std::time::Duration;

use atrium_api::{Clock as _, Settings};
use atrium_store::{EventQuery, StoreError};
use atrium_testkit::{
    Answer, Credentials, Options, SamlClaims, SamlIdentityProvider, Server, TestIssuer, encode,
    on_both_engines,
};
use serde_json::{Value, json};

use crate::input::IDENTITY_PROVIDER;
use crate::world::{REGION, text};

on_both_engines!(Options::default(); saml_users_get_what_their_provider_says, saml_users_are_refused);

mod dev {
    use super::*;
    on_both_engines!(Options::dev(); web_users_get_what_their_token_says, web_users_are_refused);
}

mod elsewhere {
    use super::*;
    on_both_engines!(options(); other_recipients_are_the_operators_choice);

    fn options() -> Options {
        Options {
            settings: Settings {
                saml_recipients: vec!["https://sso.example.com/saml".to_owned()],
                ..Settings::default()
            },
            ..Options::default()
        }
    }
}

/// Calls as somebody who has no key.
pub async fn unsigned(server: &Server, operation: &str, input: &Value) -> Answer {
    let operation = atrium_wire::find("sts", operation).unwrap();
    let request = encode(server.endpoint(), operation, input);
    Answer::read(operation, server.send(request).await)
}

async fn iam(server: &Server, by: &Credentials, operation: &str, input: Value) -> Value {
    server.call(by, REGION, "iam", operation, input).await.ok()
}

/// Makes a role that trusts a provider under these conditions, and may look at groups in a team of its own.
async fn role(
    server: &Server,
    by: &Credentials,
    name: &str,
    provider: &str,
    actions: &[&str],
    condition: Value,
) -> String {
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"Federated": provider}, "Action": actions, "Condition": condition}]});
    let role = json!({"RoleName": name, "AssumeRolePolicyDocument": trust.to_string(), "MaxSessionDuration": 7200});
    let made = iam(server, by, "CreateRole", role).await;
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:ListGroups",
        "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/Team": "blue", "aws:FederatedProvider": provider}}}]});
    let policy =
        json!({"RoleName": name, "PolicyName": "own", "PolicyDocument": policy.to_string()});
    iam(server, by, "PutRolePolicy", policy).await;
    text(&made["Role"]["Arn"])
}

/// The records of an operation in the account, oldest first.
async fn records(server: &Server, by: &Credentials, operation: &str) -> Vec<Value> {
    server.flush_events().await;
    let now = server.clock().now();
    let query = EventQuery {
        account: by.account.clone(),
        region: REGION.parse().unwrap(),
        from: atrium_model::Timestamp::from_millis(0),
        to: now,
        filter: Some(atrium_store::EventFilter::EventName(operation.to_owned())),
        after: None,
        limit: 1000,
    };
    let found = server
        .services()
        .store
        .read(move |tx| tx.events(&query))
        .await;
    let found = found.unwrap_or_else(|error: StoreError| panic!("{error}"));
    let mut records: Vec<Value> = found
        .into_iter()
        .map(|(_, event)| serde_json::from_str(&event.record).unwrap())
        .collect();
    records.reverse();
    records
}

/// A SAML provider of an account, and a role that trusts it.
pub struct Saml {
    provider: String,
    role: String,
    /// Both, as a response names them.
    pub pair: String,
}

const SAML: [&str; 3] = [
    "sts:AssumeRoleWithSAML",
    "sts:TagSession",
    "sts:SetSourceIdentity",
];

impl Saml {
    pub async fn of(server: &Server, by: &Credentials) -> Self {
        let provider =
            json!({"Name": "Corp", "SAMLMetadataDocument": IDENTITY_PROVIDER.metadata()});
        let provider = iam(server, by, "CreateSAMLProvider", provider).await;
        let provider = text(&provider["SAMLProviderArn"]);
        let condition = json!({"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}});
        let role = role(server, by, "Dev", &provider, &SAML, condition).await;
        let pair = format!("{role},{provider}");
        Self {
            provider,
            role,
            pair,
        }
    }

    pub fn input(&self, response: &str) -> Value {
        json!({"RoleArn": self.role, "PrincipalArn": self.provider, "SAMLAssertion": response})
    }
}

async fn saml_users_get_what_their_provider_says(server: Server) {
    let (saml, now) = (
        Saml::of(&server, server.admin()).await,
        server.clock().now(),
    );
    let claims = SamlClaims::new(now, "jane@example.com", &[&saml.pair])
        .with("PrincipalTag:Team", vec!["blue".to_owned()])
        .with("PrincipalTag:Unit", vec!["x".to_owned()])
        .with("TransitiveTagKeys", vec!["Team".to_owned()])
        .with("SourceIdentity", vec!["Jane".to_owned()])
        .with("SessionDuration", vec!["5400".to_owned()]);
    let response = IDENTITY_PROVIDER.response(&claims);
    let input = saml.input(&response);
    let answer = unsigned(&server, "AssumeRoleWithSAML", &input).await.ok();
    let account = &server.admin().account;
    let arn = format!("arn:aws:sts::{account}:assumed-role/Dev/jane@example.com");
    for (member, want) in [
        ("Subject", "jane@example.com"),
        ("SubjectType", "persistent"),
        ("Issuer", "https://idp.example.com"),
        ("Audience", "https://signin.aws.amazon.com/saml"),
        ("SourceIdentity", "Jane"),
    ] {
        assert_eq!(answer[member], want, "{member}");
    }
    assert_eq!(answer["AssumedRoleUser"]["Arn"], arn);
    assert!(
        answer["PackedPolicySize"]
            .as_i64()
            .is_some_and(|size| size > 0)
    );
    let qualifier = text(&answer["NameQualifier"]);
    assert_eq!(qualifier.len(), 28);

    let session = Credentials::from_answer(account, &answer);
    let identity = server
        .call(&session, REGION, "sts", "GetCallerIdentity", json!({}))
        .await
        .ok();
    assert_eq!(identity["Arn"], arn);
    // Allowed to the tagged session of this provider alone.
    iam(&server, &session, "ListGroups", json!({})).await;
    let user = server
        .call(&session, REGION, "iam", "ListUsers", json!({}))
        .await;
    assert_eq!(user.refused(), "AccessDenied");

    let [record] = records(&server, server.admin(), "AssumeRoleWithSAML")
        .await
        .try_into()
        .unwrap();
    assert_eq!(
        record["userIdentity"],
        json!({"type": "SAMLUser", "principalId": format!("{qualifier}:jane@example.com"),
            "userName": "jane@example.com", "identityProvider": qualifier})
    );
    assert_eq!(
        record["requestParameters"],
        json!({"roleArn": saml.role, "principalArn": saml.provider, "sAMLAssertionID": "_assertion",
            "roleSessionName": "jane@example.com"})
    );
    let kinds: Vec<_> = record["resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|resource| text(&resource["type"]))
        .collect();
    assert_eq!(kinds, ["AWS::IAM::Role", "AWS::IAM::SAMLProvider"]);
    assert!(!record.to_string().contains(&response[..60]));
    let later = records(&server, server.admin(), "ListGroups").await;
    let context = &later[0]["userIdentity"]["sessionContext"];
    assert_eq!(context["sourceIdentity"], "Jane");
    assert_eq!(context["sessionIssuer"]["userName"], "Dev");
    assert!(context["webIdFederationData"].is_null());

    // An hour and a half, as the provider said; ten minutes, as the provider's session ends.
    server.clock().advance(Duration::from_secs(5399));
    iam(&server, &session, "ListGroups", json!({})).await;
    server.clock().advance(Duration::from_secs(2));
    let ended = server
        .call(&session, REGION, "iam", "ListGroups", json!({}))
        .await;
    assert_eq!(ended.refused(), "ExpiredToken");
    let now = server.clock().now();
    let claims = SamlClaims {
        session_ends: Some(now + Duration::from_secs(600)),
        ..SamlClaims::new(now, "joe", &[&saml.pair])
    };
    let mut input = saml.input(&IDENTITY_PROVIDER.response(&claims));
    input["DurationSeconds"] = json!(7200);
    let answer = unsigned(&server, "AssumeRoleWithSAML", &input).await.ok();
    let session = Credentials::from_answer(account, &answer);
    server.clock().advance(Duration::from_secs(601));
    let ended = server
        .call(&session, REGION, "sts", "GetCallerIdentity", json!({}))
        .await;
    assert_eq!(ended.refused(), "ExpiredToken");
}

async fn saml_users_are_refused(server: Server) {
    let (saml, now, by) = (
        Saml::of(&server, server.admin()).await,
        server.clock().now(),
        server.admin(),
    );
    let claims = || SamlClaims::new(now, "jane", &[&saml.pair]);
    let tagged = || claims().with("PrincipalTag:Team", vec!["blue".to_owned()]);
    let impostor = SamlIdentityProvider::with_ecdsa("https://idp.example.com");
    let condition = json!({"StringEquals": {"SAML:sub": "jim"}});
    let plain = &["sts:AssumeRoleWithSAML"];
    let of_jim = role(&server, by, "Jim", &saml.provider, &SAML, condition).await;
    let untagged = role(&server, by, "Untagged", &saml.provider, plain, json!({})).await;
    let trusting_account = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"AWS": "*"}, "Action": "sts:*"}]});
    let everyones =
        json!({"RoleName": "Everyones", "AssumeRolePolicyDocument": trusting_account.to_string()});
    let everyones = iam(&server, by, "CreateRole", everyones).await;
    let everyones = text(&everyones["Role"]["Arn"]);
    let other = server.new_account("999900000001").await;
    let theirs = role(&server, &other, "Dev", &saml.provider, &SAML, json!({})).await;
    let missing = saml.role.replace("/Dev", "/Nobody");
    let choosing = |role: &str, claims: SamlClaims| {
        let pair = format!("{role},{}", saml.provider);
        let claims = claims.with("Role", vec![pair]);
        json!({"RoleArn": role, "PrincipalArn": saml.provider, "SAMLAssertion": IDENTITY_PROVIDER.response(&claims)})
    };
    let by_provider = |provider: &SamlIdentityProvider, claims: &SamlClaims| {
        saml.input(&provider.response(claims))
    };
    let with = |claims: SamlClaims| by_provider(&IDENTITY_PROVIDER, &claims);
    let mut long = with(claims());
    long["DurationSeconds"] = json!(7201);
    let mut bad_policy = with(claims());
    bad_policy["Policy"] = json!("{}");
    let mut other_provider = with(claims());
    other_provider["PrincipalArn"] = json!(saml.provider.replace("/Corp", "/None"));
    let mut no_provider = with(claims());
    no_provider["PrincipalArn"] = json!(saml.role);
    let mut signed_in_elsewhere = with(claims());
    signed_in_elsewhere["RoleArn"] = json!(theirs);
    let not_authorized = "Not authorized to perform sts:AssumeRoleWithSAML";
    let no_pair =
        "SAML Assertion doesn't contain the requested Role and Metadata in the attributes";
    let huge: Vec<String> = (0..20).map(|_| "v".repeat(250)).collect();
    let huge = huge
        .into_iter()
        .enumerate()
        .fold(claims(), |claims, (n, value)| {
            claims.with(&format!("PrincipalTag:t{n}"), vec![value])
        });
    let cases = [
        (
            "another key",
            by_provider(&impostor, &claims()),
            "InvalidIdentityToken",
            "Response signature invalid",
        ),
        (
            "no response",
            saml.input("nothing"),
            "InvalidIdentityToken",
            "Invalid base64 SAMLResponse",
        ),
        (
            "another audience",
            with(SamlClaims {
                audience: "urn:other".to_owned(),
                ..claims()
            }),
            "InvalidIdentityToken",
            "Response does not contain the required audience.",
        ),
        (
            "another recipient",
            with(SamlClaims {
                recipient: "https://sso.example.com/saml".to_owned(),
                ..claims()
            }),
            "InvalidIdentityToken",
            "Response does not contain the required recipient.",
        ),
        (
            "not signed in",
            with(SamlClaims {
                status: "AuthnFailed".to_owned(),
                ..claims()
            }),
            "IDPRejectedClaim",
            "The identity provider reported that authentication failed.",
        ),
        (
            "expired",
            with(SamlClaims {
                ends: now,
                ..claims()
            }),
            "ExpiredTokenException",
            "Response has expired",
        ),
        (
            "stale",
            with(SamlClaims {
                issued: atrium_model::Timestamp::from_millis(now.as_millis() - 301_000),
                ..claims()
            }),
            "ExpiredTokenException",
            "Token must be redeemed within 5 minutes of issuance",
        ),
        (
            "no session name",
            with(SamlClaims {
                attributes: Vec::new(),
                ..claims()
            }),
            "InvalidIdentityToken",
            "RoleSessionName is required in AuthnResponse",
        ),
        (
            "another pair",
            json!({"RoleArn": of_jim, "PrincipalArn": saml.provider, "SAMLAssertion": IDENTITY_PROVIDER.response(&claims())}),
            "InvalidIdentityToken",
            no_pair,
        ),
        (
            "another user's role",
            choosing(&of_jim, claims()),
            "AccessDenied",
            not_authorized,
        ),
        (
            "a role that is not there",
            choosing(&missing, claims()),
            "AccessDenied",
            not_authorized,
        ),
        (
            "a role that trusts everyone with a key",
            choosing(&everyones, claims()),
            "AccessDenied",
            not_authorized,
        ),
        (
            "tags that the role doesn't take",
            choosing(&untagged, tagged()),
            "AccessDenied",
            "Not authorized to perform sts:TagSession",
        ),
        (
            "a source identity that the role doesn't take",
            choosing(
                &untagged,
                claims().with("SourceIdentity", vec!["Jane".to_owned()]),
            ),
            "AccessDenied",
            "Not authorized to perform sts:SetSourceIdentity",
        ),
        (
            "another account's role",
            signed_in_elsewhere,
            "AccessDenied",
            not_authorized,
        ),
        (
            "another provider",
            other_provider,
            "InvalidIdentityToken",
            "Specified provider doesn't exist.",
        ),
        (
            "no provider",
            no_provider,
            "ValidationError",
            "Request ARN is invalid",
        ),
        (
            "too long",
            long,
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ),
        (
            "large tags",
            with(huge),
            "PackedPolicyTooLarge",
            "Packed size of session policies/tags consumes 124% of allotted space.",
        ),
    ];
    for (case, input, code, message) in cases {
        let answer = unsigned(&server, "AssumeRoleWithSAML", &input).await;
        assert_eq!(
            (answer.refused(), answer.message()),
            (code, message),
            "{case}"
        );
    }
    let answer = unsigned(&server, "AssumeRoleWithSAML", &bad_policy).await;
    assert_eq!(answer.refused(), "MalformedPolicyDocument");
    assert!(
        unsigned(
            &server,
            "AssumeRoleWithSAML",
            &choosing(&untagged, claims())
        )
        .await
        .is_ok()
    );

    // Refused once they were known: there is a record. Before, there is nobody to record.
    let records = records(&server, by, "AssumeRoleWithSAML").await;
    let denied = records
        .iter()
        .filter(|record| record["errorCode"] == "AccessDenied");
    assert_eq!(denied.count(), 5);
    assert!(
        records
            .iter()
            .all(|record| record["userIdentity"]["type"] == "SAMLUser")
    );

    // What the provider says now counts.
    let this = json!({"SAMLProviderArn": saml.provider});
    let mut update = this.clone();
    update["SAMLMetadataDocument"] = json!(impostor.metadata());
    iam(&server, by, "UpdateSAMLProvider", update).await;
    let answer = unsigned(&server, "AssumeRoleWithSAML", &with(claims())).await;
    assert_eq!(answer.message(), "Response signature invalid");
    assert!(
        unsigned(
            &server,
            "AssumeRoleWithSAML",
            &by_provider(&impostor, &claims())
        )
        .await
        .is_ok()
    );
    iam(&server, by, "DeleteSAMLProvider", this).await;
    let answer = unsigned(
        &server,
        "AssumeRoleWithSAML",
        &by_provider(&impostor, &claims()),
    )
    .await;
    assert_eq!(answer.message(), "Specified provider doesn't exist.");
}

async fn other_recipients_are_the_operators_choice(server: Server) {
    let (saml, now) = (
        Saml::of(&server, server.admin()).await,
        server.clock().now(),
    );
    let condition = json!({"StringEquals": {"SAML:aud": "https://sso.example.com/saml"}});
    let by = server.admin();
    let here = role(&server, by, "Here", &saml.provider, &SAML, condition).await;
    let pair = format!("{here},{}", saml.provider);
    let own = "https://sso.example.com/saml".to_owned();
    let claims = SamlClaims {
        recipient: own.clone(),
        audience: own,
        ..SamlClaims::new(now, "jane", &[&saml.pair, &pair])
    };
    let mut input = saml.input(&IDENTITY_PROVIDER.response(&claims));
    let answer = unsigned(&server, "AssumeRoleWithSAML", &input).await;
    assert_eq!(answer.refused(), "AccessDenied", "SAML:aud is another");
    input["RoleArn"] = json!(here);
    let answer = unsigned(&server, "AssumeRoleWithSAML", &input).await.ok();
    assert_eq!(answer["Audience"], "https://sso.example.com/saml");
}

const ACCOUNT: &str = "111111111111";
const WEB: [&str; 3] = [
    "sts:AssumeRoleWithWebIdentity",
    "sts:TagSession",
    "sts:SetSourceIdentity",
];

struct Web {
    by: Credentials,
    issuer: TestIssuer,
    provider: String,
    name: String,
    role: String,
}

async fn web(server: &Server) -> Web {
    let by = Credentials::new(ACCOUNT, ACCOUNT, "x");
    let issuer = TestIssuer::start().await;
    let provider = json!({"Url": issuer.url(), "ClientIDList": ["sts.amazonaws.com"]});
    let provider = iam(server, &by, "CreateOpenIDConnectProvider", provider).await;
    let provider = text(&provider["OpenIDConnectProviderArn"]);
    let name = issuer.url().trim_start_matches("http://").to_owned();
    let condition = json!({"StringEquals": {format!("{name}:aud"): "sts.amazonaws.com"},
        "StringLike": {format!("{name}:sub"): "repo:corp/*"}});
    let role = role(server, &by, "Deploy", &provider, &WEB, condition).await;
    Web {
        by,
        issuer,
        provider,
        name,
        role,
    }
}

impl Web {
    fn claims(&self, server: &Server) -> Value {
        let now = server.clock().now().as_seconds();
        json!({"sub": "repo:corp/app", "aud": "sts.amazonaws.com", "iat": now, "exp": now + 300})
    }

    fn input(&self, token: &str) -> Value {
        json!({"RoleArn": self.role, "RoleSessionName": "build", "WebIdentityToken": token})
    }
}

async fn web_users_get_what_their_token_says(server: Server) {
    let web = web(&server).await;
    let mut claims = web.claims(&server);
    claims["https://aws.amazon.com/tags"] =
        json!({"principal_tags": {"Team": ["blue"]}, "transitive_tag_keys": ["Team"]});
    claims["https://aws.amazon.com/source_identity"] = json!("Jane");
    let token = web.issuer.token(&claims);
    let input = web.input(&token);
    let answer = unsigned(&server, "AssumeRoleWithWebIdentity", &input)
        .await
        .ok();
    let arn = format!("arn:aws:sts::{ACCOUNT}:assumed-role/Deploy/build");
    for (member, want) in [
        ("SubjectFromWebIdentityToken", "repo:corp/app"),
        ("Audience", "sts.amazonaws.com"),
        ("Provider", &web.provider),
        ("SourceIdentity", "Jane"),
    ] {
        assert_eq!(answer[member], want, "{member}");
    }
    assert_eq!(answer["AssumedRoleUser"]["Arn"], arn);
    let session = Credentials::from_answer(&web.by.account, &answer);
    iam(&server, &session, "ListGroups", json!({})).await;
    let [record] = records(&server, &web.by, "AssumeRoleWithWebIdentity")
        .await
        .try_into()
        .unwrap();
    assert_eq!(
        record["userIdentity"],
        json!({"type": "WebIdentityUser",
            "principalId": format!("{}:sts.amazonaws.com:repo:corp/app", web.provider),
            "userName": "repo:corp/app", "identityProvider": web.provider})
    );
    assert_eq!(
        record["requestParameters"],
        json!({"roleArn": web.role, "roleSessionName": "build"})
    );
    let later = records(&server, &web.by, "ListGroups").await;
    assert_eq!(
        later[0]["userIdentity"]["sessionContext"]["webIdFederationData"],
        json!({"federatedProvider": web.provider, "attributes": {}})
    );
}

async fn web_users_are_refused(server: Server) {
    let web = web(&server).await;
    let claims = || web.claims(&server);
    let with = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        web.input(&web.issuer.token(&claims))
    };
    let now = server.clock().now().as_seconds();
    let stranger = TestIssuer::start().await;
    let mut of_stranger = claims();
    of_stranger["iss"] = json!(web.issuer.url());
    let mut with_provider = with("sub", json!("repo:corp/app"));
    with_provider["ProviderId"] = json!("www.amazon.com");
    let mut elsewhere = with("sub", json!("repo:corp/app"));
    elsewhere["RoleArn"] = json!(web.role.replace(ACCOUNT, "222222222222"));
    let mut missing = with("sub", json!("repo:corp/app"));
    missing["RoleArn"] = json!(web.role.replace("/Deploy", "/Nobody"));
    let by = Credentials::new("222222222222", "222222222222", "x");
    iam(&server, &by, "ListUsers", json!({})).await;
    let not_found =
        |url: &str| format!("No OpenIDConnect provider found in your account for {url}");
    let denied = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
    let cases = [
        ("another audience", with("aud", json!("x")), "InvalidIdentityToken", "Incorrect token audience".to_owned()),
        ("another party", with("azp", json!("x")), "InvalidIdentityToken", "Incorrect token audience".to_owned()),
        ("another subject", with("sub", json!("repo:evil/app")), "AccessDenied", denied.to_owned()),
        ("no subject", with("sub", json!("")), "InvalidIdentityToken", "Missing a required claim: sub".to_owned()),
        (
            "expired",
            with("exp", json!(now - 1)),
            "ExpiredTokenException",
            format!("Token expired: current date/time {now} must be before the expiration date/time {}", now - 1),
        ),
        ("not yet", with("nbf", json!(now + 3600)), "InvalidIdentityToken", "The token is not valid yet".to_owned()),
        ("another issuer", web.input(&stranger.token(&claims())), "InvalidIdentityToken", not_found(stranger.url())),
        (
            "another key",
            web.input(&stranger.key().sign(&of_stranger)),
            "InvalidIdentityToken",
            "The token's signature is not valid".to_owned(),
        ),
        (
            "no token",
            web.input("a.b.c"),
            "InvalidIdentityToken",
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)".to_owned(),
        ),
        ("a role that is not there", missing, "AccessDenied", denied.to_owned()),
        ("another account's role", elsewhere, "InvalidIdentityToken", not_found(web.issuer.url())),
    ];
    for (case, input, code, message) in cases {
        let answer = unsigned(&server, "AssumeRoleWithWebIdentity", &input).await;
        assert_eq!(
            (answer.refused(), answer.message()),
            (code, message.as_str()),
            "{case}"
        );
    }
    let answer = unsigned(&server, "AssumeRoleWithWebIdentity", &with_provider).await;
    assert_eq!(answer.refused(), "InvalidIdentityToken");
    assert_eq!(stranger.asked(), 0, "nobody registered it");
    // A provider that is gone vouches for nobody.
    let this = json!({"OpenIDConnectProviderArn": web.provider});
    iam(
        &server,
        &web.by,
        "DeleteOpenIDConnectProvider",
        this.clone(),
    )
    .await;
    iam(&server, &web.by, "DeleteOpenIDConnectProvider", this).await;
    let input = web.input(&web.issuer.token(&claims()));
    let answer = unsigned(&server, "AssumeRoleWithWebIdentity", &input).await;
    assert_eq!(answer.message(), not_found(web.issuer.url()));
    assert!(!web.name.is_empty());
}
