//! From the token of a trusted issuer to credentials in an account, through the whole edge.

use std::time::Duration;

use atrium_api::{Clock as _, Settings};
use atrium_model::directory::UserStatus;
use atrium_store::StoreError;
use atrium_testkit::{Answer, Credentials, Options, Server, TestIssuer, encode, on_both_engines};
use serde_json::{Value, json};

use crate::world::{REGION, text};

on_both_engines!(options(); a_person_enters_accounts_as_far_as_attributes_say, tokens_are_renewed_exchanged_and_ended,
    what_is_not_granted_is_refused, tokens_stay_in_their_instance, calls_with_tokens_leave_their_events);

const JWT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";

/// Issuers are on loopback.
fn options() -> Options {
    Options {
        settings: Settings {
            issuer_networks: vec!["127.0.0.0/8".parse().unwrap()],
            ..Settings::default()
        },
        ..Options::default()
    }
}

/// An organization with a member account, an instance that trusts an issuer, and an application that asks for tokens.
struct Scene<'a> {
    server: &'a Server,
    admin: Credentials,
    instance: String,
    store: String,
    member: String,
    issuer: TestIssuer,
    application: String,
}

impl<'a> Scene<'a> {
    async fn new(server: &'a Server, admin: Credentials, label: &str) -> Self {
        let issuer = TestIssuer::start().await;
        let mut scene = Self {
            server,
            admin,
            instance: String::new(),
            store: String::new(),
            member: String::new(),
            issuer,
            application: String::new(),
        };
        let email = format!("{label}@made.example");
        let made = scene
            .ok(
                "organizations",
                "CreateAccount",
                json!({"AccountName": label, "Email": email}),
            )
            .await;
        scene.member = text(&made["CreateAccountStatus"]["AccountId"]);
        let found = scene.ok("sso-admin", "ListInstances", json!({})).await;
        scene.instance = text(&found["Instances"][0]["InstanceArn"]);
        scene.store = text(&found["Instances"][0]["IdentityStoreId"]);
        scene.application = scene.application("portal").await;
        scene
    }

    async fn call(&self, service: &str, operation: &str, input: Value) -> Answer {
        self.server
            .call(&self.admin, REGION, service, operation, input)
            .await
    }

    async fn ok(&self, service: &str, operation: &str, input: Value) -> Value {
        self.call(service, operation, input).await.ok()
    }

    async fn admin(&self, operation: &str, mut input: Value) -> Value {
        input["InstanceArn"] = self.instance.as_str().into();
        self.ok("sso-admin", operation, input).await
    }

    /// An application with every grant, the scope that opens accounts, and the administrator as its actor.
    async fn application(&self, name: &str) -> String {
        let made = self
            .admin(
                "CreateApplication",
                json!({"Name": name, "ApplicationProviderArn": "arn:aws:sso::aws:applicationProvider/custom"}),
            )
            .await;
        let arn = text(&made["ApplicationArn"]);
        let configuration = json!({"OidcJwtConfiguration": {"IssuerUrl": self.issuer.url(), "ClaimAttributePath": "email",
            "IdentityStoreAttributePath": "emails.value", "JwksRetrievalOption": "OPEN_ID_DISCOVERY"}});
        let issuer = self
            .admin(
                "CreateTrustedTokenIssuer",
                json!({"Name": name, "TrustedTokenIssuerType": "OIDC_JWT", "TrustedTokenIssuerConfiguration": configuration}),
            )
            .await;
        let of = |mut input: Value| {
            input["ApplicationArn"] = arn.as_str().into();
            input
        };
        let trusted = json!({"TrustedTokenIssuerArn": issuer["TrustedTokenIssuerArn"], "AuthorizedAudiences": ["portal", "other"]});
        for (kind, grant) in [
            (
                JWT,
                json!({"JwtBearer": {"AuthorizedTokenIssuers": [trusted]}}),
            ),
            ("refresh_token", json!({"RefreshToken": {}})),
            (EXCHANGE, json!({"TokenExchange": {}})),
        ] {
            let input = of(json!({"GrantType": kind, "Grant": grant}));
            self.ok("sso-admin", "PutApplicationGrant", input).await;
        }
        let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*",
            "Principal": {"AWS": format!("arn:aws:iam::{}:root", self.admin.account)}, "Action": "sso-oauth:CreateTokenWithIAM"}]});
        let method = of(
            json!({"AuthenticationMethodType": "IAM", "AuthenticationMethod": {"Iam": {"ActorPolicy": policy}}}),
        );
        self.ok("sso-admin", "PutApplicationAuthenticationMethod", method)
            .await;
        let scope = of(json!({"Scope": "sso:account:access"}));
        self.ok("sso-admin", "PutApplicationAccessScope", scope)
            .await;
        arn
    }

    async fn user(&self, name: &str, title: &str) -> String {
        let user = json!({"IdentityStoreId": self.store, "UserName": name, "DisplayName": name, "Title": title,
            "Name": {"GivenName": name, "FamilyName": "Doe"}, "Emails": [{"Value": format!("{name}@example.com"), "Primary": true}]});
        let made = self.ok("identitystore", "CreateUser", user).await;
        text(&made["UserId"])
    }

    /// A user who is assigned to the application.
    async fn person(&self, name: &str, title: &str) -> String {
        let user = self.user(name, title).await;
        self.assign(&self.application, &user).await;
        user
    }

    async fn assign(&self, application: &str, user: &str) {
        let input =
            json!({"ApplicationArn": application, "PrincipalType": "USER", "PrincipalId": user});
        self.ok("sso-admin", "CreateApplicationAssignment", input)
            .await;
    }

    /// A permission set that a principal has in the member account.
    async fn permission_set(&self, name: &str, policy: Value, kind: &str, principal: &str) {
        let made = self
            .admin(
                "CreatePermissionSet",
                json!({"Name": name, "SessionDuration": "PT2H"}),
            )
            .await;
        let arn = text(&made["PermissionSet"]["PermissionSetArn"]);
        let policy = json!({"Version": "2012-10-17", "Statement": policy}).to_string();
        self.admin(
            "PutInlinePolicyToPermissionSet",
            json!({"PermissionSetArn": arn, "InlinePolicy": policy}),
        )
        .await;
        let begun = self
            .admin(
                "CreateAccountAssignment",
                json!({"PermissionSetArn": arn, "TargetType": "AWS_ACCOUNT", "TargetId": self.member,
                    "PrincipalType": kind, "PrincipalId": principal}),
            )
            .await;
        let request = &begun["AccountAssignmentCreationStatus"]["RequestId"];
        let ask = json!({"AccountAssignmentCreationRequestId": request});
        for _ in 0..1000 {
            let status = self
                .admin("DescribeAccountAssignmentCreationStatus", ask.clone())
                .await;
            if status["AccountAssignmentCreationStatus"]["Status"] == "SUCCEEDED" {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the assignment does not end");
    }

    /// The records of calls of an operation, newest first.
    async fn records(&self, name: &str) -> Vec<Value> {
        let by_name =
            json!({"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": name}]});
        let found = self.ok("cloudtrail", "LookupEvents", by_name).await;
        let events = found["Events"].as_array().unwrap().iter();
        events
            .map(|event| serde_json::from_str(event["CloudTrailEvent"].as_str().unwrap()).unwrap())
            .collect()
    }

    /// Enables or disables a user, which AWS offers in its console only.
    async fn enable(&self, user: &str, enabled: bool) {
        let (store, user) = (self.store.parse().unwrap(), user.parse().unwrap());
        let done = self.server.services().store.write(move |tx| {
            let mut user = tx.user(&store, &user)?.unwrap();
            user.status = if enabled {
                UserStatus::Enabled
            } else {
                UserStatus::Disabled
            };
            tx.update_user(&user)
        });
        done.await
            .unwrap_or_else(|error: StoreError| panic!("{error}"));
    }

    fn assertion(&self, name: &str) -> String {
        self.issuer.token(&self.claims(name))
    }

    fn claims(&self, name: &str) -> Value {
        let now = self.server.clock().now().as_seconds();
        json!({"sub": "x", "aud": "portal", "email": format!("{name}@example.com"), "iat": now, "exp": now + 300})
    }

    async fn exchange(&self, input: Value) -> Answer {
        let mut input = input;
        if input.get("clientId").is_none() {
            input["clientId"] = self.application.as_str().into();
        }
        self.call("sso-oidc", "CreateTokenWithIAM", input).await
    }

    async fn token(&self, name: &str) -> Value {
        let assertion = self.assertion(name);
        self.exchange(json!({"grantType": JWT, "assertion": assertion}))
            .await
            .ok()
    }

    async fn portal(&self, operation: &str, token: &Value, mut input: Value) -> Answer {
        input["accessToken"] = token["accessToken"].clone();
        visit(self.server, "sso", operation, &input).await
    }

    async fn credentials(&self, token: &Value, role: &str) -> Answer {
        let input = json!({"accountId": self.member, "roleName": role});
        self.portal("GetRoleCredentials", token, input).await
    }
}

/// Calls an operation without a signature.
async fn visit(server: &Server, service: &str, operation: &str, input: &Value) -> Answer {
    let operation = atrium_wire::find(service, operation).unwrap();
    let request = encode(server.endpoint(), operation, input);
    Answer::read(operation, server.send(request).await)
}

fn session(account: &str, answer: &Value) -> Credentials {
    let given = &answer["roleCredentials"];
    let mut made = Credentials::new(
        account,
        given["accessKeyId"].as_str().unwrap(),
        given["secretAccessKey"].as_str().unwrap(),
    );
    made.session_token = given["sessionToken"].as_str().map(str::to_owned);
    made
}

/// Who has this tag may list roles.
fn tagged(team: &str) -> Value {
    json!([{"Effect": "Allow", "Action": "iam:ListRoles", "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalTag/team": team}}}])
}

async fn a_person_enters_accounts_as_far_as_attributes_say(server: Server) {
    let scene = Scene::new(&server, server.admin().clone(), "member").await;
    let jane = scene.person("jane", "red").await;
    scene.person("joe", "none").await;
    let group = json!({"IdentityStoreId": scene.store, "DisplayName": "staff"});
    let group = text(&scene.ok("identitystore", "CreateGroup", group).await["GroupId"]);
    let member =
        json!({"IdentityStoreId": scene.store, "GroupId": group, "MemberId": {"UserId": jane}});
    scene
        .ok("identitystore", "CreateGroupMembership", member)
        .await;
    scene
        .permission_set("Red", tagged("red"), "USER", &jane)
        .await;
    scene
        .permission_set("Blue", tagged("blue"), "GROUP", &group)
        .await;
    let attributes = json!({"InstanceAccessControlAttributeConfiguration": {"AccessControlAttributes": [
        {"Key": "team", "Value": {"Source": ["${path:title}"]}}, {"Key": "kind", "Value": {"Source": ["${path:userType}"]}}]}});
    scene
        .admin(
            "CreateInstanceAccessControlAttributeConfiguration",
            attributes,
        )
        .await;

    let token = scene.token("jane").await;
    assert_eq!(
        (&token["tokenType"], &token["expiresIn"]),
        (&json!("Bearer"), &json!(3600))
    );
    assert_eq!(token["issuedTokenType"], ACCESS);
    assert_eq!(
        token["scope"],
        json!([
            "aws",
            "openid",
            "sso:account:access",
            "sts:identity_context"
        ])
    );
    let accounts = scene.portal("ListAccounts", &token, json!({})).await.ok();
    assert_eq!(
        accounts,
        json!({"accountList": [{"accountId": scene.member, "accountName": "member", "emailAddress": "member@made.example"}]})
    );
    let page = |more: &Value| {
        let mut input = json!({"accountId": scene.member, "maxResults": 1});
        if let Some(more) = more.as_str() {
            input["nextToken"] = more.into();
        }
        scene.portal("ListAccountRoles", &token, input)
    };
    let first = page(&Value::Null).await.ok();
    assert_eq!(
        first["roleList"],
        json!([{"accountId": scene.member, "roleName": "Blue"}])
    );
    let last = page(&first["nextToken"]).await.ok();
    assert_eq!(
        last,
        json!({"roleList": [{"accountId": scene.member, "roleName": "Red"}]})
    );

    let red = scene.credentials(&token, "Red").await.ok();
    let lasts =
        red["roleCredentials"]["expiration"].as_i64().unwrap() - server.clock().now().as_millis();
    assert!(
        (7_190_000..=7_200_000).contains(&lasts),
        "two hours, as the permission set says: {lasts}"
    );
    let red = session(&scene.member, &red);
    let identity = server
        .call(&red, REGION, "sts", "GetCallerIdentity", json!({}))
        .await
        .ok();
    let arn = text(&identity["Arn"]);
    assert!(
        arn.contains(":assumed-role/AWSReservedSSO_Red_") && arn.ends_with("/jane"),
        "{arn}"
    );
    server
        .call(&red, REGION, "iam", "ListRoles", json!({}))
        .await
        .ok();
    let blue = session(&scene.member, &scene.credentials(&token, "Blue").await.ok());
    let refused = server
        .call(&blue, REGION, "iam", "ListRoles", json!({}))
        .await;
    assert_eq!(
        refused.refused(),
        "AccessDenied",
        "the tag has another value"
    );

    // What someone does not have looks the same, whatever it is.
    let joe = scene.token("joe").await;
    assert_eq!(
        scene.portal("ListAccounts", &joe, json!({})).await.ok(),
        json!({"accountList": []})
    );
    assert_eq!(
        scene.credentials(&joe, "Red").await.refused(),
        "ForbiddenException"
    );
    for (account, role) in [
        (scene.member.as_str(), "Green"),
        ("999999999999", "Red"),
        ("x", "Red"),
    ] {
        let input = json!({"accountId": account, "roleName": role});
        let answer = scene.portal("GetRoleCredentials", &token, input).await;
        assert_eq!(
            (answer.status, answer.message()),
            (403, "No access"),
            "{account} {role}"
        );
    }

    // A value that can't be a tag gives no session: without the tag it could do more.
    let title = json!({"IdentityStoreId": scene.store, "UserId": jane,
        "Operations": [{"AttributePath": "title", "AttributeValue": "red; blue"}]});
    scene.ok("identitystore", "UpdateUser", title).await;
    assert_eq!(
        scene.credentials(&token, "Red").await.refused(),
        "InvalidRequestException"
    );
}

async fn tokens_are_renewed_exchanged_and_ended(server: Server) {
    let scene = Scene::new(&server, server.admin().clone(), "member").await;
    let jane = scene.person("jane", "red").await;
    let other = scene.application("other").await;
    let lists = async |token: &Value| scene.portal("ListAccounts", token, json!({})).await.status;

    let token = scene.token("jane").await;
    assert_eq!(lists(&token).await, 200);
    let renew = |token: &Value| {
        scene.exchange(json!({"grantType": "refresh_token", "refreshToken": token["refreshToken"]}))
    };
    let narrow = json!({"grantType": "refresh_token", "refreshToken": token["refreshToken"], "scope": ["openid"]});
    let narrow = scene.exchange(narrow).await.ok();
    assert_eq!(narrow["scope"], json!(["openid"]));
    assert_eq!(lists(&narrow).await, 401, "its scope opens no accounts");
    let used = json!({"grantType": "refresh_token", "refreshToken": token["accessToken"]});
    assert_eq!(
        scene.exchange(used).await.refused(),
        "InvalidGrantException"
    );
    let wrong = json!({"accessToken": token["refreshToken"]});
    assert_eq!(
        visit(&server, "sso", "ListAccounts", &wrong).await.status,
        401
    );

    server.clock().advance(Duration::from_secs(3600));
    assert_eq!(lists(&token).await, 401, "an hour is over");
    let renewed = renew(&token).await.ok();
    assert_eq!(lists(&renewed).await, 200);
    assert_eq!(renewed["refreshToken"], token["refreshToken"]);

    // The application's own token may be exchanged; another application's only if it is meant for it.
    let subject = |token: &Value, client: &str, scope: &[&str]| {
        let mut input = json!({"clientId": client, "grantType": EXCHANGE, "subjectToken": token["accessToken"], "subjectTokenType": ACCESS});
        if !scope.is_empty() {
            input["scope"] = json!(scope);
        }
        scene.exchange(input)
    };
    subject(&renewed, &scene.application, &[]).await.ok();
    scene.assign(&other, &jane).await;
    assert_eq!(
        subject(&renewed, &other, &[]).await.refused(),
        "InvalidGrantException"
    );
    let scope = json!({"ApplicationArn": scene.application, "Scope": "sso:account:access", "AuthorizedTargets": [other]});
    scene
        .ok("sso-admin", "PutApplicationAccessScope", scope)
        .await;
    let theirs = subject(&renewed, &other, &["openid"]).await.ok();
    let gained = subject(&theirs, &other, &["sso:account:access"]).await;
    assert_eq!(
        gained.refused(),
        "InvalidScopeException",
        "exchanging gains nothing"
    );

    // Who is disabled is out at once, and in again when enabled.
    for (enabled, want) in [(false, 401), (true, 200)] {
        scene.enable(&jane, enabled).await;
        assert_eq!(lists(&renewed).await, want, "enabled: {enabled}");
        let again = renew(&renewed).await;
        assert_eq!(again.is_ok(), enabled, "{}", again.text);
    }

    // All of a sign-in ends together.
    let second = scene.token("jane").await;
    let out = scene.portal("Logout", &renewed, json!({})).await;
    assert_eq!((out.status, out.text.as_str()), (200, ""));
    assert_eq!(lists(&renewed).await, 401);
    assert_eq!(renew(&renewed).await.refused(), "InvalidGrantException");
    assert_eq!(lists(&second).await, 200, "another sign-in goes on");
    assert_eq!(
        scene.portal("Logout", &renewed, json!({})).await.status,
        401
    );
    server.clock().advance(Duration::from_secs(8 * 3600));
    assert_eq!(
        renew(&second).await.refused(),
        "InvalidGrantException",
        "a sign-in lasts eight hours"
    );

    // With the application go its tokens, with the user theirs.
    let third = scene.token("jane").await;
    let gone = json!({"IdentityStoreId": scene.store, "UserId": jane});
    scene.ok("identitystore", "DeleteUser", gone).await;
    assert_eq!(lists(&third).await, 401);
    scene.person("joe", "none").await;
    let fourth = scene.token("joe").await;
    let gone = json!({"ApplicationArn": scene.application});
    scene.ok("sso-admin", "DeleteApplication", gone).await;
    assert_eq!(lists(&fourth).await, 401);
    let kept = server.database().rows();
    let mut tokens = kept.iter().filter(|row| row.starts_with("bearer_token "));
    assert!(
        tokens.all(|row| row.contains(other.rsplit('/').next().unwrap()) && !row.contains(&jane)),
        "{kept:?}"
    );
}

async fn what_is_not_granted_is_refused(server: Server) {
    let scene = Scene::new(&server, server.admin().clone(), "member").await;
    scene.person("jane", "none").await;
    scene.user("outsider", "none").await;
    let claims = |name: &str, value: Value| {
        let mut claims = scene.claims("jane");
        claims[name] = value;
        scene.issuer.token(&claims)
    };
    let now = server.clock().now().as_seconds();
    let stranger = TestIssuer::start().await;
    let mut forged = scene.claims("jane");
    forged["iss"] = scene.issuer.url().into();
    let forged = stranger.key().sign(&forged);
    let jwt = |assertion: String| json!({"grantType": JWT, "assertion": assertion});
    let good = || scene.assertion("jane");
    let cases = [
        (
            "another audience",
            jwt(claims("aud", json!("else"))),
            "InvalidGrantException",
        ),
        (
            "no audience",
            jwt(claims("aud", Value::Null)),
            "InvalidGrantException",
        ),
        (
            "expired",
            jwt(claims("exp", json!(now))),
            "InvalidGrantException",
        ),
        (
            "nobody",
            jwt(scene.assertion("nobody")),
            "InvalidGrantException",
        ),
        (
            "no claim",
            jwt(claims("email", json!(["jane@example.com"]))),
            "InvalidGrantException",
        ),
        (
            "not assigned",
            jwt(scene.assertion("outsider")),
            "AccessDeniedException",
        ),
        (
            "a stranger's issuer",
            jwt(stranger.token(&scene.claims("jane"))),
            "InvalidGrantException",
        ),
        ("a stranger's key", jwt(forged), "InvalidGrantException"),
        ("no token", jwt("x".to_owned()), "InvalidGrantException"),
        (
            "nothing",
            json!({"grantType": JWT}),
            "InvalidRequestException",
        ),
        (
            "a foreign scope",
            json!({"grantType": JWT, "assertion": good(), "scope": ["openid", "redshift:connect"]}),
            "InvalidScopeException",
        ),
        (
            "another type",
            json!({"grantType": JWT, "assertion": good(), "requestedTokenType": "urn:x"}),
            "InvalidRequestException",
        ),
        (
            "a code",
            json!({"grantType": "authorization_code", "code": "x"}),
            "UnsupportedGrantTypeException",
        ),
        (
            "an unknown grant",
            json!({"grantType": "password"}),
            "UnsupportedGrantTypeException",
        ),
        (
            "no refresh token",
            json!({"grantType": "refresh_token"}),
            "InvalidRequestException",
        ),
        (
            "a foreign refresh token",
            json!({"grantType": "refresh_token", "refreshToken": "AAAAAg"}),
            "InvalidGrantException",
        ),
        (
            "another subject",
            json!({"grantType": EXCHANGE, "subjectToken": good(), "subjectTokenType": "urn:ietf:params:oauth:token-type:jwt"}),
            "InvalidRequestException",
        ),
        (
            "no application",
            json!({"clientId": "x", "grantType": JWT, "assertion": good()}),
            "InvalidClientException",
        ),
    ];
    for (case, input, want) in cases {
        let answer = scene.exchange(input).await;
        assert_eq!(answer.refused(), want, "{case}: {}", answer.text);
        assert!(
            answer.value["error_description"].is_string(),
            "{case}: {}",
            answer.text
        );
    }
    assert_eq!(
        stranger.asked(),
        0,
        "an issuer that nobody trusts is not asked"
    );

    // The actor policy decides who may ask, whatever else they may do.
    let user = json!({"UserName": "actor"});
    scene.ok("iam", "CreateUser", user.clone()).await;
    let attach =
        json!({"UserName": "actor", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"});
    scene.ok("iam", "AttachUserPolicy", attach).await;
    let key = scene.ok("iam", "CreateAccessKey", user).await;
    let actor = Credentials::from_answer(&scene.admin.account, &key);
    let ask = || {
        let input = json!({"clientId": scene.application, "grantType": JWT, "assertion": good()});
        server.call(&actor, REGION, "sso-oidc", "CreateTokenWithIAM", input)
    };
    let statement = |effect: &str, who: &str| {
        json!({"Version": "2012-10-17", "Statement": [{"Effect": effect, "Resource": "*", "Action": "sso-oauth:CreateTokenWithIAM",
            "Principal": {"AWS": format!("arn:aws:iam::{}:{who}", scene.admin.account)}}]})
    };
    for (policy, want) in [
        (statement("Allow", "user/actor"), true),
        (statement("Allow", "user/else"), false),
        (statement("Deny", "user/actor"), false),
        (statement("Allow", "root"), true),
    ] {
        let method = json!({"ApplicationArn": scene.application, "AuthenticationMethodType": "IAM",
            "AuthenticationMethod": {"Iam": {"ActorPolicy": policy}}});
        scene
            .ok("sso-admin", "PutApplicationAuthenticationMethod", method)
            .await;
        let answer = ask().await;
        assert_eq!(answer.is_ok(), want, "{policy} {}", answer.text);
        if !want {
            assert_eq!(answer.refused(), "AccessDeniedException");
        }
    }
    for (operation, input, want) in [
        (
            "DeleteApplicationGrant",
            json!({"GrantType": JWT}),
            "UnauthorizedClientException",
        ),
        (
            "DeleteApplicationAuthenticationMethod",
            json!({"AuthenticationMethodType": "IAM"}),
            "UnauthorizedClientException",
        ),
    ] {
        let mut input = input;
        input["ApplicationArn"] = scene.application.as_str().into();
        scene.ok("sso-admin", operation, input).await;
        assert_eq!(ask().await.refused(), want, "{operation}");
    }
}

async fn tokens_stay_in_their_instance(server: Server) {
    let ours = Scene::new(&server, server.admin().clone(), "ours").await;
    let jane = ours.person("jane", "none").await;
    ours.permission_set("Red", tagged("red"), "USER", &jane)
        .await;
    let second = server.new_account("555500000001").await;
    server
        .call(
            &second,
            REGION,
            "organizations",
            "CreateOrganization",
            json!({}),
        )
        .await
        .ok();
    server
        .call(&second, REGION, "atrium", "StartSSO", json!({}))
        .await
        .ok();
    let theirs = Scene::new(&server, second, "theirs").await;
    theirs.person("jane", "none").await;
    let (token, foreign) = (ours.token("jane").await, theirs.token("jane").await);

    let accounts = theirs
        .portal("ListAccounts", &foreign, json!({}))
        .await
        .ok();
    assert_eq!(
        accounts,
        json!({"accountList": []}),
        "the same name is another person"
    );
    for operation in ["ListAccountRoles", "GetRoleCredentials"] {
        let input = json!({"accountId": ours.member, "roleName": "Red"});
        let input = if operation == "ListAccountRoles" {
            json!({"accountId": ours.member})
        } else {
            input
        };
        let answer = theirs.portal(operation, &foreign, input).await;
        assert_eq!(answer.refused(), "ForbiddenException", "{operation}");
    }
    for input in [
        json!({"grantType": EXCHANGE, "subjectToken": token["accessToken"], "subjectTokenType": ACCESS}),
        json!({"grantType": "refresh_token", "refreshToken": token["refreshToken"]}),
        json!({"grantType": JWT, "assertion": ours.assertion("jane")}),
    ] {
        assert_eq!(
            theirs.exchange(input).await.refused(),
            "InvalidGrantException"
        );
    }
    let input = json!({"clientId": ours.application, "grantType": JWT, "assertion": ours.assertion("jane")});
    assert_eq!(
        theirs.exchange(input).await.refused(),
        "AccessDeniedException"
    );
    // A token whose instance was changed is nobody's.
    let mut bytes = token["accessToken"].as_str().unwrap().to_owned();
    bytes.replace_range(20..21, if &bytes[20..21] == "A" { "B" } else { "A" });
    let changed = visit(
        &server,
        "sso",
        "ListAccounts",
        &json!({"accessToken": bytes}),
    )
    .await;
    assert_eq!(
        (changed.status, changed.message()),
        (401, "Session token not found or invalid")
    );
}

async fn calls_with_tokens_leave_their_events(server: Server) {
    let scene = Scene::new(&server, server.admin().clone(), "member").await;
    let jane = scene.person("jane", "none").await;
    scene
        .permission_set("Red", tagged("red"), "USER", &jane)
        .await;
    let token = scene.token("jane").await;
    scene.portal("ListAccounts", &token, json!({})).await.ok();
    scene
        .portal(
            "ListAccountRoles",
            &token,
            json!({"accountId": scene.member}),
        )
        .await
        .ok();
    scene.credentials(&token, "Red").await.ok();
    scene.credentials(&token, "Green").await.refused();
    scene.portal("Logout", &token, json!({})).await;
    visit(
        &server,
        "sso",
        "ListAccounts",
        &json!({"accessToken": "AAAAA"}),
    )
    .await
    .refused();
    server.flush_events().await;
    let named = |name: &'static str| scene.records(name);
    let only = async |name: &'static str| {
        let found = named(name).await;
        assert_eq!(found.len(), 1, "{name}");
        found[0].clone()
    };
    let made = only("CreateTokenWithIAM").await;
    assert_eq!(made["eventSource"], "sso-oauth.amazonaws.com");
    assert_eq!(
        made["resources"],
        json!([{"type": "AWS::SSO::Application", "ARN": scene.application}])
    );
    let additional = &made["additionalEventData"];
    assert_eq!(additional["identitystore:UserId"], jane);
    let store = format!(
        "arn:aws:identitystore::{}:identitystore/{}",
        scene.admin.account, scene.store
    );
    assert_eq!(additional["identitystore:IdentityStoreArn"], store);
    let hidden = "HIDDEN_DUE_TO_SECURITY_REASONS";
    assert_eq!(
        made["requestParameters"],
        json!({"clientId": scene.application, "grantType": JWT, "assertion": hidden})
    );
    assert_eq!(made["responseElements"]["accessToken"], hidden);
    for secret in ["accessToken", "refreshToken"] {
        let text = token[secret].as_str().unwrap();
        let rows = server.database().rows();
        assert!(
            !rows.iter().any(|row| row.contains(text)),
            "{secret} is kept"
        );
    }
    let context = token["awsAdditionalDetails"]["identityContext"]
        .as_str()
        .unwrap();
    assert!(!made.to_string().contains(context));

    let person = json!({"type": "IdentityCenterUser", "accountId": scene.admin.account.as_str(),
        "onBehalfOf": {"userId": jane, "identityStoreArn": store}, "credentialId": additional["identitycenter:CredentialId"]});
    for name in ["ListAccounts", "ListAccountRoles", "Logout"] {
        let record = only(name).await;
        assert_eq!(record["userIdentity"], person, "{name}");
        assert_eq!(
            (&record["eventType"], &record["eventSource"]),
            (&json!("AwsServiceEvent"), &json!("sso.amazonaws.com"))
        );
        assert!(record["requestParameters"].is_null() && record["responseElements"].is_null());
        assert_eq!(record["readOnly"], true);
    }
    assert_eq!(
        only("ListAccountRoles").await["serviceEventDetails"],
        json!({"account_id": scene.member})
    );
    assert!(
        only("ListAccounts")
            .await
            .get("serviceEventDetails")
            .is_none()
    );
    let credentials = named("GetRoleCredentials").await;
    assert_eq!(credentials.len(), 2);
    for (record, (role, code)) in credentials
        .iter()
        .zip([("Green", json!("ForbiddenException")), ("Red", Value::Null)])
    {
        assert_eq!(
            record["serviceEventDetails"],
            json!({"role_name": role, "account_id": scene.member})
        );
        assert_eq!(record["errorCode"], code);
    }

    // A role that acts for the person says so in its events.
    let trust = |action: Value| {
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action,
            "Principal": {"AWS": format!("arn:aws:iam::{}:root", scene.admin.account)}}]})
        .to_string()
    };
    let contexts = json!([{"ProviderArn": "arn:aws:iam::aws:contextProvider/IdentityCenter", "ContextAssertion": context}]);
    for (name, action, want) in [
        ("Plain", json!("sts:AssumeRole"), false),
        ("Acting", json!(["sts:AssumeRole", "sts:SetContext"]), true),
    ] {
        let role = json!({"RoleName": name, "AssumeRolePolicyDocument": trust(action)});
        let role = scene.ok("iam", "CreateRole", role).await;
        let ask = json!({"RoleArn": role["Role"]["Arn"], "RoleSessionName": "app", "ProvidedContexts": contexts});
        let answer = scene.call("sts", "AssumeRole", ask).await;
        assert_eq!(answer.is_ok(), want, "{name} {}", answer.text);
        if !want {
            continue;
        }
        let session = Credentials::from_answer(&scene.admin.account, &answer.ok());
        server
            .call(&session, REGION, "sts", "GetCallerIdentity", json!({}))
            .await
            .ok();
        server.flush_events().await;
        let record = &only("GetCallerIdentity").await;
        assert_eq!(record["userIdentity"]["onBehalfOf"], person["onBehalfOf"]);
    }
    let forged = json!([{"ProviderArn": "arn:aws:iam::aws:contextProvider/IdentityCenter", "ContextAssertion": "AAAA"}]);
    let role = format!("arn:aws:iam::{}:role/Acting", scene.admin.account);
    let ask = json!({"RoleArn": role, "RoleSessionName": "app", "ProvidedContexts": forged});
    assert_eq!(
        scene.call("sts", "AssumeRole", ask).await.refused(),
        "ValidationError"
    );
}
