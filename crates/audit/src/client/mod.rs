//! Calling AWS: many calls in flight under one limit, counted, paced and repeated.

mod caller;
mod failure;
mod gate;
mod http;
mod pace;
mod pages;
mod session;

pub(crate) use caller::{Api, At};
pub(crate) use failure::{Failure, refused_by_type};
pub(crate) use gate::Rank;
pub use http::http_client;
pub(crate) use pages::{Paged, pages};
pub(crate) use session::{Session, Sessions};
