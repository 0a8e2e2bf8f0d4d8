//! How installations end.

use std::time::Duration;

use notion_core::TokenProvider as _;
use notion_oauth::{Action, ErrorKind, Start, Status, Workspaces};

use crate::endpoint::{Endpoint, Next, bot, connection_builder, installed, shared, site};

#[tokio::test]
async fn t31_an_uninstalled_bot_is_revoked_deleted_and_of_no_use() {
    let endpoint = Endpoint::default();
    let (workspaces, first) = installed(&endpoint).await;
    let second = endpoint.grant();
    workspaces.install(&second).await.unwrap();
    let client = workspaces.client(&bot()).await.unwrap();
    workspaces.uninstall(&bot()).await.unwrap();
    // The pair from before is deleted, but not revoked: that could end a newer one.
    assert!(!endpoint.revoked().contains(&first.token().expose().to_owned()));
    assert!(!endpoint.is_live(second.token().expose()));
    assert!(!endpoint.is_live(second.refresh_token().unwrap().expose()));
    assert!(client.me().await.unwrap_err().is_unauthorized());
    for error in [
        workspaces.get(&bot()).await.unwrap_err(),
        workspaces.client(&bot()).await.unwrap_err(),
        workspaces.uninstall(&bot()).await.unwrap_err(),
        workspaces.forget(&bot()).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
    let actions: Vec<_> = workspaces
        .audit(&bot())
        .await
        .unwrap()
        .iter()
        .map(|entry| entry.action)
        .collect();
    assert_eq!(
        actions,
        [
            Action::Installed,
            Action::Reauthorized,
            Action::Revoking,
            Action::Uninstalled
        ]
    );
    workspaces.install(&endpoint.grant()).await.unwrap();
    client.me().await.unwrap();
    assert_eq!(workspaces.history(&bot()).await.unwrap().len(), 1);
}

/// Nobody is given the tokens from the beginning on, and the end is gone on with later.
#[tokio::test]
async fn an_end_that_is_cut_short_is_gone_on_with() {
    let (endpoint, store, folder) = site();
    let workspaces = shared(&endpoint, &store, &folder).open().await.unwrap();
    let grant = endpoint.grant();
    workspaces.install(&grant).await.unwrap();
    store.fail_after(Some(1));
    workspaces.uninstall(&bot()).await.unwrap_err();
    assert_eq!(workspaces.get(&bot()).await.unwrap().status(), Status::Revoking);
    assert_eq!(
        workspaces.client(&bot()).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
    assert!(workspaces.provider(bot()).renew(grant.token()).await.is_err());
    assert_eq!(endpoint.refreshes(), 0);
    store.fail_after(None);
    let next = shared(&endpoint, &store, &folder).open().await.unwrap();
    let recovered = next.recover().await.unwrap();
    assert_eq!(recovered.left, 0);
    assert_eq!(next.get(&bot()).await.unwrap_err().kind(), ErrorKind::NotFound);
    let log = next.audit(&bot()).await.unwrap();
    assert_eq!(
        log.iter()
            .filter(|entry| entry.action == Action::Uninstalled)
            .count(),
        1
    );
}

/// M-2: a refresh and a removal at once are one after the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m2_a_removal_during_a_refresh_revokes_the_new_pair() {
    let endpoint = Endpoint::default();
    let (workspaces, grant) = installed(&endpoint).await;
    endpoint.then(Next::Slow(Duration::from_millis(150)));
    let (provider, refused) = (workspaces.provider(bot()), grant.token().clone());
    let renewal = tokio::spawn(async move { provider.renew(&refused).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    workspaces.uninstall(&bot()).await.unwrap();
    let token = renewal.await.unwrap().unwrap().unwrap();
    assert!(!endpoint.is_live(token.expose()));
    assert_eq!(
        workspaces.get(&bot()).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
}

#[tokio::test]
async fn forgetting_tells_notion_nothing() {
    let endpoint = Endpoint::default();
    let (workspaces, grant) = installed(&endpoint).await;
    workspaces.forget(&bot()).await.unwrap();
    assert!(endpoint.revoked().is_empty() && endpoint.is_live(grant.token().expose()));
    assert!(workspaces.list().await.unwrap().is_empty());
    let log = workspaces.audit(&bot()).await.unwrap();
    assert_eq!(log.last().unwrap().action, Action::Forgotten);
}

/// What the store could not forget still lives on the answer in the spool.
#[tokio::test(start_paused = true)]
async fn t14_what_is_not_forgotten_keeps_its_newest_tokens() {
    let (endpoint, store, folder) = site();
    let workspaces = shared(&endpoint, &store, &folder).open().await.unwrap();
    let grant = endpoint.grant();
    workspaces.install(&grant).await.unwrap();
    let mut token = grant.token().clone();
    for is_forgotten in [false, true] {
        // The intent is written, and then the database goes away.
        store.fail_after(Some(1));
        workspaces.provider(bot()).renew(&token).await.unwrap_err();
        if is_forgotten {
            store.fail_after(None);
            workspaces.forget(&bot()).await.unwrap();
            assert_eq!(workspaces.recover().await.unwrap().replayed, 0);
        } else {
            workspaces.forget(&bot()).await.unwrap_err();
            store.fail_after(None);
            assert_eq!(workspaces.recover().await.unwrap().replayed, 1);
            // Clients have it at once.
            let renewed = workspaces.provider(bot()).renew(&token).await;
            token = renewed.unwrap().unwrap();
            assert!(endpoint.is_live(token.expose()) && endpoint.refreshes() == 1);
        }
    }
    assert!(workspaces.list().await.unwrap().is_empty() && endpoint.revoked().is_empty());
}

#[tokio::test]
async fn flows_that_are_over_are_purged_and_those_under_way_stay() {
    let endpoint = Endpoint::default();
    for (lifetime, purged) in [(Duration::from_secs(60), 0), (Duration::from_millis(1), 1)] {
        let connection = connection_builder(&endpoint)
            .flow_lifetime(lifetime)
            .build()
            .unwrap();
        let workspaces = Workspaces::builder(connection).in_memory().open().await.unwrap();
        let _ = workspaces.start(Start::new(), None).await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert_eq!(workspaces.purge(Duration::ZERO).await.unwrap().flows, purged);
    }
}

#[tokio::test]
async fn old_grants_are_purged_and_the_current_one_stays() {
    let endpoint = Endpoint::default();
    let (workspaces, grant) = installed(&endpoint).await;
    workspaces.provider(bot()).renew(grant.token()).await.unwrap();
    let purged = workspaces.purge(Duration::from_secs(3600)).await.unwrap();
    assert_eq!(purged.grants, 0);
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(workspaces.purge(Duration::ZERO).await.unwrap().grants, 1);
    let history = workspaces.history(&bot()).await.unwrap();
    assert_eq!(history.len(), 1);
    assert!(workspaces.introspect(&bot()).await.unwrap().is_active());
}
