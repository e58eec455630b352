use std::str::FromStr;

use postgres::{IsolationLevel, NoTls};
use r2d2_postgres::PostgresConnectionManager;

use crate::StoreError;

use super::connection::{PostgresConnection, Statements};

/// A pooled connection with its prepared statements.
#[derive(Debug)]
struct Manager(PostgresConnectionManager<NoTls>);

struct Client {
    inner: postgres::Client,
    statements: Statements,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Client;
    type Error = postgres::Error;

    fn connect(&self) -> Result<Client, postgres::Error> {
        Ok(Client {
            inner: self.0.connect()?,
            statements: Statements::new(),
        })
    }

    fn is_valid(&self, client: &mut Client) -> Result<(), postgres::Error> {
        self.0.is_valid(&mut client.inner)
    }

    fn has_broken(&self, client: &mut Client) -> bool {
        client.inner.is_closed()
    }
}

/// The connections to one database.
pub(crate) struct Pool(Option<r2d2::Pool<Manager>>);

impl Drop for Pool {
    /// Closing a connection blocks on a runtime of the client's own, which panics on a thread that drives another:
    /// the last owner of the store may well be an async task.
    fn drop(&mut self) {
        if let Some(pool) = self.0.take()
            && let Ok(closing) = std::thread::Builder::new()
                .name("close-postgres".to_owned())
                .spawn(move || drop(pool))
        {
            // It has nothing to answer.
            let _ = closing.join();
        }
    }
}

impl Pool {
    /// How often a write runs among all others before it waits for its turn.
    const TRIES: usize = 4;
    /// How often a write whose turn it is runs before it gives up with [`StoreError::Conflict`].
    const TRIES_IN_TURN: usize = 50;

    pub(crate) fn open(url: &str) -> Result<Self, StoreError> {
        let config = postgres::Config::from_str(url).map_err(super::error)?;
        let manager = Manager(PostgresConnectionManager::new(config, NoTls));
        r2d2::Pool::builder()
            .max_size(16)
            .min_idle(Some(1))
            .test_on_check_out(false)
            // So long a caller waits while all are in use: on a slow machine under load ten seconds are not enough.
            .connection_timeout(std::time::Duration::from_secs(30))
            .build(manager)
            .map(|pool| Self(Some(pool)))
            .map_err(|error| StoreError::Unavailable(error.to_string()))
    }

    fn client(&self) -> Result<r2d2::PooledConnection<Manager>, StoreError> {
        self.0
            .as_ref()
            .ok_or_else(|| StoreError::Unavailable("the pool is closed".to_owned()))?
            .get()
            .map_err(|error| StoreError::Unavailable(error.to_string()))
    }

    /// Runs a script of several statements in one transaction.
    pub(crate) fn script(&self, sql: &str) -> Result<(), StoreError> {
        self.client()?
            .inner
            .batch_execute(sql)
            .map_err(super::error)
    }

    /// Runs `work` in a read-only transaction that sees one moment of the database.
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&mut PostgresConnection<'_, '_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let client = &mut *self.client()?;
        let mut transaction = client
            .inner
            .build_transaction()
            .read_only(true)
            .isolation_level(IsolationLevel::RepeatableRead)
            .start()
            .map_err(super::error)?;
        let mut connection = PostgresConnection {
            inner: &mut transaction,
            statements: &mut client.statements,
            conflict: false,
        };
        let answer = work(&mut connection);
        transaction.commit().map_err(super::error)?;
        answer
    }

    /// Runs `work` in a serializable transaction, again if another one got in its way, and commits if it says so.
    ///
    /// Those that keep losing would go on getting in each other's way: they run one after the other.
    pub(crate) fn write<T>(
        &self,
        mut work: impl FnMut(&mut PostgresConnection<'_, '_>) -> (T, bool),
    ) -> Result<T, StoreError> {
        let client = &mut *self.client()?;
        for _ in 0..Self::TRIES {
            if let Some(answer) = client.attempt(&mut work)? {
                return Ok(answer);
            }
        }
        let turn = Turn::wait(client)?;
        for _ in 0..Self::TRIES_IN_TURN {
            if let Some(answer) = turn.0.attempt(&mut work)? {
                return Ok(answer);
            }
        }
        Err(StoreError::Conflict)
    }
}

impl Client {
    /// Runs `work` once. None if another transaction got in its way.
    fn attempt<T>(
        &mut self,
        work: &mut impl FnMut(&mut PostgresConnection<'_, '_>) -> (T, bool),
    ) -> Result<Option<T>, StoreError> {
        let mut transaction = self
            .inner
            .build_transaction()
            .isolation_level(IsolationLevel::Serializable)
            .start()
            .map_err(super::error)?;
        let mut connection = PostgresConnection {
            inner: &mut transaction,
            statements: &mut self.statements,
            conflict: false,
        };
        let (answer, keep) = work(&mut connection);
        if connection.conflict {
            transaction.rollback().map_err(super::error)?;
            return Ok(None);
        }
        let ended = match keep {
            true => transaction.commit(),
            false => transaction.rollback(),
        };
        match ended.map_err(super::error) {
            Ok(()) => Ok(Some(answer)),
            Err(StoreError::Conflict) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The turn of one write among those of all servers that others got in the way of.
///
/// It is taken before the transaction begins, which sees the database as it is then.
struct Turn<'a>(&'a mut Client);

impl<'a> Turn<'a> {
    fn wait(client: &'a mut Client) -> Result<Self, StoreError> {
        client
            .inner
            .batch_execute(
                "SELECT pg_advisory_lock(hashtextextended(current_schema(), 4080202612))",
            )
            .map_err(super::error)?;
        Ok(Self(client))
    }
}

impl Drop for Turn<'_> {
    /// If this fails the connection is gone, and the turn with it.
    fn drop(&mut self) {
        let _ = self
            .0
            .inner
            .batch_execute("SELECT pg_advisory_unlock_all()");
    }
}
