//! Each call leaves exactly one event that tells what happened; that of a change is there as soon as the call answers.

use atrium_api::Clock as _;
use atrium_store::{EventFilter, EventQuery, StoreError};
use atrium_testkit::{Answer, Credentials, Options, Server, on_both_engines};
use atrium_wire::OperationMeta;
use serde_json::Value;

use crate::input;
use crate::nobody::nobody;
use crate::operations::offered;
use crate::world::{REGION, World};

on_both_engines!(Options::default(); each_call_leaves_one_event);

/// Records of the operation in the caller's account that carry the answer's request id.
async fn events_of(
    server: &Server,
    by: &Credentials,
    operation: &OperationMeta,
    answer: &Answer,
) -> Vec<Value> {
    let now = server.clock().now();
    let query = EventQuery {
        account: by.account.clone(),
        region: REGION.parse().unwrap(),
        from: now,
        to: now,
        filter: Some(EventFilter::EventName(operation.name.to_owned())),
        after: None,
        limit: 1000,
    };
    let found = server
        .services()
        .store
        .read(move |tx| tx.events(&query))
        .await;
    let found = found.unwrap_or_else(|error: StoreError| panic!("{error}"));
    let id = answer.headers["x-amzn-requestid"].to_str().unwrap();
    found
        .into_iter()
        .map(|(_, event)| serde_json::from_str::<Value>(&event.record).unwrap())
        .filter(|record| record["requestID"] == id)
        .collect()
}

async fn each_call_leaves_one_event(server: Server) {
    let world = World::build(&server).await;
    let mut faults = Vec::new();
    let account = &world.a.management;
    let nobody = nobody(&server, &account.admin).await;
    let mut succeeded = 0;
    for (n, operation) in offered(&server).into_iter().enumerate() {
        let input = input::own(operation, &account.names, n);
        for by in [&nobody, &account.admin] {
            let answer = server
                .call_operation(by, REGION, operation, &input.value)
                .await;
            let change = !server.services().registry.only_reads(operation);
            if !(change && answer.is_ok()) {
                server.flush_events().await;
            }
            succeeded += usize::from(answer.is_ok());
            let events = events_of(&server, by, operation, &answer).await;
            let fault = match events.as_slice() {
                // Nobody is known for it.
                [] if operation.unsigned && !answer.is_ok() => None,
                [event] => fault(&server, operation, &answer, by, event),
                others => Some(format!("leaves {} events", others.len())),
            };
            faults.extend(fault.map(|fault| {
                format!(
                    "{operation:?} {fault}\n    {}\n    {} {}",
                    input.value, answer.status, answer.text
                )
            }));
        }
    }
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
    assert!(succeeded > 80, "only {succeeded} calls succeeded");
}

fn fault(
    server: &Server,
    operation: &OperationMeta,
    answer: &Answer,
    by: &Credentials,
    event: &Value,
) -> Option<String> {
    let source = match operation.service.name {
        "sso-admin" | "atrium" => "sso.amazonaws.com".to_owned(),
        "sso-oidc" => "sso-oauth.amazonaws.com".to_owned(),
        other => format!("{other}.amazonaws.com"),
    };
    let wanted: [(&str, Value); 6] = [
        ("eventName", operation.name.into()),
        ("eventSource", source.into()),
        ("errorCode", answer.code().map_or(Value::Null, Into::into)),
        (
            "errorMessage",
            answer
                .code()
                .map_or(Value::Null, |_| answer.message().into()),
        ),
        ("awsRegion", REGION.into()),
        ("recipientAccountId", by.account.as_str().into()),
    ];
    for (name, value) in wanted {
        if event[name] != value {
            return Some(format!("says {name} is {}, not {value}", event[name]));
        }
    }
    if event["userIdentity"]["accessKeyId"] != by.access_key_id {
        return Some("tells another key".to_owned());
    }
    // What the registry runs as a change may still be called reading by AWS (sessions), but never the other way.
    let changes = answer.is_ok() && event["readOnly"] == true;
    let session = operation.service.name == "sts";
    (changes && !session && !server.services().registry.only_reads(operation))
        .then(|| "is a change that calls itself reading".to_owned())
}
