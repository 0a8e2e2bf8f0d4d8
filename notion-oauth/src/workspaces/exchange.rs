//! How a code becomes an installation.

use super::Workspaces;
use super::hooks::{Installed, Installing, Verdict};
use super::install::{ATTEMPTS, contended};
use crate::callback::Code;
use crate::endpoint;
use crate::error::{Error, ErrorKind, Result};
use crate::failpoint::reach;
use crate::grant::Grant;
use crate::installation::{Installation, Status};
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
                flow: flow.key().to_owned(),
            },
            grant: grant.clone(),
        };
        slot.keep(entry).await;
        reach("C4")?;
        let flow = self.settle(flow, &grant).await?;
        self.clear(&name).await;
        reach("C7")?;
        Ok(flow)
    }

    /// Installs an answer that a program left in the spool, if it did. The caller holds the lock of that name.
    pub(super) async fn replay_exchange(&self, name: &Name) -> Result<bool> {
        let Some(entry) = self.spool().get(name).await? else {
            return Ok(false);
        };
        let Purpose::Exchange { flow } = &entry.purpose else {
            return Ok(false);
        };
        match self.vault().flow(flow).await? {
            Some(flow) => {
                self.settle(flow, &entry.grant).await?;
            }
            // Whom it is for is not known any more, but the tokens are good.
            None => {
                self.install(&entry.grant).await?;
            }
        }
        self.clear(name).await;
        Ok(true)
    }

    /// What is in the store needs no other place. If it stays there, it is found to be installed the next time.
    async fn clear(&self, name: &Name) {
        if let Err(error) = self.spool().remove(name).await {
            tracing::warn!(%error, "an answer that is in the store is still in the spool");
        }
    }

    /// Installs what a flow gave, or does not, and ends the flow in the same commit. Doing it twice is doing it once.
    pub(super) async fn settle(&self, flow: StoredFlow, grant: &Grant) -> Result<StoredFlow> {
        let ticket = flow.flow.ticket.clone();
        let installed = Ending::Installed {
            bot_id: grant.bot_id().clone(),
            grant: grant.id().to_string(),
        };
        let ending = match &flow.flow.stage {
            Stage::Over(ending) if *ending != Ending::Unknown => ending.clone(),
            _ => self
                .objection(&ticket, grant)
                .await?
                .unwrap_or_else(|| installed.clone()),
        };
        reach("C5")?;
        let flow = self.commit_end(flow, grant, &ending).await?;
        reach("C6")?;
        if ending == installed {
            // Where it was removed since, there is nobody to set anything up for.
            if let Some(installation) = self.load_or_unknown(grant.bot_id()).await?.installation {
                self.tell_installed(Installed {
                    installation,
                    template: grant.duplicated_template_id().map(str::to_owned),
                    ticket,
                })
                .await;
            }
        } else {
            self.give_back(grant).await?;
        }
        Ok(flow)
    }

    /// Revokes tokens that are not wanted, if nothing is installed that this could end.
    async fn give_back(&self, grant: &Grant) -> Result<()> {
        let is_installed = self.load_or_unknown(grant.bot_id()).await?.installation.is_some();
        if is_installed {
            return Ok(());
        }
        if let Err(error) = endpoint::revoke(self.connection(), grant.token().expose()).await {
            tracing::warn!(bot_id = %grant.bot_id(), %error, "tokens that are not wanted could not be revoked");
        }
        Ok(())
    }

    /// Why a grant is not to be installed, if it is not.
    async fn objection(&self, ticket: &Ticket, grant: &Grant) -> Result<Option<Ending>> {
        if ticket
            .expect_bot
            .as_ref()
            .is_some_and(|expected| expected != grant.bot_id())
        {
            return Ok(Some(Ending::WrongAccount {
                actual: grant.bot_id().clone(),
                workspace_name: grant.workspace_name().map(str::to_owned),
            }));
        }
        let is_new = self.load_or_unknown(grant.bot_id()).await?.installation.is_none();
        let installing = Installing {
            grant: grant.clone(),
            is_new,
            ticket: ticket.clone(),
        };
        Ok(match self.ask_may_install(installing).await? {
            Verdict::Allow => None,
            Verdict::Refuse(reason) => Some(Ending::Refused(reason)),
        })
    }

    /// The one commit of a flow: its end, the grant, the tenant's link and the page that was made of a template.
    ///
    /// A grant that is not wanted is kept all the same where its installation is in use: Notion may have ended the tokens
    /// from before when it gave these.
    async fn commit_end(&self, mut flow: StoredFlow, grant: &Grant, ending: &Ending) -> Result<StoredFlow> {
        let (client_id, bot_id) = (self.client_id(), grant.bot_id());
        let is_wanted = matches!(ending, Ending::Installed { .. });
        for _ in 0..ATTEMPTS {
            if let Stage::Over(now) = &flow.flow.stage
                && now == ending
            {
                return Ok(flow);
            }
            let stored = self.load_or_unknown(bot_id).await?;
            let installed = stored.installation.as_ref().map(Installation::status);
            let mut changes = vec![
                self.vault()
                    .write_flow(&flow.with_stage(Stage::Over(ending.clone())))?,
            ];
            if is_wanted {
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
            let is_done = if is_wanted || installed == Some(Status::Healthy) {
                let actor = flow.flow.ticket.subject.clone();
                self.add(stored, grant, actor, changes).await?.is_some()
            } else {
                self.vault().store().commit(&changes).await? == Commit::Done
            };
            let key = flow.key().to_owned();
            flow = self.vault().flow(&key).await?.ok_or_else(forgotten)?;
            if is_done {
                return Ok(flow);
            }
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
