//! The rules of permission sets, on a real database.

mod assignments;
mod permission_sets;
mod policies;
mod provisioning;
mod world;
