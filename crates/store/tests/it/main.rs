//! The conformance suite: written once against the ports, run on each engine.

mod engines;
mod meta;
mod transactions;
