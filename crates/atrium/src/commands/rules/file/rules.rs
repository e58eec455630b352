use std::collections::{BTreeMap, BTreeSet};

use atrium_trail::rules::{EventPattern, ReadyMade, Rule};
use toml::de::DeValue;

use super::FileRule;
use super::json::json;
use super::keys::{Keys, Placed};
use crate::cli::Failure;

/// The most rules; EventBridge's quota "Rules" of an event bus.
const MOST: usize = 300;

/// Reads all rules. Their targets must be there.
pub(super) fn all<T>(
    tables: Vec<Keys<'_>>,
    targets: &BTreeMap<String, T>,
) -> Result<Vec<FileRule>, Failure> {
    let (mut names, mut rules) = (BTreeSet::new(), Vec::new());
    for (number, keys) in tables.into_iter().enumerate() {
        if number >= MOST {
            return Err(keys.wrong(&keys.place, format!("there are more than {MOST} rules")));
        }
        rules.push(one(keys, targets, &mut names)?);
    }
    Ok(rules)
}

fn one<T>(
    mut keys: Keys<'_>,
    targets: &BTreeMap<String, T>,
    names: &mut BTreeSet<String>,
) -> Result<FileRule, Failure> {
    let (name, place) = keys.needed("name")?;
    if !is_name(&name) {
        return Err(keys.wrong(&place, NAMES));
    }
    if !names.insert(name.clone()) {
        return Err(keys.wrong(&place, format!("there is another rule `{name}`")));
    }
    let (pattern, ready_made) = pattern(&mut keys)?;
    let description = keys.text("description")?.map(|(text, _)| text);
    let known = ready_made.map(|known| known.description().to_owned());
    let (own, place) = match keys.texts("targets")? {
        Some((own, place)) if !own.is_empty() => (own, place),
        _ => {
            let why = "the key `targets` is missing, or names none";
            return Err(keys.wrong(&keys.place, why));
        }
    };
    if let Some(unknown) = own.iter().find(|target| !targets.contains_key(*target)) {
        let why = format!("there is no target `{unknown}`: [targets.{unknown}] is missing");
        return Err(keys.wrong(&place, why));
    }
    let rule = FileRule {
        rule: Rule {
            name,
            description: description.or(known),
            pattern,
            all_management_events: keys.flag("all_management_events", false)?,
            targets: own,
        },
        enabled: keys.flag("enabled", true)?,
        ready_made: ready_made.map(ReadyMade::name),
    };
    keys.finish()?;
    Ok(rule)
}

/// The pattern: a table, JSON text, or that of a ready-made rule.
fn pattern(keys: &mut Keys<'_>) -> Result<(EventPattern, Option<ReadyMade>), Failure> {
    let (own, ready_made) = (keys.value("pattern"), keys.text("ready_made")?);
    match (own, ready_made) {
        (Some(own), None) => Ok((of_value(keys, own)?, None)),
        (None, Some((name, place))) => match ReadyMade::named(&name) {
            Some(known) => Ok((known.pattern(), Some(known))),
            None => {
                let known: Vec<&str> = ReadyMade::ALL.into_iter().map(ReadyMade::name).collect();
                let why = format!("there is no ready-made rule `{name}`: {}", known.join(", "));
                Err(keys.wrong(&place, why))
            }
        },
        _ => Err(keys.wrong(&keys.place, "one of `pattern` and `ready_made` is needed")),
    }
}

fn of_value(keys: &Keys<'_>, (value, place): Placed<DeValue<'_>>) -> Result<EventPattern, Failure> {
    let read = match &value {
        DeValue::String(text) => EventPattern::parse(text),
        value => match json(value) {
            Some(value) => EventPattern::new(&value),
            None => return Err(keys.wrong(&place, "dates and such numbers are not in events")),
        },
    };
    read.map_err(|error| keys.wrong(&place, error))
}

/// What a name may be; EventBridge API, PutRule.
pub(super) const NAMES: &str = "a name has up to 64 letters, digits, hyphens and underscores";

pub(super) fn is_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (1..=64).contains(&name.len()) && name.bytes().all(fits)
}
