//! What each answer of the token endpoint makes of an installation.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use notion_core::{BoxFuture, TokenProvider as _};
use notion_oauth::{Action, ErrorKind, HookResult, Hooks, Installation, Status, Workspaces};

use crate::endpoint::{Endpoint, Next, bot, builder, installed, shared, site};

async fn status(workspaces: &Workspaces) -> Status {
    workspaces.get(&bot()).await.unwrap().status()
}

/// The error of the OAuth side below that of the client.
fn kind(error: &notion_core::Error) -> ErrorKind {
    let source = std::error::Error::source(error).unwrap();
    source.downcast_ref::<notion_oauth::Error>().unwrap().kind()
}

/// Counts how often the program is told that a user has to come again.
#[derive(Clone, Default)]
struct Flagged(Arc<AtomicUsize>);

impl Hooks for Flagged {
    fn on_flagged<'a>(&'a self, installation: &'a Installation) -> BoxFuture<'a, HookResult> {
        assert_eq!(installation.status(), Status::NeedsReauthorization);
        self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_ten_thousand_calls_on_a_dead_grant_make_one_refresh() {
    let (endpoint, flagged) = (Endpoint::default(), Flagged::default());
    let opening = builder(&endpoint).in_memory().hooks(flagged.clone());
    let workspaces = opening.open().await.unwrap();
    let grant = endpoint.grant();
    workspaces.install(&grant).await.unwrap();
    endpoint.end(grant.token().expose());
    endpoint.end(grant.refresh_token().unwrap().expose());
    let client = workspaces.client(&bot()).await.unwrap();
    let provider = workspaces.provider(bot());
    for _ in 0..10 {
        let tasks: Vec<_> = (0..1000)
            .map(|_| {
                let (provider, refused) = (provider.clone(), grant.token().clone());
                tokio::spawn(async move { provider.renew(&refused).await.unwrap_err() })
            })
            .collect();
        for task in tasks {
            assert_eq!(kind(&task.await.unwrap()), ErrorKind::NeedsReauthorization);
        }
    }
    assert_eq!(endpoint.refreshes(), 1);
    assert!(client.me().await.unwrap_err().is_unauthorized());
    let error = workspaces.client(&bot()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NeedsReauthorization);
    assert!(error.needs_new_flow());

    assert_eq!(status(&workspaces).await, Status::NeedsReauthorization);
    let log = workspaces.audit(&bot()).await.unwrap();
    assert_eq!(
        log.iter().filter(|entry| entry.action == Action::Flagged).count(),
        1
    );
    assert!(log[1].reason.as_deref().unwrap().contains("no more"));

    assert_eq!(flagged.0.load(Ordering::Relaxed), 1);

    workspaces.install(&endpoint.grant()).await.unwrap();
    assert_eq!(status(&workspaces).await, Status::Healthy);
    client.me().await.unwrap();
}

/// N-1 and N-3: what says nothing about the refresh token flags nothing, and uses nothing up.
#[tokio::test]
async fn s004_what_passes_by_itself_or_is_set_up_wrongly_flags_nobody() {
    const HTML: &str = "<html>Bad gateway</html>";
    let cases = [
        (Next::NotSent, ErrorKind::Network),
        (
            Next::Refuse(401, &[], r#"{"error":"invalid_client"}"#),
            ErrorKind::Configuration,
        ),
        (Next::Refuse(403, &[], "{}"), ErrorKind::Configuration),
        (Next::Refuse(404, &[], "{}"), ErrorKind::Configuration),
        (Next::Refuse(409, &[], "{}"), ErrorKind::Unavailable),
        (
            Next::Refuse(429, &[("retry-after", "0")], "{}"),
            ErrorKind::RateLimited,
        ),
        (
            Next::Refuse(429, &[("retry-after", "soon")], "{}"),
            ErrorKind::RateLimited,
        ),
        (Next::Refuse(500, &[], "{}"), ErrorKind::Unavailable),
        (Next::Refuse(502, &[], HTML), ErrorKind::Unavailable),
        (Next::Refuse(503, &[], ""), ErrorKind::Unavailable),
        (Next::Refuse(504, &[], ""), ErrorKind::Unavailable),
        (Next::Refuse(529, &[], "{}"), ErrorKind::RateLimited),
        (
            Next::Refuse(302, &[("location", "http://169.254.169.254/")], ""),
            ErrorKind::Response,
        ),
    ];
    let tasks = cases.map(|(next, expected)| tokio::spawn(flags_nobody(next, expected)));
    for task in tasks {
        task.await.unwrap();
    }
}

async fn flags_nobody(next: Next, expected: ErrorKind) {
    let endpoint = Endpoint::default();
    let (workspaces, grant) = installed(&endpoint).await;
    let provider = workspaces.provider(bot());
    endpoint.then(next);
    let error = provider.renew(grant.token()).await.unwrap_err();
    assert_eq!(kind(&error), expected);
    assert_eq!(status(&workspaces).await, Status::Healthy);
    // For a moment nothing is sent at all, and after it the next refresh succeeds.
    assert_eq!(kind(&provider.renew(grant.token()).await.unwrap_err()), expected);
    assert_eq!(endpoint.refreshes(), 1);
    tokio::time::sleep(Duration::from_millis(1050)).await;
    assert!(provider.renew(grant.token()).await.unwrap().is_some());
    assert_eq!((endpoint.refreshes(), endpoint.reused()), (2, 0));
}

#[tokio::test]
async fn n3_notion_says_how_long_to_wait() {
    let endpoint = Endpoint::default();
    let (workspaces, grant) = installed(&endpoint).await;
    endpoint.then(Next::Refuse(429, &[("retry-after", "90")], "{}"));
    let provider = workspaces.provider(bot());
    for _ in 0..3 {
        provider.renew(grant.token()).await.unwrap_err();
        tokio::time::sleep(Duration::from_millis(600)).await;
    }
    assert_eq!(endpoint.refreshes(), 1);
}

/// N-2: a lost answer is followed by one more attempt with the same token, and then by the flag.
#[tokio::test]
async fn t14_a_lost_answer_is_healthy_where_the_old_token_still_works_and_flagged_where_not() {
    let endpoint = Endpoint::default().with_grace();
    let (workspaces, grant) = installed(&endpoint).await;
    endpoint.then(Next::Lost);
    assert!(
        workspaces
            .provider(bot())
            .renew(grant.token())
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!((endpoint.refreshes(), endpoint.introspections()), (2, 1));
    assert_eq!(status(&workspaces).await, Status::Healthy);

    let endpoint = Endpoint::default();
    let (workspaces, grant) = installed(&endpoint).await;
    endpoint.then(Next::LostBefore);
    assert!(
        workspaces
            .provider(bot())
            .renew(grant.token())
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!((endpoint.refreshes(), endpoint.reused()), (2, 0));

    for second in [None, Some(Next::Lost), Some(Next::LostBefore)] {
        let endpoint = Endpoint::default();
        let (workspaces, grant) = installed(&endpoint).await;
        endpoint.then(Next::Lost);
        if let Some(second) = second {
            endpoint.then(second);
        }
        let error = workspaces.provider(bot()).renew(grant.token()).await.unwrap_err();
        assert_eq!(kind(&error), ErrorKind::NeedsReauthorization);
        assert_eq!(endpoint.refreshes(), 2);
        assert_eq!(status(&workspaces).await, Status::NeedsReauthorization);
        let log = workspaces.audit(&bot()).await.unwrap();
        assert!(log[1].reason.as_deref().unwrap().contains("lost"), "{log:?}");
    }
}

/// N-4: answers that are no answer, or are for somebody else.
#[tokio::test]
async fn t29_an_answer_of_another_bot_or_of_no_form_is_not_taken() {
    for body in [
        "",
        "null",
        "<html>",
        "{}",
        r#"{"access_token":"ntn_x","token_type":"mac","refresh_token":"nrt_x","bot_id":"bot-1","workspace_id":"workspace-1"}"#,
        r#"{"access_token":"","token_type":"bearer","refresh_token":"nrt_x","bot_id":"bot-1","workspace_id":"workspace-1"}"#,
        r#"{"access_token":"ntn_x\r\n","token_type":"bearer","refresh_token":"nrt_x","bot_id":"bot-1","workspace_id":"workspace-1"}"#,
        r#"{"access_token":"ntn_x","access_token":"ntn_y","token_type":"bearer","refresh_token":"nrt_x","bot_id":"bot-1","workspace_id":"workspace-1"}"#,
        r#"{"access_token":"ntn_x","token_type":"bearer","refresh_token":"nrt_x","bot_id":"bot-2","workspace_id":"workspace-1"}"#,
        r#"{"access_token":"ntn_x","token_type":"bearer","refresh_token":"nrt_x","bot_id":"bot-1","workspace_id":"workspace-2"}"#,
    ] {
        let (endpoint, store, folder) = site();
        let workspaces = shared(&endpoint, &store, &folder).open().await.unwrap();
        let grant = endpoint.grant();
        workspaces.install(&grant).await.unwrap();
        endpoint.then(Next::Garble(body));
        let error = workspaces.provider(bot()).renew(grant.token()).await.unwrap_err();
        assert_eq!(kind(&error), ErrorKind::NeedsReauthorization, "{body}");
        assert_eq!(endpoint.refreshes(), 2);
        let installation = workspaces.get(&bot()).await.unwrap();
        assert_eq!(installation.grant(), &grant);
        assert_eq!(workspaces.list().await.unwrap().len(), 1);
        let is_foreign = body.contains("bot-2") || body.contains("workspace-2");
        let kept = std::fs::read_dir(folder.path().join("spool")).unwrap();
        let kept: Vec<_> = kept
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(kept.len(), usize::from(is_foreign), "{kept:?}");
        assert!(kept.iter().all(|name| name.ends_with(".set-aside")));
        // The answer that was set aside is not taken later, either.
        workspaces.recover().await.unwrap();
        assert_eq!(workspaces.list().await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_grant_without_a_refresh_token_is_flagged_when_its_token_is_refused() {
    let endpoint = Endpoint::default();
    let workspaces = builder(&endpoint)
        .in_memory()
        .max_age(Duration::ZERO)
        .open()
        .await
        .unwrap();
    let raw = r#"{"access_token":"ntn_a","token_type":"bearer","refresh_token":null,"bot_id":"bot-1","workspace_id":"workspace-1"}"#;
    let grant = notion_oauth::Grant::restore(
        notion_oauth::GrantId::generate(),
        crate::endpoint::client_id(),
        jiff::Timestamp::now(),
        raw,
    )
    .unwrap();
    workspaces.install(&grant).await.unwrap();
    let provider = workspaces.provider(bot());
    // Its age is no reason: there is nothing better to be had.
    assert_eq!(provider.token().await.unwrap(), *grant.token());
    let error = provider.renew(grant.token()).await.unwrap_err();
    assert_eq!(kind(&error), ErrorKind::NeedsReauthorization);
    assert!(error.to_string().contains("no refresh token"), "{error}");
    assert_eq!(endpoint.refreshes(), 0);
}

/// RFC 6749 §6: an answer without a refresh token leaves the one before in use, also after a restart.
#[tokio::test]
async fn a_refresh_that_gives_no_refresh_token_keeps_the_one_before() {
    let (endpoint, store, folder) = site();
    let workspaces = shared(&endpoint, &store, &folder).open().await.unwrap();
    let grant = endpoint.grant();
    workspaces.install(&grant).await.unwrap();
    endpoint.then(Next::Garble(
        r#"{"access_token":"ntn_second","token_type":"bearer","refresh_token":null,"bot_id":"bot-1","workspace_id":"workspace-1"}"#,
    ));
    let second = workspaces
        .provider(bot())
        .renew(grant.token())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(second.expose(), "ntn_second");

    let workspaces = shared(&endpoint, &store, &folder).open().await.unwrap();
    let installation = workspaces.get(&bot()).await.unwrap();
    assert_eq!(installation.grant().refresh_token(), grant.refresh_token());
    assert!(!installation.grant().expose_raw().contains("nrt_"));
    let error = workspaces.provider(bot()).renew(&second).await.unwrap_err();
    // The server of this test has given another one meanwhile, and takes the one before no more.
    assert_eq!(kind(&error), ErrorKind::NeedsReauthorization);
    assert_eq!(endpoint.refreshes(), 2);
}
