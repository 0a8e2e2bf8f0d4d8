//! The authorize address: the consent page, and what happens when its buttons are pressed.

use crate::core::Core;
use crate::engine::access::Access;
use crate::engine::id;
use crate::engine::workspace::Workspace;
use crate::page;
use crate::request::{Answer, Request, parse_query};
use crate::state::State;

use super::registry::Consent;

/// `GET /v1/oauth/authorize`: the consent page, or the redirect itself where consent is given in advance.
pub(crate) fn show(core: &Core, state: &mut State, request: &Request) -> Answer {
    let client = request.query("client_id").unwrap_or_default();
    let Some(connection) = core
        .connections
        .iter()
        .find(|connection| connection.client_id == client)
    else {
        return page::error(
            "Missing or invalid client_id.",
            "No connection is registered with this client id. Compare it with the one the simulator printed when it started.",
        );
    };
    let given = request.query("redirect_uri");
    let redirect_uri = match given {
        Some(uri) => connection
            .redirect_uris
            .iter()
            .find(|registered| *registered == uri),
        None if connection.redirect_uris.len() == 1 => connection.redirect_uris.first(),
        None => None,
    };
    let Some(redirect_uri) = redirect_uri.cloned() else {
        return page::error(
            "Missing or invalid redirect_uri.",
            "The redirect URI has to be one of those registered for the connection, character by character.",
        );
    };
    let state_sent = request.query("state").map(str::to_owned);
    let problem = if request.query("response_type") != Some("code") {
        Some("unsupported_response_type")
    } else if request.query("owner") != Some("user") {
        Some("invalid_request")
    } else {
        None
    };
    if let Some(problem) = problem {
        return failed(&redirect_uri, problem, state_sent.as_deref());
    }
    let now = core.clock.now();
    let consent = Consent::new(connection, redirect_uri, given.is_some(), state_sent, now);
    if core.auto_approve() {
        return approve(core, state, consent, Access::everything());
    }
    let connection = connection.clone();
    let id = state.oauth.open_consent(consent);
    let user = authorizing_user(state.home_mut());
    Answer::html(200, page::consent(state.home(), &connection, user, &id))
}

/// `POST /_sim/oauth/consent`: the answer of the person in front of the page.
pub(crate) fn decide(core: &Core, state: &mut State, request: &Request) -> Answer {
    let form = parse_query(&String::from_utf8_lossy(&request.body));
    let field = |name: &str| {
        form.iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let Some(consent) = state
        .oauth
        .close_consent(field("consent").unwrap_or_default(), core.clock.now())
    else {
        return page::error(
            "This page was used already or is too old.",
            "Go back to the application and start connecting again.",
        );
    };
    if field("decision") != Some("allow") {
        return failed(&consent.redirect_uri, "access_denied", consent.state.as_deref());
    }
    let picked = form
        .iter()
        .filter(|(key, _)| key == "page")
        .filter_map(|(_, value)| id::parse(value));
    let access = Access {
        all: false,
        roots: picked.filter(|id| is_pickable(state.home(), *id)).collect(),
    };
    approve(core, state, consent, access)
}

/// Whether a record can stand in the page picker.
fn is_pickable(workspace: &Workspace, id: uuid::Uuid) -> bool {
    workspace.pages.contains_key(&id) || workspace.databases.contains_key(&id)
}

fn approve(core: &Core, state: &mut State, consent: Consent, access: Access) -> Answer {
    let user = authorizing_user(state.home_mut());
    let redirect_uri = consent.redirect_uri.clone();
    let echoed = consent.state.clone();
    let code = state.oauth.issue_code(consent, user, access, core.clock.now());
    let mut location = with_query(&redirect_uri, "code", &code);
    if let Some(echoed) = echoed {
        location = with_query(&location, "state", &echoed);
    }
    Answer::redirect(&location)
}

/// Notion sends `state` along with an error even where none came in.
fn failed(redirect_uri: &str, error: &str, state: Option<&str>) -> Answer {
    let location = with_query(redirect_uri, "error", error);
    Answer::redirect(&with_query(&location, "state", state.unwrap_or_default()))
}

fn with_query(uri: &str, key: &str, value: &str) -> String {
    let separator = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{separator}{key}={}", id::encode(value))
}

/// The person at the browser: the first one of the workspace. A workspace of bots only gets one.
fn authorizing_user(workspace: &mut Workspace) -> uuid::Uuid {
    let person = workspace.user_order.iter().find(|id| {
        workspace
            .users
            .get(id)
            .is_some_and(|user| user.get("type").is_some_and(|kind| kind == "person"))
    });
    if let Some(person) = person {
        return *person;
    }
    let person = id::fresh();
    workspace.add_user(
        person,
        serde_json::json!({
            "object": "user", "id": person, "name": "Ada Lovelace", "avatar_url": null, "type": "person",
            "person": {"email": "ada@example.com"},
        }),
    );
    person
}
