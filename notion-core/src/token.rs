use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use http::HeaderValue;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};

/// A bearer token. `Debug` hides it, there is no `Display`, and its memory is overwritten when it is dropped. How long it takes
/// to compare two does not tell where they differ.
///
/// ```
/// let token = notion_core::Token::new("ntn_abc")?;
/// assert_eq!(format!("{token:?}"), "Token(…)");
/// # Ok::<(), notion_core::Error>(())
/// ```
///
/// ```compile_fail,E0277
/// fn show(secret: &notion_core::Token) -> String {
///     format!("{secret}")
/// }
/// ```
#[derive(Clone)]
pub struct Token(Zeroizing<String>);

impl Token {
    /// Takes a token, without white space at its ends.
    ///
    /// # Errors
    /// When it is empty, or holds a character that cannot stand in an HTTP header.
    pub fn new(token: impl Into<String>) -> Result<Self> {
        let given = Zeroizing::new(token.into());
        let token = Zeroizing::new(given.trim().to_owned());
        let error = |message| Error::new(ErrorKind::Configuration, message);
        if token.is_empty() {
            return Err(error("the token is empty").with_hint(
                "Copy the installation access token from the Configuration tab of the connection.",
            ));
        }
        if token
            .get(..7)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer "))
        {
            return Err(error("the token begins with `Bearer`, which is not part of it")
                .with_hint("Leave that word out."));
        }
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(error("the token holds characters that no token of Notion has")
                .with_hint("Copy it again from the Configuration tab of the connection."));
        }
        Ok(Self(token))
    }

    /// The token itself, for the one place that sends or stores it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub(crate) fn bearer(&self) -> Result<HeaderValue> {
        let text = Zeroizing::new(format!("Bearer {}", self.expose()));
        // The same memory, which is overwritten when the header is dropped.
        let mut value = HeaderValue::from_maybe_shared(Bytes::from_owner(text)).map_err(|_| {
            Error::new(
                ErrorKind::Configuration,
                "the token cannot stand in an HTTP header",
            )
        })?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.expose().as_bytes().ct_eq(other.expose().as_bytes()).into()
    }
}

impl Eq for Token {}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// A future that is sent between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where the token of each request comes from.
///
/// Internal connections have one static [`Token`], which is a provider by itself. Public connections have
/// tokens that can be refreshed.
pub trait TokenProvider: Send + Sync + 'static {
    /// The token to use now.
    fn token(&self) -> BoxFuture<'_, Result<Token>>;

    /// A better token than `refused`, which Notion answered with 401, or `None` if there is none.
    ///
    /// Each request asks once.
    fn renew<'a>(&'a self, refused: &'a Token) -> BoxFuture<'a, Result<Option<Token>>> {
        let _ = refused;
        Box::pin(async { Ok(None) })
    }

    /// Whether a token that is not the last one may be that of another connection, so that nothing which Notion said of
    /// the last one holds for it. Tokens that are refreshed are those of one connection.
    fn may_change_connection(&self) -> bool {
        false
    }
}

impl TokenProvider for Token {
    fn token(&self) -> BoxFuture<'_, Result<Token>> {
        let token = self.clone();
        Box::pin(async { Ok(token) })
    }
}

/// A token in a file, as secret managers mount it: read again after it was changed. It may then be that of another
/// connection or workspace: a client keeps nothing of the last one.
#[derive(Debug)]
pub struct TokenFile {
    path: PathBuf,
    read: Mutex<Option<(SystemTime, Token)>>,
}

impl TokenFile {
    /// The token that the file at `path` holds.
    ///
    /// # Errors
    /// When the file cannot be read, or holds no token.
    pub fn new(path: impl Into<PathBuf>) -> Result<Self> {
        let file = Self {
            path: path.into(),
            read: Mutex::default(),
        };
        file.current()?;
        Ok(file)
    }

    /// The token, read again if the file has changed.
    fn current(&self) -> Result<Token> {
        let changed = std::fs::metadata(&self.path)
            .and_then(|meta| meta.modified())
            .map_err(|error| self.unreadable(error))?;
        match &*self.lock() {
            Some((at, token)) if *at == changed => return Ok(token.clone()),
            _ => {}
        }
        self.read(changed)
    }

    fn read(&self, changed: SystemTime) -> Result<Token> {
        let text = std::fs::read_to_string(&self.path).map_err(|error| self.unreadable(error))?;
        let text = Zeroizing::new(text);
        let token = Token::new(text.as_str()).map_err(|error| {
            let path = self.path.display();
            Error::new(ErrorKind::Configuration, format!("{path}: {error}"))
        })?;
        *self.lock() = Some((changed, token.clone()));
        Ok(token)
    }

    fn lock(&self) -> MutexGuard<'_, Option<(SystemTime, Token)>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unreadable(&self, error: std::io::Error) -> Error {
        let message = format!("the token in {} cannot be read", self.path.display());
        Error::new(ErrorKind::Configuration, message)
            .with_hint("Make sure that the file is there, and that this user may read it.")
            .with_source(error)
    }
}

impl TokenProvider for TokenFile {
    fn token(&self) -> BoxFuture<'_, Result<Token>> {
        let token = self.current();
        Box::pin(async { token })
    }

    fn renew<'a>(&'a self, refused: &'a Token) -> BoxFuture<'a, Result<Option<Token>>> {
        // The file may have changed within the tick of its clock.
        let token = self.read(SystemTime::UNIX_EPOCH);
        Box::pin(async move { token.map(|token| (token != *refused).then_some(token)) })
    }

    fn may_change_connection(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_token_is_said() {
        for (given, said) in [
            ("", "empty"),
            (" \n", "empty"),
            ("Bearer ntn_a", "Leave that word out"),
            ("ntn a", "characters"),
        ] {
            let error = Token::new(given).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
        assert_eq!(Token::new(" ntn_a\n").unwrap().expose(), "ntn_a");
    }

    #[test]
    fn a_file_without_a_token_is_named() {
        let missing = TokenFile::new("/nonexistent/token").unwrap_err();
        assert!(
            missing
                .to_string()
                .contains("/nonexistent/token cannot be read. Make sure"),
            "{missing}"
        );
        // Its first bytes are no text, or no token.
        let path = std::env::current_exe().unwrap();
        let wrong = TokenFile::new(&path).unwrap_err();
        assert!(wrong.to_string().contains(&path.display().to_string()), "{wrong}");
    }

    #[test]
    fn t11_tokens_are_equal_as_a_whole() {
        let token = |text: &str| Token::new(text).unwrap();
        assert_eq!(token("ntn_abc"), token("ntn_abc"));
        for other in ["n", "ntn_ab", "ntn_abcd", "ntn_abC", "Ntn_abc", "ntn_abcntn_abc"] {
            assert_ne!(token("ntn_abc"), token(other));
            assert_ne!(token(other), token("ntn_abc"));
        }
    }
}
