//! Formulas: checked when they are written, computed when they are read, filtered and sorted by.

mod common;

use common::{Client, start, text, titled};
use notion_sim::Sim;
use serde_json::{Value, json};

/// A data source whose formulas are looked at.
struct Setting {
    sim: Sim,
    client: Client,
    source: String,
}

fn formula(expression: &str) -> Value {
    json!({"formula": {"expression": expression}})
}

impl Setting {
    /// A task list with these columns besides the usual ones, after formulas began to be written with names.
    fn new(more: &[(&str, Value)]) -> Self {
        let sim = start(Sim::builder());
        sim.set_now("2026-09-15T10:20:30Z".parse().expect("a time"));
        let client = Client::new(&sim);
        let mut columns = json!({
            "Name": {"title": {}}, "Hours": {"number": {}}, "Due": {"date": {}}, "Done": {"checkbox": {}},
            "Tags": {"multi_select": {}}, "Notes": {"rich_text": {}},
        });
        for (name, column) in more {
            columns[name] = column.clone();
        }
        let (_, source) = client.database(&sim.parent_page_id(), "Tasks", &columns);
        Self { sim, client, source }
    }

    fn path(&self) -> String {
        format!("/v1/data_sources/{}", self.source)
    }

    #[track_caller]
    fn schema(&self) -> Value {
        self.client.get(&self.path()).ok()["properties"].clone()
    }

    fn change(&self, properties: &Value) -> common::Answer {
        self.client
            .patch(&self.path(), &json!({"properties": properties}))
    }

    /// Adds a relation to the data source itself.
    fn relate(&self) {
        let relation = json!({"relation": {"data_source_id": self.source, "single_property": {}}});
        self.change(&json!({"Parts": relation})).ok();
    }

    #[track_caller]
    fn row(&self, properties: &Value) -> Value {
        self.client.row(&self.source, properties)
    }

    #[track_caller]
    fn reread(&self, page: &Value) -> Value {
        self.client.get(&format!("/v1/pages/{}", text(&page["id"]))).ok()
    }

    #[track_caller]
    fn filtered(&self, column: &str, test: &Value) -> Vec<String> {
        let sorts = json!([{"timestamp": "created_time", "direction": "ascending"}, {"property": "Name", "direction": "ascending"}]);
        let filter = json!({"property": column, "formula": test});
        self.client
            .titles(&self.source, &json!({"filter": filter, "sorts": sorts}))
    }

    fn refused_filter(&self, column: &str, test: &Value) -> String {
        let filter = json!({"filter": {"property": column, "formula": test}});
        let answer = self.client.post(&format!("{}/query", self.path()), &filter);
        assert_eq!((answer.status, answer.code()), (400, "validation_error"));
        answer.message().to_owned()
    }

    /// What the journal says of the last request.
    fn notes(&self) -> Vec<String> {
        self.sim.requests().pop().expect("a request").notes
    }
}

/// The result of a formula, and its type.
#[track_caller]
fn result(page: &Value, name: &str) -> (String, Value) {
    let cell = &page["properties"][name];
    assert_eq!(cell["type"], "formula", "{name}");
    let kind = text(&cell["formula"]["type"]);
    (kind.clone(), cell["formula"][kind].clone())
}

#[track_caller]
fn value(page: &Value, name: &str) -> Value {
    result(page, name).1
}

#[test]
fn cells_of_every_kind_come_in() {
    let setting = Setting::new(&[
        ("Size", json!({"select": {}})),
        ("Owner", json!({"people": {}})),
        ("ID", json!({"unique_id": {"prefix": "T"}})),
        ("Made", json!({"created_time": {}})),
        ("By", json!({"created_by": {}})),
        ("Files", json!({"files": {}})),
        ("Cost", formula("prop(\"Hours\")*2.5")),
        ("Late", formula("not prop(\"Done\") and prop(\"Due\") < now()")),
        ("Next", formula("dateAdd(prop(\"Due\"), 1, \"weeks\")")),
        (
            "All",
            formula(
                "[prop(\"Name\"), prop(\"Size\"), prop(\"Tags\").length(), prop(\"Owner\").first().name(), prop(\"ID\"), \
                 formatDate(prop(\"Made\"), \"YYYY-MM-DD\"), prop(\"By\").name(), prop(\"Files\").join(\" \"), prop(\"Notes\")]",
            ),
        ),
    ]);
    let me = text(&setting.client.get("/v1/users").ok()["results"][0]["id"]);
    let page = setting.row(&json!({
        "Name": titled("Write"), "Hours": {"number": 3}, "Due": {"date": {"start": "2026-09-14"}},
        "Size": {"select": {"name": "L"}}, "Tags": {"multi_select": [{"name": "a"}, {"name": "b"}]},
        "Owner": {"people": [{"id": me}]},
        "Files": {"files": [{"name": "f", "external": {"url": "https://example.com/f"}}]},
    }));
    assert_eq!(result(&page, "Cost"), ("number".to_owned(), json!(7.5)));
    assert_eq!(result(&page, "Late"), ("boolean".to_owned(), json!(true)));
    assert_eq!(
        result(&page, "Next"),
        (
            "date".to_owned(),
            json!({"start": "2026-09-21", "end": null, "time_zone": null})
        )
    );
    assert_eq!(
        value(&page, "All"),
        "Write,L,2,Ada Lovelace,T-1,2026-09-15,Notion Sim,https://example.com/f"
    );
    let item = format!("/v1/pages/{}/properties/Cost", text(&page["id"]));
    let item = setting.client.get(&item).ok();
    assert_eq!(item["object"], "property_item");
    assert_eq!(item["formula"], json!({"type": "number", "number": 7.5}));

    let empty = setting.row(&json!({}));
    assert_eq!(result(&empty, "Cost"), ("number".to_owned(), json!(0)));
    assert_eq!(result(&empty, "Next"), ("date".to_owned(), Value::Null));
    assert_eq!(value(&empty, "Late"), false);
    // The time is that of the request.
    let due = setting.row(&json!({"Due": {"date": {"start": "2026-09-16"}}}));
    assert_eq!(value(&due, "Late"), false);
    setting
        .sim
        .set_now("2026-09-16T00:01:00Z".parse().expect("a time"));
    assert_eq!(value(&setting.reread(&due), "Late"), true);
    let shown = common::send(
        "GET",
        &format!("{}/p/{}", setting.sim.base_url(), setting.source),
        &[],
        b"",
    );
    let shown = shown.expect("a page").text;
    assert!(
        shown.contains("7.5") && shown.contains("September 21, 2026"),
        "the browser shows results"
    );
}

#[test]
fn what_is_wrong_is_refused_and_the_journal_says_why() {
    let setting = Setting::new(&[("Cost", formula("prop(\"Hours\") * 2"))]);
    let before = setting.schema();
    for (expression, message, reason) in [
        (
            "1 +",
            "Parse error with formula",
            "the expression ends where a value should be",
        ),
        (
            "prop(\"Gone\")",
            "Type error with formula",
            "there is no property `Gone`",
        ),
        (
            "prop(\"Name\") * 2",
            "Type error with formula",
            "`*` is between Text and Number",
        ),
        (
            "prop(\"Name\").map(current)",
            "Type error with formula",
            "argument 1 of `map` is Text, not List",
        ),
        (
            "{{notion:block_property:zzzz:1:2}}",
            "Type error with formula",
            "there is no property `zzzz`",
        ),
    ] {
        for (column, named) in [("New", "New"), ("Hours", "Hours")] {
            let answer = setting.change(&json!({
                column: formula(expression), "Notes": {"name": "Remarks"}, "Tags": null,
            }));
            assert_eq!(
                (answer.status, answer.code()),
                (400, "validation_error"),
                "{expression}"
            );
            assert_eq!(answer.message(), message, "{expression}");
            assert_eq!(
                setting.notes(),
                [format!("The formula {named} is refused: {reason}.")]
            );
        }
    }
    assert_eq!(setting.schema(), before, "what is refused changes nothing");
    let parent = json!({"page_id": setting.sim.parent_page_id()});
    let properties = json!({"Name": {"title": {}}, "F": formula("prop(\"Nope\")")});
    let body = json!({"parent": parent, "initial_data_source": {"properties": properties}});
    assert_eq!(
        setting.client.post("/v1/databases", &body).message(),
        "Type error with formula"
    );
    // A formula may wait for its expression.
    setting
        .change(&json!({"Later": {"formula": {}}, "Empty": formula("")}))
        .ok();
    let page = setting.row(&json!({}));
    assert_eq!(result(&page, "Later"), ("string".to_owned(), Value::Null));
    assert_eq!(setting.schema()["Later"]["formula"]["expression"], "");
}

#[test]
fn the_order_of_definitions_does_not_matter() {
    let setting = Setting::new(&[
        ("A", formula("prop(\"B\") + 1")),
        ("B", formula("prop(\"C\") * 10")),
        ("C", formula("prop(\"Hours\") / 2")),
    ]);
    assert_eq!(value(&setting.row(&json!({"Hours": {"number": 4}})), "A"), 21);
    setting.relate();
    // The rollup is of a formula that is made with it, and what it comes to is in another one.
    let rollup = json!({"rollup": {
        "relation_property_name": "Parts", "rollup_property_name": "Double", "function": "sum",
    }});
    setting
        .change(&json!({
            "Total": formula("prop(\"Sum\") + prop(\"Own\")"), "Sum": rollup, "Double": formula("prop(\"Own\") * 2"),
            "Hours": {"name": "Own"},
        }))
        .ok();
    let part = setting.row(&json!({"Own": {"number": 5}}));
    let whole = setting.row(&json!({"Own": {"number": 1}, "Parts": {"relation": [{"id": part["id"]}]}}));
    assert_eq!(value(&whole, "Total"), 11);
    assert_eq!(
        setting.schema()["C"]["formula"]["expression"],
        "prop(\"Own\") / 2"
    );
}

#[test]
fn references_follow_names_and_end_with_their_column() {
    let setting = Setting::new(&[
        ("Cost", formula("prop( \"Hours\" )*2+length(prop(\"title\"))")),
        ("title", json!({"rich_text": {}})),
        ("Twice", formula("prop(\"Cost\") * 2")),
    ]);
    let cell = json!({"Hours": {"number": 3}, "title": {"rich_text": [{"text": {"content": "four"}}]}});
    let page = setting.row(&cell);
    let expression = || text(&setting.schema()["Cost"]["formula"]["expression"]);
    assert_eq!(expression(), "(prop(\"Hours\") * 2) + length(prop(\"title\"))");
    assert_eq!(value(&page, "Twice"), 20);
    // A column that is called like the id of another one is still the one that was meant.
    setting.change(&json!({"Hours": {"name": "Time \"spent\""}})).ok();
    assert_eq!(
        expression(),
        "(prop(\"Time \\\"spent\\\"\") * 2) + length(prop(\"title\"))"
    );
    setting
        .change(&json!({"title": {"name": "Subtitle"}, "Name": {"name": "title"}}))
        .ok();
    assert_eq!(
        expression(),
        "(prop(\"Time \\\"spent\\\"\") * 2) + length(prop(\"Subtitle\"))"
    );
    assert_eq!(value(&setting.reread(&page), "Twice"), 20);
    // What is read can be written.
    setting.change(&json!({"Cost": formula(&expression())})).ok();
    assert_eq!(value(&setting.reread(&page), "Cost"), 10);
    let copy = start(Sim::builder().seed(setting.sim.state()));
    copy.set_now(setting.sim.now());
    let copied = Client::new(&copy)
        .get(&format!("/v1/pages/{}", text(&page["id"])))
        .ok();
    assert_eq!(value(&copied, "Twice"), 20);

    let id = text(&setting.schema()["Time \"spent\""]["id"]);
    setting.change(&json!({"Time \"spent\"": null})).ok();
    assert!(expression().starts_with(&format!("({{{{notion:block_property:{id}:{}:", setting.source)));
    let page = setting.reread(&page);
    assert_eq!(
        (value(&page, "Cost"), value(&page, "Twice")),
        (json!(4), json!(8)),
        "nothing counts as 0"
    );
    let answer = setting.change(&json!({"Cost": formula(&expression())}));
    assert_eq!(
        answer.message(),
        "Type error with formula",
        "a new formula cannot refer to it"
    );
}

#[test]
fn expressions_are_written_as_notion_did_at_the_time() {
    let setting = Setting::new(&[("Cost", formula("prop(\"Hours\")*2"))]);
    let hours = text(&setting.schema()["Hours"]["id"]);
    let space = text(&setting.client.get("/v1/users/me").ok()["bot"]["workspace_id"]);
    let expression = || text(&setting.schema()["Cost"]["formula"]["expression"]);
    assert_eq!(expression(), "prop(\"Hours\") * 2");
    setting
        .sim
        .set_now("2026-08-11T23:59:59Z".parse().expect("a time"));
    let old = format!(
        "{{{{notion:block_property:{hours}:{}:{space}}}}} * 2",
        setting.source
    );
    assert_eq!(expression(), old);
    let database = text(&setting.client.get(&setting.path()).ok()["parent"]["database_id"]);
    let former = Client::at_version(&setting.sim, "2022-06-28").get(&format!("/v1/databases/{database}"));
    assert_eq!(former.ok()["properties"]["Cost"]["formula"]["expression"], old);
    // Both forms are understood at any time.
    setting
        .change(&json!({"Again": formula(&old), "New": formula("prop(\"Cost\")")}))
        .ok();
    setting
        .sim
        .set_now("2026-08-12T00:00:00Z".parse().expect("a time"));
    assert_eq!(
        setting.schema()["Again"]["formula"]["expression"],
        "prop(\"Hours\") * 2"
    );
    assert_eq!(value(&setting.row(&json!({"Hours": {"number": 3}})), "Again"), 6);
}

#[test]
fn chains_are_as_long_as_notions_and_no_longer() {
    let setting = Setting::new(&[("F1", formula("prop(\"Hours\") + 1"))]);
    for at in 2..=17 {
        setting
            .change(&json!({format!("F{at}"): formula(&format!("prop(\"F{}\") + 1", at - 1))}))
            .ok();
    }
    let page = setting.row(&json!({"Hours": {"number": 0}}));
    assert_eq!(value(&page, "F15"), 15);
    assert_eq!(result(&page, "F16"), ("unsupported".to_owned(), json!({})));
    let reason = "is unsupported: it builds on a chain of more than 15 formulas and rollups.";
    let mut notes = setting.notes();
    notes.sort_unstable();
    assert_eq!(
        notes,
        ["F16", "F17"].map(|name| format!("The value of formula {name} {reason}"))
    );
    // Its type is known all the same.
    assert_eq!(
        setting
            .filtered("F17", &json!({"number": {"is_empty": true}}))
            .len(),
        1
    );
}

#[test]
fn circles_are_refused() {
    let setting = Setting::new(&[("A", formula("prop(\"Hours\")")), ("B", formula("prop(\"A\")"))]);
    let refused = |properties: Value, column: &str| {
        assert_eq!(setting.change(&properties).message(), "Type error with formula");
        assert_eq!(
            setting.notes(),
            [format!("The formula {column} is refused: it builds on itself.")]
        );
    };
    refused(json!({"A": formula("prop(\"A\")")}), "A");
    refused(json!({"A": formula("prop(\"B\")")}), "A");
    refused(json!({"Hours": formula("prop(\"B\") + 1")}), "Hours");
    refused(json!({"X": formula("prop(\"X\")")}), "X");
    setting.relate();
    let rollup = json!({"rollup": {
        "relation_property_name": "Parts", "rollup_property_name": "A", "function": "sum",
    }});
    setting.change(&json!({"Sum": rollup})).ok();
    refused(json!({"A": formula("prop(\"Sum\") + prop(\"Hours\")")}), "A");
    // Through other pages a formula may come back to itself. That ends where the pages do, or else with the chain.
    setting
        .change(
            &json!({"All": formula("prop(\"Hours\") + length(prop(\"Parts\").map(current.prop(\"All\")))")}),
        )
        .ok();
    let leaf = setting.row(&json!({"Hours": {"number": 1}}));
    let top = setting.row(&json!({"Hours": {"number": 1}, "Parts": {"relation": [{"id": leaf["id"]}]}}));
    assert_eq!(value(&top, "All"), 2);
    let path = format!("/v1/pages/{}", text(&leaf["id"]));
    let back = json!({"properties": {"Parts": {"relation": [{"id": top["id"]}]}}});
    let round = setting.client.patch(&path, &back).ok();
    assert_eq!(result(&round, "All"), ("unsupported".to_owned(), json!({})));
}

#[test]
fn related_pages_come_in() {
    let setting = Setting::new(&[]);
    setting.relate();
    setting
        .change(&json!({
            "Count": formula("prop(\"Parts\").length()"),
            "Names": formula("prop(\"Parts\").filter(current.prop(\"Done\"))"),
            "First": formula("prop(\"Parts\").first().prop(\"Hours\")"),
            "Double": formula("prop(\"Hours\") * 2"),
            "Sum": {"rollup": {"relation_property_name": "Parts", "rollup_property_name": "Double", "function": "sum"}},
            "Each": {"rollup": {"relation_property_name": "Parts", "rollup_property_name": "Double", "function": "show_original"}},
            "Share": formula("round(prop(\"Sum\") / sum(prop(\"Each\")) * 100)"),
        }))
        .ok();
    let parts: Vec<Value> = (0..30)
        .map(|at| {
            let cells = json!({"Name": titled(&format!("P{at}")), "Hours": {"number": at + 1}, "Done": {"checkbox": at < 2}});
            json!({"id": setting.row(&cells)["id"]})
        })
        .collect();
    let whole = setting.row(&json!({"Name": titled("Whole"), "Parts": {"relation": parts}}));
    assert_eq!(result(&whole, "Names"), ("string".to_owned(), json!("P0,P1")));
    assert_eq!(value(&whole, "First"), 1);
    assert_eq!(value(&whole, "Share"), 100);
    // A page shows what 25 references come to; all of them count where one property is asked for, and in filters.
    assert_eq!(value(&whole, "Count"), 25);
    let item = |name: &str| {
        let path = format!("/v1/pages/{}/properties/{name}", text(&whole["id"]));
        setting.client.get(&path).ok()
    };
    assert_eq!(item("Count")["formula"]["number"], 30);
    assert_eq!(
        setting.filtered("Count", &json!({"number": {"equals": 30}})),
        ["Whole"]
    );
    // Rollups take in formulas.
    assert_eq!(item("Sum")["property_item"]["rollup"]["number"], 930);
    assert_eq!(
        item("Sum")["results"][1]["formula"],
        json!({"type": "number", "number": 4})
    );
    assert_eq!(whole["properties"]["Sum"]["rollup"]["number"], 650);
    assert_eq!(
        whole["properties"]["Each"]["rollup"]["array"][2],
        json!({"type": "formula", "formula": {"type": "number", "number": 6}})
    );
    let any = json!({"property": "Each", "rollup": {"any": {"formula": {"number": {"equals": 60}}}}});
    assert_eq!(
        setting.client.titles(&setting.source, &json!({"filter": any})),
        ["Whole"]
    );
    // What is in the trash is not related any more.
    let path = format!("/v1/pages/{}", text(&parts[0]["id"]));
    setting.client.patch(&path, &json!({"in_trash": true})).ok();
    assert_eq!(value(&setting.reread(&whole), "Names"), "P1");
}

#[test]
fn filters_go_by_the_type_of_the_result() {
    let setting = Setting::new(&[
        ("Text", formula("prop(\"Name\") + \"!\"")),
        ("List", formula("prop(\"Tags\")")),
        ("Number", formula("prop(\"Hours\") * 2")),
        ("Flag", formula("prop(\"Hours\") > 1")),
        ("Date", formula("dateAdd(prop(\"Due\"), 1, \"days\")")),
        ("Mixed", formula("if(prop(\"Done\"), 1, \"a\")")),
    ]);
    setting.row(&json!({
        "Name": titled("A"), "Hours": {"number": 1}, "Tags": {"multi_select": [{"name": "x"}, {"name": "y"}]},
        "Due": {"date": {"start": "2026-09-14"}},
    }));
    setting.row(&json!({"Name": titled("B"), "Hours": {"number": 2}}));
    for (column, test, found) in [
        ("Text", json!({"string": {"equals": "b!"}}), vec!["B"]),
        ("List", json!({"string": {"contains": "x,y"}}), vec!["A"]),
        ("List", json!({"string": {"is_empty": true}}), vec!["B"]),
        ("Number", json!({"number": {"greater_than": 2}}), vec!["B"]),
        ("Flag", json!({"checkbox": {"equals": true}}), vec!["B"]),
        ("Flag", json!({"checkbox": {"does_not_equal": true}}), vec!["A"]),
        ("Date", json!({"date": {"equals": "today"}}), vec!["A"]),
        ("Date", json!({"date": {"is_empty": true}}), vec!["B"]),
    ] {
        assert_eq!(setting.filtered(column, &test), found, "{column} {test}");
    }
    let number = json!({"number": {"equals": 1}});
    assert_eq!(
        setting.refused_filter("Flag", &number),
        "The property type in the database does not match the property type of the filter provided: database property \
         formula checkbox does not match filter formula number"
    );
    assert!(
        setting
            .refused_filter("Number", &json!({"string": {"equals": "1"}}))
            .ends_with("formula string")
    );
    let unknown = "Unable to filter based on a formula of unknown type";
    assert_eq!(setting.refused_filter("Mixed", &number), unknown);
    setting.change(&json!({"Blank": {"formula": {}}})).ok();
    assert_eq!(setting.refused_filter("Blank", &number), unknown);
    // A type follows from the types of other columns.
    setting
        .change(&json!({"Over": formula("prop(\"Number\")"), "Number": formula("format(prop(\"Hours\"))")}))
        .ok();
    assert_eq!(
        setting.filtered("Over", &json!({"string": {"equals": "2"}})),
        ["B"]
    );
    let body = json!({
        "data_source_id": setting.source, "name": "V", "type": "table",
        "database_id": setting.client.get(&setting.path()).ok()["parent"]["database_id"],
        "filter": {"property": "Flag", "formula": number},
    });
    assert_eq!(
        setting.client.post("/v1/views", &body).status,
        400,
        "views are held to the same"
    );
}

#[test]
fn rows_are_sorted_by_results() {
    let setting = Setting::new(&[
        (
            "Number",
            formula("if(prop(\"Hours\") > 8, empty(), 0 - prop(\"Hours\"))"),
        ),
        ("Text", formula("prop(\"Name\").lower()")),
        ("Date", formula("prop(\"Due\")")),
    ]);
    for (name, hours, due) in [
        ("b", 1, "2026-03-01"),
        ("A", 9, "2026-01-01"),
        ("c", 10, "2026-02-01"),
        ("D", 2, "2026-04-01"),
    ] {
        setting.row(&json!({
            "Name": titled(name), "Hours": {"number": hours}, "Due": {"date": {"start": due}},
        }));
    }
    let sorted = |column: &str, direction: &str| {
        let sorts = json!([{"property": column, "direction": direction}, {"property": "Name", "direction": "ascending"}]);
        setting.client.titles(&setting.source, &json!({"sorts": sorts}))
    };
    assert_eq!(sorted("Number", "ascending"), ["D", "b", "A", "c"]);
    assert_eq!(sorted("Text", "descending"), ["D", "c", "b", "A"]);
    assert_eq!(sorted("Date", "ascending"), ["A", "c", "b", "D"]);
}

#[test]
fn what_is_too_much_is_unsupported_and_the_journal_says_why() {
    let setting = Setting::new(&[
        (
            "Huge",
            formula("lets(a, repeat(\"x\", 10000), b, a.split(\"\"), b.map(b.map(a)).length())"),
        ),
        ("Over", formula("format(prop(\"Huge\"))")),
    ]);
    let page = setting.row(&json!({}));
    setting.row(&json!({}));
    assert_eq!(result(&page, "Huge"), ("unsupported".to_owned(), json!({})));
    setting.client.titles(&setting.source, &json!({}));
    let notes = setting.notes();
    assert_eq!(notes.len(), 2, "once for all rows: {notes:?}");
    assert!(
        notes.contains(&"The value of formula Huge is unsupported: it takes too many steps.".to_owned()),
        "{notes:?}"
    );
    assert!(
        setting
            .filtered("Over", &json!({"string": {"is_empty": true}}))
            .len()
            == 2
    );
    assert!(!setting.notes().is_empty());
    // Formulas that build on each other share what they may cost, so that no chain of them takes long.
    let mut columns = json!({"F0": formula("prop(\"Hours\") + 1")});
    for at in 1..14 {
        let before = format!("prop(\"F{}\")", at - 1);
        columns[format!("F{at}")] = formula(&[before.as_str(); 50].join(" + "));
    }
    setting.change(&columns).ok();
    let page = setting.reread(&page);
    assert_eq!(
        (value(&page, "F2"), result(&page, "F13").0),
        (json!(2500), "unsupported".to_owned())
    );
}

/// The highest expressions that build on each other in the longest chain fit into the stack.
#[test]
fn the_highest_chain_is_computed() {
    let setting = Setting::new(&[("F0", formula("[prop(\"Hours\")]"))]);
    for at in 1..15 {
        let inner = format!("prop(\"F{}\").length() == 1", at - 1);
        let high = format!("{}{inner}{}", "[1].filter(".repeat(117), ")".repeat(117));
        setting.change(&json!({format!("F{at}"): formula(&high)})).ok();
    }
    let page = setting.row(&json!({"Hours": {"number": 7}}));
    assert_eq!(value(&page, "F14"), "1");
}

/// A seed as a recording gives it: ids of columns and expressions as they were, and not all there was.
fn recorded() -> Value {
    let source = "11111111-1111-4111-8111-111111111111";
    let reference = |id: &str| {
        format!("{{{{notion:block_property:{id}:{source}:77777777-7777-4777-8777-777777777777}}}}")
    };
    let column = |id: &str, kind: &str, config: Value| json!({"id": id, "type": kind, kind: config});
    let formula = |id: &str, expression: String| column(id, "formula", json!({"expression": expression}));
    let cell = |id: &str, result: Value| json!({"id": id, "type": "formula", "formula": result});
    let one = json!({"type": "number", "number": 1});
    json!({
        "format": "notion-sim-seed/1",
        "databases": [{
            "object": "database", "id": "22222222-2222-4222-8222-222222222222",
            "parent": {"type": "workspace", "workspace": true},
        }],
        "data_sources": [{
            "object": "data_source", "id": source,
            "parent": {"type": "database_id", "database_id": "22222222-2222-4222-8222-222222222222"},
            "properties": {
                "Name": column("title", "title", json!({})),
                "Hours": column("H%3Ah%3A", "number", json!({"format": "number"})),
                "Related": column("rela", "relation", json!({"data_source_id": source})),
                "Good": formula("good", format!("{} * 2", reference("H%3Ah%3A"))),
                "Odd": formula("oddd", format!("={}* 2", reference("H%3Ah%3A"))),
                "Strange": formula("stra", "strange(1)".to_owned()),
                "Count": formula("coun", format!("{}.length()", reference("rela"))),
                "Hidden": formula("hidd", format!("{} + 1", reference("gone"))),
                "Over": formula("over", format!("{} * 10", reference("coun"))),
            },
        }],
        "pages": [
            {
                "object": "page", "id": "33333333-3333-4333-8333-333333333333",
                "parent": {"type": "data_source_id", "data_source_id": source},
                "properties": {
                    "Hours": {"id": "H%3Ah%3A", "type": "number", "number": 4},
                    "Related": {
                        "id": "rela", "type": "relation", "relation": [{"id": "99999999-9999-4999-8999-999999999999"}],
                    },
                    "Good": cell("good", one.clone()), "Odd": cell("oddd", one.clone()), "Count": cell("coun", json!({
                        "type": "number", "number": 7,
                    })),
                    "Strange": cell("stra", json!({"type": "boolean", "boolean": true})), "Hidden": cell("hidd", one),
                },
            },
            {
                "object": "page", "id": "44444444-4444-4444-8444-444444444444", "properties": {},
                "parent": {"type": "data_source_id", "data_source_id": source},
            },
        ],
    })
}

#[test]
fn seeds_bring_expressions_and_values_of_their_own() {
    let sim = start(Sim::builder().seed(recorded()));
    let client = Client::new(&sim);
    let schema = "/v1/data_sources/11111111-1111-4111-8111-111111111111";
    let expression = |name: &str| text(&client.get(schema).ok()["properties"][name]["formula"]["expression"]);
    let first = || client.get("/v1/pages/33333333-3333-4333-8333-333333333333").ok();
    let second = client.get("/v1/pages/44444444-4444-4444-8444-444444444444").ok();

    // As it was recorded, and as Notion writes it today. What cannot be read stays.
    for name in ["Good", "Odd", "Strange", "Count", "Hidden", "Over"] {
        sim.set_now("2026-06-27T17:01:00Z".parse().expect("a time"));
        let seeded = recorded()["data_sources"][0]["properties"][name]["formula"]["expression"].clone();
        assert_eq!(expression(name), seeded, "{name}");
    }
    let odd = expression("Odd");
    sim.set_now("2026-09-15T10:20:30Z".parse().expect("a time"));
    assert_eq!(expression("Good"), "prop(\"Hours\") * 2");
    assert_eq!(expression("Odd"), odd);

    // What can be worked out is; for what cannot, the seed knows better.
    assert_eq!(
        (value(&first(), "Good"), value(&second, "Good")),
        (json!(8), json!(0))
    );
    assert_eq!(value(&first(), "Odd"), 1);
    assert_eq!(result(&second, "Odd"), ("string".to_owned(), Value::Null));
    assert_eq!(result(&first(), "Strange"), ("boolean".to_owned(), json!(true)));
    assert_eq!(
        (value(&first(), "Count"), value(&second, "Count")),
        (json!(7), json!(0))
    );
    assert_eq!(value(&first(), "Hidden"), 1);
    assert_eq!(value(&first(), "Over"), 70, "formulas go on from there");

    // A filter may rely on the type of a seeded value.
    let titles = |filter: Value| client.titles(&schema[17..], &json!({"filter": filter}));
    let odd = |test: Value| titles(json!({"property": "Odd", "formula": test}));
    assert_eq!(odd(json!({"number": {"equals": 1}})).len(), 1);
    assert_eq!(
        titles(json!({"property": "Strange", "formula": {"checkbox": {"equals": true}}})).len(),
        1
    );

    // A dump keeps all of it.
    let copy = start(Sim::builder().seed(sim.state()));
    copy.set_now(sim.now());
    assert_eq!(copy.state(), sim.state());
    let copied = Client::new(&copy)
        .get("/v1/pages/33333333-3333-4333-8333-333333333333")
        .ok();
    assert_eq!(copied["properties"], first()["properties"]);

    // A new expression and a column that goes away make it worthless.
    let change = |properties: Value| client.patch(schema, &json!({"properties": properties})).ok();
    change(json!({"Odd": formula("prop(\"Hours\") * 2"), "Related": null}));
    let first = first();
    assert_eq!(value(&first, "Odd"), 8);
    assert_eq!(value(&first, "Count"), 0);
    assert_eq!(value(&first, "Strange"), true);
}

#[test]
fn relations_have_ids_that_need_no_encoding() {
    let setting = Setting::new(&[]);
    for at in 0..40 {
        let relation = json!({"relation": {"data_source_id": setting.source, "dual_property": {}}});
        let rollup = json!({"rollup": {
            "relation_property_name": format!("R{at}"), "rollup_property_name": "Hours", "function": "sum",
        }});
        setting
            .change(&json!({format!("R{at}"): relation, format!("Sum {at}"): rollup}))
            .ok();
    }
    let schema = setting.schema();
    for (name, column) in schema.as_object().expect("columns") {
        if column["type"] == "rollup" {
            let relation = &column["rollup"]["relation_property_name"];
            let id = &schema[relation.as_str().expect("a name")]["id"];
            assert_eq!(column["rollup"]["relation_property_id"], *id, "{name}");
        }
        if column["type"] == "relation" {
            assert!(!text(&column["id"]).contains('%'), "{column}");
        }
    }
}
