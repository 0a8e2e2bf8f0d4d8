//! Moving pages. Databases and data sources are moved by changing their parent.

use serde_json::Value;
use uuid::Uuid;

use super::attributes::{self, ParentInput};
use super::call::{Call, Wanted};
use crate::engine::moving;
use crate::engine::parent::Parent;
use crate::refusal::Refusal;
use crate::request::object;
use crate::version::Version;

/// `POST /v1/pages/{id}/move`.
pub(super) fn page(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("page_id")?;
    let body = call.request.json()?;
    let body = object(&body)?;
    let other = if call.version == Version::V2022June {
        "database_id"
    } else {
        "data_source_id"
    };
    let parent = attributes::parent(&body.object("parent")?, &["page_id", other])?;
    body.only(&["parent"])?;

    call.page(id)?;
    if call.workspace().trashed(id) {
        return Err(Refusal::in_trash());
    }
    let parent = find(call, parent)?;
    admit(call, id, parent.id())?;

    let (now, bot) = (call.now, call.caller.bot);
    let workspace = call.workspace_mut();
    moving::page(workspace, id, parent);
    let tick = workspace.next_tick();
    if let Some(page) = workspace.pages.get_mut(&id) {
        page.touch(bot, now, tick);
    }
    Ok(call.show(&call.reader(), call.page(id)?, &Wanted::All))
}

/// Refuses a place in the trash, and one inside of what is moved.
pub(super) fn admit(call: &Call<'_>, moved: Uuid, into: Option<Uuid>) -> Result<(), Refusal> {
    let Some(into) = into else { return Ok(()) };
    if call.workspace().trashed(into) {
        return Err(Refusal::in_trash());
    }
    moving::admit(call.workspace(), moved, into)
}

/// Where the page goes. A database with one data source may be named where a page is expected.
fn find(call: &Call<'_>, parent: ParentInput) -> Result<Parent, Refusal> {
    let source = match parent {
        ParentInput::DataSource(id) => call.data_source(id)?,
        ParentInput::Database(id) => call.only_source(id)?,
        ParentInput::Page(id) if call.workspace().databases.contains_key(&id) => call.only_source(id)?,
        ParentInput::Page(id) => return Ok(Parent::Page(call.page(id)?.id)),
        ParentInput::Workspace => return Ok(Parent::Workspace),
    };
    Ok(Parent::DataSource {
        data_source: source.id,
        database: Some(source.database),
    })
}
