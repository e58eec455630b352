//! A database that was brought from one server of PostgreSQL to another.

use atrium_model::Timestamp;
use atrium_store::{EventPosition, Store, StoreError, StreamedEvent};

use crate::engines::{postgres_url, wait};
use crate::event_stream::{append, arrived};

const READER: &str = "r";

/// The other server had counted further than this one.
const AHEAD: &str = "UPDATE event SET txid = txid + 1000000000;
UPDATE event_reader SET txid = txid + 1000000000 WHERE txid > 0";

fn claim(store: &Store, reader: &'static str) -> EventPosition {
    let at = Timestamp::from_millis;
    let claimed = wait(store.write(move |tx| tx.claim_event_reader(reader, at(9), at(9))));
    claimed
        .unwrap_or_else(|error: StoreError| panic!("{error}"))
        .expect("nobody else reads")
}

fn advance(store: &Store, from: EventPosition, to: EventPosition) {
    let at = Timestamp::from_millis(0);
    let advanced = wait(store.write(move |tx| tx.advance_event_reader(READER, from, to, at)));
    assert!(advanced.unwrap_or_else(|error: StoreError| panic!("{error}")));
}

fn ids(found: &[StreamedEvent]) -> Vec<&str> {
    found.iter().map(|one| one.event.id.as_str()).collect()
}

#[test]
fn readers_go_on_where_they_were_and_miss_nothing_new() {
    let Some(url) = postgres_url() else { return };
    let store = Store::open(&url).expect("a database");
    append(&store, &["a", "b"]);
    let read = arrived(&store, EventPosition::START, 2);
    let begin = claim(&store, READER);
    advance(&store, begin, read[0].position);
    drop(store);
    let mut client = postgres::Client::connect(&url, postgres::NoTls).expect("PostgreSQL");
    client.batch_execute(AHEAD).expect("numbers far ahead");

    for round in ["c", "d"] {
        let store = Store::open(&url).expect("a database");
        append(&store, if round == "c" { &["c"] } else { &["d"] });
    }
    let store = Store::open(&url).expect("a database");
    let left = arrived(&store, claim(&store, READER), 3);
    assert_eq!(ids(&left), ["b", "c", "d"]);
    let all = arrived(&store, claim(&store, "one that begins"), 4);
    assert_eq!(ids(&all), ["a", "b", "c", "d"]);
}
