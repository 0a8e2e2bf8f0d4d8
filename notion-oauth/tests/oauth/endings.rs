//! How flows end that a store remembers, and how that is shown again.

use std::time::Duration;

use notion_oauth::{AuthorizationError, ErrorKind, FlowResult, Start, Status, TenantId, Workspaces};

use crate::fake::{self, BOT, CODE, Fake, GRANTED};
use crate::stored_flow::{allowed, bot, callback, is_installed, open, state};

#[tokio::test]
async fn s004_11_s004_18_a_refusal_is_shown_and_shown_again() {
    let fake = Fake::granting();
    let workspaces = open(&fake).await;
    for code in [
        "access_denied",
        "invalid_request",
        "unauthorized_client",
        "unsupported_response_type",
        "invalid_scope",
        "server_error",
        "temporarily_unavailable",
        "teapot",
    ] {
        let started = workspaces.start(Start::new(), None).await.unwrap();
        let refused = || {
            callback(&format!(
                "error={code}&error_description=%3Cb%3E&state={}",
                state(&started)
            ))
        };
        for (is_repeated, callback) in [(false, refused()), (true, refused()), (true, allowed(&started))] {
            let finished = workspaces
                .finish(callback, Some(started.binding()))
                .await
                .unwrap();
            assert_eq!(finished.is_repeated, is_repeated);
            match finished.result {
                FlowResult::Denied {
                    is_confirmed: true, ..
                } => assert_eq!(code, "access_denied"),
                FlowResult::Failed(error) => {
                    assert_eq!(error.as_str(), code);
                    assert_eq!(
                        error == AuthorizationError::Other("teapot".to_owned()),
                        code == "teapot"
                    );
                }
                result => panic!("{code}: {result:?}"),
            }
        }
    }
    assert_eq!(fake.requests().len(), 0);
}

#[tokio::test]
async fn a_cancel_without_a_state_is_shown_but_ends_nothing() {
    let fake = Fake::granting();
    let workspaces = open(&fake).await;
    let started = workspaces.start(Start::new(), None).await.unwrap();
    for unproven in ["error=access_denied&state=", "error=access_denied"] {
        let finished = workspaces.finish(callback(unproven), None).await.unwrap();
        assert!(matches!(
            finished.result,
            FlowResult::Denied {
                is_confirmed: false,
                ..
            }
        ));
    }
    let finished = workspaces
        .finish(allowed(&started), Some(started.binding()))
        .await;
    assert!(is_installed(&finished.unwrap()));
}

#[tokio::test]
async fn a_flow_lasts_only_so_long() {
    let fake = Fake::granting();
    let usual = open(&fake).await.start(Start::new(), None).await.unwrap();
    let lasts = usual.expires_at().duration_since(jiff::Timestamp::now());
    assert!((590..=600).contains(&lasts.as_secs()), "ten minutes: {lasts}");
    let connection = fake::builder(&fake)
        .flow_lifetime(Duration::from_millis(5))
        .build()
        .unwrap();
    let workspaces = Workspaces::builder(connection).in_memory().open().await.unwrap();
    let started = workspaces.start(Start::new(), None).await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    for query in [format!("code={CODE}"), "error=access_denied".to_owned()] {
        let late = callback(&format!("{query}&state={}", state(&started)));
        let error = workspaces
            .finish(late, Some(started.binding()))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Expired);
        assert!(error.needs_new_flow());
    }
    assert_eq!(fake.requests().len(), 0);
}

#[tokio::test]
async fn an_answer_that_is_lost_is_asked_for_anew_by_the_user() {
    let fake = Fake::answering(fake::Answer::Lost);
    let workspaces = open(&fake).await;
    let started = workspaces.start(Start::new(), None).await.unwrap();
    for is_repeated in [false, true] {
        let finished = workspaces
            .finish(allowed(&started), Some(started.binding()))
            .await
            .unwrap();
        assert!(matches!(finished.result, FlowResult::Unknown));
        assert_eq!(finished.is_repeated, is_repeated);
    }
    assert_eq!(fake.requests().len(), 1);
    assert!(workspaces.list().await.unwrap().is_empty());
}

#[tokio::test]
async fn t19_another_account_than_the_expected_one_overwrites_nothing() {
    let fake = Fake::granting();
    let other = GRANTED
        .replace("ntn_CANARYACCESS", "ntn_other")
        .replace(BOT, "bot-other");
    fake.then(fake::reply(200, other));
    let workspaces = open(&fake).await;
    let acme = TenantId::new("acme").unwrap();
    let started = workspaces
        .start(Start::new().tenant(acme.clone()), None)
        .await
        .unwrap();
    workspaces
        .finish(allowed(&started), Some(started.binding()))
        .await
        .unwrap();
    let before = workspaces.get(&bot()).await.unwrap();

    let start = Start::new().tenant(acme.clone()).expect_bot(bot());
    let started = workspaces.start(start, None).await.unwrap();
    for is_repeated in [false, true] {
        let finished = workspaces
            .finish(allowed(&started), Some(started.binding()))
            .await
            .unwrap();
        let FlowResult::WrongAccount {
            expected,
            actual,
            workspace_name,
            ..
        } = finished.result
        else {
            panic!("{finished:?}")
        };
        assert_eq!(expected, Some(bot()));
        assert_eq!(actual.as_str(), "bot-other");
        assert_eq!(workspace_name.as_deref(), Some("Acme"));
        assert_eq!(finished.is_repeated, is_repeated);
    }
    assert_eq!(workspaces.get(&bot()).await.unwrap(), before);
    assert_eq!(before.status(), Status::Healthy);
    assert_eq!(workspaces.list().await.unwrap().len(), 1);
    assert_eq!(workspaces.tenant(&acme).list().await.unwrap().len(), 1);
}
