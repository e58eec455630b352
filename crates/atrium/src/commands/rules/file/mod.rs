//! The file of rules and targets.

mod json;
mod keys;
mod rules;
mod targets;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use atrium_api::LaneSettings;
use atrium_trail::rules::{Rule, TrailTopics};
use toml::de::DeTable;

use keys::{Keys, Place, Source};
pub(crate) use targets::TargetPlan;

use crate::cli::Failure;

/// A file of rules is short; more is something else.
const LARGEST: u64 = 1 << 20;

/// What a file of rules says.
#[derive(Debug)]
pub(crate) struct RulesFile {
    /// The rules, in their order.
    pub(crate) rules: Vec<FileRule>,
    /// How to reach each target, and how to send to it.
    pub(crate) targets: BTreeMap<String, (TargetPlan, LaneSettings)>,
    /// Which topics trails may have told, and how.
    pub(crate) topics: Option<(TrailTopics, TargetPlan, LaneSettings)>,
}

/// A rule as the file has it.
#[derive(Debug)]
pub(crate) struct FileRule {
    /// The rule.
    pub(crate) rule: Rule,
    /// Whether it holds.
    pub(crate) enabled: bool,
    /// The name of the ready-made rule that it is, if it is one.
    pub(crate) ready_made: Option<&'static str>,
}

impl RulesFile {
    /// Reads a file. Secrets that it keeps in other files are read too.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let unreadable =
            |why: String| Failure::Usage(format!("cannot read `{}`: {why}", path.display()));
        let size = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?;
        if size.len() > LARGEST {
            return Err(unreadable(format!("it has more than {LARGEST} bytes")));
        }
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
        Self::parse(path, &text)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, Failure> {
        let source = Source { path, text };
        let table = DeTable::parse(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            source.wrong(&Place::of_file(at), error.message())
        })?;
        let mut whole = Keys::new(&source, Place::default(), table.into_inner());
        let targets = match whole.table("targets")? {
            Some(all) => targets::all(all)?,
            None => BTreeMap::new(),
        };
        let topics = match whole.table("trails")? {
            Some(mut trails) => {
                let topics = trails.table("sns")?.map(targets::topics).transpose()?;
                trails.finish()?;
                topics
            }
            None => None,
        };
        let rules = rules::all(whole.tables("rules")?, &targets)?;
        whole.finish()?;
        Ok(Self {
            rules,
            targets,
            topics,
        })
    }
}
