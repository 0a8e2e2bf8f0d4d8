//! The property kinds and what can be done with each.

/// A property kind by its wire name. Kinds the simulator does not know are carried through as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Title,
    RichText,
    Number,
    Select,
    MultiSelect,
    Status,
    Date,
    People,
    Files,
    Checkbox,
    Url,
    Email,
    PhoneNumber,
    Formula,
    Relation,
    Rollup,
    CreatedTime,
    CreatedBy,
    LastEditedTime,
    LastEditedBy,
    UniqueId,
    Place,
    Button,
    Verification,
    /// A kind that came with a seed and that this program has no rules for.
    Other(Box<str>),
}

/// All kinds with a name of their own.
const NAMED: [(&str, Kind); 24] = [
    ("title", Kind::Title),
    ("rich_text", Kind::RichText),
    ("number", Kind::Number),
    ("select", Kind::Select),
    ("multi_select", Kind::MultiSelect),
    ("status", Kind::Status),
    ("date", Kind::Date),
    ("people", Kind::People),
    ("files", Kind::Files),
    ("checkbox", Kind::Checkbox),
    ("url", Kind::Url),
    ("email", Kind::Email),
    ("phone_number", Kind::PhoneNumber),
    ("formula", Kind::Formula),
    ("relation", Kind::Relation),
    ("rollup", Kind::Rollup),
    ("created_time", Kind::CreatedTime),
    ("created_by", Kind::CreatedBy),
    ("last_edited_time", Kind::LastEditedTime),
    ("last_edited_by", Kind::LastEditedBy),
    ("unique_id", Kind::UniqueId),
    ("place", Kind::Place),
    ("button", Kind::Button),
    ("verification", Kind::Verification),
];

impl Kind {
    /// The kind with this wire name, if it is one of Notion's published ones.
    pub(crate) fn known(name: &str) -> Option<Self> {
        NAMED
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, kind)| kind.clone())
    }

    /// The kind with this wire name, published or not.
    pub(crate) fn any(name: &str) -> Self {
        Self::known(name).unwrap_or_else(|| Self::Other(name.into()))
    }

    /// The wire name, which is also the key of the payload.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Other(name) => name,
            named => NAMED
                .iter()
                .find(|(_, kind)| kind == named)
                .map_or("", |(name, _)| name),
        }
    }

    /// Whether a column of this kind can be made through the API.
    pub(crate) fn creatable(&self) -> bool {
        !matches!(self, Self::Button | Self::Verification | Self::Other(_))
    }

    /// Whether Notion works the value out itself, so that writing it is refused.
    pub(crate) fn computed(&self) -> bool {
        matches!(
            self,
            Self::Formula
                | Self::Rollup
                | Self::CreatedTime
                | Self::CreatedBy
                | Self::LastEditedTime
                | Self::LastEditedBy
                | Self::UniqueId
                | Self::Button
        )
    }

    /// Whether the property-item endpoint answers with a list.
    pub(crate) fn item_is_list(&self) -> bool {
        matches!(
            self,
            Self::Title | Self::RichText | Self::People | Self::Relation | Self::Rollup
        )
    }

    /// Whether the kind chooses among options.
    pub(crate) fn has_options(&self) -> bool {
        matches!(self, Self::Select | Self::MultiSelect | Self::Status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for (name, kind) in &NAMED {
            assert_eq!(Kind::any(name), *kind);
            assert_eq!(kind.name(), *name);
        }
        assert_eq!(Kind::any("hologram").name(), "hologram");
    }
}
