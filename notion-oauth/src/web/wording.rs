//! What the pages say, and where they lead on to.

use std::borrow::Cow;

use http::StatusCode;

use super::page::{Form, Page, PageKind};
use super::problem::Problem;
use super::{Route, Web};
use crate::callback::AuthorizationError;
use crate::error::{Error, ErrorKind};
use crate::id::{BotId, FlowId};
use crate::installation::Installation;
use crate::return_to::ReturnTo;
use crate::vault::Ticket;
use crate::workspaces::{Finished, FlowResult};

const AGAIN: &str = "Try again";
const BACK: &str = "Go back";
const NOT_CONNECTED: &str = "Not connected";

impl Web {
    /// How a flow ended.
    pub(super) fn finished_page(&self, flow: &FlowId, finished: &Finished) -> Page {
        use PageKind as Kind;

        let on = finished.return_to.as_ref();
        let mut bot = None;
        let mut is_retryable = true;
        let mut page = match &finished.result {
            FlowResult::Installed(installation) => {
                let text = format!("{} is connected.", name(installation.workspace_name()));
                let on = on.unwrap_or(&self.home).as_str();
                return Page::new(Kind::Connected, StatusCode::OK, "Connected", text).action("Continue", on);
            }
            FlowResult::Denied { .. } => cancelled(),
            FlowResult::Failed(error) => {
                is_retryable = error.is_retryable();
                Page::new(Kind::Failed, status(error), NOT_CONNECTED, error.message())
            }
            FlowResult::Refused(reason) => Page::new(
                Kind::Refused,
                StatusCode::FORBIDDEN,
                NOT_CONNECTED,
                reason.clone(),
            ),
            FlowResult::WrongAccount {
                expected,
                workspace_name,
                ..
            } => {
                bot = expected.as_ref();
                let chosen = name(workspace_name.as_deref());
                let text = format!(
                    "You chose {chosen} in Notion, with an account and workspace other than those that were to be \
                     connected again. Nothing was changed."
                );
                Page::new(Kind::WrongAccount, StatusCode::CONFLICT, "Another account", text)
            }
            FlowResult::NotExchanged(error) => {
                is_retryable = !error.is_configuration();
                let (status, text) = not_exchanged(error);
                Page::new(Kind::Failed, status, NOT_CONNECTED, text)
            }
            FlowResult::Unknown => Page::new(
                Kind::Unknown,
                StatusCode::BAD_GATEWAY,
                NOT_CONNECTED,
                "The answer of Notion was lost on the way, so nothing is connected. Trying again does no harm.",
            ),
        };
        if is_retryable {
            page = page.action(AGAIN, self.again(on, bot));
        }
        if page.status().is_server_error() {
            let reference = reference(flow);
            tracing::warn!(
                reference,
                status = page.status().as_u16(),
                "a flow failed: {}",
                reason(&finished.result)
            );
            page.set_reference(Some(reference));
        }
        page.action(BACK, on.unwrap_or(&self.home).as_str())
    }

    /// A flow that came too late, and leads to another one for the same.
    pub(super) fn expired_page(&self, ticket: &Ticket) -> Page {
        let on = ticket.return_to.as_ref();
        let again = self.again(on, ticket.expect_bot.as_ref());
        expired(again, on.unwrap_or(&self.home))
    }

    /// The link to the start, for another flow that ends where this one was to end.
    fn again(&self, on: Option<&ReturnTo>, bot: Option<&BotId>) -> String {
        let query = [
            ("return_to", on.map(ReturnTo::as_str)),
            ("bot", bot.map(BotId::as_str)),
        ];
        self.site.link(Route::Start, &query)
    }

    pub(super) fn problem_page(&self, problem: Problem) -> Page {
        use PageKind as Kind;

        let again = self.again(None, None);
        let home = self.home.as_str();
        match problem {
            Problem::Cancelled => cancelled().action(AGAIN, again).action(BACK, home),
            Problem::Expired => expired(again, &self.home),
            Problem::OtherBrowser => Page::new(
                Kind::OtherBrowser,
                StatusCode::BAD_REQUEST,
                NOT_CONNECTED,
                "This was begun in another browser, by another user, or too long ago. Nothing was connected. If it was \
                 you, begin again here, in a browser that takes the cookies of this site.",
            )
            .action(AGAIN, again)
            .action(BACK, home),
            Problem::Broken => Page::new(
                Kind::Broken,
                StatusCode::BAD_REQUEST,
                "This link does not work",
                "It is incomplete, or not meant for this page. Nothing was changed.",
            )
            .action(BACK, home),
            Problem::NotLoggedIn => {
                let page = Page::new(
                    Kind::NotLoggedIn,
                    StatusCode::UNAUTHORIZED,
                    "Please log in",
                    "Log in first, and then connect Notion.",
                );
                match &self.log_in {
                    Some(log_in) => page.action("Log in", log_in.as_str()),
                    None => page.action(BACK, home),
                }
            }
            Problem::NotFound => Page::new(
                Kind::NotFound,
                StatusCode::NOT_FOUND,
                "Nothing to disconnect",
                "There is no such connection any more, or it is not yours.",
            )
            .action(BACK, home),
            Problem::Stale => Page::new(
                Kind::Broken,
                StatusCode::FORBIDDEN,
                "Please try again",
                "The button was too old, or pressed on another site. Nothing was changed.",
            )
            .action(BACK, home),
            Problem::Busy => Page::new(
                Kind::Inside,
                StatusCode::SERVICE_UNAVAILABLE,
                "Not ready yet",
                "Something is still under way. Reload this page in a moment, or begin again.",
            )
            .action(AGAIN, again)
            .action(BACK, home),
            Problem::Inside => Page::new(
                Kind::Inside,
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong",
                "It is not your fault. Reload this page in a moment, or begin again.",
            )
            .action(AGAIN, again)
            .action(BACK, home),
            Problem::Disconnected => disconnected("There is no access to your pages any more. What is in Notion stays there.")
                .action("Continue", home),
            Problem::DisconnectedHere => disconnected(
                "There is no access to your pages from here any more. Notion could not be told yet, and will be.",
            )
            .action("Continue", home),
        }
    }

    pub(super) fn ask_disconnect_page(&self, installation: &Installation, token: String) -> Page {
        let name = name(installation.workspace_name());
        let form = Form {
            label: "Disconnect",
            action: self.site.path(Route::Disconnect),
            fields: vec![("bot", installation.bot_id().to_string()), ("token", token)],
        };
        Page::new(
            PageKind::AskDisconnect,
            StatusCode::OK,
            format!("Disconnect {name}?"),
            "Access to the pages that you shared ends. What is in Notion stays there, and you can connect again.",
        )
        .with_form(form)
        .action("Keep it", self.home.as_str())
    }
}

fn expired(again: String, on: &ReturnTo) -> Page {
    Page::new(
        PageKind::Expired,
        StatusCode::GONE,
        "That took too long",
        "A link to Notion is good for a few minutes. Nothing was connected.",
    )
    .action(AGAIN, again)
    .action(BACK, on.as_str())
}

fn cancelled() -> Page {
    let text = AuthorizationError::AccessDenied.message();
    Page::new(PageKind::Cancelled, StatusCode::OK, NOT_CONNECTED, text)
}

fn disconnected(text: &'static str) -> Page {
    Page::new(PageKind::Disconnected, StatusCode::OK, "Disconnected", text)
}

fn name(workspace: Option<&str>) -> &str {
    workspace
        .filter(|name| !name.trim().is_empty())
        .unwrap_or("your workspace")
}

/// The user's choice is no error, Notion's failures are those of a server behind this one, and what is set up wrongly is
/// this one's.
fn status(error: &AuthorizationError) -> StatusCode {
    match error {
        AuthorizationError::AccessDenied => StatusCode::OK,
        AuthorizationError::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        AuthorizationError::ServerError | AuthorizationError::Other(_) => StatusCode::BAD_GATEWAY,
        AuthorizationError::InvalidRequest
        | AuthorizationError::UnauthorizedClient
        | AuthorizationError::UnsupportedResponseType
        | AuthorizationError::InvalidScope => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn not_exchanged(error: &Error) -> (StatusCode, &'static str) {
    match error.kind() {
        ErrorKind::InvalidGrant => (
            StatusCode::BAD_REQUEST,
            "Notion took the answer no more: it was too old, or used already. Nothing is connected.",
        ),
        ErrorKind::Configuration => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "Notion did not accept the request: the connection is not set up right.",
        ),
        ErrorKind::RateLimited | ErrorKind::Unavailable | ErrorKind::Network => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Notion cannot be reached at the moment, so nothing is connected. Please try again in a few minutes.",
        ),
        _ => (
            StatusCode::BAD_GATEWAY,
            "Notion gave an answer that could not be understood, so nothing is connected.",
        ),
    }
}

/// Enough of a flow's id to find it in the log.
pub(super) fn reference(flow: &FlowId) -> &str {
    &flow.as_str()[..8]
}

/// For the log.
fn reason(result: &FlowResult) -> Cow<'static, str> {
    match result {
        // A code that RFC 6749 does not have is text of a stranger.
        FlowResult::Failed(AuthorizationError::Other(_)) => "an unknown error code".into(),
        FlowResult::Failed(error) => error.message().into(),
        FlowResult::NotExchanged(error) => error.to_string().into(),
        _ => "the answer was lost".into(),
    }
}
