//! How an installation stands in the store.

use jiff::Timestamp;
use notion_core::UserId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Vault, damaged, json, unwritable};
use crate::audit::{Head, fingerprint};
use crate::error::Result;
use crate::grant::{Details, Grant, GrantId, RefreshToken, microseconds};
use crate::id::{BotId, ClientId};
use crate::installation::{Installation, Status};
use crate::seal::Place;
use crate::store::{Column, Record, Table};
use crate::wipe::{self, Text};

/// An installation as it stands in the store, also after its end.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(super) client_id: ClientId,
    pub(super) bot_id: BotId,
    /// 0 if it is not in the store yet.
    pub(super) version: i64,
    /// `None` after its end: what is left is the log.
    pub(crate) installation: Option<Installation>,
    /// A refresh that has begun, and of which nothing has come back.
    pub(crate) intent: Option<Intent>,
    pub(super) head: Head,
}

/// That a refresh token is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Intent {
    /// The fingerprint of the refresh token.
    pub(crate) token: String,
    /// How often it was sent, this time included.
    pub(crate) attempts: u32,
    pub(crate) at: Timestamp,
    /// Who is about to send it: a program, from its start to its end.
    pub(crate) by: Uuid,
}

/// The part of an installation's record that is not secret.
#[derive(Serialize, Deserialize)]
struct Body {
    created_at: Timestamp,
    updated_at: Timestamp,
    /// `None` after its end.
    current: Option<Current>,
    #[serde(default)]
    intent: Option<Intent>,
}

#[derive(Serialize, Deserialize)]
struct Current {
    status: Status,
    grant: String,
    received_at: Timestamp,
}

/// The part that is sealed. Behind it stands the answer of the token endpoint, if there is an installation.
#[derive(Serialize, Deserialize)]
struct Secret<'a> {
    head: Head,
    /// They say who the user is.
    #[serde(default)]
    details: Details,
    /// The refresh token of an older grant, where that answer holds none.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    refresh_token: Option<Text<'a>>,
}

/// The value of the status column after an installation's end.
pub(super) const REMOVED: &str = "removed";
/// Its value while a refresh is under way, so that those are found that a crash left.
pub(crate) const REFRESHING: &str = "refreshing";

impl Stored {
    /// An installation of which nothing is known yet.
    pub(crate) fn unknown(client_id: ClientId, bot_id: BotId) -> Self {
        Self {
            client_id,
            bot_id,
            version: 0,
            installation: None,
            intent: None,
            head: Head::default(),
        }
    }

    pub(crate) fn bot_id(&self) -> &BotId {
        &self.bot_id
    }

    pub(crate) fn version(&self) -> i64 {
        self.version
    }

    pub(crate) fn head(&self) -> &Head {
        &self.head
    }

    /// Whether there is an installation that is in use.
    pub(crate) fn is_healthy(&self) -> bool {
        let installation = self.installation.as_ref();
        installation.is_some_and(|installation| installation.status() == Status::Healthy)
    }

    /// The intent to send the refresh token that is current: its answer may be on its way, or in a spool.
    pub(crate) fn awaited(&self) -> Option<&Intent> {
        let token = self.installation.as_ref()?.grant().refresh_token()?;
        let intent = self.intent.as_ref()?;
        (intent.token == fingerprint(token.expose())).then_some(intent)
    }

    fn key(&self) -> String {
        installation_key(&self.client_id, &self.bot_id)
    }
}

impl Vault {
    pub(super) fn read(&self, record: &Record) -> Result<Stored> {
        let broken = || damaged(Table::Installation, &record.key);
        let body: Body = self.body(Table::Installation, record)?;
        let opened = self.open(Table::Installation, record)?;
        let (secret, raw): (Secret<'_>, _) = wipe::read(&opened).ok_or_else(broken)?;
        let (client_id, bot_id) = record.key.split_once(':').ok_or_else(broken)?;
        let client_id = ClientId::new(client_id)?;
        let installation = match body.current {
            Some(current) => {
                let id: GrantId = current.grant.parse()?;
                let grant = Grant::restore(id, client_id.clone(), current.received_at, raw)?;
                let kept = secret.refresh_token.as_ref();
                let grant = grant.keeping(kept.map(|token| RefreshToken::restored(&token.0)));
                Some(Installation::restore(
                    grant,
                    secret.details.clone(),
                    current.status,
                    body.created_at,
                    body.updated_at,
                ))
            }
            None if raw.is_empty() => None,
            None => return Err(broken()),
        };
        Ok(Stored {
            client_id,
            bot_id: BotId::new(bot_id)?,
            version: record.version,
            installation,
            intent: body.intent,
            head: secret.head,
        })
    }

    pub(super) fn record(&self, stored: &Stored) -> Result<Record> {
        let key = stored.key();
        let installation = stored.installation.as_ref();
        let grant = installation.map(Installation::grant);
        let secret = Secret {
            head: stored.head.clone(),
            details: installation.map(|one| one.details().clone()).unwrap_or_default(),
            refresh_token: grant
                .and_then(Grant::kept)
                .map(|token| Text(token.expose().into())),
        };
        let raw = grant.map_or("", Grant::expose_raw);
        let secret = wipe::with_text(&secret, raw).map_err(|_| unwritable())?;
        let place = Place::new(Table::Installation, &key, stored.version);
        let sealed = self.seal.seal(place, &secret)?;
        let now = microseconds(Timestamp::now());
        let body = Body {
            created_at: installation.map_or(now, Installation::created_at),
            updated_at: installation.map_or(now, Installation::updated_at),
            current: installation.map(|installation| Current {
                status: installation.status(),
                grant: installation.grant().id().to_string(),
                received_at: installation.grant().received_at(),
            }),
            intent: stored.intent.clone(),
        };
        let status = installation.map_or(REMOVED, |installation| match stored.intent {
            Some(_) => REFRESHING,
            None => installation.status().name(),
        });
        let mut columns = self.columns(
            &stored.client_id,
            &stored.bot_id,
            [(Column::Status, status.to_owned())],
        );
        columns.extend(installation.map(|one| (Column::WorkspaceId, one.workspace_id().to_string())));
        columns.extend(installation.and_then(Installation::owner_id).map(owner_column));
        Ok(Record {
            key,
            version: stored.version,
            time: body.created_at.as_microsecond(),
            columns,
            body: json(&body)?,
            sealed,
        })
    }
}

/// The column of a user who authorized.
fn owner_column(owner: UserId) -> (Column, String) {
    (Column::OwnerId, owner.to_string())
}

/// Ids hold no colon, so that the key of each is its own.
pub(super) fn installation_key(client_id: &ClientId, bot_id: &BotId) -> String {
    format!("{client_id}:{bot_id}")
}
