//! Remembers what became of each token that was sent to the token endpoint.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use notion_core::BoxFuture;
use notion_core::transport::{HttpClient, Transport, TransportError};
use serde_json::Value;

/// A way to the server, for all programs of a site.
#[derive(Clone)]
pub(crate) struct Recorder {
    inner: HttpClient,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    /// The outcomes of each refresh token.
    sent: HashMap<String, Vec<Outcome>>,
    /// Whose refresh token it is.
    owner: HashMap<String, String>,
    /// How many answers with tokens came for a bot.
    given: HashMap<String, usize>,
}

/// What became of a refresh token that was sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Outcome {
    Given,
    /// The server says that it has not done it, with this status.
    Refused(u16),
    Lost,
}

impl Recorder {
    pub(crate) fn new(inner: HttpClient) -> Self {
        Self {
            inner,
            seen: Arc::default(),
        }
    }

    /// The outcomes of each refresh token.
    pub(crate) fn sent(&self) -> Vec<Vec<Outcome>> {
        self.seen.lock().unwrap().sent.values().cloned().collect()
    }

    /// The outcomes of the refresh tokens of a bot.
    pub(crate) fn sent_for(&self, bot: &str) -> Vec<Outcome> {
        let seen = self.seen.lock().unwrap();
        let is_its = |token: &str| seen.owner.get(token).is_some_and(|owner| owner == bot);
        let its = seen.sent.iter().filter(|(token, _)| is_its(token));
        its.flat_map(|(_, outcomes)| outcomes.iter().copied()).collect()
    }

    /// How many answers with tokens came for a bot.
    pub(crate) fn given_to(&self, bot: &str) -> usize {
        let seen = self.seen.lock().unwrap();
        seen.given.get(bot).copied().unwrap_or_default()
    }
}

impl Seen {
    fn note(&mut self, asked: &Value, answer: &Result<Response<Bytes>, TransportError>) {
        let given: Option<Value> = answer
            .as_ref()
            .ok()
            .filter(|answer| answer.status().is_success())
            .and_then(|answer| serde_json::from_slice(answer.body()).ok());
        let outcome = match (&given, answer) {
            (Some(_), _) => Outcome::Given,
            (None, Ok(answer)) if !answer.status().is_success() => Outcome::Refused(answer.status().as_u16()),
            _ => Outcome::Lost,
        };
        if let Some(token) = asked["refresh_token"].as_str() {
            self.sent.entry(token.to_owned()).or_default().push(outcome);
        }
        if let Some(given) = given {
            let bot = given["bot_id"].as_str().unwrap().to_owned();
            if let Some(token) = given["refresh_token"].as_str() {
                self.owner.insert(token.to_owned(), bot.clone());
            }
            *self.given.entry(bot).or_default() += 1;
        }
    }
}

impl Transport for Recorder {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async move {
            if request.uri().path() != "/v1/oauth/token" {
                return self.inner.send(request).await;
            }
            let asked = serde_json::from_slice(request.body()).unwrap();
            let answer = self.inner.send(request).await;
            self.seen.lock().unwrap().note(&asked, &answer);
            answer
        })
    }
}
