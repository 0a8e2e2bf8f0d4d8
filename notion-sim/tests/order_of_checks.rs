//! The order in which a request is checked, and what each refusal says.

mod common;

use common::{Answer, Client, VERSION, send, start, text};
use notion_sim::Sim;
use serde_json::json;

const ID: &str = "7855b161-f63e-4683-b7c7-8ca6e97ee266";

fn raw(sim: &Sim, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    send(method, &format!("{}{path}", sim.base_url()), headers, b"").expect("an answer")
}

#[test]
fn address_then_credential_then_version_then_shape_then_access() {
    let sim = start(Sim::builder());
    let nothing: &[(&str, &str)] = &[];
    for (method, path) in [
        ("GET", "/v1/nonsense"),
        ("PUT", "/v1/users/me"),
        ("GET", "/v1/users/me//"),
        ("GET", "/nonsense"),
    ] {
        let answer = raw(&sim, method, path, nothing);
        assert_eq!(
            (answer.status, answer.code()),
            (400, "invalid_request_url"),
            "{method} {path}"
        );
    }
    let answer = raw(&sim, "GET", "/v1/users/me", nothing);
    assert_eq!((answer.status, answer.message()), (401, "API token is invalid."));
    let answer = raw(
        &sim,
        "GET",
        "/v1/users/me",
        &[("authorization", "Bearer invalid-token")],
    );
    assert_eq!((answer.status, answer.code()), (401, "unauthorized"));
    let answer = raw(
        &sim,
        "GET",
        "/v1/users/me",
        &[("authorization", "Bearer secret_sim more")],
    );
    assert_eq!(
        answer.message(),
        "Authorization header must use the format \"Bearer <token>\"."
    );
    let answer = raw(
        &sim,
        "GET",
        "/v1/pages/x",
        &[("authorization", "bearer \t secret_sim")],
    );
    assert_eq!(
        (answer.code(), answer.message()),
        (
            "missing_version",
            "Notion-Version header failed validation: Notion-Version header should be defined, instead was `undefined`."
        )
    );
    let answer = Client::at_version(&sim, "2020-01-01").get("/v1/pages/x");
    assert_eq!(answer.code(), "missing_version");
    assert!(
        answer
            .message()
            .contains("`\"2026-03-11\"`, instead was `\"2020-01-01\"`."),
        "{}",
        answer.message()
    );
    let client = Client::new(&sim);
    let answer = client.get("/v1/pages/12345678-1234-1234-1234-123456789abc");
    assert_eq!(
        answer.message(),
        "path failed validation: path.page_id should be a valid uuid, instead was `\"12345678-1234-1234-1234-123456789abc\"`."
    );
    let answer = client.patch(&format!("/v1/pages/{ID}"), &json!({"colour": "red"}));
    assert_eq!(
        answer.message(),
        "body failed validation: body.colour should be not present, instead was `\"red\"`.",
        "the shape is checked before the page is looked for"
    );
    let answer = client.get(&format!("/v1/pages/{}", ID.replace('-', "").to_uppercase()));
    assert_eq!((answer.status, answer.code()), (404, "object_not_found"));
    assert_eq!(
        answer.message(),
        format!(
            "Could not find page with ID: {ID}. Make sure the relevant pages and databases are shared with your \
             integration \"Notion Sim\"."
        )
    );
    assert!(answer.json["additional_data"]["integration_id"].is_string());
}

#[test]
fn envelopes_carry_the_request_id_last_and_in_the_header() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    for answer in [
        client.get("/v1/users/me/"),
        client.get("/v1/nonsense"),
        client.post("/v1/search", &json!({"query": 5})),
    ] {
        let last = answer.json.as_object().and_then(|body| body.iter().next_back());
        let (key, id) = last.expect("a key");
        assert_eq!(key, "request_id");
        assert_eq!(answer.header("x-notion-request-id"), id);
        assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
    }
    let answer = client.post("/v1/search", &json!({"query": 5}));
    let keys: Vec<&String> = answer.json.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["object", "status", "code", "message", "request_id"]);
}

#[test]
fn bodies_are_checked_in_the_order_of_the_endpoint() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let answer = client.post(
        "/v1/search",
        &json!({"filter": {"property": "object", "value": "x"}, "query": 5}),
    );
    assert_eq!(
        answer.message(),
        "body failed validation: body.query should be a string or `undefined`, instead was `5`."
    );
    let bearer = format!("Bearer {}", sim.token());
    let headers = [("authorization", bearer.as_str()), ("notion-version", VERSION)];
    let url = format!("{}/v1/search", sim.base_url());
    let answer = send("POST", &url, &headers, b"{nonsense").expect("an answer");
    assert_eq!((answer.status, answer.code()), (400, "invalid_json"));
    assert_eq!(answer.message(), "Error parsing JSON body.");
    let answer = send("POST", &url, &headers, b"[]").expect("an answer");
    assert_eq!(
        answer.message(),
        "body failed validation: body should be an object, instead was `[]`."
    );
    let answer = send("POST", &url, &headers, &vec![b' '; 600_000]).expect("an answer");
    assert_eq!(answer.status, 413);
}

#[test]
fn versions_decide_routes_and_fields() {
    let sim = start(Sim::builder());
    let new = Client::new(&sim);
    let page = new.get(&format!("/v1/pages/{}", sim.parent_page_id())).ok();
    assert!(page.get("archived").is_none());
    assert_eq!(page["in_trash"], false);
    let middle = Client::at_version(&sim, "2025-09-03")
        .get(&format!("/v1/pages/{}", sim.parent_page_id()))
        .ok();
    let keys: Vec<&String> = middle.as_object().expect("an object").keys().collect();
    assert_eq!(keys[keys.len() - 2..], ["archived", "request_id"]);

    let old = Client::at_version(&sim, "2022-06-28");
    let answer = old.get(&format!("/v1/data_sources/{ID}"));
    assert_eq!((answer.status, answer.code()), (400, "invalid_request_url"));
    let answer = new.post(&format!("/v1/databases/{ID}/query"), &json!({}));
    assert_eq!((answer.status, answer.code()), (400, "invalid_request_url"));
    let answer = old.post(&format!("/v1/databases/{ID}/query"), &json!({}));
    assert_eq!((answer.status, answer.code()), (404, "object_not_found"));
    let trashed = new.patch(
        &format!("/v1/pages/{}", sim.parent_page_id()),
        &json!({"archived": true}),
    );
    assert_eq!(
        trashed.message(),
        "body failed validation: body.archived should be not present, instead was `true`."
    );
}

#[test]
fn what_is_not_there_yet_says_so() {
    let sim = start(Sim::builder());
    let path = "/v1/agents/query";
    let answer = Client::new(&sim).post(path, &json!({}));
    assert_eq!(
        (answer.status, answer.json["object"].as_str()),
        (501, Some("error"))
    );
    assert_eq!(
        answer.header("x-notion-sim-unimplemented"),
        "POST /v1/agents/query"
    );
    let answer = Client::with_token(&sim, "wrong").post(path, &json!({}));
    assert_eq!(answer.status, 401, "even there the credential comes first");
}

#[test]
fn users() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let me = client.get("/v1/users/me").ok();
    assert_eq!(
        me["bot"]["owner"],
        json!({"type": "workspace", "workspace": true})
    );
    let all = client.get("/v1/users?page_size=1").ok();
    assert_eq!(
        (all["results"].as_array().map(Vec::len), all["has_more"].as_bool()),
        (Some(1), Some(true))
    );
    let rest = client
        .get(&format!("/v1/users?start_cursor={}", text(&all["next_cursor"])))
        .ok();
    assert_eq!(rest["results"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        client.get("/v1/users?start_cursor=abc").message(),
        "The start_cursor provided is invalid: abc"
    );
    let answer = client.get(&format!("/v1/users/{ID}"));
    assert!(answer.message().starts_with(&format!(
        "Could not find user with ID: {ID}. Make sure your integration"
    )));
}
