//! Flows: who was sent to Notion, what for, and how it ended.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Vault, damaged, unwritable};
use crate::error::{Failure, Result};
use crate::grant::microseconds;
use crate::id::{BotId, ClientId, FlowId, TenantId};
use crate::return_to::ReturnTo;
use crate::seal::Place;
use crate::state::State;
use crate::store::{Change, Column, Record, Table};
use crate::wipe;

/// A flow as it stands in the store.
#[derive(Debug, Clone)]
pub(crate) struct StoredFlow {
    key: String,
    /// 0 if it is not in the store yet.
    version: i64,
    pub(crate) flow: Flow,
}

/// All of it is sealed: it says who connects what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Flow {
    /// The digest of the browser's secret.
    pub(crate) binding: String,
    pub(crate) redirect_uri: String,
    /// Whether the authorization URL named it: then the exchange has to, and otherwise it must not.
    pub(crate) names_redirect_uri: bool,
    pub(crate) expires_at: Timestamp,
    pub(crate) ticket: Ticket,
    pub(crate) stage: Stage,
}

/// What the program wants to know again when the user comes back.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ticket {
    pub(crate) return_to: Option<ReturnTo>,
    pub(crate) subject: Option<String>,
    pub(crate) tenant: Option<TenantId>,
    pub(crate) expect_bot: Option<BotId>,
    pub(crate) payload: Option<Value>,
}

/// What the program gives may be secret.
impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ticket")
            .field("return_to", &self.return_to)
            .field("subject", &self.subject)
            .field("tenant", &self.tenant)
            .field("expect_bot", &self.expect_bot)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// The user is on the way.
    Pending,
    /// The code is about to be sent, or was.
    Exchanging,
    /// It is over, and this is how.
    Over(Ending),
}

impl Stage {
    /// Whether both are the same stage, whatever came of it.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.name() == other.name()
    }

    /// The value of the status column.
    const fn name(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Exchanging => EXCHANGING,
            Self::Over(_) => "over",
        }
    }
}

/// The value of the status column while an answer may be on its way.
pub(crate) const EXCHANGING: &str = "exchanging";

/// How a flow ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ending {
    Installed {
        bot_id: BotId,
        grant: String,
    },
    Denied,
    /// With an error code of RFC 6749.
    Failed(String),
    /// By the program, for this reason.
    Refused(String),
    WrongAccount {
        actual: BotId,
        workspace_name: Option<String>,
    },
    /// The code was not taken.
    NotExchanged(Failure),
    /// The answer was lost, as far as is known: one that is found later takes the place of this.
    Unknown,
}

impl StoredFlow {
    pub(crate) fn new(client_id: &ClientId, state: &State, flow: Flow) -> Self {
        Self::forgotten(flow_key(client_id, &state.flow_id()), flow)
    }

    /// One that is not in the store, or not any more.
    pub(crate) fn forgotten(key: String, flow: Flow) -> Self {
        Self {
            key,
            version: 0,
            flow,
        }
    }

    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Whether it is over, and something was installed.
    pub(crate) fn has_installed(&self) -> bool {
        matches!(self.flow.stage, Stage::Over(Ending::Installed { .. }))
    }

    /// The same in another stage.
    pub(crate) fn with_stage(&self, stage: Stage) -> Self {
        let mut next = self.clone();
        next.flow.stage = stage;
        next
    }
}

impl Vault {
    pub(crate) async fn flow(&self, key: &str) -> Result<Option<StoredFlow>> {
        let Some(record) = self.store.get(Table::Flow, key).await? else {
            return Ok(None);
        };
        let opened = self.open(Table::Flow, &record)?;
        let flow = serde_json::from_slice(&opened).map_err(|_| damaged(Table::Flow, key))?;
        Ok(Some(StoredFlow {
            key: record.key,
            version: record.version,
            flow,
        }))
    }

    /// The change that writes a flow, if it is as it was when it was loaded.
    pub(crate) fn write_flow(&self, flow: &StoredFlow) -> Result<Change> {
        let StoredFlow { key, version, flow } = flow;
        let is_new = *version == 0;
        let version = version + 1;
        let content = wipe::json(flow).map_err(|_| unwritable())?;
        let sealed = self.seal.seal(Place::new(Table::Flow, key, version), &content)?;
        let client_id = key.split(':').next().unwrap_or_default();
        let columns = [
            (Column::ClientId, client_id.to_owned()),
            (Column::Status, flow.stage.name().to_owned()),
            (Column::Browser, flow.binding.clone()),
            (Column::KeyId, self.seal.key_id().to_owned()),
        ];
        let record = Record {
            key: key.clone(),
            version,
            time: microseconds(flow.expires_at).as_microsecond(),
            columns: BTreeMap::from(columns),
            body: "{}".to_owned(),
            sealed,
        };
        Ok(if is_new {
            Change::Insert(Table::Flow, record)
        } else {
            Change::Replace(Table::Flow, record)
        })
    }
}

/// Who reads the store sees the digest of the state, and cannot answer the flow.
pub(crate) fn flow_key(client_id: &ClientId, flow: &FlowId) -> String {
    format!("{client_id}:{flow}")
}

/// Whether an answer may be on its way, so that the record is still needed. A code is sent before the time of its flow is
/// over, and that takes no longer than `longest`.
pub(crate) fn may_be_answered(record: &Record, longest: Duration) -> bool {
    let is_exchanging = record.columns.get(&Column::Status).map(String::as_str) == Some(EXCHANGING);
    let longest = i64::try_from(longest.as_micros()).unwrap_or(i64::MAX);
    is_exchanging && record.time.saturating_add(longest) > Timestamp::now().as_microsecond()
}
