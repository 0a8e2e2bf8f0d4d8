//! The tables: what is in their rows, and how it gets into the simulator, past the crates under test.

use jiff::Timestamp;
use jiff::civil::Date;
use notion_sim::Sim;
use notion_tests::{create_database, request};
use serde_json::{Value, json};

use crate::numbers::Numbers;

/// A Wednesday.
pub(crate) const NOW: &str = "2026-09-02T12:34:56Z";

pub(crate) const WORDS: [&str; 6] = ["a", "b", "Abc", "b a", "xb", "c,\"é\""];
pub(crate) const NUMBERS: [f64; 5] = [-1.0, 0.0, 1.0, 2.5, 3.0];
pub(crate) const MOODS: [&str; 3] = ["Calm", "Loud", "Odd"];
pub(crate) const TAGS: [&str; 3] = ["x", "y", "z"];

/// The options of the status, and of which group each is by its place.
pub(crate) const STAGES: [(&str, usize); 5] = [
    ("Idea", 0),
    ("Plan", 0),
    ("Work", 1),
    ("Shipped", 2),
    ("Dropped", 2),
];

pub(crate) const USERS: [&str; 3] = [
    "11111111-1111-4111-8111-111111111111",
    "22222222-2222-4222-8222-222222222222",
    "33333333-3333-4333-8333-333333333333",
];

/// A day, or a minute.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Moment {
    Day(Date),
    Minute(Timestamp),
}

/// What the cells of a row hold.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) words: Option<&'static str>,
    pub(crate) link: Option<&'static str>,
    pub(crate) size: Option<f64>,
    pub(crate) done: bool,
    pub(crate) mood: Option<&'static str>,
    pub(crate) stage: Option<usize>,
    pub(crate) tags: Vec<&'static str>,
    pub(crate) due: Option<Moment>,
    pub(crate) owners: Vec<usize>,
    pub(crate) files: usize,
    /// The related rows of the other table, by their places.
    pub(crate) parts: Vec<usize>,
    pub(crate) created: Timestamp,
    pub(crate) edited: Timestamp,
    pub(crate) author: usize,
    pub(crate) editor: usize,
    pub(crate) verified: Option<&'static str>,
}

impl Item {
    fn random(numbers: &mut Numbers, parts: usize) -> Self {
        let places = Vec::from_iter(0..parts);
        Self {
            words: numbers.perhaps(&WORDS),
            link: numbers.perhaps(&WORDS),
            size: numbers.perhaps(&NUMBERS),
            done: numbers.one_in(2),
            mood: numbers.perhaps(&MOODS),
            stage: numbers.perhaps(&[0, 1, 2, 3, 4]),
            tags: numbers.some(&TAGS),
            due: (!numbers.one_in(4)).then(|| moment(numbers)),
            owners: numbers.some(&[0, 1, 2]),
            files: numbers.below(3),
            parts: if numbers.one_in(4) {
                Vec::new()
            } else {
                numbers.some(&places)
            },
            created: minute(numbers),
            edited: minute(numbers),
            author: numbers.below(3),
            editor: numbers.below(3),
            verified: numbers.perhaps(&["verified", "unverified", "expired"]),
        }
    }

    fn cells(&self, name: &str, parts: &[String]) -> Value {
        let text = |text: &str| json!([{"text": {"content": text}}]);
        let named = |names: &[&str]| Value::from_iter(names.iter().map(|name| json!({"name": name})));
        let option = |name: Option<&str>| name.map_or(Value::Null, |name| json!({"name": name}));
        let ids = |ids: Vec<&str>| Value::from_iter(ids.into_iter().map(|id| json!({"id": id})));
        let file = |at| json!({"name": "f", "external": {"url": format!("https://example.com/{at}")}});
        let mut cells = json!({
            "Name": {"title": text(name)},
            "Words": {"rich_text": self.words.map_or(json!([]), text)},
            "Link": {"url": self.link},
            "Mail": {"email": self.link},
            "Phone": {"phone_number": self.link},
            "Size": {"number": self.size},
            "Done": {"checkbox": self.done},
            "Mood": {"select": option(self.mood)},
            "Tags": {"multi_select": named(&self.tags)},
            "Due": {"date": self.due.map_or(Value::Null, |due| json!({"start": due.iso()}))},
            "Owners": {"people": ids(self.owners.iter().map(|at| USERS[*at]).collect())},
            "Files": {"files": (0..self.files).map(file).collect::<Value>()},
        });
        if let Some(at) = self.stage {
            cells["Stage"] = json!({"status": option(Some(STAGES[at].0))});
        }
        if !parts.is_empty() {
            let parts = self.parts.iter().map(|at| &*parts[*at]).collect();
            cells["Parts"] = json!({"relation": ids(parts)});
        }
        cells
    }
}

impl Moment {
    pub(crate) fn iso(self) -> String {
        match self {
            Self::Day(day) => day.to_string(),
            Self::Minute(at) => at.to_string(),
        }
    }
}

/// Moments around now, and at the edges of what the words for dates say.
pub(crate) fn moment(numbers: &mut Numbers) -> Moment {
    if numbers.one_in(2) {
        Moment::Day(minute(numbers).to_zoned(jiff::tz::TimeZone::UTC).date())
    } else {
        Moment::Minute(minute(numbers))
    }
}

fn minute(numbers: &mut Numbers) -> Timestamp {
    let days = numbers.pick(&[0, 0, 1, 2, 3, 4, 6, 7, 8, 29, 30, 31, 32, 364, 365, 366]);
    let time = numbers.pick(&["00:00", "12:33", "12:34", "12:35", "23:59"]);
    let now: Timestamp = NOW.parse().expect("a time");
    let days = jiff::SignedDuration::from_hours(24 * days);
    let day = if numbers.one_in(2) { now - days } else { now + days };
    format!("{}T{time}Z", day.strftime("%Y-%m-%d"))
        .parse()
        .expect("a time")
}

/// Both tables: rows of one show what is in the rows of the other.
pub(crate) struct World {
    pub(crate) items: Vec<Item>,
    pub(crate) parts: Vec<Item>,
    /// The ids of the parts.
    pub(crate) part_ids: Vec<String>,
}

impl World {
    /// Fills a simulator.
    pub(crate) async fn fill(sim: &Sim, numbers: &mut Numbers) -> Self {
        sim.set_now(NOW.parse().expect("a time"));
        add_users(sim);
        let parts = Vec::from_iter((0..6).map(|_| Item::random(numbers, 0)));
        let items = Vec::from_iter((0..24).map(|_| Item::random(numbers, parts.len())));
        let source = create_database(sim, "Parts", columns()).await["data_sources"][0]["id"].clone();
        let part_ids = insert(sim, &source, &parts, &[]).await;
        let mut columns = columns();
        columns["Parts"] = json!({"relation": {"data_source_id": source, "single_property": {}}});
        columns["ID"] = json!({"unique_id": {"prefix": "IT"}});
        for (name, expression) in [
            ("Text", "Words"),
            ("Count", "Size"),
            ("Flag", "Done"),
            ("Date", "Due"),
        ] {
            columns[name] = json!({"formula": {"expression": format!("prop(\"{expression}\")")}});
        }
        for (name, rolled, function) in [
            ("Sum", "Size", "sum"),
            ("First", "Due", "earliest_date"),
            ("All names", "Name", "show_original"),
            ("All words", "Words", "show_original"),
            ("All sizes", "Size", "show_original"),
            ("All done", "Done", "show_original"),
            ("All moods", "Mood", "show_original"),
            ("All stages", "Stage", "show_original"),
            ("All tags", "Tags", "show_original"),
            ("All dues", "Due", "show_original"),
            ("All owners", "Owners", "show_original"),
            ("All files", "Files", "show_original"),
        ] {
            columns[name] = json!({"rollup": {
                "relation_property_name": "Parts", "rollup_property_name": rolled, "function": function,
            }});
        }
        let source = create_database(sim, "Items", columns).await["data_sources"][0]["id"].clone();
        let ids = insert(sim, &source, &items, &part_ids).await;
        add_what_cannot_be_written(sim, &parts, &part_ids);
        add_what_cannot_be_written(sim, &items, &ids);
        Self {
            items,
            parts,
            part_ids,
        }
    }
}

fn columns() -> Value {
    let named = |names: &[&str]| json!({"options": names.iter().map(|name| json!({"name": name})).collect::<Value>()});
    let groups = ["To-do", "In progress", "Complete"];
    let stages = STAGES
        .iter()
        .map(|(name, group)| json!({"name": name, "group": groups[*group]}));
    json!({
        "Name": {"title": {}}, "Words": {"rich_text": {}}, "Link": {"url": {}}, "Mail": {"email": {}},
        "Phone": {"phone_number": {}}, "Size": {"number": {}}, "Done": {"checkbox": {}}, "Mood": {"select": named(&MOODS)},
        "Stage": {"status": {"options": stages.collect::<Value>()}}, "Tags": {"multi_select": named(&TAGS)},
        "Due": {"date": {}}, "Owners": {"people": {}}, "Files": {"files": {}}, "Created": {"created_time": {}},
        "Edited": {"last_edited_time": {}}, "Author": {"created_by": {}}, "Editor": {"last_edited_by": {}},
    })
}

/// The title of a row is its place.
async fn insert(sim: &Sim, source: &Value, items: &[Item], parts: &[String]) -> Vec<String> {
    let mut ids = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let body = json!({
            "parent": {"type": "data_source_id", "data_source_id": source},
            "properties": item.cells(&at.to_string(), parts),
        });
        let page = request(sim, "POST", "/v1/pages", &body).await;
        ids.push(page["id"].as_str().expect("an id").to_owned());
    }
    ids
}

fn add_users(sim: &Sim) {
    let mut state = sim.state();
    let users = state["users"].as_array_mut().expect("users");
    users.extend(USERS.iter().map(|id| {
        json!({
            "object": "user", "id": id, "name": "Kim", "avatar_url": null, "type": "person",
            "person": {"email": "kim@example.com"},
        })
    }));
    sim.seed(&state).expect("a seed");
}

/// What Notion notes by itself, a status without an option, a group that was renamed, and a column that only wikis have.
fn add_what_cannot_be_written(sim: &Sim, items: &[Item], ids: &[String]) {
    let mut state = sim.state();
    for object in state["data_sources"].as_array_mut().expect("data sources") {
        let properties = &mut object["properties"];
        properties["Check"] = json!({
            "id": "verification", "name": "Check", "description": null, "type": "verification", "verification": {},
        });
        properties["Stage"]["status"]["groups"][2]["name"] = json!("Erledigt");
    }
    let user = |at: usize| json!({"object": "user", "id": USERS[at]});
    for page in state["pages"].as_array_mut().expect("pages") {
        let Some(at) = ids.iter().position(|id| page["id"] == **id) else {
            continue;
        };
        let item = &items[at];
        page["created_time"] = json!(item.created.to_string());
        page["last_edited_time"] = json!(item.edited.to_string());
        page["created_by"] = user(item.author);
        page["last_edited_by"] = user(item.editor);
        let properties = &mut page["properties"];
        if item.stage.is_none() {
            properties["Stage"]["status"] = Value::Null;
        }
        let verification = item
            .verified
            .map(|state| json!({"state": state, "date": null, "verified_by": null}));
        properties["Check"] =
            json!({"id": "verification", "type": "verification", "verification": verification});
    }
    sim.seed(&state).expect("a seed");
}
