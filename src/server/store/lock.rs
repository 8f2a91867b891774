//! One server for each database file: whoever holds the lock beside it has it to themselves.

use std::{
    fs::{File, OpenOptions, TryLockError},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    time::Duration,
};

use anyhow::{Context as _, bail};

use super::file::beside;

/// How often somebody who waits asks again.
const AGAIN: Duration = Duration::from_millis(50);

/// Holds a database until it is dropped. The system lets go of it with the process, however that
/// ends; the file stays, and means nothing by itself.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "what is locked is the open file")] File);

impl Lock {
    /// Takes the lock of the database in `file`; waits up to `patience` for somebody who is about to
    /// let go.
    ///
    /// # Errors
    /// If somebody else holds it, or there can be none.
    pub async fn take(file: &Path, patience: Duration) -> anyhow::Result<Self> {
        let path = beside(file, "lock");
        let mut options = OpenOptions::new();
        let options = options.write(true).create(true).truncate(false).mode(0o600);
        let held = options.open(&path).with_context(|| path.display().to_string())?;
        let mut left = patience;
        loop {
            match held.try_lock() {
                Ok(()) => return Ok(Self(held)),
                Err(TryLockError::Error(error)) => {
                    return Err(error).with_context(|| path.display().to_string());
                }
                Err(TryLockError::WouldBlock) if left.is_zero() => bail!(
                    "another Auxroom is using the database {}: stop that one first",
                    file.display()
                ),
                Err(TryLockError::WouldBlock) => tokio::time::sleep(AGAIN.min(left)).await,
            }
            left = left.saturating_sub(AGAIN);
        }
    }
}
