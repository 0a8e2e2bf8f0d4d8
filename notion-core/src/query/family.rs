//! Which operators the columns of a kind have, and what the compiler says of the others.
//!
//! Source: <https://developers.notion.com/reference/filter-data-source-entries>.

use crate::kind::{
    Button, Checkbox, CreatedBy, CreatedTime, Date, Elements, Email, Files, Formula, Kind, LastEditedBy,
    LastEditedTime, MultiSelect, Number, People, PhoneNumber, Place, Raw, Relation, RichText, Rollup, Select,
    Status, Title, UniqueId, Url, Verification,
};

/// Kinds whose columns have the operators `O`.
///
/// `O` is one of the groups: [`EqualOperators`], [`ContainOperators`], ….
#[diagnostic::on_unimplemented(
    message = "it is not known whether a Notion `{Self}` column has these operators",
    label = "not known for this kind",
    note = "a function that is generic over the kind of a column says what it needs: `where K: Has<…>`"
)]
pub trait Has<O>: Kind {}

macro_rules! groups {
    ($($(#[$attr:meta])* $name:ident;)*) => {$(
        $(#[$attr])*
        #[derive(Debug, Clone, Copy)]
        pub enum $name {}
    )*};
}

groups! {
    /// `eq`, `ne`, `is_any_of`, `is_none_of`: for a value that is compared as a whole.
    EqualOperators;
    /// `is`: for a value that is a state.
    StateOperators;
    /// `contains`, `does_not_contain`, `contains_any_of`, `contains_none_of`: for text and lists.
    ContainOperators;
    /// `starts_with`, `ends_with`.
    TextOperators;
    /// `gt`, `ge`, `lt`, `le`.
    NumberOperators;
    /// `before`, `after`, `on_or_before`, `on_or_after`, and the windows around now.
    DateOperators;
    /// `is_empty`, `is_not_empty`: for a value that may be missing.
    EmptyOperators;
    /// `in_group`, `not_in_group`: for the groups that the options of a status are in.
    GroupOperators;
    /// `any()`, `every()`, `none()`, which lead to the values of a rollup and to their operators.
    ValueOperators;
    /// Nothing.
    NoOperators;
}

/// Kinds of one family. Each family has a trait of its own, so that the compiler says of a wrong operator what is right for
/// just this family; and the operators are listed without a macro, so that the compiler shows them as a list.
macro_rules! family {
    ($family:ident: $($kind:ty),+) => {
        $(impl<O: $family> Has<O> for $kind {})+
    };
}

/// The operators of text columns, and of formulas that result in text.
#[diagnostic::on_unimplemented(
    message = "a text column has no such operator: it has eq, ne, is_any_of, is_none_of, contains, does_not_contain, contains_any_of, contains_none_of, starts_with, ends_with, is_empty, is_not_empty",
    label = "not an operator of text columns"
)]
pub trait OfText {}
family! { OfText: Title, RichText, Url, Email, PhoneNumber, Formula<RichText> }
impl OfText for EqualOperators {}
impl OfText for ContainOperators {}
impl OfText for TextOperators {}
impl OfText for EmptyOperators {}

/// The operators of number columns, and of formulas and rollups that result in a number.
#[diagnostic::on_unimplemented(
    message = "a number column has no such operator: it has eq, ne, is_any_of, is_none_of, gt, ge, lt, le, is_empty, is_not_empty",
    label = "not an operator of number columns"
)]
pub trait OfNumber {}
family! { OfNumber: Number, Formula<Number>, Rollup<Number> }
impl OfNumber for EqualOperators {}
impl OfNumber for NumberOperators {}
impl OfNumber for EmptyOperators {}

/// The operators of unique id columns.
#[diagnostic::on_unimplemented(
    message = "a unique id column has no such operator: it has eq, ne, is_any_of, is_none_of, gt, ge, lt, le, is_empty, is_not_empty",
    label = "not an operator of unique id columns"
)]
pub trait OfUniqueId {}
family! { OfUniqueId: UniqueId }
impl OfUniqueId for EqualOperators {}
impl OfUniqueId for NumberOperators {}
impl OfUniqueId for EmptyOperators {}

/// The operators of checkbox columns, and of formulas that result in a checkbox.
#[diagnostic::on_unimplemented(
    message = "a checkbox column has no such operator: it has is, eq, ne, is_any_of, is_none_of, is never empty, and is a filter by itself",
    label = "not an operator of checkbox columns"
)]
pub trait OfCheckbox {}
family! { OfCheckbox: Checkbox, Formula<Checkbox> }
impl OfCheckbox for EqualOperators {}
impl OfCheckbox for StateOperators {}

/// The operators of select columns.
#[diagnostic::on_unimplemented(
    message = "a select column has no such operator: it has eq, ne, is_any_of, is_none_of, is_empty, is_not_empty",
    label = "not an operator of select columns"
)]
pub trait OfSelect {}
family! { OfSelect: Select }
impl OfSelect for EqualOperators {}
impl OfSelect for EmptyOperators {}

/// The operators of status columns.
#[diagnostic::on_unimplemented(
    message = "a status column has no such operator: it has eq, ne, is_any_of, is_none_of, in_group, not_in_group, is_empty, is_not_empty",
    label = "not an operator of status columns"
)]
pub trait OfStatus {}
family! { OfStatus: Status }
impl OfStatus for EqualOperators {}
impl OfStatus for EmptyOperators {}
impl OfStatus for GroupOperators {}

/// The operators of multi-select columns.
#[diagnostic::on_unimplemented(
    message = "a multi-select column has no such operator: it has contains, does_not_contain, contains_any_of, contains_none_of, is_empty, is_not_empty",
    label = "not an operator of multi-select columns"
)]
pub trait OfMultiSelect {}
family! { OfMultiSelect: MultiSelect }
impl OfMultiSelect for ContainOperators {}
impl OfMultiSelect for EmptyOperators {}

/// The operators of date columns, and of formulas and rollups that result in a date.
#[diagnostic::on_unimplemented(
    message = "a date column has no such operator: it has eq, ne, is_any_of, is_none_of, before, after, on_or_before, on_or_after, past_week, past_month, past_year, this_week, next_week, next_month, next_year, is_empty, is_not_empty",
    label = "not an operator of date columns"
)]
pub trait OfDate {}
family! { OfDate: Date, Formula<Date>, Rollup<Date> }
impl OfDate for EqualOperators {}
impl OfDate for DateOperators {}
impl OfDate for EmptyOperators {}

/// The operators of columns of created and last edited times.
#[diagnostic::on_unimplemented(
    message = "a column of created or last edited times has no such operator: it has eq, ne, is_any_of, is_none_of, before, after, on_or_before, on_or_after, past_week, past_month, past_year, this_week, next_week, next_month, next_year, and is never empty",
    label = "not an operator of the times that Notion notes"
)]
pub trait OfTime {}
family! { OfTime: CreatedTime, LastEditedTime }
impl OfTime for EqualOperators {}
impl OfTime for DateOperators {}

/// The operators of columns of people.
#[diagnostic::on_unimplemented(
    message = "a column of people has no such operator: it has contains, does_not_contain, contains_any_of, contains_none_of, is_empty, is_not_empty",
    label = "not an operator of columns of people"
)]
pub trait OfPeople {}
family! { OfPeople: People, CreatedBy, LastEditedBy }
impl OfPeople for ContainOperators {}
impl OfPeople for EmptyOperators {}

/// The operators of files columns.
#[diagnostic::on_unimplemented(
    message = "a files column has no such operator: it has is_empty, is_not_empty",
    label = "not an operator of files columns"
)]
pub trait OfFiles {}
family! { OfFiles: Files }
impl OfFiles for EmptyOperators {}

/// The operators of relation columns.
#[diagnostic::on_unimplemented(
    message = "a relation column has no such operator: it has contains, does_not_contain, contains_any_of, contains_none_of, is_empty, is_not_empty",
    label = "not an operator of relation columns"
)]
pub trait OfRelation {}
family! { OfRelation: Relation }
impl OfRelation for ContainOperators {}
impl OfRelation for EmptyOperators {}

/// The operators of verification columns.
#[diagnostic::on_unimplemented(
    message = "a verification column has no such operator: it has is, eq, ne, is_any_of, is_none_of",
    label = "not an operator of verification columns"
)]
pub trait OfVerification {}
family! { OfVerification: Verification }
impl OfVerification for EqualOperators {}
impl OfVerification for StateOperators {}

/// The operators of place columns: none.
#[diagnostic::on_unimplemented(
    message = "a place column has no operators: Notion has no filters for places",
    label = "Notion cannot filter by places"
)]
pub trait OfPlace {}
family! { OfPlace: Place }
impl OfPlace for NoOperators {}

/// The operators of button columns: none.
#[diagnostic::on_unimplemented(
    message = "a button column has no operators: it has no value",
    label = "Notion cannot filter by buttons"
)]
pub trait OfButton {}
family! { OfButton: Button }
impl OfButton for NoOperators {}

/// The operators of columns that are read as JSON: none.
#[diagnostic::on_unimplemented(
    message = "a column that is read as JSON has no operators: its kind is not known, so say the filter with `Filter::raw`",
    label = "the kind of this column is not known"
)]
pub trait OfRaw {}
family! { OfRaw: Raw }
impl OfRaw for NoOperators {}

/// The operators of rollups that show values: those of the values follow [`any()`](crate::Column::any).
#[diagnostic::on_unimplemented(
    message = "a rollup that shows values has no such operator: say by any(), every() or none() of how many of the values it must hold",
    label = "not an operator of rollups that show values"
)]
pub trait OfElements {}
impl<E: Kind, O: OfElements> Has<O> for Rollup<Elements<E>> {}
impl OfElements for ValueOperators {}

/// Kinds whose columns are filters by themselves: those of checkboxes, and of formulas that result in one.
#[diagnostic::on_unimplemented(
    message = "only a checkbox column is a filter by itself: compare this one with a value",
    label = "not a filter by itself",
    note = "for example `Task::DUE.this_week()`, `Task::STATE.eq(State::Done)`, `Task::POINTS.is_not_empty()`"
)]
pub trait Checked: Kind {}

impl Checked for Checkbox {}
impl Checked for Formula<Checkbox> {}
