//! How the key changes that seals a store.

use notion_core::TokenProvider as _;
use notion_oauth::store::{Query, Table};
use notion_oauth::{
    Action, BotId, ErrorKind, Key, KeyId, KeyRing, MemoryStore, Start, Store as _, Workspaces,
};

use crate::endpoint::{Endpoint, bot, builder};

pub(crate) fn id(id: &str) -> KeyId {
    KeyId::new(id).unwrap()
}

pub(crate) fn key(name: &str) -> Key {
    Key::from_bytes(id(name), [name.as_bytes()[0]; 32])
}

pub(crate) fn both() -> KeyRing {
    KeyRing::new(key("new")).with_old(key("old")).unwrap()
}

async fn open(
    endpoint: &Endpoint,
    store: &MemoryStore,
    folder: &tempfile::TempDir,
    keys: KeyRing,
) -> Workspaces {
    builder(endpoint)
        .store(store.clone(), keys)
        .spool(folder.path().join("spool"))
        .open()
        .await
        .unwrap()
}

#[tokio::test]
async fn s004_everything_is_sealed_anew_and_the_old_key_is_refused_removal_until_then() {
    let (endpoint, store, folder) = (
        Endpoint::default(),
        MemoryStore::new(),
        tempfile::tempdir().unwrap(),
    );
    let before = open(&endpoint, &store, &folder, KeyRing::new(key("old"))).await;
    for number in 0..250 {
        before
            .install(&endpoint.grant_of(&format!("bot-{number}")))
            .await
            .unwrap();
    }
    let token = before.get(&bot()).await.unwrap().grant().token().clone();
    before.provider(bot()).renew(&token).await.unwrap();
    let _ = before.start(Start::new(), None).await.unwrap();

    let workspaces = open(&endpoint, &store, &folder, both()).await;
    let error = workspaces.check_unused(&id("old")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert!(workspaces.check_unused(&id("new")).await.is_err());
    assert_eq!(workspaces.keys_in_use().await.unwrap().len(), 1);
    workspaces.install(&endpoint.grant_of("bot-250")).await.unwrap();
    assert_eq!(workspaces.keys_in_use().await.unwrap().len(), 2);

    let resealed = workspaces.reseal().await.unwrap();
    assert_eq!(resealed.records, 250 + 1 + 1);
    assert_eq!(
        resealed.in_use.iter().map(KeyId::as_str).collect::<Vec<_>>(),
        ["new"]
    );
    workspaces.check_unused(&id("old")).await.unwrap();
    assert_eq!(workspaces.reseal().await.unwrap().records, 0);

    let after = open(&endpoint, &store, &folder, KeyRing::new(key("new"))).await;
    assert_eq!(after.list().await.unwrap().len(), 251);
    assert_eq!(after.history(&bot()).await.unwrap().len(), 2);
    after.audit(&bot()).await.unwrap();
    // The one that has the old key alone says which one it lacks.
    let error = before.get(&bot()).await.unwrap_err();
    assert!(error.to_string().contains("the key new is needed"), "{error}");
}

/// Refreshes go on while the key changes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s004_sealing_anew_stops_nobody() {
    let (endpoint, store, folder) = (
        Endpoint::default(),
        MemoryStore::new(),
        tempfile::tempdir().unwrap(),
    );
    let before = open(&endpoint, &store, &folder, KeyRing::new(key("old"))).await;
    for number in 0..120 {
        before
            .install(&endpoint.grant_of(&format!("bot-{number}")))
            .await
            .unwrap();
    }
    let workspaces = open(&endpoint, &store, &folder, both()).await;
    let token = workspaces.provider(bot()).token().await.unwrap();
    let (of, refused) = (workspaces.clone(), token.clone());
    let renewals = tokio::spawn(async move {
        let mut refused = refused;
        for _ in 0..20 {
            refused = of.provider(bot()).renew(&refused).await.unwrap().unwrap();
        }
    });
    workspaces.reseal().await.unwrap();
    // The log is read while it grows, and is not taken for a changed one.
    while !renewals.is_finished() {
        workspaces.audit(&bot()).await.unwrap();
    }
    renewals.await.unwrap();
    assert_eq!(workspaces.reseal().await.unwrap().in_use.len(), 1);
    assert_eq!(endpoint.refreshes(), 20);
    assert_eq!(workspaces.list().await.unwrap().len(), 120);
    workspaces.audit(&bot()).await.unwrap();
}

/// A record that does not open stays, is named, and stops no other.
#[tokio::test]
async fn t17_a_damaged_record_is_named_and_the_others_are_sealed() {
    let (endpoint, store, folder) = (
        Endpoint::default(),
        MemoryStore::new(),
        tempfile::tempdir().unwrap(),
    );
    let before = open(&endpoint, &store, &folder, KeyRing::new(key("old"))).await;
    for number in 0..10 {
        before
            .install(&endpoint.grant_of(&format!("bot-{number}")))
            .await
            .unwrap();
    }
    let mut records = store.find(&Query::new(Table::Installation)).await.unwrap();
    let mut damaged = records.remove(3);
    damaged.version += 1;
    let change = notion_oauth::store::Change::Replace(Table::Installation, damaged.clone());
    assert_eq!(
        store.commit(&[change]).await.unwrap(),
        notion_oauth::store::Commit::Done
    );
    let workspaces = open(&endpoint, &store, &folder, both()).await;
    let error = workspaces.reseal().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Sealed);
    assert!(error.to_string().contains(&damaged.key), "{error}");
    assert_eq!(workspaces.keys_in_use().await.unwrap().len(), 2);
    for number in 0..10 {
        let bot = BotId::new(format!("bot-{number}")).unwrap();
        let is_damaged = damaged.key.ends_with(bot.as_str());
        assert_eq!(workspaces.get(&bot).await.is_err(), is_damaged);
    }
    // Nor does it keep a program from starting, although it is all that is left of its key.
    open(&endpoint, &store, &folder, both()).await;
}

/// A program with the wrong keys does not begin, so that it can neither seal with them nor set answers aside.
#[tokio::test]
async fn t16_a_store_is_not_opened_with_other_keys() {
    let (endpoint, store, folder) = (
        Endpoint::default(),
        MemoryStore::new(),
        tempfile::tempdir().unwrap(),
    );
    let before = open(&endpoint, &store, &folder, KeyRing::new(key("old"))).await;
    before.install(&endpoint.grant()).await.unwrap();
    let opening = |keys| {
        let opening = builder(&endpoint).store(store.clone(), keys);
        opening.spool(folder.path().join("spool")).open()
    };

    let error = opening(KeyRing::new(key("new"))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Sealed);
    assert!(error.to_string().contains("the key old is needed"), "{error}");
    let same_name = Key::from_bytes(id("old"), [9; 32]);
    let error = opening(KeyRing::new(same_name)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Sealed);
    assert!(error.to_string().contains("the key old opens nothing"), "{error}");
    opening(both()).await.unwrap();
}

/// Wherever it stands, and whatever else does open.
#[tokio::test]
async fn t16_a_store_is_not_opened_if_any_of_it_needs_a_key_that_is_missing_or_the_one_that_seals_is_wrong() {
    let (endpoint, store, folder) = (
        Endpoint::default(),
        MemoryStore::new(),
        tempfile::tempdir().unwrap(),
    );
    let opening = |keys| {
        let opening = builder(&endpoint).store(store.clone(), keys);
        opening.spool(folder.path().join("spool")).open()
    };
    let old = opening(KeyRing::new(key("old"))).await.unwrap();
    for number in 0..250 {
        let grant = endpoint.grant_of(&format!("bot-{number}"));
        old.install(&grant).await.unwrap();
    }
    for (name, in_use) in [("new", 2), ("zoo", 3)] {
        let keys = KeyRing::new(key(name)).with_old(key("old")).unwrap();
        let workspaces = match name {
            "zoo" => opening(keys.with_old(key("new")).unwrap()),
            _ => opening(keys),
        };
        let workspaces = workspaces.await.unwrap();
        workspaces
            .install(&endpoint.grant_of(&format!("bot-{name}")))
            .await
            .unwrap();
        assert_eq!(workspaces.keys_in_use().await.unwrap().len(), in_use);
    }
    for missing in ["new", "old", "zoo"] {
        let mut given = ["new", "old", "zoo"].into_iter().filter(|name| *name != missing);
        let keys = KeyRing::new(key(given.next().unwrap()));
        let keys = keys.with_old(key(given.next().unwrap())).unwrap();
        let error = opening(keys).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Sealed);
        let said = format!("the key {missing} is needed");
        assert!(error.to_string().contains(&said), "{error}");
    }
    let wrong = KeyRing::new(Key::from_bytes(id("zoo"), [9; 32]));
    let wrong = wrong.with_old(key("old")).unwrap().with_old(key("new")).unwrap();
    let error = opening(wrong).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Sealed);
    assert!(error.to_string().contains("the key zoo opens nothing"), "{error}");
}

/// Nobody is shut out for good by a record that does not open.
#[tokio::test]
async fn t17_a_damaged_installation_can_be_forgotten_and_made_again() {
    let (endpoint, store, folder) = (
        Endpoint::default(),
        MemoryStore::new(),
        tempfile::tempdir().unwrap(),
    );
    let workspaces = open(&endpoint, &store, &folder, both()).await;
    workspaces.install(&endpoint.grant()).await.unwrap();
    let mut damaged = store
        .get(Table::Installation, "client-1:bot-1")
        .await
        .unwrap()
        .unwrap();
    damaged.version += 1;
    let change = notion_oauth::store::Change::Replace(Table::Installation, damaged);
    assert_eq!(
        store.commit(&[change]).await.unwrap(),
        notion_oauth::store::Commit::Done
    );
    let error = workspaces.install(&endpoint.grant()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Sealed);
    assert!(error.to_string().contains("`forget`"), "{error}");

    workspaces.forget(&bot()).await.unwrap();
    workspaces.install(&endpoint.grant()).await.unwrap();
    let log = workspaces.audit(&bot()).await.unwrap();
    assert_eq!(
        log.iter().map(|entry| entry.action).collect::<Vec<_>>(),
        [Action::Installed, Action::Forgotten, Action::Installed]
    );
    assert_eq!(log[1].reason.as_deref(), Some("its record does not open"));
}
