use std::str::FromStr;

use crate::application::AssignedPrincipal;
use crate::{AccountId, Caller, InstanceId, ParseIdError, PermissionSetId, Timestamp};

/// What a request does, once it is its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestKind {
    /// Assigns a permission set in an account to a principal.
    CreateAssignment,
    /// Takes an assignment back.
    DeleteAssignment,
    /// Brings the roles of a permission set up to date, in one account or in all that have it.
    Provision,
    /// Removes the role of a permission set from an account in which nobody has it any more. No caller sees it.
    Tidy,
}

/// How far a request is; the model's `StatusValues`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestStatus {
    /// It waits for its turn, or is worked on.
    InProgress,
    /// It could not be done.
    Failed,
    /// It is done.
    Succeeded,
}

/// A request to be kept until a worker does it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccessRequest {
    /// The instance.
    pub instance: InstanceId,
    /// A UUID; none where no caller will ask for the request.
    pub id: Option<String>,
    /// What to do.
    pub kind: RequestKind,
    /// The permission set.
    pub permission_set: PermissionSetId,
    /// The account; none for all that have the permission set.
    pub account: Option<AccountId>,
    /// Whose assignment.
    pub principal: Option<AssignedPrincipal>,
    /// What IAM says if the caller may not do this in the management account.
    pub refusal: Option<String>,
    /// Who asked, without the rights of a session; none if it was the service itself.
    pub caller: Option<Caller>,
    /// When it was asked for.
    pub created: Timestamp,
}

/// A request and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessRequest {
    /// Its number: requests are done in this order.
    pub number: i64,
    /// What was asked for.
    pub asked: NewAccessRequest,
    /// How far it is.
    pub status: RequestStatus,
    /// Why it failed, or will fail once it has done the rest.
    pub failure_reason: Option<String>,
    /// The last account that is done, where there are several.
    pub done: Option<AccountId>,
    /// How often a worker has taken it since it last got on.
    pub attempts: i64,
}

macro_rules! words {
    ($name:ident, $what:literal, $($item:ident = $text:literal),* $(,)?) => {
        impl $name {
            /// The word it is kept and shown as.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$item => $text,)* }
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                match text {
                    $($text => Ok(Self::$item),)*
                    _ => Err(ParseIdError::new($what, text)),
                }
            }
        }
    };
}

words!(
    RequestKind,
    "kind of request",
    CreateAssignment = "CREATE_ASSIGNMENT",
    DeleteAssignment = "DELETE_ASSIGNMENT",
    Provision = "PROVISION",
    Tidy = "TIDY",
);
words!(
    RequestStatus,
    "request status",
    InProgress = "IN_PROGRESS",
    Failed = "FAILED",
    Succeeded = "SUCCEEDED",
);
