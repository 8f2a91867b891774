//! The names of the scripts and styles that the build made.

use std::{env::current_exe, fs};

use leptos::config::LeptosOptions;

/// Addresses of what a page needs besides itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Assets {
    /// The script that loads the WASM.
    pub js: String,
    /// The WASM.
    pub wasm: String,
    /// The style sheet.
    pub css: String,
}

impl Assets {
    /// Looks the names up in the file that cargo-leptos writes beside the program. Done once: the
    /// framework's own components read it again for every page.
    pub fn of_build(options: &LeptosOptions) -> Self {
        let hashes = options
            .hash_files
            .then(|| {
                fs::read_to_string(current_exe().ok()?.parent()?.join(&*options.hash_file)).ok()
            })
            .flatten();
        Self::named(&options.site_pkg_dir, &options.output_name, hashes.as_deref())
    }

    fn named(folder: &str, name: &str, hashes: Option<&str>) -> Self {
        let hash = |kind: &str| {
            let lines = hashes.unwrap_or_default().lines();
            let mut hashes = lines.filter_map(|line| line.split_once(':'));
            let hash = hashes.find(|(key, _)| key.trim() == kind);
            hash.map(|(_, hash)| format!(".{}", hash.trim())).unwrap_or_default()
        };
        Self {
            js: format!("/{folder}/{name}{}.js", hash("js")),
            wasm: format!("/{folder}/{name}{}.wasm", hash("wasm")),
            css: format!("/{folder}/{name}{}.css", hash("css")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_become_part_of_the_names() {
        let assets = Assets::named("pkg", "auxroom", Some("js: AbC\nwasm: 123\ncss: x-_y\n"));

        assert_eq!(assets.js, "/pkg/auxroom.AbC.js");
        assert_eq!(assets.wasm, "/pkg/auxroom.123.wasm");
        assert_eq!(assets.css, "/pkg/auxroom.x-_y.css");
    }

    #[test]
    fn without_hashes_names_are_plain() {
        assert_eq!(Assets::named("pkg", "auxroom", None).css, "/pkg/auxroom.css");
    }
}
