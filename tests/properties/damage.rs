//! Whatever stands in place of a value: it is read, or an error names the property, and no other row suffers.

use std::collections::BTreeMap;
use std::sync::Mutex;

use notion_core::{AnyRow, ErrorKind, RowPage};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use crate::shapes::{Any, Everything, ID, Shape, USER};

/// What Notion says the names and the kinds of things are.
const WORDS: [&str; 34] = [
    "id",
    "type",
    "name",
    "object",
    "has_more",
    "title",
    "rich_text",
    "text",
    "content",
    "plain_text",
    "annotations",
    "mention",
    "user",
    "person",
    "number",
    "select",
    "date",
    "start",
    "end",
    "time_zone",
    "url",
    "external",
    "file",
    "array",
    "string",
    "boolean",
    "unsupported",
    "incomplete",
    "state",
    "lat",
    "prefix",
    "formula",
    "rollup",
    "group",
];

/// Numbers that no type is made for.
const NUMBERS: [&str; 10] = [
    "-0",
    "-0.0",
    "1e400",
    "-1e400",
    "1E+2",
    "123456789012345678901234567890",
    "9223372036854775808",
    "-9223372036854775809",
    "0.1234567890123456789012345678901234567890",
    "1e-999999999",
];

const TEXTS: [&str; 8] = [
    ID,
    USER,
    "",
    "2026-02-30",
    "2026-09-15T25:00:00Z",
    "+123456-01-01",
    "https://x.example",
    "\\ud83d\\ude00\\u0000\\\"",
];

/// Any JSON, as text: numbers in it may be larger than any type holds.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|bool| bool.to_string()),
        any::<i64>().prop_map(|number| number.to_string()),
        select(&NUMBERS[..]).prop_map(str::to_owned),
        select(&TEXTS[..]).prop_map(|text| format!("\"{text}\"")),
        any::<String>().prop_map(|text| json!(text).to_string()),
        select(&WORDS[..]).prop_map(|word| format!("\"{word}\"")),
        // Deeper than anything that Notion sends; some of it is deeper than is read.
        (1..140_usize).prop_map(|depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth))),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let member =
            (select(&WORDS[..]), inner.clone()).prop_map(|(key, value)| format!("\"{key}\":{value}"));
        prop_oneof![
            vec(inner, 0..4).prop_map(|elements| format!("[{}]", elements.join(","))),
            vec(member, 0..5).prop_map(|members| format!("{{{}}}", members.join(","))),
        ]
    })
}

/// What is done to JSON at a place within it.
#[derive(Debug, Clone)]
enum Blow {
    Replace(String),
    Remove,
    Wrap,
    Twice,
    Stringify,
}

/// Strikes JSON at that one of all the places within it.
fn struck(value: &Value, at: Index, blow: &Blow) -> String {
    let mut paths = Vec::new();
    add_paths(value, String::new(), &mut paths);
    let path = at.get(&paths);
    let mut value = value.clone();
    if let (Blow::Remove, Some((parent, key))) = (blow, path.rsplit_once('/')) {
        match value.pointer_mut(parent) {
            Some(Value::Array(elements)) => drop(elements.remove(key.parse().unwrap())),
            Some(Value::Object(members)) => drop(members.remove(key)),
            other => panic!("{other:?}"),
        }
        return value.to_string();
    }
    // What comes in may be no value that can be held, so it is put into the text.
    let target = std::mem::replace(value.pointer_mut(path).unwrap(), json!("~struck~"));
    let by = match blow {
        Blow::Replace(json) => json.clone(),
        Blow::Remove => "null".to_owned(),
        Blow::Wrap => json!([target]).to_string(),
        Blow::Twice => format!("[{target},{target}]"),
        Blow::Stringify => json!(target.to_string()).to_string(),
    };
    value.to_string().replacen("\"~struck~\"", &by, 1)
}

/// The paths of all places within JSON, and of itself.
fn add_paths(value: &Value, path: String, paths: &mut Vec<String>) {
    match value {
        Value::Array(elements) => {
            for (at, element) in elements.iter().enumerate() {
                add_paths(element, format!("{path}/{at}"), paths);
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                add_paths(member, format!("{path}/{key}"), paths);
            }
        }
        _ => {}
    }
    paths.push(path);
}

/// A property of that column, with its value or itself damaged.
#[derive(Debug, Clone)]
enum Damage {
    /// Other JSON as the value.
    Value(String),
    /// The value that another column has.
    Other(Index),
    /// The value, struck.
    Struck(Index, Blow),
    /// Other JSON as the whole property.
    Property(String),
    /// The property, struck: its id, its type, or its value.
    StruckProperty(Index, Blow),
}

fn damage() -> impl Strategy<Value = Damage> {
    let blow = || {
        prop_oneof![
            4 => json().prop_map(Blow::Replace),
            2 => Just(Blow::Replace("null".to_owned())),
            3 => Just(Blow::Remove),
            1 => Just(Blow::Wrap),
            1 => Just(Blow::Twice),
            1 => Just(Blow::Stringify),
        ]
    };
    prop_oneof![
        3 => json().prop_map(Damage::Value),
        2 => any::<Index>().prop_map(Damage::Other),
        6 => (any::<Index>(), blow()).prop_map(|(at, blow)| Damage::Struck(at, blow)),
        1 => json().prop_map(Damage::Property),
        2 => (any::<Index>(), blow()).prop_map(|(at, blow)| Damage::StruckProperty(at, blow)),
    ]
}

impl Damage {
    fn property(&self, shape: &Shape, shapes: &[Shape]) -> String {
        let with = |value: &str| property(shape, value);
        match self {
            Self::Value(json) => with(json),
            Self::Other(other) => with(&shapes[other.index(shapes.len())].value.to_string()),
            Self::Struck(at, blow) => with(&struck(&shape.value, *at, blow)),
            Self::Property(json) => json.clone(),
            Self::StruckProperty(at, blow) => {
                let whole = json!({"id": shape.name, "type": shape.kind, shape.kind: shape.value});
                struck(&whole, *at, blow)
            }
        }
    }
}

fn property(shape: &Shape, value: &str) -> String {
    format!(
        r#"{{"id":"{0}","type":"{1}","{1}":{value}}}"#,
        shape.name, shape.kind
    )
}

fn page<'a>(properties: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let properties = properties
        .into_iter()
        .map(|(name, property)| format!("\"{name}\":{property}"));
    let properties = Vec::from_iter(properties).join(",");
    format!(
        r#"{{"object":"page","id":"{ID}","created_time":"2026-11-20T09:00:00.000Z","last_edited_time":"2026-11-20T09:00:00.000Z","properties":{{{properties}}}}}"#
    )
}

fn list(pages: &[&str]) -> String {
    format!(
        r#"{{"object":"list","results":[{}],"next_cursor":null,"has_more":false}}"#,
        pages.join(",")
    )
}

/// How many values are damaged.
const CASES: u32 = 3_000;

#[test]
fn damaged_values_are_read_or_named() {
    let shapes = Everything::shapes();
    let whole = |shape: &Shape| property(shape, &shape.value.to_string());
    let good = page(shapes.iter().map(|shape| (shape.name, whole(shape))));
    let good_row = RowPage::<Everything>::from_json(&list(&[&good]))
        .unwrap()
        .rows
        .remove(0)
        .unwrap()
        .shown();
    // For each kind: how often the value was read, and how often it was an error.
    let counts = Mutex::new(BTreeMap::<&str, [usize; 2]>::new());
    let check = |at: usize, damage: &Damage| {
        let shape = &shapes[at];
        let damaged = damage.property(shape, &shapes);
        let properties = shapes.iter().map(|other| {
            let is_it = other.name == shape.name;
            (other.name, if is_it { damaged.clone() } else { whole(other) })
        });
        let damaged_page = page(properties);
        let Ok(read) = RowPage::<Everything>::from_json(&list(&[&good, &damaged_page, &good])) else {
            prop_assert!(is_too_deep(&damaged), "the whole list is lost: {damaged}");
            return Ok(());
        };
        let [Ok(before), row, Ok(after)] = &read.rows[..] else {
            return Err(TestCaseError::fail(format!("other rows are lost: {damaged}")));
        };
        prop_assert!(
            before.shown() == good_row && after.shown() == good_row,
            "other rows differ: {damaged}"
        );
        counts.lock().unwrap().entry(shape.kind).or_default()[usize::from(row.is_err())] += 1;
        match row {
            Ok(row) => {
                for (other, (shown, good)) in row.shown().iter().zip(&good_row).enumerate() {
                    if other != at {
                        prop_assert_eq!(shown, good, "{}", damaged);
                        continue;
                    }
                    // A property alone has to say its kind.
                    if matches!(damage, Damage::StruckProperty(..)) {
                        continue;
                    }
                    let alone = AnyRow::from_json(&page([(shape.name, damaged.clone())]));
                    let alone = alone.and_then(|row| (shape.read)(&row));
                    prop_assert!(
                        alone.as_ref().ok() == Some(shown),
                        "{damaged}: {alone:?}, {shown}"
                    );
                }
            }
            Err(error) => {
                let said = error.to_string();
                prop_assert!(
                    matches!(error.kind(), ErrorKind::Value | ErrorKind::Incomplete),
                    "{}",
                    said
                );
                let names = format!("column `{}` of row {ID}", shape.name);
                prop_assert!(said.contains(&names), "{said}: {damaged}");
                // One that is empty or not there at all needs no word of its kind.
                let says_more = ["is empty", "is missing", "and there may be more"]
                    .iter()
                    .any(|reason| said.contains(reason));
                prop_assert!(
                    says_more || said.contains(&format!("`{}`", shape.kind)),
                    "{said}: {damaged}"
                );
            }
        }
        Ok(())
    };
    let cases = (0..shapes.len(), damage());
    crate::runner(CASES)
        .run(&cases, |(at, damage)| check(at, &damage))
        .unwrap();
    let counts = counts.into_inner().unwrap();
    for (kind, [read, refused]) in &counts {
        println!("{kind}: {read} damaged values read, {refused} told apart");
    }
    assert_eq!(counts.len(), 24);
}

#[test]
fn any_json_is_kept_as_it_is() {
    crate::runner(1_000)
        .run(&json(), |property| {
            let page = page([("X", property.clone())]);
            match AnyRow::from_json(&page) {
                Ok(row) => prop_assert_eq!(row.property("X").unwrap().json(), &property),
                Err(error) => prop_assert!(is_too_deep(&property), "{error}: {property}"),
            }
            if let Ok(row) = notion_core::Row::<Any>::from_json(&page) {
                prop_assert_eq!(row.raw.json(), &property);
            }
            Ok(())
        })
        .unwrap();
}

/// Whether JSON is deeper than is read, as a part of a page of a list.
fn is_too_deep(json: &str) -> bool {
    let (mut depth, mut most, mut in_text) = (0, 0, false);
    for (at, byte) in json.bytes().enumerate() {
        match byte {
            b'"' if at == 0 || json.as_bytes()[at - 1] != b'\\' => in_text = !in_text,
            b'[' | b'{' if !in_text => depth += 1,
            b']' | b'}' if !in_text => depth -= 1,
            _ => {}
        }
        most = most.max(depth);
    }
    most > 100
}
