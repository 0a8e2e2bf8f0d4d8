//! Who wants to hear of changes, and what waits to be told.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use uuid::Uuid;

use super::deliver::Target;
use super::diff::{Before, Happening};
use super::payload::{self, EVENTS, VERSIONS};
use crate::connection::{Installation, Kind};
use crate::engine::change::Changes;
use crate::engine::id;
use crate::engine::time;
use crate::engine::workspace::Workspace;
use crate::secret::Secret;
use crate::state::State;

/// How long after a failed delivery the first repetition comes, if nothing else is asked for.
pub(super) const RETRY: Duration = Duration::from_secs(1);
/// How many deliveries are remembered.
const MAX_DELIVERIES: usize = 1000;

/// Somebody who made a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Author {
    pub(crate) id: Uuid,
    pub(crate) is_bot: bool,
}

impl Author {
    /// A bot.
    pub(crate) fn bot(id: Uuid) -> Self {
        Self { id, is_bot: true }
    }
}

/// An address that wants to hear of changes.
#[derive(Debug, Clone)]
pub(crate) struct Subscription {
    pub(crate) id: Uuid,
    pub(crate) url: String,
    /// The key of signatures. Whoever has it can forge deliveries, so it is shown once.
    pub(crate) verification_token: Secret,
    /// Whether the token came back. Until then nothing is delivered.
    pub(crate) verified: bool,
    pub(crate) api_version: String,
    /// The connection whose webhook it is, by name, client id or bot id; `None` for the internal one of each workspace.
    pub(crate) connection: Option<String>,
    /// The events that are wanted; all where it is empty.
    pub(crate) events: Vec<String>,
    /// How long after a failed attempt the next one comes; each one doubles it.
    pub(crate) retry: Duration,
}

impl Subscription {
    /// A subscription that needs no verification.
    ///
    /// # Errors
    ///
    /// A sentence, for an address that is not on this computer, or an event or a version that does not exist.
    pub(crate) fn new(url: &str, events: Vec<String>, api_version: &str) -> Result<Self, String> {
        Target::read(url)?;
        if !VERSIONS.contains(&api_version) {
            return Err(format!(
                "`api_version` should be one of {}, found {api_version}.",
                VERSIONS.join(", ")
            ));
        }
        if let Some(unknown) = events.iter().find(|event| !EVENTS.contains(&event.as_str())) {
            return Err(format!(
                "`events` should be some of {}, found {unknown}.",
                EVENTS.join(", ")
            ));
        }
        Ok(Self {
            id: id::fresh(),
            url: url.to_owned(),
            verification_token: format!("secret_{}", id::undashed(id::fresh())).into(),
            verified: true,
            api_version: api_version.to_owned(),
            connection: None,
            events,
            retry: RETRY,
        })
    }

    /// What its owner gets to know.
    pub(crate) fn public(&self) -> Webhook {
        Webhook {
            id: self.id,
            verification_token: self.verification_token.expose().to_owned(),
        }
    }
}

/// A webhook subscription of a simulator.
#[derive(Clone)]
#[non_exhaustive]
pub struct Webhook {
    /// The id of the subscription, which its events carry.
    pub id: Uuid,
    /// The key of the signatures in `X-Notion-Signature`.
    pub verification_token: String,
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Something to be sent. It is not printed, since the first body that an address gets holds the token.
#[derive(Clone)]
pub(super) struct Job {
    pub(super) subscription: Arc<Subscription>,
    pub(super) id: Uuid,
    pub(super) kind: String,
    /// The body, in which the number of the attempt is still to be put.
    pub(super) body: Value,
    pub(super) attempt: u32,
}

/// How a delivery went.
#[derive(Debug, Clone)]
pub(super) struct Delivery {
    pub(super) subscription: Uuid,
    pub(super) event: Uuid,
    pub(super) kind: String,
    pub(super) attempt: u32,
    /// The status that came back, or why none did.
    pub(super) outcome: Result<u16, String>,
}

impl Delivery {
    /// Whether the receiver has it.
    pub(super) fn arrived(&self) -> bool {
        matches!(self.outcome, Ok(status) if (200..300).contains(&status))
    }

    /// The delivery as the control endpoint shows it.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "subscription_id": self.subscription,
            "event_id": self.event,
            "type": self.kind,
            "attempt": self.attempt,
            "status": self.outcome.as_ref().ok(),
            "error": self.outcome.as_ref().err(),
        })
    }
}

/// All subscriptions of a simulator.
#[derive(Debug)]
pub(crate) struct Hub {
    inner: Mutex<Inner>,
    jobs: UnboundedSender<Job>,
    /// Rung when there are changes to wait with.
    opened: Notify,
    /// Taken by the task that delivers.
    waiting: Mutex<Option<UnboundedReceiver<Job>>>,
}

#[derive(Debug, Default)]
struct Inner {
    subscriptions: Vec<Arc<Subscription>>,
    deliveries: std::collections::VecDeque<Delivery>,
    /// What happened since the window opened, by the position of the workspace.
    before: BTreeMap<usize, Before>,
    authors: Vec<Author>,
    window: Duration,
}

impl Default for Hub {
    fn default() -> Self {
        let (jobs, waiting) = unbounded_channel();
        Self {
            inner: Mutex::default(),
            jobs,
            opened: Notify::new(),
            waiting: Mutex::new(Some(waiting)),
        }
    }
}

impl Hub {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a subscription, and sends its token to the address.
    pub(crate) fn subscribe(&self, subscription: Subscription) {
        let subscription = Arc::new(subscription);
        self.inner().subscriptions.push(subscription.clone());
        let handshake = Job {
            body: json!({"verification_token": subscription.verification_token.expose()}),
            id: id::fresh(),
            kind: "verification".into(),
            subscription,
            attempt: 1,
        };
        self.send(handshake);
    }

    /// Confirms a subscription by its token. `None` where there is no such subscription.
    pub(super) fn verify(&self, id: Uuid, token: &str) -> Option<bool> {
        let mut inner = self.inner();
        let subscription = inner.subscriptions.iter_mut().find(|known| known.id == id)?;
        let fits = subscription.verification_token == *token;
        if fits {
            Arc::make_mut(subscription).verified = true;
        }
        Some(fits)
    }

    /// Ends a subscription. Says whether there was one.
    pub(super) fn unsubscribe(&self, id: Uuid) -> bool {
        let mut inner = self.inner();
        let before = inner.subscriptions.len();
        inner.subscriptions.retain(|known| known.id != id);
        inner.subscriptions.len() < before
    }

    /// Ends all subscriptions and forgets what was delivered.
    pub(crate) fn clear(&self) {
        *self.inner() = Inner::default();
    }

    /// Forgets what was collected and not told yet: the workspaces it happened in are not there any more.
    pub(crate) fn forget(&self) {
        let mut inner = self.inner();
        inner.before.clear();
        inner.authors.clear();
    }

    /// Collects changes for this long before they are told; nothing tells each change at once.
    pub(super) fn set_window(&self, window: Duration) {
        self.inner().window = window;
    }

    /// All subscriptions.
    pub(super) fn subscriptions(&self) -> Vec<Arc<Subscription>> {
        self.inner().subscriptions.clone()
    }

    /// The latest deliveries, oldest first.
    pub(super) fn deliveries(&self) -> Vec<Delivery> {
        self.inner().deliveries.iter().cloned().collect()
    }

    /// Remembers how a delivery went.
    pub(super) fn delivered(&self, delivery: Delivery) {
        let mut inner = self.inner();
        if inner.deliveries.len() == MAX_DELIVERIES {
            inner.deliveries.pop_front();
        }
        inner.deliveries.push_back(delivery);
    }

    /// Queues something to be sent, unless its subscription ended.
    pub(super) fn send(&self, job: Job) {
        let lives = |known: &Arc<Subscription>| known.id == job.subscription.id;
        if self.inner().subscriptions.iter().any(lives) {
            // There is no receiver once the simulator stops, and then nobody waits for the event any more.
            let _ = self.jobs.send(job);
        }
    }

    /// What is to be delivered, for the one task that does it.
    pub(super) fn take_jobs(&self) -> Option<UnboundedReceiver<Job>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Takes in what changed, and tells it at once where no window is set.
    pub(crate) fn note(&self, state: &State, changes: Vec<Changes>, author: Author, now: Timestamp) {
        let mut inner = self.inner();
        if inner.subscriptions.is_empty() {
            return;
        }
        for (at, changes) in changes
            .into_iter()
            .enumerate()
            .filter(|(_, changes)| !changes.is_empty())
        {
            inner.before.entry(at).or_default().add(changes);
        }
        if !inner.authors.contains(&author) {
            inner.authors.push(author);
        }
        let at_once = inner.window.is_zero();
        drop(inner);
        if at_once {
            self.flush(state, now);
        } else {
            self.opened.notify_one();
        }
    }

    /// Waits until changes were collected for as long as the window is open.
    pub(super) async fn window_closed(&self) {
        self.opened.notified().await;
        let window = self.inner().window;
        tokio::time::sleep(window).await;
    }

    /// Tells what happened since the window opened.
    pub(crate) fn flush(&self, state: &State, now: Timestamp) {
        let (before, authors) = {
            let mut inner = self.inner();
            (
                std::mem::take(&mut inner.before),
                std::mem::take(&mut inner.authors),
            )
        };
        for (at, before) in before {
            let workspace = state.space(at);
            let happenings = before.happenings(workspace);
            for subscription in self.subscriptions().iter().filter(|known| known.verified) {
                let audience = Audience::of(state, workspace, subscription);
                for happening in &happenings {
                    self.tell(workspace, subscription, &audience, happening, &authors, now);
                }
            }
        }
    }

    fn tell(
        &self,
        workspace: &Workspace,
        subscription: &Arc<Subscription>,
        audience: &Audience<'_>,
        happening: &Happening,
        authors: &[Author],
        now: Timestamp,
    ) {
        let Some(happening) = payload::in_version(happening, &subscription.api_version, workspace) else {
            return;
        };
        let wanted = subscription.events.is_empty() || subscription.events.contains(&happening.kind);
        let bots = audience.bots(workspace, happening.place);
        if !wanted || bots.is_empty() {
            return;
        }
        let id = id::fresh();
        let mut body = json!({
            "id": id,
            "timestamp": time::milli_z(now),
            "workspace_id": workspace.id,
            "workspace_name": workspace.name,
            "subscription_id": subscription.id,
            "integration_id": audience.integration,
            "authors": authors.iter().map(payload::author).collect::<Vec<_>>(),
            "attempt_number": 1,
            "api_version": subscription.api_version,
        });
        if audience.is_public {
            let bots = bots.iter().map(|bot| json!({"id": bot, "type": "bot"}));
            body["accessible_by"] = bots.collect();
        }
        body["entity"] = json!({"id": happening.entity, "type": happening.entity_kind});
        body["type"] = json!(happening.kind);
        body["data"] = json!(happening.data);
        self.send(Job {
            body,
            id,
            kind: happening.kind.clone(),
            subscription: subscription.clone(),
            attempt: 1,
        });
    }
}

/// Whose webhook it is, in one workspace.
struct Audience<'a> {
    integration: String,
    is_public: bool,
    installations: Vec<&'a Installation>,
}

impl<'a> Audience<'a> {
    fn of(state: &'a State, workspace: &Workspace, subscription: &Subscription) -> Self {
        let bots = match &subscription.connection {
            None => vec![workspace.bot],
            Some(name) => state.bots_of(name),
        };
        let installations = bots.into_iter().filter_map(|bot| state.installation(bot));
        let installations: Vec<_> = installations
            .filter(|known| known.workspace == workspace.id)
            .collect();
        let connection = installations
            .first()
            .and_then(|known| state.connection(&known.connection));
        let is_public = connection.is_some_and(|connection| connection.kind == Kind::Public);
        let integration = match connection.filter(|_| is_public) {
            Some(public) => public.id.clone(),
            None => installations
                .first()
                .map(|known| known.bot.to_string())
                .unwrap_or_default(),
        };
        Self {
            integration,
            is_public,
            installations,
        }
    }

    /// The bots that see a place; all of them what belongs to none.
    fn bots(&self, workspace: &Workspace, place: Option<Uuid>) -> Vec<Uuid> {
        let sees = |known: &&&Installation| place.is_none_or(|place| known.access.sees(workspace, place));
        self.installations
            .iter()
            .filter(sees)
            .map(|known| known.bot)
            .collect()
    }
}
