//! Text with its formatting, links, mentions and equations.

mod look;
mod markdown;
mod mention;
mod read;
mod span;
#[cfg(test)]
mod tests;
mod write;

use std::borrow::Cow;
use std::{fmt, slice, vec};

use notion_schema::Kind as SchemaKind;
use notion_schema::json::{Reader, Writer};

use super::text::read_any;
use super::{DateOrRange, HasKind, Property, ReadError, UserRef, WritableProperty, WriteError};
use crate::id::{DatabaseId, PageId};
use crate::kind;

pub use look::{Annotations, TextColor};
pub use mention::{Mention, TemplateMention};
pub use span::{Span, SpanContent};

/// The value of a title or rich text property, with its formatting, links, mentions and equations.
///
/// ```
/// use notion_core::RichText;
///
/// let text = RichText::new()
///     .text("See the ")
///     .link("notes", "https://example.com/notes")
///     .text(" on ")
///     .bold("energy")
///     .text(": ")
///     .equation("E=mc^2");
/// assert_eq!(text.plain_text(), "See the notes on energy: E=mc^2");
/// assert_eq!(text.to_markdown(), "See the [notes](https://example.com/notes) on **energy**: $E=mc^2$");
/// assert_eq!(RichText::from_markdown(&text.to_markdown()), text);
/// ```
///
/// It is a list of [`Span`]s. Where one ends and the next begins, Notion does not keep, unless they differ in more than their
/// words: so no span here is empty, and neighbours that look alike are one.
///
/// An empty value is empty text; in an `Option` it is `None`.
///
/// # What is kept
///
/// Reading keeps all that Notion says. Writing sends what Notion takes, in its form for requests: what was read and is written
/// is the same text again. There are spans that Notion shows and does not take: previews of links, and kinds of mentions and
/// items that came after this version. Text with one of them is refused when it is written, since plain text in its place
/// would be a loss that nobody asked for; [`into_writable`](RichText::into_writable) asks for it.
///
/// # Limits
///
/// Text is split where Notion wants it to be, at 2,000 characters. More than 100 pieces, equations of more than 1,000
/// characters and links of more than 2,000 are refused before anything is sent.
///
/// Source: <https://developers.notion.com/reference/rich-text>, <https://developers.notion.com/reference/request-limits>.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct RichText {
    spans: Vec<Span>,
}

impl RichText {
    /// Empty text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads inline Markdown: bold, italics, strikethrough, code, links, equations, and Notion's tags for underlined and
    /// coloured text and for mentions.
    ///
    /// ```
    /// use notion_core::{RichText, TextColor};
    ///
    /// let text = RichText::from_markdown(r#"**Due** <span color="red">_today_</span>, see `main.rs`"#);
    /// assert_eq!(text.plain_text(), "Due today, see main.rs");
    /// assert_eq!(text.spans()[2].annotations.color, TextColor::Red);
    /// ```
    ///
    /// Any text is such Markdown: what does not form a whole is text, and nothing is left out. Blocks (headings, lists, …)
    /// mean nothing here, and line breaks are kept.
    ///
    /// | | read | written by [`to_markdown`](RichText::to_markdown) |
    /// |---|---|---|
    /// | bold | `**…**`, `__…__`, `<b>…</b>` | `**…**`, or `<b>…</b>` where stars would not do |
    /// | italic | `*…*`, `_…_`, `<i>…</i>` | `*…*`, or `<i>…</i>` |
    /// | struck through | `~~…~~`, `~…~`, `<s>…</s>` | `~~…~~`, or `<s>…</s>` |
    /// | underlined | `<span underline="true">…</span>`, `<u>…</u>` | `<span underline="true">…</span>` |
    /// | coloured | `<span color="red">`, `<span color="red_bg">` | the same |
    /// | code | `` `…` `` with any number of backticks, `<code>…</code>` | `` `…` `` |
    /// | link | `[…](…)`, `[…](<…>)`, `<https://…>` | `[…](…)` |
    /// | equation | `$…$`, `` $`…`$ `` | the same |
    /// | person | `<mention-user url="user://…"/>` | the same |
    /// | page, database | `<mention-page url="…"/>`, `<mention-database url="…"/>` | the same |
    /// | date | `<mention-date start="…" …/>` | the same |
    /// | line break | `<br>`, a backslash at the end of a line, a line break | `<br>` |
    ///
    /// These are the signs and tags of Notion's
    /// [enhanced Markdown](https://developers.notion.com/guides/data-apis/enhanced-markdown), and those of
    /// [its successor](https://developers.notion.com/guides/data-apis/notion-flavored-markdown) are read as well.
    #[must_use]
    pub fn from_markdown(markdown: &str) -> Self {
        markdown::read(markdown)
    }

    /// The text as inline Markdown, as the table at [`from_markdown`](RichText::from_markdown) says.
    ///
    /// [`from_markdown`](RichText::from_markdown) makes the same text of it, if all of its spans are text and equations. Of
    /// a mention the id is kept, so that Notion fills in the rest; mentions for which there is no tag become links or text.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        markdown::write(self)
    }

    /// The spans, of which none is empty, and no two neighbours are text that looks alike.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The text without its formatting: what a `String` field would hold.
    #[must_use]
    pub fn plain_text(&self) -> String {
        self.to_string()
    }

    /// Adds a span to the end.
    pub fn push(&mut self, span: impl Into<Span>) {
        let span = span.into();
        if span.is_empty() {
            return;
        }
        let rest = match self.spans.last_mut() {
            Some(last) => last.join(span),
            None => Some(span),
        };
        self.spans.extend(rest);
    }

    /// Goes on with a span.
    #[must_use]
    pub fn span(mut self, span: impl Into<Span>) -> Self {
        self.push(span);
        self
    }

    /// Goes on with text without a format.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.span(Span::text(text))
    }

    /// Goes on with bold text.
    #[must_use]
    pub fn bold(self, text: impl Into<String>) -> Self {
        self.span(Span::text(text).bold())
    }

    /// Goes on with text in italics.
    #[must_use]
    pub fn italic(self, text: impl Into<String>) -> Self {
        self.span(Span::text(text).italic())
    }

    /// Goes on with code.
    #[must_use]
    pub fn code(self, text: impl Into<String>) -> Self {
        self.span(Span::text(text).code())
    }

    /// Goes on with text that is a link.
    #[must_use]
    pub fn link(self, text: impl Into<String>, url: impl Into<String>) -> Self {
        self.span(Span::text(text).link(url))
    }

    /// Goes on with an equation, in LaTeX.
    #[must_use]
    pub fn equation(self, expression: impl Into<String>) -> Self {
        self.span(Span::equation(expression))
    }

    /// Goes on with the name of a person, whom Notion tells of it.
    #[must_use]
    pub fn mention_user(self, user: impl Into<UserRef>) -> Self {
        self.span(Span::mention(user.into()))
    }

    /// Goes on with the title of a page.
    #[must_use]
    pub fn mention_page(self, page: impl Into<PageId>) -> Self {
        self.span(Span::mention(page.into()))
    }

    /// Goes on with the title of a database.
    #[must_use]
    pub fn mention_database(self, database: DatabaseId) -> Self {
        self.span(Span::mention(database))
    }

    /// Goes on with a date.
    #[must_use]
    pub fn mention_date(self, date: impl Into<DateOrRange>) -> Self {
        self.span(Span::mention(date.into()))
    }

    /// The same text, with spans that Notion shows but does not take (previews of links, what came after this version)
    /// replaced by linked text.
    ///
    /// ```
    /// use notion_core::{AnyRow, RichText, kind};
    ///
    /// let row = AnyRow::from_json(r#"{
    ///     "object": "page", "id": "b55c9c91-384d-452b-81db-d1ef79372b75", "created_time": "2026-11-20T09:00:00.000Z",
    ///     "properties": {"Note": {"id": "n", "type": "rich_text", "rich_text": [{
    ///         "type": "mention", "plain_text": "A pull request", "href": "https://example.com/1",
    ///         "mention": {"type": "link_preview", "link_preview": {"url": "https://example.com/1"}}
    ///     }]}}
    /// }"#)?;
    /// let note: RichText = row.read::<kind::RichText, _>("Note")?;
    /// assert_eq!(note.into_writable(), RichText::new().link("A pull request", "https://example.com/1"));
    /// # Ok::<(), notion_core::Error>(())
    /// ```
    #[must_use]
    pub fn into_writable(self) -> Self {
        self.spans.into_iter().map(Span::into_writable).collect()
    }

    fn read_items(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        self.spans.clear();
        json.begin_array()?;
        while json.element()? {
            self.push(read::span(json)?);
        }
        Ok(())
    }
}

/// The text without its formatting.
impl fmt::Display for RichText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spans
            .iter()
            .try_for_each(|span| f.write_str(&span.plain_text()))
    }
}

impl<T: Into<Span>> From<T> for RichText {
    fn from(span: T) -> Self {
        Self::new().span(span)
    }
}

impl From<&String> for RichText {
    fn from(text: &String) -> Self {
        Self::new().text(text)
    }
}

impl From<Cow<'_, str>> for RichText {
    fn from(text: Cow<'_, str>) -> Self {
        Self::new().text(text)
    }
}

impl<T: Into<Span>> Extend<T> for RichText {
    fn extend<I: IntoIterator<Item = T>>(&mut self, spans: I) {
        for span in spans {
            self.push(span);
        }
    }
}

impl<T: Into<Span>> FromIterator<T> for RichText {
    fn from_iter<I: IntoIterator<Item = T>>(spans: I) -> Self {
        let mut text = Self::new();
        text.extend(spans);
        text
    }
}

impl IntoIterator for RichText {
    type Item = Span;
    type IntoIter = vec::IntoIter<Span>;

    fn into_iter(self) -> Self::IntoIter {
        self.spans.into_iter()
    }
}

impl<'a> IntoIterator for &'a RichText {
    type Item = &'a Span;
    type IntoIter = slice::Iter<'a, Span>;

    fn into_iter(self) -> Self::IntoIter {
        self.spans.iter()
    }
}

macro_rules! kinds {
    ($($kind:ident)*) => {$(
        impl Property<kind::$kind> for RichText {
            type Operand = String;

            fn blank() -> Self {
                Self::new()
            }

            fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
                self.read_items(json)
            }

            fn read_kind(&mut self, kind: SchemaKind, json: &mut Reader<'_>) -> Option<Result<(), ReadError>> {
                if matches!(kind, SchemaKind::Title | SchemaKind::RichText) {
                    return Some(self.read_items(json));
                }
                read_any(self, kind, json)
            }
        }

        impl WritableProperty<kind::$kind> for RichText {
            fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
                write::spans(&self.spans, json)
            }
        }
    )*};
}

kinds! { Title RichText }

impl HasKind for RichText {
    type Kind = kind::RichText;
}
