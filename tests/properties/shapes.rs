//! What Notion sends of each kind, and a row with a column for every kind and the types that hold it.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Arc;

use jiff::{Timestamp, Zoned, civil};
use notion_core::prelude::*;
use notion_core::property::Property;
use notion_core::{AnyRow, Place, Raw, UniqueId, UserId, Verification, kind};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::rows::{Stage, Tag, Target};

pub(crate) const ID: &str = "b55c9c91-384d-452b-81db-d1ef79372b75";
pub(crate) const USER: &str = "c4a7b3d0-e0b9-4b0b-9f0c-8c1e7a2d3f4a";

/// Reads a property as one type, and shows the value.
type ReadAny = fn(&AnyRow) -> notion_core::Result<String>;

/// A column of [`Everything`]: its name, its kind, what Notion sends of it, and how it is read apart from the others.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) value: Value,
    pub(crate) read: ReadAny,
}

/// The row type, and the same columns as a list.
macro_rules! everything {
    ($($name:ident: $type:ty, $attribute:ident, $kind:ty, $shape:literal;)*) => {
        #[derive(Debug, NotionRow)]
        pub(crate) struct Everything {
            $(#[notion($attribute)] $name: $type,)*
        }

        impl Everything {
            /// The columns.
            pub(crate) fn shapes() -> Vec<Shape> {
                vec![$(Shape {
                    name: stringify!($name),
                    kind: stringify!($attribute),
                    value: sent($shape),
                    read: |row| read::<$kind, $type>(row, stringify!($name)),
                },)*]
            }

            /// The values in the order of the columns.
            pub(crate) fn shown(&self) -> Vec<String> {
                vec![$(format!("{:?}", self.$name),)*]
            }
        }
    };
}

fn read<K: kind::Kind, T: Property<K> + Debug>(row: &AnyRow, name: &str) -> notion_core::Result<String> {
    row.read::<K, T>(name).map(|value| format!("{value:?}"))
}

everything! {
    title: RichText, title, kind::Title, "text";
    rich: RichText, rich_text, kind::RichText, "text";
    string: String, rich_text, kind::RichText, "text";
    perhaps_string: Option<String>, rich_text, kind::RichText, "text";
    boxed: Box<str>, rich_text, kind::RichText, "text";
    double: f64, number, kind::Number, "number";
    perhaps_float: Option<f32>, number, kind::Number, "number";
    decimal: Decimal, number, kind::Number, "number";
    byte: u8, number, kind::Number, "number";
    perhaps_long: Option<i64>, number, kind::Number, "number";
    select_string: String, select, kind::Select, "option";
    select_open: Option<Tag>, select, kind::Select, "option";
    select_closed: Stage, select, kind::Select, "option";
    status_string: Option<String>, status, kind::Status, "option";
    status_closed: Stage, status, kind::Status, "option";
    list: Vec<String>, multi_select, kind::MultiSelect, "options";
    list_closed: Option<Vec<Stage>>, multi_select, kind::MultiSelect, "options";
    sorted: BTreeSet<Tag>, multi_select, kind::MultiSelect, "options";
    range: DateOrRange, date, kind::Date, "time";
    day: Option<civil::Date>, date, kind::Date, "day";
    instant: Timestamp, date, kind::Date, "time";
    zoned: Option<Zoned>, date, kind::Date, "time";
    chrono_moment: chrono::DateTime<chrono::FixedOffset>, date, kind::Date, "time";
    time_day: time::Date, date, kind::Date, "day";
    people: Vec<UserRef>, people, kind::People, "people";
    files: Vec<FileRef>, files, kind::Files, "files";
    checkbox: bool, checkbox, kind::Checkbox, "true";
    url_string: Option<String>, url, kind::Url, "url";
    url_parsed: url::Url, url, kind::Url, "url";
    email: Option<String>, email, kind::Email, "url";
    email_shared: Arc<str>, email, kind::Email, "url";
    phone: Option<Box<str>>, phone_number, kind::PhoneNumber, "url";
    relation: Relation<Target>, relation, kind::Relation, "pages";
    pages: Vec<PageId>, relation, kind::Relation, "pages";
    related: Option<Related<Target>>, relation, kind::Relation, "pages";
    page: PageId, relation, kind::Relation, "pages";
    formula_text: Formula<String>, formula, kind::Formula<kind::RichText>, "string";
    formula_number: Formula<Option<f64>>, formula, kind::Formula<kind::Number>, "number result";
    formula_checkbox: Formula<bool>, formula, kind::Formula<kind::Checkbox>, "boolean";
    formula_date: Formula<Option<DateOrRange>>, formula, kind::Formula<kind::Date>, "date result";
    rollup_number: Rollup<u64>, rollup, kind::Rollup<kind::Number>, "number result";
    rollup_date: Rollup<Option<DateOrRange>>, rollup, kind::Rollup<kind::Date>, "date result";
    rollup_texts: Rollup<Vec<String>>, rollup, kind::Rollup<kind::Elements<kind::RichText>>, "texts";
    rollup_numbers: Rollup<Vec<Option<f64>>>, rollup, kind::Rollup<kind::Elements<kind::Number>>, "numbers";
    rollup_people: Rollup<Vec<Vec<UserRef>>>, rollup, kind::Rollup<kind::Elements<kind::People>>, "crews";
    created: Timestamp, created_time, kind::CreatedTime, "noted";
    author: UserRef, created_by, kind::CreatedBy, "person";
    author_id: UserId, created_by, kind::CreatedBy, "person";
    edited: Zoned, last_edited_time, kind::LastEditedTime, "noted";
    editor: Option<UserRef>, last_edited_by, kind::LastEditedBy, "person";
    id: UniqueId, unique_id, kind::UniqueId, "id";
    perhaps_id: Option<UniqueId>, unique_id, kind::UniqueId, "id";
    verification: Verification, verification, kind::Verification, "verified";
    place: Place, place, kind::Place, "place";
    perhaps_place: Option<Place>, place, kind::Place, "place";
    button: (), button, kind::Button, "nothing";
}

/// Values as Notion sends them.
fn sent(name: &str) -> Value {
    let text = |text: &str| {
        json!({
            "type": "text", "text": {"content": text, "link": {"url": "https://x.example"}}, "plain_text": text,
            "href": "https://x.example", "annotations": {
                "bold": true, "italic": false, "strikethrough": false, "underline": false, "code": false, "color": "red"
            }
        })
    };
    let person = json!({
        "object": "user", "id": USER, "name": "Ada", "avatar_url": null, "type": "person", "person": {"email": "a@b.example"}
    });
    let time = json!({"start": "2026-09-15T09:00:00.000+02:00", "end": null, "time_zone": null});
    let day = json!({"start": "2026-09-15", "end": null, "time_zone": null});
    let mut mention = text("@Ada");
    mention["type"] = json!("mention");
    mention["mention"] = json!({"type": "user", "user": person});
    match name {
        "text" => json!([text("a"), mention, text("é")]),
        "number" => json!(8),
        "option" => json!({"id": "x", "name": "Todo", "color": "teal"}),
        "options" => {
            json!([{"id": "x", "name": "Todo", "color": "red"}, {"id": "y", "name": "Done", "color": "blue"}])
        }
        "day" => day,
        "time" => time,
        "people" => json!([person, {"object": "group", "id": ID, "name": "Crew"}]),
        "files" => json!([
            {"name": "a", "type": "external", "external": {"url": "https://x.example/a"}},
            {"name": "b", "type": "file", "file": {"url": "https://x.example/b?c", "expiry_time": "2026-09-01T10:00:00.000Z"}},
        ]),
        "true" => json!(true),
        "url" => json!("https://x.example/a"),
        "pages" => json!([{"id": ID}]),
        "string" => json!({"type": "string", "string": "a"}),
        "number result" => json!({"type": "number", "number": 8, "function": "sum"}),
        "boolean" => json!({"type": "boolean", "boolean": true}),
        "date result" => json!({"type": "date", "date": day, "function": "earliest_date"}),
        "texts" => json!({"type": "array", "function": "show_original", "array": [
            {"type": "title", "title": [text("a")]}, {"type": "select", "select": {"name": "b"}},
            {"type": "formula", "formula": {"type": "string", "string": "c"}},
        ]}),
        "numbers" => json!({"type": "array", "function": "show_original", "array": [
            {"type": "number", "number": 8}, {"type": "number", "number": null},
        ]}),
        "crews" => json!({"type": "array", "function": "show_original", "array": [
            {"type": "people", "people": [person]}, {"type": "people", "people": []},
        ]}),
        "noted" => json!("2026-09-15T09:00:00.000Z"),
        "person" => person,
        "id" => json!({"prefix": "TASK", "number": 42}),
        "verified" => json!({"state": "verified", "date": time, "verified_by": person}),
        "place" => json!({
            "lat": 52.5, "lon": -13, "name": null, "address": "Berlin", "aws_place_id": null, "google_place_id": null
        }),
        _ => json!({}),
    }
}

/// A column that is read as JSON, whatever it holds.
#[derive(Debug, NotionRow)]
pub(crate) struct Any {
    #[notion(name = "X")]
    pub(crate) raw: Raw,
}
