//! Why a simulator did not start.

use std::fmt;
use std::net::SocketAddr;

/// Why a simulator did not start, or a seed was not taken.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    source: Option<std::io::Error>,
}

/// What went wrong, for code that wants to react to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The address cannot be listened on.
    Address,
    /// A seed document, a recording or the data file cannot be read or is not what it should be.
    Data,
    /// The operating system refused a thread or a socket.
    System,
}

impl Error {
    pub(crate) fn address(address: SocketAddr, source: std::io::Error) -> Self {
        let message = match source.kind() {
            std::io::ErrorKind::AddrInUse => format!(
                "port {} on {} is in use; stop the program that has it, choose another port, or 0 for any free one",
                address.port(),
                address.ip()
            ),
            _ => format!("cannot listen on {address}; choose another host or port"),
        };
        Self {
            kind: ErrorKind::Address,
            message,
            source: Some(source),
        }
    }

    pub(crate) fn unreadable(what: &str, path: &std::path::Path, source: std::io::Error) -> Self {
        let message = format!(
            "cannot read the {what} {}; check that it exists and may be read",
            path.display()
        );
        Self {
            kind: ErrorKind::Data,
            message,
            source: Some(source),
        }
    }

    pub(crate) fn unwritable(path: &std::path::Path, source: std::io::Error) -> Self {
        let message = format!(
            "cannot write the data file {}; check the folder and its permissions",
            path.display()
        );
        Self {
            kind: ErrorKind::Data,
            message,
            source: Some(source),
        }
    }

    pub(crate) fn unsaved(source: std::io::Error) -> Self {
        Self {
            kind: ErrorKind::Data,
            message: "cannot write the data file; check the disk and the permissions".to_owned(),
            source: Some(source),
        }
    }

    /// `document` is which one it is: `seed file seeds/a.json`.
    pub(crate) fn unusable(document: &str, problem: &str) -> Self {
        Self {
            kind: ErrorKind::Data,
            message: format!("the {document} cannot be used: {problem}"),
            source: None,
        }
    }

    pub(crate) fn system(source: std::io::Error) -> Self {
        let message = "the operating system did not let the simulator start".to_owned();
        Self {
            kind: ErrorKind::System,
            message,
            source: Some(source),
        }
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}
