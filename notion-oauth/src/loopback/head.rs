//! The head of a request: read with limits, and checked before anything is made of it.

use std::io;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use super::page::Page;
use crate::callback::Callback;
use crate::connection::RedirectUri;
use crate::state::State;

const MAX_HEAD: usize = 8 << 10;
const MAX_HEADERS: usize = 64;

/// The bytes of a request up to its empty line, or too many of them.
pub(super) enum Head {
    Complete(Vec<u8>),
    TooLarge,
}

/// What a request to the right place asks for.
#[derive(Debug)]
pub(super) enum Wanted {
    Callback(Callback),
    Cancel,
}

/// What a request must be to be answered.
pub(super) struct Rules {
    path: String,
    hosts: Vec<String>,
    /// Stands in the page that lets the user stop: other pages of the browser cannot read it, so they cannot stop.
    cancel: State,
}

impl Rules {
    pub(super) fn new(redirect_uri: &RedirectUri, port: u16, cancel: State) -> Self {
        let url = redirect_uri.url();
        let mut hosts: Vec<String> = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned).to_vec();
        hosts.extend(url.host_str().map(str::to_owned));
        let mut with_port: Vec<String> = hosts.iter().map(|host| format!("{host}:{port}")).collect();
        if port == 80 {
            with_port.append(&mut hosts);
        }
        Self {
            path: url.path().to_owned(),
            hosts: with_port,
            cancel,
        }
    }

    /// Where the page's link leads that stops the login.
    pub(super) fn cancel_target(&self) -> String {
        format!("{}?cancel={}", self.path, self.cancel.expose())
    }
}

impl Head {
    pub(super) async fn read(stream: &mut TcpStream) -> io::Result<Self> {
        let mut bytes = vec![0; MAX_HEAD];
        let mut length = 0;
        loop {
            let count = stream.read(&mut bytes[length..]).await?;
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let start = length.saturating_sub(3);
            length += count;
            if bytes[start..length].windows(4).any(|end| end == b"\r\n\r\n") {
                bytes.truncate(length);
                return Ok(Self::Complete(bytes));
            }
            if length == MAX_HEAD {
                return Ok(Self::TooLarge);
            }
        }
    }

    /// What the request asks for, or the page that refuses it.
    pub(super) fn check(&self, rules: &Rules) -> Result<Wanted, Page> {
        let Self::Complete(bytes) = self else {
            return Err(Page::refused("431 Request Header Fields Too Large"));
        };
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        let bad = || Page::refused("400 Bad Request");
        match request.parse(bytes) {
            Ok(httparse::Status::Complete(_)) => {}
            _ => return Err(bad()),
        }
        if request.method != Some("GET") {
            return Err(Page::refused("405 Method Not Allowed"));
        }
        let mut hosts = 0;
        for header in request.headers.iter() {
            let is = |name: &str| header.name.eq_ignore_ascii_case(name);
            let value = std::str::from_utf8(header.value).unwrap_or_default();
            // A page that rebound its name to this machine names itself as the host; one that fetches has an origin.
            let is_foreign = if is("host") {
                hosts += 1;
                !rules.hosts.iter().any(|host| host.eq_ignore_ascii_case(value))
            } else if is("sec-fetch-mode") {
                value != "navigate"
            } else {
                is("origin")
            };
            if is_foreign {
                return Err(Page::refused("403 Forbidden"));
            }
        }
        if hosts != 1 {
            return Err(bad());
        }
        let target = request.path.unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        if path != rules.path {
            return Err(Page::refused("404 Not Found"));
        }
        if target == rules.cancel_target() {
            return Ok(Wanted::Cancel);
        }
        Callback::parse(&format!("?{query}"))
            .map(Wanted::Callback)
            .map_err(|_| bad())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        let uri = RedirectUri::new("http://localhost:8080/callback").unwrap();
        Rules::new(&uri, 8080, State::generate().unwrap())
    }

    fn status(request: &str) -> String {
        match Head::Complete(request.as_bytes().to_vec()).check(&rules()) {
            Ok(wanted) => format!("{wanted:?}"),
            Err(page) => page.response().split("\r\n").next().unwrap().to_owned(),
        }
    }

    #[test]
    fn a_navigation_to_the_redirect_uri_is_taken() {
        for headers in [
            "Host: localhost:8080",
            "host: LOCALHOST:8080",
            "Host: 127.0.0.1:8080",
            "Host: [::1]:8080",
            "Host: localhost:8080\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Site: cross-site\r\nAccept: */*",
        ] {
            let request = format!("GET /callback?code=a&state=b HTTP/1.1\r\n{headers}\r\n\r\n");
            assert!(status(&request).starts_with("Callback("), "{headers}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let to = "/callback?code=a&state=b";
        let host = "Host: localhost:8080";
        for (request, expected) in [
            (format!("POST {to} HTTP/1.1\r\n{host}\r\n\r\n"), "405"),
            (format!("HEAD {to} HTTP/1.1\r\n{host}\r\n\r\n"), "405"),
            (format!("OPTIONS {to} HTTP/1.1\r\n{host}\r\n\r\n"), "405"),
            (format!("GET / HTTP/1.1\r\n{host}\r\n\r\n"), "404"),
            (format!("GET /callback/?code=a HTTP/1.1\r\n{host}\r\n\r\n"), "404"),
            (format!("GET /favicon.ico HTTP/1.1\r\n{host}\r\n\r\n"), "404"),
            (
                format!("GET http://localhost:8080{to} HTTP/1.1\r\n{host}\r\n\r\n"),
                "404",
            ),
            (format!("GET {to} HTTP/1.1\r\n\r\n"), "400"),
            (format!("GET {to} HTTP/1.1\r\n{host}\r\n{host}\r\n\r\n"), "400"),
            (format!("GET {to} HTTP/1.1\r\nHost: evil.example\r\n\r\n"), "403"),
            (
                format!("GET {to} HTTP/1.1\r\nHost: evil.example:8080\r\n\r\n"),
                "403",
            ),
            (format!("GET {to} HTTP/1.1\r\nHost: localhost\r\n\r\n"), "403"),
            (
                format!("GET {to} HTTP/1.1\r\nHost: localhost:9999\r\n\r\n"),
                "403",
            ),
            (
                format!("GET {to} HTTP/1.1\r\n{host}\r\nOrigin: https://evil.example\r\n\r\n"),
                "403",
            ),
            (
                format!("GET {to} HTTP/1.1\r\n{host}\r\nOrigin: null\r\n\r\n"),
                "403",
            ),
            (
                format!("GET {to} HTTP/1.1\r\n{host}\r\nSec-Fetch-Mode: no-cors\r\n\r\n"),
                "403",
            ),
            (
                format!("GET {to} HTTP/1.1\r\n{host}\r\nSEC-FETCH-MODE: cors\r\n\r\n"),
                "403",
            ),
            (format!("GET /callback HTTP/1.1\r\n{host}\r\n\r\n"), "400"),
            (
                format!("GET /callback?code=a&error=b HTTP/1.1\r\n{host}\r\n\r\n"),
                "400",
            ),
            (
                format!("GET /callback?cancel=guess HTTP/1.1\r\n{host}\r\n\r\n"),
                "400",
            ),
            ("\u{16}\u{3}\u{1}\r\n\r\n".to_owned(), "400"),
            ("GET\r\n\r\n".to_owned(), "400"),
        ] {
            let status = status(&request);
            assert!(
                status.starts_with(&format!("HTTP/1.1 {expected} ")),
                "{request}: {status}"
            );
        }
        let page = Head::TooLarge.check(&rules()).unwrap_err();
        assert!(page.response().starts_with("HTTP/1.1 431 "));
    }

    #[test]
    fn only_the_page_knows_how_to_cancel() {
        let rules = rules();
        let request = format!(
            "GET {} HTTP/1.1\r\nHost: localhost:8080\r\n\r\n",
            rules.cancel_target()
        );
        let head = Head::Complete(request.into_bytes());
        assert!(matches!(head.check(&rules), Ok(Wanted::Cancel)));
    }
}
