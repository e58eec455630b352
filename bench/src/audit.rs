use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, ensure};
use serde::Serialize;
use serde_json::Value;

use crate::arguments::Arguments;
use crate::server::{Program, Server, clean};

/// The Regions in which the organization has instances, and which are audited.
const REGIONS: &str = "us-east-1,us-west-2,eu-west-1,eu-central-1,ap-southeast-2";

/// An audit of a large organization on a server that answers late.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Audit {
    /// Of the organization, the management account too.
    pub(crate) accounts: u64,
    pub(crate) account_regions: u64,
    pub(crate) calls: u64,
    pub(crate) concurrency: u32,
    pub(crate) delay_ms: u64,
    /// Loading the organization, through public APIs, in seconds.
    pub(crate) load_seconds: f64,
    /// The whole command, from start to written report, in seconds.
    pub(crate) seconds: f64,
    /// Calls / concurrency × delay: what no audit with so many calls in flight can beat.
    pub(crate) bound_seconds: f64,
}

/// Loads an organization with `atrium demo`, then audits it while each answer is held back.
pub(crate) async fn measure(
    arguments: &Arguments,
    program: &Program,
    folder: &Path,
) -> anyhow::Result<Audit> {
    let server = Server::start(program, folder, &[]).await?;
    eprintln!("audit: loading {} accounts", arguments.audited_accounts());
    let accounts = arguments.audited_accounts().to_string();
    let begin = Instant::now();
    run(
        &server,
        folder,
        &["demo", "--accounts", &accounts, "--regions", REGIONS],
    )?;
    let load_seconds = begin.elapsed().as_secs_f64();
    server.stop().await?;

    let delay = arguments.response_delay.to_string();
    let server = Server::start(program, folder, &["--dev", "--response-delay", &delay]).await?;
    let output = folder.join("report");
    let output = output.to_str().context("the folder's name is not text")?;
    let concurrency = arguments.concurrency.to_string();
    eprintln!("audit: {load_seconds:.1} s of loading; auditing");
    let begin = Instant::now();
    run(
        &server,
        folder,
        &[
            "audit",
            "--regions",
            REGIONS,
            "--concurrency",
            &concurrency,
            "--output",
            output,
            "--exit-zero",
        ],
    )?;
    let seconds = begin.elapsed().as_secs_f64();
    let coverage = std::fs::read(folder.join("report/coverage.json"))?;
    let coverage: Value = serde_json::from_slice(&coverage)?;
    ensure!(
        coverage["Complete"] == true,
        "the audit was not complete: {}",
        coverage["Totals"]
    );
    let number = |value: &Value| value.as_u64().context("coverage.json has other members");
    let calls = number(&coverage["ApiCalls"]["Total"])?;
    server.stop().await?;
    Ok(Audit {
        accounts: number(&coverage["Totals"]["Accounts"])?,
        account_regions: number(&coverage["Totals"]["AccountRegions"])?,
        calls,
        concurrency: arguments.concurrency,
        delay_ms: arguments.response_delay,
        load_seconds,
        seconds,
        bound_seconds: calls as f64 / f64::from(arguments.concurrency)
            * arguments.response_delay as f64
            / 1000.0,
    })
}

/// Runs one of Atrium's client commands against the server.
fn run(server: &Server, folder: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let Program::Atrium { file, .. } = &server.program else {
        anyhow::bail!("{} has no audit", server.program.name())
    };
    let mut command = Command::new(file);
    clean(&mut command);
    let done = command
        .args(arguments)
        .env("AWS_ENDPOINT_URL", format!("http://{}", server.address))
        .env(
            "AWS_SHARED_CREDENTIALS_FILE",
            folder.join("data/credentials"),
        )
        .env("AWS_REGION", crate::sign::REGION)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output()?;
    ensure!(
        done.status.success(),
        "atrium {} ended, {}: {}",
        arguments.join(" "),
        done.status,
        String::from_utf8_lossy(&done.stderr)
    );
    Ok(())
}
