use std::fmt;

use crate::id::{CustomEmojiId, DatabaseId, PageId};
use crate::property::{DateOrRange, UserRef};

/// What a [`Span`](super::Span) mentions.
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

    /// The address of what it leads to, if it says so itself.
    pub(super) fn url(&self) -> Option<&str> {
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
