//! Cells as formulas see them.

use jiff::Timestamp;
use serde_json::Value as Json;
use uuid::Uuid;

use super::date::DateValue;
use super::formula::{Moment, Page, Period, Person, Value};
use super::kind::Kind;
use super::workspace::Workspace;
use super::{id, time};

/// The value of a payload, or why formulas cannot do anything with it.
pub(crate) fn read(workspace: &Workspace, kind: &Kind, payload: &Json) -> Result<Value, String> {
    let list = |of: &dyn Fn(&Json) -> Value| Value::of_list(items(payload).iter().map(of).collect());
    Ok(match kind {
        Kind::Title | Kind::RichText => {
            let texts = items(payload).iter();
            let texts = texts.filter_map(|item| item.get("plain_text")?.as_str());
            Value::of_text(&texts.collect::<String>())
        }
        Kind::Url | Kind::Email | Kind::PhoneNumber => text(payload),
        Kind::Number => number(payload),
        Kind::UniqueId => unique_id(payload),
        Kind::Checkbox => boolean(payload),
        Kind::Select | Kind::Status => name(payload),
        Kind::MultiSelect => list(&name),
        Kind::Date => date(payload),
        Kind::CreatedTime | Kind::LastEditedTime => instant(payload),
        Kind::People => list(&person),
        Kind::CreatedBy | Kind::LastEditedBy => person(payload),
        Kind::Files => list(&file),
        Kind::Relation => list(&|item| related(workspace, item)),
        Kind::Formula | Kind::Rollup => result(workspace, payload)?,
        Kind::Place | Kind::Button | Kind::Verification | Kind::Other(_) => Value::Empty,
    })
}

/// A page of the workspace, or one of which nothing is known but the id.
pub(crate) fn page(workspace: &Workspace, id: Uuid) -> Page {
    let title = workspace.pages.get(&id).map(super::page::Page::title_text);
    Page {
        id,
        title: title.unwrap_or_default().into(),
    }
}

/// The result of a formula or rollup. Of lists in a list, as rollups of relations have them, formulas see one list.
fn result(workspace: &Workspace, payload: &Json) -> Result<Value, String> {
    let kind = payload.get("type").and_then(Json::as_str).unwrap_or_default();
    let value = payload.get(kind).unwrap_or(&Json::Null);
    Ok(match kind {
        "number" => number(value),
        "string" => text(value),
        "boolean" => boolean(value),
        "date" => date(value),
        "array" => {
            let mut all = Vec::new();
            for element in items(value) {
                let kind = Kind::any(element.get("type").and_then(Json::as_str).unwrap_or_default());
                let payload = element.get(kind.name()).unwrap_or(&Json::Null);
                match read(workspace, &kind, payload)? {
                    Value::List(items) => all.extend(items.iter().cloned()),
                    one => all.push(one),
                }
            }
            Value::of_list(all)
        }
        _ => return Err("a value that it builds on is unsupported".to_owned()),
    })
}

fn items(payload: &Json) -> &[Json] {
    payload.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(payload: &Json) -> Value {
    Value::of_text(payload.as_str().unwrap_or_default())
}

fn name(payload: &Json) -> Value {
    payload.get("name").map_or(Value::Empty, text)
}

fn number(payload: &Json) -> Value {
    payload.as_f64().map_or(Value::Empty, Value::Number)
}

fn boolean(payload: &Json) -> Value {
    payload.as_bool().map_or(Value::Empty, Value::Boolean)
}

/// The number with its prefix, as people see it.
fn unique_id(payload: &Json) -> Value {
    let Some(number) = payload.get("number").and_then(Json::as_u64) else {
        return Value::Empty;
    };
    match payload.get("prefix").and_then(Json::as_str) {
        Some(prefix) => Value::of_text(&format!("{prefix}-{number}")),
        None => Value::of_text(&number.to_string()),
    }
}

fn date(payload: &Json) -> Value {
    let Some(date) = DateValue::from_json(payload) else {
        return Value::Empty;
    };
    let moment = |point: &super::date::DatePoint| Moment {
        at: point.at,
        day_only: point.day_only,
    };
    Value::Date(Period {
        start: moment(&date.start),
        end: date.end.as_ref().map(moment),
    })
}

fn instant(payload: &Json) -> Value {
    let at: Option<Timestamp> = payload.as_str().and_then(|text| text.parse().ok());
    at.map_or(Value::Empty, |at| {
        Value::Date(Period::at(Moment {
            at: time::floor_minute(at),
            day_only: false,
        }))
    })
}

fn person(user: &Json) -> Value {
    let Some(id) = user.get("id").and_then(Json::as_str).and_then(id::parse) else {
        return Value::Empty;
    };
    let text = |value: Option<&Json>| value.and_then(Json::as_str).map(str::to_owned);
    let email = user.get("person").and_then(|person| person.get("email"));
    Value::Person(
        Person {
            id,
            name: text(user.get("name")).unwrap_or_default(),
            email: text(email),
        }
        .into(),
    )
}

/// The address of a file elsewhere, the name of one that was uploaded, whose address changes with every answer.
fn file(file: &Json) -> Value {
    let address = file.get("external").and_then(|external| external.get("url"));
    address.map_or_else(|| name(file), text)
}

fn related(workspace: &Workspace, reference: &Json) -> Value {
    let id = reference.get("id").and_then(Json::as_str).and_then(id::parse);
    id.map_or(Value::Empty, |id| Value::Page(page(workspace, id)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn seen(kind: &Kind, payload: &Json) -> Value {
        let workspace = Workspace::empty(Uuid::nil(), Uuid::nil());
        read(&workspace, kind, payload).expect("a value")
    }

    fn texts(texts: &[&str]) -> Value {
        Value::of_list(texts.iter().map(|text| Value::of_text(text)).collect())
    }

    #[test]
    fn cells_without_a_value_are_empty() {
        for kind in [
            Kind::RichText,
            Kind::Relation,
            Kind::People,
            Kind::MultiSelect,
            Kind::Files,
        ] {
            let empty = seen(&kind, &json!([]));
            assert!(empty == Value::Empty || empty == texts(&[]), "{kind:?}");
        }
        for kind in [Kind::Number, Kind::Select, Kind::Date, Kind::Url, Kind::Place] {
            assert_eq!(seen(&kind, &Json::Null), Value::Empty, "{kind:?}");
        }
        assert_eq!(
            seen(&Kind::UniqueId, &json!({"prefix": "T", "number": null})),
            Value::Empty
        );
    }

    #[test]
    fn numbers_of_rows_have_their_prefix() {
        let id = |prefix: &str| seen(&Kind::UniqueId, &json!({"prefix": prefix, "number": 7}));
        assert_eq!(id("T"), Value::of_text("T-7"));
        let bare = seen(&Kind::UniqueId, &json!({"prefix": null, "number": 7}));
        assert_eq!(bare, Value::of_text("7"));
    }

    #[test]
    fn files_are_addresses_or_names() {
        let files = json!([
            {"name": "a", "type": "external", "external": {"url": "https://example.com/a"}},
            {"name": "b.png", "type": "file", "file": {"url": "https://signed.example.com"}},
        ]);
        assert_eq!(
            seen(&Kind::Files, &files),
            texts(&["https://example.com/a", "b.png"])
        );
    }

    #[test]
    fn lists_in_rollups_become_one() {
        let tags = |names: &[&str]| {
            let names: Vec<Json> = names.iter().map(|name| json!({"name": name})).collect();
            json!({"type": "multi_select", "multi_select": names})
        };
        let rollup = json!({"type": "array", "array": [tags(&["a", "b"]), tags(&[]), tags(&["c"])]});
        assert_eq!(seen(&Kind::Rollup, &rollup), texts(&["a", "b", "c"]));
        let unsupported = json!({"type": "unsupported", "unsupported": {}});
        let workspace = Workspace::empty(Uuid::nil(), Uuid::nil());
        assert!(read(&workspace, &Kind::Rollup, &unsupported).is_err());
    }
}
