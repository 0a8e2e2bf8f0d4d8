//! What is appended to a list, and what is taken from it. Notion replaces lists, so the whole of the value is written anew.

use std::borrow::Cow;

use notion_schema::json::{Reader, Writer};
use uuid::Uuid;

use crate::error::{Error, ErrorKind, Result};
use crate::property::ReadError;

/// Changes to the value of a column that holds a list, in the order in which they were asked for.
#[derive(Debug)]
pub(super) struct Edit {
    pub(super) column: usize,
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    steps: Vec<Step>,
}

#[derive(Debug)]
enum Step {
    Append(Vec<Element>),
    Remove(Vec<Element>),
}

/// An element of a list as it is written, and what tells it from others.
#[derive(Debug, Clone, PartialEq)]
struct Element {
    identity: String,
    json: String,
}

/// Source: <https://developers.notion.com/reference/request-limits>.
const MAX_ELEMENTS: usize = 100;

impl Edit {
    pub(super) fn new(column: usize, name: &'static str, kind: &'static str) -> Self {
        Self {
            column,
            name,
            kind,
            steps: Vec::new(),
        }
    }

    /// Appends the elements of a value as a column writes it.
    pub(super) fn append(&mut self, elements: &str) -> Result<(), ReadError> {
        self.steps.push(Step::Append(read(self.kind, elements)?));
        Ok(())
    }

    /// Takes out the elements of a value as a column writes it.
    pub(super) fn remove(&mut self, elements: &str) -> Result<(), ReadError> {
        self.steps.push(Step::Remove(read(self.kind, elements)?));
        Ok(())
    }

    /// The value that becomes of a stored one; `None` where it stays the same.
    ///
    /// # Errors
    /// When the value would be longer than what a request can hold.
    pub(super) fn apply(&self, stored: &str) -> Result<Option<String>> {
        let before = read(self.kind, stored)
            .map_err(|error| Error::new(ErrorKind::Value, format!("column `{}` {error}", self.name)))?;
        let mut elements = before.clone();
        for step in &self.steps {
            match step {
                Step::Append(new) => {
                    for element in new {
                        if !elements.iter().any(|other| other.identity == element.identity) {
                            elements.push(element.clone());
                        }
                    }
                }
                Step::Remove(old) => {
                    elements.retain(|element| !old.iter().any(|other| other.identity == element.identity));
                }
            }
        }
        if elements == before {
            return Ok(None);
        }
        if elements.len() > MAX_ELEMENTS {
            return Err(self.too_long(before.len(), elements.len()));
        }
        let mut json = Writer::new();
        json.begin_array();
        for element in elements {
            json.raw(&element.json);
        }
        json.end_array();
        Ok(Some(json.into_string()))
    }

    fn too_long(&self, before: usize, after: usize) -> Error {
        let hint = match self.kind {
            "relation" => {
                "Nothing was written. Of a two-way relation, the column at the other end can be changed instead, a page at a time."
            }
            _ => "Nothing was written. Take others out first.",
        };
        Error::new(
            ErrorKind::InvalidInput,
            format!(
                "column `{}` holds {before} elements and would hold {after}: Notion takes the whole list at once, and {MAX_ELEMENTS} elements in a request",
                self.name
            ),
        )
        .with_hint(hint)
    }
}

/// Whether two lists hold the same elements in the same order.
pub(super) fn is_same(kind: &str, one: &str, other: &str) -> bool {
    match (read(kind, one), read(kind, other)) {
        (Ok(one), Ok(other)) => {
            let ids = |elements: Vec<Element>| elements.into_iter().map(|element| element.identity);
            ids(one).eq(ids(other))
        }
        _ => false,
    }
}

/// The elements of a list of that kind, as it is stored or as it is written.
fn read(kind: &str, list: &str) -> Result<Vec<Element>, ReadError> {
    let mut elements = Vec::new();
    let mut json = Reader::new(list);
    json.begin_array()?;
    while json.element()? {
        let raw = json.raw()?;
        let element = if kind == "files" {
            file(raw)?
        } else {
            reference(kind, raw)?
        };
        elements.push(
            element.ok_or_else(|| ReadError::Unfit("holds an element without a name or id".to_owned()))?,
        );
    }
    Ok(elements)
}

/// A page or user goes by its id. An option goes by its name, since what is appended has no id yet, and is written back by
/// its id, since old ones have names that Notion takes no more.
fn reference(kind: &str, raw: &str) -> Result<Option<Element>, ReadError> {
    let (mut id, mut name, mut is_group) = (None, None, false);
    let mut json = Reader::new(raw);
    json.begin_object()?;
    while let Some(key) = json.key()? {
        match &*key {
            "object" => is_group = json.string()? == "group",
            "id" => id = Some(json.string()?),
            "name" if !json.null() => name = Some(json.string()?),
            _ => json.skip()?,
        }
    }
    let is_option = kind == "multi_select";
    let identity = match (&id, &name) {
        // Notion tells options apart without regard to case.
        (_, Some(name)) if is_option => name.to_lowercase(),
        (Some(id), _) => Uuid::try_parse(id).map_or_else(|_| id.to_string(), |id| id.to_string()),
        _ => return Ok(None),
    };
    let mut json = Writer::new();
    json.begin_object();
    if is_group {
        json.key("object").string("group");
    }
    match (&id, &name) {
        (Some(id), _) => json.key("id").string(id),
        (None, Some(name)) => json.key("name").string(name),
        (None, None) => {}
    }
    json.end_object();
    let json = json.into_string();
    Ok(Some(Element { identity, json }))
}

/// A file goes by its name and where it is. The address of one that Notion serves is signed anew each time that it is read.
fn file(raw: &str) -> Result<Option<Element>, ReadError> {
    let (mut name, mut place) = (Cow::Borrowed(""), None);
    let mut json = Reader::new(raw);
    json.begin_object()?;
    while let Some(key) = json.key()? {
        match &*key {
            "name" if !json.null() => name = json.string()?,
            "external" | "file" | "file_upload" => {
                json.begin_object()?;
                while let Some(member) = json.key()? {
                    match (&*key, &*member) {
                        ("file", "url") => {
                            let url = json.string()?;
                            place = url.split('?').next().map(str::to_owned);
                        }
                        (_, "url" | "id") => place = Some(json.string()?.into_owned()),
                        _ => json.skip()?,
                    }
                }
            }
            _ => json.skip()?,
        }
    }
    Ok(place.map(|place| Element {
        identity: format!("{name} {place}"),
        json: raw.to_owned(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "3839ce7b-60a4-804c-bdcd-007ad3034fba";
    const B: &str = "b55c9c91-384d-452b-81db-d1ef79372b75";

    fn edit(kind: &'static str, append: &str, remove: &str) -> Edit {
        let mut edit = Edit::new(0, "Tags", kind);
        edit.append(append).unwrap();
        edit.remove(remove).unwrap();
        edit
    }

    #[test]
    fn options_go_by_name_and_stay_by_id() {
        let stored = r#"[{"id":"x","name":"a, b","color":"red"},{"id":"y","name":"c","color":"blue"}]"#;
        let edit = edit(
            "multi_select",
            r#"[{"name":"c"},{"name":"d"},{"name":"d"}]"#,
            "[]",
        );
        assert_eq!(
            edit.apply(stored).unwrap().unwrap(),
            r#"[{"id":"x"},{"id":"y"},{"name":"d"}]"#
        );
        let none = self::edit("multi_select", r#"[{"name":"c"}]"#, r#"[{"name":"z"}]"#);
        assert_eq!(none.apply(stored).unwrap(), None);
    }

    #[test]
    fn an_option_is_the_same_in_any_case() {
        let stored = r#"[{"id":"x","name":"Urgent","color":"red"}]"#;
        let append = edit("multi_select", r#"[{"name":"urgent"}]"#, "[]");
        assert_eq!(append.apply(stored).unwrap(), None);
        let remove = edit("multi_select", "[]", r#"[{"name":"URGENT"}]"#);
        assert_eq!(remove.apply(stored).unwrap().unwrap(), "[]");
    }

    #[test]
    fn references_go_by_id() {
        let stored = format!(
            r#"[{{"object":"user","id":"{A}","name":"A"}},{{"object":"group","id":"{B}","name":"B"}}]"#
        );
        let change = edit(
            "people",
            &format!(r#"[{{"id":"{B}"}}]"#),
            &format!(r#"[{{"id":"{A}"}}]"#),
        );
        assert_eq!(
            change.apply(&stored).unwrap().unwrap(),
            format!(r#"[{{"object":"group","id":"{B}"}}]"#)
        );
        let change = edit(
            "relation",
            "[]",
            &format!(r#"[{{"id":"{}"}}]"#, A.replace('-', "")),
        );
        assert_eq!(
            change.apply(&format!(r#"[{{"id":"{A}"}}]"#)).unwrap().unwrap(),
            "[]"
        );
    }

    #[test]
    fn files_go_by_name_and_place() {
        let stored = r#"[{"name":"a","type":"file","file":{"url":"https://x/a?sig=1","expiry_time":"2026-09-01T10:00:00.000Z"}}]"#;
        let same = r#"[{"name":"a","file":{"url":"https://x/a?sig=2"}}]"#;
        let other = r#"[{"name":"a","external":{"url":"https://x/a?sig=1&v=2"}}]"#;
        assert_eq!(edit("files", same, "[]").apply(stored).unwrap(), None);
        assert_eq!(edit("files", "[]", same).apply(stored).unwrap().unwrap(), "[]");
        let both = edit("files", other, "[]").apply(stored).unwrap().unwrap();
        assert!(
            both.starts_with(&stored[..stored.len() - 1]) && both.ends_with(&other[1..]),
            "{both}"
        );
    }

    #[test]
    fn steps_go_in_order() {
        let mut edit = Edit::new(0, "Tags", "multi_select");
        edit.remove(r#"[{"name":"a"}]"#).unwrap();
        edit.append(r#"[{"name":"a"}]"#).unwrap();
        let stored = r#"[{"name":"a"},{"name":"b"}]"#;
        assert_eq!(
            edit.apply(stored).unwrap().unwrap(),
            r#"[{"name":"b"},{"name":"a"}]"#
        );
    }

    #[test]
    fn a_list_that_no_request_can_hold_is_refused() {
        let list = |count| {
            let elements: Vec<_> = (0..count).map(|at| format!(r#"{{"name":"{at}"}}"#)).collect();
            format!("[{}]", elements.join(","))
        };
        let change = edit("multi_select", r#"[{"name":"one more"}]"#, "[]");
        assert!(change.apply(&list(99)).unwrap().is_some());
        let error = change.apply(&list(100)).unwrap_err().to_string();
        assert!(error.contains("holds 100 elements and would hold 101"), "{error}");
    }
}
