use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
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

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                find(text).map(Self).ok_or_else(|| no_id(text, $object))
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
}

/// Finds the id of an object in what people copy out of Notion.
pub(crate) fn find(text: &str) -> Option<Uuid> {
    let text = text.trim();
    if let Ok(id) = Uuid::try_parse(text) {
        return Some(id);
    }
    // A page opened beside a database is `?p=`; `v` is the view, and the fragment a block.
    let url = url::Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https" | "notion"))?;
    let peek = url
        .query_pairs()
        .find(|(key, _)| key == "p")
        .map(|(_, page)| page.into_owned());
    let path = url
        .path_segments()
        .and_then(|mut segments| segments.rfind(|segment| !segment.is_empty()));
    peek.as_deref().or(path).and_then(at_the_end)
}

/// The id that ends a path segment such as `Weekly-plan-b55c9c91384d452b81dbd1ef79372b75`.
fn at_the_end(segment: &str) -> Option<Uuid> {
    let undashed: String = segment.chars().filter(|&c| c != '-').collect();
    let start = undashed.len().checked_sub(32)?;
    Uuid::try_parse(undashed.get(start..)?).ok()
}

fn no_id(text: &str, object: &str) -> Error {
    let shown: String = text.chars().take(80).collect();
    Error::new(
        ErrorKind::InvalidInput,
        format!("`{shown}` holds no id of a {object}"),
    )
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
            "https://app.notion.com/acme/c4a7b3d0e0b94b0b9f0c8c1e7a2d3f4a?v=1&p=b55c9c91384d452b81dbd1ef79372b75&pm=s",
            "notion://www.notion.so/acme/Tasks-b55c9c91384d452b81dbd1ef79372b75",
        ] {
            assert_eq!(find(text).map(|id| id.to_string()).as_deref(), Some(id), "{text}");
        }
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
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
