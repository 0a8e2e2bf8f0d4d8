//! Several workspaces and connections in one simulator: who sees what.

mod common;

use common::{Answer, Client, send, start, text, titled};
use notion_sim::{Connection, Sim};
use serde_json::{Value, json};

const FIRST: &str = "aaaaaaaa-0000-4000-8000-000000000001";
const SECOND: &str = "aaaaaaaa-0000-4000-8000-000000000002";
const ADA: &str = "bbbbbbbb-0000-4000-8000-000000000001";
const GRACE: &str = "bbbbbbbb-0000-4000-8000-000000000002";
const GUEST: &str = "bbbbbbbb-0000-4000-8000-000000000003";
const PAGE: &str = "cccccccc-0000-4000-8000-000000000001";
const INNER: &str = "cccccccc-0000-4000-8000-000000000002";
const OTHER: &str = "cccccccc-0000-4000-8000-000000000003";

fn control(sim: &Sim, method: &str, name: &str, body: &Value) -> Answer {
    let url = format!("{}/_sim/{name}", sim.base_url());
    send(method, &url, &[], body.to_string().as_bytes()).expect("an answer")
}

fn person(id: &str, name: &str) -> Value {
    json!({"object": "user", "id": id, "name": name, "avatar_url": null, "type": "person",
           "person": {"email": format!("{name}@example.com")}})
}

fn page(id: &str, title: &str, parent: &Value) -> Value {
    json!({"object": "page", "id": id, "parent": parent,
           "properties": {"title": {"id": "title", "type": "title", "title": [
               {"type": "text", "text": {"content": title, "link": null}, "plain_text": title}]}}})
}

fn top() -> Value {
    json!({"type": "workspace", "workspace": true})
}

/// Two workspaces. Ada is in both, a guest is in the first.
fn two() -> Value {
    json!({
        "format": "notion-sim-seed/1",
        "workspace": {"id": FIRST, "name": "First", "icon": "🌱"},
        "bot": {"name": "First bot"},
        "users": [person(ADA, "ada"), person(GUEST, "gus")],
        "guests": [GUEST],
        "pages": [page(PAGE, "In the first", &top()),
                  page(INNER, "Inside", &json!({"type": "page_id", "page_id": PAGE}))],
        "workspaces": [{
            "workspace": {"id": SECOND, "name": "Second"},
            "bot": {"name": "Second bot", "tokens": ["ntn_second"]},
            "users": [person(GRACE, "grace"), person(ADA, "ada")],
            "pages": [page(OTHER, "In the second", &top())],
        }],
        "connections": [
            {"type": "internal", "name": "Reader", "tokens": ["ntn_reader"], "shared": [INNER]},
            {"type": "internal", "name": "Far reader", "tokens": ["ntn_far"], "workspaces": [SECOND]},
            {"type": "personal", "name": "Grace's own", "tokens": ["ntn_grace"], "workspaces": [SECOND],
             "user": GRACE, "expires": "2026-07-01T00:00:00Z"},
        ],
    })
}

fn titles_found(client: &Client) -> Vec<String> {
    let found = client.post("/v1/search", &json!({})).ok();
    let mut titles: Vec<String> = found["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(common::title)
        .collect();
    titles.sort();
    titles
}

#[test]
fn nothing_of_one_workspace_shows_in_another() {
    let sim = start(Sim::builder().seed(two()));
    let (first, second) = (Client::new(&sim), Client::with_token(&sim, "ntn_second"));
    assert_eq!(titles_found(&first), ["In the first", "Inside"]);
    assert_eq!(titles_found(&second), ["In the second"]);
    for (client, id) in [(&first, OTHER), (&second, PAGE), (&second, INNER)] {
        for path in [
            format!("/v1/pages/{id}"),
            format!("/v1/blocks/{id}"),
            format!("/v1/blocks/{id}/children"),
        ] {
            let answer = client.get(&path);
            assert_eq!(
                (answer.status, answer.code()),
                (404, "object_not_found"),
                "{path}"
            );
        }
        let patch = json!({"in_trash": true});
        assert_eq!(client.patch(&format!("/v1/pages/{id}"), &patch).status, 404);
        let child = json!({"parent": {"page_id": id}, "properties": {"title": titled("x")}});
        assert_eq!(client.post("/v1/pages", &child).status, 404);
        let database =
            json!({"parent": {"page_id": id}, "initial_data_source": {"properties": {"N": {"title": {}}}}});
        assert_eq!(client.post("/v1/databases", &database).status, 404);
    }
    let (database, source) = second.database(OTHER, "Table", &json!({"Name": {"title": {}}}));
    let row = second.row(&source, &json!({"Name": titled("row")}));
    for path in [
        format!("/v1/databases/{database}"),
        format!("/v1/data_sources/{source}"),
        format!("/v1/pages/{}", text(&row["id"])),
    ] {
        assert_eq!(first.get(&path).status, 404, "{path}");
        assert_eq!(second.get(&path).status, 200, "{path}");
    }
    let query = format!("/v1/data_sources/{source}/query");
    assert_eq!(first.post(&query, &json!({})).status, 404);
    let me = second.get("/v1/users/me").ok();
    assert_eq!(
        (
            &me["name"],
            &me["bot"]["workspace_id"],
            &me["bot"]["workspace_name"]
        ),
        (&json!("Second bot"), &json!(SECOND), &json!("Second"))
    );
    assert_eq!(first.get(&format!("/v1/users/{GRACE}")).status, 404);
    assert_eq!(second.get(&format!("/v1/users/{ADA}")).ok()["name"], "ada");
}

#[test]
fn a_dump_has_all_workspaces_and_a_reset_brings_them_back() {
    let sim = start(Sim::builder().seed(two()));
    let second = Client::with_token(&sim, "ntn_second");
    let before = sim.state();
    let new = json!({"parent": {"page_id": OTHER}, "properties": {"title": titled("New")}});
    second.post("/v1/pages", &new).ok();
    assert!(sim.unshare_from("Reader", INNER));
    let dump = sim.state();
    assert_ne!(dump, before);
    assert!(!dump.to_string().contains("ntn_"), "tokens are not in dumps");
    assert_eq!(dump["workspaces"][0]["workspace"]["name"], "Second");
    assert_eq!(dump["guests"], json!([GUEST]));

    let copy = start(Sim::builder().seed(dump.clone()));
    assert!(
        copy.state() == dump,
        "a copy differs from what it was copied from"
    );
    assert_eq!(
        Client::with_token(&copy, "ntn_second").get("/v1/users/me").status,
        401
    );

    sim.reset();
    assert!(sim.state() == before);
    assert_eq!(titles_found(&second), ["In the second"]);
    sim.seed(&dump).expect("a seed");
    assert_eq!(
        titles_found(&second),
        ["In the second", "New"],
        "connections that come without tokens keep those they had"
    );
    let reader = Client::with_token(&sim, "ntn_reader");
    assert_eq!(titles_found(&reader), Vec::<String>::new());
}

#[test]
fn a_data_file_keeps_workspaces_tokens_and_what_is_shared() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state.json");
    let reader = Connection::internal("Builder's").token("ntn_builder");
    let builder = || Sim::builder().data_file(&file).connection(reader.clone());
    let sim = start(builder().seed(two()));
    let bot = Client::with_token(&sim, "ntn_builder").get("/v1/users/me").ok()["id"].clone();
    assert!(sim.unshare_from("Builder's", PAGE));
    let before = sim.state();
    drop(sim);
    let sim = start(builder());
    assert!(sim.state() == before);
    let client = Client::with_token(&sim, "ntn_builder");
    assert_eq!(client.get("/v1/users/me").ok()["id"], bot);
    assert_eq!(client.get(&format!("/v1/pages/{PAGE}")).status, 404);
    assert_eq!(
        titles_found(&Client::with_token(&sim, "ntn_second")),
        ["In the second"]
    );
}

#[test]
fn seeds_that_contradict_themselves_are_refused() {
    let sim = start(Sim::builder());
    let with = |change: fn(&mut Value)| {
        let mut seed = two();
        change(&mut seed);
        seed
    };
    for (seed, sentence) in [
        (
            with(|seed| seed["workspaces"][0]["pages"][0]["id"] = json!(PAGE)),
            "`workspaces[0]`: the id cccccccc-0000-4000-8000-000000000001 is used in another workspace.",
        ),
        (
            with(|seed| seed["workspaces"][0]["workspace"]["id"] = json!(FIRST)),
            "`workspaces[0]`: the workspace or its bot has the id of another.",
        ),
        (
            with(|seed| seed["workspaces"][0]["connections"] = json!([])),
            "`workspaces[0]`: `connections` is not a key",
        ),
        (
            with(|seed| seed["workspaces"] = json!([5])),
            "`workspaces[0]`: expected an object, found 5.",
        ),
        (
            with(|seed| seed["workspaces"] = json!(5)),
            "`workspaces` should be a list, found 5.",
        ),
        (
            with(|seed| seed["connections"][1]["name"] = json!("Reader")),
            "`connections[1]`: there is another connection called Reader.",
        ),
        (
            with(|seed| seed["connections"][1]["workspaces"] = json!([ADA])),
            "`connections[1]`.workspaces names one that the document does not have.",
        ),
        (
            with(|seed| {
                seed["connections"][0]["bot_id"] = json!(INNER);
                seed["connections"][1]["bot_id"] = json!(INNER);
            }),
            "`connections[1]`.bot_id is the bot of another connection.",
        ),
        (
            with(|seed| seed["connections"][0]["type"] = json!("secret")),
            "`connections[0]`.type should be \"internal\", \"personal\" or \"public\", found \"secret\".",
        ),
        (
            with(|seed| seed["connections"][0]["nmae"] = json!("x")),
            "`connections[0]`.nmae is not a key",
        ),
        (
            with(|seed| seed["connections"][0]["name"] = json!("")),
            "`connections[0]`.name is missing.",
        ),
        (
            with(|seed| seed["connections"][0]["type"] = json!("public")),
            "`connections[0]`.client_id is missing.",
        ),
        (
            with(|seed| seed["connections"][0]["capabilities"] = json!(["fly"])),
            "`connections[0]`.capabilities should have names of capabilities (read_content, ",
        ),
        (
            with(|seed| seed["connections"][0]["tokens"] = json!([5])),
            "`connections[0]`.tokens should be a list of texts, found 5.",
        ),
        (
            with(|seed| seed["connections"][0]["shared"] = json!(["x"])),
            "`connections[0]`.shared should be a list of UUIDs, found \"x\".",
        ),
        (
            with(|seed| seed["connections"][2]["expires"] = json!("soon")),
            "`connections[2]`.expires should be a time, found \"soon\".",
        ),
        (
            with(|seed| seed["connections"][2]["owner"] = json!("nobody")),
            "`connections[2]`.owner should be \"user\" or \"workspace\", found \"nobody\".",
        ),
        (
            with(|seed| seed["oauth"] = json!({"settings": {"refresh_mode": "x"}})),
            "`oauth.settings`: `refresh_mode` should be one of strict",
        ),
    ] {
        let answer = control(&sim, "POST", "seed", &seed);
        assert_eq!(answer.status, 400, "{sentence}");
        assert!(text(&answer.json["error"]).contains(sentence), "{}", answer.text);
    }
    let lost = Connection::internal("Lost").workspace(SECOND);
    let refused = Sim::builder()
        .connection(lost)
        .start_blocking()
        .expect_err("no such workspace");
    assert!(
        refused.to_string().contains("no such workspace as `Lost` is in"),
        "{refused}"
    );
    let twice = || Connection::internal("Twice");
    let refused = Sim::builder()
        .connection(twice())
        .connection(twice())
        .start_blocking();
    let refused = refused.expect_err("two of one name");
    assert!(
        refused.to_string().contains("another one called `Twice`"),
        "{refused}"
    );
    let odd = Connection::internal("Odd").share("no id");
    let refused = Sim::builder()
        .connection(odd)
        .start_blocking()
        .expect_err("no id");
    assert!(
        refused.to_string().contains("should be a list of UUIDs"),
        "{refused}"
    );
}

#[test]
fn every_connection_sees_what_was_shared_with_it() {
    let sim = start(Sim::builder().seed(two()));
    let reader = Client::with_token(&sim, "ntn_reader");
    assert_eq!(titles_found(&reader), ["Inside"]);
    assert_eq!(reader.get(&format!("/v1/pages/{PAGE}")).status, 404);
    let me = reader.get("/v1/users/me").ok();
    assert_eq!(
        (&me["name"], &me["bot"]["owner"]["type"]),
        (&json!("Reader"), &json!("workspace"))
    );
    let missing = reader.get(&format!("/v1/pages/{PAGE}"));
    assert_eq!(missing.json["additional_data"]["integration_id"], me["id"]);
    assert!(missing.message().contains("\"Reader\""), "{}", missing.text);
    let ids = |answer: Answer| {
        let users = answer.ok()["results"].as_array().expect("users").clone();
        users.iter().map(|user| text(&user["id"])).collect::<Vec<_>>()
    };
    let listed = ids(reader.get("/v1/users"));
    assert!(listed.contains(&text(&me["id"])) && !listed.contains(&GUEST.to_owned()));
    assert_eq!(
        reader.get(&format!("/v1/users/{GUEST}")).ok()["name"],
        "gus",
        "guests are not unknown"
    );

    // By Rust and by the control endpoint, for this connection and for the internal one of the workspace.
    let share = |body: Value| control(&sim, "POST", "share", &body);
    assert!(sim.share_with("Reader", PAGE));
    assert_eq!(titles_found(&reader), ["In the first", "Inside"]);
    let off = share(json!({"id": PAGE, "connection": me["id"], "on": false})).ok();
    assert_eq!(off["changed"], true);
    assert_eq!(titles_found(&reader), ["Inside"]);
    let internal = Client::new(&sim);
    assert!(sim.unshare(PAGE));
    assert_eq!(
        titles_found(&internal),
        Vec::<String>::new(),
        "what is inside goes along"
    );
    assert_eq!(share(json!({"id": INNER, "on": true})).ok()["changed"], true);
    assert_eq!(titles_found(&internal), ["Inside"]);
    assert_eq!(share(json!({"id": OTHER, "on": false})).ok()["changed"], true);
    assert_eq!(
        titles_found(&Client::with_token(&sim, "ntn_second")),
        Vec::<String>::new()
    );
    assert_eq!(
        titles_found(&Client::with_token(&sim, "ntn_far")),
        ["In the second"]
    );

    for (body, status) in [
        (json!({"id": "x", "on": true}), 400),
        (json!({"id": PAGE}), 400),
        (json!([]), 400),
        (json!({"id": ADA, "on": true}), 404),
        (json!({"id": PAGE, "on": true, "connection": "Nobody"}), 404),
    ] {
        let answer = share(body);
        assert_eq!(answer.status, status, "{}", answer.text);
        assert!(answer.json["error"].is_string());
    }
    assert!(!sim.share_with("Nobody", PAGE) && !sim.share("x"));
}

#[test]
fn relations_to_what_is_not_shared_lead_nowhere() {
    let sim = start(Sim::builder().seed(two()));
    let owner = Client::new(&sim);
    let (_, people) = owner.database(PAGE, "People", &json!({"Name": {"title": {}}}));
    let relation = json!({"Name": {"title": {}}, "N": {"number": {}},
                          "Who": {"relation": {"data_source_id": people, "single_property": {}}}});
    let (tasks_database, tasks) = owner.database(PAGE, "Tasks", &relation);
    let ada = text(&owner.row(&people, &json!({"Name": titled("Ada")}))["id"]);
    let task = owner.row(
        &tasks,
        &json!({"Name": titled("Task"), "Who": {"relation": [{"id": ada}]}}),
    );
    let path = format!("/v1/pages/{}", text(&task["id"]));
    assert_eq!(
        owner.get(&path).ok()["properties"]["Who"]["relation"],
        json!([{"id": ada}])
    );

    let reader = Client::with_token(&sim, "ntn_reader");
    assert!(sim.share_with("Reader", &tasks_database));
    let query = format!("/v1/data_sources/{tasks}/query");
    let who = text(&task["properties"]["Who"]["id"]);
    let seen = || {
        let rows = reader.post(&query, &json!({})).ok();
        let page = reader.get(&path).ok();
        assert_eq!(rows["results"][0]["properties"], page["properties"]);
        let item = reader.get(&format!("{path}/properties/{who}")).ok();
        let schema = reader.get(&format!("/v1/data_sources/{tasks}")).ok();
        let listed = schema["properties"].get("Who").is_some();
        let count = item["results"].as_array().map(Vec::len);
        (page["properties"]["Who"].clone(), count, listed)
    };
    let (cell, count, listed) = seen();
    assert_eq!(
        (&cell["relation"], &cell["has_more"]),
        (&json!([]), &json!(false))
    );
    assert_eq!((count, listed), (Some(0), false));
    let linked = json!({"filter": {"property": who, "relation": {"contains": ada}}});
    assert_eq!(owner.titles(&tasks, &linked), ["Task"]);
    assert_eq!(reader.titles(&tasks, &linked), Vec::<String>::new());
    // Writing something else leaves what is hidden as it was.
    let renamed = json!({"properties": {"Name": titled("Renamed")}});
    reader.patch(&path, &renamed).ok();
    assert_eq!(
        owner.get(&path).ok()["properties"]["Who"]["relation"],
        json!([{"id": ada}])
    );
    let link = json!({"properties": {"Who": {"relation": [{"id": ada}]}}});
    assert_eq!(reader.patch(&path, &link).status, 404);

    // A row can be taken away by itself.
    assert!(sim.unshare(&ada));
    assert_eq!(owner.titles(&people, &json!({})), Vec::<String>::new());
    assert!(sim.share(&ada));
    assert_eq!(owner.titles(&people, &json!({})), ["Ada"]);

    assert!(sim.share_with("Reader", &people));
    let (cell, count, listed) = seen();
    assert_eq!(
        (&cell["relation"], count, listed),
        (&json!([{"id": ada}]), Some(1), true)
    );
}

#[test]
fn a_personal_access_token_acts_for_a_user_until_it_expires() {
    let sim = start(Sim::builder().seed(two()));
    sim.set_now("2026-06-30T23:59:59Z".parse().expect("a time"));
    let grace = Client::with_token(&sim, "ntn_grace");
    let me = grace.get("/v1/users/me").ok();
    assert_eq!(me["bot"]["owner"]["user"]["id"], GRACE);
    assert_eq!(titles_found(&grace), ["In the second"]);
    let own = grace
        .post("/v1/pages", &json!({"properties": {"title": titled("Private")}}))
        .ok();
    assert_eq!(own["parent"]["type"], "workspace");
    let columns = json!({"Name": {"title": {}}, "Who": {"people": {}}});
    let (_, source) = grace.database(OTHER, "Tasks", &columns);
    for who in [ADA, GRACE] {
        grace.row(
            &source,
            &json!({"Name": titled(who), "Who": {"people": [{"id": who}]}}),
        );
    }
    let mine = json!({"filter": {"property": "Who", "people": {"contains": "me"}}});
    assert_eq!(grace.titles(&source, &mine), [GRACE]);
    let far = Client::with_token(&sim, "ntn_far");
    assert_eq!(
        far.titles(&source, &mine),
        Vec::<String>::new(),
        "an internal connection is nobody"
    );
    sim.set_now("2026-07-01T00:00:00Z".parse().expect("a time"));
    let answer = grace.get("/v1/users/me");
    assert_eq!((answer.status, answer.message()), (401, "API token is invalid."));

    // In Rust, without saying whose it is: the first person of the first workspace.
    let until = "2026-07-02T00:00:00Z".parse().expect("a time");
    let token = Connection::personal("Mine").token("ntn_mine").expires(until);
    let sim = start(Sim::builder().connection(token));
    let client = Client::with_token(&sim, "ntn_mine");
    sim.set_now("2026-07-01T00:00:00Z".parse().expect("a time"));
    let me = client.get("/v1/users/me").ok();
    assert_eq!(me["bot"]["owner"]["user"]["name"], "Ada Lovelace");
    sim.set_now(until);
    assert_eq!(client.get("/v1/users/me").status, 401);
}

#[test]
fn nothing_that_is_printed_tells_a_secret() {
    let connection =
        Connection::public("App", "client", "secret_CANARY_1").redirect_uri("http://localhost:1/");
    let internal = Connection::internal("In").token("ntn_CANARY_2");
    let mut seed = two();
    seed["bot"]["tokens"] = json!(["ntn_CANARY_3"]);
    let builder = Sim::builder()
        .token("ntn_CANARY_4")
        .seed(seed)
        .connection(connection)
        .connection(internal);
    let printed = format!("{builder:?}");
    assert!(!printed.contains("CANARY"), "{printed}");
    let sim = start(builder);
    for token in ["ntn_CANARY_2", "ntn_CANARY_3", "ntn_CANARY_4"] {
        Client::with_token(&sim, token).get("/v1/users/me").ok();
    }
    let url = format!("{}/v1/oauth/introspect", sim.base_url());
    send("POST", &url, &[], br#"{"token": "ntn_CANARY_5"}"#).expect("an answer");
    let oauth = format!("{:?}", sim.oauth());
    assert!(!oauth.contains("secret_"), "{oauth}");
    for printed in [
        format!("{sim:?}"),
        format!("{:?}", sim.requests()),
        sim.state().to_string(),
        sim.oauth_report().to_string(),
    ] {
        assert!(!printed.contains("CANARY"), "{printed}");
    }
}

#[test]
fn what_is_hidden_inside_a_page_is_not_among_its_blocks() {
    let sim = start(Sim::builder().seed(two()));
    let client = Client::new(&sim);
    let children = || client.get(&format!("/v1/blocks/{PAGE}/children")).ok()["results"].clone();
    assert_eq!(children()[0]["id"], INNER);
    assert!(sim.unshare(INNER));
    assert_eq!(children(), json!([]));
}
