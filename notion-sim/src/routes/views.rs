//! Views.

use serde_json::{Value, json};
use uuid::Uuid;

use super::call::{Call, cut, list as wrap};
use crate::engine::container::Database;
use crate::engine::id;
use crate::engine::parent::Parent;
use crate::engine::view::{DASHBOARD, LAYOUTS, Placement, Position, View, ViewInput};
use crate::refusal::Refusal;
use crate::request::object;
use crate::validate::{self, Fields, Path};

/// Where a new view goes, as the request says it.
enum Home {
    /// A tab of a database.
    Tab(Uuid, Position),
    /// A widget of a dashboard.
    Widget(Uuid, Placement),
    /// The only tab of a new database on this page, after this block.
    Linked(Uuid, Option<Uuid>),
}

/// `POST /v1/views`.
pub(super) fn create(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let body = call.request.json()?;
    let body = object(&body)?;
    let source = body.uuid("data_source_id")?;
    let name = body.string("name")?;
    let layout = body.word("type", &LAYOUTS)?;
    let input = ViewInput::check(&body, false)?;
    let home = check_home(&body)?;
    body.only(&[
        "data_source_id",
        "name",
        "type",
        "database_id",
        "view_id",
        "filter",
        "sorts",
        "quick_filters",
        "create_database",
        "configuration",
        "position",
        "placement",
    ])?;

    let source = call.data_source(source)?;
    if call.workspace().trashed(source.id) {
        return Err(Refusal::in_trash());
    }
    let (database, position, linked) = match home {
        Home::Tab(database, position) => (call.database(database)?.id, position, None),
        Home::Widget(dashboard, placement) => {
            let dashboard = dashboard_of(call, dashboard, layout)?;
            let database = dashboard.parent.id().unwrap_or_default();
            (database, Position::Widget(dashboard.id, placement), None)
        }
        Home::Linked(page, after) => {
            let page = call.page(page)?.id;
            let mut database = Database::new(Parent::Page(page), source.title.clone(), call.now);
            database.is_inline = true;
            check_child(call, page, after)?;
            (database.id, Position::End, Some((database, after)))
        }
    };
    let above = linked.as_ref().and_then(|(database, _)| database.parent.id());
    if call.workspace().trashed(above.unwrap_or(database)) {
        return Err(Refusal::in_trash());
    }
    let workspace = call.workspace();
    workspace.admit_view(database, position)?;
    let parent = Parent::Database(database);
    let view = View::new(parent, source.id, layout, name, call.caller.bot, call.now);
    let view = input.settle(&call.reader(), Some(source), view)?;

    let id = view.id;
    let workspace = call.workspace_mut();
    if let Some((database, after)) = linked {
        workspace.add_database(database);
        if let (Some(page), Some(after)) = (above, after) {
            workspace.put_after(page, parent_id(&view), after);
        }
    }
    workspace.add_view(view, position);
    Ok(call.view(id)?.to_json(call.workspace()))
}

/// `GET /v1/views`: those in the tab bar of a database, or all of a data source.
pub(super) fn list(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let keys = ["database_id", "data_source_id"];
    let [database, source] = [uuid(call, keys[0])?, uuid(call, keys[1])?];
    let (cursor, size) = call.paging()?;
    let workspace = call.workspace();
    let mut ids = match (database, source) {
        (Some(database), None) => workspace.views_of(call.database(database)?.id).to_vec(),
        (None, Some(source)) => {
            let source = call.data_source(source)?.id;
            let of = |view: &&View| view.shown_source() == Some(source);
            let mut views: Vec<&View> = workspace.views.values().filter(of).collect();
            views.sort_by_key(|view| view.made);
            views.into_iter().map(|view| view.id).collect()
        }
        (None, None) => return Err(validate::either(&keys.map(|key| Path::query().key(key)))),
        (Some(_), Some(source)) => {
            let found = json!(source);
            return Err(Path::query().key(keys[1]).should("not present", Some(&found)));
        }
    };
    ids.retain(|id| call.sees(*id));
    let Some((ids, next)) = cut(&ids, cursor, size) else {
        let cursor = json!(call.request.query("start_cursor"));
        return Err(Path::query()
            .key("start_cursor")
            .should("a valid uuid or `undefined`", Some(&cursor)));
    };
    let results = ids.iter().map(|id| json!({"object": "view", "id": id})).collect();
    let next = next.map(|id| id.to_string());
    Ok(Value::Object(wrap(results, next.as_deref(), "view")))
}

/// `GET /v1/views/{id}`.
pub(super) fn retrieve(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("view_id")?;
    Ok(call.view(id)?.to_json(call.workspace()))
}

/// `PATCH /v1/views/{id}`.
pub(super) fn update(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("view_id")?;
    let body = call.request.json()?;
    let body = object(&body)?;
    let input = ViewInput::check(&body, true)?;
    body.only(&["name", "filter", "sorts", "quick_filters", "configuration"])?;

    let view = call.view(id)?;
    let workspace = call.workspace();
    if workspace.trashed(id) {
        return Err(Refusal::in_trash());
    }
    let source = view.data_source.and_then(|id| workspace.data_sources.get(&id));
    let mut view = input.settle(&call.reader(), source, view.clone())?;
    view.touch(call.caller.bot, call.now);
    call.workspace_mut().views.insert(id, view);
    Ok(call.view(id)?.to_json(call.workspace()))
}

/// `DELETE /v1/views/{id}`: for good.
pub(super) fn delete(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("view_id")?;
    let view = call.view(id)?;
    let workspace = call.workspace();
    if workspace.trashed(id) {
        return Err(Refusal::in_trash());
    }
    if workspace.is_last_view(view) {
        return Err(Refusal::invalid(
            "Cannot delete the last view of a database. Delete the database instead.",
        ));
    }
    let answer = view.to_partial_json();
    call.workspace_mut().remove_view(id);
    Ok(answer)
}

/// Exactly one of three keys says where a view goes, and only some of the others belong to it.
fn check_home(body: &Fields<'_>) -> Result<Home, Refusal> {
    let keys = ["database_id", "view_id", "create_database"];
    let mut given = keys.into_iter().filter(|key| body.get(key).is_some());
    let Some(key) = given.next() else {
        return Err(validate::either(&keys.map(|key| body.place(key))));
    };
    let belongs = [("position", "database_id"), ("placement", "view_id")];
    let alien = belongs
        .into_iter()
        .find(|(own, to)| *to != key && body.get(own).is_some());
    if let Some(extra) = given.next().or(alien.map(|(own, _)| own)) {
        return Err(body.place(extra).should("not present", body.get(extra)));
    }
    Ok(match key {
        "database_id" => Home::Tab(body.uuid(key)?, check_position(body)?),
        "view_id" => Home::Widget(body.uuid(key)?, check_placement(body)?),
        _ => {
            let fields = body.object(key)?;
            fields.only(&["parent", "position"])?;
            let parent = fields.object("parent")?;
            parent.only(&["type", "page_id"])?;
            let after = match fields.optional_object("position")? {
                None => None,
                Some(position) => {
                    position.only(&["type", "block_id"])?;
                    position.word("type", &["after_block"])?;
                    Some(position.uuid("block_id")?)
                }
            };
            Home::Linked(parent.uuid("page_id")?, after)
        }
    })
}

fn check_position(body: &Fields<'_>) -> Result<Position, Refusal> {
    let Some(position) = body.optional_object("position")? else {
        return Ok(Position::End);
    };
    let kind = position.word("type", &["start", "end", "after_view"])?;
    if kind == "after_view" {
        position.only(&["type", "view_id"])?;
        return Ok(Position::After(position.uuid("view_id")?));
    }
    position.only(&["type"])?;
    Ok(if kind == "start" {
        Position::Start
    } else {
        Position::End
    })
}

fn check_placement(body: &Fields<'_>) -> Result<Placement, Refusal> {
    let Some(placement) = body.optional_object("placement")? else {
        return Ok(Placement::NewRow(None));
    };
    let kind = placement.word("type", &["new_row", "existing_row"])?;
    placement.only(&["type", "row_index"])?;
    let index = match placement.get("row_index") {
        None => None,
        Some(value) => {
            let index = value.as_u64().and_then(|index| usize::try_from(index).ok());
            Some(index.ok_or_else(|| {
                placement
                    .place("row_index")
                    .should("an integer ≥ `0`", Some(value))
            })?)
        }
    };
    match (kind, index) {
        ("existing_row", Some(index)) => Ok(Placement::ExistingRow(index)),
        ("existing_row", None) => Err(placement.place("row_index").should("defined", None)),
        (_, index) => Ok(Placement::NewRow(index)),
    }
}

/// The dashboard that a widget of this kind shall go into.
fn dashboard_of<'a>(call: &'a Call<'_>, id: Uuid, layout: &str) -> Result<&'a View, Refusal> {
    let dashboard = call.view(id)?;
    if dashboard.layout != DASHBOARD {
        return Err(Refusal::invalid(format!(
            "View {id} is not a dashboard, so no widget can be added to it."
        )));
    }
    if layout == DASHBOARD {
        return Err(Refusal::invalid("Dashboards cannot be nested in dashboards."));
    }
    Ok(dashboard)
}

fn check_child(call: &Call<'_>, page: Uuid, block: Option<Uuid>) -> Result<(), Refusal> {
    let children = call.workspace().children.get(&page);
    match block {
        Some(block) if children.is_none_or(|children| !children.contains(&block)) => Err(Refusal::invalid(
            format!("Block {block} is not a child of page {page}."),
        )),
        _ => Ok(()),
    }
}

fn parent_id(view: &View) -> Uuid {
    view.parent.id().unwrap_or_default()
}

fn uuid(call: &Call<'_>, key: &str) -> Result<Option<Uuid>, Refusal> {
    let parse = |text: &str| {
        id::parse(text).ok_or_else(|| {
            Path::query()
                .key(key)
                .should("a valid uuid or `undefined`", Some(&json!(text)))
        })
    };
    call.request.query(key).map(parse).transpose()
}
