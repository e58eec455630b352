//! The limit on calls in flight.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// Who goes first when calls wait. What continues a long chain (the next page of users) goes before
/// what starts new ones, so that no chain is left to run alone at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// Getting into an account.
    Enter,
    /// Looking for instances in it.
    Discover,
    /// Reading an instance, or the organization itself.
    Walk,
}

struct Waiter {
    rank: Rank,
    order: Reverse<u64>,
    wake: oneshot::Sender<Pass>,
}

impl PartialEq for Waiter {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Waiter {}
impl PartialOrd for Waiter {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Waiter {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.rank, self.order).cmp(&(other.rank, other.order))
    }
}

struct State {
    free: usize,
    arrivals: u64,
    waiting: BinaryHeap<Waiter>,
}

/// A semaphore that serves by [`Rank`], then by arrival.
pub(crate) struct Gate(Mutex<State>);

/// The right to one call in flight; dropping it lets the next one go.
pub(crate) struct Pass(Arc<Gate>);

impl Gate {
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self(Mutex::new(State {
            free: limit.max(1),
            arrivals: 0,
            waiting: BinaryHeap::new(),
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the right to make a call.
    pub(crate) async fn enter(self: &Arc<Self>, rank: Rank) -> Pass {
        let woken = {
            let mut state = self.state();
            if state.free > 0 {
                state.free -= 1;
                return Pass(Arc::clone(self));
            }
            let (wake, woken) = oneshot::channel();
            state.arrivals += 1;
            let order = Reverse(state.arrivals);
            state.waiting.push(Waiter { rank, order, wake });
            woken
        };
        woken
            .await
            .expect("a waiter stays in the heap until it is sent a pass")
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let next = {
            let mut state = self.0.state();
            let next = state.waiting.pop();
            if next.is_none() {
                state.free += 1;
            }
            next
        };
        if let Some(waiter) = next {
            // A waiter that is gone hands its pass back here, which drops it and wakes the next.
            drop(waiter.wake.send(Pass(Arc::clone(&self.0))));
        }
    }
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where"
)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn chains_go_first_and_a_waiter_that_left_is_passed_over() {
        let gate = Gate::new(1);
        let pass = gate.enter(Rank::Enter).await;
        let served = Mutex::new(Vec::new());
        let ask = |rank, name: &'static str| {
            let (gate, served) = (&gate, &served);
            async move {
                let _pass = gate.enter(rank).await;
                served.lock().unwrap().push(name);
            }
        };
        let mut left = Box::pin(ask(Rank::Walk, "left"));
        assert!(futures::poll!(&mut left).is_pending());
        let (mut a, mut b, mut c) = (
            Box::pin(ask(Rank::Enter, "enter")),
            Box::pin(ask(Rank::Walk, "walk")),
            Box::pin(ask(Rank::Discover, "discover")),
        );
        assert!(futures::poll!(&mut a).is_pending());
        assert!(futures::poll!(&mut b).is_pending());
        assert!(futures::poll!(&mut c).is_pending());
        drop(left);
        drop(pass);
        futures::join!(a, b, c);
        assert_eq!(*served.lock().unwrap(), ["walk", "discover", "enter"]);
        assert_eq!(gate.state().free, 1);
    }
}
