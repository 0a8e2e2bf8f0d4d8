//! Responses: a page or a redirect, both with the headers that keep them to this browser.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, SET_COOKIE,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderName, HeaderValue, Response, StatusCode};

use super::page::Page;
use super::problem::Problem;
use super::wording::reference;
use super::{Route, Web};
use crate::binding::Binding;
use crate::error::{Error, ErrorKind};
use crate::id::FlowId;

/// On every response, whatever it is.
const KEPT: [(HeaderName, &str); 6] = [
    (CACHE_CONTROL, "no-store"),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

impl Web {
    /// The page, as the application shows pages.
    pub(super) fn show(&self, mut page: Page) -> Response<String> {
        let mut bytes = [0; 16];
        let (style, nonce) = match getrandom::fill(&mut bytes) {
            Ok(()) => {
                let nonce = STANDARD.encode(bytes);
                (format!("'nonce-{nonce}'"), nonce)
            }
            // Then the page is plain, and as safe.
            Err(_) => ("'none'".to_owned(), String::new()),
        };
        let forms = if page.form().is_some() { "'self'" } else { "'none'" };
        page.set_nonce(nonce);
        let policy = format!(
            "default-src 'none'; style-src {style}; base-uri 'none'; form-action {forms}; frame-ancestors 'none'"
        );
        let mut response = Response::new(self.pages.html(&page));
        *response.status_mut() = page.status();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(CONTENT_SECURITY_POLICY, policy);
        }
        kept(response)
    }

    /// Sends the browser on. `location` is ours or was checked.
    pub(super) fn see_other(&self, location: &str) -> Response<String> {
        // Neither a path of ours nor a `ReturnTo` can hold what is no header.
        let Ok(mut location) = HeaderValue::from_str(location) else {
            return self.tell(Problem::Inside);
        };
        location.set_sensitive(true);
        let mut response = Response::new(String::new());
        *response.status_mut() = StatusCode::SEE_OTHER;
        let headers = response.headers_mut();
        headers.insert(LOCATION, location);
        headers.insert(
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(
                "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            ),
        );
        kept(response)
    }

    /// Sends the browser to the page that tells it.
    pub(super) fn go_tell(&self, problem: Problem) -> Response<String> {
        let query = [("problem", Some(problem.word()))];
        self.see_other(&self.site.link(Route::Done, &query))
    }

    pub(super) fn tell(&self, problem: Problem) -> Response<String> {
        self.show(self.problem_page(problem))
    }

    /// What the application has to look at. The log says what it is, and the page only where to look.
    pub(super) fn fail(&self, flow: Option<&FlowId>, error: &Error) -> Response<String> {
        let reference = flow.map(reference);
        tracing::error!(reference, %error, "a flow fails in the application");
        let mut page = self.problem_page(match error.kind() {
            ErrorKind::Busy => Problem::Busy,
            _ => Problem::Inside,
        });
        page.set_reference(reference);
        self.show(page)
    }

    pub(super) fn wrong_method(&self, route: Route) -> Response<String> {
        let mut page = self.problem_page(Problem::Broken);
        page.set_status(StatusCode::METHOD_NOT_ALLOWED);
        let mut response = self.show(page);
        let methods = HeaderValue::from_static(route.methods());
        response.headers_mut().insert(ALLOW, methods);
        response
    }

    pub(super) fn with_cookie(&self, mut response: Response<String>, binding: &Binding) -> Response<String> {
        if let Some(cookie) = self.cookie(binding) {
            response.headers_mut().insert(SET_COOKIE, cookie);
        }
        response
    }
}

fn kept(mut response: Response<String>) -> Response<String> {
    for (name, value) in KEPT {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}
