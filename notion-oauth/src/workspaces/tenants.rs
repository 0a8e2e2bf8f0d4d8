//! The customers of a program, each of whom sees their own installations.

use notion_core::{Notion, UserId};

use super::flow::{Start, Started};
use super::install::{ATTEMPTS, contended};
use super::{Workspaces, not_found};
use crate::audit::{Action, AuditEntry, Event};
use crate::binding::Binding;
use crate::error::Result;
use crate::id::{BotId, TenantId, WorkspaceId};
use crate::installation::{Installation, StoredGrant};
use crate::store::Change;
use crate::vault::StoredLink;

/// The installations that one customer of the program may use.
///
/// One installation may be used by several: a user of Notion has one for each workspace, however many customers of the
/// program they belong to. What another customer alone may use is [not found](crate::ErrorKind::NotFound).
///
/// ```no_run
/// # async fn run(workspaces: notion_oauth::Workspaces) -> notion_oauth::Result<()> {
/// use notion_oauth::TenantId;
///
/// let acme = workspaces.tenant(&TenantId::new("acme")?);
/// for installation in acme.list().await? {
///     println!("{:?}", installation.workspace_name());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Tenant {
    workspaces: Workspaces,
    id: TenantId,
}

/// What is left after a tenant's link was taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unlinked {
    /// Whether no other tenant may use the installation.
    pub was_last: bool,
}

impl Workspaces {
    /// What a customer of the program sees.
    #[must_use]
    pub fn tenant(&self, id: &TenantId) -> Tenant {
        Tenant {
            workspaces: self.clone(),
            id: id.clone(),
        }
    }

    /// The tenants that may use an installation, by the time since when.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn tenants_of(&self, bot_id: &BotId) -> Result<Vec<TenantId>> {
        let links = self.vault().links_of_bot(self.client_id(), bot_id).await?;
        Ok(links.into_iter().map(|link| link.tenant).collect())
    }
}

/// What it takes to let a tenant go.
pub(super) struct Leaving {
    pub(super) changes: Vec<Change>,
    pub(super) was_last: bool,
}

impl Workspaces {
    pub(super) async fn leaving(&self, tenant: &TenantId, bot_id: &BotId) -> Result<Leaving> {
        let links = self.vault().links_of_bot(self.client_id(), bot_id).await?;
        let (own, others): (Vec<_>, Vec<_>) = links.into_iter().partition(|link| link.tenant == *tenant);
        if own.is_empty() {
            return Err(not_found(bot_id));
        }
        Ok(Leaving {
            changes: own.iter().map(StoredLink::delete).collect(),
            was_last: others.is_empty(),
        })
    }
}

pub(super) fn of_tenant(tenant: &TenantId) -> String {
    format!("tenant {tenant}")
}

impl Tenant {
    /// Which tenant.
    #[must_use]
    pub fn id(&self) -> &TenantId {
        &self.id
    }

    /// Begins a flow whose installation this tenant may use. See [`Workspaces::start`].
    ///
    /// # Errors
    /// As [`Workspaces::start`].
    pub async fn start(&self, start: Start, binding: Option<&Binding>) -> Result<Started> {
        self.workspaces
            .start(start.tenant(self.id.clone()), binding)
            .await
    }

    /// The installations, by the time of their first grant.
    ///
    /// # Errors
    /// When the store fails, or the keys do not open it.
    pub async fn list(&self) -> Result<Vec<Installation>> {
        let vault = self.workspaces.vault();
        let links = vault
            .links_of_tenant(self.workspaces.client_id(), &self.id)
            .await?;
        let mut installations = Vec::with_capacity(links.len());
        for link in links {
            let stored = self.workspaces.load(&link.bot_id).await?;
            installations.extend(stored.and_then(|stored| stored.installation));
        }
        installations.sort_by(|a, b| (a.created_at(), a.bot_id()).cmp(&(b.created_at(), b.bot_id())));
        Ok(installations)
    }

    /// Those in a workspace.
    ///
    /// # Errors
    /// As [`list`](Self::list).
    pub async fn by_workspace(&self, workspace_id: &WorkspaceId) -> Result<Vec<Installation>> {
        let mut installations = self.list().await?;
        installations.retain(|installation| installation.workspace_id() == workspace_id);
        Ok(installations)
    }

    /// Those of a user of Notion.
    ///
    /// # Errors
    /// As [`list`](Self::list).
    pub async fn by_owner(&self, owner: UserId) -> Result<Vec<Installation>> {
        let mut installations = self.list().await?;
        installations.retain(|installation| installation.owner_id() == Some(owner));
        Ok(installations)
    }

    /// An installation.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) also where it is another tenant's, and as [`list`](Self::list).
    pub async fn get(&self, bot_id: &BotId) -> Result<Installation> {
        self.link_to(bot_id).await?;
        self.workspaces.get(bot_id).await
    }

    /// A client that acts for the user of an installation, as [`Workspaces::client`] gives it.
    ///
    /// The link is looked at here, and not with each request: do not keep the client for longer than the tenant's own request, so
    /// that it ends with [`unlink`](Self::unlink).
    ///
    /// # Errors
    /// As [`get`](Self::get) and [`Workspaces::client`].
    pub async fn client(&self, bot_id: &BotId) -> Result<Notion> {
        self.link_to(bot_id).await?;
        self.workspaces.client(bot_id).await
    }

    /// All grants of an installation, as [`Workspaces::history`] gives them.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn history(&self, bot_id: &BotId) -> Result<Vec<StoredGrant>> {
        self.link_to(bot_id).await?;
        self.workspaces.history(bot_id).await
    }

    /// What happened to an installation, as [`Workspaces::audit`] gives it.
    ///
    /// # Errors
    /// As [`get`](Self::get) and [`Workspaces::audit`].
    pub async fn audit(&self, bot_id: &BotId) -> Result<Vec<AuditEntry>> {
        self.link_to(bot_id).await?;
        self.workspaces.audit(bot_id).await
    }

    /// Lets the tenant use an installation that another one made. The program vouches that they may.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) when there is no such installation, and as [`list`](Self::list).
    pub async fn link(&self, bot_id: &BotId) -> Result<()> {
        let (workspaces, vault) = (&self.workspaces, self.workspaces.vault());
        for _ in 0..ATTEMPTS {
            if vault
                .link(workspaces.client_id(), &self.id, bot_id)
                .await?
                .is_some()
            {
                return Ok(());
            }
            let stored = workspaces
                .load(bot_id)
                .await?
                .filter(|stored| stored.installation.is_some());
            let stored = stored.ok_or_else(|| not_found(bot_id))?;
            let link = vault.write_link(workspaces.client_id(), &self.id, bot_id).await?;
            let event = Event::new(Action::Linked).because(of_tenant(&self.id));
            if vault.put(stored, Some(event), vec![link]).await?.is_some() {
                return Ok(());
            }
        }
        Err(contended())
    }

    /// Takes the tenant's link away: the installation stays, and other tenants go on using it.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn unlink(&self, bot_id: &BotId) -> Result<Unlinked> {
        let (workspaces, vault) = (&self.workspaces, self.workspaces.vault());
        for _ in 0..ATTEMPTS {
            let stored = workspaces.load(bot_id).await?.ok_or_else(|| not_found(bot_id))?;
            let leaving = workspaces.leaving(&self.id, bot_id).await?;
            let event = Event::new(Action::Unlinked).because(of_tenant(&self.id));
            if vault.put(stored, Some(event), leaving.changes).await?.is_some() {
                return Ok(Unlinked {
                    was_last: leaving.was_last,
                });
            }
        }
        Err(contended())
    }

    /// Takes the tenant's link away, and if it was the last one, [uninstalls](Workspaces::uninstall): both or neither,
    /// whatever other tenants do meanwhile.
    ///
    /// # Errors
    /// As [`get`](Self::get) and [`Workspaces::uninstall`]. When Notion cannot be reached, the link is gone all the same.
    pub async fn uninstall(&self, bot_id: &BotId) -> Result<Unlinked> {
        self.link_to(bot_id).await?;
        let was_last = self.workspaces.remove(bot_id, Some(self.id.clone())).await?;
        Ok(Unlinked { was_last })
    }

    /// The installations' names.
    pub(super) async fn bots(&self) -> Result<Vec<BotId>> {
        let (client_id, vault) = (self.workspaces.client_id(), self.workspaces.vault());
        let links = vault.links_of_tenant(client_id, &self.id).await?;
        Ok(links.into_iter().map(|link| link.bot_id).collect())
    }

    pub(super) fn workspaces(&self) -> &Workspaces {
        &self.workspaces
    }

    /// The link that makes an installation this tenant's.
    async fn link_to(&self, bot_id: &BotId) -> Result<StoredLink> {
        let vault = self.workspaces.vault();
        let link = vault.link(self.workspaces.client_id(), &self.id, bot_id).await?;
        link.ok_or_else(|| not_found(bot_id))
    }
}
