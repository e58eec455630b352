use atrium_model::organization::PolicyType;
use atrium_policy::{Effect, Policy, PolicyKind};

use crate::Quotas;

/// Why a document is none of its type.
#[derive(Debug, thiserror::Error)]
pub enum PolicyContentError {
    /// The text AWS answers with, and what is wrong for a person who repairs the document.
    #[error("{message}")]
    Malformed {
        /// AWS's text.
        message: String,
        /// What is wrong and where.
        detail: String,
    },
    /// It is longer than a document of its type may be.
    #[error("the document is longer than {0} bytes")]
    TooLong(usize),
}

/// AWS's text for every document that is none; Organizations does not tell what is wrong.
const MALFORMED: &str =
    "The provided policy document does not meet the requirements of the specified policy type.";

/// Refuses a document that is none of its type.
///
/// Policies that allow and deny are read as such. The others say how services are set up; what they may say is each
/// service's own, so they only have to be JSON objects.
pub(crate) fn check(
    kind: PolicyType,
    content: &str,
    quotas: &Quotas,
) -> Result<(), PolicyContentError> {
    let most = quotas.policy_size(kind);
    if content.len() > most {
        return Err(PolicyContentError::TooLong(most));
    }
    let language = match kind {
        PolicyType::ServiceControlPolicy => PolicyKind::ServiceControl,
        PolicyType::ResourceControlPolicy => PolicyKind::ResourceControl,
        _ => {
            return match serde_json::from_str::<serde_json::Value>(content) {
                Ok(serde_json::Value::Object(_)) => Ok(()),
                Ok(_) => Err(malformed("the document is not a JSON object")),
                Err(error) => Err(malformed(&error.to_string())),
            };
        }
    };
    let policy = Policy::parse(content, language).map_err(|error| malformed(error.detail()))?;
    match language {
        PolicyKind::ResourceControl => only_denies(&policy),
        _ => Ok(()),
    }
}

/// What a resource control policy of a customer's own may say: it denies, and names the services that it is about
/// (Organizations user guide, "RCP syntax"). Only AWS's policy allows.
fn only_denies(policy: &Policy) -> Result<(), PolicyContentError> {
    for statement in policy.statements() {
        if statement.effect() != Effect::Deny {
            return Err(malformed("a resource control policy can only deny"));
        }
        let (not, mut actions) = statement.actions();
        if not {
            return Err(malformed(
                "NotAction has no place in a resource control policy",
            ));
        }
        let everything = |action: &str| action.split(':').next() == Some("*");
        if actions.any(everything) {
            return Err(malformed(
                "an action of a resource control policy names its service",
            ));
        }
    }
    Ok(())
}

fn malformed(detail: &str) -> PolicyContentError {
    PolicyContentError::Malformed {
        message: MALFORMED.to_owned(),
        detail: detail.to_owned(),
    }
}
