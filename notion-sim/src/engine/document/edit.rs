//! The ways of changing the text of a page.

use std::ops::Range;

use uuid::Uuid;

use crate::engine::markdown::{self, Node, Style, Written};
use crate::refusal::Refusal;

/// The longest text that an edit can make, in bytes. A small request can ask for a huge one by replacing a letter everywhere.
const MAX_TEXT: usize = 16 << 20;
/// What stands between the two ends of a selection.
const ELLIPSIS: &str = "...";

/// A change of the text of a page.
#[derive(Debug, Clone)]
pub(crate) enum Edit {
    /// Texts are searched for and replaced, one after the other.
    Update(Vec<Update>),
    /// Everything is replaced.
    Replace(String),
    /// Something is put somewhere.
    Insert { content: String, at: Target },
    /// A selection is replaced.
    ReplaceRange { content: String, selection: String },
}

/// A text to search for, and what to put in its place.
#[derive(Debug, Clone)]
pub(crate) struct Update {
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) all: bool,
}

/// Where something is put.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    Start,
    End,
    /// Behind the block in which a selection ends.
    After(String),
}

impl Edit {
    /// What the page contains then. `before` is what it contains now; blocks that are only moved along keep their ids.
    ///
    /// # Errors
    ///
    /// What is searched for is not there, or there more than once.
    pub(crate) fn apply(&self, before: &[Node], style: Style) -> Result<Vec<Node>, Refusal> {
        let written = markdown::write(before, style);
        match self {
            Self::Replace(text) => Ok(markdown::read(text)),
            Self::Update(updates) => Ok(markdown::read(&update(written.text, updates)?)),
            Self::ReplaceRange { content, selection } => {
                let mut text = written.text;
                let range = select(&text, selection)?;
                text.replace_range(range, content);
                Ok(markdown::read(&text))
            }
            Self::Insert { content, at } => {
                let new = markdown::read(content);
                let mut after = before.to_vec();
                match at {
                    Target::Start => drop(after.splice(..0, new)),
                    Target::End => after.extend(new),
                    Target::After(selection) => {
                        let range = select(&written.text, selection)?;
                        match block_at(&written, range.end) {
                            Some(id) => drop(insert_after(&mut after, id, new)),
                            None => after.extend(new),
                        }
                    }
                }
                Ok(after)
            }
        }
    }
}

/// Replaces texts one after the other.
fn update(mut text: String, updates: &[Update]) -> Result<String, Refusal> {
    for update in updates {
        let old = &*markdown::steady(&update.old);
        let count = match old.is_empty() {
            true => 0,
            false => text.matches(old).count(),
        };
        if count == 0 {
            return Err(Refusal::invalid(format!(
                "No matches found for old_str. The text {:?} is not in the content of the page.",
                update.old
            )));
        }
        if count > 1 && !update.all {
            return Err(Refusal::invalid(format!(
                "Multiple matches found for old_str. Found {count} matches of {:?}. Provide more context to make the match \
                 unique, or set replace_all_matches to true to replace all of them.",
                update.old
            )));
        }
        let length = text.len() - count * old.len() + count.saturating_mul(update.new.len());
        if length > MAX_TEXT {
            return Err(Refusal::invalid("The content of the page would be too long."));
        }
        text = text.replace(old, &update.new);
    }
    Ok(text)
}

/// Finds `first words...last words`, from the beginning of these to the end of those; or a text without dots as it is.
fn select(text: &str, selection: &str) -> Result<Range<usize>, Refusal> {
    let selection = &*markdown::steady(selection);
    let (start, end) = selection.split_once(ELLIPSIS).unwrap_or((selection, selection));
    let as_it_is = || text.find(selection).map(|at| at..at + selection.len());
    let between = || {
        let from = text.find(start)?;
        let inner = from + start.len();
        let to = text[inner..].find(end)?;
        Some(from..inner + to + end.len())
    };
    let found = match selection.is_empty() || (start.is_empty() && end.is_empty()) {
        true => None,
        false => as_it_is().or_else(|| between().filter(|_| selection.contains(ELLIPSIS))),
    };
    found.ok_or_else(|| {
        Refusal::invalid(format!(
            "String not found: <pattern>{start}{ELLIPSIS}{end}</pattern> in current version of the page"
        ))
    })
}

/// The block whose own lines a place of the text is in, or else the last one before it.
fn block_at(written: &Written, at: usize) -> Option<Uuid> {
    let found = written.places.iter().filter(|(_, range)| range.start < at);
    found.max_by_key(|(_, range)| range.start).map(|(id, _)| *id)
}

/// Puts blocks behind another one, wherever that is. Gives them back if it is nowhere.
fn insert_after(nodes: &mut Vec<Node>, id: Uuid, mut new: Vec<Node>) -> Option<Vec<Node>> {
    if let Some(at) = nodes.iter().position(|node| node.id == Some(id)) {
        nodes.splice(at + 1..at + 1, new);
        return None;
    }
    for node in nodes {
        new = insert_after(&mut node.children, id, new)?;
    }
    Some(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# One\n- a\n\t- b\n- c\nend";

    /// The page with ids from 1 in the order of the lines.
    fn page() -> Vec<Node> {
        fn name(nodes: &mut [Node], next: &mut u128) {
            for node in nodes {
                *next += 1;
                node.id = Some(Uuid::from_u128(*next));
                name(&mut node.children, next);
            }
        }
        let mut nodes = markdown::read(PAGE);
        name(&mut nodes, &mut 0);
        nodes
    }

    fn edited(edit: &Edit) -> Result<String, String> {
        let style = Style::default();
        let after = edit.apply(&page(), style).map_err(|refusal| refusal.message)?;
        Ok(markdown::write(&after, style).text)
    }

    fn update(updates: &[(&str, &str, bool)]) -> Result<String, String> {
        let updates = updates.iter().map(|(old, new, all)| Update {
            old: (*old).to_owned(),
            new: (*new).to_owned(),
            all: *all,
        });
        edited(&Edit::Update(updates.collect()))
    }

    #[test]
    fn texts_are_replaced_where_they_are_once() {
        assert_eq!(
            update(&[("a\n", "x\n", false)]).as_deref(),
            Ok("# One\n- x\n\t- b\n- c\nend")
        );
        assert_eq!(
            update(&[("- ", "1. ", true)]).as_deref(),
            Ok("# One\n1. a\n\t1. b\n2. c\nend")
        );
        assert_eq!(
            update(&[("\nend", "", false)]).as_deref(),
            Ok("# One\n- a\n\t- b\n- c")
        );
        assert_eq!(
            update(&[("a", "b\n- z", false), ("z", "y", false)]).as_deref(),
            Ok("# One\n- b\n- y\n\t- b\n- c\nend")
        );
        assert_eq!(update(&[]).as_deref(), Ok(PAGE));
        for (updates, message) in [
            (
                &[("\nend", "", false), ("nowhere", "", true)][..],
                "No matches found",
            ),
            (&[("", "x", true)], "No matches found"),
            (&[("A", "", false)], "No matches found"),
            (&[("- ", "", false)], "Multiple matches found"),
            (&[("n", "x", false)], "Multiple matches found"),
        ] {
            let refusal = update(updates).expect_err("a refusal");
            assert!(refusal.starts_with(message), "{refusal}");
        }
        let everywhere = Update {
            old: "a".to_owned(),
            new: "x".repeat(MAX_TEXT / 3),
            all: true,
        };
        assert!(super::update("aaaa".to_owned(), &[everywhere]).is_err());
    }

    #[test]
    fn selections_have_two_ends() {
        let insert = |at: Target| {
            let content = "new\n\nblocks".to_owned();
            edited(&Edit::Insert { content, at })
        };
        let after = |selection: &str| insert(Target::After(selection.to_owned()));
        assert_eq!(
            insert(Target::Start).as_deref(),
            Ok("new\nblocks\n# One\n- a\n\t- b\n- c\nend")
        );
        assert_eq!(
            insert(Target::End).as_deref(),
            Ok("# One\n- a\n\t- b\n- c\nend\nnew\nblocks")
        );
        assert_eq!(
            after("On").as_deref(),
            Ok("# One\nnew\nblocks\n- a\n\t- b\n- c\nend")
        );
        assert_eq!(
            after("One...b").as_deref(),
            Ok("# One\n- a\n\t- b\n\tnew\n\tblocks\n- c\nend")
        );
        assert_eq!(
            after("One...end").as_deref(),
            Ok("# One\n- a\n\t- b\n- c\nend\nnew\nblocks")
        );
        let range = |selection: &str| {
            edited(&Edit::ReplaceRange {
                content: "x".to_owned(),
                selection: selection.to_owned(),
            })
        };
        assert_eq!(range("- a...c").as_deref(), Ok("# One\nx\nend"));
        assert_eq!(range("One").as_deref(), Ok("# x\n- a\n\t- b\n- c\nend"));
        assert_eq!(range("- a...").as_deref(), Ok("# One\nx\n\t- b\n- c\nend"));
        for selection in ["", "...", "full_page", "c...a"] {
            let refusal = range(selection).expect_err("a refusal");
            assert!(refusal.starts_with("String not found: <pattern>"), "{refusal}");
        }
        let refusal = range("2:5").expect_err("a refusal");
        assert_eq!(
            refusal,
            "String not found: <pattern>2:5...2:5</pattern> in current version of the page"
        );
    }
}
