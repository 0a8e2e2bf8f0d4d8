//! The redirect of a login on this machine: a listener on the port of a `http://localhost` redirect URI, for
//! command-line programs.
//!
//! ```no_run
//! # async fn run() -> notion_oauth::Result<()> {
//! use notion_oauth::loopback::{Loopback, open_browser};
//! use notion_oauth::Connection;
//!
//! let connection = Connection::from_env()?;
//! let loopback = Loopback::bind_first(connection.redirect_uris()).await?; // before the browser opens
//! let pending = connection.authorize_to(loopback.redirect_uri().as_str())?;
//! if !open_browser(pending.url()).await {
//!     println!("Open this link in a browser on this machine:\n{}", pending.url());
//! }
//! let grant = loopback.receive(&pending).await?.into_grant()?;
//! println!("connected to {}", grant.workspace_name().unwrap_or("a workspace"));
//! # Ok(())
//! # }
//! ```
//!
//! Where the browser is on another machine, [`Paste`] takes the address that it ends up at.

mod browser;
mod head;
mod listen;
mod page;
mod paste;

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{AbortHandle, JoinSet, yield_now};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use url::Host;

use crate::callback::{AuthorizationError, Callback};
use crate::connection::{Connection, RedirectUri};
use crate::error::{Error, ErrorKind, Result};
use crate::flow::{Outcome, Pending};
use crate::state::State;

pub use browser::{expects_browser, open_browser};
use head::{Head, Rules, Wanted};
use listen::listen;
use page::Page;
pub use paste::Paste;

/// How long a browser has to send its request: it does so at once.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// How long it has to take the answer.
const WRITE_TIMEOUT: Duration = Duration::from_secs(2);
/// No user thinks longer than a day, and a clock can add it to any time.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
/// When one more comes, the oldest is dropped, so that many slow ones do not keep the right one out.
const MAX_CONNECTIONS: usize = 8;

/// A listener that waits for the user to come back from Notion.
///
/// It answers navigations to the redirect URI on this machine, and nothing else. A request without the state of the
/// flow changes nothing: it keeps waiting for the right one. The listener is gone when this is dropped.
pub struct Loopback {
    listeners: Vec<TcpListener>,
    redirect_uri: RedirectUri,
    port: u16,
    deadline: Duration,
}

impl Loopback {
    /// Listens where a redirect URI on this machine leads: for `localhost` on `127.0.0.1` and on `::1`, because a
    /// browser may take either, and another program must not have the other one.
    ///
    /// Port 0 takes a free port. Notion compares ports too, so that this is for servers that do not; take the redirect
    /// URI from [`redirect_uri`](Self::redirect_uri) then.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use notion_oauth::{Loopback, RedirectUri};
    ///
    /// let loopback = Loopback::bind(&RedirectUri::new("http://localhost:0/callback")?).await?;
    /// assert_eq!(loopback.redirect_uri().url().port(), Some(loopback.port()));
    /// # Ok::<(), notion_oauth::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`PortInUse`](ErrorKind::PortInUse), which names the port; when the redirect URI does not lead to this machine,
    /// or the system lets nobody listen.
    pub async fn bind(redirect_uri: &RedirectUri) -> Result<Self> {
        let url = redirect_uri.url();
        if !leads_here(redirect_uri) {
            return Err(elsewhere(format!(
                "the redirect URI {redirect_uri} does not lead to a port of this machine"
            )));
        }
        let addresses = match url.host() {
            Some(Host::Ipv4(ip)) => vec![IpAddr::V4(ip)],
            Some(Host::Ipv6(ip)) => vec![IpAddr::V6(ip)],
            _ => vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
        };
        let asked = url.port_or_known_default().unwrap_or_default();
        let (listeners, port) = listen(&addresses, asked).await?;
        let redirect_uri = if asked == 0 {
            let mut url = url.clone();
            // Only URLs without a host have no port to set.
            let _ = url.set_port(Some(port));
            RedirectUri::new(url.as_str())?
        } else {
            redirect_uri.clone()
        };
        tracing::debug!(port, families = listeners.len(), "waiting for the browser");
        Ok(Self {
            listeners,
            redirect_uri,
            port,
            deadline: Duration::from_secs(5 * 60),
        })
    }

    /// Listens where the first of some redirect URIs leads whose port is free: those of a connection, say, of which the
    /// ones that do not lead to this machine are passed over. Take the one to use from
    /// [`redirect_uri`](Self::redirect_uri).
    ///
    /// A program that others run should have a few registered, since any port may be taken on their machines.
    ///
    /// ```no_run
    /// # async fn run(connection: notion_oauth::Connection) -> notion_oauth::Result<()> {
    /// use notion_oauth::Loopback;
    ///
    /// let loopback = Loopback::bind_first(connection.redirect_uris()).await?;
    /// let pending = connection.authorize_to(loopback.redirect_uri().as_str())?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`PortInUse`](ErrorKind::PortInUse), which names all ports; when no redirect URI leads to this machine; and as
    /// [`bind`](Self::bind).
    pub async fn bind_first(redirect_uris: &[RedirectUri]) -> Result<Self> {
        let mut taken = Vec::new();
        let mut last = None;
        for redirect_uri in redirect_uris.iter().filter(|uri| leads_here(uri)) {
            match Self::bind(redirect_uri).await {
                Err(error) if error.kind() == ErrorKind::PortInUse => {
                    taken.extend(
                        redirect_uri
                            .url()
                            .port_or_known_default()
                            .map(|port| port.to_string()),
                    );
                    last = Some(error);
                }
                bound => return bound,
            }
        }
        match last {
            None => Err(elsewhere(
                "none of the redirect URIs leads to a port of this machine",
            )),
            Some(last) if taken.len() == 1 => Err(last),
            Some(last) => Err(Error::new(
                ErrorKind::PortInUse,
                format!("the ports {} are all taken by other programs", taken.join(", ")),
            )
            .with_hint("Stop one of them, or register a redirect URI with another port.")
            .with_source(last)),
        }
    }

    /// The redirect URI to use: the one that was given, with the port that was chosen in place of 0.
    #[must_use]
    pub fn redirect_uri(&self) -> &RedirectUri {
        &self.redirect_uri
    }

    /// The port that it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Begins a flow that comes back here: to one of the connection's redirect URIs, or through its
    /// [broker](Connection::brokered).
    ///
    /// # Errors
    /// When the connection has no such redirect URI, and as [`Connection::authorize`].
    pub fn authorize(&self, connection: &Connection) -> Result<Pending> {
        match connection.secret() {
            Some(_) => connection.authorize_to(self.redirect_uri.as_str()),
            None => Pending::through_broker(connection.clone(), &self.redirect_uri),
        }
    }

    /// How long to wait for the user; 5 minutes if not set, and never longer than the flow lasts.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Waits for the user to come back, ends the flow, and shows the user how it ended.
    ///
    /// An answer without a state, which is what Notion may send where the user cancels, could be anybody's: the page then
    /// lets the user stop the login.
    ///
    /// # Errors
    /// [`TimedOut`](ErrorKind::TimedOut) when nobody came; and as [`Pending::finish`], whose result this is.
    pub async fn receive(self, pending: &Pending) -> Result<Outcome> {
        if *pending.landing() != self.redirect_uri {
            return Err(Error::new(
                ErrorKind::Configuration,
                format!("the flow comes back to {}, and not here", pending.landing()),
            )
            .with_hint(format!("Begin it with the redirect URI {}.", self.redirect_uri)));
        }
        let deadline = Instant::now() + self.deadline.min(pending.remaining()).min(LONGEST);
        let rules = Arc::new(Rules::new(&self.redirect_uri, self.port, State::generate()?));
        let (hits, mut received) = mpsc::unbounded_channel::<Hit>();
        let mut visits = Visits::default();
        loop {
            tokio::select! {
                biased;
                Some(hit) = received.recv() => {
                    if let Some(outcome) = hit.answer(pending, &rules).await {
                        return outcome;
                    }
                }
                Some(_) = visits.tasks.join_next() => visits.order.retain(|visit| !visit.is_finished()),
                () = sleep_until(deadline) => {
                    return Err(Error::new(ErrorKind::TimedOut, "nobody came back from the browser in time")
                        .with_hint("Begin again, and answer in the browser that opens."));
                }
                stream = self.accept() => match stream {
                    Ok((stream, _)) => {
                        visits.begin(visit(stream, Arc::clone(&rules), hits.clone()));
                        // Of a crowd, each is heard before others take its place.
                        yield_now().await;
                    }
                    // Too many open files, say: it passes.
                    Err(_) => sleep(Duration::from_millis(50)).await,
                },
            }
        }
    }

    async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let second = async {
            match self.listeners.get(1) {
                Some(listener) => listener.accept().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            accepted = self.listeners[0].accept() => accepted,
            accepted = second => accepted,
        }
    }
}

impl fmt::Debug for Loopback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loopback")
            .field("redirect_uri", &self.redirect_uri)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

fn leads_here(redirect_uri: &RedirectUri) -> bool {
    redirect_uri.url().scheme() == "http" && redirect_uri.is_loopback()
}

fn elsewhere(message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Configuration, message)
        .with_hint("Register one such as `http://localhost:8080/callback` for command-line programs.")
}

/// The connections of browsers, from old to new.
#[derive(Default)]
struct Visits {
    tasks: JoinSet<()>,
    order: VecDeque<AbortHandle>,
}

impl Visits {
    fn begin(&mut self, visit: impl Future<Output = ()> + Send + 'static) {
        if self.order.len() >= MAX_CONNECTIONS
            && let Some(oldest) = self.order.pop_front()
        {
            oldest.abort();
        }
        self.order.push_back(self.tasks.spawn(visit));
    }
}

/// A request that concerns the flow, and the browser that waits for its page.
struct Hit {
    wanted: Wanted,
    reply: oneshot::Sender<Page>,
    /// Closed when the browser has the page.
    shown: oneshot::Receiver<()>,
}

impl Hit {
    /// Shows a page, and gives the outcome if this ended the flow.
    async fn answer(self, pending: &Pending, rules: &Rules) -> Option<Result<Outcome>> {
        let (page, outcome) = match self.wanted {
            Wanted::Cancel => {
                let denied = Outcome::Denied { is_confirmed: true };
                (Page::denied(), Some(Ok(denied)))
            }
            Wanted::Callback(callback) if pending.is_answered_by(&callback) => {
                let outcome = pending.finish(callback).await;
                (Page::of(&outcome), Some(outcome))
            }
            Wanted::Callback(callback) => (stranger(&callback, rules), None),
        };
        // The browser may be gone: the outcome is the same.
        if self.reply.send(page).is_ok() && outcome.is_some() {
            let _ = timeout(WRITE_TIMEOUT, self.shown).await;
        }
        outcome
    }
}

fn stranger(callback: &Callback, rules: &Rules) -> Page {
    if callback.state.is_none() && callback.error() == Some(&AuthorizationError::AccessDenied) {
        return Page::perhaps_denied(&rules.cancel_target());
    }
    Page::stranger()
}

/// One connection: one request, one page.
async fn visit(mut stream: TcpStream, rules: Arc<Rules>, hits: mpsc::UnboundedSender<Hit>) {
    let Ok(Ok(head)) = timeout(HEAD_TIMEOUT, Head::read(&mut stream)).await else {
        return;
    };
    let (reply, page) = oneshot::channel();
    let (_shown, shown) = oneshot::channel();
    let page = match head.check(&rules) {
        Ok(wanted) => {
            if hits.send(Hit { wanted, reply, shown }).is_err() {
                return;
            }
            let Ok(page) = page.await else { return };
            page
        }
        Err(page) => page,
    };
    let _ = timeout(WRITE_TIMEOUT, write(&mut stream, &page)).await;
}

async fn write(stream: &mut TcpStream, page: &Page) -> io::Result<()> {
    stream.write_all(page.response().as_bytes()).await?;
    stream.shutdown().await?;
    // What the browser still sends is taken, since closing on it would reset the connection and lose the page.
    let mut rest = [0; 1024];
    for _ in 0..64 {
        match timeout(Duration::from_millis(100), stream.read(&mut rest)).await {
            Ok(Ok(count)) if count > 0 => {}
            _ => break,
        }
    }
    Ok(())
}
