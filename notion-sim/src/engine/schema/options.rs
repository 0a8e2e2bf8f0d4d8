//! Option lists: how a new list is merged into the one a column has.

use serde_json::{Map, Value, json};

use super::super::kind::Kind;
use super::super::{color, id};

/// The three groups every status column has, with their colours.
const GROUPS: [(&str, &str); 3] = [("To-do", "gray"), ("In progress", "blue"), ("Complete", "green")];

/// The settings of a select, multi-select or status column after a request. `old` are the settings so far.
///
/// An option of the request that is already there (same id, or same name) stays as it is: Notion ignores a new colour
/// or name without a word. Options the request does not list are gone.
pub(super) fn merge(kind: &Kind, old: Option<&Value>, new: &Map<String, Value>) -> Value {
    let old_options = list(old, "options");
    let Some(listed) = new.get("options").and_then(Value::as_array) else {
        return match (old, kind) {
            (Some(old), _) => old.clone(),
            (None, Kind::Status) => fresh_status(),
            (None, _) => json!({"options": []}),
        };
    };
    let mut options = Vec::new();
    let mut groups: Vec<(Value, Option<String>)> = Vec::new();
    for wanted in listed {
        let known = old_options.iter().find(|option| same(option, wanted));
        let mut option = match known {
            Some(option) => option.clone(),
            None => json!({
                "id": id::fresh().to_string(),
                "name": wanted.get("name"),
                "color": wanted.get("color").and_then(Value::as_str).unwrap_or(color::OPTION_COLORS[0]),
                "description": null,
            }),
        };
        if let Some(description) = wanted.get("description") {
            option["description"] = description.clone();
        }
        groups.push((
            option["id"].clone(),
            wanted.get("group").and_then(Value::as_str).map(str::to_owned),
        ));
        options.push(option);
    }
    let mut config = json!({"options": options});
    if *kind == Kind::Status {
        config["groups"] = regroup(&list(old, "groups"), &groups);
    }
    config
}

/// `status: {}`: one option in each of the three groups.
fn fresh_status() -> Value {
    let options: Vec<Value> = [("Not started", "default"), ("In progress", "blue"), ("Done", "green")]
        .iter()
        .map(|(name, color)| json!({"id": id::fresh().to_string(), "name": name, "color": color, "description": null}))
        .collect();
    let groups = empty_groups();
    let groups: Vec<Value> = groups
        .into_iter()
        .zip(&options)
        .map(|(mut group, option)| {
            group["option_ids"] = json!([option["id"]]);
            group
        })
        .collect();
    json!({"options": options, "groups": groups})
}

fn empty_groups() -> Vec<Value> {
    GROUPS
        .iter()
        .map(|(name, color)| json!({"id": id::fresh().to_string(), "name": name, "color": color, "option_ids": []}))
        .collect()
}

/// Sorts options into groups: as asked, else where they were, else into "To-do" or the first group.
fn regroup(old: &[Value], options: &[(Value, Option<String>)]) -> Value {
    let mut groups = if old.is_empty() {
        empty_groups()
    } else {
        old.to_vec()
    };
    let before = groups.clone();
    for group in &mut groups {
        group["option_ids"] = json!([]);
    }
    for (id, wanted) in options {
        let named = |name: &str| before.iter().position(|group| group["name"] == *name);
        let asked = wanted.as_deref().and_then(named);
        let held = before
            .iter()
            .position(|group| group["option_ids"].as_array().is_some_and(|ids| ids.contains(id)));
        let at = asked.or(held).or_else(|| named("To-do")).unwrap_or(0);
        if let Some(ids) = groups[at]["option_ids"].as_array_mut() {
            ids.push(id.clone());
        }
    }
    Value::Array(groups)
}

fn list(config: Option<&Value>, key: &str) -> Vec<Value> {
    let items = config
        .and_then(|config| config.get(key))
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    items.filter(|item| item.is_object()).cloned().collect()
}

fn same(option: &Value, wanted: &Value) -> bool {
    let lower = |value: &Value| value.get("name").and_then(Value::as_str).map(str::to_lowercase);
    match wanted.get("id") {
        Some(id) if option.get("id") == Some(id) => true,
        _ => lower(wanted).is_some() && lower(option) == lower(wanted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(value: &Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn lists_replace_but_known_options_stay_as_they_are() {
        let old = json!({"options": [
            {"id": "a", "name": "Low", "color": "gray", "description": null},
            {"id": "b", "name": "High", "color": "red", "description": null},
        ]});
        let new = object(&json!({"options": [{"name": "high", "color": "blue"}, {"name": "New"}]}));
        let merged = merge(&Kind::Select, Some(&old), &new);
        assert_eq!(
            merged["options"][0], old["options"][1],
            "neither colour nor name changes"
        );
        assert_eq!(merged["options"][1]["name"], "New");
        assert_eq!(
            merged["options"].as_array().map(Vec::len),
            Some(2),
            "what is not listed is gone"
        );
        assert_eq!(
            merge(&Kind::Select, Some(&old), &Map::new()),
            old,
            "no list keeps the list"
        );
    }

    #[test]
    fn status_options_go_into_groups() {
        let new = object(&json!({"options": [{"name": "Idea"}, {"name": "Busy", "group": "In progress"}]}));
        let merged = merge(&Kind::Status, None, &new);
        assert_eq!(merged["groups"][0]["option_ids"][0], merged["options"][0]["id"]);
        assert_eq!(merged["groups"][1]["option_ids"][0], merged["options"][1]["id"]);
        assert_eq!(merged["groups"][2]["option_ids"], json!([]));
    }
}
