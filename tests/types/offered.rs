//! What notion-core offers, as its source says it: nothing of it may go unjudged.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Public methods of columns, filters, queries, tables and their changes that say something and send nothing.
const SILENT: &[&str] = &["id", "name", "new", "renamed", "schema", "stop", "to_json"];

/// The endpoints that there are functions for: `PATCH /v1/pages/{id}`.
pub(crate) fn endpoints() -> BTreeSet<String> {
    let source = sources("notion-core/src/api").join("\n");
    let texts = source.split('"').filter(|text| {
        let (method, path) = text.split_once(' ').unwrap_or_default();
        ["GET", "POST", "PATCH", "PUT", "DELETE"].contains(&method) && path.starts_with("/v1/")
    });
    texts.map(str::to_owned).collect()
}

/// Public methods that no request of ours is made with, and names of [`SILENT`] that are no methods.
pub(crate) fn unused_methods() -> Vec<String> {
    let offered: BTreeSet<_> = ["notion-core/src/query", "notion-core/src/table"]
        .into_iter()
        .flat_map(sources)
        .chain([read(&root().join("notion-core/src/table.rs"))])
        .flat_map(|source| methods(&source))
        .collect();
    let used = sources("tests/types").join("\n");
    let is_silent = |name: &str| SILENT.contains(&name);
    let unused = offered
        .iter()
        .filter(|name| !is_silent(name) && !is_used(&used, name));
    let unused = unused.map(|name| format!("no request is made with `{name}`"));
    let gone = SILENT.iter().filter(|name| !offered.contains(**name));
    unused
        .chain(gone.map(|name| format!("`{name}` is no method")))
        .collect()
}

/// The names after `pub fn` and `pub async fn` inside of `impl` blocks, but not of what is no part of the API.
fn methods(source: &str) -> Vec<String> {
    const HIDDEN: &str = "#[doc(hidden)]";
    let (mut block_is_hidden, mut is_hidden) = (false, false);
    let mut names = Vec::new();
    for line in source.lines() {
        match line.trim_start() {
            HIDDEN => is_hidden = true,
            _ if line.starts_with("impl") => block_is_hidden = std::mem::take(&mut is_hidden),
            item if item.starts_with("pub ") && line.starts_with("    pub ") => {
                let is_hidden = std::mem::take(&mut is_hidden) || block_is_hidden;
                if let Some((_, rest)) = item.split_once("fn ").filter(|_| !is_hidden) {
                    names.push(rest.chars().take_while(|&letter| is_of_name(letter)).collect());
                }
            }
            _ => {}
        }
    }
    names
}

fn is_used(source: &str, name: &str) -> bool {
    source.match_indices(name).any(|(at, _)| {
        let before = source[..at].ends_with(['.', ':']);
        before && !source[at + name.len()..].starts_with(is_of_name)
    })
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// The Rust files below a folder of the workspace.
fn sources(folder: &str) -> Vec<String> {
    let mut sources = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("node_modules") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push(read(&path));
            }
        }
    }
    sources
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
