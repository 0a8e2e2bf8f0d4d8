//! A change of keys that ends at each of its steps.

use jiff::Timestamp;
use notion_oauth::store::{Change, Commit, Query, Table};
use notion_oauth::{
    Action, BotId, ClientId, ErrorKind, FileStore, Grant, GrantId, KeyId, MemoryStore, PostgresStore,
    SqliteStore, Store, Workspaces,
};
use notion_sim::RefreshMode;
use serde_json::json;

use crate::child::{self, Work};
use crate::invariants;
use crate::runner::run;
use crate::site::{Place, Site, ring};
use crate::world::{Kind, World};

const BOTH: &[&str] = &["new", "old"];
/// How many records are written at once to begin with.
const PAGE: usize = 500;

#[test]
fn t16_everything_is_readable_wherever_a_change_of_keys_is_cut_short() {
    let kinds = Kind::all("t16_everything_is_readable_wherever_a_change_of_keys_is_cut_short");
    let mut cases = Vec::new();
    for kind in &kinds {
        for step in ["K0", "K1", "K2", "K3"] {
            cases.push((format!("{step} {}", kind.name()), (step, kind.clone(), 250)));
        }
    }
    cases.push(("K1 sqlite, 10000 installations".to_owned(), ("K1", Kind::Sqlite, 10_000)));
    run("key rotation", cases, |(step, kind, count)| killed(step, kind, count));
    invariants::no_token_on_disk(&kinds);
}

async fn killed(step: &'static str, kind: Kind, count: usize) {
    let world = World::new(RefreshMode::Strict, &kind).await;
    fill(&world.site, count).await;
    child::killed(&world.site, BOTH, &Work::Reseal, step);

    let workspaces = world.site.open(BOTH).await;
    assert_eq!(workspaces.list().await.unwrap().len(), count);
    let old = KeyId::new("old").unwrap();
    if ["K0", "K1"].contains(&step) {
        let error = workspaces.check_unused(&old).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Busy);
        // A program that was given the new key alone does not take the rest for gone.
        let error = open(&world.site, &["new"]).await.unwrap_err();
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
    for number in [0, count / 2, count - 1] {
        let log = workspaces.audit(&bot(number)).await.unwrap();
        let actions: Vec<_> = log.iter().map(|entry| entry.action).collect();
        assert_eq!(actions, [Action::Installed, Action::Resealed]);
    }
    assert_eq!(workspaces.recover().await.unwrap(), Default::default());
}

async fn open(site: &Site, keys: &[&str]) -> notion_oauth::Result<()> {
    site.open(keys).await.list().await.map(drop)
}

/// Fills a store in few commits with installations that are sealed with the old key.
async fn fill(site: &Site, count: usize) {
    let memory = MemoryStore::new();
    let workspaces = Workspaces::builder(site.connection())
        .store(memory.clone(), ring(&["old"]))
        .spool(site.folder.join("spool"))
        .open()
        .await
        .unwrap();
    for number in 0..count {
        workspaces.install(&grant(&site.client_id, number)).await.unwrap();
    }
    let store: Box<dyn Store> = match &site.place {
        Place::Sqlite => Box::new(SqliteStore::open(site.folder.join("grants")).await.unwrap()),
        Place::File => Box::new(FileStore::open(site.folder.join("grants")).await.unwrap()),
        Place::Postgres(url) => Box::new(PostgresStore::open(url).await.unwrap()),
    };
    for table in Table::ALL {
        let records = memory.find(&Query::new(*table)).await.unwrap();
        for page in records.chunks(PAGE) {
            let changes: Vec<_> = page
                .iter()
                .map(|record| Change::Insert(*table, record.clone()))
                .collect();
            assert_eq!(store.commit(&changes).await.unwrap(), Commit::Done);
        }
    }
}

fn bot(number: usize) -> BotId {
    BotId::new(format!("bot-{number}")).unwrap()
}

fn grant(client_id: &str, number: usize) -> Grant {
    let raw = json!({
        "access_token": format!("ntn_{number:024}"),
        "token_type": "bearer",
        "refresh_token": format!("nrt_{number:024}"),
        "bot_id": bot(number).as_str(),
        "workspace_id": "workspace",
    });
    let client_id = ClientId::new(client_id).unwrap();
    Grant::restore(GrantId::generate(), client_id, Timestamp::now(), raw.to_string()).unwrap()
}
