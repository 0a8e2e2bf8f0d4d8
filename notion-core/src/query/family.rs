//! Which operators the columns of a kind have.
//!
//! Source: <https://developers.notion.com/reference/post-database-query-filter>.

use crate::kind::{
    Checkbox, CreatedTime, Date, Email, Kind, LastEditedTime, MultiSelect, Number, People, PhoneNumber,
    Relation, RichText, Select, Status, Title, Url,
};

macro_rules! families {
    ($($(#[$attr:meta])* $name:ident: $($kind:ty),+;)*) => {$(
        $(#[$attr])*
        pub trait $name: Kind {}

        $(impl $name for $kind {})+
    )*};
}

families! {
    /// Kinds whose columns are compared with a value: `eq`, `ne`, `is_any_of`.
    #[diagnostic::on_unimplemented(
        message = "a Notion `{Self}` column is not compared with a single value",
        label = "no `eq`, `ne` or `is_any_of`",
        note = "a multi-select, people or relation column has: contains, does_not_contain, is_empty, is_not_empty"
    )]
    EqualOperators: Title, RichText, Url, Email, PhoneNumber, Number, Select, Status, Checkbox, Date, CreatedTime, LastEditedTime;

    /// Kinds whose columns are searched: `starts_with`, `ends_with`.
    #[diagnostic::on_unimplemented(
        message = "a Notion `{Self}` column is not text",
        label = "`starts_with` and `ends_with` need a text column",
        note = "a date column has: eq, before, after, on_or_before, on_or_after, past_week, this_week, next_week, …, is_empty, is_not_empty",
        note = "a number column has: eq, ne, gt, ge, lt, le, is_empty, is_not_empty",
        note = "a select or status column has: eq, ne, is_any_of, is_none_of, is_empty, is_not_empty"
    )]
    TextOperators: Title, RichText, Url, Email, PhoneNumber;

    /// Kinds whose columns contain something: `contains`, `does_not_contain`.
    #[diagnostic::on_unimplemented(
        message = "a Notion `{Self}` column cannot be searched with `contains`",
        label = "`contains` and `does_not_contain` need a text, multi-select, people or relation column",
        note = "a date column has: eq, before, after, on_or_before, on_or_after, past_week, this_week, next_week, …, is_empty, is_not_empty",
        note = "a number column has: eq, ne, gt, ge, lt, le, is_empty, is_not_empty",
        note = "a select or status column has: eq, ne, is_any_of, is_none_of, is_empty, is_not_empty"
    )]
    ContainsOperators: Title, RichText, Url, Email, PhoneNumber, MultiSelect, People, Relation;

    /// Kinds whose columns are in numerical order: `gt`, `ge`, `lt`, `le`.
    #[diagnostic::on_unimplemented(
        message = "a Notion `{Self}` column is not a number",
        label = "`gt`, `ge`, `lt` and `le` need a number column",
        note = "a date column has: eq, before, after, on_or_before, on_or_after, past_week, this_week, next_week, …, is_empty, is_not_empty"
    )]
    NumberOperators: Number;

    /// Kinds whose columns are in time: `before`, `after`, `this_week`, ….
    #[diagnostic::on_unimplemented(
        message = "a Notion `{Self}` column is not a date",
        label = "`before`, `after`, `this_week` and the like need a date column",
        note = "a text column has: eq, ne, contains, does_not_contain, starts_with, ends_with, is_empty, is_not_empty",
        note = "a number column has: eq, ne, gt, ge, lt, le, is_empty, is_not_empty"
    )]
    DateOperators: Date, CreatedTime, LastEditedTime;

    /// Kinds whose columns may be empty: `is_empty`, `is_not_empty`.
    #[diagnostic::on_unimplemented(
        message = "a Notion `{Self}` column is never empty",
        label = "no `is_empty` and `is_not_empty`"
    )]
    EmptyOperators: Title, RichText, Url, Email, PhoneNumber, Number, Select, MultiSelect, Status, Date, People, Relation;
}
