//! Refreshing against the simulator, in each of the ways in which a server may treat a used refresh token.

use std::time::Duration;

use bytes::Bytes;
use http::header::LOCATION;
use notion_core::transport::{HttpClient, Transport};
use notion_oauth::{
    BotId, Callback, ClientId, ClientSecret, Connection, ErrorKind, Key, KeyId, KeyRing, RedirectUri,
    SqliteStore, Status, Workspaces,
};
use notion_sim::{Fault, OAuthSettings, RefreshMode, Sim};
use serde_json::Value;

const REDIRECT_URI: &str = "http://localhost:8911/callback";
const ROTATING: [RefreshMode; 4] = [
    RefreshMode::Strict,
    RefreshMode::Rotate,
    RefreshMode::Grace,
    RefreshMode::SameRefreshToken,
];

/// A simulator with one installation, in a file that several programs open.
struct World {
    sim: Sim,
    folder: tempfile::TempDir,
    bot: BotId,
}

impl World {
    async fn new(mode: RefreshMode) -> Self {
        let sim = Sim::builder()
            .redirect_uri(REDIRECT_URI)
            .auto_approve(true)
            .oauth_settings(OAuthSettings::default().refresh_mode(mode))
            .start()
            .await
            .unwrap();
        let mut world = Self {
            sim,
            folder: tempfile::tempdir().unwrap(),
            bot: BotId::new("none").unwrap(),
        };
        world.authorize().await;
        world
    }

    fn connection(&self) -> Connection {
        let client = self.sim.oauth();
        Connection::builder(
            ClientId::new(client.client_id).unwrap(),
            ClientSecret::new(client.client_secret).unwrap(),
            RedirectUri::new(REDIRECT_URI).unwrap(),
        )
        .base_url(self.sim.base_url())
        .build()
        .unwrap()
    }

    async fn open(&self) -> Workspaces {
        let store = SqliteStore::open(self.folder.path().join("grants.db"))
            .await
            .unwrap();
        let key = Key::from_bytes(KeyId::new("k").unwrap(), [7; 32]);
        Workspaces::builder(self.connection())
            .store(store, KeyRing::new(key))
            .open()
            .await
            .unwrap()
    }

    async fn authorize(&mut self) {
        let pending = self.connection().authorize().unwrap();
        let browser = HttpClient::new(Duration::from_secs(10)).unwrap();
        let page = http::Request::get(pending.url()).body(Bytes::new()).unwrap();
        let answer = browser.send(page).await.unwrap();
        let url = answer.headers()[LOCATION].to_str().unwrap();
        let granted = pending.finish(Callback::parse(url).unwrap()).await.unwrap();
        let grant = granted.into_grant().unwrap();
        self.open().await.install(&grant).await.unwrap();
        self.bot = grant.bot_id().clone();
    }

    fn expire(&self) {
        assert!(self.sim.expire_access_tokens(Some(self.bot.as_str())) > 0);
    }

    fn count(&self, what: &str) -> u64 {
        self.sim.oauth_report()["counters"][what].as_u64().unwrap()
    }

    /// How many requests asked for new tokens.
    fn posts(&self) -> usize {
        let is_refresh = |body: &Value| body["grant_type"] == "refresh_token";
        let requests = self.sim.requests();
        let posts = requests.iter().filter(|entry| {
            entry.path == "/v1/oauth/token" && entry.request_body.as_ref().is_some_and(is_refresh)
        });
        posts.count()
    }

    async fn status(&self) -> Status {
        self.open().await.get(&self.bot).await.unwrap().status()
    }
}

/// The token endpoint carries a refresh out, and its answer is lost.
fn lost() -> Fault {
    Fault::on("POST", "/v1/oauth/token").after_commit().reset()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t13_eight_programs_with_many_tasks_refresh_once_in_every_mode() {
    for mode in ROTATING {
        let world = World::new(mode).await;
        world.sim.set_rate_limit(notion_sim::RateLimit::off());
        world.expire();
        let mut tasks = Vec::new();
        for _ in 0..8 {
            let workspaces = world.open().await;
            for _ in 0..5 {
                let client = workspaces.client(&world.bot).await.unwrap();
                tasks.push(tokio::spawn(async move { client.me().await.map(drop) }));
            }
        }
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(world.count("refreshes"), 1, "{mode:?}");
        assert_eq!(world.count("reused_refresh_tokens"), 0, "{mode:?}");
        assert_eq!(world.status().await, Status::Healthy);
        // And again, with what came of it.
        world.expire();
        world
            .open()
            .await
            .client(&world.bot)
            .await
            .unwrap()
            .me()
            .await
            .unwrap();
        assert_eq!(world.count("refreshes"), 2, "{mode:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t14_a_lost_answer_ends_healthy_or_flagged_in_every_mode() {
    for (mode, expected) in [
        (RefreshMode::Strict, Status::NeedsReauthorization),
        (RefreshMode::Rotate, Status::NeedsReauthorization),
        (RefreshMode::Grace, Status::Healthy),
        (RefreshMode::SameRefreshToken, Status::Healthy),
    ] {
        let mut world = World::new(mode).await;
        world.expire();
        world.sim.fault(lost());
        let workspaces = world.open().await;
        let client = workspaces.client(&world.bot).await.unwrap();
        let answer = client.me().await;
        assert_eq!(
            answer.is_ok(),
            expected == Status::Healthy,
            "{mode:?}: {answer:?}"
        );
        assert_eq!(world.posts(), 2, "{mode:?}");
        assert_eq!(world.status().await, expected, "{mode:?}");
        workspaces.audit(&world.bot).await.unwrap();
        if expected == Status::NeedsReauthorization {
            world.authorize().await;
            assert_eq!(world.status().await, Status::Healthy);
            world
                .open()
                .await
                .client(&world.bot)
                .await
                .unwrap()
                .me()
                .await
                .unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s004_without_refresh_tokens_a_refused_token_is_flagged() {
    let world = World::new(RefreshMode::NoRefreshToken).await;
    let workspaces = world.open().await;
    let client = workspaces.client(&world.bot).await.unwrap();
    client.me().await.unwrap();
    world.expire();
    assert!(client.me().await.unwrap_err().is_unauthorized());
    assert_eq!(world.posts(), 0);
    assert_eq!(world.status().await, Status::NeedsReauthorization);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_t31_a_connection_that_the_user_removed_is_flagged_once_and_can_be_removed_here() {
    for mode in ROTATING {
        let world = World::new(mode).await;
        let workspaces = world.open().await;
        let client = workspaces.client(&world.bot).await.unwrap();
        assert!(world.sim.uninstall(world.bot.as_str()));
        for _ in 0..5 {
            assert!(client.me().await.unwrap_err().is_unauthorized());
        }
        assert_eq!(world.posts(), 1, "{mode:?}");
        assert_eq!(world.status().await, Status::NeedsReauthorization);
        // Notion does not know the token any more, which is what removing is for.
        workspaces.uninstall(&world.bot).await.unwrap();
        let error = workspaces.get(&world.bot).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t31_removing_revokes_the_current_tokens_in_every_mode() {
    for mode in ROTATING {
        let world = World::new(mode).await;
        let workspaces = world.open().await;
        let client = workspaces.client(&world.bot).await.unwrap();
        world.expire();
        client.me().await.unwrap();
        let token = workspaces.get(&world.bot).await.unwrap().grant().token().clone();
        // Notion cannot be reached at first.
        world
            .sim
            .fault(Fault::on("POST", "/v1/oauth/revoke").status(503).times(3));
        workspaces.uninstall(&world.bot).await.unwrap_err();
        assert_eq!(world.status().await, Status::Revoking);
        workspaces.recover().await.unwrap();
        assert!(!world.connection().introspect(&token).await.unwrap().is_active());
        assert!(client.me().await.unwrap_err().is_unauthorized());
    }
}
