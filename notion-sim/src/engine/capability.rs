//! What a connection may do, as its developer set it.

/// Something a connection may do. Its name is the one in seed documents and in answers of the introspection endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Capability {
    /// `read_content`: pages, databases, data sources, blocks, queries and search.
    ReadContent,
    /// `update_content`: changing and trashing what is there.
    UpdateContent,
    /// `insert_content`: creating. On its own it sees nothing of what it creates but the id.
    InsertContent,
    /// `read_comments`.
    ReadComments,
    /// `insert_comments`.
    InsertComments,
    /// `read_user_without_email`: users with everything but e-mail addresses.
    ReadUserWithoutEmail,
    /// `read_user_with_email`: users with everything.
    ReadUserWithEmail,
}

impl Capability {
    const ALL: [Self; 7] = [
        Self::ReadContent,
        Self::UpdateContent,
        Self::InsertContent,
        Self::ReadComments,
        Self::InsertComments,
        Self::ReadUserWithoutEmail,
        Self::ReadUserWithEmail,
    ];

    /// The name on the wire.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ReadContent => "read_content",
            Self::UpdateContent => "update_content",
            Self::InsertContent => "insert_content",
            Self::ReadComments => "read_comments",
            Self::InsertComments => "insert_comments",
            Self::ReadUserWithoutEmail => "read_user_without_email",
            Self::ReadUserWithEmail => "read_user_with_email",
        }
    }

    /// The capability with this name.
    ///
    /// # Errors
    ///
    /// The names there are, for a sentence.
    pub(crate) fn named(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|capability| capability.name() == name)
            .ok_or_else(|| Self::ALL.map(Self::name).join(", "))
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of capabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Capabilities(u8);

impl Capabilities {
    /// Everything a connection can be allowed.
    pub(crate) fn all() -> Self {
        Capability::ALL.into_iter().collect()
    }

    /// Whether the connection may do this.
    pub(crate) fn has(self, capability: Capability) -> bool {
        self.0 & capability.bit() != 0
    }

    /// The names, as introspection lists them.
    pub(crate) fn names(self) -> impl Iterator<Item = &'static str> {
        // Whoever sees e-mail addresses sees everything else as well; one name says so.
        let implied = self
            .has(Capability::ReadUserWithEmail)
            .then_some(Capability::ReadUserWithoutEmail);
        Capability::ALL
            .into_iter()
            .filter(move |capability| self.has(*capability) && Some(*capability) != implied)
            .map(Capability::name)
    }
}

impl FromIterator<Capability> for Capabilities {
    fn from_iter<I: IntoIterator<Item = Capability>>(capabilities: I) -> Self {
        let bits = capabilities
            .into_iter()
            .fold(0, |bits, capability| match capability {
                Capability::ReadUserWithEmail => {
                    bits | capability.bit() | Capability::ReadUserWithoutEmail.bit()
                }
                _ => bits | capability.bit(),
            });
        Self(bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_sees_addresses_sees_users() {
        let emails: Capabilities = [Capability::ReadUserWithEmail].into_iter().collect();
        assert!(emails.has(Capability::ReadUserWithoutEmail) && !emails.has(Capability::ReadContent));
        assert_eq!(emails.names().collect::<Vec<_>>(), ["read_user_with_email"]);
        let names: Vec<_> = Capabilities::all().names().collect();
        assert_eq!(names.len(), 6);
        for name in names {
            assert_eq!(Capability::named(name).map(Capability::name), Ok(name));
        }
    }
}
