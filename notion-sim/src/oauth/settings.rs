//! How the OAuth server behaves where Notion's documentation leaves it open.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::clock::milliseconds;

/// How long the old pair stays good in [`RefreshMode::Grace`] if nothing else is said.
const GRACE: Duration = Duration::from_secs(60);
/// The errors an authorization can be sent back with.
const AUTHORIZE_ERRORS: [&str; 7] = [
    "invalid_request",
    "unauthorized_client",
    "access_denied",
    "unsupported_response_type",
    "invalid_scope",
    "server_error",
    "temporarily_unavailable",
];

/// What a refresh does to the tokens there were before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefreshMode {
    /// `strict`: both old tokens are dead at once. If the used refresh token is ever sent again, every token that descends
    /// from the same authorization is dead as well.
    Strict,
    /// `rotate`: both old tokens are dead at once; sending the used refresh token again just fails.
    #[default]
    Rotate,
    /// `grace`: the old pair stays good for a while, and sending the used refresh token again within it gives the same new
    /// pair.
    Grace,
    /// `none`: no refresh token is given out; `refresh_token` is `null`.
    NoRefreshToken,
    /// `same-token`: a refresh ends the old access token and gives a new one; the refresh token stays the same.
    SameRefreshToken,
}

impl RefreshMode {
    const ALL: [Self; 5] = [
        Self::Strict,
        Self::Rotate,
        Self::Grace,
        Self::NoRefreshToken,
        Self::SameRefreshToken,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Rotate => "rotate",
            Self::Grace => "grace",
            Self::NoRefreshToken => "none",
            Self::SameRefreshToken => "same-token",
        }
    }
}

/// How the OAuth server behaves. The default is what the documentation makes most likely.
///
/// ```
/// use notion_sim::{OAuthSettings, RefreshMode, Sim};
///
/// # async fn example() -> Result<(), notion_sim::Error> {
/// let settings = OAuthSettings::default().refresh_mode(RefreshMode::Strict);
/// let sim = Sim::builder().oauth_settings(settings).start().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthSettings {
    pub(crate) refresh_mode: RefreshMode,
    pub(crate) grace: Duration,
    pub(crate) access_token_lifetime: Option<Duration>,
    pub(crate) notion_errors: bool,
    pub(crate) authorize_error: Option<String>,
}

impl Default for OAuthSettings {
    fn default() -> Self {
        Self {
            refresh_mode: RefreshMode::default(),
            grace: GRACE,
            access_token_lifetime: None,
            notion_errors: false,
            authorize_error: None,
        }
    }
}

impl OAuthSettings {
    /// Chooses what a refresh does.
    #[must_use]
    pub fn refresh_mode(mut self, mode: RefreshMode) -> Self {
        self.refresh_mode = mode;
        self
    }

    /// Sets how long an old pair stays good in [`RefreshMode::Grace`], on the simulator's clock: a minute if this is not
    /// called.
    #[must_use]
    pub fn grace(mut self, time: Duration) -> Self {
        self.grace = time;
        self
    }

    /// Ends access tokens this long after they were given out, on the simulator's clock. Notion's have no known end.
    #[must_use]
    pub fn access_token_lifetime(mut self, time: Option<Duration>) -> Self {
        self.access_token_lifetime = time;
        self
    }

    /// Writes errors of the OAuth endpoints as those of the rest of the API (`object`, `status`, `code`, `message`) instead
    /// of those of RFC 6749 (`error`, `error_description`). Notion does the latter and documents the former.
    #[must_use]
    pub fn notion_errors(mut self, on: bool) -> Self {
        self.notion_errors = on;
        self
    }

    /// The settings with those of a JSON object in place of their own.
    ///
    /// # Errors
    ///
    /// A sentence about what is wrong with the object.
    pub(crate) fn with(mut self, value: &Value) -> Result<Self, String> {
        let Some(map) = value.as_object() else {
            return Err("the settings should be an object".to_owned());
        };
        for (key, value) in map {
            let wrong = |wanted: &str| format!("`{key}` should be {wanted}, found {value}");
            match key.as_str() {
                "refresh_mode" => {
                    let mode = RefreshMode::ALL
                        .into_iter()
                        .find(|mode| value.as_str() == Some(mode.name()));
                    let names = || RefreshMode::ALL.map(RefreshMode::name).join(", ");
                    self.refresh_mode = mode.ok_or_else(|| wrong(&format!("one of {}", names())))?;
                }
                "grace_ms" => {
                    let time = value.as_u64().map(Duration::from_millis);
                    self.grace = time.ok_or_else(|| wrong("a number of milliseconds"))?;
                }
                "access_token_lifetime_ms" => {
                    let time = value.as_u64().map(Duration::from_millis);
                    if time.is_none() && !value.is_null() {
                        return Err(wrong("a number of milliseconds, or null for no end"));
                    }
                    self.access_token_lifetime = time;
                }
                "errors" => {
                    self.notion_errors = match value.as_str() {
                        Some("rfc") => false,
                        Some("notion") => true,
                        _ => return Err(wrong("\"rfc\" or \"notion\"")),
                    };
                }
                "authorize_error" => {
                    let error = value.as_str().filter(|error| AUTHORIZE_ERRORS.contains(error));
                    if error.is_none() && !value.is_null() {
                        return Err(wrong(&format!("null or one of {}", AUTHORIZE_ERRORS.join(", "))));
                    }
                    self.authorize_error = error.map(str::to_owned);
                }
                _ => {
                    let known: Vec<String> = Self::default().to_json().keys().cloned().collect();
                    return Err(format!(
                        "`{key}` is not a setting; there are {}",
                        known.join(", ")
                    ));
                }
            }
        }
        Ok(self)
    }

    /// The settings as a JSON object.
    pub(crate) fn to_json(&self) -> Map<String, Value> {
        let mut out = Map::new();
        out.insert("refresh_mode".into(), json!(self.refresh_mode.name()));
        out.insert("grace_ms".into(), json!(milliseconds(self.grace)));
        let lifetime = self.access_token_lifetime.map(milliseconds);
        out.insert("access_token_lifetime_ms".into(), json!(lifetime));
        let errors = if self.notion_errors { "notion" } else { "rfc" };
        out.insert("errors".into(), json!(errors));
        out.insert("authorize_error".into(), json!(self.authorize_error));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_read_back_and_mistakes_are_named() {
        let settings = OAuthSettings::default()
            .refresh_mode(RefreshMode::SameRefreshToken)
            .access_token_lifetime(Some(Duration::from_secs(5)))
            .notion_errors(true);
        let json = Value::Object(settings.to_json());
        assert_eq!(OAuthSettings::default().with(&json), Ok(settings));
        for (wrong, part) in [
            (json!([]), "an object"),
            (
                json!({"refresh_mode": "x"}),
                "strict, rotate, grace, none, same-token",
            ),
            (json!({"grace_ms": -1}), "milliseconds, found -1"),
            (json!({"errors": true}), "\"rfc\" or \"notion\""),
            (json!({"authorize_error": "teapot"}), "temporarily_unavailable"),
            (json!({"mode": 1}), "there are refresh_mode, grace_ms"),
        ] {
            let sentence = OAuthSettings::default().with(&wrong).expect_err("a mistake");
            assert!(sentence.contains(part), "{sentence}");
        }
    }
}
