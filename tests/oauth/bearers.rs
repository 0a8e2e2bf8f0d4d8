//! Which token each request bears, and what it takes to get one.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Request, Response};
use notion_core::prelude::*;
use notion_core::transport::{HttpClient, Transport, TransportError};
use notion_core::{BoxFuture, TokenFile};
use notion_oauth::{
    Callback, ClientId, ClientSecret, Connection, FlowResult, Installation, RedirectUri, Start, Workspaces,
};
use notion_sim::Sim;
use notion_tests::create_database;
use serde_json::json;

use crate::{REDIRECT_URI, Tweet, redirected};

const FIRST: &str = "aaaaaaaa-0000-4000-8000-000000000001";
const SECOND: &str = "aaaaaaaa-0000-4000-8000-000000000002";
const ADA: &str = "bbbbbbbb-0000-4000-8000-000000000001";
const GRACE: &str = "bbbbbbbb-0000-4000-8000-000000000002";
const TOKEN_OF_SECOND: &str = "ntn_second";

/// A workspace of two people, and another one, each with a database of the same name but not of the same columns.
async fn two_workspaces() -> Sim {
    let person = |id: &str, name: &str| {
        json!({"object": "user", "id": id, "name": name, "avatar_url": null, "type": "person",
               "person": {"email": format!("{name}@example.com")}})
    };
    let page = |id: &str| {
        json!({"object": "page", "id": id, "parent": {"type": "workspace", "workspace": true},
               "properties": {"title": {"id": "title", "type": "title", "title": []}}})
    };
    let in_second = "cccccccc-0000-4000-8000-000000000002";
    let seed = json!({
        "format": "notion-sim-seed/1",
        "workspace": {"id": FIRST, "name": "First"},
        "users": [person(ADA, "ada"), person(GRACE, "grace")],
        "pages": [page("cccccccc-0000-4000-8000-000000000001")],
        "workspaces": [{
            "workspace": {"id": SECOND, "name": "Second"},
            "bot": {"name": "Second bot", "tokens": [TOKEN_OF_SECOND]},
            "users": [person(ADA, "ada")],
            "pages": [page(in_second)],
        }],
    });
    let sim = Sim::builder().seed(seed).redirect_uri(REDIRECT_URI);
    let sim = sim.auto_approve(true).start().await.unwrap();
    let columns = json!({"handle": {"title": {}}, "tweet": {"rich_text": {}}});
    create_database(&sim, "Twitter", columns).await;
    let database = json!({
        "parent": {"type": "page_id", "page_id": in_second},
        "title": [{"type": "text", "text": {"content": "Twitter"}}],
        "initial_data_source": {"properties": {
            "tweet": {"rich_text": {}}, "likes": {"number": {}}, "handle": {"title": {}},
        }},
    });
    let request = Request::post(format!("{}/v1/databases", sim.base_url()))
        .header(AUTHORIZATION, format!("Bearer {TOKEN_OF_SECOND}"))
        .header("notion-version", notion_core::NOTION_VERSION)
        .header("content-type", "application/json")
        .body(Bytes::from(database.to_string()))
        .unwrap();
    let client = HttpClient::new(Duration::from_secs(10)).unwrap();
    assert!(client.send(request).await.unwrap().status().is_success());
    sim
}

/// Remembers what each request bears.
#[derive(Clone)]
struct Recorder {
    http: HttpClient,
    seen: Arc<Mutex<Vec<(String, String)>>>,
}

impl Recorder {
    fn new() -> Self {
        Self {
            http: HttpClient::new(Duration::from_secs(10)).unwrap(),
            seen: Arc::default(),
        }
    }

    /// The paths that were asked since the last call, and with which header.
    fn take(&self) -> Vec<(String, String)> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

impl Transport for Recorder {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let bearer = request.headers()[AUTHORIZATION].to_str().unwrap().to_owned();
        let path = request.uri().path().to_owned();
        self.seen.lock().unwrap().push((path, bearer));
        self.http.send(request)
    }
}

fn connection(sim: &Sim, id: &str, secret: &str) -> notion_oauth::ConnectionBuilder {
    Connection::builder(
        ClientId::new(id).unwrap(),
        ClientSecret::new(secret).unwrap(),
        RedirectUri::new(REDIRECT_URI).unwrap(),
    )
    .base_url(sim.base_url())
}

async fn install(workspaces: &Workspaces) -> Installation {
    let started = workspaces.start(Start::new(), None).await.unwrap();
    let callback = Callback::parse(&redirected(started.url()).await).unwrap();
    let finished = workspaces.finish(callback, Some(started.binding())).await;
    match finished.unwrap().result {
        FlowResult::Installed(installation) => *installation,
        result => panic!("{result:?}"),
    }
}

/// Three users, two of them in one workspace, who work at the same time.
#[tokio::test]
async fn s000_8_s000_10_every_request_bears_the_token_of_the_flow_of_its_user() {
    let sim = two_workspaces().await;
    let (oauth, recorder) = (sim.oauth(), Recorder::new());
    let connection = connection(&sim, &oauth.client_id, &oauth.client_secret);
    let connection = connection.transport(recorder.clone()).build().unwrap();
    let workspaces = Workspaces::builder(connection).in_memory().open().await.unwrap();
    let mut installations = Vec::new();
    for (workspace, user) in [(FIRST, ADA), (FIRST, GRACE), (SECOND, ADA)] {
        assert!(sim.auto_approve_as(workspace, user));
        let installation = install(&workspaces).await;
        assert_eq!(installation.workspace_id().as_str(), workspace);
        assert_eq!(installation.owner_id().unwrap().to_string(), user);
        installations.push(installation);
    }
    recorder.take();
    for round in 0..3 {
        for installation in &installations {
            let bearer = format!("Bearer {}", installation.grant().token().expose());
            let notion = workspaces.client(installation.bot_id()).await.unwrap();
            let bot = notion.me().await.unwrap();
            assert_eq!(bot.id.to_string(), installation.bot_id().as_str());
            assert_eq!(
                bot.workspace_id.as_deref(),
                Some(installation.workspace_id().as_str())
            );
            let [found] = &*notion.search_data_sources("Twitter").await.unwrap() else {
                panic!("one in each workspace")
            };
            let tweets = notion.table::<Tweet>("Twitter").await.unwrap();
            assert_eq!(tweets.id(), found.id);
            let tweet = Tweet {
                handle: installation.bot_id().as_str().to_owned(),
                tweet: round.to_string(),
            };
            let row = tweets.insert(&tweet).await.unwrap();
            assert_eq!(row.page().created_by, Some(bot.id));
            let own = Tweet::HANDLE.eq(tweet.handle);
            let own = tweets.query().filter(own).all().await.unwrap();
            assert_eq!(own.len(), round + 1);
            assert!(own.iter().all(|row| row.page().created_by == Some(bot.id)));

            let seen = recorder.take();
            for kind in ["/users/me", "/search", "/pages", "/query"] {
                assert!(
                    seen.iter().any(|(path, _)| path.ends_with(kind)),
                    "{kind}: {seen:?}"
                );
            }
            for (path, found) in seen {
                assert_eq!(found, bearer, "{path}");
            }
        }
    }

    // When it has ended, the next one is that of the same user, and those of the others stay.
    let [ended, others @ ..] = &*installations else {
        unreachable!()
    };
    assert_eq!(sim.expire_access_tokens(Some(ended.bot_id().as_str())), 1);
    workspaces
        .client(ended.bot_id())
        .await
        .unwrap()
        .me()
        .await
        .unwrap();
    let renewed = workspaces.get(ended.bot_id()).await.unwrap();
    assert_ne!(renewed.grant().token(), ended.grant().token());
    let (path, bearer) = recorder.take().pop().unwrap();
    assert_eq!(path, "/v1/users/me");
    assert_eq!(bearer, format!("Bearer {}", renewed.grant().token().expose()));
    for other in others {
        workspaces
            .client(other.bot_id())
            .await
            .unwrap()
            .me()
            .await
            .unwrap();
        let bearer = format!("Bearer {}", other.grant().token().expose());
        assert_eq!(recorder.take(), [("/v1/users/me".to_owned(), bearer)]);
    }
}

#[tokio::test]
async fn s000_12_a_code_is_exchanged_by_the_id_and_the_secret_together() {
    let sim = two_workspaces().await;
    let oauth = sim.oauth();
    let right = connection(&sim, &oauth.client_id, &oauth.client_secret)
        .build()
        .unwrap();
    let pending = right.authorize().unwrap();
    let callback = redirected(pending.url()).await;
    let code = url::Url::parse(&callback).unwrap();
    let code = code.query_pairs().find(|(key, _)| key == "code").unwrap().1;
    for (id, secret) in [
        (&*oauth.client_id, "secret_of_another"),
        ("11111111-1111-4111-8111-111111111111", &*oauth.client_secret),
    ] {
        let wrong = connection(&sim, id, secret).build().unwrap();
        let pending = wrong.authorize().unwrap();
        let state = url::Url::parse(pending.url()).unwrap();
        let state = state.query_pairs().find(|(key, _)| key == "state").unwrap().1;
        let stolen = Callback::parse(&format!("code={code}&state={state}")).unwrap();
        let error = pending.finish(stolen).await.unwrap_err();
        assert_eq!(error.code(), Some("invalid_client"), "{error}");
        assert!(error.is_configuration());
    }
    let callback = Callback::parse(&callback).unwrap();
    pending.finish(callback).await.unwrap().into_grant().unwrap();
}

/// Another token is another workspace: its bot, its data sources with their columns, its rows.
#[tokio::test]
async fn s004_3_a_client_knows_nothing_of_the_workspace_of_its_last_token() {
    let sim = two_workspaces().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    mount(&path, sim.token(), UNIX_EPOCH);
    let notion = Notion::builder()
        .base_url(sim.base_url())
        .token(TokenFile::new(&path).unwrap());
    let notion = notion.build().unwrap();
    let tweet = |text: &str| Tweet {
        handle: "@ada".to_owned(),
        tweet: text.to_owned(),
    };
    let first = notion.me().await.unwrap();
    let in_first = notion.table::<Tweet>("Twitter").await.unwrap();
    in_first.insert(&tweet("first")).await.unwrap();

    // The same client, while it is in use.
    mount(&path, TOKEN_OF_SECOND, SystemTime::now());
    let second = notion.me().await.unwrap();
    assert_ne!(second.id, first.id);
    assert_eq!(second.workspace_id.as_deref(), Some(SECOND));
    let in_second = notion.table::<Tweet>("Twitter").await.unwrap();
    assert_ne!(in_second.id(), in_first.id());
    assert!(
        in_second
            .schema()
            .properties
            .iter()
            .any(|one| one.name == "likes")
    );
    let [found] = &*notion.search_data_sources("").await.unwrap() else {
        panic!("one in each workspace")
    };
    assert_eq!(found.id, in_second.id());
    let row = in_second.insert(&tweet("second")).await.unwrap();
    assert_eq!(row.page().created_by, Some(second.id));
    assert_eq!(texts(&in_second).await, ["second"]);
    // What was bound to the first workspace is not taken for the table of the same name in this one.
    for error in [
        in_first.query().all().await.unwrap_err(),
        in_first.insert(&tweet("lost")).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), notion_core::ErrorKind::NotFound, "{error}");
    }
    assert_eq!(texts(&in_second).await, ["second"]);

    mount(&path, sim.token(), SystemTime::now() + Duration::from_secs(5));
    assert_eq!(texts(&in_first).await, ["first"]);
    assert_eq!(notion.me().await.unwrap().id, first.id);
}

async fn texts(table: &Table<Tweet>) -> Vec<String> {
    let rows = table.query().all().await.unwrap();
    rows.into_iter().map(|row| row.tweet.clone()).collect()
}

/// As a secret manager does, at that time.
fn mount(path: &Path, token: &str, time: SystemTime) {
    std::fs::write(path, token).unwrap();
    let file = std::fs::File::options().append(true).open(path).unwrap();
    file.set_modified(time).unwrap();
}
