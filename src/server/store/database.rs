//! The database: many readers, one writer.

use std::{fs, path::PathBuf};

use anyhow::Context as _;
use migration::{Migrator, MigratorTrait as _};
use sea_orm::{
    ConnectOptions, ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait as _,
    sqlx::{
        self, Connection as _, SqliteConnection,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};

use super::{
    copy,
    file::{BUSY_TIMEOUT, file_of},
    schema,
};
use crate::{model::Millis, server::metrics::Metrics};

/// Readers never wait for each other or for the writer in WAL mode; two cores need few.
const READERS: u32 = 4;

/// Handles on the database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Database {
    /// For statements that only read.
    pub reader: DatabaseConnection,
    /// For all others: one connection, so that writers queue in order instead of meeting
    /// `SQLITE_BUSY`, whose retries cost up to 100 ms each.
    pub writer: DatabaseConnection,
    metrics: Metrics,
    file: Option<PathBuf>,
}

impl Database {
    /// Opens `url` and brings its schema up to date, after a copy was made beside the file.
    ///
    /// # Errors
    /// If the database cannot be opened, copied or migrated, or if a newer program wrote it: it is
    /// as it was then.
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        let file = file_of(url).context("DATABASE_URL")?;
        let mut copy = None;
        if let Some(file) = &file {
            let applied = schema::known(file).await.context("DATABASE_URL")?;
            copy = schema::keep_copy(file, &applied).await.context("DATABASE_URL")?;
        }
        let writer = connect(url, 1).await?;
        if let Err(error) = schema::migrate(&writer).await {
            // Nothing has changed: one copy for each attempt would fill the disk.
            copy.map(fs::remove_file).transpose()?;
            let error = anyhow::Error::from(error);
            return Err(error.context("DATABASE_URL: the database cannot be brought up to date"));
        }
        // A database in memory belongs to its one connection.
        let reader = if file.is_none() { writer.clone() } else { connect(url, READERS).await? };
        Ok(Self { reader, writer, metrics: Metrics::default(), file })
    }

    /// The same, whose waits are measured.
    #[must_use]
    pub fn measured_by(self, metrics: Metrics) -> Self {
        Self { metrics, ..self }
    }

    /// When `auxroom backup` last made a copy of it; nothing if it never did.
    pub async fn last_backup(&self) -> Option<Millis> {
        let file = self.file.clone()?;
        tokio::task::spawn_blocking(move || copy::last_backup(&file)).await.ok().flatten()
    }

    /// Starts a transaction that holds the write lock from its beginning: one that started as a
    /// reader would fail at once if somebody else wrote in between, whatever the busy timeout.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let began = self.metrics.begin();
        let transaction = self.writer.begin_with_options(options).await;
        self.metrics.database_waited(began);
        transaction
    }

    /// Writes the file anew, without what was deleted or overwritten before, and has the disk keep all
    /// of it. Nobody else may use the database meanwhile.
    ///
    /// # Errors
    /// If somebody does, or there is no space for it.
    pub async fn compact(&self) -> anyhow::Result<()> {
        self.writer.execute_unprepared("VACUUM").await?;
        let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)".to_owned();
        let statement = Statement::from_string(self.writer.get_database_backend(), checkpoint);
        let done =
            self.writer.query_one_raw(statement).await?.context("a checkpoint says nothing")?;
        let is_busy: i64 = done.try_get_by_index(0)?;
        anyhow::ensure!(is_busy == 0, "another program is reading the database");
        Ok(())
    }

    /// Whether the database answers and every migration has run.
    pub async fn is_ready(&self) -> bool {
        let pending = Migrator::get_pending_migrations_read_only(&self.reader).await;
        pending.is_ok_and(|pending| pending.is_empty())
    }
}

async fn connect(url: &str, connections: u32) -> anyhow::Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options
        .min_connections(1)
        .max_connections(connections)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_sqlite_pool_opts(|options| {
            options.after_release(|connection, _| Box::pin(is_outside_transactions(connection)))
        })
        .map_sqlx_sqlite_opts(|options| {
            options
                .journal_mode(SqliteJournalMode::Wal)
                // In WAL mode a killed process loses nothing with NORMAL; only a power cut may
                // take the last commits, never the file's consistency. FULL costs a disk flush
                // for every vote.
                .synchronous(SqliteSynchronous::Normal)
                .foreign_keys(true)
                // A crowded room's members come in one go, not in switches between threads.
                .row_buffer_size(512)
                .busy_timeout(BUSY_TIMEOUT)
        });
    sea_orm::Database::connect(options).await.context("DATABASE_URL: the database cannot be opened")
}

/// Whether a connection can be used again. Where a statement fails because the disk is full, SQLite
/// may have ended its transaction by itself (<https://www.sqlite.org/lang_transaction.html>). sqlx
/// does not know of that: its rollback fails, and it would begin no transaction there any more.
async fn is_outside_transactions(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    if connection.is_in_transaction() {
        // Behind a rollback that is on its way.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}
