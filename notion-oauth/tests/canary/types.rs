//! Which types there are, read off the source, so that a new one cannot be forgotten here.

use std::collections::BTreeSet;
use std::path::Path;

/// Types that need no value here, and why.
const ELSEWHERE: [(&str, &str); 2] = [
    (
        "store::conformance::Broken",
        "what it quotes are the suite's own records",
    ),
    (
        "store::postgres::PostgresStore",
        "it needs a server: tests/stores/postgres.rs",
    ),
];

/// The public types of the crate whose values are not among those that were printed.
pub(crate) fn missing(shown: &BTreeSet<&str>) -> Vec<String> {
    let shown = shown.iter().flat_map(|name| ours(name));
    // Ids, which a macro declares, are made to be printed.
    let shown: BTreeSet<_> = shown.filter(|name| !name.starts_with("id::")).collect();
    let all = public();
    assert!(all.len() > 40, "{all:?}");
    for (name, why) in ELSEWHERE {
        assert!(!shown.contains(name), "{name} is printed here, too: {why}");
    }
    let is_elsewhere = |name: &str| ELSEWHERE.iter().any(|(elsewhere, _)| *elsewhere == name);
    all.into_iter()
        .filter(|name| !shown.contains(name) && !is_elsewhere(name))
        .collect()
}

/// The types of this crate in the name of a type, such as `Vec<notion_oauth::grant::Grant>`.
fn ours(name: &str) -> impl Iterator<Item = String> {
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    name.split(move |c| !is_path(c))
        .filter_map(|path| path.strip_prefix("notion_oauth::"))
        .map(str::to_owned)
}

fn public() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut found);
    found
}

fn collect(folder: &Path, module: &str, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let module = match name {
            "lib" => String::new(),
            name => format!("{module}{name}::"),
        };
        if path.is_dir() {
            collect(&path, &module, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = std::fs::read_to_string(&path).unwrap();
            found.extend(declared(&source).map(|name| format!("{module}{name}")));
        }
    }
}

/// The names of the types that a file declares for all: the linter sees to it that `pub` is said of no others. One that is
/// `Copy` owns no text that could be secret.
fn declared(source: &str) -> impl Iterator<Item = &str> {
    let mut is_copy = false;
    source.lines().filter_map(move |line| {
        if let Some(derived) = line.strip_prefix("#[derive(") {
            is_copy = derived.contains("Copy");
        }
        let declared = ["pub struct ", "pub enum "]
            .into_iter()
            .find_map(|start| line.strip_prefix(start))?;
        let end = declared.find(|c: char| !c.is_alphanumeric());
        let name = &declared[..end.unwrap_or(declared.len())];
        (!std::mem::take(&mut is_copy)).then_some(name)
    })
}

#[test]
fn types_are_found_in_a_source() {
    let source = "\
#[derive(Debug, Clone, Copy)]\n#[non_exhaustive]\npub enum Plain {\n}\n\
#[derive(Clone)]\npub struct Token(String);\npub(crate) struct Inner;\n    pub struct $name(Box<str>);\n\
pub enum Either<'a> {";
    assert_eq!(declared(source).collect::<Vec<_>>(), ["Token", "Either"]);
}
