use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::Value;

use super::number::{Range, same_number};
use super::text::TextTest;

/// One of the things that a value may be.
#[derive(Clone, Debug)]
pub(super) enum Condition {
    /// This very text, number, `true`, `false` or `null`.
    Is(Value),
    /// A text that passes.
    Text(TextTest),
    /// `numeric`.
    Number(Range),
    /// `cidr`.
    Network(IpNet),
    /// `anything-but` values.
    NoneOf(Vec<Value>),
    /// `anything-but` texts that pass.
    NoText(Vec<TextTest>),
    /// `exists`.
    Exists(bool),
}

impl Condition {
    /// Whether it holds for a value that is there: a text, number, `true`, `false` or `null`.
    pub(super) fn holds(&self, value: &Value) -> bool {
        let text = value.as_str();
        match self {
            Self::Is(want) => same(want, value),
            Self::Text(test) => text.is_some_and(|text| test.passes(text)),
            Self::Number(range) => value.as_f64().is_some_and(|number| range.holds(number)),
            Self::Network(network) => text
                .and_then(|text| text.parse::<IpAddr>().ok())
                .is_some_and(|address| network.contains(&address)),
            Self::NoneOf(values) => !values.iter().any(|unwanted| same(unwanted, value)),
            Self::NoText(tests) => !text.is_some_and(|text| tests.iter().any(|t| t.passes(text))),
            Self::Exists(wanted) => *wanted,
        }
    }

    /// Whether it holds where nothing is.
    pub(super) fn is_absence(&self) -> bool {
        matches!(self, Self::Exists(false))
    }
}

fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => same_number(a, b),
        _ => a == b,
    }
}
