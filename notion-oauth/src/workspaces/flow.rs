//! How a flow begins.

use std::fmt;
use std::sync::atomic::Ordering;

use jiff::Timestamp;
use serde::Serialize;
use zeroize::Zeroizing;

use super::Workspaces;
use crate::binding::Binding;
use crate::error::{Error, ErrorKind, Result};
use crate::flow::authorize_url;
use crate::id::{BotId, TenantId};
use crate::return_to::ReturnTo;
use crate::state::State;
use crate::store::{Change, Column, Commit, Query, Record, Table};
use crate::vault::{Flow, Stage, StoredFlow, Ticket, may_be_answered};

/// The longest subject and payload. Both are the program's own, and kept with each flow.
const MAX_SUBJECT: usize = 1 << 10;
const MAX_PAYLOAD: usize = 16 << 10;
/// How many flows a browser may have under way. The oldest goes when there is one more.
const MAX_PER_BROWSER: usize = 16;
/// How many flows a connection may have in the store, those that are over included.
const MAX_FLOWS: usize = 10_000;
/// How long a flow is remembered after its time, so that a reload shows how it ended.
const REMEMBERED: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);
/// How many flows begin before the store is tidied again.
const TIDY_EVERY: u64 = 256;

/// What a flow is begun for.
///
/// All of it is kept in the store, sealed. Browser and Notion see a random number.
///
/// ```
/// use notion_oauth::{Origins, ReturnTo, Start, TenantId};
///
/// let start = Start::new()
///     .return_to(ReturnTo::parse("/boards", &Origins::none())?)
///     .subject("user-17")
///     .tenant(TenantId::new("acme")?)
///     .payload(&serde_json::json!({"plan": "pro"}))?;
/// # Ok::<(), notion_oauth::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "nothing begins until it is given to `Workspaces::start`"]
pub struct Start {
    ticket: Ticket,
    redirect_uri: Option<String>,
}

impl Start {
    /// A flow for nobody in particular.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where in the program the user goes on afterwards.
    pub fn return_to(mut self, return_to: ReturnTo) -> Self {
        self.ticket.return_to = Some(return_to);
        self
    }

    /// Who is logged in to the program: at most 1 KiB. [`Workspaces::finish_as`] compares it with who is logged in when
    /// the user comes back. It is the actor in the audit log, too.
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.ticket.subject = Some(subject.into());
        self
    }

    /// The customer of the program who may use the installation that comes of it.
    pub fn tenant(mut self, tenant: TenantId) -> Self {
        self.ticket.tenant = Some(tenant);
        self
    }

    /// The installation that is to be authorized again. If the user chooses another account or workspace, nothing is
    /// installed.
    pub fn expect_bot(mut self, bot_id: BotId) -> Self {
        self.ticket.expect_bot = Some(bot_id);
        self
    }

    /// Another of the connection's redirect URIs than the first.
    pub fn redirect_uri(mut self, redirect_uri: impl Into<String>) -> Self {
        self.redirect_uri = Some(redirect_uri.into());
        self
    }

    /// Whatever else the program wants to know again: at most 16 KiB as JSON.
    ///
    /// # Errors
    /// When it cannot be written as JSON, or is too large.
    pub fn payload(mut self, payload: &impl Serialize) -> Result<Self> {
        let refused = |why| Error::new(ErrorKind::Configuration, format!("the payload of a flow {why}"));
        let value = serde_json::to_value(payload)
            .map_err(|error| refused("cannot be written as JSON").with_source(error))?;
        if value.to_string().len() > MAX_PAYLOAD {
            return Err(refused("has more than 16 KiB")
                .with_hint("Keep it in a table of your own, and its key in the payload."));
        }
        self.ticket.payload = Some(value);
        Ok(self)
    }
}

/// A flow that has begun.
#[must_use = "a flow does nothing until the user is sent to its URL"]
pub struct Started {
    url: Zeroizing<String>,
    binding: Binding,
    expires_at: Timestamp,
}

impl Started {
    /// Where to send the user. It holds the state of the flow, so it is for the user alone and not for logs.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The browser's secret: the one that it had, or a new one that it has to be given.
    #[must_use]
    pub fn binding(&self) -> &Binding {
        &self.binding
    }

    /// Until when the user has to be back.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }
}

impl fmt::Debug for Started {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Started")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl Workspaces {
    /// Begins a flow, which the store remembers: any process that shares it can finish it, once.
    ///
    /// `binding` is what the browser brought of an earlier flow, if it brought it: several tabs share it. A browser has
    /// up to 16 flows under way; beyond that the oldest ends.
    ///
    /// ```no_run
    /// # async fn run(workspaces: notion_oauth::Workspaces, cookie: Option<&str>) -> notion_oauth::Result<()> {
    /// use notion_oauth::{Binding, Start};
    ///
    /// let binding = cookie.and_then(|cookie| Binding::parse(cookie).ok());
    /// let started = workspaces.start(Start::new().subject("user-17"), binding.as_ref()).await?;
    /// // Set the cookie to `started.binding().expose()`, and redirect to `started.url()`.
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the redirect URI is none of the connection's or has no port yet, the subject is too long, the operating
    /// system gives no random numbers, or the store fails.
    pub async fn start(&self, start: Start, binding: Option<&Binding>) -> Result<Started> {
        let Start { ticket, redirect_uri } = start;
        let connection = self.connection();
        let redirect_uri = match &redirect_uri {
            Some(uri) => connection.registered(uri)?,
            None => &connection.redirect_uris()[0],
        };
        if ticket
            .subject
            .as_ref()
            .is_some_and(|subject| subject.len() > MAX_SUBJECT)
        {
            return Err(Error::new(
                ErrorKind::Configuration,
                "the subject of a flow has more than 1 KiB",
            )
            .with_hint("Take the id under which the program knows the user."));
        }
        let state = State::generate()?;
        let url = authorize_url(connection, redirect_uri, &state)?;
        let started = self.inner.starts.fetch_add(1, Ordering::Relaxed);
        if started.is_multiple_of(TIDY_EVERY) {
            self.tidy_flows().await?;
        }
        let binding = match binding {
            Some(binding) => {
                self.make_room_for(binding).await?;
                binding.clone()
            }
            None => Binding::generate()?,
        };
        let expires_at = Timestamp::now()
            .checked_add(connection.flow_lifetime())
            .unwrap_or(Timestamp::MAX);
        let flow = Flow {
            binding: binding.digest(),
            redirect_uri: redirect_uri.to_string(),
            names_redirect_uri: connection.sends_redirect_uri(),
            expires_at,
            ticket,
            stage: Stage::Pending,
        };
        let flow = StoredFlow::new(self.client_id(), &state, flow);
        let change = self.vault().write_flow(&flow)?;
        match self.vault().store().commit(&[change]).await? {
            Commit::Done => {}
            Commit::Conflict => {
                return Err(Error::new(ErrorKind::System, "two flows have the same state")
                    .with_hint("The operating system's random numbers are not random."));
            }
        }
        tracing::debug!(client_id = %self.client_id(), redirect_uri = %redirect_uri, "a flow begins");
        Ok(Started {
            url,
            binding,
            expires_at,
        })
    }

    /// Ends the oldest flows of a browser, if it has as many as it may have.
    async fn make_room_for(&self, binding: &Binding) -> Result<()> {
        let query = self.flows().filter(Column::Browser, binding.digest());
        let flows = self.vault().store().find(&query).await?;
        self.forget_flows(flows, MAX_PER_BROWSER - 1).await
    }

    /// Forgets flows whose time is long over, and the oldest if there are too many.
    async fn tidy_flows(&self) -> Result<()> {
        let store = self.vault().store();
        let old = Timestamp::now().checked_sub(REMEMBERED).unwrap_or(Timestamp::MIN);
        let old = self.flows().before(old.as_microsecond()).limit(MAX_FLOWS as u32);
        self.forget_flows(store.find(&old).await?, 0).await?;
        // Other processes begin flows, too: each forgets more than it adds.
        let all = self.flows().limit((MAX_FLOWS + 4 * TIDY_EVERY as usize) as u32);
        let all = store.find(&all).await?;
        self.forget_flows(all, MAX_FLOWS - TIDY_EVERY as usize).await
    }

    /// Forgets all of these flows but the newest, and but those whose answer may be on its way.
    async fn forget_flows(&self, mut flows: Vec<Record>, keep: usize) -> Result<()> {
        flows.truncate(flows.len().saturating_sub(keep));
        flows.retain(|flow| !may_be_answered(flow, self.longest_call()));
        for flow in flows {
            let delete = Change::Delete {
                table: Table::Flow,
                key: flow.key,
                version: flow.version,
            };
            // One that changed meanwhile has not been forgotten by anybody: it is looked at again the next time.
            let (Commit::Done | Commit::Conflict) = self.vault().store().commit(&[delete]).await?;
        }
        Ok(())
    }

    pub(super) fn flows(&self) -> Query {
        Query::new(Table::Flow).filter(Column::ClientId, self.client_id().as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::SignedDuration;

    use super::*;
    use crate::binding::Binding;
    use crate::callback::Callback;
    use crate::connection::Connection;

    async fn open() -> Workspaces {
        let connection = Connection::new("c", "secret", "https://example.com/callback").unwrap();
        Workspaces::builder(connection).in_memory().open().await.unwrap()
    }

    /// The user does not allow it.
    fn denied(started: &Started) -> Callback {
        let (_, state) = started.url().split_once("state=").unwrap();
        Callback::parse(&format!("error=access_denied&state={state}")).unwrap()
    }

    /// Makes a flow what it is to a clock that has jumped by so much since it began.
    async fn jump(workspaces: &Workspaces, started: &Started, by: SignedDuration) {
        let id = denied(started).flow_id().unwrap();
        let key = crate::vault::flow_key(workspaces.client_id(), &id);
        let mut stored = workspaces.vault().flow(&key).await.unwrap().unwrap();
        stored.flow.expires_at -= by;
        let change = workspaces.vault().write_flow(&stored).unwrap();
        assert_eq!(
            workspaces.vault().store().commit(&[change]).await.unwrap(),
            Commit::Done
        );
    }

    /// Tidies up as much as ever happens.
    async fn tidy(workspaces: &Workspaces) -> usize {
        workspaces.tidy_flows().await.unwrap();
        workspaces.purge(Duration::ZERO).await.unwrap();
        let flows = workspaces.vault().store().find(&workspaces.flows()).await;
        flows.unwrap().len()
    }

    async fn finish(workspaces: &Workspaces, started: &Started) -> Result<(), ErrorKind> {
        let finished = workspaces.finish(denied(started), Some(started.binding())).await;
        finished.map(drop).map_err(|error| error.kind())
    }

    #[tokio::test]
    async fn d_4_a_clock_that_jumps_back_ends_no_flow_and_one_that_jumps_ahead_those_that_it_passes() {
        let workspaces = open().await;
        let binding = Binding::generate().unwrap();
        let mut flows = Vec::new();
        for _ in 0..5 {
            flows.push(workspaces.start(Start::new(), Some(&binding)).await.unwrap());
        }
        let day = SignedDuration::from_hours(24);
        for flow in &flows {
            jump(&workspaces, flow, -day).await;
        }
        assert_eq!(tidy(&workspaces).await, 5);
        assert_eq!(finish(&workspaces, &flows[0]).await, Ok(()));

        // It was set right, and the same flows go on.
        for flow in &flows[1..] {
            jump(&workspaces, flow, day).await;
        }
        assert_eq!(tidy(&workspaces).await, 5);
        assert_eq!(finish(&workspaces, &flows[1]).await, Ok(()));

        jump(&workspaces, &flows[2], SignedDuration::from_mins(11)).await;
        assert_eq!(finish(&workspaces, &flows[2]).await, Err(ErrorKind::Expired));
        jump(&workspaces, &flows[2], -SignedDuration::from_mins(11)).await;
        assert_eq!(finish(&workspaces, &flows[2]).await, Ok(()));

        jump(&workspaces, &flows[3], day).await;
        assert_eq!(tidy(&workspaces).await, 4);
        assert_eq!(
            finish(&workspaces, &flows[3]).await,
            Err(ErrorKind::StateMismatch)
        );
        assert_eq!(finish(&workspaces, &flows[4]).await, Ok(()));
    }
}
