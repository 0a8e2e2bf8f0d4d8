//! A result as the API shows it.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::super::value as cell;
use super::check::Type;
use super::eval::Outcome;
use super::moment::Moment;
use super::value::Value;
use super::work::Work;

/// The value of a formula property. `expected` decides the type of a result that is empty.
///
/// The API knows four types. Lists are texts with commas, from which nested lists and empty items are gone; users and pages are
/// their names.
pub(crate) fn answer(outcome: &Outcome, expected: &Type) -> Json {
    let value = match outcome {
        Outcome::Unsupported(_) => return json!({"type": "unsupported", "unsupported": {}}),
        Outcome::Value(value) => value,
    };
    match value {
        Value::Number(number) => json!({"type": "number", "number": cell::number(*number)}),
        Value::Boolean(on) => json!({"type": "boolean", "boolean": on}),
        Value::Date(period) => json!({"type": "date", "date": {
            "start": period.start.iso(),
            "end": period.end.map(Moment::iso),
            "time_zone": null,
        }}),
        Value::Text(text) => json!({"type": "string", "string": &**text}),
        Value::List(_) | Value::Person(_) | Value::Page(_) => {
            let mut parts = Vec::new();
            flatten(value, &mut parts);
            let text = (!parts.is_empty()).then(|| parts.join(","));
            json!({"type": "string", "string": text})
        }
        Value::Empty => match expected {
            Type::Number => json!({"type": "number", "number": null}),
            Type::Boolean => json!({"type": "boolean", "boolean": null}),
            Type::Date => json!({"type": "date", "date": null}),
            Type::Text | Type::Person | Type::Page | Type::List(_) | Type::Nothing | Type::Unknown => {
                json!({"type": "string", "string": null})
            }
        },
    }
}

fn flatten(value: &Value, parts: &mut Vec<Arc<str>>) {
    match value {
        Value::Empty => {}
        Value::List(items) => items.iter().for_each(|item| flatten(item, parts)),
        // A result is small enough to be written, or else it would be unsupported.
        _ => parts.extend(value.text(&Work::new()).ok()),
    }
}
