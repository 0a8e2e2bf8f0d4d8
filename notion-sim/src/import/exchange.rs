//! One recorded request with the answer Notion gave.

use serde_json::Value;
use uuid::Uuid;

use super::record::{Kind, as_id};
use crate::engine::id;

/// All that was recorded in one go, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Recording {
    pub(super) exchanges: Vec<Exchange>,
}

/// A request and its answer.
#[derive(Debug, Clone)]
pub(super) struct Exchange {
    pub(super) method: String,
    /// The path without the query.
    pub(super) path: String,
    /// Keys and values of the query, decoded.
    pub(super) query: Vec<(String, String)>,
    /// The `Notion-Version` header, where it was recorded.
    pub(super) version: Option<String>,
    /// The body of the request: JSON, a text, or `null`.
    pub(super) request: Value,
    pub(super) status: u16,
    /// The body of the answer: JSON, a text, or `null`.
    pub(super) answer: Value,
}

impl Exchange {
    /// Whether Notion did what was asked.
    pub(super) fn succeeded(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The method, and the parts of the path after `/v1`.
    pub(super) fn route(&self) -> (&str, Vec<&str>) {
        let path = self.path.strip_prefix("/v1/").unwrap_or_default();
        (&self.method, path.trim_end_matches('/').split('/').collect())
    }

    /// The object the path names first.
    pub(super) fn owner(&self) -> Option<(Kind, Uuid)> {
        let (_, segments) = self.route();
        Some((Kind::of_path(segments.first()?)?, id::parse(segments.get(1)?)?))
    }

    /// Whether the request changed the object itself.
    pub(super) fn writes(&self, id: Uuid) -> bool {
        let (method, segments) = self.route();
        let is_change = matches!(method, "PATCH" | "DELETE") || segments.get(2) == Some(&"move");
        is_change && self.owner().is_some_and(|(_, owner)| owner == id)
    }

    /// The items of the answer, if it is a list.
    pub(super) fn results(&self) -> &[Value] {
        let results = self.answer.get("results").and_then(Value::as_array);
        results.map(Vec::as_slice).unwrap_or_default()
    }

    /// The ids of what the request created.
    pub(super) fn born(&self) -> Vec<Uuid> {
        match self.route() {
            ("POST", segments)
                if matches!(
                    segments[..],
                    ["pages" | "databases" | "data_sources" | "comments" | "views" | "file_uploads"]
                        | ["views", _, "queries"]
                ) =>
            {
                let sources = self.answer.get("data_sources").and_then(Value::as_array);
                let sources = sources
                    .into_iter()
                    .flatten()
                    .filter_map(|source| source.get("id"));
                // A comment that is no reply begins a discussion.
                let discussion = self.answer.get("discussion_id");
                let discussion = discussion.filter(|_| self.request.get("discussion_id").is_none());
                let ids = self.answer.get("id").into_iter().chain(sources).chain(discussion);
                ids.filter_map(as_id).collect()
            }
            ("PATCH", segments) if matches!(segments[..], ["blocks", _, "children"]) => {
                let ids = self.results().iter().filter_map(|item| item.get("id"));
                ids.filter_map(as_id).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether the answer lists two objects under one id, which happens where ids were hidden before a recording was
    /// published. Nothing it says can be relied on.
    pub(super) fn is_garbled(&self) -> bool {
        let is_value = |item: &Value| item.get("object").is_some_and(|object| object == "property_item");
        let id = |item: &Value| item.get("id").and_then(Value::as_str).map(str::to_owned);
        let items = self.results();
        let Some(mut ids) = items.iter().map(id).collect::<Option<Vec<String>>>() else {
            return false;
        };
        ids.sort_unstable();
        !items.iter().any(is_value) && ids.windows(2).any(|pair| pair[0] == pair[1])
    }
}
