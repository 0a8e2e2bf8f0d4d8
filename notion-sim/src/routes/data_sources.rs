//! Data sources: schemas.

use serde_json::Value;

use super::attributes::{self, ParentInput};
use super::call::Call;
use super::moving;
use crate::engine;
use crate::engine::container::DataSource;
use crate::engine::schema::{self, Edit};
use crate::engine::{rich_text, upload};
use crate::refusal::Refusal;
use crate::request::object;

/// `POST /v1/data_sources`: one more data source in a database.
pub(super) fn create(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let body = call.request.json()?;
    let body = object(&body)?;
    let parent = attributes::parent(&body.object("parent")?, &["database_id"])?;
    let inputs = schema::check(&body.object("properties")?, false)?;
    let title = attributes::text(&body, "title")?.unwrap_or_default();
    let mut icon = attributes::file(&body, "icon")?;
    body.only(&["parent", "properties", "title", "icon"])?;

    let ParentInput::Database(database) = parent else {
        return Err(Refusal::url());
    };
    let database = call.database(database)?;
    if call.workspace().trashed(database.id) {
        return Err(Refusal::in_trash());
    }
    attributes::admit(call, "icon", icon.as_mut())?;
    let (title_column, rest) = schema::new_columns(&inputs, true)?;
    let mut source = DataSource::new(database.id, vec![title_column], call.caller.bot, call.now, 0);
    source.title = rich_text::resolve(&title, call.workspace());
    source.icon = icon.unwrap_or(Value::Null);
    let edit = Edit::new(call.workspace(), &call.caller, source.id, &source.columns);
    let ready = edit.by_name().run(database, &rest)?;

    let id = source.id;
    let workspace = call.workspace_mut();
    source.edited = workspace.next_tick();
    upload::attach(workspace, [&source.icon]);
    workspace.add_data_source(source);
    ready.commit(workspace);
    Ok(call.show_source(call.data_source(id)?))
}

/// `GET /v1/data_sources/{id}`.
pub(super) fn retrieve(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("data_source_id")?;
    Ok(call.show_source(call.data_source(id)?))
}

/// `PATCH /v1/data_sources/{id}`.
pub(super) fn update(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("data_source_id")?;
    let body = call.request.json()?;
    let body = object(&body)?;
    let title = attributes::text(&body, "title")?;
    let mut icon = attributes::file(&body, "icon")?;
    let inputs = match body.optional_object("properties")? {
        None => Vec::new(),
        Some(properties) => schema::check(&properties, true)?,
    };
    let in_trash = attributes::trash_flag(call, &body)?;
    let parent = match body.optional_object("parent")? {
        None => None,
        Some(parent) => Some(attributes::parent(&parent, &["database_id"])?),
    };
    body.only(&["title", "icon", "properties", "in_trash", "archived", "parent"])?;

    let source = call.data_source(id)?;
    if in_trash != Some(false) && call.workspace().trashed(id) {
        return Err(Refusal::in_trash());
    }
    let workspace = call.workspace();
    let Some(database) = workspace.databases.get(&source.database) else {
        return Err(call.missing("database", source.database));
    };
    if in_trash == Some(true) {
        let living = |other: &&uuid::Uuid| {
            workspace
                .data_sources
                .get(other)
                .is_some_and(|other| !other.in_trash)
        };
        if database.data_sources.iter().filter(living).count() <= 1 {
            return Err(Refusal::invalid(
                "Cannot delete the last data source of a database. Delete the database instead.",
            ));
        }
    }
    attributes::admit(call, "icon", icon.as_mut())?;
    let new_home = match parent {
        Some(ParentInput::Database(database)) => Some(call.database(database)?.id),
        _ => None,
    };
    moving::admit(call, id, new_home)?;
    let title = title.map(|items| rich_text::resolve(&items, workspace));
    let edit = Edit::new(workspace, &call.caller, id, &source.columns);
    let ready = edit.run(database, &inputs)?;

    let (now, bot) = (call.now, call.caller.bot);
    let workspace = call.workspace_mut();
    ready.commit(workspace);
    upload::attach(workspace, &icon);
    if let Some(database) = new_home {
        engine::moving::data_source(workspace, id, database, bot, now);
    }
    let tick = workspace.next_tick();
    if let Some(title) = &title {
        workspace.rename_data_source(id, title);
    }
    if let Some(source) = workspace.data_sources.get_mut(&id) {
        if let Some(icon) = icon {
            source.icon = icon;
        }
        source.in_trash = in_trash.unwrap_or(source.in_trash);
        source.touch(bot, now, tick);
    }
    Ok(call.show_source(call.data_source(id)?))
}
