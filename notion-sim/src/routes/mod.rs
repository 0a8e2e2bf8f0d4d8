//! The API: which routes there are, and the order in which a request is checked.

mod async_tasks;
mod attributes;
mod blocks;
mod call;
mod catalog;
mod data_sources;
mod databases;
mod markdown;
mod pages;
mod property_item;
mod query;
mod search;
mod users;

use serde_json::Value;

use crate::core::Core;
use crate::engine::access::Caller;
use crate::engine::id;
use crate::oauth;
use crate::refusal::Refusal;
use crate::request::{Answer, Request};
use crate::state::State;
use crate::version::{self, Version};

use call::Call;
use catalog::{Handler, Route};

/// Answers a request to `/v1/…` and counts what it changed.
pub(crate) fn answer(core: &Core, state: &mut State, request: &Request, request_id: &str) -> Answer {
    let answer = dispatch(core, state, request, request_id);
    let changed = state.note_changes();
    debug_assert!(
        !changed || answer.status < 400,
        "a refused request changed something"
    );
    answer
}

/// The order of checks is Notion's: address, credential, version, shape, access, meaning.
fn dispatch(core: &Core, state: &mut State, request: &Request, request_id: &str) -> Answer {
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
            let outcome = admit(core, state, request, route).and_then(|(caller, version)| {
                if version == Version::V2022June && route.new_model {
                    return Err(Refusal::unimplemented(&format!(
                        "{} before 2025-09-03",
                        route.name()
                    )));
                }
                let mut call = Call {
                    core,
                    state,
                    request,
                    params,
                    caller,
                    version,
                    now: core.clock.now(),
                };
                let mut body = run(&mut call)?;
                version::adapt(&mut body, version);
                Ok(body)
            });
            match outcome {
                Ok(Value::Object(body)) => Answer::api(200, body, request_id),
                Ok(other) => Answer::json(200, other),
                Err(refusal) => Answer::refusal(&refusal, request_id),
            }
        }
    }
}

/// Checks the credential, then the version, then whether the route exists in that version.
fn admit(core: &Core, state: &State, request: &Request, route: &Route) -> Result<(Caller, Version), Refusal> {
    let caller = Caller::authenticate(core, state, request)?;
    let version = Version::read(request.version.as_deref())?;
    if version < route.since || route.until.is_some_and(|until| version > until) {
        return Err(Refusal::url());
    }
    Ok((caller, version))
}

/// A new request id.
pub(crate) fn request_id() -> String {
    id::fresh().to_string()
}
