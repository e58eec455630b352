use serde_json::Number;

/// `numeric`: a number between two bounds. A bound counts as inside if its flag says so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Range {
    pub(super) low: (f64, bool),
    pub(super) high: (f64, bool),
}

/// The farthest that a bound may be from 0; EventBridge user guide, "Numeric matching".
pub(super) const FARTHEST: f64 = 5e9;

impl Range {
    /// Every number.
    pub(super) const ALL: Self = Self {
        low: (f64::NEG_INFINITY, false),
        high: (f64::INFINITY, false),
    };

    pub(super) fn holds(&self, number: f64) -> bool {
        let ((low, from), (high, to)) = (self.low, self.high);
        (number > low || (from && number == low)) && (number < high || (to && number == high))
    }

    /// Whether no number is in it.
    pub(super) fn is_empty(&self) -> bool {
        let ((low, from), (high, to)) = (self.low, self.high);
        low > high || (low == high && !(from && to))
    }
}

/// Whether two numbers are the same, however they are written: `300`, `300.0` and `3.0e2` are.
pub(super) fn same_number(a: &Number, b: &Number) -> bool {
    match (a.as_i128(), b.as_i128()) {
        (Some(a), Some(b)) => a == b,
        _ => a.as_f64() == b.as_f64(),
    }
}
