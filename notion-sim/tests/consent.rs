//! The consent page: who gives consent, where, to what, and what differs by connection.

mod common;

use common::oauth::{App, CALLBACK, code_in, form, get};
use common::{Answer, Client, send, start, text, titled};
use notion_sim::{Capability, Connection, Sim};
use serde_json::{Value, json};

/// Two workspaces with two people each.
fn two() -> Value {
    let person = |id: u8, name: &str| {
        json!({"object": "user", "id": user(id), "name": name, "avatar_url": null, "type": "person",
               "person": {"email": format!("{name}@example.com")}})
    };
    let page = |id: u8, title: &str| {
        json!({"object": "page", "id": user(id), "parent": {"type": "workspace", "workspace": true},
               "properties": {"title": {"id": "title", "type": "title", "title": [
                   {"type": "text", "text": {"content": title, "link": null}, "plain_text": title}]}}})
    };
    json!({
        "format": "notion-sim-seed/1",
        "workspace": {"id": user(1), "name": "First"},
        "users": [person(11, "ada"), person(12, "bob")],
        "pages": [page(21, "First page"), page(23, "Template & <co>")],
        "workspaces": [{
            "workspace": {"id": user(2), "name": "Second <b>", "icon": "https://example.com/icon.png"},
            "users": [person(13, "cyd"), person(14, "dan")],
            "pages": [page(22, "Second page")],
        }],
    })
}

fn user(number: u8) -> String {
    format!("aaaaaaaa-0000-4000-8000-0000000000{number:02}")
}

#[test]
fn the_person_chooses_who_and_where() {
    let sim = start(Sim::builder().seed(two()).redirect_uri(CALLBACK));
    let app = App::new(&sim);
    let page = app.page();
    assert!(page.text.contains("wants to connect to First") && page.text.contains("You are ada"));
    assert!(!page.text.contains("<script") && !page.text.contains("Second <b>"));
    // The links on the page lead to the same page for somebody else.
    let link = |page: &Answer, part: &str| {
        let links = page.text.split("<a href=\"").skip(1);
        let link = links
            .filter_map(|link| link.split_once('"'))
            .find(|(_, rest)| rest.contains(part));
        let (path, _) = link.unwrap_or_else(|| panic!("no link for {part}"));
        get(&format!("{}{}", sim.base_url(), path.replace("&amp;", "&")))
    };
    let second = link(&page, ">Second &lt;b&gt;<");
    assert!(second.text.contains("wants to connect to Second &lt;b&gt;"));
    assert!(second.text.contains("You are cyd") && second.text.contains("Second page"));
    assert!(!second.text.contains("First page"));
    let dan = link(&second, ">dan<");
    assert!(dan.text.contains("You are dan"));
    let answer = app.decide(
        &dan.text,
        "allow",
        &[format!("page={}", user(22)), format!("page={}", user(21))],
    );
    let grant = app.exchange(&code_in(&answer), Some(CALLBACK)).ok();
    assert_eq!(
        (
            &grant["workspace_id"],
            &grant["workspace_name"],
            &grant["workspace_icon"]
        ),
        (
            &json!(user(2)),
            &json!("Second <b>"),
            &json!("https://example.com/icon.png")
        )
    );
    assert_eq!(grant["owner"]["user"]["id"], user(14));
    let client = Client::with_token(&sim, &text(&grant["access_token"]));
    assert_eq!(client.get(&format!("/v1/pages/{}", user(22))).status, 200);
    assert_eq!(client.get(&format!("/v1/pages/{}", user(21))).status, 404);
    assert_eq!(client.get("/v1/users/me").ok()["bot"]["workspace_id"], user(2));
    assert_eq!(link(&page, ">bob<").status, 400, "the page works once");

    // A form without these fields is that of the first person in the first workspace.
    let page = app.page();
    let (_, rest) = page
        .text
        .split_once("name=\"consent\" value=\"")
        .expect("a consent page");
    let consent = rest.split('"').next().unwrap_or_default();
    let url = format!("{}/_sim/oauth/consent", sim.base_url());
    let answer = form(&url, &format!("consent={consent}&decision=allow"), None);
    let plain = app.exchange(&code_in(&answer), Some(CALLBACK)).ok();
    assert_eq!(
        (&plain["workspace_id"], &plain["owner"]["user"]["id"]),
        (&json!(user(1)), &json!(user(11)))
    );
    assert_ne!(plain["bot_id"], grant["bot_id"]);
    let stranger = app.page();
    let answer = app.decide(&stranger.text.replace(&user(11), &user(13)), "allow", &[]);
    assert_eq!(answer.status, 400, "somebody who is not in that workspace");

    // Without the page.
    let approve = |body: Value| {
        let url = format!("{}/_sim/auto-approve", sim.base_url());
        send("POST", &url, &[], body.to_string().as_bytes()).expect("an answer")
    };
    approve(json!({"on": true, "workspace": user(2)})).ok();
    assert_eq!(app.grant()["owner"]["user"]["id"], user(13));
    approve(json!({"on": true, "user": user(12)})).ok();
    assert_eq!(app.grant()["owner"]["user"]["id"], user(12));
    assert!(sim.auto_approve_as(&user(2), &user(14)));
    let again = app.grant();
    assert_eq!(
        again["bot_id"], grant["bot_id"],
        "one bot for a user in a workspace"
    );
    assert!(sim.auto_approve_as(&user(1), &user(14)));
    assert_eq!(
        get(&app.authorize_url(CALLBACK, "s")).status,
        400,
        "no such person there"
    );
    assert_eq!(approve(json!({"on": true, "user": 5})).status, 400);
    assert!(!sim.auto_approve_as("x", "y"));
}

#[test]
fn connections_differ_in_what_was_registered() {
    let app = Connection::public("Else", "else", "secret_else")
        .redirect_uri(CALLBACK)
        .redirect_uri("http://localhost:9998/")
        .workspace(user(2))
        .capabilities([Capability::ReadContent, Capability::InsertContent]);
    let old = Connection::public("Old", "old", "secret_old")
        .redirect_uri(CALLBACK)
        .reuses_tokens()
        .owned_by_workspace();
    let none = Connection::public("None", "none", "secret_none")
        .redirect_uri(CALLBACK)
        .workspace(user(9));
    let builder = Sim::builder().seed(two()).redirect_uri(CALLBACK);
    let sim = start(builder.connection(app).connection(old).connection(none));
    let own = App::new(&sim);
    let app = App::registered(&sim, "else", "secret_else");
    let old = App::registered(&sim, "old", "secret_old");
    let page = app.page();
    assert!(
        page.text.contains("Else wants to connect to Second"),
        "selected workspaces only"
    );
    for (part, shows) in [
        ("Read content", true),
        ("Update content", false),
        ("Not see who people are", true),
    ] {
        assert_eq!(page.text.contains(part), shows, "{part}");
    }
    let elsewhere = page.text.replace(&user(2), &user(1));
    assert_eq!(app.decide(&elsewhere, "allow", &[]).status, 400);
    let nowhere = get(&App::registered(&sim, "none", "secret_none").authorize_url(CALLBACK, "s"));
    assert_eq!((nowhere.status, nowhere.header("location")), (400, ""));
    assert!(
        nowhere.text.contains("cannot be installed here"),
        "{}",
        nowhere.text
    );

    // With two registered URIs the address has to name one, and so has the exchange.
    let short = app
        .authorize_url(CALLBACK, "s")
        .replace(&format!("&redirect_uri={CALLBACK}"), "");
    assert!(get(&short).text.contains("Missing or invalid redirect_uri."));
    sim.set_auto_approve(true);
    let code = app.code();
    assert_eq!(app.exchange(&code, None).json["error"], "invalid_request");
    assert_eq!(
        own.exchange(&code, Some(CALLBACK)).json["error_description"],
        "Invalid code."
    );
    let grant = app.exchange(&code, Some(CALLBACK)).ok();
    // Without user information the owner is partial.
    assert_eq!(
        grant["owner"],
        json!({"type": "user", "user": {"object": "user", "id": user(13)}})
    );
    let introspected = app
        .call("introspect", &json!({"token": grant["access_token"]}))
        .ok();
    assert_eq!(introspected["scope"], "read_content insert_content");
    // Tokens of one connection are nothing to another.
    assert!(!own.is_active(&grant["access_token"]) && !own.is_active(&grant["refresh_token"]));
    own.call("revoke", &json!({"token": grant["access_token"]})).ok();
    assert!(app.works(&grant["access_token"]));
    assert_eq!(
        own.refresh(&grant["refresh_token"]).json["error"],
        "invalid_grant"
    );
    assert!(app.is_active(&grant["refresh_token"]));
    let crossed = App::registered(&sim, "else", "secret_old");
    assert_eq!(crossed.refresh(&grant["refresh_token"]).status, 401);

    let first = old.grant();
    assert_eq!(first["owner"], json!({"type": "workspace", "workspace": true}));
    let me = Client::with_token(&sim, &text(&first["access_token"]))
        .get("/v1/users/me")
        .ok();
    assert_eq!(me["bot"]["owner"], first["owner"]);
    let again = old.grant();
    for key in ["access_token", "refresh_token", "bot_id"] {
        assert_eq!(again[key], first[key], "{key}");
    }
    old.call("revoke", &json!({"token": first["access_token"]})).ok();
    assert_ne!(old.grant()["access_token"], first["access_token"]);
}

#[test]
fn a_template_is_duplicated_when_the_code_is_exchanged() {
    let connection = Connection::public("Templates", "t", "secret_t")
        .redirect_uri(CALLBACK)
        .template(user(23));
    let sim = start(Sim::builder().seed(two()).connection(connection));
    let owner = Client::new(&sim);
    let template = format!("/v1/blocks/{}/children", user(23));
    let (_, tasks) = owner.database(
        &user(23),
        "Tasks",
        &json!({"Name": {"title": {}}, "N": {"number": {}}}),
    );
    owner.row(&tasks, &json!({"Name": titled("row"), "N": {"number": 5}}));
    assert_eq!(
        owner.get(&template).ok()["results"].as_array().map(Vec::len),
        Some(1)
    );

    let app = App::registered(&sim, "t", "secret_t");
    let page = app.page();
    assert!(
        page.text
            .contains("A copy of its template, Template &amp; &lt;co&gt;"),
        "{}",
        page.text
    );
    let before = sim.state();
    let answer = app.decide(
        &page.text,
        "allow",
        &["template=duplicate".to_owned(), format!("page={}", user(21))],
    );
    assert!(sim.state() == before, "an abandoned flow leaves nothing");
    let grant = app.exchange(&code_in(&answer), Some(CALLBACK)).ok();
    let copy = text(&grant["duplicated_template_id"]);
    assert_ne!(copy, user(23));
    let client = Client::with_token(&sim, &text(&grant["access_token"]));
    let page = client.get(&format!("/v1/pages/{copy}")).ok();
    assert_eq!(common::title(&page), "Template & <co>");
    assert_eq!(page["parent"]["type"], "workspace");
    assert_eq!(page["created_by"]["id"], user(11));
    assert!(text(&page["url"]).ends_with(&copy.replace('-', "")));
    assert_eq!(
        client.get(&format!("/v1/pages/{}", user(21))).status,
        404,
        "copies or pages, not both"
    );
    assert_eq!(client.get(&format!("/v1/pages/{}", user(23))).status, 404);
    let inside = client.get(&format!("/v1/blocks/{copy}/children")).ok();
    let database = text(&inside["results"][0]["id"]);
    let database = client.get(&format!("/v1/databases/{database}")).ok();
    let source = text(&database["data_sources"][0]["id"]);
    assert_ne!(source, tasks);
    let n = json!({"filter": {"property": "N", "number": {"equals": 5}}});
    assert_eq!(client.titles(&source, &n), ["row"]);
    assert_eq!(owner.titles(&tasks, &n), ["row"]);

    let refreshed = app.refresh(&grant["refresh_token"]).ok();
    assert_eq!(refreshed["duplicated_template_id"], copy);
    let page = app.page();
    let answer = app.decide(
        &page.text,
        "allow",
        &["template=pick".to_owned(), format!("page={}", user(21))],
    );
    let picked = app.exchange(&code_in(&answer), Some(CALLBACK)).ok();
    assert_eq!(picked["duplicated_template_id"], Value::Null);
    let client = Client::with_token(&sim, &text(&picked["access_token"]));
    assert_eq!(client.get(&format!("/v1/pages/{}", user(21))).status, 200);
    assert_eq!(client.get(&format!("/v1/pages/{copy}")).status, 404);
    sim.set_auto_approve(true);
    assert!(app.grant()["duplicated_template_id"].is_string());
}
