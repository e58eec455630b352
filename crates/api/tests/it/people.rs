//! Whose people a query reads, what they were called, and who may ask.

use std::time::Duration;

use atrium_api::Clock as _;
use atrium_testkit::{Answer, Credentials, Server, on_both_engines};
use serde_json::{Value, json};

use crate::lake::{Worker, call, kept, store, until, with_program};
use crate::world::{REGION, assume, text};

on_both_engines!(with_program();
    a_query_gets_what_people_were_called,
    an_account_gets_its_own_people_and_its_organizations,
    whoever_may_not_list_people_gets_none,
    what_ended_ten_years_ago_is_forgotten,
);

const SECOND: Duration = Duration::from_secs(1);

async fn ok(
    server: &Server,
    by: &Credentials,
    service: &str,
    operation: &str,
    input: Value,
) -> Value {
    server
        .call(by, REGION, service, operation, input)
        .await
        .ok()
}

/// The identity store of an account's own instance.
async fn identity_store(server: &Server, by: &Credentials) -> String {
    let found = ok(server, by, "sso-admin", "ListInstances", json!({})).await;
    let mut instances = found["Instances"].as_array().unwrap().iter();
    let own = instances.find(|instance| instance["OwnerAccountId"] == by.account.as_str());
    text(&own.unwrap()["IdentityStoreId"])
}

async fn make_person(server: &Server, by: &Credentials, store: &str, name: &str) -> String {
    let user = json!({"IdentityStoreId": store, "UserName": name, "DisplayName": name,
        "Name": {"GivenName": name, "FamilyName": "Doe"}});
    let made = ok(server, by, "identitystore", "CreateUser", user).await;
    text(&made["UserId"])
}

/// Makes an account instance with one person.
async fn make_instance(server: &Server, by: &Credentials, name: &str) -> (String, String) {
    let made = ok(
        server,
        by,
        "sso-admin",
        "CreateInstance",
        json!({"Name": name}),
    )
    .await;
    let store = identity_store(server, by).await;
    make_person(server, by, &store, name).await;
    (text(&made["InstanceArn"]), store)
}

async fn start(server: &Server, by: &Credentials, store: &str, tables: &str) -> Answer {
    let folder = server.database().folder().display();
    let statement = format!("SELECT a, b FROM {store}, {tables} -- to:{folder} do:answer");
    call(
        server,
        by,
        "StartQuery",
        json!({"QueryStatement": statement}),
    )
    .await
}

/// The rows of people that a query gets.
async fn people(server: &Server, by: &Credentials, store: &str, tables: &str) -> Vec<Value> {
    let query = start(server, by, store, tables).await.ok();
    let query = text(&query["QueryId"]);
    until(server, by, &query, &["FINISHED"]).await;
    let lines = kept(server, "lines").await;
    let rows = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    rows.filter(|row: &Value| row["instance_arn"].is_string())
        .collect()
}

fn names(rows: &[Value]) -> Vec<&str> {
    let mut names: Vec<&str> = rows
        .iter()
        .map(|row| row["user_name"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    names
}

/// A time as records have it.
fn second(server: &Server) -> String {
    let now = server.clock().now().as_seconds();
    jiff::Timestamp::from_second(now).unwrap().to_string()
}

async fn a_query_gets_what_people_were_called(server: Server) {
    let _worker = Worker::start(&server);
    let admin = server.admin().clone();
    let (events, identities) = (
        store(&server, &admin).await,
        identity_store(&server, &admin).await,
    );
    let begin = second(&server);
    let ann = make_person(&server, &admin, &identities, "ann").await;
    server.clock().advance(5 * SECOND);
    let renamed = second(&server);
    let user = json!({"IdentityStoreId": identities, "UserId": ann});
    for (path, value) in [("title", "Dr"), ("userName", "bea"), ("title", "Prof")] {
        let mut change = user.clone();
        change["Operations"] = json!([{"AttributePath": path, "AttributeValue": value}]);
        ok(&server, &admin, "identitystore", "UpdateUser", change).await;
    }
    server.clock().advance(5 * SECOND);
    ok(&server, &admin, "identitystore", "DeleteUser", user).await;
    server.clock().advance(2 * SECOND);
    let gone = second(&server);
    server.clock().advance(SECOND);
    let cat = make_person(&server, &admin, &identities, "cat").await;

    let rows = people(&server, &admin, &events, "Identity_Users u").await;
    let about = |id: &str| -> Vec<Value> {
        let found = rows.iter().filter(|row| row["user_id"] == id);
        found.cloned().collect()
    };
    let [first, second] = &about(&ann)[..] else {
        panic!("{rows:?}")
    };
    for (row, name, from, until) in [
        (first, "ann", &begin, &renamed),
        (second, "bea", &renamed, &gone),
    ] {
        assert_eq!(row["user_name"], name);
        assert_eq!(row["given_name"], "ann");
        assert_eq!(row["valid_from"], *from, "{name}");
        assert_eq!(row["valid_until"], *until, "{name}");
        assert_eq!(row["owner_account_id"], admin.account.as_str());
        assert_eq!(row["identity_store_id"], identities);
    }
    let [cat] = &about(&cat)[..] else {
        panic!("{rows:?}")
    };
    assert!(cat["valid_until"].is_null() && cat["email"].is_null());

    let request: Value = serde_json::from_str(&kept(&server, "request").await).unwrap();
    let tables = request["query"]["tables"].as_object().unwrap();
    let mut told: Vec<&str> = tables.keys().map(String::as_str).collect();
    told.sort_unstable();
    assert_eq!(told, [events.as_str(), "identity_users"]);
    let columns = tables["identity_users"]["columns"].as_array().unwrap();
    let columns: Vec<&str> = columns
        .iter()
        .map(|column| column[0].as_str().unwrap())
        .collect();
    let shown = first.as_object().unwrap().keys();
    for name in shown {
        assert!(columns.contains(&name.as_str()), "{name}");
    }
    assert_eq!(columns.len(), 12);
}

async fn an_account_gets_its_own_people_and_its_organizations(server: Server) {
    let _worker = Worker::start(&server);
    let admin = server.admin().clone();
    let stranger = server.new_account("222200000002").await;
    let account = json!({"AccountName": "member", "Email": "member@made.example"});
    let made = ok(&server, &admin, "organizations", "CreateAccount", account).await;
    let member = text(&made["CreateAccountStatus"]["AccountId"]);
    let member = assume(&server, &admin, &member, "OrganizationAccountAccessRole").await;
    let identities = identity_store(&server, &admin).await;
    make_person(&server, &admin, &identities, "chief").await;
    let (instance, _) = make_instance(&server, &member, "member").await;
    make_instance(&server, &stranger, "stranger").await;

    let ours = json!({"ServicePrincipal": "cloudtrail.amazonaws.com"});
    ok(
        &server,
        &admin,
        "organizations",
        "EnableAWSServiceAccess",
        ours,
    )
    .await;
    let whole = json!({"Name": "whole", "OrganizationEnabled": true});
    let whole = call(&server, &admin, "CreateEventDataStore", whole)
        .await
        .ok();
    let whole = text(&whole["EventDataStoreArn"]);
    let whole = whole.rsplit('/').next().unwrap();
    let theirs = store(&server, &member).await;
    let strange = store(&server, &stranger).await;
    let cases: [(&Credentials, &str, &[&str]); 3] = [
        // Its members' account instances are none of its business, even if the store has their events.
        (&admin, whole, &["chief"]),
        (&member, &theirs, &["chief", "member"]),
        (&stranger, &strange, &["stranger"]),
    ];
    for (who, events, want) in cases {
        let rows = people(&server, who, events, "identity_users").await;
        assert_eq!(names(&rows), want, "{}", who.account);
    }

    // What an instance was stays with who owned it, and with nobody else.
    ok(
        &server,
        &member,
        "sso-admin",
        "DeleteInstance",
        json!({"InstanceArn": instance}),
    )
    .await;
    server.clock().advance(SECOND);
    make_instance(&server, &member, "again").await;
    for (who, events, want) in [
        (&admin, whole, &["chief"][..]),
        (&member, &theirs, &["again", "chief", "member"]),
        (&stranger, &strange, &["stranger"]),
    ] {
        let rows = people(&server, who, events, "identity_users").await;
        assert_eq!(names(&rows), want, "{}", who.account);
    }
    let rows = people(&server, &member, &theirs, "identity_instances").await;
    let mut ends: Vec<(&str, bool)> = rows
        .iter()
        .map(|row| {
            let name = row["instance_name"].as_str().unwrap_or_default();
            (name, row["valid_until"].is_string())
        })
        .filter(|(name, _)| ["again", "member"].contains(name))
        .collect();
    ends.sort_unstable();
    assert_eq!(ends, [("again", false), ("member", true)]);
    // The owner of the people who were read is told.
    server.flush_events().await;
    let looked = json!({"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "StartQuery"}]});
    let seen = call(&server, &admin, "LookupEvents", looked).await.ok();
    let member_id = member.account.as_str();
    let copies = seen["Events"].as_array().unwrap().iter().filter(|event| {
        let record: Value =
            serde_json::from_str(event["CloudTrailEvent"].as_str().unwrap()).unwrap();
        record["userIdentity"]["accountId"] == member_id
    });
    assert_eq!(copies.count(), 3);
}

/// A user of the administrator's account with a policy that allows all of CloudTrail and these actions.
async fn reader(server: &Server, name: &str, actions: &[(&str, &str)]) -> Credentials {
    let admin = server.admin();
    let mut statements =
        vec![json!({"Effect": "Allow", "Action": "cloudtrail:*", "Resource": "*"})];
    statements.extend(actions.iter().map(
        |(action, resource)| json!({"Effect": "Allow", "Action": action, "Resource": resource}),
    ));
    let policy = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    ok(
        server,
        admin,
        "iam",
        "CreateUser",
        json!({"UserName": name}),
    )
    .await;
    let put = json!({"UserName": name, "PolicyName": "p", "PolicyDocument": policy});
    ok(server, admin, "iam", "PutUserPolicy", put).await;
    let key = ok(
        server,
        admin,
        "iam",
        "CreateAccessKey",
        json!({"UserName": name}),
    )
    .await;
    Credentials::from_answer(&admin.account, &key)
}

async fn whoever_may_not_list_people_gets_none(server: Server) {
    let _worker = Worker::start(&server);
    let admin = server.admin().clone();
    let events = store(&server, &admin).await;
    let identities = identity_store(&server, &admin).await;
    make_person(&server, &admin, &identities, "ann").await;
    let arn = format!(
        "arn:aws:identitystore::{}:identitystore/{identities}",
        admin.account
    );
    let other = arn.replace(&identities, "d-9067000000");
    let none = reader(&server, "none", &[]).await;
    let users = reader(&server, "users", &[("identitystore:ListUsers", &arn)]).await;
    let elsewhere = reader(&server, "elsewhere", &[("identitystore:ListUsers", &other)]).await;
    let instances = reader(&server, "instances", &[("sso:ListInstances", "*")]).await;
    let cases = [
        (&none, "identity_users", Some("identitystore:ListUsers")),
        (&none, "identity_groups", Some("identitystore:ListGroups")),
        (
            &none,
            "identity_memberships",
            Some("identitystore:ListGroupMemberships"),
        ),
        (&none, "identity_instances", Some("sso:ListInstances")),
        (&none, "\"IDENTITY_USERS\"", Some("identitystore:ListUsers")),
        (
            &elsewhere,
            "identity_users",
            Some("identitystore:ListUsers"),
        ),
        (&users, "identity_users", None),
        (
            &users,
            "identity_users, identity_groups",
            Some("identitystore:ListGroups"),
        ),
        (
            &users,
            "identity_users, identity_instances",
            Some("sso:ListInstances"),
        ),
        (&instances, "identity_instances", None),
        (
            &instances,
            "identity_users",
            Some("identitystore:ListUsers"),
        ),
    ];
    for (who, tables, refused) in cases {
        let answer = start(&server, who, &events, tables).await;
        match refused {
            Some(action) => {
                assert_eq!(answer.refused(), "AccessDeniedException", "{tables}");
                assert!(answer.message().contains(action), "{}", answer.message());
            }
            None => drop(answer.ok()),
        }
    }

    // Nor may they have what somebody else asked for.
    let query = start(&server, &admin, &events, "identity_users").await.ok();
    let query = json!({"QueryId": query["QueryId"]});
    until(
        &server,
        &admin,
        query["QueryId"].as_str().unwrap(),
        &["FINISHED"],
    )
    .await;
    call(&server, &users, "GetQueryResults", query.clone())
        .await
        .ok();
    for who in [&none, &elsewhere, &instances] {
        let answer = call(&server, who, "GetQueryResults", query.clone()).await;
        assert_eq!(answer.refused(), "AccessDeniedException");
    }
    let plain = start(&server, &admin, &events, "b").await.ok();
    let plain = json!({"QueryId": plain["QueryId"]});
    until(
        &server,
        &none,
        plain["QueryId"].as_str().unwrap(),
        &["FINISHED"],
    )
    .await;
    call(&server, &none, "GetQueryResults", plain).await.ok();
}

async fn what_ended_ten_years_ago_is_forgotten(server: Server) {
    let admin = server.admin().clone();
    let identities = identity_store(&server, &admin).await;
    let ann = make_person(&server, &admin, &identities, "ann").await;
    let user = json!({"IdentityStoreId": identities, "UserId": ann});
    ok(&server, &admin, "identitystore", "DeleteUser", user).await;
    let former = || {
        let rows = server.database().rows();
        rows.iter().filter(|row| row.starts_with("former_")).count()
    };
    let day = 24 * 3600 * SECOND;
    for (days, want) in [(3653, 1), (1, 0)] {
        server.clock().advance(day * days);
        let now = server.clock().now();
        let forget = server
            .services()
            .store
            .write(move |tx| atrium_trail::queries::forget_people(tx, now));
        forget.await.unwrap();
        assert_eq!(former(), want, "after {days} days");
    }
    assert_eq!(atrium_trail::queries::PEOPLE_KEPT, day * 3653);
}
