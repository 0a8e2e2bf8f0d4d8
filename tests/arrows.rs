//! Arrows between the crates point one way.

use std::process::Command;

use serde_json::Value;

/// What each crate may depend on, of ours.
const ARROWS: &[(&str, &[&str])] = &[
    ("notion-schema", &[]),
    ("notion-derive", &["notion-schema"]),
    ("notion-core", &["notion-schema", "notion-derive"]),
    ("notion-oauth", &["notion-core"]),
    ("cargo-notion", &["notion-core", "notion-oauth", "notion-schema"]),
    ("notion-sim", &[]),
    ("notion-examples", &["notion-core", "notion-oauth", "notion-sim"]),
    (
        "notion-tests",
        &["notion-schema", "notion-core", "notion-oauth", "notion-sim"],
    ),
    ("notion-benches", &["notion-core"]),
];

#[test]
fn arrows_point_one_way() {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--manifest-path",
        ])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .output()
        .expect("cargo metadata");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let names: Vec<_> = packages
        .iter()
        .map(|package| package["name"].as_str().expect("a name"))
        .collect();
    for (name, _) in ARROWS {
        assert!(names.contains(name), "{name} is gone: change the list of arrows");
    }
    for package in packages {
        let name = package["name"].as_str().expect("a name");
        let (_, allowed) = ARROWS
            .iter()
            .find(|arrows| arrows.0 == name)
            .unwrap_or_else(|| panic!("{name} has no arrows"));
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            // The tests of a derive need what its code leans on; no user's build does.
            if dependency["kind"] == "dev" {
                continue;
            }
            let to = dependency["name"].as_str().expect("a name");
            assert!(
                !names.contains(&to) || allowed.contains(&to),
                "{name} must not depend on {to}"
            );
        }
    }
}
