//! The types of blocks that requests can make, and what they can say about each.

/// A type of block that requests can make.
#[derive(Debug, PartialEq)]
pub(super) struct BlockType {
    /// The wire name, which is also the key of the payload.
    pub(super) name: &'static str,
    /// The payload, in the order in which it reads back.
    pub(super) fields: &'static [Field],
    pub(super) children: Children,
    /// Whether a request can change blocks of this type.
    pub(super) fixed: bool,
}

/// A part of the payload.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Field {
    /// The keys of the payload that belong to it; more than one where it is one of several things.
    pub(super) keys: &'static [&'static str],
    pub(super) take: Take,
    pub(super) need: Need,
}

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Take {
    Text,
    Color,
    /// What a block has that is given none.
    Icon(Option<&'static str>),
    Flag,
    Language,
    Expression,
    Url,
    /// An external file or an upload.
    File,
    /// The name of the file.
    FileName,
    /// The share a column has in the width of its list.
    Ratio,
    /// The number of columns of a table.
    Width,
    /// One text per column of a table.
    Cells,
    /// The page, database or comment that is linked to.
    Target,
    /// The original of a synced block; `null` for the original itself.
    Source,
}

/// When a request must have a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Need {
    /// Whenever it says anything about the block.
    Always,
    /// When it makes the block.
    New,
    /// When it makes the block, and never again.
    Once,
    Never,
}

/// What a block can contain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Children {
    None,
    Any,
    /// Any, and a request that makes the block must have the list, if only an empty one.
    Listed,
    /// Blocks of one type, and at least so many of them.
    Only(&'static str, usize),
}

impl BlockType {
    /// The type with this name, if requests can make it.
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        TYPES.iter().find(|kind| kind.name == name)
    }

    /// The types that can stand where only so many levels of children are left.
    pub(super) fn within(levels: usize) -> impl Iterator<Item = &'static Self> {
        TYPES.iter().filter(move |kind| kind.levels() <= levels)
    }

    /// The types that can be changed.
    pub(super) fn changeable() -> impl Iterator<Item = &'static Self> {
        TYPES.iter().filter(|kind| !kind.fixed)
    }

    /// How many levels of children must be possible below a block of this type.
    pub(super) fn levels(&self) -> usize {
        match self.name {
            "column_list" | "column" => 2,
            "table" => 1,
            _ => 0,
        }
    }

    /// Whether it is a heading, which contains something only if it can be toggled.
    pub(super) fn is_heading(&self) -> bool {
        self.name.starts_with("heading_")
    }
}

impl Field {
    const fn new(keys: &'static [&'static str], take: Take, need: Need) -> Self {
        Self { keys, take, need }
    }
}

const TEXT: Field = Field::new(&["rich_text"], Take::Text, Need::Always);
const BODY: Field = Field::new(&["rich_text"], Take::Text, Need::New);
const CAPTION: Field = Field::new(&["caption"], Take::Text, Need::Never);
const COLOR: Field = Field::new(&["color"], Take::Color, Need::Never);
const URL: Field = Field::new(&["url"], Take::Url, Need::New);
const FILE: Field = Field::new(&["external", "file_upload"], Take::File, Need::New);

const HEADING: &[Field] = &[
    TEXT,
    Field::new(&["is_toggleable"], Take::Flag, Need::Never),
    COLOR,
];

const fn kind(name: &'static str, fields: &'static [Field], children: Children) -> BlockType {
    BlockType {
        name,
        fields,
        children,
        fixed: false,
    }
}

/// All types, in the order in which messages list them.
static TYPES: &[BlockType] = &[
    kind("embed", &[CAPTION, URL], Children::None),
    kind("bookmark", &[CAPTION, URL], Children::None),
    kind("image", &[CAPTION, FILE], Children::None),
    kind("video", &[CAPTION, FILE], Children::None),
    kind("pdf", &[CAPTION, FILE], Children::None),
    kind(
        "file",
        &[CAPTION, FILE, Field::new(&["name"], Take::FileName, Need::Never)],
        Children::None,
    ),
    kind("audio", &[CAPTION, FILE], Children::None),
    kind(
        "code",
        &[
            CAPTION,
            BODY,
            Field::new(&["language"], Take::Language, Need::New),
        ],
        Children::None,
    ),
    kind(
        "equation",
        &[Field::new(&["expression"], Take::Expression, Need::Always)],
        Children::None,
    ),
    kind("divider", &[], Children::None),
    kind("breadcrumb", &[], Children::None),
    kind("tab", &[], Children::Only("paragraph", 1)),
    kind("table_of_contents", &[COLOR], Children::None),
    kind(
        "link_to_page",
        &[Field::new(
            &["page_id", "database_id", "comment_id"],
            Take::Target,
            Need::Always,
        )],
        Children::None,
    ),
    kind(
        "table_row",
        &[Field::new(&["cells"], Take::Cells, Need::Always)],
        Children::None,
    ),
    kind(
        "table",
        &[
            Field::new(&["table_width"], Take::Width, Need::Once),
            Field::new(&["has_column_header"], Take::Flag, Need::Never),
            Field::new(&["has_row_header"], Take::Flag, Need::Never),
        ],
        Children::Only("table_row", 1),
    ),
    BlockType {
        fixed: true,
        ..kind("column_list", &[], Children::Only("column", 2))
    },
    kind(
        "column",
        &[Field::new(&["width_ratio"], Take::Ratio, Need::Never)],
        Children::Listed,
    ),
    kind("heading_1", HEADING, Children::Any),
    kind("heading_2", HEADING, Children::Any),
    kind("heading_3", HEADING, Children::Any),
    kind("heading_4", HEADING, Children::Any),
    kind(
        "paragraph",
        &[BODY, Field::new(&["icon"], Take::Icon(None), Need::Never), COLOR],
        Children::Any,
    ),
    kind("bulleted_list_item", &[TEXT, COLOR], Children::Any),
    kind("numbered_list_item", &[TEXT, COLOR], Children::Any),
    kind("quote", &[TEXT, COLOR], Children::Any),
    kind(
        "to_do",
        &[BODY, Field::new(&["checked"], Take::Flag, Need::Never), COLOR],
        Children::Any,
    ),
    kind("toggle", &[TEXT, COLOR], Children::Any),
    kind("template", &[TEXT], Children::Any),
    kind(
        "callout",
        &[
            BODY,
            Field::new(&["icon"], Take::Icon(Some("💡")), Need::Never),
            COLOR,
        ],
        Children::Any,
    ),
    kind(
        "synced_block",
        &[Field::new(&["synced_from"], Take::Source, Need::Always)],
        Children::Any,
    ),
];
