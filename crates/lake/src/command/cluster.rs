//! `atrium-lake scheduler` and `atrium-lake executor`.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use atrium_lake::cluster::{ExecutorSettings, SchedulerSettings, execute, schedule};
use clap::Args;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;
use url::Url;

/// What is logged unless RUST_LOG says something else.
const LOGGED: &str = "warn,ballista_scheduler=info,ballista_executor=info";

/// Hand queries out to executors.
///
/// Whoever reaches a scheduler or an executor can have any file read that its executors can read: nobody is asked who they are. Keep
/// both on a network of their own.
#[derive(Debug, Args)]
pub struct SchedulerCommand {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:50050")]
    listen: SocketAddr,
    /// The name or address by which executors and queries reach this scheduler [default: the address of --listen]
    #[arg(long, value_name = "HOST")]
    host: Option<String>,
}

impl SchedulerCommand {
    pub async fn run(self) -> Result<ExitCode> {
        log();
        let listener = TcpListener::bind(self.listen)
            .await
            .with_context(|| format!("could not listen on {}", self.listen))?;
        let listen = listener.local_addr()?;
        eprintln!("schedules at http://{listen}");
        let settings = SchedulerSettings {
            listen,
            host: self.host.unwrap_or_else(|| listen.ip().to_string()),
        };
        tokio::select! {
            ended = schedule(listener, settings) => ended.context("could not schedule")?,
            () = told_to_end() => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Do what a scheduler hands out.
///
/// It reads the Parquet files by itself: those of a folder must be there under the same path, those of a bucket are read with the
/// credentials of this process's environment. Whoever reaches an executor can have read what it can read: keep it on a network of its
/// own.
#[derive(Debug, Args)]
pub struct ExecutorCommand {
    /// The scheduler, such as http://lake.internal:50050
    #[arg(long, value_name = "URL")]
    scheduler: Url,
    /// Where to listen: other executors and queries fetch there what this one has done
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:50051")]
    listen: SocketAddr,
    /// The name or address by which they reach this executor [default: the address of --listen, or the one from which it calls the
    /// scheduler if it listens on all]
    #[arg(long, value_name = "HOST")]
    host: Option<String>,
    /// Tasks that run at once [default: one for each processor]
    #[arg(long, value_name = "NUMBER")]
    threads: Option<usize>,
    /// Mebibytes of memory that all of them may hold before they write to disk
    #[arg(long, value_name = "MEBIBYTES", default_value_t = 1024)]
    memory: usize,
    /// The folder to write to [default: the system's folder for temporary files]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl ExecutorCommand {
    pub async fn run(self) -> Result<ExitCode> {
        with_deep_stacks()?;
        log();
        let host = self
            .scheduler
            .host_str()
            .context("the scheduler's URL names no host")?;
        let port = self
            .scheduler
            .port_or_known_default()
            .context("the scheduler's URL names no port")?;
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let settings = ExecutorSettings {
            scheduler_host: host.to_owned(),
            scheduler_port: port,
            listen: self.listen,
            host: self.host.or_else(|| named(self.listen.ip())),
            threads: self.threads.unwrap_or(threads),
            memory: self.memory << 20,
            folder: self.folder,
        };
        tokio::select! {
            ended = execute(settings) => {
                ended.with_context(|| format!("could not work for {}", self.scheduler))?;
            }
            // What it had is done again by others.
            () = told_to_end() => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The address, unless it stands for all.
fn named(address: IpAddr) -> Option<String> {
    (!address.is_unspecified()).then(|| address.to_string())
}

/// Ends when the process is told to: by Ctrl-C, or as an operator does.
async fn told_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    // Without it the process ends as the system sees fit.
    let _ = tokio::signal::ctrl_c().await;
}

/// Bytes of the stacks of the threads that Ballista starts for tasks: conditions may be deep, and a stack that is too small ends the
/// process. It takes them from the environment.
const STACK: &str = "67108864";
const STACK_VARIABLE: &str = "RUST_MIN_STACK";

/// Begins the process anew with stacks of that size, unless it has them.
#[cfg(unix)]
fn with_deep_stacks() -> Result<()> {
    use std::os::unix::process::CommandExt as _;
    if std::env::var_os(STACK_VARIABLE).is_some() {
        return Ok(());
    }
    let mut command = std::process::Command::new(std::env::current_exe()?);
    let error = command
        .args(std::env::args_os().skip(1))
        .env(STACK_VARIABLE, STACK)
        .exec();
    Err(error).context("could not begin anew with deeper stacks")
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on other systems")]
fn with_deep_stacks() -> Result<()> {
    Ok(())
}

fn log() {
    let wanted = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(LOGGED));
    tracing_subscriber::fmt()
        .with_env_filter(wanted)
        .with_writer(std::io::stderr)
        .init();
}
