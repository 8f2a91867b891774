//! Puts another database in the place of the present one, which is kept.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use sea_orm::sqlx::{self, Connection as _, SqliteConnection};
use tempfile::NamedTempFile;

use super::{
    copy::{self, Contents, open_as_it_is, unfinished_beside},
    file::{beside, sync_folder},
    lock::Lock,
    schema,
};
use crate::model::Millis;

/// What became of a replacement.
#[derive(Debug)]
pub struct Replaced {
    /// What the new database holds.
    pub contents: Contents,
    /// Where the one before it is now, if there was one.
    pub kept: Option<PathBuf>,
}

/// Puts a copy of the database `from` in the place of `file`, all at once: whatever happens, one or
/// the other is there, whole. The present one is kept beside it, named after the instant `at`.
///
/// # Errors
/// If `from` is damaged, not Auxroom's or of a newer version: nothing has changed then.
pub async fn replace(
    file: &Path,
    from: &Path,
    at: Millis,
    _lock: &Lock,
) -> anyhow::Result<Replaced> {
    let unreadable = || format!("{} cannot be restored", from.display());
    let new = checked_copy(from, file).await.with_context(unreadable)?;
    let contents = copy::verify(new.path()).await.with_context(unreadable)?;
    let kept = keep_present(file, at).await?;
    new.persist(file).with_context(|| format!("{} could not be replaced", file.display()))?;
    sync_folder(file)?;
    Ok(Replaced { contents, kept })
}

/// A copy of `from` in the folder of `file`, with the changes in the log beside it, if any.
async fn checked_copy(from: &Path, file: &Path) -> anyhow::Result<NamedTempFile> {
    if same_file(from, file) {
        bail!("it is the database itself");
    }
    if schema::known(from).await?.is_empty() {
        bail!("there is nothing in it");
    }
    let new = unfinished_beside(file)?;
    let name = new.path().to_str().context("a path must be UTF-8")?;
    // Read-only: a backup may lie where nothing can be written.
    let mut connection = open_as_it_is(from, true).await?;
    sqlx::query("VACUUM INTO ?").bind(name).execute(&mut connection).await?;
    connection.close().await?;
    new.as_file().sync_all()?;
    Ok(new)
}

fn same_file(one: &Path, other: &Path) -> bool {
    let (one, other) = (fs::canonicalize(one), fs::canonicalize(other));
    one.is_ok_and(|one| other.is_ok_and(|other| one == other))
}

/// Gives the present database a second name, and leaves no log that would be taken for the next
/// one's.
async fn keep_present(file: &Path, at: Millis) -> anyhow::Result<Option<PathBuf>> {
    let kept = beside(file, &format!("replaced-{}", at.0));
    let is_there = file.try_exists()?;
    if is_there {
        // Into the file with what is in its log, so that nothing but the file is to be kept. A
        // damaged database cannot do that, and keeps its log.
        let _ = fold_log(file).await;
        let linked = fs::hard_link(file, &kept);
        linked.with_context(|| format!("{} cannot be kept", file.display()))?;
    }
    for log in ["-wal", "-shm"] {
        rename_if_there(&with_suffix(file, log), &with_suffix(&kept, log))?;
    }
    sync_folder(file)?;
    Ok(is_there.then_some(kept))
}

async fn fold_log(file: &Path) -> sqlx::Result<()> {
    let mut connection: SqliteConnection = open_as_it_is(file, false).await?;
    sqlx::query("PRAGMA journal_mode = DELETE").execute(&mut connection).await?;
    connection.close().await
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.to_owned().into_os_string();
    name.push(suffix);
    name.into()
}

fn rename_if_there(from: &Path, to: &Path) -> std::io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
