use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use crate::machine::resident_kib;
use crate::server::{Program, Server};

/// How a program starts, and what it holds while nobody calls.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct StartUp {
    pub(crate) server: &'static str,
    pub(crate) starts: usize,
    /// On an empty folder, in milliseconds: the median from the start of the process to the first answer that it is
    /// ready.
    pub(crate) first_ms: f64,
    /// The same on a folder that is in use.
    pub(crate) later_ms: f64,
    /// Memory a second after the start, in KiB, where the system tells it.
    pub(crate) idle_kib: Option<u64>,
    /// Of a program that is one file, in bytes.
    pub(crate) program_bytes: Option<u64>,
}

/// Starts a program so many times, each time on an empty folder and then again on the same one.
pub(crate) async fn measure(
    program: &Program,
    folder: &Path,
    starts: usize,
) -> anyhow::Result<StartUp> {
    let (mut first, mut later, mut idle) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..starts {
        let folder = folder.join(format!("start-{number}"));
        let server = Server::start(program, &folder, &[]).await?;
        first.push(server.ready_after);
        server.stop().await?;
        let server = Server::start(program, &folder, &[]).await?;
        later.push(server.ready_after);
        if number < 3 {
            tokio::time::sleep(Duration::from_secs(1)).await;
            idle.extend(resident_kib(server.process()));
        }
        server.stop().await?;
    }
    let program_bytes = match program {
        Program::Atrium { file, .. } => Some(std::fs::metadata(file)?.len()),
        // A script, with a folder of packages behind it.
        Program::Moto { .. } => None,
    };
    Ok(StartUp {
        server: program.name(),
        starts,
        first_ms: median(first),
        later_ms: median(later),
        idle_kib: idle.into_iter().max(),
        program_bytes,
    })
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times
        .get(times.len() / 2)
        .copied()
        .unwrap_or_default()
        .as_secs_f64()
        * 1000.0
}
