/// The candidate that `name` was most likely meant to be, if one is near.
///
/// ```
/// assert_eq!(notion_schema::nearest("due dat", ["Name", "Due Date"]), Some("Due Date"));
/// assert_eq!(notion_schema::nearest("Price", ["Name", "Due Date"]), None);
/// ```
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(name);
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&folded, &fold(candidate)), candidate))
        .filter(|(likeness, _)| *likeness >= 0.84)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// Case, spaces and punctuation are what people most often get wrong.
fn fold(name: &str) -> String {
    let folded: String = name
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    if folded.is_empty() {
        name.to_owned()
    } else {
        folded
    }
}
