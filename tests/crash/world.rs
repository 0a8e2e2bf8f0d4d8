//! A server with one user, and a store.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use http::header::LOCATION;
use notion_core::transport::Transport;
use notion_oauth::{Binding, BotId, Callback, FlowResult, MemoryStore, Start, Workspaces};
use notion_sim::{Entry, OAuthSettings, RateLimit, RefreshMode, Sim};
use notion_tests::broken_disk::Disk;
use notion_tests::postgres::Postgres;

use crate::child::Work;
use crate::program::Program;
use crate::secrets;
use crate::site::{Place, REDIRECT_URI, Schema, Site, client, forms_of_key};

pub(crate) const MODES: [RefreshMode; 5] = [
    RefreshMode::Strict,
    RefreshMode::Rotate,
    RefreshMode::Grace,
    RefreshMode::SameRefreshToken,
    RefreshMode::NoRefreshToken,
];
/// The modes in which there is something to refresh with.
pub(crate) const ROTATING: &[RefreshMode] = MODES.first_chunk::<4>().unwrap();
/// The one key, where there is no change of keys.
pub(crate) const KEY: &[&str] = &["old"];

/// A kind of store.
#[derive(Clone)]
pub(crate) enum Kind {
    Memory,
    Sqlite,
    File,
    Postgres(Server),
}

/// A server of databases.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) postgres: Arc<Postgres>,
    /// How programs reach it.
    pub(crate) url: String,
}

impl Server {
    pub(crate) fn new(postgres: &Arc<Postgres>) -> Self {
        Self {
            postgres: Arc::clone(postgres),
            url: postgres.url(),
        }
    }
}

impl Kind {
    /// All of them, for faults that leave a program alive.
    pub(crate) fn all_and_memory(group: &str) -> Vec<Self> {
        [vec![Self::Memory], Self::all(group)].concat()
    }

    /// All of them that outlive a program.
    pub(crate) fn all(group: &str) -> Vec<Self> {
        [Self::Sqlite, Self::File]
            .into_iter()
            .chain(Self::postgres(group))
            .collect()
    }

    /// A server for all groups at a time.
    pub(crate) fn postgres(group: &str) -> Option<Self> {
        static SHARED: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        let server = match shared.upgrade() {
            Some(server) => server,
            None => Arc::new(Postgres::start(group, &["fsync = off", "max_connections = 500"])?),
        };
        *shared = Arc::downgrade(&server);
        Some(Self::Postgres(Server::new(&server)))
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite => "sqlite",
            Self::File => "file",
            Self::Postgres(_) => "postgres",
        }
    }

    /// The end of a group. With the last one that used the server, no token is anywhere in what that has written, deleted
    /// rows and its log included.
    pub(crate) fn end(kinds: Vec<Self>) {
        for kind in kinds {
            if let Self::Postgres(server) = kind
                && let Some(server) = Arc::into_inner(server.postgres)
            {
                server.query("CHECKPOINT");
                secrets::none_on_disk(&server.files(), &[]);
            }
        }
    }

    fn place(&self) -> Place {
        match self {
            Self::Memory => Place::Memory(MemoryStore::new()),
            Self::Sqlite => Place::Sqlite,
            Self::File => Place::File,
            Self::Postgres(server) => Place::Postgres(Schema::new(&server.url)),
        }
    }
}

impl Schema {
    /// One of its own for each case, whose connections have its name too.
    pub(crate) fn new(url: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("case{}", COUNT.fetch_add(1, Ordering::Relaxed));
        Self {
            url: format!("{url}&application_name={name}"),
            name,
        }
    }
}

/// Every mode with every kind of store, by name.
pub(crate) fn product(kinds: &[Kind], modes: &[RefreshMode]) -> Vec<(String, (RefreshMode, Kind))> {
    let of_kind = |kind: &Kind| {
        let named = |mode: &RefreshMode| (format!("{mode:?} {}", kind.name()), (*mode, kind.clone()));
        modes.iter().map(named).collect::<Vec<_>>()
    };
    kinds.iter().flat_map(of_kind).collect()
}

/// The same with each of these steps.
pub(crate) fn product_of_steps(
    steps: &[&'static str],
    kinds: &[Kind],
    modes: &[RefreshMode],
) -> Vec<(String, (&'static str, RefreshMode, Kind))> {
    let of_step = |step: &&'static str| {
        let step = *step;
        let cases = product(kinds, modes).into_iter();
        cases.map(move |(name, (mode, kind))| (format!("{step} {name}"), (step, mode, kind)))
    };
    steps.iter().flat_map(of_step).collect()
}

pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) site: Site,
    pub(crate) kind: Kind,
    pub(crate) mode: RefreshMode,
    pub(crate) bot: BotId,
    /// What must not be found on any disk, in any log or outside of any program.
    pub(crate) secrets: Vec<String>,
    /// Of how many answers of the token endpoint a case lets the program that asked know nothing.
    pub(crate) lost: usize,
    /// How often the access tokens have ended.
    pub(crate) ended: usize,
    /// The disk of its programs, where that may break.
    pub(crate) disk: Option<Disk>,
    folder: tempfile::TempDir,
}

/// A flow that the user has allowed, and whose answer is still to be taken.
pub(crate) struct Flow {
    pub(crate) callback: String,
    pub(crate) binding: Binding,
}

impl Flow {
    /// Its code and state, and what the browser has of it.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let values = url::form_urlencoded::parse(self.callback.as_bytes());
        let values = values.map(|(_, value)| value.into_owned());
        values.chain([self.binding.expose().to_owned()]).collect()
    }

    /// What a program does with it.
    pub(crate) fn finish(&self) -> Work {
        Work::Finish {
            callback: self.callback.clone(),
            binding: self.binding.expose().to_owned(),
        }
    }
}

impl World {
    /// With one installation, whose access token has ended.
    pub(crate) async fn expired(mode: RefreshMode, kind: &Kind) -> Self {
        let mut world = Self::installed(mode, kind).await;
        world.expire();
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
        Self::with(Sim::builder(), mode, kind).await
    }

    /// Without any installation, and with this in the server.
    pub(crate) async fn with(sim: notion_sim::Builder, mode: RefreshMode, kind: &Kind) -> Self {
        let sim = sim
            .redirect_uri(REDIRECT_URI)
            .auto_approve(true)
            .oauth_settings(OAuthSettings::default().refresh_mode(mode))
            .rate_limit(RateLimit::off())
            .start()
            .await
            .unwrap();
        let client = sim.oauth();
        let folder = tempfile::tempdir().unwrap();
        let site = Site {
            place: kind.place(),
            folder: folder.path().join("site"),
            base_url: sim.base_url(),
            client_id: client.client_id,
            client_secret: client.client_secret.clone(),
            timeout: Duration::from_secs(2),
            patience: Duration::from_secs(60),
        };
        std::fs::create_dir(&site.folder).unwrap();
        let mut secrets = vec![client.client_secret];
        secrets.extend(["old", "new"].into_iter().flat_map(forms_of_key));
        Self {
            sim,
            site,
            kind: kind.clone(),
            mode,
            bot: BotId::new("none").unwrap(),
            secrets,
            lost: 0,
            ended: 0,
            disk: None,
            folder,
        }
    }

    /// The server of the database and the part of it, in a world of that kind.
    pub(crate) fn in_postgres(&self) -> (&Postgres, &Schema) {
        match (&self.kind, &self.site.place) {
            (Kind::Postgres(server), Place::Postgres(schema)) => (&server.postgres, schema),
            _ => unreachable!("it is in another store"),
        }
    }

    pub(crate) async fn open(&self) -> Workspaces {
        self.site.open(KEY).await
    }

    /// The user allows a flow of this program, up to the redirect.
    pub(crate) async fn allow(&mut self) -> Flow {
        let workspaces = self.open().await;
        let flow = self.allow_in(&workspaces).await.expect("a redirect");
        self.secrets.extend(flow.secrets());
        flow
    }

    /// The user allows a flow of a program, or nothing if the server or the store is not in the mood.
    pub(crate) async fn allow_in(&self, workspaces: &Workspaces) -> Option<Flow> {
        let started = workspaces.start(Start::new(), None).await.ok()?;
        let page = http::Request::get(started.url()).body(Bytes::new()).unwrap();
        let answer = client().send(page).await.ok()?;
        let url = answer.headers().get(LOCATION)?.to_str().unwrap();
        Some(Flow {
            callback: url.split_once('?').unwrap().1.to_owned(),
            binding: started.binding().clone(),
        })
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
        self.ended += 1;
    }

    /// Runs a program with one key to the step at which it is killed.
    pub(crate) fn killed(&self, work: &Work, step: &str) {
        self.killed_with(KEY, work, step);
    }

    pub(crate) fn killed_with(&self, keys: &[&str], work: &Work, step: &str) {
        let program = Program::start(self, keys, work, &format!("{step}=kill"));
        program.go();
        program.dies(step);
    }

    /// Runs a program to the step at which it panics. What it prints then has the trace of all its calls, and no secret.
    pub(crate) fn panicked(&self, work: &Work, step: &str) {
        let program = self.start(work, &format!("{step}=panic"));
        program.go();
        let end = program.end();
        assert!(end.said.contains(&format!("the failpoint {step}")), "{end:?}");
    }

    /// A program that is about to refresh.
    pub(crate) fn refresher(&self, failpoints: &str) -> Program {
        self.start(&self.refresh(), failpoints)
    }

    /// A program with one key.
    pub(crate) fn start(&self, work: &Work, failpoints: &str) -> Program {
        Program::start(self, KEY, work, failpoints)
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

    /// The requests of the token endpoint for this.
    pub(crate) fn posts(&self, grant_type: &str) -> Vec<Entry> {
        let is_it = |entry: &Entry| {
            let body = entry.request_body.as_ref();
            entry.path == "/v1/oauth/token" && body.is_some_and(|body| body["grant_type"] == grant_type)
        };
        let mut entries = self.sim.requests();
        entries.retain(is_it);
        entries
    }

    pub(crate) fn refreshes(&self) -> usize {
        self.posts("refresh_token").len()
    }

    /// A name that no other world has.
    pub(crate) fn name(&self) -> String {
        let name = self.folder.path().file_name().unwrap();
        name.to_string_lossy().trim_start_matches('.').to_owned()
    }

    /// A file for what a program logs, which lies outside of what the program writes.
    pub(crate) fn new_log(&self) -> PathBuf {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        self.folder.path().join(format!("{number}.log"))
    }
}

/// Ends the work of a program that has made requests, and gives back its connections.
pub(crate) async fn close(workspaces: &Workspaces) {
    workspaces.shutdown(Duration::from_secs(60)).await.unwrap();
}

/// Whether a server of this mode gives tokens for a refresh token whose answer was lost.
pub(crate) fn forgives(mode: RefreshMode) -> bool {
    matches!(mode, RefreshMode::Grace | RefreshMode::SameRefreshToken)
}
