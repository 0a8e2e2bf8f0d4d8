use std::fmt;

/// A kind of property, as Notion's API names it in `type`.
///
/// Notion adds kinds without a new API version, so a property whose kind is not listed here is normal:
/// [`Kind::from_name`] answers `None`, and everything that holds a kind also keeps its name.
///
/// ```
/// use notion_schema::{Access, Kind};
///
/// assert_eq!(Kind::from_name("rich_text"), Some(Kind::RichText));
/// assert_eq!(Kind::Formula.access(), Access::Computed);
/// assert_eq!(Kind::from_name("mood_ring"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are Notion's, and say all")]
pub enum Kind {
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
    Verification,
    Place,
    Button,
}

/// Whether a kind's values can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Values are read and written.
    Writable,
    /// Notion computes the value; writing it is an error.
    Computed,
}

/// Kinds whose columns answer to the same filter operators.
///
/// Source: <https://developers.notion.com/reference/post-database-query-filter>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are those of the kinds")]
pub enum FilterFamily {
    Text,
    Number,
    Checkbox,
    Select,
    MultiSelect,
    Date,
    People,
    Files,
    Relation,
    Formula,
    Rollup,
    Verification,
}

/// How a page shows less of a value than there is.
///
/// Source: <https://developers.notion.com/reference/page-property-values>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cut {
    /// A page shows all of it.
    Never,
    /// Of more than [25](Cut::SHOWN) elements 25 are shown, and `has_more` says that there are others.
    Marked,
    /// Of more than [25](Cut::SHOWN) elements 25 may be shown, and nothing says that there are others.
    Silent,
    /// The text is there, but of all that it mentions only the first [25](Cut::SHOWN) different things are shown by their names.
    Mentions,
    /// It is worked out from the first [25](Cut::SHOWN) related pages.
    Related,
}

struct Row(Kind, &'static str, Access, Option<FilterFamily>, Cut);

/// The kind table, in the order of [`Kind`].
const TABLE: [Row; 24] = {
    use Access::{Computed, Writable};
    use Cut::{Marked, Mentions, Never, Related, Silent};
    use FilterFamily as F;
    [
        Row(Kind::Title, "title", Writable, Some(F::Text), Mentions),
        Row(Kind::RichText, "rich_text", Writable, Some(F::Text), Mentions),
        Row(Kind::Number, "number", Writable, Some(F::Number), Never),
        Row(Kind::Select, "select", Writable, Some(F::Select), Never),
        Row(
            Kind::MultiSelect,
            "multi_select",
            Writable,
            Some(F::MultiSelect),
            Never,
        ),
        Row(Kind::Status, "status", Writable, Some(F::Select), Never),
        Row(Kind::Date, "date", Writable, Some(F::Date), Never),
        Row(Kind::People, "people", Writable, Some(F::People), Silent),
        Row(Kind::Files, "files", Writable, Some(F::Files), Never),
        Row(Kind::Checkbox, "checkbox", Writable, Some(F::Checkbox), Never),
        Row(Kind::Url, "url", Writable, Some(F::Text), Never),
        Row(Kind::Email, "email", Writable, Some(F::Text), Never),
        Row(Kind::PhoneNumber, "phone_number", Writable, Some(F::Text), Never),
        Row(Kind::Formula, "formula", Computed, Some(F::Formula), Never),
        Row(Kind::Relation, "relation", Writable, Some(F::Relation), Marked),
        Row(Kind::Rollup, "rollup", Computed, Some(F::Rollup), Related),
        Row(Kind::CreatedTime, "created_time", Computed, Some(F::Date), Never),
        Row(Kind::CreatedBy, "created_by", Computed, Some(F::People), Never),
        Row(
            Kind::LastEditedTime,
            "last_edited_time",
            Computed,
            Some(F::Date),
            Never,
        ),
        Row(
            Kind::LastEditedBy,
            "last_edited_by",
            Computed,
            Some(F::People),
            Never,
        ),
        Row(Kind::UniqueId, "unique_id", Computed, Some(F::Number), Never),
        Row(
            Kind::Verification,
            "verification",
            Writable,
            Some(F::Verification),
            Never,
        ),
        Row(Kind::Place, "place", Writable, None, Never),
        Row(Kind::Button, "button", Computed, None, Never),
    ]
};

impl Cut {
    /// How many references of a value a page shows.
    pub const SHOWN: usize = 25;
}

impl Kind {
    /// All kinds.
    pub fn all() -> impl Iterator<Item = Kind> {
        TABLE.iter().map(|row| row.0)
    }

    /// The kind that the API calls `name`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Kind> {
        TABLE.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// What the API calls this kind: `rich_text`, `created_time`, ….
    #[must_use]
    pub const fn name(self) -> &'static str {
        TABLE[self as usize].1
    }

    /// Whether its values can be written.
    #[must_use]
    pub const fn access(self) -> Access {
        TABLE[self as usize].2
    }

    /// Which filter operators its columns have; `None` where Notion offers no filter.
    #[must_use]
    pub const fn filter_family(self) -> Option<FilterFamily> {
        TABLE[self as usize].3
    }

    /// How a page shows less of a value than there is. Where it ever does, the endpoint for a single property lists the elements.
    ///
    /// ```
    /// use notion_schema::{Cut, Kind};
    ///
    /// assert_eq!(Kind::Relation.cut(), Cut::Marked);
    /// assert_eq!(Kind::Number.cut(), Cut::Never);
    /// ```
    #[must_use]
    pub const fn cut(self) -> Cut {
        TABLE[self as usize].4
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_kinds() {
        for (at, row) in TABLE.iter().enumerate() {
            assert_eq!(row.0 as usize, at, "{}", row.1);
            assert_eq!(Kind::from_name(row.1), Some(row.0));
        }
    }
}
