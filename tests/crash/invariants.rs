//! What holds after every case, whatever happened in it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use notion_oauth::{Action, Recovered, Status};
use notion_tests::postgres::Postgres;

use crate::site::Place;
use crate::world::{Kind, World, close};

/// Checks everything about a world with an installation, and that this is what happened to it after it was installed.
pub(crate) async fn hold(world: &World, status: Status, events: &[Action]) {
    usable_or_flagged(world, status).await;
    log(world, events).await;
    nothing_left(world).await;
}

/// An installation is healthy, and then a request works; or flagged, and then nothing is sent for it any more.
async fn usable_or_flagged(world: &World, expected: Status) {
    let workspaces = world.open().await;
    let installation = workspaces.get(&world.bot).await.unwrap();
    assert_eq!(installation.status(), expected);
    let before = world.sim.requests().len();
    match workspaces.client(&world.bot).await {
        Ok(client) => {
            assert_eq!(expected, Status::Healthy);
            client.me().await.unwrap();
        }
        Err(error) => {
            assert_ne!(expected, Status::Healthy, "{error}");
            assert_eq!(world.sim.requests().len(), before);
        }
    }
    close(&workspaces).await;
}

/// Each event has one entry, the versions grow, and the chain is whole.
pub(crate) async fn log(world: &World, events: &[Action]) {
    let log = world.open().await.audit(&world.bot).await.unwrap();
    let found: Vec<_> = log.iter().map(|entry| entry.action).collect();
    assert_eq!(found.first(), Some(&Action::Installed));
    assert_eq!(found[1..], *events);
    assert!(log.iter().map(|entry| entry.version).is_sorted_by(|a, b| a < b));
    assert!(log.iter().zip(1..).all(|(entry, number)| entry.number == number));
}

/// No work is left, no lock is held, no connection is in the middle of something, and no secret is in the clear.
pub(crate) async fn nothing_left(world: &World) {
    let workspaces = world.open().await;
    assert_eq!(workspaces.recover().await.unwrap(), Recovered::default());
    drop(workspaces);
    let files = files(&world.site.folder);
    let has = |end: &str| files.iter().find(|file| file.to_string_lossy().ends_with(end));
    assert_eq!(has(".answer"), None);
    assert_eq!(has(".partial"), None);
    assert_eq!(has(".set-aside"), None);
    for lock in files
        .iter()
        .filter(|file| file.extension().is_some_and(|end| end == "lock"))
    {
        // Another case may just be starting a child, which inherits nothing but takes a moment to say so.
        if let Ok(file) = std::fs::File::open(lock) {
            file.lock().unwrap();
        }
    }
    for file in files {
        no_secret(&file, &world.secrets);
    }
    if let (Kind::Postgres(server), Place::Postgres(url)) = (&world.kind, &world.site.place) {
        let name = url.split(['/', '?']).nth(3).unwrap();
        let sessions = format!(
            "SELECT count(*) FROM pg_stat_activity
             WHERE datname = '{name}' AND state LIKE 'idle in transaction%'"
        );
        let locks = format!(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
             WHERE locktype = 'advisory' AND datname = '{name}'"
        );
        for sql in [sessions, locks] {
            none(server, &sql).await;
        }
    }
}

/// What was dropped is given back in the background, and that takes a moment.
async fn none(server: &Postgres, count: &str) {
    for _ in 0..100 {
        if server.query(count) == "0" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("there are still some: {count}");
}

/// No token is anywhere in what a server has written, deleted rows and its log included.
pub(crate) fn no_token_on_disk(kinds: &[Kind]) {
    for kind in kinds {
        if let Kind::Postgres(server) = kind {
            server.query("CHECKPOINT");
            for file in files(&server.files()) {
                no_secret(&file, &[]);
            }
        }
    }
}

fn no_secret(file: &Path, secrets: &[String]) {
    // It may be gone by now.
    let text = std::fs::read(file).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    assert!(!has_secret(&text, secrets), "a secret is in {}", file.display());
}

pub(crate) fn has_secret(text: &str, secrets: &[String]) -> bool {
    let found = secrets.iter().any(|secret| text.contains(secret));
    // Tokens that nobody noted down have a form, which nothing else has.
    found
        || ["ntn_", "nrt_"]
            .iter()
            .any(|start| text.contains(start) && has_token(text, start))
}

fn has_token(text: &str, start: &str) -> bool {
    let is_token = |rest: &str| rest.bytes().take_while(u8::is_ascii_alphanumeric).count() >= 24;
    text.split(start).skip(1).any(is_token)
}

/// All files in a folder and those within.
fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path);
        }
    }
    found
}
