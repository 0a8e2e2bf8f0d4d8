//! Changing what a block says.

use jiff::Timestamp;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::super::access::Caller;
use super::super::file;
use super::super::workspace::Workspace;
use super::check::{Limits, find_type};
use super::content::{Content, Purpose};
use super::insert::{Holder, admit_icon, attach, references, row_problem};
use super::kind::BlockType;
use super::record::Block;
use super::show::living_children;
use super::trash::note_edit;
use crate::refusal::Refusal;
use crate::validate::Fields;

/// A change of a request whose shape is right.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    kind: &'static BlockType,
    content: Content,
}

impl Change {
    /// Checks the shape of a change, without looking at the block. `others` are the keys of the request that are about
    /// something else; `None` where there are no keys but these.
    pub(crate) fn check(
        body: &Fields<'_>,
        others: &[&str],
        limits: &Limits,
    ) -> Result<Option<Self>, Refusal> {
        if body.map.keys().all(|key| others.contains(&key.as_str())) {
            return Ok(None);
        }
        let kind = find_type(body, BlockType::changeable)?;
        let known: Vec<&str> = others.iter().copied().chain(["type", kind.name]).collect();
        body.only(&known)?;
        let content = Content::check(kind, &body.object(kind.name)?, Purpose::Change, limits)?;
        Ok(Some(Self { kind, content }))
    }

    /// Holds the change against a block. The new payload, once nothing stands against it any more.
    pub(crate) fn plan(
        &self,
        workspace: &Workspace,
        caller: &Caller,
        id: Uuid,
        now: Timestamp,
    ) -> Result<Map<String, Value>, Refusal> {
        let actual = Holder::of(workspace, id).kind;
        let block = workspace.blocks.get(&id);
        let Some(block) = block.filter(|block| block.kind == self.kind.name) else {
            return Err(Refusal::invalid(format!(
                "Expected block type {actual} in request body"
            )));
        };
        let above = block.parent.id().and_then(|above| workspace.blocks.get(&above));
        if block.kind == "paragraph" && self.content.has_icon() {
            admit_icon(above.map_or("child_page", |above| &above.kind))?;
        }
        let mut payload = self.content.fill(block.payload.clone(), workspace);
        file::admit_all(workspace, caller, &mut payload, now)?;
        self.admit(workspace, block, &payload)?;
        references(workspace, caller, &payload)?;
        let mut problems = self.content.problems(self.kind);
        if let Some(table) = above.filter(|_| block.kind == "table_row") {
            problems.extend(row_problem(&payload, &table.payload));
        }
        if problems.is_empty() {
            Ok(payload)
        } else {
            Err(Refusal::invalid(problems.join("\n")))
        }
    }

    /// Refuses what would leave children behind that nobody can see.
    fn admit(
        &self,
        workspace: &Workspace,
        block: &Block,
        payload: &Map<String, Value>,
    ) -> Result<(), Refusal> {
        let closes = self.kind.is_heading() && payload.get("is_toggleable") == Some(&Value::Bool(false));
        if closes && living_children(workspace, block.id).next().is_some() {
            return Err(Refusal::invalid(
                "Cannot make a heading non-toggleable while it has children.",
            ));
        }
        if payload.get("synced_from") != block.payload.get("synced_from") {
            return Err(Refusal::invalid(
                "The synced_from of a synced_block cannot be changed.",
            ));
        }
        Ok(())
    }
}

/// Puts a planned payload in place.
pub(crate) fn set_payload(
    workspace: &mut Workspace,
    id: Uuid,
    payload: Map<String, Value>,
    by: Uuid,
    now: Timestamp,
) {
    attach(workspace, &payload);
    if let Some(block) = workspace.blocks.get_mut(&id) {
        block.payload = payload;
    }
    note_edit(workspace, id, by, now);
}
