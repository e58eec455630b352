//! What tests of several areas need.

use atrium_model::{AccountId, Timestamp};
use atrium_store::{Store, StoreError, Tx};

use crate::engines::wait;

/// Two accounts.
pub const A: &str = "111111111111";
pub const B: &str = "222222222222";

pub const fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

pub fn account(text: &str) -> AccountId {
    text.parse().expect("an account")
}

pub fn run(store: &Store, body: fn(&mut dyn Tx) -> Result<(), StoreError>) {
    wait(store.write(body)).expect("a working store");
}
