//! What a doctor says to those whose environment is not what it should be.

use std::process::{Command, Output, Stdio};

use notion_sim::Sim;

/// The program, with none of the variables that choose a connection but these.
fn doctor(variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-notion"));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("NOTION_") || text.starts_with("OAUTH_") {
            command.env_remove(name);
        }
    }
    command.args(["notion", "doctor"]).envs(variables.iter().copied());
    command
}

/// The code that it ends with, and what it says.
fn run(variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = doctor(variables).output().unwrap();
    let said = String::from_utf8([stdout, stderr].concat()).unwrap();
    assert!(!said.contains("CANARY"), "{said}");
    (status.code(), said)
}

#[test]
fn what_is_missing_is_named_with_the_next_step() {
    for (variables, expected) in [
        (&[][..], &["NOTION_TOKEN", "Configuration tab"][..]),
        (&[("NOTION_TOKEN", " \n")], &["NOTION_TOKEN is not set"]),
        (
            &[("NOTION_TOKEN", "ntn CANARY")],
            &["characters", "Copy it again"],
        ),
        (
            &[("NOTION_TOKEN_FILE", "/nonexistent")],
            &[
                "/nonexistent",
                "is there, and that this user may read it",
                "because: ",
            ],
        ),
        // Whoever sets one of them means a public connection.
        (
            &[("NOTION_CLIENT_SECRET", "secret_CANARY")],
            &["NOTION_CLIENT_ID, NOTION_REDIRECT_URI", "Configuration tab"],
        ),
        (&[("OAUTH_CLIENT_SECRET", "secret_CANARY")], &["NOTION_CLIENT_ID"]),
        (
            &[("NOTION_REDIRECT_URI", "http://localhost:8080/x")],
            &["NOTION_CLIENT_ID, NOTION_CLIENT_SECRET"],
        ),
    ] {
        let (code, said) = run(variables);
        assert_eq!(code, Some(1), "{said}");
        for expected in expected {
            assert!(said.contains(expected), "{expected}: {said}");
        }
    }
}

#[test]
fn a_token_is_looked_at_even_if_the_other_connection_is_not_whole() {
    let sim = Sim::builder().start_blocking().unwrap();
    let token = [
        ("NOTION_BASE_URL", &*sim.base_url()),
        ("NOTION_TOKEN", sim.token()),
    ];
    let (code, said) = run(&token);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.starts_with("✓ The token acts as "), "{said}");
    let with_half = [token[0], token[1], ("NOTION_CLIENT_ID", "c")];
    let (code, said) = run(&with_half);
    assert_eq!(code, Some(3), "{said}");
    assert!(
        said.starts_with("✗ not set in the environment: NOTION_CLIENT_SECRET"),
        "{said}"
    );
    assert!(said.contains("✓ The token acts as "), "{said}");
}

/// As by `| head`.
#[test]
fn nobody_who_reads_is_no_error() {
    let sim = Sim::builder().start_blocking().unwrap();
    let variables = [
        ("NOTION_BASE_URL", &*sim.base_url()),
        ("NOTION_TOKEN", sim.token()),
    ];
    let mut command = doctor(&variables);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
