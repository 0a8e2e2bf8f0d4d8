use super::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::html::escape;

impl Connection {
    /// A link that begins a flow, as HTML, for a page of your own: to the route that starts one, or to
    /// [`Pending::url`](crate::Pending::url).
    ///
    /// Nothing in `href` or `text` can break out of it. Its class is `add-to-notion`, to give it the look of a button.
    /// Robots are asked not to follow it.
    ///
    /// ```
    /// use notion_oauth::Connection;
    ///
    /// let link = Connection::add_to_notion_link("/notion/start?return_to=/a&b", "Add to Notion")?;
    /// assert_eq!(
    ///     link,
    ///     r#"<a class="add-to-notion" href="/notion/start?return_to=/a&amp;b" rel="nofollow noreferrer">Add to Notion</a>"#
    /// );
    /// # Ok::<(), notion_oauth::Error>(())
    /// ```
    ///
    /// # Errors
    /// When `href` is neither a path of your site nor an address with `https` or `http`: a browser would run a
    /// `javascript:` one.
    pub fn add_to_notion_link(href: &str, text: &str) -> Result<String> {
        let href = href.trim();
        let starts_with = |prefix: &str| {
            href.get(..prefix.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        };
        let is_path = href.starts_with('/') && !href.starts_with("//") && !href.starts_with("/\\");
        if !(is_path || starts_with("https://") || starts_with("http://")) {
            return Err(Error::new(
                ErrorKind::Configuration,
                "a link to Notion needs a path that begins with `/`, or an address with `https`",
            ));
        }
        Ok(format!(
            r#"<a class="add-to-notion" href="{}" rel="nofollow noreferrer">{}</a>"#,
            escape(href),
            escape(text)
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s004_5_t20_nothing_breaks_out_of_the_link() {
        let plain = Connection::add_to_notion_link("/start", "Add").unwrap();
        let count = |html: &str, c: char| html.matches(c).count();
        for evil in ["\"><script>", "' onclick='x", "</a><h1>", "\r\nX: y", "\u{0}"] {
            for html in [
                Connection::add_to_notion_link(&format!("/{evil}"), "Add").unwrap(),
                Connection::add_to_notion_link("/start", evil).unwrap(),
            ] {
                for c in ['<', '>', '"'] {
                    assert_eq!(count(&html, c), count(&plain, c), "{html}");
                }
                assert!(!html.contains(['\r', '\n', '\0']), "{html}");
            }
        }
        for href in [
            "",
            "start",
            "javascript:alert(1)",
            " JavaScript:alert(1)",
            "java\tscript:alert(1)",
            "data:text/html,x",
            "//evil.example",
            "/\\evil.example",
        ] {
            assert!(Connection::add_to_notion_link(href, "Add").is_err(), "{href}");
        }
    }
}
