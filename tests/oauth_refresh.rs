//! Refreshing against the simulator, in each of the ways in which a server may treat a used refresh token.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::header::LOCATION;
use notion_core::transport::{HttpClient, Transport};
use notion_core::{BoxFuture, Token};
use notion_oauth::{
    BotId, Callback, ClientId, ClientSecret, Connection, ErrorKind, FlowResult, Hooks, Installing, Key,
    KeyId, KeyRing, RedirectUri, SqliteStore, Start, Status, Verdict, Workspaces,
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

/// Connections that give a user who authorizes again other tokens, or those that are still good.
const GIVES_NEW: (&str, &str) = ("new", "secret_new");
const GIVES_SAME: (&str, &str) = ("old", "secret_old");

/// A simulator with one installation, in a file that several programs open.
struct World {
    sim: Sim,
    client: (&'static str, &'static str),
    folder: tempfile::TempDir,
    bot: BotId,
    program: Program,
    browser: HttpClient,
}

/// A program that wants whoever comes, or nobody.
#[derive(Clone)]
struct Program {
    wants: Arc<AtomicBool>,
}

impl Hooks for Program {
    fn may_install<'a>(&'a self, _: &'a Installing) -> BoxFuture<'a, Verdict> {
        let verdict = match self.wants.load(Ordering::Relaxed) {
            true => Verdict::Allow,
            false => Verdict::Refuse("not here".to_owned()),
        };
        Box::pin(async { verdict })
    }
}

impl World {
    async fn new(mode: RefreshMode) -> Self {
        let mut world = Self::empty(mode, GIVES_NEW).await;
        world.authorize().await;
        world
    }

    /// Without an installation.
    async fn empty(mode: RefreshMode, client: (&'static str, &'static str)) -> Self {
        let register = |client: (&str, &str)| {
            notion_sim::Connection::public(client.0, client.0, client.1).redirect_uri(REDIRECT_URI)
        };
        let sim = Sim::builder()
            .connection(register(GIVES_NEW))
            .connection(register(GIVES_SAME).reuses_tokens())
            .auto_approve(true)
            .oauth_settings(OAuthSettings::default().refresh_mode(mode))
            .start()
            .await
            .unwrap();
        Self {
            sim,
            client,
            folder: tempfile::tempdir().unwrap(),
            bot: BotId::new("none").unwrap(),
            program: Program {
                wants: Arc::new(AtomicBool::new(true)),
            },
            browser: HttpClient::new(Duration::from_secs(10)).unwrap(),
        }
    }

    fn connection(&self) -> Connection {
        Connection::builder(
            ClientId::new(self.client.0).unwrap(),
            ClientSecret::new(self.client.1).unwrap(),
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
            .hooks(self.program.clone())
            .open()
            .await
            .unwrap()
    }

    async fn authorize(&mut self) {
        let pending = self.connection().authorize().unwrap();
        let granted = pending.finish(self.allowed(pending.url()).await).await.unwrap();
        let grant = granted.into_grant().unwrap();
        self.open().await.install(&grant).await.unwrap();
        self.bot = grant.bot_id().clone();
    }

    /// The callback of a user who allows it.
    async fn allowed(&self, url: &str) -> Callback {
        let page = http::Request::get(url).body(Bytes::new()).unwrap();
        let answer = self.browser.send(page).await.unwrap();
        Callback::parse(answer.headers()[LOCATION].to_str().unwrap()).unwrap()
    }

    /// The user goes through a flow of a program that wants them, or does not.
    async fn flow(&mut self, workspaces: &Workspaces, start: Start, wants: bool) -> FlowResult {
        self.program.wants.store(wants, Ordering::Relaxed);
        let started = workspaces.start(start, None).await.unwrap();
        let callback = self.allowed(started.url()).await;
        let finished = workspaces.finish(callback, Some(started.binding())).await;
        let result = finished.unwrap().result;
        if let FlowResult::Installed(installation) = &result {
            self.bot = installation.bot_id().clone();
        }
        result
    }

    /// How many access and refresh tokens are good.
    fn live(&self) -> (u64, u64) {
        let live = &self.sim.oauth_report()["live"];
        let count = |what: &str| live[what].as_u64().unwrap();
        (count("access_tokens"), count("refresh_tokens"))
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
        // Whoever opens the store now goes on with it.
        let installation = workspaces.get(&world.bot).await.unwrap();
        assert_eq!(installation.status(), Status::Revoking);
        workspaces.recover().await.unwrap();
        assert!(!world.connection().introspect(&token).await.unwrap().is_active());
        assert!(client.me().await.unwrap_err().is_unauthorized());
    }
}

/// Whether the server gives a user other tokens each time or the same again, and whatever it makes of a refresh.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t31_s004_9_tokens_that_are_not_wanted_are_revoked_unless_an_installation_lives_on_them() {
    let modes = ROTATING.into_iter().chain([RefreshMode::NoRefreshToken]);
    let cases = modes.flat_map(|mode| [(mode, GIVES_NEW), (mode, GIVES_SAME)]);
    let tasks: Vec<_> = cases
        .map(|(mode, client)| tokio::spawn(not_wanted(mode, client)))
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

async fn not_wanted(mode: RefreshMode, client: (&'static str, &'static str)) {
    let mut world = World::empty(mode, client).await;
    world.sim.set_rate_limit(notion_sim::RateLimit::off());
    let workspaces = world.open().await;
    let elsewhere = || Start::new().expect_bot(BotId::new("elsewhere").unwrap());
    let is_refused =
        |result: FlowResult| matches!(result, FlowResult::Refused(_) | FlowResult::WrongAccount { .. });
    let case = format!("{mode:?} {}", client.0);

    // Nothing is installed: they are nobody's.
    for start in [Start::new(), elsewhere()] {
        assert!(is_refused(world.flow(&workspaces, start, false).await), "{case}");
        assert_eq!(world.live(), (0, 0), "{case}");
    }
    assert!(workspaces.list().await.unwrap().is_empty());

    // It is flagged: who is not wanted does not bring it back.
    world.flow(&workspaces, Start::new(), true).await;
    let client = workspaces.client(&world.bot).await.unwrap();
    let grant = workspaces.get(&world.bot).await.unwrap().grant().clone();
    let refresh = grant
        .refresh_token()
        .map(|token| Token::new(token.expose()).unwrap());
    for token in refresh.iter().chain([grant.token()]) {
        workspaces.connection().revoke(token).await.unwrap();
    }
    client.me().await.unwrap_err();
    for start in [Start::new(), elsewhere()] {
        assert!(is_refused(world.flow(&workspaces, start, false).await), "{case}");
        let status = workspaces.get(&world.bot).await.unwrap().status();
        assert_eq!(status, Status::NeedsReauthorization, "{case}");
        assert_eq!(world.live(), (0, 0), "{case}");
    }

    // It is in use: it goes on to work, and to be refreshed.
    world.flow(&workspaces, Start::new(), true).await;
    for start in [Start::new(), elsewhere()] {
        assert!(is_refused(world.flow(&workspaces, start, false).await), "{case}");
        client.me().await.unwrap();
        if mode != RefreshMode::NoRefreshToken {
            world.expire();
            client.me().await.unwrap();
        }
    }
    assert_eq!(world.count("reused_refresh_tokens"), 0, "{case}");
}

/// The server has given tokens that were lost on the way. It gives them once more, and they are nobody's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t31_tokens_of_a_flagged_installation_are_revoked_too_where_nobody_wants_them() {
    let mut world = World::empty(RefreshMode::Rotate, GIVES_SAME).await;
    let workspaces = world.open().await;
    world.flow(&workspaces, Start::new(), true).await;
    world.expire();
    world.sim.fault(lost());
    let client = workspaces.client(&world.bot).await.unwrap();
    client.me().await.unwrap_err();
    assert_eq!(
        (world.status().await, world.live()),
        (Status::NeedsReauthorization, (1, 1))
    );
    let result = world.flow(&workspaces, Start::new(), false).await;
    assert!(matches!(result, FlowResult::Refused(_)));
    assert_eq!(
        (world.status().await, world.live()),
        (Status::NeedsReauthorization, (0, 0))
    );
}
