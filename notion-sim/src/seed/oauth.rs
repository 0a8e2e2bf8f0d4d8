//! The `oauth` part of a seed document: `{"authorizations": […], "tokens": […], "spent": […], "settings": {…}}`.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::connections::sorted;
use crate::connection::Installation;
use crate::engine::access::Access;
use crate::engine::{id, time};
use crate::oauth::{OAuthSettings, Registry, Spent, Token, TokenUse};
use crate::secret::Secret;
use crate::state::State;

/// What was authorized, as JSON. Open consent pages and unused codes are not part of it: they are gone after a restart.
pub(super) fn write(state: &State, secrets: bool) -> Value {
    let authorizations = state.authorizations().map(|installation| {
        json!({
            "bot_id": installation.bot,
            "client_id": installation.connection,
            "workspace_id": installation.workspace,
            "user_id": installation.user,
            "everything": installation.access.all,
            "shared": sorted(&installation.access.roots),
            "hidden": sorted(&installation.access.hidden),
            "duplicated_template_id": installation.duplicated_template,
        })
    });
    let mut out = Map::new();
    out.insert("authorizations".into(), authorizations.collect());
    if let Some(settings) = &state.oauth.settings {
        out.insert("settings".into(), Value::Object(settings.to_json()));
    }
    if secrets {
        let tokens = state.oauth.tokens.all().into_iter().map(|(token, known)| {
            json!({
                "token": token.expose(),
                "use": known.usage.name(),
                "bot_id": known.bot,
                "family": known.family,
                "pair": known.pair,
                "issued": time::milli_z(known.issued),
                "expires": known.expires.map(time::milli_z),
                "successor": known.successor,
            })
        });
        out.insert("tokens".into(), tokens.collect());
        let spent = state.oauth.tokens.spent().map(
            |(token, spent)| json!({"token": token.expose(), "bot_id": spent.bot, "family": spent.family}),
        );
        out.insert("spent".into(), spent.collect());
    }
    Value::Object(out)
}

/// Reads what was authorized: what the server remembers, and the installations. `home` is the workspace of those that do not
/// say.
pub(super) fn read(value: &Value, home: Uuid) -> Result<(Registry, Vec<Installation>), String> {
    let mut registry = Registry::default();
    let mut installations = Vec::new();
    for (at, entry) in list(value, "authorizations").iter().enumerate() {
        let place = format!("`oauth.authorizations[{at}]`");
        let ids = |key: &str| {
            let items = entry.get(key).and_then(Value::as_array).into_iter().flatten();
            items.filter_map(Value::as_str).filter_map(id::parse).collect()
        };
        installations.push(Installation {
            bot: uuid(entry, "bot_id", &place)?,
            connection: text(entry, "client_id", &place)?.to_owned(),
            workspace: optional(entry, "workspace_id", &place)?.unwrap_or(home),
            user: Some(uuid(entry, "user_id", &place)?),
            access: Access {
                all: entry.get("everything").and_then(Value::as_bool).unwrap_or(false),
                roots: ids("shared"),
                hidden: ids("hidden"),
            },
            duplicated_template: optional(entry, "duplicated_template_id", &place)?,
        });
    }
    for (at, entry) in list(value, "tokens").iter().enumerate() {
        let place = format!("`oauth.tokens[{at}]`");
        let usage = match text(entry, "use", &place)? {
            "access" => TokenUse::Access,
            "refresh" => TokenUse::Refresh,
            other => {
                return Err(format!(
                    "{place}.use should be \"access\" or \"refresh\", found \"{other}\"."
                ));
            }
        };
        let time = |key: &str| {
            let found = text(entry, key, &place)?;
            let wrong = |_| format!("{place}.{key} should be a time, found \"{found}\".");
            found.parse().map_err(wrong)
        };
        let pair = uuid(entry, "pair", &place)?;
        let token = Token {
            usage,
            bot: uuid(entry, "bot_id", &place)?,
            family: optional(entry, "family", &place)?.unwrap_or(pair),
            pair,
            issued: time("issued")?,
            expires: match entry.get("expires") {
                None | Some(Value::Null) => None,
                Some(_) => Some(time("expires")?),
            },
            successor: optional(entry, "successor", &place)?,
        };
        registry
            .tokens
            .restore(Secret::from(text(entry, "token", &place)?), token);
    }
    for (at, entry) in list(value, "spent").iter().enumerate() {
        let place = format!("`oauth.spent[{at}]`");
        let spent = Spent {
            bot: uuid(entry, "bot_id", &place)?,
            family: uuid(entry, "family", &place)?,
        };
        registry
            .tokens
            .restore_spent(Secret::from(text(entry, "token", &place)?), spent);
    }
    if let Some(settings) = value.get("settings").filter(|settings| !settings.is_null()) {
        let read = OAuthSettings::default().with(settings);
        registry.settings = Some(read.map_err(|problem| format!("`oauth.settings`: {problem}."))?);
    }
    Ok((registry, installations))
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}

fn text<'a>(entry: &'a Value, key: &str, place: &str) -> Result<&'a str, String> {
    entry
        .get(key)
        .and_then(Value::as_str)
        .ok_or_else(|| format!("{place}.{key} should be a text."))
}

fn uuid(entry: &Value, key: &str, place: &str) -> Result<Uuid, String> {
    id::parse(text(entry, key, place)?).ok_or_else(|| format!("{place}.{key} should be a UUID."))
}

fn optional(entry: &Value, key: &str, place: &str) -> Result<Option<Uuid>, String> {
    match entry.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(_) => uuid(entry, key, place).map(Some),
    }
}
