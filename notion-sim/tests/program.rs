//! The program: its one line, its exit codes, and a data file that survives being killed.

mod common;

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Output, Stdio};

use common::{Client, VERSION, text, titled};
use notion_sim::Sim;
use serde_json::{Value, json};

/// A running program that is killed when the test ends.
struct Program {
    child: Child,
    line: Value,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Program {
    fn start(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_notion-sim"))
            .args(["--port", "0"])
            .args(args)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output"))
            .read_line(&mut line)
            .expect("a line");
        Self {
            child,
            line: serde_json::from_str(&line).expect("JSON"),
        }
    }

    fn client(&self) -> Client {
        Client {
            base: text(&self.line["base_url"]),
            token: text(&self.line["token"]),
            version: VERSION.into(),
        }
    }
}

fn fail(args: &[&str]) -> (Option<i32>, String) {
    let Output {
        status,
        stderr,
        stdout,
    } = Command::new(env!("CARGO_BIN_EXE_notion-sim"))
        .args(args)
        .output()
        .expect("the program");
    assert!(stdout.is_empty());
    (status.code(), String::from_utf8_lossy(&stderr).into_owned())
}

#[test]
fn one_line_says_everything() {
    let program = Program::start(&[
        "--token",
        "first",
        "--token",
        "second",
        "--redirect-uri",
        "http://localhost:1/cb",
    ]);
    let keys: Vec<&String> = program.line.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["base_url", "token", "parent_page_id", "oauth"]);
    assert_eq!(program.line["token"], "first");
    assert_eq!(program.line["oauth"]["redirect_uri"], "http://localhost:1/cb");
    let mut client = program.client();
    for (token, status) in [("first", 200), ("second", 200), ("secret_sim", 401)] {
        client.token = token.to_owned();
        assert_eq!(client.get("/v1/users/me").status, status, "{token}");
    }
}

#[test]
fn mistakes_have_a_sentence_and_a_code() {
    let sim = Sim::builder().start_blocking().expect("a simulator");
    let port = sim.address().port().to_string();
    let (code, said) = fail(&["--port", &port]);
    assert_eq!(code, Some(3));
    assert!(
        said.contains("in use") && said.contains("choose another port"),
        "{said}"
    );

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("seed.json");
    let path = file.to_str().expect("a path");
    let (code, said) = fail(&["--port", "0", "--seed", path]);
    assert_eq!(code, Some(4));
    assert!(said.contains("cannot read the seed file"), "{said}");
    std::fs::write(&file, "{\n  \"format\": \"notion-sim-seed/1\",\n  \"pages\": [}").expect("a file");
    let (code, said) = fail(&["--port", "0", "--seed", path]);
    assert_eq!(code, Some(4));
    assert!(said.contains("line 3") && said.contains(path), "{said}");
    let (code, said) = fail(&["--port", "0", "--data", path]);
    assert_eq!(code, Some(4));
    assert!(
        said.contains("not written by this program") && said.contains("--seed"),
        "{said}"
    );
    let data = folder.path().join("data.notion-sim");
    let data = data.to_str().expect("a path");
    let running = Program::start(&["--data", data]);
    let (code, said) = fail(&["--port", "0", "--data", data]);
    assert_eq!(code, Some(4));
    assert!(said.contains("another program has it open"), "{said}");
    drop(running);
    let (code, said) = fail(&["--port", "0", "--data", "/nonexistent/folder/data.notion-sim"]);
    assert_eq!(code, Some(4));
    assert!(said.contains("cannot write the data file"), "{said}");
    assert_eq!(fail(&["--nonsense"]).0, Some(2));
    for token in ["", "two words", "schlüssel"] {
        assert_eq!(
            fail(&["--port", "0", "--token", token]).0,
            Some(2),
            "no header can have it"
        );
    }
    let whole = std::fs::read(data).expect("the data file");
    std::fs::write(data, &whole[..whole.len() / 2]).expect("a file");
    let (code, said) = fail(&["--port", "0", "--data", data]);
    assert_eq!(code, Some(4));
    assert!(said.contains("it is damaged"), "{said}");
}

#[test]
fn faults_limits_and_the_clock_are_options() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("faults.json");
    let path = file.to_str().expect("a path");
    std::fs::write(
        &file,
        r#"[{"match": {"nth": 2}, "do": {"status": 503}}, {"random": 0}]"#,
    )
    .expect("a file");
    let clock = "2026-06-27T17:01:12Z@0";
    let options = [
        "--faults",
        path,
        "--rate-limit",
        "2",
        "--clock",
        clock,
        "--rng-seed",
        "7",
    ];
    let program = Program::start(&options);
    let client = program.client();
    let answers: Vec<_> = (0..4).map(|_| client.get("/v1/users/me")).collect();
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 503, 200, 429], "a fault uses up nothing");
    assert_eq!(answers[3].header("retry-after"), "48");

    std::fs::write(&file, r#"{"do": "explode"}"#).expect("a file");
    let (code, said) = fail(&["--port", "0", "--faults", path]);
    assert_eq!(code, Some(4));
    assert!(said.contains("explode") && said.contains(path), "{said}");
    for (option, value, sentence) in [
        ("--rate-limit", "fast", "expected `off`, `notion` or a number"),
        ("--clock", "soon", "expected `real`, an instant"),
    ] {
        let (code, said) = fail(&["--port", "0", option, value]);
        assert_eq!(code, Some(2));
        assert!(said.contains(sentence), "{said}");
    }
}

#[test]
fn what_was_answered_survives_being_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("data.notion-sim");
    let path = file.to_str().expect("a path");
    let mut names: Vec<String> = Vec::new();
    let mut source = String::new();
    let mut parent = String::new();
    for round in 0..5 {
        let mut program = Program::start(&["--data", path]);
        let client = program.client();
        if round == 0 {
            parent = text(&program.line["parent_page_id"]);
            source = client
                .database(
                    &parent,
                    "T",
                    &json!({"Name": {"title": {}}, "Tag": {"select": {}}}),
                )
                .1;
        }
        assert_eq!(text(&program.line["parent_page_id"]), parent);
        let mut found = client.titles(&source, &json!({}));
        found.reverse();
        // The last row of the round before may or may not have been saved when the program was killed in the middle of it.
        assert!(
            found == names || found[..found.len() - 1] == names[..],
            "{found:?} {names:?}"
        );
        names = found;
        for at in 0..10 {
            let name = format!("{round}-{at}");
            client.row(
                &source,
                &json!({"Name": titled(&name), "Tag": {"select": {"name": name}}}),
            );
            names.push(name);
        }
        let (base, writer) = (client.base.clone(), source.clone());
        let last = std::thread::spawn(move || {
            let bearer = [
                ("authorization", "Bearer secret_sim"),
                ("notion-version", VERSION),
            ];
            let body = json!({"parent": {"data_source_id": writer}, "properties": {"Name": titled("last")}})
                .to_string();
            let _ = common::send("POST", &format!("{base}/v1/pages"), &bearer, body.as_bytes());
        });
        program.child.kill().expect("killed");
        program.child.wait().expect("gone");
        last.join().expect("joined");
    }
}

#[test]
fn tokens_survive_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("data.notion-sim");
    let args = ["--data", file.to_str().expect("a path"), "--auto-approve"];
    let program = Program::start(&args);
    let base = text(&program.line["base_url"]);
    let oauth = &program.line["oauth"];
    let url = format!(
        "{base}/v1/oauth/authorize?client_id={}&redirect_uri={}&response_type=code&owner=user",
        text(&oauth["client_id"]),
        text(&oauth["redirect_uri"])
    );
    let answer = common::send("GET", &url, &[], b"").expect("an answer");
    let (_, code) = answer.header("location").split_once("code=").expect("a code");
    use base64::Engine as _;
    let credentials = format!("{}:{}", text(&oauth["client_id"]), text(&oauth["client_secret"]));
    let credentials = format!("Basic {}", base64::prelude::BASE64_STANDARD.encode(credentials));
    let body =
        json!({"grant_type": "authorization_code", "code": code, "redirect_uri": oauth["redirect_uri"]})
            .to_string();
    let url = format!("{base}/v1/oauth/token");
    let grant = common::send("POST", &url, &[("authorization", &credentials)], body.as_bytes())
        .expect("an answer")
        .ok();
    drop(program);
    let program = Program::start(&args);
    let mut client = program.client();
    client.token = text(&grant["access_token"]);
    assert_eq!(client.get("/v1/users/me").ok()["id"], grant["bot_id"]);
}

#[test]
fn everything_comes_back_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("data.notion-sim");
    let args = ["--data", file.to_str().expect("a path")];
    let mut program = Program::start(&args);
    let client = program.client();
    let parent = text(&program.line["parent_page_id"]);
    let (_, source) = client.database(&parent, "T", &json!({"Name": {"title": {}}}));
    let rows: Vec<Value> = (0..3)
        .map(|at| client.row(&source, &json!({"Name": titled(&at.to_string())})))
        .collect();
    for at in 0..3 {
        let body =
            json!({"parent": {"page_id": parent}, "rich_text": [{"text": {"content": format!("{at}")}}]});
        client.post("/v1/comments", &body).ok();
        let upload = client
            .post("/v1/file_uploads", &json!({"filename": format!("{at}.txt")}))
            .ok();
        let boundary = "multipart/form-data; boundary=x";
        let bearer = format!("Bearer {}", client.token);
        let headers = [
            ("authorization", bearer.as_str()),
            ("notion-version", VERSION),
            ("content-type", boundary),
        ];
        let form = format!(
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{at}.txt\"\r\nContent-Type: text/plain\r\n\r\n\
             bytes {at}\r\n--x--\r\n"
        );
        let url = format!("{}/v1/file_uploads/{}/send", client.base, text(&upload["id"]));
        common::send("POST", &url, &headers, form.as_bytes())
            .expect("an answer")
            .ok();
    }
    client
        .patch(
            &format!("/v1/pages/{}", text(&rows[1]["id"])),
            &json!({"in_trash": true}),
        )
        .ok();
    let state = |client: &Client| {
        let url = format!("{}/_sim/state", client.base);
        common::send("GET", &url, &[], b"").expect("an answer").ok()
    };
    let before = state(&client);
    program.child.kill().expect("killed");
    program.child.wait().expect("gone");
    let program = Program::start(&args);
    assert_eq!(state(&program.client()), before);
}
