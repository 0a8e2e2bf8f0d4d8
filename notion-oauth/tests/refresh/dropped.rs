//! Callers that go away, at each place where they wait: what they have begun comes to its end, and is kept.

use std::task::{Context, Waker};
use std::time::Duration;

use notion_core::TokenProvider as _;
use notion_oauth::{ErrorKind, FlowResult, Start, Workspaces};

use crate::endpoint::{Endpoint, bot, builder, installed};
use crate::flow::allowed;

/// More often than any of them waits.
const OFTEN: usize = 100;

/// Polls a future so often, lets others run after each time, and drops it. Says whether it came to its end before.
async fn drop_after<T>(polls: usize, future: impl Future<Output = T>) -> bool {
    let mut future = Box::pin(future);
    for _ in 0..polls {
        let poll = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        if poll.is_ready() {
            return true;
        }
        tokio::task::yield_now().await;
    }
    false
}

/// Waits for what goes on without its caller.
async fn settled(workspaces: &Workspaces) {
    workspaces.shutdown(Duration::from_secs(5)).await.unwrap();
}

#[tokio::test]
async fn t14_a1_a_caller_that_is_dropped_while_tokens_are_renewed_loses_nothing() {
    for polls in 1..OFTEN {
        let endpoint = Endpoint::default();
        let (workspaces, grant) = installed(&endpoint).await;
        endpoint.end(grant.token().expose());
        let is_done = drop_after(polls, workspaces.provider(bot()).renew(grant.token())).await;
        settled(&workspaces).await;
        let installation = workspaces.get(&bot()).await.unwrap();
        assert_eq!(endpoint.refreshes(), 1);
        assert_ne!(installation.grant(), &grant);
        assert!(endpoint.is_live(installation.grant().refresh_token().unwrap().expose()));
        if is_done {
            return;
        }
    }
    panic!("it waits without end");
}

#[tokio::test]
async fn t14_a1_a_request_that_is_dropped_while_it_refreshes_loses_nothing() {
    let mut refreshed = 0;
    for polls in 1..OFTEN {
        let endpoint = Endpoint::default();
        let (workspaces, grant) = installed(&endpoint).await;
        endpoint.end(grant.token().expose());
        let client = workspaces.client(&bot()).await.unwrap();
        let is_done = drop_after(polls, client.me()).await;
        settled(&workspaces).await;
        // Before Notion has refused the token there is nothing to refresh.
        refreshed += endpoint.refreshes();
        let installation = workspaces.get(&bot()).await.unwrap();
        assert_eq!(installation.grant() != &grant, endpoint.refreshes() == 1);
        assert!(endpoint.is_live(installation.grant().refresh_token().unwrap().expose()));
        if is_done {
            assert!(refreshed > 1, "it was dropped while it refreshed, too");
            return;
        }
    }
    panic!("it waits without end");
}

#[tokio::test]
async fn t14_a1_a_callback_that_is_dropped_while_it_is_answered_loses_nothing() {
    for polls in 1..OFTEN {
        let endpoint = Endpoint::default();
        let workspaces = builder(&endpoint).in_memory().open().await.unwrap();
        let started = workspaces.start(Start::new(), None).await.unwrap();
        let finish = || workspaces.finish(allowed(&started), Some(started.binding()));
        let is_done = drop_after(polls, finish()).await;
        settled(&workspaces).await;
        let finished = finish().await.unwrap();
        assert!(matches!(finished.result, FlowResult::Installed(_)) && finished.is_repeated);
        assert_eq!(endpoint.pairs(), 1);
        if is_done {
            return;
        }
    }
    panic!("it waits without end");
}

#[tokio::test]
async fn t14_a1_an_installation_is_kept_or_ended_as_a_whole_when_the_caller_is_dropped() {
    for polls in 1..OFTEN {
        let endpoint = Endpoint::default();
        let workspaces = builder(&endpoint).in_memory().open().await.unwrap();
        let grant = endpoint.grant();
        let is_installed = drop_after(polls, workspaces.install(&grant)).await;
        let (removed, _) = installed(&endpoint).await;
        let is_removed = drop_after(polls, removed.uninstall(&bot())).await;
        settled(&workspaces).await;
        settled(&removed).await;
        assert_eq!(workspaces.get(&bot()).await.unwrap().grant(), &grant);
        let error = removed.get(&bot()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(endpoint.revoked().len(), 2);
        if is_installed && is_removed {
            return;
        }
    }
    panic!("it waits without end");
}
