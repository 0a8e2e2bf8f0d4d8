use std::fmt;

use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};

/// The OAuth client secret of a connection. `Debug` hides it, there is no `Display`, and its memory is overwritten
/// when it is dropped.
///
/// It proves to Notion that a request comes from the connection, so it belongs on a server or on the developer's own
/// machine. Whoever can read a program can read a secret that was built into it: see
/// [`Connection::brokered`](crate::Connection::brokered) for one that others run.
///
/// ```
/// use notion_oauth::ClientSecret;
///
/// let secret = ClientSecret::new("secret_abc")?;
/// assert_eq!(format!("{secret:?}"), "ClientSecret(…)");
/// # Ok::<(), notion_oauth::Error>(())
/// ```
///
/// ```compile_fail,E0277
/// fn show(secret: &notion_oauth::ClientSecret) -> String {
///     format!("{secret}")
/// }
/// ```
///
/// It cannot be compared, as `==` takes longer the more of a guess is right:
///
/// ```compile_fail,E0369
/// fn is(secret: &notion_oauth::ClientSecret, guess: &notion_oauth::ClientSecret) -> bool {
///     secret == guess
/// }
/// ```
#[derive(Clone)]
pub struct ClientSecret(Zeroizing<String>);

impl ClientSecret {
    /// Takes a secret, without white space at its ends.
    ///
    /// # Errors
    /// When it is empty, or holds a character that no secret of Notion has.
    pub fn new(secret: impl Into<String>) -> Result<Self> {
        let given = Zeroizing::new(secret.into());
        let secret = given.trim();
        let problem = if secret.is_empty() {
            "the client secret is empty"
        } else if !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
            "the client secret holds characters that no secret of Notion has"
        } else {
            return Ok(Self(Zeroizing::new(secret.to_owned())));
        };
        Err(Error::new(ErrorKind::Configuration, problem).with_hint(
            "Copy the OAuth client secret from the Configuration tab of the connection; if it is shown no more, make a new one there.",
        ))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

/// How a request for tokens proves that it is the connection's.
#[derive(Debug, Clone)]
pub(crate) enum Credential {
    Secret(ClientSecret),
    /// A [broker](crate::Connection::brokered) at this URL has the secret, and asks Notion.
    Broker(String),
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(…)")
    }
}
