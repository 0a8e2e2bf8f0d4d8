//! Random requests, sensible and not: none gets a server error, and whatever they do leaves the workspace in order.
//!
//! `NOTION_SIM_FUZZ_SEED` repeats a run, `NOTION_SIM_FUZZ_REQUESTS` makes it longer.

mod bodies;
#[path = "../common/mod.rs"]
mod common;
mod invariants;

use std::collections::BTreeMap;

use common::{Answer, Client, send, start, text, titled};
use fastrand::Rng;
use invariants::{ids_are_unique, list, parents_are_there, relations_are_symmetric};
use notion_sim::Sim;
use serde_json::{Value, json};

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
    let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
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
    assert!(good > requests / 10, "too few requests do anything: {statuses:?}");
}

/// A simulator under random requests.
struct Fuzz {
    rng: Rng,
    seed: u64,
    sim: Sim,
    client: Client,
    /// Ids that occurred, by the kind of their object.
    ids: BTreeMap<String, Vec<String>>,
    cursors: Vec<String>,
}

impl Fuzz {
    fn new(seed: u64) -> Self {
        let sim = start(Sim::builder().query_limit(40));
        let client = Client::new(&sim);
        let parent = sim.parent_page_id();
        let (first, second) = two_databases(&client, &parent);
        let mut fuzz = Self {
            rng: Rng::with_seed(seed),
            seed,
            sim,
            client,
            ids: BTreeMap::new(),
            cursors: Vec::new(),
        };
        for path in [
            format!("/v1/pages/{parent}"),
            format!("/v1/data_sources/{first}"),
            format!("/v1/data_sources/{second}"),
            "/v1/users".to_owned(),
        ] {
            let found = fuzz.client.get(&path).ok();
            fuzz.learn(&found);
        }
        fuzz
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
        let mut objects = vec![json];
        objects.extend(list(json, "results").iter().take(3));
        for object in objects {
            if let (Some(kind), Some(id)) = (object["object"].as_str(), object["id"].as_str()) {
                self.know(kind, id);
            }
            for source in list(object, "data_sources") {
                self.know("data_source", &text(&source["id"]));
            }
        }
        if let Some(cursor) = json["next_cursor"].as_str() {
            self.cursors.push(cursor.to_owned());
        }
    }

    fn know(&mut self, kind: &str, id: &str) {
        let known = self.ids.entry(kind.to_owned()).or_default();
        // What comes up again is moved to the end, where the search for an id looks most.
        known.retain(|other| other != id);
        known.push(id.to_owned());
    }

    fn one<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.rng.usize(..items.len())]
    }

    /// An id of an object of this kind; now and then of another one, or of none.
    fn id(&mut self, kind: &str) -> String {
        let kinds: Vec<&String> = self.ids.keys().collect();
        let pool = match self.rng.u8(..24) {
            0 => return "nonsense".to_owned(),
            1 => return "38c9ce7b-60a4-8114-b301-ddc78a46ec5d".to_owned(),
            2 => &self.ids[kinds[self.rng.usize(..kinds.len())]],
            _ => match self.ids.get(kind) {
                Some(pool) => pool,
                None => return "38c9ce7b-60a4-8114-b301-ddc78a46ec5d".to_owned(),
            },
        };
        // Mostly what came up lately, so that the same records are met again.
        let recent = pool.len().saturating_sub(20);
        let from = if self.rng.bool() { recent } else { 0 };
        pool[self.rng.usize(from..pool.len())].clone()
    }

    fn pick_route(&mut self) -> (&'static str, String) {
        const ROUTES: [(&str, &str); 52] = [
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
            ("POST", "blocks/meeting_notes"),
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
            ("GET", "views/*"),
            ("GET", "comments/*"),
            ("GET", "file_uploads/*"),
            ("GET", "async_tasks/*"),
            ("POST", "blocks/meeting_notes/query"),
            ("GET", "users/me"),
        ];
        let (method, route) = *self.one(&ROUTES);
        let kind = match route.split('/').next() {
            // A page is a block as well.
            Some("blocks") if self.rng.bool() => "page",
            Some(objects) => objects.trim_end_matches('s'),
            None => "page",
        };
        let id = self.id(kind);
        let mut path = format!("/v1/{}", route.replace('*', &id));
        if method == "GET" && self.rng.bool() {
            let cursor = self.cursor();
            let query = match self.rng.u8(..5) {
                0 => format!("?page_size={}", self.rng.i32(-1..120)),
                1 => format!("?start_cursor={cursor}"),
                2 => "?filter_properties=title".to_owned(),
                _ => format!("?{}_id={id}", self.one(&["block", "database", "data_source"])),
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
