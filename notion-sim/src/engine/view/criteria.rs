//! Which rows a view shows, and in which order: filters, quick filters and sorts.
//!
//! They are kept with the ids of columns and shown with their names, so a renamed column changes nothing. A condition on a
//! column that is gone is shown with its id and decides nothing.

use serde_json::{Map, Value, json};

use crate::engine::column::{self, Column};
use crate::engine::container::DataSource;
use crate::engine::filter::{self, Filter};
use crate::engine::kind::Kind;
use crate::engine::reader::Reader;
use crate::refusal::Refusal;

type Condition = Map<String, Value>;

/// Refuses a filter that does not fit the data source. Other than in a query, options must exist.
pub(super) fn admit(
    reader: &Reader<'_>,
    source: &DataSource,
    filter: &Filter,
    value: &Value,
) -> Result<(), Refusal> {
    filter::bind(reader, source, filter)?;
    let mut conditions = Vec::new();
    collect(value, &mut conditions);
    conditions
        .into_iter()
        .try_for_each(|condition| admit_options(&source.columns, condition))
}

fn admit_options(columns: &[Column], condition: &Condition) -> Result<(), Refusal> {
    let key = condition
        .get("property")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let Some(column) = column::find(columns, key).filter(|column| column.kind.has_options()) else {
        return Ok(());
    };
    let known = names(column);
    let tests = condition.get(column.kind.name()).and_then(Value::as_object);
    for name in tests.into_iter().flat_map(Condition::values).flat_map(texts) {
        if !known
            .iter()
            .any(|known| known.to_lowercase() == name.to_lowercase())
        {
            let known: Vec<String> = known.iter().map(|name| format!("\"{name}\"")).collect();
            return Err(Refusal::invalid(format!(
                "Invalid {} filter: \"{name}\" is not an option of property {}. Available options: {}.",
                column.kind.name(),
                column.name,
                known.join(", ")
            )));
        }
    }
    Ok(())
}

/// What a condition on a column with options may name: options, and the groups of a status.
fn names(column: &Column) -> Vec<String> {
    let options = column.options().map(|option| option.name.to_string());
    options.chain(groups(column).map(|(name, _)| name)).collect()
}

/// The groups of a status column with the names of their options.
fn groups(column: &Column) -> impl Iterator<Item = (String, Vec<String>)> + '_ {
    let groups = column.config.get("groups").and_then(Value::as_array);
    groups.into_iter().flatten().filter_map(|group| {
        let ids = group
            .get("option_ids")?
            .as_array()?
            .iter()
            .filter_map(Value::as_str);
        let options = ids.filter_map(|id| column.option(id));
        let options = options.map(|option| option.name.to_string()).collect();
        Some((group.get("name")?.as_str()?.to_owned(), options))
    })
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The filter to run: without conditions on columns that are gone, and with the options of a group for the group.
pub(super) fn runnable_filter(filter: &Value, columns: &[Column]) -> Option<Value> {
    rewrite(filter, &|mut condition| {
        let Some(key) = condition.get("property").and_then(Value::as_str) else {
            return Some(condition);
        };
        let column = column::find(columns, key)?;
        let tests = condition
            .get_mut(column.kind.name())
            .and_then(Value::as_object_mut);
        if column.kind == Kind::Status {
            for (_, wanted) in tests.into_iter().flatten() {
                spread_groups(column, wanted);
            }
        }
        Some(condition)
    })
}

fn spread_groups(column: &Column, wanted: &mut Value) {
    let options = |name: &str| {
        let group = groups(column).find(|(group, _)| group.to_lowercase() == name.to_lowercase());
        match (column.option_named(name), group) {
            (None, Some((_, options))) => options,
            _ => vec![name.to_owned()],
        }
    };
    if wanted.is_string() || wanted.is_array() {
        let names: Vec<String> = texts(wanted).into_iter().flat_map(options).collect();
        *wanted = json!(names);
    }
}

/// The sorts to run: without those by columns that are gone.
pub(super) fn runnable_sorts(sorts: &[Value], columns: &[Column]) -> Vec<Value> {
    let stands = |sort: &&Value| match sort.get("property").and_then(Value::as_str) {
        Some(key) => column::find(columns, key).is_some(),
        None => true,
    };
    sorts.iter().filter(stands).cloned().collect()
}

/// A filter with the ids of columns.
pub(super) fn filter_by_id(filter: Value, columns: &[Column]) -> Value {
    rewrite(&filter, &|condition| Some(by_id(condition, columns))).unwrap_or(filter)
}

/// A filter with the names of columns.
pub(super) fn filter_by_name(filter: &Value, columns: &[Column]) -> Value {
    rewrite(filter, &|condition| Some(by_name(condition, columns))).unwrap_or_else(|| filter.clone())
}

/// Sorts with the ids of columns.
pub(super) fn sorts_by_id(sorts: Vec<Value>, columns: &[Column]) -> Vec<Value> {
    each(sorts, |sort| by_id(sort, columns))
}

/// Sorts with the names of columns.
pub(super) fn sorts_by_name(sorts: &[Value], columns: &[Column]) -> Vec<Value> {
    each(sorts.to_vec(), |sort| by_name(sort, columns))
}

/// Quick filters with the ids of columns.
pub(super) fn quick_filters_by_id(filters: Map<String, Value>, columns: &[Column]) -> Map<String, Value> {
    let id = |key: String| column::find(columns, &key).map_or(key, |column| column.id.to_string());
    filters.into_iter().map(|(key, value)| (id(key), value)).collect()
}

/// Quick filters with the names of columns.
pub(super) fn quick_filters_by_name(filters: &Map<String, Value>, columns: &[Column]) -> Map<String, Value> {
    filters
        .iter()
        .map(|(key, value)| (name_of(key, columns).to_owned(), value.clone()))
        .collect()
}

fn by_id(mut condition: Condition, columns: &[Column]) -> Condition {
    let key = condition.get("property").and_then(Value::as_str);
    if let Some(column) = key.and_then(|key| column::find(columns, key)) {
        condition.insert("property".into(), json!(&*column.id));
    }
    condition
}

fn by_name(mut condition: Condition, columns: &[Column]) -> Condition {
    if let Some(key) = condition.get("property").and_then(Value::as_str) {
        let name = json!(name_of(key, columns));
        condition.insert("property".into(), name);
    }
    condition
}

fn name_of<'a>(id: &'a str, columns: &'a [Column]) -> &'a str {
    let found = columns.iter().find(|column| &*column.id == id);
    found.map_or(id, |column| &column.name)
}

fn each(items: Vec<Value>, change: impl Fn(Condition) -> Condition) -> Vec<Value> {
    let change = |item| match item {
        Value::Object(map) => Value::Object(change(map)),
        other => other,
    };
    items.into_iter().map(change).collect()
}

/// A filter with each of its conditions changed or left out; `None` where nothing is left.
fn rewrite(filter: &Value, change: &impl Fn(Condition) -> Option<Condition>) -> Option<Value> {
    let map = filter.as_object()?;
    for key in ["and", "or"] {
        if let Some(Value::Array(parts)) = map.get(key) {
            let left: Vec<Value> = parts.iter().filter_map(|part| rewrite(part, change)).collect();
            return (!left.is_empty() || parts.is_empty()).then(|| json!({key: left}));
        }
    }
    change(map.clone()).map(Value::Object)
}

fn collect<'a>(filter: &'a Value, into: &mut Vec<&'a Condition>) {
    let Some(map) = filter.as_object() else { return };
    for key in ["and", "or"] {
        if let Some(Value::Array(parts)) = map.get(key) {
            return parts.iter().for_each(|part| collect(part, into));
        }
    }
    into.push(map);
}
