//! Secrets appear in nothing that is printed or logged, from the first link to a stored grant.

use std::any::type_name;
use std::fmt::Write as _;
use std::time::Duration;

use notion_core::BoxFuture;
use notion_oauth::{
    Callback, ClientSecret, Connection, ErrorKind, FlowResult, Grant, HookResult, Hooks, Installed,
    Installing, Origins, Outcome, Pending, ReturnTo, Start, Status, Verdict, Workspaces,
};
#[path = "../web/browser.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod browser;
#[path = "../oauth/fake.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod fake;
mod more;
mod shown;
mod types;

use fake::{CODE, Fake, SECRET, reply};
use shown::{Log, Shown, keep_panics};

#[tokio::test]
async fn t7_t8_t16_t34_no_secret_is_shown_or_logged() {
    let log = Log::default();
    tracing::subscriber::set_global_default(log.clone()).unwrap();
    let panics = keep_panics();
    let mut shown = Shown::default();
    let mut states = Vec::new();
    let begin = |connection: &Connection, shown: &mut Shown, states: &mut Vec<String>| -> Pending {
        let pending = connection.authorize().unwrap();
        states.push(fake::state(&pending));
        shown.debug(&pending);
        pending
    };

    let fake = Fake::granting();
    let builder = fake::builder(&fake);
    shown.debug(&builder);
    shown.debug(&ClientSecret::new(SECRET).unwrap());
    let connection = builder.build().unwrap();
    shown.debug(&connection);

    // A flow that succeeds, its grant in stores, and a client of it.
    let pending = begin(&connection, &mut shown, &mut states);
    let callback = fake::allowed(&pending);
    shown.debug(&callback);
    let outcome = pending.finish(callback).await.unwrap();
    shown.debug(&outcome);
    shown.debug(&pending);
    let grant = outcome.into_grant().unwrap();
    shown.debug(&grant);
    shown.debug(grant.token());
    shown.debug(&grant.refresh_token());
    shown.debug(grant.owner());
    let notion_oauth::Owner::User(person) = grant.owner() else {
        panic!("a user");
    };
    shown.debug(person);
    let folder = tempfile::tempdir().unwrap();
    let mut all = vec![
        Workspaces::builder(connection.clone())
            .in_memory()
            .open()
            .await
            .unwrap(),
    ];
    {
        let sqlite = notion_oauth::SqliteStore::open(folder.path().join("grants.db"))
            .await
            .unwrap();
        shown.debug(&sqlite);
        let id = notion_oauth::KeyId::new("2026").unwrap();
        let keys = notion_oauth::KeyRing::new(notion_oauth::Key::from_bytes(id, [7; 32]));
        all.push(
            Workspaces::builder(connection.clone())
                .store(sqlite, keys)
                .open()
                .await
                .unwrap(),
        );
    }
    for workspaces in &all {
        shown.debug(workspaces);
        workspaces.install(&grant).await.unwrap();
        shown.debug(&workspaces.list().await.unwrap());
        shown.debug(&workspaces.history(grant.bot_id()).await.unwrap());
        shown.debug(&workspaces.audit(grant.bot_id()).await.unwrap());
        stored_flows(workspaces, &fake, &mut shown, &mut states).await;
        refresh_and_end(workspaces, &fake, &grant, &mut shown).await;
    }
    // While the store is open: when it is closed, SQLite takes its log away.
    for file in files(folder.path()) {
        match std::fs::read(&file) {
            Ok(bytes) => shown.text.push_str(&String::from_utf8_lossy(&bytes)),
            // A lock that has just been given back.
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{error}"),
        }
    }
    drop(all);
    hooks_that_panic(&connection, &fake, &mut shown, &mut states).await;
    more::all(&connection, &fake, &grant, &mut shown, &mut states).await;
    let client = connection.client(&grant).unwrap();
    shown.debug(&client);
    fake.then(reply(
        401,
        r#"{"object":"error","code":"unauthorized","message":"API token is invalid."}"#,
    ));
    let _ = write!(shown.text, "{:?}", client.me().await.unwrap_err());

    // Callbacks that are refused.
    let pending = begin(&connection, &mut shown, &mut states);
    let state = fake::state(&pending);
    for text in [
        format!("code={CODE}&code={CODE}&state={state}"),
        format!("code={CODE}%0a&state={state}"),
        format!("https://example.com/{CODE}#state={state}"),
        CODE.to_owned(),
    ] {
        shown.error(&Callback::parse(&text).unwrap_err());
    }
    let forged = Callback::parse(&format!("code={CODE}&state=x{state}")).unwrap();
    shown.error(&pending.finish(forged).await.unwrap_err());

    // Exchanges that fail, by servers that repeat what they heard.
    for answer in [
        fake::Answer::Lost,
        fake::Answer::NotSent,
        reply(
            400,
            format!(r#"{{"error":"invalid_grant","error_description":"{CODE} {SECRET}"}}"#),
        ),
        reply(400, format!(r#"{{"error":"{SECRET}","request_id":"{CODE}"}}"#)),
        reply(500, format!("{CODE} {SECRET}")),
        reply(200, fake::GRANTED.replace("\"bearer\"", "\"mac\"")),
        reply(
            200,
            fake::GRANTED.replace("\"bot_id\":\"", "\"bot_id\":7,\"x\":\""),
        ),
        reply(200, &fake::GRANTED[..200]),
    ] {
        fake.then(answer);
        let pending = begin(&connection, &mut shown, &mut states);
        shown.error(&pending.finish(fake::allowed(&pending)).await.unwrap_err());
        let again = pending.finish(fake::allowed(&pending)).await.unwrap_err();
        assert_eq!(again.kind(), ErrorKind::AlreadyUsed);
        shown.error(&again);
    }
    let pending = begin(&connection, &mut shown, &mut states);
    let denied = format!("error=access_denied&state={}", fake::state(&pending));
    let outcome = pending.finish(Callback::parse(&denied).unwrap()).await.unwrap();
    assert!(matches!(outcome, Outcome::Denied { .. }));
    shown.debug(&outcome);
    shown.error(&outcome.into_grant().unwrap_err());

    check_up(&connection, &fake, &grant, &mut shown).await;
    over_sockets(&mut shown, &mut states).await;
    through_a_broker(&mut shown, &mut states).await;
    loopback(&mut shown, &mut states).await;

    let said = panics.lock().unwrap().clone();
    assert!(said.contains("a hook with a mistake"), "{said}");
    shown.text.push_str(&said);
    shown
        .types
        .extend([type_name::<Installing>(), type_name::<Installed>()]);
    let missing = types::missing(&shown.types);
    assert!(missing.is_empty(), "print a value of each here: {missing:#?}");
    let log = log.text();
    assert!(
        log.contains("a flow begins") && log.contains("answered"),
        "the log is kept: {log}"
    );
    assert!(log.contains("connecting to 127.0.0.1"), "that of HTTP too: {log}");
    assert!(log.contains("sqlx"), "that of other crates too");
    let basic =
        "NDYzNTU4YTMtNzI1ZS00ZjM3LWI2ZDMtMDg4OTg5NGY2OGRlOnNlY3JldF95b3VfZm91bmRfbXlfZmFrZV9zZWNyZXQ=";
    let mut secrets = vec!["CANARY", "ntn_", "nrt_", SECRET, CODE, basic, "ada@example.com"];
    secrets.extend(states.iter().map(String::as_str));
    for text in [&shown.text, &log] {
        for secret in &secrets {
            let found = text.lines().find(|line| line.contains(secret));
            assert_eq!(found, None, "{secret}");
        }
    }
}

/// Flows in a store: one that succeeds, one that fails, one of another browser.
async fn stored_flows(workspaces: &Workspaces, fake: &Fake, shown: &mut Shown, states: &mut Vec<String>) {
    for answer in [
        reply(200, fake::GRANTED),
        fake::Answer::Lost,
        reply(
            400,
            format!(r#"{{"error":"{CODE}","error_description":"{SECRET}"}}"#),
        ),
        reply(200, &fake::GRANTED[..200]),
    ] {
        fake.then(answer);
        let return_to = ReturnTo::parse("/app?token=CANARYQUERY", &Origins::none()).unwrap();
        shown.debug(&return_to);
        let start = Start::new()
            .return_to(return_to)
            .payload(&"CANARYPAYLOAD")
            .unwrap();
        shown.debug(&start);
        let started = workspaces.start(start, None).await.unwrap();
        shown.debug(&started);
        shown.debug(started.binding());
        let state = fake::pairs(started.url()).pop().unwrap().1;
        states.extend([state.clone(), started.binding().expose().to_owned()]);
        let allowed = || Callback::parse(&format!("code={CODE}&state={state}")).unwrap();
        shown.error(&workspaces.finish(allowed(), None).await.unwrap_err());
        for _ in 0..2 {
            let finished = workspaces
                .finish(allowed(), Some(started.binding()))
                .await
                .unwrap();
            shown.debug(&finished);
            shown.debug(&finished.result);
            if let FlowResult::NotExchanged(error) = &finished.result {
                shown.error(error);
            }
        }
    }
    shown.debug(&workspaces.list().await.unwrap());
}

/// Refreshes that succeed, fail, and end an installation; then what is asked about it, and its removal.
async fn refresh_and_end(workspaces: &Workspaces, fake: &Fake, grant: &Grant, shown: &mut Shown) {
    const REFUSED: &str = r#"{"object":"error","code":"unauthorized","message":"API token is invalid."}"#;
    let hostile =
        format!(r#"{{"error":"invalid_grant","error_description":"{CODE} {SECRET} nrt_CANARYREFRESH"}}"#);
    let bot_id = grant.bot_id();
    shown.debug(&workspaces.provider(bot_id.clone()));
    let new = fake::GRANTED
        .replace("CANARYACCESS", "CANARYNEW")
        .replace("CANARYREFRESH", "CANARYNEXT");
    let me = r#"{"object":"user","id":"e79a0b74-3aba-4149-9f74-0bb5791a6ee6","type":"bot","bot":{}}"#;
    for (answers, expected, status) in [
        (vec![reply(200, new), reply(200, me)], true, Status::Healthy),
        (vec![reply(503, hostile.clone())], false, Status::Healthy),
        (
            vec![reply(400, hostile.clone())],
            false,
            Status::NeedsReauthorization,
        ),
    ] {
        let client = workspaces.client(bot_id).await.unwrap();
        shown.debug(&client);
        fake.then(reply(401, REFUSED));
        answers.into_iter().for_each(|answer| fake.then(answer));
        let answer = client.me().await;
        shown.debug(&answer);
        assert_eq!(answer.is_ok(), expected, "{answer:?}");
        let installation = workspaces.get(bot_id).await.unwrap();
        assert_eq!(installation.status(), status);
        shown.debug(&installation);
        // A refresh that failed is not tried again at once.
        tokio::time::sleep(Duration::from_millis(1100)).await;
    }
    fake.then(reply(
        200,
        r#"{"active":true,"scope":"ntn_CANARY","iat":1764072000}"#,
    ));
    shown.debug(&workspaces.introspect(bot_id).await);
    fake.then(reply(400, hostile.clone()));
    if let Err(error) = workspaces.uninstall(bot_id).await {
        shown.error(&error);
    }
    fake.then(reply(200, "{}"));
    fake.then(reply(200, "{}"));
    shown.debug(&workspaces.recover().await);
    shown.debug(&workspaces.get(bot_id).await);
    shown.debug(&workspaces.audit(bot_id).await.unwrap());
}

/// A hook that panics with what it was given in hand.
struct Mistake;

impl Hooks for Mistake {
    fn may_install<'a>(&'a self, installing: &'a Installing) -> BoxFuture<'a, Verdict> {
        Box::pin(async move { panic!("a hook with a mistake: {installing:?}") })
    }

    fn on_installed<'a>(&'a self, installed: &'a Installed) -> BoxFuture<'a, HookResult> {
        Box::pin(async move { panic!("a hook with a mistake: {installed:?}") })
    }
}

async fn hooks_that_panic(connection: &Connection, fake: &Fake, shown: &mut Shown, states: &mut Vec<String>) {
    let workspaces = Workspaces::builder(connection.clone())
        .in_memory()
        .hooks(Mistake)
        .open()
        .await
        .unwrap();
    fake.then(reply(200, fake::GRANTED));
    let started = workspaces.start(Start::new(), None).await.unwrap();
    let state = fake::pairs(started.url()).pop().unwrap().1;
    states.extend([state.clone(), started.binding().expose().to_owned()]);
    let callback = Callback::parse(&format!("code={CODE}&state={state}")).unwrap();
    let finished = workspaces.finish(callback, Some(started.binding())).await;
    shown.error(&finished.unwrap_err());
}

/// All files in a folder and those within.
fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// What a program shows its user of a connection and a token.
async fn check_up(connection: &Connection, fake: &Fake, grant: &Grant, shown: &mut Shown) {
    let refused = format!(r#"{{"error":"invalid_client","error_description":"{SECRET} {CODE}"}}"#);
    for answers in [
        vec![reply(401, refused)],
        vec![
            reply(200, r#"{"active":false,"token":"ntn_CANARY"}"#),
            reply(200, r#"{"active":false,"token":"ntn_CANARY"}"#),
        ],
        vec![
            reply(200, r#"{"active":false}"#),
            reply(200, r#"{"active":true,"iat":1764072000,"token":"ntn_CANARY"}"#),
            reply(
                401,
                r#"{"object":"error","code":"unauthorized","message":"API token is invalid."}"#,
            ),
        ],
    ] {
        answers.into_iter().for_each(|answer| fake.then(answer));
        let diagnosis = connection.doctor_of(grant.token()).await;
        let _ = writeln!(shown.text, "{diagnosis}");
        shown.debug(&diagnosis);
    }
}

/// A code that goes through the browser once more, sealed, and servers that repeat what they heard.
async fn through_a_broker(shown: &mut Shown, states: &mut Vec<String>) {
    use notion_oauth::{ClientId, KeyRing, Loopback, RedirectUri, broker::Broker};

    let fake = Fake::default();
    let connection = fake::builder_to(&fake, "https://example.com/notion/callback")
        .build()
        .unwrap();
    let key = notion_oauth::Key::from_bytes(notion_oauth::KeyId::new("k").unwrap(), [7; 32]);
    let broker = Broker::new(connection, KeyRing::new(key)).unwrap();
    shown.debug(&broker);
    let program = Connection::brokered(
        ClientId::new(fake::CLIENT_ID).unwrap(),
        "https://example.com/notion",
    );
    let program = program.unwrap().build().unwrap();
    shown.debug(&program);
    let landing = RedirectUri::new("http://127.0.0.1:0/callback").unwrap();
    let loopback = Loopback::bind(&landing).await.unwrap();
    let pending = loopback.authorize(&program).unwrap();
    shown.debug(&pending);
    states.push(fake::state(&pending));
    let ask = async |method: &str, path: &str, body: &str| {
        let request = http::Request::builder()
            .method(method)
            .uri(path)
            .body(())
            .unwrap();
        broker.respond(&request.into_parts().0, body.as_bytes()).await
    };
    let query = format!("code={CODE}&state={}", fake::state(&pending));
    let back = ask("GET", &format!("/notion/callback?{query}"), "").await;
    shown.debug(&back);
    let location = back.headers()["location"].to_str().unwrap();
    let ticket = fake::pairs(location).remove(0).1;
    for body in [
        format!(r#"{{"grant_type":"authorization_code","code":"{ticket}","code_verifier":"CANARY"}}"#),
        r#"{"grant_type":"refresh_token","refresh_token":"nrt_CANARYREFRESH"}"#.to_owned(),
    ] {
        fake.then(reply(
            400,
            format!(r#"{{"error":"{SECRET}","x":"nrt_CANARYREFRESH"}}"#),
        ));
        shown.debug(&ask("POST", "/notion/token", &body).await);
    }
    states.push(ticket);
}

/// The transport of programs logs more than the one of tests.
async fn over_sockets(shown: &mut Shown, states: &mut Vec<String>) {
    let granted = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{}",
        fake::GRANTED.len(),
        fake::GRANTED
    );
    let refused = format!("HTTP/1.1 400 No\r\nx-{CODE}: {SECRET}\r\ncontent-length: 0\r\n\r\n");
    for answer in [granted, refused, String::new(), "no HTTP".to_owned()] {
        let server = fake::serve(answer).await;
        let pending = fake::connection_over_sockets(&server).authorize().unwrap();
        states.push(fake::state(&pending));
        match pending.finish(fake::allowed(&pending)).await {
            Ok(outcome) => shown.debug(&outcome),
            Err(error) => shown.error(&error),
        }
    }
}

async fn loopback(shown: &mut Shown, states: &mut Vec<String>) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let fake = Fake::granting();
    let any = notion_oauth::RedirectUri::new("http://localhost:0/callback").unwrap();
    let loopback = notion_oauth::Loopback::bind(&any).await.unwrap();
    shown.debug(&loopback);
    let connection = fake::builder_to(&fake, loopback.redirect_uri().as_str())
        .build()
        .unwrap();
    let pending = connection.authorize().unwrap();
    let (port, state) = (loopback.port(), fake::state(&pending));
    states.push(state.clone());
    let browser = async {
        let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let request =
            format!("GET /callback?code={CODE}&state={state} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut page = String::new();
        stream.read_to_string(&mut page).await.unwrap();
        page
    };
    let (outcome, page) = tokio::join!(loopback.receive(&pending), browser);
    shown.debug(&outcome.unwrap());
    shown.text.push_str(&page);
}
