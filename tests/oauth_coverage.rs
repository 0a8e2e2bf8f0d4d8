//! Every threat and every requirement has a test that is named after it, or a sentence.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The lists, and where tests are.
const LISTS: [&str; 2] = ["notion-oauth/THREATS.md", "notion-oauth/REQUIREMENTS.md"];
const FOLDERS: [&str; 6] = [
    "notion-oauth",
    "notion-core",
    "notion-sim",
    "tests",
    "examples",
    "cargo-notion",
];

/// A row of a list.
struct Row {
    /// The file and words that stand for a test, where it is about words.
    words: Option<(String, String)>,
    tests: Vec<String>,
}

#[test]
fn every_threat_and_requirement_has_a_test_of_its_name() {
    let mut rows = BTreeMap::new();
    for list in LISTS {
        rows.extend(read(&std::fs::read_to_string(root().join(list)).unwrap()));
    }
    assert_eq!(rows.keys().filter(|id| id.0 == "T").count(), 36);
    let mut wrong = Vec::new();
    for name in names() {
        for id in ids(&name) {
            match rows.get_mut(&id) {
                Some(row) => row.tests.push(name.clone()),
                None => wrong.push(format!("{} is in no list: {name}", show(&id))),
            }
        }
    }
    let mut table = String::new();
    for (id, row) in &rows {
        let _ = write!(table, "{:8} {:3} ", show(id), row.tests.len());
        let _ = match (&row.words, row.tests.first()) {
            (_, Some(test)) => writeln!(table, "{test}"),
            (Some((file, words)), None) => writeln!(table, "{file}: {words}"),
            (None, None) => writeln!(table, "MISSING"),
        };
        if let Some((file, words)) = &row.words {
            let text = std::fs::read_to_string(root().join(file)).unwrap_or_default();
            let text = text
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .to_lowercase();
            if !text.contains(&words.to_lowercase()) {
                wrong.push(format!("{} is not said in {file}: {words}", show(id)));
            }
        } else if row.tests.is_empty() {
            wrong.push(format!("{} has no test", show(id)));
        }
    }
    println!("{table}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn ids_are_read_off_the_names_of_tests() {
    let found = |name: &str| ids(name).iter().map(show).collect::<Vec<_>>();
    assert_eq!(found("t07_t13_a_test"), ["T7", "T13"]);
    assert_eq!(found("s004_13_s002_6_t20_a_test"), ["S004-13", "S002-6", "T20"]);
    assert_eq!(found("s004_without"), [""; 0]);
    assert_eq!(found("the_t13_of_it"), [""; 0]);
}

/// A bug in what TLS or HTTP does is the bug of one library, in one version.
#[test]
fn t35_one_library_does_http_and_one_does_tls() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for package in ["http", "hyper", "hyper-util", "reqwest", "rustls"] {
        let line = format!("name = \"{package}\"");
        assert_eq!(
            lock.lines().filter(|found| *found == line).count(),
            1,
            "{package}"
        );
    }
}

/// The part before the number, and the number.
type Id = (String, u32);

fn show(id: &Id) -> String {
    let (group, number) = id;
    match group.as_str() {
        "T" => format!("T{number}"),
        group => format!("{group}-{number}"),
    }
}

/// The rows of a list: `| T13 | … | file: words |`.
fn read(list: &str) -> BTreeMap<Id, Row> {
    let lines = list
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix('|'));
    let row = |line: &str| {
        let cells: Vec<_> = line.split(" | ").map(str::trim).collect();
        let id = cells.first()?.to_lowercase().replace('-', "_");
        let id = ids(&format!("{id}_")).pop()?;
        let words = cells
            .last()?
            .strip_prefix('`')
            .and_then(|words| words.split_once("`: "));
        let words = words.map(|(file, words)| (file.to_owned(), words.to_owned()));
        Some((
            id,
            Row {
                words,
                tests: Vec::new(),
            },
        ))
    };
    lines.filter_map(row).collect()
}

/// The ids at the beginning of a name.
fn ids(name: &str) -> Vec<Id> {
    let mut ids = Vec::new();
    let mut parts = name.split('_');
    while let Some(part) = parts.next() {
        let number = part.strip_prefix('t').and_then(|number| number.parse().ok());
        if let Some(number) = number {
            ids.push(("T".to_owned(), number));
            continue;
        }
        let is_page = part.len() == 4 && part.starts_with("s00");
        let Some(number) = parts
            .next()
            .filter(|_| is_page)
            .and_then(|number| number.parse().ok())
        else {
            break;
        };
        ids.push((part.to_uppercase(), number));
    }
    ids
}

/// The names of all tests, in Rust and of the browser's.
fn names() -> Vec<String> {
    let mut names = Vec::new();
    for file in FOLDERS.iter().flat_map(|folder| files(&root().join(folder))) {
        let text = std::fs::read_to_string(&file).unwrap();
        let mut is_test = false;
        for line in text.lines().map(str::trim) {
            if line.starts_with("#[test") || line.starts_with("#[tokio::test") {
                is_test = true;
            }
            let function = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ");
            // Tests that a macro makes have the attribute there, and properties have none of their own.
            if let Some(name) = function.and_then(|rest| rest.split(['(', '<']).next()) {
                if is_test || !ids(name).is_empty() {
                    names.push(name.to_owned());
                }
                is_test = false;
            }
            if let Some(name) = line.strip_prefix("test(\"") {
                names.push(name.split(['"', ' ', ':']).next().unwrap_or_default().to_owned());
            }
        }
    }
    names
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") && !path.ends_with("node_modules") {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|end| end == "rs" || end == "mjs") {
            found.push(path);
        }
    }
    found.sort();
    found
}
