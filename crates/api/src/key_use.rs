use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use atrium_model::iam::AccessKeyUse;
use atrium_model::{Caller, Region, Timestamp};

use crate::Services;

/// How exact GetAccessKeyLastUsed is. AWS does not say; an hour keeps the notes from costing anything.
const EXACTNESS: Duration = Duration::from_secs(3600);
/// How many keys are remembered at once.
const KEPT: usize = 65_536;

/// When the use of each long-lived access key was last noted.
#[derive(Default)]
pub(crate) struct KeyUses(Mutex<HashMap<String, Timestamp>>);

impl KeyUses {
    /// Whether the use of a key has to be noted now.
    fn due(&self, key: &str, now: Timestamp) -> bool {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if noted
            .get(key)
            .is_some_and(|last| now.since(*last) < EXACTNESS)
        {
            return false;
        }
        if noted.len() >= KEPT {
            noted.clear();
        }
        noted.insert(key.to_owned(), now);
        true
    }
}

/// Notes that a key was used, for GetAccessKeyLastUsed. The caller does not wait for it.
pub(crate) fn note(
    services: &Arc<Services>,
    caller: &Caller,
    service: &str,
    region: &Region,
    now: Timestamp,
) {
    if caller.session.is_some() || !services.key_uses.due(&caller.access_key_id, now) {
        return;
    }
    let key = caller.access_key_id.clone();
    let used = AccessKeyUse {
        time: now,
        region: region.to_string(),
        service: service.to_owned(),
    };
    let services = Arc::clone(services);
    tokio::spawn(async move {
        let noted = services
            .store
            .write(move |tx| tx.note_access_key_use(&key, &used))
            .await;
        if let Err(error) = noted {
            tracing::warn!(error = %error, "could not note the use of an access key");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_is_noted_once_an_hour() {
        let uses = KeyUses::default();
        let at = |minutes: i64| Timestamp::from_millis(minutes * 60_000);
        let asked = [("A", 0), ("A", 59), ("B", 59), ("A", 60), ("A", 61)];
        let due = asked.map(|(key, minutes)| uses.due(key, at(minutes)));
        assert_eq!(due, [true, false, true, true, false]);
    }
}
