use std::borrow::Cow;
use std::fmt;

use crate::id::{CustomEmojiId, DatabaseId, PageId};
use crate::property::{DateOrRange, UserRef};

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

/// What a [`Span`] mentions.
///
/// Source: <https://developers.notion.com/reference/rich-text#mention>.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mention {
    /// A person or bot. Notion tells them of it.
    User(UserRef),
    /// A date, which people see in their own words: `@Tomorrow`.
    Date(DateOrRange),
    /// A page.
    Page(PageId),
    /// A database.
    Database(DatabaseId),
    /// An emoji of the workspace.
    #[non_exhaustive]
    CustomEmoji {
        /// The id, which is all that a write needs.
        id: CustomEmojiId,
        /// The name that people gave it.
        name: Option<String>,
        /// The address of the picture.
        url: Option<String>,
    },
    /// What a template fills in when it is used.
    Template(TemplateMention),
    /// A preview of a page elsewhere. Notion makes it when a person pastes a link: it is read, and not written.
    #[non_exhaustive]
    LinkPreview {
        /// The address of that page.
        url: String,
    },
    /// A link that is shown as the title of its page. Notion makes it when a person pastes a link: it is read, and not
    /// written.
    #[non_exhaustive]
    LinkMention {
        /// The address of that page.
        href: String,
        /// All that Notion knows of the page (title, icon, …), as its JSON.
        json: Box<str>,
    },
    /// A kind of mention that this version does not know, as Notion's JSON: it is read, and not written.
    Other(Box<str>),
}

/// What a template fills in when it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TemplateMention {
    /// The day on which it is used.
    Today,
    /// The moment at which it is used.
    Now,
    /// The person who uses it.
    Me,
}

/// What a [`Span`] looks like.
///
/// Source: <https://developers.notion.com/reference/rich-text#the-annotation-object>.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are Notion's, and say all")]
pub struct Annotations {
    pub bold: bool,
    pub italic: bool,
    pub strikethrough: bool,
    pub underline: bool,
    pub code: bool,
    pub color: TextColor,
}

/// The colour of text, or of what is behind it.
///
/// ```
/// use notion_core::TextColor;
///
/// assert_eq!(TextColor::from_name("red_background"), TextColor::RedBackground);
/// assert_eq!(TextColor::from_name("teal").name(), "teal");
/// ```
///
/// Source: <https://developers.notion.com/reference/rich-text#the-annotation-object>.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are Notion's, and say all")]
pub enum TextColor {
    #[default]
    Default,
    Gray,
    Brown,
    Orange,
    Yellow,
    Green,
    Blue,
    Purple,
    Pink,
    Red,
    DefaultBackground,
    GrayBackground,
    BrownBackground,
    OrangeBackground,
    YellowBackground,
    GreenBackground,
    BlueBackground,
    PurpleBackground,
    PinkBackground,
    RedBackground,
    /// A colour that this version does not know, by its name in the API.
    Other(Box<str>),
}

/// The colours that have a name in this version.
const COLORS: [(TextColor, &str); 20] = [
    (TextColor::Default, "default"),
    (TextColor::Gray, "gray"),
    (TextColor::Brown, "brown"),
    (TextColor::Orange, "orange"),
    (TextColor::Yellow, "yellow"),
    (TextColor::Green, "green"),
    (TextColor::Blue, "blue"),
    (TextColor::Purple, "purple"),
    (TextColor::Pink, "pink"),
    (TextColor::Red, "red"),
    (TextColor::DefaultBackground, "default_background"),
    (TextColor::GrayBackground, "gray_background"),
    (TextColor::BrownBackground, "brown_background"),
    (TextColor::OrangeBackground, "orange_background"),
    (TextColor::YellowBackground, "yellow_background"),
    (TextColor::GreenBackground, "green_background"),
    (TextColor::BlueBackground, "blue_background"),
    (TextColor::PurpleBackground, "purple_background"),
    (TextColor::PinkBackground, "pink_background"),
    (TextColor::RedBackground, "red_background"),
];

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

macro_rules! mentions {
    ($($mentioned:ty => $mention:ident;)*) => {$(
        impl From<$mentioned> for Mention {
            fn from(mentioned: $mentioned) -> Self {
                Self::$mention(mentioned.into())
            }
        }
    )*};
}

mentions! {
    crate::UserId => User;
    UserRef => User;
    DateOrRange => Date;
    PageId => Page;
    DatabaseId => Database;
    TemplateMention => Template;
}

impl From<CustomEmojiId> for Mention {
    fn from(id: CustomEmojiId) -> Self {
        Self::CustomEmoji {
            id,
            name: None,
            url: None,
        }
    }
}

impl Mention {
    /// Whether Notion takes such a mention.
    pub(super) fn is_writable(&self) -> bool {
        !matches!(
            self,
            Self::LinkPreview { .. } | Self::LinkMention { .. } | Self::Other(_)
        )
    }

    fn url(&self) -> Option<&str> {
        match self {
            Self::LinkPreview { url } => Some(url),
            Self::LinkMention { href, .. } => Some(href),
            _ => None,
        }
    }
}

/// What it reads like as long as Notion has not said so.
impl fmt::Display for Mention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => match &user.name {
                Some(name) => write!(f, "@{name}"),
                None => write!(f, "@{}", user.id),
            },
            Self::Date(date) => date.fmt(f),
            Self::Page(id) => id.fmt(f),
            Self::Database(id) => id.fmt(f),
            Self::CustomEmoji { id, name, .. } => match name {
                Some(name) => write!(f, ":{name}:"),
                None => id.fmt(f),
            },
            Self::Template(TemplateMention::Today) => f.write_str("@Today"),
            Self::Template(TemplateMention::Now) => f.write_str("@Now"),
            Self::Template(TemplateMention::Me) => f.write_str("@Me"),
            Self::LinkPreview { url } | Self::LinkMention { href: url, .. } => f.write_str(url),
            Self::Other(_) => Ok(()),
        }
    }
}

impl Annotations {
    /// Whether it looks like any text.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

impl TextColor {
    /// The colour of that name in the API.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        COLORS
            .iter()
            .find(|(_, known)| *known == name)
            .map_or_else(|| Self::Other(name.into()), |(color, _)| color.clone())
    }

    /// What the API calls it: `red`, `red_background`.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Other(name) => name,
            known => COLORS
                .iter()
                .find(|(color, _)| color == known)
                .map_or("default", |(_, name)| name),
        }
    }
}
