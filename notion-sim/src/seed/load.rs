//! Reading one workspace of a seed document.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{check, connections};
use crate::connection::Registration;
use crate::engine::access::Access;
use crate::engine::block::Block;
use crate::engine::container::{DataSource, Database};
use crate::engine::expression;
use crate::engine::id;
use crate::engine::page::Page;
use crate::engine::parent::Parent;
use crate::engine::rich_text::RichText;
use crate::engine::workspace::Workspace;
use crate::secret::Secret;

/// What reading gives, or a sentence that names the place and what was expected there.
pub(super) type Read<T> = Result<T, String>;

/// All keys of a seed document.
pub(super) const KEYS: [&str; 25] = [
    "format",
    "source",
    "notion_version",
    "now",
    "bot",
    "users",
    "pages",
    "databases",
    "data_sources",
    "blocks",
    "comments",
    "views",
    "file_uploads",
    "custom_emojis",
    "order",
    "absent",
    "provenance",
    "workspace",
    "guests",
    "shared",
    "templates",
    "hidden",
    "workspaces",
    "connections",
    "oauth",
];

/// Refuses keys that are not among these.
pub(super) fn known(document: &Map<String, Value>, keys: &[&str]) -> Read<()> {
    match document.keys().find(|key| !keys.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => Err(format!(
            "`{key}` is not a key of a seed document; known keys: {}.",
            keys.join(", ")
        )),
    }
}

/// A list of the document; empty where there is none.
pub(super) fn list<'a>(document: &'a Map<String, Value>, key: &str) -> Read<&'a [Value]> {
    match document.get(key) {
        None => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(other) => Err(format!(
            "`{key}` should be a list, found {}.",
            check::found(other)
        )),
    }
}

/// A workspace that is being read.
pub(super) struct Loader<'a> {
    document: &'a Map<String, Value>,
    pub(super) now: Timestamp,
    /// Position of an id in the list of its container.
    order: HashMap<String, Vec<Uuid>>,
}

impl<'a> Loader<'a> {
    /// Begins with the order of lists.
    pub(super) fn new(document: &'a Map<String, Value>, now: Timestamp) -> Read<Self> {
        Ok(Self {
            document,
            now,
            order: order(document)?,
        })
    }

    /// The workspace, and the internal connection that comes with it.
    pub(super) fn run(&self) -> Read<(Workspace, Registration)> {
        // Lists and ids are looked at first, since the checks go through them.
        for (key, object) in [
            ("users", "user"),
            ("pages", "page"),
            ("databases", "database"),
            ("data_sources", "data_source"),
            ("blocks", "block"),
            ("comments", "comment"),
            ("file_uploads", "file_upload"),
            ("custom_emojis", "custom_emoji"),
            ("views", "view"),
        ] {
            self.objects(key, object)?;
        }
        check::shapes(self.document)?;
        let mut workspace = self.frame()?;
        let mut seen: HashSet<Uuid> = HashSet::new();
        self.containers(&mut workspace, &mut seen)?;
        self.contents(&mut workspace, &mut seen)?;
        self.views(&mut workspace, &mut seen)?;
        for absent in self.ids("absent")? {
            if seen.contains(&absent) {
                return Err(format!(
                    "`absent` lists {absent}, but the document has an object with this id."
                ));
            }
            workspace.absent.insert(absent);
        }
        check::tree(self.document, &workspace)?;
        self.templates(&mut workspace)?;
        self.link(&mut workspace);
        self.comments(&mut workspace)?;
        self.uploads(&mut workspace)?;
        self.emojis(&mut workspace)?;
        // Last, because what search lists may depend on whether anything was written since.
        self.order_edits(&mut workspace);
        let own = self.own_connection(&workspace)?;
        Ok((workspace, own))
    }

    /// Databases and their data sources, whose columns the values of pages are read with.
    fn containers(&self, workspace: &mut Workspace, seen: &mut HashSet<Uuid>) -> Read<()> {
        for (place, id, value) in self.objects("databases", "database")? {
            once(seen, &place, id)?;
            workspace
                .databases
                .insert(id, Database::from_json(id, value, self.now));
        }
        for (place, id, value) in self.objects("data_sources", "data_source")? {
            once(seen, &place, id)?;
            let source = DataSource::from_json(id, value, self.now);
            let database = workspace.databases.get_mut(&source.database);
            if let Some(database) = database {
                // The description is the database's; a database that was only inferred does not know it.
                if database.description.items.is_empty() {
                    database.description =
                        RichText::from_json(value.get("description").unwrap_or(&Value::Null));
                }
                if !database.data_sources.contains(&id) {
                    database.data_sources.push(id);
                }
            }
            workspace.data_sources.insert(id, source);
        }
        Ok(())
    }

    /// Pages and blocks, and the ids of what hangs on them.
    fn contents(&self, workspace: &mut Workspace, seen: &mut HashSet<Uuid>) -> Read<()> {
        for (place, id, value) in self.objects("pages", "page")? {
            once(seen, &place, id)?;
            let parent = Parent::from_json(value.get("parent").unwrap_or(&Value::Null));
            let source = parent.id().and_then(|id| workspace.data_sources.get(&id));
            let columns = source.map(|source| source.columns.clone()).unwrap_or_default();
            workspace
                .pages
                .insert(id, Page::from_json(id, value, &columns, self.now));
        }
        for (_, id, value) in self.objects("blocks", "block")? {
            // A page or database that was also read as a block is there already.
            if seen.insert(id) {
                workspace.blocks.insert(id, Block::from_json(id, value, self.now));
            }
        }
        for (key, object) in [
            ("comments", "comment"),
            ("file_uploads", "file_upload"),
            ("custom_emojis", "custom_emoji"),
        ] {
            for (place, id, _) in self.objects(key, object)? {
                once(seen, &place, id)?;
            }
        }
        Ok(())
    }

    /// The workspace itself, its users and its bot.
    fn frame(&self) -> Read<Workspace> {
        let bot = self.document.get("bot");
        let users = self.objects("users", "user")?;
        let bot_id = match bot.and_then(|bot| bot.get("id")).filter(|id| !id.is_null()) {
            // A document that does not say which bot it is may still list one.
            None => {
                let first = users
                    .iter()
                    .find(|(_, _, user)| user.get("type").is_some_and(|kind| kind == "bot"));
                first.map_or_else(id::fresh, |(_, id, _)| *id)
            }
            Some(value) => value
                .as_str()
                .and_then(id::parse)
                .ok_or_else(|| format!("`bot.id` should be a UUID, found {value}."))?,
        };
        let known = users
            .iter()
            .find(|(_, id, _)| *id == bot_id)
            .and_then(|(_, _, user)| user.get("bot"));
        let given = self.document.get("workspace");
        let space = given
            .and_then(|space| space.get("id"))
            .or_else(|| known.and_then(|bot| bot.get("workspace_id")));
        let space = space.and_then(Value::as_str).and_then(id::parse);
        let space = space
            .or_else(|| self.space_in_formulas())
            .unwrap_or_else(id::fresh);
        let mut workspace = Workspace::empty(space, bot_id);
        let name = given
            .and_then(|space| space.get("name"))
            .or_else(|| known.and_then(|bot| bot.get("workspace_name")));
        workspace.name = name.cloned().unwrap_or_else(|| json!("Sim Workspace"));
        workspace.icon = given
            .and_then(|space| space.get("icon"))
            .cloned()
            .unwrap_or(Value::Null);
        let mut users = users;
        let rank = self.rank("users");
        users.sort_by_key(|(_, id, _)| rank.get(id).copied().unwrap_or(usize::MAX));
        for (_, id, user) in users {
            workspace.add_user(id, user.clone());
        }
        let guests = self.ids("guests")?;
        workspace.user_order.retain(|id| !guests.contains(id));
        // Where the bot was only seen from outside, what it knows of itself is missing.
        let whole = |user: &Value| user.get("bot").is_some_and(|bot| bot.get("owner").is_some());
        if !workspace.users.get(&bot_id).is_some_and(whole) {
            let seen = workspace
                .users
                .get(&bot_id)
                .or(bot)
                .and_then(|user| user.get("name"));
            let name = seen.and_then(Value::as_str).unwrap_or("Notion Sim").to_owned();
            workspace.add_bot(bot_id, &name, &json!({"type": "workspace", "workspace": true}));
        }
        Ok(workspace)
    }

    /// The id of the workspace as old expressions of formulas give it, which often is the only place where it is recorded.
    fn space_in_formulas(&self) -> Option<Uuid> {
        let sources = self.list("data_sources").unwrap_or_default().iter();
        let columns = sources.filter_map(|source| source.get("properties")?.as_object());
        let expressions = columns
            .flat_map(Map::values)
            .filter_map(|column| column.get("formula")?.get("expression")?.as_str());
        expressions.into_iter().find_map(expression::space)
    }

    fn own_connection(&self, workspace: &Workspace) -> Read<Registration> {
        let access = Access {
            all: !self.document.contains_key("shared"),
            roots: self.ids("shared")?.into_iter().collect(),
            hidden: self.ids("hidden")?.into_iter().collect(),
        };
        let name = workspace.bot_name(workspace.bot);
        let mut own = Registration::own(workspace.bot, name, workspace.id, access);
        if let Some(bot) = self.document.get("bot") {
            own.capabilities = connections::capabilities("`bot`", bot)?;
            let tokens = connections::texts("`bot`", bot, "tokens")?;
            own.tokens = tokens.into_iter().map(Secret::from).collect();
        }
        Ok(own)
    }

    pub(super) fn list(&self, key: &str) -> Read<&[Value]> {
        list(self.document, key)
    }

    /// The objects of a list with their places and ids.
    pub(super) fn objects(&self, key: &str, object: &str) -> Read<Vec<(String, Uuid, &Value)>> {
        let check = |(at, value): (usize, &'_ Value)| {
            let place = format!("`{key}[{at}]`");
            if !value.is_object() {
                return Err(format!(
                    "{place} should be an object, found {}.",
                    check::found(value)
                ));
            }
            if let Some(found) = value.get("object").filter(|found| *found != object) {
                return Err(format!(
                    "{place} should have \"object\": \"{object}\", found {found}."
                ));
            }
            match value.get("id").and_then(Value::as_str).and_then(id::parse) {
                Some(id) => Ok((place, id)),
                None => Err(format!(
                    "{place}.id should be a UUID, found {}.",
                    value.get("id").unwrap_or(&Value::Null)
                )),
            }
        };
        let items = self.list(key)?.iter().enumerate();
        items
            .map(|(at, value)| check((at, value)).map(|(place, id)| (place, id, value)))
            .collect()
    }

    fn ids(&self, key: &str) -> Read<Vec<Uuid>> {
        let items = self.list(key)?.iter().enumerate();
        items
            .map(|(at, value)| {
                let id = value.as_str().and_then(id::parse);
                id.ok_or_else(|| format!("`{key}[{at}]` should be a UUID, found {value}."))
            })
            .collect()
    }

    pub(super) fn rank(&self, key: &str) -> HashMap<Uuid, usize> {
        self.order
            .get(key)
            .into_iter()
            .flatten()
            .enumerate()
            .map(|(at, id)| (*id, at))
            .collect()
    }
}

/// Refuses an id that another object has.
fn once(seen: &mut HashSet<Uuid>, place: &str, id: Uuid) -> Read<()> {
    if seen.insert(id) {
        Ok(())
    } else {
        Err(format!("{place}: the id {id} is used twice."))
    }
}

fn order(document: &Map<String, Value>) -> Read<HashMap<String, Vec<Uuid>>> {
    let Some(value) = document.get("order") else {
        return Ok(HashMap::new());
    };
    let Some(map) = value.as_object() else {
        return Err(format!(
            "`order` should be an object of lists of ids, found {}.",
            check::found(value)
        ));
    };
    map.iter()
        .map(|(key, list)| {
            let ids = list.as_array().ok_or_else(|| {
                format!(
                    "`order[\"{key}\"]` should be a list of ids, found {}.",
                    check::found(list)
                )
            })?;
            Ok((
                key.clone(),
                ids.iter()
                    .map(|id| {
                        id.as_str().and_then(id::parse).ok_or_else(|| {
                            format!(
                                "`order[\"{key}\"]` should be a list of ids, found {} in it.",
                                check::found(id)
                            )
                        })
                    })
                    .collect::<Read<_>>()?,
            ))
        })
        .collect()
}
