//! Search: titles only, any word counts, newest edit first.

use uuid::Uuid;

use super::access::Access;
use super::index::{Index, Known};
use super::workspace::Workspace;

/// What a search looks for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Search {
    pub(crate) query: String,
    /// Pages (`Some(true)`), data sources (`Some(false)`), or both.
    pub(crate) pages: Option<bool>,
    /// Only what is in the trash.
    pub(crate) in_trash: bool,
    pub(crate) oldest_first: bool,
}

/// The ids that are found, in the order of the answer.
pub(crate) fn run(workspace: &Workspace, access: &Access, index: &Index<'_>, search: &Search) -> Vec<Uuid> {
    let wanted = words(&search.query);
    let matches = |title: &str| wanted.is_empty() || shares_a_word(&wanted, &words(title));
    let mut found: Vec<(i64, u64, Uuid)> = Vec::new();
    if search.pages != Some(false) {
        for page in workspace.pages.values() {
            let now = Known {
                title: page.title_text(),
                in_trash: page.in_trash || workspace.trashed(page.id),
            };
            let fits = |known: Known| known.in_trash == search.in_trash && matches(&known.title);
            let known = index.look_up(page.id, page.created_time, now);
            if known.is_some_and(fits) && access.sees(workspace, page.id) {
                found.push((minute(page.last_edited_time), page.edited, page.id));
            }
        }
    }
    if search.pages != Some(true) {
        for source in workspace.data_sources.values() {
            let now = Known {
                title: source.title.text(),
                in_trash: workspace.trashed(source.id),
            };
            let fits = |known: Known| {
                let stale = !search.in_trash && source.still_indexed.holds(workspace.tick());
                (known.in_trash == search.in_trash || stale) && matches(&known.title)
            };
            let known = index.look_up(source.id, source.created_time, now);
            if known.is_some_and(fits) && access.sees(workspace, source.id) {
                found.push((minute(source.last_edited_time), source.edited, source.id));
            }
        }
    }
    found.sort_unstable_by(|a, b| b.cmp(a));
    if search.oldest_first {
        found.reverse();
    }
    found.into_iter().map(|(_, _, id)| id).collect()
}

fn minute(at: jiff::Timestamp) -> i64 {
    at.as_second().div_euclid(60)
}

fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Any word of one is the beginning of any word of the other, whichever is longer.
fn shares_a_word(wanted: &[String], title: &[String]) -> bool {
    wanted.iter().any(|a| {
        title
            .iter()
            .any(|b| a.starts_with(b.as_str()) || b.starts_with(a.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_word_counts_and_prefixes_work_both_ways() {
        let fits = |query: &str, title: &str| shares_a_word(&words(query), &words(title));
        assert!(fits("markdown test", "Tests"));
        assert!(fits("Tests", "test page"));
        assert!(!fits("contacts", "Tasks"));
    }
}
