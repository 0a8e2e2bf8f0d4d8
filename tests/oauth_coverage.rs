//! Every threat and every requirement has a test that is named after it, or a sentence.
//!
//! Where [`LOG`] names what the tests of a run have printed, each of them has to have passed in it, too.

use std::collections::{BTreeMap, BTreeSet};
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

/// The variable that names the file with what the tests have printed.
const LOG: &str = "NOTION_TESTS_LOG";

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
    let names = names();
    for name in &names {
        for id in ids(name) {
            match rows.get_mut(&id) {
                Some(row) => row.tests.push(name.clone()),
                None => wrong.push(format!("{} is in no list: {name}", show(&id))),
            }
        }
    }
    if let Some(log) = std::env::var_os(LOG) {
        // Tests run in the folder of their crate.
        let log = std::fs::read_to_string(root().join(log)).unwrap();
        let proving = names.iter().filter(|name| !ids(name).is_empty());
        wrong.extend(unproven(proving, &Results::of(&log)));
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

#[test]
fn a_test_counts_if_it_was_run_and_passed() {
    let log = "running 5 tests\n\
        test web::t1_passes ... ok\n\
        test t2_says_much ... 10 cases\n a table\nok\n\
        test t3_is_run_later ... ignored, it takes a minute\n\
        test t3_is_run_later ... ok\n\
        test t4_is_not_run ... ignored\n\
        test t5_fails_here ... ok\ntest other::t5_fails_here ... FAILED\n\
        test t7_dies ... \ntest src/lib.rs - t8_is_a_snippet (line 3) ... ok\n\
        \u{2714} t9_in_a_browser (12.5ms)\n\u{2716} t10_in_a_browser (1ms)\n";
    let names = [
        "t1_passes",
        "t2_says_much",
        "t3_is_run_later",
        "t4_is_not_run",
        "t5_fails_here",
        "t6_is_not_there",
        "t7_dies",
        "t9_in_a_browser",
        "t10_in_a_browser",
    ]
    .map(str::to_owned);
    assert_eq!(
        unproven(&names, &Results::of(log)),
        [
            "t10_in_a_browser failed",
            "t4_is_not_run was run 0 times, and there is 1 test of that name",
            "t5_fails_here failed",
            "t6_is_not_there was run 0 times, and there is 1 test of that name",
            "t7_dies was run 0 times, and there is 1 test of that name",
        ]
    );
    // Of two with one name both have to be run, and one of them twice is not enough.
    let twice = ["t1_a", "t1_a"].map(str::to_owned);
    let one = "test a::t1_a ... ok\ntest a::t1_a ... ok\n";
    assert_eq!(unproven(&twice, &Results::of(one)).len(), 1);
    let both = "test a::t1_a ... ok\ntest b::t1_a ... ok\n";
    assert!(unproven(&twice, &Results::of(both)).is_empty());
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

/// No feature of ours brings a second way to encrypt that was not asked for, or HTTP that does more than is asked of it; and
/// a program with an HTTP library of its own has no other one.
#[test]
fn t35_no_feature_brings_another_tls_or_more_of_http() {
    let all = "axum,broker,conformance,file,hardening,keyring,loopback,postgres,sqlite,webhook";
    let usual = tree(&["--features", all]);
    let find = |tree: &str, name: &str| {
        let mut lines = tree.lines();
        lines
            .find(|line| line.split(' ').next() == Some(name))
            .map(str::to_owned)
    };
    for other in [
        "native-tls",
        "openssl",
        "aws-lc-rs",
        "cookie_store",
        "async-compression",
        "h2",
        "quinn",
    ] {
        assert_eq!(find(&usual, other), None);
    }
    assert!(find(&usual, "rustls").is_some());
    let reqwest = find(&usual, "reqwest").unwrap();
    for more in ["gzip", "brotli", "cookies", "http2", "http3", "native-tls"] {
        assert!(!reqwest.contains(more), "{reqwest}");
    }
    let own = tree(&["--no-default-features", "--features", "encryption"]);
    for http in ["reqwest", "hyper", "rustls"] {
        assert_eq!(find(&own, http), None);
    }
}

/// The packages below `notion-oauth` with these features, each with its own.
fn tree(features: &[&str]) -> String {
    let tree = std::process::Command::new(env!("CARGO"))
        .current_dir(root())
        .args([
            "tree",
            "--locked",
            "--offline",
            "-p",
            "notion-oauth",
            "-e",
            "normal",
        ])
        .args(["--prefix", "none", "-f", "{p} {f}"])
        .args(features)
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    String::from_utf8(tree.stdout).unwrap()
}

/// What became of tests, by what they are called with their modules.
#[derive(Default)]
struct Results {
    passed: BTreeSet<String>,
    failed: BTreeSet<String>,
}

impl Results {
    /// Reads what `cargo test` and Node's test runner print.
    fn of(log: &str) -> Self {
        let mut results = Self::default();
        // A test that runs alone says its name first, and how it ended after all that it has to say.
        let mut alone = None;
        for line in log.lines() {
            let (name, how) = match line
                .strip_prefix("test ")
                .and_then(|rest| rest.split_once(" ... "))
            {
                Some((name, how)) => (name.to_owned(), how),
                None => match (line.trim(), alone.take()) {
                    (how @ ("ok" | "FAILED"), Some(name)) => (name, how),
                    (line, name) => {
                        alone = name;
                        let browser = [("\u{2714} ", "ok"), ("\u{2716} ", "FAILED")];
                        let found = browser
                            .iter()
                            .find_map(|(mark, how)| Some((line.strip_prefix(mark)?, how)));
                        let Some((text, how)) = found else { continue };
                        (text.split([' ', ':']).next().unwrap_or_default().to_owned(), *how)
                    }
                },
            };
            match how {
                "ok" => drop(results.passed.insert(name)),
                "FAILED" => drop(results.failed.insert(name)),
                ignored if ignored.starts_with("ignored") => {}
                _ => alone = Some(name),
            }
        }
        results
    }
}

/// What is wrong with tests that have to have passed: each of them, as often as there is one of its name.
fn unproven<'a>(names: impl IntoIterator<Item = &'a String>, results: &Results) -> Vec<String> {
    let of = |full: &String| full.rsplit("::").next().unwrap_or_default().to_owned();
    let count = |all: &BTreeSet<String>, name: &str| all.iter().filter(|full| of(full) == name).count();
    let mut needed = BTreeMap::<_, usize>::new();
    for name in names {
        *needed.entry(name).or_default() += 1;
    }
    let problem = |(name, needed): (&String, usize)| {
        if count(&results.failed, name) > 0 {
            return Some(format!("{name} failed"));
        }
        let passed = count(&results.passed, name);
        let tests = if needed == 1 {
            "is 1 test"
        } else {
            &format!("are {needed} tests")
        };
        (passed < needed).then(|| format!("{name} was run {passed} times, and there {tests} of that name"))
    };
    needed.into_iter().filter_map(problem).collect()
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
