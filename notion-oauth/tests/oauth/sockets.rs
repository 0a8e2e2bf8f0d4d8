//! Token endpoints that mean harm, over the transport that programs use.

use std::io::Write as _;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use notion_oauth::{ClientId, Error, ErrorKind, Grant, GrantId};

use crate::fake::{self, CLIENT_ID, GRANTED, Server};

async fn refused(server: &Server) -> Error {
    let pending = fake::connection_over_sockets(server).authorize().unwrap();
    let start = Instant::now();
    let error = pending.finish(fake::allowed(&pending)).await.unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    let shown = format!("{error} {error:?}");
    assert!(
        !shown.contains("CANARY") && !shown.contains(fake::SECRET),
        "{shown}"
    );
    assert_eq!(
        server.hits.load(Ordering::Relaxed),
        1,
        "one exchange, and no other: {shown}"
    );
    error
}

fn ok(headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let mut answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n{headers}\r\n").into_bytes();
    answer.extend_from_slice(body);
    answer
}

/// A mebibyte of spaces, in a kilobyte.
fn bomb() -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&vec![b' '; 1 << 20]).unwrap();
    gzip.finish().unwrap()
}

#[tokio::test]
async fn t29_an_answer_that_is_too_much_or_too_little_is_lost() {
    let padded = GRANTED.replacen('{', &format!("{{{}", " ".repeat(70_000)), 1);
    for (what, answer) in [
        ("ten megabytes", ok("", &vec![b' '; 10 << 20])),
        ("a little too much", ok("", padded.as_bytes())),
        ("half of it", ok("", GRANTED.as_bytes())[..200].to_vec()),
        ("nothing", Vec::new()),
        ("no HTTP", b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()),
    ] {
        let error = refused(&fake::serve(answer).await).await;
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{what}: {error}");
        assert!(error.needs_new_flow(), "{what}");
    }
}

#[tokio::test]
async fn t29_what_is_compressed_stays_so() {
    let error = refused(&fake::serve(ok("content-encoding: gzip\r\n", &bomb())).await).await;
    assert_eq!(error.kind(), ErrorKind::Response, "{error}");
}

#[tokio::test]
async fn t12_t29_secrets_do_not_follow_a_redirect() {
    let elsewhere = fake::serve(ok("", GRANTED.as_bytes())).await;
    let client_id = ClientId::new(CLIENT_ID).unwrap();
    let now = jiff::Timestamp::now();
    let grant = Grant::restore(GrantId::generate(), client_id, now, GRANTED).unwrap();
    for status in [301, 302, 303, 307, 308] {
        let answer = format!(
            "HTTP/1.1 {status} Moved\r\nlocation: {}/v1/oauth/token\r\ncontent-length: 0\r\n\r\n",
            elsewhere.base_url
        );
        let error = refused(&fake::serve(answer.clone()).await).await;
        assert_eq!(error.kind(), ErrorKind::Response, "{error}");

        let server = fake::serve(answer).await;
        let connection = fake::connection_over_sockets(&server);
        for error in [
            connection.refresh(&grant).await.unwrap_err(),
            connection.introspect(grant.token()).await.unwrap_err(),
            connection.revoke(grant.token()).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Response, "{error}");
            assert_eq!(error.status().unwrap().as_u16(), status);
        }
        assert!(connection.client(&grant).unwrap().me().await.is_err());
        assert_eq!(server.hits.load(Ordering::Relaxed), 4);
    }
    assert_eq!(elsewhere.hits.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn t29_a_page_is_no_grant() {
    for body in [
        "<!doctype html><title>Log in</title>",
        "",
        "null",
        "[]",
        "\u{feff}{}",
    ] {
        let answer = ok("content-type: text/html\r\n", body.as_bytes());
        let error = refused(&fake::serve(answer).await).await;
        assert_eq!(error.kind(), ErrorKind::Response, "{body}: {error}");
    }
}

/// N-2: an answer that is cut in the middle of a chunk, and a connection that is reset.
#[tokio::test]
async fn an_answer_that_is_cut_off_is_lost_whatever_its_form() {
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let half = &GRANTED[..100];
    for (what, answer) in [
        ("half a chunk", format!("{chunked}{:x}\r\n{half}", GRANTED.len())),
        (
            "no last chunk",
            format!("{chunked}{:x}\r\n{GRANTED}\r\n", GRANTED.len()),
        ),
        ("no such chunk", format!("{chunked}zz\r\n{GRANTED}\r\n0\r\n\r\n")),
        ("half a head", "HTTP/1.1 200 OK\r\ncontent-le".to_owned()),
    ] {
        let error = refused(&fake::serve(answer).await).await;
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{what}: {error}");
    }
}

/// N-1: what fails before the request is on its way has used nothing up.
#[tokio::test]
async fn a_server_without_a_name_or_a_certificate_was_not_asked() {
    let mut server = fake::serve(ok("", GRANTED.as_bytes())).await;
    server.base_url = server.base_url.replace("http://", "https://");
    for base_url in [server.base_url.clone(), "https://notion.invalid".to_owned()] {
        server.base_url = base_url;
        let pending = fake::connection_over_sockets(&server).authorize().unwrap();
        let error = pending.finish(fake::allowed(&pending)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Network, "{}: {error:?}", server.base_url);
        assert!(error.is_retryable() && error.needs_new_flow());
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_was_not_asked() {
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut server = fake::serve("").await;
    server.base_url = format!("http://{}", gone.local_addr().unwrap());
    drop(gone);
    let pending = fake::connection_over_sockets(&server).authorize().unwrap();
    let error = pending.finish(fake::allowed(&pending)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Network, "{error}");
}
