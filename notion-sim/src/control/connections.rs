//! The control endpoints around connections: sharing, and the OAuth server from behind.

use serde_json::{Value, json};

use super::{parse, refuse};
use crate::core::Core;
use crate::engine::id;
use crate::oauth;
use crate::request::{Answer, Request};
use crate::state::State;
use crate::webhook::Author;

/// `POST /_sim/share`: `{"id": …, "on": true, "connection": …}`.
pub(super) fn share(core: &Core, request: &Request) -> Answer {
    let problem = "Send {\"id\": \"…\", \"on\": true} to share a record, {\"id\": \"…\", \"on\": false} to take it away again. \
                   \"connection\" may name another connection than the internal one of its workspace: by name, client id or bot id.";
    let Ok(body) = parse(request) else {
        return refuse(400, problem);
    };
    let text = |key: &str| body.get(key).and_then(Value::as_str);
    let on = body.get("on").and_then(Value::as_bool);
    let (Some(id), Some(on)) = (text("id").and_then(id::parse), on) else {
        return refuse(400, problem);
    };
    let mut state = core.state();
    if !state.spaces.iter().any(|space| space.holds(id)) {
        return refuse(
            404,
            &format!("There is no page, database, data source or block with the id {id}."),
        );
    }
    let bots = match text("connection") {
        Some(name) => state.bots_of(name),
        None => vec![state.own_bot(id)],
    };
    if bots.is_empty() {
        let name = text("connection").unwrap_or_default();
        return refuse(
            404,
            &format!("There is no connection \"{name}\" in any workspace."),
        );
    }
    let changed = state.share(&bots, id, on);
    Answer::json(200, json!({"ok": true, "changed": changed}))
}

/// What is below `/_sim/oauth`.
pub(super) fn oauth(core: &Core, request: &Request, name: &str) -> Answer {
    let mut state = core.state();
    match (request.method.as_str(), name) {
        ("POST", "oauth") => match parse(request).and_then(|body| core.oauth_settings(&state).with(&body)) {
            Ok(settings) => {
                let answer = Answer::json(200, Value::Object(settings.to_json()));
                state.oauth.settings = Some(settings);
                state.revision += 1;
                answer
            }
            Err(problem) => refuse(400, &format!("The settings are not understood: {problem}.")),
        },
        ("POST", "oauth/consent") => {
            let answer = oauth::decide(core, &mut state, request);
            note(core, &mut state);
            answer
        }
        ("POST", "oauth/expire") => {
            let Ok(bot) = bot(request) else {
                return refuse(
                    400,
                    "Send {\"bot_id\": \"…\"} for the access tokens of one bot, {} for all.",
                );
            };
            let ended = state.oauth.tokens.expire_access(bot);
            state.revision += 1;
            Answer::json(200, json!({"ok": true, "expired": ended}))
        }
        ("POST", "oauth/uninstall") => match bot(request) {
            Ok(Some(bot)) if state.uninstall(bot) => Answer::json(200, json!({"ok": true})),
            Ok(Some(bot)) => refuse(404, &format!("No authorization has the bot {bot}.")),
            _ => refuse(400, "Send {\"bot_id\": \"…\"} with the bot of an authorization."),
        },
        (_, "oauth/consent") => {
            let answer = oauth::choose(core, &mut state, request);
            note(core, &mut state);
            answer
        }
        (_, "oauth") => {
            let settings = core.oauth_settings(&state);
            Answer::json(200, oauth::report(&state, &settings, core.clock.now()))
        }
        (method, name) => refuse(
            404,
            &format!("There is no {method} /_sim/{name} here; send a POST."),
        ),
    }
}

/// Takes note of what a consent page changed, which is the doing of the workspace itself.
fn note(core: &Core, state: &mut State) {
    let author = Author::bot(state.home().bot);
    core.note_changes(state, author);
}

/// The bot that a body names, if it names one.
fn bot(request: &Request) -> Result<Option<uuid::Uuid>, String> {
    let body = match request.body.is_empty() {
        true => json!({}),
        false => parse(request)?,
    };
    match body.get("bot_id") {
        None => Ok(None),
        Some(value) => {
            let bot = value.as_str().and_then(id::parse);
            bot.map(Some).ok_or_else(|| "`bot_id` is not an id".to_owned())
        }
    }
}
