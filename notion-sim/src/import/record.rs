//! The objects a recording shows, and how each of them came to be known.

use indexmap::IndexMap;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::engine::id;

/// Objects by id, in the order in which they were found.
pub(super) type Records = IndexMap<Uuid, Record>;

/// One object as the workspace held it before the recording.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) kind: Kind,
    /// The object as the API returns it.
    pub(super) state: Map<String, Value>,
    pub(super) origin: Origin,
}

/// The kinds of objects a seed document lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    User,
    Page,
    Database,
    DataSource,
    Block,
    Comment,
    View,
    FileUpload,
    CustomEmoji,
}

/// How a state is known, from the least to the most certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// Nothing but the id and the kind is known.
    Stub,
    /// Worked out from other objects.
    Inferred,
    /// Taken from another recording.
    Borrowed,
    /// Seen first in the answer to a change of it.
    AfterWrite,
    /// Seen before anything changed it.
    Observed,
}

impl Kind {
    /// Every kind, in the order of a seed document.
    pub(super) const ALL: [Self; 9] = [
        Self::User,
        Self::Page,
        Self::Database,
        Self::DataSource,
        Self::Block,
        Self::Comment,
        Self::View,
        Self::FileUpload,
        Self::CustomEmoji,
    ];

    /// The value of `object`.
    pub(super) fn object(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Page => "page",
            Self::Database => "database",
            Self::DataSource => "data_source",
            Self::Block => "block",
            Self::Comment => "comment",
            Self::View => "view",
            Self::FileUpload => "file_upload",
            Self::CustomEmoji => "custom_emoji",
        }
    }

    /// The list of a seed document, which is also the first part of a path.
    pub(super) fn list(self) -> &'static str {
        match self {
            Self::User => "users",
            Self::Page => "pages",
            Self::Database => "databases",
            Self::DataSource => "data_sources",
            Self::Block => "blocks",
            Self::Comment => "comments",
            Self::View => "views",
            Self::FileUpload => "file_uploads",
            Self::CustomEmoji => "custom_emojis",
        }
    }

    /// Whether objects of this kind make up the tree of a workspace, so that others may be inside them.
    pub(super) fn is_container(self) -> bool {
        matches!(self, Self::Page | Self::Database | Self::DataSource | Self::Block)
    }

    /// Whether the id alone is enough to make an object that is good for something.
    pub(super) fn can_be_guessed(self) -> bool {
        self == Self::User || self.is_container()
    }

    /// The kind a value of `object` stands for.
    pub(super) fn of_object(object: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.object() == object)
    }

    /// The kind of the objects below a path.
    pub(super) fn of_path(segment: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.list() == segment)
    }

    /// The kind a key like `page_id` points at.
    pub(super) fn of_reference(key: &str) -> Option<Self> {
        match key {
            "page_id" => Some(Self::Page),
            "database_id" => Some(Self::Database),
            "data_source_id" => Some(Self::DataSource),
            "block_id" => Some(Self::Block),
            _ => None,
        }
    }

    /// The kind of what stands under a key as an object with an `id`: relations, mentions, people.
    pub(super) fn of_mention(key: &str) -> Option<Self> {
        match key {
            "relation" | "page" => Some(Self::Page),
            "database" => Some(Self::Database),
            "user" | "people" => Some(Self::User),
            _ => None,
        }
    }
}

impl Origin {
    /// The name in a seed document.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Stub => "stub",
            Self::Inferred => "inferred",
            Self::Borrowed => "borrowed",
            Self::AfterWrite => "after_write",
            Self::Observed => "observed",
        }
    }
}

/// Calls `visit` with every value of a document, outermost first, and the key it stands under. The items of a list stand
/// under the key of the list.
pub(super) fn walk<'a>(value: &'a Value, key: &'a str, visit: &mut impl FnMut(&'a str, &'a Value)) {
    visit(key, value);
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| walk(value, key, visit)),
        Value::Array(items) => items.iter().for_each(|item| walk(item, key, visit)),
        _ => {}
    }
}

/// The id in a text.
pub(super) fn as_id(value: &Value) -> Option<Uuid> {
    value.as_str().and_then(id::parse)
}

/// The object of the API that a value is, if it is one.
pub(super) fn as_object(value: &Value) -> Option<(Kind, Uuid, &Map<String, Value>)> {
    let map = value.as_object()?;
    let kind = Kind::of_object(map.get("object")?.as_str()?)?;
    Some((kind, as_id(map.get("id")?)?, map))
}

/// An object as it is kept. The id of the request that it was the answer to is not part of it.
pub(super) fn state_of(object: &Map<String, Value>) -> Map<String, Value> {
    let mut state = object.clone();
    state.shift_remove("request_id");
    state
}

/// Whether an object says more than which one it is. A list of views has only ids, and of what is restricted parts are
/// missing.
pub(super) fn is_whole(kind: Kind, object: &Map<String, Value>) -> bool {
    if kind.is_container() {
        return object.get("parent").is_some_and(Value::is_object);
    }
    let bare = ["object", "id", "request_id"];
    object.keys().any(|key| !bare.contains(&key.as_str()))
}

/// What an object is directly in. A row names its database as well; `type` says which one is the parent.
pub(super) fn parent_of(object: &Map<String, Value>) -> Option<(Kind, Uuid)> {
    let parent = object.get("parent")?;
    let references = parent.as_object()?.iter();
    let kind = parent.get("type").and_then(Value::as_str);
    references
        .filter(|(key, _)| kind.is_none_or(|kind| kind == key.as_str()))
        .find_map(|(key, value)| Some((Kind::of_reference(key)?, as_id(value)?)))
}
