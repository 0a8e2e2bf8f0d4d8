//! What one recording shows of the workspace it was made in.

use std::collections::{BTreeSet, HashMap, HashSet};

use indexmap::{IndexMap, IndexSet};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::exchange::{Exchange, Recording};
use super::record::{Kind, Origin, Record, Records, as_id, as_object, is_whole, parent_of, state_of, walk};
use crate::engine::id;

/// The keys of times that the server sets when something happens.
const TIMES: [&str; 2] = ["created_time", "last_edited_time"];
/// How much surer it is that the bot which asks who it is, or is named by an error, is the one that made the recording,
/// than that the author of something new is.
const CERTAIN: usize = 1000;

/// What was seen, each object in the state it was first seen in.
#[derive(Debug, Default)]
pub(super) struct Observation {
    pub(super) records: Records,
    /// What the recording itself created; everything else was there before.
    pub(super) born: HashSet<Uuid>,
    /// What Notion said was not there.
    pub(super) absent: BTreeSet<Uuid>,
    /// Pages and databases seen among the blocks that contain them.
    pub(super) child_blocks: IndexMap<Uuid, Map<String, Value>>,
    /// What was referred to, and as what first.
    pub(super) mentioned: IndexMap<Uuid, Kind>,
    /// Ids in the order lists had them, by the key of the seed document.
    pub(super) order: IndexMap<String, IndexSet<Uuid>>,
    pub(super) bots: IndexMap<Uuid, usize>,
    pub(super) bot_name: Option<String>,
    pub(super) versions: HashMap<String, usize>,
    /// When the recording began, as far as it tells.
    pub(super) now: Option<Timestamp>,
    /// The first time at which anything is known to have happened.
    pub(super) oldest: Option<Timestamp>,
}

impl Observation {
    /// Goes through a recording.
    pub(super) fn of(recording: &Recording) -> Self {
        let mut seen = Self::default();
        for exchange in &recording.exchanges {
            seen.exchange(exchange);
        }
        seen
    }

    /// Notes that something is referred to.
    pub(super) fn mention(&mut self, id: Uuid, kind: Kind) {
        self.mentioned.entry(id).or_insert(kind);
    }

    fn exchange(&mut self, exchange: &Exchange) {
        if let Some(version) = &exchange.version {
            *self.versions.entry(version.clone()).or_default() += 1;
        }
        if !exchange.succeeded() {
            self.refusal(exchange);
            return;
        }
        self.born.extend(exchange.born());
        walk(&exchange.answer, "", &mut |_, value| {
            if let Some((kind, id, object)) = as_object(value) {
                self.object(kind, id, object, exchange);
            }
        });
        self.references(exchange);
        self.list(exchange);
        self.times(&exchange.answer);
    }

    /// A refusal may tell what is not there, and who is asking.
    fn refusal(&mut self, exchange: &Exchange) {
        let answer = &exchange.answer;
        let message = answer.get("message").and_then(Value::as_str).unwrap_or_default();
        if exchange.status == 404
            && let Some((what, id)) = message.split_once(" with ID: ")
            && !what.ends_with("property")
            && let Some(id) = id
                .split(|c: char| c != '-' && !c.is_ascii_hexdigit())
                .next()
                .and_then(id::parse)
            && !self.born.contains(&id)
        {
            self.absent.insert(id);
        }
        if let Some(bot) = answer.pointer("/additional_data/integration_id").and_then(as_id) {
            *self.bots.entry(bot).or_default() += CERTAIN;
        }
        let ways = ["with your integration \"", "with your connection \""];
        let named = ways.iter().find_map(|way| message.split_once(way));
        if let Some((name, _)) = named.and_then(|(_, rest)| rest.rsplit_once('"'))
            && self.bot_name.is_none()
        {
            self.bot_name = Some(name.to_owned());
        }
    }

    fn object(&mut self, kind: Kind, id: Uuid, object: &Map<String, Value>, exchange: &Exchange) {
        let is_written = exchange.writes(id);
        if let Some(known) = self.records.get_mut(&id) {
            // Only a bot itself sees all of what it is.
            if tells_more(&known.state, object) {
                known.state = state_of(object);
            }
        } else {
            // What is moved into something new is not new.
            let is_moved = is_written && exchange.request.get("parent").is_some();
            if !is_moved && parent_of(object).is_some_and(|(_, above)| self.born.contains(&above)) {
                self.born.insert(id);
            }
            if !self.born.contains(&id) {
                self.first_sight(kind, id, object, exchange);
            }
        }
        self.bot(kind, id, object, exchange);
    }

    fn first_sight(&mut self, kind: Kind, id: Uuid, object: &Map<String, Value>, exchange: &Exchange) {
        if !is_whole(kind, object) {
            if kind.can_be_guessed() {
                self.mention(id, kind);
            }
            return;
        }
        let mut state = state_of(object);
        let origin = if exchange.writes(id) {
            undo(&mut state, exchange);
            Origin::AfterWrite
        } else {
            Origin::Observed
        };
        let is_child = ["child_page", "child_database"]
            .iter()
            .any(|key| state.contains_key(*key));
        if kind == Kind::Block && is_child {
            self.child_blocks.entry(id).or_insert(state);
        } else {
            self.records.insert(id, Record { kind, state, origin });
        }
    }

    /// Who made the recording: the bot that asks who it is, or the author of what the recording created or changed.
    fn bot(&mut self, kind: Kind, id: Uuid, object: &Map<String, Value>, exchange: &Exchange) {
        let by = |key: &str| object.get(key).and_then(|author| as_id(author.get("id")?));
        let (bot, weight) = if kind == Kind::User && exchange.path == "/v1/users/me" {
            (Some(id), CERTAIN)
        } else if self.born.contains(&id) {
            (by("created_by"), 1)
        } else if exchange.writes(id) {
            (by("last_edited_by"), 1)
        } else {
            return;
        };
        if let Some(bot) = bot {
            *self.bots.entry(bot).or_default() += weight;
        }
    }

    /// Whatever a request or its answer refers to.
    fn references(&mut self, exchange: &Exchange) {
        let (request, answer) = (&exchange.request, &exchange.answer);
        for body in [request, answer] {
            walk(body, "", &mut |key, value| {
                let named = value.get("id").and_then(as_id);
                if let (Some(kind), Some(id)) = (Kind::of_reference(key), as_id(value)) {
                    self.mention(id, kind);
                } else if let (Some(kind), Some(id)) = (Kind::of_mention(key), named) {
                    self.mention(id, kind);
                } else if let Some(id) = named.filter(|_| key == Kind::CustomEmoji.object()) {
                    self.emoji(id, value);
                }
            });
        }
        for (key, value) in &exchange.query {
            if let (Some(kind), Some(id)) = (Kind::of_reference(key), id::parse(value)) {
                self.mention(id, kind);
            }
        }
        if let Some((kind, id)) = exchange.owner().filter(|(kind, _)| kind.can_be_guessed()) {
            self.mention(id, kind);
        }
    }

    /// Icons and mentions show all of an emoji, but not as an object of its own.
    fn emoji(&mut self, id: Uuid, emoji: &Value) {
        let Some(emoji) = emoji.as_object().filter(|emoji| emoji.contains_key("name")) else {
            return;
        };
        let mut state = Map::new();
        state.insert("object".into(), json!(Kind::CustomEmoji.object()));
        state.extend(emoji.clone());
        self.records.entry(id).or_insert(Record {
            kind: Kind::CustomEmoji,
            state,
            origin: Origin::Observed,
        });
    }

    /// In which order a list has what was there before. Times have minutes only, so nothing else tells.
    fn list(&mut self, exchange: &Exchange) {
        let is_set = |key: &str| {
            let value = exchange.request.get(key).unwrap_or(&Value::Null);
            !value.is_null() && value != &json!([]) && value != &json!({})
        };
        let container = match exchange.route() {
            ("GET", segments) => match segments[..] {
                ["blocks", id, "children"] => id::parse(id),
                ["users" | "file_uploads"] => None,
                _ => return,
            },
            ("POST", segments) => match segments[..] {
                ["data_sources", id, "query"] if !is_set("filter") && !is_set("sorts") => id::parse(id),
                ["search"] if exchange.request.pointer("/sort/direction") != Some(&json!("ascending")) => {
                    None
                }
                _ => return,
            },
            _ => return,
        };
        if container.is_some_and(|id| self.born.contains(&id)) {
            return;
        }
        let key = match container {
            Some(id) => id.to_string(),
            None => exchange
                .path
                .trim_start_matches("/v1/")
                .trim_end_matches('/')
                .to_owned(),
        };
        let ids = exchange
            .results()
            .iter()
            .filter_map(|item| as_id(item.get("id")?));
        let old = ids.filter(|id| !self.born.contains(id));
        self.order.entry(key).or_default().extend(old);
    }

    fn times(&mut self, answer: &Value) {
        let (mut newest, mut oldest) = (None, self.oldest);
        walk(answer, "", &mut |key, value| {
            if TIMES.contains(&key)
                && let Some(at) = value.as_str().and_then(|text| text.parse::<Timestamp>().ok())
            {
                newest = newest.max(Some(at));
                oldest = Some(oldest.map_or(at, |oldest| oldest.min(at)));
            }
        });
        self.now = self.now.or(newest);
        self.oldest = oldest;
    }
}

/// Whether `seen` shows more of a bot than `known`.
fn tells_more(known: &Map<String, Value>, seen: &Map<String, Value>) -> bool {
    let facts = |user: &Map<String, Value>| user.get("bot").and_then(Value::as_object).map_or(0, Map::len);
    facts(seen) > facts(known)
}

/// The answer to a change that put an object away, or brought it back, shows it afterwards; before, it was the other way
/// round. The trash goes by two names through the versions of the API.
fn undo(state: &mut Map<String, Value>, exchange: &Exchange) {
    for flags in [&["in_trash", "archived"][..], &["is_archived"]] {
        let asked = flags
            .iter()
            .find_map(|flag| exchange.request.get(flag)?.as_bool());
        let deleted = exchange.method == "DELETE" && flags.contains(&"in_trash");
        let Some(after) = asked.or(deleted.then_some(true)) else {
            continue;
        };
        for flag in flags {
            if let Some(value) = state.get_mut(*flag) {
                *value = json!(!after);
            }
        }
    }
}
