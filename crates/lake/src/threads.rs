//! The program's threads, and what their stacks take of its memory.

use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use tokio::runtime::{Builder, Runtime};

/// Bytes of each thread's stack: plans of long conditions are deep.
const STACK: usize = 64 << 20;

/// Threads that wait for files, each for one read or write at a time: enough to keep a disk busy. What each reads is its own memory at
/// first, and the system clears that.
const WAITING: usize = 4;

/// Threads that compute.
fn computing() -> usize {
    available_parallelism().map_or(2, NonZeroUsize::get)
}

/// A runtime with so many threads and no more.
pub fn runtime() -> std::io::Result<Runtime> {
    Builder::new_multi_thread()
        .enable_all()
        .worker_threads(computing())
        .max_blocking_threads(WAITING)
        .thread_stack_size(STACK)
        .build()
}

/// Bytes of all their stacks: the system counts a stack whole, however little of it is used.
pub fn stacks() -> u64 {
    ((computing() + WAITING) * STACK) as u64
}
