//! The workspace: every record, and how records hang together.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::access::Access;
use super::block::Block;
use super::column::Column;
use super::container::{DataSource, Database};
use super::page::Page;
use super::parent::Parent;
use super::rich_text::RichText;
use super::table::Table;
use super::value::PropertyValue;

/// Everything a workspace holds. Records refer to each other by id.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    pub(crate) id: Uuid,
    pub(crate) name: Value,
    pub(crate) icon: Value,
    /// The bot of the internal connection.
    pub(crate) bot: Uuid,
    /// What the internal connection sees.
    pub(crate) shared: Access,
    pub(crate) users: Table<Value>,
    /// User ids in the order lists give them.
    pub(crate) user_order: Vec<Uuid>,
    pub(crate) pages: Table<Page>,
    pub(crate) databases: Table<Database>,
    pub(crate) data_sources: Table<DataSource>,
    pub(crate) blocks: Table<Block>,
    /// What a page or block contains, in order.
    pub(crate) children: Table<Vec<Uuid>>,
    /// The rows of data sources. They follow from the pages, so nobody has to keep them.
    rows: HashMap<Uuid, Rows>,
    /// Seeded records of kinds without rules here, as they came, by the key of the seed document.
    pub(crate) kept: Vec<(&'static str, Vec<Value>)>,
    /// Ids that must not exist.
    pub(crate) absent: HashSet<Uuid>,
    tick: u64,
}

/// The rows of one data source.
#[derive(Debug, Clone, Default)]
struct Rows {
    /// Oldest first.
    ids: Vec<Uuid>,
    /// The highest number in unique id columns so far.
    last_number: u64,
}

impl Workspace {
    /// A workspace with nothing in it.
    pub(crate) fn empty(id: Uuid, bot: Uuid) -> Self {
        Self {
            id,
            name: Value::Null,
            icon: Value::Null,
            bot,
            shared: Access::nothing(),
            users: Table::default(),
            user_order: Vec::new(),
            pages: Table::default(),
            databases: Table::default(),
            data_sources: Table::default(),
            blocks: Table::default(),
            children: Table::default(),
            rows: HashMap::new(),
            kept: Vec::new(),
            absent: HashSet::new(),
            tick: 0,
        }
    }

    /// A fresh workspace: one person, the bot, and one page shared with the internal connection.
    pub(crate) fn fresh(now: Timestamp) -> Self {
        let bot = super::id::fresh();
        let person = super::id::fresh();
        let mut workspace = Self::empty(super::id::fresh(), bot);
        workspace.name = json!("Sim Workspace");
        workspace.add_user(
            person,
            json!({
                "object": "user", "id": person, "name": "Ada Lovelace", "avatar_url": null, "type": "person",
                "person": {"email": "ada@example.com"},
            }),
        );
        workspace.add_bot(
            bot,
            "Notion Sim",
            &json!({"type": "workspace", "workspace": true}),
        );
        let tick = workspace.next_tick();
        let mut page = Page::new(Parent::Workspace, person, now, tick);
        page.set(
            &"title".into(),
            Some(PropertyValue::Text(RichText::plain("Shared page"))),
        );
        workspace.shared.roots.insert(page.id);
        workspace.add_page(page);
        workspace
    }

    /// The number of the next change.
    pub(crate) fn next_tick(&mut self) -> u64 {
        self.tick += 1;
        self.tick
    }

    /// Adds a user at the end of the list, or replaces the one with this id.
    pub(crate) fn add_user(&mut self, id: Uuid, user: Value) {
        if self.users.insert(id, user).is_none() {
            self.user_order.push(id);
        }
    }

    /// Adds a bot.
    pub(crate) fn add_bot(&mut self, id: Uuid, name: &str, owner: &Value) {
        let bot = json!({
            "object": "user", "id": id, "name": name, "avatar_url": null, "type": "bot",
            "bot": {
                "owner": owner,
                "workspace_name": self.name,
                "workspace_id": self.id,
                "workspace_limits": {"max_file_upload_size_in_bytes": 5_242_880},
            },
        });
        self.add_user(id, bot);
    }

    /// A user with everything that is known; partial where the id is not.
    pub(crate) fn whole_user(&self, id: Uuid) -> Value {
        self.users
            .get(&id)
            .cloned()
            .unwrap_or_else(|| json!({"object": "user", "id": id}))
    }

    /// A user as values show it: of a bot, even the caller's own, there is nothing but the name.
    pub(crate) fn user_json(&self, id: Uuid) -> Value {
        let mut user = self.whole_user(id);
        if user.get("type").is_some_and(|kind| kind == "bot") {
            user["bot"] = json!({});
        }
        user
    }

    /// The name of a user.
    pub(crate) fn user_name(&self, id: Uuid) -> &str {
        self.users
            .get(&id)
            .and_then(|user| user.get("name"))
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// Adds a page to the workspace and to what contains it.
    pub(crate) fn add_page(&mut self, page: Page) {
        match &page.parent {
            Parent::DataSource { data_source, .. } => {
                self.rows.entry(*data_source).or_default().ids.push(page.id);
            }
            Parent::Page(above) | Parent::Block(above) => {
                self.children.or_default(*above).push(page.id);
            }
            Parent::Workspace | Parent::Database(_) | Parent::Other(_) => {}
        }
        self.pages.insert(page.id, page);
    }

    /// A custom emoji.
    pub(crate) fn custom_emoji(&self, id: Uuid) -> Option<&Value> {
        let lists = self.kept.iter().filter(|(key, _)| *key == "custom_emojis");
        let id = id.to_string();
        lists
            .flat_map(|(_, emojis)| emojis)
            .find(|emoji| emoji.get("id").is_some_and(|own| *own == id))
    }

    /// Adds a database to the workspace and to what contains it.
    pub(crate) fn add_database(&mut self, database: Database) {
        if let Parent::Page(above) | Parent::Block(above) = &database.parent {
            self.children.or_default(*above).push(database.id);
        }
        self.databases.insert(database.id, database);
    }

    /// Adds a data source to its database.
    pub(crate) fn add_data_source(&mut self, source: DataSource) {
        if let Some(database) = self.databases.get_mut(&source.database) {
            database.data_sources.push(source.id);
        }
        self.data_sources.insert(source.id, source);
    }

    /// Renames a database. Its data source goes by the same name as long as it is the only one.
    pub(crate) fn rename_database(&mut self, id: Uuid, title: &RichText) {
        let Some(database) = self.databases.get_mut(&id) else {
            return;
        };
        database.rename(title.clone());
        if let [only] = database.data_sources[..]
            && let Some(source) = self.data_sources.get_mut(&only)
        {
            source.title = title.clone();
        }
    }

    /// Renames a data source, and the database with it as long as it is the only one in there.
    pub(crate) fn rename_data_source(&mut self, id: Uuid, title: &RichText) {
        let Some(source) = self.data_sources.get_mut(&id) else {
            return;
        };
        source.title = title.clone();
        if let Some(database) = self
            .databases
            .get_mut(&source.database)
            .filter(|database| database.data_sources.len() == 1)
        {
            database.rename(title.clone());
        }
    }

    /// The columns a page has values for; `None` for a page that is not a row.
    pub(crate) fn columns_of(&self, page: &Page) -> Option<&[Column]> {
        match &page.parent {
            Parent::DataSource { data_source, .. } => {
                self.data_sources.get(data_source).map(|source| &*source.columns)
            }
            _ => None,
        }
    }

    /// The rows of a data source, oldest first.
    pub(crate) fn rows_of(&self, source: Uuid) -> &[Uuid] {
        self.rows.get(&source).map(|rows| &*rows.ids).unwrap_or_default()
    }

    /// Says which rows a data source has, oldest first, and which number in unique id columns is the highest so far.
    pub(crate) fn set_rows(&mut self, source: Uuid, ids: Vec<Uuid>, last_number: u64) {
        self.rows.insert(source, Rows { ids, last_number });
    }

    /// The number of the next row of a data source in unique id columns.
    pub(crate) fn next_number(&mut self, source: Uuid) -> u64 {
        let rows = self.rows.entry(source).or_default();
        rows.last_number += 1;
        rows.last_number
    }

    /// Makes sure that the next row gets a number above this one.
    pub(crate) fn number_above(&mut self, source: Uuid, number: u64) {
        let rows = self.rows.entry(source).or_default();
        rows.last_number = rows.last_number.max(number);
    }

    /// What a record is directly in. `None` at the top of the workspace, and for ids that do not exist.
    pub(crate) fn parent_of(&self, id: Uuid) -> Option<Uuid> {
        if let Some(page) = self.pages.get(&id) {
            return page.parent.id();
        }
        if let Some(source) = self.data_sources.get(&id) {
            return Some(source.database);
        }
        if let Some(database) = self.databases.get(&id) {
            return database.parent.id();
        }
        self.blocks.get(&id).and_then(|block| block.parent.id())
    }

    /// The record itself and everything it is in, from the inside out. It ends, because seeds in which something is inside
    /// itself are refused and nothing is ever moved.
    pub(crate) fn lineage(&self, id: Uuid) -> impl Iterator<Item = Uuid> + '_ {
        std::iter::successors(Some(id), |id| self.parent_of(*id))
    }

    /// Whether a record or anything it is in is in the trash.
    pub(crate) fn trashed(&self, id: Uuid) -> bool {
        self.lineage(id).any(|id| {
            self.pages.get(&id).is_some_and(|page| page.in_trash)
                || self.data_sources.get(&id).is_some_and(|source| source.in_trash)
                || self.databases.get(&id).is_some_and(|database| database.in_trash)
                || self.blocks.get(&id).is_some_and(|block| block.in_trash)
        })
    }

    /// The ids of related pages that are not in the trash: only those show in a relation.
    pub(crate) fn living<'a>(&'a self, ids: &'a [Uuid]) -> impl Iterator<Item = Uuid> + 'a {
        ids.iter()
            .copied()
            .filter(|id| self.pages.get(id).is_none_or(|page| !page.in_trash))
    }

    /// The name of the internal connection's bot, which the text of 404 answers shows.
    pub(crate) fn bot_name(&self, bot: Uuid) -> &str {
        let name = self.user_name(bot);
        if name.is_empty() { "Notion Sim" } else { name }
    }
}
