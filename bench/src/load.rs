use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use bytes::Bytes;
use serde::Serialize;
use tokio::task::LocalSet;

use crate::connection::Connection;
use crate::machine::processor_us;
use crate::server::Server;

/// How long after its time a case may still wait for an answer.
const PATIENCE: Duration = Duration::from_secs(120);

/// What is sent: each request once, or all of them again and again. All connections take from it.
pub(crate) struct Requests {
    all: Vec<Bytes>,
    again: bool,
    next: Cell<usize>,
}

impl Requests {
    /// Each request once; the load ends with the last one at the latest.
    pub(crate) fn once(all: Vec<Bytes>) -> Rc<Self> {
        Rc::new(Self {
            all,
            again: false,
            next: Cell::new(0),
        })
    }

    /// The same requests again and again.
    pub(crate) fn again(all: Vec<Bytes>) -> Rc<Self> {
        Rc::new(Self {
            all,
            again: true,
            next: Cell::new(0),
        })
    }

    fn take(&self) -> Option<&Bytes> {
        let next = self.next.get();
        self.next.set(next.wrapping_add(1));
        let place = if self.again {
            next.checked_rem(self.all.len())?
        } else {
            next
        };
        self.all.get(place)
    }
}

/// What a load was answered.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Measured {
    pub(crate) requests: u64,
    pub(crate) seconds: f64,
    pub(crate) requests_per_second: f64,
    /// Half of the answers came within so many microseconds.
    pub(crate) p50_us: u32,
    /// 99 of 100 answers came within so many microseconds.
    pub(crate) p99_us: u32,
    /// Processor time of the server for one answer, in microseconds, where the system tells it. Of all numbers it
    /// depends least on what else the machine does.
    pub(crate) processor_us: Option<f64>,
}

/// Like [`load`], and tells what it cost the server.
pub(crate) async fn load_server(
    server: &Server,
    requests: &Rc<Requests>,
    connections: usize,
    duration: Duration,
) -> anyhow::Result<Measured> {
    let before = processor_us(server.process());
    let mut measured = load(server.address, requests, connections, duration).await?;
    let used = processor_us(server.process()).zip(before);
    measured.processor_us =
        used.map(|(after, before)| (after - before) as f64 / measured.requests.max(1) as f64);
    Ok(measured)
}

/// Sends requests over so many connections, one at a time on each, for so long; fails with the first answer that is
/// not a success.
pub(crate) async fn load(
    address: SocketAddr,
    requests: &Rc<Requests>,
    connections: usize,
    duration: Duration,
) -> anyhow::Result<Measured> {
    let begin = Instant::now();
    let end = begin + duration;
    let local = LocalSet::new();
    let tasks: Vec<_> = (0..connections)
        .map(|_| local.spawn_local(drive(Connection::new(address), Rc::clone(requests), end)))
        .collect();
    let all = async {
        let mut times = Vec::new();
        for task in tasks {
            times.extend(task.await.context("a connection's task ended early")??);
        }
        anyhow::Ok(times)
    };
    let whole = local.run_until(all);
    let times = tokio::time::timeout(duration.saturating_add(PATIENCE), whole)
        .await
        .context("an answer did not come in time")??;
    Ok(measured(times, begin.elapsed()))
}

/// One connection. Answers how long each request took, in microseconds.
async fn drive(
    mut connection: Connection,
    requests: Rc<Requests>,
    end: Instant,
) -> anyhow::Result<Vec<u32>> {
    let mut times = Vec::with_capacity(1 << 16);
    let mut begin = Instant::now();
    while begin < end {
        let Some(request) = requests.take() else {
            break;
        };
        connection.call(request).await?;
        let now = Instant::now();
        times.push(u32::try_from((now - begin).as_micros()).unwrap_or(u32::MAX));
        begin = now;
    }
    Ok(times)
}

fn measured(mut times: Vec<u32>, took: Duration) -> Measured {
    times.sort_unstable();
    let seconds = took.as_secs_f64();
    Measured {
        requests: times.len() as u64,
        seconds,
        requests_per_second: times.len() as f64 / seconds,
        p50_us: quantile(&times, 50),
        p99_us: quantile(&times, 99),
        processor_us: None,
    }
}

/// The smallest of the sorted times that so many percent do not exceed.
fn quantile(sorted: &[u32], percent: usize) -> u32 {
    let place = (sorted.len() * percent).div_ceil(100);
    sorted
        .get(place.saturating_sub(1))
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_times_that_occurred() {
        let hundred: Vec<u32> = (1..=100).collect();
        let cases = [
            ("none", &[][..], 50, 0),
            ("one", &[7][..], 99, 7),
            ("half of two", &[1, 9][..], 50, 1),
            ("half", &hundred[..], 50, 50),
            ("most", &hundred[..], 99, 99),
        ];
        for (case, times, percent, want) in cases {
            assert_eq!(quantile(times, percent), want, "{case}");
        }
    }

    #[test]
    fn requests_end_or_come_again() {
        let both = || vec![Bytes::from_static(b"a"), Bytes::from_static(b"b")];
        let taken = |requests: Rc<Requests>| -> Vec<Option<Bytes>> {
            (0..3).map(|_| requests.take().cloned()).collect()
        };
        let (a, b) = (
            Some(Bytes::from_static(b"a")),
            Some(Bytes::from_static(b"b")),
        );
        assert_eq!(taken(Requests::once(both())), [a.clone(), b.clone(), None]);
        assert_eq!(taken(Requests::again(both())), [a.clone(), b, a]);
        assert_eq!(taken(Requests::again(Vec::new())), [None, None, None]);
    }
}
