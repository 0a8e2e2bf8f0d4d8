//! What holds after every case, whatever happened in it.

use std::collections::BTreeMap;
use std::time::Duration;

use notion_oauth::{Action, Recovered, Status};
use notion_sim::RefreshMode;
use notion_tests::postgres::Postgres;

use crate::secrets::{files, none_on_disk};
use crate::world::{KEY, Kind, World, close};

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

/// No work is left, no lock is held, no connection is in the middle of something, no secret is in the clear, and no refresh
/// token was sent more often than it may be.
pub(crate) async fn nothing_left(world: &World) {
    nothing_left_with(KEY, world).await;
    sent_once(world);
}

/// The same with other keys, and where more was sent than the server remembers.
pub(crate) async fn nothing_left_with(keys: &[&str], world: &World) {
    let workspaces = world.site.open(keys).await;
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
    none_on_disk(&world.site.folder, &world.secrets);
    if let Kind::Postgres(_) = world.kind {
        let (server, schema) = world.in_postgres();
        no_connection_left(server, &schema.name).await;
    }
}

/// What was dropped is given back in the background, and that takes a moment.
async fn no_connection_left(server: &Postgres, name: &str) {
    let count = format!(
        "SELECT count(*) FROM pg_stat_activity LEFT JOIN pg_locks USING (pid)
         WHERE application_name = '{name}' AND (state LIKE 'idle in transaction%' OR locktype = 'advisory')"
    );
    for _ in 0..300 {
        if tokio::task::block_in_place(|| server.query(&count)) == "0" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("there are still some: {count}");
}

/// A refresh token was sent once, or twice if it was not known what had become of it the first time.
fn sent_once(world: &World) {
    let mut sent = BTreeMap::<_, usize>::new();
    for entry in world.posts("refresh_token") {
        *sent.entry(entry.token_sha256).or_default() += 1;
    }
    // A refresh token that stays the same is good for each access token.
    let once = match world.mode {
        RefreshMode::SameRefreshToken => world.ended,
        _ => 1,
    };
    let again: usize = sent.values().map(|times| times.saturating_sub(once)).sum();
    assert_eq!(again, world.lost, "{sent:?}");
    assert!(sent.values().all(|times| *times <= 2 * once), "{sent:?}");
}
