use std::collections::BTreeMap;
use std::time::Duration;

use atrium_model::Timestamp;
use atrium_model::trail::Notice;
use atrium_store::Event;
use serde_json::Value;

use super::{EventPattern, envelope};

/// An event that is older when it is read is told to nobody: no server with rules has read the log for a day.
pub const STALE: Duration = Duration::from_secs(24 * 3600);

/// Which events are sent where.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name, of which there is one.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The events, in the form of [`envelope`].
    pub pattern: EventPattern,
    /// Whether it also gets events of calls that only read; `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`.
    pub all_management_events: bool,
    /// The targets' names. One that is there twice is told once.
    pub targets: Vec<String>,
}

/// All rules of a server.
#[derive(Clone, Debug, Default)]
pub struct Rules(pub Vec<Rule>);

impl Rules {
    /// What is to be sent because of an event: one notice for each target that matching rules name, however many do.
    ///
    /// Nobody is told of a [`STALE`] event.
    pub fn notices(&self, event: &Event, now: Timestamp) -> Vec<Notice> {
        let wanted = |rule: &&Rule| !event.read_only || rule.all_management_events;
        if now.since(event.time) > STALE || !self.0.iter().any(|rule| wanted(&rule)) {
            return Vec::new();
        }
        let Some(envelope) = envelope(event) else {
            return Vec::new();
        };
        let mut targets: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let matching = |rule: &&Rule| rule.pattern.matches(&envelope);
        for rule in self.0.iter().filter(wanted).filter(matching) {
            for target in &rule.targets {
                let rules = targets.entry(target).or_default();
                // A rule may name a target twice.
                if rules.last() != Some(&rule.name.as_str()) {
                    rules.push(&rule.name);
                }
            }
        }
        if targets.is_empty() {
            return Vec::new();
        }
        let body = plain(&envelope);
        let notice = |(target, rules): (&str, Vec<&str>)| Notice {
            target: target.to_owned(),
            id: event.id.clone(),
            account: event.account.clone(),
            origin: rules.join(", "),
            topic: None,
            failed_at: None,
            body: body.clone(),
            made: now,
            tries: 0,
            due: Some(now),
            dead: None,
            error: None,
        };
        targets.into_iter().map(notice).collect()
    }
}

/// JSON as text without the two characters that SQS refuses whole messages for. They stand in texts only, and as escapes there they are
/// the same.
fn plain(envelope: &Value) -> String {
    let text = envelope.to_string();
    match text.contains(['\u{fffe}', '\u{ffff}']) {
        true => text
            .replace('\u{fffe}', "\\ufffe")
            .replace('\u{ffff}', "\\uffff"),
        false => text,
    }
}
