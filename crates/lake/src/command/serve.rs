//! One request from standard input, as the service sends it.

use std::io::{self, BufRead as _, Write as _};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use atrium_lake::process::{Lines, ROOM, Request, compact, query, write};
use atrium_lake::sql::{Kind, Limits, SqlError};
use serde_json::{Value, json};

use super::FAILED;
use crate::threads::stacks;

/// What the process needs besides its threads' stacks and what a request may hold: code, files' footers, rows on their way out.
const BESIDES: u64 = 2 << 30;

pub async fn serve() -> Result<ExitCode> {
    let mut input = io::stdin().lock();
    let mut line = String::new();
    input
        .read_line(&mut line)
        .context("could not read the request")?;
    let mut lines = Lines::new(io::BufWriter::new(io::stdout().lock()));
    let request = match serde_json::from_str(&line) {
        Ok(request) => request,
        Err(error) => return refused(&mut lines, Kind::Refused, &format!("no request: {error}")),
    };
    let mut told = Ok(());
    let mut tell = |value: &Value| {
        if told.is_ok() {
            told = lines.line(value);
        }
    };
    bound_memory(match &request {
        Request::Query(request) => Limits::from(request.limits.clone()).memory,
        Request::Compact(request) => Limits::from(request.limits.clone()).memory,
        Request::Write(_) => ROOM,
    });
    let done = match request {
        Request::Query(request) => {
            let outcome = query(request, &mut lines).await?;
            lines.end(&outcome)?;
            return Ok(if outcome.error.is_none() {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(FAILED)
            });
        }
        Request::Write(request) => write(request, input, &mut tell).await,
        Request::Compact(request) => compact(request, &mut tell).await,
    };
    told?;
    match done {
        Ok(()) => {
            lines.flush()?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => refused(
            &mut lines,
            Kind::Storage,
            &format!("{:#}", anyhow::Error::from(error)),
        ),
    }
}

fn refused<W: io::Write>(lines: &mut Lines<W>, kind: Kind, message: &str) -> Result<ExitCode> {
    lines.line(&json!({ "error": SqlError::new(kind, message) }))?;
    lines.flush()?;
    Ok(ExitCode::from(FAILED))
}

/// Not all memory is counted while it is used. Beyond twice of what a request may hold, the process ends; the service takes that for a
/// query that exhausted its resources.
fn bound_memory(held: usize) {
    let bytes = (held as u64)
        .saturating_mul(2)
        .saturating_add(BESIDES)
        .saturating_add(stacks());
    #[cfg(target_os = "linux")]
    if let Err(error) = rlimit::setrlimit(rlimit::Resource::DATA, bytes, bytes) {
        let _ = writeln!(io::stderr(), "atrium-lake: memory is not bounded: {error}");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = bytes;
}
