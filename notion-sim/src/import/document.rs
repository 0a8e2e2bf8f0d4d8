//! Workspaces of the past: several of them as one, and one as a seed document.

use std::collections::{BTreeSet, HashSet};

use indexmap::{IndexMap, IndexSet};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::guess;
use super::record::{Kind, Origin, Record, Records, parent_of};
use super::secrets;
use crate::engine::time;
use crate::seed;

/// The workspace as it was before a recording.
#[derive(Debug, Default)]
pub(super) struct Past {
    pub(super) records: Records,
    /// Ids in the order lists had them, by container, or by `users`, `file_uploads` and `search`.
    pub(super) order: IndexMap<String, IndexSet<Uuid>>,
    pub(super) absent: BTreeSet<Uuid>,
    /// What is there because something else is in it, while Notion denied it to the connection.
    pub(super) unshared: HashSet<Uuid>,
    pub(super) bot: Option<Uuid>,
    pub(super) bot_name: Option<String>,
    pub(super) version: Option<String>,
    pub(super) now: Option<Timestamp>,
}

impl Past {
    /// One workspace with what any of them holds, each object in its best known state.
    pub(super) fn merge(pasts: Vec<Self>) -> Self {
        let mut bots: IndexMap<(Option<Uuid>, String), usize> = IndexMap::new();
        let mut whole = Self::default();
        let mut shared = HashSet::new();
        for past in pasts {
            if let Some(name) = past.bot_name {
                *bots.entry((past.bot, name)).or_default() += 1;
            }
            let ids = past.records.keys().filter(|id| !past.unshared.contains(*id));
            shared.extend(ids.copied());
            for (id, record) in past.records {
                match whole.records.get_mut(&id) {
                    Some(known) if rank(known) < rank(&record) => *known = record,
                    Some(_) => {}
                    None => {
                        whole.records.insert(id, record);
                    }
                }
            }
            for (container, ids) in past.order {
                whole.order.entry(container).or_default().extend(ids);
            }
            whole.absent.extend(past.absent);
            whole.unshared.extend(past.unshared);
            whole.bot = whole.bot.or(past.bot);
            whole.version = whole.version.max(past.version);
            whole.now = whole.now.max(past.now);
        }
        // The bot of most recordings; the first of them, if there are several.
        let most = bots.values().max().copied();
        if let Some(((bot, name), _)) = bots.into_iter().find(|(_, count)| Some(*count) == most) {
            (whole.bot, whole.bot_name) = (bot, Some(name));
        }
        whole.absent.retain(|id| !whole.records.contains_key(id));
        whole.unshared.retain(|id| !shared.contains(id));
        whole
    }

    /// The seed document. `source` says what it was made from.
    pub(super) fn document(mut self, source: &str) -> Value {
        self.name_the_bot();
        self.break_circles();
        self.trash_once();
        let mut out = Map::new();
        let mut put = |key: &str, value: Value| {
            out.insert(key.to_owned(), value);
        };
        put("format", json!(seed::FORMAT));
        put("source", json!(source));
        put("notion_version", json!(self.version));
        put("now", json!(self.now.map(time::milli_z)));
        put("bot", json!({"id": self.bot, "name": self.bot_name}));
        if !self.unshared.is_empty() {
            put("shared", json!(self.shared()));
        }
        let origins: Map<String, Value> = self
            .records
            .iter()
            .map(|(id, record)| (id.to_string(), json!(record.origin.name())))
            .collect();
        let mut lists: IndexMap<Kind, Vec<Value>> = Kind::ALL.map(|kind| (kind, Vec::new())).into();
        for record in self.records.into_values() {
            let mut state = Value::Object(record.state);
            secrets::hide(&mut state);
            lists.entry(record.kind).or_default().push(state);
        }
        for (kind, objects) in lists {
            put(kind.list(), Value::Array(objects));
        }
        put("order", json!(self.order));
        put("absent", json!(self.absent));
        put("provenance", Value::Object(origins));
        Value::Object(out)
    }

    /// A bot that nobody looked at may be known by name nevertheless.
    fn name_the_bot(&mut self) {
        let known = self.bot.and_then(|bot| self.records.get_mut(&bot));
        if let (Some(bot), Some(name)) = (known, &self.bot_name)
            && bot.origin == Origin::Stub
        {
            bot.origin = Origin::Inferred;
            let attributes = [
                ("name", json!(name)),
                ("avatar_url", Value::Null),
                ("type", json!("bot")),
                ("bot", json!({})),
            ];
            bot.state
                .extend(attributes.map(|(key, value)| (key.to_owned(), value)));
        }
    }

    /// Answers call a data source trashed when its database is; in a seed each says it for itself.
    fn trash_once(&mut self) {
        const NAMES: [&str; 2] = ["in_trash", "archived"];
        let is_trashed = |record: &Record| {
            NAMES
                .iter()
                .any(|name| record.state.get(*name) == Some(&json!(true)))
        };
        let databases: HashSet<Uuid> = self
            .records
            .iter()
            .filter(|(_, record)| record.kind == Kind::Database && is_trashed(record))
            .map(|(id, _)| *id)
            .collect();
        for source in self.records.values_mut() {
            let above = parent_of(&source.state).map(|(_, above)| above);
            if source.kind == Kind::DataSource && above.is_some_and(|above| databases.contains(&above)) {
                for name in NAMES {
                    source.state.remove(name);
                }
            }
        }
    }

    /// Where things were moved between two sights, they may seem to be inside each other. One of them goes to the top.
    fn break_circles(&mut self) {
        let ids: Vec<Uuid> = self.records.keys().copied().collect();
        for start in ids {
            let above = |id: Uuid| parent_of(&self.records.get(&id)?.state).map(|(_, above)| above);
            let mut met = HashSet::from([start]);
            let mut at = above(start);
            while let Some(id) = at.filter(|id| met.insert(*id)) {
                at = above(id);
            }
            if at == Some(start)
                && let Some(record) = self.records.get_mut(&start)
            {
                record.state.insert("parent".to_owned(), guess::workspace());
            }
        }
    }

    /// What the connection was given: whatever is at the top, or directly in something it does not see.
    fn shared(&self) -> Vec<Uuid> {
        let is_root = |id: &Uuid, record: &Record| {
            let above = parent_of(&record.state).map(|(_, above)| above);
            record.kind.is_container()
                && !self.unshared.contains(id)
                && above.is_none_or(|above| self.unshared.contains(&above))
        };
        let roots = self.records.iter().filter(|(id, record)| is_root(id, record));
        roots.map(|(id, _)| *id).collect()
    }
}

/// How good a state is: the surer the better, then the newer the better.
fn rank(record: &Record) -> (Origin, &str) {
    let edited = record.state.get("last_edited_time").and_then(Value::as_str);
    (record.origin, edited.unwrap_or_default())
}
