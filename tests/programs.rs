//! The programs as their users run them.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// A program of the workspace, built if need be.
fn program(name: &str) -> PathBuf {
    let build = Command::new(env!("CARGO"))
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .args(["build", "--quiet", "--bin", name, "--message-format", "json"])
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(build.status.success(), "{name} does not build");
    String::from_utf8_lossy(&build.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == name)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .expect("an executable")
}

/// A command that sees none of the variables that choose a connection.
fn without_variables(program: PathBuf) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("NOTION_") || text.starts_with("OAUTH_") {
            command.env_remove(name);
        }
    }
    command
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_tutorial_runs_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let output = without_variables(program("tutorial"))
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for expected in [
        "approved by itself (no terminal)",
        "4 typed rows",
        "@ada",
        "@ferris",
    ] {
        assert!(text.contains(expected), "{text}");
    }
    assert!(
        !text.contains("@grace") && !text.contains("@SomeHandle"),
        "{text}"
    );
    assert!(folder.path().join("target/tutorial/grants.sqlite").exists());
}

#[test]
fn the_tutorial_says_what_is_missing() {
    let tutorial = program("tutorial");
    let output = without_variables(tutorial.clone())
        .env("NOTION_CLIENT_ID", "x")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text.contains("NOTION_CLIENT_SECRET") && text.contains("NOTION_REDIRECT_URI"),
        "{text}"
    );
    let output = without_variables(tutorial)
        .arg("--no")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn the_internal_example_runs_against_the_simulator_program() {
    let mut sim = Command::new(program("notion-sim"));
    let child = sim
        .args(["--port", "0"])
        .stdout(Stdio::piped())
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let mut sim = Running(child);
    let mut line = String::new();
    BufReader::new(sim.0.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let listening: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(listening["token"], "secret_sim");

    let internal = program("internal_token");
    let output = without_variables(internal.clone())
        .env("NOTION_BASE_URL", listening["base_url"].as_str().unwrap())
        .env("NOTION_TOKEN", "secret_sim")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("Nothing is shared"),
        "{text}"
    );

    let output = without_variables(internal).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("NOTION_TOKEN is not set"));
}

/// What a program starts inherits its environment. So nothing is started but the browser, which is given one without secrets.
#[test]
fn t34_no_program_starts_another_but_the_browser() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut starting = Vec::new();
    let mut folders: Vec<_> = [
        "notion-schema/src",
        "notion-derive/src",
        "notion-core/src",
        "notion-oauth/src",
        "notion-sim/src",
        "cargo-notion/src",
        "examples/src",
        "examples/tutorial",
        "examples/add_to_notion",
    ]
    .map(|folder| root.join(folder))
    .into();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                let source = source.split("#[cfg(test)]").next().unwrap();
                if source.contains("Command::new(") || source.contains("open::that") {
                    starting.push(path.strip_prefix(&root).unwrap().to_owned());
                }
            }
        }
    }
    // The failpoints of tests, which no program of a user has, halt this one by a shell.
    starting.retain(|path| !path.ends_with("failpoint.rs"));
    assert_eq!(starting, [Path::new("notion-oauth/src/loopback/browser.rs")]);
}
