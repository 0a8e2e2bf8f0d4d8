//! Databases as they were before data sources: one object with a schema, which holds rows.
//!
//! Requests are put in terms of the database's only data source. The answer is that data source, which
//! [`version::adapt`](crate::version::adapt) turns into the database of old.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::call::Call;
use super::databases::{Changes, NewDatabase};
use super::query;
use crate::engine::column;
use crate::engine::container::DataSource;
use crate::engine::expression::Form;
use crate::engine::id;
use crate::engine::kind::Kind;
use crate::engine::schema::{self, ColumnInput, Edit};
use crate::engine::workspace::Workspace;
use crate::refusal::Refusal;
use crate::request::object;
use crate::validate::Fields;

/// `POST /v1/databases`.
pub(super) fn create(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let body = call.request.json()?;
    let body = object(&body)?;
    let mut new = NewDatabase::check(&body, |body| columns(&body.object("properties")?, false))?;
    body.only(&[
        "parent",
        "title",
        "description",
        "is_inline",
        "icon",
        "cover",
        "properties",
    ])?;
    find_targets(call, &mut new.columns)?;
    let id = new.make(call, true)?;
    show(call, id)
}

/// `GET /v1/databases/{id}`.
pub(super) fn retrieve(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("database_id")?;
    show(call, id)
}

/// `PATCH /v1/databases/{id}`: the database and its schema in one.
pub(super) fn update(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("database_id")?;
    let body = call.request.json()?;
    let body = object(&body)?;
    let mut changes = Changes::check(call, &body)?;
    let mut inputs = match body.optional_object("properties")? {
        None => Vec::new(),
        Some(properties) => columns(&properties, true)?,
    };
    body.only(&[
        "title",
        "description",
        "is_inline",
        "icon",
        "cover",
        "in_trash",
        "archived",
        "is_locked",
        "properties",
    ])?;

    let source = call.only_source(id)?;
    changes.admit(call, id)?;
    find_targets(call, &mut inputs)?;
    let edit = Edit::new(call.workspace(), &call.caller, source.id, &source.columns);
    let ready = edit.run(call.database(id)?, &inputs)?;

    let (source, now, bot) = (source.id, call.now, call.caller.bot);
    ready.commit(call.workspace_mut());
    changes.apply(call, id);
    let workspace = call.workspace_mut();
    let tick = workspace.next_tick();
    if let Some(source) = workspace.data_sources.get_mut(&source) {
        source.touch(bot, now, tick);
    }
    show(call, id)
}

/// `POST /v1/databases/{id}/query`.
pub(super) fn query(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("database_id")?;
    query::answer(call, |call| Ok(call.only_source(id)?.id))
}

/// Whether search finds a record: of databases only those with one data source.
pub(super) fn knows(workspace: &Workspace, id: Uuid) -> bool {
    workspace.data_sources.get(&id).is_none_or(|source| {
        let database = workspace.databases.get(&source.database);
        database.is_some_and(|database| database.data_sources.len() == 1)
    })
}

/// Refuses to write relations to a database with several data sources. `properties` are those of the request.
pub(super) fn admit_relations(
    call: &Call<'_>,
    source: Option<&DataSource>,
    properties: Option<&Map<String, Value>>,
) -> Result<(), Refusal> {
    let columns = source.map(|source| &*source.columns).unwrap_or_default();
    for key in properties.into_iter().flat_map(Map::keys) {
        let target = column::find(columns, key).and_then(column::Column::relation_target);
        let workspace = call.workspace();
        let target = target.and_then(|target| workspace.data_sources.get(&target));
        let database = target.and_then(|target| workspace.databases.get(&target.database));
        if let Some(database) = database.filter(|database| database.data_sources.len() > 1) {
            return Err(Refusal::many_sources(database.id, &database.data_sources));
        }
    }
    Ok(())
}

fn show(call: &Call<'_>, id: Uuid) -> Result<Value, Refusal> {
    let source = call.only_source(id)?;
    Ok(source.to_json(call.workspace(), Form::at(call.now)))
}

/// Checks the shape of column definitions in which relations name databases.
fn columns(properties: &Fields<'_>, update: bool) -> Result<Vec<ColumnInput>, Refusal> {
    let mut renamed = properties.map.clone();
    for (key, column) in &mut renamed {
        let Some(relation) = column.get_mut("relation").filter(|relation| relation.is_object()) else {
            continue;
        };
        let path = properties.place(key).key("relation");
        let database = Fields::of(relation, path)?.uuid("database_id")?;
        relation["data_source_id"] = json!(database);
    }
    let path = properties.path.clone();
    schema::check(&Fields { map: &renamed, path }, update)
}

/// Puts the data sources in place of the databases that relations name.
fn find_targets(call: &Call<'_>, inputs: &mut [ColumnInput]) -> Result<(), Refusal> {
    for input in inputs {
        let kind = input.change.as_mut().and_then(|change| change.kind.as_mut());
        let Some((Kind::Relation, config)) = kind else {
            continue;
        };
        let database = config.get("database_id").and_then(Value::as_str);
        let source = call.only_source(database.and_then(id::parse).unwrap_or_default())?;
        config.insert("data_source_id".into(), json!(source.id));
    }
    Ok(())
}
