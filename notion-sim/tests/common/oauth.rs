//! An application with a public connection: the browser of its user, and its server.

use base64::Engine as _;
use notion_sim::Sim;
use serde_json::{Value, json};

use super::{Answer, Client, send, text};

pub(crate) const CALLBACK: &str = "http://localhost:9999/callback";

/// The application.
pub(crate) struct App<'a> {
    pub(crate) sim: &'a Sim,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
}

impl<'a> App<'a> {
    /// The one that every simulator has registered.
    pub(crate) fn new(sim: &'a Sim) -> Self {
        let client = sim.oauth();
        Self::registered(sim, &client.client_id, &client.client_secret)
    }

    pub(crate) fn registered(sim: &'a Sim, client_id: &str, client_secret: &str) -> Self {
        Self {
            sim,
            client_id: client_id.to_owned(),
            client_secret: client_secret.to_owned(),
        }
    }

    /// The address that the user is sent to.
    pub(crate) fn authorize_url(&self, redirect: &str, state: &str) -> String {
        format!(
            "{}/v1/oauth/authorize?client_id={}&redirect_uri={redirect}&response_type=code&owner=user&state={state}",
            self.sim.base_url(),
            self.client_id
        )
    }

    /// Opens the consent page.
    #[track_caller]
    pub(crate) fn page(&self) -> Answer {
        let page = get(&self.authorize_url(CALLBACK, "s"));
        assert_eq!(page.status, 200, "{}", page.text);
        page
    }

    /// Presses a button of the consent page, with further fields as `key=value`.
    #[track_caller]
    pub(crate) fn decide(&self, page: &str, decision: &str, fields: &[String]) -> Answer {
        let mut body = hidden_fields(page);
        body.push(format!("decision={decision}"));
        body.extend(fields.iter().cloned());
        form(
            &format!("{}/_sim/oauth/consent", self.sim.base_url()),
            &body.join("&"),
            None,
        )
    }

    /// A request of the application's server.
    pub(crate) fn call(&self, path: &str, body: &Value) -> Answer {
        let credentials = basic(&self.client_id, &self.client_secret);
        let headers = [
            ("authorization", credentials.as_str()),
            ("content-type", "application/json"),
        ];
        let url = format!("{}/v1/oauth/{path}", self.sim.base_url());
        send("POST", &url, &headers, body.to_string().as_bytes()).expect("an answer")
    }

    pub(crate) fn exchange(&self, code: &str, redirect: Option<&str>) -> Answer {
        let mut body = json!({"grant_type": "authorization_code", "code": code});
        if let Some(redirect) = redirect {
            body["redirect_uri"] = json!(redirect);
        }
        self.call("token", &body)
    }

    /// A code without a page, where consent is given in advance.
    #[track_caller]
    pub(crate) fn code(&self) -> String {
        code_in(&get(&self.authorize_url(CALLBACK, "x")))
    }

    /// Tokens without a page, where consent is given in advance.
    #[track_caller]
    pub(crate) fn grant(&self) -> Value {
        self.exchange(&self.code(), Some(CALLBACK)).ok()
    }

    pub(crate) fn refresh(&self, token: &Value) -> Answer {
        self.call(
            "token",
            &json!({"grant_type": "refresh_token", "refresh_token": token}),
        )
    }

    /// Whether an access token is good for anything.
    pub(crate) fn works(&self, token: &Value) -> bool {
        Client::with_token(self.sim, &text(token))
            .get("/v1/users/me")
            .status
            == 200
    }

    pub(crate) fn is_active(&self, token: &Value) -> bool {
        self.call("introspect", &json!({"token": token})).ok()["active"] == true
    }
}

/// What a browser sends along with any button: `consent=…`, `workspace=…`, `user=…`.
fn hidden_fields(page: &str) -> Vec<String> {
    let fields = page.split("<input type=\"hidden\" name=\"").skip(1);
    let fields: Vec<String> = fields
        .filter_map(|field| {
            let (name, rest) = field.split_once("\" value=\"")?;
            let (value, _) = rest.split_once('"')?;
            Some(format!("{name}={value}"))
        })
        .collect();
    assert!(!fields.is_empty(), "no consent page: {page}");
    fields
}

pub(crate) fn get(url: &str) -> Answer {
    send("GET", url, &[], b"").expect("an answer")
}

/// Sends a form.
pub(crate) fn form(url: &str, body: &str, authorization: Option<&str>) -> Answer {
    let mut headers = vec![("content-type", "application/x-www-form-urlencoded")];
    headers.extend(authorization.map(|value| ("authorization", value)));
    send("POST", url, &headers, body.as_bytes()).expect("an answer")
}

pub(crate) fn basic(id: &str, secret: &str) -> String {
    let credentials = base64::prelude::BASE64_STANDARD.encode(format!("{id}:{secret}"));
    format!("Basic {credentials}")
}

/// The code in a redirect.
#[track_caller]
pub(crate) fn code_in(answer: &Answer) -> String {
    assert_eq!(answer.status, 302, "{}", answer.text);
    let location = answer.header("location");
    let (_, rest) = location.split_once("code=").expect("a code");
    rest.split('&').next().unwrap_or_default().to_owned()
}
