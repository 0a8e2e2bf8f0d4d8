//! Letting connections into workspaces, and what they see there.

use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;

use super::registration::{Installation, Kind, Registration};
use crate::engine::access::Access;
use crate::engine::id;
use crate::state::State;

impl State {
    /// The connection with this id.
    pub(crate) fn connection(&self, id: &str) -> Option<&Arc<Registration>> {
        self.connections.iter().find(|connection| connection.id == id)
    }

    /// Adds a connection, or puts it in place of the one with this id, and lets those that need no authorization in. Says
    /// whether its workspace is there.
    pub(crate) fn register(&mut self, connection: &Arc<Registration>) -> bool {
        match self
            .connections
            .iter_mut()
            .find(|known| known.id == connection.id)
        {
            Some(known) => *known = connection.clone(),
            None => self.connections.push(connection.clone()),
        }
        let at = match connection.workspaces.first() {
            None => Some(0),
            Some(id) => self.space_at(*id),
        };
        let installed = self
            .installations
            .iter()
            .any(|known| known.connection == connection.id);
        if connection.kind == Kind::Public || installed {
            return true;
        }
        let Some(at) = at else { return false };
        let user = match connection.kind {
            Kind::Personal => Some(connection.user.unwrap_or_else(|| self.spaces[at].first_person())),
            Kind::Internal | Kind::Public => None,
        };
        self.install(connection, at, user, connection.access.clone());
        true
    }

    /// Lets a connection into a workspace. The id of its bot.
    pub(crate) fn install(
        &mut self,
        connection: &Registration,
        at: usize,
        user: Option<Uuid>,
        access: Access,
    ) -> Uuid {
        let space = &mut self.spaces[at];
        let owner = match user.filter(|_| !connection.owned_by_workspace) {
            Some(user) => json!({"type": "user", "user": space.user_json(user)}),
            None => json!({"type": "workspace", "workspace": true}),
        };
        let bot = connection.bot.unwrap_or_else(id::fresh);
        if !space.users.contains_key(&bot) {
            space.add_bot(bot, &connection.name, &owner);
        }
        self.installations.push(Installation {
            bot,
            connection: connection.id.clone(),
            workspace: space.id,
            user,
            access,
            duplicated_template: None,
        });
        self.revision += 1;
        bot
    }

    /// The installation that a bot acts for.
    pub(crate) fn installation(&self, bot: Uuid) -> Option<&Installation> {
        self.installations
            .iter()
            .find(|installation| installation.bot == bot)
    }

    /// The installation that a bot acts for, to change it.
    pub(crate) fn installation_mut(&mut self, bot: Uuid) -> Option<&mut Installation> {
        self.installations
            .iter_mut()
            .find(|installation| installation.bot == bot)
    }

    /// The installations of public connections, which somebody authorized.
    pub(crate) fn authorizations(&self) -> impl Iterator<Item = &Installation> {
        self.installations
            .iter()
            .filter(|installation| self.is_authorization(installation))
    }

    /// Whether an installation is one of a public connection. Those whose connection is gone were.
    fn is_authorization(&self, installation: &Installation) -> bool {
        let connection = self.connection(&installation.connection);
        connection.is_none_or(|connection| connection.kind == Kind::Public)
    }

    /// The bot of the internal connection that comes with the workspace of a record; of the first workspace where there is
    /// no such record.
    pub(crate) fn own_bot(&self, record: Uuid) -> Uuid {
        let space = self.spaces.iter().find(|space| space.holds(record));
        space.unwrap_or(self.home()).bot
    }

    /// Whether there is a connection with this id or name, or with this bot, in a workspace or not yet in any.
    pub(crate) fn is_connection(&self, name: &str) -> bool {
        let mut connections = self.connections.iter();
        connections.any(|connection| connection.id == name || connection.name == name)
            || !self.bots_of(name).is_empty()
    }

    /// The bots that a name stands for: a connection's id or name, or the id of one bot.
    pub(crate) fn bots_of(&self, name: &str) -> Vec<Uuid> {
        let bot = id::parse(name);
        let is_meant = |installation: &&Installation| {
            let connection = self.connection(&installation.connection);
            Some(installation.bot) == bot
                || installation.connection == name
                || connection.is_some_and(|connection| connection.name == name)
        };
        let meant = self.installations.iter().filter(is_meant);
        meant.map(|installation| installation.bot).collect()
    }

    /// Shares a record with bots, or takes it away from them. Says whether that made a difference.
    pub(crate) fn share(&mut self, bots: &[Uuid], id: Uuid, on: bool) -> bool {
        let mut changed = false;
        for installation in &mut self.installations {
            if bots.contains(&installation.bot) {
                if on {
                    installation.access.share(id);
                }
                changed |= on || installation.access.unshare(id);
            }
        }
        self.revision += u64::from(changed);
        changed
    }

    /// Takes a public connection out of a workspace again: the bot's tokens are good for nothing from now on, and nobody is
    /// told. `false` where the bot is not that of an authorization.
    pub(crate) fn uninstall(&mut self, bot: Uuid) -> bool {
        let authorized = self
            .installation(bot)
            .filter(|known| self.is_authorization(known));
        let Some(gone) = authorized.cloned() else {
            return false;
        };
        self.installations.retain(|known| known.bot != bot);
        self.oauth.forget(&gone);
        if let Some(at) = self.space_at(gone.workspace) {
            // What the bot made still names it, so it stays known, but it is in no list any more.
            self.spaces[at].user_order.retain(|id| *id != bot);
        }
        self.revision += 1;
        true
    }

    /// Takes over from another state the secrets that this one's connections came without. Seeds are mostly dumps, and
    /// dumps that people see have no secrets in them.
    pub(crate) fn keep_secrets(&mut self, before: &Self) {
        for connection in &mut self.connections {
            let Some(known) = before.connection(&connection.id) else {
                continue;
            };
            if connection.tokens.is_empty() && connection.client_secret.is_none() {
                let mut kept = (**connection).clone();
                kept.tokens.clone_from(&known.tokens);
                kept.client_secret.clone_from(&known.client_secret);
                *connection = Arc::new(kept);
            }
        }
    }
}
