//! Errors that several families answer with, in AWS's words.

use atrium_organization::{
    AccountError, ChildNotFound, NotInUse, ParentNotFound, PolicyContentError, TagError,
    TaggedResourceError,
};
use atrium_wire::WireError;

use crate::call::store_failure;

/// `ConstraintViolationException`, which says which constraint in `Reason`.
pub(super) fn constraint(reason: &'static str, message: &str) -> WireError {
    WireError::new("ConstraintViolationException", message).with("Reason", reason)
}

/// `HandshakeConstraintViolationException`, which says which constraint in `Reason`.
pub(super) fn handshake_constraint(reason: &'static str, message: &str) -> WireError {
    WireError::new("HandshakeConstraintViolationException", message).with("Reason", reason)
}

/// `InvalidInputException`, which says what is wrong in `Reason`.
pub(super) fn invalid_input(reason: &'static str, message: &str) -> WireError {
    WireError::new("InvalidInputException", message).with("Reason", reason)
}

/// A value that does not have the shape of its kind, though it passed the model's pattern.
pub(super) fn invalid_pattern() -> WireError {
    invalid_input(
        "INVALID_PATTERN",
        "You provided a value that does not match the required pattern.",
    )
}

/// The caller is in the organization but may not do this there.
pub(super) fn denied() -> WireError {
    WireError::access_denied("You don't have permissions to access this resource.")
}

pub(super) fn not_in_use(error: NotInUse) -> WireError {
    match error {
        NotInUse::StandsAlone => WireError::new(
            "AWSOrganizationsNotInUseException",
            "Your account is not a member of an organization.",
        ),
        NotInUse::Store(error) => store_failure(error),
    }
}

pub(super) fn not_all_features() -> WireError {
    constraint(
        "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE",
        "This operation requires that all features are enabled in the organization.",
    )
}

pub(super) fn account_not_found() -> WireError {
    WireError::new(
        "AccountNotFoundException",
        "You specified an account that doesn't exist.",
    )
}

pub(super) fn account(error: AccountError) -> WireError {
    match error {
        AccountError::NotFound => account_not_found(),
        AccountError::Store(error) => store_failure(error),
    }
}

pub(super) fn parent(error: ParentNotFound) -> WireError {
    match error {
        ParentNotFound::NotFound => parent_not_found(),
        ParentNotFound::Store(error) => store_failure(error),
    }
}

pub(super) fn parent_not_found() -> WireError {
    WireError::new(
        "ParentNotFoundException",
        "You specified parent that doesn't exist.",
    )
}

pub(super) fn child(error: ChildNotFound) -> WireError {
    match error {
        ChildNotFound::NotFound => WireError::new(
            "ChildNotFoundException",
            "You specified a child that doesn't exist.",
        ),
        ChildNotFound::Store(error) => store_failure(error),
    }
}

pub(super) fn target_not_found() -> WireError {
    WireError::new(
        "TargetNotFoundException",
        "You specified a target that doesn't exist.",
    )
}

pub(super) fn tagged_resource(error: TaggedResourceError) -> WireError {
    match error {
        TaggedResourceError::NotFound => target_not_found(),
        TaggedResourceError::Store(error) => store_failure(error),
    }
}

pub(super) fn policy_not_found() -> WireError {
    WireError::new(
        "PolicyNotFoundException",
        "You specified a policy that doesn't exist.",
    )
}

pub(super) fn root_not_found() -> WireError {
    WireError::new(
        "RootNotFoundException",
        "You specified a root that doesn't exist.",
    )
}

pub(super) fn tags(error: TagError) -> WireError {
    match error {
        TagError::DuplicateKey(_) => invalid_input(
            "DUPLICATE_TAG_KEY",
            "You provided multiple tags with the same key. Tag keys must be unique.",
        ),
        TagError::Reserved(_) => invalid_input(
            "INVALID_SYSTEM_TAGS_PARAMETER",
            "You specified a tag key that is a system tag. You can't add, edit, or delete system tag keys.",
        ),
        TagError::Quota => constraint(
            "MAX_TAG_LIMIT_EXCEEDED",
            "You have exceeded the number of tags allowed on this resource.",
        ),
        TagError::Store(error) => store_failure(error),
    }
}

pub(super) fn content(error: PolicyContentError) -> WireError {
    match error {
        PolicyContentError::Malformed { message, .. } => {
            WireError::new("MalformedPolicyDocumentException", message)
        }
        PolicyContentError::TooLong(most) => constraint(
            "POLICY_CONTENT_LIMIT_EXCEEDED",
            &format!("The policy document exceeds the maximum size of {most} bytes."),
        ),
    }
}

pub(super) fn unrecognized_principal() -> WireError {
    invalid_input(
        "UNRECOGNIZED_SERVICE_PRINCIPAL",
        "You specified an unrecognized service principal.",
    )
}
