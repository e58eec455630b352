//! Organizations: accounts, the tree they stand in, who is asked to join, and the policies that bind them.
//!
//! Functions here are the rules of AWS Organizations over the storage ports. They expect that the caller's right to
//! the call was settled before: [`standing`] tells what a caller is in its organization, and the API edge decides
//! with it and the caller's policies. This crate knows nothing of HTTP and SQL.

mod accounts;
mod all_features;
mod attachments;
mod calendar;
mod create_account;
mod delegated_administrators;
mod effective_policy;
mod handshakes;
mod invitations;
mod membership;
mod organizations;
mod page;
mod policies;
mod policy_content;
mod policy_types;
mod principals;
mod quotas;
mod regions;
mod resource_policy;
mod services;
mod standing;
mod tags;
mod transfers;
mod units;

pub use accounts::*;
pub use all_features::*;
pub use attachments::*;
pub use create_account::*;
pub use delegated_administrators::*;
pub use effective_policy::*;
pub use handshakes::*;
pub use invitations::*;
pub use membership::*;
pub use organizations::*;
pub use page::{Page, PageRequest};
pub use policies::*;
pub use policy_content::PolicyContentError;
pub use policy_types::*;
pub use principals::is_recognized_principal;
pub use quotas::Quotas;
pub use regions::*;
pub use resource_policy::*;
pub use services::*;
pub use standing::{NotInUse, Role, Standing, standing};
pub use tags::*;
pub use transfers::*;
pub use units::*;
