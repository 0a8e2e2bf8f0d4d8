//! The content of a page as a tree.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::engine::access::Caller;
use crate::engine::block::{self, Block};
use crate::engine::id;
use crate::engine::markdown::{self, Node};
use crate::engine::upload::{self, Upload};
use crate::engine::workspace::Workspace;

/// How many blocks of a page are shown.
pub(crate) const MAX_BLOCKS: usize = 20_000;
/// How deep blocks are shown. Text cannot tell what is deeper.
const MAX_DEPTH: usize = 100;

/// Where uploaded files are, as the API says it: an object with a `url`.
pub(crate) type Files<'a> = &'a dyn Fn(&Upload) -> Value;

/// The blocks of a page.
#[derive(Debug)]
pub(crate) struct Content {
    pub(crate) nodes: Vec<Node>,
    /// Whether there is more than the nodes say. What could not be loaded stands as an unknown block where it would be.
    pub(crate) truncated: bool,
}

impl Content {
    /// What is in a page, as far as the caller sees it.
    pub(crate) fn of_page(workspace: &Workspace, caller: &Caller, page: Uuid, files: Files<'_>) -> Self {
        let mut loader = Loader::new(workspace, caller, files);
        let nodes = loader.children(page, MAX_DEPTH);
        Self {
            nodes,
            truncated: loader.truncated,
        }
    }

    /// A block and what is in it. `None` where there is no such block.
    pub(crate) fn of_block(
        workspace: &Workspace,
        caller: &Caller,
        block: Uuid,
        files: Files<'_>,
    ) -> Option<Self> {
        let mut loader = Loader::new(workspace, caller, files);
        let node = loader.node(block, MAX_DEPTH)?;
        Some(Self {
            nodes: vec![node],
            truncated: loader.truncated,
        })
    }
}

/// The address of a file that is the same at all times, while those that are shown are good for an hour. Texts that are compared
/// have these.
pub(crate) fn steady(upload: &Upload) -> Value {
    json!({"url": markdown::address_of_upload(upload.id)})
}

struct Loader<'a> {
    workspace: &'a Workspace,
    caller: &'a Caller,
    files: Files<'a>,
    /// How many more blocks are loaded.
    left: usize,
    truncated: bool,
}

impl<'a> Loader<'a> {
    fn new(workspace: &'a Workspace, caller: &'a Caller, files: Files<'a>) -> Self {
        Self {
            workspace,
            caller,
            files,
            left: MAX_BLOCKS,
            truncated: false,
        }
    }

    fn children(&mut self, of: Uuid, depth: usize) -> Vec<Node> {
        let original = self.workspace.blocks.get(&of).and_then(Block::original);
        // Whoever may not see the original sees nothing of its copies either.
        if original.is_some_and(|original| !self.caller.sees(self.workspace, original)) {
            return Vec::new();
        }
        let children = block::living_children(self.workspace, of);
        children.filter_map(|id| self.node(id, depth)).collect()
    }

    fn node(&mut self, id: Uuid, depth: usize) -> Option<Node> {
        let Some((left, deeper)) = self.left.checked_sub(1).zip(depth.checked_sub(1)) else {
            return Some(self.unloaded(id));
        };
        self.left = left;
        let mut shown = block::any_to_json(self.workspace, id)?;
        let kind = shown.get("type").and_then(Value::as_str)?.to_owned();
        if ["child_page", "child_database"].contains(&&*kind) && !self.caller.sees(self.workspace, id) {
            return Some(self.unloaded(id));
        }
        upload::resolve(&mut shown, self.workspace, self.files);
        let payload = shown.get(&kind).and_then(Value::as_object).cloned();
        let mut node = Node::new(&kind, Value::Object(payload.unwrap_or_default()));
        node.id = Some(id);
        match kind.as_str() {
            // A page is shown by its own text.
            "child_page" => {}
            "child_database" => node.payload.extend(self.database(id)),
            "meeting_notes" => {
                node.children = self.children(id, deeper);
                name_sections(&mut node);
            }
            _ => node.children = self.children(id, deeper),
        }
        Some(node)
    }

    /// A block of which nothing is told but where it is.
    fn unloaded(&mut self, id: Uuid) -> Node {
        self.truncated = true;
        let mut unknown = Node::new("unsupported", json!({}));
        unknown.id = Some(id);
        unknown
    }

    /// What text says of a database besides its title.
    fn database(&self, id: Uuid) -> Map<String, Value> {
        let mut more = Map::new();
        if let Some(database) = self.workspace.databases.get(&id) {
            more.insert("is_inline".into(), json!(database.is_inline));
            if let [only] = database.data_sources[..] {
                more.insert("data_source_id".into(), json!(only));
            }
        }
        more
    }
}

/// Gives the parts of meeting notes their names. The notes say by ids which is which.
fn name_sections(notes: &mut Node) {
    let ids = notes.payload.get("children").cloned().unwrap_or_default();
    for section in ["summary", "notes", "transcript"] {
        let id = ids.get(format!("{section}_block_id")).and_then(Value::as_str);
        let id = id.and_then(id::parse);
        let found = notes
            .children
            .iter_mut()
            .find(|child| id.is_some() && child.id == id);
        if let Some(found) = found {
            section.clone_into(&mut found.kind);
        }
    }
}
