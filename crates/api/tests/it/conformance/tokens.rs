//! Client tokens: a request that comes twice is answered twice and done once.

use std::collections::BTreeSet;

use atrium_testkit::{Credentials, Options, Server, on_both_engines};
use serde_json::{Value, json};

use super::model::{Model, Operation, SERVICES};
use super::reply::Reply;
use super::request::send;
use super::rules::Rules;
use crate::input;
use crate::world::{Account, World};

on_both_engines!(Options::default(); a_request_that_comes_twice_is_done_once);

/// The member that holds the token, if the operation has one.
fn token_of(operation: Operation<'_>) -> Option<&str> {
    let members = operation.input()?.members();
    let mut tokens = members.filter(|member| {
        member.is_idempotency_token()
            || ["ClientToken", "ClientRequestToken"].contains(&member.name)
    });
    tokens.next().map(|member| member.name)
}

async fn a_request_that_comes_twice_is_done_once(server: Server) {
    let world = World::build(&server).await;
    let mut walked = BTreeSet::new();
    let mut number = 0;
    for model in SERVICES.map(Model::read) {
        for operation in model.operations() {
            let known = atrium_wire::find(model.service, operation.name).unwrap();
            let Some(token) = token_of(operation) else {
                continue;
            };
            if server.services().registry.offers(known) {
                number += 1;
                let by = caller(&server, &world, operation).await;
                let mut input = input::own(known, &by.names, 200_000 + number).value;
                input[token] = json!(format!("token-{number}"));
                twice(&server, operation, &by.admin, token, input).await;
                walked.insert(format!("{}:{}", model.service, operation.name));
            }
        }
    }
    let least = [
        "sso-admin:CreateApplication",
        "sso-admin:CreateInstance",
        "sso-admin:CreateTrustedTokenIssuer",
    ];
    assert!(
        least.iter().all(|name| walked.contains(*name)),
        "only {walked:?}"
    );
}

/// Somebody with whom the operation succeeds.
async fn caller(server: &Server, world: &World, operation: Operation<'_>) -> Account {
    let mut account = world.a.management.clone();
    // An account has one instance, and these have theirs.
    if operation.name == "CreateInstance" {
        account.admin = server.new_account("666600000001").await;
    }
    account
}

async fn twice(
    server: &Server,
    operation: Operation<'_>,
    by: &Credentials,
    token: &str,
    input: Value,
) {
    let name = operation.name;
    let rules = &mut Rules::default();
    let mut call = async |input: &Value| {
        Reply::read(operation, send(server, by, operation, input).await, rules)
    };
    let before = server.database().rows();
    let first = call(&input).await;
    assert!(first.is_ok(), "{name}: {}", first.text);
    let after = server.database().rows();
    assert_ne!(before, after, "{name} does nothing");

    let second = call(&input).await;
    assert_eq!(
        (second.status, &second.value),
        (first.status, &first.value),
        "{name} again"
    );
    assert_eq!(after, server.database().rows(), "{name} again");

    let other = call(&different(operation, token, &input)).await;
    let codes = ["ConflictException", "IdempotentParameterMismatch"];
    let declared = codes
        .iter()
        .find(|code| operation.errors().any(|shape| shape.name == **code));
    assert_eq!(
        other.code.as_deref(),
        declared.copied(),
        "{name} with other members: {}",
        other.text
    );
    assert_eq!(after, server.database().rows(), "{name} with other members");
}

/// The request with a member that says something else.
fn different(operation: Operation<'_>, token: &str, input: &Value) -> Value {
    let members = operation.input().unwrap().members();
    let name = members
        .filter(|member| member.name != token && ["Name", "Description"].contains(&member.name))
        .map(|member| member.name)
        .next()
        .unwrap_or_else(|| panic!("nothing to change is known about {}", operation.name));
    let mut other = input.clone();
    other[name] = json!("something-else");
    other
}
