//! A server with one user, and a store on a disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::header::LOCATION;
use notion_core::transport::{HttpClient, Transport};
use notion_oauth::{Binding, BotId, Callback, FlowResult, Start, Workspaces};
use notion_sim::{OAuthSettings, RateLimit, RefreshMode, Sim};
use notion_tests::postgres::Postgres;
use serde_json::Value;

use crate::child::{self, Program, Work};
use crate::site::{Place, REDIRECT_URI, Site};

pub(crate) const MODES: [RefreshMode; 5] = [
    RefreshMode::Strict,
    RefreshMode::Rotate,
    RefreshMode::Grace,
    RefreshMode::SameRefreshToken,
    RefreshMode::NoRefreshToken,
];
/// The one key, where there is no change of keys.
pub(crate) const KEY: &[&str] = &["old"];

/// A kind of store on a disk.
#[derive(Clone)]
pub(crate) enum Kind {
    Sqlite,
    File,
    Postgres(Arc<Postgres>),
}

impl Kind {
    /// All of them, with a server of its own for a group of cases.
    pub(crate) fn all(group: &str) -> Vec<Self> {
        let server = Postgres::start(group, &["fsync = off"]).map(Arc::new);
        [Self::Sqlite, Self::File]
            .into_iter()
            .chain(server.map(Self::Postgres))
            .collect()
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::File => "file",
            Self::Postgres(_) => "postgres",
        }
    }

    /// A database of its own for each case.
    fn place(&self) -> Place {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        match self {
            Self::Sqlite => Place::Sqlite,
            Self::File => Place::File,
            Self::Postgres(server) => {
                let name = format!("case{}", COUNT.fetch_add(1, Ordering::Relaxed));
                server.query(&format!("CREATE DATABASE {name}"));
                Place::Postgres(server.url().replace("/postgres?", &format!("/{name}?")))
            }
        }
    }
}

pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) site: Site,
    pub(crate) kind: Kind,
    pub(crate) bot: BotId,
    /// What must not be found on any disk.
    pub(crate) secrets: Vec<String>,
    _folder: tempfile::TempDir,
}

/// A flow that the user has allowed, and whose answer is still to be taken.
pub(crate) struct Flow {
    pub(crate) callback: String,
    pub(crate) binding: Binding,
}

impl World {
    /// With one installation, whose access token has ended.
    pub(crate) async fn expired(mode: RefreshMode, kind: &Kind) -> Self {
        let mut world = Self::installed(mode, kind).await;
        world.expire();
        world.sim.set_rate_limit(RateLimit::off());
        world
    }

    /// With one installation.
    pub(crate) async fn installed(mode: RefreshMode, kind: &Kind) -> Self {
        let mut world = Self::new(mode, kind).await;
        world.authorize().await;
        world
    }

    /// Without any.
    pub(crate) async fn new(mode: RefreshMode, kind: &Kind) -> Self {
        let sim = Sim::builder()
            .redirect_uri(REDIRECT_URI)
            .auto_approve(true)
            .oauth_settings(OAuthSettings::default().refresh_mode(mode))
            .start()
            .await
            .unwrap();
        let client = sim.oauth();
        let folder = tempfile::tempdir().unwrap();
        let site = Site {
            place: kind.place(),
            folder: folder.path().to_owned(),
            base_url: sim.base_url(),
            client_id: client.client_id,
            client_secret: client.client_secret.clone(),
            timeout: Duration::from_secs(2),
        };
        Self {
            sim,
            site,
            kind: kind.clone(),
            bot: BotId::new("none").unwrap(),
            secrets: vec![client.client_secret],
            _folder: folder,
        }
    }

    pub(crate) async fn open(&self) -> Workspaces {
        self.site.open(KEY).await
    }

    /// The user allows a flow of this program, up to the redirect.
    pub(crate) async fn allow(&mut self) -> Flow {
        let started = self.open().await.start(Start::new(), None).await.unwrap();
        let browser = HttpClient::new(Duration::from_secs(10)).unwrap();
        let page = http::Request::get(started.url()).body(Bytes::new()).unwrap();
        let answer = browser.send(page).await.unwrap();
        let url = answer.headers()[LOCATION].to_str().unwrap();
        let query = url.split_once('?').unwrap().1;
        let values = url::form_urlencoded::parse(query.as_bytes()).map(|(_, value)| value.into_owned());
        self.secrets.extend(values);
        self.secrets.push(started.binding().expose().to_owned());
        Flow {
            callback: query.to_owned(),
            binding: started.binding().clone(),
        }
    }

    /// What the program makes of the redirect.
    pub(crate) async fn finish(&mut self, flow: &Flow) -> FlowResult {
        let callback = Callback::parse(&flow.callback).unwrap();
        let workspaces = self.open().await;
        let finished = workspaces.finish(callback, Some(&flow.binding)).await.unwrap();
        if let FlowResult::Installed(installation) = &finished.result {
            self.bot = installation.bot_id().clone();
        }
        finished.result
    }

    /// The user authorizes, for the first time or again.
    pub(crate) async fn authorize(&mut self) {
        let flow = self.allow().await;
        let result = self.finish(&flow).await;
        assert!(matches!(result, FlowResult::Installed(_)), "{result:?}");
    }

    pub(crate) fn expire(&mut self) {
        assert!(self.sim.expire_access_tokens(Some(self.bot.as_str())) > 0);
    }

    /// Runs a program with one key to the step at which it ends.
    pub(crate) fn killed(&self, work: &Work, step: &str) {
        child::killed(&self.site, KEY, work, step);
    }

    /// A program that is about to refresh.
    pub(crate) fn refresher(&self, failpoint: &str) -> Program {
        Program::start(&self.site, KEY, &self.refresh(), failpoint)
    }

    pub(crate) fn refresh(&self) -> Work {
        Work::Refresh(self.bot.to_string())
    }

    /// The first worker after the crash: it opens the store, goes on with what is there and makes a request.
    pub(crate) async fn recover(&self) {
        let workspaces = self.open().await;
        workspaces.recover().await.unwrap();
        if let Ok(client) = workspaces.client(&self.bot).await {
            let _ = client.me().await;
        }
        close(&workspaces).await;
    }

    /// How many requests of the token endpoint were for this.
    pub(crate) fn posts(&self, grant_type: &str) -> usize {
        let is_it = |body: &Value| body["grant_type"] == grant_type;
        let requests = self.sim.requests();
        let posts = requests.iter().filter(|entry| {
            entry.path == "/v1/oauth/token" && entry.request_body.as_ref().is_some_and(is_it)
        });
        posts.count()
    }

    pub(crate) fn refreshes(&self) -> usize {
        self.posts("refresh_token")
    }
}

/// Ends the work of a program that has made requests, and gives back its connections.
pub(crate) async fn close(workspaces: &Workspaces) {
    workspaces.shutdown(Duration::from_secs(30)).await.unwrap();
}

/// Whether a server of this mode gives tokens for a refresh token whose answer was lost.
pub(crate) fn forgives(mode: RefreshMode) -> bool {
    matches!(mode, RefreshMode::Grace | RefreshMode::SameRefreshToken)
}
