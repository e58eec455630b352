use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use atrium_trail::rules::{Retry, Rules, TrailTopics};

/// Which events are told to whom, and how.
#[derive(Clone, Debug, Default)]
pub struct RuleSettings {
    /// The rules.
    pub rules: Rules,
    /// How things are sent to each target, by its name.
    pub lanes: BTreeMap<String, LaneSettings>,
    /// Which topics trails may have told, and how. Without it none is.
    pub topics: Option<(TrailTopics, LaneSettings)>,
}

/// How things are sent to a target.
#[derive(Clone, Debug)]
pub struct LaneSettings {
    /// When what failed is tried again.
    pub retry: Retry,
    /// The target that is told what this one could not be.
    pub dead_letter: Option<String>,
    /// How many things a server sends at once.
    pub at_once: usize,
    /// How long sending one may take.
    pub timeout: Duration,
    /// Who each get a notice of their own, such as mailboxes; none if the target is told as a whole.
    pub recipients: BTreeSet<String>,
}

impl Default for LaneSettings {
    fn default() -> Self {
        Self {
            retry: Retry::default(),
            dead_letter: None,
            at_once: 4,
            timeout: Duration::from_secs(10),
            recipients: BTreeSet::new(),
        }
    }
}
