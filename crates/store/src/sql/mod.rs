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
