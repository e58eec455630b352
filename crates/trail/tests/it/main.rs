//! Records as CloudTrail writes them, and look-ups over a real store.

mod callers;
mod lookup;
mod records;
