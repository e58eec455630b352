use std::sync::{Mutex, PoisonError};

use atrium_model::Random;
use rand::rngs::ChaCha8Rng;
use rand::{Rng as _, SeedableRng as _};

/// Random bytes that are the same for the same seed, as long as the calls come in the same order.
#[derive(Debug)]
pub struct SeededRandom(Mutex<ChaCha8Rng>);

impl SeededRandom {
    /// Starts over with this seed.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha8Rng::seed_from_u64(seed)))
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .fill_bytes(bytes);
    }
}
