use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

use crate::error::{Error, ErrorKind};

/// Declares the id of one kind of object. All are UUIDs on the wire; the types keep them apart.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident, $object:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// Parses from every form in which Notion shows an id: dashed or not, in any case, or within a URL.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The id as a UUID.
            #[must_use]
            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                find_in(text, $object == "page").map(Self).ok_or_else(|| no_id(text, $object))
            }
        }

        impl TryFrom<&str> for $name {
            type Error = Error;

            fn try_from(text: &str) -> Result<Self, Error> {
                text.parse()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    )*};
}

ids! {
    /// The id of a page, which a row of a data source is.
    ///
    /// ```
    /// use notion_core::PageId;
    ///
    /// let id: PageId = "https://www.notion.so/acme/Fix-it-b55c9c91384d452b81dbd1ef79372b75?pvs=4".parse()?;
    /// assert_eq!(id, "B55C9C91-384D-452B-81DB-D1EF79372B75".parse()?);
    /// assert_eq!(id.to_string(), "b55c9c91-384d-452b-81db-d1ef79372b75");
    /// # Ok::<(), notion_core::Error>(())
    /// ```
    PageId, "page";
    /// The id of a database, the container of data sources.
    ///
    /// In a URL with `?v=`, the part behind that is the id of a view and is passed over.
    DatabaseId, "database";
    /// The id of a data source, the table of a database.
    DataSourceId, "data source";
    /// The id of a person or bot.
    UserId, "user";
    /// The id of a file that was uploaded through the API.
    FileUploadId, "file upload";
    /// The id of an emoji that people added to their workspace.
    CustomEmojiId, "custom emoji";
}

/// Finds the id of a database or data source in what people copy out of Notion.
pub(crate) fn find(text: &str) -> Option<Uuid> {
    find_in(text, false)
}

/// In a URL `v` names a view, the fragment a block, and `p` a page that is opened beside a database.
fn find_in(text: &str, is_page: bool) -> Option<Uuid> {
    let text = text.trim().trim_start_matches('<').trim_end_matches('>');
    let Some(url) = as_url(text) else {
        return at_the_end(text);
    };
    let peek = url
        .query_pairs()
        .find(|(key, _)| is_page && key == "p")
        .and_then(|(_, page)| at_the_end(&page));
    let path = || {
        let last = url.path_segments()?.rfind(|segment| !segment.is_empty())?;
        at_the_end(last)
    };
    peek.or_else(path)
}

/// The text as a link, which may have lost its scheme.
fn as_url(text: &str) -> Option<Url> {
    let with_scheme = if text.contains("://") || !text.contains('/') {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    let url = Url::parse(&with_scheme).ok()?;
    matches!(url.scheme(), "http" | "https" | "notion").then_some(url)
}

/// The id that ends a text such as `Weekly-plan-b55c9c91384d452b81dbd1ef79372b75`: dashed or not, and behind nothing but
/// a dash.
fn at_the_end(text: &str) -> Option<Uuid> {
    let id = |length: usize| {
        let (before, id) = text.split_at_checked(text.len().checked_sub(length)?)?;
        (before.is_empty() || before.ends_with('-')).then(|| Uuid::try_parse(id).ok())?
    };
    id(36).or_else(|| id(32))
}

fn no_id(text: &str, object: &str) -> Error {
    let shown: String = text.chars().take(80).collect();
    Error::new(ErrorKind::InvalidInput, format!("`{shown}` holds no {object} id"))
        .with_hint("Copy the link from Notion (••• → Copy link), or give the 32 digits of the id.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_ids_where_notion_shows_them() {
        let id = "b55c9c91-384d-452b-81db-d1ef79372b75";
        for text in [
            "b55c9c91-384d-452b-81db-d1ef79372b75",
            "b55c9c91384d452b81dbd1ef79372b75",
            " B55C9C91384D452B81DBD1EF79372B75\n",
            "https://www.notion.so/b55c9c91384d452b81dbd1ef79372b75?v=c4a7b3d0e0b94b0b9f0c8c1e7a2d3f4a",
            "https://www.notion.so/acme/Tasks-b55c9c91384d452b81dbd1ef79372b75",
            "https://www.notion.so/acme/b55c9c91-384d-452b-81db-d1ef79372b75/",
            "https://app.notion.com/p/A-title-b55c9c91384d452b81dbd1ef79372b75#c4a7b3d0e0b94b0b9f0c8c1e7a2d3f4a",
            "https://app.notion.com/acme/b55c9c91384d452b81dbd1ef79372b75?v=1&p=c4a7b3d0e0b94b0b9f0c8c1e7a2d3f4a&pm=s",
            "https://app.notion.com/acme/b55c9c91384d452b81dbd1ef79372b75?p=",
            "<https://www.notion.so/acme/b55c9c91384d452b81dbd1ef79372b75>",
            "www.notion.so/acme/Tasks-b55c9c91384d452b81dbd1ef79372b75",
            "Tasks-b55c9c91384d452b81dbd1ef79372b75",
            "https://www.notion.so/Tasks-b55c9c91-384d-452b-81db-d1ef79372b75",
            "notion://www.notion.so/acme/Tasks-b55c9c91384d452b81dbd1ef79372b75",
        ] {
            assert_eq!(find(text).map(|id| id.to_string()).as_deref(), Some(id), "{text}");
        }
    }

    #[test]
    fn a_page_beside_a_database_is_a_page() {
        let url = "https://app.notion.com/acme/c4a7b3d0e0b94b0b9f0c8c1e7a2d3f4a?v=1&p=b55c9c91384d452b81dbd1ef79372b75";
        assert_eq!(
            url.parse::<PageId>().unwrap().to_string(),
            "b55c9c91-384d-452b-81db-d1ef79372b75"
        );
        assert_eq!(
            url.parse::<DatabaseId>().unwrap().to_string(),
            "c4a7b3d0-e0b9-4b0b-9f0c-8c1e7a2d3f4a"
        );
    }

    #[test]
    fn finds_none_where_there_is_none() {
        for text in [
            "",
            "Tasks",
            "b55c9c91384d452b81dbd1ef79372b7",
            "https://www.notion.so/acme",
            "https://x.y/é-日本語",
            "{}",
            "https://github.com/a/b/commit/0123456789abcdef0123456789abcdef01234567",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
