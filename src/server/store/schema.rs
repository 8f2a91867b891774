//! Which schema a database has, and how it comes to the one of today: after a copy of it was made
//! beside it, and whole or not at all.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use migration::{Migrator, MigratorTrait as _};
use sea_orm::{
    DatabaseConnection, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait as _,
    sqlx::{self, Connection as _},
};

use super::{
    copy::{self, open_as_it_is},
    file::beside,
};

/// The migrations that made the database in `file` what it is, the oldest first; none if there is
/// nothing in it yet. Changes nothing.
///
/// # Errors
/// If it cannot be read, is not Auxroom's, or a newer Auxroom wrote it.
pub async fn known(file: &Path) -> anyhow::Result<Vec<String>> {
    if fs::metadata(file).map_or(0, |found| found.len()) == 0 {
        return Ok(Vec::new());
    }
    let applied = applied(file).await.with_context(|| format!("{} cannot be read", file.display()));
    let Some(applied) = applied? else {
        bail!("{} is a database of another program's", file.display());
    };
    let known = migration::names();
    if let Some(unknown) = applied.iter().find(|name| !known.contains(name)) {
        bail!(
            "the database {} was written by a newer Auxroom than this one ({}), which does not know \
             {unknown}: start that one, or restore a backup from before. Nothing was changed",
            file.display(),
            env!("CARGO_PKG_VERSION"),
        );
    }
    Ok(applied)
}

/// Nothing if there are other tables only.
async fn applied(file: &Path) -> sqlx::Result<Option<Vec<String>>> {
    let mut connection = open_as_it_is(file, true).await?;
    let query = sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table'");
    let tables: Vec<String> = query.fetch_all(&mut connection).await?;
    let applied = if tables.iter().any(|table| table == "seaql_migrations") {
        let query = sqlx::query_scalar("SELECT version FROM seaql_migrations ORDER BY version");
        Some(query.fetch_all(&mut connection).await?)
    } else {
        tables.is_empty().then(Vec::new)
    };
    connection.close().await?;
    Ok(applied)
}

/// Copies a database that lacks some migrations; returns where to. A new one needs no copy.
///
/// # Errors
/// If the copy cannot be made: for lack of space, say.
pub(super) async fn keep_copy(file: &Path, applied: &[String]) -> anyhow::Result<Option<PathBuf>> {
    let pending = migration::names().into_iter().find(|name| !applied.contains(name));
    let Some(pending) = pending.filter(|_| !applied.is_empty()) else { return Ok(None) };
    let mut to = beside(file, &format!("before-{pending}"));
    // One of an earlier attempt, or from before a restore: it stays as it is.
    for number in 2.. {
        if fs::symlink_metadata(&to).is_err() {
            break;
        }
        to = beside(file, &format!("before-{pending}-{number}"));
    }
    copy::copy(file, &to).await.with_context(|| {
        format!("it is not brought up to date without a copy, and {} cannot be made", to.display())
    })?;
    tracing::info!("The database comes from an older version: {} is a copy of it", to.display());
    Ok(Some(to))
}

/// Runs the migrations that the database lacks, all of them or none.
///
/// # Errors
/// The database's.
pub(super) async fn migrate(writer: &DatabaseConnection) -> Result<(), DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let transaction = writer.begin_with_options(options).await?;
    Migrator::up(&transaction, None).await?;
    transaction.commit().await
}
