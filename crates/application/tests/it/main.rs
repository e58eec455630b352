//! The area's rules, tested on a real SQLite database.

mod applications;
mod assignments;
mod settings;
mod trusted_token_issuers;
mod world;
