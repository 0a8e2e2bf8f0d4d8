//! Pages.

use serde_json::Value;
use uuid::Uuid;

use super::attributes::{self, ParentInput};
use super::call::{Call, Wanted};
use crate::engine::block::{self, Holder, Insertion, Limits, Position};
use crate::engine::kind::Kind;
use crate::engine::page::Page;
use crate::engine::parent::Parent;
use crate::engine::value::PropertyValue;
use crate::engine::write;
use crate::refusal::Refusal;
use crate::request::object;

/// `POST /v1/pages`.
pub(super) fn create(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let body = call.request.json()?;
    let body = object(&body)?;
    let parent = match body.optional_object("parent")? {
        None => ParentInput::Workspace,
        Some(parent) => attributes::parent(
            &parent,
            &["data_source_id", "database_id", "page_id", "workspace"],
        )?,
    };
    let cells = match body.optional_object("properties")? {
        None => Vec::new(),
        Some(properties) => write::check(&properties)?,
    };
    let icon = attributes::file(&body, "icon")?.unwrap_or(Value::Null);
    let cover = attributes::file(&body, "cover")?.unwrap_or(Value::Null);
    let children = ["children", "content"]
        .into_iter()
        .find(|key| body.get(key).is_some());
    let blocks = match children {
        None => Vec::new(),
        Some(key) => block::check_children(body.required(key)?, &body.place(key), &Limits::REQUEST)?,
    };
    let position = match body.optional_object("position")? {
        None => None,
        Some(position) => Some(Position::check(&position, "page_start", "page_end")?),
    };
    let content = ["markdown", "template"]
        .into_iter()
        .find(|key| match body.get(key) {
            None => false,
            Some(value) => value.get("type").is_none_or(|kind| kind != "none"),
        });
    body.only(&[
        "parent",
        "properties",
        "icon",
        "cover",
        children.unwrap_or("children"),
        "markdown",
        "allow_async",
        "template",
        "position",
    ])?;

    let (parent, source) = find_parent(call, parent)?;
    let above = source.or(parent.id());
    if above.is_some_and(|id| call.workspace().trashed(id)) {
        return Err(Refusal::in_trash());
    }
    let workspace = call.workspace();
    let schema = source.and_then(|id| workspace.data_sources.get(&id));
    let plan = write::plan(workspace, &call.caller, schema, &cells)?;
    let wanted = call.wanted(schema.map(|source| &*source.columns))?;
    let place = match (position, &parent) {
        (None, _) => None,
        (Some(position), Parent::Page(above)) => Some(block::index(workspace, *above, position)?),
        (Some(_), _) => return Err(body.place("position").should("not present", body.get("position"))),
    };
    let (now, bot) = (call.now, call.caller.bot);
    let mut page = Page::new(parent.clone(), bot, now, 0);
    let holder = Holder::page(page.id);
    let insertion = Insertion::plan(workspace, &call.caller, holder, Position::End, &blocks)?;
    if let Some(key) = content {
        return Err(Refusal::unimplemented(&format!("POST /v1/pages with {key}")));
    }

    let workspace = call.workspace_mut();
    page.edited = workspace.next_tick();
    page.icon = icon;
    page.cover = cover;
    if let Some(id) = source {
        let number = workspace.next_number(id);
        let columns = workspace.data_sources.get(&id).map(|source| &*source.columns);
        for column in columns.unwrap_or_default() {
            match column.kind {
                Kind::UniqueId => page.set(&column.id, Some(PropertyValue::UniqueId(number))),
                Kind::Status => page.set(
                    &column.id,
                    write::default_status(column).map(PropertyValue::Choice),
                ),
                _ => {}
            }
        }
    }
    let id = page.id;
    workspace.add_page(page);
    if let Some(place) = place {
        block::bring_forward(workspace, id, place);
    }
    plan.apply(workspace, id, source);
    insertion.commit(workspace, bot, now);
    block::note_content(workspace, id, bot, now);
    if parent == Parent::Workspace {
        call.share_with_caller(id);
    }
    Ok(call.show(call.page(id)?, &wanted))
}

/// Where a new page goes, and the data source whose row it will be.
fn find_parent(call: &Call<'_>, parent: ParentInput) -> Result<(Parent, Option<Uuid>), Refusal> {
    let row_of = |id: Uuid| -> Result<(Parent, Option<Uuid>), Refusal> {
        let source = call.data_source(id)?;
        Ok((
            Parent::DataSource {
                data_source: id,
                database: Some(source.database),
            },
            Some(id),
        ))
    };
    match parent {
        ParentInput::DataSource(id) => row_of(id),
        ParentInput::Database(id) => {
            let sources = &call.database(id)?.data_sources;
            match sources.as_slice() {
                [only] => row_of(*only),
                many => Err(Refusal::invalid(
                    "Databases with multiple data sources are not supported in this API version.",
                )
                .with_data("error_type", "multiple_data_sources_for_database".into())
                .with_data("database_id", id.to_string().into())
                .with_data(
                    "child_data_source_ids",
                    many.iter().map(Uuid::to_string).collect::<Vec<_>>().into(),
                )
                .with_data("minimum_api_version", "2025-09-03".into())),
            }
        }
        ParentInput::Page(id) => {
            call.page(id)?;
            Ok((Parent::Page(id), None))
        }
        ParentInput::Workspace if call.caller.owner.is_none() => Err(Refusal::invalid(
            "Internal integrations aren't owned by a single user, so creating workspace-level private pages is not supported. \
             Please provide a page as the parent.",
        )),
        ParentInput::Workspace => Ok((Parent::Workspace, None)),
    }
}

/// `GET /v1/pages/{id}`.
pub(super) fn retrieve(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("page_id")?;
    let page = call.page(id)?;
    let wanted = call.wanted(call.workspace().columns_of(page))?;
    Ok(call.show(page, &wanted))
}

/// `PATCH /v1/pages/{id}`.
pub(super) fn update(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("page_id")?;
    let body = call.request.json()?;
    let body = object(&body)?;
    let cells = match body.optional_object("properties")? {
        None => Vec::new(),
        Some(properties) => write::check(&properties)?,
    };
    let icon = attributes::file(&body, "icon")?;
    let cover = attributes::file(&body, "cover")?;
    let is_locked = body.optional_bool("is_locked")?;
    let erase = body.optional_bool("erase_content")?.unwrap_or(false);
    let in_trash = attributes::trash_flag(call, &body)?;
    let is_archived = body.optional_bool("is_archived")?;
    body.only(&[
        "properties",
        "icon",
        "cover",
        "is_locked",
        "template",
        "erase_content",
        "in_trash",
        "archived",
        "is_archived",
    ])?;

    let page = call.page(id)?;
    let others = !cells.is_empty()
        || icon.is_some()
        || cover.is_some()
        || is_locked.is_some()
        || is_archived.is_some()
        || erase;
    if call.workspace().trashed(id) && (in_trash != Some(false) || others) {
        return Err(Refusal::in_trash());
    }
    let workspace = call.workspace();
    let source = match &page.parent {
        Parent::DataSource { data_source, .. } => Some(*data_source),
        _ => None,
    };
    let schema = source.and_then(|id| workspace.data_sources.get(&id));
    let plan = write::plan(workspace, &call.caller, schema, &cells)?;
    let wanted: Wanted = call.wanted(workspace.columns_of(page))?;
    if body.get("template").is_some() {
        return Err(Refusal::unimplemented("PATCH /v1/pages/{id} with template"));
    }

    let (now, bot) = (call.now, call.caller.bot);
    let workspace = call.workspace_mut();
    plan.apply(workspace, id, source);
    let tick = workspace.next_tick();
    if let Some(page) = workspace.pages.get_mut(&id) {
        if let Some(icon) = icon {
            page.icon = icon;
        }
        if let Some(cover) = cover {
            page.cover = cover;
        }
        page.is_locked = is_locked.unwrap_or(page.is_locked);
        page.in_trash = in_trash.unwrap_or(page.in_trash);
        page.is_archived = is_archived.unwrap_or(page.is_archived);
        page.touch(bot, now, tick);
    }
    if erase {
        block::erase(workspace, id, bot, now);
    }
    if in_trash.is_some() {
        block::note_content(workspace, id, bot, now);
    }
    Ok(call.show(call.page(id)?, &wanted))
}
