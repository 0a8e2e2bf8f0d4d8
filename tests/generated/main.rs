//! The row types that are generated from schemas are compiled here, all in one crate, and read every recorded row.
#![allow(uncommon_codepoints, mixed_script_confusables, confusable_idents)]

mod agrees;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::process::Command;

use notion_core::prelude::*;
use notion_tests::recordings;
use serde_json::{Value, json};

use agrees::Agrees;

/// A generated type, and the data source that it was generated from.
struct Type {
    source: &'static str,
    is_recorded: bool,
    /// Types of the same code have the same.
    module: &'static str,
    /// The id, name and kind of each column.
    columns: &'static [(&'static str, &'static str, &'static str)],
    read: fn(&mut Seen<'_>) -> Checked,
}

type Checked = Result<(), String>;

/// A page, and how many of its values were found in the fields of a row.
struct Seen<'a> {
    page: &'a Value,
    count: usize,
}

impl Seen<'_> {
    fn read<T: NotionRow>(&self) -> Result<Row<T>, String> {
        Row::from_json(&self.page.to_string()).map_err(|error| error.to_string())
    }

    /// The field holds what the page has in the column of that id.
    fn column(&mut self, id: &str, field: &impl Agrees) -> Checked {
        let mut properties = self.page["properties"].as_object().into_iter().flatten();
        let (name, property) = properties
            .find(|(_, property)| property["id"] == id)
            .ok_or_else(|| format!("there is no column `{id}`"))?;
        let kind = property["type"].as_str().unwrap_or_default();
        if field.agrees(&property[kind]) {
            self.count += 1;
            Ok(())
        } else {
            Err(format!("`{name}` is read as something else than {property}"))
        }
    }
}

#[allow(
    warnings,
    reason = "people give names, and not every program reads every field"
)]
mod generated {
    use crate::Type;

    include!(concat!(env!("OUT_DIR"), "/generated.rs"));
}

use generated::{RECORDED, TYPES};

#[test]
fn every_recorded_row_is_read_through_the_type_of_its_data_source() {
    let Some(interactions) = recordings() else { return };
    let (mut sources, mut pages) = (Vec::new(), Vec::new());
    for interaction in &interactions {
        collect(&interaction["response_body"], "data_source", &mut sources);
        collect(&interaction["response_body"], "page", &mut pages);
    }
    assert_eq!(
        sources.len(),
        RECORDED,
        "the recordings are not those that the types were generated from: touch tests/generated/build.rs"
    );
    let rows = pages
        .iter()
        .filter(|page| page["parent"]["data_source_id"].is_string());
    let (mut total, mut read, mut values) = (0, 0, 0);
    let mut used = BTreeSet::new();
    let mut failures = Vec::new();
    for page in rows {
        total += 1;
        let fitting = TYPES.iter().filter(|ty| ty.is_recorded && fits(ty, page));
        let mut seen = Seen { page, count: 0 };
        let mut result = Err("no data source of these columns was recorded".to_owned());
        // Other schemas of the data source may differ in names and options, which a row type survives.
        for ty in fitting {
            used.insert((ty.source, ids_and_kinds(ty)));
            result = (ty.read)(&mut seen);
            if result.is_err() {
                break;
            }
        }
        values += seen.count;
        match result {
            Ok(()) => read += 1,
            Err(error) => failures.push(format!("{}: {error}", page["id"])),
        }
    }
    let (types, columns) = counts(TYPES.iter().filter(|ty| ty.is_recorded));
    writeln!(
        std::io::stdout().lock(),
        "{read} of {total} rows read through {} schemas of their data sources, {values} values compared; {types} types with {columns} columns from {RECORDED} recorded schemas",
        used.len(),
    )
    .unwrap();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(total > 0 && values > 0, "there is no row in the recordings");
}

/// Each object of that kind which has columns.
fn collect<'a>(json: &'a Value, object: &str, found: &mut Vec<&'a Value>) {
    match json {
        Value::Object(members) => {
            if json["object"] == object && json["properties"].is_object() {
                found.push(json);
            }
            members.values().for_each(|json| collect(json, object, found));
        }
        Value::Array(items) => items.iter().for_each(|json| collect(json, object, found)),
        _ => {}
    }
}

/// Whether a page is a row of the data source that the type is of, as it was then.
fn fits(ty: &Type, page: &Value) -> bool {
    let properties = page["properties"].as_object().into_iter().flatten();
    let shown = properties.map(|(_, property)| (property["id"].as_str(), property["type"].as_str()));
    let shown: BTreeSet<_> = shown
        .map(|(id, kind)| (id.unwrap_or_default(), kind.unwrap_or_default()))
        .collect();
    page["parent"]["data_source_id"] == ty.source && shown == ids_and_kinds(ty)
}

fn ids_and_kinds(ty: &Type) -> BTreeSet<(&'static str, &'static str)> {
    ty.columns.iter().map(|(id, _, kind)| (*id, *kind)).collect()
}

/// How many types there are, and how many columns they have.
fn counts(types: impl Iterator<Item = &'static Type>) -> (usize, usize) {
    let types: BTreeMap<_, _> = types.map(|ty| (ty.module, ty.columns.len())).collect();
    (types.len(), types.values().sum())
}

#[test]
fn columns_of_any_name_are_read() {
    let odd = || TYPES.iter().filter(|ty| !ty.is_recorded);
    for ty in odd() {
        let properties = ty.columns.iter().enumerate();
        let properties = properties.map(|(at, (id, name, kind))| {
            let property = json!({"id": id, "type": kind, *kind: value(kind, at, name)});
            ((*name).to_owned(), property)
        });
        let page = json!({
            "object": "page", "id": "b55c9c91-384d-452b-81db-d1ef79372b75", "created_time": "2026-11-20T09:00:00.000Z",
            "last_edited_time": "2026-11-20T09:00:00.000Z", "properties": properties.collect::<serde_json::Map<_, _>>(),
        });
        let mut seen = Seen {
            page: &page,
            count: 0,
        };
        (ty.read)(&mut seen).unwrap();
        assert_eq!(seen.count, ty.columns.len());
    }
    let (types, columns) = counts(odd());
    writeln!(
        std::io::stdout().lock(),
        "{types} types with {columns} columns of odd names"
    )
    .unwrap();
    assert!(types > 0);
}

/// A value that no other column has, where the kind has so many.
fn value(kind: &str, at: usize, name: &str) -> Value {
    match kind {
        "title" | "rich_text" => {
            json!([{"type": "text", "plain_text": name}, {"type": "text", "plain_text": at.to_string()}])
        }
        "select" | "status" => json!({"name": name}),
        "multi_select" => json!([{"name": name}, {"name": "Other"}, {"name": at.to_string()}]),
        "number" => json!(at),
        "checkbox" => json!(at % 20 < 10),
        "url" => json!(format!("https://example.com/{at}")),
        "formula" => json!({"type": "number", "number": at}),
        "unique_id" => json!({"prefix": null, "number": at}),
        _ => json!({"stones": at}),
    }
}

#[test]
fn rustfmt_leaves_the_code_alone() {
    let modules: BTreeSet<_> = TYPES.iter().map(|ty| ty.module).collect();
    let files = modules
        .iter()
        .map(|module| Path::new(env!("OUT_DIR")).join(module).with_extension("rs"));
    for settings in [
        &["--config", "style_edition=2024"][..],
        &["--config", "max_width=40,hard_tabs=true,newline_style=Unix"],
    ] {
        let rustfmt = Command::new("rustfmt")
            .args(["--check", "--edition", "2024"])
            .args(settings)
            .args(files.clone())
            .output();
        let output = match rustfmt {
            Ok(output) => output,
            Err(error) => {
                assert!(std::env::var_os("CI").is_none(), "CI needs rustfmt: {error}");
                let message = format!("SKIPPED rustfmt_leaves_the_code_alone: no rustfmt: {error}\n");
                let _ = std::io::stderr().write_all(message.as_bytes());
                return;
            }
        };
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && text.is_empty(),
            "{text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
