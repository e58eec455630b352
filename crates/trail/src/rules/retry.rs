use std::time::Duration;

use atrium_model::Random;

/// How long and how often a delivery is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// The most attempts.
    pub attempts: u32,
    /// How old a notice may be when it is tried.
    pub age: Duration,
    /// The pause after the first failure; after each further one it is twice as long.
    pub pause: Duration,
    /// The longest pause.
    pub longest: Duration,
}

impl Default for Retry {
    /// As EventBridge: 185 attempts in a day; EventBridge user guide, "How EventBridge retries delivering events".
    fn default() -> Self {
        Self {
            attempts: 185,
            age: Duration::from_secs(24 * 3600),
            pause: Duration::from_secs(1),
            longest: Duration::from_secs(900),
        }
    }
}

impl Retry {
    /// How long to wait after a notice of this age has failed `tries` times; none if it is given up.
    ///
    /// A random half of the pause keeps what failed together from coming again together. A target that asks for a
    /// longer pause gets it, up to the longest.
    pub fn pause_after(
        &self,
        tries: u32,
        age: Duration,
        asked: Option<Duration>,
        random: &dyn Random,
    ) -> Option<Duration> {
        if tries >= self.attempts {
            return None;
        }
        let doublings = tries.saturating_sub(1).min(30);
        let whole = self.pause.saturating_mul(1 << doublings).min(self.longest);
        let mut bytes = [0; 4];
        random.fill(&mut bytes);
        let share = f64::from(u32::from_be_bytes(bytes)) / f64::from(u32::MAX);
        let pause = whole / 2 + (whole / 2).mul_f64(share);
        let pause = pause.max(asked.unwrap_or_default().min(self.longest));
        (age + pause <= self.age).then_some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Constant(u8);

    impl Random for Constant {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    const RETRY: Retry = Retry {
        attempts: 8,
        age: Duration::from_secs(100),
        pause: Duration::from_secs(2),
        longest: Duration::from_secs(30),
    };

    #[test]
    fn pauses_double_with_a_random_half() {
        let seconds = |random: u8| {
            let random = Constant(random);
            let pauses = (1..=8).map(|tries| {
                let pause = RETRY.pause_after(tries, Duration::ZERO, None, &random);
                pause.map(|pause| pause.as_secs())
            });
            pauses.collect::<Vec<_>>()
        };
        let some = |all: [u64; 7]| all.map(Some).into_iter().chain([None]).collect::<Vec<_>>();
        assert_eq!(seconds(0), some([1, 2, 4, 8, 15, 15, 15]));
        assert_eq!(seconds(255), some([2, 4, 8, 16, 30, 30, 30]));
    }

    #[test]
    fn what_is_too_old_is_given_up_and_a_target_may_ask_for_time() {
        let seconds = Duration::from_secs;
        let cases = [
            ("young", 0, None, Some(2)),
            ("still in time", 98, None, Some(2)),
            ("too old when its time comes", 99, None, None),
            ("asked for time", 0, Some(20), Some(20)),
            ("asked for more than there is", 0, Some(9999), Some(30)),
            ("asked for less", 0, Some(1), Some(2)),
        ];
        for (case, age, asked, want) in cases {
            let found = RETRY.pause_after(1, seconds(age), asked.map(seconds), &Constant(255));
            assert_eq!(found, want.map(seconds), "{case}");
        }
    }
}
