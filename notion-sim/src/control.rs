//! The control endpoints below `/_sim/`: the simulator's own, without a token.

use serde_json::{Value, json};

use crate::core::Core;
use crate::engine::time;
use crate::fault::Fault;
use crate::oauth;
use crate::request::{Answer, Request};
use crate::seed;

/// What there is, for the answer to everything else.
const ROUTES: &str = "GET health, GET state, GET requests, POST seed, POST reset, POST clock, POST faults, DELETE faults, \
                      POST auto-approve, POST search-lag";

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
        ("POST", "auto-approve") => {
            match parse(request).map(|body| body.get("on").and_then(Value::as_bool)) {
                Ok(Some(on)) => {
                    core.set_auto_approve(on);
                    Answer::json(200, json!({"ok": true}))
                }
                _ => refuse(
                    400,
                    "Send {\"on\": true} to approve by itself, {\"on\": false} to show the consent page.",
                ),
            }
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
        ("POST", "oauth/consent") => {
            let mut state = core.state();
            let answer = oauth::decide(core, &mut state, request);
            state.note_changes();
            answer
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

fn parse(request: &Request) -> Result<Value, String> {
    serde_json::from_slice(&request.body).map_err(|error| format!("it is not JSON ({error})"))
}

fn refuse(status: u16, sentence: &str) -> Answer {
    Answer::json(status, json!({"error": sentence}))
}
