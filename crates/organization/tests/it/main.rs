//! The rules of organizations against a real database: each rule and each refusal once.

mod accounts;
mod delegation;
mod effective_policies;
mod features;
mod handshakes;
mod limits;
mod policies;
mod transfers;
mod tree;
mod world;
