//! Boots the whole server in-process for tests: the real router on a free loopback port, a database of its own, a
//! clock that the test sets, seeded random bytes; and a small signed client that speaks every protocol of the models.
//!
//! Not for use outside tests: whatever goes wrong here panics.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where"
)]

mod answer;
mod clock;
mod credentials;
mod database;
mod encode;
mod engines;
mod issuer;
mod random;
mod saml;
mod sdk;
mod server;
mod sign;
mod xml;

pub use answer::Answer;
pub use clock::TestClock;
pub use credentials::Credentials;
pub use database::{Database, POSTGRES_URL};
pub use encode::encode;
pub use engines::{on_postgres, on_sqlite, wait};
pub use issuer::{SigningKey, TestIssuer};
pub use random::SeededRandom;
pub use saml::{SamlClaims, SamlIdentityProvider};
pub use server::{Options, Server};
pub use sign::{presign, sign};
pub use xml::Element;
