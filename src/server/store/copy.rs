//! Whole copies of a database: consistent while others write, never half made, never over anything.

use std::{fs, path::Path};

use anyhow::{Context as _, bail};
use sea_orm::sqlx::{self, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::NamedTempFile;

use crate::{
    model::Millis,
    server::store::file::{BUSY_TIMEOUT, beside, folder_of, sync_folder},
};

/// Where a database's last backup is recorded, beside the database.
const LAST_BACKUP: &str = "last-backup";

/// What a copy holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Contents {
    /// How many rooms.
    pub rooms: u64,
    /// How many Spotify sign-ins that only the key opens.
    pub sign_ins: u64,
}

/// Opens the file as it is: nothing is created, set or migrated.
///
/// # Errors
/// If it cannot be opened.
pub(super) async fn open_as_it_is(file: &Path, read_only: bool) -> sqlx::Result<SqliteConnection> {
    let options = SqliteConnectOptions::new().filename(file).read_only(read_only);
    SqliteConnection::connect_with(&options.busy_timeout(BUSY_TIMEOUT)).await
}

/// Copies the database `file` to `to`, which only its owner can read. Others may write meanwhile:
/// the copy is of one moment.
///
/// # Errors
/// If there is something at `to` already, no space for it, or `file` is damaged; nothing is left
/// behind then.
pub async fn copy(file: &Path, to: &Path) -> anyhow::Result<Contents> {
    if fs::symlink_metadata(to).is_ok() {
        bail!("{} exists already; nothing is overwritten", to.display());
    }
    let unfinished = unfinished_beside(to)?;
    let mut connection = open_as_it_is(file, false)
        .await
        .with_context(|| format!("{} cannot be opened", file.display()))?;
    let name = unfinished.path().to_str().context("a path must be UTF-8")?;
    let copied = sqlx::query("VACUUM INTO ?").bind(name).execute(&mut connection).await;
    copied.with_context(|| format!("{} could not be copied", file.display()))?;
    connection.close().await?;
    let contents = verify(unfinished.path()).await?;
    put_in_place(unfinished, to)?;
    Ok(contents)
}

/// Checks that `file` is an undamaged database of Auxroom's.
///
/// # Errors
/// If it is not.
pub async fn verify(file: &Path) -> anyhow::Result<Contents> {
    let read = async {
        let mut connection = open_as_it_is(file, true).await?;
        let query = sqlx::query_scalar("PRAGMA integrity_check");
        let said: Vec<String> = query.fetch_all(&mut connection).await?;
        let query = sqlx::query_scalar("SELECT count(*) FROM room");
        let rooms: i64 = query.fetch_one(&mut connection).await?;
        let query = sqlx::query_scalar("SELECT count(*) FROM connection WHERE tokens IS NOT NULL");
        let sign_ins: i64 = query.fetch_one(&mut connection).await?;
        connection.close().await?;
        Ok::<_, sqlx::Error>((said, rooms, sign_ins))
    };
    let (said, rooms, sign_ins) = read.await.context("it is not an undamaged Auxroom database")?;
    if said != ["ok"] {
        bail!("it is damaged: {}", said.join("; "));
    }
    Ok(Contents { rooms: rooms.unsigned_abs(), sign_ins: sign_ins.unsigned_abs() })
}

/// An empty file in the folder of `to`, which goes away unless it is put in place.
///
/// # Errors
/// If the folder cannot be written to.
pub(super) fn unfinished_beside(to: &Path) -> anyhow::Result<NamedTempFile> {
    let folder = folder_of(to);
    tempfile::Builder::new()
        .prefix(".auxroom-")
        .suffix(".unfinished")
        .tempfile_in(&folder)
        .with_context(|| format!("the folder {} cannot be written to", folder.display()))
}

fn put_in_place(unfinished: NamedTempFile, to: &Path) -> anyhow::Result<()> {
    unfinished.as_file().sync_all()?;
    let placed = unfinished.persist_noclobber(to).map_err(|error| error.error);
    placed.with_context(|| format!("{} could not be made", to.display()))?;
    sync_folder(to)
}

/// Records when the database `file` was backed up.
///
/// # Errors
/// If that cannot be written beside it.
pub fn record_backup(file: &Path, at: Millis) -> anyhow::Result<()> {
    let record = beside(file, LAST_BACKUP);
    let unfinished = unfinished_beside(&record)?;
    fs::write(unfinished.path(), format!("{}\n", at.0))?;
    unfinished.as_file().sync_all()?;
    unfinished.persist(record)?;
    Ok(())
}

/// When the database `file` was backed up last; nothing if it never was.
pub(super) fn last_backup(file: &Path) -> Option<Millis> {
    let text = fs::read_to_string(beside(file, LAST_BACKUP)).ok()?;
    text.trim().parse().ok().map(Millis)
}
