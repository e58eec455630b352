use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};

/// What to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Time to the first answer, idle memory, size of the program.
    StartUp,
    /// Requests that change nothing, on growing identity stores.
    Reads,
    /// Permission sets and their assignments.
    Assignments,
    /// Decisions of the policy language.
    Policies,
    /// Durable writes.
    Creates,
    /// LookupEvents in a log of many events.
    Lookups,
    /// Events that are put into an event data store through a channel.
    Ingest,
    /// An audit of a large organization on a server that answers late.
    Audit,
}

/// Measure Atrium side by side with moto's server.
#[derive(Debug, Parser)]
#[command(name = "atrium-bench")]
pub(crate) struct Arguments {
    /// The atrium program, built with --release.
    #[arg(long, value_name = "FILE")]
    pub(crate) atrium: PathBuf,

    /// The moto_server program; without it only Atrium is measured.
    #[arg(long, value_name = "FILE")]
    pub(crate) moto: Option<PathBuf>,

    /// Also measure Atrium on this PostgreSQL database, which must be empty.
    #[arg(long, value_name = "URL")]
    pub(crate) postgres: Option<String>,

    /// Only these parts.
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "start-up,reads,assignments,policies,creates,lookups,ingest,audit"
    )]
    pub(crate) parts: Vec<Part>,

    /// Only cases whose name contains this.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) case: String,

    /// How long each case is measured, in seconds, after a warm-up of a fifth of that.
    #[arg(long, value_name = "S", default_value = "5", value_parser = clap::value_parser!(u64).range(1..=300))]
    pub(crate) seconds: u64,

    /// A look only: one second a case, three starts, 10,000 users, 100,000 events, 100 accounts.
    #[arg(long)]
    pub(crate) quick: bool,

    /// Sizes of the identity store at which users are listed, ascending.
    #[arg(long, value_name = "N1,N2", value_delimiter = ',', default_value = "1000,10000,100000",
          value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(crate) users: Vec<u64>,

    /// How long one growth of moto's identity store may take, in seconds; what is larger is skipped.
    #[arg(long, value_name = "S", default_value = "120")]
    pub(crate) moto_load_seconds: u64,

    /// Events of the log in which LookupEvents looks, and events that are put into an event data store.
    #[arg(long, value_name = "N", default_value = "10000000", value_parser = clap::value_parser!(u64).range(1000..))]
    pub(crate) events: u64,

    /// Member accounts of the audited organization.
    #[arg(long, value_name = "N", default_value = "1000", value_parser = clap::value_parser!(u32).range(8..=5000))]
    pub(crate) accounts: u32,

    /// Calls that the audit has in flight.
    #[arg(long, value_name = "N", default_value = "64", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(crate) concurrency: u32,

    /// How long the audited server holds each answer back, in milliseconds.
    #[arg(long, value_name = "MS", default_value = "50")]
    pub(crate) response_delay: u64,

    /// Where the servers keep their data while they run. It should be on a disk: creates are made durable there.
    #[arg(long, value_name = "DIR", default_value = "/var/tmp")]
    pub(crate) data: PathBuf,

    /// Write the result to DIR/<date>.md and .json [default DIR: bench/results].
    #[arg(long, value_name = "DIR", num_args = 0..=1, default_missing_value = "bench/results")]
    pub(crate) write: Option<PathBuf>,
}

impl Arguments {
    /// Whether a part is wanted.
    pub(crate) fn wants(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }

    /// How long each case is measured.
    pub(crate) fn duration(&self) -> Duration {
        Duration::from_secs(if self.quick { 1 } else { self.seconds })
    }

    /// How often each program is started to measure that.
    pub(crate) fn starts(&self) -> usize {
        if self.quick { 3 } else { 10 }
    }

    /// Member accounts of the audited organization.
    pub(crate) fn audited_accounts(&self) -> u32 {
        if self.quick {
            self.accounts.min(100)
        } else {
            self.accounts
        }
    }

    /// Events of the log in which LookupEvents looks, and events that are put into an event data store.
    pub(crate) fn logged_events(&self) -> u64 {
        match self.quick {
            true => self.events.min(100_000),
            false => self.events,
        }
    }

    /// Sizes of the identity store, ascending.
    pub(crate) fn sizes(&self) -> Vec<u64> {
        let most = if self.quick { 10_000 } else { u64::MAX };
        let mut sizes: Vec<u64> = self
            .users
            .iter()
            .copied()
            .filter(|size| *size <= most)
            .collect();
        sizes.sort_unstable();
        sizes.dedup();
        sizes
    }

    /// Assignments of one permission set in one account at which they are listed, ascending.
    pub(crate) fn assignments(&self) -> Vec<usize> {
        if self.quick {
            vec![10, 1_000]
        } else {
            vec![10, 1_000, 100_000]
        }
    }

    /// Permission sets of the instance.
    pub(crate) fn permission_sets(&self) -> usize {
        500
    }

    /// How long one growth of moto's identity store may take.
    pub(crate) fn moto_patience(&self) -> Duration {
        Duration::from_secs(if self.quick {
            20
        } else {
            self.moto_load_seconds
        })
    }
}
