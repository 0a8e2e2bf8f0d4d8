//! What the requests say: bodies that make sense, and parts of them replaced by something else.

use serde_json::{Map, Value, json};

use super::Fuzz;
use super::common::titled;

impl Fuzz {
    pub(super) fn body(&mut self, path: &str) -> Value {
        let parts: Vec<&str> = path.trim_start_matches("/v1/").split(['/', '?']).collect();
        match parts.as_slice() {
            ["pages"] => {
                let mut body = json!({"parent": self.parent(), "properties": self.properties()});
                match self.rng.u8(..6) {
                    0 => body["children"] = self.blocks(2),
                    1 => body["markdown"] = json!(format!("# Title\n{}", self.markdown())),
                    2 => body["icon"] = json!({"type": "emoji", "emoji": "🎲"}),
                    _ => {}
                }
                body
            }
            ["pages", _, "move"] => json!({"parent": self.parent()}),
            ["pages", _, "markdown"] => self.edit(),
            ["blocks", "meeting_notes"] => {
                json!({"source": {"type": "block", "block_id": self.id("block")}})
            }
            ["blocks", "meeting_notes", "query"] => json!({"filter": {
                "property": "attendees",
                "filter": {
                    "operator": "person_contains",
                    "value": {"type": "exact", "value": {"table": "notion_user", "id": self.id("user")}},
                },
            }}),
            ["pages", _] => match self.rng.u8(..12) {
                0 => json!({"in_trash": self.rng.bool()}),
                1 => json!({"archived": self.rng.bool()}),
                _ => json!({"properties": self.properties()}),
            },
            ["databases"] => json!({
                "parent": {"page_id": self.id("page")},
                "title": [{"text": {"content": "Made at random"}}],
                "initial_data_source": {"properties": self.schema()},
                "properties": self.schema(),
            }),
            ["data_sources"] => {
                json!({"parent": {"database_id": self.id("database")}, "properties": self.schema()})
            }
            ["data_sources" | "databases", _, "query"] => self.query(),
            ["data_sources", _] => match self.rng.u8(..5) {
                0 => json!({"in_trash": self.rng.bool()}),
                1 => json!({"parent": {"database_id": self.id("database")}}),
                _ => json!({"properties": self.schema()}),
            },
            ["databases", _] => match self.rng.u8(..3) {
                0 => json!({"in_trash": self.rng.bool()}),
                1 => json!({"parent": {"page_id": self.id("page")}}),
                _ => json!({"title": [{"text": {"content": "Renamed"}}]}),
            },
            ["blocks", _, "children"] => json!({"children": self.blocks(2)}),
            ["blocks", _] => match self.rng.u8(..2) {
                0 => json!({"in_trash": self.rng.bool()}),
                _ => self.block(0),
            },
            ["comments"] => json!({
                "parent": match self.rng.bool() {
                    true => json!({"page_id": self.id("page")}),
                    false => json!({"block_id": self.id("block")}),
                },
                "rich_text": [{"text": {"content": "A remark"}}],
            }),
            ["comments", _] => json!({"rich_text": [{"text": {"content": "Another"}}]}),
            ["file_uploads"] => json!({"mode": "single_part", "filename": "a.txt"}),
            ["views"] => {
                json!({
                    "database_id": self.id("database"),
                    "data_source_id": self.id("data_source"),
                    "name": "V",
                    "type": *self.one(&["table", "board", "list", "calendar", "gallery"]),
                })
            }
            ["views", _] => json!({"name": "Renamed"}),
            ["search"] => json!({"query": "row", "page_size": self.rng.u8(1..5)}),
            _ => json!({}),
        }
    }

    fn parent(&mut self) -> Value {
        let kind = *self.one(&["data_source", "data_source", "page", "database"]);
        json!({format!("{kind}_id"): self.id(kind)})
    }

    fn edit(&mut self) -> Value {
        let text = self.markdown();
        let allow = self.rng.u8(..4) == 0;
        let (kind, edit) = match self.rng.u8(..4) {
            0 => ("insert_content", json!({"content": text})),
            1 => (
                "replace_content_range",
                json!({"content": text, "content_range": *self.one(&["a", "a...b", "<page...>", "- "])}),
            ),
            2 => {
                let old = *self.one(&["a", "b\n", "- ", "\t", "</page>", "<"]);
                let update = json!({"old_str": old, "new_str": text, "replace_all_matches": self.rng.bool()});
                (
                    "update_content",
                    json!({"content_updates": [update], "allow_deleting_content": allow}),
                )
            }
            _ => (
                "replace_content",
                json!({"new_str": text, "allow_deleting_content": allow}),
            ),
        };
        json!({"type": kind, kind: edit, "allow_async": self.rng.u8(..4) == 0})
    }

    /// Lines of every sort, some of which speak of records.
    fn markdown(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..self.rng.usize(..8) {
            let id = self.id("page");
            let indent = "\t".repeat(self.rng.usize(..3));
            let line = match self.rng.u8(..14) {
                0 => "a **b** c".to_owned(),
                1 => "- a".to_owned(),
                2 => "- [x] b".to_owned(),
                3 => "## a {toggle=\"true\"}".to_owned(),
                4 => format!("<page url=\"https://www.notion.so/{id}\">a</page>"),
                5 => format!("<database url=\"https://www.notion.so/{id}\">b</database>"),
                6 => "<callout icon=\"🎲\">".to_owned(),
                7 => "</callout>".to_owned(),
                8 => format!("<synced_block url=\"https://www.notion.so/{id}\">"),
                9 => format!("<synced_block_reference url=\"https://www.notion.so/{id}\">"),
                10 => "</synced_block>".to_owned(),
                11 => format!("<unknown url=\"https://www.notion.so/x#{id}\"/>"),
                12 => "<table><tr><td>a</td><td>b</td></tr></table>".to_owned(),
                _ => format!("<mention-page url=\"{id}\"/> ![a](file-upload://{id})"),
            };
            text.push_str(&format!("{indent}{line}\n"));
        }
        text
    }

    fn properties(&mut self) -> Value {
        let mut out = Map::new();
        for _ in 0..self.rng.usize(1..4) {
            let ids: Vec<Value> = (0..self.rng.usize(..4))
                .map(|_| json!({"id": self.id("page")}))
                .collect();
            let (name, value) = match self.rng.u8(..14) {
                0 => ("Name", titled("row")),
                1 => ("title", titled("row")),
                2 => ("Number", json!({"number": self.rng.i32(-5..5)})),
                3 => (
                    "Select",
                    json!({"select": {"name": *self.one(&["a", "b", "C", "x,y"])}}),
                ),
                4 => (
                    "Multi",
                    json!({"multi_select": [{"name": "a"}, {"name": *self.one(&["b", "c"])}]}),
                ),
                5 => (
                    "Status",
                    json!({"status": {"name": *self.one(&["Done", "Nope"])}}),
                ),
                6 => (
                    "Date",
                    json!({"date": {"start": *self.one(&["2026-01-01", "2026-01-01T10:00:00Z", "x"])}}),
                ),
                7 => ("Check", json!({"checkbox": self.rng.bool()})),
                8 => ("Other", json!({"relation": ids})),
                9 => ("People", json!({"people": [{"id": self.id("user")}]})),
                10 => ("Url", json!({"url": "https://example.com"})),
                11 => ("Sum", json!({"rollup": {}})),
                12 => (
                    "Files",
                    json!({"files": [{"name": "a", "external": {"url": "https://example.com/a"}}]}),
                ),
                _ => ("Text", json!({"rich_text": [{"text": {"content": "words"}}]})),
            };
            out.insert(name.to_owned(), value);
        }
        Value::Object(out)
    }

    fn schema(&mut self) -> Value {
        let mut out = Map::new();
        out.insert("Name".into(), json!({"title": {}}));
        for _ in 0..self.rng.usize(..3) {
            let name = *self.one(&[
                "Number", "Select", "Multi", "Status", "Date", "New", "Other", "Sum", "Formula",
            ]);
            let value = match self.rng.u8(..12) {
                0 => Value::Null,
                1 => json!({"name": *self.one(&["Number", "Select", "Renamed", "Other"])}),
                2 => json!({"number": {"format": "percent"}}),
                3 => json!({"select": {"options": [{"name": "a"}, {"name": "n"}]}}),
                4 => json!({"multi_select": {}}),
                5 => json!({"status": {}}),
                6 => json!({"rich_text": {}}),
                7 => json!({"relation": {"data_source_id": self.id("data_source"), "single_property": {}}}),
                8 => json!({"relation": {"data_source_id": self.id("data_source"), "dual_property": {}}}),
                9 => json!({"rollup": {
                    "relation_property_name": "Other", "rollup_property_name": *self.one(&["Number", "Name", "Sum"]),
                    "function": *self.one(&["sum", "count", "show_original", "latest_date"]),
                }}),
                10 => json!({"unique_id": {"prefix": "ID"}}),
                _ => json!({"formula": {"expression": *self.one(&[
                    "prop(\"Number\") * 2", "1 / 0", "prop(\"Name\") + \"!\"", "if(", "prop(\"Formula\")", "now()",
                ])}}),
            };
            out.insert(name.to_owned(), value);
        }
        Value::Object(out)
    }

    fn query(&mut self) -> Value {
        let mut body = json!({"page_size": self.rng.usize(1..8)});
        if self.rng.bool() {
            body["filter"] = self.filter(0);
        }
        if self.rng.bool() {
            body["sorts"] = json!([{
                "property": *self.one(&["Name", "Number", "Select", "Sum", "Formula", "Nope"]),
                "direction": *self.one(&["ascending", "descending"]),
            }]);
        }
        if self.rng.u8(..4) == 0 {
            body["start_cursor"] = json!(self.cursor());
        }
        body
    }

    fn filter(&mut self, depth: usize) -> Value {
        if depth < 3 && self.rng.u8(..3) == 0 {
            let parts: Vec<Value> = (0..self.rng.usize(1..4))
                .map(|_| self.filter(depth + 1))
                .collect();
            return json!({*self.one(&["and", "or"]): parts});
        }
        match self.rng.u8(..9) {
            0 => json!({"property": "Name", "title": {"contains": "r"}}),
            1 => json!({"property": "Number", "number": {"greater_than": 0}}),
            2 => json!({"property": "Select", "select": {"does_not_equal": "a"}}),
            3 => json!({"property": "Multi", "multi_select": {"contains": "a"}}),
            4 => json!({"property": "Date", "date": {"past_year": {}}}),
            5 => json!({"property": "Other", "relation": {"contains": self.id("page")}}),
            6 => json!({"property": "Sum", "rollup": {"number": {"less_than": 3}}}),
            7 => json!({"property": "Formula", "formula": {"number": {"is_empty": true}}}),
            _ => json!({"timestamp": "created_time", "created_time": {"on_or_before": "tomorrow"}}),
        }
    }

    fn blocks(&mut self, depth: usize) -> Value {
        (0..self.rng.usize(1..4)).map(|_| self.block(depth)).collect()
    }

    fn block(&mut self, depth: usize) -> Value {
        let text = json!([{"text": {"content": "some text"}}]);
        let mut payload = json!({"rich_text": text});
        let kind = *self.one(&[
            "paragraph",
            "toggle",
            "bulleted_list_item",
            "to_do",
            "quote",
            "heading_1",
            "divider",
            "code",
            "table",
        ]);
        match kind {
            "divider" => payload = json!({}),
            "code" => payload["language"] = json!("rust"),
            "table" => {
                payload = json!({"table_width": 1, "children": [{"table_row": {"cells": [text]}}]});
            }
            "paragraph" | "toggle" | "quote" if depth > 0 && self.rng.bool() => {
                payload["children"] = self.blocks(depth - 1);
            }
            _ => {}
        }
        json!({"type": kind, kind: payload})
    }

    /// Puts something else in the place of a part.
    pub(super) fn spoil(&mut self, value: &mut Value, depth: usize) {
        let junk = [
            Value::Null,
            json!(true),
            json!(-1),
            json!(1e300),
            json!(""),
            json!("x".repeat(2001)),
            json!([]),
            json!({}),
            json!([[[[]]]]),
            json!({"type": "nonsense"}),
            json!("\u{0}\u{202e}💥"),
        ];
        let inner: Vec<&mut Value> = match value {
            Value::Object(map) => map.values_mut().collect(),
            Value::Array(items) => items.iter_mut().collect(),
            _ => Vec::new(),
        };
        let at = (!inner.is_empty()).then(|| self.rng.usize(..inner.len()));
        match at {
            Some(at) if depth < 6 && self.rng.f32() < 0.8 => {
                if let Some(inner) = inner.into_iter().nth(at) {
                    self.spoil(inner, depth + 1);
                }
            }
            _ => *value = self.one(&junk).clone(),
        }
    }
}
