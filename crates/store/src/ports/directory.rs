//! What the directory area asks of a transaction.

mod group;
mod instance;
mod people;
mod tag;
mod user;

pub use group::GroupTx;
pub use instance::{InstanceListing, InstanceTx};
pub use people::{NameAge, NamePage, PeopleTx};
pub use tag::TagTx;
pub use user::{DirectoryCount, UserTx};

/// Instances, the users and groups of their identity stores, how these were called before, and the tags on what belongs to
/// an instance.
///
/// Everything but an instance itself is found by the store or instance it belongs to, so that no question about one
/// can be answered from another.
pub trait DirectoryTx: InstanceTx + UserTx + GroupTx + PeopleTx + TagTx {}
