//! How secrets stand in a store: sealed with a key that is not in it.

use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};
#[cfg(feature = "encryption")]
use crate::keys::KeyRing;
use crate::store::Table;

/// Seals what a store is given, and opens it again.
#[derive(Debug, Clone)]
pub(crate) enum Seal {
    /// Leaves all as it is: for memory, and for tests that say so by name.
    Plain,
    #[cfg(feature = "encryption")]
    Keys(KeyRing),
}

/// Where sealed bytes stand. They open nowhere else: not in another row, and not in a later version of their own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) table: &'a str,
    pub(crate) key: &'a str,
    #[cfg_attr(
        not(feature = "encryption"),
        expect(dead_code, reason = "what is not sealed opens everywhere")
    )]
    pub(crate) version: i64,
}

impl<'a> Place<'a> {
    pub(crate) fn new(table: Table, key: &'a str, version: i64) -> Self {
        Self {
            table: table.name(),
            key,
            version,
        }
    }

    #[cfg(feature = "encryption")]
    pub(crate) fn bytes(self, key_id: &str) -> Vec<u8> {
        let mut bytes = b"notion-oauth 1".to_vec();
        for part in [self.table, self.key, &self.version.to_string(), key_id] {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        bytes
    }
}

/// The first byte of what is not sealed.
const PLAIN: u8 = 0;
/// The first byte of what is sealed with a key. Its name follows, after its length.
#[cfg(feature = "encryption")]
const KEYED: u8 = 1;
/// The least that follows the name: a nonce, and the tag of nothing.
#[cfg(feature = "encryption")]
const LEAST: usize = 24 + 16;

impl Seal {
    /// The name of the key that seals now.
    pub(crate) fn key_id(&self) -> &str {
        match self {
            Self::Plain => "",
            #[cfg(feature = "encryption")]
            Self::Keys(keys) => keys.active().as_str(),
        }
    }

    pub(crate) fn seal(&self, place: Place<'_>, secret: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        match self {
            Self::Plain => {
                let _ = place;
                Ok([&[PLAIN], secret].concat().into())
            }
            #[cfg(feature = "encryption")]
            Self::Keys(keys) => {
                let id = keys.active().as_str();
                let sealed = keys.seal(&place.bytes(id), secret)?;
                // A key id has 64 bytes at most.
                let length = u8::try_from(id.len()).unwrap_or(u8::MAX);
                Ok([&[KEYED, length], id.as_bytes(), &sealed].concat().into())
            }
        }
    }

    /// The name of the key that sealed this, if one did.
    #[cfg(feature = "encryption")]
    pub(crate) fn key_of(sealed: &[u8]) -> Option<&str> {
        let [KEYED, length, rest @ ..] = sealed else {
            return None;
        };
        let (id, sealed) = rest.split_at_checked(usize::from(*length))?;
        let id = std::str::from_utf8(id).ok()?;
        (sealed.len() >= LEAST).then_some(id)
    }

    /// Makes sure that the key is there which sealed this, if one did.
    ///
    /// # Errors
    /// [`Sealed`](ErrorKind::Sealed), with the name of the key.
    pub(crate) fn check_key(&self, sealed: &[u8]) -> Result<()> {
        #[cfg(feature = "encryption")]
        if let Some(id) = Self::key_of(sealed).filter(|id| crate::keys::KeyId::new(id).is_ok()) {
            return match self {
                Self::Plain => Err(missing(id)),
                Self::Keys(keys) => keys.needed(id).map(drop),
            };
        }
        let _ = sealed;
        Ok(())
    }

    pub(crate) fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        match (self, sealed) {
            (Self::Plain, [PLAIN, secret @ ..]) => Ok(Zeroizing::new(secret.to_vec())),
            #[cfg(feature = "encryption")]
            (Self::Keys(keys), [KEYED, length, rest @ ..]) => {
                let (id, sealed) = rest
                    .split_at_checked(usize::from(*length))
                    .ok_or_else(|| damaged(place))?;
                let id = std::str::from_utf8(id).map_err(|_| damaged(place))?;
                keys.open(id, &place.bytes(id), sealed)?
                    .ok_or_else(|| damaged(place))
            }
            #[cfg(feature = "encryption")]
            (Self::Keys(_), [PLAIN, ..]) => Err(Error::new(
                ErrorKind::Sealed,
                format!(
                    "the record {} of {} is not sealed, and was not written with a key",
                    place.key, place.table
                ),
            )
            .with_hint("A store is sealed from its first record on: begin with a new one.")),
            _ => Err(damaged(place)),
        }
    }
}

#[cfg(feature = "encryption")]
pub(crate) fn missing(id: &str) -> Error {
    Error::new(
        ErrorKind::Sealed,
        format!("the key {id} is needed, and is not among the keys that were given"),
    )
    .with_hint("Give that key too, behind the others, until all is sealed anew.")
}

fn damaged(place: Place<'_>) -> Error {
    Error::new(
        ErrorKind::Sealed,
        format!(
            "the record {} of {} does not open: it was changed, moved or restored from a copy",
            place.key, place.table
        ),
    )
    .with_hint(
        "Restore the whole store from a backup, or `forget` the installation and let the user connect again.",
    )
}
