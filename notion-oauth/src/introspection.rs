use std::fmt;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Number;
use zeroize::Zeroizing;

/// What Notion says about a token.
///
/// Source: <https://developers.notion.com/reference/introspect-token>.
///
/// ```no_run
/// # async fn run(connection: notion_oauth::Connection, grant: notion_oauth::Grant) -> notion_oauth::Result<()> {
/// let introspection = connection.introspect(grant.token()).await?;
/// if introspection.is_active() {
///     println!("given on {:?}", introspection.issued_at());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq)]
pub struct Introspection {
    is_active: bool,
    scope: Option<Box<str>>,
    iat: Option<Number>,
    raw: Zeroizing<String>,
}

/// Seconds that are more than these are the year 5138: they are milliseconds.
const MOST_SECONDS: f64 = 1e11;

impl Introspection {
    /// Reads a body, or says what is wrong with it.
    pub(crate) fn read(raw: &str) -> Result<Self, &'static str> {
        #[derive(Deserialize)]
        struct Reply {
            active: bool,
            #[serde(default)]
            scope: serde_json::Value,
            #[serde(default)]
            iat: serde_json::Value,
        }
        // The errors of serde quote values.
        let reply: Reply =
            serde_json::from_str(raw).map_err(|_| "does not say whether the token is active")?;
        Ok(Self {
            is_active: reply.active,
            scope: reply.scope.as_str().map(Into::into),
            iat: reply.iat.as_number().cloned(),
            raw: Zeroizing::new(raw.to_owned()),
        })
    }

    /// Whether the token is good. Tokens that Notion does not know, or that are another connection's, are not.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.is_active
    }

    /// The scope, as text of Notion. What it may hold is not documented.
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// When the token was given. Notion does not say in which unit it tells this, so a number too large for seconds is
    /// taken for milliseconds; [`iat`](Self::iat) is the number itself.
    #[must_use]
    pub fn issued_at(&self) -> Option<Timestamp> {
        let number = self.iat()?;
        let seconds = if number > MOST_SECONDS {
            number / 1000.0
        } else {
            number
        };
        // Whole milliseconds are exact in a float for longer than a timestamp lasts.
        Timestamp::from_millisecond((seconds * 1000.0).round() as i64).ok()
    }

    /// The field `iat`, in the unit that Notion chose.
    #[must_use]
    pub fn iat(&self) -> Option<f64> {
        self.iat.as_ref().and_then(Number::as_f64)
    }

    /// The answer, byte for byte, with the fields that this version does not know.
    #[must_use]
    pub fn expose_raw(&self) -> &str {
        &self.raw
    }
}

/// Without the answer itself, which could repeat the token.
impl fmt::Debug for Introspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspection")
            .field("is_active", &self.is_active)
            .field("issued_at", &self.issued_at())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_of_a_time_is_found() {
        for (iat, expected) in [
            ("1764000000", Some("2025-11-24T16:00:00Z")),
            ("1764000000000", Some("2025-11-24T16:00:00Z")),
            ("1764000000123", Some("2025-11-24T16:00:00.123Z")),
            ("1764000000.5", Some("2025-11-24T16:00:00.5Z")),
            ("0", Some("1970-01-01T00:00:00Z")),
            ("1e300", None),
            ("\"1764000000\"", None),
            ("null", None),
        ] {
            let read = Introspection::read(&format!(r#"{{"active": true, "iat": {iat}}}"#)).unwrap();
            let expected = expected.map(|time| time.parse::<Timestamp>().unwrap());
            assert_eq!(read.issued_at(), expected, "{iat}");
        }
        let read = Introspection::read(r#"{"active": true, "iat": 1764000000123}"#).unwrap();
        assert_eq!(read.iat(), Some(1_764_000_000_123.0));
    }

    #[test]
    fn unknown_fields_are_kept_and_not_shown() {
        let raw = r#"{"active":false,"scope":null,"aura": {"hue":1.50},"token":"ntn_CANARY"}"#;
        let read = Introspection::read(raw).unwrap();
        assert!(!read.is_active());
        assert_eq!(read.scope(), None);
        assert_eq!(read.expose_raw(), raw);
        assert!(!format!("{read:?} {read:#?}").contains("CANARY"));
    }

    #[test]
    fn an_answer_that_says_neither_is_none() {
        for raw in [
            "{}",
            r#"{"active":"yes"}"#,
            r#"{"active":null}"#,
            r#"{"active":true,"active":false}"#,
        ] {
            assert!(Introspection::read(raw).is_err(), "{raw}");
        }
    }
}
