//! New blocks in a request: their shape, and the limits on them.

use serde_json::Value;

use super::content::{Content, Purpose};
use super::kind::{BlockType, Children};
use crate::refusal::Refusal;
use crate::validate::{self, Fields, Path};

/// How much a request can hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// How many levels of children there can be below the first blocks.
    pub(crate) levels: usize,
    /// How many blocks a list can have.
    pub(crate) list: usize,
    /// How many blocks there can be in all.
    pub(crate) total: usize,
    /// How many items a rich text can have.
    pub(crate) items: usize,
}

impl Limits {
    /// The limits on what clients send.
    pub(crate) const REQUEST: Self = Self {
        levels: 2,
        list: validate::MAX_ITEMS,
        total: 1000,
        items: validate::MAX_ITEMS,
    };

    /// What is read from Markdown is limited by the length of the text alone.
    pub(crate) const TEXT: Self = Self {
        levels: 200,
        list: usize::MAX,
        total: usize::MAX,
        items: usize::MAX,
    };
}

/// A block of a request whose shape is right.
#[derive(Debug, Clone)]
pub(crate) struct NewBlock {
    pub(super) kind: &'static BlockType,
    pub(super) content: Content,
    pub(super) children: Vec<NewBlock>,
    /// The place of the block in the request.
    pub(super) path: Path,
}

/// Checks the shape of a list of blocks, without looking at where they shall go.
pub(crate) fn check_children(value: &Value, path: &Path, limits: &Limits) -> Result<Vec<NewBlock>, Refusal> {
    let blocks = check_list(value, path, limits, limits.levels)?;
    let total = blocks.iter().map(NewBlock::count).sum();
    validate::at_most(path, total, limits.total)?;
    Ok(blocks)
}

fn check_list(value: &Value, path: &Path, limits: &Limits, levels: usize) -> Result<Vec<NewBlock>, Refusal> {
    let Some(items) = value.as_array() else {
        return Err(path.should("an array", Some(value)));
    };
    validate::at_most(path, items.len(), limits.list)?;
    items
        .iter()
        .enumerate()
        .map(|(at, item)| NewBlock::check(&Fields::of(item, path.at(at))?, limits, levels))
        .collect()
}

impl NewBlock {
    fn check(block: &Fields<'_>, limits: &Limits, levels: usize) -> Result<Self, Refusal> {
        let kind = find_type(block, || BlockType::within(levels))?;
        block.only(&["object", "type", kind.name])?;
        if let Some(object) = block.get("object").filter(|object| *object != "block") {
            return Err(block
                .place("object")
                .should("`\"block\"` or `undefined`", Some(object)));
        }
        let payload = block.object(kind.name)?;
        let content = Content::check(kind, &payload, Purpose::New { levels }, limits)?;
        // The columns of a list are no level of their own.
        let below = if kind.name == "column_list" {
            levels
        } else {
            levels.saturating_sub(1)
        };
        let place = payload.place("children");
        let least = match kind.children {
            Children::Listed => Some(0),
            Children::Only(_, least) => Some(least),
            Children::None | Children::Any => None,
        };
        let children = match (payload.get("children"), least.filter(|_| levels > 0)) {
            (Some(children), _) => check_list(children, &place, limits, below)?,
            (None, Some(_)) => return Err(place.should("defined", None)),
            (None, None) => Vec::new(),
        };
        if let Some(least) = least.filter(|least| levels > 0 && children.len() < *least) {
            let found = Value::from(children.len());
            return Err(place.key("length").should(&format!("≥ `{least}`"), Some(&found)));
        }
        Ok(Self {
            kind,
            content,
            children,
            path: block.path.clone(),
        })
    }

    fn count(&self) -> usize {
        1 + self.children.iter().map(Self::count).sum::<usize>()
    }
}

/// The type of which a request says something: the one it names, or else the one whose payload it has.
pub(super) fn find_type<T>(
    block: &Fields<'_>,
    possible: impl Fn() -> T,
) -> Result<&'static BlockType, Refusal>
where
    T: Iterator<Item = &'static BlockType>,
{
    let found = match block.get("type") {
        Some(named) => possible().find(|kind| named == kind.name),
        None => possible().find(|kind| block.get(kind.name).is_some()),
    };
    found.ok_or_else(|| {
        let places: Vec<Path> = possible().map(|kind| block.place(kind.name)).collect();
        validate::either(&places)
    })
}
