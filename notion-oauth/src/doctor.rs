//! Whether all is set up right, and what to do where it is not.

use std::fmt;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use notion_core::transport::Limiter;
use notion_core::{Notion, Shared, Token};
use url::Host;

use crate::connection::{Connection, Credential, RedirectUri};
use crate::endpoint;
use crate::error::{Error, ErrorKind, Result};
use crate::introspection::Introspection;

/// What a check-up found.
///
/// `Display` is a checklist for people, with the next step under each thing that is not right. It holds no secret.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use notion_oauth::{ClientId, ClientSecret, Connection, RedirectUri};
///
/// let connection = Connection::builder(
///     ClientId::new("463558a3-725e-4f37-b6d3-0889894f68de")?,
///     ClientSecret::new("secret_you_found_my_fake_secret")?,
///     RedirectUri::new("https://example.com/callback")?,
/// )
/// .base_url("http://127.0.0.1:1") // where nobody listens
/// .build()?;
///
/// let diagnosis = connection.doctor().await;
/// assert!(!diagnosis.is_well());
/// assert!(diagnosis.to_string().contains("✗ Notion could not be reached"));
/// # Ok::<(), notion_oauth::Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone, Default)]
pub struct Diagnosis {
    findings: Vec<Finding>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    verdict: Verdict,
    text: String,
    next: Option<String>,
}

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// As it should be.
    Good,
    /// Perhaps meant so, perhaps not; or it could not be found out.
    Doubtful,
    /// Nothing works before this is set right.
    Bad,
}

impl Diagnosis {
    /// What was found, in the order in which to set it right.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whether nothing is bad.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.findings
            .iter()
            .all(|finding| finding.verdict != Verdict::Bad)
    }

    fn good(&mut self, text: impl Into<String>) {
        self.push(Verdict::Good, text, None);
    }

    fn doubtful(&mut self, text: impl Into<String>, next: &str) {
        self.push(Verdict::Doubtful, text, Some(next));
    }

    fn bad(&mut self, text: impl Into<String>, next: Option<&str>) {
        self.push(Verdict::Bad, text, next);
    }

    fn push(&mut self, verdict: Verdict, text: impl Into<String>, next: Option<&str>) {
        self.findings.push(Finding {
            verdict,
            text: text.into(),
            next: next.map(str::to_owned),
        });
    }
}

impl Finding {
    /// How it is.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// What was found, in words.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What to do about it.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "{finding}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.verdict {
            Verdict::Good => '✓',
            Verdict::Doubtful => '?',
            Verdict::Bad => '✗',
        };
        write!(f, "{mark} {}", self.text)?;
        match &self.next {
            Some(next) => write!(f, "\n    {next}"),
            None => Ok(()),
        }
    }
}

impl Connection {
    /// Looks whether Notion can be reached, whether client id and secret belong together, whether the redirect URIs are
    /// plausible, and whether the clock is right. It changes nothing, and takes one request.
    ///
    /// Which redirect URIs are registered, Notion does not tell.
    pub async fn doctor(&self) -> Diagnosis {
        let mut diagnosis = Diagnosis::default();
        // A token that nobody has: what counts is whether Notion lets this connection ask.
        let (answer, date) = endpoint::probe(self, "ntn_doctor").await;
        diagnosis.of_credentials(self, answer);
        diagnosis.of_clock(date);
        diagnosis.of_redirect_uris(self.redirect_uris());
        diagnosis
    }

    /// The same, and also whether an access token of a user is good and what it can see. It takes four requests.
    pub async fn doctor_of(&self, token: &Token) -> Diagnosis {
        let mut diagnosis = self.doctor().await;
        if !diagnosis.is_well() {
            return diagnosis;
        }
        diagnosis.of_token(self.introspect(token).await);
        if diagnosis.is_well() {
            match self.client_of(token.clone(), Limiter::default()) {
                Ok(notion) => diagnosis.of_client(&notion).await,
                Err(error) => diagnosis.of_error(&error),
            }
        }
        diagnosis
    }
}

/// Looks whether the token of a client is good and what it can see: of an internal connection, say. It takes two
/// requests.
///
/// ```no_run
/// # async fn run() -> notion_core::Result<()> {
/// let notion = notion_core::Notion::from_env()?;
/// print!("{}", notion_oauth::doctor::examine(&notion).await);
/// # Ok(())
/// # }
/// ```
pub async fn examine(notion: &Notion) -> Diagnosis {
    let mut diagnosis = Diagnosis::default();
    diagnosis.of_client(notion).await;
    diagnosis
}

impl Diagnosis {
    fn of_credentials(&mut self, connection: &Connection, answer: Result<Introspection>) {
        let id = connection.client_id();
        let (reached, well) = match connection.credential() {
            Credential::Secret(_) => (
                format!("Notion can be reached at {}", connection.base_url()),
                format!("The client id {id} and the client secret belong together"),
            ),
            Credential::Broker(url) => (
                format!("The broker can be reached at {url}"),
                "The client id and the client secret of the broker belong together".to_owned(),
            ),
        };
        let Err(error) = answer else {
            self.good(reached);
            return self.good(well);
        };
        match error.kind() {
            ErrorKind::Network | ErrorKind::OutcomeUnknown | ErrorKind::Response => {}
            _ => self.good(reached),
        }
        match error.kind() {
            ErrorKind::RateLimited | ErrorKind::Unavailable => self.doubtful(
                "Whether client id and secret belong together could not be found out: Notion is busy",
                "Try again later.",
            ),
            _ => self.of_error(&error),
        }
    }

    fn of_error(&mut self, error: &Error) {
        let mut text = error.sentence();
        if let Some(first) = text.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        self.bad(text, error.hint());
    }

    fn of_clock(&mut self, date: Option<Timestamp>) {
        const TOLERANCE: Duration = Duration::from_secs(60);
        let Some(date) = date else { return };
        let skew = Timestamp::now().duration_since(date);
        if skew.unsigned_abs() <= TOLERANCE {
            return self.good("The clock is right");
        }
        let way = if skew > SignedDuration::ZERO {
            "fast"
        } else {
            "slow"
        };
        self.doubtful(
            format!("The clock is {} seconds {way}", skew.unsigned_abs().as_secs()),
            "Set it, by NTP say: flows end by it, and of two authorizations the later one counts.",
        );
    }

    fn of_redirect_uris(&mut self, redirect_uris: &[RedirectUri]) {
        for uri in redirect_uris {
            match doubt(uri) {
                None => self.good(format!("The redirect URI {uri} may be registered")),
                Some((why, next)) => self.doubtful(format!("The redirect URI {uri} {why}"), next),
            }
        }
        self.doubtful(
            "Notion does not tell which redirect URIs are registered",
            "Compare them with the Configuration tab of the connection, character by character.",
        );
    }

    fn of_token(&mut self, answer: Result<Introspection>) {
        let introspection = match answer {
            Ok(introspection) => introspection,
            Err(error) => return self.of_error(&error),
        };
        if !introspection.is_active() {
            return self.bad(
                "The token is not good any more, or is another connection's",
                Some("Refresh it, or let the user authorize the connection again."),
            );
        }
        let since = introspection
            .issued_at()
            .map_or_else(String::new, |time| format!(", since {time}"));
        self.good(format!("The token is good{since}"));
        if let Some(scope) = introspection.scope() {
            self.good(format!("Its capabilities are: {}", plain(scope)));
        }
    }

    async fn of_client(&mut self, notion: &Notion) {
        match notion.me().await {
            Ok(bot) => self.good(format!(
                "The token acts as {} in {}",
                bot.name
                    .as_deref()
                    .map_or("a connection without a name".into(), plain),
                bot.workspace_name
                    .as_deref()
                    .map_or("a workspace without a name".into(), plain),
            )),
            Err(error) => return self.bad(error.to_string(), None),
        }
        match notion.shared().await {
            Ok(shared) => self.of_shared(shared),
            Err(error) => self.bad(error.to_string(), None),
        }
    }

    fn of_shared(&mut self, shared: Shared) {
        let Shared {
            pages, data_sources, ..
        } = shared;
        if pages + data_sources == 0 {
            return self.doubtful(
                "Nothing is shared with the connection, so that every page will not be found",
                "Add pages or databases in its Content access tab, or in Notion by ••• → Connections. The picker of a public \
                 connection shows those to which the user has full access.",
            );
        }
        let least = if shared.has_more { "at least " } else { "" };
        self.good(format!(
            "Shared with the connection: {least}{pages} pages, {data_sources} data sources"
        ));
    }
}

/// What may be wrong with a redirect URI that Notion would register.
fn doubt(uri: &RedirectUri) -> Option<(&'static str, &'static str)> {
    let url = uri.url();
    let is_address = matches!(url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_)));
    match (uri.is_loopback(), is_address) {
        _ if url.port() == Some(0) => Some((
            "stands for any port, and Notion compares ports too",
            "Register one with a port.",
        )),
        (true, true) => Some((
            "has an address where Notion's form may want a name",
            "Use `http://localhost:…` if the form does not take it.",
        )),
        (false, true) => Some((
            "leads into a private network",
            "Only browsers in that network come back from Notion.",
        )),
        (true, false) if url.scheme() == "https" => Some((
            "leads to this machine by https, where a program cannot listen for it",
            "Use `http://localhost:…` for command-line programs.",
        )),
        _ => None,
    }
}

/// A name that Notion gave, which must not write over the terminal.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}
