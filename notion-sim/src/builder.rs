//! How a simulator is set up and started.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener as StdListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::{oneshot, watch};

use crate::clock::{Clock, milliseconds};
use crate::connection::{Connection, Kind, Registration};
use crate::core::{Core, Setup};
use crate::engine::id;
use crate::error::Error;
use crate::fault::Fault;
use crate::import;
use crate::limit::RateLimit;
use crate::oauth::OAuthSettings;
use crate::persist::DataFile;
use crate::secret::Secret;
use crate::seed;
use crate::server;
use crate::sim::Sim;
use crate::state::State;

/// The token of the internal connection where none is given.
pub(crate) const TOKEN: &str = "secret_sim";
/// The public connection that every simulator has registered.
pub(crate) const CLIENT_ID: &str = "5a1d0c1e-0000-4000-8000-00000000c11e";
pub(crate) const CLIENT_SECRET: &str = "secret_sim_client";
const REDIRECT_URI: &str = "http://localhost:6685/callback";
/// Notion's cap on the rows a query finds.
const QUERY_LIMIT: usize = 10_000;
/// Notion's cap on the results in a page of a list.
const PAGE_SIZE: usize = 100;
/// The stack of the thread of a simulator, in bytes. Formulas that build on each other are computed inside of each other, and
/// the highest ones in the longest chain take a third of it.
const STACK: usize = 32 << 20;

/// Settings of a simulator that is not started yet.
#[derive(Debug, Clone)]
pub struct Builder {
    host: IpAddr,
    port: u16,
    tokens: Vec<Secret>,
    seed: Option<SeedSource>,
    data_file: Option<PathBuf>,
    auto_approve: bool,
    client_name: String,
    redirect_uris: Vec<String>,
    connections: Vec<Connection>,
    oauth: OAuthSettings,
    query_limit: usize,
    clock: Clock,
    rng_seed: Option<u64>,
    faults: Vec<Fault>,
    faults_file: Option<PathBuf>,
    rate_limit: RateLimit,
    max_page_size: usize,
    query_lag: Duration,
    search_lag: Duration,
}

#[derive(Clone)]
enum SeedSource {
    File(PathBuf),
    Json(Value),
}

impl fmt::Debug for SeedSource {
    /// A seed may hold tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Json(_) => f.write_str("Json"),
        }
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
            connections: Vec::new(),
            oauth: OAuthSettings::default(),
            query_limit: QUERY_LIMIT,
            clock: Clock::real(),
            rng_seed: None,
            faults: Vec::new(),
            faults_file: None,
            rate_limit: RateLimit::off(),
            max_page_size: PAGE_SIZE,
            query_lag: Duration::ZERO,
            search_lag: Duration::ZERO,
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
        self.tokens.push(Secret::from(token.into()));
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

    /// Registers one more connection.
    #[must_use]
    pub fn connection(mut self, connection: Connection) -> Self {
        self.connections.push(connection);
        self
    }

    /// Chooses how the OAuth server behaves. A seed or a data file may say otherwise.
    #[must_use]
    pub fn oauth_settings(mut self, settings: OAuthSettings) -> Self {
        self.oauth = settings;
        self
    }

    /// Lowers the cap on the rows a query finds from Notion's 10,000, so that tests reach it.
    #[must_use]
    pub fn query_limit(mut self, rows: usize) -> Self {
        self.query_limit = rows;
        self
    }

    /// Sets the clock: to an instant, at which it stands still, or to any [`Clock`]. Without this it is real.
    #[must_use]
    pub fn clock(mut self, clock: impl Into<Clock>) -> Self {
        self.clock = clock.into();
        self
    }

    /// Decides what happens by chance: ids, tokens, and which requests a fault with a probability strikes. With the same seed,
    /// a fixed clock and the same requests one after the other, every run gives the same bytes. Without this, ids are new in
    /// every run.
    #[must_use]
    pub fn rng_seed(mut self, seed: u64) -> Self {
        self.rng_seed = Some(seed);
        self
    }

    /// Begins with these faults, in addition to those it has.
    #[must_use]
    pub fn faults(mut self, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.faults.extend(faults);
        self
    }

    /// Begins with the faults in a file, behind all others: one in JSON, or a list of them.
    #[must_use]
    pub fn faults_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.faults_file = Some(path.into());
        self
    }

    /// Limits requests. Without this they are not.
    #[must_use]
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = limit;
        self
    }

    /// Gives at most this many results at a time, whatever a request asks for, so that programs must read on. At least one.
    #[must_use]
    pub fn max_page_size(mut self, results: usize) -> Self {
        self.max_page_size = results.clamp(1, PAGE_SIZE);
        self
    }

    /// Lets search be behind, on the simulator's clock: what was made, renamed, trashed or restored within this time it
    /// knows as it was before.
    #[must_use]
    pub fn search_lag(mut self, lag: Duration) -> Self {
        self.search_lag = lag;
        self
    }

    /// Lets queries not find rows that were made within this time, on the simulator's clock.
    #[must_use]
    pub fn query_lag(mut self, lag: Duration) -> Self {
        self.query_lag = lag;
        self
    }

    /// Starts the simulator.
    ///
    /// # Errors
    ///
    /// An address that cannot be listened on, or a file that cannot be used.
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
        let now = self.clock.start();
        let connections = self.registrations()?;
        let mut faults = self.faults;
        if let Some(path) = &self.faults_file {
            faults.extend(read_faults(path)?);
        }
        let (data, kept) = match &self.data_file {
            None => (None, None),
            Some(path) => {
                let (file, state) = DataFile::open(path, now)?;
                (Some(file), state)
            }
        };
        let mut state = match (kept, &self.seed) {
            (Some(state), _) => state,
            (None, None) => id::seeded(self.rng_seed, || State::fresh(now)),
            (None, Some(source)) => id::seeded(self.rng_seed, || source.read(now))?,
        };
        for connection in &connections {
            if !state.register(connection) {
                let problem = format!("there is no such workspace as `{}` is in.", connection.name);
                return Err(Error::unusable("connection", &problem));
            }
        }
        let address = SocketAddr::new(self.host, self.port);
        let listener = StdListener::bind(address).map_err(|error| Error::address(address, error))?;
        listener.set_nonblocking(true).map_err(Error::system)?;
        let address = listener.local_addr().map_err(Error::system)?;
        if let Some(data) = &data {
            data.create(&mut state)?;
        }
        let tokens = match self.tokens.is_empty() {
            true => vec![Secret::from(TOKEN)],
            false => self.tokens,
        };
        let core = Arc::new(Core::new(Setup {
            state,
            data,
            tokens,
            connections,
            oauth: self.oauth,
            query_limit: self.query_limit,
            max_page_size: self.max_page_size,
            query_lag: milliseconds(self.query_lag),
            search_lag: milliseconds(self.search_lag),
            auto_approve: self.auto_approve,
            clock: self.clock,
            rng_seed: self.rng_seed.unwrap_or(0),
            faults,
            rate_limit: self.rate_limit,
        }));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Error::system)?;
        let (stop, stopped) = watch::channel(false);
        let (ready, is_ready) = oneshot::channel();
        let served = core.clone();
        // Not the seed itself, from which the ids of the beginning were drawn.
        let ids = self.rng_seed.map(|seed| seed.wrapping_add(1));
        let thread = thread::Builder::new()
            .name("notion-sim".to_owned())
            .stack_size(STACK)
            .spawn(move || {
                let serve = async move {
                    if let Ok(listener) = tokio::net::TcpListener::from_std(listener) {
                        let _ = ready.send(());
                        server::run(listener, served, stopped).await;
                    }
                };
                id::seeded(ids, || runtime.block_on(serve));
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

impl Builder {
    /// All connections to register: the public one that is always there, and those that were added.
    fn registrations(&self) -> Result<Vec<Arc<Registration>>, Error> {
        let mut public = Registration::new(Kind::Public, CLIENT_ID.to_owned(), self.client_name.clone());
        public.client_secret = Some(Secret::from(CLIENT_SECRET));
        public.redirect_uris.clone_from(&self.redirect_uris);
        if public.redirect_uris.is_empty() {
            public.redirect_uris.push(REDIRECT_URI.to_owned());
        }
        let mut all = vec![Arc::new(public)];
        for connection in &self.connections {
            let value = connection.clone().into_json();
            let read = seed::connection("the connection", &value);
            let read = read.map_err(|problem| Error::unusable("connection", &problem))?;
            if all.iter().any(|known| known.id == read.id) {
                let problem = format!("there is another one called `{}`.", read.id);
                return Err(Error::unusable("connection", &problem));
            }
            all.push(Arc::new(read));
        }
        Ok(all)
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

fn read_faults(path: &Path) -> Result<Vec<Fault>, Error> {
    let bytes = std::fs::read(path).map_err(|error| Error::unreadable("faults file", path, error))?;
    serde_json::from_slice(&bytes)
        .map_err(|error| format!("it is not JSON ({error})"))
        .and_then(|value| Fault::read(&value))
        .map_err(|problem| Error::unusable(&format!("faults file {}", path.display()), &problem))
}
