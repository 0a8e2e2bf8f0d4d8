//! The keys that seal what is secret in a store.

#[cfg(feature = "keyring")]
mod keyring;
#[cfg(test)]
mod tests;

use std::env::{self, VarError};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};
use crate::seal::missing;

const NONCE: usize = 24;
const HOW: &str = "A key is its name (letters, digits, `-`, `_` and `.`), a colon, and 32 random bytes in Base64: `2026-11:` and what `openssl rand -base64 32` gives.";

/// A key of 256 bits, and the name under which records remember it.
///
/// `Debug` hides the key, and its memory is overwritten when it is dropped.
///
/// ```compile_fail,E0277
/// fn show(secret: &notion_oauth::Key) -> String {
///     format!("{secret}")
/// }
/// ```
///
/// It cannot be compared, as `==` takes longer the more of a guess is right:
///
/// ```compile_fail,E0369
/// fn is(secret: &notion_oauth::Key, guess: &notion_oauth::Key) -> bool {
///     secret == guess
/// }
/// ```
#[derive(Clone)]
pub struct Key {
    id: KeyId,
    bytes: Arc<Zeroizing<[u8; 32]>>,
}

impl Key {
    /// A key from its 32 bytes, such as a key service unwrapped them.
    #[must_use]
    pub fn from_bytes(id: KeyId, bytes: [u8; 32]) -> Self {
        Self {
            id,
            bytes: Arc::new(Zeroizing::new(bytes)),
        }
    }

    /// A new key.
    ///
    /// # Errors
    /// When the operating system gives no random numbers.
    pub fn generate(id: KeyId) -> Result<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        fill(&mut *bytes)?;
        Ok(Self::from_bytes(id, *bytes))
    }

    /// `id:base64`, as [`KeyRing::from_env`] reads it: for the place that keeps the key.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{}:{}", self.id, STANDARD.encode(**self.bytes)))
    }

    fn parse(text: &str) -> Result<Self> {
        let wrong = |why: &str| Error::new(ErrorKind::Configuration, format!("a key {why}")).with_hint(HOW);
        let (id, bytes) = text.split_once(':').ok_or_else(|| wrong("has no name"))?;
        let bytes = Zeroizing::new(
            STANDARD
                .decode(bytes.trim())
                .map_err(|_| wrong("is not in Base64"))?,
        );
        let bytes: [u8; 32] = bytes
            .as_slice()
            .try_into()
            .map_err(|_| wrong("does not have 32 bytes"))?;
        let id = KeyId::new(id).map_err(|_| wrong("has a name that is none"))?;
        Ok(Self::from_bytes(id, bytes))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({}, …)", self.id)
    }
}

/// The name of a key. It is no secret: every record says which key seals it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(Box<str>);

impl KeyId {
    /// Takes a name.
    ///
    /// # Errors
    /// When it is empty, longer than 64 bytes, or holds other characters than letters, digits, `-`, `_` and `.`.
    pub fn new(id: impl AsRef<str>) -> Result<Self> {
        let id = id.as_ref().trim();
        let is_plain = id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if id.is_empty() || id.len() > 64 || !is_plain {
            return Err(Error::new(ErrorKind::Configuration, "that is no name of a key")
                .with_hint("Use up to 64 letters, digits, `-`, `_` and `.`, such as `2026-11`."));
        }
        Ok(Self(id.into()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The keys of a store: one that seals, and older ones that still open.
///
/// Tokens are sealed with XChaCha20-Poly1305, each bound to the place where it stands, so that who can write the
/// database can neither read a token nor move it to another row. Keep the keys elsewhere than the database.
///
/// To change the key: give all programs the new one behind the old one, so that they can open what it is going to seal;
/// then put it in front everywhere; seal everything anew with `Workspaces::reseal`; and take the old one away once
/// `Workspaces::check_unused` says so. A single program may begin with the second step.
///
/// ```
/// use notion_oauth::{Key, KeyId, KeyRing};
///
/// let keys = KeyRing::new(Key::generate(KeyId::new("2026-11")?)?)
///     .with_old(Key::generate(KeyId::new("2025-03")?)?)?;
///
/// assert_eq!(keys.active().as_str(), "2026-11");
/// # Ok::<(), notion_oauth::Error>(())
/// ```
#[derive(Clone)]
pub struct KeyRing {
    active: Key,
    old: Vec<Key>,
}

impl KeyRing {
    /// The variable that [`from_env`](Self::from_env) reads.
    pub const VARIABLE: &'static str = "NOTION_OAUTH_KEYS";

    /// One key, which seals and opens.
    #[must_use]
    pub fn new(active: Key) -> Self {
        Self {
            active,
            old: Vec::new(),
        }
    }

    /// The same with one more key, which only opens.
    ///
    /// # Errors
    /// When there is a key with its name already.
    pub fn with_old(mut self, key: Key) -> Result<Self> {
        if self.find(key.id.as_str()).is_some() {
            return Err(
                Error::new(ErrorKind::Configuration, format!("two keys are named {}", key.id))
                    .with_hint("Give each key a name of its own, and never use a name again."),
            );
        }
        self.old.push(key);
        Ok(self)
    }

    /// The same with a new key, which seals from now on; those that there were only open.
    ///
    /// # Errors
    /// When there is a key with its name already.
    pub fn with_active(self, key: Key) -> Result<Self> {
        let former = std::iter::once(self.active).chain(self.old);
        former.into_iter().try_fold(Self::new(key), Self::with_old)
    }

    /// The keys in `NOTION_OAUTH_KEYS`: each `name:base64`, separated by white space or commas. The first one seals.
    ///
    /// # Errors
    /// When the variable is not set, or holds something else. There is no way on without a key.
    pub fn from_env() -> Result<Self> {
        Self::of_variable(env::var(Self::VARIABLE))
    }

    fn of_variable(value: Result<String, VarError>) -> Result<Self> {
        let wrong = |message: String| {
            Error::new(ErrorKind::Configuration, message).with_hint("Set it to a name, a colon and a key: `2026-11:` and what `openssl rand -base64 32` gives. Keep it: without the key, what it seals is lost.")
        };
        match value.map(Zeroizing::new) {
            Ok(text) => Self::parse(&text).map_err(|error| error.within(Self::VARIABLE)),
            Err(VarError::NotPresent) => {
                Err(wrong(format!("not set in the environment: {}", Self::VARIABLE)))
            }
            // The source would hold the value.
            Err(VarError::NotUnicode(_)) => Err(wrong(format!("{} is no text", Self::VARIABLE))),
        }
    }

    /// The keys in a file, written as in the environment.
    ///
    /// Its mode is not looked at, as secrets that a container is given are mostly readable for all in it: keep others from the
    /// folder that it is in.
    ///
    /// # Errors
    /// When the file cannot be read, or holds something else.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path)
            .map(Zeroizing::new)
            .map_err(|error| {
                Error::new(
                    ErrorKind::Configuration,
                    format!("the keys in {} cannot be read", path.display()),
                )
                .with_hint(
                    "Make sure that the file is there, and that this user may read it. Make no new key for a store that \
                     is sealed already.",
                )
                .with_source(error)
            })?;
        Self::parse(&text).map_err(|error| error.within(&path.display().to_string()))
    }

    /// The keys in a text, written as in the environment.
    ///
    /// # Errors
    /// When the text holds something else.
    pub fn parse(text: &str) -> Result<Self> {
        let mut keys = text
            .split(|c: char| c == ',' || c.is_whitespace())
            .filter(|part| !part.is_empty())
            .map(Key::parse);
        let active = keys
            .next()
            .ok_or_else(|| Error::new(ErrorKind::Configuration, "there is no key").with_hint(HOW))??;
        keys.try_fold(Self::new(active), |ring, key| ring.with_old(key?))
    }

    /// The name of the key that seals.
    #[must_use]
    pub fn active(&self) -> &KeyId {
        &self.active.id
    }

    /// The names of the keys that only open.
    pub fn old(&self) -> impl Iterator<Item = &KeyId> {
        self.old.iter().map(|key| &key.id)
    }

    fn find(&self, id: &str) -> Option<&Key> {
        std::iter::once(&self.active)
            .chain(&self.old)
            .find(|key| key.id.as_str() == id)
    }

    /// The key with this name, which something in a store needs.
    pub(crate) fn needed(&self, id: &str) -> Result<&Key> {
        self.find(id).ok_or_else(|| missing(id))
    }

    /// The nonce, and what the active key makes of a secret.
    pub(crate) fn seal(&self, place: &[u8], secret: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0; NONCE];
        fill(&mut nonce)?;
        let payload = Payload {
            msg: secret,
            aad: place,
        };
        let sealed = cipher(&self.active)
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Error::new(ErrorKind::System, "a secret is too long to be sealed"))?;
        Ok([&nonce, &*sealed].concat())
    }

    /// What was sealed, or `None` if it does not open.
    pub(crate) fn open(&self, id: &str, place: &[u8], sealed: &[u8]) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let key = self.needed(id)?;
        let Some((nonce, sealed)) = sealed.split_first_chunk::<NONCE>() else {
            return Ok(None);
        };
        let payload = Payload {
            msg: sealed,
            aad: place,
        };
        Ok(cipher(key)
            .decrypt(&XNonce::from(*nonce), payload)
            .ok()
            .map(Zeroizing::new))
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing")
            .field("active", &self.active)
            .field("old", &self.old)
            .finish()
    }
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new((&**key.bytes).into())
}

fn fill(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|error| {
        Error::new(ErrorKind::System, "the operating system gives no random numbers").with_source(error)
    })
}
