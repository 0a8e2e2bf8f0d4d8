//! The colours of options.

/// The colours an option can have.
pub(crate) const OPTION_COLORS: [&str; 10] = [
    "default", "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red",
];

/// The colour of an option that a page write brought into being. Notion draws one at random; going round makes runs repeatable.
pub(crate) fn next(existing: usize) -> &'static str {
    OPTION_COLORS[1 + existing % (OPTION_COLORS.len() - 1)]
}
