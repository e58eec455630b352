//! What the commands do.

pub(crate) mod audit;
pub(crate) mod demo;
pub(crate) mod instance;
pub(crate) mod lake;
pub(crate) mod rules;
pub(crate) mod serve;
