//! A transport that answers from a script and remembers what it was asked.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use notion_core::BoxFuture;
use notion_core::transport::{Transport, TransportError};
use notion_oauth::{Callback, ClientId, ClientSecret, Connection, ConnectionBuilder, Pending, RedirectUri};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Notify;

pub(crate) const CLIENT_ID: &str = "463558a3-725e-4f37-b6d3-0889894f68de";
pub(crate) const SECRET: &str = "secret_you_found_my_fake_secret";
pub(crate) const REDIRECT_URI: &str = "https://example.com/auth/notion/callback";
pub(crate) const CODE: &str = "e202e8c9-0990-40af-855f-ff8f872b1ec6";
pub(crate) const BOT: &str = "b3414d65-1224-5a3c-9ab5-d3f5d0b6c3a1";

pub(crate) const GRANTED: &str = r#"{"access_token":"ntn_CANARYACCESS","token_type":"bearer","refresh_token":"nrt_CANARYREFRESH","bot_id":"b3414d65-1224-5a3c-9ab5-d3f5d0b6c3a1","workspace_icon":"🦀","workspace_name":"Acme","workspace_id":"8a1bfc55-9b1f-4f4e-8e3f-8f1f1f6b1b1a","owner":{"type":"user","user":{"object":"user","id":"e79a0b74-3aba-4149-9f74-0bb5791a6ee6","name":"Ada","avatar_url":null,"type":"person","person":{"email":"ada@example.com","email_verified":true}}},"duplicated_template_id":null,"request_id":"7a9d1a9c-5f8e-4c1e-9e55-2f9d5a6b7c8d","aura": {"hue" : 1.50}}"#;

#[derive(Clone, Default)]
pub(crate) struct Fake {
    script: Arc<Mutex<Script>>,
}

#[derive(Default)]
struct Script {
    answers: VecDeque<Answer>,
    requests: Vec<Request<Bytes>>,
}

pub(crate) enum Answer {
    Reply(Response<Bytes>),
    /// It comes when the test says so.
    Later(Arc<Notify>, Response<Bytes>),
    NotSent,
    Lost,
}

impl Fake {
    pub(crate) fn answering(answer: Answer) -> Self {
        let fake = Self::default();
        fake.then(answer);
        fake
    }

    pub(crate) fn granting() -> Self {
        Self::answering(reply(200, GRANTED))
    }

    pub(crate) fn then(&self, answer: Answer) {
        self.script.lock().unwrap().answers.push_back(answer);
    }

    pub(crate) fn requests(&self) -> Vec<Request<Bytes>> {
        self.script.lock().unwrap().requests.clone()
    }
}

impl Transport for Fake {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let mut script = self.script.lock().unwrap();
        script.requests.push(request);
        let answer = script.answers.pop_front();
        Box::pin(async move {
            // As over a network, others run before the answer comes.
            tokio::task::yield_now().await;
            match answer {
                Some(Answer::Reply(reply)) => Ok(reply),
                Some(Answer::Later(when, reply)) => {
                    when.notified().await;
                    Ok(reply)
                }
                Some(Answer::Lost) => Err(TransportError::lost("connection reset")),
                Some(Answer::NotSent) | None => Err(TransportError::not_sent("connection refused")),
            }
        })
    }
}

pub(crate) fn reply(status: u16, body: impl Into<Bytes>) -> Answer {
    reply_with(status, &[], body)
}

pub(crate) fn reply_with(status: u16, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Answer {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    Answer::Reply(response.body(body.into()).unwrap())
}

pub(crate) fn builder(fake: &Fake) -> ConnectionBuilder {
    builder_to(fake, REDIRECT_URI)
}

pub(crate) fn builder_to(fake: &Fake, redirect_uri: &str) -> ConnectionBuilder {
    Connection::builder(
        ClientId::new(CLIENT_ID).unwrap(),
        ClientSecret::new(SECRET).unwrap(),
        RedirectUri::new(redirect_uri).unwrap(),
    )
    .transport(fake.clone())
}

pub(crate) fn connection(fake: &Fake) -> Connection {
    builder(fake).build().unwrap()
}

/// The parameters of a URL.
pub(crate) fn pairs(url: &str) -> Vec<(String, String)> {
    url::Url::parse(url).unwrap().query_pairs().into_owned().collect()
}

pub(crate) fn state(pending: &Pending) -> String {
    pairs(pending.url())
        .into_iter()
        .find(|(key, _)| key == "state")
        .unwrap()
        .1
}

/// The callback that Notion sends to a flow where the user allows it.
pub(crate) fn allowed(pending: &Pending) -> Callback {
    Callback::parse(&format!("code={CODE}&state={}", state(pending))).unwrap()
}

/// A server that answers each connection with these bytes, whatever it is asked, and counts them.
pub(crate) struct Server {
    pub(crate) base_url: String,
    pub(crate) hits: Arc<AtomicUsize>,
}

pub(crate) async fn serve(answer: impl Into<Bytes>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let (hits, answer) = (Arc::new(AtomicUsize::new(0)), answer.into());
    let counted = Arc::clone(&hits);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::Relaxed);
            let answer = answer.clone();
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(&answer).await;
                // An answer without an end is one that never comes.
                if answer.is_empty() {
                    std::future::pending::<()>().await;
                }
            });
        }
    });
    Server { base_url, hits }
}

/// A connection to it by the transport that a program has.
pub(crate) fn connection_over_sockets(server: &Server) -> Connection {
    Connection::builder(
        ClientId::new(CLIENT_ID).unwrap(),
        ClientSecret::new(SECRET).unwrap(),
        RedirectUri::new(REDIRECT_URI).unwrap(),
    )
    .base_url(&server.base_url)
    .timeout(std::time::Duration::from_millis(500))
    .build()
    .unwrap()
}
