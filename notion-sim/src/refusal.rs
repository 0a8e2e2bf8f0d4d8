//! Notion's "no": status, code and text of an error answer.

use std::fmt;

use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Why a request is refused, in Notion's terms.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) additional_data: Option<Box<Map<String, Value>>>,
    /// Extra response headers.
    pub(crate) headers: Vec<(String, String)>,
    /// What Notion would not say, for the journal.
    pub(crate) reason: Option<String>,
}

impl Refusal {
    /// An error with the given status, code and text.
    pub(crate) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.into(),
            additional_data: None,
            headers: Vec::new(),
            reason: None,
        }
    }

    /// 400 `validation_error`: the request is well-formed, but it cannot be done.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "validation_error", message)
    }

    /// 400 `invalid_request_url`: no such route, or not in this version.
    pub(crate) fn url() -> Self {
        Self::new(400, "invalid_request_url", "Invalid request URL.")
    }

    /// 401 `unauthorized`: the token is not one of ours.
    pub(crate) fn token() -> Self {
        Self::new(401, "unauthorized", "API token is invalid.")
    }

    /// 403 `restricted_resource`: the connection was not given the capability.
    pub(crate) fn restricted() -> Self {
        Self::new(
            403,
            "restricted_resource",
            "Insufficient permissions for this endpoint.",
        )
    }

    /// 404 `object_not_found`: absent or not shared, which Notion does not tell apart.
    pub(crate) fn missing(what: &str, id: Uuid, bot: (Uuid, &str)) -> Self {
        let (bot_id, bot_name) = bot;
        Self::new(
            404,
            "object_not_found",
            format!(
                "Could not find {what} with ID: {id}. Make sure the relevant pages and databases are shared with your \
                 integration \"{bot_name}\"."
            ),
        )
        .with_data("integration_id", json!(bot_id))
    }

    /// 404 `object_not_found` for a user.
    pub(crate) fn missing_user(id: Uuid, bot_id: Uuid) -> Self {
        Self::new(
            404,
            "object_not_found",
            format!(
                "Could not find user with ID: {id}. Make sure your integration has capabilities to read user information. \
                 With those capabilities, only members and guests in the integration's workspace are visible."
            ),
        )
        .with_data("integration_id", json!(bot_id))
    }

    /// 429 `rate_limited`: too many requests. Without `retry_after` (in seconds) it is no use to try again.
    pub(crate) fn rate_limited(reason: &str, retry_after: Option<u64>) -> Self {
        let mut refusal = Self::new(
            429,
            "rate_limited",
            "You have been rate limited. Please try again in a few minutes.",
        )
        .with_data("rate_limit_reason", json!(reason));
        if let Some(seconds) = retry_after {
            refusal
                .headers
                .push(("retry-after".to_owned(), seconds.to_string()));
            refusal = refusal.with_data("retry_after", json!(seconds.to_string()));
        }
        refusal
    }

    /// 400 for a database with several data sources where the request names the database.
    pub(crate) fn many_sources(database: Uuid, sources: &[Uuid]) -> Self {
        Self::invalid("Databases with multiple data sources are not supported in this API version.")
            .with_data("error_type", json!("multiple_data_sources_for_database"))
            .with_data("database_id", json!(database))
            .with_data("child_data_source_ids", json!(sources))
            .with_data("minimum_api_version", json!("2025-09-03"))
    }

    /// 400 for any edit of something in the trash.
    pub(crate) fn in_trash() -> Self {
        Self::invalid("Can't edit block that is archived. You must unarchive the block before editing.")
    }

    /// 501 for what Notion publishes and this simulator does not answer yet. Never a made-up success.
    pub(crate) fn unimplemented(route: &str) -> Self {
        let mut refusal = Self::new(
            501,
            "not_implemented",
            format!(
                "notion-sim does not implement {route} yet. Notion itself would have answered this request."
            ),
        );
        refusal
            .headers
            .push(("x-notion-sim-unimplemented".to_owned(), route.to_owned()));
        refusal
    }

    /// Whether the request itself is at fault, whatever there is in the workspace.
    pub(crate) fn is_about_shape(&self) -> bool {
        self.status == 400 && (self.code == "invalid_json" || self.message.contains(" failed validation"))
    }

    /// The same error with one more entry in `additional_data`.
    pub(crate) fn with_data(mut self, key: &str, value: Value) -> Self {
        self.additional_data
            .get_or_insert_default()
            .insert(key.to_owned(), value);
        self
    }

    /// The same error with a reason that only the journal shows.
    pub(crate) fn because(mut self, sentence: String) -> Self {
        self.reason = Some(sentence);
        self
    }

    /// The error envelope, still without `request_id`.
    pub(crate) fn to_json(&self) -> Map<String, Value> {
        let mut body = Map::new();
        body.insert("object".into(), json!("error"));
        body.insert("status".into(), json!(self.status));
        body.insert("code".into(), json!(self.code));
        body.insert("message".into(), json!(self.message));
        if let Some(data) = &self.additional_data {
            body.insert("additional_data".into(), Value::Object((**data).clone()));
        }
        body
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status, self.code, self.message)
    }
}
