//! The control endpoints below `/_sim/`: the simulator's own, without a token.

mod connections;

use serde_json::{Value, json};

use crate::core::Core;
use crate::engine::{id, time};
use crate::fault::Fault;
use crate::limit::RateLimit;
use crate::oauth::Approval;
use crate::page::app;
use crate::request::{Answer, Request};
use crate::seed;
use crate::webhook;

/// What there is, for the answer to everything else.
const ROUTES: &str = "GET health, GET state, GET requests, POST seed, POST reset, POST clock, POST faults, DELETE faults, \
                      POST rate-limit, POST search-lag, POST auto-approve, POST share, GET oauth, POST oauth, \
                      POST oauth/expire, POST oauth/uninstall, webhooks";

/// What the clock can be told.
const CLOCK: &str = "Send {\"now\": \"2026-06-27T17:01:00.000Z\"} to stop it there, {\"speed\": 60} with or without that to let \
                     it run faster, {\"advance_ms\": 61000} to move it on, {\"now\": null} for the real time.";

/// Answers a request to `/_sim/…`.
pub(crate) fn answer(core: &Core, request: &Request) -> Answer {
    let name = request.path.strip_prefix("/_sim/").unwrap_or_default();
    match (request.method.as_str(), name) {
        ("GET" | "HEAD", "health") => {
            Answer::json(200, json!({"ok": true, "now": time::milli_z(core.clock.now())}))
        }
        ("GET" | "HEAD", "state") => {
            let state = core.state().clone();
            Answer::json(200, seed::dump(&state))
        }
        ("GET" | "HEAD", "requests") => {
            let entries: Vec<Value> = core
                .journal
                .all()
                .iter()
                .map(crate::journal::Entry::to_json)
                .collect();
            Answer::json(200, json!({"requests": entries}))
        }
        ("POST", "seed") => match seed::read(&request.body, core.clock.now()) {
            Ok(state) => {
                core.replace(state);
                Answer::json(200, json!({"ok": true}))
            }
            Err(problem) => refuse(400, &format!("The seed document cannot be used: {problem}")),
        },
        ("POST", "reset") => {
            core.reset();
            Answer::json(200, json!({"ok": true}))
        }
        ("POST", "clock") => match parse(request).and_then(|body| core.clock.tell(&body)) {
            Ok(()) => Answer::json(200, json!({"now": time::milli_z(core.clock.now())})),
            Err(problem) => refuse(400, &format!("The clock stays as it is: {problem}. {CLOCK}")),
        },
        ("POST", "rate-limit") => match parse(request).and_then(|body| RateLimit::read(&body)) {
            Ok(limit) => {
                core.limiter.set(limit);
                Answer::json(200, json!({"ok": true}))
            }
            Err(problem) => refuse(400, &format!("The limit is not understood: {problem}.")),
        },
        ("POST", "faults") => match parse(request).and_then(|body| Fault::read(&body)) {
            Ok(faults) => {
                core.faults.add(faults);
                Answer::json(200, json!({"ok": true}))
            }
            Err(problem) => refuse(400, &format!("The fault is not understood: {problem}.")),
        },
        ("DELETE", "faults") => {
            core.faults.clear();
            Answer::json(200, json!({"ok": true}))
        }
        ("POST", "search-lag") => match parse(request).map(|body| body.get("ms").and_then(Value::as_u64)) {
            Ok(Some(lag)) => {
                core.set_search_lag(lag);
                Answer::json(200, json!({"ok": true}))
            }
            _ => refuse(
                400,
                "Send {\"ms\": 5000} to let search be five seconds behind, {\"ms\": 0} to let it know everything.",
            ),
        },
        ("POST", "auto-approve") => auto_approve(core, request),
        ("POST", "share") => connections::share(core, request),
        ("GET" | "HEAD" | "POST", "oauth" | "oauth/consent" | "oauth/expire" | "oauth/uninstall") => {
            connections::oauth(core, request, name)
        }
        ("POST", "ui/cell") => app::set_cell(core, request),
        ("POST", "ui/faults") => app::add_fault(core, request),
        ("POST", "ui/faults/clear") => app::clear_faults(core),
        (_, name) if name == "webhooks" || name.starts_with("webhooks/") => {
            webhook::answer(core, request, name.strip_prefix("webhooks").unwrap_or_default())
        }
        (method, _) => refuse(
            404,
            &format!("There is no {method} {} here. There are: {ROUTES}.", request.path),
        ),
    }
}

fn auto_approve(core: &Core, request: &Request) -> Answer {
    let problem = "Send {\"on\": true} to approve by itself, {\"on\": false} to show the consent page. \
                   \"workspace\" and \"user\" may say by id where and as whom.";
    let Ok(body) = parse(request) else {
        return refuse(400, problem);
    };
    let id = |key: &str| match body.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_str().and_then(id::parse).map(Some).ok_or(()),
    };
    match (
        body.get("on").and_then(Value::as_bool),
        id("workspace"),
        id("user"),
    ) {
        (Some(on), Ok(workspace), Ok(user)) => {
            core.set_approval(on.then_some(Approval { workspace, user }));
            Answer::json(200, json!({"ok": true}))
        }
        _ => refuse(400, problem),
    }
}

fn parse(request: &Request) -> Result<Value, String> {
    serde_json::from_slice(&request.body).map_err(|error| format!("it is not JSON ({error})"))
}

fn refuse(status: u16, sentence: &str) -> Answer {
    Answer::json(status, json!({"error": sentence}))
}
