//! The tutorial against a simulator of its own process, and where something is in the way.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use bytes::Bytes;
use notion_core::transport::{HttpClient, Transport};
use notion_sim::Sim;

/// The program, in a folder, with none of the variables that choose a connection but these.
fn tutorial(folder: &Path, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tutorial"));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("NOTION_") || text.starts_with("OAUTH_") {
            command.env_remove(name);
        }
    }
    command
        .current_dir(folder)
        .envs(variables.iter().copied())
        .env("BROWSER", "/nonexistent/browser")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn run(folder: &Path, variables: &[(&str, &str)]) -> (bool, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = tutorial(folder, variables).output().unwrap();
    let text = [stdout, stderr].concat();
    (status.success(), String::from_utf8(text).unwrap())
}

#[test]
fn a_blank_variable_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let (is_good, text) = run(folder.path(), &[("NOTION_TOKEN", " "), ("NOTION_GRANTS", "")]);
    assert!(is_good, "{text}");
    assert!(text.contains("All of it was simulated"), "{text}");
}

#[test]
fn a_server_without_credentials_is_a_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let (is_good, text) = run(folder.path(), &[("NOTION_BASE_URL", "http://127.0.0.1:1")]);
    assert!(!is_good);
    assert!(text.contains("Set NOTION_TOKEN, or"), "{text}");
}

#[test]
fn nobody_is_asked_for_a_grant_that_cannot_be_kept() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    for (grants, advice) in [("file/grants.db", "Set NOTION_GRANTS"), (".", "Choose a file")] {
        let (is_good, text) = run(folder.path(), &[("NOTION_GRANTS", grants)]);
        assert!(!is_good);
        assert!(text.contains(advice) && !text.contains("Consent"), "{text}");
    }
}

/// Consents, and comes back.
async fn visit(url: &str) {
    let client = HttpClient::new(Duration::from_secs(10)).unwrap();
    let get = async |url: &str| {
        let request = http::Request::get(url).body(Bytes::new()).unwrap();
        client.send(request).await.unwrap()
    };
    let consent = get(url).await;
    let back = consent.headers()[http::header::LOCATION].to_str().unwrap();
    get(back).await;
}

fn free_redirect_uri() -> String {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://127.0.0.1:{}/callback", free.local_addr().unwrap().port())
}

async fn start(redirect_uri: &str) -> Sim {
    let seed = serde_json::from_str(include_str!("../tutorial/workspace.json")).unwrap();
    let sim = Sim::builder()
        .seed(seed)
        .redirect_uri(redirect_uri)
        .auto_approve(true);
    sim.start().await.unwrap()
}

/// Runs it with a public connection, and goes where it sends the user, if anywhere.
async fn run_with_consent(folder: &Path, variables: &[(&str, &str)]) -> (bool, String) {
    let mut program = tutorial(folder, variables).spawn().unwrap();
    let mut text = String::new();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    for line in lines.by_ref().map(Result::unwrap) {
        if let Some((_, url)) = line.split_once("    http") {
            visit(&format!("http{url}")).await;
        }
        text += &line;
        text += "\n";
    }
    program.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    (program.wait().unwrap().success(), text)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_grant_is_used_until_it_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let redirect_uri = free_redirect_uri();
    let variables = |sim: &Sim| {
        let client = sim.oauth();
        [
            ("NOTION_BASE_URL", sim.base_url().to_owned()),
            ("NOTION_CLIENT_ID", client.client_id),
            ("NOTION_CLIENT_SECRET", client.client_secret),
            ("NOTION_REDIRECT_URI", redirect_uri.clone()),
        ]
    };
    let sim = start(&redirect_uri).await;
    let of_sim = variables(&sim);
    let of_sim: Vec<_> = of_sim
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    for expected in ["asked for; open this page", "stored before"] {
        let (is_good, text) = run_with_consent(folder.path(), &of_sim).await;
        assert!(is_good && text.contains(expected), "{text}");
    }
    // A simulator that knows nothing of that token.
    let other = start(&redirect_uri).await;
    let of_other = variables(&other);
    let of_other: Vec<_> = of_other
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let (is_good, text) = run_with_consent(folder.path(), &of_other).await;
    assert!(is_good && text.contains("asked for; open this page"), "{text}");

    // A secret that is wrong, and nothing stored before.
    let mut wrong = of_other.clone();
    wrong[2].1 = "secret_CANARY";
    wrong.push(("NOTION_GRANTS", "other.db"));
    let (is_good, text) = run_with_consent(folder.path(), &wrong).await;
    assert!(
        !is_good && text.contains("Copy both from the Configuration tab"),
        "{text}"
    );
    assert!(!text.contains("CANARY"), "{text}");
}

/// The browser of a login is started by a program that knows everything.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn t34_the_browser_of_a_login_sees_no_secret() {
    use std::os::unix::fs::PermissionsExt;
    use std::time::Instant;

    let folder = tempfile::tempdir().unwrap();
    let (script, seen) = (folder.path().join("browser"), folder.path().join("seen"));
    let text = format!(
        "#!/bin/sh\n{{ echo \"    $*\"; env; }} > '{0}.new'\nmv '{0}.new' '{0}'\n",
        seen.display()
    );
    std::fs::write(&script, text).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o700)).unwrap();
    let redirect_uri = free_redirect_uri();
    let sim = start(&redirect_uri).await;
    let client = sim.oauth();
    let mut program = tutorial(folder.path(), &[]);
    let program = program
        .envs(sim.notion_env())
        .env_remove("NOTION_TOKEN")
        .env(
            "NOTION_OAUTH_KEYS",
            "k:Q0FOQVJZS0VZQ0FOQVJZS0VZQ0FOQVJZS0VZQ0FOQVI=",
        )
        .env("BROWSER", &script)
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while !seen.exists() {
        assert!(Instant::now() < deadline, "no browser is started");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let seen = std::fs::read_to_string(&seen).unwrap();
    visit(seen.lines().next().unwrap().trim()).await;
    let output = program.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for secret in [&*client.client_secret, "Q0FOQVJZ", "NOTION_", "ntn_", "nrt_"] {
        assert!(!seen.contains(secret), "{secret}: {seen}");
    }
}
