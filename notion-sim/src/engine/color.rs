//! The colours of options, texts, blocks and icons.

/// The colours an option can have.
pub(crate) const OPTION_COLORS: [&str; 10] = [
    "default", "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red",
];

/// The colours a text or a block can have.
pub(crate) const TEXT_COLORS: [&str; 20] = [
    "default",
    "gray",
    "brown",
    "orange",
    "yellow",
    "green",
    "blue",
    "purple",
    "pink",
    "red",
    "default_background",
    "gray_background",
    "brown_background",
    "orange_background",
    "yellow_background",
    "green_background",
    "blue_background",
    "purple_background",
    "pink_background",
    "red_background",
];

/// The colours of Notion's own icons.
pub(crate) const ICON_COLORS: [&str; 10] = [
    "gray",
    "lightgray",
    "brown",
    "yellow",
    "orange",
    "green",
    "blue",
    "purple",
    "pink",
    "red",
];

/// The colour of an option that a page write brought into being. Notion draws one at random; going round makes runs repeatable.
pub(crate) fn next(existing: usize) -> &'static str {
    OPTION_COLORS[1 + existing % (OPTION_COLORS.len() - 1)]
}
