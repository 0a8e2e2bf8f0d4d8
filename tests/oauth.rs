//! The authorization-code flow against the simulator: allowed, denied, forged, replayed.

#[path = "oauth/bearers.rs"]
mod bearers;

use std::time::Duration;

use bytes::Bytes;
use http::header::LOCATION;
use notion_core::prelude::*;
use notion_core::transport::{HttpClient, Transport};
use notion_oauth::loopback::Loopback;
use notion_oauth::{
    Callback, ClientId, ClientSecret, Connection, ErrorKind, FlowResult, Key, KeyId, KeyRing, Outcome,
    RedirectUri, ResourceKind, SqliteStore, Start, TenantId, Workspaces,
};
use notion_sim::{Fault, Sim};
use notion_tests::create_database;
use serde_json::json;

#[derive(Debug, NotionRow)]
struct Tweet {
    #[notion(title)]
    handle: String,
    tweet: String,
}

const REDIRECT_URI: &str = "http://localhost:8910/callback";

async fn simulator(auto_approve: bool) -> (Sim, Connection) {
    let sim = Sim::builder()
        .redirect_uri(REDIRECT_URI)
        .auto_approve(auto_approve)
        .start()
        .await
        .unwrap();
    let connection = connection(&sim, &sim.oauth().client_secret, REDIRECT_URI);
    (sim, connection)
}

fn connection(sim: &Sim, secret: &str, redirect_uri: &str) -> Connection {
    let id = ClientId::new(sim.oauth().client_id).unwrap();
    Connection::builder(
        id,
        ClientSecret::new(secret).unwrap(),
        RedirectUri::new(redirect_uri).unwrap(),
    )
    .base_url(sim.base_url())
    .build()
    .unwrap()
}

/// Where a browser is sent from that page.
async fn redirected(url: &str) -> String {
    let client = HttpClient::new(Duration::from_secs(10)).unwrap();
    let answer = client
        .send(http::Request::get(url).body(Bytes::new()).unwrap())
        .await
        .unwrap();
    let location = answer
        .headers()
        .get(LOCATION)
        .unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(answer.body())));
    location.to_str().unwrap().to_owned()
}

/// What keeps everything in memory, and what keeps it in a file.
async fn both(connection: &Connection, folder: &std::path::Path) -> [Workspaces; 2] {
    let sqlite = SqliteStore::open(folder.join("grants.sqlite")).await.unwrap();
    let keys = KeyRing::new(Key::generate(KeyId::new("2026").unwrap()).unwrap());
    let builder = || Workspaces::builder(connection.clone());
    [
        builder().in_memory().open().await.unwrap(),
        builder().store(sqlite, keys).open().await.unwrap(),
    ]
}

#[tokio::test]
async fn consent_yields_a_token_for_typed_rows() {
    let (sim, connection) = simulator(true).await;
    create_database(
        &sim,
        "Twitter",
        json!({"handle": {"title": {}}, "tweet": {"rich_text": {}}}),
    )
    .await;
    let folder = tempfile::tempdir().unwrap();
    for workspaces in both(&connection, folder.path()).await {
        let pending = connection.authorize().unwrap();
        let callback = Callback::parse(&redirected(pending.url()).await).unwrap();
        let grant = pending.finish(callback).await.unwrap().into_grant().unwrap();
        workspaces.install(&grant).await.unwrap();

        let [installation] = &*workspaces.list().await.unwrap() else {
            panic!("one installation")
        };
        let notion = workspaces.client(installation.bot_id()).await.unwrap();
        let me = notion.me().await.unwrap();
        assert_eq!(me.id.to_string(), grant.bot_id().as_str());
        let tweets = notion.table::<Tweet>("Twitter").await.unwrap();
        let row = tweets
            .insert(&Tweet {
                handle: "@ada".to_owned(),
                tweet: "hi".to_owned(),
            })
            .await
            .unwrap();
        assert_eq!(row.page().created_by, Some(me.id));
        assert_eq!(
            tweets
                .query()
                .filter(Tweet::TWEET.eq("hi"))
                .first()
                .await
                .unwrap()
                .unwrap()
                .handle,
            "@ada"
        );
    }
}

#[tokio::test]
async fn s004_17_s002_9_a_flow_in_a_store_leads_to_a_client_by_what_was_shared() {
    let (sim, connection) = simulator(true).await;
    create_database(
        &sim,
        "Twitter",
        json!({"handle": {"title": {}}, "tweet": {"rich_text": {}}}),
    )
    .await;
    let folder = tempfile::tempdir().unwrap();
    for workspaces in both(&connection, folder.path()).await {
        let acme = workspaces.tenant(&TenantId::new("acme").unwrap());
        let started = acme.start(Start::new().subject("ada"), None).await.unwrap();
        let url = redirected(started.url()).await;
        for is_repeated in [false, true] {
            let callback = Callback::parse(&url).unwrap();
            let finished = workspaces
                .finish(callback, Some(started.binding()))
                .await
                .unwrap();
            assert!(
                matches!(finished.result, FlowResult::Installed(_)),
                "{finished:?}"
            );
            assert_eq!(finished.is_repeated, is_repeated);
        }
        let [installation] = &*acme.list().await.unwrap() else {
            panic!("one installation")
        };
        let tweets = acme
            .client(installation.bot_id())
            .await
            .unwrap()
            .table::<Tweet>("Twitter")
            .await
            .unwrap();
        let source = tweets.id().into();
        acme.relate(installation.bot_id(), &source, ResourceKind::DataSource)
            .await
            .unwrap();
        let notion = acme.for_resource(&source).await.unwrap();
        assert_eq!(
            notion.me().await.unwrap().id.to_string(),
            installation.bot_id().as_str()
        );

        let other = workspaces.tenant(&TenantId::new("other").unwrap());
        let error = other.for_resource(&source).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
}

/// What a user does who allows the connection on the page of consent, and picks no page there.
async fn allowed_without_a_page(sim: &Sim, url: &str) -> String {
    let client = HttpClient::new(Duration::from_secs(10)).unwrap();
    let page = http::Request::get(url).body(Bytes::new()).unwrap();
    let page = client.send(page).await.unwrap();
    let page = std::str::from_utf8(page.body()).unwrap();
    let field = |name: &str| {
        let (_, value) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
        format!("{name}={}", value.split('"').next().unwrap())
    };
    let form = ["consent", "workspace", "user"].map(field).join("&");
    let pressed = http::Request::post(format!("{}/_sim/oauth/consent", sim.base_url()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from(form + "&decision=allow"))
        .unwrap();
    let answer = client.send(pressed).await.unwrap();
    answer.headers()[LOCATION].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn s000_4_s004_10_an_installation_without_a_page_is_a_good_one() {
    let (sim, connection) = simulator(false).await;
    let workspaces = Workspaces::builder(connection.clone())
        .in_memory()
        .open()
        .await
        .unwrap();
    let started = workspaces.start(Start::new(), None).await.unwrap();
    let callback = Callback::parse(&allowed_without_a_page(&sim, started.url()).await).unwrap();
    let finished = workspaces
        .finish(callback, Some(started.binding()))
        .await
        .unwrap();
    let FlowResult::Installed(installation) = finished.result else {
        panic!("{finished:?}")
    };
    let notion = workspaces.client(installation.bot_id()).await.unwrap();
    assert_eq!(
        notion.me().await.unwrap().id.to_string(),
        installation.bot_id().as_str()
    );
    assert!(notion.search_data_sources("").await.unwrap().is_empty());
    assert!(
        workspaces
            .related(installation.bot_id())
            .await
            .unwrap()
            .is_empty()
    );
    let diagnosis = connection.doctor_of(installation.grant().token()).await;
    assert!(diagnosis.is_well(), "{diagnosis}");
    assert!(diagnosis.to_string().contains("Nothing is shared"), "{diagnosis}");
}

#[tokio::test]
async fn a_code_is_good_once() {
    let (_sim, connection) = simulator(true).await;
    let pending = connection.authorize().unwrap();
    let url = redirected(pending.url()).await;
    assert!(matches!(
        pending.finish(Callback::parse(&url).unwrap()).await.unwrap(),
        Outcome::Granted(_)
    ));
    let replayed = pending.finish(Callback::parse(&url).unwrap()).await.unwrap_err();
    assert!(replayed.needs_new_flow(), "{replayed}");

    // Another flow whose own state comes with the code of the first: Notion refuses it.
    let other = connection.authorize().unwrap();
    let code = |url: &str| {
        url::Url::parse(url)
            .unwrap()
            .query_pairs()
            .find(|(key, _)| key == "code")
            .unwrap()
            .1
            .into_owned()
    };
    let state = |url: &str| {
        url::Url::parse(url)
            .unwrap()
            .query_pairs()
            .find(|(key, _)| key == "state")
            .unwrap()
            .1
            .into_owned()
    };
    let mixed = format!("code={}&state={}", code(&url), state(other.url()));
    let refused = other.finish(Callback::parse(&mixed).unwrap()).await.unwrap_err();
    assert_eq!(refused.code(), Some("invalid_grant"));
    assert!(refused.needs_new_flow() && refused.hint().is_some(), "{refused}");
}

#[tokio::test]
async fn a_state_of_somebody_else_ends_nothing() {
    let (sim, connection) = simulator(true).await;
    let mine = connection.authorize().unwrap();
    let theirs = connection.authorize().unwrap();
    let forged = Callback::parse(&redirected(theirs.url()).await).unwrap();
    let before = sim
        .requests()
        .iter()
        .filter(|entry| entry.path == "/v1/oauth/token")
        .count();
    let error = mine.finish(forged).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StateMismatch);
    let after = sim
        .requests()
        .iter()
        .filter(|entry| entry.path == "/v1/oauth/token")
        .count();
    assert_eq!(before, after, "a forged answer must not reach Notion");
    let own = Callback::parse(&redirected(mine.url()).await).unwrap();
    assert!(matches!(mine.finish(own).await.unwrap(), Outcome::Granted(_)));
}

#[tokio::test]
async fn denied_consent_is_an_outcome() {
    let (_sim, connection) = simulator(false).await;
    let pending = connection.authorize().unwrap();
    let state = url::Url::parse(pending.url()).unwrap();
    let state = state
        .query_pairs()
        .find(|(key, _)| key == "state")
        .unwrap()
        .1
        .into_owned();
    let denied = Callback::parse(&format!("{REDIRECT_URI}?error=access_denied&state={state}")).unwrap();
    let outcome = pending.finish(denied).await.unwrap();
    assert!(matches!(
        outcome,
        Outcome::Denied {
            is_confirmed: true,
            ..
        }
    ));
    let error = outcome.into_grant().unwrap_err();
    assert!(error.is_denied(), "{error}");
}

#[tokio::test]
async fn a_wrong_secret_is_a_mistake_of_the_configuration() {
    let (sim, _) = simulator(true).await;
    let wrong = connection(&sim, "secret_wrong", REDIRECT_URI);
    let pending = wrong.authorize().unwrap();
    let callback = Callback::parse(&redirected(pending.url()).await).unwrap();
    let error = pending.finish(callback).await.unwrap_err();
    assert!(error.is_configuration(), "{error}");
    assert_eq!(error.code(), Some("invalid_client"));
    assert!(!format!("{error} {error:?}").contains("secret_wrong"));
}

#[tokio::test]
async fn an_exchange_whose_answer_is_lost_is_not_repeated() {
    let (sim, connection) = simulator(true).await;
    let pending = connection.authorize().unwrap();
    let callback = Callback::parse(&redirected(pending.url()).await).unwrap();
    sim.fault(
        Fault::on("POST", "/v1/oauth/token")
            .after_commit()
            .times(1)
            .reset(),
    );
    let error = pending.finish(callback).await.unwrap_err();
    assert!(error.needs_new_flow(), "{error}");
    assert_eq!(
        sim.requests()
            .iter()
            .filter(|entry| entry.path == "/v1/oauth/token")
            .count(),
        1
    );
}

#[tokio::test]
async fn the_loopback_takes_the_right_answer_and_no_other() {
    let loopback = Loopback::bind(&RedirectUri::new("http://localhost:0/callback").unwrap())
        .await
        .unwrap();
    let uri = loopback.redirect_uri().as_str().to_owned();
    let sim = Sim::builder()
        .redirect_uri(uri.clone())
        .auto_approve(true)
        .start()
        .await
        .unwrap();
    let connection = connection(&sim, &sim.oauth().client_secret, &uri);
    let pending = connection.authorize().unwrap();
    let browser = async {
        let client = HttpClient::new(Duration::from_secs(10)).unwrap();
        let get = async |url: &str| {
            client
                .send(http::Request::get(url).body(Bytes::new()).unwrap())
                .await
                .unwrap()
        };
        assert!(
            get(&format!("{uri}?error=access_denied&state=forged"))
                .await
                .status()
                .is_client_error()
        );
        assert!(
            get(&format!("{uri}?code=stolen&state=forged"))
                .await
                .status()
                .is_client_error()
        );
        let page = get(&redirected(pending.url()).await).await;
        assert!(page.status().is_success());
        assert_eq!(page.headers()["cache-control"], "no-store");
    };
    let (outcome, ()) = tokio::join!(loopback.receive(&pending), browser);
    assert!(matches!(outcome.unwrap(), Outcome::Granted(_)));
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let uri = RedirectUri::new(format!("http://localhost:{port}/callback")).unwrap();
    let error = Loopback::bind(&uri).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PortInUse);
    assert!(error.to_string().contains(&port.to_string()), "{error}");
}

#[test]
fn missing_variables_are_all_named() {
    let error = notion_oauth::ConnectionBuilder::from_env(|name| {
        (name == "NOTION_CLIENT_ID").then(|| "x".to_owned())
    })
    .expect_err("two are missing");
    let text = error.to_string();
    assert!(
        text.contains("NOTION_CLIENT_SECRET") && text.contains("NOTION_REDIRECT_URI"),
        "{text}"
    );
    assert!(text.contains("Configuration tab"), "{text}");
}
