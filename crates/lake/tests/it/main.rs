//! One binary for all: what links DataFusion is large.

#![expect(
    clippy::unwrap_used,
    reason = "what a test can't go on without fails it"
)]

mod command;
mod days;
mod depth;
mod elsewhere;
mod files;
mod fixture;
mod gate;
mod guide;
mod heads;
mod implied;
mod lake;
mod limits;
mod merge;
mod ocsf;
mod older;
mod once;
mod order;
mod process;
mod published;
mod records;
mod select;
