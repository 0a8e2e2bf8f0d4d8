use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};
use crate::id::FlowId;

/// What ties a callback to the flow that it answers: a random number that only the two ends know.
pub(crate) struct State(Zeroizing<String>);

impl State {
    pub(crate) fn generate() -> Result<Self> {
        random().map(Self)
    }

    /// What a callback brought.
    pub(crate) fn received(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// The name under which a store keeps the flow: who reads the store cannot answer it.
    pub(crate) fn flow_id(&self) -> FlowId {
        FlowId::of(&Sha256::digest(self.0.as_bytes()))
    }

    /// What proves later on that somebody knows this: its digest, as [RFC 7636](https://www.rfc-editor.org/rfc/rfc7636) writes
    /// it.
    #[cfg(any(feature = "broker", feature = "loopback"))]
    pub(crate) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.0.as_bytes()))
    }

    /// Compares digests, in a time that does not depend on where the two differ.
    pub(crate) fn matches(&self, other: &Self) -> bool {
        let digest = |state: &Self| Sha256::digest(state.0.as_bytes());
        bool::from(digest(self).as_slice().ct_eq(digest(other).as_slice()))
    }
}

/// 256 bits of the operating system's randomness, as 43 characters that need no encoding in URLs and cookies.
pub(crate) fn random() -> Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *bytes).map_err(|error| {
        Error::new(ErrorKind::System, "the operating system gives no random numbers").with_source(error)
    })?;
    Ok(Zeroizing::new(URL_SAFE_NO_PAD.encode(*bytes)))
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("State(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn t1_states_are_long_safe_in_urls_and_never_the_same() {
        let states: HashSet<String> = (0..1_000)
            .map(|_| State::generate().unwrap().expose().to_owned())
            .collect();
        assert_eq!(states.len(), 1_000);
        for state in &states {
            assert_eq!(state.len(), 43);
            assert!(
                state
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            );
        }
    }

    #[test]
    fn t11_a_state_matches_itself_as_a_whole() {
        let state = State::generate().unwrap();
        let received = |text: &str| State::received(Zeroizing::new(text.to_owned()));
        let own = state.expose().to_owned();
        assert!(state.matches(&received(&own)));
        assert!(!state.matches(&State::generate().unwrap()));
        assert!(!state.matches(&received("")));
        assert!(!state.matches(&received(&own[..42])));
        assert!(!state.matches(&received(&format!("{own}A"))));
        assert!(!state.matches(&received(&own.to_lowercase())));
        assert!(!received("").matches(&state));
    }
}
