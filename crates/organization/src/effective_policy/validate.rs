//! Whether what policies come to for an account is something that their service can follow.
//!
//! One policy may be fine and another as well, and still what both come to is not: too much, in conflict, or without
//! something that has to be said. The shapes are those of the Organizations user guide ("… policy syntax"), the limits
//! those of the services. AWS documents one code, `ELEMENTS_TOO_MANY`; the others are named alike.

mod backup;
mod contribute;
mod schemas;
mod shape;
mod tags;

use atrium_model::PolicyId;
use atrium_model::organization::{AttachedPolicy, PolicyType};
use serde_json::Value;

use crate::Quotas;

/// The most faults that are told of one document; what is this wrong is mended from the top.
const MOST: usize = 200;

/// Something that is wrong with an effective policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectivePolicyFault {
    /// What is wrong, as a word.
    pub code: &'static str,
    /// What is wrong, as a sentence.
    pub message: String,
    /// Where, as a JSON path: `$.tags.costcenter.enforced_for[0]`.
    pub path: String,
    /// The policies that say something there, in the order in which they are merged.
    pub policies: Vec<PolicyId>,
}

/// The faults of one document, as they are found.
#[derive(Default)]
struct Faults(Vec<(&'static str, String, Vec<Step>)>);

/// A step into a document.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Item(usize),
}

impl Faults {
    fn add(&mut self, at: &[Step], code: &'static str, message: impl Into<String>) {
        if self.0.len() < MOST {
            self.0.push((code, message.into(), at.to_vec()));
        }
    }
}

fn json_path(steps: &[Step]) -> String {
    let mut path = String::from("$");
    for step in steps {
        match step {
            Step::Key(key) => {
                path.push('.');
                path.push_str(key);
            }
            Step::Item(number) => path.push_str(&format!("[{number}]")),
        }
    }
    path
}

/// What is wrong with `document`, to which `attached` came. Nothing is a valid policy too.
pub(super) fn faults(
    kind: PolicyType,
    document: &Value,
    attached: &[AttachedPolicy],
    quotas: &Quotas,
) -> Vec<EffectivePolicyFault> {
    let mut found = Faults::default();
    let size = document.to_string().len();
    let most = quotas.policy_size(kind);
    if size > most {
        found.add(
            &[],
            "MAX_POLICY_SIZE_EXCEEDED",
            format!("The effective policy has {size} bytes; at most {most} are allowed."),
        );
    }
    if let Some(shape) = schemas::of(kind)
        && document
            .as_object()
            .is_some_and(|members| !members.is_empty())
    {
        shape::check(shape, document, &mut Vec::new(), &mut found);
    }
    match kind {
        PolicyType::TagPolicy => tags::check(document, &mut found),
        PolicyType::BackupPolicy => backup::check(document, &mut found),
        _ => {}
    }
    let documents = contribute::read(attached);
    let folds = kind == PolicyType::TagPolicy;
    let mut faults: Vec<_> = found
        .0
        .into_iter()
        .map(|(code, message, at)| EffectivePolicyFault {
            code,
            message,
            path: json_path(&at),
            policies: contribute::to(&documents, &at, folds),
        })
        .collect();
    faults.sort_by(|one, other| (&one.path, one.code).cmp(&(&other.path, other.code)));
    faults.dedup_by(|one, other| one.path == other.path && one.code == other.code);
    faults
}

#[cfg(test)]
mod tests;
