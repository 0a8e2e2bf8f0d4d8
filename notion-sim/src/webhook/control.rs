//! The control endpoints for webhooks, which stand for the page on which a connection's developer subscribes.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::hub::{RETRY, Subscription};
use crate::core::Core;
use crate::engine::id;
use crate::request::{Answer, Request};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    url: String,
    #[serde(default)]
    events: Vec<String>,
    api_version: Option<String>,
    connection: Option<String>,
    /// Whether deliveries wait until the token came back.
    #[serde(default)]
    verify: bool,
    retry_ms: Option<u64>,
}

/// Answers a request below `/_sim/webhooks`. `rest` is what follows that in the path.
pub(crate) fn answer(core: &Core, request: &Request, rest: &str) -> Answer {
    let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
    let outcome = match (request.method.as_str(), parts.as_slice()) {
        ("GET" | "HEAD", []) => Ok(list(core)),
        ("POST", []) => subscribe(core, request),
        ("POST", ["window"]) => set_window(core, request),
        ("POST", [id, "verify"]) => verify(core, request, id),
        ("DELETE", [id]) => match id::parse(id).is_some_and(|id| core.webhooks.unsubscribe(id)) {
            true => Ok(json!({"ok": true})),
            false => Err(unknown(id)),
        },
        (method, _) => Err(format!(
            "There is no {method} {} here. There are: GET and POST webhooks, DELETE webhooks/{{id}}, POST webhooks/{{id}}/verify, \
             POST webhooks/window.",
            request.path
        )),
    };
    match outcome {
        Ok(body) => Answer::json(200, body),
        Err(sentence) => Answer::json(400, json!({"error": sentence})),
    }
}

fn list(core: &Core) -> Value {
    let subscriptions = core.webhooks.subscriptions();
    let shown = subscriptions.iter().map(|known| {
        json!({
            "id": known.id,
            "url": known.url,
            "api_version": known.api_version,
            "events": known.events,
            "connection": known.connection,
            "verified": known.verified,
        })
    });
    let deliveries = core.webhooks.deliveries();
    let deliveries = deliveries.iter().map(super::hub::Delivery::to_json);
    json!({"subscriptions": shown.collect::<Vec<_>>(), "deliveries": deliveries.collect::<Vec<_>>()})
}

fn subscribe(core: &Core, request: &Request) -> Result<Value, String> {
    let wanted: Wanted = serde_json::from_slice(&request.body).map_err(|error| {
        format!("Send {{\"url\": \"http://localhost:…\", \"events\": [\"page.created\"]}}: {error}.")
    })?;
    let api_version = wanted.api_version.unwrap_or_else(|| "2026-03-11".to_owned());
    let subscription = Subscription::new(&wanted.url, wanted.events, &api_version)?;
    let subscription = Subscription {
        verified: !wanted.verify,
        connection: wanted.connection,
        retry: wanted.retry_ms.map_or(RETRY, Duration::from_millis),
        ..subscription
    };
    if let Some(name) = &subscription.connection
        && !core.state().is_connection(name)
    {
        return Err(format!("There is no connection \"{name}\"."));
    }
    let answer = json!({
        "id": subscription.id,
        "verification_token": subscription.verification_token.expose(),
        "verified": subscription.verified,
    });
    core.webhooks.subscribe(subscription);
    Ok(answer)
}

fn verify(core: &Core, request: &Request, id: &str) -> Result<Value, String> {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let token = body
        .get("verification_token")
        .and_then(Value::as_str)
        .unwrap_or_default();
    match id::parse(id).and_then(|id| core.webhooks.verify(id, token)) {
        Some(true) => Ok(json!({"verified": true})),
        Some(false) => Err("That is not the verification_token that was sent to the address.".to_owned()),
        None => Err(unknown(id)),
    }
}

fn set_window(core: &Core, request: &Request) -> Result<Value, String> {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let millis = body.get("ms").and_then(Value::as_u64);
    let millis = millis.ok_or(
        "Send {\"ms\": 1000} to collect changes for a second, {\"ms\": 0} to tell each one at once.",
    )?;
    core.webhooks.set_window(Duration::from_millis(millis));
    Ok(json!({"ms": millis}))
}

fn unknown(id: &str) -> String {
    format!("There is no subscription {id}; GET /_sim/webhooks lists them.")
}
