//! Moving pages, databases and data sources.

mod common;

use common::{Answer, Client, start, text, title, titled};
use notion_sim::Sim;
use serde_json::{Value, json};

const ABSENT: &str = "7855b161-f63e-4683-b7c7-8ca6e97ee266";

fn page(client: &Client, parent: &str, name: &str) -> String {
    let body = json!({"parent": {"page_id": parent}, "properties": {"title": titled(name)}});
    text(&client.post("/v1/pages", &body).ok()["id"])
}

fn to(client: &Client, page: &str, parent: &Value) -> Answer {
    client.post(&format!("/v1/pages/{page}/move"), &json!({"parent": parent}))
}

fn read(client: &Client, page: &str) -> Value {
    client.get(&format!("/v1/pages/{page}")).ok()
}

fn children(client: &Client, page: &str) -> Vec<String> {
    let list = client.get(&format!("/v1/blocks/{page}/children")).ok();
    list["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|block| text(&block["id"]))
        .collect()
}

/// Whether what is there is the same after it was written down and read.
#[track_caller]
fn survives(sim: &Sim) {
    let before = sim.state();
    sim.seed(&before).expect("a seed");
    assert!(sim.state() == before);
}

#[test]
fn a_page_goes_under_another_page() {
    let sim = start(Sim::builder());
    sim.set_now("2026-06-27T16:56:00Z".parse().expect("a time"));
    let client = Client::new(&sim);
    let root = sim.parent_page_id();
    let [a, b, c] = ["a", "b", "c"].map(|name| page(&client, &root, name));
    sim.set_now("2026-06-27T17:00:00Z".parse().expect("a time"));
    let moved = to(&client, &a, &json!({"type": "page_id", "page_id": b})).ok();
    assert_eq!(moved["parent"], json!({"type": "page_id", "page_id": b}));
    assert_eq!(
        (title(&moved).as_str(), &moved["last_edited_time"]),
        ("a", &json!("2026-06-27T17:00:00.000Z"))
    );
    assert_eq!(children(&client, &root), [b.clone(), c.clone()]);
    to(&client, &c, &json!({"page_id": b})).ok();
    assert_eq!(
        children(&client, &b),
        [a.clone(), c.clone()],
        "the last to come is the last in the list"
    );
    to(&client, &a, &json!({"page_id": b})).ok();
    assert_eq!(
        children(&client, &b),
        [a, c],
        "who is there already stays in place"
    );
    survives(&sim);
}

#[test]
fn nothing_ends_up_inside_itself() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let outer = page(&client, &sim.parent_page_id(), "outer");
    let (database, source) = client.database(&outer, "Rows", &json!({"Name": {"title": {}}}));
    let row = text(&client.row(&source, &json!({}))["id"]);
    let inner = page(&client, &row, "inner");
    let (nested, _) = client.database(&inner, "Nested", &json!({}));
    let message = "Cannot move something into itself or into what it contains.";
    for into in [&outer, &row, &inner] {
        assert_eq!(to(&client, &outer, &json!({"page_id": into})).message(), message);
    }
    assert_eq!(
        to(&client, &outer, &json!({"data_source_id": source})).message(),
        message
    );
    let parent = json!({"parent": {"type": "page_id", "page_id": inner}});
    assert_eq!(
        client
            .patch(&format!("/v1/databases/{database}"), &parent)
            .message(),
        message
    );
    let parent = json!({"parent": {"type": "database_id", "database_id": nested}});
    assert_eq!(
        client
            .patch(&format!("/v1/data_sources/{source}"), &parent)
            .message(),
        message
    );
    assert_eq!(
        to(&client, &inner, &json!({"data_source_id": source})).status,
        200,
        "what is inside may come further out"
    );
    survives(&sim);
}

#[test]
fn only_pages_move_and_only_to_what_takes_them() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let root = sim.parent_page_id();
    let a = page(&client, &root, "a");
    let (database, source) = client.database(&root, "Rows", &json!({"Name": {"title": {}}}));
    for (moved, parent, status) in [
        (ABSENT, json!({"page_id": root}), 404),
        (&database, json!({"page_id": root}), 404),
        (&a, json!({"page_id": ABSENT}), 404),
        (&a, json!({"page_id": source}), 404),
        (&a, json!({"data_source_id": database}), 404),
        (&a, json!({"data_source_id": ABSENT}), 404),
        (&a, json!({"database_id": database}), 400),
        (&a, json!({"workspace": true}), 400),
        (&a, json!({"page_id": 5}), 400),
    ] {
        let answer = to(&client, moved, &parent);
        assert_eq!(answer.status, status, "{moved} to {parent}: {}", answer.text);
    }
    assert_eq!(
        client.post(&format!("/v1/pages/{a}/move"), &json!({})).message(),
        "body failed validation: body.parent should be defined, instead was `undefined`."
    );
    let moved = to(&client, &a, &json!({"page_id": database})).ok();
    assert_eq!(
        moved["parent"]["data_source_id"],
        json!(source),
        "a database with one data source counts as a page"
    );
    let body = json!({"parent": {"database_id": database}, "properties": {"Name": {"title": {}}}});
    client.post("/v1/data_sources", &body).ok();
    let b = page(&client, &root, "b");
    let refused = to(&client, &b, &json!({"page_id": database}));
    assert_eq!(
        refused.json["additional_data"]["error_type"],
        "multiple_data_sources_for_database"
    );

    let trash = page(&client, &root, "trash");
    client
        .patch(&format!("/v1/pages/{trash}"), &json!({"in_trash": true}))
        .ok();
    assert!(
        to(&client, &b, &json!({"page_id": trash}))
            .message()
            .starts_with("Can't edit block that is archived.")
    );
    assert!(
        to(&client, &trash, &json!({"page_id": b}))
            .message()
            .starts_with("Can't edit block that is archived.")
    );

    let old = Client::at_version(&sim, "2022-06-28");
    let (single, _) = client.database(&root, "Single", &json!({}));
    let moved = to(&old, &b, &json!({"database_id": single})).ok();
    assert_eq!(
        moved["parent"],
        json!({"type": "database_id", "database_id": single})
    );
}

#[test]
fn values_go_to_the_column_of_the_same_name_and_kind() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let root = sim.parent_page_id();
    let options = |names: &[&str]| -> Vec<Value> { names.iter().map(|name| json!({"name": name})).collect() };
    let from = json!({
        "Name": {"title": {}}, "Points": {"number": {}}, "Size": {"select": {"options": options(&["S", "L"])}},
        "Tags": {"multi_select": {"options": options(&["x", "y"])}}, "Status": {"status": {}}, "Note": {"rich_text": {}},
        "Extra": {"checkbox": {}}, "ID": {"unique_id": {}},
    });
    let into = json!({
        "Title": {"title": {}}, "Points": {"number": {}}, "Size": {"select": {"options": options(&["L"])}},
        "Tags": {"multi_select": {"options": options(&["y"])}},
        "Status": {"status": {"options": [{"name": "Begun", "group": "To-do"}, {"name": "Done", "group": "Complete"}]}},
        "Note": {"url": {}}, "ID": {"unique_id": {}},
    });
    let (_, from) = client.database(&root, "From", &from);
    let (_, into) = client.database(&root, "Into", &into);
    client.row(&into, &json!({"Title": titled("first")}));
    let row = |status: &str| {
        let properties = json!({
            "Name": titled("Moved"), "Points": {"number": 3}, "Size": {"select": {"name": "S"}},
            "Tags": {"multi_select": [{"name": "y"}, {"name": "x"}]}, "Status": {"status": {"name": status}},
            "Note": {"rich_text": [{"text": {"content": "n"}}]}, "Extra": {"checkbox": true},
        });
        text(&client.row(&from, &properties)["id"])
    };
    let id = row("Done");
    let moved = to(&client, &id, &json!({"data_source_id": into})).ok();
    let cells = &moved["properties"];
    assert_eq!(title(&moved), "Moved");
    assert_eq!(
        (&cells["Points"]["number"], &cells["Size"]["select"]["name"]),
        (&json!(3), &json!("S"))
    );
    let tags: Vec<&Value> = cells["Tags"]["multi_select"]
        .as_array()
        .expect("tags")
        .iter()
        .map(|tag| &tag["name"])
        .collect();
    assert_eq!(tags, ["y", "x"]);
    assert_eq!(
        (&cells["Status"]["status"]["name"], &cells["Note"]["url"]),
        (&json!("Done"), &Value::Null)
    );
    assert_eq!(
        cells["ID"]["unique_id"]["number"], 2,
        "numbers go on in the new data source"
    );
    assert!(cells.get("Extra").is_none());
    let schema = client.get(&format!("/v1/data_sources/{into}")).ok();
    let size = schema["properties"]["Size"]["select"]["options"]
        .as_array()
        .expect("options")
        .clone();
    assert_eq!(
        size.iter().map(|option| &option["name"]).collect::<Vec<_>>(),
        ["L", "S"]
    );
    assert_eq!(size[1]["id"], cells["Size"]["select"]["id"]);
    let other = to(&client, &row("Not started"), &json!({"data_source_id": into})).ok();
    assert_eq!(
        other["properties"]["Status"]["status"]["name"], "Begun",
        "a status that is not there is the default"
    );
    assert_eq!(client.titles(&from, &json!({})), Vec::<String>::new());

    let out = to(&client, &id, &json!({"page_id": root})).ok();
    assert_eq!(
        (
            out["properties"].as_object().map(serde_json::Map::len),
            title(&out).as_str()
        ),
        (Some(1), "Moved")
    );
    let back = to(&client, &id, &json!({"data_source_id": into})).ok();
    assert_eq!(
        back["properties"]["Points"]["number"],
        Value::Null,
        "outside there was no room for it"
    );
    survives(&sim);
}

#[test]
fn rows_stay_in_the_order_of_their_creation() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let columns = json!({"Name": {"title": {}}});
    let (_, one) = client.database(&sim.parent_page_id(), "One", &columns);
    let (_, two) = client.database(&sim.parent_page_id(), "Two", &columns);
    let mut rows = Vec::new();
    for (minute, (source, name)) in [(&one, "a"), (&two, "b"), (&one, "c"), (&two, "d")]
        .into_iter()
        .enumerate()
    {
        sim.set_now(format!("2026-06-27T16:0{minute}:00Z").parse().expect("a time"));
        rows.push(text(&client.row(source, &json!({"Name": titled(name)}))["id"]));
    }
    to(&client, &rows[2], &json!({"data_source_id": two})).ok();
    to(&client, &rows[0], &json!({"data_source_id": two})).ok();
    assert_eq!(client.titles(&two, &json!({})), ["d", "c", "b", "a"]);
    survives(&sim);
    assert_eq!(client.titles(&two, &json!({})), ["d", "c", "b", "a"]);
}

#[test]
fn relations_stay_symmetric() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let root = sim.parent_page_id();
    let (_, projects) = client.database(&root, "Projects", &json!({"Name": {"title": {}}}));
    let two_way = json!({"relation": {"data_source_id": projects, "dual_property": {}}});
    let (_, tasks) = client.database(
        &root,
        "Tasks",
        &json!({"Name": {"title": {}}, "Project": two_way}),
    );
    let (_, errands) = client.database(
        &root,
        "Errands",
        &json!({"Name": {"title": {}}, "Project": two_way}),
    );
    let (_, chores) = client.database(&root, "Chores", &json!({"Name": {"title": {}}}));
    let one_way = json!({"Task": {"relation": {"data_source_id": tasks, "single_property": {}}}});
    let (_, notes) = client.database(&root, "Notes", &one_way);

    let project = text(&client.row(&projects, &json!({"Name": titled("P")}))["id"]);
    let link = json!({"Name": titled("T"), "Project": {"relation": [{"id": project}]}});
    let task = text(&client.row(&tasks, &link)["id"]);
    let note = text(&client.row(&notes, &json!({"Task": {"relation": [{"id": task}]}}))["id"]);
    let related = |page: &str, column: &str| read(&client, page)["properties"][column]["relation"].clone();
    let (of_tasks, of_errands) = ("Related to Tasks (Project)", "Related to Errands (Project)");
    assert_eq!(related(&project, of_tasks), json!([{"id": task}]));

    to(&client, &task, &json!({"data_source_id": errands})).ok();
    assert_eq!(related(&task, "Project"), json!([{"id": project}]));
    assert_eq!(
        (related(&project, of_tasks), related(&project, of_errands)),
        (json!([]), json!([{"id": task}]))
    );
    assert_eq!(related(&note, "Task"), json!([]), "it is no task any more");
    to(&client, &task, &json!({"data_source_id": chores})).ok();
    assert_eq!(related(&project, of_errands), json!([]));
    to(&client, &project, &json!({"page_id": root})).ok();
    let other = client.row(&tasks, &json!({"Name": titled("Other")}));
    assert_eq!(other["properties"]["Project"]["relation"], json!([]));
    survives(&sim);
}

#[test]
fn a_database_moves_with_all_that_is_in_it() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let root = sim.parent_page_id();
    let target = page(&client, &root, "target");
    let (database, source) = client.database(&root, "Rows", &json!({"Name": {"title": {}}}));
    client.row(&source, &json!({"Name": titled("a")}));
    let path = format!("/v1/databases/{database}");
    let parent = json!({"type": "page_id", "page_id": target});
    let moved = client
        .patch(&path, &json!({"parent": parent, "is_inline": true}))
        .ok();
    assert_eq!((&moved["parent"], &moved["is_inline"]), (&parent, &json!(true)));
    assert_eq!(
        client.get(&format!("/v1/data_sources/{source}")).ok()["database_parent"],
        parent
    );
    assert_eq!(
        (children(&client, &root), children(&client, &target)),
        (vec![target], vec![database])
    );
    assert_eq!(client.titles(&source, &json!({})), ["a"]);
    let refused = client.patch(
        &path,
        &json!({"parent": {"type": "workspace", "workspace": true}}),
    );
    assert!(
        refused
            .message()
            .starts_with("Internal integrations aren't owned"),
        "{}",
        refused.text
    );
    assert_eq!(
        client
            .patch(&path, &json!({"parent": {"page_id": ABSENT}}))
            .status,
        404
    );
    survives(&sim);
}

#[test]
fn a_data_source_moves_and_leaves_linked_views_behind() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let root = sim.parent_page_id();
    let (from, source) = client.database(&root, "From", &json!({"Name": {"title": {}}}));
    let (into, own) = client.database(&root, "Into", &json!({"Name": {"title": {}}}));
    let relation = json!({"R": {"relation": {"data_source_id": source, "single_property": {}}}});
    let (_, pointing) = client.database(&root, "Pointing", &relation);
    let row = text(&client.row(&source, &json!({"Name": titled("a")}))["id"]);
    let path = format!("/v1/data_sources/{source}");
    let moved = client
        .patch(
            &path,
            &json!({"parent": {"type": "database_id", "database_id": into}}),
        )
        .ok();
    assert_eq!(
        moved["parent"],
        json!({"type": "database_id", "database_id": into})
    );
    let sources = |database: &str| {
        let shown = client.get(&format!("/v1/databases/{database}")).ok();
        shown["data_sources"]
            .as_array()
            .expect("sources")
            .iter()
            .map(|one| text(&one["id"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (sources(&from), sources(&into)),
        (Vec::new(), vec![own, source.clone()])
    );
    assert_eq!(read(&client, &row)["parent"]["database_id"], json!(into));
    let pointing = client.get(&format!("/v1/data_sources/{pointing}")).ok();
    assert_eq!(
        pointing["properties"]["R"]["relation"]["database_id"],
        json!(into)
    );
    let views = |database: &str| {
        let list = client.get(&format!("/v1/views?database_id={database}")).ok();
        list["results"]
            .as_array()
            .expect("views")
            .iter()
            .map(|view| text(&view["id"]))
            .collect::<Vec<_>>()
    };
    let left = client.get(&format!("/v1/views/{}", views(&from)[0])).ok();
    assert_eq!((views(&from).len(), &left["data_source_id"]), (1, &json!(source)));
    let new = client.get(&format!("/v1/views/{}", views(&into)[1])).ok();
    assert_eq!(
        (&new["data_source_id"], &new["type"]),
        (&json!(source), &json!("table"))
    );

    for (parent, status) in [
        (json!({"database_id": ABSENT}), 404),
        (json!({"database_id": root}), 404),
        (json!({"page_id": root}), 400),
    ] {
        assert_eq!(
            client.patch(&path, &json!({"parent": parent})).status,
            status,
            "{parent}"
        );
    }
    client
        .patch(&format!("/v1/databases/{from}"), &json!({"in_trash": true}))
        .ok();
    let trashed = client.patch(&path, &json!({"parent": {"database_id": from}}));
    assert!(
        trashed
            .message()
            .starts_with("Can't edit block that is archived."),
        "{}",
        trashed.text
    );
    survives(&sim);
}
