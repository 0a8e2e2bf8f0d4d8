//! Answers that no well-behaved server sends. They are written to the connection by hand, and it ends with them.

use std::fmt;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use socket2::SockRef;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::request::Answer;

/// How a connection ends.
#[derive(Debug, Clone)]
pub(crate) enum Ending {
    /// In order, as far as TCP is concerned.
    Close,
    /// With a reset, which drops what is still on its way.
    Reset,
    /// After something was written.
    Script(Script),
}

/// A part of a body, and how often it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) bytes: Bytes,
    pub(crate) times: usize,
}

impl Piece {
    /// A part that is sent once.
    pub(crate) fn once(bytes: impl Into<Bytes>) -> Self {
        Self {
            bytes: bytes.into(),
            times: 1,
        }
    }
}

/// How an answer is sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Manner {
    /// In chunks, instead of with a length.
    pub(crate) chunked: bool,
    /// How many bytes at a time, and how long to wait between them.
    pub(crate) pace: Option<(usize, Duration)>,
    /// Whether the head is sent at that pace too.
    pub(crate) slow_head: bool,
    /// After how many bytes of its head it ends.
    pub(crate) head_cut: Option<usize>,
    /// After how many bytes of its body it ends.
    pub(crate) body_cut: Option<usize>,
    /// Whether the connection is reset then.
    pub(crate) reset: bool,
}

/// What is written to a connection.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    head: Bytes,
    body: Vec<Piece>,
    /// How many bytes are written in all, at most.
    limit: usize,
    manner: Manner,
}

impl Script {
    /// An answer with this body, sent in this manner. A request for the head alone gets no body.
    pub(crate) fn new(answer: &Answer, mut body: Vec<Piece>, head_only: bool, manner: Manner) -> Self {
        let length: usize = body.iter().map(|piece| piece.bytes.len() * piece.times).sum();
        let reason = hyper::StatusCode::from_u16(answer.status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or_default();
        let mut head = format!("HTTP/1.1 {} {reason}\r\n", answer.status);
        for (name, value) in &answer.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&if manner.chunked {
            "transfer-encoding: chunked\r\n".to_owned()
        } else {
            format!("content-length: {length}\r\n")
        });
        head.push_str("connection: close\r\n\r\n");
        let mut framing = 0;
        if head_only {
            body.clear();
        } else if manner.chunked {
            // A chunk of nothing would end the body.
            let size = if length == 0 {
                String::new()
            } else {
                format!("{length:x}\r\n")
            };
            let end = if length == 0 { "0\r\n\r\n" } else { "\r\n0\r\n\r\n" };
            framing = size.len();
            body.insert(0, Piece::once(size));
            body.push(Piece::once(end));
        }
        let limit = match (manner.head_cut, manner.body_cut) {
            (Some(bytes), _) => bytes.min(head.len()),
            (None, Some(bytes)) => (head.len() + framing).saturating_add(bytes.min(length)),
            (None, None) => usize::MAX,
        };
        Self {
            head: Bytes::from(head),
            body,
            limit,
            manner,
        }
    }

    /// Writes as much as shall be written.
    async fn write(&self, stream: &mut TcpStream) -> io::Result<()> {
        let mut left = self.limit;
        let head = (&self.head, 1, self.manner.pace.filter(|_| self.manner.slow_head));
        let body = self
            .body
            .iter()
            .map(|piece| (&piece.bytes, piece.times, self.manner.pace));
        for (bytes, times, pace) in std::iter::once(head).chain(body) {
            for _ in 0..times {
                let bytes = &bytes[..bytes.len().min(left)];
                left -= bytes.len();
                match pace {
                    None => stream.write_all(bytes).await?,
                    Some((size, every)) => {
                        for drop in bytes.chunks(size.max(1)) {
                            wait(every).await;
                            stream.write_all(drop).await?;
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

/// Ends a connection as it shall end. Whoever has gone meanwhile does not need to be told.
pub(crate) async fn end(mut stream: TcpStream, ending: &Ending) {
    let reset = match ending {
        Ending::Close => false,
        Ending::Reset => true,
        Ending::Script(script) => script.write(&mut stream).await.is_ok() && script.manner.reset,
    };
    if reset {
        // Closing a socket that does not linger resets it.
        let _ = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
    } else {
        let _ = stream.shutdown().await;
    }
}

/// Waits in real time. To wait for no time takes none, which is not so with timers.
pub(crate) async fn wait(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}

/// What a service says to get its connection back from the HTTP server.
impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fault ends the connection")
    }
}

impl std::error::Error for Ending {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(manner: Manner) -> String {
        let answer = Answer::json(200, json!({}));
        let script = Script::new(
            &answer,
            vec![Piece::once("hello"), Piece::once(" you")],
            false,
            manner,
        );
        let body = script.body.iter().map(|piece| piece.bytes.clone());
        let all: Vec<u8> = std::iter::once(script.head.clone())
            .chain(body)
            .flatten()
            .take(script.limit)
            .collect();
        String::from_utf8_lossy(&all).into_owned()
    }

    #[test]
    fn cuts_leave_the_promised_length_as_it_is() {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\n";
        let whole = format!("{head}content-length: 9\r\nconnection: close\r\n\r\nhello you");
        assert_eq!(written(Manner::default()), whole);
        let cut = |head_cut, body_cut, chunked| {
            written(Manner {
                head_cut,
                body_cut,
                chunked,
                ..Manner::default()
            })
        };
        assert_eq!(cut(None, Some(6), false), whole.trim_end_matches("you"));
        assert_eq!(cut(Some(12), None, false), "HTTP/1.1 200");
        let chunked = format!(
            "{head}transfer-encoding: chunked\r\nconnection: close\r\n\r\n9\r\nhello you\r\n0\r\n\r\n"
        );
        assert_eq!(cut(None, None, true), chunked);
        assert_eq!(
            cut(None, Some(6), true),
            chunked.trim_end_matches("you\r\n0\r\n\r\n")
        );
    }
}
