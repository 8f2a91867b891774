//! `auxroom rotate-key`: the Spotify sign-ins sealed with a new key.

use std::{fmt::Write as _, path::Path, time::Duration};

use anyhow::{Context as _, bail};

use super::existing_file;
use crate::server::{
    accounts::{
        connections::{self, Resealed},
        seal::{Keyring, Sealer},
    },
    boot::config::{KeySource, Storage, add_new_key, drop_old_keys},
    store::{database::Database, lock::Lock},
};

/// Seals all sign-ins with a new key. Returns what to print.
///
/// The old key is dropped only once the disk has everything under the new one: until then both open
/// what they sealed, for a server too.
///
/// # Errors
/// If a server uses the database, or something cannot be written.
pub(super) async fn rotate_key(storage: &Storage) -> anyhow::Result<String> {
    let file = existing_file(storage)?;
    let _lock = Lock::take(file, Duration::ZERO).await?;
    let database = Database::open(&storage.database.url).await?;
    match &storage.secret_key {
        KeySource::File(path) => {
            let keys = storage.secret_key.keys(connections::any_sealed(&database).await?)?;
            let keys = add_new_key(path, keys).with_context(|| path.display().to_string())?;
            let resealed = reseal(&database, &keys).await?;
            drop_old_keys(path, keys).with_context(|| path.display().to_string())?;
            Ok(report(resealed, &in_file(path)))
        }
        KeySource::Variables(keys) if keys.old.is_empty() => bail!(
            "AUXROOM_SECRET_KEY: is the only key. Set it to a new one, which `openssl rand -base64 32` \
             makes, and AUXROOM_OLD_SECRET_KEY to the one of now, and run this again"
        ),
        KeySource::Variables(keys) => Ok(report(
            reseal(&database, keys).await?,
            "AUXROOM_OLD_SECRET_KEY is needed no more: remove it, and keep the new key.",
        )),
        KeySource::Random => bail!("DATABASE_URL: a database in memory has no key to keep"),
    }
}

async fn reseal(database: &Database, keys: &Keyring) -> anyhow::Result<Resealed> {
    let transaction = database.begin().await?;
    let resealed = connections::reseal(&transaction, &Sealer::new(keys)).await?;
    transaction.commit().await?;
    database.compact().await.context("the old key stays beside the new one: run this again")?;
    Ok(resealed)
}

fn in_file(path: &Path) -> String {
    format!("The new key is in the file {}: keep a copy of it, in another place.", path.display())
}

fn report(Resealed { done, lost }: Resealed, about_key: &str) -> String {
    let mut report = format!("Sealed with the new key: Spotify sign-ins: {done}.\n{about_key}\n");
    if lost > 0 {
        let _ = writeln!(
            report,
            "Sign-ins that none of the keys opens, which stay as they are: {lost}."
        );
    }
    report.push_str(
        "Backups of before, and copies beside the database, open with the old key only: make a new \
         backup, and delete those that nobody may read.\n",
    );
    report
}
