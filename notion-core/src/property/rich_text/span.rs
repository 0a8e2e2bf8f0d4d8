use std::borrow::Cow;

use super::look::{Annotations, TextColor};
use super::mention::Mention;

/// A piece of a [`RichText`](super::RichText): text in one format, a mention, or an equation.
///
/// ```
/// use notion_core::{Span, TextColor};
///
/// let span = Span::text("late").bold().color(TextColor::Red);
/// assert!(span.annotations.bold);
/// assert_eq!(span.plain_text(), "late");
/// ```
///
/// Source: <https://developers.notion.com/reference/rich-text>.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Span {
    /// What it is.
    pub content: SpanContent,
    /// What it looks like.
    pub annotations: Annotations,
    /// What Notion shows, where that is not the content itself.
    pub(super) shown: Option<Box<str>>,
    /// Where it leads to, where that is not the link itself.
    pub(super) href: Option<Box<str>>,
}

/// What a [`Span`] is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SpanContent {
    /// Text.
    #[non_exhaustive]
    Text {
        /// The text.
        text: String,
        /// The URL that it is a link to.
        link: Option<String>,
    },
    /// Something that Notion knows, by its current name.
    Mention(Mention),
    /// An equation, in LaTeX.
    Equation(String),
    /// A kind of item that this version does not know, as Notion's JSON: it is read, and not written.
    Other(Box<str>),
}

impl Span {
    /// Text without a format.
    pub fn text(text: impl Into<String>) -> Self {
        Self::from(SpanContent::Text {
            text: text.into(),
            link: None,
        })
    }

    /// An equation, in LaTeX: `E=mc^2`.
    pub fn equation(expression: impl Into<String>) -> Self {
        Self::from(SpanContent::Equation(expression.into()))
    }

    /// A mention of something that Notion knows.
    pub fn mention(mention: impl Into<Mention>) -> Self {
        Self::from(SpanContent::Mention(mention.into()))
    }

    /// The same span in bold.
    #[must_use]
    pub fn bold(mut self) -> Self {
        self.annotations.bold = true;
        self
    }

    /// The same span in italics.
    #[must_use]
    pub fn italic(mut self) -> Self {
        self.annotations.italic = true;
        self
    }

    /// The same span, struck through.
    #[must_use]
    pub fn strikethrough(mut self) -> Self {
        self.annotations.strikethrough = true;
        self
    }

    /// The same span, underlined.
    #[must_use]
    pub fn underline(mut self) -> Self {
        self.annotations.underline = true;
        self
    }

    /// The same span as code.
    #[must_use]
    pub fn code(mut self) -> Self {
        self.annotations.code = true;
        self
    }

    /// The same span in a colour.
    #[must_use]
    pub fn color(mut self, color: TextColor) -> Self {
        self.annotations.color = color;
        self
    }

    /// The same text as a link. Only text can be one: other spans stay as they are.
    #[must_use]
    pub fn link(mut self, url: impl Into<String>) -> Self {
        if let SpanContent::Text { link, .. } = &mut self.content {
            *link = Some(url.into());
        }
        self
    }

    /// What it reads like: the text, the expression of an equation, or what Notion shows for a mention.
    ///
    /// A mention that was not read from Notion has no such text yet; its id or date stands in for it.
    #[must_use]
    pub fn plain_text(&self) -> Cow<'_, str> {
        match (&self.shown, &self.content) {
            (Some(shown), _) => Cow::Borrowed(shown),
            (None, SpanContent::Text { text, .. }) => Cow::Borrowed(text),
            (None, SpanContent::Equation(expression)) => Cow::Borrowed(expression),
            (None, SpanContent::Mention(mention)) => Cow::Owned(mention.to_string()),
            (None, SpanContent::Other(_)) => Cow::Borrowed(""),
        }
    }

    /// Where it leads to: the link of text, or the address of a mentioned page.
    #[must_use]
    pub fn href(&self) -> Option<&str> {
        match (&self.href, &self.content) {
            (Some(href), _) => Some(href),
            (None, SpanContent::Text { link, .. }) => link.as_deref(),
            (None, SpanContent::Mention(mention)) => mention.url(),
            (None, _) => None,
        }
    }

    /// The same span, or linked text in its place if Notion does not take such a span.
    pub(super) fn into_writable(self) -> Self {
        let is_writable = match &self.content {
            SpanContent::Text { .. } | SpanContent::Equation(_) => true,
            SpanContent::Mention(mention) => mention.is_writable(),
            SpanContent::Other(_) => false,
        };
        if is_writable { self } else { self.as_text() }
    }

    /// What it reads like, as linked text.
    pub(super) fn as_text(&self) -> Self {
        let content = SpanContent::Text {
            text: self.plain_text().into_owned(),
            link: self.href().map(str::to_owned),
        };
        Self {
            annotations: self.annotations.clone(),
            ..Self::from(content)
        }
    }

    /// Whether there is nothing to see.
    pub(super) fn is_empty(&self) -> bool {
        match &self.content {
            SpanContent::Text { text, .. } => text.is_empty() && self.shown.is_none(),
            SpanContent::Equation(expression) => expression.is_empty() && self.shown.is_none(),
            SpanContent::Mention(_) | SpanContent::Other(_) => false,
        }
    }

    /// Takes in text that differs in nothing but its words, or gives it back.
    pub(super) fn join(&mut self, next: Self) -> Option<Self> {
        if self.annotations == next.annotations
            && let (None, None) = (&self.shown, &next.shown)
            && self.href == next.href
            && let SpanContent::Text { text, link } = &mut self.content
            && let SpanContent::Text { text: more, link: to } = &next.content
            && link == to
        {
            text.push_str(more);
            return None;
        }
        Some(next)
    }
}

impl From<SpanContent> for Span {
    fn from(content: SpanContent) -> Self {
        Self {
            content,
            annotations: Annotations::default(),
            shown: None,
            href: None,
        }
    }
}

/// Text without a format.
impl From<&str> for Span {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

/// Text without a format.
impl From<String> for Span {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}
