use std::fmt;
use std::str::FromStr;

use notion_core::{DataSourceId, DatabaseId, PageId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::audit::hex;
use crate::error::{Error, ErrorKind, Result};

/// Declares an id. The types keep apart what is all text on the wire.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident, $what:literal, $normal:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// Takes an id, without white space at its ends.
            ///
            /// # Errors
            /// When it is empty, longer than 128 bytes, or holds a space, a colon or what is not ASCII.
            pub fn new(id: impl AsRef<str>) -> Result<Self> {
                plain(id.as_ref()).and_then($normal).map(Self).ok_or_else(|| no_id($what))
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Error;

            fn try_from(text: String) -> Result<Self> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
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
    /// Which connection: the OAuth client id of its Configuration tab. It is no secret, and is sent as it was given.
    ClientId, "client id", exact;
    /// Which installation of a connection: the bot that Notion made for one user in one workspace.
    ///
    /// A UUID may be dashed or not and in any case: it is the same id.
    ///
    /// ```
    /// use notion_oauth::BotId;
    ///
    /// let id = BotId::new("463558A3725E4F37B6D30889894F68DE")?;
    /// assert_eq!(id.as_str(), "463558a3-725e-4f37-b6d3-0889894f68de");
    /// # Ok::<(), notion_oauth::Error>(())
    /// ```
    BotId, "bot id", one_form;
    /// Which workspace. A UUID may be dashed or not and in any case: it is the same id.
    WorkspaceId, "workspace id", one_form;
    /// Which page, database or data source: a UUID, dashed or not and in any case.
    ///
    /// ```
    /// use notion_core::PageId;
    /// use notion_oauth::ResourceId;
    ///
    /// let page: PageId = "https://www.notion.so/acme/Plan-b55c9c91384d452b81dbd1ef79372b75".parse().unwrap();
    /// assert_eq!(ResourceId::from(page).as_str(), "b55c9c91-384d-452b-81db-d1ef79372b75");
    /// ```
    ResourceId, "id of a page or database", uuid;
    /// Which customer of the program: an id of the program's own, of up to 128 letters, digits and signs.
    TenantId, "tenant id", exact;
    /// Which flow: a digest of its state, which says nothing of the state and answers nothing. It may stand in an address,
    /// and [names](crate::Callback::flow_id) a flow whose [end](crate::Workspaces::ended) is to be shown.
    FlowId, "flow id", digest;
}

impl FlowId {
    pub(crate) fn of(digest: &[u8]) -> Self {
        Self(hex(digest).into())
    }
}

impl From<PageId> for ResourceId {
    fn from(id: PageId) -> Self {
        Self(id.to_string().into())
    }
}

impl From<DatabaseId> for ResourceId {
    fn from(id: DatabaseId) -> Self {
        Self(id.to_string().into())
    }
}

impl From<DataSourceId> for ResourceId {
    fn from(id: DataSourceId) -> Self {
        Self(id.to_string().into())
    }
}

/// A colon is refused because it would end the client id within Basic credentials.
fn plain(id: &str) -> Option<&str> {
    let id = id.trim();
    let is_plain = id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':');
    (!id.is_empty() && id.len() <= 128 && is_plain).then_some(id)
}

fn exact(id: &str) -> Option<Box<str>> {
    Some(id.into())
}

fn one_form(id: &str) -> Option<Box<str>> {
    uuid(id).or_else(|| exact(id))
}

fn uuid(id: &str) -> Option<Box<str>> {
    Some(Uuid::try_parse(id).ok()?.to_string().into())
}

fn digest(id: &str) -> Option<Box<str>> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    (id.len() == 64 && id.bytes().all(is_digit)).then(|| id.into())
}

fn no_id(what: &str) -> Error {
    Error::new(ErrorKind::Configuration, format!("that is no {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_id_are_equal() {
        let id = BotId::new("b2d3f0a1-0000-4000-8000-00000000000A").unwrap();
        assert_eq!(
            id,
            BotId::new(" b2d3f0a1000040008000 00000000000a".replace(' ', "")).unwrap()
        );
        assert_eq!(ClientId::new("ABC").unwrap().as_str(), "ABC");
        assert_eq!(BotId::new("bot-1").unwrap().as_str(), "bot-1");
        for bad in ["", " ", "a b", "a:b", "ä", "a\r\nb", &"x".repeat(129)] {
            assert!(BotId::new(bad).is_err(), "{bad:?}");
        }
    }
}
