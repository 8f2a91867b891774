//! The key that seals tokens.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    sync::Arc,
};

use anyhow::Context as _;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use secrecy::{ExposeSecret as _, SecretBox};

use super::DatabaseLocation;

/// 32 bytes that seal tokens.
#[derive(Clone)]
pub struct SecretKey(Arc<SecretBox<[u8; 32]>>);

impl SecretKey {
    /// Takes the key from `AUXROOM_SECRET_KEY`, or from the file beside the database, which it
    /// makes if there is none. Without either, the key lives as long as the process.
    pub(super) fn read(
        var: &impl Fn(&str) -> Option<String>,
        database: &DatabaseLocation,
    ) -> anyhow::Result<Self> {
        if let Some(text) = var("AUXROOM_SECRET_KEY") {
            return Self::parse(&text).context("AUXROOM_SECRET_KEY: must be 32 bytes in base64");
        }
        match database.beside("key") {
            Some(path) => Self::from_file(&path).with_context(|| {
                format!("DATABASE_URL: the key file {} beside the database", path.display())
            }),
            None => Ok(Self::random()),
        }
    }

    /// The key's bytes.
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let bytes = BASE64_STANDARD.decode(text.trim())?;
        let bytes: [u8; 32] = bytes.try_into().ok().context("wrong length")?;
        Ok(Self(Arc::new(SecretBox::new(Box::new(bytes)))))
    }

    fn random() -> Self {
        Self(Arc::new(SecretBox::new(Box::new(rand::random()))))
    }

    fn from_file(path: &Path) -> anyhow::Result<Self> {
        match fs::read_to_string(path) {
            Ok(text) => return Self::parse(&text).context("must hold 32 bytes in base64"),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        let key = Self::random();
        // Under another name first: a crash must not leave half a key.
        let unfinished = path.with_extension("key.new");
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&unfinished)?;
        writeln!(file, "{}", BASE64_STANDARD.encode(key.expose()))?;
        file.sync_all()?;
        fs::rename(&unfinished, path)?;
        Ok(key)
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey")
    }
}
