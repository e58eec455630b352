use atrium_model::{OpContext, Random, Region, Timestamp};
use atrium_store::{Event, EventResource, Store};
use atrium_trail::{EventPage, LookupError, LookupEvents, RETENTION, lookup_events};
use proptest::prelude::*;

use crate::callers::{ACCOUNT, caller, role, session};

const NOW: i64 = 1_767_603_662_500;

struct Zeros;

impl Random for Zeros {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

fn event(number: i64, age_millis: i64) -> Event {
    let resources = match number % 3 {
        0 => vec![EventResource {
            kind: "AWS::IAM::Role".into(),
            arn: "arn:aws:iam::444455556666:role/Admin".into(),
        }],
        _ => Vec::new(),
    };
    Event {
        id: format!("event-{number}"),
        time: Timestamp::from_millis(NOW - age_millis),
        account: ACCOUNT.parse().expect("an account"),
        region: Region::US_EAST_1,
        source: "sso.amazonaws.com".into(),
        name: if number % 2 == 0 {
            "CreateUser"
        } else {
            "ListUsers"
        }
        .into(),
        username: Some("alice".into()),
        access_key_id: None,
        read_only: number % 2 != 0,
        resources,
        record: format!(r#"{{"eventVersion":"1.11","eventName":"{number}"}}"#),
    }
}

fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime")
        .block_on(future)
}

fn store(events: Vec<Event>) -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open_sqlite(&folder.path().join("atrium.db")).expect("a database");
    block(store.write(move |tx| events.iter().try_for_each(|event| tx.append_event(event))))
        .expect("kept events");
    (store, folder)
}

fn ask(
    store: &Store,
    account: &str,
    region: Region,
    input: LookupEvents,
) -> Result<EventPage, LookupError> {
    let mut who = caller(role(), Some(session()));
    who.account = account.parse().expect("an account");
    block(store.read(move |tx| {
        let cx = OpContext {
            now: Timestamp::from_millis(NOW),
            random: &Zeros,
            caller: &who,
            region: &region,
            request_id: "r",
        };
        lookup_events(&cx, tx, input.clone())
    }))
}

fn with(key: &str, value: &str) -> LookupEvents {
    LookupEvents {
        attributes: vec![(key.into(), value.into())],
        ..LookupEvents::default()
    }
}

fn numbers(page: &EventPage) -> Vec<i64> {
    page.events
        .iter()
        .map(|event| {
            event
                .id
                .trim_start_matches("event-")
                .parse()
                .expect("a number")
        })
        .collect()
}

#[test]
fn one_attribute_selects() {
    let (store, _folder) = store((0..7).map(|number| event(number, 1000 * number)).collect());
    let cases = [
        ("EventId", "event-3", vec![3]),
        ("EventName", "ListUsers", vec![1, 3, 5]),
        ("EventName", "listusers", vec![]),
        ("ReadOnly", "false", vec![0, 2, 4, 6]),
        ("Username", "alice", vec![0, 1, 2, 3, 4, 5, 6]),
        ("Username", "bob", vec![]),
        ("EventSource", "sts.amazonaws.com", vec![]),
        ("AccessKeyId", "AKIA", vec![]),
        ("ResourceType", "AWS::IAM::Role", vec![0, 3, 6]),
        (
            "ResourceName",
            "arn:aws:iam::444455556666:role/Admin",
            vec![0, 3, 6],
        ),
        ("ResourceName", "Admin", vec![0, 3, 6]),
        ("ResourceName", "min", vec![]),
    ];
    for (key, value, want) in cases {
        let page = ask(&store, ACCOUNT, Region::US_EAST_1, with(key, value)).expect("a page");
        assert_eq!(numbers(&page), want, "{key}={value}");
        assert_eq!(page.next, None, "{key}={value}");
    }
}

#[test]
fn nobody_sees_another_account_or_region() {
    let (store, _folder) = store(vec![event(0, 0), event(3, 1)]);
    let inputs = || {
        [
            LookupEvents::default(),
            with("EventId", "event-0"),
            with("ReadOnly", "false"),
            with("ResourceType", "AWS::IAM::Role"),
        ]
    };
    for input in inputs() {
        let page = ask(&store, "999999999999", Region::US_EAST_1, input).expect("a page");
        assert!(page.events.is_empty());
    }
    for input in inputs() {
        let region = "eu-west-1".parse().expect("a Region");
        assert!(
            ask(&store, ACCOUNT, region, input)
                .expect("a page")
                .events
                .is_empty()
        );
    }
}

#[test]
fn times_cover_whole_seconds_of_the_last_ninety_days() {
    let day = 24 * 60 * 60 * 1000;
    // NOW ends in half a second.
    let ages = [0, 400, 600, 89 * day, 91 * day];
    let events = ages
        .iter()
        .enumerate()
        .map(|(number, age)| event(number as i64, *age))
        .collect();
    let (store, _folder) = store(events);
    let at = |millis: i64| Some(Timestamp::from_millis(millis));
    let second = NOW - 500;
    let cases = [
        ("all", None, None, vec![0, 1, 2, 3]),
        ("this second", at(second), at(second), vec![0, 1]),
        ("from within", at(NOW), None, vec![0, 1]),
        ("until the one before", None, at(second - 1), vec![2, 3]),
        ("long ago", at(0), at(NOW - 90 * day), vec![]),
        ("the years to come", at(NOW + day), None, vec![]),
        ("extremes", at(i64::MIN), at(i64::MAX), vec![0, 1, 2, 3]),
    ];
    for (case, start, end, want) in cases {
        let input = LookupEvents {
            start,
            end,
            ..LookupEvents::default()
        };
        let page = ask(&store, ACCOUNT, Region::US_EAST_1, input).expect("a page");
        assert_eq!(numbers(&page), want, "{case}");
    }
    assert_eq!(RETENTION.as_secs(), 7_776_000);
}

#[test]
fn wrong_questions_are_refused() {
    let (store, _folder) = store(vec![]);
    let two = LookupEvents {
        attributes: vec![
            ("EventName".into(), "a".into()),
            ("Username".into(), "b".into()),
        ],
        ..LookupEvents::default()
    };
    type Fits = fn(&LookupError) -> bool;
    let cases: [(&str, LookupEvents, Fits); 9] = [
        ("two attributes", two, |e| {
            matches!(e, LookupError::Attributes(_))
        }),
        ("unknown", with("Colour", "red"), |e| {
            matches!(e, LookupError::Attributes(_))
        }),
        ("empty", with("EventName", ""), |e| {
            matches!(e, LookupError::Attributes(_))
        }),
        (
            "spaces count double",
            with("EventName", &" ".repeat(1001)),
            |e| matches!(e, LookupError::Attributes(_)),
        ),
        ("neither true nor false", with("ReadOnly", "yes"), |e| {
            matches!(e, LookupError::Attributes(_))
        }),
        (
            "backwards",
            LookupEvents {
                start: Some(Timestamp::from_millis(2)),
                end: Some(Timestamp::from_millis(1)),
                ..LookupEvents::default()
            },
            |e| matches!(e, LookupError::TimeRange),
        ),
        (
            "none",
            LookupEvents {
                max_results: Some(0),
                ..LookupEvents::default()
            },
            |e| matches!(e, LookupError::MaxResults(0)),
        ),
        (
            "too many",
            LookupEvents {
                max_results: Some(51),
                ..LookupEvents::default()
            },
            |e| matches!(e, LookupError::MaxResults(51)),
        ),
        (
            "category",
            LookupEvents {
                category: Some("data".into()),
                ..LookupEvents::default()
            },
            |e| matches!(e, LookupError::Category(_)),
        ),
    ];
    for (case, input, fits) in cases {
        let error = ask(&store, ACCOUNT, Region::US_EAST_1, input).expect_err(case);
        assert!(fits(&error), "{case}: {error:?}");
    }
    let longest = with("EventName", &"a".repeat(2000));
    assert!(ask(&store, ACCOUNT, Region::US_EAST_1, longest).is_ok());
    let insight = LookupEvents {
        category: Some("insight".into()),
        ..LookupEvents::default()
    };
    assert!(
        ask(&store, ACCOUNT, Region::US_EAST_1, insight)
            .expect("a page")
            .events
            .is_empty()
    );
}

#[test]
fn a_rare_resource_is_found_among_many_events() {
    let mut events: Vec<Event> = (0..2500)
        .map(|number| event(number * 3 + 1, 10 + number))
        .collect();
    events.push(event(9999, 5000));
    let (store, _folder) = store(events);
    let input = with("ResourceType", "AWS::IAM::Role");
    let page = ask(&store, ACCOUNT, Region::US_EAST_1, input).expect("a page");
    assert_eq!((numbers(&page), page.next), (vec![9999], None));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn pages_joined_are_the_whole_list(ages in proptest::collection::vec(0i64..9, 0..40), size in 1i64..9) {
        let events = ages.iter().enumerate().map(|(number, age)| event(number as i64, *age)).collect();
        let (store, _folder) = store(events);
        let mut want: Vec<_> = ages.iter().enumerate().map(|(number, age)| (*age, -(number as i64))).collect();
        want.sort_unstable();
        let (mut after, mut seen) = (None, Vec::new());
        for _ in 0..=ages.len() {
            let input = LookupEvents { max_results: Some(size), after, ..LookupEvents::default() };
            let page = ask(&store, ACCOUNT, Region::US_EAST_1, input).expect("a page");
            seen.extend(numbers(&page));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        prop_assert_eq!(seen, want.into_iter().map(|(_, number)| -number).collect::<Vec<_>>());
    }
}
