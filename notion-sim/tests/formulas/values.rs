//! What rows show.

use serde_json::{Value, json};

use crate::common::{text, titled};
use crate::{Setting, formula, result, value};

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
    let shown = crate::common::send(
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
    let any = json!({"property": "Each", "rollup": {"any": {"number": {"equals": 60}}}});
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

#[test]
fn rollups_are_no_better_than_what_they_take_in() {
    let deep = format!("{}1{}", "[".repeat(22), "]".repeat(22));
    let setting = Setting::new(&[("Huge", formula(&deep))]);
    setting.relate();
    let rollup = |column: &str, function: &str| {
        json!({"rollup": {
            "relation_property_name": "Parts", "rollup_property_name": column, "function": function,
        }})
    };
    let mut columns = json!({
        "R0": rollup("Hours", "sum"), "Filled": rollup("Huge", "not_empty"), "Count": rollup("Huge", "count"),
    });
    for at in 1..6 {
        columns[format!("R{at}")] = rollup(&format!("R{}", at - 1), "sum");
    }
    setting.change(&columns).ok();
    let rows: Vec<Value> = (0..25)
        .map(|_| json!({"id": setting.row(&json!({"Hours": {"number": 2}}))["id"]}))
        .collect();
    for row in &rows {
        let path = format!("/v1/pages/{}?filter_properties=title", text(&row["id"]));
        let all = json!({"properties": {"Parts": {"relation": rows}}});
        setting.client.patch(&path, &all).ok();
    }
    let page = setting.reread(&rows[0]);
    let notes = setting.notes();
    let rolled = |name: &str| page["properties"][name]["rollup"].clone();
    assert_eq!(rolled("R1")["number"], 2 * 25 * 25);
    // All pages are related to all, so that every rollup of a rollup takes 25 times as long.
    assert_eq!(rolled("R5")["type"], "unsupported");
    assert_eq!(
        (
            rolled("Filled")["type"].clone(),
            rolled("Count")["number"].clone()
        ),
        (json!("unsupported"), json!(25))
    );
    let said = |name: &str| {
        notes
            .iter()
            .any(|note| note.starts_with(&format!("The value of {name} is unsupported: ")))
    };
    assert!(
        said("rollup R5") && said("rollup Filled") && said("formula Huge"),
        "{notes:?}"
    );
    assert!(!said("rollup R1"), "{notes:?}");
}
