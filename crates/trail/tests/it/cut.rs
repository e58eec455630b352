//! Every event that a trail shall have is in exactly one of its files, and none else.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::sync::atomic::{AtomicU8, Ordering};

use atrium_model::trail::{
    AdvancedEventSelector, EventSelector, FieldSelector, ReadWriteType, Selectors, TrailPlan,
    TrailSettings, TrailVersion,
};
use atrium_model::{Random, Timestamp};
use atrium_store::{Event, EventPosition, StreamedEvent};
use atrium_trail::delivery::{Cut, CutFile, Plans};
use flate2::read::GzDecoder;
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const ACCOUNTS: [&str; 3] = ["111111111111", "222222222222", "333333333333"];
const ORGANIZATIONS: [&str; 2] = ["o-aaaaaaaaaa", "o-bbbbbbbbbb"];
const REGIONS: [&str; 3] = ["eu-west-1", "us-east-1", "us-west-2"];
const SOURCES: [&str; 4] = [
    "cloudtrail.amazonaws.com",
    "iam.amazonaws.com",
    "kms.amazonaws.com",
    "sso.amazonaws.com",
];
const NOW: Timestamp = Timestamp::from_millis(1_767_603_662_500);

/// Names differ, and are the same each time.
#[derive(Default)]
struct Counting(AtomicU8);

impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.0.fetch_add(37, Ordering::Relaxed).wrapping_mul(31);
        }
    }
}

fn pick<T: Copy + std::fmt::Debug>(from: &'static [T]) -> impl Strategy<Value = T> {
    (0..from.len()).prop_map(move |at| from[at])
}

fn selectors() -> impl Strategy<Value = Selectors> {
    let kind = pick(&[
        ReadWriteType::All,
        ReadWriteType::ReadOnly,
        ReadWriteType::WriteOnly,
    ]);
    let basic = (kind, any::<bool>(), any::<bool>()).prop_map(|(read_write, management, quiet)| {
        EventSelector {
            read_write,
            management,
            data: Vec::new(),
            excluded_sources: Vec::from_iter(quiet.then(|| "kms.amazonaws.com".to_owned())),
        }
    });
    let field = |name: &str| FieldSelector {
        field: name.to_owned(),
        ..FieldSelector::default()
    };
    let advanced = (
        pick(&["Management", "Data"]),
        pick(&[None, Some("true"), Some("false")]),
        any::<bool>(),
    );
    let advanced = advanced.prop_map(move |(category, read_only, quiet)| {
        let mut fields = vec![FieldSelector {
            equals: vec![category.to_owned()],
            ..field("eventCategory")
        }];
        fields.extend(read_only.map(|flag| FieldSelector {
            equals: vec![flag.to_owned()],
            ..field("readOnly")
        }));
        fields.extend(quiet.then(|| FieldSelector {
            not_equals: vec!["kms.amazonaws.com".to_owned()],
            ..field("eventSource")
        }));
        AdvancedEventSelector { name: None, fields }
    });
    prop_oneof![
        prop::collection::vec(basic, 1..3).prop_map(Selectors::Basic),
        prop::collection::vec(advanced, 1..3).prop_map(Selectors::Advanced),
    ]
}

/// Flags, the organization, the request that ends logging, and the selectors of a version.
type Drawn = (
    (bool, bool, bool, bool),
    Option<&'static str>,
    Option<u8>,
    Selectors,
);

/// The versions of trail number `number`: at whole tens of the clock, so that events fall before, on and after them.
fn versions(number: usize) -> impl Strategy<Value = Vec<TrailVersion>> {
    let one = (
        any::<(bool, bool, bool, bool)>(),
        prop::option::of(pick(&ORGANIZATIONS)),
        prop::option::of(0u8..9),
        selectors(),
    );
    let home = (pick(&ACCOUNTS), pick(&REGIONS));
    (home, prop::collection::btree_map(0i64..6, one, 1..4)).prop_map(
        move |((account, region), all)| {
            let version = |(since, drawn): (i64, Drawn)| {
                let ((logging, multi, global, validation), organization, last, selectors) = drawn;
                TrailVersion {
                    account: account.parse().unwrap(),
                    trail: format!("trail-{number}"),
                    since: Timestamp::from_millis(since * 10),
                    plan: TrailPlan {
                        region: region.parse().unwrap(),
                        name: "main".to_owned(),
                        logging,
                        last_request: last
                            .filter(|_| !logging)
                            .map(|request| format!("r{request}")),
                        settings: TrailSettings {
                            bucket: format!("bucket-{number}"),
                            prefix: None,
                            topic: None,
                            global_events: multi || global,
                            multi_region: multi,
                            validation,
                            organization: organization.map(|id| id.parse().unwrap()),
                            recursive: None,
                            selectors,
                            insights: Vec::new(),
                        },
                    },
                }
            };
            all.into_iter().map(version).collect()
        },
    )
}

fn event() -> impl Strategy<Value = StreamedEvent> {
    (
        0i64..70,
        pick(&ACCOUNTS),
        prop::option::of(pick(&ORGANIZATIONS)),
        pick(&REGIONS),
        pick(&SOURCES),
        any::<bool>(),
        0u8..9,
        0usize..200,
    )
        .prop_map(
            |(time, account, organization, region, source, read_only, request, filling)| {
                StreamedEvent {
                    position: EventPosition::START,
                    organization: organization.map(|id| id.parse().unwrap()),
                    event: Event {
                        id: String::new(),
                        time: Timestamp::from_millis(time),
                        account: account.parse().unwrap(),
                        region: region.parse().unwrap(),
                        source: source.to_owned(),
                        name: "Something".to_owned(),
                        username: None,
                        access_key_id: None,
                        read_only,
                        resources: Vec::new(),
                        record: json!({"requestID": format!("r{request}"), "eventCategory": "Management",
                            "recipientAccountId": account, "awsRegion": region, "filling": "x".repeat(filling)})
                        .to_string(),
                    },
                }
            },
        )
}

/// Gives each event its own number.
fn numbered(mut events: Vec<StreamedEvent>) -> Vec<StreamedEvent> {
    for (at, one) in events.iter_mut().enumerate() {
        one.event.id = format!("e{at}");
        let mut record: Value = serde_json::from_str(&one.event.record).unwrap();
        record["eventID"] = one.event.id.as_str().into();
        one.event.record = record.to_string();
    }
    events
}

/// Whether a trail shall have an event: CloudTrail's rules, said once more and otherwise.
fn wanted(versions: &[TrailVersion], one: &StreamedEvent) -> bool {
    let event = &one.event;
    let mut held: Vec<&TrailVersion> = versions
        .iter()
        .filter(|version| version.since <= event.time)
        .collect();
    let request = format!(
        "r{}",
        serde_json::from_str::<Value>(&event.record).unwrap()["requestID"]
            .as_str()
            .unwrap()
            .trim_start_matches('r')
    );
    if event.source == "cloudtrail.amazonaws.com"
        && held.last().and_then(|last| last.plan.last_request.clone()) == Some(request)
    {
        held.pop();
    }
    let Some(version) = held.last() else {
        return false;
    };
    let (plan, settings) = (&version.plan, &version.plan.settings);
    if !plan.logging {
        return false;
    }
    let whose = match &settings.organization {
        None => event.account == version.account,
        Some(id) => one.organization.as_ref().is_some_and(|own| own == id),
    };
    let here = settings.multi_region || plan.region == event.region;
    let everywhere = event.source == "iam.amazonaws.com" && event.region.as_str() == "us-east-1";
    if !whose || !here || (everywhere && !settings.global_events) {
        return false;
    }
    let kms = event.source == "kms.amazonaws.com";
    match &settings.selectors {
        Selectors::Basic(all) => all.iter().any(|selector| {
            let kind = match selector.read_write {
                ReadWriteType::All => true,
                ReadWriteType::ReadOnly => event.read_only,
                ReadWriteType::WriteOnly => !event.read_only,
            };
            selector.management && kind && (!kms || selector.excluded_sources.is_empty())
        }),
        Selectors::Advanced(all) => all.iter().any(|selector| {
            selector
                .fields
                .iter()
                .all(|field| match field.field.as_str() {
                    "eventCategory" => field.equals == ["Management"],
                    "readOnly" => field.equals == [event.read_only.to_string()],
                    _ => !kms,
                })
        }),
    }
}

/// The records of a file, once everything that is told of it is true.
fn records(cut: &CutFile, largest: usize) -> Vec<Value> {
    let mut text = String::new();
    GzDecoder::new(cut.body.as_slice())
        .read_to_string(&mut text)
        .unwrap();
    let file = &cut.file;
    assert_eq!(file.hash, hex::encode(Sha256::digest(&text)));
    assert_eq!(file.size, cut.body.len() as i64);
    let all: Value = serde_json::from_str(&text).unwrap();
    let all = all["Records"].as_array().unwrap().clone();
    assert!(!all.is_empty() && all.len() == cut.records);
    assert!(
        all.len() == 1 || text.len() <= largest,
        "{} bytes",
        text.len()
    );
    for record in &all {
        assert_eq!(record["recipientAccountId"], file.recipient.as_str());
        assert_eq!(record["awsRegion"], file.region.as_str());
    }
    all
}

proptest! {
    #[test]
    fn every_event_is_in_exactly_one_file_of_each_trail_that_wants_it(
        trails in (versions(0), versions(1), versions(2)),
        events in prop::collection::vec(event(), 0..60).prop_map(numbered),
        turns in prop::collection::vec(0usize..60, 0..4),
        largest in prop::sample::select(vec![1usize, 400, 1000, 1 << 20]),
    ) {
        let trails = [trails.0, trails.1, trails.2];
        let plans: Plans = trails.iter().flatten().cloned().collect();
        let mut want: BTreeMap<(String, String), usize> = BTreeMap::new();
        for (versions, one) in trails.iter().flat_map(|v| events.iter().map(move |e| (v, e))) {
            if wanted(versions, one) {
                want.insert((versions[0].trail.clone(), one.event.id.clone()), 1);
            }
        }

        let mut ends: Vec<usize> = turns.into_iter().map(|end| end.min(events.len())).collect();
        ends.push(events.len());
        ends.sort_unstable();
        let (random, mut begin) = (Counting::default(), 0);
        let (mut found, mut times) = (BTreeMap::new(), BTreeMap::new());
        for one in &events {
            times.insert(one.event.id.clone(), one.event.time);
        }
        for end in ends {
            let mut cut = Cut::new(&plans, &random, NOW, largest);
            events[begin..end].iter().for_each(|one| cut.add(one));
            begin = end;
            for file in cut.finish() {
                let all = records(&file, largest);
                let ids = all.iter().map(|record| record["eventID"].as_str().unwrap().to_owned());
                let of_events: Vec<_> = ids.clone().map(|id| times[&id]).collect();
                prop_assert_eq!(Some(&file.file.oldest), of_events.iter().min());
                prop_assert_eq!(Some(&file.file.newest), of_events.iter().max());
                for id in ids {
                    *found.entry((file.file.trail.clone(), id)).or_insert(0) += 1;
                }
            }
        }
        prop_assert_eq!(found, want);
    }
}

#[test]
fn files_lie_where_cloudtrails_do() {
    let mut version = TrailVersion {
        account: ACCOUNTS[0].parse().unwrap(),
        trail: "t".to_owned(),
        since: Timestamp::from_millis(0),
        plan: TrailPlan {
            region: REGIONS[1].parse().unwrap(),
            name: "main".to_owned(),
            logging: true,
            last_request: None,
            settings: TrailSettings {
                bucket: "bucket".to_owned(),
                prefix: Some("logs/here".to_owned()),
                topic: None,
                global_events: true,
                multi_region: true,
                validation: false,
                organization: None,
                recursive: None,
                selectors: Selectors::default(),
                insights: Vec::new(),
            },
        },
    };
    let one = StreamedEvent {
        position: EventPosition::START,
        organization: Some(ORGANIZATIONS[0].parse().unwrap()),
        event: Event {
            id: "e".to_owned(),
            time: NOW,
            account: ACCOUNTS[0].parse().unwrap(),
            region: REGIONS[0].parse().unwrap(),
            source: SOURCES[3].to_owned(),
            name: "CreateUser".to_owned(),
            username: None,
            access_key_id: None,
            read_only: false,
            resources: Vec::new(),
            record: "{}".to_owned(),
        },
    };
    let key = |version: &TrailVersion| {
        let plans: Plans = [version.clone()].into_iter().collect();
        let random = Counting::default();
        let mut cut = Cut::new(&plans, &random, NOW, 1 << 20);
        cut.add(&one);
        let files = cut.finish();
        assert_eq!(files.len(), 1);
        let name = files[0].file.name.clone();
        let tail = name.strip_suffix(".json.gz").unwrap();
        let (stem, tail) = tail.rsplit_once('_').unwrap();
        assert!(tail.len() == 16 && tail.bytes().all(|b| b.is_ascii_alphanumeric()));
        stem.to_owned()
    };
    assert_eq!(
        key(&version),
        "logs/here/AWSLogs/111111111111/CloudTrail/eu-west-1/2026/01/05/\
         111111111111_CloudTrail_eu-west-1_20260105T0901Z"
    );
    version.plan.settings.prefix = None;
    version.plan.settings.organization = Some(ORGANIZATIONS[0].parse().unwrap());
    assert_eq!(
        key(&version),
        "AWSLogs/o-aaaaaaaaaa/111111111111/CloudTrail/eu-west-1/2026/01/05/\
         111111111111_CloudTrail_eu-west-1_20260105T0901Z"
    );
}
