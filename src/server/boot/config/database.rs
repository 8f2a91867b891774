//! Where the database is.

use std::path::PathBuf;

use anyhow::{Context as _, bail};

use crate::server::store::file;

/// `DATABASE_URL`, and the file behind it.
#[derive(Clone, Debug)]
pub struct DatabaseLocation {
    /// As SeaORM takes it.
    pub url: String,
    /// The file, unless the database is in memory.
    pub file: Option<PathBuf>,
}

impl DatabaseLocation {
    const DEFAULT: &str = "sqlite://auxroom.db?mode=rwc";
    /// A demo leaves the real rooms alone.
    const DEFAULT_OF_DEMO: &str = "sqlite://auxroom-demo.db?mode=rwc";

    pub(super) fn read(
        var: &impl Fn(&str) -> Option<String>,
        is_demo: bool,
    ) -> anyhow::Result<Self> {
        let default = if is_demo { Self::DEFAULT_OF_DEMO } else { Self::DEFAULT };
        let url = var("DATABASE_URL").unwrap_or_else(|| default.to_owned());
        if !url.starts_with("sqlite:") {
            bail!("DATABASE_URL: must begin with sqlite: (other databases are not supported yet)");
        }
        let file = file::file_of(&url).context("DATABASE_URL")?;
        if file.as_ref().is_some_and(|file| file.as_os_str().is_empty()) {
            bail!("DATABASE_URL: names no file");
        }
        Ok(Self { url, file })
    }

    /// A file beside the database's, named after it.
    pub fn beside(&self, extension: &str) -> Option<PathBuf> {
        self.file.as_ref().map(|file| file::beside(file, extension))
    }
}
