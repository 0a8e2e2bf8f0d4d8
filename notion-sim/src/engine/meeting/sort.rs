//! The order of meeting notes.

use serde_json::Value;

use super::notes::Property;
use crate::engine::block::Block;
use crate::engine::sort::{self, Key, Positions};
use crate::engine::workspace::Workspace;
use crate::refusal::Refusal;
use crate::validate::{Fields, Path};

/// One sort of a request.
#[derive(Debug, Clone)]
pub(crate) struct Sort {
    property: Property,
    descending: bool,
}

/// Checks the list of sorts.
pub(crate) fn check(items: &[Value], path: &Path) -> Result<Vec<Sort>, Refusal> {
    let one = |(at, item)| {
        let sort = Fields::of(item, path.at(at))?;
        let property = Property::check(&sort)?;
        let direction = sort.word("direction", &["ascending", "descending"])?;
        sort.only(&["property", "direction"])?;
        Ok(Sort {
            property,
            descending: direction == "descending",
        })
    };
    items.iter().enumerate().map(one).collect()
}

/// Puts notes into order. Those that compare equal stay as they are.
pub(super) fn run<'a>(workspace: &Workspace, sorts: &[Sort], notes: Vec<&'a Block>) -> Vec<&'a Block> {
    let no_options = Positions::new();
    let key = |notes: &Block, sort: &Sort| Key::of(workspace, &sort.property.of(notes), &no_options);
    let keys = |notes: &'a Block| (sorts.iter().map(|sort| key(notes, sort)).collect(), notes);
    let mut keyed: Vec<(Vec<Key>, &Block)> = notes.into_iter().map(keys).collect();
    let descending: Vec<bool> = sorts.iter().map(|sort| sort.descending).collect();
    sort::arrange(&mut keyed, &descending);
    keyed.into_iter().map(|(_, notes)| notes).collect()
}
