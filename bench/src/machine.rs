use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use anyhow::Context as _;
use serde::Serialize;

/// What the numbers were measured on.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Machine {
    pub(crate) processors: usize,
    /// As the system names it.
    pub(crate) processor: String,
    pub(crate) system: String,
    /// How long the disk takes to keep 4 KiB, in microseconds: the median of 100.
    pub(crate) flush_us: u128,
}

impl Machine {
    /// Looks at this machine, and at the disk that holds a folder.
    pub(crate) fn look(folder: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let name = text
            .lines()
            .find_map(|line| line.strip_prefix("model name"));
        let name = name
            .and_then(|rest| rest.split_once(':'))
            .map(|(_, name)| name.trim());
        Ok(Self {
            processors: std::thread::available_parallelism()?.get(),
            processor: name.unwrap_or(std::env::consts::ARCH).to_owned(),
            system: std::env::consts::OS.to_owned(),
            flush_us: flush(folder).context("could not write to the folder for data")?,
        })
    }
}

fn flush(folder: &Path) -> std::io::Result<u128> {
    let mut file = File::create(folder.join("flush"))?;
    let mut times = Vec::with_capacity(100);
    for _ in 0..100 {
        let begin = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times.push(begin.elapsed().as_micros());
    }
    times.sort_unstable();
    Ok(times[times.len() / 2])
}

/// The memory that a process holds, in KiB, where the system tells it.
pub(crate) fn resident_kib(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

/// The processor time that a process has used, in microseconds, where the system tells it.
pub(crate) fn processor_us(process: u32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    processor_ticks(&text).map(|ticks| ticks * TICK_US)
}

/// Linux counts in hundredths of a second for programs, on every architecture that matters.
const TICK_US: u64 = 10_000;

/// `utime` and `stime` of `/proc/<pid>/stat`, proc_pid_stat(5): the 14th and 15th field. The second may hold anything
/// in its parentheses.
fn processor_ticks(stat: &str) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_found_behind_any_name() {
        let cases = [
            (
                "plain",
                "7 (atrium) S 1 2 3 4 5 6 7 8 9 10 40 2 0 0 20",
                Some(42),
            ),
            (
                "strange",
                "7 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 1 2 0 0 20",
                Some(3),
            ),
            ("short", "7 (atrium) S 1 2 3", None),
            ("empty", "", None),
        ];
        for (case, text, want) in cases {
            assert_eq!(processor_ticks(text), want, "{case}");
        }
    }
}
