//! What went wrong before there was a flow whose end could be shown.

/// It stands in the address of the page that tells it, as a word of this crate's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    /// The user came back without an authorization, and it is not known from which flow.
    Cancelled,
    Expired,
    OtherBrowser,
    /// What was sent is none of our links or forms.
    Broken,
    NotLoggedIn,
    /// There is no such installation, or it is not theirs.
    NotFound,
    /// A form that is too old, or of another site.
    Stale,
    /// Something of the application failed.
    Inside,
    /// What is needed is in use.
    Busy,
    /// No problem at all: what was asked for is done.
    Disconnected,
    /// It is done here, and Notion is told later.
    DisconnectedHere,
}

impl Problem {
    const ALL: [Self; 11] = [
        Self::Cancelled,
        Self::Expired,
        Self::OtherBrowser,
        Self::Broken,
        Self::NotLoggedIn,
        Self::NotFound,
        Self::Stale,
        Self::Inside,
        Self::Busy,
        Self::Disconnected,
        Self::DisconnectedHere,
    ];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::OtherBrowser => "other-browser",
            Self::Broken => "broken",
            Self::NotLoggedIn => "not-logged-in",
            Self::NotFound => "not-found",
            Self::Stale => "stale",
            Self::Inside => "inside",
            Self::Busy => "busy",
            Self::Disconnected => "disconnected",
            Self::DisconnectedHere => "disconnected-here",
        }
    }

    pub(super) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.word() == word)
    }
}
