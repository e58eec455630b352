use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use atrium_api::Clock;
use atrium_model::Timestamp;

/// A clock that stands still until the test moves it.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    /// A clock that shows `time`.
    pub fn showing(time: Timestamp) -> Self {
        Self(AtomicI64::new(time.as_millis()))
    }

    /// A clock that shows the machine's present time, for clients with clocks of their own.
    pub fn showing_now() -> Self {
        Self::showing(Timestamp::from_millis(
            jiff::Timestamp::now().as_millisecond(),
        ))
    }

    /// Sets the time, also backwards.
    pub fn set(&self, time: Timestamp) {
        self.0.store(time.as_millis(), Ordering::SeqCst);
    }

    /// Moves the time forward.
    pub fn advance(&self, by: Duration) {
        self.set(self.now() + by);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}
