//! Filters and sorts.

use serde_json::json;

use crate::common::titled;
use crate::{Setting, formula};

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
