//! The web application as somebody starts it for the first time, and as it ends.

use std::path::Path;
use std::process::{Command, Stdio};

const ID: (&str, &str) = ("NOTION_CLIENT_ID", "463558a3-725e-4f37-b6d3-0889894f68de");
const SECRET: (&str, &str) = ("NOTION_CLIENT_SECRET", "secret_CANARY");
const KEYS: (&str, &str) = (
    "NOTION_OAUTH_KEYS",
    "k:Q0FOQVJZS0VZQ0FOQVJZS0VZQ0FOQVJZS0VZQ0FOQVI=",
);

/// The program, with none of the variables that choose a connection but these.
fn program(folder: &Path, port: u16, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_add_to_notion"));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("NOTION_") || text.starts_with("OAUTH_") {
            command.env_remove(name);
        }
    }
    command
        .args(["--port", &port.to_string()])
        .current_dir(folder)
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

#[track_caller]
fn refused(folder: &Path, port: u16, variables: &[(&str, &str)], expected: &[&str]) {
    let output = program(folder, port, variables).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    for expected in expected {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert!(
        !said.contains("CANARY") && !said.contains("Q0FO") && !said.contains("Os {"),
        "{said}"
    );
}

#[test]
fn what_is_set_up_wrong_is_named_with_the_next_step() {
    let folder = tempfile::tempdir().unwrap();
    let redirect_uri = |uri| ("NOTION_REDIRECT_URI", uri);
    let here = redirect_uri("http://localhost:8919/notion/callback");
    let refused = |variables: &[_], expected: &[&str]| refused(folder.path(), 8919, variables, expected);
    // Whoever sets one of them means Notion, and not a simulator.
    refused(&[ID], &["NOTION_CLIENT_SECRET", "NOTION_REDIRECT_URI"]);
    refused(&[SECRET], &["NOTION_CLIENT_ID", "Configuration tab"]);
    refused(&[("OAUTH_CLIENT_SECRET", SECRET.1)], &["NOTION_CLIENT_ID"]);
    refused(
        &[ID, SECRET, here],
        &["NOTION_OAUTH_KEYS", "openssl rand -base64 32"],
    );
    refused(
        &[ID, SECRET, here, (KEYS.0, "CANARY")],
        &["NOTION_OAUTH_KEYS", "openssl rand"],
    );
    refused(
        &[ID, ("NOTION_CLIENT_SECRET", "secret CANARY"), here, KEYS],
        &["client secret", "Copy"],
    );
    refused(
        &[
            ID,
            SECRET,
            redirect_uri("http://localhost:3000/notion/callback"),
            KEYS,
        ],
        &["port 3000", "port 8919", "`--port 3000`"],
    );
    refused(
        &[ID, SECRET, redirect_uri("http://localhost:8919/"), KEYS],
        &["does not end with a word", "Register one"],
    );
}

#[test]
fn a_port_or_folder_that_cannot_be_had_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("localhost:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    refused(folder.path(), port, &[], &[&format!("port {port}"), "`--port`"]);
    drop(taken);

    std::fs::write(folder.path().join("target"), "a file").unwrap();
    let uri = format!("http://localhost:{port}/notion/callback");
    let variables = [ID, SECRET, KEYS, ("NOTION_REDIRECT_URI", uri.as_str())];
    refused(
        folder.path(),
        port,
        &variables,
        &["target/add_to_notion", "you may write"],
    );
}

#[cfg(unix)]
#[test]
fn it_says_where_it_is_and_ends_well() {
    use std::io::{BufRead, BufReader, Read, Write};

    let folder = tempfile::tempdir().unwrap();
    let mut program = program(folder.path(), 0, &[]).spawn().unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let mut line = || lines.next().unwrap().unwrap();
    let address = line();
    let (_, address) = address.split_once("Open http://").unwrap();
    let address = address.split('/').next().unwrap();
    assert!(line().contains("simulated"));
    // Once it answers, it also hears that it is to stop.
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET / HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
    )
    .unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    assert!(page.contains("<h1>Loud Thoughts</h1>"), "{page}");
    let pid = program.id().to_string();
    let kill = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(kill.success());
    assert!(program.wait().unwrap().success());
}
