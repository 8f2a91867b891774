//! The names of the scripts and styles that the build made.

use std::{env::current_exe, fs};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use leptos::config::LeptosOptions;
use sha2::{Digest as _, Sha256};

/// Addresses of what a page needs besides itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Assets {
    /// The script that loads the WASM.
    pub js: String,
    /// The WASM.
    pub wasm: String,
    /// The style sheet.
    pub css: String,
    /// Tells a build whose pages differ from those of another: pages compare it with what the server
    /// tells them later.
    pub build: String,
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
        let js = format!("/{folder}/{name}{}.js", hash("js"));
        let wasm = format!("/{folder}/{name}{}.wasm", hash("wasm"));
        let css = format!("/{folder}/{name}{}.css", hash("css"));
        let digest = Sha256::digest([&*js, &*wasm, &*css].join(" "));
        let build = BASE64_URL_SAFE_NO_PAD.encode(&digest[..9]);
        Self { js, wasm, css, build }
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
    fn build_is_another_as_soon_as_one_of_its_files_is() {
        let build = |hashes| Assets::named("pkg", "auxroom", Some(hashes)).build;
        let before = build("js: a\nwasm: b\ncss: c\n");

        assert_eq!(build("js: a\nwasm: b\ncss: c\n"), before);
        assert_eq!(before.len(), 12);
        for changed in
            ["js: x\nwasm: b\ncss: c", "js: a\nwasm: x\ncss: c", "js: a\nwasm: b\ncss: x"]
        {
            assert_ne!(build(changed), before, "{changed}");
        }
    }

    #[test]
    fn without_hashes_names_are_plain() {
        assert_eq!(Assets::named("pkg", "auxroom", None).css, "/pkg/auxroom.css");
    }
}
