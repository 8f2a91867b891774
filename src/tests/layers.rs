//! The shape of the code: imports go down only, so nothing goes round in a circle.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The layers of `src/server`, the highest first; those in one row do not know each other.
const LAYERS: [&[&str]; 9] = [
    &["boot"],
    &["http"],
    &["actions"],
    &["live"],
    &["accounts"],
    &["rooms"],
    &["spotify", "store"],
    &["metrics"],
    &["clock", "chance"],
];

/// Every module below `src/server` and what it imports, as `server::http::caller`.
fn imports() -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![src.join("server.rs")];
    collect(&src.join("server"), &mut files);
    let mut imports = Vec::new();
    for file in files {
        let module = file.strip_prefix(&src).expect("below src").with_extension("");
        let module = module.to_str().expect("ASCII").replace('/', "::");
        let text = fs::read_to_string(&file).expect("a source file");
        let statements = text.split("\nuse ").skip(1).chain(text.split("\npub use ").skip(1));
        let inner = text.split("\n    use ").skip(1); // in functions, and in modules of tests
        for statement in statements.chain(inner) {
            let tree = statement.split(';').next().unwrap_or_default();
            for path in flatten(&tree.split_whitespace().collect::<String>()) {
                imports.extend(absolute(&path, &module).map(|path| (module.clone(), path)));
            }
        }
    }
    imports
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            files.push(path);
        }
    }
}

/// `a::{b,c::{d,e}}` as `a::b`, `a::c::d` and `a::c::e`.
fn flatten(tree: &str) -> Vec<String> {
    let Some((prefix, rest)) = tree.split_once('{') else { return vec![tree.to_owned()] };
    let rest = rest.strip_suffix('}').unwrap_or(rest);
    let (mut depth, mut begin, mut branches) = (0, 0, Vec::new());
    for (at, letter) in rest.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                branches.push(&rest[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    branches.push(&rest[begin..]);
    let branches = branches.into_iter().filter(|branch| !branch.is_empty());
    branches.flat_map(flatten).map(|branch| format!("{prefix}{branch}")).collect()
}

/// An import from this crate, from its root on.
fn absolute(path: &str, module: &str) -> Option<String> {
    if let Some(path) = path.strip_prefix("crate::") {
        return Some(path.to_owned());
    }
    let (mut rest, mut base) = (path.strip_prefix("self::").unwrap_or(path), module);
    while let Some(above) = rest.strip_prefix("super::") {
        rest = above;
        base = base.rsplit_once("::").map_or("", |(base, _)| base);
    }
    (rest.len() < path.len()).then(|| format!("{base}::{rest}"))
}

/// How high in `LAYERS` a module stands; nothing if it is not in a layer.
fn height(module: &str) -> Option<usize> {
    let layer = module.strip_prefix("server::")?.split("::").next()?;
    let height = LAYERS.iter().position(|row| row.contains(&layer));
    assert!(height.is_some(), "{module} is in no layer");
    height
}

#[test]
fn layers_import_only_what_is_below_them() {
    let imports = imports();
    assert!(imports.len() > 300, "the imports were read: {}", imports.len());
    for (module, import) in imports {
        let (Some(from), Some(to)) = (height(&module), height(&import)) else { continue };
        let layer = |path: &str| path.split("::").nth(1).map(str::to_owned);
        let is_inside = layer(&module) == layer(&import);
        assert!(from < to || is_inside, "{module} imports {import}, which is not below it");
    }
}

#[test]
fn layers_leave_the_rules_of_a_room_pure() {
    for (module, import) in imports() {
        if module.starts_with("server::live::room") {
            let pure = ["model", "text", "error", "server::live::room"];
            let is_pure = pure.iter().any(|root| import.starts_with(root));
            assert!(is_pure, "{module} imports {import}");
        }
    }
}

#[test]
fn layers_know_the_browsers_half_by_its_model_alone() {
    for (module, import) in imports() {
        let draws = ["api", "app", "components", "pages"];
        let is_drawing = draws.iter().any(|root| import.starts_with(root));
        let may_draw = ["server::http::router", "server::http::shell"].contains(&&*module);
        assert!(!is_drawing || may_draw, "{module} imports {import}");
    }
}
