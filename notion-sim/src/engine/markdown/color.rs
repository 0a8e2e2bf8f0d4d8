//! Colours: `gray_background` in JSON is `gray_bg` in text.

const NAMES: [&str; 10] = [
    "default", "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red",
];
/// How backgrounds end in JSON.
const LONG: &str = "_background";
/// How backgrounds end in text.
const SHORT: &str = "_bg";

/// The colour that a text names. The long form of backgrounds is understood too.
pub(super) fn read(text: &str) -> Option<String> {
    let known = |name: &str| NAMES.contains(&name);
    match text.strip_suffix(SHORT).or_else(|| text.strip_suffix(LONG)) {
        Some(name) => known(name).then(|| format!("{name}{LONG}")),
        None => known(text).then(|| text.to_owned()),
    }
}

/// The colour as text names it.
pub(super) fn write(color: &str) -> String {
    match color.strip_suffix(LONG) {
        Some(name) => format!("{name}{SHORT}"),
        None => color.to_owned(),
    }
}
