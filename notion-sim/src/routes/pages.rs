//! Pages.

use serde_json::Value;
use uuid::Uuid;

use super::attributes::{self, ParentInput};
use super::call::{Call, Wanted};
use super::legacy;
use super::templates::{self, Wish};
use crate::engine::block::{self, Holder, Insertion, Limits, NewBlock, Position};
use crate::engine::document::{self, Plan, Scene};
use crate::engine::markdown::{self, Node};
use crate::engine::page::Page;
use crate::engine::parent::Parent;
use crate::engine::write::{self, Cell};
use crate::engine::{moving, upload};
use crate::refusal::Refusal;
use crate::request::object;
use crate::validate::{Fields, Path};
use crate::version::Version;

/// `POST /v1/pages`.
pub(super) fn create(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let body = call.request.json()?;
    let body = object(&body)?;
    let kinds = ["data_source_id", "database_id", "page_id", "workspace"];
    let known = if call.version == Version::V2022June {
        &kinds[1..]
    } else {
        &kinds[..]
    };
    let parent = match body.optional_object("parent")? {
        None => ParentInput::Workspace,
        Some(parent) => attributes::parent(&parent, known)?,
    };
    let cells = match body.optional_object("properties")? {
        None => Vec::new(),
        Some(properties) => write::check(&properties)?,
    };
    let icon = attributes::file(&body, "icon")?;
    let cover = attributes::file(&body, "cover")?;
    let template = templates::check(&body, &["none", "default", "template_id"])?;
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
    let markdown = body.optional_string("markdown")?;
    let allow_async = body.optional_bool("allow_async")?.unwrap_or(false);
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

    // A page can be filled in one way only.
    let children = children.filter(|_| !blocks.is_empty());
    let content = children.or(markdown.map(|_| "markdown"));
    let twice = match (markdown, &template) {
        (Some(_), None) => children,
        (_, Some(_)) => content,
        (None, None) => None,
    };
    if let Some(key) = twice {
        return Err(body.place(key).should("not present", body.get(key)));
    }

    let (parent, source) = find_parent(call, parent)?;
    let above = source.or(parent.id());
    if above.is_some_and(|id| call.workspace().trashed(id)) {
        return Err(Refusal::in_trash());
    }
    let draft = Draft {
        parent,
        source,
        cells,
        icon,
        cover,
        template,
        blocks,
        markdown,
        position,
    };
    let outcome = draft.make(call, &body);
    if allow_async && markdown.is_some() {
        return Ok(call.later("POST /v1/pages", outcome));
    }
    outcome
}

/// A page to be made, at a place where one can be.
struct Draft<'a> {
    parent: Parent,
    /// The data source whose row it will be.
    source: Option<Uuid>,
    cells: Vec<Cell>,
    icon: Option<Value>,
    cover: Option<Value>,
    template: Option<Wish>,
    blocks: Vec<NewBlock>,
    /// The text that is made into blocks.
    markdown: Option<&'a str>,
    position: Option<Position>,
}

impl Draft<'_> {
    /// Makes the page, and shows it.
    fn make(mut self, call: &mut Call<'_>, body: &Fields<'_>) -> Result<Value, Refusal> {
        let nodes = self.read()?;
        let (parent, source) = (self.parent, self.source);
        let workspace = call.workspace();
        let schema = source.and_then(|id| workspace.data_sources.get(&id));
        if call.version == Version::V2022June {
            legacy::admit_relations(call, schema, body.get("properties").and_then(Value::as_object))?;
        }
        let values = write::plan(workspace, &call.caller, schema, &self.cells, call.now)?;
        let wanted = call.wanted(schema.map(|source| &*source.columns))?;
        attributes::admit(call, "icon", self.icon.as_mut())?;
        attributes::admit(call, "cover", self.cover.as_mut())?;
        let template = templates::find(call, self.template, source)?;
        let place = match (self.position, &parent) {
            (None, _) => None,
            (Some(position), Parent::Page(above)) => Some(block::index(workspace, *above, position)?),
            (Some(_), _) => return Err(body.place("position").should("not present", body.get("position"))),
        };
        let (now, bot) = (call.now, call.caller.bot);
        let mut page = Page::new(parent.clone(), bot, now, 0);
        let id = page.id;
        let holder = Holder::page(id);
        let insertion = Insertion::plan(workspace, &call.caller, holder, Position::End, &self.blocks, now)?;
        let scene = Scene {
            workspace,
            caller: &call.caller,
            now,
            page: id,
            above: parent.id(),
        };
        let text = Plan::check(scene, document::diff(&[], nodes), false)?;

        let workspace = call.workspace_mut();
        page.born = workspace.next_tick();
        page.edited = page.born;
        page.icon = self.icon.unwrap_or(Value::Null);
        page.cover = self.cover.unwrap_or(Value::Null);
        upload::attach(workspace, [&page.icon, &page.cover]);
        workspace.add_page(page);
        if let Some(place) = place {
            block::bring_forward(workspace, id, place);
        }
        if let Some(source) = source {
            moving::begin_row(workspace, id, source);
        }
        let given = values.columns();
        values.apply(workspace, id, source);
        insertion.commit(workspace, bot, now);
        text.commit(workspace, bot, now);
        block::note_content(workspace, id, bot, now);
        if parent == Parent::Workspace {
            call.share_with_caller(id);
        }
        let answer = call.show(&call.reader(), call.page(id)?, &wanted);
        templates::apply(call, template, id, &given);
        Ok(answer)
    }

    /// Reads the text. Its first large heading becomes the title of a page that was given none.
    fn read(&mut self) -> Result<Vec<Node>, Refusal> {
        let mut nodes = markdown::read(self.markdown.unwrap_or_default());
        if self.cells.iter().any(Cell::is_title) {
            return Ok(nodes);
        }
        let is_title = |node: &Node| node.kind == "heading_1" && !node.flag("is_toggleable");
        if let Some(at) = nodes.iter().position(is_title) {
            let heading = nodes.remove(at);
            let title = heading.payload.get("rich_text").unwrap_or(&Value::Null);
            self.cells
                .push(Cell::title(title, &Path::body().key("markdown"))?);
        }
        Ok(nodes)
    }
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
        ParentInput::Database(id) => row_of(call.only_source(id)?.id),
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
    Ok(call.show(&call.reader(), page, &wanted))
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
    let mut icon = attributes::file(&body, "icon")?;
    let mut cover = attributes::file(&body, "cover")?;
    let is_locked = body.optional_bool("is_locked")?;
    let template = templates::check(&body, &["default", "template_id"])?;
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
        || template.is_some()
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
    if call.version == Version::V2022June {
        legacy::admit_relations(call, schema, body.get("properties").and_then(Value::as_object))?;
    }
    let plan = write::plan(workspace, &call.caller, schema, &cells, call.now)?;
    let wanted: Wanted = call.wanted(workspace.columns_of(page))?;
    attributes::admit(call, "icon", icon.as_mut())?;
    attributes::admit(call, "cover", cover.as_mut())?;
    let template = templates::find(call, template, source)?;

    let (now, bot) = (call.now, call.caller.bot);
    let workspace = call.workspace_mut();
    plan.apply(workspace, id, source);
    upload::attach(workspace, icon.iter().chain(&cover));
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
    let page = call.page(id)?;
    let answer = call.show(&call.reader(), page, &wanted);
    let filled: Vec<_> = page.filled().cloned().collect();
    templates::apply(call, template, id, &filled);
    Ok(answer)
}
