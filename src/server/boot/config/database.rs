//! Where the database is.

use std::path::PathBuf;

use anyhow::bail;

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
        let Some(rest) = url.strip_prefix("sqlite:") else {
            bail!("DATABASE_URL: must begin with sqlite: (other databases are not supported yet)");
        };
        if rest.starts_with(":memory:") || rest.starts_with("//:memory:") {
            return Ok(Self { url, file: None });
        }
        let path = rest.strip_prefix("//").unwrap_or(rest);
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        if path.is_empty() {
            bail!("DATABASE_URL: names no file");
        }
        let file = Some(PathBuf::from(path));
        Ok(Self { url, file })
    }

    /// A file beside the database's, named after it.
    pub fn beside(&self, extension: &str) -> Option<PathBuf> {
        let mut name = self.file.clone()?.into_os_string();
        name.push(".");
        name.push(extension);
        Some(name.into())
    }
}
