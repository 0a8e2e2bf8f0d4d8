//! Putting new blocks into a page or block: first everything that stands against it, then the change.

use jiff::Timestamp;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::super::access::Caller;
use super::super::parent::Parent;
use super::super::workspace::Workspace;
use super::super::{file, id, upload};
use super::check::NewBlock;
use super::kind::{BlockType, Children};
use super::record::{self, Block};
use super::show::any_in_trash;
use super::trash::note_edit;
use crate::refusal::Refusal;
use crate::validate::Fields;

/// Where among what is there already new blocks go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Position {
    Start,
    End,
    After(Uuid),
}

impl Position {
    /// Checks a position. `start` and `end` are what the endpoint calls these two.
    pub(crate) fn check(position: &Fields<'_>, start: &str, end: &str) -> Result<Self, Refusal> {
        let kind = position.word("type", &["after_block", start, end])?;
        if kind != "after_block" {
            position.only(&["type"])?;
            return Ok(if kind == start { Self::Start } else { Self::End });
        }
        position.only(&["type", "after_block"])?;
        let sibling = position.object("after_block")?;
        sibling.only(&["id"])?;
        Ok(Self::After(sibling.uuid("id")?))
    }
}

/// What new blocks go into.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Holder<'a> {
    id: Uuid,
    /// The wire name of its type.
    pub(super) kind: &'a str,
    /// `None` where the type has none that matters here.
    payload: Option<&'a Map<String, Value>>,
}

impl<'a> Holder<'a> {
    /// A page, which may still have to be made.
    pub(crate) fn page(id: Uuid) -> Self {
        Self {
            id,
            kind: "child_page",
            payload: None,
        }
    }

    /// A record of the workspace.
    pub(crate) fn of(workspace: &'a Workspace, id: Uuid) -> Self {
        if let Some(block) = workspace.blocks.get(&id) {
            return Self {
                id,
                kind: &block.kind,
                payload: Some(&block.payload),
            };
        }
        let kind = if workspace.databases.contains_key(&id) {
            "child_database"
        } else {
            "child_page"
        };
        Self {
            kind,
            ..Self::page(id)
        }
    }

    fn children(&self) -> Children {
        if self.kind == "child_page" {
            return Children::Any;
        }
        let Some(kind) = BlockType::find(self.kind) else {
            return Children::None;
        };
        let field = |key: &str| self.payload.and_then(|payload| payload.get(key));
        let closed = kind.is_heading() && field("is_toggleable") != Some(&Value::Bool(true));
        // What is in the copy of a synced block is in its original.
        let copy = field("synced_from").is_some_and(Value::is_object);
        if closed || copy {
            Children::None
        } else {
            kind.children
        }
    }

    /// Refuses a block that cannot be in here.
    fn admit(&self, block: &NewBlock) -> Result<(), Refusal> {
        let name = block.kind.name;
        match self.children() {
            Children::None => Err(Refusal::invalid(format!(
                "Block type {} does not support children.",
                self.kind
            ))),
            Children::Only(only, _) if name != only => Err(block.path.key(only).should("defined", None)),
            Children::Any | Children::Listed if ["column", "table_row"].contains(&name) => {
                let list = if name == "column" { "column_list" } else { "table" };
                Err(Refusal::invalid(format!(
                    "Block type {name} can only be a child of block type {list}."
                )))
            }
            _ if name == "paragraph" && block.content.has_icon() => admit_icon(self.kind),
            _ => Ok(()),
        }
    }
}

/// New blocks, once nothing stands against them any more.
#[derive(Debug)]
pub(crate) struct Insertion {
    parent: Parent,
    /// The place of the first one among all children.
    at: usize,
    blocks: Vec<Ready>,
}

#[derive(Debug)]
struct Ready {
    kind: &'static str,
    payload: Map<String, Value>,
    children: Vec<Ready>,
}

impl Insertion {
    /// Holds new blocks against what they shall go into.
    pub(crate) fn plan(
        workspace: &Workspace,
        caller: &Caller,
        holder: Holder<'_>,
        position: Position,
        blocks: &[NewBlock],
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        if workspace.trashed(holder.id) {
            return Err(Refusal::in_trash());
        }
        let at = index(workspace, holder.id, position)?;
        let mut planner = Planner {
            workspace,
            caller,
            now,
            problems: Vec::new(),
        };
        let blocks = planner.all(holder, blocks)?;
        if !planner.problems.is_empty() {
            return Err(Refusal::invalid(format!(
                "Content creation Failed. Fix the following: \n{}",
                planner.problems.join("\n")
            )));
        }
        let parent = if workspace.blocks.contains_key(&holder.id) {
            Parent::Block(holder.id)
        } else {
            Parent::Page(holder.id)
        };
        Ok(Self { parent, at, blocks })
    }

    /// Makes the blocks. The ids of those that are directly in the holder.
    pub(crate) fn commit(self, workspace: &mut Workspace, by: Uuid, now: Timestamp) -> Vec<Uuid> {
        let mut new = Vec::new();
        for block in self.blocks {
            new.push(block.add(workspace, self.parent.clone(), by, now));
        }
        if let Some(holder) = self.parent.id().filter(|_| !new.is_empty()) {
            let children = workspace.children.or_default(holder);
            children.splice(self.at..self.at, new.iter().copied());
            note_edit(workspace, holder, by, now);
        }
        new
    }
}

impl Ready {
    fn add(self, workspace: &mut Workspace, parent: Parent, by: Uuid, now: Timestamp) -> Uuid {
        attach(workspace, &self.payload);
        let block = Block::new(parent, self.kind, self.payload, by, now);
        let id = block.id;
        workspace.blocks.insert(id, block);
        let mut children = Vec::new();
        for child in self.children {
            children.push(child.add(workspace, Parent::Block(id), by, now));
        }
        if !children.is_empty() {
            workspace.children.insert(id, children);
        }
        id
    }
}

/// Notes that the uploads in a payload are in use.
pub(super) fn attach(workspace: &mut Workspace, payload: &Map<String, Value>) {
    // A media block is itself the reference to its file.
    if payload.contains_key("file_upload") {
        upload::attach(workspace, [&Value::Object(payload.clone())]);
    }
    upload::attach(workspace, payload.get("icon"));
}

/// Gets blocks ready.
struct Planner<'a> {
    workspace: &'a Workspace,
    caller: &'a Caller,
    now: Timestamp,
    problems: Vec<String>,
}

impl Planner<'_> {
    fn all(&mut self, holder: Holder<'_>, blocks: &[NewBlock]) -> Result<Vec<Ready>, Refusal> {
        blocks.iter().map(|block| self.one(holder, block)).collect()
    }

    fn one(&mut self, holder: Holder<'_>, block: &NewBlock) -> Result<Ready, Refusal> {
        holder.admit(block)?;
        let kind = block.kind;
        let mut payload = block.content.fill(Map::new(), self.workspace);
        file::admit_all(self.workspace, self.caller, &mut payload, self.now)?;
        // A heading that contains something can be toggled, whether the request says so or not.
        if kind.is_heading() && !block.children.is_empty() {
            payload.insert("is_toggleable".into(), Value::Bool(true));
        }
        references(self.workspace, self.caller, &payload)?;
        let original = record::original_in(&payload);
        if original.is_some_and(|original| self.workspace.lineage(holder.id).any(|above| above == original)) {
            return Err(copy_in_original());
        }
        self.problems.extend(block.content.problems(kind));
        if let Some(table) = holder.payload.filter(|_| kind.name == "table_row") {
            self.problems.extend(row_problem(&payload, table));
        }
        let inside = Holder {
            kind: kind.name,
            payload: Some(&payload),
            ..holder
        };
        let children = self.all(inside, &block.children)?;
        Ok(Ready {
            kind: kind.name,
            payload,
            children,
        })
    }
}

/// Refuses the icon of a paragraph that is not the label of a tab.
pub(super) fn admit_icon(parent: &str) -> Result<(), Refusal> {
    if parent == "tab" {
        return Ok(());
    }
    Err(Refusal::invalid(
        "Paragraph icons are only supported directly inside a tab block.",
    ))
}

/// Checks that what a block points at is there and can be pointed at.
pub(super) fn references(
    workspace: &Workspace,
    caller: &Caller,
    payload: &Map<String, Value>,
) -> Result<(), Refusal> {
    let id = |map: &Map<String, Value>, key: &str| map.get(key)?.as_str().and_then(id::parse);
    if let Some(page) = id(payload, "page_id") {
        let there = workspace.pages.contains_key(&page) && caller.sees(workspace, page);
        return there
            .then_some(())
            .ok_or_else(|| caller.missing(workspace, "page", page));
    }
    if let Some(database) = id(payload, "database_id") {
        let there = workspace.databases.contains_key(&database) && caller.sees(workspace, database);
        return there
            .then_some(())
            .ok_or_else(|| caller.missing(workspace, "database", database));
    }
    let Some(source) = record::original_in(payload) else {
        return Ok(());
    };
    let Some(block) = workspace
        .blocks
        .get(&source)
        .filter(|_| caller.sees(workspace, source))
    else {
        return Err(caller.missing(workspace, "block", source));
    };
    if block.kind != "synced_block" || block.original().is_some() {
        return Err(Refusal::invalid(format!(
            "Block {source} is not an original synced block."
        )));
    }
    Ok(())
}

/// The refusal of a copy inside of its own original, through which nobody would find an end.
pub(crate) fn copy_in_original() -> Refusal {
    Refusal::invalid("A synced block cannot contain a copy of itself.")
}

/// What is wrong with a row that has more or fewer cells than its table has columns.
pub(super) fn row_problem(row: &Map<String, Value>, table: &Map<String, Value>) -> Option<String> {
    let cells = row.get("cells").and_then(Value::as_array).map(Vec::len);
    let width = table.get("table_width").and_then(Value::as_u64);
    let fits = width.is_none_or(|width| cells.is_some_and(|cells| cells as u64 == width));
    (!fits).then(|| "Number of cells in table row must match the table width of the parent table".to_owned())
}

/// Moves a record that was just added to the place it shall have among all children of its parent.
pub(crate) fn bring_forward(workspace: &mut Workspace, id: Uuid, place: usize) {
    let parent = workspace.parent_of(id);
    let Some(children) = parent.and_then(|parent| workspace.children.get_mut(&parent)) else {
        return;
    };
    children.retain(|child| *child != id);
    children.insert(place.min(children.len()), id);
}

/// The place of a new record among all children of its parent.
pub(crate) fn index(workspace: &Workspace, parent: Uuid, position: Position) -> Result<usize, Refusal> {
    let all = workspace
        .children
        .get(&parent)
        .map(Vec::as_slice)
        .unwrap_or_default();
    match position {
        Position::Start => Ok(0),
        Position::End => Ok(all.len()),
        Position::After(sibling) => {
            let living = any_in_trash(workspace, sibling) == Some(false);
            let at = all.iter().position(|id| *id == sibling).filter(|_| living);
            at.map(|at| at + 1).ok_or_else(|| {
                Refusal::invalid(format!(
                    "Block ID ({sibling}) to append children after is not parented by {parent}."
                ))
            })
        }
    }
}
