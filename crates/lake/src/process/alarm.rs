//! A time that is kept by a thread of its own: the runtime keeps none while all its threads compute.

use std::io;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

/// Rings once, unless it is dropped before.
#[derive(Debug)]
pub struct Alarm {
    rung: oneshot::Receiver<()>,
    _dropped: mpsc::Sender<()>,
}

impl Alarm {
    /// Rings after a while.
    pub fn after(time: Duration) -> io::Result<Self> {
        let (ring, rung) = oneshot::channel();
        let (dropped, until) = mpsc::channel();
        thread::Builder::new()
            .name("alarm".to_owned())
            .stack_size(64 << 10)
            .spawn(move || {
                if until.recv_timeout(time) == Err(RecvTimeoutError::Timeout) {
                    // Whoever waited may be gone.
                    let _ = ring.send(());
                }
            })?;
        Ok(Self {
            rung,
            _dropped: dropped,
        })
    }

    /// Waits until it rings.
    pub async fn rings(&mut self) {
        // Its thread ends without ringing only once this is dropped.
        let _ = (&mut self.rung).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn it_rings_while_all_threads_compute() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let done = Arc::new(AtomicBool::new(false));
        runtime.spawn({
            let done = Arc::clone(&done);
            async move { while !done.load(Ordering::Relaxed) {} }
        });
        let mut alarm = Alarm::after(Duration::from_millis(50)).expect("a thread");
        runtime.block_on(alarm.rings());
        done.store(true, Ordering::Relaxed);
    }
}
