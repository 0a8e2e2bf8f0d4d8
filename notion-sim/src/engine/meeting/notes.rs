//! The notes of meetings, and what can be asked of them.

use std::cmp::Reverse;

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::filter::Filter;
use super::sort::{self, Sort};
use crate::engine::access::Caller;
use crate::engine::block::Block;
use crate::engine::filter::View;
use crate::engine::id;
use crate::engine::rich_text::RichText;
use crate::engine::time;
use crate::engine::workspace::Workspace;
use crate::refusal::Refusal;
use crate::validate::{self, Fields};

/// A property of meeting notes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Property {
    Title,
    Attendees,
    CreatedTime,
    CreatedBy,
    EditedTime,
    EditedBy,
}

/// All properties by their names, in the order in which messages list them.
const PROPERTIES: [(&str, Property); 6] = [
    ("title", Property::Title),
    ("attendees", Property::Attendees),
    ("created_time", Property::CreatedTime),
    ("created_by", Property::CreatedBy),
    ("last_edited_time", Property::EditedTime),
    ("last_edited_by", Property::EditedBy),
];
/// What attendees are called inside of Notion, which is understood too.
const LONG_ATTENDEES: &str = "notion://meeting_notes/attendees";

impl Property {
    /// Checks the `property` of a filter or sort.
    pub(super) fn check(fields: &Fields<'_>) -> Result<Self, Refusal> {
        let given = fields.required("property")?;
        if given == LONG_ATTENDEES {
            return Ok(Self::Attendees);
        }
        let found = PROPERTIES.iter().find(|(name, _)| given == name);
        found.map(|(_, property)| *property).ok_or_else(|| {
            let names = PROPERTIES.map(|(name, _)| name);
            let expectation = validate::alternatives(&names, false);
            fields.place("property").should(&expectation, Some(given))
        })
    }

    /// The value that some notes have.
    pub(super) fn of(self, notes: &Block) -> View<'static> {
        let people = |ids: Vec<Uuid>| match ids.is_empty() {
            true => View::Empty,
            false => View::Ids(ids),
        };
        match self {
            Self::Title => {
                let title = notes.payload.get("title").unwrap_or(&Value::Null);
                match RichText::from_json(title).text() {
                    title if title.is_empty() => View::Empty,
                    title => View::Text(title.into()),
                }
            }
            Self::Attendees => people(attendees(notes)),
            Self::CreatedTime => View::Date(time::floor_minute(notes.created_time), false),
            Self::CreatedBy => people(vec![notes.created_by]),
            Self::EditedTime => View::Date(time::floor_minute(notes.last_edited_time), false),
            Self::EditedBy => people(vec![notes.last_edited_by]),
        }
    }
}

/// The notes that the caller sees and that pass a filter, in the order that sorts give them. Without sorts the newest come first.
///
/// Of a connection that acts for a user these are the notes of meetings which that user attended, and those that either of them
/// made.
pub(crate) fn all(
    workspace: &Workspace,
    caller: &Caller,
    filter: Option<&Filter>,
    sorts: &[Sort],
    now: Timestamp,
) -> Vec<Uuid> {
    let own = |notes: &Block| {
        caller.owner.is_none_or(|owner| {
            [owner, caller.bot].contains(&notes.created_by) || attendees(notes).contains(&owner)
        })
    };
    let mut found: Vec<&Block> = workspace
        .blocks
        .values()
        .filter(|block| block.kind == "meeting_notes" && own(block))
        .filter(|block| filter.is_none_or(|filter| filter.matches(block, now)))
        .filter(|block| caller.sees(workspace, block.id) && !workspace.trashed(block.id))
        .collect();
    found.sort_by_key(|notes| (Reverse(notes.created_time), notes.id));
    let found = sort::run(workspace, sorts, found);
    found.iter().map(|notes| notes.id).collect()
}

fn attendees(notes: &Block) -> Vec<Uuid> {
    let event = notes.payload.get("calendar_event");
    let ids = event.and_then(|event| event.get("attendees")?.as_array());
    ids.into_iter()
        .flatten()
        .filter_map(|id| id.as_str().and_then(id::parse))
        .collect()
}
