use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::audit::hex;
use crate::error::{Error, ErrorKind, Result};
use crate::state;

/// What ties flows to the browser that began them: a secret of that browser, for a cookie.
///
/// It has 256 random bits, as 43 characters that a cookie takes as they are. One browser needs one, however many flows
/// it begins at once. A callback that comes without it, or with another, ends no flow: so nobody can let somebody else
/// finish what he began.
///
/// ```
/// use notion_oauth::Binding;
///
/// let binding = Binding::generate()?;
/// assert_eq!(binding.expose().len(), 43);
///
/// assert!(Binding::parse(binding.expose()).is_ok());
/// assert!(Binding::parse("guess").is_err());
/// # Ok::<(), notion_oauth::Error>(())
/// ```
///
/// ```compile_fail,E0277
/// fn show(secret: &notion_oauth::Binding) -> String {
///     format!("{secret}")
/// }
/// ```
///
/// It cannot be compared, as `==` takes longer the more of a guess is right:
///
/// ```compile_fail,E0369
/// fn is(secret: &notion_oauth::Binding, guess: &notion_oauth::Binding) -> bool {
///     secret == guess
/// }
/// ```
#[derive(Clone)]
pub struct Binding(Zeroizing<String>);

const LENGTH: usize = 43;

impl Binding {
    /// A new one.
    ///
    /// # Errors
    /// When the operating system gives no random numbers.
    pub fn generate() -> Result<Self> {
        state::random().map(Self)
    }

    /// What a browser brought in its cookie.
    ///
    /// # Errors
    /// When it is none that this crate made. The error does not repeat it.
    pub fn parse(text: &str) -> Result<Self> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if text.len() != LENGTH || !text.bytes().all(is_plain) {
            return Err(
                Error::new(ErrorKind::InvalidCallback, "that is no secret of a browser")
                    .with_hint("Begin the flow without one, and give the browser the one that it makes."),
            );
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// The secret itself, for the cookie.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What a store keeps of it.
    pub(crate) fn digest(&self) -> String {
        hex(&Sha256::digest(self.0.as_bytes()))
    }

    /// Compares digests, in a time that does not depend on where the two differ.
    pub(crate) fn is(&self, digest: &str) -> bool {
        bool::from(self.digest().as_bytes().ct_eq(digest.as_bytes()))
    }
}

impl fmt::Debug for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Binding(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t2_t11_a_binding_is_its_own_digest_as_a_whole() {
        let (mine, theirs) = (Binding::generate().unwrap(), Binding::generate().unwrap());
        let digest = mine.digest();
        assert!(mine.is(&digest));
        for other in [
            "",
            mine.expose(),
            &theirs.digest(),
            &digest[..1],
            &digest[..63],
            &digest[1..],
            &format!("{digest}0"),
            &format!("{digest}{digest}"),
            &digest.to_uppercase(),
        ] {
            assert!(!mine.is(other), "{other}");
        }
        // Of a digit that is wrong it does not matter where it stands.
        for at in 0..digest.len() {
            let mut wrong = digest.clone().into_bytes();
            wrong[at] ^= 1;
            assert!(!mine.is(std::str::from_utf8(&wrong).unwrap()), "{at}");
        }
        assert!(!format!("{mine:?}").contains(mine.expose()));
    }

    #[test]
    fn what_no_browser_was_given_is_refused() {
        let good = Binding::generate().unwrap();
        let good = good.expose();
        for bad in [
            "",
            &good[1..],
            &format!("{good}A"),
            &format!("{}=", &good[1..]),
            &format!("{} ", &good[1..]),
            &"ä".repeat(21),
        ] {
            assert!(Binding::parse(bad).is_err(), "{bad}");
        }
    }
}
