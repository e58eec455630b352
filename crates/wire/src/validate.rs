//! The constraints of the model, and AWS's own words for what breaks them.

mod rule;
mod show;
mod walk;

use serde_json::Value;

use crate::dialect;
use crate::error::WireError;
use crate::meta::OperationMeta;

pub use rule::Rule;

/// Violations beyond this number are neither counted nor told.
const MAX_VIOLATIONS: usize = 100;

/// One value that breaks one constraint.
#[derive(Debug)]
pub struct Violation {
    /// Such as `tags.1.member.key`.
    pub path: String,
    /// The value as it is printed, quotes and all.
    pub shown: String,
    pub rule: Rule,
}

/// Checks `value`, with members named as in the model, against the constraints of the input of `operation`.
///
/// # Errors
///
/// `ValidationException`, or what the service has for it, with the message
/// `1 validation error detected: Value 'x' at 'instanceArn' failed to satisfy constraint: Member must …`.
pub fn validate(operation: &OperationMeta, value: &Value) -> Result<(), WireError> {
    let Some(shape) = operation.input else {
        return Ok(());
    };
    let violations = walk::violations(shape, value, MAX_VIOLATIONS);
    if violations.is_empty() {
        return Ok(());
    }
    Err(dialect::invalid(
        operation,
        &violations,
        message(operation, &violations),
    ))
}

fn message(operation: &OperationMeta, violations: &[Violation]) -> String {
    // Organizations has words of its own.
    if let ("organizations", Some(first)) = (operation.service.name, violations.first()) {
        return first.rule.explanation().to_owned();
    }
    let items: Vec<String> = violations
        .iter()
        .map(|v| {
            format!(
                "Value {} at '{}' failed to satisfy constraint: {}",
                v.shown, v.path, v.rule
            )
        })
        .collect();
    let plural = if items.len() == 1 { "" } else { "s" };
    format!(
        "{} validation error{plural} detected: {}",
        items.len(),
        items.join("; ")
    )
}
