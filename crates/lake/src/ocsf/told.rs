//! Which events were told already.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

/// The events of a folder that were told, by their ids.
///
/// Merged files lie beside those that went into them until nobody reads these any more. All files of an event data store's day are in
/// one folder, so no more than a day's ids are held: a hash of 16 bytes for each, by keys that nobody who chooses ids knows.
#[derive(Debug, Default)]
pub struct Told {
    keys: [RandomState; 2],
    seen: HashSet<[u64; 2]>,
}

impl Told {
    /// Whether an event comes for the first time.
    pub fn is_new(&mut self, id: &str) -> bool {
        self.seen
            .insert(self.keys.each_ref().map(|key| key.hash_one(id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_id_is_new_once() {
        let mut told = Told::default();
        let ids = ["7f3c", "7f3C", "", "7f3"];
        assert!(ids.iter().all(|id| told.is_new(id)));
        assert!(!ids.iter().any(|id| told.is_new(id)));
        assert!(Told::default().is_new("7f3c"));
    }
}
