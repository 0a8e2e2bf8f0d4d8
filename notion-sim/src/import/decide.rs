//! From what was seen to what was there: gaps are filled until nothing that is referred to is missing.

use std::collections::HashMap;

use indexmap::IndexMap;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::document::Past;
use super::exchange::Recording;
use super::guess;
use super::observe::Observation;
use super::record::{Kind, Origin, Record, as_id, as_object, is_whole, parent_of, state_of, walk};

/// The first sight of everything in all recordings together, to complete each of them.
#[derive(Debug, Default)]
pub(super) struct Library {
    objects: HashMap<(Kind, Uuid), Map<String, Value>>,
}

impl Library {
    /// Collects what is not in the trash.
    pub(super) fn of(recordings: &[Recording]) -> Self {
        let mut objects = HashMap::new();
        let exchanges = recordings.iter().flat_map(|recording| &recording.exchanges);
        for exchange in exchanges.filter(|exchange| exchange.succeeded()) {
            walk(&exchange.answer, "", &mut |_, value| {
                let Some((kind, id, object)) = as_object(value) else {
                    return;
                };
                let is_trashed = ["in_trash", "archived"]
                    .iter()
                    .any(|flag| object.get(*flag) == Some(&json!(true)));
                if is_whole(kind, object) && !is_trashed {
                    objects.entry((kind, id)).or_insert_with(|| state_of(object));
                }
            });
        }
        Self { objects }
    }

    fn get(&self, kind: Kind, id: Uuid) -> Option<&Map<String, Value>> {
        self.objects.get(&(kind, id))
    }
}

/// The workspace before a recording.
pub(super) fn decide(seen: Observation, library: &Library) -> Past {
    let mut decision = Decision {
        seen,
        library,
        unshared: Vec::new(),
    };
    decision.complete();
    decision.forget_the_new();
    decision.past()
}

struct Decision<'a> {
    seen: Observation,
    library: &'a Library,
    /// What is there, but not for the connection that made the recording.
    unshared: Vec<Uuid>,
}

impl Decision<'_> {
    /// Adds what is missing, what that refers to, and so on.
    fn complete(&mut self) {
        let seen = &mut self.seen;
        // What was seen is there, whatever an answer said at another time.
        seen.absent
            .retain(|id| !seen.records.contains_key(id) && !seen.child_blocks.contains_key(id));
        for (id, block) in &seen.child_blocks {
            // The block is the page, so the page is what counts, however it is referred to.
            seen.mentioned.insert(*id, guess::kind_of_child(block));
        }
        loop {
            self.mention_parents();
            let missing = self.missing();
            if missing.is_empty() {
                break;
            }
            for (id, kind) in missing {
                let record = self.fill(id, kind);
                self.seen.records.insert(id, record);
            }
        }
    }

    /// A parent has to be there even if Notion denied it: then it was not shared with the connection.
    fn mention_parents(&mut self) {
        let parents: Vec<_> = self
            .seen
            .records
            .values()
            .filter_map(|record| parent_of(&record.state))
            .collect();
        for (kind, id) in parents {
            if self.seen.absent.remove(&id) {
                self.unshared.push(id);
            }
            self.seen.mention(id, kind);
        }
    }

    fn missing(&self) -> Vec<(Uuid, Kind)> {
        let seen = &self.seen;
        let is_missing = |id: &Uuid| {
            !seen.records.contains_key(id) && !seen.born.contains(id) && !seen.absent.contains(id)
        };
        let mentioned = seen.mentioned.iter().filter(|(id, _)| is_missing(id));
        mentioned.map(|(id, kind)| (*id, *kind)).collect()
    }

    fn fill(&self, id: Uuid, kind: Kind) -> Record {
        let seen = &self.seen;
        // Pages and databases are blocks as well, and may have been asked for as such.
        let containers = [Kind::Page, Kind::Database];
        let kind = match kind {
            Kind::Block => containers
                .into_iter()
                .find(|kind| self.library.get(*kind, id).is_some())
                .unwrap_or(kind),
            kind => kind,
        };
        if let Some(found) = self.library.get(kind, id) {
            return Record {
                kind,
                state: found.clone(),
                origin: Origin::Borrowed,
            };
        }
        let inferred = match (seen.child_blocks.get(&id), kind) {
            (Some(block), _) => guess::from_child_block(id, block),
            (None, Kind::DataSource) => guess::source_from_rows(id, &seen.records),
            (None, Kind::Database) => guess::database_from_source(id, &seen.records),
            (None, _) => None,
        };
        if let Some(state) = inferred {
            return Record {
                kind,
                state,
                origin: Origin::Inferred,
            };
        }
        // Of what has children and is not known any better, a page is the harmless guess.
        let has_children = seen.order.contains_key(&id.to_string());
        let kind = if kind == Kind::Block && has_children {
            Kind::Page
        } else {
            kind
        };
        Record {
            kind,
            state: guess::stub(kind, id, seen.oldest),
            origin: Origin::Stub,
        }
    }

    /// Takes what the recording created out of what was there before.
    fn forget_the_new(&mut self) {
        let born = &self.seen.born;
        self.seen.records.retain(|id, _| !born.contains(id));
        let is_new = |item: &Value| as_id(&item["id"]).is_some_and(|id| born.contains(&id));
        for record in self.seen.records.values_mut() {
            let state = &mut record.state;
            if parent_of(state).is_some_and(|(_, above)| born.contains(&above)) {
                state.insert("parent".to_owned(), guess::workspace());
            }
            let cells = state.get_mut("properties").and_then(Value::as_object_mut);
            let relations = cells.into_iter().flat_map(|cells| cells.values_mut());
            for list in relations.filter_map(|cell| cell.get_mut("relation")?.as_array_mut()) {
                list.retain(|item| !is_new(item));
            }
            if let Some(sources) = state.get_mut("data_sources").and_then(Value::as_array_mut) {
                sources.retain(|source| !is_new(source));
            }
        }
    }

    fn past(self) -> Past {
        let seen = self.seen;
        let most = |counted: &IndexMap<Uuid, usize>| {
            let best = counted.values().max()?;
            counted
                .iter()
                .find(|(_, count)| *count == best)
                .map(|(id, _)| *id)
        };
        // Where nothing was asked or created, the bot may be known from another recording.
        let is_own = |id: &&Uuid| {
            let bot = self
                .library
                .get(Kind::User, **id)
                .and_then(|user| user.get("bot")?.as_object());
            bot.is_some_and(|bot| !bot.is_empty())
        };
        let bot = most(&seen.bots).or_else(|| seen.records.keys().find(is_own).copied());
        let name = |id: Uuid| {
            seen.records
                .get(&id)?
                .state
                .get("name")?
                .as_str()
                .map(str::to_owned)
        };
        let bot_name = seen.bot_name.clone().or_else(|| bot.and_then(name));
        let version = seen
            .versions
            .into_iter()
            .max_by_key(|(version, count)| (*count, version.clone()));
        let order = seen.order.into_iter().filter(|(_, ids)| !ids.is_empty());
        Past {
            records: seen.records,
            order: order.collect(),
            absent: seen.absent,
            unshared: self.unshared.into_iter().collect(),
            bot,
            bot_name,
            version: version.map(|(version, _)| version),
            now: seen.now,
        }
    }
}
