//! The ports' SQL, one file a port. The texts serve both engines.

mod access;
mod application;
mod control;
mod directory;
mod event;
mod iam;
mod identity_provider;
mod lake;
mod meta;
mod notice;
mod object;
mod organization;
mod token;
mod trail;

use crate::StoreError;

/// A value as the text of a column.
fn json(value: &(impl serde::Serialize + ?Sized)) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(StoreError::corrupt)
}
