//! Logins on this machine, with a browser that is a socket.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::{Duration, Instant};

use notion_oauth::loopback::{Loopback, open_browser};
use notion_oauth::{Connection, ErrorKind, Outcome, Pending, RedirectUri, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::fake::{self, CODE, Fake};

/// A login that waits for its browser.
struct Login {
    port: u16,
    state: String,
    outcome: JoinHandle<Result<Outcome>>,
}

impl Login {
    async fn begin(fake: &Fake) -> Self {
        Self::begin_with(fake, Duration::from_secs(30)).await
    }

    async fn begin_with(fake: &Fake, deadline: Duration) -> Self {
        let loopback = any_port().await.deadline(deadline);
        let pending = pending(fake, loopback.redirect_uri());
        Self {
            port: loopback.port(),
            state: fake::state(&pending),
            outcome: tokio::spawn(async move { loopback.receive(&pending).await }),
        }
    }

    /// Opens a page as a browser does, and gives status line, headers and body.
    async fn visit(&self, target: &str) -> String {
        self.send(&format!(
            "GET {target} HTTP/1.1\r\nHost: localhost:{}\r\nSec-Fetch-Mode: navigate\r\n\r\n",
            self.port
        ))
        .await
    }

    async fn send(&self, request: &str) -> String {
        let mut stream = self.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).await.unwrap();
        response
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))
            .await
            .unwrap()
    }

    fn allowed(&self) -> String {
        format!("/callback?code={CODE}&state={}", self.state)
    }
}

async fn any_port() -> Loopback {
    Loopback::bind(&RedirectUri::new("http://localhost:0/callback").unwrap())
        .await
        .unwrap()
}

fn pending(fake: &Fake, redirect_uri: &RedirectUri) -> Pending {
    let connection: Connection = fake::builder_to(fake, redirect_uri.as_str()).build().unwrap();
    connection.authorize().unwrap()
}

#[tokio::test]
async fn the_browser_comes_back_and_sees_that_it_worked() {
    let fake = Fake::granting();
    let login = Login::begin(&fake).await;
    let page = login.visit(&login.allowed()).await;
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    assert!(page.contains("Acme is connected."));
    assert!(!page.contains("CANARY") && !page.contains(CODE) && !page.contains(&login.state));
    let grant = login.outcome.await.unwrap().unwrap().into_grant().unwrap();
    assert_eq!(grant.workspace_name(), Some("Acme"));
    let body = String::from_utf8(fake.requests()[0].body().to_vec()).unwrap();
    assert!(body.contains(&format!("http://localhost:{}/callback", login.port)));
    // Nobody listens any more.
    assert!(
        TcpStream::connect((Ipv4Addr::LOCALHOST, login.port))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn t26_both_families_are_answered() {
    let has_v6 = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await.is_ok();
    for address in [
        IpAddr::from(Ipv4Addr::LOCALHOST),
        IpAddr::from(Ipv6Addr::LOCALHOST),
    ] {
        if address.is_ipv6() && !has_v6 {
            println!("skipped: this machine has no ::1");
            continue;
        }
        let login = Login::begin(&Fake::granting()).await;
        let mut stream = TcpStream::connect((address, login.port)).await.unwrap();
        let request = format!(
            "GET {} HTTP/1.1\r\nHost: localhost:{}\r\n\r\n",
            login.allowed(),
            login.port
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut page = String::new();
        stream.read_to_string(&mut page).await.unwrap();
        assert!(page.contains("Connected"), "{page}");
        assert!(login.outcome.await.unwrap().is_ok());
    }
}

#[tokio::test]
async fn a_denial_and_a_failure_have_pages_of_their_own() {
    for (error, text) in [
        ("access_denied", "nothing was shared"),
        ("temporarily_unavailable", "Notion is busy"),
        (
            "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
            "for a reason that this program does not know",
        ),
    ] {
        let login = Login::begin(&Fake::default()).await;
        let page = login
            .visit(&format!("/callback?error={error}&state={}", login.state))
            .await;
        assert!(page.contains(text), "{page}");
        assert!(!page.contains("<script"));
        assert!(login.outcome.await.unwrap().unwrap().into_grant().is_err());
    }
    // The exchange fails: the browser does not hear why, the program does.
    let login = Login::begin(&Fake::answering(fake::reply(
        401,
        r#"{"error":"invalid_client"}"#,
    )))
    .await;
    let page = login.visit(&login.allowed()).await;
    assert!(page.contains("Something went wrong"), "{page}");
    assert!(login.outcome.await.unwrap().unwrap_err().is_configuration());
}

#[tokio::test]
async fn t25_a_hundred_forged_hits_are_ignored_and_the_right_one_wins() {
    let fake = Fake::granting();
    let login = Login::begin(&fake).await;
    for round in 0..100 {
        let (target, status) = match round % 5 {
            0 => (format!("/callback?code=evil&state=guess{round}"), "400"),
            1 => ("/callback?error=server_error".to_owned(), "400"),
            2 => ("/callback?code=evil".to_owned(), "400"),
            3 => ("/callback?error=access_denied&state=guess".to_owned(), "400"),
            _ => ("/other".to_owned(), "404"),
        };
        let page = login.visit(&target).await;
        assert!(
            page.starts_with(&format!("HTTP/1.1 {status} ")),
            "{target}: {page}"
        );
    }
    let host = format!("Host: localhost:{}", login.port);
    for request in [
        format!("GET {} HTTP/1.1\r\nHost: evil.example\r\n\r\n", login.allowed()),
        format!(
            "GET {} HTTP/1.1\r\n{host}\r\nSec-Fetch-Mode: cors\r\n\r\n",
            login.allowed()
        ),
        format!(
            "GET {} HTTP/1.1\r\n{host}\r\nOrigin: https://evil.example\r\n\r\n",
            login.allowed()
        ),
        format!(
            "POST {} HTTP/1.1\r\n{host}\r\nContent-Length: 0\r\n\r\n",
            login.allowed()
        ),
        format!(
            "GET {} HTTP/1.1\r\n{host}\r\nX: {}\r\n\r\n",
            login.allowed(),
            "x".repeat(9000)
        ),
    ] {
        let page = login.send(&request).await;
        assert!(page.starts_with("HTTP/1.1 4"), "{request}: {page}");
    }
    assert_eq!(fake.requests().len(), 0);
    assert!(!login.outcome.is_finished());
    assert!(login.visit(&login.allowed()).await.contains("Connected"));
    assert!(login.outcome.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_cancel_without_a_state_lets_the_user_stop() {
    let login = Login::begin(&Fake::default()).await;
    let page = login.visit("/callback?error=access_denied&state=").await;
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"));
    assert!(!login.outcome.is_finished(), "anybody can send that");
    assert!(
        login
            .visit("/callback?cancel=guess")
            .await
            .starts_with("HTTP/1.1 400 ")
    );
    let (_, link) = page.split_once("href=\"").unwrap();
    let (link, _) = link.split_once('"').unwrap();
    assert!(login.visit(link).await.contains("nothing was shared"));
    assert!(
        login
            .outcome
            .await
            .unwrap()
            .unwrap()
            .into_grant()
            .unwrap_err()
            .is_denied()
    );
}

#[tokio::test]
async fn t24_fifty_slow_sockets_do_not_keep_the_right_one_out() {
    let login = Login::begin(&Fake::granting()).await;
    let mut slow = Vec::new();
    for _ in 0..50 {
        let mut stream = login.connect().await;
        stream
            .write_all(b"GET /callback HTTP/1.1\r\nHost:")
            .await
            .unwrap();
        slow.push(stream);
    }
    // Of the slow ones the oldest are gone, so that their number has a bound.
    assert!(login.visit("/other").await.starts_with("HTTP/1.1 404 "));
    for stream in slow.iter_mut().take(50 - 8) {
        assert!(is_over(stream).await);
    }
    let start = Instant::now();
    assert!(login.visit(&login.allowed()).await.contains("Connected"));
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    assert!(login.outcome.await.unwrap().is_ok());
}

/// What was not read when a connection was closed makes an error of its end.
async fn is_over(stream: &mut TcpStream) -> bool {
    let end = stream.read(&mut [0; 1]).await;
    end.map_or_else(
        |error| error.kind() == std::io::ErrorKind::ConnectionReset,
        |count| count == 0,
    )
}

/// The clock of this runtime stands still except where nobody has anything to do, so that it takes no time.
#[tokio::test]
async fn t24_a_request_that_does_not_end_is_not_waited_for() {
    let login = Login::begin(&Fake::granting()).await;
    let mut slow = login.connect().await;
    slow.write_all(b"GET /callback HTTP/1.1\r\nHost:").await.unwrap();
    // Who is answered after it was accepted after it.
    assert!(login.visit("/other").await.starts_with("HTTP/1.1 404 "));
    tokio::time::pause();
    let start = tokio::time::Instant::now();
    assert!(is_over(&mut slow).await);
    let waited = start.elapsed();
    assert!((4..=6).contains(&waited.as_secs()), "{waited:?}");
    tokio::time::resume();
    assert!(login.visit(&login.allowed()).await.contains("Connected"));
    assert!(login.outcome.await.unwrap().is_ok());
}

#[tokio::test]
async fn t24_a_crowd_does_not_keep_the_right_one_out() {
    let login = Login::begin(&Fake::granting()).await;
    let port = login.port;
    let right = format!(
        "GET {} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n",
        login.allowed()
    );
    let forged = format!("GET /callback?code=a&state=b HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
    let hit = |request: &str| {
        let mut stream = std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
        stream
    };
    // Nothing is awaited, so that all stand in the queue before the listener sees the first.
    let before: Vec<_> = (0..50).map(|_| hit(&forged)).collect();
    let browser = hit(&right);
    let after: Vec<_> = (0..50).map(|_| hit(&forged)).collect();
    browser.set_nonblocking(true).unwrap();
    let mut page = String::new();
    let mut browser = TcpStream::from_std(browser).unwrap();
    browser.read_to_string(&mut page).await.unwrap();
    assert!(page.contains("Connected"), "{page}");
    assert!(login.outcome.await.unwrap().is_ok());
    drop((before, after));
}

#[tokio::test]
async fn t25_a_visitor_who_says_more_than_one_request_gets_one_answer() {
    let login = Login::begin(&Fake::granting()).await;
    let host = format!("Host: localhost:{}", login.port);
    let pipelined = format!(
        "GET /other HTTP/1.1\r\n{host}\r\n\r\nGET {} HTTP/1.1\r\n{host}\r\n\r\n",
        login.allowed()
    );
    let page = login.send(&pipelined).await;
    assert!(page.starts_with("HTTP/1.1 404 "), "{page}");
    assert_eq!(page.matches("HTTP/1.1").count(), 1);
    assert!(!login.outcome.is_finished());
}

#[tokio::test]
async fn a_deadline_may_be_as_long_as_one_likes() {
    let loopback = any_port().await.deadline(Duration::MAX);
    let connection = fake::builder_to(&Fake::default(), loopback.redirect_uri().as_str())
        .flow_lifetime(Duration::MAX)
        .build()
        .unwrap();
    let pending = connection.authorize().unwrap();
    let waiting = tokio::time::timeout(Duration::from_millis(20), loopback.receive(&pending));
    assert!(waiting.await.is_err(), "it waits");
}

#[tokio::test]
async fn nobody_coming_back_is_an_error_in_time() {
    let login = Login::begin_with(&Fake::default(), Duration::from_millis(50)).await;
    let error = login.outcome.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!(
        TcpStream::connect((Ipv4Addr::LOCALHOST, login.port))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn t26_a_taken_port_is_named_in_either_family() {
    for address in [
        IpAddr::from(Ipv4Addr::LOCALHOST),
        IpAddr::from(Ipv6Addr::LOCALHOST),
    ] {
        let Ok(squatter) = TcpListener::bind((address, 0)).await else {
            println!("skipped: this machine has no {address}");
            continue;
        };
        let port = squatter.local_addr().unwrap().port();
        let uri = RedirectUri::new(format!("http://localhost:{port}/callback")).unwrap();
        let error = Loopback::bind(&uri).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PortInUse);
        assert!(
            error.to_string().contains(&format!("port {port} is taken")),
            "{error}"
        );
    }
}

/// A free port, and a redirect URI that leads to it.
async fn redirect_uri() -> (TcpListener, RedirectUri) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let uri = RedirectUri::new(format!("http://localhost:{port}/callback")).unwrap();
    (listener, uri)
}

#[tokio::test]
async fn t26_the_first_free_port_of_those_registered_is_taken() {
    let web = RedirectUri::new("https://example.com/callback").unwrap();
    let ((first, taken), (second, also_taken), (free, last)) =
        (redirect_uri().await, redirect_uri().await, redirect_uri().await);
    drop(free);
    let uris = [web.clone(), taken.clone(), also_taken.clone(), last.clone()];
    let loopback = Loopback::bind_first(&uris).await.unwrap();
    assert_eq!(loopback.redirect_uri(), &last);

    let error = Loopback::bind_first(&uris).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PortInUse);
    for uri in [&taken, &also_taken, &last] {
        let port = uri.url().port().unwrap().to_string();
        assert!(error.to_string().contains(&port), "{error}");
    }
    let error = Loopback::bind_first(&uris[..1]).await.unwrap_err();
    assert!(error.is_configuration(), "{error}");
    drop((first, second));
    assert_eq!(Loopback::bind_first(&uris).await.unwrap().redirect_uri(), &taken);
}

#[tokio::test]
async fn t26_a_squatter_on_the_other_family_sends_the_login_to_the_next_port() {
    let Ok(squatter) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await else {
        println!("skipped: this machine has no ::1");
        return;
    };
    let port = squatter.local_addr().unwrap().port();
    let squatted = RedirectUri::new(format!("http://localhost:{port}/callback")).unwrap();
    let (free, next) = redirect_uri().await;
    drop(free);
    let loopback = Loopback::bind_first(&[squatted, next.clone()]).await.unwrap();
    assert_eq!(loopback.redirect_uri(), &next);
}

#[tokio::test]
async fn the_listener_is_gone_when_the_wait_is_dropped() {
    let loopback = any_port().await;
    let (port, pending) = (
        loopback.port(),
        pending(&Fake::default(), loopback.redirect_uri()),
    );
    let waiting = tokio::time::timeout(Duration::from_millis(20), loopback.receive(&pending));
    assert!(waiting.await.is_err());
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err());
}

#[tokio::test]
async fn only_this_machine_and_only_this_flow() {
    for uri in ["https://example.com/callback", "https://localhost:8080/callback"] {
        let error = Loopback::bind(&RedirectUri::new(uri).unwrap()).await.unwrap_err();
        assert!(error.is_configuration());
    }
    let loopback = any_port().await;
    let elsewhere = pending(&Fake::default(), &RedirectUri::new(fake::REDIRECT_URI).unwrap());
    assert!(loopback.receive(&elsewhere).await.unwrap_err().is_configuration());
}

/// A program of its own, so that it can have an environment of its own.
#[cfg(unix)]
#[test]
fn t34_a_browser_inherits_no_secrets() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let seen = folder.path().join("seen");
    let [browser, by_itself] = ["browser", "xdg-open"].map(|name| folder.path().join(name));
    for script in [&browser, &by_itself] {
        let text = format!("#!/bin/sh\n{{ echo \"$#: $*\"; env; }} > '{}'\n", seen.display());
        std::fs::write(script, text).unwrap();
        std::fs::set_permissions(script, std::fs::Permissions::from_mode(0o700)).unwrap();
    }
    let path = std::env::join_paths([folder.path(), "/usr/bin".as_ref(), "/bin".as_ref()]).unwrap();
    let named = format!("/nonexistent/browser:{}", browser.display());
    // On macOS the system chooses, wherever the path leads.
    for named in [&*named, ""]
        .into_iter()
        .take(if cfg!(target_os = "macos") { 1 } else { 2 })
    {
        let mut program = std::process::Command::new(std::env::current_exe().unwrap());
        program.args(["--exact", "loopback::opens_a_browser", "--ignored"]);
        for name in [
            "NOTION_CLIENT_SECRET",
            "OAUTH_CLIENT_SECRET",
            "NOTION_TOKEN",
            "NOTION_API_TOKEN",
            "NOTION_OAUTH_KEYS",
            "notion_token",
        ] {
            program.env(name, "CANARY");
        }
        program
            .env("BROWSER", named)
            .env("PATH", &path)
            .env("HARMLESS", "kept");
        let status = program.stdout(std::process::Stdio::null()).status().unwrap();
        assert!(status.success());
        let seen = std::fs::read_to_string(&seen).unwrap();
        assert!(
            seen.starts_with("1: https://api.notion.com/v1/oauth/authorize?state=x&a=b\n"),
            "{seen}"
        );
        assert!(
            seen.contains("HARMLESS=kept") && !seen.contains("CANARY"),
            "{seen}"
        );
        std::fs::remove_file(folder.path().join("seen")).unwrap();
    }
}

#[tokio::test]
#[ignore = "run by `t34_a_browser_inherits_no_secrets`"]
async fn opens_a_browser() {
    assert!(open_browser("https://api.notion.com/v1/oauth/authorize?state=x&a=b").await);
}
