//! Plans of long ago are kept for as long as an event may still need them.

use atrium_model::trail::{Selectors, TrailPlan, TrailSettings, TrailVersion};
use atrium_model::{Region, Timestamp};
use atrium_store::{Event, Store};
use atrium_trail::delivery::forget_old_plans;

use crate::digest::run;

const DAY: i64 = 24 * 3600 * 1000;
const READER: &str = "trails";

/// What a trail did from a day on.
fn version(day: i64, logging: bool) -> TrailVersion {
    TrailVersion {
        account: "111111111111".parse().expect("an account"),
        trail: "t".to_owned(),
        since: Timestamp::from_millis(day * DAY),
        plan: TrailPlan {
            name: "main".to_owned(),
            region: Region::US_EAST_1,
            logging,
            last_request: None,
            settings: TrailSettings {
                bucket: "bucket".to_owned(),
                prefix: None,
                topic: None,
                global_events: true,
                multi_region: false,
                validation: false,
                organization: None,
                recursive: None,
                selectors: Selectors::default(),
                insights: Vec::new(),
            },
        },
    }
}

fn event(day: i64) -> Event {
    Event {
        id: "e".to_owned(),
        time: Timestamp::from_millis(day * DAY),
        account: "111111111111".parse().expect("an account"),
        region: Region::US_EAST_1,
        source: "sso.amazonaws.com".to_owned(),
        name: "ListInstances".to_owned(),
        username: None,
        access_key_id: None,
        read_only: true,
        resources: Vec::new(),
        record: "{}".to_owned(),
    }
}

/// The days of the plans that are left after what is forgotten on a day.
fn left(store: &Store, day: i64) -> Vec<i64> {
    let left = run(store, move |tx| {
        forget_old_plans(tx, READER, Timestamp::from_millis(day * DAY))?;
        tx.trail_versions(("", "", Timestamp::from_millis(i64::MIN)), 9)
    });
    let days = left.iter().map(|version| version.since.as_millis() / DAY);
    days.collect()
}

#[test]
fn a_plan_is_kept_until_what_it_takes_is_delivered() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open_sqlite(&folder.path().join("atrium.db")).expect("a database");
    run(&store, |tx| {
        tx.put_trail_version(&version(10, true))?;
        tx.put_trail_version(&version(12, false))?;
        tx.append_event(&event(11))
    });
    // Delivery has been standing still for weeks.
    assert_eq!(left(&store, 40), [10, 12]);
    run(&store, |tx| {
        let (begin, end) = (Timestamp::from_millis(0), Timestamp::from_millis(1));
        let from = tx.claim_event_reader(READER, begin, end)?;
        let (from, to) = from.zip(tx.last_event()?).expect("something to read");
        tx.advance_event_reader(READER, from, to, end)
    });
    assert_eq!(left(&store, 12), [10, 12]);
    assert_eq!(left(&store, 40), [0_i64; 0]);
}
