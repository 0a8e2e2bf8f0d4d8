//! Whether a page shows less of a value than there is.

use std::collections::HashSet;

use notion_schema::Cut;
use notion_schema::json::{self, Reader};

use super::typed;

/// No reference is shorter: `{"object":"user","id":"…"}` is the shortest.
const MIN_REFERENCE: usize = 60;

/// Whether a value of that many bytes can be cut without saying so.
pub(crate) fn is_long_enough(cut: Cut, bytes: usize) -> bool {
    match cut {
        Cut::Silent | Cut::Mentions => bytes > Cut::SHOWN * MIN_REFERENCE,
        Cut::Related => true,
        _ => false,
    }
}

/// Whether there may be more of a value, although nothing beside it says so.
pub(crate) fn is_cut(cut: Cut, value: &str) -> Result<bool, json::Error> {
    let mut json = Reader::new(value);
    Ok(match cut {
        // As many as that may be all of them, or not.
        Cut::Silent => count(&mut json)? >= Cut::SHOWN,
        Cut::Mentions => mentioned(&mut json)? > Cut::SHOWN,
        Cut::Related => typed(&mut json, |result, json| match result {
            "array" => Ok(count(json)? >= Cut::SHOWN),
            result => json.skip().map(|()| result == "incomplete"),
        })?,
        _ => false,
    })
}

/// Counts the elements of a list.
fn count(json: &mut Reader<'_>) -> Result<usize, json::Error> {
    let mut count = 0;
    json.begin_array()?;
    while json.element()? {
        json.skip()?;
        count += 1;
    }
    Ok(count)
}

/// Counts what a text mentions, each thing once: Notion shows the name of one as often as it is mentioned.
fn mentioned(json: &mut Reader<'_>) -> Result<usize, json::Error> {
    let mut mentioned = HashSet::new();
    json.begin_array()?;
    while json.element()? {
        let mut likely = ["type", "mention"].iter();
        json.begin_object()?;
        while let Some(key) = json.key_like(&mut likely)? {
            if key == "mention" {
                mentioned.insert(json.raw()?);
            } else {
                json.skip()?;
            }
        }
    }
    Ok(mentioned.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(element: &str, count: usize) -> String {
        format!("[{}]", vec![element; count].join(","))
    }

    #[test]
    fn people_may_be_cut_at_25() {
        let user = r#"{"object":"user","id":"b55c9c91-384d-452b-81db-d1ef79372b75"}"#;
        assert_eq!(is_cut(Cut::Silent, &list(user, 24)), Ok(false));
        assert_eq!(is_cut(Cut::Silent, &list(user, 25)), Ok(true));
        assert!(is_long_enough(Cut::Silent, list(user, 25).len()));
        assert!(!is_long_enough(Cut::Silent, list(user, 20).len()));
    }

    #[test]
    fn text_is_cut_behind_25_different_mentions() {
        let mention = |id: usize| {
            format!(
                r#"{{"type":"mention","mention":{{"type":"page","page":{{"id":"{id}"}}}},"plain_text":"Untitled"}}"#
            )
        };
        let mentions = |count| {
            let mentions: Vec<_> = (0..count).map(mention).collect();
            format!("[{}]", mentions.join(","))
        };
        assert_eq!(is_cut(Cut::Mentions, &mentions(25)), Ok(false));
        assert_eq!(is_cut(Cut::Mentions, &mentions(26)), Ok(true));
        assert_eq!(is_cut(Cut::Mentions, &list(&mention(1), 100)), Ok(false));
        let text = r#"{"type":"text","text":{"content":"\"mention\":1"},"plain_text":"\"mention\":1"}"#;
        assert_eq!(is_cut(Cut::Mentions, &list(text, 100)), Ok(false));
        let mixed = format!("[{text},{}", &mentions(26)[1..]);
        assert_eq!(is_cut(Cut::Mentions, &mixed), Ok(true));
    }

    #[test]
    fn a_rollup_may_be_cut_at_25_elements_or_say_that_it_is() {
        let array = |count| {
            format!(
                r#"{{"type":"array","array":{},"function":"show_original"}}"#,
                list(r#"{"type":"number","number":1}"#, count)
            )
        };
        assert_eq!(is_cut(Cut::Related, &array(24)), Ok(false));
        assert_eq!(is_cut(Cut::Related, &array(25)), Ok(true));
        assert_eq!(
            is_cut(Cut::Related, r#"{"type":"incomplete","incomplete":{}}"#),
            Ok(true)
        );
        assert_eq!(
            is_cut(Cut::Related, r#"{"type":"number","number":25}"#),
            Ok(false)
        );
        assert!(is_cut(Cut::Related, "[]").is_err());
    }

    #[test]
    fn other_values_are_whole() {
        assert_eq!(is_cut(Cut::Never, "{}"), Ok(false));
        assert_eq!(is_cut(Cut::Marked, &list("{}", 25)), Ok(false));
        assert!(!is_long_enough(Cut::Never, 100_000) && !is_long_enough(Cut::Marked, 100_000));
    }
}
