//! A connection without an HTTP client on it, which sees what arrives and when.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use notion_sim::Sim;
use serde_json::Value;

use super::VERSION;

/// What arrived, and how it ended.
#[derive(Debug)]
pub(crate) struct Arrival {
    /// When something came, since the request was sent, and how many bytes it was.
    pub(crate) pieces: Vec<(Duration, usize)>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) end: End,
    pub(crate) took: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// In order.
    Closed,
    Reset,
    /// Nothing more came for as long as the test waits.
    Quiet,
}

impl Arrival {
    /// Status line and headers.
    pub(crate) fn head(&self) -> String {
        self.split().0.to_lowercase()
    }

    /// What came after the headers.
    pub(crate) fn body(&self) -> String {
        self.split().1
    }

    fn split(&self) -> (String, String) {
        let text = String::from_utf8_lossy(&self.bytes).into_owned();
        match text.split_once("\r\n\r\n") {
            Some((head, body)) => (head.to_owned(), body.to_owned()),
            None => (text, String::new()),
        }
    }

    /// The status, where at least that came.
    pub(crate) fn status(&self) -> Option<u16> {
        self.head().split(' ').nth(1)?.parse().ok()
    }

    /// A header.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let head = self.head();
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.to_owned())
    }
}

/// Sends a request with the simulator's token and listens until the end, or until nothing came for `patience`.
pub(crate) fn ask(sim: &Sim, method: &str, path: &str, body: &Value, patience: Duration) -> Arrival {
    let mut stream = TcpStream::connect(sim.address()).expect("a connection");
    stream.set_read_timeout(Some(patience)).expect("a time limit");
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\nnotion-version: {VERSION}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        sim.token(),
        body.len()
    );
    // The time begins before the request goes out, because the server's may begin before the last word is out.
    let sent = Instant::now();
    stream
        .write_all(format!("{head}{body}").as_bytes())
        .expect("a request");
    let (mut pieces, mut bytes) = (Vec::new(), Vec::new());
    let mut buffer = vec![0; 1 << 16];
    let end = loop {
        match stream.read(&mut buffer) {
            Ok(0) => break End::Closed,
            Ok(read) => {
                pieces.push((sent.elapsed(), read));
                bytes.extend_from_slice(&buffer[..read]);
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break End::Reset,
            Err(error) if [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind()) => {
                break End::Quiet;
            }
            Err(error) => panic!("{error}"),
        }
    };
    Arrival {
        pieces,
        bytes,
        end,
        took: sent.elapsed(),
    }
}
