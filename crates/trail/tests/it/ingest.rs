//! Every event that an event data store shall have is picked for it once, and none else.

use atrium_model::lake::{StorePlan, StoreVersion};
use atrium_model::trail::{AdvancedEventSelector, FieldSelector};
use atrium_model::{OrganizationId, Timestamp};
use atrium_store::{Event, EventPosition, StreamedEvent};
use atrium_trail::ingest::StorePlans;
use proptest::prelude::*;
use serde_json::json;

const ACCOUNTS: [&str; 2] = ["111111111111", "222222222222"];
const ORGANIZATION: &str = "o-aaaaaaaaaa";
const REGIONS: [&str; 2] = ["eu-west-1", "us-east-1"];
const SOURCES: [&str; 2] = ["cloudtrail.amazonaws.com", "sso.amazonaws.com"];

fn field(name: &str, value: &str) -> FieldSelector {
    FieldSelector {
        field: name.to_owned(),
        equals: vec![value.to_owned()],
        ..FieldSelector::default()
    }
}

/// All management events, those of one service, or those of one caller.
fn selectors(kind: usize) -> Vec<AdvancedEventSelector> {
    let mut fields = vec![field("eventCategory", "Management")];
    match kind {
        0 => {}
        1 => fields.push(field("eventSource", SOURCES[1])),
        _ => fields.push(field("userIdentity.arn", "arn:0")),
    }
    vec![AdvancedEventSelector { name: None, fields }]
}

type Flags = (bool, bool, bool);

/// The versions of store number `number`: at whole tens of the clock, so that events fall before, on and after them.
fn versions(number: usize) -> impl Strategy<Value = Vec<StoreVersion>> {
    let one = (
        any::<(bool, bool, bool)>(),
        prop::option::of(0u8..3),
        0usize..3,
    );
    let home = (0usize..2, 0usize..2);
    (home, prop::collection::btree_map(0i64..6, one, 1..4)).prop_map(
        move |((account, region), all)| {
            let version = |(since, ((ingesting, multi_region, shared), last, kind)): (
                i64,
                (Flags, Option<u8>, usize),
            )| StoreVersion {
                account: ACCOUNTS[account].parse().unwrap(),
                store: format!("store-{number}"),
                since: Timestamp::from_millis(since * 10),
                plan: StorePlan {
                    region: REGIONS[region].parse().unwrap(),
                    ingesting,
                    last_request: last
                        .filter(|_| !ingesting)
                        .map(|request| format!("r{request}")),
                    multi_region,
                    organization: organization(shared),
                    selectors: selectors(kind),
                },
            };
            all.into_iter().map(version).collect()
        },
    )
}

fn organization(is_member: bool) -> Option<OrganizationId> {
    is_member.then(|| ORGANIZATION.parse().unwrap())
}

/// What an event is made of, for the rules to be said once more.
#[derive(Clone, Debug)]
struct Seed {
    time: i64,
    account: usize,
    is_member: bool,
    region: usize,
    source: usize,
    request: u8,
    caller: u8,
}

fn seed() -> impl Strategy<Value = Seed> {
    let place = (0usize..2, any::<bool>(), 0usize..2, 0usize..2);
    (0i64..70, place, 0u8..3, 0u8..2).prop_map(
        |(time, (account, is_member, region, source), request, caller)| Seed {
            time,
            account,
            is_member,
            region,
            source,
            request,
            caller,
        },
    )
}

fn event(number: usize, seed: &Seed) -> StreamedEvent {
    let record = json!({
        "eventID": format!("e{number}"),
        "requestID": format!("r{}", seed.request),
        "eventCategory": "Management",
        "userIdentity": {"arn": format!("arn:{}", seed.caller)},
    });
    StreamedEvent {
        position: EventPosition {
            transaction: 0,
            number: i64::try_from(number).unwrap(),
        },
        organization: organization(seed.is_member),
        event: Event {
            id: format!("e{number}"),
            time: Timestamp::from_millis(seed.time),
            account: ACCOUNTS[seed.account].parse().unwrap(),
            region: REGIONS[seed.region].parse().unwrap(),
            source: SOURCES[seed.source].to_owned(),
            name: "Something".to_owned(),
            username: None,
            access_key_id: None,
            read_only: true,
            resources: Vec::new(),
            record: record.to_string(),
        },
    }
}

/// Whether a store shall have an event: the rules, said once more and otherwise.
fn wanted(versions: &[StoreVersion], seed: &Seed) -> bool {
    let held: Vec<&StoreVersion> = versions
        .iter()
        .filter(|version| version.since.as_millis() <= seed.time)
        .collect();
    let ends = |version: &&StoreVersion| {
        seed.source == 0 && version.plan.last_request == Some(format!("r{}", seed.request))
    };
    let before = usize::from(held.last().is_some_and(ends));
    let Some(version) = held.iter().rev().nth(before) else {
        return false;
    };
    let plan = &version.plan;
    let whose = match plan.organization {
        Some(_) => seed.is_member,
        None => version.account.as_str() == ACCOUNTS[seed.account],
    };
    let where_ = plan.multi_region || plan.region.as_str() == REGIONS[seed.region];
    let which = match plan.selectors {
        ref all if *all == selectors(0) => true,
        ref all if *all == selectors(1) => seed.source == 1,
        _ => seed.caller == 0,
    };
    plan.ingesting && whose && where_ && which
}

proptest! {
    #[test]
    fn stores_get_what_they_shall(
        stores in (versions(0), versions(1), versions(2)),
        seeds in prop::collection::vec(seed(), 0..40),
    ) {
        let stores = [stores.0, stores.1, stores.2];
        let plans: StorePlans = stores.iter().flatten().cloned().collect();
        let events: Vec<_> = seeds.iter().enumerate().map(|(n, seed)| event(n, seed)).collect();
        let mut want = Vec::new();
        for versions in &stores {
            for (one, _) in events.iter().zip(&seeds).filter(|(_, seed)| wanted(versions, seed)) {
                want.push((versions[0].store.clone(), one.position, one.event.record.clone()));
            }
        }
        let picked = plans.pick(&events);
        prop_assert!(picked.iter().all(|records| !records.is_empty()));
        let got: Vec<_> = picked.into_iter().flatten().map(|r| {
            assert_eq!(r.day, "1970-01-01");
            (r.store, r.position, r.record)
        }).collect();
        prop_assert_eq!(got, want);
    }
}
