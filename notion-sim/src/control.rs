//! The control endpoints below `/_sim/`: the simulator's own, without a token.

use serde_json::{Value, json};

use crate::core::Core;
use crate::engine::time;
use crate::fault::Fault;
use crate::limit::RateLimit;
use crate::oauth;
use crate::page::app;
use crate::request::{Answer, Request};
use crate::seed;
use crate::webhook::{self, Author};

/// What there is, for the answer to everything else.
const ROUTES: &str = "GET health, GET state, GET requests, POST seed, POST reset, POST clock, POST faults, DELETE faults, \
                      POST rate-limit, POST auto-approve, POST search-lag, webhooks";

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
            let bot = state.home().bot;
            core.note_changes(&mut state, Author::bot(bot));
            answer
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

fn parse(request: &Request) -> Result<Value, String> {
    serde_json::from_slice(&request.body).map_err(|error| format!("it is not JSON ({error})"))
}

fn refuse(status: u16, sentence: &str) -> Answer {
    Answer::json(status, json!({"error": sentence}))
}
