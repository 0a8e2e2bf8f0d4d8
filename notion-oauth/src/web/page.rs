//! What the pages say.

use std::borrow::Cow;
use std::fmt;

use http::StatusCode;

use super::problem::Problem;
use super::{Route, Web};
use crate::callback::AuthorizationError;
use crate::error::{Error, ErrorKind};
use crate::id::{BotId, FlowId};
use crate::installation::Installation;
use crate::return_to::ReturnTo;
use crate::vault::Ticket;
use crate::workspaces::{Finished, FlowResult};

/// What a page is to say. How it looks is up to [`Pages`](super::Pages).
///
/// All of it is plain text. Some comes from Notion or from hooks, so that [`escape`](super::escape) has to make HTML of it.
#[derive(Debug, Clone)]
pub struct Page {
    kind: PageKind,
    status: StatusCode,
    title: Cow<'static, str>,
    text: Cow<'static, str>,
    actions: Vec<Action>,
    form: Option<Form>,
    reference: Option<String>,
    nonce: String,
}

/// What a page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PageKind {
    /// The connection is installed.
    Connected,
    /// The user did not allow it.
    Cancelled,
    /// Notion gave no authorization, or did not take its own code.
    Failed,
    /// The application did not want it.
    Refused,
    /// The user chose another account or workspace than the one that was to be authorized again.
    WrongAccount,
    /// The user came back too late.
    Expired,
    /// The flow was begun in another browser, or by another user.
    OtherBrowser,
    /// The answer of Notion was lost.
    Unknown,
    /// The link or form is none of this crate's, or is too old.
    Broken,
    /// Nobody is logged in.
    NotLoggedIn,
    /// There is no such installation, or it is another tenant's.
    NotFound,
    /// The application failed.
    Inside,
    /// Whether to remove an installation.
    AskDisconnect,
    /// An installation was removed.
    Disconnected,
}

/// A link to go on with.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Action {
    /// What it is called.
    pub label: &'static str,
    /// Where it leads: a path of this site, or where the application lets users be sent to.
    pub href: String,
}

/// A form with one button and nothing to fill in. `Debug` leaves out what the fields hold: one of them proves that the
/// button was pressed on this page.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Form {
    /// What the button is called.
    pub label: &'static str,
    /// Where it is posted to.
    pub action: String,
    /// The hidden fields.
    pub fields: Vec<(&'static str, String)>,
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form")
            .field("label", &self.label)
            .field("action", &self.action)
            .finish_non_exhaustive()
    }
}

impl Page {
    fn new(
        kind: PageKind,
        status: StatusCode,
        title: impl Into<Cow<'static, str>>,
        text: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            kind,
            status,
            title: title.into(),
            text: text.into(),
            actions: Vec::new(),
            form: None,
            reference: None,
            nonce: String::new(),
        }
    }

    fn action(mut self, label: &'static str, href: impl Into<String>) -> Self {
        self.actions.push(Action {
            label,
            href: href.into(),
        });
        self
    }

    /// What it is about.
    #[must_use]
    pub fn kind(&self) -> PageKind {
        self.kind
    }

    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// A few words.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// A sentence or three.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the user can go on, the likeliest first.
    #[must_use]
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// The form, on the page that has one.
    #[must_use]
    pub fn form(&self) -> Option<&Form> {
        self.form.as_ref()
    }

    /// What a user can quote, and the log says, too: the beginning of the flow's id.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        self.reference.as_deref()
    }

    /// The `nonce` of the page's `<style>`. Nothing else is loaded or run.
    #[must_use]
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    pub(super) fn set_nonce(&mut self, nonce: String) {
        self.nonce = nonce;
    }

    pub(super) fn set_reference(&mut self, reference: Option<&str>) {
        self.reference = reference.map(str::to_owned);
    }

    pub(super) fn set_status(&mut self, status: StatusCode) {
        self.status = status;
    }
}

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
        if page.status.is_server_error() {
            let reference = reference(flow);
            tracing::warn!(
                reference,
                status = page.status.as_u16(),
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
        let mut page = Page::new(
            PageKind::AskDisconnect,
            StatusCode::OK,
            format!("Disconnect {name}?"),
            "Access to the pages that you shared ends. What is in Notion stays there, and you can connect again.",
        );
        page.form = Some(Form {
            label: "Disconnect",
            action: self.site.path(Route::Disconnect),
            fields: vec![("bot", installation.bot_id().to_string()), ("token", token)],
        });
        page.action("Keep it", self.home.as_str())
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
