//! The `oauth` part of a seed document: `{"authorizations": […], "tokens": […]}`.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::engine::access::Access;
use crate::engine::{id, time};
use crate::oauth::{Authorization, Registry, Token, TokenUse};

/// The registry as JSON. Open consent pages and unused codes are not part of it: they are gone after a restart.
pub(crate) fn write(registry: &Registry, secrets: bool) -> Value {
    let authorizations: Vec<Value> = registry
        .authorizations
        .iter()
        .map(|authorization| {
            let mut roots: Vec<&Uuid> = authorization.access.roots.iter().collect();
            roots.sort();
            json!({
                "bot_id": authorization.bot,
                "client_id": authorization.client_id,
                "user_id": authorization.user,
                "everything": authorization.access.all,
                "shared": roots,
            })
        })
        .collect();
    let mut out = json!({"authorizations": authorizations});
    if secrets {
        let mut tokens: Vec<_> = registry.tokens.iter().collect();
        tokens.sort_by_key(|(token, _)| token.as_str());
        let tokens = tokens.iter().map(|(token, known)| {
            let usage = if known.usage == TokenUse::Access {
                "access"
            } else {
                "refresh"
            };
            json!({
                "token": token,
                "use": usage,
                "bot_id": known.bot,
                "pair": known.pair,
                "issued": time::milli_z(known.issued),
            })
        });
        out["tokens"] = tokens.collect();
    }
    out
}

/// Reads the registry.
pub(super) fn read(value: &Value) -> Result<Registry, String> {
    let mut registry = Registry::default();
    for (at, entry) in list(value, "authorizations").iter().enumerate() {
        let place = format!("`oauth.authorizations[{at}]`");
        let shared = entry
            .get("shared")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        registry.authorizations.push(Authorization {
            bot: uuid(entry, "bot_id", &place)?,
            client_id: text(entry, "client_id", &place)?.to_owned(),
            user: uuid(entry, "user_id", &place)?,
            access: Access {
                all: entry.get("everything").and_then(Value::as_bool).unwrap_or(false),
                roots: shared.filter_map(Value::as_str).filter_map(id::parse).collect(),
            },
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
        let issued = text(entry, "issued", &place)?;
        let issued = issued
            .parse()
            .map_err(|_| format!("{place}.issued should be a time, found \"{issued}\"."))?;
        let token = Token {
            usage,
            bot: uuid(entry, "bot_id", &place)?,
            pair: uuid(entry, "pair", &place)?,
            issued,
        };
        registry
            .tokens
            .insert(text(entry, "token", &place)?.to_owned(), token);
    }
    Ok(registry)
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
