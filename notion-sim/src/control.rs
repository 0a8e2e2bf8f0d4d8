//! The control endpoints below `/_sim/`: the simulator's own, without a token.

mod connections;

use serde_json::{Value, json};

use crate::core::Core;
use crate::engine::{id, time};
use crate::fault::Fault;
use crate::oauth::Approval;
use crate::request::{Answer, Request};
use crate::seed;

/// What there is, for the answer to everything else.
const ROUTES: &str = "GET health, GET state, GET requests, POST seed, POST reset, POST clock, POST faults, DELETE faults, \
                      POST auto-approve, POST share, GET oauth, POST oauth, POST oauth/expire, POST oauth/uninstall";

/// Answers a request to `/_sim/…`.
pub(crate) fn answer(core: &Core, request: &Request) -> Answer {
    let name = request.path.strip_prefix("/_sim/").unwrap_or_default();
    match (request.method.as_str(), name) {
        ("GET" | "HEAD", "health") => {
            Answer::json(200, json!({"ok": true, "now": time::milli_z(core.clock.now())}))
        }
        ("GET" | "HEAD", "state") => {
            let state = core.state().clone();
            Answer::json(200, seed::dump(&state, false))
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
        ("POST", "clock") => set_clock(core, request),
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
        ("POST", "auto-approve") => auto_approve(core, request),
        ("POST", "share") => connections::share(core, request),
        ("GET" | "HEAD" | "POST", "oauth" | "oauth/consent" | "oauth/expire" | "oauth/uninstall") => {
            connections::oauth(core, request, name)
        }
        (method, _) => refuse(
            404,
            &format!("There is no {method} {} here. There are: {ROUTES}.", request.path),
        ),
    }
}

fn set_clock(core: &Core, request: &Request) -> Answer {
    let problem =
        "Send {\"now\": \"2026-06-27T17:01:00.000Z\"} to stop the clock, {\"now\": null} to let it run.";
    let Ok(body) = parse(request) else {
        return refuse(400, problem);
    };
    match body.get("now") {
        Some(Value::Null) => core.clock.set(None),
        Some(Value::String(text)) => match text.parse() {
            Ok(at) => core.clock.set(Some(at)),
            Err(_) => return refuse(400, problem),
        },
        _ => return refuse(400, problem),
    }
    Answer::json(200, json!({"now": time::milli_z(core.clock.now())}))
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
