//! The three endpoints an application's server calls: token, introspect, revoke.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::grant;
use super::settings::OAuthSettings;
use crate::connection::{Kind, Registration};
use crate::core::Core;
use crate::request::{Answer, Request, object, parse_query};
use crate::state::State;

/// What an OAuth endpoint refuses.
struct Refused {
    status: u16,
    error: &'static str,
    description: String,
}

type Outcome = Result<Map<String, Value>, Refused>;

/// What an endpoint works with, once it is known who asks.
struct Call<'a> {
    state: &'a mut State,
    connection: Arc<Registration>,
    body: &'a Map<String, Value>,
    settings: OAuthSettings,
    now: Timestamp,
}

/// `POST /v1/oauth/token`.
pub(crate) fn token(core: &Core, state: &mut State, request: &Request, request_id: &str) -> Answer {
    answer(core, state, request, request_id, |call| {
        match call.body.get("grant_type").and_then(Value::as_str) {
            Some("authorization_code") => exchange(call),
            Some("refresh_token") => refresh(call),
            Some(_) => Err(refuse(
                "unsupported_grant_type",
                "The grant type must be authorization_code or refresh_token.",
            )),
            None => Err(refuse("invalid_request", "grant_type is missing.")),
        }
    })
}

/// `POST /v1/oauth/introspect`.
pub(crate) fn introspect(core: &Core, state: &mut State, request: &Request, request_id: &str) -> Answer {
    answer(core, state, request, request_id, |call| {
        let token = call.text("token")?;
        let known = call.state.oauth.tokens.live(token, call.now);
        let known = known.filter(|known| call.owns(known.bot));
        let mut out = Map::new();
        out.insert("active".into(), json!(known.is_some()));
        if let Some(known) = known {
            let names: Vec<_> = call.connection.capabilities.names().collect();
            out.insert("scope".into(), json!(names.join(" ")));
            out.insert("iat".into(), json!(known.issued.as_second()));
        }
        Ok(out)
    })
}

/// `POST /v1/oauth/revoke`. A token that is not known, or not this connection's, is as good as revoked.
pub(crate) fn revoke(core: &Core, state: &mut State, request: &Request, request_id: &str) -> Answer {
    answer(core, state, request, request_id, |call| {
        let token = call.text("token")?;
        let known = call.state.oauth.tokens.live(token, call.now);
        if known.is_some_and(|known| call.owns(known.bot)) {
            call.state.oauth.tokens.revoke(token);
            call.state.revision += 1;
        }
        Ok(Map::new())
    })
}

/// Credentials first, then the body, then the rest.
fn answer(
    core: &Core,
    state: &mut State,
    request: &Request,
    request_id: &str,
    run: impl FnOnce(&mut Call<'_>) -> Outcome,
) -> Answer {
    let settings = core.oauth_settings(state);
    let outcome = authenticate(state, request).and_then(|connection| {
        let is_form = request
            .content_type
            .as_deref()
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        // Only JSON is documented, but many clients send forms and get on well with it.
        let body = if is_form {
            let pairs = parse_query(&String::from_utf8_lossy(&request.body));
            Ok(pairs
                .into_iter()
                .map(|(key, value)| (key, json!(value)))
                .collect())
        } else {
            request.json()
        };
        let body = body.map_err(|_| refuse("invalid_request", "The body is not JSON."))?;
        let fields =
            object(&body).map_err(|_| refuse("invalid_request", "The body must be a JSON object."))?;
        run(&mut Call {
            state,
            connection,
            body: fields.map,
            settings: settings.clone(),
            now: core.clock.now(),
        })
    });
    match outcome {
        Ok(body) => Answer::api(200, body, request_id),
        Err(refused) => refused.answer(settings.notion_errors, request_id),
    }
}

fn authenticate(state: &State, request: &Request) -> Result<Arc<Registration>, Refused> {
    let refused = || Refused {
        status: 401,
        error: "invalid_client",
        description: String::new(),
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
    state
        .connection(client)
        .filter(|connection| connection.kind == Kind::Public)
        .filter(|connection| connection.client_secret.as_ref().is_some_and(|own| own == secret))
        .cloned()
        .ok_or_else(refused)
}

fn exchange(call: &mut Call<'_>) -> Outcome {
    call.only(&["grant_type", "code", "redirect_uri", "external_account"])?;
    let given = call.text("code")?;
    let redirect = match call.body.get("redirect_uri") {
        None => None,
        Some(_) => Some(call.text("redirect_uri")?),
    };
    let invalid = |description: &str| Err(refuse("invalid_grant", description));
    let code = call.state.oauth.code(given);
    let Some(code) = code.filter(|code| code.consent.client_id == call.connection.id) else {
        return invalid("Invalid code.");
    };
    if let Some(problem) = code.problem(call.now) {
        return invalid(&format!("Invalid code: {problem}."));
    }
    let needed = code.consent.redirect_given || call.connection.redirect_uris.len() > 1;
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
    let decision = code.decision.clone();
    let Some(at) = call.state.space_at(decision.workspace) else {
        return invalid("Invalid code: this code has been revoked.");
    };
    call.state.oauth.spend_code(given);
    let bot = grant::give(call.state, &call.connection, at, decision, call.now);
    let tokens = &mut call.state.oauth.tokens;
    tokens.counters.exchanges += 1;
    let current = match call.connection.reuses_tokens {
        true => tokens.current(bot, call.now),
        false => None,
    };
    let pair = current.unwrap_or_else(|| tokens.begin(bot, &call.settings, call.now));
    call.state.revision += 1;
    Ok(grant::body(call.state, &call.connection, bot, &pair))
}

fn refresh(call: &mut Call<'_>) -> Outcome {
    call.only(&["grant_type", "refresh_token"])?;
    let given = call.text("refresh_token")?;
    let holder = call.state.oauth.tokens.refresher(given, call.now);
    let pair = holder.filter(|bot| call.owns(*bot)).and_then(|bot| {
        // Even where nothing comes of it, a token that is used again may end others.
        call.state.revision += 1;
        let pair = call.state.oauth.tokens.refresh(given, &call.settings, call.now)?;
        Some((bot, pair))
    });
    let Some((bot, pair)) = pair else {
        return Err(refuse("invalid_grant", "Invalid refresh token."));
    };
    Ok(grant::body(call.state, &call.connection, bot, &pair))
}

impl<'a> Call<'a> {
    /// Whether a bot acts for the connection that asks.
    fn owns(&self, bot: Uuid) -> bool {
        self.state
            .installation(bot)
            .is_some_and(|installation| installation.connection == self.connection.id)
    }

    fn text(&self, key: &str) -> Result<&'a str, Refused> {
        match self.body.get(key) {
            None => Err(refuse("invalid_request", &format!("{key} is missing."))),
            Some(value) => value
                .as_str()
                .ok_or_else(|| refuse("invalid_request", &format!("{key} must be a string."))),
        }
    }

    fn only(&self, known: &[&str]) -> Result<(), Refused> {
        match self.body.keys().find(|key| !known.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) => Err(refuse("invalid_request", &format!("{key} is not allowed here."))),
        }
    }
}

impl Refused {
    /// The refusal in one of the two envelopes.
    fn answer(self, notion_style: bool, request_id: &str) -> Answer {
        let mut body = Map::new();
        if notion_style {
            body.insert("object".into(), json!("error"));
            body.insert("status".into(), json!(self.status));
            body.insert("code".into(), json!(self.error));
            let unsaid = self.description.is_empty();
            let message = if unsaid {
                "Client authentication failed."
            } else {
                &self.description
            };
            body.insert("message".into(), json!(message));
        } else {
            body.insert("error".into(), json!(self.error));
            if !self.description.is_empty() {
                body.insert("error_description".into(), json!(self.description));
            }
        }
        let mut answer = Answer::api(self.status, body, request_id);
        if self.status == 401 {
            answer
                .headers
                .push(("www-authenticate".into(), "Basic realm=\"OAuth\"".into()));
        }
        answer
    }
}

fn refuse(error: &'static str, description: &str) -> Refused {
    Refused {
        status: 400,
        error,
        description: description.to_owned(),
    }
}
