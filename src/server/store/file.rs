//! The file of a database, and what lies beside it.

use std::{
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};

use sea_orm::sqlx::sqlite::SqliteConnectOptions;

/// How long a statement waits for another process that holds the file's lock.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The file behind a database's address; nothing if it is in memory.
///
/// # Errors
/// If the address is not one of SQLite's.
pub fn file_of(url: &str) -> anyhow::Result<Option<PathBuf>> {
    let options: SqliteConnectOptions = url.parse()?;
    let file = options.get_filename();
    let is_in_memory = url.contains(":memory:") || url.contains("mode=memory");
    Ok((!is_in_memory).then(|| file.to_owned()))
}

/// A file beside the database's, named after it.
pub fn beside(file: &Path, extension: &str) -> PathBuf {
    let mut name = file.to_owned().into_os_string();
    name.push(".");
    name.push(extension);
    name.into()
}

/// Makes the names in the folder of `file` outlive a power cut.
///
/// # Errors
/// The file system's.
pub fn sync_folder(file: &Path) -> anyhow::Result<()> {
    Ok(File::open(folder_of(file))?.sync_all()?)
}

/// The folder that `file` is in.
pub(super) fn folder_of(file: &Path) -> PathBuf {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new(".")).to_owned()
}
