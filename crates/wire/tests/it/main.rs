//! The wire from outside: requests in, answers out, for every protocol.

mod errors;
mod events;
mod hostile;
mod identify;
mod protocols;
mod request;
mod sample;
mod sigv4;
mod validation;
mod walk;
mod writer;
