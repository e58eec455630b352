//! The conformance suite: written once against the ports, run on each engine.

mod access;
mod application;
mod control;
mod directory;
mod engines;
mod event_stream;
mod iam;
mod identity_provider;
mod kit;
mod lake;
mod lake_channel;
mod lake_import;
mod meta;
mod moved;
mod notice;
mod object;
mod organization;
mod people;
mod person;
mod query;
mod token;
mod trail;
mod transactions;
mod transfers;
