//! Databases: the containers of data sources.

use serde_json::Value;

use super::attributes::{self, ParentInput};
use super::call::Call;
use crate::engine::block;
use crate::engine::container::{DataSource, Database};
use crate::engine::parent::Parent;
use crate::engine::rich_text;
use crate::engine::schema::{self, ColumnInput, Edit};
use crate::refusal::Refusal;
use crate::request::object;

/// `POST /v1/databases`.
pub(super) fn create(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let body = call.request.json()?;
    let body = object(&body)?;
    let parent = attributes::parent(&body.object("parent")?, &["page_id", "workspace"])?;
    let title = attributes::text(&body, "title")?;
    let description = attributes::text(&body, "description")?;
    let is_inline = body.optional_bool("is_inline")?.unwrap_or(false);
    let inputs: Vec<ColumnInput> = match body.optional_object("initial_data_source")? {
        None => Vec::new(),
        Some(initial) => {
            initial.only(&["properties", "title", "icon"])?;
            match initial.optional_object("properties")? {
                None => Vec::new(),
                Some(properties) => schema::check(&properties, false)?,
            }
        }
    };
    let icon = attributes::file(&body, "icon")?.unwrap_or(Value::Null);
    let cover = attributes::file(&body, "cover")?.unwrap_or(Value::Null);
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

    let parent = match parent {
        ParentInput::Page(id) => {
            call.page(id)?;
            if call.workspace().trashed(id) {
                return Err(Refusal::in_trash());
            }
            Parent::Page(id)
        }
        _ if call.caller.owner.is_none() => {
            return Err(Refusal::invalid(
                "Internal integrations aren't owned by a single user, so creating workspace-level private \
                 databases is not supported. Please provide a page as the parent.",
            ));
        }
        _ => Parent::Workspace,
    };
    let (title_column, rest) = schema::new_columns(&inputs, false)?;
    let (now, bot) = (call.now, call.caller.bot);
    let workspace = call.workspace();
    let title = rich_text::resolve(&title.unwrap_or_default(), workspace);
    let source_title = title.clone();
    let mut database = Database::new(parent.clone(), title, now);
    database.description = rich_text::resolve(&description.unwrap_or_default(), workspace);
    database.is_inline = is_inline;
    database.icon = icon;
    database.cover = cover;
    let mut source = DataSource::new(database.id, vec![title_column], bot, now, 0);
    source.title = source_title;
    let ready = Edit::new(workspace, &call.caller, source.id, &source.columns)
        .by_name()
        .run(&database, &rest)?;

    let id = database.id;
    let workspace = call.workspace_mut();
    source.edited = workspace.next_tick();
    workspace.add_database(database);
    workspace.add_data_source(source);
    ready.commit(workspace);
    block::note_content(workspace, id, bot, now);
    if parent == Parent::Workspace {
        call.share_with_caller(id);
    }
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
    let title = attributes::text(&body, "title")?;
    let description = attributes::text(&body, "description")?;
    let is_inline = body.optional_bool("is_inline")?;
    let icon = attributes::file(&body, "icon")?;
    let cover = attributes::file(&body, "cover")?;
    let in_trash = attributes::trash_flag(call, &body)?;
    let is_locked = body.optional_bool("is_locked")?;
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
    if parent.is_some() {
        return Err(Refusal::unimplemented("PATCH /v1/databases/{id} with a parent"));
    }
    if in_trash != Some(false) && call.workspace().trashed(id) {
        return Err(Refusal::in_trash());
    }
    let workspace = call.workspace();
    let title = title.map(|items| rich_text::resolve(&items, workspace));
    let description = description.map(|items| rich_text::resolve(&items, workspace));
    let now = call.now;
    if let Some(title) = &title {
        call.workspace_mut().rename_database(id, title);
    }
    if let Some(database) = call.workspace_mut().databases.get_mut(&id) {
        if let Some(description) = description {
            database.description = description;
        }
        database.is_inline = is_inline.unwrap_or(database.is_inline);
        database.is_locked = is_locked.unwrap_or(database.is_locked);
        database.in_trash = in_trash.unwrap_or(database.in_trash);
        if let Some(icon) = icon {
            database.icon = icon;
        }
        if let Some(cover) = cover {
            database.cover = cover;
        }
        database.last_edited_time = now;
    }
    if in_trash.is_some() {
        let bot = call.caller.bot;
        block::note_content(call.workspace_mut(), id, bot, now);
    }
    Ok(call.database(id)?.to_json(call.workspace()))
}
