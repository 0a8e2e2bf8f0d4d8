//! Every published route, with what answers it.

use serde_json::Value;

use super::call::Call;
use super::{
    async_tasks, blocks, comments, custom_emojis, data_sources, databases, file_uploads, legacy, markdown,
    meeting_notes, moving, pages, permit, property_item, query, search, templates, users, view_queries,
    views,
};
use crate::engine::capability::Capability;
use crate::refusal::Refusal;
use crate::version::Version;

/// Answers a request.
pub(super) type Run = fn(&mut Call<'_>) -> Result<Value, Refusal>;

/// What answers a route.
#[derive(Clone, Copy)]
pub(super) enum Handler {
    Run(Run),
    Token,
    Introspect,
    Revoke,
    Authorize,
    /// Published by Notion, not answered here yet.
    Missing,
}

/// A route of the API.
#[derive(Clone, Copy)]
pub(super) struct Route {
    method: &'static str,
    /// The path below `/v1/`; a segment `*` is a parameter.
    path: &'static str,
    pub(super) handler: Handler,
    /// The first version that has the route.
    pub(super) since: Version,
    /// The last version that has it.
    pub(super) until: Option<Version>,
    /// What answers before data sources, where that is something else.
    pub(super) formerly: Option<Run>,
    /// Whether the body of the answer is without a request id.
    pub(super) bare: bool,
}

impl Route {
    const fn get(path: &'static str, run: Run) -> Self {
        Self::new("GET", path, Handler::Run(run))
    }

    const fn post(path: &'static str, run: Run) -> Self {
        Self::new("POST", path, Handler::Run(run))
    }

    const fn patch(path: &'static str, run: Run) -> Self {
        Self::new("PATCH", path, Handler::Run(run))
    }

    const fn delete(path: &'static str, run: Run) -> Self {
        Self::new("DELETE", path, Handler::Run(run))
    }

    const fn new(method: &'static str, path: &'static str, handler: Handler) -> Self {
        Self {
            method,
            path,
            handler,
            since: Version::V2022June,
            until: None,
            formerly: None,
            bare: false,
        }
    }

    const fn since_sources(self) -> Self {
        Self {
            since: Version::V2025September,
            ..self
        }
    }

    const fn before_sources(self) -> Self {
        Self {
            until: Some(Version::V2022June),
            ..self
        }
    }

    const fn formerly(self, run: Run) -> Self {
        Self {
            formerly: Some(run),
            ..self
        }
    }

    const fn bare(self) -> Self {
        Self { bare: true, ..self }
    }

    /// What a connection must be allowed to do.
    pub(super) fn needs(&self) -> Option<Capability> {
        permit::needed(self.method, self.path)
    }

    /// The route as people write it: `GET /v1/pages/{id}`.
    pub(super) fn name(&self) -> String {
        format!("{} /v1/{}", self.method, self.path.replace('*', "{id}"))
    }
}

const fn missing(method: &'static str, path: &'static str) -> Route {
    Route::new(method, path, Handler::Missing)
}

static ROUTES: &[Route] = &[
    Route::new("GET", "oauth/authorize", Handler::Authorize),
    Route::new("POST", "oauth/token", Handler::Token),
    Route::new("POST", "oauth/introspect", Handler::Introspect),
    Route::new("POST", "oauth/revoke", Handler::Revoke),
    Route::get("users/me", users::me),
    Route::get("users", users::list),
    Route::get("users/*", users::retrieve),
    Route::post("search", search::search),
    Route::post("pages", pages::create),
    Route::get("pages/*", pages::retrieve),
    Route::patch("pages/*", pages::update),
    Route::get("pages/*/properties/*", property_item::retrieve),
    Route::post("pages/*/move", moving::page),
    Route::get("pages/*/markdown", markdown::retrieve),
    Route::patch("pages/*/markdown", markdown::update),
    Route::post("databases", databases::create).formerly(legacy::create),
    Route::get("databases/*", databases::retrieve).formerly(legacy::retrieve),
    Route::patch("databases/*", databases::update).formerly(legacy::update),
    Route::post("databases/*/query", legacy::query).before_sources(),
    Route::post("data_sources", data_sources::create).since_sources(),
    Route::get("data_sources/*", data_sources::retrieve).since_sources(),
    Route::patch("data_sources/*", data_sources::update).since_sources(),
    Route::post("data_sources/*/query", query::query).since_sources(),
    Route::get("data_sources/*/templates", templates::list)
        .since_sources()
        .bare(),
    Route::get("blocks/*", blocks::retrieve),
    Route::patch("blocks/*", blocks::update),
    Route::delete("blocks/*", blocks::delete),
    Route::get("blocks/*/children", blocks::children),
    Route::patch("blocks/*/children", blocks::append),
    Route::post("blocks/meeting_notes", meeting_notes::create),
    Route::post("blocks/meeting_notes/query", meeting_notes::query),
    Route::post("comments", comments::create),
    Route::get("comments", comments::list),
    Route::get("comments/*", comments::retrieve),
    Route::patch("comments/*", comments::update),
    Route::delete("comments/*", comments::delete),
    Route::post("file_uploads", file_uploads::create),
    Route::get("file_uploads", file_uploads::list),
    Route::get("file_uploads/*", file_uploads::retrieve),
    Route::post("file_uploads/*/send", file_uploads::send),
    Route::post("file_uploads/*/complete", file_uploads::complete),
    Route::post("views", views::create).since_sources(),
    Route::get("views", views::list).since_sources(),
    Route::get("views/*", views::retrieve).since_sources(),
    Route::patch("views/*", views::update).since_sources(),
    Route::delete("views/*", views::delete).since_sources(),
    Route::post("views/*/queries", view_queries::create).since_sources(),
    Route::get("views/*/queries/*", view_queries::retrieve).since_sources(),
    Route::delete("views/*/queries/*", view_queries::delete).since_sources(),
    Route::get("custom_emojis", custom_emojis::list),
    Route::get("async_tasks/*", async_tasks::retrieve),
    missing("GET", "agents"),
    missing("POST", "agents/query"),
    missing("POST", "agents/batch"),
    missing("GET", "agents/*"),
    missing("DELETE", "agents/*"),
    missing("GET", "agents/*/insights"),
    missing("PATCH", "agents/*/status"),
    missing("PATCH", "agents/*/credit_limit"),
    missing("POST", "agents/*/chat"),
    missing("GET", "agents/*/threads"),
    missing("POST", "agents/*/threads/query"),
    missing("GET", "threads/*/messages"),
    missing("POST", "threads/*/messages"),
    missing("POST", "threads/*/messages/query"),
    missing("POST", "threads/*/continue"),
    missing("POST", "sessions"),
    missing("POST", "sessions/query"),
    missing("GET", "sessions/*"),
    missing("POST", "sessions/*/cancel"),
    missing("POST", "sessions/*/events/query"),
    missing("POST", "external_agent_stub/*/vaults"),
    missing("PATCH", "external_agent_stub/*/vaults/*"),
    missing("DELETE", "external_agent_stub/*/vaults/*"),
    missing("POST", "external_agent_stub/*/sessions"),
    missing("GET", "external_agent_stub/*/sessions/*/events"),
    missing("POST", "external_agent_stub/*/sessions/*/messages"),
];

/// The route of a request and the values of its parameters. Exactly one trailing slash is tolerated.
pub(super) fn find<'a>(method: &str, path: &'a str) -> Option<(&'static Route, Vec<&'a str>)> {
    let path = path.strip_prefix("/v1/")?;
    let path = path.strip_suffix('/').unwrap_or(path);
    // HEAD is answered like GET; the server leaves the body out.
    let method = if method == "HEAD" { "GET" } else { method };
    let segments: Vec<&str> = path.split('/').collect();
    ROUTES
        .iter()
        .filter(|route| route.method == method)
        .find_map(|route| {
            let wanted: Vec<&str> = route.path.split('/').collect();
            let fits = wanted.len() == segments.len()
                && wanted
                    .iter()
                    .zip(&segments)
                    .all(|(wanted, found)| (*wanted == "*" && !found.is_empty()) || wanted == found);
            let params = || {
                wanted
                    .iter()
                    .zip(&segments)
                    .filter(|(wanted, _)| **wanted == "*")
                    .map(|(_, found)| *found)
            };
            fits.then(|| (route, params().collect()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_matched_by_segment() {
        let name = |method: &str, path: &str| find(method, path).map(|(route, _)| route.name());
        assert_eq!(name("GET", "/v1/users/me").as_deref(), Some("GET /v1/users/me"));
        assert_eq!(name("GET", "/v1/users/me/").as_deref(), Some("GET /v1/users/me"));
        assert_eq!(name("GET", "/v1/users/me//"), None);
        assert_eq!(
            name("GET", "/v1/users/abc").as_deref(),
            Some("GET /v1/users/{id}")
        );
        assert_eq!(name("PUT", "/v1/users/abc"), None, "a wrong method is no route");
        assert_eq!(name("GET", "/v2/users/me"), None);
    }
}
