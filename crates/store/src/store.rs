use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::oneshot;

use crate::connection::Connection;
use crate::postgres::Pool;
use crate::sqlite::{Job, Readers, SqliteConnection, Writer};
use crate::tx::SqlTx;
use crate::{OpenError, StoreError, Tx, migrate, sqlite};

/// The database. Cheap to clone; the last clone closes it.
#[derive(Clone)]
pub struct Store(Arc<Engine>);

enum Engine {
    Sqlite { readers: Readers, writer: Writer },
    Postgres(Arc<Pool>),
}

/// Which engine a store runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineKind {
    /// The embedded one.
    Sqlite,
    /// The shared one.
    Postgres,
}

impl Store {
    /// Opens `sqlite://FILE` or `postgres://…`, and brings its schema up to date. Blocks: not for async code.
    pub fn open(url: &str) -> Result<Self, OpenError> {
        if let Some(file) = url.strip_prefix("sqlite://") {
            Self::open_sqlite(Path::new(file))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let pool = Pool::open(url)?;
            migrate::postgres(&pool)?;
            Ok(Self(Arc::new(Engine::Postgres(Arc::new(pool)))))
        } else {
            // The URL may hold a password: show its scheme alone.
            let scheme = url.split_once("://").map_or(url, |(scheme, _)| scheme);
            Err(OpenError::Url(scheme.to_owned()))
        }
    }

    /// Opens a SQLite file, making it if it is not there, and brings its schema up to date.
    pub fn open_sqlite(file: &Path) -> Result<Self, OpenError> {
        let mut connection = SqliteConnection::new(sqlite::open(file, false)?);
        migrate::sqlite(&mut connection)?;
        let readers = Readers::new(PathBuf::from(file));
        let writer = Writer::start(connection)?;
        Ok(Self(Arc::new(Engine::Sqlite { readers, writer })))
    }

    /// Which engine this is. For telemetry and tests; the areas never need to know.
    pub fn kind(&self) -> EngineKind {
        match *self.0 {
            Engine::Sqlite { .. } => EngineKind::Sqlite,
            Engine::Postgres(_) => EngineKind::Postgres,
        }
    }

    /// Runs `work` in a transaction that only reads and sees one moment of the database.
    ///
    /// On SQLite it runs at once on the calling thread, on PostgreSQL on a thread that may block.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut dyn Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &*self.0 {
            Engine::Sqlite { .. } => self.read_here(work),
            Engine::Postgres(_) => {
                let store = self.clone();
                blocking(move || Ok(store.read_here(work))).await?
            }
        }
    }

    /// Like [`Store::read`], on the calling thread, which may block: not for async code.
    pub fn read_here<T, E>(&self, work: impl FnOnce(&mut dyn Tx) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        match &*self.0 {
            Engine::Sqlite { readers, .. } => {
                readers.read(|connection| Ok(work(&mut SqlTx::new(connection))))?
            }
            Engine::Postgres(pool) => {
                pool.read(|connection| Ok(work(&mut SqlTx::new(connection))))?
            }
        }
    }

    /// Runs `work` in a transaction and keeps its changes durably if it answers `Ok`.
    ///
    /// It may run more than once, so it changes nothing but through the transaction. When this returns `Ok`, the
    /// changes are on disk. On SQLite many callers share one commit.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnMut(&mut dyn Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.commit(work, false).await
    }

    /// Like [`Store::write`], for work that changes many thousand rows: it gets a commit of its own.
    pub async fn bulk<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnMut(&mut dyn Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.commit(work, true).await
    }

    async fn commit<T, E, F>(&self, mut work: F, alone: bool) -> Result<T, E>
    where
        F: FnMut(&mut dyn Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &*self.0 {
            Engine::Sqlite { writer, .. } => {
                let (reply, answer) = oneshot::channel();
                writer.submit(Box::new(Call {
                    work,
                    answer: None,
                    reply: Some(reply),
                    alone,
                }));
                answer
                    .await
                    .unwrap_or_else(|_| Err(stopped("the writer has stopped").into()))
            }
            Engine::Postgres(pool) => {
                let pool = Arc::clone(pool);
                blocking(move || {
                    pool.write(|connection| {
                        let answer = work(&mut SqlTx::new(connection as &mut dyn Connection));
                        let keep = answer.is_ok();
                        (answer, keep)
                    })
                })
                .await?
            }
        }
    }
}

fn stopped(what: &str) -> StoreError {
    StoreError::Unavailable(what.to_owned())
}

/// Runs `work` where it may block.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(answer) => answer,
        Err(error) if error.is_panic() => Err(StoreError::Panicked),
        Err(_) => Err(stopped("the service is stopping")),
    }
}

/// A caller's closure on its way through the writer thread.
struct Call<T, E, F> {
    work: F,
    answer: Option<Result<T, E>>,
    reply: Option<oneshot::Sender<Result<T, E>>>,
    alone: bool,
}

impl<T, E, F> Job for Call<T, E, F>
where
    F: FnMut(&mut dyn Tx) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, connection: &mut SqliteConnection) -> bool {
        let answer = (self.work)(&mut SqlTx::new(connection));
        let keep = answer.is_ok();
        self.answer = Some(answer);
        keep
    }

    fn alone(&self) -> bool {
        self.alone
    }

    fn finish(mut self: Box<Self>, outcome: Result<(), StoreError>) {
        let answer = match (outcome, self.answer.take()) {
            (Ok(()), Some(answer)) => answer,
            // What the operation refused by itself stays refused, whatever became of the commit.
            (Err(_), Some(Err(error))) => Err(error),
            (Err(error), _) => Err(error.into()),
            (Ok(()), None) => Err(StoreError::Panicked.into()),
        };
        if let Some(reply) = self.reply.take() {
            // A caller that has gone away does not mind.
            let _ = reply.send(answer);
        }
    }
}
