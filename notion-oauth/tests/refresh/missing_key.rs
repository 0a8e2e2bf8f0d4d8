//! An answer in the spool whose key was taken away too early: on another machine nothing was seen to need it.

use notion_core::TokenProvider as _;
use notion_oauth::{ErrorKind, KeyRing, Status, Workspaces};

use crate::endpoint::{Endpoint, Next, Shared, bot, builder, site};
use crate::keys::{both, id, key};

async fn open(endpoint: &Endpoint, store: &Shared, folder: &tempfile::TempDir, keys: KeyRing) -> Workspaces {
    let opening = builder(endpoint).store(store.clone(), keys);
    opening.spool(folder.path().join("spool")).open().await.unwrap()
}

fn files(folder: &tempfile::TempDir) -> Vec<String> {
    let files = std::fs::read_dir(folder.path().join("spool")).unwrap();
    files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// The old key seals an answer in the spool of this machine, and nothing in the store.
async fn left_behind() -> (Endpoint, Shared, tempfile::TempDir) {
    let (endpoint, store, folder) = site();
    let here = open(&endpoint, &store, &folder, KeyRing::new(key("old"))).await;
    let grant = endpoint.grant();
    here.install(&grant).await.unwrap();
    store.fail_after(Some(1));
    here.provider(bot()).renew(grant.token()).await.unwrap_err();
    store.fail_after(None);

    // Another machine, from which Notion cannot be reached.
    let (nobody, elsewhere) = (Endpoint::default(), tempfile::tempdir().unwrap());
    for _ in 0..2 {
        nobody.then(Next::NotSent);
    }
    let there = open(&nobody, &store, &elsewhere, both()).await;
    there.recover().await.unwrap();
    there.reseal().await.unwrap();
    there.check_unused(&id("old")).await.unwrap();
    assert_eq!((endpoint.refreshes(), files(&folder).len()), (1, 1));
    (endpoint, store, folder)
}

#[tokio::test]
async fn t14_t16_an_answer_waits_for_its_key_and_so_does_the_token_that_it_answers() {
    let (endpoint, store, folder) = left_behind().await;
    let workspaces = open(&endpoint, &store, &folder, KeyRing::new(key("new"))).await;
    assert!(workspaces.recover().await.unwrap().left > 0);
    let in_use = workspaces.keys_in_use().await.unwrap();
    assert_eq!(in_use, [id("new"), id("old")].into());
    let error = workspaces.check_unused(&id("old")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    let error = workspaces.reseal().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Sealed);
    let refused = workspaces.get(&bot()).await.unwrap().grant().token().clone();
    let error = workspaces.provider(bot()).renew(&refused).await.unwrap_err();
    assert!(error.to_string().contains("the key old is needed"), "{error}");
    assert_eq!((endpoint.refreshes(), files(&folder).len()), (1, 1));

    let workspaces = open(&endpoint, &store, &folder, both()).await;
    assert_eq!(workspaces.recover().await.unwrap().left, 0);
    let installation = workspaces.get(&bot()).await.unwrap();
    assert_eq!(installation.status(), Status::Healthy);
    assert!(endpoint.is_live(installation.grant().refresh_token().unwrap().expose()));
    assert_eq!((endpoint.refreshes(), files(&folder).len()), (1, 0));
    workspaces.check_unused(&id("old")).await.unwrap();
}

/// The user has authorized again: what the answer holds is history, and in nobody's way.
#[tokio::test]
async fn t14_t16_an_answer_that_waits_for_its_key_keeps_nobody_from_refreshing_other_tokens() {
    let (endpoint, store, folder) = left_behind().await;
    let workspaces = open(&endpoint, &store, &folder, KeyRing::new(key("new"))).await;
    let again = endpoint.grant();
    workspaces.install(&again).await.unwrap();
    let renewed = workspaces.provider(bot()).renew(again.token()).await.unwrap();
    assert!(renewed.is_some());
    assert_eq!((endpoint.refreshes(), endpoint.reused()), (2, 0));
    let files = files(&folder);
    assert!(files.len() == 1 && files[0].ends_with(".set-aside"), "{files:?}");
    assert!(workspaces.keys_in_use().await.unwrap().contains(&id("old")));
}

#[tokio::test]
async fn t16_t31_an_answer_that_waits_for_its_key_does_not_put_off_the_end_and_is_revoked_then() {
    let (endpoint, store, folder) = left_behind().await;
    let workspaces = open(&endpoint, &store, &folder, KeyRing::new(key("new"))).await;
    workspaces.uninstall(&bot()).await.unwrap();
    let revoked = endpoint.revoked().len();
    assert_eq!(files(&folder).len(), 1);

    let workspaces = open(&endpoint, &store, &folder, both()).await;
    assert_eq!(workspaces.recover().await.unwrap().left, 0);
    let error = workspaces.get(&bot()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!((endpoint.revoked().len(), files(&folder).len()), (revoked + 2, 0));
    assert!(!endpoint.is_live(&endpoint.revoked()[revoked + 1]));
}
