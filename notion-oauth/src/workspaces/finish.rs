//! How a flow ends.

use std::fmt;

use jiff::Timestamp;
use serde::de::DeserializeOwned;

use super::Workspaces;
use crate::binding::Binding;
use crate::callback::{Answer, AuthorizationError, Callback};
use crate::error::{Error, ErrorKind, Result};
use crate::flow::too_late;
use crate::id::{BotId, FlowId, TenantId};
use crate::installation::Installation;
use crate::return_to::ReturnTo;
use crate::spool::Name;
use crate::vault::{Ending, Stage, StoredFlow, Ticket, flow_key};

/// A flow that is over, and what it was begun for.
#[derive(Debug)]
#[non_exhaustive]
pub struct Finished {
    /// How it ended.
    pub result: FlowResult,
    /// Where in the program the user goes on.
    pub return_to: Option<ReturnTo>,
    /// Who began it.
    pub subject: Option<String>,
    /// For which customer of the program.
    pub tenant: Option<TenantId>,
    /// Whether it was over before, and this is a reload or another request of the same browser.
    pub is_repeated: bool,
    payload: Payload,
}

/// What the program gave, which may be secret.
struct Payload(Ticket);

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// How a flow ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum FlowResult {
    /// The connection is installed.
    Installed(Box<Installation>),
    /// The user did not allow it. This is normal.
    #[non_exhaustive]
    Denied {
        /// Whether the answer proved to belong to a flow. Notion may leave the state out where the user cancels, and
        /// then anybody can have sent it: nothing is used up, and the flow may still be finished.
        is_confirmed: bool,
    },
    /// Notion gave no authorization for another reason.
    Failed(AuthorizationError),
    /// The program did not want it, for the reason that [`may_install`](super::Hooks::may_install) gave.
    Refused(String),
    /// The user authorized, but not the account and workspace that were to be authorized again. Nothing was installed.
    #[non_exhaustive]
    WrongAccount {
        /// The installation that was to be authorized again.
        expected: Option<BotId>,
        /// The one that would have come of it.
        actual: BotId,
        /// The workspace that the user chose.
        workspace_name: Option<String>,
    },
    /// Notion did not take the code, or could not be asked. The user has to begin again.
    NotExchanged(Error),
    /// The answer of Notion was lost, so that nothing is installed. The user has to begin again, which does no harm.
    Unknown,
}

impl Finished {
    fn new(result: FlowResult, ticket: Ticket, is_repeated: bool) -> Self {
        Self {
            result,
            return_to: ticket.return_to.clone(),
            subject: ticket.subject.clone(),
            tenant: ticket.tenant.clone(),
            is_repeated,
            payload: Payload(ticket),
        }
    }

    /// What the flow was begun with, or `None` if that is nothing.
    ///
    /// # Errors
    /// When it is no `T`.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        self.payload.0.payload()
    }
}

impl Workspaces {
    /// Ends a flow: checks the callback, exchanges its code for a grant, and installs that.
    ///
    /// `binding` is what the browser brought in its cookie. State, browser and time are checked before anything else
    /// in the callback is looked at. The flow is used up before the code is sent, so that of many equal callbacks one is
    /// exchanged; the others wait for it and give the same. So does a reload.
    ///
    /// All of it happens in a task of its own: dropping this future loses nothing, and a reload shows how it ended.
    /// It has to be called within a Tokio runtime.
    ///
    /// # Errors
    /// [`StateMismatch`](ErrorKind::StateMismatch) for a callback that belongs to no flow of this browser, and
    /// [`Expired`](ErrorKind::Expired) for one that comes too late: nothing was used up or sent.
    /// [`NotFound`](ErrorKind::NotFound) when what was installed has ended since. When the store fails: if the code was
    /// exchanged by then, the grant is kept aside, and installed by a reload or by `Workspaces::recover`.
    pub async fn finish(&self, callback: Callback, binding: Option<&Binding>) -> Result<Finished> {
        self.answer(callback, binding, None).await
    }

    /// The same for a program whose users log in: `subject` is who is logged in now.
    ///
    /// # Errors
    /// [`StateMismatch`](ErrorKind::StateMismatch) also when somebody else [began](super::Start::subject) the flow, or
    /// nobody is logged in any more; and as [`finish`](Self::finish).
    pub async fn finish_as(
        &self,
        callback: Callback,
        binding: Option<&Binding>,
        subject: Option<&str>,
    ) -> Result<Finished> {
        self.answer(callback, binding, Some(subject)).await
    }

    /// How a flow ended that this browser began, for a page that the user is sent to after [`finish`](Self::finish). If its
    /// answer was left in the spool, it is installed now.
    ///
    /// # Errors
    /// [`Busy`](ErrorKind::Busy) while it has not ended, and as [`finish_as`](Self::finish_as).
    pub async fn ended(
        &self,
        flow: &FlowId,
        binding: Option<&Binding>,
        subject: Option<&str>,
    ) -> Result<Finished> {
        self.go_on(flow, None, binding, Some(subject)).await
    }

    async fn answer(
        &self,
        callback: Callback,
        binding: Option<&Binding>,
        subject: Option<Option<&str>>,
    ) -> Result<Finished> {
        let Some(flow) = callback.flow_id() else {
            return match callback.answer {
                Answer::Error(AuthorizationError::AccessDenied) => {
                    let denied = FlowResult::Denied { is_confirmed: false };
                    Ok(Finished::new(denied, Ticket::default(), false))
                }
                _ => Err(mismatch()),
            };
        };
        if !callback.is_from(self.connection()) {
            return Err(mismatch());
        }
        self.go_on(&flow, Some(callback.answer), binding, subject).await
    }

    /// With an answer that came, or to see what has become of the flow.
    async fn go_on(
        &self,
        flow: &FlowId,
        answer: Option<Answer>,
        binding: Option<&Binding>,
        subject: Option<Option<&str>>,
    ) -> Result<Finished> {
        let stored = self.begun(flow, binding, subject).await?;
        if let Stage::Over(_) = stored.flow.stage {
            return self.show(stored, true).await;
        }
        let this = self.clone();
        self.detached(async move { this.end(stored.key(), answer).await })
            .await
    }

    /// A flow that this browser began, and whoever is logged in if somebody has to be.
    async fn begun(
        &self,
        flow: &FlowId,
        binding: Option<&Binding>,
        subject: Option<Option<&str>>,
    ) -> Result<StoredFlow> {
        let stored = self.load_flow(&flow_key(self.client_id(), flow)).await?;
        if !binding.is_some_and(|binding| binding.is(&stored.flow.binding)) {
            return Err(mismatch());
        }
        let begun_by = stored.flow.ticket.subject.as_deref();
        if let Some(now) = subject
            && begun_by.is_some()
            && begun_by != now
        {
            return Err(
                mismatch().with_hint("Somebody else is logged in than when the flow began: begin again.")
            );
        }
        Ok(stored)
    }

    /// What a flow was begun for, for whoever may end it: so that one that came too late can be begun again.
    #[cfg(feature = "axum")]
    pub(crate) async fn ticket(
        &self,
        flow: &FlowId,
        binding: Option<&Binding>,
        subject: Option<&str>,
    ) -> Result<Ticket> {
        Ok(self.begun(flow, binding, Some(subject)).await?.flow.ticket)
    }

    /// One callback of a flow at a time, among all processes: who has the lock and finds that the code was sent before
    /// knows that the sender is gone.
    async fn end(&self, key: &str, answer: Option<Answer>) -> Result<Finished> {
        let name = Name::exchange(key);
        let _lock = self.lock(&name).await?;
        let mut stored = self.load_flow(key).await?;
        if matches!(stored.flow.stage, Stage::Exchanging) {
            let replayed = self.replay_exchange(&name).await;
            stored = self.load_flow(key).await?;
            // What goes wrong after the end of the flow is not its user's concern.
            if matches!(stored.flow.stage, Stage::Exchanging) {
                replayed?;
            }
        }
        match (&stored.flow.stage, answer) {
            (Stage::Over(_), _) => self.show(stored, true).await,
            (Stage::Exchanging, _) => Ok(Finished::new(FlowResult::Unknown, stored.flow.ticket, true)),
            (Stage::Pending, _) if stored.flow.expires_at <= Timestamp::now() => Err(too_late()),
            (Stage::Pending, Some(Answer::Error(error))) => {
                tracing::debug!(client_id = %self.client_id(), "no authorization");
                let ending = match error {
                    AuthorizationError::AccessDenied => Ending::Denied,
                    error => Ending::Failed(error.as_str().to_owned()),
                };
                let ended = self.write_stage(&stored, Stage::Over(ending)).await?;
                self.show(ended, false).await
            }
            (Stage::Pending, None) => Err(not_over()),
            (Stage::Pending, Some(Answer::Code(code))) => {
                let ended = self.exchange(stored, &code).await?;
                self.show(ended, false).await
            }
        }
    }

    async fn load_flow(&self, key: &str) -> Result<StoredFlow> {
        self.vault().flow(key).await?.ok_or_else(mismatch)
    }

    /// How a flow that is over ended.
    async fn show(&self, stored: StoredFlow, is_repeated: bool) -> Result<Finished> {
        let ticket = stored.flow.ticket;
        let Stage::Over(ending) = stored.flow.stage else {
            return Err(not_over());
        };
        let result = match ending {
            Ending::Installed { bot_id, .. } => {
                let installation = match &ticket.tenant {
                    Some(tenant) => self.tenant(tenant).get(&bot_id).await?,
                    None => self.get(&bot_id).await?,
                };
                FlowResult::Installed(Box::new(installation))
            }
            Ending::Denied => FlowResult::Denied { is_confirmed: true },
            Ending::Failed(code) => FlowResult::Failed(AuthorizationError::new(&code)),
            Ending::Refused(reason) => FlowResult::Refused(reason),
            Ending::WrongAccount {
                actual,
                workspace_name,
            } => FlowResult::WrongAccount {
                expected: ticket.expect_bot.clone(),
                actual,
                workspace_name,
            },
            Ending::NotExchanged(failure) => FlowResult::NotExchanged(failure.into()),
            Ending::Unknown => FlowResult::Unknown,
        };
        Ok(Finished::new(result, ticket, is_repeated))
    }
}

fn not_over() -> Error {
    Error::new(ErrorKind::Busy, "the flow is not over yet").with_hint("Reload the page.")
}

/// It does not say which of state, browser and server is wrong.
fn mismatch() -> Error {
    Error::new(
        ErrorKind::StateMismatch,
        "the answer at the redirect URI does not belong to a flow of this browser",
    )
    .with_hint("Use the newest link, in the browser that it was opened in.")
}
