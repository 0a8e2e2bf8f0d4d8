//! A snapshot that changes compiles again what was checked against it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const SNAPSHOT: &str = r#"{
  "format": "notion-schema/1",
  "notion_version": "2026-03-11",
  "data_source_id": "1f1ac1e0-6d4c-4ed8-8b8c-5d5f7d1d2a10",
  "properties": {
    "Name": {"id": "title", "type": "title", "title": {}},
    "Due": {"id": "p%3Adue", "type": "date", "date": {}}
  }
}"#;

const ROW: &str = r#"
#[derive(notion_core::NotionRow)]
#[notion(schema = "notion/tasks.json")]
pub struct Task {
    #[notion(title)]
    pub name: String,
    #[notion(name = "Due")]
    pub due: Option<notion_core::DateOrRange>,
}
"#;

const MANIFEST: &str = r#"
[package]
name = "checked"
version = "0.0.0"
edition = "2024"

[workspace]
"#;

#[test]
fn a_changed_snapshot_compiles_again() {
    let project = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rebuild");
    let snapshot = project.join("notion/tasks.json");
    fs::create_dir_all(project.join("src")).unwrap();
    fs::create_dir_all(project.join("notion")).unwrap();
    fs::write(project.join("Cargo.toml"), MANIFEST).unwrap();
    fs::write(project.join("src/lib.rs"), ROW).unwrap();
    fs::write(&snapshot, SNAPSHOT).unwrap();
    let notion_core = notion_core();

    let check = || {
        let deps = notion_core.parent().unwrap();
        let flags = format!(
            "--extern=notion_core={}\x1f-Ldependency={}",
            notion_core.display(),
            deps.display()
        );
        let output = cargo()
            .args(["check", "--offline", "--quiet"])
            .current_dir(&project)
            .env("CARGO_TARGET_DIR", project.join("target"))
            .env("CARGO_ENCODED_RUSTFLAGS", flags)
            .output()
            .unwrap();
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(check(), (true, String::new()));
    fs::write(&snapshot, SNAPSHOT.replace(r#""Due""#, r#""Due Date""#)).unwrap();
    let (passed, errors) = check();
    assert!(!passed);
    assert!(
        errors.contains(
            r#"`notion/tasks.json` has no column `Due`; did you mean `#[notion(name = "Due Date")]`?"#
        ),
        "{errors}"
    );
    fs::write(&snapshot, SNAPSHOT).unwrap();
    assert_eq!(check(), (true, String::new()));
    fs::remove_file(&snapshot).unwrap();
    let (passed, errors) = check();
    assert!(!passed);
    assert!(
        errors.contains("cargo notion pull <DATABASE> --output notion/tasks.json"),
        "{errors}"
    );
}

/// notion-core as this test was built with: with it as a dependency, all that it depends on would be built once more.
fn notion_core() -> PathBuf {
    let output = cargo()
        .args([
            "build",
            "--package",
            "notion-derive",
            "--tests",
            "--message-format",
            "json",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let messages = String::from_utf8(output.stdout).unwrap();
    let artifact = messages
        .split('"')
        .find(|text| text.ends_with(".rmeta") && text.contains("libnotion_core-"))
        .unwrap();
    PathBuf::from(artifact)
}

/// Without what cargo says of this test: a build script that heard it would run again.
fn cargo() -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    for (name, _) in std::env::vars()
        .filter(|(name, _)| name.starts_with("CARGO_MANIFEST_") || name.starts_with("CARGO_PKG_"))
    {
        cargo.env_remove(name);
    }
    cargo
}
