//! The key that seals tokens.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::DatabaseLocation;
use crate::server::accounts::seal::SecretKey;

/// Where the key comes from.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// `AUXROOM_SECRET_KEY`.
    Variable(SecretKey),
    /// A file beside the database's.
    File(PathBuf),
    /// Chance: a database in memory lives no longer than the process either.
    Random,
}

impl KeySource {
    pub(super) fn read(
        var: &impl Fn(&str) -> Option<String>,
        database: &DatabaseLocation,
    ) -> anyhow::Result<Self> {
        if let Some(text) = var("AUXROOM_SECRET_KEY") {
            let key = parse(&text).context("AUXROOM_SECRET_KEY: must be 32 bytes in base64")?;
            return Ok(Self::Variable(key));
        }
        Ok(database.beside("key").map_or(Self::Random, Self::File))
    }

    /// The key. A missing file is made, unless the database holds `sealed` tokens already: those
    /// need the key that is missing.
    ///
    /// # Errors
    /// If the file is missing then, cannot be read or written, or holds something else.
    pub fn key(&self, sealed: bool) -> anyhow::Result<SecretKey> {
        match self {
            Self::Variable(key) => Ok(key.clone()),
            Self::File(path) => from_file(path, sealed).with_context(|| {
                format!("AUXROOM_SECRET_KEY is not set; the key file {}", path.display())
            }),
            Self::Random => Ok(random()),
        }
    }
}

fn parse(text: &str) -> anyhow::Result<SecretKey> {
    let bytes = BASE64_STANDARD.decode(text.trim())?;
    Ok(SecretKey::new(bytes.try_into().ok().context("wrong length")?))
}

fn random() -> SecretKey {
    SecretKey::new(rand::random())
}

fn from_file(path: &Path, sealed: bool) -> anyhow::Result<SecretKey> {
    match fs::read_to_string(path) {
        Ok(text) => return parse(&text).context("must hold 32 bytes in base64"),
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
        Err(_) if sealed => bail!(
            "is missing, and the database holds Spotify sign-ins sealed with it. Put the file back, \
             or set the variable: to the same key, or to another one if it is lost, with which \
             every host has to reconnect"
        ),
        Err(_) => {}
    }
    let key = random();
    // Under another name first: a crash must not leave half a key.
    let unfinished = path.with_extension("key.new");
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    writeln!(file, "{}", BASE64_STANDARD.encode(key.expose()))?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    Ok(key)
}
