//! What is left when something fails between the answer and the store.

use std::time::Duration;

use notion_core::TokenProvider as _;
use notion_oauth::{ErrorKind, Status, Workspaces};

use crate::endpoint::{Endpoint, Next, Shared, bot, builder, shared, site};

async fn status(workspaces: &Workspaces) -> Status {
    workspaces.get(&bot()).await.unwrap().status()
}

fn spooled(folder: &tempfile::TempDir) -> usize {
    std::fs::read_dir(folder.path().join("spool")).unwrap().count()
}

/// T14: the database goes away between the answer and the commit.
#[tokio::test]
async fn t14_an_answer_that_the_store_does_not_take_waits_in_the_spool() {
    let (endpoint, store, folder) = site();
    let workspaces = shared(&endpoint, &store, &folder).open().await.unwrap();
    let grant = endpoint.grant();
    workspaces.install(&grant).await.unwrap();
    // The intent, and nothing more.
    store.fail_after(Some(1));
    let error = workspaces.provider(bot()).renew(grant.token()).await.unwrap_err();
    assert!(error.to_string().contains("the database is away"), "{error}");
    assert_eq!((endpoint.refreshes(), spooled(&folder)), (1, 1));

    store.fail_after(None);
    let next = shared(&endpoint, &store, &folder).open().await.unwrap();
    let installation = next.get(&bot()).await.unwrap();
    assert_eq!(installation.status(), Status::Healthy);
    assert!(endpoint.is_live(installation.grant().refresh_token().unwrap().expose()));
    assert_eq!((endpoint.refreshes(), spooled(&folder)), (1, 0));
    // The one from before adopts it, once it asks again.
    tokio::time::sleep(Duration::from_millis(1050)).await;
    let token = workspaces.provider(bot()).renew(grant.token()).await.unwrap();
    assert_eq!(token.as_ref(), Some(installation.grant().token()));
    assert_eq!(endpoint.refreshes(), 1);
    next.audit(&bot()).await.unwrap();
}

#[tokio::test]
async fn d1_the_next_refresh_takes_an_answer_from_the_spool_too() {
    let (endpoint, store, folder) = site();
    let workspaces = shared(&endpoint, &store, &folder).open().await.unwrap();
    let grant = endpoint.grant();
    workspaces.install(&grant).await.unwrap();
    store.fail_after(Some(1));
    workspaces.provider(bot()).renew(grant.token()).await.unwrap_err();
    store.fail_after(None);
    tokio::time::sleep(Duration::from_millis(1050)).await;
    assert!(
        workspaces
            .provider(bot())
            .renew(grant.token())
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!((endpoint.refreshes(), spooled(&folder)), (1, 0));
}

/// D-1: if the spool or the intent cannot be written, nothing is sent.
#[tokio::test]
async fn d1_nothing_is_sent_that_could_not_be_kept() {
    let (endpoint, store, folder) = site();
    let workspaces = shared(&endpoint, &store, &folder).open().await.unwrap();
    let grant = endpoint.grant();
    workspaces.install(&grant).await.unwrap();
    store.fail_after(Some(0));
    workspaces.provider(bot()).renew(grant.token()).await.unwrap_err();
    assert_eq!((endpoint.refreshes(), spooled(&folder)), (0, 0));
    store.fail_after(None);
    tokio::time::sleep(Duration::from_millis(1050)).await;
    std::fs::remove_dir(folder.path().join("spool")).unwrap();
    let error = workspaces.provider(bot()).renew(grant.token()).await.unwrap_err();
    assert!(error.to_string().contains("the spool cannot write"), "{error}");
    assert_eq!(endpoint.refreshes(), 0);
    assert_eq!(status(&workspaces).await, Status::Healthy);
}

/// D-1: where neither the disk nor the store takes it, it stays in memory, and shutting down says so.
#[tokio::test]
#[cfg_attr(windows, ignore = "Windows takes no folder away that holds an open file")]
async fn d1_an_answer_that_nothing_takes_is_kept_in_memory_and_written_at_the_end() {
    let (endpoint, store, folder) = site();
    let workspaces = shared(&endpoint, &store, &folder).open().await.unwrap();
    let grant = endpoint.grant();
    workspaces.install(&grant).await.unwrap();
    endpoint.then(Next::Slow(Duration::from_millis(200)));
    store.fail_after(Some(1));
    let provider = workspaces.provider(bot());
    let refused = grant.token().clone();
    let renewal = tokio::spawn(async move { provider.renew(&refused).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    std::fs::remove_dir_all(folder.path().join("spool")).unwrap();
    renewal.await.unwrap().unwrap_err();
    let error = workspaces.shutdown(Duration::from_secs(1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
    assert!(error.to_string().contains("with the program: 1"), "{error}");
    store.fail_after(None);
    std::fs::create_dir(folder.path().join("spool")).unwrap();
    workspaces.shutdown(Duration::from_secs(1)).await.unwrap();
    assert_ne!(workspaces.get(&bot()).await.unwrap().grant(), &grant);
    assert_eq!(endpoint.refreshes(), 1);
}

/// A program that noted down what it is about to send, and was never seen again.
async fn crashed(endpoint: &Endpoint, store: &Shared, folder: &tempfile::TempDir) {
    let workspaces = shared(endpoint, store, folder).open().await.unwrap();
    let grant = endpoint.grant();
    workspaces.install(&grant).await.unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    endpoint.then(Next::Slow(Duration::from_secs(3600)));
    let of = workspaces.clone();
    runtime.spawn(async move { of.provider(bot()).renew(grant.token()).await.map(drop) });
    while endpoint.refreshes() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    runtime.shutdown_background();
    tokio::time::sleep(Duration::from_millis(50)).await;
}

#[tokio::test]
async fn t14_a_refresh_that_a_crash_cut_short_ends_flagged_or_healthy() {
    for grace in [false, true] {
        let (mut endpoint, store, folder) = site();
        if grace {
            endpoint = endpoint.with_grace();
        }
        crashed(&endpoint, &store, &folder).await;
        let next = shared(&endpoint, &store, &folder).open().await.unwrap();
        let recovered = next.recover().await.unwrap();
        assert_eq!(recovered.left, 0);
        let expected = if grace {
            Status::Healthy
        } else {
            Status::NeedsReauthorization
        };
        assert_eq!(status(&next).await, expected);
        assert_eq!(endpoint.refreshes(), 2);
        assert_eq!(spooled(&folder), 0);
        let again = next.recover().await.unwrap();
        assert_eq!((again.refreshed, again.left), (0, 0));
        next.audit(&bot()).await.unwrap();
    }
}

/// The last attempt is not used up while Notion does not answer.
#[tokio::test]
async fn n2_an_outage_does_not_flag_everybody() {
    let (endpoint, store, folder) = site();
    crashed(&endpoint, &store, &folder).await;
    let nobody = builder_of_nobody(&store, &folder).await;
    let recovered = nobody.recover().await.unwrap();
    assert_eq!(recovered.left, 1);
    assert_eq!(status(&nobody).await, Status::Healthy);
}

/// A server that does not answer anything.
async fn builder_of_nobody(store: &Shared, folder: &tempfile::TempDir) -> Workspaces {
    let connection = notion_oauth::Connection::builder(
        crate::endpoint::client_id(),
        notion_oauth::ClientSecret::new("secret_CANARY").unwrap(),
        notion_oauth::RedirectUri::new("https://example.com/callback").unwrap(),
    )
    .base_url("http://127.0.0.1:9")
    .build()
    .unwrap();
    Workspaces::builder(connection)
        .insecure_plaintext_store_for_tests(store.clone())
        .spool(folder.path().join("spool"))
        .open()
        .await
        .unwrap()
}

/// T15: the lock of a program that still waits for its answer is lost. The next one waits, and adopts.
#[tokio::test]
async fn t15_a_program_that_lost_its_lock_is_waited_for() {
    let (endpoint, store, folder) = site();
    store.lose_locks();
    let one = shared(&endpoint, &store, &folder).open().await.unwrap();
    let grant = endpoint.grant();
    one.install(&grant).await.unwrap();
    endpoint.then(Next::Slow(Duration::from_millis(300)));
    let refused = grant.token().clone();
    let first = tokio::spawn(async move { one.provider(bot()).renew(&refused).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let other = shared(&endpoint, &store, &folder).open().await.unwrap();
    let adopted = other.provider(bot()).renew(grant.token()).await.unwrap();
    assert_eq!(adopted, first.await.unwrap().unwrap());
    assert_eq!((endpoint.refreshes(), endpoint.reused()), (1, 0));
}

/// I5: whoever waits is told in time that another program has the lock.
#[tokio::test]
async fn t15_a_lock_that_is_not_given_back_makes_nobody_wait_without_end() {
    let (endpoint, store, folder) = site();
    let one = shared(&endpoint, &store, &folder).open().await.unwrap();
    let grant = endpoint.grant();
    one.install(&grant).await.unwrap();
    endpoint.then(Next::Slow(Duration::from_secs(3600)));
    let refused = grant.token().clone();
    let first = tokio::spawn(async move { one.provider(bot()).renew(&refused).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let other = shared(&endpoint, &store, &folder)
        .patience(Duration::from_millis(100))
        .open()
        .await
        .unwrap();
    let error = other.provider(bot()).renew(grant.token()).await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
    assert_eq!(other.recover().await.unwrap().left, 1);
    assert_eq!(endpoint.refreshes(), 1);
    first.abort();
}

/// a store that panics takes nobody with it, and the lock is free again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a3_a_store_that_panics_is_an_error_once() {
    let (endpoint, store, folder) = site();
    let workspaces = shared(&endpoint, &store, &folder).open().await.unwrap();
    let grant = endpoint.grant();
    workspaces.install(&grant).await.unwrap();
    let provider = workspaces.provider(bot());
    store.panic_once();
    let error = provider.renew(grant.token()).await.unwrap_err();
    assert!(error.to_string().contains("cut short"), "{error}");
    assert_eq!(endpoint.refreshes(), 0);
    assert!(provider.renew(grant.token()).await.unwrap().is_some());
    assert_eq!((endpoint.refreshes(), spooled(&folder)), (1, 0));
}

#[cfg(unix)]
#[tokio::test]
async fn a_spool_that_is_open_to_others_is_refused_at_the_start() {
    use std::os::unix::fs::PermissionsExt as _;

    let (endpoint, store, folder) = site();
    let spool = folder.path().join("spool");
    std::fs::create_dir(&spool).unwrap();
    std::fs::set_permissions(&spool, std::fs::Permissions::from_mode(0o777)).unwrap();
    let error = shared(&endpoint, &store, &folder).open().await.unwrap_err();
    assert!(
        error.is_configuration() && error.to_string().contains("chmod 700"),
        "{error}"
    );
}

#[tokio::test]
async fn a_spool_that_is_missing_is_refused_at_the_start() {
    let (endpoint, store, _folder) = site();
    let error = builder(&endpoint)
        .insecure_plaintext_store_for_tests(store)
        .open()
        .await
        .unwrap_err();
    assert!(
        error.is_configuration() && error.to_string().contains(".spool("),
        "{error}"
    );
}
