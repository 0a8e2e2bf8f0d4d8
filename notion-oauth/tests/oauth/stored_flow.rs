//! Flows that a store remembers: bound to a browser, and used once.

use std::sync::Arc;

use notion_oauth::{
    Action, Binding, BotId, Callback, ErrorKind, Finished, FlowResult, MemoryStore, Origins, ReturnTo, Start,
    Started, TenantId, Workspaces,
};
use serde_json::json;

use crate::fake::{self, BOT, CODE, Fake, GRANTED};

pub(crate) async fn open(fake: &Fake) -> Workspaces {
    Workspaces::builder(fake::connection(fake))
        .in_memory()
        .open()
        .await
        .unwrap()
}

pub(crate) fn state(started: &Started) -> String {
    let pairs = fake::pairs(started.url());
    let state = pairs.into_iter().find(|(key, _)| key == "state");
    state.unwrap().1
}

pub(crate) fn allowed(started: &Started) -> Callback {
    callback(&format!("code={CODE}&state={}", state(started)))
}

pub(crate) fn callback(query: &str) -> Callback {
    Callback::parse(query).unwrap()
}

pub(crate) fn bot() -> BotId {
    BotId::new(BOT).unwrap()
}

pub(crate) fn is_installed(finished: &Finished) -> bool {
    matches!(&finished.result, FlowResult::Installed(installation) if installation.bot_id() == &bot())
}

#[tokio::test]
async fn s000_13_s004_7_a_flow_gives_back_what_it_was_begun_for() {
    let fake = Fake::granting();
    let workspaces = open(&fake).await;
    let acme = TenantId::new("acme").unwrap();
    let start = Start::new()
        .return_to(ReturnTo::parse("/boards?x=1", &Origins::none()).unwrap())
        .subject("user-17")
        .tenant(acme.clone())
        .payload(&json!({"plan": "pro"}))
        .unwrap();
    let started = workspaces.start(start, None).await.unwrap();
    assert!(!started.url().contains("user-17") && !started.url().contains("boards"));
    assert_eq!(state(&started).len(), 43);

    let finished = workspaces
        .finish(allowed(&started), Some(started.binding()))
        .await
        .unwrap();
    assert!(is_installed(&finished) && !finished.is_repeated);
    assert_eq!(finished.return_to.as_ref().unwrap().as_str(), "/boards?x=1");
    assert_eq!(finished.subject.as_deref(), Some("user-17"));
    assert_eq!(finished.tenant, Some(acme.clone()));
    let payload: serde_json::Value = finished.payload().unwrap().unwrap();
    assert_eq!(payload, json!({"plan": "pro"}));
    assert!(finished.payload::<Vec<u8>>().is_err());
    assert!(!format!("{finished:?} {started:?}").contains("pro"));

    let installation = workspaces.tenant(&acme).get(&bot()).await.unwrap();
    assert_eq!(installation.grant().expose_raw(), GRANTED);
    let log = workspaces.audit(&bot()).await.unwrap();
    assert_eq!(
        (log[0].action, log[0].actor.as_deref()),
        (Action::Installed, Some("user-17"))
    );
    assert_eq!(log.len(), 1, "all of it is one commit");
}

/// Which redirect URI was in the authorization URL, if one was, is in the flow: the exchange is by that, whatever the program
/// is set up with by then.
#[tokio::test]
async fn s002_2_s000_11_the_exchange_names_the_redirect_uri_that_the_url_named() {
    const OTHER: &str = "http://localhost:8080/callback";
    let (store, folder) = (MemoryStore::new(), tempfile::tempdir().unwrap());
    let open = async |connection: notion_oauth::ConnectionBuilder| {
        Workspaces::builder(connection.build().unwrap())
            .insecure_plaintext_store_for_tests(store.clone())
            .spool(folder.path().join("spool"))
            .open()
            .await
            .unwrap()
    };
    let fake = Fake::granting();
    fake.then(fake::reply(200, GRANTED));
    fake.then(fake::reply(200, GRANTED));
    let one = open(fake::builder(&fake)).await;
    let two = open(fake::builder(&fake).redirect_uri(OTHER.parse().unwrap())).await;
    let none = open(fake::builder(&fake).omit_redirect_uri()).await;
    for (begun_by, ended_by, start, named) in [
        (&two, &two, Start::new().redirect_uri(OTHER), Some(OTHER)),
        (&one, &none, Start::new(), Some(fake::REDIRECT_URI)),
        (&none, &one, Start::new(), None),
    ] {
        let started = begun_by.start(start, None).await.unwrap();
        let in_url = fake::pairs(started.url())
            .into_iter()
            .find_map(|(key, value)| (key == "redirect_uri").then_some(value));
        assert_eq!(in_url.as_deref(), named);
        let finished = ended_by
            .finish(allowed(&started), Some(started.binding()))
            .await
            .unwrap();
        assert!(is_installed(&finished), "{finished:?}");
        let request = fake.requests().pop().unwrap();
        let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
        assert_eq!(body["redirect_uri"].as_str(), named);
        assert_eq!(body.as_object().unwrap().len(), 2 + usize::from(named.is_some()));
    }
}

#[tokio::test]
async fn t1_t2_t6_a_callback_in_another_browser_ends_nothing_and_sends_nothing() {
    let fake = Fake::granting();
    let workspaces = open(&fake).await;
    let mine = workspaces.start(Start::new(), None).await.unwrap();
    let theirs = workspaces.start(Start::new(), None).await.unwrap();
    assert_ne!(mine.binding().expose(), theirs.binding().expose());
    let planted = Binding::generate().unwrap();
    for binding in [None, Some(theirs.binding()), Some(&planted)] {
        for query in [
            format!("code={CODE}"),
            "error=access_denied".to_owned(),
            "error=server_error".to_owned(),
        ] {
            let forged = callback(&format!("{query}&state={}", state(&mine)));
            let error = workspaces.finish(forged, binding).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::StateMismatch);
        }
    }
    assert_eq!(fake.requests().len(), 0);
    let finished = workspaces
        .finish(allowed(&mine), Some(mine.binding()))
        .await
        .unwrap();
    assert!(is_installed(&finished));
    // What came of it is for the same browser alone, too.
    let error = workspaces
        .finish(allowed(&mine), Some(theirs.binding()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StateMismatch);
}

#[tokio::test]
async fn t1_a_state_that_is_not_there_matches_nothing() {
    let fake = Fake::granting();
    let workspaces = open(&fake).await;
    let started = workspaces.start(Start::new(), None).await.unwrap();
    let right = state(&started);
    for forged in [
        format!("code={CODE}"),
        format!("code={CODE}&state="),
        format!("code={CODE}&state=guess"),
        format!("code={CODE}&state={}", &right[1..]),
        format!("code={CODE}&state={right}x"),
        "error=server_error".to_owned(),
        "error=server_error&state=guess".to_owned(),
        "error=access_denied&state=guess".to_owned(),
    ] {
        let error = workspaces
            .finish(callback(&forged), Some(started.binding()))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StateMismatch, "{forged}");
        assert!(!format!("{error:?} {error:#?}").contains(&right));
    }
    assert_eq!(fake.requests().len(), 0);
}

#[tokio::test]
async fn t1_somebody_else_who_is_logged_in_by_then_ends_nothing() {
    let fake = Fake::granting();
    let workspaces = open(&fake).await;
    let started = workspaces.start(Start::new().subject("ada"), None).await.unwrap();
    let finish = |subject| workspaces.finish_as(allowed(&started), Some(started.binding()), subject);
    for subject in [Some("bob"), Some(""), None] {
        let error = finish(subject).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StateMismatch);
    }
    assert_eq!(fake.requests().len(), 0);
    assert!(is_installed(&finish(Some("ada")).await.unwrap()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t3_of_fifty_equal_callbacks_one_is_exchanged_and_all_show_it() {
    let fake = Fake::granting();
    let workspaces = open(&fake).await;
    let started = Arc::new(workspaces.start(Start::new(), None).await.unwrap());
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (workspaces, started) = (workspaces.clone(), Arc::clone(&started));
        tasks.spawn(async move {
            workspaces
                .finish(allowed(&started), Some(started.binding()))
                .await
        });
    }
    let results: Vec<_> = tasks.join_all().await.into_iter().map(Result::unwrap).collect();
    assert!(results.iter().all(is_installed));
    let first = results.iter().filter(|finished| !finished.is_repeated).count();
    assert_eq!((first, fake.requests().len()), (1, 1));
    assert_eq!(workspaces.audit(&bot()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn t3_a_code_of_one_flow_does_not_end_another_twice() {
    let fake = Fake::granting();
    fake.then(fake::reply(400, r#"{"error":"invalid_grant"}"#));
    let workspaces = open(&fake).await;
    let one = workspaces.start(Start::new(), None).await.unwrap();
    let other = workspaces.start(Start::new(), Some(one.binding())).await.unwrap();
    assert_eq!(
        one.binding().expose(),
        other.binding().expose(),
        "tabs share the browser's secret"
    );
    assert!(is_installed(
        &workspaces
            .finish(allowed(&one), Some(one.binding()))
            .await
            .unwrap()
    ));
    for is_repeated in [false, true] {
        let finished = workspaces
            .finish(allowed(&other), Some(one.binding()))
            .await
            .unwrap();
        let FlowResult::NotExchanged(error) = &finished.result else {
            panic!("{finished:?}")
        };
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::InvalidGrant, Some("invalid_grant"))
        );
        assert_eq!(finished.is_repeated, is_repeated);
    }
    assert_eq!(fake.requests().len(), 2);
}

#[tokio::test]
async fn t4_a_state_of_one_connection_is_none_at_another() {
    let fake = Fake::granting();
    let (store, folder) = (MemoryStore::new(), tempfile::tempdir().unwrap());
    let open = async |id: &str| {
        let connection = notion_oauth::Connection::builder(
            notion_oauth::ClientId::new(id).unwrap(),
            notion_oauth::ClientSecret::new(fake::SECRET).unwrap(),
            notion_oauth::RedirectUri::new(fake::REDIRECT_URI).unwrap(),
        )
        .transport(fake.clone())
        .build()
        .unwrap();
        Workspaces::builder(connection)
            .insecure_plaintext_store_for_tests(store.clone())
            .spool(folder.path().join("spool"))
            .open()
            .await
            .unwrap()
    };
    let (one, other) = (open("client-1").await, open("client-2").await);
    let started = one.start(Start::new(), None).await.unwrap();
    let error = other
        .finish(allowed(&started), Some(started.binding()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StateMismatch);

    for issuer in [
        "https%3A%2F%2Fevil.example",
        "",
        "https://api.notion.com.evil.example",
    ] {
        let mixed = callback(&format!("code={CODE}&state={}&iss={issuer}", state(&started)));
        let error = one.finish(mixed, Some(started.binding())).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StateMismatch, "{issuer}");
    }
    assert_eq!(fake.requests().len(), 0);
    let named = callback(&format!(
        "code={CODE}&state={}&iss=https://api.notion.com",
        state(&started)
    ));
    assert!(is_installed(
        &one.finish(named, Some(started.binding())).await.unwrap()
    ));
}

#[tokio::test]
async fn t23_a_browser_has_only_so_many_flows_under_way() {
    let fake = Fake::granting();
    let workspaces = open(&fake).await;
    let first = workspaces.start(Start::new(), None).await.unwrap();
    let mut others = Vec::new();
    for _ in 0..16 {
        others.push(
            workspaces
                .start(Start::new(), Some(first.binding()))
                .await
                .unwrap(),
        );
    }
    let error = workspaces
        .finish(allowed(&first), Some(first.binding()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StateMismatch);
    assert!(is_installed(
        &workspaces
            .finish(allowed(&others[0]), Some(first.binding()))
            .await
            .unwrap()
    ));
}

#[tokio::test]
async fn a_flow_that_cannot_be_is_refused_before_it_begins() {
    let fake = Fake::default();
    let workspaces = open(&fake).await;
    for start in [
        Start::new().redirect_uri("https://example.com/other"),
        Start::new().subject("x".repeat(1025)),
    ] {
        assert!(
            workspaces
                .start(start, None)
                .await
                .unwrap_err()
                .is_configuration()
        );
    }
    let error = Start::new().payload(&"x".repeat(20_000)).unwrap_err();
    assert!(error.to_string().contains("16 KiB"), "{error}");
}
