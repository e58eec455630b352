use atrium_model::Timestamp;

use super::Rate;

/// Tokens of one account for one rate: each request takes one, each second brings `per_second` back.
///
/// Counted in thousandths, of which a rate of one per second brings one a millisecond: nothing is rounded.
#[derive(Clone, Debug)]
pub(super) struct Bucket {
    thousandths: i64,
    at: Timestamp,
}

/// One request.
const TOKEN: i64 = 1000;

impl Bucket {
    pub(super) fn full(rate: &Rate, now: Timestamp) -> Self {
        Self {
            thousandths: rate.burst * TOKEN,
            at: now,
        }
    }

    /// Takes a token, if there is one.
    pub(super) fn take(&mut self, rate: &Rate, now: Timestamp) -> bool {
        self.fill(rate, now);
        let left = self.thousandths - TOKEN;
        if left < 0 {
            return false;
        }
        self.thousandths = left;
        true
    }

    pub(super) fn is_full(&mut self, rate: &Rate, now: Timestamp) -> bool {
        self.fill(rate, now);
        self.thousandths == rate.burst * TOKEN
    }

    /// A clock that is set back brings nothing, and takes nothing.
    fn fill(&mut self, rate: &Rate, now: Timestamp) {
        let passed = i64::try_from(now.since(self.at).as_millis()).unwrap_or(i64::MAX);
        let brought = passed.saturating_mul(rate.per_second);
        self.thousandths = self
            .thousandths
            .saturating_add(brought)
            .min(rate.burst * TOKEN);
        self.at = now;
    }
}
