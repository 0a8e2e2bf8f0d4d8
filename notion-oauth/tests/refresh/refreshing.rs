//! One refresh for all who need it.

use std::time::Duration;

use notion_core::{Token, TokenProvider as _};
use notion_oauth::{Action, ErrorKind, Status};

use crate::endpoint::{Endpoint, Next, bot, builder, installed, shared, site};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t13_a_thousand_tasks_make_one_refresh() {
    let endpoint = Endpoint::default();
    let (workspaces, grant) = installed(&endpoint).await;
    endpoint.end(grant.token().expose());
    endpoint.then(Next::Slow(Duration::from_millis(50)));
    let client = workspaces.client(&bot()).await.unwrap();
    let provider = workspaces.provider(bot());
    let tasks: Vec<_> = (0..1000)
        .map(|_| {
            let (provider, refused) = (provider.clone(), grant.token().clone());
            tokio::spawn(async move { provider.renew(&refused).await.unwrap().unwrap() })
        })
        .collect();
    let mut tokens = Vec::new();
    for task in tasks {
        tokens.push(task.await.unwrap());
    }
    assert!(
        tokens
            .iter()
            .all(|token| *token == tokens[0] && token != grant.token())
    );
    assert_eq!(endpoint.refreshes(), 1);
    // A client that was handed out before goes on by itself.
    client.me().await.unwrap();

    let installation = workspaces.get(&bot()).await.unwrap();
    assert_eq!(installation.status(), Status::Healthy);
    assert_eq!(*installation.grant().token(), tokens[0]);
    assert_eq!(installation.workspace_name(), Some("Acme"));
    let history = workspaces.history(&bot()).await.unwrap();
    assert_eq!(history.len(), 2);
    assert_eq!(history[1].grant, grant);
    let log = workspaces.audit(&bot()).await.unwrap();
    let actions: Vec<_> = log.iter().map(|entry| entry.action).collect();
    assert_eq!(actions, [Action::Installed, Action::Refreshed]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t13_eight_programs_make_one_refresh_and_the_others_adopt_it() {
    let (endpoint, store, folder) = site();
    let first = shared(&endpoint, &store, &folder).open().await.unwrap();
    let grant = endpoint.grant();
    first.install(&grant).await.unwrap();
    endpoint.then(Next::Slow(Duration::from_millis(50)));
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let workspaces = shared(&endpoint, &store, &folder).open().await.unwrap();
        let refused = grant.token().clone();
        tasks.push(tokio::spawn(async move {
            workspaces.provider(bot()).renew(&refused).await.unwrap().unwrap()
        }));
    }
    let mut tokens = Vec::new();
    for task in tasks {
        tokens.push(task.await.unwrap());
    }
    assert!(tokens.iter().all(|token| *token == tokens[0]));
    assert_eq!(endpoint.refreshes(), 1);
    assert_eq!(std::fs::read_dir(folder.path().join("spool")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_refused_token_that_is_not_the_current_one_is_replaced_without_a_refresh() {
    let (endpoint, store, folder) = site();
    let one = shared(&endpoint, &store, &folder).open().await.unwrap();
    let other = shared(&endpoint, &store, &folder).open().await.unwrap();
    one.install(&endpoint.grant()).await.unwrap();
    let old = other.provider(bot()).token().await.unwrap();
    let new = one.provider(bot()).renew(&old).await.unwrap().unwrap();
    // The other one still has the old token in its memory.
    assert_eq!(other.provider(bot()).token().await.unwrap(), old);
    assert_eq!(
        other.provider(bot()).renew(&old).await.unwrap(),
        Some(new.clone())
    );
    assert_eq!(other.provider(bot()).token().await.unwrap(), new);
    assert_eq!(endpoint.refreshes(), 1);
}

#[tokio::test]
async fn a_client_stays_good_through_refreshes_and_authorizations() {
    let endpoint = Endpoint::default();
    let (workspaces, grant) = installed(&endpoint).await;
    let client = workspaces.client(&bot()).await.unwrap();
    client.me().await.unwrap();
    endpoint.end(grant.token().expose());
    workspaces.client(&bot()).await.unwrap().me().await.unwrap();
    assert_eq!(endpoint.refreshes(), 1);
    workspaces.install(&endpoint.grant()).await.unwrap();
    client.me().await.unwrap();
    workspaces.client(&bot()).await.unwrap().me().await.unwrap();
    assert_eq!(endpoint.refreshes(), 1);
    let nobody = notion_oauth::BotId::new("nobody").unwrap();
    let error = workspaces.client(&nobody).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn tokens_are_refreshed_by_age_where_that_is_asked_for() {
    let endpoint = Endpoint::default();
    let workspaces = builder(&endpoint)
        .in_memory()
        .max_age(Duration::from_millis(40))
        .open()
        .await
        .unwrap();
    workspaces.install(&endpoint.grant()).await.unwrap();
    let provider = workspaces.provider(bot());
    let first = provider.token().await.unwrap();
    assert_eq!(provider.token().await.unwrap(), first);
    tokio::time::sleep(Duration::from_millis(60)).await;
    let second = provider.token().await.unwrap();
    assert!(second != first && endpoint.refreshes() == 1);
    tokio::time::sleep(Duration::from_millis(60)).await;
    // What cannot be refreshed now is used on.
    endpoint.then(Next::Refuse(503, &[], "{}"));
    assert_eq!(provider.token().await.unwrap(), second);
    assert_eq!(provider.token().await.unwrap(), second);
    assert_eq!(endpoint.refreshes(), 2);
}

/// M-3: the user authorizes again while a refresh is under way. The newest authorization wins, and the pair that the
/// refresh brought is kept as history and not revoked.
#[tokio::test]
async fn m3_an_authorization_during_a_refresh_wins() {
    let endpoint = Endpoint::default();
    let (workspaces, grant) = installed(&endpoint).await;
    endpoint.then(Next::Slow(Duration::from_millis(200)));
    let provider = workspaces.provider(bot());
    let refused = grant.token().clone();
    let renewal = tokio::spawn(async move { provider.renew(&refused).await });
    tokio::time::sleep(Duration::from_millis(80)).await;
    let again = endpoint.grant();
    workspaces.install(&again).await.unwrap();
    let token = renewal.await.unwrap().unwrap().unwrap();
    assert_eq!(token, *again.token());

    let installation = workspaces.get(&bot()).await.unwrap();
    assert_eq!(installation.grant(), &again);
    let history = workspaces.history(&bot()).await.unwrap();
    assert_eq!(history.len(), 3);
    assert!(history.iter().any(|past| past.grant == grant));
    assert!(endpoint.revoked().is_empty());
    let actions: Vec<_> = workspaces
        .audit(&bot())
        .await
        .unwrap()
        .iter()
        .map(|entry| entry.action)
        .collect();
    assert_eq!(
        actions,
        [Action::Installed, Action::Reauthorized, Action::AddedToHistory]
    );
    let unknown = Token::new("ntn_other").unwrap();
    assert_eq!(
        workspaces.provider(bot()).renew(&unknown).await.unwrap(),
        Some(token)
    );
}

/// M-3: the authorization came before the answer to the refresh did, and is written after it.
#[tokio::test]
async fn m3_an_authorization_that_is_written_after_a_refresh_wins() {
    let endpoint = Endpoint::default();
    let (workspaces, grant) = installed(&endpoint).await;
    let again = endpoint.grant();
    let refreshed = workspaces
        .provider(bot())
        .renew(grant.token())
        .await
        .unwrap()
        .unwrap();
    let installation = workspaces.install(&again).await.unwrap();
    assert_eq!(installation.grant(), &again);
    assert_eq!(workspaces.provider(bot()).token().await.unwrap(), *again.token());
    let history = workspaces.history(&bot()).await.unwrap();
    assert!(history[1..].iter().any(|past| *past.grant.token() == refreshed));
}

/// what is under way is waited for, and what is begun afterwards is not.
#[tokio::test]
async fn a2_shutting_down_waits_and_then_takes_nothing_new() {
    let endpoint = Endpoint::default();
    let (workspaces, grant) = installed(&endpoint).await;
    endpoint.then(Next::Slow(Duration::from_millis(200)));
    let provider = workspaces.provider(bot());
    let refused = grant.token().clone();
    let renewal = tokio::spawn(async move { provider.renew(&refused).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    let error = workspaces.shutdown(Duration::from_millis(20)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    workspaces.shutdown(Duration::from_secs(5)).await.unwrap();
    let token = renewal.await.unwrap().unwrap().unwrap();
    assert_eq!(*workspaces.get(&bot()).await.unwrap().grant().token(), token);
    assert!(workspaces.provider(bot()).renew(&token).await.is_err());
    assert_eq!(endpoint.refreshes(), 1);
}
