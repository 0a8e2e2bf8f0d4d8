use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::time::SystemTime;

use http::HeaderValue;
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};

/// A bearer token. `Debug` hides it, there is no `Display`, and its memory is overwritten when it is dropped.
///
/// ```
/// let token = notion_core::Token::new("ntn_abc")?;
/// assert_eq!(format!("{token:?}"), "Token(…)");
/// # Ok::<(), notion_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
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
        let mut value = HeaderValue::from_str(&text).map_err(|_| {
            Error::new(
                ErrorKind::Configuration,
                "the token cannot stand in an HTTP header",
            )
        })?;
        value.set_sensitive(true);
        Ok(value)
    }
}

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
}

impl TokenProvider for Token {
    fn token(&self) -> BoxFuture<'_, Result<Token>> {
        let token = self.clone();
        Box::pin(async { Ok(token) })
    }
}

/// A token in a file, as secret managers mount it: read again after it was changed.
#[derive(Debug)]
pub struct TokenFile {
    path: PathBuf,
    read: std::sync::Mutex<Option<(SystemTime, Token)>>,
}

impl TokenFile {
    /// The token that the file at `path` holds.
    ///
    /// # Errors
    /// When the file cannot be read, or holds no token.
    pub fn new(path: impl Into<PathBuf>) -> Result<Self> {
        let file = Self {
            path: path.into(),
            read: std::sync::Mutex::default(),
        };
        file.current()?;
        Ok(file)
    }

    fn current(&self) -> Result<Token> {
        let error = |source| {
            Error::new(
                ErrorKind::Configuration,
                format!("cannot read the token in {}", self.path.display()),
            )
            .with_source(source)
        };
        let changed = std::fs::metadata(&self.path)
            .and_then(|meta| meta.modified())
            .map_err(error)?;
        let mut read = self
            .read
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        match &*read {
            Some((at, token)) if *at == changed => Ok(token.clone()),
            _ => {
                let token = Token::new(std::fs::read_to_string(&self.path).map_err(error)?)?;
                *read = Some((changed, token.clone()));
                Ok(token)
            }
        }
    }
}

impl TokenProvider for TokenFile {
    fn token(&self) -> BoxFuture<'_, Result<Token>> {
        let token = self.current();
        Box::pin(async { token })
    }

    fn renew<'a>(&'a self, refused: &'a Token) -> BoxFuture<'a, Result<Option<Token>>> {
        let token = self.current();
        Box::pin(async move { token.map(|token| (token != *refused).then_some(token)) })
    }
}
