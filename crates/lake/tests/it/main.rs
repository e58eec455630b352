//! One binary for all: what links DataFusion is large.

mod command;
mod files;
mod fixture;
mod gate;
mod guide;
mod lake;
mod limits;
mod process;
mod published;
mod records;
mod select;
