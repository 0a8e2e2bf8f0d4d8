//! Browsers, each with its own jar of cookies, and the application that they visit.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::header::{COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, Method, Request, StatusCode};
use notion_oauth::web::{self, Subject, Theme, Web};
use notion_oauth::{BotId, Origins, ReturnTo, TenantId, Workspaces};
use tower::ServiceExt as _;

use crate::fake::{self, BOT, CODE, Fake};

pub(crate) const COOKIE_NAME: &str = "__Host-notion-oauth";

/// An application whose users are named by a header.
pub(crate) struct App {
    pub(crate) workspaces: Workspaces,
    pub(crate) router: Router,
}

impl App {
    pub(crate) async fn new(fake: &Fake) -> Self {
        Self::with(fake, |web| web.subject(logged_in)).await
    }

    pub(crate) async fn with(fake: &Fake, set: impl FnOnce(Web) -> Web) -> Self {
        let workspaces = open(fake, "https://example.com/notion/callback").await;
        let theme = Theme::new().product("Boards");
        let web = set(Web::new(workspaces.clone()).unwrap().pages(theme));
        Self {
            workspaces,
            router: Router::new().nest("/notion", web::router(web)),
        }
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            jar: BTreeMap::new(),
            user: None,
        }
    }

    pub(crate) fn browser_of(&self, user: &'static str) -> Browser {
        Browser {
            user: Some(user),
            ..self.browser()
        }
    }
}

pub(crate) async fn open(fake: &Fake, redirect_uri: &str) -> Workspaces {
    let connection = fake::builder_to(fake, redirect_uri).build().unwrap();
    Workspaces::builder(connection).in_memory().open().await.unwrap()
}

pub(crate) fn logged_in(parts: &http::request::Parts) -> Option<Subject> {
    let user = parts.headers.get("x-user")?.to_str().ok()?;
    Some(Subject::new(user, TenantId::new(user).ok()?))
}

pub(crate) fn bot() -> BotId {
    BotId::new(BOT).unwrap()
}

pub(crate) fn path(text: &str) -> ReturnTo {
    ReturnTo::parse(text, &Origins::none()).unwrap()
}

#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    pub(crate) jar: BTreeMap<String, String>,
    pub(crate) user: Option<&'static str>,
}

#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Shown {
    #[track_caller]
    pub(crate) fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.headers[LOCATION].to_str().unwrap()
    }

    pub(crate) fn title(&self) -> &str {
        let (_, after) = self.body.split_once("<h1>").unwrap();
        after.split_once("</h1>").unwrap().0
    }

    #[track_caller]
    pub(crate) fn is(&self, status: u16, title: &str) {
        assert_eq!(
            (self.status.as_u16(), self.title()),
            (status, title),
            "{}",
            self.body
        );
    }

    /// The state in the address of Notion's page.
    pub(crate) fn state(&self) -> String {
        let pairs = fake::pairs(self.location());
        pairs.into_iter().find(|(key, _)| key == "state").unwrap().1
    }
}

impl Browser {
    pub(crate) async fn ask(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Shown {
        let mut request = Request::builder().method(method).uri(path);
        if !self.jar.is_empty() {
            let cookies = self.jar.iter().map(|(name, value)| format!("{name}={value}"));
            request = request.header(COOKIE, cookies.collect::<Vec<_>>().join("; "));
        }
        if let Some(user) = self.user {
            request = request.header("x-user", user);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(SET_COOKIE) {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.jar.insert(name.to_owned(), value.to_owned());
        }
        let body = to_bytes(body, 1 << 20).await.unwrap();
        Shown {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Shown {
        self.ask(Method::GET, path, &[], "").await
    }

    /// Goes to Notion, and gives the state with which it comes back.
    pub(crate) async fn start(&mut self) -> String {
        self.get("/notion/start").await.state()
    }

    /// Comes back with this query, and goes where it is sent.
    pub(crate) async fn come_back(&mut self, query: &str) -> Shown {
        let back = self.get(&format!("/notion/callback?{query}")).await;
        assert_eq!(back.body, "");
        let location = back.location().to_owned();
        // A digest of the state or a word of ours, and nothing that was in the address.
        let is_hex = |digest: &str| digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_word = |word: &str| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        let said = location.strip_prefix("/notion/done?").unwrap();
        assert!(
            said.strip_prefix("flow=").is_some_and(is_hex)
                || said.strip_prefix("problem=").is_some_and(is_word),
            "{location}"
        );
        self.get(&location).await
    }

    pub(crate) async fn allow(&mut self, state: &str) -> Shown {
        self.come_back(&format!("code={CODE}&state={state}")).await
    }
}
