//! The calls, as they are, and what may be told of their answers.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use axum::http::Uri;
use axum::routing::get;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use notion_core::NOTION_VERSION;
use notion_core::transport::{HttpClient, Transport};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use url::Url;

use crate::{Call, Pair, Result, introspect, say};

/// A connection, and the browser that comes back to it.
pub(crate) struct Server {
    http: HttpClient,
    base_url: String,
    id: String,
    pub(crate) secret: String,
    pub(crate) says_version: bool,
    pub(crate) redirect_uri: String,
    visits: mpsc::Receiver<HashMap<String, String>>,
}

impl Server {
    pub(crate) async fn from_env() -> Result<Self> {
        let set = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
        let redirect_uri = set("NOTION_REDIRECT_URI")?;
        let url = Url::parse(&redirect_uri)?;
        let place = url.host_str().zip(url.port());
        let place = place.ok_or("the redirect URI names no port of this machine")?;
        let (sender, visits) = mpsc::channel(1);
        let back = async move |uri: Uri| {
            let query = uri.query().unwrap_or_default().as_bytes();
            // Nobody waits for what is too much.
            let _ = sender.try_send(url::form_urlencoded::parse(query).into_owned().collect());
            "You can go back to the program."
        };
        let app = axum::Router::new().route(url.path(), get(back));
        let listener = TcpListener::bind(place).await?;
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Self {
            http: HttpClient::new(Duration::from_secs(30))?,
            base_url: set("NOTION_BASE_URL").unwrap_or_else(|_| "https://api.notion.com".to_owned()),
            id: set("NOTION_CLIENT_ID")?,
            secret: set("NOTION_CLIENT_SECRET")?,
            says_version: true,
            redirect_uri,
            visits,
        })
    }

    /// Sends the user to Notion, and gives the parameters with which they come back.
    pub(crate) async fn visit(&mut self, what: &str, state: &str) -> Result<HashMap<String, String>> {
        let mut url = Url::parse(&format!("{}/v1/oauth/authorize", self.base_url))?;
        url.query_pairs_mut()
            .extend_pairs([("response_type", "code"), ("owner", "user"), ("state", state)])
            .extend_pairs([("client_id", &self.id), ("redirect_uri", &self.redirect_uri)]);
        println!("\n{what}:\n    {url}\n");
        let visit = self.visits.recv().await;
        visit.ok_or_else(|| "nobody listens any more".into())
    }

    /// Asks, and says what came of it.
    pub(crate) async fn ask(&self, question: u8, what: &str, call: Call) -> Result<Answer> {
        let answer = self.call(call).await?;
        say(question, what, &answer.to_string());
        Ok(answer)
    }

    /// Says whether an access token is good, by what is told of it and by what it can do.
    pub(crate) async fn look(&self, question: u8, what: &str, pair: &Pair) -> Result {
        let told = self.call(introspect(&pair.access)).await?.body["active"] == true;
        let request = http::Request::get(format!("{}/v1/users/me", self.base_url));
        let used = self.send(request, &format!("Bearer {}", pair.access), "").await?;
        say(question, &format!("{what} is active"), yes(told));
        say(question, "and used", &used.to_string());
        Ok(())
    }

    async fn call(&self, (endpoint, body): Call) -> Result<Answer> {
        let pair = BASE64_STANDARD.encode(format!("{}:{}", self.id, self.secret));
        let request = http::Request::post(format!("{}/v1/oauth/{endpoint}", self.base_url));
        let request = request.header("content-type", "application/json");
        self.send(request, &format!("Basic {pair}"), &body.to_string())
            .await
    }

    async fn send(&self, request: http::request::Builder, who: &str, body: &str) -> Result<Answer> {
        let mut request = request.header("authorization", who);
        if self.says_version {
            request = request.header("notion-version", NOTION_VERSION);
        }
        let request = request.body(Bytes::from(body.to_owned()))?;
        let answer = self.http.send(request).await?;
        Ok(Answer {
            status: answer.status().as_u16(),
            body: serde_json::from_slice(answer.body()).unwrap_or_default(),
        })
    }
}

/// What came back. It shows a status, an error code, and in which of the two forms that was.
pub(crate) struct Answer {
    status: u16,
    pub(crate) body: Value,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        let code = |form: &'static str| Some((form, self.body[form].as_str()?));
        match code("error").or_else(|| code("code")) {
            Some((form, code)) => write!(f, ", `{form}` is {}", word(code)),
            None => Ok(()),
        }
    }
}

/// The names of the fields of an object, and of those within, without a value.
pub(crate) fn fields(value: &Value) -> String {
    let fields = value.as_object().into_iter().flatten();
    let names = fields.map(|(name, value)| match self::fields(value) {
        within if within.is_empty() => word(name).to_owned(),
        within => format!("{} ({within})", word(name)),
    });
    names.collect::<Vec<_>>().join(", ")
}

/// An error code or the name of a field, and nothing else.
pub(crate) fn word(text: &str) -> &str {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if is_plain && text.len() <= 40 { text } else { "?" }
}

pub(crate) fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}
