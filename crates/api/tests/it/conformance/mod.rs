//! Every operation that is offered, held against its model: for each constraint of its input a request that keeps it
//! and one that breaks it, and every answer checked against the output that the model promises.
//!
//! Nothing here uses the code under test to read models, write requests or read answers.

mod bases;
mod cases;
mod check;
mod constraints;
mod model;
mod reach;
mod reply;
mod request;
mod rules;
mod samples;
mod text;
mod tokens;
