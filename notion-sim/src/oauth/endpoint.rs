//! The three endpoints an application's server calls: token, introspect, revoke.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};

use crate::core::Core;
use crate::engine::access::Access;
use crate::engine::id;
use crate::request::{Answer, Request, object};
use crate::state::State;

use super::registry::{Authorization, Connection, TokenUse};

/// What an OAuth endpoint refuses, in the format of RFC 6749.
struct Refused {
    status: u16,
    error: &'static str,
    description: Option<String>,
}

type Outcome = Result<Map<String, Value>, Refused>;

/// `POST /v1/oauth/token`.
pub(crate) fn token(core: &Core, state: &mut State, request: &Request, request_id: &str) -> Answer {
    answer(core, request, request_id, |connection, body| {
        match body.get("grant_type").and_then(Value::as_str) {
            Some("authorization_code") => exchange(core, state, connection, body),
            Some("refresh_token") => refresh(core, state, connection, body),
            Some(_) => Err(refuse(
                "unsupported_grant_type",
                "The grant type must be authorization_code or refresh_token.",
            )),
            None => Err(refuse("invalid_request", "grant_type is missing.")),
        }
    })
}

/// `POST /v1/oauth/introspect`.
pub(crate) fn introspect(core: &Core, state: &State, request: &Request, request_id: &str) -> Answer {
    answer(core, request, request_id, |connection, body| {
        let token = state
            .oauth
            .tokens
            .get(text(body, "token")?)
            .filter(|token| owns(state, connection, token.bot));
        let mut out = Map::new();
        out.insert("active".into(), json!(token.is_some()));
        if let Some(token) = token {
            out.insert(
                "scope".into(),
                json!("read_content update_content insert_content read_user_with_email"),
            );
            out.insert("iat".into(), json!(token.issued.as_second()));
        }
        Ok(out)
    })
}

/// `POST /v1/oauth/revoke`. A token that is not known, or not this connection's, is as good as revoked.
pub(crate) fn revoke(core: &Core, state: &mut State, request: &Request, request_id: &str) -> Answer {
    answer(core, request, request_id, |connection, body| {
        let token = text(body, "token")?;
        if state
            .oauth
            .tokens
            .get(token)
            .is_some_and(|token| owns(state, connection, token.bot))
        {
            state.oauth.tokens.remove(token);
            state.revision += 1;
        }
        Ok(Map::new())
    })
}

/// Credentials first, then the body, then the rest.
fn answer(
    core: &Core,
    request: &Request,
    request_id: &str,
    run: impl FnOnce(&Connection, &Map<String, Value>) -> Outcome,
) -> Answer {
    let outcome = authenticate(core, request).and_then(|connection| {
        let is_form = request
            .content_type
            .as_deref()
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        if is_form {
            return Err(refuse(
                "invalid_request",
                "The body must be JSON, with the header Content-Type: application/json.",
            ));
        }
        let body = request
            .json()
            .map_err(|_| refuse("invalid_request", "The body is not JSON."))?;
        let fields =
            object(&body).map_err(|_| refuse("invalid_request", "The body must be a JSON object."))?;
        run(connection, fields.map)
    });
    match outcome {
        Ok(body) => Answer::api(200, body, request_id),
        Err(refused) => {
            let mut body = Map::new();
            body.insert("error".into(), json!(refused.error));
            if let Some(description) = refused.description {
                body.insert("error_description".into(), json!(description));
            }
            let mut answer = Answer::api(refused.status, body, request_id);
            if refused.status == 401 {
                answer
                    .headers
                    .push(("www-authenticate".into(), "Basic realm=\"OAuth\"".into()));
            }
            answer
        }
    }
}

fn authenticate<'a>(core: &'a Core, request: &Request) -> Result<&'a Connection, Refused> {
    let refused = || Refused {
        status: 401,
        error: "invalid_client",
        description: None,
    };
    let header = request.authorization.as_deref().ok_or_else(refused)?;
    let (scheme, credentials) = header.split_once(' ').ok_or_else(refused)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(refused());
    }
    let decoded = BASE64_STANDARD
        .decode(credentials.trim())
        .map_err(|_| refused())?;
    let decoded = String::from_utf8(decoded).map_err(|_| refused())?;
    let (client, secret) = decoded.split_once(':').ok_or_else(refused)?;
    core.connections
        .iter()
        .find(|connection| connection.client_id == client && connection.client_secret == secret)
        .ok_or_else(refused)
}

fn exchange(core: &Core, state: &mut State, connection: &Connection, body: &Map<String, Value>) -> Outcome {
    only(body, &["grant_type", "code", "redirect_uri", "external_account"])?;
    let given = text(body, "code")?;
    let redirect = match body.get("redirect_uri") {
        None => None,
        Some(_) => Some(text(body, "redirect_uri")?),
    };
    let now = core.clock.now();
    let invalid = |description: &str| Err(refuse("invalid_grant", description));
    let Some(code) = state
        .oauth
        .code(given)
        .filter(|code| code.consent.client_id == connection.client_id)
    else {
        return invalid("Invalid code.");
    };
    if code.used {
        return invalid("Invalid code: this code has already been used.");
    }
    if code.expired(now) {
        return invalid("Invalid code: this code has expired.");
    }
    let needed = code.consent.redirect_given || connection.redirect_uris.len() > 1;
    match redirect {
        None if needed => {
            return Err(refuse(
                "invalid_request",
                "redirect_uri is required: it was part of the authorization request.",
            ));
        }
        Some(_) if !needed => {
            return Err(refuse(
                "invalid_request",
                "redirect_uri is not allowed: it was not part of the authorization request.",
            ));
        }
        Some(uri) if uri != code.consent.redirect_uri => {
            return invalid("Invalid redirect_uri: it must be the one of the authorization request.");
        }
        _ => {}
    }
    let (user, access) = (code.user, code.access.clone());
    state.oauth.spend_code(given);
    let bot = grant(state, connection, user, access);
    let (access_token, refresh_token) = state.oauth.issue_pair(bot, now);
    state.revision += 1;
    Ok(grant_body(state, bot, &access_token, &refresh_token))
}

/// Gives a connection what a user picked. One who authorizes again keeps the bot; what was picked now is what counts.
fn grant(state: &mut State, connection: &Connection, user: uuid::Uuid, access: Access) -> uuid::Uuid {
    let known = state
        .oauth
        .between(&connection.client_id, user)
        .map(|authorization| authorization.bot);
    if let Some(bot) = known {
        if let Some(authorization) = state.oauth.authorization_mut(bot) {
            authorization.access = access;
        }
        return bot;
    }
    let bot = id::fresh();
    let owner = json!({"type": "user", "user": state.home().user_json(user)});
    state.home_mut().add_bot(bot, &connection.name, &owner);
    state.oauth.authorizations.push(Authorization {
        bot,
        client_id: connection.client_id.clone(),
        user,
        access,
    });
    bot
}

fn refresh(core: &Core, state: &mut State, connection: &Connection, body: &Map<String, Value>) -> Outcome {
    only(body, &["grant_type", "refresh_token"])?;
    let given = text(body, "refresh_token")?;
    let known = state
        .oauth
        .tokens
        .get(given)
        .filter(|token| token.usage == TokenUse::Refresh);
    let Some(token) = known.filter(|token| owns(state, connection, token.bot)).cloned() else {
        return Err(refuse("invalid_grant", "Invalid refresh token."));
    };
    state.oauth.end_pair(token.pair);
    let (access_token, refresh_token) = state.oauth.issue_pair(token.bot, core.clock.now());
    state.revision += 1;
    Ok(grant_body(state, token.bot, &access_token, &refresh_token))
}

fn grant_body(state: &State, bot: uuid::Uuid, access_token: &str, refresh_token: &str) -> Map<String, Value> {
    let owner = state
        .oauth
        .authorization(bot)
        .map(|authorization| state.home().user_json(authorization.user));
    let mut out = Map::new();
    out.insert("access_token".into(), json!(access_token));
    out.insert("token_type".into(), json!("bearer"));
    out.insert("refresh_token".into(), json!(refresh_token));
    out.insert("bot_id".into(), json!(bot));
    out.insert("workspace_name".into(), state.home().name.clone());
    out.insert("workspace_icon".into(), state.home().icon.clone());
    out.insert("workspace_id".into(), json!(state.home().id));
    out.insert("owner".into(), json!({"type": "user", "user": owner}));
    out.insert("duplicated_template_id".into(), Value::Null);
    out
}

fn owns(state: &State, connection: &Connection, bot: uuid::Uuid) -> bool {
    state
        .oauth
        .authorization(bot)
        .is_some_and(|authorization| authorization.client_id == connection.client_id)
}

fn text<'a>(body: &'a Map<String, Value>, key: &str) -> Result<&'a str, Refused> {
    match body.get(key) {
        None => Err(refuse("invalid_request", &format!("{key} is missing."))),
        Some(value) => value
            .as_str()
            .ok_or_else(|| refuse("invalid_request", &format!("{key} must be a string."))),
    }
}

fn only(body: &Map<String, Value>, known: &[&str]) -> Result<(), Refused> {
    match body.keys().find(|key| !known.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => Err(refuse("invalid_request", &format!("{key} is not allowed here."))),
    }
}

fn refuse(error: &'static str, description: &str) -> Refused {
    Refused {
        status: 400,
        error,
        description: Some(description.to_owned()),
    }
}
