//! What a program adds to installing.

use std::fmt;

use notion_core::BoxFuture;
use serde::de::DeserializeOwned;

use super::Workspaces;
use crate::audit::{Action, Event};
use crate::error::{Error, ErrorKind, Result};
use crate::grant::{Grant, Owner};
use crate::id::{BotId, TenantId, WorkspaceId};
use crate::installation::Installation;
use crate::vault::Ticket;

/// What a program does when something happens to an installation. Each has a default that does nothing.
///
/// A hook runs in a task of its own. One that panics or fails is written to the audit log, and changes nothing else: no
/// grant is lost by it.
///
/// `may_install` and `on_installed` are waited for, without a limit of time: set one for what takes long. They are also called
/// for what a crash left, in the background of [`open`](super::OpenWorkspaces::open), and perhaps before that gives its
/// [`Workspaces`]: one that hangs there keeps nobody from starting, but what else the crash left waits for it. Take those of
/// [`Installed::workspaces`]; a hook that keeps some keeps itself, and the store is never closed.
///
/// ```
/// use notion_core::BoxFuture;
/// use notion_oauth::{Connection, Hooks, Installing, Verdict, Workspaces};
///
/// struct OneWorkspace;
///
/// impl Hooks for OneWorkspace {
///     fn may_install<'a>(&'a self, installing: &'a Installing) -> BoxFuture<'a, Verdict> {
///         Box::pin(async move {
///             match installing.workspace_name() {
///                 Some("Acme") => Verdict::Allow,
///                 _ => Verdict::Refuse("This program is for the workspace Acme.".to_owned()),
///             }
///         })
///     }
/// }
///
/// # async fn run(connection: Connection) -> notion_oauth::Result<()> {
/// let workspaces = Workspaces::builder(connection).in_memory().hooks(OneWorkspace).open().await?;
/// # Ok(())
/// # }
/// ```
pub trait Hooks: Send + Sync + 'static {
    /// Whether a grant may be installed: a list of workspaces, the limits of a plan.
    ///
    /// It is asked before anything is kept, at the end of a flow and by [`Workspaces::install`]. What a flow gave is then
    /// revoked, unless the installation is in use already: that one is given the new tokens, and nothing else happens to
    /// it, as Notion may have ended those from before, or may have given the same again. If Notion cannot be reached,
    /// the tokens stay in the spool, and [`Workspaces::recover`] tries again.
    ///
    /// A panic is neither yes nor no: the answer of Notion waits, and the hook is asked again when the user reloads the
    /// page, or by `recover`.
    fn may_install<'a>(&'a self, installing: &'a Installing) -> BoxFuture<'a, Verdict> {
        let _ = installing;
        Box::pin(async { Verdict::Allow })
    }

    /// A grant was installed, by a flow or by [`Workspaces::install`]: the place to set up what a new user needs. Which pages
    /// were shared is not known, and it may be none.
    ///
    /// It runs before the user's page is shown, and at least once: after a crash it may run again.
    fn on_installed<'a>(&'a self, installed: &'a Installed) -> BoxFuture<'a, HookResult> {
        let _ = installed;
        Box::pin(async { Ok(()) })
    }

    /// Notion takes the tokens of an installation no more: its user has to be asked to authorize again.
    fn on_flagged<'a>(&'a self, installation: &'a Installation) -> BoxFuture<'a, HookResult> {
        let _ = installation;
        Box::pin(async { Ok(()) })
    }

    /// An installation has ended.
    fn on_uninstalled<'a>(&'a self, bot_id: &'a BotId) -> BoxFuture<'a, HookResult> {
        let _ = bot_id;
        Box::pin(async { Ok(()) })
    }
}

/// What a hook says of itself. The error is not logged, as it may hold anything.
pub type HookResult = std::result::Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// No hooks.
#[derive(Debug)]
pub(super) struct NoHooks;

impl Hooks for NoHooks {}

/// Whether a grant may be installed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It may.
    Allow,
    /// It may not, for this reason, which the user may read.
    Refuse(String),
}

/// What is about to be installed.
#[derive(Clone)]
pub struct Installing {
    pub(super) grant: Grant,
    pub(super) is_new: bool,
    pub(super) ticket: Ticket,
}

impl Installing {
    /// The bot.
    #[must_use]
    pub fn bot_id(&self) -> &BotId {
        self.grant.bot_id()
    }

    /// The workspace.
    #[must_use]
    pub fn workspace_id(&self) -> &WorkspaceId {
        self.grant.workspace_id()
    }

    /// The workspace's name, if Notion told it.
    #[must_use]
    pub fn workspace_name(&self) -> Option<&str> {
        self.grant.workspace_name()
    }

    /// On whose behalf the connection is going to act.
    #[must_use]
    pub fn owner(&self) -> &Owner {
        self.grant.owner()
    }

    /// Whether there is no such installation yet.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// Who began the flow.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.ticket.subject.as_deref()
    }

    /// For which customer of the program.
    #[must_use]
    pub fn tenant(&self) -> Option<&TenantId> {
        self.ticket.tenant.as_ref()
    }

    /// What the flow was begun with, or `None` if that is nothing.
    ///
    /// # Errors
    /// When it is no `T`.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        self.ticket.payload()
    }
}

impl fmt::Debug for Installing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Installing")
            .field("grant", &self.grant)
            .field("is_new", &self.is_new)
            .field("ticket", &self.ticket)
            .finish()
    }
}

/// What was installed.
#[derive(Debug, Clone)]
pub struct Installed {
    pub(super) workspaces: Workspaces,
    pub(super) installation: Installation,
    pub(super) template: Option<String>,
    pub(super) ticket: Ticket,
}

impl Installed {
    /// Where it was installed, for what is to be set up with a [client](Workspaces::client).
    #[must_use]
    pub fn workspaces(&self) -> &Workspaces {
        &self.workspaces
    }

    /// The installation.
    #[must_use]
    pub fn installation(&self) -> &Installation {
        &self.installation
    }

    /// The page that was made of the connection's template, if the user chose so this time.
    #[must_use]
    pub fn duplicated_template_id(&self) -> Option<&str> {
        self.template.as_deref()
    }

    /// Who began the flow.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.ticket.subject.as_deref()
    }

    /// For which customer of the program.
    #[must_use]
    pub fn tenant(&self) -> Option<&TenantId> {
        self.ticket.tenant.as_ref()
    }

    /// What the flow was begun with, or `None` if that is nothing.
    ///
    /// # Errors
    /// When it is no `T`.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        self.ticket.payload()
    }
}

impl Ticket {
    pub(super) fn payload<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        let payload = self.payload.as_ref();
        payload
            .map(|payload| {
                T::deserialize(payload).map_err(|_| {
                    Error::new(
                        ErrorKind::Configuration,
                        "the payload of the flow is of another type",
                    )
                    .with_hint("Read it as what it was when the flow began.")
                })
            })
            .transpose()
    }
}

impl Workspaces {
    /// What the program says.
    pub(super) async fn ask_may_install(&self, ticket: &Ticket, grant: &Grant) -> Result<Verdict> {
        let stored = self.load_or_unknown(grant.bot_id()).await?;
        let installing = Installing {
            grant: grant.clone(),
            is_new: stored.installation.is_none(),
            ticket: ticket.clone(),
        };
        let hooks = self.hooks();
        let asked = tokio::spawn(async move { hooks.may_install(&installing).await });
        asked.await.map_err(|_| {
            Error::new(
                ErrorKind::System,
                "the program failed to say whether it may be installed",
            )
            .with_hint(
                "Look at `may_install`: it panicked. The answer of Notion is kept and the hook asked again.",
            )
        })
    }

    pub(super) async fn tell_installed(&self, installed: Installed) {
        let (hooks, bot_id) = (self.hooks(), installed.installation.bot_id().clone());
        let told = tokio::spawn(async move { hooks.on_installed(&installed).await });
        self.note("on_installed", &bot_id, told.await).await;
    }

    /// It is not waited for: the caller has a lock that the program may want.
    pub(super) fn tell_flagged(&self, installation: Installation) {
        let (this, hooks) = (self.clone(), self.hooks());
        self.inner.tasks.spawn(async move {
            let bot_id = installation.bot_id().clone();
            let told = tokio::spawn(async move { hooks.on_flagged(&installation).await });
            this.note("on_flagged", &bot_id, told.await).await;
        });
    }

    /// It is not waited for, either.
    pub(super) fn tell_uninstalled(&self, bot_id: BotId) {
        let (this, hooks) = (self.clone(), self.hooks());
        self.inner.tasks.spawn(async move {
            let of = bot_id.clone();
            let told = tokio::spawn(async move { hooks.on_uninstalled(&of).await });
            this.note("on_uninstalled", &bot_id, told.await).await;
        });
    }

    /// Writes to the audit log that a hook went wrong, if it did.
    pub(super) async fn note(
        &self,
        hook: &'static str,
        bot_id: &BotId,
        told: std::result::Result<HookResult, tokio::task::JoinError>,
    ) {
        let how = match told {
            Ok(Ok(())) => return,
            Ok(Err(_)) => "failed",
            Err(_) => "panicked",
        };
        tracing::warn!(hook, %bot_id, how, "a hook went wrong");
        let event = Event::new(Action::HookFailed).because(format!("{hook} {how}"));
        if let Err(error) = self.write_event(bot_id, event).await {
            tracing::warn!(hook, %bot_id, %error, "that is not in the audit log");
        }
    }

    /// An entry of the log that changes nothing else.
    async fn write_event(&self, bot_id: &BotId, event: Event) -> Result<()> {
        for _ in 0..super::install::ATTEMPTS {
            let Some(stored) = self.load(bot_id).await? else {
                return Ok(());
            };
            if self
                .vault()
                .put(stored, Some(event.clone()), Vec::new())
                .await?
                .is_some()
            {
                return Ok(());
            }
        }
        Err(super::install::contended())
    }
}
