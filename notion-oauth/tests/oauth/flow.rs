use std::sync::Arc;
use std::time::Duration;

use notion_oauth::{
    AuthorizationError, Callback, ClientId, ClientSecret, Connection, ErrorKind, Outcome, Owner, RedirectUri,
};
use proptest::prelude::*;

use crate::fake::{self, BOT, CLIENT_ID, CODE, Fake, GRANTED, REDIRECT_URI, SECRET};

#[test]
fn s000_6_s000_12_s002_5_s004_6_the_authorization_url_has_what_notion_documents_and_a_state() {
    // The link of Notion's own guide.
    let guide = "https://api.notion.com/v1/oauth/authorize?owner=user&client_id=463558a3-725e-4f37-b6d3-0889894f68de&redirect_uri=https%3A%2F%2Fexample.com%2Fauth%2Fnotion%2Fcallback&response_type=code";
    let connection = Connection::new(CLIENT_ID, SECRET, REDIRECT_URI).unwrap();
    let pending = connection.authorize().unwrap();
    let (without_state, state) = pending.url().rsplit_once("&state=").unwrap();
    assert_eq!(without_state, guide);
    assert!(!pending.url().contains(SECRET));
    assert_eq!(state.len(), 43);

    let mut keys: Vec<_> = fake::pairs(pending.url())
        .into_iter()
        .map(|(key, _)| key)
        .collect();
    keys.sort();
    assert_eq!(
        keys,
        ["client_id", "owner", "redirect_uri", "response_type", "state"]
    );
    assert_ne!(
        fake::state(&connection.authorize().unwrap()),
        state,
        "each flow has a state of its own"
    );
}

proptest! {
    /// Whatever a client id and a redirect URI are made of, the server reads the five parameters, and no sixth one.
    #[test]
    fn s004_6_any_parameters_survive_the_url(
        id in "[!-9;-~]{1,40}",
        path in "[!-~]{0,30}",
        query in "(\\?[!-~]{0,30})?",
    ) {
        let uri = RedirectUri::new(format!("https://example.com/{path}{query}"));
        let id = ClientId::new(&id).unwrap();
        if let (Ok(uri), false) = (uri, id.as_str().starts_with("secret_")) {
            let secret = ClientSecret::new(SECRET).unwrap();
            let connection = Connection::builder(id.clone(), secret, uri.clone())
                .transport(Fake::default())
                .build()
                .unwrap();
            let pending = connection.authorize().unwrap();
            let pairs = fake::pairs(pending.url());
            let pairs: Vec<_> = pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            let state = fake::state(&pending);
            let expected = [
                ("owner", "user"),
                ("client_id", id.as_str()),
                ("redirect_uri", uri.as_str()),
                ("response_type", "code"),
                ("state", &state),
            ];
            prop_assert_eq!(pairs, expected);
            let (before, _) = pending.url().split_once('?').unwrap();
            prop_assert_eq!(before, "https://api.notion.com/v1/oauth/authorize");
        }
    }
}

#[test]
fn parameters_survive_the_url() {
    let uri = "https://example.com/cb/%E2%9C%93?tenant=a%26b&x=1+2;~é".replace('é', "%C3%A9");
    let fake = Fake::default();
    let pending = fake::builder_to(&fake, &uri)
        .build()
        .unwrap()
        .authorize()
        .unwrap();
    let sent = fake::pairs(pending.url());
    assert!(sent.contains(&("redirect_uri".to_owned(), uri)));
}

#[test]
fn s000_11_an_unregistered_redirect_uri_is_refused_before_anything_is_sent() {
    let fake = Fake::default();
    let second = "http://localhost:8080/callback";
    let connection = fake::builder(&fake)
        .redirect_uri(RedirectUri::new(second).unwrap())
        .build()
        .unwrap();
    assert_eq!(
        connection.authorize().unwrap().redirect_uri().as_str(),
        REDIRECT_URI
    );
    assert_eq!(
        connection.authorize_to(second).unwrap().redirect_uri().as_str(),
        second
    );
    for other in [
        "http://localhost:8081/callback",
        "http://localhost:8080/callback/",
        "https://EXAMPLE.com/auth/notion/callback",
        "",
    ] {
        let error = connection.authorize_to(other).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(second), "{error}");
    }
    let any_port = fake::builder_to(&fake, "http://localhost:0/callback")
        .build()
        .unwrap();
    assert!(any_port.authorize().unwrap_err().to_string().contains("port 0"));
}

#[tokio::test]
async fn a_user_who_allows_it_gives_a_grant() {
    let fake = Fake::granting();
    let connection = fake::connection(&fake);
    let pending = connection.authorize().unwrap();
    let Outcome::Granted(grant) = pending.finish(fake::allowed(&pending)).await.unwrap() else {
        panic!("not granted")
    };
    assert_eq!(grant.client_id().as_str(), CLIENT_ID);
    assert_eq!(grant.token().expose(), "ntn_CANARYACCESS");
    assert_eq!(grant.refresh_token().unwrap().expose(), "nrt_CANARYREFRESH");
    assert_eq!(grant.bot_id().as_str(), BOT);
    assert_eq!(
        grant.workspace_id().as_str(),
        "8a1bfc55-9b1f-4f4e-8e3f-8f1f1f6b1b1a"
    );
    assert_eq!(grant.workspace_name(), Some("Acme"));
    assert_eq!(grant.workspace_icon(), Some("🦀"));
    assert_eq!(grant.request_id(), Some("7a9d1a9c-5f8e-4c1e-9e55-2f9d5a6b7c8d"));
    assert_eq!(grant.duplicated_template_id(), None);
    let Owner::User(person) = grant.owner() else {
        panic!("no user")
    };
    assert_eq!(person.email.as_deref(), Some("ada@example.com"));
    assert_eq!(grant.owner_id(), person.id);
    assert_eq!(grant.expose_raw(), GRANTED, "byte for byte, unknown fields too");
    let age = jiff::Timestamp::now().duration_since(grant.received_at());
    assert!(age.as_secs() < 10);
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn s000_8_the_grant_makes_a_client_on_the_same_server() {
    let fake = Fake::granting();
    let connection = fake::builder(&fake)
        .base_url("http://127.0.0.1:6684/v1/")
        .build()
        .unwrap();
    let pending = connection.authorize().unwrap();
    assert!(
        pending
            .url()
            .starts_with("http://127.0.0.1:6684/v1/oauth/authorize?")
    );
    let grant = pending
        .finish(fake::allowed(&pending))
        .await
        .unwrap()
        .into_grant()
        .unwrap();

    fake.then(fake::reply(
        200,
        format!(r#"{{"object":"user","id":"{BOT}","type":"bot","name":"Robo","bot":{{}}}}"#),
    ));
    let me = connection.client(&grant).unwrap().me().await.unwrap();
    assert_eq!(me.name.as_deref(), Some("Robo"));
    let [token, me] = &fake.requests()[..] else {
        panic!("two requests")
    };
    assert_eq!(token.uri(), "http://127.0.0.1:6684/v1/oauth/token");
    assert_eq!(me.uri(), "http://127.0.0.1:6684/v1/users/me");
    assert_eq!(me.headers()["authorization"], "Bearer ntn_CANARYACCESS");

    let other = Connection::new("another", SECRET, REDIRECT_URI).unwrap();
    assert!(other.client(&grant).unwrap_err().is_configuration());
}

#[tokio::test]
async fn t1_a_state_that_does_not_match_uses_nothing_up() {
    let fake = Fake::granting();
    let connection = fake::connection(&fake);
    let (pending, other) = (connection.authorize().unwrap(), connection.authorize().unwrap());
    let right = fake::state(&pending);
    for forged in [
        format!("code={CODE}"),
        format!("code={CODE}&state="),
        format!("code={CODE}&state=guess"),
        format!("code={CODE}&state={}", fake::state(&other)),
        format!("code={CODE}&state={}", &right[1..]),
        format!("code={CODE}&state={right}x"),
        "error=server_error".to_owned(),
        "error=server_error&state=guess".to_owned(),
        "error=access_denied&state=guess".to_owned(),
    ] {
        let callback = Callback::parse(&forged).unwrap();
        assert!(!pending.is_answered_by(&callback));
        let error = pending.finish(callback).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StateMismatch, "{forged}");
        assert!(!error.needs_new_flow());
    }
    assert_eq!(fake.requests().len(), 0);
    assert!(
        pending
            .finish(fake::allowed(&pending))
            .await
            .unwrap()
            .into_grant()
            .is_ok()
    );
}

#[tokio::test]
async fn t4_an_answer_that_names_another_server_is_not_taken() {
    let fake = Fake::granting();
    let pending = fake::connection(&fake).authorize().unwrap();
    let state = fake::state(&pending);
    for issuer in [
        "https%3A%2F%2Fevil.example",
        "",
        "https://api.notion.com.evil.example",
    ] {
        let callback = Callback::parse(&format!("code=a&state={state}&iss={issuer}")).unwrap();
        let error = pending.finish(callback).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StateMismatch, "{issuer}");
    }
    assert_eq!(fake.requests().len(), 0);
    let callback = format!("code=a&state={state}&iss=https://api.notion.com");
    let outcome = pending.finish(Callback::parse(&callback).unwrap()).await;
    assert!(matches!(outcome, Ok(Outcome::Granted(_))));
}

#[tokio::test]
async fn a_cancel_without_a_state_is_shown_but_ends_nothing() {
    let fake = Fake::granting();
    let pending = fake::connection(&fake).authorize().unwrap();
    for unproven in ["error=access_denied&state=", "error=access_denied"] {
        let outcome = pending.finish(Callback::parse(unproven).unwrap()).await.unwrap();
        assert!(matches!(
            outcome,
            Outcome::Denied {
                is_confirmed: false,
                ..
            }
        ));
    }
    assert!(
        pending
            .finish(fake::allowed(&pending))
            .await
            .unwrap()
            .into_grant()
            .is_ok()
    );
}

#[tokio::test]
async fn a_refusal_with_the_right_state_ends_the_flow() {
    let fake = Fake::granting();
    let connection = fake::connection(&fake);
    let finish = async |error: &str| {
        let pending = connection.authorize().unwrap();
        let callback = format!(
            "error={error}&error_description=%3Cb%3E&state={}",
            fake::state(&pending)
        );
        let outcome = pending.finish(Callback::parse(&callback).unwrap()).await.unwrap();
        let after = pending.finish(fake::allowed(&pending)).await.unwrap_err();
        assert_eq!(after.kind(), ErrorKind::AlreadyUsed);
        outcome
    };
    let denied = finish("access_denied").await;
    assert!(matches!(
        denied,
        Outcome::Denied {
            is_confirmed: true,
            ..
        }
    ));
    let error = denied.into_grant().unwrap_err();
    assert!(error.is_denied() && error.needs_new_flow());
    for (code, kind) in [
        ("invalid_request", ErrorKind::Configuration),
        ("unauthorized_client", ErrorKind::Configuration),
        ("unsupported_response_type", ErrorKind::Configuration),
        ("invalid_scope", ErrorKind::Configuration),
        ("server_error", ErrorKind::AuthorizationFailed),
        ("temporarily_unavailable", ErrorKind::AuthorizationFailed),
        ("teapot", ErrorKind::AuthorizationFailed),
    ] {
        let outcome = finish(code).await;
        let Outcome::Failed(failed) = &outcome else {
            panic!("{code}: {outcome:?}")
        };
        assert_eq!(failed.as_str(), code);
        assert_eq!(
            *failed == AuthorizationError::Other("teapot".to_owned()),
            code == "teapot"
        );
        assert_eq!(outcome.into_grant().unwrap_err().kind(), kind);
    }
    assert_eq!(fake.requests().len(), 0);
}

#[tokio::test]
async fn s000_7_t3_of_many_equal_callbacks_one_is_exchanged() {
    let fake = Fake::granting();
    let pending = Arc::new(fake::connection(&fake).authorize().unwrap());
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let pending = Arc::clone(&pending);
        tasks.spawn(async move { pending.finish(fake::allowed(&pending)).await });
    }
    let results = tasks.join_all().await;
    let granted = results.iter().filter(|result| result.is_ok()).count();
    let used = results
        .iter()
        .filter(|result| {
            result
                .as_ref()
                .is_err_and(|error| error.kind() == ErrorKind::AlreadyUsed)
        })
        .count();
    assert_eq!((granted, used, fake.requests().len()), (1, 49, 1));
}

#[tokio::test]
async fn a_flow_lasts_only_so_long() {
    let fake = Fake::granting();
    let default = fake::connection(&fake).authorize().unwrap();
    assert!(
        default.remaining() > Duration::from_secs(590) && default.remaining() <= Duration::from_secs(600)
    );

    let short = fake::builder(&fake)
        .flow_lifetime(Duration::from_millis(5))
        .build()
        .unwrap();
    let pending = short.authorize().unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    let error = pending.finish(fake::allowed(&pending)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Expired);
    assert!(error.needs_new_flow());
    assert_eq!(fake.requests().len(), 0);
}

#[tokio::test]
async fn a_dropped_exchange_is_not_begun_again() {
    let fake = Fake::granting();
    let pending = fake::connection(&fake).authorize().unwrap();
    {
        let mut finish = Box::pin(pending.finish(fake::allowed(&pending)));
        let waker = std::task::Waker::noop();
        assert!(
            finish
                .as_mut()
                .poll(&mut std::task::Context::from_waker(waker))
                .is_pending()
        );
    }
    let error = pending.finish(fake::allowed(&pending)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyUsed);
    assert_eq!(fake.requests().len(), 1);
}
