//! Every kind: written, read back, cleared, refused.

mod common;

use common::{Client, start, text, title, titled};
use notion_sim::Sim;
use serde_json::{Value, json};

fn all_columns() -> Value {
    json!({
        "Name": {"title": {}},
        "Text": {"rich_text": {}},
        "Number": {"number": {"format": "dollar"}},
        "Size": {"select": {"options": [{"name": "S", "color": "green"}, {"name": "M"}]}},
        "Tags": {"multi_select": {"options": [{"name": "a", "color": "red"}]}},
        "State": {"status": {}},
        "Due": {"date": {}},
        "Done": {"checkbox": {}},
        "Link": {"url": {}},
        "Mail": {"email": {}},
        "Phone": {"phone_number": {}},
        "Owner": {"people": {}},
        "Files": {"files": {}},
        "Created": {"created_time": {}},
        "Edited": {"last_edited_time": {}},
        "By": {"created_by": {}},
        "Last": {"last_edited_by": {}},
        "ID": {"unique_id": {"prefix": "TASK"}},
        "Sum": {"formula": {"expression": "prop(\"Number\") * 2"}},
    })
}

fn cell(page: &Value, name: &str) -> Value {
    let cell = &page["properties"][name];
    cell[cell["type"].as_str().unwrap_or_default()].clone()
}

#[test]
fn empty_values_are_there_in_the_order_of_property_ids() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let (_, source) = client.database(&sim.parent_page_id(), "All", &all_columns());
    sim.set_now("2026-06-27T16:57:48.041Z".parse().expect("a time"));
    let page = client.row(&source, &json!({}));
    let expected = [
        ("Name", json!([])),
        ("Text", json!([])),
        ("Number", Value::Null),
        ("Size", Value::Null),
        ("Tags", json!([])),
        ("Due", Value::Null),
        ("Done", json!(false)),
        ("Link", Value::Null),
        ("Mail", Value::Null),
        ("Phone", Value::Null),
        ("Owner", json!([])),
        ("Files", json!([])),
        ("Created", json!("2026-06-27T16:57:00.000Z")),
        ("Edited", json!("2026-06-27T16:57:00.000Z")),
        ("ID", json!({"prefix": "TASK", "number": 1})),
        ("Sum", json!({"type": "number", "number": 0})),
    ];
    for (name, value) in expected {
        assert_eq!(cell(&page, name), value, "{name}");
    }
    assert_eq!(
        cell(&page, "State")["name"],
        "Not started",
        "a status has its default"
    );
    assert_eq!(cell(&page, "By")["type"], "bot");
    assert_eq!(cell(&client.row(&source, &json!({})), "ID")["number"], 2);

    let decoded: Vec<String> = page["properties"]
        .as_object()
        .expect("properties")
        .values()
        .map(|cell| decode(&text(&cell["id"])))
        .collect();
    let mut sorted = decoded.clone();
    sorted.sort();
    assert_eq!(decoded, sorted);
    assert!(
        decoded.iter().all(|id| id == "title" || id.len() == 4),
        "{decoded:?}"
    );
    assert_eq!(page["created_time"], "2026-06-27T16:57:00.000Z");
}

fn decode(id: &str) -> String {
    let mut out = String::new();
    let mut rest = id;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        out.push(char::from(u8::from_str_radix(&after[..2], 16).expect("hex")));
        rest = &after[2..];
    }
    out + rest
}

#[test]
fn values_round_trip_and_can_be_cleared() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let (_, source) = client.database(&sim.parent_page_id(), "All", &all_columns());
    let person = client.get("/v1/users").ok()["results"][0].clone();
    let page = client.row(
        &source,
        &json!({
            "Name": titled("Buy milk"),
            "Text": {"rich_text": [
                {"text": {"content": "Hi ", "link": null}, "annotations": {"bold": true}},
                {"text": {"content": "there", "link": {"url": "https://x.example/"}}},
                {"text": {"content": ""}},
            ]},
            "Number": {"number": 12.5},
            "Size": {"select": {"name": "s"}},
            "Tags": {"multi_select": [{"name": "b"}, {"name": "a"}]},
            "State": {"status": {"name": "Done"}},
            "Due": {"date": {"start": "2026-09-15T09:00:30", "time_zone": "Europe/Berlin"}},
            "Done": {"checkbox": true},
            "Link": {"url": "https://x.example/"},
            "Mail": {"email": "a@b.example"},
            "Phone": {"phone_number": "12"},
            "Owner": {"people": [{"id": person["id"]}]},
            "Files": {"files": [{"name": "a.pdf", "external": {"url": "https://x.example/a.pdf"}}]},
        }),
    );
    assert_eq!(title(&page), "Buy milk");
    let text_items = cell(&page, "Text");
    assert_eq!(
        text_items.as_array().map(Vec::len),
        Some(2),
        "an empty text vanishes"
    );
    assert_eq!(text_items[0]["annotations"]["bold"], true);
    assert_eq!(text_items[0]["annotations"]["color"], "default");
    assert_eq!(text_items[1]["href"], "https://x.example/");
    assert_eq!(cell(&page, "Number"), json!(12.5));
    assert_eq!(
        cell(&page, "Size")["name"],
        "S",
        "names are found without regard to case"
    );
    assert!(cell(&page, "Size").get("description").is_none());
    let tags = cell(&page, "Tags");
    assert_eq!([&tags[0]["name"], &tags[1]["name"]], ["b", "a"], "as written");
    assert_eq!(
        cell(&page, "Due"),
        json!({"start": "2026-09-15T09:00:00.000+02:00", "end": null, "time_zone": null})
    );
    assert_eq!(cell(&page, "Owner")[0], person, "people are whole users");
    assert_eq!(
        cell(&page, "Files")[0],
        json!({"name": "a.pdf", "type": "external", "external": {"url": "https://x.example/a.pdf"}})
    );
    let schema = client.get(&format!("/v1/data_sources/{source}")).ok();
    let names: Vec<&Value> = schema["properties"]["Tags"]["multi_select"]["options"]
        .as_array()
        .expect("options")
        .iter()
        .map(|o| &o["name"])
        .collect();
    assert_eq!(names, ["a", "b"], "the new option went into the schema");

    let path = format!("/v1/pages/{}", text(&page["id"]));
    let cleared = client
        .patch(
            &path,
            &json!({"properties": {
                "Text": {"rich_text": []}, "Number": {"number": null}, "Size": {"select": null},
                "Tags": {"multi_select": []}, "State": {"status": null}, "Due": {"date": null}, "Done": {"checkbox": false},
                "Link": {"url": null}, "Owner": {"people": []}, "Files": {"files": []},
            }}),
        )
        .ok();
    assert_eq!(title(&cleared), "Buy milk", "what is not named stays");
    for (name, value) in [
        ("Number", Value::Null),
        ("Size", Value::Null),
        ("Tags", json!([])),
        ("Due", Value::Null),
    ] {
        assert_eq!(cell(&cleared, name), value, "{name}");
    }
    assert_eq!(cell(&cleared, "State")["name"], "Not started");
    assert_eq!(client.get(&path).ok()["properties"], cleared["properties"]);
}

#[test]
fn refusals_name_what_is_wrong_and_change_nothing() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let (_, source) = client.database(&sim.parent_page_id(), "All", &all_columns());
    let page = client.row(
        &source,
        &json!({"Name": titled("x"), "Size": {"select": {"name": "S"}}}),
    );
    let path = format!("/v1/pages/{}", text(&page["id"]));
    let long = "x".repeat(2001);
    let cases = [
        (
            json!({"Nope": {"number": 1}}),
            "Nope is not a property that exists.",
        ),
        (
            json!({"Number": {"rich_text": []}}),
            "Number is expected to be number.",
        ),
        (
            json!({"Number": {"number": "1"}}),
            "body failed validation: body.properties.Number.number should be a number or `null`, instead was `\"1\"`.",
        ),
        (
            json!({"Size": {"select": {"name": "A, B"}}}),
            "Invalid select option, commas not allowed: A, B",
        ),
        (
            json!({"Tags": {"multi_select": [{"name": "A, B"}]}}),
            "Invalid multi_select option, commas not allowed: A, B",
        ),
        (
            json!({"Size": {"select": {"name": "S", "color": "red"}}}),
            "Select option color doesn't match existing",
        ),
        (
            json!({"Size": {"select": {"id": "nope"}}}),
            "Size is an invalid select option \"nope\".",
        ),
        (
            json!({"State": {"status": {"name": "Invented"}}}),
            "Invalid status option. Status option \"Invented\" does not exist\".",
        ),
        (
            json!({"Text": {"rich_text": [{"text": {"content": long}}]}}),
            "body failed validation: body.properties.Text.rich_text[0].text.content.length should be ≤ `2000`, instead was `2001`.",
        ),
        (
            json!({"Tags": {"multi_select": vec![json!({"name": "t"}); 101]}}),
            "body failed validation: body.properties.Tags.multi_select.length should be ≤ `100`, instead was `101`.",
        ),
    ];
    for (properties, message) in cases {
        // A good value next to the bad one must not be saved either.
        let mut both = properties.clone();
        both["Done"] = json!({"checkbox": true});
        let answer = client.patch(&path, &json!({"properties": both}));
        assert_eq!(
            (answer.status, answer.code()),
            (400, "validation_error"),
            "{properties}"
        );
        assert_eq!(answer.message(), message);
    }
    assert_eq!(
        client
            .patch(
                &path,
                &json!({"properties": {"Created": {"created_time": "2026-01-01"}}})
            )
            .status,
        400
    );
    assert_eq!(client.get(&path).ok()["properties"], page["properties"]);
    let schema = client.get(&format!("/v1/data_sources/{source}")).ok();
    assert_eq!(
        schema["properties"]["Size"]["select"]["options"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
}

#[test]
fn relations_have_two_sides_and_show_25() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let parent = sim.parent_page_id();
    let (_, items) = client.database(&parent, "Items", &json!({"Name": {"title": {}}}));
    let relation = json!({"Name": {"title": {}}, "Bought": {"relation": {"data_source_id": items, "dual_property": {}}}});
    let (_, customers) = client.database(&parent, "Customers", &relation);
    let schema = client.get(&format!("/v1/data_sources/{items}")).ok();
    let mirror = &schema["properties"]["Related to Customers (Bought)"];
    assert_eq!(
        mirror["relation"]["dual_property"]["synced_property_name"],
        "Bought"
    );

    let ids: Vec<Value> = (0..30)
        .map(|at| json!({"id": client.row(&items, &json!({"Name": titled(&at.to_string())}))["id"]}))
        .collect();
    let customer = client.row(
        &customers,
        &json!({"Name": titled("C"), "Bought": {"relation": ids}}),
    );
    let cell = &customer["properties"]["Bought"];
    assert_eq!(
        (
            cell["relation"].as_array().map(Vec::len),
            cell["has_more"].as_bool()
        ),
        (Some(25), Some(true))
    );
    let item = client.get(&format!("/v1/pages/{}", text(&ids[29]["id"]))).ok();
    assert_eq!(
        item["properties"]["Related to Customers (Bought)"]["relation"][0]["id"],
        customer["id"]
    );

    let path = format!(
        "/v1/pages/{}/properties/{}",
        text(&customer["id"]),
        text(&cell["id"])
    );
    let all = client.get(&path).ok();
    assert_eq!(all["results"].as_array().map(Vec::len), Some(30));
    assert_eq!(all["results"][0]["relation"], ids[0], "one item each");
    assert_eq!(all["property_item"]["next_url"], Value::Null);
    let first = client.get(&format!("{path}?page_size=20")).ok();
    let next = text(&first["property_item"]["next_url"]);
    let next = next
        .strip_prefix(&sim.base_url())
        .expect("not an address of Notion itself");
    assert_eq!(
        client.get(next).ok()["results"].as_array().map(Vec::len),
        Some(10)
    );
    let rest = client
        .get(&format!(
            "{path}?page_size=20&start_cursor={}",
            text(&first["next_cursor"])
        ))
        .ok();
    assert_eq!(
        (
            rest["results"].as_array().map(Vec::len),
            rest["has_more"].as_bool()
        ),
        (Some(10), Some(false))
    );

    // Taking it away on one side takes it away on the other.
    let cleared = json!({"properties": {"Related to Customers (Bought)": {"relation": []}}});
    client
        .patch(&format!("/v1/pages/{}", text(&ids[0]["id"])), &cleared)
        .ok();
    assert_eq!(
        client.get(&path).ok()["results"].as_array().map(Vec::len),
        Some(29)
    );
    // Renaming one side is seen on the other.
    let key = text(&mirror["id"]);
    client
        .patch(
            &format!("/v1/data_sources/{items}"),
            &json!({"properties": {key: {"name": "Bought by"}}}),
        )
        .ok();
    let schema = client.get(&format!("/v1/data_sources/{customers}")).ok();
    assert_eq!(
        schema["properties"]["Bought"]["relation"]["dual_property"]["synced_property_name"],
        "Bought by"
    );
}

#[test]
fn schemas_can_be_changed() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let (_, source) = client.database(&sim.parent_page_id(), "All", &all_columns());
    let path = format!("/v1/data_sources/{source}");
    let page = client.row(
        &source,
        &json!({"Text": {"rich_text": [{"text": {"content": "42"}}]}, "Size": {"select": {"name": "S"}}}),
    );
    let page_path = format!("/v1/pages/{}", text(&page["id"]));
    let before = client.get(&path).ok();
    let id = text(&before["properties"]["Text"]["id"]);

    let changed = client
        .patch(&path, &json!({"properties": {
            "Text": {"name": "Amount", "number": {}},
            "Mail": null,
            "New": {"checkbox": {}},
            "Size": {"select": {"options": [{"name": "M", "color": "red"}, {"name": "XL", "color": "blue"}]}},
        }}))
        .ok();
    assert_eq!(changed["properties"]["Amount"]["id"], id, "the id stays");
    assert!(changed["properties"].get("Mail").is_none());
    let options = &changed["properties"]["Size"]["select"]["options"];
    assert_eq!([&options[0]["name"], &options[1]["name"]], ["M", "XL"]);
    assert_eq!(options[0]["color"], "default", "a known option keeps its colour");
    let page = client.get(&page_path).ok();
    assert_eq!(
        page["properties"]["Amount"]["number"], 42,
        "the text became a number"
    );
    assert_eq!(
        page["properties"]["Size"]["select"],
        Value::Null,
        "the option is gone, and so is the value"
    );
    assert_eq!(page["properties"]["New"]["checkbox"], false);

    for (properties, message) in [
        (json!({"Nope": null}), "Nope is not a property that exists."),
        (
            json!({"Nope": {"name": "x"}}),
            "Nope is not a property that exists.",
        ),
        (
            json!({"Name": null}),
            "Cannot delete the title property of a data source.",
        ),
        (
            json!({"Extra": {"title": {}}}),
            "Databases must have exactly one title property.",
        ),
        (
            json!({"Bad": {"hologram": {}}}),
            "body failed validation: body.properties.Bad.hologram should be not present, instead was `{}`.",
        ),
    ] {
        let answer = client.patch(&path, &json!({"properties": properties}));
        assert_eq!((answer.status, answer.message()), (400, message));
    }
    assert_eq!(client.get(&path).ok()["properties"], changed["properties"]);
    let answer = client.patch(&path, &json!({"properties": {}}));
    assert_eq!(answer.status, 200, "no change is no mistake");
}

#[test]
fn databases_have_defaults_and_names() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let parent = sim.parent_page_id();
    let ignored = json!({"parent": {"page_id": parent}, "properties": {"Text": {"rich_text": {}}}});
    let database = client.post("/v1/databases", &ignored).ok();
    assert_eq!(database["title"][0]["plain_text"], "New database");
    assert!(text(&database["created_time"]).ends_with("+00:00"));
    let source = format!("/v1/data_sources/{}", text(&database["data_sources"][0]["id"]));
    let found = client.get(&source).ok();
    assert_eq!(found["title"], json!([]));
    let columns: Vec<&String> = found["properties"]
        .as_object()
        .expect("properties")
        .keys()
        .collect();
    assert_eq!(columns, ["Name"], "properties at the top level are ignored");
    let answer = client.get(&format!("/v1/data_sources/{}", text(&database["id"])));
    assert_eq!(answer.status, 404, "a database is not a data source");

    let second = json!({"parent": {"database_id": database["id"]}, "properties": {"T": {"title": {}}}});
    client.post("/v1/data_sources", &second).ok();
    let answer = client.post("/v1/pages", &json!({"parent": {"database_id": database["id"]}}));
    assert_eq!(
        answer.json["additional_data"]["error_type"],
        "multiple_data_sources_for_database"
    );
}

#[test]
fn what_is_in_the_trash_cannot_be_edited() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let (database, source) = client.database(&sim.parent_page_id(), "All", &json!({"Name": {"title": {}}}));
    let page = client.row(&source, &json!({"Name": titled("x")}));
    let path = format!("/v1/pages/{}", text(&page["id"]));
    assert_eq!(
        client.patch(&path, &json!({"in_trash": true})).ok()["in_trash"],
        true
    );
    let answer = client.patch(&path, &json!({"properties": {"Name": titled("y")}}));
    assert_eq!(
        answer.message(),
        "Can't edit block that is archived. You must unarchive the block before editing."
    );
    assert_eq!(client.get(&path).ok()["in_trash"], true);
    assert!(client.titles(&source, &json!({})).is_empty());
    client.patch(&path, &json!({"in_trash": false})).ok();
    assert_eq!(client.titles(&source, &json!({})), ["x"]);
    client
        .call("DELETE", &format!("/v1/blocks/{database}"), &Value::Null)
        .ok();
    assert_eq!(client.patch(&path, &json!({"icon": null})).status, 400);
    client
        .patch(&format!("/v1/databases/{database}"), &json!({"in_trash": false}))
        .ok();
    client.patch(&path, &json!({"icon": {"emoji": "🚀"}})).ok();
}

#[test]
fn filter_properties_trims_by_name_or_id() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let (_, source) = client.database(&sim.parent_page_id(), "All", &all_columns());
    let page = client.row(&source, &json!({"Name": titled("x")}));
    let id = text(&page["properties"]["Number"]["id"]).replace('%', "%25");
    let path = format!(
        "/v1/pages/{}?filter_properties[]=title&filter_properties={id}",
        text(&page["id"])
    );
    let trimmed = client.get(&path).ok();
    let mut names: Vec<&String> = trimmed["properties"]
        .as_object()
        .expect("properties")
        .keys()
        .collect();
    names.sort();
    assert_eq!(names, ["Name", "Number"]);
    let answer = client.get(&format!("/v1/pages/{}?filter_properties=Nope", text(&page["id"])));
    assert_eq!(answer.message(), "Could not find property with name or id: Nope");
}

#[test]
fn two_way_relations_end_and_begin_cleanly() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let parent = sim.parent_page_id();
    let (_, one) = client.database(&parent, "One", &json!({"Name": {"title": {}}}));
    let dual = |source: &str| json!({"Rel": {"relation": {"data_source_id": source, "dual_property": {}}}});
    let (_, two) = client.database(&parent, "Two", &dual(&one));
    let (_, three) = client.database(&parent, "Three", &json!({"Name": {"title": {}}}));
    let target = client.row(&one, &json!({}));
    let target = text(&target["id"]);
    let row = client.row(&two, &json!({"Rel": {"relation": [{"id": target}]}}));
    let row = text(&row["id"]);
    let edit = |properties: &Value| {
        client
            .patch(
                &format!("/v1/data_sources/{two}"),
                &json!({"properties": properties}),
            )
            .ok()
    };
    let mirrors = |source: &str| -> Vec<(String, String)> {
        let schema = client.get(&format!("/v1/data_sources/{source}")).ok();
        let columns = schema["properties"].as_object().expect("columns");
        let relations = columns.iter().filter(|(_, column)| column["type"] == "relation");
        relations
            .map(|(name, column)| (name.clone(), text(&column["relation"]["type"])))
            .collect()
    };
    let one_way = vec![("Related to Two (Rel)".to_owned(), "single_property".to_owned())];

    // From two-way to one-way: the other half no longer follows.
    edit(&json!({"Rel": {"relation": {"data_source_id": one, "single_property": {}}}}));
    assert_eq!(mirrors(&one), one_way);
    // And back: the new other half knows the links there are.
    edit(&dual(&one));
    assert_eq!(mirrors(&one).len(), 2);
    let shown = client.get(&format!("/v1/pages/{target}")).ok();
    assert_eq!(
        shown["properties"]["Related to Two (Rel) 1"]["relation"],
        json!([{"id": row}])
    );
    // To another data source: no half is left behind, and no link to rows of the old one.
    edit(&dual(&three));
    assert!(mirrors(&one).iter().all(|(_, kind)| kind == "single_property"));
    assert_eq!(
        mirrors(&three),
        [("Related to Two (Rel)".to_owned(), "dual_property".to_owned())]
    );
    let cell = client.get(&format!("/v1/pages/{row}")).ok()["properties"]["Rel"].clone();
    assert_eq!(cell["relation"], json!([]));
    // To another kind: writing the former other half must not reach the cells of that kind.
    edit(&json!({"Rel": {"rich_text": {}}}));
    assert_eq!(mirrors(&three), one_way);
    let shown = client.row(
        &three,
        &json!({"Related to Two (Rel)": {"relation": [{"id": row}]}}),
    );
    assert_eq!(
        shown["properties"]["Related to Two (Rel)"]["relation"],
        json!([{"id": row}])
    );
    let cell = client.get(&format!("/v1/pages/{row}")).ok()["properties"]["Rel"].clone();
    assert_eq!(cell["rich_text"], json!([]));
}

#[test]
fn a_new_column_may_be_called_like_an_id() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let columns = json!({"N": {"title": {}}, "title": {"rich_text": {}}});
    let (_, source) = client.database(&sim.parent_page_id(), "T", &columns);
    let text = json!({"rich_text": [{"text": {"content": "a text"}}]});
    let row = client.row(&source, &json!({"N": titled("a title"), "title": text}));
    assert_eq!(row["properties"]["title"]["rich_text"][0]["plain_text"], "a text");
    assert_eq!(title(&row), "a title");
    let filter = json!({"filter": {"property": "title", "rich_text": {"equals": "a text"}}});
    assert_eq!(client.titles(&source, &filter), ["a title"]);
}

#[test]
fn numbers_are_doubles() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let columns = json!({"Name": {"title": {}}, "N": {"number": {}}});
    let (_, source) = client.database(&sim.parent_page_id(), "T", &columns);
    for (written, read) in [
        ("3.0", "3"),
        ("-0.0", "0"),
        ("0.5", "0.5"),
        ("2.6492224162540134e-152", "2.6492224162540134e-152"),
        ("9007199254740993", "9007199254740992"),
    ] {
        let number: Value = serde_json::from_str(written).expect("a number");
        let row = client.row(&source, &json!({"N": {"number": number}}));
        assert_eq!(row["properties"]["N"]["number"].to_string(), read);
    }
}
