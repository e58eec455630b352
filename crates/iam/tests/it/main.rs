//! The area's rules against a real database.

mod assuming;
mod authenticating;
mod entities;
mod limits;
mod managed;
mod providers;
mod saml_users;
mod trust;
mod web_users;
mod world;
