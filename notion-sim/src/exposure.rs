//! What a connection gets to see of an answer: users and contents by its capabilities.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::engine::capability::{Capabilities, Capability};

/// Takes out of an answer what the connection of `bot` may not see.
pub(crate) fn adapt(answer: &mut Map<String, Value>, capabilities: Capabilities, bot: Uuid) {
    match answer.get_mut("results").and_then(Value::as_array_mut) {
        Some(results) => {
            let objects = results.iter_mut().filter_map(Value::as_object_mut);
            objects.for_each(|object| reduce(object, capabilities));
        }
        None => reduce(answer, capabilities),
    }
    if capabilities.has(Capability::ReadUserWithEmail) {
        return;
    }
    // A connection knows itself; only its owner is somebody else.
    let is_self = answer.get("id").and_then(Value::as_str) == Some(&bot.to_string());
    if is_self && answer.get("object").is_some_and(|kind| kind == "user") {
        answer.values_mut().for_each(|value| users(value, capabilities));
    } else {
        object(answer, capabilities);
    }
}

/// Reduces all users in a value to what may be seen of them.
pub(crate) fn users(value: &mut Value, capabilities: Capabilities) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| users(item, capabilities)),
        Value::Object(map) => object(map, capabilities),
        _ => {}
    }
}

fn object(map: &mut Map<String, Value>, capabilities: Capabilities) {
    let is_user = map.get("object").is_some_and(|kind| kind == "user");
    if is_user && !capabilities.has(Capability::ReadUserWithoutEmail) {
        map.retain(|key, _| ["object", "id"].contains(&key.as_str()));
    }
    if let Some(person) = map.get_mut("person").filter(|_| is_user)
        && !capabilities.has(Capability::ReadUserWithEmail)
    {
        *person = Value::Object(Map::new());
    }
    map.values_mut().for_each(|value| users(value, capabilities));
}

/// Whoever may write something but not read it gets to know the id.
fn reduce(object: &mut Map<String, Value>, capabilities: Capabilities) {
    let kind = object.get("object").and_then(Value::as_str).unwrap_or_default();
    let (needed, kept): (Capability, &[&str]) = match kind {
        "page" | "database" | "block" | "page_markdown" => (Capability::ReadContent, &["object", "id"]),
        "data_source" => (Capability::ReadContent, &["object", "id", "properties"]),
        "comment" => (Capability::ReadComments, &["object", "id"]),
        _ => return,
    };
    if !capabilities.has(needed) {
        object.retain(|key, _| kept.contains(&key.as_str()));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn adapted(answer: Value, capabilities: &[Capability]) -> Value {
        let Value::Object(mut map) = answer else {
            panic!("an object");
        };
        adapt(
            &mut map,
            capabilities.iter().copied().collect(),
            Uuid::from_u128(7),
        );
        Value::Object(map)
    }

    #[test]
    fn users_shrink_with_the_capability() {
        let person =
            json!({"object": "user", "id": "a", "name": "A", "type": "person", "person": {"email": "a@b"}});
        let page = json!({"object": "page", "id": "p", "properties": {"Who": {"people": [person]}}});
        let who = |capability: Capability| {
            let page = adapted(page.clone(), &[Capability::ReadContent, capability]);
            page["properties"]["Who"]["people"][0].clone()
        };
        assert_eq!(who(Capability::ReadUserWithEmail), person);
        assert_eq!(
            who(Capability::ReadUserWithoutEmail),
            json!({"object": "user", "id": "a", "name": "A", "type": "person", "person": {}})
        );
        assert_eq!(
            who(Capability::ReadComments),
            json!({"object": "user", "id": "a"})
        );
        let me = json!({"object": "user", "id": Uuid::from_u128(7), "bot": {"owner": {"user": person}}});
        let me = adapted(me, &[]);
        assert_eq!(me["bot"]["owner"]["user"], json!({"object": "user", "id": "a"}));
    }

    #[test]
    fn who_may_not_read_sees_ids_only() {
        let page = json!({"object": "page", "id": "p", "properties": {}});
        let list = json!({"object": "list", "results": [page], "has_more": false});
        let seen = adapted(list, &[Capability::InsertContent]);
        assert_eq!(
            seen,
            json!({"object": "list", "results": [{"object": "page", "id": "p"}], "has_more": false})
        );
    }
}
