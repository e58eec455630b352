//! The area's rules, tested on a real SQLite database.

mod access;
mod control;
mod groups;
mod instances;
mod names;
mod updates;
mod users;
mod world;
