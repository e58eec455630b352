//! The log read from its beginning to its end.

use std::sync::mpsc::channel;
use std::time::Duration;

use atrium_model::organization::{Account, Joined, JoinedMethod};
use atrium_model::{AccountId, Timestamp};
use atrium_store::{Event, EventPosition, Store, StoreError, StreamedEvent, Tx};

use crate::engines::{POSTGRES_URL, postgres, wait};
use crate::organization::account;

crate::store_conformance!(
    events_come_in_order_and_in_pages,
    events_tell_the_organization_of_their_time,
    a_readers_turn_is_one_servers,
    old_events_wait_for_their_readers,
);

const A: &str = "111111111111";

fn event(id: &str, account: &str) -> Event {
    Event {
        id: id.into(),
        // All at the same time: the time doesn't order the stream.
        time: Timestamp::from_millis(7),
        account: account.parse().expect("an account"),
        region: "eu-west-1".parse().expect("a Region"),
        source: "sso.amazonaws.com".into(),
        name: "CreateInstance".into(),
        username: None,
        access_key_id: None,
        read_only: false,
        resources: Vec::new(),
        record: "{}".into(),
    }
}

pub fn append(store: &Store, ids: &'static [&'static str]) {
    let kept =
        wait(store.write(move |tx| ids.iter().try_for_each(|id| tx.append_event(&event(id, A)))));
    kept.unwrap_or_else(|error: StoreError| panic!("{error}"));
}

fn after(store: &Store, position: EventPosition, limit: i64) -> Vec<StreamedEvent> {
    let found = wait(store.read(move |tx| tx.events_after(position, limit)));
    found.unwrap_or_else(|error: StoreError| panic!("{error}"))
}

/// The next `count` events, once nothing holds them back: what is open in other schemas of the same database does for a
/// moment.
pub fn arrived(store: &Store, position: EventPosition, count: usize) -> Vec<StreamedEvent> {
    for _ in 0..3000 {
        let found = after(store, position, count as i64);
        if found.len() >= count {
            return found;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("fewer than {count} events after {position:?}");
}

fn ids(found: &[StreamedEvent]) -> Vec<&str> {
    found.iter().map(|one| one.event.id.as_str()).collect()
}

fn events_come_in_order_and_in_pages(store: &Store) {
    append(store, &["a", "b"]);
    append(store, &["c"]);
    append(store, &["d", "e"]);
    arrived(store, EventPosition::START, 5);
    let (mut position, mut seen) = (EventPosition::START, Vec::new());
    for _ in 0..5 {
        let page = after(store, position, 2);
        let Some(last) = page.last() else { break };
        position = last.position;
        seen.extend(ids(&page).into_iter().map(str::to_owned));
    }
    assert_eq!(seen, ["a", "b", "c", "d", "e"]);
    let last = wait(store.read(|tx| tx.last_event()));
    assert_eq!(
        last.unwrap_or_else(|error: StoreError| panic!("{error}")),
        Some(position)
    );
    assert!(after(store, position, 9).is_empty());
    append(store, &["f"]);
    assert_eq!(ids(&arrived(store, position, 1)), ["f"]);
    assert_eq!(after(store, position, 9).len(), 1);
}

fn events_tell_the_organization_of_their_time(store: &Store) {
    let joined = Joined {
        organization: "o-aaaaaaaaaa".parse().expect("an organization"),
        parent: "r-aaaa".parse().expect("a root"),
        at: Timestamp::from_millis(1),
        method: JoinedMethod::Created,
    };
    let done = wait(store.write(move |tx| {
        tx.append_event(&event("unknown", A))?;
        let id: AccountId = A.parse().expect("an account");
        tx.insert_account(&Account {
            id: id.clone(),
            ..account(1, "a@example.com")
        })?;
        tx.append_event(&event("alone", A))?;
        tx.place_account(&id, Some(&joined))?;
        tx.append_event(&event("member", A))?;
        tx.place_account(&id, None)?;
        tx.append_event(&event("left", A))
    }));
    done.unwrap_or_else(|error: StoreError| panic!("{error}"));
    let told: Vec<_> = arrived(store, EventPosition::START, 4)
        .into_iter()
        .map(|one| (one.event.id, one.organization.map(|id| id.to_string())))
        .collect();
    let want = [
        ("unknown", None),
        ("alone", None),
        ("member", Some("o-aaaaaaaaaa")),
        ("left", None),
    ];
    assert_eq!(
        told,
        want.map(|(id, organization)| (id.to_owned(), organization.map(str::to_owned)))
    );
}

fn a_readers_turn_is_one_servers(store: &Store) {
    let at = Timestamp::from_millis;
    let here = |transaction, number| EventPosition {
        transaction,
        number,
    };
    let claim = |now: i64, until: i64| {
        wait(store.write(move |tx| tx.claim_event_reader("r", at(now), at(until))))
            .unwrap_or_else(|error: StoreError| panic!("{error}"))
    };
    let advance = |from, to, due: i64| {
        wait(store.write(move |tx| tx.advance_event_reader("r", from, to, at(due))))
            .unwrap_or_else(|error: StoreError| panic!("{error}"))
    };
    let due = |now: i64| {
        wait(store.read(move |tx| tx.is_event_reader_due("r", at(now))))
            .unwrap_or_else(|error: StoreError| panic!("{error}"))
    };
    let place = || {
        wait(store.read(|tx| tx.event_reader("r")))
            .unwrap_or_else(|error: StoreError| panic!("{error}"))
    };
    assert!(due(0), "a new reader is due");
    assert_eq!(place(), None);
    assert_eq!(claim(10, 20), Some(EventPosition::START));
    assert!(!due(19));
    assert_eq!(claim(15, 25), None, "the turn is another's");
    assert_eq!(
        claim(20, 30),
        Some(EventPosition::START),
        "whose server is gone"
    );
    assert!(advance(EventPosition::START, here(3, 4), 100));
    assert!(
        !advance(EventPosition::START, here(9, 9), 100),
        "it has gone on"
    );
    assert!(!due(99));
    assert_eq!(place(), Some(here(3, 4)));
    assert_eq!(claim(100, 110), Some(here(3, 4)));
    let other = wait(store.write(move |tx| tx.claim_event_reader("s", at(0), at(1))));
    assert_eq!(
        other.unwrap_or_else(|error: StoreError| panic!("{error}")),
        Some(EventPosition::START),
        "readers have nothing to do with one another"
    );
}

fn old_events_wait_for_their_readers(store: &Store) {
    append(store, &["a", "b", "c"]);
    let read = arrived(store, EventPosition::START, 3);
    let forget = |at_last: i64| {
        let (later, at_last) = (Timestamp::from_millis(8), Timestamp::from_millis(at_last));
        wait(store.write(move |tx| tx.forget_events(later, at_last, 9)))
            .unwrap_or_else(|error: StoreError| panic!("{error}"))
    };
    let at = Timestamp::from_millis(0);
    let advance = |reader: &'static str, from, to| {
        wait(store.write(move |tx| {
            tx.claim_event_reader(reader, at, at)?;
            tx.advance_event_reader(reader, from, to, at)
        }))
        .unwrap_or_else(|error: StoreError| panic!("{error}"))
    };
    assert!(advance("r", EventPosition::START, read[2].position));
    assert!(advance("slow", EventPosition::START, read[0].position));
    // Rules tell of nothing old, so they keep nothing.
    assert!(advance("rules", EventPosition::START, EventPosition::START));
    assert_eq!(
        (forget(0), forget(7)),
        (1, 0),
        "one reader has read a alone"
    );
    assert!(advance("slow", read[0].position, read[1].position));
    assert_eq!((forget(0), forget(7)), (1, 0));
    assert_eq!(ids(&arrived(store, EventPosition::START, 1)), ["c"]);
    assert_eq!(forget(8), 1, "the reader has had its time");
}

/// Two transactions that are open at once and commit in the other order than they began: whoever reads on from what
/// came first has still passed over nothing.
#[test]
fn no_event_is_passed_over_while_its_transaction_is_open() {
    let Some(store) = postgres() else { return };
    let (begun, has_begun) = channel();
    let (end, may_end) = channel::<()>();
    let slow = {
        let store = store.clone();
        std::thread::spawn(move || {
            let done = wait(store.write(move |tx: &mut dyn Tx| {
                tx.append_event(&event("slow", A))?;
                // Whoever waits may be gone, and that fails the test there.
                let _ = begun.send(());
                let _ = may_end.recv_timeout(Duration::from_secs(60));
                Ok::<_, StoreError>(())
            }));
            done.unwrap_or_else(|error| panic!("{error}"));
        })
    };
    has_begun
        .recv_timeout(Duration::from_secs(60))
        .expect("the first has kept its event");
    append(&store, &["fast"]);
    let open = after(&store, EventPosition::START, 9);
    let last = wait(store.read(|tx| tx.last_event()));
    end.send(()).expect("the first is still open");
    slow.join().expect("it commits");
    assert_eq!(ids(&open), [""; 0], "the second waits for the first");
    assert_eq!(
        last.unwrap_or_else(|error: StoreError| panic!("{error}")),
        None
    );
    let both = arrived(&store, EventPosition::START, 2);
    assert_eq!(ids(&both), ["slow", "fast"]);
}

/// Whoever wants all that was answered so far can wait for it.
#[test]
fn the_transactions_of_a_moment_end() {
    let Some(store) = postgres() else { return };
    let next = |store: &Store| {
        wait(store.read(|tx| tx.next_transaction()))
            .unwrap_or_else(|error: StoreError| panic!("{error}"))
    };
    let ended = |before: i64| {
        wait(store.read(move |tx| tx.have_transactions_ended(before)))
            .unwrap_or_else(|error: StoreError| panic!("{error}"))
    };
    let (open, other) = (OpenTransaction::here(), OpenTransaction::elsewhere());
    append(&store, &["a"]);
    let now = next(&store);
    assert!(!ended(now), "one of this database is open");
    assert!(after(&store, EventPosition::START, 9).is_empty());
    drop(open);
    for _ in 0..3000 {
        if ended(now) {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(ended(now), "one of another database is open");
    assert_eq!(ids(&after(&store, EventPosition::START, 9)), ["a"]);
    drop(other);
}

/// A transaction that has begun to write, and stays open until it is dropped.
struct OpenTransaction(postgres::Client);

impl OpenTransaction {
    /// In the tests' database.
    fn here() -> Self {
        let url = std::env::var(POSTGRES_URL).expect("a database");
        Self::begin(&url.parse().expect("an address of a database"))
    }

    /// In the database that every server has.
    fn elsewhere() -> Self {
        let url = std::env::var(POSTGRES_URL).expect("a database");
        let mut address: postgres::Config = url.parse().expect("an address of a database");
        Self::begin(address.dbname("postgres"))
    }

    fn begin(address: &postgres::Config) -> Self {
        let mut client = address.connect(postgres::NoTls).expect("PostgreSQL");
        client
            .batch_execute("BEGIN; SELECT pg_current_xact_id()")
            .expect("a transaction");
        Self(client)
    }
}

impl Drop for OpenTransaction {
    fn drop(&mut self) {
        self.0.batch_execute("ROLLBACK").expect("it is still open");
    }
}
