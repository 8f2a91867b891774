//! `auxroom restore`: a backup in the place of the database.

use std::{fmt::Write as _, path::Path, time::Duration};

use anyhow::Context as _;

use crate::server::{
    boot::config::{KeySource, Storage},
    clock::Clock,
    store::{
        copy::Contents,
        lock::Lock,
        replace::{Replaced, replace},
    },
};

/// Puts a copy of `from` in the place of the database. Returns what to print.
///
/// # Errors
/// If a server uses the database, or `from` is not a database that this program can use.
pub(super) async fn restore(storage: &Storage, from: &Path) -> anyhow::Result<String> {
    let file = storage.database.file.as_deref();
    let file = file.context("DATABASE_URL: a database in memory cannot be restored")?;
    let lock = Lock::take(file, Duration::ZERO).await?;
    let Replaced { contents, kept } = replace(file, from, Clock::system().now(), &lock).await?;
    let Contents { rooms, sign_ins } = contents;
    let mut report = format!(
        "{} is now as in {}: rooms: {rooms}, Spotify sign-ins: {sign_ins}.\n",
        file.display(),
        from.display()
    );
    if let Some(kept) = kept {
        writeln!(report, "What it was before is kept as {}.", kept.display())?;
    }
    if sign_ins > 0 {
        report.push_str(&about_key(&storage.secret_key));
    }
    Ok(report)
}

fn about_key(key: &KeySource) -> String {
    match key {
        KeySource::File(path) if !path.exists() => format!(
            "The key to the sign-ins is missing: put the key file that belongs to the backup to {} \
             before the next start.\n",
            path.display()
        ),
        KeySource::File(path) => format!(
            "The sign-ins open with the key that they were made with. If that is not the one in {}, \
             put it back there; otherwise the rooms ask their hosts to reconnect.\n",
            path.display()
        ),
        _ => "The sign-ins open with the key that they were made with. If that is not \
              AUXROOM_SECRET_KEY, set it to that one; otherwise the rooms ask their hosts to \
              reconnect.\n"
            .to_owned(),
    }
}
