//! The `connections` part of a seed document: what is registered beside the internal connections that workspaces come with.
//!
//! | key | value |
//! |---|---|
//! | `type` | `internal`, `personal` (a personal access token) or `public` |
//! | `name` | what it is called, and what its bots are called |
//! | `capabilities` | names such as `read_content`; without it, all |
//! | `workspaces` | ids: where it is (the first), or where a public one may be installed (any, without it) |
//! | `tokens`, `expires` | of internal connections and personal access tokens |
//! | `user` | whom a personal access token acts for; without it, the first person |
//! | `bot_id`, `shared`, `hidden` | of internal connections and personal access tokens, as for a workspace |
//! | `client_id`, `client_secret`, `redirect_uris` | of public connections |
//! | `template` | the page that a public connection offers to duplicate |
//! | `reuses_tokens` | `true`: who authorizes again gets the tokens that are still good |
//! | `owner` | `"workspace"` to name that as the owner of bots; without it, the user who authorized |

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::check::{self, Shape};
use crate::connection::{Installation, Kind, Registration};
use crate::engine::access::Access;
use crate::engine::capability::{Capabilities, Capability};
use crate::engine::{id, time};
use crate::secret::Secret;

/// All keys of a connection.
const KEYS: [(&str, Shape); 16] = [
    ("type", Shape::Text),
    ("name", Shape::Text),
    ("capabilities", Shape::List),
    ("workspaces", Shape::List),
    ("tokens", Shape::List),
    ("expires", Shape::Time),
    ("user", Shape::Id),
    ("bot_id", Shape::Id),
    ("shared", Shape::List),
    ("hidden", Shape::List),
    ("client_id", Shape::Text),
    ("client_secret", Shape::Text),
    ("redirect_uris", Shape::List),
    ("template", Shape::Id),
    ("reuses_tokens", Shape::Flag),
    ("owner", Shape::Text),
];

/// Reads a connection.
pub(crate) fn read(place: &str, value: &Value) -> Result<Registration, String> {
    check::fields(place, value, &KEYS)?;
    let keys = value.as_object().into_iter().flat_map(Map::keys);
    if let Some(key) = keys
        .into_iter()
        .find(|key| KEYS.iter().all(|(known, _)| key != known))
    {
        return Err(format!("{place}.{key} is not a key of a connection."));
    }
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let needed = |key: &str| {
        let found = text(key).filter(|text| !text.is_empty());
        found.ok_or_else(|| format!("{place}.{key} is missing."))
    };
    let kind = match needed("type")? {
        "internal" => Kind::Internal,
        "personal" => Kind::Personal,
        "public" => Kind::Public,
        other => {
            let kinds = "\"internal\", \"personal\" or \"public\"";
            return Err(format!("{place}.type should be {kinds}, found \"{other}\"."));
        }
    };
    let name = needed("name")?;
    let id = if kind == Kind::Public {
        needed("client_id")?
    } else {
        name
    };
    let mut connection = Registration::new(kind, id.to_owned(), name.to_owned());
    connection.capabilities = capabilities(place, value)?;
    connection.workspaces = ids(place, value, "workspaces")?;
    connection.tokens = texts(place, value, "tokens")?
        .into_iter()
        .map(Secret::from)
        .collect();
    connection.expires = text("expires").and_then(|text| text.parse().ok());
    connection.user = text("user").and_then(id::parse);
    connection.bot = text("bot_id")
        .and_then(id::parse)
        .filter(|_| kind != Kind::Public);
    connection.access = access(place, value)?;
    connection.client_secret = text("client_secret").map(Secret::from);
    connection.redirect_uris = texts(place, value, "redirect_uris")?;
    connection.template = text("template").and_then(id::parse);
    connection.reuses_tokens = value.get("reuses_tokens").is_some_and(|on| on == true);
    connection.owned_by_workspace = match text("owner") {
        None | Some("user") => false,
        Some("workspace") => true,
        Some(other) => {
            return Err(format!(
                "{place}.owner should be \"user\" or \"workspace\", found \"{other}\"."
            ));
        }
    };
    Ok(connection)
}

/// A connection as JSON. `installation` is the one that internal connections and personal access tokens have.
pub(super) fn write(connection: &Registration, installation: Option<&Installation>, secrets: bool) -> Value {
    let mut out = Map::new();
    let kind = match connection.kind {
        Kind::Internal => "internal",
        Kind::Personal => "personal",
        Kind::Public => "public",
    };
    out.insert("type".into(), json!(kind));
    out.insert("name".into(), json!(connection.name));
    let capabilities: Vec<_> = connection.capabilities.names().collect();
    out.insert("capabilities".into(), json!(capabilities));
    if !connection.workspaces.is_empty() {
        out.insert("workspaces".into(), json!(connection.workspaces));
    }
    if let Some(end) = connection.expires {
        out.insert("expires".into(), json!(time::milli_z(end)));
    }
    if let Some(installation) = installation {
        if let Some(user) = installation.user {
            out.insert("user".into(), json!(user));
        }
        out.insert("bot_id".into(), json!(installation.bot));
        write_access(&installation.access, &mut out);
    }
    if secrets {
        let tokens: Vec<_> = connection.tokens.iter().map(Secret::expose).collect();
        out.insert("tokens".into(), json!(tokens));
    }
    if connection.kind == Kind::Public {
        out.insert("client_id".into(), json!(connection.id));
        out.insert("redirect_uris".into(), json!(connection.redirect_uris));
        if let Some(secret) = connection.client_secret.as_ref().filter(|_| secrets) {
            out.insert("client_secret".into(), json!(secret.expose()));
        }
        if let Some(template) = connection.template {
            out.insert("template".into(), json!(template));
        }
        out.insert("reuses_tokens".into(), json!(connection.reuses_tokens));
        let owner = if connection.owned_by_workspace {
            "workspace"
        } else {
            "user"
        };
        out.insert("owner".into(), json!(owner));
    }
    Value::Object(out)
}

/// The `capabilities` of an object; all where it does not say.
pub(super) fn capabilities(place: &str, value: &Value) -> Result<Capabilities, String> {
    if value.get("capabilities").is_none_or(Value::is_null) {
        return Ok(Capabilities::all());
    }
    texts(place, value, "capabilities")?
        .into_iter()
        .map(|name| {
            Capability::named(&name).map_err(|names| {
                format!("{place}.capabilities should have names of capabilities ({names}), found \"{name}\".")
            })
        })
        .collect()
}

/// The texts of a list; none where there is no list.
pub(super) fn texts(place: &str, value: &Value, key: &str) -> Result<Vec<String>, String> {
    let items = value.get(key).and_then(Value::as_array).into_iter().flatten();
    items
        .map(|item| {
            let text = item.as_str().map(str::to_owned);
            text.ok_or_else(|| {
                format!(
                    "{place}.{key} should be a list of texts, found {}.",
                    check::found(item)
                )
            })
        })
        .collect()
}

/// What is shared, by the keys `shared` and `hidden`. Everything where the first is not there.
fn access(place: &str, value: &Value) -> Result<Access, String> {
    let is_said = value.get("shared").is_some_and(|shared| !shared.is_null());
    Ok(Access {
        all: !is_said,
        roots: ids(place, value, "shared")?.into_iter().collect(),
        hidden: ids(place, value, "hidden")?.into_iter().collect(),
    })
}

/// Writes what is shared under `shared` and `hidden`.
pub(super) fn write_access(access: &Access, out: &mut Map<String, Value>) {
    if !access.all {
        out.insert("shared".into(), sorted(&access.roots));
    }
    if !access.hidden.is_empty() {
        out.insert("hidden".into(), sorted(&access.hidden));
    }
}

/// Ids in an order that does not depend on chance.
pub(super) fn sorted<'a>(ids: impl IntoIterator<Item = &'a Uuid>) -> Value {
    let mut ids: Vec<&Uuid> = ids.into_iter().collect();
    ids.sort();
    json!(ids)
}

fn ids(place: &str, value: &Value, key: &str) -> Result<Vec<Uuid>, String> {
    texts(place, value, key)?
        .iter()
        .map(|text| {
            id::parse(text)
                .ok_or_else(|| format!("{place}.{key} should be a list of UUIDs, found \"{text}\"."))
        })
        .collect()
}
