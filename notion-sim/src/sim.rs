//! The simulator as a Rust value.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::watch;

use crate::builder::{Builder, CLIENT_ID, CLIENT_SECRET, TOKEN};
use crate::clock::{Clock, milliseconds};
use crate::core::Core;
use crate::engine::id;
use crate::error::Error;
use crate::fault::Fault;
use crate::journal::Entry;
use crate::limit::RateLimit;
use crate::oauth::{self, Approval, OAuthSettings};
use crate::secret::Secret;
use crate::seed;
use crate::webhook::{Subscription, Webhook};

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
    pub(crate) core: Arc<Core>,
    pub(crate) address: SocketAddr,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) thread: Option<thread::JoinHandle<()>>,
}

/// The public connection that every simulator has registered.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OAuthClient {
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: String,
    /// The first registered redirect URI.
    pub redirect_uri: String,
}

impl fmt::Debug for OAuthClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthClient")
            .field("client_id", &self.client_id)
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
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
        self.core.tokens.first().map_or(TOKEN, Secret::expose)
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

    /// The public connection that every simulator has registered.
    pub fn oauth(&self) -> OAuthClient {
        let state = self.core.state();
        let redirect_uris = state.connection(CLIENT_ID).map(|own| &*own.redirect_uris);
        OAuthClient {
            client_id: CLIENT_ID.to_owned(),
            client_secret: CLIENT_SECRET.to_owned(),
            redirect_uri: redirect_uris.and_then(<[_]>::first).cloned().unwrap_or_default(),
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
        self.core.clock.set(Clock::fixed(now));
    }

    /// What the clock shows.
    pub fn now(&self) -> Timestamp {
        self.core.clock.now()
    }

    /// Moves the clock on, whether it stands still or runs.
    pub fn advance(&self, by: Duration) {
        self.core.clock.advance(by);
    }

    /// Lets the clock go on from here at another speed: 60 is a minute per second, 1 is real, 0 stops it. Nothing runs
    /// backwards or faster than a million times.
    pub fn set_speed(&self, speed: f64) {
        self.core.clock.set_speed(speed);
    }

    /// Lets the clock show the real time again.
    pub fn real_time(&self) {
        self.core.clock.set(Clock::real());
    }

    /// Limits requests from now on, with nothing used up.
    pub fn set_rate_limit(&self, limit: RateLimit) {
        self.core.limiter.set(limit);
    }

    /// Adds a fault.
    pub fn fault(&self, fault: Fault) {
        self.faults([fault]);
    }

    /// Adds faults: `sim.faults(Fault::random(0.2))`.
    pub fn faults(&self, faults: impl IntoIterator<Item = Fault>) {
        self.core.faults.add(faults);
    }

    /// Forgets all faults.
    pub fn clear_faults(&self) {
        self.core.faults.clear();
    }

    /// Gives OAuth consent without showing a page from now on, or no longer.
    pub fn set_auto_approve(&self, on: bool) {
        self.core.set_approval(on.then(Approval::default));
    }

    /// Gives OAuth consent without showing a page from now on, as this user of this workspace. `false` if one of them is not
    /// an id.
    pub fn auto_approve_as(&self, workspace: &str, user: &str) -> bool {
        let (workspace, user) = (id::parse(workspace), id::parse(user));
        let both = workspace.is_some() && user.is_some();
        if both {
            self.core.set_approval(Some(Approval { workspace, user }));
        }
        both
    }

    /// Changes how the OAuth server behaves from now on.
    pub fn set_oauth_settings(&self, settings: OAuthSettings) {
        let mut state = self.core.state();
        state.oauth.settings = Some(settings);
        state.revision += 1;
    }

    /// What the OAuth server has done: its settings, the authorizations with their live tokens (as SHA-256), and how often
    /// what happened. The same as `GET /_sim/oauth`.
    pub fn oauth_report(&self) -> Value {
        let state = self.core.state();
        let settings = self.core.oauth_settings(&state);
        oauth::report(&state, &settings, self.core.clock.now())
    }

    /// Ends the access tokens of a bot, or those of all bots. Refresh tokens stay good. How many there were.
    pub fn expire_access_tokens(&self, bot: Option<&str>) -> usize {
        let mut state = self.core.state();
        let bot = match bot.map(id::parse) {
            Some(None) => return 0,
            Some(bot) => bot,
            None => None,
        };
        state.revision += 1;
        state.oauth.tokens.expire_access(bot)
    }

    /// Takes a public connection out of a workspace, as a user does in Notion: all tokens of the bot are dead, and nobody is
    /// told. `false` if it is not the bot of an authorization.
    pub fn uninstall(&self, bot: &str) -> bool {
        id::parse(bot).is_some_and(|bot| self.core.state().uninstall(bot))
    }

    /// Lets search be this far behind from now on; see [`Builder::search_lag`].
    pub fn set_search_lag(&self, lag: Duration) {
        self.core.set_search_lag(milliseconds(lag));
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
        seed::dump(&state)
    }

    /// Back to the start: the workspace, the clock, the faults, the limits and the lag the simulator began with, and an empty
    /// journal.
    pub fn reset(&self) {
        self.core.reset();
    }

    /// Shares a page, database or data source with the internal connection of its workspace. `false` if `id` is not an id.
    pub fn share(&self, id: &str) -> bool {
        self.set_shared(None, id, true)
    }

    /// Takes a page, database or data source away from the internal connection of its workspace again. What is inside
    /// something shared stays visible through it. `false` if it was not shared by itself.
    pub fn unshare(&self, id: &str) -> bool {
        self.set_shared(None, id, false)
    }

    /// Shares a page, database or data source with a connection, which is named by its name, its client id, or the id of its
    /// bot. `false` if there is no such connection, or if `id` is not an id.
    pub fn share_with(&self, connection: &str, id: &str) -> bool {
        self.set_shared(Some(connection), id, true)
    }

    /// Takes a page, database or data source away from a connection again. `false` if it was not shared by itself.
    pub fn unshare_from(&self, connection: &str, id: &str) -> bool {
        self.set_shared(Some(connection), id, false)
    }

    fn set_shared(&self, connection: Option<&str>, id: &str, on: bool) -> bool {
        let Some(id) = id::parse(id) else { return false };
        let mut state = self.core.state();
        let bots = match connection {
            Some(name) => state.bots_of(name),
            None => vec![state.own_bot(id)],
        };
        state.share(&bots, id, on)
    }

    /// Sends webhooks to an address of this computer from now on: a signed POST for each event, repeated until it is
    /// acknowledged. `events` are the wanted ones, such as `page.created`; all where the list is empty.
    ///
    /// # Errors
    ///
    /// An address that is not plain HTTP to this computer or its network, or an event that Notion does not have.
    pub fn webhook(&self, url: &str, events: &[&str]) -> Result<Webhook, Error> {
        let events = events.iter().map(|event| (*event).to_owned()).collect();
        let subscription = Subscription::new(url, events, "2026-03-11")
            .map_err(|problem| Error::unusable("webhook", &problem))?;
        let webhook = subscription.public();
        self.core.webhooks.subscribe(subscription);
        Ok(webhook)
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
