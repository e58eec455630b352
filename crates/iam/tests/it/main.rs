//! The area's rules against a real database.

mod assuming;
mod authenticating;
mod entities;
mod limits;
mod managed;
mod trust;
mod world;
