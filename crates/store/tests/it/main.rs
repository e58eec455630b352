//! The conformance suite: written once against the ports, run on each engine.

mod application;
mod engines;
mod meta;
mod object;
mod organization;
mod transactions;
