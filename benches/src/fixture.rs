//! The response that everybody reads: 100 rows of 12 columns.

use std::collections::HashSet;
use std::env;
use std::fmt::Write as _;

use crate::recordings::{Exchange, Members, directory, files};

/// How many rows the response has.
pub const ROWS: usize = 100;

/// The kinds of the columns, and what the fixture calls them.
pub const COLUMNS: [(&str, &str); 12] = [
    ("title", "Task"),
    ("rich_text", "Notes"),
    ("number", "Points"),
    ("select", "Priority"),
    ("multi_select", "Tags"),
    ("status", "Status"),
    ("date", "Due"),
    ("checkbox", "Done"),
    ("url", "Link"),
    ("email", "Contact"),
    ("relation", "Related"),
    ("people", "Owners"),
];

/// The version of the API whose responses are taken.
const VERSION: &str = "2026-03-11";

/// How long a value may be.
const MAX_VALUE: usize = 2_000;

/// A response of a query, as bytes that came off the wire.
#[derive(Debug, Clone)]
pub struct Fixture {
    /// The JSON.
    pub body: Vec<u8>,
    /// What it is made of, in a sentence.
    pub made_of: String,
}

/// What the rows are put together from.
#[derive(Default)]
struct Parts {
    /// Pages as they were recorded, their properties left out.
    envelopes: Vec<Envelope>,
    /// For each column, its id and its values: what stands between the id and the end of the property.
    columns: [Pool; COLUMNS.len()],
}

#[derive(Default)]
struct Pool {
    id: Option<String>,
    values: Vec<String>,
    known: HashSet<String>,
}

struct Envelope {
    id: String,
    /// The text before the properties, and behind them.
    around: (String, String),
}

/// Puts the response together, from recordings where there are some.
///
/// # Errors
/// In CI without recordings, where figures of made-up values would be taken for those of recorded ones.
pub fn fixture() -> Result<Fixture, String> {
    let directory = directory();
    let texts = files(&directory);
    if let Some(parts) = Parts::recorded(&texts) {
        let distinct: usize = parts.columns.iter().map(|pool| pool.values.len()).sum();
        return Ok(Fixture {
            body: parts.response().into_bytes(),
            made_of: format!(
                "{} recorded page envelopes and {distinct} distinct recorded values ({VERSION})",
                parts.envelopes.len()
            ),
        });
    }
    let absent = format!(
        "no recordings below `{}` (NOTION_RECORDINGS)",
        directory.display()
    );
    if env::var("CI").is_ok_and(|ci| ci == "true") {
        return Err(absent);
    }
    Ok(Fixture {
        body: Parts::generated().response().into_bytes(),
        made_of: format!("GENERATED values of the same shapes: {absent}"),
    })
}

impl Parts {
    /// Collects from recorded responses; `None` unless there is an envelope and a value for each column.
    fn recorded(texts: &[String]) -> Option<Self> {
        let mut parts = Self::default();
        for line in texts.iter().flat_map(|text| text.lines()) {
            let Ok(exchange) = serde_json::from_str::<Exchange<'_>>(line) else {
                continue;
            };
            for page in exchange.pages(VERSION) {
                parts.collect(&page, exchange.is_query());
            }
        }
        let complete =
            !parts.envelopes.is_empty() && parts.columns.iter().all(|pool| !pool.values.is_empty());
        complete.then_some(parts)
    }

    fn collect(&mut self, page: &Members<'_>, is_row: bool) -> Option<()> {
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
            let (id, kind) = (property.text("id")?, property.text("type")?);
            let Some(place) = COLUMNS.iter().position(|(column, _)| *column == kind) else {
                continue;
            };
            // Empty values are read fastest by everybody, and tell nobody apart.
            if matches!(property.get(&kind), None | Some("null" | "[]" | r#""""#)) {
                continue;
            }
            let value = written(property.0.get(1..)?);
            // Texts at the limits of the API would be most of the page; and one of the rivals takes no
            // person without an e-mail address.
            if value.len() > MAX_VALUE || (kind == "people" && !value.contains(r#""email":""#)) {
                continue;
            }
            let taken = self.columns.iter().any(|pool| pool.id.as_ref() == Some(&id));
            let pool = &mut self.columns[place];
            if pool.id.is_none() && !taken {
                pool.id = Some(id);
            }
            if pool.known.insert(value.clone()) {
                pool.values.push(value);
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
        let mut parts = Self::default();
        for (place, (kind, _)) in COLUMNS.iter().enumerate() {
            let id = if *kind == "title" {
                "title".to_owned()
            } else {
                format!("%3{place:X}ab")
            };
            let value = |n: usize| match *kind {
                "title" => text(&format!("Task {n}")),
                "rich_text" => text(&format!("What there is to say of task {n} — in a line")),
                "number" => format!("{}", n * 5),
                "select" | "status" => option(n % 5),
                "multi_select" => format!("[{},{}]", option(n % 3), option(3 + n % 4)),
                "date" if n.is_multiple_of(2) => {
                    format!(
                        r#"{{"start":"2026-09-{:02}","end":null,"time_zone":null}}"#,
                        1 + n % 30
                    )
                }
                "date" => format!(
                    r#"{{"start":"2026-09-{:02}T18:01:00.000+01:00","end":null,"time_zone":null}}"#,
                    1 + n % 30
                ),
                "checkbox" => format!("{}", n.is_multiple_of(3)),
                "url" => format!(r#""https://example.com/tasks/{n}""#),
                "email" => format!(r#""person.{n}@example.com""#),
                "relation" => format!(r#"[{{"id":"{}"}}],"has_more":false"#, uuid(0xc0, n)),
                _ => format!(
                    r#"[{{"object":"user","id":"{}","name":"Person {n}","avatar_url":null,"type":"person","person":{{"email":"person.{n}@example.com"}}}}]"#,
                    uuid(0xd0, n)
                ),
            };
            parts.columns[place] = Pool {
                id: Some(id),
                values: (0..20)
                    .map(|n| format!(r#""type":"{kind}","{kind}":{}"#, value(n)))
                    .collect(),
                known: HashSet::new(),
            };
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

    fn response(&self) -> String {
        let rows: Vec<_> = (0..ROWS).map(|n| self.row(n)).collect();
        let request = uuid(0xee, 0);
        format!(
            r#"{{"object":"list","results":[{}],"next_cursor":null,"has_more":false,"type":"page_or_data_source","page_or_data_source":{{}},"request_id":"{request}"}}"#,
            rows.join(",")
        )
    }

    fn row(&self, n: usize) -> String {
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
        for place in self.order() {
            let Pool { id, values, .. } = &self.columns[place];
            let comma = if properties.is_empty() { "" } else { "," };
            let (name, id) = (COLUMNS[place].1, id.as_deref().unwrap_or("none"));
            let value = &values[n % values.len()];
            let _ = write!(properties, r#"{comma}"{name}":{{"id":"{id}",{value}}}"#);
        }
        format!(
            r#"{{{},"properties":{{{properties}}},{}}}"#,
            renumbered(head),
            renumbered(tail)
        )
    }

    /// The columns in the order of the API: by id, the title last.
    fn order(&self) -> Vec<usize> {
        let mut places: Vec<_> = (0..COLUMNS.len()).collect();
        places.sort_by_key(|&place| (COLUMNS[place].0 == "title", &self.columns[place].id));
        places
    }
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
            let response: serde_json::Value = serde_json::from_str(&parts.response()).unwrap();
            let rows = response["results"].as_array().unwrap();
            let ids: HashSet<_> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
            assert_eq!((rows.len(), ids.len()), (ROWS, ROWS));
            for row in rows {
                let properties = row["properties"].as_object().unwrap();
                let ids: HashSet<_> = properties.values().map(|property| &property["id"]).collect();
                assert_eq!(ids.len(), COLUMNS.len());
                for (kind, name) in COLUMNS {
                    assert_eq!(properties[name]["type"], kind);
                    assert!(!properties[name][kind].is_null());
                }
            }
        }
    }
}
