//! Tokens, codes and client secrets, which must not show where a simulator is printed.

use std::borrow::Borrow;
use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::engine::id;

/// A text that only whoever was given it should know.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Secret(String);

impl Secret {
    /// A new random secret of 244 bits.
    pub(crate) fn fresh(prefix: &str) -> Self {
        let (first, second) = (id::undashed(id::fresh()), id::undashed(id::fresh()));
        Self(format!("{prefix}{first}{second}"))
    }

    /// The text itself.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// The SHA-256 of the text in hex digits, by which it can be talked about.
    pub(crate) fn hash(&self) -> String {
        let digest = Sha256::digest(self.0.as_bytes());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Borrow<str> for Secret {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Secret {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printing_tells_nothing() {
        let secret = Secret::fresh("ntn_");
        assert_eq!(format!("{secret:?}"), "[redacted]");
        assert!(secret.expose().starts_with("ntn_") && secret.expose().len() > 60);
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Secret::from("abc").hash(), known);
    }
}
