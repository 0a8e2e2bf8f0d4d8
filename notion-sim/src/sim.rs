//! The simulator as a Rust value.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener as StdListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::{oneshot, watch};

use crate::core::{Core, Setup};
use crate::engine::id;
use crate::error::Error;
use crate::fault::Fault;
use crate::import;
use crate::journal::Entry;
use crate::oauth::Connection;
use crate::persist::DataFile;
use crate::seed;
use crate::server;
use crate::state::State;

/// The token of the internal connection where none is given.
const TOKEN: &str = "secret_sim";
/// The public connection that every simulator has registered.
const CLIENT_ID: &str = "5a1d0c1e-0000-4000-8000-00000000c11e";
const CLIENT_SECRET: &str = "secret_sim_client";
const REDIRECT_URI: &str = "http://localhost:6685/callback";
/// Notion's cap on the rows a query finds.
const QUERY_LIMIT: usize = 10_000;

/// A running simulator. It stops when it is dropped.
///
/// Each one has a thread, a port and a workspace of its own, so any number of them run side by side, and a test may block
/// its own thread while it talks to one.
///
/// ```
/// # async fn example() -> Result<(), notion_sim::Error> {
/// let sim = notion_sim::Sim::start().await?;
/// assert!(sim.base_url().starts_with("http://127.0.0.1:"));
/// assert_eq!(sim.token(), "secret_sim");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Sim {
    core: Arc<Core>,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    thread: Option<thread::JoinHandle<()>>,
}

/// Settings of a simulator that is not started yet.
#[derive(Debug, Clone)]
pub struct Builder {
    host: IpAddr,
    port: u16,
    tokens: Vec<String>,
    seed: Option<SeedSource>,
    data_file: Option<PathBuf>,
    auto_approve: bool,
    client_name: String,
    redirect_uris: Vec<String>,
    query_limit: usize,
}

#[derive(Debug, Clone)]
enum SeedSource {
    File(PathBuf),
    Json(Value),
}

/// The public connection that is registered with a simulator.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OAuthClient {
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: String,
    /// The first registered redirect URI.
    pub redirect_uri: String,
}

impl Sim {
    /// Starts a simulator with a fresh workspace on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// If the operating system gives no port or no thread.
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }

    /// Settings for a simulator.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Where the simulator listens: `http://127.0.0.1:PORT`, without a path.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address the simulator listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The (first) token of the internal connection.
    pub fn token(&self) -> &str {
        self.core.tokens.first().map_or(TOKEN, String::as_str)
    }

    /// The id of the page under which a program may build: the first page shared with the internal connection, from the
    /// top. Empty if a seed shares no page.
    pub fn parent_page_id(&self) -> String {
        self.core
            .state()
            .parent_page()
            .map(|id| id.to_string())
            .unwrap_or_default()
    }

    /// The registered public connection.
    pub fn oauth(&self) -> OAuthClient {
        let connection = self.core.connections.first();
        let text = |read: fn(&Connection) -> &str| connection.map(read).unwrap_or_default().to_owned();
        OAuthClient {
            client_id: text(|connection| &connection.client_id),
            client_secret: text(|connection| &connection.client_secret),
            redirect_uri: text(|connection| connection.redirect_uris.first().map_or("", String::as_str)),
        }
    }

    /// The environment variables that point a program at this simulator.
    pub fn notion_env(&self) -> Vec<(&'static str, String)> {
        let oauth = self.oauth();
        vec![
            ("NOTION_TOKEN", self.token().to_owned()),
            ("NOTION_BASE_URL", self.base_url()),
            ("NOTION_CLIENT_ID", oauth.client_id),
            ("NOTION_CLIENT_SECRET", oauth.client_secret),
            ("NOTION_REDIRECT_URI", oauth.redirect_uri),
        ]
    }

    /// All requests to the API so far, oldest first. Credentials are not in them.
    pub fn requests(&self) -> Vec<Entry> {
        self.core.journal.all()
    }

    /// Stops the clock at an instant.
    pub fn set_now(&self, now: Timestamp) {
        self.core.clock.set(Some(now));
    }

    /// Lets the clock run with real time again.
    pub fn real_time(&self) {
        self.core.clock.set(None);
    }

    /// Adds a fault.
    pub fn fault(&self, fault: Fault) {
        self.core.faults.add(vec![fault]);
    }

    /// Forgets all faults.
    pub fn clear_faults(&self) {
        self.core.faults.clear();
    }

    /// Gives OAuth consent without showing a page from now on, or no longer.
    pub fn set_auto_approve(&self, on: bool) {
        self.core.set_auto_approve(on);
    }

    /// Replaces the workspace by a seed document.
    ///
    /// # Errors
    ///
    /// A document that is not a seed; the workspace stays as it was. Or a data file that cannot be written.
    pub fn seed(&self, document: &Value) -> Result<(), Error> {
        let bytes = document.to_string();
        let state = seed::read(bytes.as_bytes(), self.core.clock.now())
            .map_err(|problem| Error::unusable("seed document", &problem))?;
        self.core.replace(state);
        self.core.save().map_err(Error::unsaved)
    }

    /// The workspace as a seed document.
    pub fn state(&self) -> Value {
        let state = self.core.state().clone();
        seed::dump(&state, false)
    }

    /// Back to the start: the workspace the simulator began with, real time, no faults, an empty journal.
    pub fn reset(&self) {
        self.core.reset();
    }

    /// Shares a page, database or data source with the internal connection. `false` if `id` is not an id.
    pub fn share(&self, id: &str) -> bool {
        let Some(id) = id::parse(id) else { return false };
        let mut state = self.core.state();
        state.workspace.shared.roots.insert(id);
        state.revision += 1;
        true
    }

    /// Takes a page, database or data source away from the internal connection again. What is inside something shared
    /// stays visible through it. `false` if it was not shared by itself.
    pub fn unshare(&self, id: &str) -> bool {
        let mut state = self.core.state();
        state.revision += 1;
        id::parse(id).is_some_and(|id| state.workspace.shared.roots.remove(&id))
    }

    fn stop(&mut self) {
        let _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        // Requests were answered when they were saved; what the owner changed directly may not be. There is nobody left to
        // tell if the disk is full.
        let _ = self.core.save();
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            tokens: Vec::new(),
            seed: None,
            data_file: None,
            auto_approve: false,
            client_name: "Sim Connection".to_owned(),
            redirect_uris: Vec::new(),
            query_limit: QUERY_LIMIT,
        }
    }
}

impl Builder {
    /// Listens on this address instead of 127.0.0.1.
    #[must_use]
    pub fn host(mut self, host: IpAddr) -> Self {
        self.host = host;
        self
    }

    /// Listens on this port instead of a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Adds a token of the internal connection. Without any it is `secret_sim`.
    #[must_use]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.tokens.push(token.into());
        self
    }

    /// Begins with the workspace of a seed document.
    #[must_use]
    pub fn seed(mut self, document: Value) -> Self {
        self.seed = Some(SeedSource::Json(document));
        self
    }

    /// Begins with the workspace of a seed document in a file. The file may also be a recording of real traffic; see
    /// [`import`](crate::import()).
    #[must_use]
    pub fn seed_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.seed = Some(SeedSource::File(path.into()));
        self
    }

    /// Keeps the state in a file across restarts. If the file exists, its state wins over a seed.
    #[must_use]
    pub fn data_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.data_file = Some(path.into());
        self
    }

    /// Gives OAuth consent without showing a page, with everything shared.
    #[must_use]
    pub fn auto_approve(mut self, on: bool) -> Self {
        self.auto_approve = on;
        self
    }

    /// Registers a redirect URI for the public connection. Without any it is `http://localhost:6685/callback`.
    #[must_use]
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.redirect_uris.push(uri.into());
        self
    }

    /// Names the public connection, for the consent page.
    #[must_use]
    pub fn client_name(mut self, name: impl Into<String>) -> Self {
        self.client_name = name.into();
        self
    }

    /// Lowers the cap on the rows a query finds from Notion's 10,000, so that tests reach it.
    #[must_use]
    pub fn query_limit(mut self, rows: usize) -> Self {
        self.query_limit = rows;
        self
    }

    /// Starts the simulator.
    ///
    /// # Errors
    ///
    /// An address that cannot be listened on, or a seed or data file that cannot be used.
    pub async fn start(self) -> Result<Sim, Error> {
        let (sim, ready) = self.launch()?;
        // The port is open already; the wait makes sure that somebody accepts.
        let _ = ready.await;
        Ok(sim)
    }

    /// Starts the simulator from code that is not async.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub fn start_blocking(self) -> Result<Sim, Error> {
        let (sim, _ready) = self.launch()?;
        Ok(sim)
    }

    fn launch(self) -> Result<(Sim, oneshot::Receiver<()>), Error> {
        let now = Timestamp::now();
        let (data, kept) = match &self.data_file {
            None => (None, None),
            Some(path) => {
                let (file, state) = DataFile::open(path.clone(), now)?;
                (Some(file), state)
            }
        };
        let state = match (kept, &self.seed) {
            (Some(state), _) => state,
            (None, None) => State::fresh(now),
            (None, Some(source)) => source.read(now)?,
        };
        let address = SocketAddr::new(self.host, self.port);
        let listener = StdListener::bind(address).map_err(|error| Error::address(address, error))?;
        listener.set_nonblocking(true).map_err(Error::system)?;
        let address = listener.local_addr().map_err(Error::system)?;
        if let Some(data) = &data {
            data.create(&state)?;
        }
        let or = |list: Vec<String>, default: &str| {
            if list.is_empty() {
                vec![default.to_owned()]
            } else {
                list
            }
        };
        let core = Arc::new(Core::new(Setup {
            state,
            data,
            tokens: or(self.tokens, TOKEN),
            connections: vec![Connection {
                client_id: CLIENT_ID.to_owned(),
                client_secret: CLIENT_SECRET.to_owned(),
                name: self.client_name,
                redirect_uris: or(self.redirect_uris, REDIRECT_URI),
            }],
            query_limit: self.query_limit,
            auto_approve: self.auto_approve,
        }));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Error::system)?;
        let (stop, stopped) = watch::channel(false);
        let (ready, is_ready) = oneshot::channel();
        let served = core.clone();
        let thread = thread::Builder::new()
            .name("notion-sim".to_owned())
            .spawn(move || {
                runtime.block_on(async move {
                    if let Ok(listener) = tokio::net::TcpListener::from_std(listener) {
                        let _ = ready.send(());
                        server::run(listener, served, stopped).await;
                    }
                });
            })
            .map_err(Error::system)?;
        Ok((
            Sim {
                core,
                address,
                stop,
                thread: Some(thread),
            },
            is_ready,
        ))
    }
}

impl SeedSource {
    fn read(&self, now: Timestamp) -> Result<State, Error> {
        match self {
            Self::Json(value) => seed::read(value.to_string().as_bytes(), now)
                .map_err(|problem| Error::unusable("seed document", &problem)),
            Self::File(path) => {
                let bytes =
                    std::fs::read(path).map_err(|error| Error::unreadable("seed file", path, error))?;
                if import::is_recording(&bytes) {
                    let document = import::from_files(&[(path, bytes)])?;
                    return Self::Json(document).read(now);
                }
                seed::read(&bytes, now)
                    .map_err(|problem| Error::unusable(&format!("seed file {}", path.display()), &problem))
            }
        }
    }
}
