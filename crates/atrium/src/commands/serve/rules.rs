//! Who sends what rules pick.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

use async_trait::async_trait;
use atrium_api::{RuleSettings, SendError, Sender};
use atrium_model::trail::Notice;
use atrium_notify::{Message, Target};
use atrium_trail::rules::{Rules, TRAIL_TOPICS};

use crate::cli::Failure;
use crate::commands::rules::{RulesFile, TargetPlan};

/// Reads a file of rules.
pub(super) fn read(path: &Path) -> Result<(RuleSettings, Plans), Failure> {
    let file = RulesFile::read(path)?;
    let enabled = file.rules.into_iter().filter(|rule| rule.enabled);
    let mut settings = RuleSettings {
        rules: Rules(enabled.map(|one| one.rule).collect()),
        ..RuleSettings::default()
    };
    let mut plans = BTreeMap::new();
    for (name, (plan, lane)) in file.targets {
        settings.lanes.insert(name.clone(), lane);
        plans.insert(name, plan);
    }
    if let Some((topics, plan, lane)) = file.topics {
        settings.topics = Some((topics, lane));
        plans.insert(TRAIL_TOPICS.to_owned(), plan);
    }
    Ok((settings, Plans(plans)))
}

/// How to reach the targets.
pub(super) struct Plans(BTreeMap<String, TargetPlan>);

impl Plans {
    /// The targets.
    pub(super) async fn open(self) -> Targets {
        let mut targets = BTreeMap::new();
        for (name, plan) in self.0 {
            targets.insert(name, plan.open().await);
        }
        Targets(targets)
    }
}

/// The targets of a server's rules.
pub(super) struct Targets(BTreeMap<String, Target>);

#[async_trait]
impl Sender for Targets {
    async fn send(&self, notice: &Notice) -> Result<(), SendError> {
        let Some(target) = self.0.get(&notice.target) else {
            let message = "no such target".to_owned();
            return Err(SendError {
                message,
                is_final: false,
                after: None,
            });
        };
        let error = notice.error.as_deref().unwrap_or_default();
        let message = Message {
            id: &notice.id,
            account: notice.account.as_str(),
            rules: &notice.origin,
            topic: notice.topic.as_deref(),
            body: &notice.body,
            failed_at: notice.failed_at.as_deref().map(|target| (target, error)),
            now: SystemTime::now(),
        };
        target.send(&message).await.map_err(|error| SendError {
            message: error.message,
            is_final: error.is_final,
            after: error.after,
        })
    }
}
