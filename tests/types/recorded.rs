//! What real traffic has in it, put into requests of ours.

use std::collections::BTreeMap;

use notion_core::kind::{self, Kind};
use notion_core::prelude::*;
use notion_core::property::{ReadError, WritableProperty};
use notion_core::schema::Kind as SchemaKind;
use notion_core::schema::json::Writer;
use notion_core::{AnyProperty, AnyRow, Place, Verification};
use serde_json::Value;

use crate::recorder::Recorder;

/// Objects of that kind anywhere in the answers, each of different content once.
pub(crate) fn objects<'a>(interactions: &'a [Value], object: &str) -> Vec<&'a Value> {
    let mut found = BTreeMap::new();
    for interaction in interactions {
        collect(&interaction["response_body"], object, &mut found);
    }
    found.into_values().collect()
}

fn collect<'a>(value: &'a Value, object: &str, found: &mut BTreeMap<String, &'a Value>) {
    match value {
        Value::Object(members) => {
            if value["object"] == *object && value["properties"].is_object() {
                found.insert(format!("{}{}", value["id"], value["properties"]), value);
            }
            members.values().for_each(|value| collect(value, object, found));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, object, found)),
        _ => {}
    }
}

/// Keeps a request for each recorded value, which writes it back. Says how many there were.
pub(crate) fn keep_values(recorder: &Recorder, interactions: &[Value]) -> String {
    let (mut written, mut refused) = (0, 0);
    for page in objects(interactions, "page") {
        let row = AnyRow::from_json(&page.to_string()).unwrap();
        for property in row.properties.iter().filter(|property| !property.has_more) {
            match rewritten(property) {
                Some(Ok(json)) => {
                    written += 1;
                    let (id, kind) = (&property.id, &property.type_name);
                    let body = format!(r#"{{"properties":{{"{id}":{{"{kind}":{json}}}}}}}"#);
                    recorder.keep("PATCH", "/v1/pages/recorded", &body);
                }
                Some(Err(_)) => refused += 1,
                None => {}
            }
        }
    }
    format!("{written} recorded values written back, {refused} refused, which Notion shows and does not take")
}

/// The value as a request has it, or why none can; `None` for kinds that Notion computes.
fn rewritten(property: &AnyProperty) -> Option<Result<String, String>> {
    Some(match property.kind()? {
        SchemaKind::Title => again::<kind::Title, RichText>(property),
        SchemaKind::RichText => again::<kind::RichText, RichText>(property),
        SchemaKind::Number => again::<kind::Number, f64>(property),
        SchemaKind::Select => again::<kind::Select, String>(property),
        SchemaKind::MultiSelect => again::<kind::MultiSelect, Vec<String>>(property),
        SchemaKind::Status => again::<kind::Status, String>(property),
        SchemaKind::Date => again::<kind::Date, DateOrRange>(property),
        SchemaKind::People => again::<kind::People, Vec<UserRef>>(property),
        SchemaKind::Files => again::<kind::Files, Vec<FileRef>>(property),
        SchemaKind::Checkbox => again::<kind::Checkbox, bool>(property),
        SchemaKind::Url => again::<kind::Url, String>(property),
        SchemaKind::Email => again::<kind::Email, String>(property),
        SchemaKind::PhoneNumber => again::<kind::PhoneNumber, String>(property),
        SchemaKind::Relation => again::<kind::Relation, Vec<PageId>>(property),
        SchemaKind::Verification => again::<kind::Verification, Verification>(property),
        SchemaKind::Place => again::<kind::Place, Place>(property),
        _ => return None,
    })
}

fn again<K: Kind, T: WritableProperty<K>>(property: &AnyProperty) -> Result<String, String> {
    let value: T = match property.read::<K, T>() {
        Err(ReadError::Empty) => return Ok(K::EMPTY.to_owned()),
        read => read.map_err(|error| panic!("{property:?}: {error}")).unwrap(),
    };
    let mut json = Writer::new();
    value.write(&mut json).map_err(|error| error.to_string())?;
    Ok(json.into_string())
}
