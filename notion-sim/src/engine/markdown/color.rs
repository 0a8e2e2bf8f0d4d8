//! Colours: `gray_background` in JSON is `gray_bg` in text.

use crate::engine::color::TEXT_COLORS;

/// How backgrounds end in JSON.
const LONG: &str = "_background";
/// How backgrounds end in text.
const SHORT: &str = "_bg";

/// The colour that a text names. The long form of backgrounds is understood too.
pub(super) fn read(text: &str) -> Option<String> {
    let color = match text.strip_suffix(SHORT) {
        Some(name) => format!("{name}{LONG}"),
        None => text.to_owned(),
    };
    TEXT_COLORS.contains(&color.as_str()).then_some(color)
}

/// The colour as text names it.
pub(super) fn write(color: &str) -> String {
    match color.strip_suffix(LONG) {
        Some(name) => format!("{name}{SHORT}"),
        None => color.to_owned(),
    }
}
