//! Metadata and responses, good and bad.

mod forged;
mod hostile;
mod metadata;
mod responses;
mod world;
