//! A change of keys that ends at each of its steps.

use notion_oauth::{Action, ErrorKind, FileStore, KeyId, SqliteStore};
use notion_sim::RefreshMode;
use notion_tests::installations::{self, bot};

use crate::child::Work;
use crate::invariants;
use crate::runner::run;
use crate::site::{Place, Site, ring};
use crate::world::{Kind, World};

const BOTH: &[&str] = &["new", "old"];

#[test]
fn t16_everything_is_readable_wherever_a_change_of_keys_is_cut_short() {
    let kinds = Kind::all("t16_everything_is_readable_wherever_a_change_of_keys_is_cut_short");
    let mut cases = Vec::new();
    for kind in &kinds {
        for step in ["K0", "K1", "K2", "K3"] {
            cases.push((format!("{step} {}", kind.name()), (step, kind.clone(), 250)));
        }
    }
    cases.push((
        "K1 sqlite, 10000 installations".to_owned(),
        ("K1", Kind::Sqlite, 10_000),
    ));
    run("key rotation", cases, |(step, kind, count)| {
        killed(step, kind, count)
    });
    Kind::end(kinds);
}

async fn killed(step: &'static str, kind: Kind, count: usize) {
    let world = World::new(RefreshMode::Strict, &kind).await;
    fill(&world.site, count).await;
    world.killed_with(BOTH, &Work::Reseal, step);

    let workspaces = world.site.open(BOTH).await;
    assert_eq!(workspaces.list().await.unwrap().len(), count);
    let old = KeyId::new("old").unwrap();
    if ["K0", "K1"].contains(&step) {
        let error = workspaces.check_unused(&old).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Busy);
        // A program that was given the new key alone does not take the rest for gone.
        let error = world.site.try_open(&["new"]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Sealed);
    }
    let resealed = workspaces.reseal().await.unwrap();
    let expected = match step {
        "K0" => count..=count,
        "K1" => 1..=count - 1,
        _ => 0..=0,
    };
    assert!(expected.contains(&resealed.records), "{resealed:?}");
    workspaces.check_unused(&old).await.unwrap();
    drop(workspaces);

    let workspaces = world.site.open(&["new"]).await;
    assert_eq!(workspaces.list().await.unwrap().len(), count);
    for number in (0..count).step_by(count / 50) {
        let log = workspaces.audit(&bot(number)).await.unwrap();
        let actions: Vec<_> = log.iter().map(|entry| entry.action).collect();
        assert_eq!(actions, [Action::Installed, Action::Resealed]);
    }
    drop(workspaces);
    invariants::nothing_left_with(&["new"], &world).await;
}

/// Fills a store with installations that are sealed with the old key.
async fn fill(site: &Site, count: usize) {
    let path = site.folder.join("grants");
    let (connection, keys) = (site.connection(), ring(&["old"]));
    match &site.place {
        Place::Memory(_) => unreachable!("it is of no use after a kill"),
        Place::Sqlite => {
            let store = SqliteStore::open(path).await.unwrap();
            installations::fill(&store, &connection, keys, count).await;
        }
        Place::File => {
            let store = FileStore::open(path).await.unwrap();
            installations::fill(&store, &connection, keys, count).await;
        }
        Place::Postgres(schema) => {
            let store = schema.open().await.unwrap();
            installations::fill(&store, &connection, keys, count).await;
        }
    }
}
