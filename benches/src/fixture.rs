//! The response that everybody reads: 100 rows of given columns.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashSet};
use std::env;
use std::fmt::Write as _;

use crate::recordings::{Exchange, Members, directory, files};

/// How many rows the response has.
pub const ROWS: usize = 100;

/// A column: the kind, or the kind and what it results in (`formula_number`), and its name.
pub type Column<'a> = (&'a str, &'a str);

/// The version of the API whose responses are taken.
const VERSION: &str = "2026-03-11";

/// How long a value may be.
const MAX_VALUE: usize = 2_000;

/// What the rows are put together from.
#[derive(Debug, Default)]
pub struct Parts {
    /// Pages as they were recorded, their properties left out.
    envelopes: Vec<Envelope>,
    /// For each kind of column its values: what stands between the id and the end of the property.
    pools: BTreeMap<String, Vec<String>>,
    made_of: String,
}

/// How the members of a property are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As the API writes them: the id, the type, the value.
    AsWritten,
    /// The value first, which JSON allows.
    ValueFirst,
}

#[derive(Debug)]
struct Envelope {
    id: String,
    /// The text before the properties, and behind them.
    around: (String, String),
}

impl Parts {
    /// Takes the parts from recordings where there are some.
    ///
    /// # Errors
    /// In CI without recordings, where figures of made-up values would be taken for those of recorded ones.
    pub fn new() -> Result<Self, String> {
        let directory = directory();
        if let Some(parts) = Self::recorded(&files(&directory)) {
            return Ok(parts);
        }
        let absent = format!(
            "no recordings below `{}` (NOTION_RECORDINGS)",
            directory.display()
        );
        if env::var("CI").is_ok_and(|ci| ci == "true") {
            return Err(absent);
        }
        let mut parts = Self::generated();
        parts.made_of = format!("GENERATED values of the same shapes: {absent}");
        Ok(parts)
    }

    /// What the rows are made of, in a sentence.
    #[must_use]
    pub fn made_of(&self) -> &str {
        &self.made_of
    }

    /// Collects from recorded responses; `None` where there is no envelope. Kinds of which nothing was recorded get
    /// generated values.
    fn recorded(texts: &[String]) -> Option<Self> {
        let mut parts = Self::default();
        let mut known = HashSet::new();
        for line in texts.iter().flat_map(|text| text.lines()) {
            let Ok(exchange) = serde_json::from_str::<Exchange<'_>>(line) else {
                continue;
            };
            for page in exchange.pages(VERSION) {
                parts.collect(&page, exchange.is_query(), &mut known);
            }
        }
        if parts.envelopes.is_empty() {
            return None;
        }
        let distinct: usize = parts.pools.values().map(Vec::len).sum();
        let mut missing = Vec::new();
        for (kind, values) in Self::generated().pools {
            if let Entry::Vacant(pool) = parts.pools.entry(kind) {
                missing.push(pool.key().clone());
                pool.insert(values);
            }
        }
        parts.made_of = format!(
            "{} recorded page envelopes and {distinct} distinct recorded values ({VERSION}); generated: {}",
            parts.envelopes.len(),
            if missing.is_empty() {
                "none".to_owned()
            } else {
                missing.join(", ")
            }
        );
        Some(parts)
    }

    fn collect(&mut self, page: &Members<'_>, is_row: bool, known: &mut HashSet<String>) -> Option<()> {
        let id = page.text("id")?;
        if is_row && self.envelopes.iter().all(|envelope| envelope.id != id) {
            let mut members = page.0.splitn(2, |(key, _)| key == "properties");
            let around = (written(members.next()?), written(members.next()?));
            self.envelopes.push(Envelope { id, around });
        }
        for (_, property) in serde_json::from_str::<Members<'_>>(page.get("properties")?)
            .ok()?
            .0
        {
            let property: Members<'_> = serde_json::from_str(property.get()).ok()?;
            let kind = property.text("type")?;
            // Empty values are read fastest by everybody, and tell nobody apart.
            let Some(value) = property
                .get(&kind)
                .filter(|value| !matches!(*value, "null" | "[]" | r#""""#))
            else {
                continue;
            };
            let Some(what) = shape(&kind, value) else {
                continue;
            };
            let value = written(property.0.get(1..)?);
            // Texts at the limits of the API would be most of the page.
            if value.len() <= MAX_VALUE && known.insert(value.clone()) {
                self.pools.entry(what).or_default().push(value);
            }
        }
        Some(())
    }

    /// Values of the shapes that the API writes, none of them recorded.
    fn generated() -> Self {
        let text = |text: &str| {
            let plain = r#"{"bold":false,"italic":false,"strikethrough":false,"underline":false,"code":false,"color":"default"}"#;
            format!(
                r#"[{{"type":"text","text":{{"content":"{text}","link":null}},"annotations":{plain},"plain_text":"{text}","href":null}}]"#
            )
        };
        let option = |n: usize| {
            let (id, color) = (uuid(0xb0, n), ["red", "blue", "green", "default"][n % 4]);
            format!(r#"{{"id":"{id}","name":"Option {n}","color":"{color}"}}"#)
        };
        let user = |n: usize| {
            format!(
                r#"{{"object":"user","id":"{}","name":"Person {n}","avatar_url":null,"type":"person","person":{{"email":"person.{n}@example.com"}}}}"#,
                uuid(0xd0, n)
            )
        };
        let day = |n: usize| 1 + n % 30;
        let kinds: [(&str, &dyn Fn(usize) -> String); 23] = [
            ("title", &|n| text(&format!("Task {n}"))),
            ("rich_text", &|n| {
                text(&format!("What there is to say of task {n} — in a line"))
            }),
            ("number", &|n| format!("{}", n * 5)),
            ("select", &|n| option(n % 5)),
            ("status", &|n| option(n % 5)),
            ("multi_select", &|n| {
                format!("[{},{}]", option(n % 3), option(3 + n % 4))
            }),
            ("date", &|n| match n % 2 {
                0 => format!(
                    r#"{{"start":"2026-09-{:02}","end":null,"time_zone":null}}"#,
                    day(n)
                ),
                _ => format!(
                    r#"{{"start":"2026-09-{:02}T18:01:00.000+01:00","end":null,"time_zone":null}}"#,
                    day(n)
                ),
            }),
            ("people", &|n| format!("[{}]", user(n))),
            ("files", &|n| {
                format!(
                    r#"[{{"name":"{n}.pdf","type":"external","external":{{"url":"https://example.com/{n}.pdf"}}}}]"#
                )
            }),
            ("checkbox", &|n| format!("{}", n.is_multiple_of(3))),
            ("url", &|n| format!(r#""https://example.com/tasks/{n}""#)),
            ("email", &|n| format!(r#""person.{n}@example.com""#)),
            ("phone_number", &|n| format!(r#""+49 30 {n:04}""#)),
            ("relation", &|n| {
                format!(r#"[{{"id":"{}"}}],"has_more":false"#, uuid(0xc0, n))
            }),
            ("formula_string", &|n| {
                format!(r#"{{"type":"string","string":"Task {n} is due"}}"#)
            }),
            ("formula_number", &|n| {
                format!(r#"{{"type":"number","number":{}}}"#, n * 7)
            }),
            ("rollup_number", &|n| {
                format!(r#"{{"type":"number","number":{},"function":"sum"}}"#, n * 3)
            }),
            ("created_time", &|n| {
                format!(r#""2026-06-{:02}T17:01:00.000Z""#, day(n))
            }),
            ("created_by", &user),
            ("last_edited_time", &|n| {
                format!(r#""2026-07-{:02}T17:01:00.000Z""#, day(n))
            }),
            ("last_edited_by", &user),
            ("unique_id", &|n| format!(r#"{{"prefix":"TASK","number":{n}}}"#)),
            ("place", &|n| {
                format!(
                    r#"{{"lat":52.5,"lon":13.4,"name":null,"address":"Street {n}","aws_place_id":null,"google_place_id":null}}"#
                )
            }),
        ];
        let mut parts = Self::default();
        for (what, value) in kinds {
            let kind = kind_of(what);
            let values = (0..20)
                .map(|n| format!(r#""type":"{kind}","{kind}":{}"#, value(n)))
                .collect();
            parts.pools.insert(what.to_owned(), values);
        }
        let (id, user, source, database) = (uuid(0xa0, 0), uuid(0xd0, 0), uuid(0xe0, 0), uuid(0xf0, 0));
        let head = format!(
            r#""object":"page","id":"{id}","created_time":"2026-06-27T17:01:00.000Z","last_edited_time":"2026-06-27T17:01:00.000Z","created_by":{{"object":"user","id":"{user}"}},"last_edited_by":{{"object":"user","id":"{user}"}},"cover":null,"icon":null,"parent":{{"type":"data_source_id","data_source_id":"{source}","database_id":"{database}"}},"in_trash":false,"is_archived":false,"is_locked":false"#
        );
        let tail = format!(
            r#""url":"https://www.notion.so/Task-{}","public_url":null"#,
            id.replace('-', "")
        );
        parts.envelopes.push(Envelope {
            id,
            around: (head, tail),
        });
        parts
    }

    /// The response of a query with [`ROWS`] rows of those columns, as bytes that came off the wire.
    ///
    /// # Panics
    /// When there is no value of one of the kinds.
    #[must_use]
    pub fn response(&self, columns: &[Column<'_>], order: Order) -> Vec<u8> {
        let rows: Vec<_> = (0..ROWS).map(|n| self.row(n, columns, order)).collect();
        let request = uuid(0xee, 0);
        format!(
            r#"{{"object":"list","results":[{}],"next_cursor":null,"has_more":false,"type":"page_or_data_source","page_or_data_source":{{}},"request_id":"{request}"}}"#,
            rows.join(",")
        )
        .into_bytes()
    }

    fn row(&self, n: usize, columns: &[Column<'_>], order: Order) -> String {
        let Envelope {
            id,
            around: (head, tail),
        } = &self.envelopes[n % self.envelopes.len()];
        // A row's id is that of its envelope with the row's number at the end, here and in the URL.
        let new = format!("{}{n:04x}", &id[..id.len() - 4]);
        let renumbered = |text: &str| {
            text.replace(id, &new)
                .replace(&id.replace('-', ""), &new.replace('-', ""))
        };
        let mut properties = String::new();
        for (id, (what, name), place) in by_id(columns) {
            let comma = if properties.is_empty() { "" } else { "," };
            let values = &self.pools[what];
            // Columns of one kind hold different values.
            let value = &values[(n + place * 7) % values.len()];
            let _ = match (order, value_first(value)) {
                (Order::ValueFirst, Some(value)) => {
                    write!(properties, r#"{comma}"{name}":{{{value},"id":"{id}"}}"#)
                }
                _ => write!(properties, r#"{comma}"{name}":{{"id":"{id}",{value}}}"#),
            };
        }
        format!(
            r#"{{{},"properties":{{{properties}}},{}}}"#,
            renumbered(head),
            renumbered(tail)
        )
    }
}

/// The columns with their ids and places, in the order of the API: by id, the title last.
fn by_id<'a>(columns: &[Column<'a>]) -> Vec<(String, Column<'a>, usize)> {
    let mut all: Vec<_> = columns
        .iter()
        .enumerate()
        .map(|(place, column)| match column.0 {
            "title" => ("title".to_owned(), *column, place),
            _ => (format!("%3{:X}a{:02}", place % 16, place), *column, place),
        })
        .collect();
    all.sort_by_key(|(id, (what, _), _)| (*what == "title", id.clone()));
    all
}

/// What a value is a value of, where everybody can read it: one of the rivals takes no person without an e-mail address, and
/// formulas and rollups are declared with what they result in.
fn shape(kind: &str, value: &str) -> Option<String> {
    let result = |result: &str| {
        value.contains(&format!(r#""type":"{result}""#)) || value.contains(&format!(r#""type": "{result}""#))
    };
    match kind {
        "people" | "created_by" | "last_edited_by" => value.contains(r#""email""#).then(|| kind.to_owned()),
        "files" => (!value.contains("expiry_time")).then(|| kind.to_owned()),
        "formula" if result("string") => Some("formula_string".to_owned()),
        "formula" if result("number") => Some("formula_number".to_owned()),
        "rollup" if result("number") => Some("rollup_number".to_owned()),
        "formula" | "rollup" => None,
        kind => Some(kind.to_owned()),
    }
}

/// The kind of a column, without what it results in.
fn kind_of(what: &str) -> &str {
    match what.split_once('_') {
        Some((kind @ ("formula" | "rollup"), _)) => kind,
        _ => what,
    }
}

/// `"number":5,"type":"number"` for `"type":"number","number":5`.
fn value_first(members: &str) -> Option<String> {
    let (kind, value) = members.split_once(',')?;
    Some(format!("{value},{kind}"))
}

/// Members without their braces, and without the white space that recordings have and responses have not.
fn written(members: &[(std::borrow::Cow<'_, str>, &serde_json::value::RawValue)]) -> String {
    members
        .iter()
        .map(|(key, value)| {
            let mut bytes = Vec::new();
            let mut from = serde_json::Deserializer::from_str(value.get());
            let mut to = serde_json::Serializer::new(&mut bytes);
            serde_transcode::transcode(&mut from, &mut to).expect("a value that was read can be written");
            format!(r#""{key}":{}"#, String::from_utf8(bytes).expect("JSON is UTF-8"))
        })
        .collect::<Vec<_>>()
        .join(",")
}

/// An id that is told from others by its first byte and its number.
fn uuid(first: u8, n: usize) -> String {
    format!("{first:02x}9ce7b6-60a4-413f-afa4-fa28a1{n:06x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_whole_and_distinct() {
        for parts in [Some(Parts::generated()), Parts::recorded(&files(&directory()))] {
            let Some(parts) = parts else {
                eprintln!("skipped: recordings, which are absent");
                continue;
            };
            let columns: Vec<_> = parts.pools.keys().map(|what| (&**what, &**what)).collect();
            for order in [Order::AsWritten, Order::ValueFirst] {
                let response: serde_json::Value =
                    serde_json::from_slice(&parts.response(&columns, order)).unwrap();
                let rows = response["results"].as_array().unwrap();
                let ids: HashSet<_> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
                assert_eq!((rows.len(), ids.len()), (ROWS, ROWS));
                for row in rows {
                    let properties = row["properties"].as_object().unwrap();
                    let ids: HashSet<_> = properties.values().map(|property| &property["id"]).collect();
                    assert_eq!(ids.len(), columns.len());
                    for (what, name) in &columns {
                        assert_eq!(properties[*name]["type"], kind_of(what));
                        assert!(!properties[*name][kind_of(what)].is_null());
                    }
                }
            }
        }
    }
}
