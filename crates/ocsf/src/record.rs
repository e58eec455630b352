//! A record that is taken apart.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde_json::{Map, Value};

use crate::shape::Text;

/// What an event that came through a channel has its facts in, and its `eventCategory`.
const SENT: &str = "eventData";
const ACTIVITY: &str = "ActivityAuditLog";
/// The facts there that other records have at the top ("CloudTrail Lake integrations event schema" in the CloudTrail user guide).
const FACTS: [&str; 9] = [
    "userIdentity",
    "userAgent",
    "eventSource",
    "eventName",
    "requestParameters",
    "responseElements",
    "errorCode",
    "errorMessage",
    "sourceIPAddress",
];
/// What such a record tells at the top as well.
const TWICE: [&str; 2] = ["eventTime", "recipientAccountId"];

/// Bytes that the paths of what is left may have in all. A record of CloudTrail's has at most 256 KB; one that was made to have few
/// long names above many values would grow a thousandfold.
const PATHS: usize = 1 << 20;

/// A CloudTrail record. What is taken stands in the event, and what is left becomes `unmapped`.
///
/// Paths are names joined by dots. Only texts, numbers and flags are taken: a structure where there should be none stays. The paths
/// of an event that came through a channel are those of any other record; what is left of it has its own.
pub(crate) struct Record {
    fields: Map<String, Value>,
    is_sent: bool,
}

impl Record {
    pub(crate) fn new(fields: Map<String, Value>) -> Self {
        let is_activity = fields.get("eventCategory").and_then(Value::as_str) == Some(ACTIVITY);
        let sent = fields.get(SENT).and_then(Value::as_object);
        let Some(sent) = sent.filter(|_| is_activity) else {
            return Self {
                fields,
                is_sent: false,
            };
        };
        let is_same =
            |name: &&str| sent.contains_key(*name) && sent.get(*name) == fields.get(*name);
        let again: Vec<&str> = TWICE.into_iter().filter(is_same).collect();
        let mut record = Self {
            fields,
            is_sent: true,
        };
        for name in again {
            record.remove(&format!("{SENT}.{name}"));
        }
        record
    }

    /// Whether it tells of something that didn't happen on AWS.
    pub(crate) const fn is_sent(&self) -> bool {
        self.is_sent
    }

    /// Takes a value as text. An empty text counts as missing.
    pub(crate) fn take(&mut self, path: &str) -> Option<Text> {
        let text = self.text(path)?.into_owned();
        self.remove(path);
        Some(text.into())
    }

    /// Takes the first that is there.
    pub(crate) fn take_first(&mut self, paths: &[&str]) -> Option<Text> {
        paths.iter().find_map(|path| self.take(path))
    }

    /// Takes any value but null as JSON text.
    pub(crate) fn take_json(&mut self, name: &str) -> Option<String> {
        let json = self.value(name).filter(|value| !value.is_null())?;
        let json = json.to_string();
        self.remove(name);
        Some(json)
    }

    /// The items of a list at the top, to be taken one by one.
    pub(crate) fn items(&mut self, name: &str) -> Vec<&mut Map<String, Value>> {
        let items = self.fields.get_mut(name).and_then(Value::as_array_mut);
        let items = items.map(|items| items.iter_mut()).into_iter().flatten();
        items.filter_map(Value::as_object_mut).collect()
    }

    /// A value as text, which stays.
    pub(crate) fn text(&self, path: &str) -> Option<Cow<'_, str>> {
        text_of(self.value(path)?)
    }

    /// A value of any kind, which stays.
    pub(crate) fn value(&self, path: &str) -> Option<&Value> {
        let mut names = path.split('.');
        let name = names.next()?;
        let first = match self.fields.get(SENT) {
            Some(sent) if self.is_fact(name) => sent.get(name)?,
            _ => self.fields.get(name)?,
        };
        names.try_fold(first, |value, name| value.get(name))
    }

    fn is_fact(&self, name: &str) -> bool {
        self.is_sent && FACTS.contains(&name)
    }

    /// The first that is there, which stays.
    pub(crate) fn first(&self, paths: &[&str]) -> Option<Text> {
        let found = paths.iter().find_map(|path| self.text(path));
        found.map(|text| text.into_owned().into())
    }

    /// Removes a value, wherever it stands.
    pub(crate) fn remove(&mut self, path: &str) {
        let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
        let first = path.split('.').next().unwrap_or_default();
        let root = if self.is_fact(first) { SENT } else { "" };
        let steps = [root].into_iter().chain(parent.split('.'));
        let mut fields = Some(&mut self.fields);
        for step in steps.filter(|step| !step.is_empty()) {
            fields = fields
                .and_then(|fields| fields.get_mut(step))
                .and_then(Value::as_object_mut);
        }
        if let Some(fields) = fields {
            fields.remove(name);
        }
    }

    /// What is left: paths such as `tlsDetails.tlsVersion` or `resources[].ARN`, and their values as text; those of one path are
    /// joined by commas. Nulls are left out.
    pub(crate) fn rest(self) -> BTreeMap<String, String> {
        let mut rest = Rest {
            found: BTreeMap::new(),
            room: PATHS,
        };
        let mut path = String::new();
        if rest.members(&mut path, &self.fields) {
            return rest.found;
        }
        let whole = self
            .fields
            .into_iter()
            .filter(|(_, value)| !value.is_null());
        whole
            .map(|(name, value)| (name, value.to_string()))
            .collect()
    }
}

struct Rest {
    found: BTreeMap<String, String>,
    room: usize,
}

impl Rest {
    /// Adds what an object holds; false if there is no room for it.
    fn members(&mut self, path: &mut String, members: &Map<String, Value>) -> bool {
        members.iter().all(|(name, value)| {
            let length = path.len();
            if length > 0 {
                path.push('.');
            }
            path.push_str(name);
            let fits = self.value(path, value);
            path.truncate(length);
            fits
        })
    }

    fn value(&mut self, path: &mut String, value: &Value) -> bool {
        let text = match value {
            Value::Null => return true,
            Value::Object(members) => return self.members(path, members),
            Value::Array(items) => {
                let length = path.len();
                path.push_str("[]");
                let fits = items.iter().all(|item| self.value(path, item));
                path.truncate(length);
                return fits;
            }
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let Some(room) = self.room.checked_sub(path.len()) else {
            return false;
        };
        self.room = room;
        match self.found.entry(path.clone()) {
            Entry::Vacant(free) => drop(free.insert(text)),
            Entry::Occupied(mut taken) => {
                let joined = taken.get_mut();
                joined.push(',');
                joined.push_str(&text);
            }
        }
        true
    }
}

/// A text, a number or a flag as text.
pub(crate) fn text_of(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(_) | Value::Bool(_) => Some(Cow::Owned(value.to_string())),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
