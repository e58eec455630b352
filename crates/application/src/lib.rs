//! Applications of an Identity Center instance: what they are, who is assigned to them, and whose tokens they may
//! exchange.
//!
//! Whether the caller may touch the instance at all is decided before, by the directory's rules; its outcome comes in
//! as a [`Standing`]. This crate knows nothing of HTTP and of the other areas.

mod assignment;
mod assignment_configuration;
mod create;
mod delete;
mod find;
mod list;
mod parts;
mod provider;
mod quotas;
mod session_configuration;
mod standing;
mod trusted_token_issuer;
mod update;

pub use assignment::{
    CreateAssignmentError, DescribeAssignmentError, create_application_assignment,
    delete_application_assignment, describe_application_assignment,
};
pub use assignment_configuration::{
    application_assignment_configuration, put_application_assignment_configuration,
};
pub use create::{CreateApplicationError, NewApplication, create_application};
pub use delete::delete_application;
pub use find::{ApplicationError, describe_application};
pub use list::{
    ListApplicationsError, ListForPrincipalError, list_application_assignments,
    list_application_assignments_for_principal, list_applications,
};
pub use parts::{
    ListedPart, PartError, PutPartError, delete_part, list_parts, part, put_access_scope, put_part,
};
pub use provider::{ApplicationProvider, FederationProtocol, PROVIDERS, ResourceScope, provider};
pub use quotas::Quotas;
pub use session_configuration::{
    application_session_configuration, put_application_session_configuration,
};
pub use standing::{Approach, Standing};
pub use trusted_token_issuer::{
    NewTrustedTokenIssuer, TrustedTokenIssuerChange, TrustedTokenIssuerError,
    create_trusted_token_issuer, delete_trusted_token_issuer, describe_trusted_token_issuer,
    update_trusted_token_issuer,
};
pub use update::{ApplicationChange, UpdateApplicationError, update_application};
