//! The program against the simulator.

use std::path::Path;
use std::process::{Command, Output};

use notion_sim::Sim;
use serde_json::json;

fn run(sim: &Sim, folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-notion"));
    command.arg("notion").args(args).current_dir(folder);
    command.envs(sim.notion_env()).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

fn simulator() -> Sim {
    let sim = Sim::builder().start_blocking().expect("the simulator starts");
    let page = sim.parent_page_id();
    let mut seed = sim.state();
    let columns = json!({
        "Name": {"id": "title", "name": "Name", "type": "title", "title": {}},
        "Mood": {"id": "m%3A1", "name": "Mood", "type": "mood_ring", "mood_ring": {"stones": 3}},
    });
    let database = "5e2a6c1e-0f7b-4a4c-9d5f-1b0d5b9b7c01";
    let source = "5e2a6c1e-0f7b-4a4c-9d5f-1b0d5b9b7c02";
    seed["databases"] = json!([{"object": "database", "id": database, "title": [{"type": "text", "text": {"content": "Work Items"}, "plain_text": "Work Items"}],
        "description": [], "parent": {"type": "page_id", "page_id": page}, "data_sources": [{"id": source, "name": "Work Items"}], "in_trash": false}]);
    seed["data_sources"] = json!([{"object": "data_source", "id": source, "title": [{"type": "text", "text": {"content": "Work Items"}, "plain_text": "Work Items"}],
        "description": [], "parent": {"type": "database_id", "database_id": database}, "database_parent": {"type": "page_id", "page_id": page},
        "properties": columns, "in_trash": false}]);
    sim.seed(&seed).expect("a seed");
    sim
}

#[test]
fn a_schema_is_pulled_checked_and_pulled_again() {
    let sim = simulator();
    let folder = tempfile::tempdir().unwrap();
    let listed = run(&sim, folder.path(), &["ls"]);
    assert_eq!(
        text(&listed.stdout),
        "5e2a6c1e-0f7b-4a4c-9d5f-1b0d5b9b7c02  Work Items\n",
        "{}",
        text(&listed.stderr)
    );

    let missing = run(&sim, folder.path(), &["pull", "Work Items", "--check"]);
    assert_eq!(missing.status.code(), Some(3));
    let pulled = run(&sim, folder.path(), &["pull", "Work Items"]);
    assert_eq!(pulled.status.code(), Some(0), "{}", text(&pulled.stderr));
    let path = folder.path().join("notion/work_items.json");
    let file = std::fs::read_to_string(&path).unwrap();
    assert!(file.contains("\"stones\": 3"), "{file}");
    assert_eq!(
        run(&sim, folder.path(), &["pull", "Work Items", "--check"])
            .status
            .code(),
        Some(0)
    );

    std::fs::write(&path, file.replace("\"stones\": 3", "\"stones\": 4")).unwrap();
    let differs = run(
        &sim,
        folder.path(),
        &["pull", "5e2a6c1e0f7b4a4c9d5f1b0d5b9b7c01", "--check"],
    );
    assert_eq!(differs.status.code(), Some(3));
    assert!(
        text(&differs.stdout).contains("is out of date"),
        "{}",
        text(&differs.stdout)
    );
    assert_eq!(
        run(&sim, folder.path(), &["pull", "Work Items"]).status.code(),
        Some(0)
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), file);
}

#[test]
fn the_snapshot_of_another_data_source_is_left_alone() {
    let sim = simulator();
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        run(&sim, folder.path(), &["pull", "Work Items"]).status.code(),
        Some(0)
    );
    let path = folder.path().join("notion/work_items.json");
    let other = std::fs::read_to_string(&path)
        .unwrap()
        .replace("5e2a6c1e-0f7b-4a4c-9d5f-1b0d5b9b7c02", "other");
    std::fs::write(&path, &other).unwrap();
    for args in [&["pull", "Work Items"][..], &["pull", "Work Items", "--check"]] {
        let refused = run(&sim, folder.path(), args);
        assert_eq!(refused.status.code(), Some(1));
        let said = text(&refused.stderr);
        assert!(
            said.contains("is the snapshot of another data source, `Work Items` (other)")
                && said.contains("with `--output`"),
            "{said}"
        );
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), other);

    // Who names the file means it.
    let named = ["pull", "Work Items", "--output", "notion/work_items.json"];
    assert_eq!(run(&sim, folder.path(), &named).status.code(), Some(0));
    assert_ne!(std::fs::read_to_string(&path).unwrap(), other);
}

#[test]
fn mistakes_are_sentences_with_exit_codes() {
    let sim = simulator();
    let folder = tempfile::tempdir().unwrap();
    let unknown = run(&sim, folder.path(), &["pull", "Work Itms"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(
        text(&unknown.stderr).contains("Did you mean `Work Items`?"),
        "{}",
        text(&unknown.stderr)
    );
    let usage = run(&sim, folder.path(), &["pul"]);
    assert_eq!(usage.status.code(), Some(2));

    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-notion"));
    let without = command
        .args(["notion", "ls"])
        .env_remove("NOTION_TOKEN")
        .env_remove("NOTION_API_TOKEN")
        .env_remove("NOTION_TOKEN_FILE");
    let without = without.output().unwrap();
    assert_eq!(without.status.code(), Some(1));
    assert!(
        text(&without.stderr).contains("NOTION_TOKEN is not set"),
        "{}",
        text(&without.stderr)
    );
    assert!(!folder.path().join("notion").exists());
}

#[test]
fn a_doctor_says_what_is_shared_and_what_is_wrong() {
    let sim = simulator();
    let folder = tempfile::tempdir().unwrap();
    let well = run(&sim, folder.path(), &["doctor"]);
    assert_eq!(well.status.code(), Some(0), "{}", text(&well.stderr));
    assert!(
        text(&well.stdout).contains("✓ Shared with the connection: "),
        "{}",
        text(&well.stdout)
    );

    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-notion"));
    command.args(["notion", "doctor"]).envs(sim.notion_env());
    let ill = command
        .env("NOTION_TOKEN", "ntn_CANARY")
        .output()
        .expect("the program runs");
    assert_eq!(ill.status.code(), Some(3), "{}", text(&ill.stderr));
    assert!(text(&ill.stdout).contains("✗ "), "{}", text(&ill.stdout));
    assert!(!text(&ill.stdout).contains("CANARY"));
}
