use std::borrow::Cow;
use std::fmt;

use http::StatusCode;

use crate::return_to::without_query;

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

/// A link to go on with. `Debug` leaves out its query, which may hold what is not for logs.
#[derive(Clone, PartialEq, Eq)]
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

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Action")
            .field("label", &self.label)
            .field("href", &without_query(&self.href))
            .finish()
    }
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
    pub(super) fn new(
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

    pub(super) fn action(mut self, label: &'static str, href: impl Into<String>) -> Self {
        self.actions.push(Action {
            label,
            href: href.into(),
        });
        self
    }

    pub(super) fn with_form(mut self, form: Form) -> Self {
        self.form = Some(form);
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
