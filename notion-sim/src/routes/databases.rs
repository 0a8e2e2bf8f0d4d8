//! Databases: the containers of data sources.

use serde_json::Value;
use uuid::Uuid;

use super::attributes::{self, ParentInput};
use super::call::Call;
use crate::engine::block;
use crate::engine::container::{DataSource, Database};
use crate::engine::moving;
use crate::engine::parent::Parent;
use crate::engine::rich_text::{self, Item};
use crate::engine::schema::{self, ColumnInput, Edit};
use crate::engine::upload;
use crate::refusal::Refusal;
use crate::request::object;
use crate::validate::Fields;

/// `POST /v1/databases`.
pub(super) fn create(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let body = call.request.json()?;
    let body = object(&body)?;
    let new = NewDatabase::check(&body, initial_columns)?;
    // `properties` at this level was the schema before 2025-09-03. Now it is ignored without a word.
    body.only(&[
        "parent",
        "title",
        "description",
        "is_inline",
        "initial_data_source",
        "icon",
        "cover",
        "properties",
        "template",
    ])?;
    let id = new.make(call, false)?;
    Ok(call.database(id)?.to_json(call.workspace()))
}

/// `GET /v1/databases/{id}`.
pub(super) fn retrieve(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("database_id")?;
    Ok(call.database(id)?.to_json(call.workspace()))
}

/// `PATCH /v1/databases/{id}`.
pub(super) fn update(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("database_id")?;
    let body = call.request.json()?;
    let body = object(&body)?;
    let parent = match body.optional_object("parent")? {
        None => None,
        Some(parent) => Some(attributes::parent(&parent, &["page_id", "workspace"])?),
    };
    let mut changes = Changes::check(call, &body)?;
    body.only(&[
        "parent",
        "title",
        "description",
        "is_inline",
        "icon",
        "cover",
        "in_trash",
        "archived",
        "is_locked",
    ])?;

    call.database(id)?;
    changes.admit(call, id)?;
    let parent = match parent {
        None => None,
        Some(parent) => Some(container_parent(call, parent)?),
    };
    super::moving::admit(call, id, parent.as_ref().and_then(Parent::id))?;
    changes.apply(call, id);
    if let Some(parent) = parent {
        let to_workspace = parent == Parent::Workspace;
        moving::database(call.workspace_mut(), id, parent);
        if to_workspace {
            call.share_with_caller(id);
        }
    }
    Ok(call.database(id)?.to_json(call.workspace()))
}

fn initial_columns(body: &Fields<'_>) -> Result<Vec<ColumnInput>, Refusal> {
    let Some(initial) = body.optional_object("initial_data_source")? else {
        return Ok(Vec::new());
    };
    initial.only(&["properties", "title", "icon"])?;
    match initial.optional_object("properties")? {
        None => Ok(Vec::new()),
        Some(properties) => schema::check(&properties, false),
    }
}

/// A database to be, as the request describes it.
pub(super) struct NewDatabase {
    parent: ParentInput,
    title: Option<Vec<Item>>,
    description: Option<Vec<Item>>,
    is_inline: bool,
    pub(super) columns: Vec<ColumnInput>,
    icon: Option<Value>,
    cover: Option<Value>,
}

impl NewDatabase {
    /// Checks the shape of the request. `columns` finds the schema in it.
    pub(super) fn check(
        body: &Fields<'_>,
        columns: impl FnOnce(&Fields<'_>) -> Result<Vec<ColumnInput>, Refusal>,
    ) -> Result<Self, Refusal> {
        let new = Self {
            parent: attributes::parent(&body.object("parent")?, &["page_id", "workspace"])?,
            title: attributes::text(body, "title")?,
            description: attributes::text(body, "description")?,
            is_inline: body.optional_bool("is_inline")?.unwrap_or(false),
            columns: columns(body)?,
            icon: attributes::file(body, "icon")?,
            cover: attributes::file(body, "cover")?,
        };
        if new.is_inline && new.cover.as_ref().is_some_and(|cover| !cover.is_null()) {
            return Err(Refusal::invalid("An inline database cannot have a cover."));
        }
        Ok(new)
    }

    /// Makes the database with its first data source. `title_required` says whether the request must name the title column.
    pub(super) fn make(mut self, call: &mut Call<'_>, title_required: bool) -> Result<Uuid, Refusal> {
        let parent = container_parent(call, self.parent)?;
        attributes::admit(call, "icon", self.icon.as_mut())?;
        attributes::admit(call, "cover", self.cover.as_mut())?;
        let (title_column, rest) = schema::new_columns(&self.columns, title_required)?;
        let (now, bot) = (call.now, call.caller.bot);
        let workspace = call.workspace();
        let title = rich_text::resolve(&self.title.unwrap_or_default(), workspace);
        let source_title = title.clone();
        let mut database = Database::new(parent.clone(), title, now);
        database.description = rich_text::resolve(&self.description.unwrap_or_default(), workspace);
        database.is_inline = self.is_inline;
        database.icon = self.icon.unwrap_or(Value::Null);
        database.cover = self.cover.unwrap_or(Value::Null);
        let mut source = DataSource::new(database.id, vec![title_column], bot, now, 0);
        source.title = source_title;
        let ready = Edit::new(workspace, &call.caller, source.id, &source.columns)
            .by_name()
            .run(&database, &rest)?;

        let id = database.id;
        let workspace = call.workspace_mut();
        source.edited = workspace.next_tick();
        upload::attach(workspace, [&database.icon, &database.cover]);
        workspace.add_database(database);
        workspace.add_data_source(source);
        ready.commit(workspace);
        block::note_content(workspace, id, bot, now);
        if parent == Parent::Workspace {
            call.share_with_caller(id);
        }
        Ok(id)
    }
}

/// What a request changes about a database itself.
pub(super) struct Changes {
    title: Option<Vec<Item>>,
    description: Option<Vec<Item>>,
    is_inline: Option<bool>,
    icon: Option<Value>,
    cover: Option<Value>,
    in_trash: Option<bool>,
    is_locked: Option<bool>,
}

impl Changes {
    /// Checks the shape of the request.
    pub(super) fn check(call: &Call<'_>, body: &Fields<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            title: attributes::text(body, "title")?,
            description: attributes::text(body, "description")?,
            is_inline: body.optional_bool("is_inline")?,
            icon: attributes::file(body, "icon")?,
            cover: attributes::file(body, "cover")?,
            in_trash: attributes::trash_flag(call, body)?,
            is_locked: body.optional_bool("is_locked")?,
        })
    }

    /// Refuses what cannot be done to this database.
    pub(super) fn admit(&mut self, call: &Call<'_>, id: Uuid) -> Result<(), Refusal> {
        if self.in_trash != Some(false) && call.workspace().trashed(id) {
            return Err(Refusal::in_trash());
        }
        attributes::admit(call, "icon", self.icon.as_mut())?;
        attributes::admit(call, "cover", self.cover.as_mut())
    }

    /// Makes the changes.
    pub(super) fn apply(self, call: &mut Call<'_>, id: Uuid) {
        let workspace = call.workspace();
        let title = self.title.map(|items| rich_text::resolve(&items, workspace));
        let description = self
            .description
            .map(|items| rich_text::resolve(&items, workspace));
        let now = call.now;
        let workspace = call.workspace_mut();
        upload::attach(workspace, self.icon.iter().chain(&self.cover));
        if let Some(title) = &title {
            workspace.rename_database(id, title);
        }
        let Some(database) = workspace.databases.get_mut(&id) else {
            return;
        };
        if let Some(description) = description {
            database.description = description;
        }
        database.is_inline = self.is_inline.unwrap_or(database.is_inline);
        database.is_locked = self.is_locked.unwrap_or(database.is_locked);
        database.in_trash = self.in_trash.unwrap_or(database.in_trash);
        if let Some(icon) = self.icon {
            database.icon = icon;
        }
        if let Some(cover) = self.cover {
            database.cover = cover;
        }
        database.last_edited_time = now;
        if self.in_trash.is_some() {
            let bot = call.caller.bot;
            block::note_content(call.workspace_mut(), id, bot, now);
        }
    }
}

/// Where a database goes.
fn container_parent(call: &Call<'_>, parent: ParentInput) -> Result<Parent, Refusal> {
    match parent {
        ParentInput::Page(id) => {
            call.page(id)?;
            if call.workspace().trashed(id) {
                return Err(Refusal::in_trash());
            }
            Ok(Parent::Page(id))
        }
        _ if call.caller.owner.is_none() => Err(Refusal::invalid(
            "Internal integrations aren't owned by a single user, so creating workspace-level private \
             databases is not supported. Please provide a page as the parent.",
        )),
        _ => Ok(Parent::Workspace),
    }
}
