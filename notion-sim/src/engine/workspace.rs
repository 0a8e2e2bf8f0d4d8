//! The workspace: every record, and how records hang together.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::block::Block;
use super::column::Column;
use super::comment::Comment;
use super::container::{DataSource, Database};
use super::emoji::CustomEmoji;
use super::page::Page;
use super::parent::Parent;
use super::rich_text::RichText;
use super::table::Table;
use super::template::Template;
use super::upload::Upload;
use super::value::PropertyValue;
use super::view::View;

/// The largest file in a workspace that is not paid for, in bytes.
const FILE_LIMIT: u64 = 5 << 20;

/// Everything a workspace holds. Records refer to each other by id.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    pub(crate) id: Uuid,
    pub(crate) name: Value,
    pub(crate) icon: Value,
    /// The bot of the internal connection that comes with the workspace.
    pub(crate) bot: Uuid,
    pub(crate) users: Table<Value>,
    /// User ids in the order lists give them. Guests are in no list.
    pub(crate) user_order: Vec<Uuid>,
    pub(crate) pages: Table<Page>,
    pub(crate) databases: Table<Database>,
    pub(crate) data_sources: Table<DataSource>,
    pub(crate) blocks: Table<Block>,
    /// What a page or block contains, in order.
    pub(crate) children: Table<Vec<Uuid>>,
    pub(crate) comments: Table<Comment>,
    pub(crate) uploads: Table<Upload>,
    /// The bytes of uploads, part by part.
    pub(crate) contents: Table<Bytes>,
    pub(crate) emojis: Table<CustomEmoji>,
    pub(crate) views: Table<View>,
    /// The views in the tab bar of each database, in order.
    pub(crate) tabs: Table<Vec<Uuid>>,
    /// The templates of data sources.
    pub(crate) templates: Table<Vec<Template>>,
    /// The rows of data sources. They follow from the pages, so nobody has to keep them.
    rows: HashMap<Uuid, Rows>,
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
            users: Table::default(),
            user_order: Vec::new(),
            pages: Table::default(),
            databases: Table::default(),
            data_sources: Table::default(),
            blocks: Table::default(),
            children: Table::default(),
            comments: Table::default(),
            uploads: Table::default(),
            contents: Table::default(),
            emojis: Table::default(),
            views: Table::default(),
            tabs: Table::default(),
            templates: Table::default(),
            rows: HashMap::new(),
            absent: HashSet::new(),
            tick: 0,
        }
    }

    /// A fresh workspace: one person, the bot, and one page.
    pub(crate) fn fresh(now: Timestamp) -> Self {
        let bot = super::id::fresh();
        let mut workspace = Self::empty(super::id::fresh(), bot);
        workspace.name = json!("Sim Workspace");
        let person = workspace.first_person();
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
        workspace.add_page(page);
        workspace
    }

    /// The number of the next change.
    pub(crate) fn next_tick(&mut self) -> u64 {
        self.tick += 1;
        self.tick
    }

    /// The tick of the latest write.
    pub(crate) const fn tick(&self) -> u64 {
        self.tick
    }

    /// Adds a user at the end of the list, or replaces the one with this id.
    pub(crate) fn add_user(&mut self, id: Uuid, user: Value) {
        if self.users.insert(id, user).is_none() {
            self.user_order.push(id);
        }
    }

    /// The members who are people, in the order of lists.
    pub(crate) fn people(&self) -> impl Iterator<Item = Uuid> + '_ {
        let is_person = |id: &Uuid| {
            let user = self.users.get(id);
            user.is_some_and(|user| user.get("type").is_some_and(|kind| kind == "person"))
        };
        self.user_order.iter().copied().filter(is_person)
    }

    /// The first of the people. A workspace of bots only gets one.
    pub(crate) fn first_person(&mut self) -> Uuid {
        if let Some(person) = self.people().next() {
            return person;
        }
        let person = super::id::fresh();
        self.add_user(
            person,
            json!({
                "object": "user", "id": person, "name": "Ada Lovelace", "avatar_url": null, "type": "person",
                "person": {"email": "ada@example.com"},
            }),
        );
        person
    }

    /// Adds a bot.
    pub(crate) fn add_bot(&mut self, id: Uuid, name: &str, owner: &Value) {
        let bot = json!({
            "object": "user", "id": id, "name": name, "avatar_url": null, "type": "bot",
            "bot": {
                "owner": owner,
                "workspace_name": self.name,
                "workspace_id": self.id,
                "workspace_limits": {"max_file_upload_size_in_bytes": FILE_LIMIT},
            },
        });
        self.add_user(id, bot);
    }

    /// The users that are in no list.
    pub(crate) fn guests(&self) -> Vec<Uuid> {
        let mut guests: Vec<Uuid> = self.users.iter().map(|(id, _)| *id).collect();
        guests.retain(|id| !self.user_order.contains(id));
        guests.sort_unstable();
        guests
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

    /// The largest file a bot may upload, in bytes.
    pub(crate) fn file_limit(&self, bot: Uuid) -> u64 {
        let limits = self
            .users
            .get(&bot)
            .and_then(|user| user.get("bot")?.get("workspace_limits"));
        let limit = limits.and_then(|limits| limits.get("max_file_upload_size_in_bytes"));
        limit.and_then(Value::as_u64).unwrap_or(FILE_LIMIT)
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
        let id = page.id;
        // The newest row is the last one, whatever the clock says.
        if let Parent::DataSource { data_source, .. } = page.parent {
            self.rows.entry(data_source).or_default().ids.push(id);
            self.pages.insert(id, page);
        } else {
            self.pages.insert(id, page);
            self.attach(id);
        }
    }

    /// Adds a database to the workspace and to what contains it.
    pub(crate) fn add_database(&mut self, database: Database) {
        let id = database.id;
        self.databases.insert(id, database);
        self.attach(id);
    }

    /// Puts a page, database or block into what contains it: at the end, or, as a row, where its creation belongs.
    pub(crate) fn attach(&mut self, id: Uuid) {
        match self.container(id) {
            Some(Parent::DataSource { data_source, .. }) => {
                let created = |id: &Uuid| self.pages.get(id).map(|page| page.created_time);
                let rows = self.rows.entry(data_source).or_default();
                let at = rows.ids.iter().rposition(|row| created(row) <= created(&id));
                rows.ids.insert(at.map_or(0, |at| at + 1), id);
            }
            Some(Parent::Page(above) | Parent::Block(above)) => self.children.or_default(above).push(id),
            _ => {}
        }
    }

    /// Takes a page, database or block out of what contains it.
    pub(crate) fn detach(&mut self, id: Uuid) {
        match self.container(id) {
            Some(Parent::DataSource { data_source, .. }) => {
                self.rows
                    .entry(data_source)
                    .or_default()
                    .ids
                    .retain(|row| *row != id);
            }
            Some(Parent::Page(above) | Parent::Block(above)) => {
                self.children.or_default(above).retain(|child| *child != id);
            }
            _ => {}
        }
    }

    fn container(&self, id: Uuid) -> Option<Parent> {
        let page = self.pages.get(&id).map(|page| &page.parent);
        page.or_else(|| self.databases.get(&id).map(|database| &database.parent))
            .or_else(|| self.blocks.get(&id).map(|block| &block.parent))
            .cloned()
    }

    /// Puts something that is in a page or block right after another one in there.
    pub(crate) fn put_after(&mut self, above: Uuid, id: Uuid, other: Uuid) {
        let children = self.children.or_default(above);
        children.retain(|child| *child != id);
        let at = children.iter().position(|child| *child == other);
        children.insert(at.map_or(children.len(), |at| at + 1), id);
    }

    /// Adds a data source to its database, and with it a first view.
    pub(crate) fn add_data_source(&mut self, source: DataSource) {
        let (id, by, now) = (source.id, source.created_by, source.created_time);
        if let Some(database) = self.databases.get_mut(&source.database) {
            database.data_sources.push(id);
        }
        self.data_sources.insert(id, source);
        self.add_default_view(id, by, now);
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

    /// All uploads, newest first.
    pub(crate) fn newest_uploads(&self) -> Vec<&Upload> {
        let mut uploads: Vec<&Upload> = self.uploads.values().collect();
        uploads.sort_by_key(|upload| std::cmp::Reverse(upload.order()));
        uploads
    }

    /// All custom emojis, in their order.
    pub(crate) fn all_emojis(&self) -> Vec<&CustomEmoji> {
        let mut emojis: Vec<&CustomEmoji> = self.emojis.values().collect();
        emojis.sort_by_key(|emoji| emoji.place);
        emojis
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

    /// Whether a record is in this workspace.
    pub(crate) fn holds(&self, id: Uuid) -> bool {
        self.pages.contains_key(&id)
            || self.data_sources.contains_key(&id)
            || self.databases.contains_key(&id)
            || self.blocks.contains_key(&id)
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
        let view = self.views.get(&id).map(|view| &view.parent);
        let parent = view.or_else(|| self.blocks.get(&id).map(|block| &block.parent));
        parent.and_then(Parent::id)
    }

    /// The record itself and everything it is in, from the inside out. It ends, because seeds in which something is inside
    /// itself are refused, and so is every move into itself.
    pub(crate) fn lineage(&self, id: Uuid) -> impl Iterator<Item = Uuid> + '_ {
        std::iter::successors(Some(id), |id| self.parent_of(*id))
    }

    /// The page that a record is, or is in.
    pub(crate) fn page_around(&self, id: Uuid) -> Option<Uuid> {
        self.lineage(id).find(|id| self.pages.contains_key(id))
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

    /// The name of a bot, which the text of 404 answers shows.
    pub(crate) fn bot_name(&self, bot: Uuid) -> &str {
        let name = self.user_name(bot);
        if name.is_empty() { "Notion Sim" } else { name }
    }
}
