//! Imports inside the crate go one way.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the crate: each imports only what stands below it here.
const LAYERS: [&str; 20] = [
    "main",
    "lib",
    "router",
    "control_api",
    "intercept",
    "accounts_service",
    "web_api",
    "pages",
    "cover",
    "controls",
    "observations",
    "simulator",
    "activity",
    "faults",
    "requests",
    "storage",
    "state",
    "player",
    "playlists",
    "catalogue",
];

#[test]
fn imports_go_down_the_layers_only() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let layer = |module: &str, file: &Path| {
        let position = LAYERS.iter().position(|layer| *layer == module);
        position.unwrap_or_else(|| panic!("{}: {module} is in no layer", file.display()))
    };
    for file in rust_files(&source) {
        let inside = file.strip_prefix(&source).expect("a file of the crate").with_extension("");
        let module = inside.iter().next().and_then(|name| name.to_str()).expect("a module");
        // Where `super` leads out of the module, it is the crate's root.
        let root = "super::".repeat(inside.iter().count());
        let text = fs::read_to_string(&file).expect("text").replace(&root, "crate::");
        for import in imports(&text).filter(|import| *import != module) {
            let down = layer(import, &file) > layer(module, &file);
            assert!(down, "{} imports {import}, which stands above it", file.display());
        }
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("it").path());
    let files = entries.flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// The modules that follow `crate::` anywhere but in comments, one by one or as `{a::b, c}`.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1)).flat_map(|path| {
        let group = path.strip_prefix('{').map(|group| group.trim_end_matches(['}', ';']));
        let paths = group.map_or_else(|| vec![path], |group| group.split(", ").collect());
        paths.into_iter().filter_map(|path| {
            path.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next()
        })
    })
}
