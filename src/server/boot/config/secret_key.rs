//! The key that seals tokens, and those of before while it is being changed.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::DatabaseLocation;
use crate::server::{
    accounts::seal::{Keyring, SecretKey},
    store::file::sync_folder,
};

const KEY: &str = "AUXROOM_SECRET_KEY";
const OLD_KEY: &str = "AUXROOM_OLD_SECRET_KEY";

/// Where the key comes from.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// `AUXROOM_SECRET_KEY`, and `AUXROOM_OLD_SECRET_KEY` while it is being changed.
    Variables(Keyring),
    /// A file beside the database's, a key a line: the current one first.
    File(PathBuf),
    /// Chance: a database in memory lives no longer than the process either.
    Random,
}

impl KeySource {
    pub(super) fn read(
        var: &impl Fn(&str) -> Option<String>,
        database: &DatabaseLocation,
    ) -> anyhow::Result<Self> {
        let key = |name: &'static str| {
            let parse = |text: String| parse(&text).context("must be 32 bytes in base64");
            var(name).map(parse).transpose().context(name)
        };
        match (key(KEY)?, key(OLD_KEY)?) {
            (Some(current), old) => {
                Ok(Self::Variables(Keyring { current, old: old.into_iter().collect() }))
            }
            (None, Some(_)) => bail!("{OLD_KEY}: the new key is missing, in {KEY}"),
            (None, None) => Ok(database.beside("key").map_or(Self::Random, Self::File)),
        }
    }

    /// The keys. A missing file is made, unless the database holds `sealed` tokens already: those
    /// need the key that is missing.
    ///
    /// # Errors
    /// If the file is missing then, cannot be read or written, or holds something else.
    pub fn keys(&self, sealed: bool) -> anyhow::Result<Keyring> {
        match self {
            Self::Variables(keys) => Ok(keys.clone()),
            Self::File(path) => from_file(path, sealed)
                .with_context(|| format!("{KEY} is not set; the key file {}", path.display())),
            Self::Random => Ok(one(random())),
        }
    }
}

/// Writes a new key into the file, which still holds those of before: they open what is sealed with
/// them. The file is the old one or the new one, whatever happens.
///
/// # Errors
/// If the file cannot be written.
pub fn add_new_key(path: &Path, before: Keyring) -> anyhow::Result<Keyring> {
    let mut old = vec![before.current];
    old.extend(before.old);
    let keys = Keyring { current: random(), old };
    write(path, &keys)?;
    Ok(keys)
}

/// Leaves nothing but the current key in the file.
///
/// # Errors
/// If the file cannot be written.
pub fn drop_old_keys(path: &Path, keys: Keyring) -> anyhow::Result<()> {
    write(path, &one(keys.current))
}

fn one(current: SecretKey) -> Keyring {
    Keyring { current, old: Vec::new() }
}

fn parse(text: &str) -> anyhow::Result<SecretKey> {
    let bytes = BASE64_STANDARD.decode(text.trim())?;
    Ok(SecretKey::new(bytes.try_into().ok().context("wrong length")?))
}

fn random() -> SecretKey {
    SecretKey::new(rand::random())
}

fn from_file(path: &Path, sealed: bool) -> anyhow::Result<Keyring> {
    match fs::read_to_string(path) {
        Ok(text) => return parse_lines(&text).context("must hold 32 bytes in base64"),
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
        Err(_) if sealed => bail!(
            "is missing, and the database holds Spotify sign-ins sealed with it. Put the file back, \
             or set the variable: to the same key, or to another one if it is lost, with which \
             every host has to reconnect"
        ),
        Err(_) => {}
    }
    let keys = one(random());
    write(path, &keys)?;
    Ok(keys)
}

fn parse_lines(text: &str) -> anyhow::Result<Keyring> {
    let mut keys = text.lines().map(parse);
    let current = keys.next().context("empty")??;
    Ok(Keyring { current, old: keys.collect::<anyhow::Result<_>>()? })
}

/// Under another name first: a crash must not leave half a key.
fn write(path: &Path, keys: &Keyring) -> anyhow::Result<()> {
    let unfinished = path.with_extension("key.new");
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    for key in [&keys.current].into_iter().chain(&keys.old) {
        writeln!(file, "{}", BASE64_STANDARD.encode(key.expose()))?;
    }
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    sync_folder(path)
}
