//! How a code becomes an installation.

use super::Workspaces;
use super::hooks::{Installed, Verdict};
use super::install::{ATTEMPTS, contended};
use crate::callback::Code;
use crate::endpoint;
use crate::error::{Error, ErrorKind, Result};
use crate::failpoint::reach;
use crate::grant::Grant;
use crate::installation::Installation;
use crate::spool::{Entry, Name, Purpose};
use crate::store::Commit;
use crate::vault::{Ending, ResourceKind, Stage, StoredFlow, Ticket};

impl Workspaces {
    /// Sends the code of a flow, once, and installs what comes of it. The caller holds the lock of the flow.
    ///
    /// The steps have the names of the tests that end the program at each of them. Up to C3 nothing is installed, and the
    /// user begins again; from C4 on the answer is in the spool or in the store, and is not lost.
    pub(super) async fn exchange(&self, flow: StoredFlow, code: &Code) -> Result<StoredFlow> {
        let redirect_uri = self.connection().registered(&flow.flow.redirect_uri)?;
        let redirect_uri = flow.flow.names_redirect_uri.then_some(redirect_uri);
        let name = Name::exchange(flow.key());
        let slot = self.spool().reserve(&name).await?;
        let flow = self.write_stage(&flow, Stage::Exchanging).await?;
        reach("C0")?;
        reach("C1")?;
        let answer = endpoint::exchange(self.connection(), code, redirect_uri, None).await;
        reach("C2")?;
        let grant = match answer {
            Ok(grant) => grant,
            Err(error) => {
                let ending = match error.kind() {
                    ErrorKind::OutcomeUnknown => Ending::Unknown,
                    _ => Ending::NotExchanged((&error).into()),
                };
                return self.write_stage(&flow, Stage::Over(ending)).await;
            }
        };
        reach("C3")?;
        let entry = Entry {
            purpose: Purpose::Exchange {
                key: flow.key().to_owned(),
                flow: Box::new(flow.flow.clone()),
            },
            grant: grant.clone(),
        };
        slot.keep(entry).await;
        reach("C4")?;
        let flow = self.settle(flow, &grant).await?;
        // The flow is over. What is left in the spool is gone on with by `recover`.
        if let Err(error) = self.clear(&flow, &grant).await {
            tracing::warn!(%error, "an answer stays in the spool");
        }
        reach("C7")?;
        Ok(flow)
    }

    /// Brings the flow of an answer to its end that a program left in the spool, if it did. The caller holds the lock of
    /// that name.
    ///
    /// The answer knows its flow: where the store has forgotten it, it comes back with its end, so that the same holds for
    /// it as for any other.
    pub(super) async fn replay_exchange(&self, name: &Name) -> Result<bool> {
        let Some(entry) = self.spool().get(name).await? else {
            return Ok(false);
        };
        let Purpose::Exchange { key, flow } = entry.purpose else {
            return Ok(false);
        };
        let stored = self.vault().flow(&key).await?;
        let flow = stored.unwrap_or_else(|| StoredFlow::forgotten(key, *flow));
        let flow = self.settle(flow, &entry.grant).await?;
        self.clear(&flow, &entry.grant).await?;
        Ok(true)
    }

    /// Installs what a flow gave, or does not, and ends the flow in the same commit. Doing it twice is doing it once.
    async fn settle(&self, flow: StoredFlow, grant: &Grant) -> Result<StoredFlow> {
        let ending = match &flow.flow.stage {
            Stage::Over(ending) if *ending != Ending::Unknown => ending.clone(),
            _ => self.ending(&flow.flow.ticket, grant).await?,
        };
        reach("C5")?;
        let flow = self.commit_end(flow, grant, ending).await?;
        reach("C6")?;
        // Where it was removed since, there is nobody to set anything up for.
        if flow.has_installed()
            && let Some(installation) = self.load_or_unknown(grant.bot_id()).await?.installation
        {
            self.tell_installed(Installed {
                workspaces: self.clone(),
                installation,
                template: grant.duplicated_template_id().map(str::to_owned),
                ticket: flow.flow.ticket.clone(),
            })
            .await;
        }
        Ok(flow)
    }

    /// Takes the answer to a flow that is over out of the spool. Tokens that are not wanted stay there until they are
    /// revoked.
    async fn clear(&self, flow: &StoredFlow, grant: &Grant) -> Result<()> {
        if !flow.has_installed() {
            self.give_back(grant).await?;
        }
        self.spool().remove(&Name::exchange(flow.key())).await
    }

    /// Revokes tokens that are not wanted. Those of an installation in use are left alone: it was given these, or others
    /// that Notion may take for the same, by an authorization that came in between.
    ///
    /// Nobody refreshes or removes the installation meanwhile. An authorization waits for nothing, so that another look
    /// tells whether one has brought these very tokens since. Where it comes later still, Notion refuses them when they are
    /// first used.
    async fn give_back(&self, grant: &Grant) -> Result<()> {
        let bot_id = grant.bot_id();
        let _lock = self.lock(&Name::refresh(self.client_id(), bot_id)).await?;
        if self.load_or_unknown(bot_id).await?.is_healthy() {
            return Ok(());
        }
        // Nothing lives on them: where there is an installation, its tokens are dead, or about to be.
        self.revoke_pair(grant).await?;
        let now = self.load_or_unknown(bot_id).await?;
        let current = now.installation.as_ref().map(Installation::grant);
        if !current.is_some_and(|current| current.has_tokens_of(grant)) {
            return Ok(());
        }
        let why = "its tokens were revoked together with an authorization that was not wanted";
        match self.flag(now, why, None).await {
            Err(error) if error.kind() != ErrorKind::NeedsReauthorization => Err(error),
            _ => Ok(()),
        }
    }

    /// How a flow ends that has brought a grant.
    async fn ending(&self, ticket: &Ticket, grant: &Grant) -> Result<Ending> {
        if ticket
            .expect_bot
            .as_ref()
            .is_some_and(|expected| expected != grant.bot_id())
        {
            return Ok(Ending::WrongAccount {
                actual: grant.bot_id().clone(),
                workspace_name: grant.workspace_name().map(str::to_owned),
            });
        }
        Ok(match self.ask_may_install(ticket, grant).await? {
            Verdict::Allow => Ending::Installed {
                bot_id: grant.bot_id().clone(),
                grant: grant.id().to_string(),
            },
            Verdict::Refuse(reason) => Ending::Refused(reason),
        })
    }

    /// The one commit of a flow: its end, the grant, the tenant's link and the page that was made of a template.
    ///
    /// A grant that is not wanted is kept all the same where its installation is in use: Notion may have ended the tokens
    /// from before when it gave these.
    async fn commit_end(&self, flow: StoredFlow, grant: &Grant, ending: Ending) -> Result<StoredFlow> {
        let (client_id, bot_id) = (self.client_id(), grant.bot_id());
        let over = Stage::Over(ending);
        let mut flow = flow;
        for _ in 0..ATTEMPTS {
            if flow.flow.stage == over {
                return Ok(flow);
            }
            let ended = flow.with_stage(over.clone());
            let stored = self.load_or_unknown(bot_id).await?;
            let mut changes = vec![self.vault().write_flow(&ended)?];
            if ended.has_installed() {
                if let Some(tenant) = &flow.flow.ticket.tenant {
                    changes.push(self.vault().write_link(client_id, tenant, bot_id).await?);
                }
                if let Some(page) = grant.duplicated_template() {
                    let kind = ResourceKind::Page;
                    changes.push(
                        self.vault()
                            .write_resource(client_id, &page.into(), bot_id, kind)
                            .await?,
                    );
                }
            }
            let is_done = if ended.has_installed() || stored.is_healthy() {
                let actor = flow.flow.ticket.subject.clone();
                self.add(stored, grant, actor, changes).await?.is_some()
            } else {
                self.vault().store().commit(&changes).await? == Commit::Done
            };
            if is_done {
                return Ok(ended);
            }
            let now = self.vault().flow(flow.key()).await?;
            flow = now.unwrap_or_else(|| StoredFlow::forgotten(flow.key().to_owned(), flow.flow));
        }
        Err(contended())
    }

    /// Writes what stage a flow is in, and nothing else.
    ///
    /// Somebody who took the lock from here when it was lost has the flow: what they did is not written over, so that
    /// no code is sent twice.
    pub(super) async fn write_stage(&self, flow: &StoredFlow, stage: Stage) -> Result<StoredFlow> {
        let mut next = flow.with_stage(stage);
        for _ in 0..ATTEMPTS {
            let change = self.vault().write_flow(&next)?;
            let is_done = self.vault().store().commit(&[change]).await? == Commit::Done;
            let now = self.vault().flow(flow.key()).await?.ok_or_else(forgotten)?;
            if is_done {
                return Ok(now);
            }
            if !now.flow.stage.is(&flow.flow.stage) {
                return Err(
                    Error::new(ErrorKind::Busy, "another program has gone on with the flow")
                        .with_hint("Reload the page."),
                );
            }
            // What changed is not the stage: it was sealed with another key.
            next = now.with_stage(next.flow.stage);
        }
        Err(contended())
    }
}

fn forgotten() -> Error {
    Error::new(ErrorKind::Expired, "the flow was forgotten meanwhile")
        .with_hint("Begin again with a new link.")
}
