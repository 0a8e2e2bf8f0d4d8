//! Beginning a flow, ending it, and showing how it ended.

use http::Response;
use http::request::Parts;
use zeroize::Zeroizing;

use super::problem::Problem;
use super::wording::reference;
use super::{Route, Web};
use crate::callback::Callback;
use crate::error::{Error, ErrorKind, Result};
use crate::id::{BotId, FlowId};
use crate::query::parameters;
use crate::return_to::ReturnTo;
use crate::workspaces::{FlowResult, Start};

impl Web {
    pub(super) async fn start(&self, parts: &Parts) -> Response<String> {
        let start = match self.asked_for(parts) {
            Ok(start) => start,
            Err(problem) => return self.tell(problem),
        };
        let brought = self.binding(&parts.headers);
        let started = async {
            let start = match &self.prepare {
                Some(prepare) => prepare(parts, start)?,
                None => start,
            };
            self.workspaces.start(start, brought.as_ref()).await
        };
        match started.await {
            Ok(started) if brought.is_some() => self.see_other(started.url()),
            Ok(started) => self.with_cookie(self.see_other(started.url()), started.binding()),
            Err(error) => self.fail(None, &error),
        }
    }

    /// What the link to the start asks for, and for whom.
    fn asked_for(&self, parts: &Parts) -> Result<Start, Problem> {
        // A picture or a frame of another page is nobody who wants to connect.
        let destination = parts.headers.get("sec-fetch-dest");
        if destination.is_some_and(|destination| destination != "document") {
            return Err(Problem::Broken);
        }
        let query = parts.uri.query().unwrap_or_default();
        let [return_to, bot] = parameters(query, ["return_to", "bot"]).map_err(|_| Problem::Broken)?;
        let mut start = Start::new().redirect_uri(&self.redirect_uri);
        start = start.return_to(match return_to {
            Some(text) => ReturnTo::parse(&text, &self.origins).map_err(|_| Problem::Broken)?,
            None => self.home.clone(),
        });
        if let Some(bot) = bot {
            start = start.expect_bot(BotId::new(&*bot).map_err(|_| Problem::Broken)?);
        }
        Ok(match self.visitor(parts)? {
            Some(visitor) => start.subject(visitor.id).tenant(visitor.tenant),
            None => start,
        })
    }

    /// Whatever comes of it, the browser leaves the address that holds the code.
    pub(super) async fn callback(&self, parts: &Parts) -> Response<String> {
        let query = Zeroizing::new(format!("?{}", parts.uri.query().unwrap_or_default()));
        let Ok(callback) = Callback::parse(&query) else {
            return self.go_tell(Problem::Broken);
        };
        let flow = callback.flow_id();
        let finished = self
            .workspaces
            .finish_as(
                callback,
                self.binding(&parts.headers).as_ref(),
                self.subject_id(parts).as_deref(),
            )
            .await;
        match (finished, flow) {
            (Ok(finished), Some(flow)) => match (finished.result, finished.return_to) {
                (FlowResult::Installed(_), Some(on)) if self.goes_straight_on => self.see_other(on.as_str()),
                _ => self.go_show(&flow),
            },
            (Ok(_), None) => self.go_tell(Problem::Cancelled),
            (Err(error), flow) => match (problem(&error), flow) {
                (Some(Problem::Expired), Some(flow)) => self.go_show(&flow),
                (None, Some(flow)) => {
                    let reference = reference(&flow);
                    tracing::error!(reference, %error, "a flow fails in the application");
                    self.go_show(&flow)
                }
                (problem, _) => self.go_tell(problem.unwrap_or(Problem::Inside)),
            },
        }
    }

    fn go_show(&self, flow: &FlowId) -> Response<String> {
        self.see_other(&self.site.link(Route::Done, &[("flow", Some(flow.as_str()))]))
    }

    pub(super) async fn done(&self, parts: &Parts) -> Response<String> {
        let query = parts.uri.query().unwrap_or_default();
        let (flow, word) = match parameters(query, ["flow", "problem"]) {
            Ok([Some(flow), None]) => (FlowId::new(&*flow).ok(), None),
            Ok([None, Some(word)]) => (None, Problem::of_word(&word)),
            _ => (None, None),
        };
        let Some(flow) = flow else {
            return self.tell(word.unwrap_or(Problem::Broken));
        };
        let (binding, subject) = (self.binding(&parts.headers), self.subject_id(parts));
        let (binding, subject) = (binding.as_ref(), subject.as_deref());
        match self.workspaces.ended(&flow, binding, subject).await {
            Ok(finished) => self.show(self.finished_page(&flow, &finished)),
            // What was installed has been removed since.
            Err(error) if error.kind() == ErrorKind::NotFound => self.tell(Problem::Disconnected),
            Err(error) => match problem(&error) {
                Some(Problem::Expired) => match self.workspaces.ticket(&flow, binding, subject).await {
                    Ok(ticket) => self.show(self.expired_page(&ticket)),
                    Err(_) => self.tell(Problem::Expired),
                },
                Some(problem) => self.tell(problem),
                None => self.fail(Some(&flow), &error),
            },
        }
    }

    /// Who is logged in, if anybody has to be. The flow knows whether it was them.
    fn subject_id(&self, parts: &Parts) -> Option<String> {
        Some(self.visitor(parts).ok()??.id)
    }
}

/// What the user can do something about.
fn problem(error: &Error) -> Option<Problem> {
    match error.kind() {
        ErrorKind::StateMismatch => Some(Problem::OtherBrowser),
        ErrorKind::Expired => Some(Problem::Expired),
        _ => None,
    }
}
