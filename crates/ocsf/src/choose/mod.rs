//! Which class an event is of, and what was done. The class is by the service and the operation alone, so that a refused call is of
//! the same class as one that was answered.

mod iam;
mod identity_center;
mod sign_in;
mod verb;

use crate::class::{Activity, Class, Classes};
use crate::record::Record;

/// Class, activity, and what is worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub class: Class,
    pub activity: Activity,
    /// The type of the entity, for Entity Management.
    pub entity: &'static str,
}

impl Choice {
    pub(crate) const fn new(class: Class, activity: Activity) -> Self {
        Self {
            class,
            activity,
            entity: "",
        }
    }
}

/// Chooses for a record.
pub(crate) fn choose(record: &Record, classes: Classes) -> Choice {
    let source = record.text("eventSource").unwrap_or_default();
    let source = source.strip_suffix(".amazonaws.com").unwrap_or(&source);
    let name = record.text("eventName").unwrap_or_default();
    let special = match classes {
        // Whoever sends events names the service, which is none of AWS's whatever the name is.
        _ if record.is_sent() => None,
        Classes::SecurityLake => security_lake(source, &name),
        Classes::Atrium => atrium(source, &name, record),
    };
    special.unwrap_or_else(|| {
        let reads = record.text("readOnly").as_deref() == Some("true");
        Choice::new(Class::ApiActivity, verb::activity(&name, reads))
    })
}

fn security_lake(source: &str, name: &str) -> Option<Choice> {
    match source {
        "iam" => iam::account(name),
        _ => sign_in::documented(source, name),
    }
}

fn atrium(source: &str, name: &str, record: &Record) -> Option<Choice> {
    match source {
        "iam" => iam::group(name).or_else(|| iam::account(name)),
        "identitystore" | "sso-directory" | "identitystore-scim" => {
            identity_center::directory(name, record)
        }
        "sso" => sign_in::portal(name).or_else(|| {
            let principal = record.text("requestParameters.principalType");
            identity_center::access(name, principal.as_deref() == Some("GROUP"))
                .or_else(|| identity_center::entity(name))
        }),
        _ => sign_in::documented(source, name),
    }
}
