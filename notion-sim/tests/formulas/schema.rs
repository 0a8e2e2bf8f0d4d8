//! What is accepted, what is refused, and how it reads back.

use notion_sim::Sim;
use serde_json::{Value, json};

use crate::common::{Client, start, text};
use crate::{Setting, formula, result, value};

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
