use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};

use crate::connection::Connection;

/// How long a server may take to become ready.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program that answers AWS's calls.
#[derive(Clone, Debug)]
pub(crate) enum Program {
    /// Atrium; on the embedded database, or on one at this URL.
    Atrium {
        file: PathBuf,
        database_url: Option<String>,
    },
    /// moto's server.
    Moto { file: PathBuf },
}

impl Program {
    /// What the tables call it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Atrium {
                database_url: None, ..
            } => "Atrium",
            Self::Atrium {
                database_url: Some(_),
                ..
            } => "Atrium, PostgreSQL",
            Self::Moto { .. } => "moto",
        }
    }

    /// What it is started with so that loads are let in: Atrium takes as few unfinished requests as AWS otherwise.
    pub(crate) fn for_loads(&self) -> &'static [&'static str] {
        match self {
            Self::Atrium { .. } => &["--quota", "sso.outstanding-requests=2000"],
            Self::Moto { .. } => &[],
        }
    }

    /// The path that answers once the server is ready.
    fn ready(&self) -> &'static str {
        match self {
            Self::Atrium { .. } => "/readyz",
            Self::Moto { .. } => "/moto-api/",
        }
    }

    fn command(&self, folder: &Path, address: SocketAddr, more: &[&str]) -> Command {
        let mut command = match self {
            Self::Atrium { file, database_url } => {
                let mut command = Command::new(file);
                command.args(["serve", "--listen", &address.to_string(), "--data"]);
                command.arg(folder.join("data"));
                if let Some(url) = database_url {
                    command.args(["--database-url", url]);
                }
                command
            }
            Self::Moto { file } => {
                let mut command = Command::new(file);
                command.args([
                    "-H",
                    &address.ip().to_string(),
                    "-p",
                    &address.port().to_string(),
                ]);
                command
            }
        };
        command
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        clean(&mut command);
        command
    }
}

/// Takes away what of the caller's own configuration could change what is measured.
pub(crate) fn clean(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["AWS_", "ATRIUM_", "MOTO_"]
            .iter()
            .any(|prefix| text.starts_with(prefix))
        {
            command.env_remove(&name);
        }
    }
    command.env("AWS_CONFIG_FILE", "/dev/null");
    command.env("AWS_EC2_METADATA_DISABLED", "true");
}

/// A running server. It ends with this value.
pub(crate) struct Server {
    pub(crate) program: Program,
    pub(crate) address: SocketAddr,
    pub(crate) folder: PathBuf,
    /// From the start of the process to the first answer that it is ready.
    pub(crate) ready_after: Duration,
    child: Child,
}

impl Server {
    /// Starts a program on a free port and waits until it is ready. Its messages go to a file in the folder.
    pub(crate) async fn start(
        program: &Program,
        folder: &Path,
        more: &[&str],
    ) -> anyhow::Result<Self> {
        // Free now. If somebody takes it first, the server says so and ends.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        std::fs::create_dir_all(folder)?;
        let errors = folder.join("messages");
        let mut command = program.command(folder, address, more);
        command.stderr(File::create(&errors)?);
        let begin = Instant::now();
        let child = command
            .spawn()
            .with_context(|| format!("could not start {}", command.get_program().display()))?;
        let mut server = Self {
            program: program.clone(),
            address,
            folder: folder.to_owned(),
            ready_after: Duration::ZERO,
            child,
        };
        let request = format!(
            "GET {} HTTP/1.1\r\nhost: {address}\r\n\r\n",
            program.ready()
        )
        .into_bytes();
        loop {
            let answer = Connection::new(address)
                .send(&request)
                .await
                .map(|answer| answer.status);
            if let Ok(200) = answer {
                server.ready_after = begin.elapsed();
                return Ok(server);
            }
            if let Some(status) = server.child.try_wait()? {
                let messages = std::fs::read_to_string(&errors).unwrap_or_default();
                bail!("{} ended, {status}: {messages}", program.name());
            }
            ensure!(
                begin.elapsed() < PATIENCE,
                "{} did not become ready",
                program.name()
            );
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// The process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Tells it to stop, as an operator does, and waits for it.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        let told = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()?;
        ensure!(
            told.success(),
            "could not tell {} to stop",
            self.program.name()
        );
        let begin = Instant::now();
        while self.child.try_wait()?.is_none() {
            ensure!(
                begin.elapsed() < PATIENCE,
                "{} did not stop",
                self.program.name()
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
