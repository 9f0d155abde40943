//! The desk's database: SQLite in a file, and how tools use it.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, Params, Row};
use tool_runtime::ToolError;

use crate::failure::Failure;

/// How long a statement waits for another process that writes.
const BUSY: Duration = Duration::from_secs(30);

/// What a new database is: two customers, three orders with their parcels, a ticket.
const SCHEMA: &str = "
BEGIN;
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, plan TEXT NOT NULL);
CREATE TABLE parcels (id TEXT PRIMARY KEY, status TEXT NOT NULL);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers, item TEXT NOT NULL,
    total_cents INTEGER NOT NULL, refunded_cents INTEGER NOT NULL DEFAULT 0, parcel TEXT NOT NULL REFERENCES parcels
);
CREATE TABLE tickets (
    id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers, subject TEXT NOT NULL
);
INSERT INTO customers VALUES (1234, 'Ada Lovelace', 'gold'), (1235, 'Charles Babbage', 'basic');
INSERT INTO parcels VALUES ('P-71', 'in delivery, comes today'), ('P-77', 'lost'), ('P-78', 'delivered');
INSERT INTO orders VALUES
    (71, 1234, 'punched cards', 4500, 0, 'P-71'), (77, 1234, 'analytical engine', 129900, 0, 'P-77'),
    (78, 1235, 'difference engine', 99900, 0, 'P-78');
INSERT INTO tickets VALUES (9, 1234, 'The engine is loud.');
COMMIT;
";

/// The state of the tools.
///
/// One connection for all: SQLite has one writer in any case, and these reads are short. For reads that take long this would be a pool,
/// and `Policy::group_concurrency` the number of its connections.
pub(crate) struct Desk {
    connection: Mutex<Connection>,
    latency: Duration,
}

impl Desk {
    pub(crate) fn open(path: &Path, latency: Duration) -> Result<Self, Failure> {
        let connection = Connection::open(path).and_then(|connection| {
            connection.busy_timeout(BUSY)?;
            if connection.table_exists(None, "customers")? {
                return Ok(connection);
            }
            connection.execute_batch(SCHEMA)?;
            Ok(connection)
        });
        let connection = connection.map_err(|error| {
            let path = path.display();
            Failure::new(format!("the database {path} cannot be used: {error}; see whether another program has it, or choose another folder with `--dir`"))
        })?;
        Ok(Self {
            connection: Mutex::new(connection),
            latency,
        })
    }

    /// The connection, after the time that a database on the network would take to answer. Tools are plain functions, so this waits on a
    /// thread that may wait.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        thread::sleep(self.latency);
        // A panic while it was held has left no statement half done: SQLite has rolled it back.
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// All rows of a query.
    pub(crate) fn rows<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, ToolError> {
        let connection = self.connection();
        let mut statement = connection.prepare(sql).map_err(failed)?;
        let rows = statement.query_map(params, read).map_err(failed)?;
        rows.collect::<rusqlite::Result<_>>().map_err(failed)
    }

    /// The first row, which a statement that changes something returns too; or this error, if there is none and nothing was changed.
    pub(crate) fn row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
        missing: impl Into<String>,
    ) -> Result<T, ToolError> {
        let rows = self.rows(sql, params, read)?;
        let first = rows.into_iter().next();
        first.ok_or_else(|| ToolError::new(missing.into()).no_effects().permanent())
    }
}

/// What the model reads of a failure of the database: an id. The rest is in the program's log, under that id.
fn failed(error: rusqlite::Error) -> ToolError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            ToolError::new("The database is busy.")
                .retryable()
                .no_effects()
        }
        _ => ToolError::internal(error),
    }
}
