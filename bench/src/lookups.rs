//! LookupEvents in a log of many events, by each attribute: what it costs among few, and among many.

use std::path::Path;

use anyhow::Context as _;
use atrium_model::{AccountId, Region, Timestamp};
use atrium_store::{Event, EventResource, Store, StoreError};
use serde_json::json;

use crate::api;
use crate::arguments::Arguments;
use crate::cases::{self, Outcome, READERS, Row};
use crate::fixture::Fixture;
use crate::load::Requests;
use crate::server::{Program, Server};

/// The fewest events that are looked among.
const FEW: u64 = 1_000;
/// Events of one commit while the log is filled.
const BATCH: u64 = 20_000;
/// Over how many days they are spread: no more than LookupEvents looks back.
const DAYS: i64 = 80;
/// What calls are usually of. One event in the middle of the log is of none of these.
const NAMES: [&str; 8] = [
    "ListInstances",
    "DescribeUser",
    "ListUsers",
    "ListAccountAssignments",
    "DescribePermissionSet",
    "AssumeRole",
    "ListGroupMembershipsForMember",
    "GetUserId",
];

/// What is asked for: an attribute and its value, or nothing.
const QUESTIONS: [(&str, Option<(&str, &str)>); 9] = [
    ("the newest", None),
    (
        "by an EventName of many",
        Some(("EventName", "DescribeUser")),
    ),
    (
        "by an EventName of one",
        Some(("EventName", "DeleteInstance")),
    ),
    ("by a Username of one", Some(("Username", "rare-person"))),
    (
        "by an AccessKeyId of one",
        Some(("AccessKeyId", "AKIARARERARERARERARE")),
    ),
    (
        "by an EventSource of one",
        Some(("EventSource", "rare.amazonaws.com")),
    ),
    (
        "by a ResourceName of one",
        Some(("ResourceName", "ssoins-rare")),
    ),
    ("by ReadOnly, where one is not", Some(("ReadOnly", "false"))),
    ("by EventId", Some(("EventId", "event-7"))),
];

/// Measures on a log of few events and on one of many. The other servers of the report have no such operation.
pub(crate) async fn measure(
    arguments: &Arguments,
    program: &Program,
    folder: &Path,
    servers: usize,
) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for events in [FEW, arguments.logged_events()] {
        let folder = folder.join(events.to_string());
        let fixture = filled(program, &folder, events).await?;
        for (question, attribute) in QUESTIONS {
            let case = format!("LookupEvents, {question}, {events} events");
            if !case.contains(&arguments.case) {
                continue;
            }
            let requests = Requests::again(fixture.sign([api::lookup_events(attribute)])?);
            let mut outcomes = vec![cases::read(arguments, &fixture, &requests).await];
            let other = Outcome::Skipped("measured on the embedded database alone".to_owned());
            outcomes.resize(servers, other);
            cases::note(&case, &outcomes[..1]);
            rows.push(Row {
                case,
                connections: READERS,
                outcomes,
            });
        }
        fixture.server.stop().await?;
    }
    Ok(rows)
}

/// A server whose log holds so many events.
async fn filled(program: &Program, folder: &Path, events: u64) -> anyhow::Result<Fixture> {
    let fixture = Fixture::prepare(Server::start(program, folder, &[]).await?).await?;
    let account: AccountId = fixture.account.parse()?;
    let begin = std::time::Instant::now();
    let filled = fixture
        .restarted_after(async |data| fill(&data.join("atrium.db"), &account, events).await)
        .await?;
    let took = begin.elapsed().as_secs_f64();
    eprintln!("{events} events, {took:.1} s of filling");
    Ok(filled)
}

/// Writes events straight into the database of a server that is not running.
async fn fill(database: &Path, account: &AccountId, events: u64) -> anyhow::Result<()> {
    let store = Store::open_sqlite(database)
        .with_context(|| format!("could not open {}", database.display()))?;
    let now = jiff::Timestamp::now().as_millisecond();
    let begin = now - DAYS * 24 * 3600 * 1000;
    let step = (now - begin) / i64::try_from(events)?;
    for first in (0..events).step_by(usize::try_from(BATCH)?) {
        let numbers = first..events.min(first + BATCH);
        let account = account.clone();
        let kept = store.bulk(move |tx| {
            for number in numbers.clone() {
                let at = i64::try_from(number).map_err(StoreError::corrupt)?;
                let time = Timestamp::from_millis(begin + at * step);
                tx.append_event(&event(&account, number, time, number == events / 2))?;
            }
            Ok::<_, StoreError>(())
        });
        kept.await?;
    }
    Ok(())
}

/// The event of this number; a rare one has nothing in common with the others.
fn event(account: &AccountId, number: u64, time: Timestamp, rare: bool) -> Event {
    let usual = NAMES[usize::try_from(number % 8).unwrap_or(0)];
    let pick = |one: &str, usual: String| if rare { one.to_owned() } else { usual };
    let mut event = Event {
        id: format!("event-{number}"),
        time,
        account: account.clone(),
        region: Region::US_EAST_1,
        source: pick(
            "rare.amazonaws.com",
            "identitystore.amazonaws.com".to_owned(),
        ),
        name: pick("DeleteInstance", usual.to_owned()),
        username: Some(pick("rare-person", format!("person-{}", number % 4001))),
        access_key_id: Some(pick(
            "AKIARARERARERARERARE",
            format!("ASIAUSUAL{:011}", number / 37 % 50_000),
        )),
        read_only: !rare,
        resources: Vec::new(),
        record: String::new(),
    };
    if rare {
        event.resources.push(EventResource {
            kind: "AWS::SSO::Instance".to_owned(),
            arn: "arn:aws:sso:::instance/ssoins-rare".to_owned(),
        });
    }
    event.record = record(&event);
    event
}

/// Its record, about as long as they are.
fn record(event: &Event) -> String {
    json!({
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "arn": format!("arn:aws:sts::{}:assumed-role/Administrator/{}", event.account,
                event.username.as_deref().unwrap_or_default()),
            "accountId": event.account.as_str(),
            "accessKeyId": event.access_key_id,
        },
        "eventSource": event.source,
        "eventName": event.name,
        "awsRegion": event.region.as_str(),
        "sourceIPAddress": "203.0.113.7",
        "userAgent": "aws-cli/2.31.3 md/awscrt#0.27.6 ua/2.1 os/linux lang/python#3.13.7",
        "requestParameters": {"identityStoreId": "d-9067642ac7"},
        "responseElements": null,
        "eventID": event.id,
        "readOnly": event.read_only,
        "recipientAccountId": event.account.as_str(),
        "eventCategory": "Management",
    })
    .to_string()
}
