//! Programs without the client secret, and the server that has it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Method, Request, Response};
use notion_core::transport::{Transport, TransportError};
use notion_core::{BoxFuture, TokenProvider as _};
use notion_oauth::broker::Broker;
use notion_oauth::{
    ClientId, Connection, ErrorKind, Grant, GrantId, Key, KeyId, KeyRing, Loopback, RedirectUri, Start,
    Workspaces,
};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::fake::{self, Answer, CLIENT_ID, CODE, Fake, GRANTED, SECRET, reply, reply_with};

const BASIC: &str =
    "Basic NDYzNTU4YTMtNzI1ZS00ZjM3LWI2ZDMtMDg4OTg5NGY2OGRlOnNlY3JldF95b3VfZm91bmRfbXlfZmFrZV9zZWNyZXQ=";

fn keys(byte: u8) -> KeyRing {
    KeyRing::new(Key::from_bytes(KeyId::new("k").unwrap(), [byte; 32]))
}

fn broker(notion: &Fake) -> Broker {
    let connection = fake::builder_to(notion, "https://login.example.com/notion/callback");
    Broker::new(connection.build().unwrap(), keys(7)).unwrap()
}

async fn ask(broker: &Broker, method: Method, path: &str, body: &str) -> Response<String> {
    let request = Request::builder().method(method).uri(path).body(()).unwrap();
    broker.respond(&request.into_parts().0, body.as_bytes()).await
}

async fn come_back(broker: &Broker, query: &str) -> Response<String> {
    ask(broker, Method::GET, &format!("/notion/callback?{query}"), "").await
}

/// The way of a program to the broker, and to Notion for all else. It keeps what the program sends to the broker.
#[derive(Clone)]
struct Network {
    notion: Fake,
    broker: Arc<Broker>,
    sent: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl Network {
    fn new(notion: &Fake) -> Self {
        Self {
            notion: notion.clone(),
            broker: Arc::new(broker(notion)),
            sent: Arc::default(),
        }
    }

    fn connection(&self) -> Connection {
        let id = ClientId::new(CLIENT_ID).unwrap();
        let brokered = Connection::brokered(id, "https://login.example.com/notion/").unwrap();
        brokered.transport(self.clone()).build().unwrap()
    }
}

impl Transport for Network {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        if request.uri().host() != Some("login.example.com") {
            return self.notion.send(request);
        }
        self.sent.lock().unwrap().push(request.clone());
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            Ok(self.broker.respond(&parts, &body).await.map(Bytes::from))
        })
    }
}

/// Goes where a response sends a browser, which is always this machine, and gives the page there.
async fn follow(response: &Response<String>) -> String {
    let location = url::Url::parse(response.headers()["location"].to_str().unwrap()).unwrap();
    assert_eq!(
        (location.scheme(), location.host_str()),
        ("http", Some("127.0.0.1"))
    );
    let port = location.port().unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let target = &location[url::Position::BeforePath..];
    let request = format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).await.unwrap();
    page
}

#[tokio::test]
async fn t28_a_program_without_the_secret_gets_tokens_through_a_broker_and_refreshes_them() {
    let notion = Fake::default();
    let network = Network::new(&notion);
    let connection = network.connection();
    let landing = RedirectUri::new("http://127.0.0.1:0/callback").unwrap();
    let loopback = Loopback::bind(&landing).await.unwrap();
    let pending = loopback.authorize(&connection).unwrap();
    let pairs = fake::pairs(pending.url());
    assert!(pairs.contains(&(
        "redirect_uri".to_owned(),
        "https://login.example.com/notion/callback".to_owned()
    )));
    let (state, port) = (fake::state(&pending), loopback.port());
    assert!(
        state.len() > 43 && state.ends_with(&format!(".{port}")),
        "{state}"
    );

    let broker = Arc::clone(&network.broker);
    let asked = notion.clone();
    let browser = tokio::spawn(async move {
        let back = come_back(&broker, &format!("code={CODE}&state={state}")).await;
        assert_eq!(back.status(), 303);
        assert!(
            !format!("{back:?}").contains(CODE),
            "the code is in no address but Notion's"
        );
        assert!(
            asked.requests().is_empty(),
            "nothing is sent before the verifier is there"
        );
        asked.then(reply(200, GRANTED));
        follow(&back).await
    });
    let grant = loopback.receive(&pending).await.unwrap().into_grant().unwrap();
    assert!(browser.await.unwrap().contains("Acme is connected."));
    assert_eq!(grant.expose_raw(), GRANTED);
    let exchange = notion.requests().remove(0);
    assert_eq!(exchange.headers()["authorization"], BASIC);
    assert_eq!(
        std::str::from_utf8(exchange.body()).unwrap(),
        format!(
            r#"{{"grant_type":"authorization_code","code":"{CODE}","redirect_uri":"https://login.example.com/notion/callback"}}"#
        )
    );

    let workspaces = Workspaces::builder(connection).in_memory().open().await.unwrap();
    workspaces.install(&grant).await.unwrap();
    notion.then(reply(200, GRANTED.replace("CANARYACCESS", "CANARYNEW")));
    let provider = workspaces.provider(grant.bot_id().clone());
    let token = provider.renew(grant.token()).await.unwrap().unwrap();
    assert_eq!(token.expose(), "ntn_CANARYNEW");
    for answer in [r#"{"active":true}"#, "{}", "{}"] {
        notion.then(reply(200, answer));
    }
    assert!(workspaces.introspect(grant.bot_id()).await.unwrap().is_active());
    workspaces.uninstall(grant.bot_id()).await.unwrap();

    let of_program = network.sent.lock().unwrap().clone();
    let paths: Vec<_> = of_program.iter().map(|request| request.uri().path()).collect();
    assert_eq!(
        paths,
        ["token", "token", "introspect", "revoke", "revoke"].map(|name| format!("/notion/{name}"))
    );
    for request in &of_program {
        assert!(!request.headers().contains_key("authorization"));
        assert!(!String::from_utf8_lossy(request.body()).contains(SECRET));
    }
    for request in notion.requests() {
        assert_eq!(request.headers()["authorization"], BASIC);
    }
    // There is no other way to begin a flow of it.
    let error = workspaces.start(Start::new(), None).await.unwrap_err();
    assert!(error.to_string().contains("Loopback::authorize"), "{error}");
    assert!(network.connection().authorize().unwrap_err().is_configuration());
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// The ticket that a browser gets.
async fn ticket(broker: &Broker, verifier: &str) -> String {
    let state = format!("{}.8080", challenge(verifier));
    let back = come_back(broker, &format!("code={CODE}&state={state}")).await;
    let location = back.headers()["location"].to_str().unwrap();
    fake::pairs(location)
        .into_iter()
        .find(|(key, _)| key == "code")
        .unwrap()
        .1
}

fn exchange(ticket: &str, verifier: &str) -> String {
    serde_json::json!({"grant_type": "authorization_code", "code": ticket, "code_verifier": verifier})
        .to_string()
}

/// Notion wants it in both requests or in neither, and they come from two programs that are set up apart.
#[tokio::test]
async fn t28_both_sides_name_the_redirect_uri_whatever_each_does_elsewhere() {
    let notion = Fake::granting();
    let uri = "https://login.example.com/notion/callback";
    let server = fake::builder_to(&notion, uri).omit_redirect_uri();
    let server = Broker::new(server.build().unwrap(), keys(7)).unwrap();
    let program = Connection::brokered(
        ClientId::new(CLIENT_ID).unwrap(),
        "https://login.example.com/notion",
    );
    let program = program.unwrap().omit_redirect_uri().build().unwrap();
    let landing = RedirectUri::new("http://127.0.0.1:0/callback").unwrap();
    let loopback = Loopback::bind(&landing).await.unwrap();
    let pending = loopback.authorize(&program).unwrap();
    assert!(fake::pairs(pending.url()).contains(&("redirect_uri".to_owned(), uri.to_owned())));

    let ticket = ticket(&server, "verifier").await;
    let answer = ask(&server, Method::POST, "/token", &exchange(&ticket, "verifier")).await;
    assert_eq!(answer.status(), 200);
    let sent: serde_json::Value = serde_json::from_slice(notion.requests()[0].body()).unwrap();
    assert_eq!(sent["redirect_uri"], uri);
}

#[tokio::test]
async fn a_check_up_of_a_program_says_whether_its_broker_is_well() {
    let notion = Fake::answering(reply(200, r#"{"active":false}"#));
    let network = Network::new(&notion);
    let said = network.connection().doctor().await.to_string();
    assert!(
        said.starts_with(
            "✓ The broker can be reached at https://login.example.com/notion\n\
             ✓ The client id and the client secret of the broker belong together\n"
        ),
        "{said}"
    );
}

#[tokio::test]
async fn t28_a_ticket_is_of_no_use_without_its_verifier_or_too_late() {
    let notion = Fake::default();
    let mine = broker(&notion);
    let good = ticket(&mine, "verifier").await;
    let late = broker(&notion).lifetime(Duration::ZERO);
    let late_ticket = ticket(&late, "verifier").await;
    let connection = fake::builder_to(&notion, "https://login.example.com/notion/callback")
        .build()
        .unwrap();
    let other_key = Broker::new(connection, keys(8)).unwrap();
    let other_client = Connection::builder(
        ClientId::new("other").unwrap(),
        notion_oauth::ClientSecret::new(SECRET).unwrap(),
        RedirectUri::new("https://login.example.com/notion/callback").unwrap(),
    );
    let other_client = Broker::new(other_client.transport(notion.clone()).build().unwrap(), keys(7)).unwrap();
    let cut = &good[..good.len() - 2];
    let begun = challenge("verifier");
    for (broker, ticket, verifier) in [
        (&mine, &*good, "another"),
        (&mine, &good, ""),
        (&mine, &good, &begun),
        (&mine, cut, "verifier"),
        (&mine, "", "verifier"),
        (&mine, CODE, "verifier"),
        (&late, &late_ticket, "verifier"),
        (&other_key, &good, "verifier"),
        (&other_client, &good, "verifier"),
    ] {
        let answer = ask(broker, Method::POST, "/notion/token", &exchange(ticket, verifier)).await;
        assert_eq!(
            (answer.status().as_u16(), &**answer.body()),
            (400, r#"{"error":"invalid_grant"}"#)
        );
    }
    let long = "x".repeat(9_000);
    for body in [
        "",
        "{}",
        "[]",
        r#"{"grant_type":"password"}"#,
        r#"{"grant_type":"refresh_token"}"#,
        &exchange(&long, "v"),
    ] {
        let answer = ask(&mine, Method::POST, "/notion/token", body).await;
        assert_eq!(
            (answer.status().as_u16(), &**answer.body()),
            (400, r#"{"error":"invalid_request"}"#)
        );
    }
    for (method, path) in [
        (Method::GET, "/notion/token"),
        (Method::POST, "/notion/callback"),
        (Method::POST, "/notion/revoke"),
        (Method::POST, "/notion/other"),
    ] {
        assert_eq!(ask(&mine, method, path, "{}").await.status(), 400);
    }
    assert!(notion.requests().is_empty());
    notion.then(reply(200, GRANTED));
    let answer = ask(&mine, Method::POST, "/notion/token", &exchange(&good, "verifier")).await;
    assert_eq!((answer.status().as_u16(), &**answer.body()), (200, GRANTED));
    assert!(!format!("{mine:?}").contains(SECRET));

    // And it is used up, whatever came of it.
    let answer = ask(&mine, Method::POST, "/notion/token", &exchange(&good, "verifier")).await;
    assert_eq!(answer.status(), 400);
    let unlucky = ticket(&mine, "verifier").await;
    notion.then(Answer::Lost);
    for _ in 0..2 {
        ask(
            &mine,
            Method::POST,
            "/notion/token",
            &exchange(&unlucky, "verifier"),
        )
        .await;
    }
    assert_eq!(notion.requests().len(), 2);
}

/// Whoever talks somebody else into allowing a flow learns nothing: the browser is sent to its own machine, and nowhere else.
#[tokio::test]
async fn t28_t2_t5_a_browser_is_sent_to_a_port_of_its_own_machine_alone() {
    let notion = Fake::default();
    let broker = broker(&notion);
    let right = challenge("v");
    let port = |port: &str| format!("{right}.{port}");
    for state in [
        String::new(),
        "x".to_owned(),
        right.clone(),
        port(""),
        port("80"),
        port("1023"),
        port("65536"),
        port("08080"),
        port("%2B8080"),
        port("8080@evil.example"),
        port("8080.evil.example"),
        port("8080%2F..%2F"),
        port("8080%0d%0aSet-Cookie:%20x=1"),
        format!("{}.8080", &right[1..]),
        format!("{}!.8080", &right[1..]),
    ] {
        for answer in ["code=c", "error=access_denied"] {
            let back = come_back(&broker, &format!("{answer}&state={state}")).await;
            assert_eq!(back.status(), 400, "{state}");
            assert!(!back.headers().contains_key("location"), "{state}");
            assert!(!back.body().contains("evil"));
        }
    }
    let state = port("8080");
    for query in [
        format!("code=c&error=e&state={state}"),
        format!("code=c&state={state}&iss=https://evil.example"),
        format!("code={}&state={state}", "x".repeat(300)),
    ] {
        assert_eq!(come_back(&broker, &query).await.status(), 400);
    }
    let denied = come_back(&broker, &format!("error=access_denied&state={state}")).await;
    assert_eq!(
        denied.headers()["location"],
        format!("http://127.0.0.1:8080/callback?error=access_denied&state={state}")
    );
    assert!(denied.headers()["location"].is_sensitive());
    for (header, value) in [("cache-control", "no-store"), ("referrer-policy", "no-referrer")] {
        assert_eq!(denied.headers()[header], value);
    }
    assert!(notion.requests().is_empty());
}

#[tokio::test]
async fn t28_a_program_hears_from_its_broker_whether_a_token_is_used_up() {
    let notion = Fake::default();
    let connection = Network::new(&notion).connection();
    let id = ClientId::new(CLIENT_ID).unwrap();
    let grant = Grant::restore(GrantId::generate(), id, jiff::Timestamp::now(), GRANTED).unwrap();
    let hostile = format!(r#"{{"error":"invalid_grant","error_description":"{SECRET}"}}"#);
    for (answer, kind) in [
        (reply(400, hostile), ErrorKind::InvalidGrant),
        (
            reply(401, r#"{"error":"invalid_client"}"#),
            ErrorKind::Configuration,
        ),
        (
            reply_with(429, &[("retry-after", "90")], "{}"),
            ErrorKind::RateLimited,
        ),
        (reply(500, "<html>"), ErrorKind::Unavailable),
        (reply(302, ""), ErrorKind::Unavailable),
        (Answer::NotSent, ErrorKind::Unavailable),
        (Answer::Lost, ErrorKind::OutcomeUnknown),
        (reply(200, "<html>"), ErrorKind::OutcomeUnknown),
    ] {
        notion.then(answer);
        let error = connection.refresh(&grant).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        let patience = (kind == ErrorKind::RateLimited).then_some(Duration::from_secs(90));
        assert_eq!(error.retry_after(), patience);
        assert!(
            !format!("{error:?}").contains(SECRET) && !error.needs_new_flow()
                || kind == ErrorKind::InvalidGrant
        );
    }
}

#[tokio::test]
async fn a_broker_and_its_programs_are_set_up_right_or_not_at_all() {
    for uri in [
        "https://example.com/notion/back",
        "https://example.com/notion/callback?x=1",
    ] {
        let connection = fake::builder_to(&Fake::default(), uri).build().unwrap();
        assert!(Broker::new(connection, keys(7)).unwrap_err().is_configuration());
    }
    let id = || ClientId::new(CLIENT_ID).unwrap();
    for url in [
        "http://login.example.com",
        "login.example.com",
        "https://x@example.com",
        "https://example.com/?x",
    ] {
        assert!(
            Connection::brokered(id(), url).unwrap_err().is_configuration(),
            "{url}"
        );
    }
    let program = Connection::brokered(id(), "https://example.com/notion")
        .unwrap()
        .build()
        .unwrap();
    assert!(
        Broker::new(program.clone(), keys(7))
            .unwrap_err()
            .is_configuration()
    );
    // A name may lead to somebody else's listener, and the broker knows one path.
    for uri in ["http://localhost:0/callback", "http://127.0.0.1:0/other"] {
        let loopback = Loopback::bind(&RedirectUri::new(uri).unwrap()).await.unwrap();
        let error = loopback.authorize(&program).unwrap_err();
        assert!(
            error.to_string().contains("http://127.0.0.1:0/callback"),
            "{error}"
        );
    }
    let loopback = Loopback::bind(&RedirectUri::new("http://localhost:0/callback").unwrap())
        .await
        .unwrap();
    let uri = loopback.redirect_uri().as_str();
    let own = fake::builder_to(&Fake::default(), uri).build().unwrap();
    assert_eq!(loopback.authorize(&own).unwrap().redirect_uri().as_str(), uri);
}

/// The router does what the function does, and takes no more than it needs.
#[cfg(feature = "axum")]
#[tokio::test]
async fn t28_the_router_answers_as_the_broker_does() {
    use tower::ServiceExt as _;

    let notion = Fake::answering(reply(200, GRANTED));
    let (mine, verifier) = (broker(&notion), "verifier");
    let body = exchange(&ticket(&mine, verifier).await, verifier);
    let app = axum::Router::new().nest("/notion", notion_oauth::broker::router(mine));
    for (body, status) in [("x".repeat(10_000), 400), (body, 200)] {
        let request = Request::post("/notion/token")
            .body(axum::body::Body::from(body))
            .unwrap();
        let answer = app.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers()["cache-control"], "no-store");
    }
    let request = Request::get("/notion/callback?code=c&state=x")
        .body(axum::body::Body::empty())
        .unwrap();
    assert_eq!(app.oneshot(request).await.unwrap().status(), 400);
    assert_eq!(notion.requests().len(), 1);
}
