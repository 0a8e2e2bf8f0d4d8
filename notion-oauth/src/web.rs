//! The pages of a flow in a web application: a router of axum, to nest where the redirect URI leads.
//!
//! ```no_run
//! # async fn run(workspaces: notion_oauth::Workspaces) -> Result<(), Box<dyn std::error::Error>> {
//! use axum::Router;
//! use notion_oauth::TenantId;
//! use notion_oauth::web::{self, Subject, Theme, Web};
//!
//! #[derive(Clone)]
//! struct User {
//!     id: String, // what a layer of yours puts into the request of somebody who is logged in
//! }
//!
//! // The redirect URI is https://example.com/notion/callback.
//! let web = Web::new(workspaces)?
//!     .pages(Theme::new().product("Acme Boards").accent("#6b4fbb")?)
//!     .subject(|parts| {
//!         let user = parts.extensions.get::<User>()?;
//!         Some(Subject::new(&user.id, TenantId::new(&user.id).ok()?))
//!     });
//! let app: Router = Router::new().nest("/notion", web::router(web));
//! # Ok(())
//! # }
//! ```
//!
//! | route | what it does |
//! |---|---|
//! | `GET` or `POST` `/start` | begins a flow and sends the user to Notion. In the query, `return_to` is where to go on afterwards, `bot` an installation to authorize again |
//! | `GET` `/callback`, or however the redirect URI ends | ends the flow, and sends the user to `/done` |
//! | `GET` `/done` | shows how it ended, also when it is loaded again |
//! | `GET` `/disconnect?bot=…` | asks whether to remove an installation |
//! | `POST` `/disconnect` | removes it: from that page alone |
//!
//! Every response, errors too, forbids to be cached, framed or told to other sites, and its page loads nothing, runs no
//! script and shows no text of the address. A code stays in no address bar: after the callback comes `/done`.
//!
//! # The cookie
//!
//! A browser is known by a cookie of this crate alone, `__Host-notion-oauth`, which no script and no other host can set or
//! read. On `http://localhost`, where browsers refuse that name, it is `notion-oauth` and lacks `Secure`. It says nothing of
//! who is logged in: that is the [subject](Web::subject), who has to be the same when the user comes back. An application
//! that gives its users new rights when they connect should renew their session then, too.
//!
//! # Floods, and what asks by itself
//!
//! A browser has up to 16 flows under way and the store 10,000, of which the oldest go: whoever begins flows without end
//! fills no disk, but can end those of others. Where not only users who are logged in can begin one, limit how often an
//! address may ask for `/start`: in front, or with a layer such as `tower_governor`.
//!
//! A page that a browser loads ahead, because its user may ask for it, begins and ends no flow. Scanners that follow the
//! links in mails bring no cookie, and end none either.
//!
//! # Logs
//!
//! The callback's query holds the code, which is good for nothing without the client secret, and used up by the time a log
//! is written. Still, let no log hold it. Here a span `notion-oauth` has the method and the path alone. In front, log `$uri`
//! instead of `$request` in nginx, leave the query out of the fields of a load balancer's log, and give tower-http's
//! `TraceLayer` a `make_span_with` that records `request.uri().path()`.
//!
//! # Other frameworks
//!
//! [`Web::respond`] takes the parts of a request and gives a response, both of the crate `http`.

mod cookie;
mod disconnect;
mod flow;
mod page;
mod problem;
mod reply;
mod site;
mod theme;
mod wording;

use std::fmt;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::routing::any;
use http::request::Parts;
use http::{Method, Response};
use tracing::Instrument as _;

use crate::error::Result;
use crate::html;
use crate::id::TenantId;
use crate::query::MAX_QUERY;
use crate::return_to::{Origins, ReturnTo};
use crate::workspaces::{Start, Workspaces};

pub use page::{Action, Form, Page, PageKind};
pub use theme::{Pages, Theme};

use self::problem::Problem;
use self::site::Site;

/// Flows in a web application. See [the module](self).
pub struct Web {
    workspaces: Workspaces,
    site: Site,
    redirect_uri: String,
    pages: Box<dyn Pages>,
    subject: Option<Box<Extract>>,
    prepare: Option<Box<Prepare>>,
    origins: Origins,
    home: ReturnTo,
    log_in: Option<ReturnTo>,
    goes_straight_on: bool,
}

type Extract = dyn Fn(&Parts) -> Option<Subject> + Send + Sync;
type Prepare = dyn Fn(&Parts, Start) -> Result<Start> + Send + Sync;

/// Who is logged in to the application, and which customer's installations they may use and remove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    id: String,
    tenant: TenantId,
}

impl Subject {
    /// A user of a tenant. Where each user is a customer of their own, the two are the same id.
    pub fn new(id: impl Into<String>, tenant: TenantId) -> Self {
        Self {
            id: id.into(),
            tenant,
        }
    }
}

/// What the router serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Route {
    /// Where a flow begins.
    Start,
    /// Where Notion sends the user back to.
    Callback,
    /// Where the user reads how it ended.
    Done,
    /// Where an installation is removed.
    Disconnect,
}

impl Route {
    const ALL: [Self; 4] = [Self::Start, Self::Callback, Self::Done, Self::Disconnect];

    /// What may be asked of it.
    const fn methods(self) -> &'static str {
        match self {
            Self::Start | Self::Disconnect => "GET, POST",
            Self::Callback | Self::Done => "GET",
        }
    }
}

impl Web {
    /// For the first redirect URI of the connection: it says where the routes are for a browser.
    ///
    /// # Errors
    /// When its path does not end with a plain word, such as `callback`, or with that of another route.
    pub fn new(workspaces: Workspaces) -> Result<Self> {
        let redirect_uri = workspaces.connection().redirect_uris()[0].clone();
        Ok(Self {
            site: Site::of(&redirect_uri)?,
            redirect_uri: redirect_uri.to_string(),
            workspaces,
            pages: Box::new(Theme::new()),
            subject: None,
            prepare: None,
            origins: Origins::none(),
            home: ReturnTo::parse("/", &Origins::none())?,
            log_in: None,
            goes_straight_on: false,
        })
    }

    /// For another redirect URI of the connection.
    ///
    /// # Errors
    /// When the connection has none like it, and as [`new`](Self::new).
    pub fn redirect_uri(mut self, redirect_uri: impl AsRef<str>) -> Result<Self> {
        let registered = self.workspaces.connection().registered(redirect_uri.as_ref())?;
        self.site = Site::of(registered)?;
        self.redirect_uri = registered.to_string();
        Ok(self)
    }

    /// How pages look: a [`Theme`], or your own.
    #[must_use]
    pub fn pages(mut self, pages: impl Pages) -> Self {
        self.pages = Box::new(pages);
        self
    }

    /// Who is logged in, by the headers and extensions of a request. What takes time to find out, such as a session in a
    /// database, is for a layer that puts it into the extensions.
    ///
    /// Then only who is logged in can begin a flow, the same user has to be logged in when it ends, and what comes of it
    /// belongs to their tenant. Without it anybody can begin one, and nobody can remove an installation here.
    #[must_use]
    pub fn subject(mut self, extract: impl Fn(&Parts) -> Option<Subject> + Send + Sync + 'static) -> Self {
        self.subject = Some(Box::new(extract));
        self
    }

    /// Adds to each flow before it begins, for example a payload. An error is shown as one of the application's own.
    #[must_use]
    pub fn prepare(
        mut self,
        prepare: impl Fn(&Parts, Start) -> Result<Start> + Send + Sync + 'static,
    ) -> Self {
        self.prepare = Some(Box::new(prepare));
        self
    }

    /// The sites beside this one that users may be sent on to.
    #[must_use]
    pub fn origins(mut self, origins: Origins) -> Self {
        self.origins = origins;
        self
    }

    /// Where to go on if nothing else is asked for. `/` if not set.
    #[must_use]
    pub fn home(mut self, home: ReturnTo) -> Self {
        self.home = home;
        self
    }

    /// Where users log in. The page for those who are not links to it.
    #[must_use]
    pub fn log_in(mut self, log_in: ReturnTo) -> Self {
        self.log_in = Some(log_in);
        self
    }

    /// Who has connected goes on at once, without a page that says so.
    #[must_use]
    pub fn go_straight_on(mut self) -> Self {
        self.goes_straight_on = true;
        self
    }

    /// Where the routes are for a browser, which is where to nest the router: `/notion` for the redirect URI
    /// `https://example.com/notion/callback`, and nothing for `https://example.com/callback`.
    #[must_use]
    pub fn mount(&self) -> &str {
        self.site.mount()
    }

    /// Answers a request to one of the routes: what the router does, for other frameworks.
    ///
    /// `body` is that of a `POST`, up to 4 KiB; what is longer is no form of this crate's. It has to be called within a
    /// Tokio runtime.
    pub async fn respond(&self, route: Route, parts: &Parts, body: &[u8]) -> Response<String> {
        let path = self.site.path(route);
        // The query is in no log: it may hold a code.
        let span = tracing::info_span!("notion-oauth", method = %parts.method, path);
        async {
            let response = match (route, &parts.method) {
                (Route::Start | Route::Callback, _) if is_prefetch(parts) => self.tell(Problem::Busy),
                (Route::Start, &Method::GET | &Method::POST) => self.start(parts).await,
                (Route::Callback, &Method::GET) => self.callback(parts).await,
                (Route::Done, &Method::GET) => self.done(parts).await,
                (Route::Disconnect, &Method::GET) => self.ask_disconnect(parts).await,
                (Route::Disconnect, &Method::POST) => self.disconnect(parts, body).await,
                _ => self.wrong_method(route),
            };
            tracing::debug!(status = response.status().as_u16(), "answered");
            response
        }
        .instrument(span)
        .await
    }

    /// Who is logged in.
    ///
    /// # Errors
    /// [`Problem::NotLoggedIn`] where somebody has to be, and nobody is.
    fn visitor(&self, parts: &Parts) -> Result<Option<Subject>, Problem> {
        match &self.subject {
            None => Ok(None),
            Some(extract) => extract(parts).map(Some).ok_or(Problem::NotLoggedIn),
        }
    }
}

/// Whether the browser loads a page ahead that nobody has asked for yet. It takes any answer but a success for a no, and
/// asks again when somebody does.
///
/// Source: <https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Purpose>; older browsers send `Purpose`.
fn is_prefetch(parts: &Parts) -> bool {
    ["sec-purpose", "purpose"].into_iter().any(|name| {
        let purpose = parts.headers.get(name);
        purpose.is_some_and(|purpose| purpose.as_bytes().starts_with(b"prefetch"))
    })
}

impl fmt::Debug for Web {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Web")
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}

/// The routes, to nest at [`Web::mount`], or to merge where that is nothing.
pub fn router(web: Web) -> axum::Router {
    let web = Arc::new(web);
    Route::ALL.into_iter().fold(axum::Router::new(), |router, route| {
        let path = format!("/{}", web.site.name(route));
        let web = Arc::clone(&web);
        router.route(
            &path,
            any(move |request: axum::extract::Request| {
                let web = Arc::clone(&web);
                async move {
                    let (parts, body) = request.into_parts();
                    // What is too long is treated as what is empty: neither is a form of ours.
                    let body = to_bytes(body, MAX_QUERY).await.unwrap_or_default();
                    web.respond(route, &parts, &body).await.map(Body::from)
                }
            }),
        )
    })
}

/// Text that stands in a page, or in an attribute between quotes, and is nothing but text there. For [`Pages`] of your own.
///
/// ```
/// assert_eq!(notion_oauth::web::escape("<b>\"Acme\"</b>"), "&lt;b&gt;&quot;Acme&quot;&lt;/b&gt;");
/// ```
#[must_use]
pub fn escape(text: &str) -> String {
    html::escape(text)
}
