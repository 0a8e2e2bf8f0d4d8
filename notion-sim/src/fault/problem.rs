//! The errors that faults answer with.

use serde_json::{Map, Value, json};

use super::action::Action;
use crate::engine::id;
use crate::refusal::Refusal;
use crate::request::{Answer, Request};
use crate::routes;

/// What Notion says when it ran out of time after the change.
const SAVED: &str = "The change was saved, but the response could not be built in time. Read the object again instead of \
                     repeating the write.";

/// The answer with a status. `done` is what the request itself was answered, where it was performed.
pub(super) fn answer(action: &Action, status: u16, request: &Request, done: Option<&Answer>) -> Answer {
    match &action.body {
        Some(Value::String(text)) => {
            let mut answer = Answer::json(status, Value::Null);
            answer.headers = vec![("content-type".into(), "text/plain; charset=utf-8".into())];
            answer.body = text.clone().into();
            answer
        }
        Some(body) => Answer::json(status, body.clone()),
        None if speaks_oauth(status, request) => oauth(action, status),
        None => Answer::refusal(&refusal(action, status, request, done), &routes::request_id()),
    }
}

/// The endpoints an application's server calls have errors of their own, as long as it is about the request.
fn speaks_oauth(status: u16, request: &Request) -> bool {
    let endpoint = request.path.strip_prefix("/v1/oauth/");
    endpoint.is_some_and(|name| name != "authorize") && (400..=499).contains(&status) && status != 429
}

fn oauth(action: &Action, status: u16) -> Answer {
    let usual = if status == 401 {
        "invalid_client"
    } else {
        "invalid_request"
    };
    let mut body = Map::new();
    body.insert("error".into(), json!(action.code.as_deref().unwrap_or(usual)));
    if let Some(message) = &action.message {
        body.insert("error_description".into(), json!(message));
    }
    Answer::api(status, body, &routes::request_id())
}

fn refusal(action: &Action, status: u16, request: &Request, done: Option<&Answer>) -> Refusal {
    let saved = done
        .filter(|answer| status == 503 && answer.status == 200 && answer.changed)
        .map(|answer| committed(request, answer));
    let (code, message) = usual(status);
    let message = if saved.is_some() { SAVED } else { message };
    let mut refusal = Refusal::new(
        status,
        action.code.as_deref().unwrap_or(code),
        action.message.as_deref().unwrap_or(message),
    );
    let mut data = action
        .additional_data
        .clone()
        .unwrap_or_else(|| details(action, status, saved.is_some()));
    for (key, value) in saved.into_iter().flatten() {
        data.entry(key).or_insert(value);
    }
    if !data.is_empty() {
        refusal.additional_data = Some(Box::new(data));
    }
    refusal
}

/// What Notion adds to an error with this status.
fn details(action: &Action, status: u16, saved: bool) -> Map<String, Value> {
    let mut data = Map::new();
    if status == 429 {
        data.insert("rate_limit_reason".into(), json!("public_api_request_rate_limit"));
    }
    if saved {
        data.insert(
            "from".into(),
            json!("publicApi.pageObjectPointerToPageObject.beforePreload"),
        );
        data.insert("elapsed_ms".into(), json!("55012"));
        data.insert("deadline_ms".into(), json!("55000"));
        let guidance = [
            "Read the object again to confirm the saved change.",
            "Do not repeat the write.",
        ];
        data.insert("retry_guidance".into(), json!(guidance));
    }
    // The body repeats the wait for clients that cannot read headers.
    let wait = action
        .headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("retry-after"))
        .map(|(_, seconds)| seconds)
        .filter(|seconds| seconds.parse::<u64>().is_ok());
    if let Some(seconds) = wait {
        data.insert("retry_after".into(), json!(seconds));
    }
    data
}

/// What Notion names of a change that it saved: a new page or database, or the blocks that were appended.
fn committed(request: &Request, answer: &Answer) -> Map<String, Value> {
    let mut data = Map::new();
    let answered = answer.json.as_ref();
    let path: Vec<&str> = request.path.trim_matches('/').split('/').collect();
    match (request.method.as_str(), path.as_slice()) {
        ("POST", ["v1", "pages" | "databases"]) => {
            if let Some(id) = answered.and_then(|body| body.get("id")) {
                data.insert("committed_resource_id".into(), id.clone());
            }
        }
        ("PATCH", ["v1", "blocks", parent, "children"]) => {
            let parent = id::parse(parent).map_or_else(|| json!(parent), |id| json!(id));
            data.insert("committed_resource_id".into(), parent);
            // What follows the new blocks may be in the answer too.
            let blocks = answered.and_then(|body| body.get("results")?.as_array());
            let ids = blocks
                .into_iter()
                .flatten()
                .take(children(request))
                .filter_map(|block| block.get("id").cloned());
            data.insert("committed_child_ids".into(), ids.collect());
        }
        _ => {}
    }
    data
}

/// How many children a request brings.
fn children(request: &Request) -> usize {
    let body = request.json().ok();
    let children = body.as_ref().and_then(|body| body.get("children")?.as_array());
    children.map_or(0, Vec::len)
}

/// The code and text that Notion gives with a status.
fn usual(status: u16) -> (&'static str, &'static str) {
    match status {
        400 => ("validation_error", "The request failed validation."),
        401 => ("unauthorized", "API token is invalid."),
        403 => (
            "restricted_resource",
            "API token does not have access to this resource.",
        ),
        404 => ("object_not_found", "Could not find the object."),
        409 => (
            "conflict_error",
            "Conflict occurred while saving. Please try again.",
        ),
        429 => (
            "rate_limited",
            "You have been rate limited. Please try again in a few minutes.",
        ),
        502 => ("bad_gateway", "Bad gateway."),
        503 => (
            "service_unavailable",
            "Notion is unavailable, please try again later.",
        ),
        504 => ("gateway_timeout", "The request timed out."),
        529 => (
            "service_overload",
            "Notion is overloaded, please try again later.",
        ),
        _ => ("internal_server_error", "Unexpected error occurred."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_append_names_its_block_and_the_children_it_made() {
        let request = Request {
            method: "PATCH".into(),
            path: "/v1/blocks/0ddba11d0000400080000000000000f0/children".into(),
            query: Vec::new(),
            authorization: None,
            version: None,
            content_type: None,
            range: None,
            origin: String::new(),
            body: json!({"children": [{}, {}]}).to_string().into(),
        };
        let answer = Answer::json(
            200,
            json!({"results": [{"id": "a"}, {"id": "b"}, {"id": "behind"}]}),
        );
        assert_eq!(
            Value::Object(committed(&request, &answer)),
            json!({
                "committed_resource_id": "0ddba11d-0000-4000-8000-0000000000f0",
                "committed_child_ids": ["a", "b"],
            })
        );
    }
}
