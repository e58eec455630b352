//! STS's codes and texts for what can go wrong.

use atrium_iam::SessionError;
use atrium_wire::WireError;

use crate::call::store_failure;

/// The answer to a session that breaks a rule.
pub(super) fn failure(error: SessionError) -> WireError {
    match error {
        SessionError::Malformed(error) => {
            WireError::new("MalformedPolicyDocument", error.message())
        }
        SessionError::PolicyTooLong(most) => WireError::validation(format!(
            "1 validation error detected: Value at 'policy' failed to satisfy constraint: Member must have length \
             less than or equal to {most}"
        )),
        SessionError::TooManyPolicies(most) => WireError::validation(format!(
            "1 validation error detected: Value at 'policyArns' failed to satisfy constraint: Member must have \
             length less than or equal to {most}"
        )),
        SessionError::UnknownPolicy(arn) => {
            WireError::validation(format!("Policy {arn} does not exist or is not attachable."))
        }
        SessionError::PackedTooLarge(percent) => WireError::new(
            "PackedPolicyTooLarge",
            format!("Packed size of session policies/tags consumes {percent}% of allotted space."),
        ),
        SessionError::DuplicateTagKeys => WireError::new(
            "InvalidParameterValue",
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
        )
        .status(400),
        SessionError::UnknownTransitiveKey => WireError::new(
            "InvalidParameterValue",
            "The specified transitive tag key must be included in the requested tags.",
        )
        .status(400),
        SessionError::TransitiveConflict => WireError::new(
            "InvalidParameterValue",
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key \
             from the calling session.",
        )
        .status(400),
        SessionError::ChainTooLong => WireError::validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        ),
        SessionError::LongerThanRole => WireError::validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ),
        SessionError::SourceIdentityChanged => WireError::access_denied(
            "The source identity of the calling session can't be changed.",
        ),
        SessionError::Store(error) => store_failure(error),
    }
}
