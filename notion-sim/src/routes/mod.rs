//! The API: which routes there are, and the order in which a request is checked.

mod async_tasks;
mod attributes;
mod blocks;
mod call;
mod catalog;
mod comments;
mod custom_emojis;
mod data_sources;
mod databases;
mod file_uploads;
mod legacy;
mod markdown;
mod meeting_notes;
mod moving;
mod pages;
mod permit;
mod property_item;
mod query;
mod search;
mod templates;
mod users;
mod view_queries;
mod views;

use std::cell::RefCell;

use serde_json::Value;

use crate::core::Core;
use crate::engine::access::Caller;
use crate::engine::id;
use crate::files;
use crate::oauth;
use crate::refusal::Refusal;
use crate::request::{Answer, Request};
use crate::state::State;
use crate::version::Version;
use crate::webhook::Author;

use call::Call;
use catalog::{Handler, Route};

/// Answers a request to `/v1/…` and counts what it changed.
pub(crate) fn answer(core: &Core, state: &mut State, request: &Request, request_id: &str) -> Answer {
    let mut author = Author::bot(state.home().bot);
    let answer = dispatch(core, state, request, request_id, &mut author);
    let changed = core.note_changes(state, author);
    debug_assert!(
        !changed || answer.status < 400,
        "a refused request changed something"
    );
    Answer { changed, ..answer }
}

/// The order of checks is Notion's: address, credential, version, shape, access, meaning.
fn dispatch(
    core: &Core,
    state: &mut State,
    request: &Request,
    request_id: &str,
    author: &mut Author,
) -> Answer {
    let Some((route, params)) = catalog::find(&request.method, &request.path) else {
        return Answer::refusal(&Refusal::url(), request_id);
    };
    match route.handler {
        Handler::Authorize => oauth::show(core, state, request),
        Handler::Token => oauth::token(core, state, request, request_id),
        Handler::Introspect => oauth::introspect(core, state, request, request_id),
        Handler::Revoke => oauth::revoke(core, state, request, request_id),
        Handler::Missing => match admit(core, state, request, route) {
            Ok(_) => Answer::refusal(&Refusal::unimplemented(&route.name()), request_id),
            Err(refusal) => Answer::refusal(&refusal, request_id),
        },
        Handler::Run(run) => {
            let mut notes = Vec::new();
            let outcome = admit(core, state, request, route).and_then(|(caller, version)| {
                *author = Author::bot(caller.bot);
                let run = match route.formerly {
                    Some(former) if version == Version::V2022June => former,
                    _ => run,
                };
                let permitted = route.needs().is_none_or(|needed| caller.may(needed));
                // Only handlers know the shape of a request, and that is looked at before what the connection may do. So one
                // that may not do this has it done to a copy, for the sake of what is wrong with its shape.
                let mut copy;
                let state = if permitted {
                    state
                } else {
                    copy = state.clone();
                    &mut copy
                };
                let mut call = Call {
                    core,
                    state,
                    request,
                    params,
                    caller,
                    version,
                    now: core.clock.now(),
                    status: 200,
                    notes: RefCell::default(),
                };
                let outcome = run(&mut call);
                notes = call.notes.take();
                if !permitted {
                    let shape = outcome.err().filter(Refusal::is_about_shape);
                    return Err(shape.unwrap_or_else(Refusal::restricted));
                }
                let mut body = outcome?;
                files::show(core, request, call.workspace(), call.now, &mut body);
                call.adapt(&mut body);
                Ok((call.status, body))
            });
            if let Err(refusal) = &outcome {
                notes.extend(refusal.reason.clone());
            }
            let answer = match outcome {
                Ok((status, Value::Object(body))) if route.bare => Answer::bare(status, body, request_id),
                Ok((status, Value::Object(body))) => Answer::api(status, body, request_id),
                Ok((status, other)) => Answer::json(status, other),
                Err(refusal) => Answer::refusal(&refusal, request_id),
            };
            Answer { notes, ..answer }
        }
    }
}

/// Checks the credential, then whether its connection may send one more request, then the version, then whether the route
/// exists in that version. So requests without a valid credential use up nobody's limit.
fn admit(core: &Core, state: &State, request: &Request, route: &Route) -> Result<(Caller, Version), Refusal> {
    let caller = Caller::authenticate(core, state, request)?;
    core.limiter.admit(caller.bot, request, core.clock.now())?;
    let version = Version::read(request.version.as_deref())?;
    if version < route.since || route.until.is_some_and(|until| version > until) {
        return Err(Refusal::url());
    }
    Ok((caller, version))
}

/// Whether requests to this path bring a file.
pub(crate) fn takes_file(path: &str) -> bool {
    let path = path.strip_suffix('/').unwrap_or(path);
    path.starts_with("/v1/file_uploads/") && path.ends_with("/send")
}

/// A new request id.
pub(crate) fn request_id() -> String {
    id::fresh().to_string()
}
