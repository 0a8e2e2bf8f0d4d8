//! What happened to installations, entry by entry.
//!
//! The entries of an installation are a chain: each holds a digest of itself and the one before. The end of the chain is
//! sealed with the installation, so that no entry can be changed, added or taken away without being noticed, not even
//! the last ones.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Error, ErrorKind, Result};

/// What happened to an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// A user authorized the connection, for the first time or after an end.
    Installed,
    /// The user authorized it again, and gave new tokens.
    Reauthorized,
    /// The user authorized it again, and Notion gave the same tokens.
    Confirmed,
    /// Older tokens came in late, and are kept as history.
    AddedToHistory,
    /// The tokens were exchanged for new ones.
    Refreshed,
    /// Notion takes the tokens no more.
    Flagged,
    /// An end was asked for: the tokens are given to nobody any more.
    Revoking,
    /// The tokens were revoked, and forgotten here.
    Uninstalled,
    /// The installation was forgotten here, and Notion not told.
    Forgotten,
    /// A tenant of the program may use it from then on.
    Linked,
    /// A tenant of the program may use it no more.
    Unlinked,
    /// The secrets were sealed with another key.
    Resealed,
    /// A hook of the program panicked or failed.
    HookFailed,
}

/// An entry of the audit log. It holds no secret: tokens are named by the first bytes of their digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuditEntry {
    /// Which entry of its installation, from 1.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub action: Action,
    /// Who asked for it, in the words of the program.
    pub actor: Option<String>,
    /// The fingerprint of the access token that is current from then on: the first bytes of its digest.
    pub token: Option<String>,
    /// Why, where it is known.
    pub reason: Option<String>,
    /// The id under which Notion's support finds the request.
    pub request_id: Option<String>,
    /// The version of the installation's record that came of it.
    pub version: i64,
    /// The digest of this entry and the one before.
    pub digest: String,
}

/// What there is to say of a change.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) action: Action,
    pub(crate) actor: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) request_id: Option<String>,
}

impl Event {
    pub(crate) fn new(action: Action) -> Self {
        Self {
            action,
            actor: None,
            reason: None,
            request_id: None,
        }
    }

    pub(crate) fn by(mut self, actor: Option<String>) -> Self {
        self.actor = actor;
        self
    }

    pub(crate) fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    pub(crate) fn request(mut self, id: Option<&str>) -> Self {
        self.request_id = id.map(str::to_owned);
        self
    }
}

/// The end of a chain.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) entries: u64,
    pub(crate) digest: String,
}

impl Head {
    /// The next entry, and the chain that ends with it.
    pub(crate) fn add(&self, event: Event, token: Option<String>, version: i64) -> (AuditEntry, Self) {
        let mut entry = AuditEntry {
            number: self.entries + 1,
            at: crate::grant::microseconds(Timestamp::now()),
            action: event.action,
            actor: event.actor,
            token,
            reason: event.reason,
            request_id: event.request_id,
            version,
            digest: String::new(),
        };
        entry.digest = digest(&self.digest, &entry);
        let head = Self::after(&entry);
        (entry, head)
    }

    /// The chain that ends with this entry, if it is what it says.
    pub(crate) fn after(last: &AuditEntry) -> Self {
        Self {
            entries: last.number,
            digest: last.digest.clone(),
        }
    }

    /// Whether these entries, from first to last, are the chain that ends here.
    ///
    /// # Errors
    /// [`Sealed`](ErrorKind::Sealed), and which entry is the first that is wrong.
    pub(crate) fn verify(&self, entries: &[AuditEntry]) -> Result<()> {
        let broken = |what: fmt::Arguments<'_>| {
            Error::new(ErrorKind::Sealed, format!("the audit log was changed: {what}"))
                .with_hint("Compare the store with a backup.")
        };
        let mut before = "";
        for (place, entry) in entries.iter().enumerate() {
            let number = place as u64 + 1;
            if entry.number != number {
                return Err(broken(format_args!("entry {number} is missing")));
            }
            if entry.digest != digest(before, entry) {
                return Err(broken(format_args!("entry {number} is not as it was written")));
            }
            before = &entry.digest;
        }
        if before != self.digest {
            let (there, said) = (entries.len(), self.entries);
            return Err(broken(format_args!(
                "it ends with entry {there}, and should with {said}"
            )));
        }
        Ok(())
    }
}

/// Lengths stand before the parts, so that no two entries make the same bytes.
fn digest(before: &str, entry: &AuditEntry) -> String {
    let AuditEntry {
        number,
        at,
        action,
        actor,
        token,
        reason,
        request_id,
        version,
        digest: _,
    } = entry;
    let mut hash = Sha256::new();
    let (number, at, version) = (number.to_string(), at.to_string(), version.to_string());
    // The name of the variant: where it changes, every log that holds it seems changed.
    let action = format!("{action:?}");
    let optional = [actor, token, reason, request_id].map(Option::as_deref);
    let parts = [before, &number, &at, &action, &version].map(Some);
    for part in parts.into_iter().chain(optional) {
        match part {
            None => hash.update([0]),
            Some(text) => {
                hash.update([1]);
                hash.update((text.len() as u64).to_be_bytes());
                hash.update(text);
            }
        }
    }
    hex(&hash.finalize())
}

/// The name of a token in logs: the first eight bytes of its SHA-256, in hexadecimal.
#[must_use]
pub(crate) fn fingerprint(token: &str) -> String {
    hex(&Sha256::digest(token)[..8])
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain() -> (Head, Vec<AuditEntry>) {
        let mut head = Head::default();
        let mut entries = Vec::new();
        for (version, action) in [Action::Installed, Action::Refreshed, Action::Flagged]
            .into_iter()
            .enumerate()
        {
            let event = Event::new(action).by(Some("user-1".to_owned()));
            let (entry, next) = head.add(event, Some("ab".to_owned()), version as i64 + 1);
            entries.push(entry);
            head = next;
        }
        (head, entries)
    }

    #[test]
    fn t36_a_log_of_before_is_as_it_was_written() {
        let entry = AuditEntry {
            number: 2,
            at: Timestamp::UNIX_EPOCH,
            action: Action::AddedToHistory,
            actor: Some("user-1".to_owned()),
            token: None,
            reason: Some("why".to_owned()),
            request_id: None,
            version: 3,
            digest: String::new(),
        };
        assert_eq!(
            digest("before", &entry),
            "13b101bf1742c577b3344406fe2fb61ed76fadbafbc2138f2da35e5a65e96c75"
        );
    }

    /// T36: an edited, missing, added or cut entry is noticed, and named.
    #[test]
    fn t36_a_changed_log_is_noticed() {
        let (head, entries) = chain();
        head.verify(&entries).unwrap();
        let said = |entries: &[AuditEntry]| head.verify(entries).unwrap_err().to_string();

        let mut edited = entries.clone();
        edited[1].actor = None;
        assert!(said(&edited).contains("entry 2 is not as it was written"));
        assert!(said(&entries[..2]).contains("ends with entry 2, and should with 3"));
        assert!(said(&entries[1..]).contains("entry 1 is missing"));
        assert!(said(&[]).contains("ends with entry 0"));
        let mut rewritten = entries.clone();
        rewritten[2].action = Action::Refreshed;
        rewritten[2].digest = digest(&rewritten[1].digest, &rewritten[2]);
        assert!(said(&rewritten).contains("should with 3"));
    }
}
