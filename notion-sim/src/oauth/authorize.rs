//! The authorize address: the consent page, and what happens when its buttons are pressed.

use std::sync::Arc;

use uuid::Uuid;

use super::registry::{Consent, Decision};
use crate::connection::{Kind, Registration};
use crate::core::Core;
use crate::engine::access::Access;
use crate::engine::id;
use crate::engine::workspace::Workspace;
use crate::page;
use crate::request::{Answer, Request, parse_query};
use crate::secret::Secret;
use crate::state::State;

/// Consent that is given without a page. Without a workspace or a user it is the first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Approval {
    pub(crate) workspace: Option<Uuid>,
    pub(crate) user: Option<Uuid>,
}

/// Who gives consent, and where: the position of a workspace, and one of its people.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) at: usize,
    pub(crate) user: Uuid,
}

/// `GET /v1/oauth/authorize`: the consent page, or the redirect itself where consent is given in advance.
pub(crate) fn show(core: &Core, state: &mut State, request: &Request) -> Answer {
    let client = request.query("client_id").unwrap_or_default();
    let Some(connection) = public(state, client) else {
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
    if let Some(problem) = problem(core, state, request) {
        return failed(&redirect_uri, &problem, state_sent.as_deref());
    }
    let approval = core.approval();
    let wanted = approval.clone().unwrap_or_default();
    let Some(place) = place(state, &connection, &wanted) else {
        return elsewhere();
    };
    let now = core.clock.now();
    let consent = Consent::new(&connection, redirect_uri, given.is_some(), state_sent, now);
    if approval.is_some() {
        let decision = Decision {
            workspace: state.space(place.at).id,
            user: place.user,
            access: Access::everything(),
            duplicates_template: true,
        };
        return approve(core, state, consent, decision);
    }
    let id = state.oauth.open_consent(consent);
    render(state, &connection, place, &id)
}

/// `GET /_sim/oauth/consent`: the open page for another person or another workspace.
pub(crate) fn choose(core: &Core, state: &mut State, request: &Request) -> Answer {
    let id = request.query("consent").unwrap_or_default();
    let consent = state.oauth.consent(id, core.clock.now());
    let Some(connection) = consent.and_then(|consent| public(state, &consent.client_id)) else {
        return too_late();
    };
    let wanted = Approval {
        workspace: request.query("workspace").and_then(id::parse),
        user: request.query("user").and_then(id::parse),
    };
    match place(state, &connection, &wanted) {
        Some(place) => render(state, &connection, place, &Secret::from(id)),
        None => elsewhere(),
    }
}

/// `POST /_sim/oauth/consent`: the answer of the person in front of the page.
pub(crate) fn decide(core: &Core, state: &mut State, request: &Request) -> Answer {
    let form = parse_query(&String::from_utf8_lossy(&request.body));
    let field = |name: &str| {
        form.iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let id = field("consent").unwrap_or_default();
    let Some(consent) = state.oauth.close_consent(id, core.clock.now()) else {
        return too_late();
    };
    if field("decision") != Some("allow") {
        return failed(&consent.redirect_uri, "access_denied", consent.state.as_deref());
    }
    let Some(connection) = public(state, &consent.client_id) else {
        return too_late();
    };
    let wanted = Approval {
        workspace: field("workspace").and_then(id::parse),
        user: field("user").and_then(id::parse),
    };
    let Some(place) = place(state, &connection, &wanted) else {
        return elsewhere();
    };
    let workspace = state.space(place.at);
    let duplicates_template = connection.template.is_some() && field("template") == Some("duplicate");
    let picked = form
        .iter()
        .filter(|(key, _)| key == "page" && !duplicates_template)
        .filter_map(|(_, value)| id::parse(value))
        .filter(|id| is_pickable(workspace, *id));
    let decision = Decision {
        workspace: workspace.id,
        user: place.user,
        access: Access::only(picked),
        duplicates_template,
    };
    approve(core, state, consent, decision)
}

/// The public connection with this client id.
fn public(state: &State, client_id: &str) -> Option<Arc<Registration>> {
    let connection = state.connection(client_id)?;
    (connection.kind == Kind::Public).then(|| connection.clone())
}

/// What the application is told is wrong with its request.
fn problem(core: &Core, state: &State, request: &Request) -> Option<String> {
    let problem = match (request.query("response_type"), request.query("owner")) {
        (Some("code"), Some("user")) => return core.oauth_settings(state).authorize_error,
        (Some("code") | None, _) => "invalid_request",
        (Some(_), _) => "unsupported_response_type",
    };
    Some(problem.to_owned())
}

/// Where consent is given: as wanted, else the first workspace in which the connection may be installed and its first
/// person. `None` where there is no such workspace, or where the wanted one or the wanted person is none of them.
fn place(state: &mut State, connection: &Registration, wanted: &Approval) -> Option<Place> {
    let is_meant = |space: &Workspace| match wanted.workspace {
        Some(id) => space.id == id,
        None => wanted
            .user
            .is_none_or(|user| space.people().any(|person| person == user)),
    };
    let at = state
        .spaces
        .iter()
        .position(|space| connection.fits(space.id) && is_meant(space))?;
    let user = match wanted.user {
        Some(user) => state.space(at).people().find(|person| *person == user)?,
        None => state.space_mut(at).first_person(),
    };
    Some(Place { at, user })
}

fn render(state: &State, connection: &Registration, place: Place, id: &Secret) -> Answer {
    Answer::html(200, page::consent(state, connection, place, id.expose()))
}

/// Whether a record can stand in the page picker.
fn is_pickable(workspace: &Workspace, id: Uuid) -> bool {
    workspace.pages.contains_key(&id) || workspace.databases.contains_key(&id)
}

fn approve(core: &Core, state: &mut State, consent: Consent, decision: Decision) -> Answer {
    let redirect_uri = consent.redirect_uri.clone();
    let echoed = consent.state.clone();
    let code = state.oauth.issue_code(consent, decision, core.clock.now());
    let mut location = with_query(&redirect_uri, "code", code.expose());
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

fn too_late() -> Answer {
    page::error(
        "This page was used already or is too old.",
        "Go back to the application and start connecting again.",
    )
}

/// The application is not told of this one; Notion shows it to the person.
fn elsewhere() -> Answer {
    page::error(
        "This connection cannot be installed here.",
        "It is made for selected workspaces only, and this person is in none of them.",
    )
}
