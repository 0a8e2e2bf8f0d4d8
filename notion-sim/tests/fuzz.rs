//! Random requests, sensible and not: none gets a server error, and whatever they do leaves the workspace in order.
//!
//! `NOTION_SIM_FUZZ_SEED` repeats a run, `NOTION_SIM_FUZZ_REQUESTS` makes it longer.

mod common;

use std::collections::{HashMap, HashSet};

use common::{Answer, Client, send, start, text, titled};
use fastrand::Rng;
use notion_sim::Sim;
use serde_json::{Map, Value, json};

/// How many requests a run sends, if nothing else is asked for.
const REQUESTS: usize = 3000;
/// How many requests there are between two looks at the whole workspace.
const INTERVAL: usize = 300;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn random_requests_break_nothing() {
    let seed = number("NOTION_SIM_FUZZ_SEED").unwrap_or_else(|| fastrand::u64(..));
    let requests = number("NOTION_SIM_FUZZ_REQUESTS").map_or(REQUESTS, |requests| requests as usize);
    println!("NOTION_SIM_FUZZ_SEED={seed}");
    let mut fuzz = Fuzz::new(seed);
    let mut statuses: HashMap<u16, usize> = HashMap::new();
    for at in 0..requests {
        let answer = fuzz.step();
        *statuses.entry(answer.status).or_default() += 1;
        if at % INTERVAL == INTERVAL - 1 {
            fuzz.look();
        }
    }
    fuzz.look();
    println!("{requests} requests, by status: {statuses:?}");
    let good = statuses.get(&200).copied().unwrap_or_default();
    assert!(good > requests / 20, "too few requests do anything: {statuses:?}");
}

/// A simulator under random requests.
struct Fuzz {
    rng: Rng,
    seed: u64,
    sim: Sim,
    client: Client,
    /// Ids that occurred, of whatever kind.
    ids: Vec<String>,
    cursors: Vec<String>,
}

impl Fuzz {
    fn new(seed: u64) -> Self {
        let sim = start(Sim::builder().query_limit(40));
        let client = Client::new(&sim);
        let parent = sim.parent_page_id();
        let (first, second) = two_databases(&client, &parent);
        let mut ids = vec![parent, first, second];
        for user in client.get("/v1/users").ok()["results"].as_array().expect("users") {
            ids.push(text(&user["id"]));
        }
        Self {
            rng: Rng::with_seed(seed),
            seed,
            sim,
            client,
            ids,
            cursors: Vec::new(),
        }
    }

    /// One request. Anything but Notion's own refusals is a failure.
    fn step(&mut self) -> Answer {
        let (method, path) = self.pick_route();
        let mut body = self.body(&path);
        if self.rng.f32() < 0.3 {
            self.spoil(&mut body, 0);
        }
        let version = *self.one(&["2026-03-11", "2026-03-11", "2025-09-03", "2022-06-28"]);
        let bearer = format!("Bearer {}", self.client.token);
        let headers = [
            ("authorization", bearer.as_str()),
            ("notion-version", version),
            ("content-type", "application/json"),
        ];
        let bytes = if method == "GET" || method == "DELETE" {
            Vec::new()
        } else if self.rng.f32() < 0.01 {
            b"{\"broken\": ".to_vec()
        } else {
            body.to_string().into_bytes()
        };
        let answer = send(method, &format!("{}{path}", self.client.base), &headers, &bytes);
        let told = format!("seed {}: {method} {path} {version} {body}", self.seed);
        let answer = answer.unwrap_or_else(|error| panic!("{told}: {error}"));
        let allowed = [200, 202, 400, 401, 403, 404, 409, 413, 501];
        assert!(
            allowed.contains(&answer.status),
            "{told}: {} {}",
            answer.status,
            answer.text
        );
        if answer.status >= 400 && answer.status != 413 {
            assert_eq!(answer.json["object"], "error", "{told}: {}", answer.text);
            assert!(!answer.message().is_empty(), "{told}");
        }
        self.learn(&answer.json);
        answer
    }

    /// Ids and cursors of an answer are used in later requests.
    fn learn(&mut self, json: &Value) {
        for id in [
            &json["id"],
            &json["results"][0]["id"],
            &json["data_sources"][0]["id"],
        ] {
            if let Some(id) = id.as_str() {
                self.ids.push(id.to_owned());
            }
        }
        if let Some(cursor) = json["next_cursor"].as_str() {
            self.cursors.push(cursor.to_owned());
        }
    }

    fn one<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.rng.usize(..items.len())]
    }

    fn id(&mut self) -> String {
        match self.rng.u8(..20) {
            0 => "nonsense".to_owned(),
            1 => "38c9ce7b-60a4-8114-b301-ddc78a46ec5d".to_owned(),
            _ => {
                // Mostly what came up lately, so that the same records are met again.
                let recent = self.ids.len().saturating_sub(60);
                let from = if self.rng.bool() { recent } else { 0 };
                self.ids[self.rng.usize(from..self.ids.len())].clone()
            }
        }
    }

    fn pick_route(&mut self) -> (&'static str, String) {
        const ROUTES: [(&str, &str); 48] = [
            ("POST", "pages"),
            ("POST", "pages"),
            ("POST", "pages"),
            ("GET", "pages/*"),
            ("PATCH", "pages/*"),
            ("PATCH", "pages/*"),
            ("PATCH", "pages/*"),
            ("POST", "pages/*/move"),
            ("GET", "pages/*/properties/title"),
            ("GET", "pages/*/properties/Other"),
            ("GET", "pages/*/markdown"),
            ("PATCH", "pages/*/markdown"),
            ("PATCH", "pages/*/markdown"),
            ("GET", "async_tasks/*"),
            ("POST", "blocks/meeting_notes"),
            ("POST", "blocks/meeting_notes/query"),
            ("POST", "databases"),
            ("GET", "databases/*"),
            ("PATCH", "databases/*"),
            ("POST", "databases/*/query"),
            ("POST", "data_sources"),
            ("GET", "data_sources/*"),
            ("PATCH", "data_sources/*"),
            ("POST", "data_sources/*/query"),
            ("POST", "data_sources/*/query"),
            ("GET", "data_sources/*/templates"),
            ("GET", "blocks/*"),
            ("PATCH", "blocks/*"),
            ("DELETE", "blocks/*"),
            ("GET", "blocks/*/children"),
            ("PATCH", "blocks/*/children"),
            ("PATCH", "blocks/*/children"),
            ("POST", "comments"),
            ("GET", "comments"),
            ("PATCH", "comments/*"),
            ("DELETE", "comments/*"),
            ("POST", "file_uploads"),
            ("GET", "file_uploads"),
            ("POST", "file_uploads/*/complete"),
            ("POST", "views"),
            ("GET", "views"),
            ("PATCH", "views/*"),
            ("DELETE", "views/*"),
            ("POST", "views/*/queries"),
            ("POST", "search"),
            ("GET", "users"),
            ("GET", "users/*"),
            ("GET", "custom_emojis"),
        ];
        let (method, route) = *self.one(&ROUTES);
        let mut path = format!("/v1/{}", route.replace('*', &self.id()));
        if method == "GET" && self.rng.bool() {
            let cursor = self.cursor();
            let query = match self.rng.u8(..5) {
                0 => format!("?page_size={}", self.rng.i32(-1..120)),
                1 => format!("?start_cursor={cursor}"),
                2 => "?filter_properties=title".to_owned(),
                _ => format!("?block_id={}", self.id()),
            };
            path.push_str(&query);
        }
        (method, path)
    }

    fn cursor(&mut self) -> String {
        if self.cursors.is_empty() || self.rng.u8(..4) == 0 {
            return "nonsense".to_owned();
        }
        self.cursors[self.rng.usize(..self.cursors.len())].clone()
    }

    fn body(&mut self, path: &str) -> Value {
        let id = self.id();
        let parts: Vec<&str> = path.trim_start_matches("/v1/").split(['/', '?']).collect();
        match parts.as_slice() {
            ["pages"] => {
                let parent = *self.one(&["data_source_id", "data_source_id", "page_id", "database_id"]);
                let mut body = json!({"parent": {parent: id}, "properties": self.properties()});
                match self.rng.u8(..6) {
                    0 => body["children"] = self.blocks(2),
                    1 => body["markdown"] = json!(format!("# Title\n{}", self.markdown())),
                    2 => body["icon"] = json!({"type": "emoji", "emoji": "🎲"}),
                    _ => {}
                }
                body
            }
            ["pages", _, "move"] => json!({"parent": {*self.one(&["page_id", "data_source_id"]): id}}),
            ["pages", _, "markdown"] => self.edit(),
            ["blocks", "meeting_notes"] => json!({"source": {"type": "block", "block_id": id}}),
            ["blocks", "meeting_notes", "query"] => json!({"filter": {
                "property": "attendees",
                "filter": {"operator": "person_contains", "value": {"type": "exact", "value": {"table": "notion_user", "id": id}}},
            }}),
            ["pages", _] => match self.rng.u8(..4) {
                0 => json!({"in_trash": self.rng.bool()}),
                1 => json!({"archived": self.rng.bool()}),
                _ => json!({"properties": self.properties()}),
            },
            ["databases"] => json!({
                "parent": {"page_id": id},
                "title": [{"text": {"content": "Made at random"}}],
                "initial_data_source": {"properties": self.schema()},
                "properties": self.schema(),
            }),
            ["data_sources"] => json!({"parent": {"database_id": id}, "properties": self.schema()}),
            ["data_sources" | "databases", _, "query"] => self.query(),
            ["data_sources", _] => match self.rng.u8(..5) {
                0 => json!({"in_trash": self.rng.bool()}),
                1 => json!({"parent": {"database_id": id}}),
                _ => json!({"properties": self.schema()}),
            },
            ["databases", _] => match self.rng.u8(..3) {
                0 => json!({"in_trash": self.rng.bool()}),
                1 => json!({"parent": {"page_id": id}}),
                _ => json!({"title": [{"text": {"content": "Renamed"}}]}),
            },
            ["blocks", _, "children"] => json!({"children": self.blocks(2)}),
            ["blocks", _] => match self.rng.u8(..2) {
                0 => json!({"in_trash": self.rng.bool()}),
                _ => self.block(0),
            },
            ["comments"] => json!({
                "parent": {*self.one(&["page_id", "block_id"]): id},
                "rich_text": [{"text": {"content": "A remark"}}],
            }),
            ["comments", _] => json!({"rich_text": [{"text": {"content": "Another"}}]}),
            ["file_uploads"] => json!({"mode": "single_part", "filename": "a.txt"}),
            ["views"] => {
                json!({"database_id": id, "data_source_id": self.id(), "name": "V", "type": "table"})
            }
            ["views", _] => json!({"name": "Renamed"}),
            ["search"] => json!({"query": "row", "page_size": self.rng.u8(1..5)}),
            _ => json!({}),
        }
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
            let id = self.id();
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
                .map(|_| json!({"id": self.id()}))
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
                9 => ("People", json!({"people": ids})),
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
                7 => json!({"relation": {"data_source_id": self.id(), "single_property": {}}}),
                8 => json!({"relation": {"data_source_id": self.id(), "dual_property": {}}}),
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
            5 => json!({"property": "Other", "relation": {"contains": self.id()}}),
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
    fn spoil(&mut self, value: &mut Value, depth: usize) {
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

    /// Looks at the whole workspace.
    fn look(&self) {
        let state = self.sim.state();
        let place = format!("seed {}", self.seed);
        ids_are_unique(&state, &place);
        parents_are_there(&state, &place);
        relations_are_symmetric(&state, &place);
        self.cursors_are_complete(&state, &place);
        let copy = start(Sim::builder());
        copy.seed(&state)
            .unwrap_or_else(|error| panic!("{place}: a dump is no seed: {error}"));
        assert_eq!(
            copy.state(),
            state,
            "{place}: a dump does not come back as it was"
        );
    }

    /// Paging through everything gives each row once, whatever the size of the pages.
    fn cursors_are_complete(&self, state: &Value, place: &str) {
        for source in list(state, "data_sources")
            .iter()
            .filter(|source| source["in_trash"] == false)
        {
            let path = format!("/v1/data_sources/{}/query", text(&source["id"]));
            let whole = self.client.post(&path, &json!({}));
            if whole.status != 200 || whole.json["has_more"] == true {
                continue;
            }
            let wanted: Vec<String> = list(&whole.json, "results")
                .iter()
                .map(|row| text(&row["id"]))
                .collect();
            let mut found = Vec::new();
            let mut body = json!({"page_size": 3});
            loop {
                let page = self.client.post(&path, &body).ok();
                found.extend(list(&page, "results").iter().map(|row| text(&row["id"])));
                match page["next_cursor"].as_str() {
                    Some(cursor) => body["start_cursor"] = json!(cursor),
                    None => break,
                }
                assert!(found.len() <= wanted.len(), "{place}: paging does not end");
            }
            assert_eq!(found, wanted, "{place}: {path}");
        }
    }
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn ids_are_unique(state: &Value, place: &str) {
    let mut seen = HashSet::new();
    for key in [
        "users",
        "pages",
        "databases",
        "data_sources",
        "blocks",
        "comments",
        "views",
        "file_uploads",
    ] {
        for record in list(state, key) {
            let id = text(&record["id"]);
            assert!(seen.insert(id.clone()), "{place}: {id} is there twice");
        }
    }
}

fn parents_are_there(state: &Value, place: &str) {
    let mut ids = HashSet::new();
    for key in ["pages", "databases", "data_sources", "blocks", "views"] {
        ids.extend(list(state, key).iter().map(|record| text(&record["id"])));
    }
    for key in ["pages", "databases", "data_sources", "blocks"] {
        for record in list(state, key) {
            let parent = &record["parent"];
            let above = parent[text(&parent["type"])].as_str();
            assert!(
                above.is_none_or(|id| ids.contains(id)),
                "{place}: the parent of {record} is gone"
            );
        }
    }
    let order = state["order"].as_object().expect("an order");
    for (container, children) in order.iter().filter(|(key, _)| ids.contains(*key)) {
        let children: Vec<String> = children.as_array().into_iter().flatten().map(text).collect();
        let distinct: HashSet<&String> = children.iter().collect();
        assert_eq!(
            distinct.len(),
            children.len(),
            "{place}: {container} contains something twice"
        );
        assert!(
            children.iter().all(|id| ids.contains(id)),
            "{place}: {container} contains what is gone"
        );
    }
}

fn relations_are_symmetric(state: &Value, place: &str) {
    // Source, name and partner of each two-way relation, by source and decoded id.
    let mut links: HashSet<(String, String, String, String)> = HashSet::new();
    let mut partners: HashMap<(String, String), (String, String)> = HashMap::new();
    for source in list(state, "data_sources") {
        for column in source["properties"].as_object().expect("columns").values() {
            let relation = &column["relation"];
            if let Some(partner) = relation["dual_property"]["synced_property_id"].as_str() {
                let own = (text(&source["id"]), text(&column["id"]));
                partners.insert(own, (text(&relation["data_source_id"]), partner.to_owned()));
            }
        }
    }
    for (own, partner) in &partners {
        if own != partner {
            assert_eq!(
                partners.get(partner),
                Some(own),
                "{place}: {own:?} and {partner:?} are not a pair"
            );
        }
    }
    for page in list(state, "pages") {
        let Some(source) = page["parent"]["data_source_id"].as_str() else {
            continue;
        };
        for cell in page["properties"].as_object().expect("cells").values() {
            let column = (source.to_owned(), text(&cell["id"]));
            if partners.contains_key(&column) {
                for other in list(cell, "relation") {
                    let link = (
                        column.0.clone(),
                        column.1.clone(),
                        text(&page["id"]),
                        text(&other["id"]),
                    );
                    links.insert(link);
                }
            }
        }
    }
    for (source, column, from, to) in &links {
        let (other, mirror) = &partners[&(source.clone(), column.clone())];
        if (other, mirror) == (source, column) {
            continue;
        }
        let back = (other.clone(), mirror.clone(), to.clone(), from.clone());
        assert!(
            links.contains(&back),
            "{place}: {from} relates to {to}, but not the other way round"
        );
    }
}

fn two_databases(client: &Client, parent: &str) -> (String, String) {
    let (_, first) = client.database(parent, "First", &json!({
        "Name": {"title": {}}, "Number": {"number": {}}, "Select": {"select": {"options": [{"name": "a"}]}},
        "Multi": {"multi_select": {}}, "Status": {"status": {}}, "Date": {"date": {}}, "Check": {"checkbox": {}},
        "People": {"people": {}}, "Url": {"url": {}}, "Text": {"rich_text": {}}, "Files": {"files": {}},
        "ID": {"unique_id": {"prefix": "N"}}, "Created": {"created_time": {}},
    }));
    let (_, second) = client.database(parent, "Second", &json!({
        "Name": {"title": {}}, "Number": {"number": {}},
        "Other": {"relation": {"data_source_id": first, "dual_property": {}}},
        "Sum": {"rollup": {"relation_property_name": "Other", "rollup_property_name": "Number", "function": "sum"}},
    }));
    for at in 0..5 {
        client.row(
            &first,
            &json!({"Name": titled(&format!("row {at}")), "Number": {"number": at}}),
        );
        client.row(&second, &json!({"Name": titled(&format!("other row {at}"))}));
    }
    (first, second)
}
