//! The policy language from outside: documents in, decisions and messages out.

mod conditions;
mod evaluation;
mod explaining;
mod language;
mod parsing;
mod properties;
mod resource_control;
mod sample_scp;
mod support;
mod trust;
