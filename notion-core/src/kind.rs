//! A marker type per kind of property. They are the type parameter by which columns know their operators
//! and Rust types know which columns they can hold.

use std::marker::PhantomData;

use notion_schema::{FilterFamily, Kind as SchemaKind};

/// A kind of property, as a type.
///
/// Implemented by the markers of this module, and by nothing else.
pub trait Kind: sealed::Sealed + 'static {
    /// The kind as a value; `None` for [`Raw`], which is any.
    const KIND: Option<SchemaKind>;
    /// What an empty value of this kind is on the wire: `null`, or `[]` for kinds that hold lists.
    const EMPTY: &'static str = "null";
    /// How conditions on a column of this kind are written; `None` where Notion offers no filter.
    #[doc(hidden)]
    const FILTER: Option<Filterable> = None;
}

/// How conditions on a column are written.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filterable {
    /// The keys under which the operator stands: `number`, or `formula` and within it `checkbox`.
    pub keys: &'static [&'static str],
    /// The key under which the operator stands for the elements of a rollup; empty where these cannot be filtered.
    pub element: &'static str,
    /// Which operators there are.
    pub family: FilterFamily,
    /// Whether rows without a value can be asked for.
    pub may_be_empty: bool,
}

/// Kinds whose values a program can write.
#[diagnostic::on_unimplemented(
    message = "a Notion `{Self}` property is computed by Notion and cannot be written",
    label = "this column is read-only"
)]
pub trait Writable: Kind {}

/// Kinds whose values can be emptied.
#[diagnostic::on_unimplemented(
    message = "a Notion `{Self}` property cannot be cleared",
    label = "this column always has a value"
)]
pub trait Clearable: Writable {}

/// Kinds whose value is a list that elements can be added to and taken from.
#[diagnostic::on_unimplemented(
    message = "a Notion `{Self}` property is not a list",
    label = "`append` and `remove` need a multi-select, people, files or relation column",
    note = "`set` replaces the value of any column"
)]
pub trait List: Clearable {}

/// What a formula or an aggregated rollup can result in: [`RichText`], [`Number`], [`Checkbox`] and [`Date`].
#[diagnostic::on_unimplemented(
    message = "a Notion formula does not result in `{Self}`",
    label = "a formula results in text, a number, a checkbox or a date"
)]
pub trait FormulaResult: Kind {
    /// What values call that result: `boolean` for a checkbox.
    #[doc(hidden)]
    const RESULT: &'static str;
    /// The kind whose value stands like the result does: a formula's text is as plain as a URL.
    #[doc(hidden)]
    type Plain: Kind;
    /// How conditions on a formula with that result are written.
    #[doc(hidden)]
    const FORMULA: Filterable;
}

/// What a rollup can result in: [`Number`], [`Date`], or the [`Elements`] that it shows.
#[diagnostic::on_unimplemented(
    message = "a Notion rollup does not result in `{Self}`",
    label = "a rollup results in a number, a date or a list"
)]
pub trait RollupResult: sealed::Sealed + 'static {
    /// How conditions on a rollup with that result are written; for elements there are `any`, `every` and `none` instead.
    #[doc(hidden)]
    const ROLLUP: Option<Filterable>;
}

mod sealed {
    pub trait Sealed {}
}

const fn filterable(
    keys: &'static [&'static str],
    element: &'static str,
    family: FilterFamily,
) -> Filterable {
    Filterable {
        keys,
        element,
        family,
        may_be_empty: !matches!(family, FilterFamily::Checkbox | FilterFamily::Verification),
    }
}

macro_rules! kinds {
    ($($name:ident $empty:literal [$($filter:expr)?] $($marker:ident)*;)*) => {$(
        #[doc = concat!("Marks a column of kind [`", stringify!($name), "`](notion_schema::Kind::", stringify!($name), ").")]
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl sealed::Sealed for $name {}

        impl Kind for $name {
            const KIND: Option<SchemaKind> = Some(SchemaKind::$name);
            const EMPTY: &'static str = $empty;
            $(const FILTER: Option<Filterable> = Some($filter);)?
        }

        $(impl $marker for $name {})*
    )*};
}

/// Notion takes `is_empty` for the times that it notes itself, and finds nothing.
const fn noted(key: &'static [&'static str]) -> Filterable {
    Filterable {
        may_be_empty: false,
        ..filterable(key, "date", FilterFamily::Date)
    }
}

kinds! {
    Title "[]" [filterable(&["title"], "rich_text", FilterFamily::Text)] Writable Clearable;
    RichText "[]" [filterable(&["rich_text"], "rich_text", FilterFamily::Text)] Writable Clearable;
    Number "null" [filterable(&["number"], "number", FilterFamily::Number)] Writable Clearable;
    Select "null" [filterable(&["select"], "select", FilterFamily::Select)] Writable Clearable;
    MultiSelect "[]" [filterable(&["multi_select"], "multi_select", FilterFamily::MultiSelect)] Writable Clearable List;
    Status "null" [filterable(&["status"], "status", FilterFamily::Select)] Writable Clearable;
    Date "null" [filterable(&["date"], "date", FilterFamily::Date)] Writable Clearable;
    People "[]" [filterable(&["people"], "people", FilterFamily::People)] Writable Clearable List;
    Files "[]" [filterable(&["files"], "files", FilterFamily::Files)] Writable Clearable List;
    Checkbox "null" [filterable(&["checkbox"], "checkbox", FilterFamily::Checkbox)] Writable;
    Url "null" [filterable(&["url"], "rich_text", FilterFamily::Text)] Writable Clearable;
    Email "null" [filterable(&["email"], "rich_text", FilterFamily::Text)] Writable Clearable;
    PhoneNumber "null" [filterable(&["phone_number"], "rich_text", FilterFamily::Text)] Writable Clearable;
    Relation "[]" [filterable(&["relation"], "relation", FilterFamily::Relation)] Writable Clearable List;
    CreatedTime "null" [noted(&["created_time"])];
    CreatedBy "null" [filterable(&["created_by"], "people", FilterFamily::People)];
    LastEditedTime "null" [noted(&["last_edited_time"])];
    LastEditedBy "null" [filterable(&["last_edited_by"], "people", FilterFamily::People)];
    UniqueId "null" [filterable(&["unique_id"], "number", FilterFamily::Number)];
    Verification "null" [filterable(&["verification"], "", FilterFamily::Verification)] Writable;
    Place "null" [] Writable Clearable;
    Button "null" [];
}

/// Marks a column of kind [`Formula`](notion_schema::Kind::Formula) that results in an `R`: the schema does not say what a
/// formula results in, so the row type does.
#[derive(Debug, Clone, Copy)]
pub struct Formula<R>(PhantomData<R>);

impl<R> sealed::Sealed for Formula<R> {}

impl<R: FormulaResult> Kind for Formula<R> {
    const KIND: Option<SchemaKind> = Some(SchemaKind::Formula);
    const FILTER: Option<Filterable> = Some(R::FORMULA);
}

/// Marks a column of kind [`Rollup`](notion_schema::Kind::Rollup) that results in an `R`.
#[derive(Debug, Clone, Copy)]
pub struct Rollup<R>(PhantomData<R>);

impl<R> sealed::Sealed for Rollup<R> {}

impl<R: RollupResult> Kind for Rollup<R> {
    const KIND: Option<SchemaKind> = Some(SchemaKind::Rollup);
    const FILTER: Option<Filterable> = R::ROLLUP;
}

/// The result of a rollup that shows values of kind `E`, one for each related page.
#[derive(Debug, Clone, Copy)]
pub struct Elements<E>(PhantomData<E>);

impl<E> sealed::Sealed for Elements<E> {}

impl<E: Kind> RollupResult for Elements<E> {
    const ROLLUP: Option<Filterable> = None;
}

macro_rules! results {
    ($($name:ident $result:literal $plain:ident $key:literal $element:literal $family:ident;)*) => {$(
        impl FormulaResult for $name {
            const RESULT: &'static str = $result;
            type Plain = $plain;
            const FORMULA: Filterable = filterable(&["formula", $key], $element, FilterFamily::$family);
        }
    )*};
}

results! {
    RichText "string" Url "string" "rich_text" Text;
    Number "number" Number "number" "number" Number;
    Checkbox "boolean" Checkbox "checkbox" "checkbox" Checkbox;
    Date "date" Date "date" "date" Date;
}

impl RollupResult for Number {
    const ROLLUP: Option<Filterable> =
        Some(filterable(&["rollup", "number"], "number", FilterFamily::Number));
}

impl RollupResult for Date {
    const ROLLUP: Option<Filterable> = Some(filterable(&["rollup", "date"], "date", FilterFamily::Date));
}

/// Marks a column of any kind, also of one that this version does not know: its values are JSON.
#[derive(Debug, Clone, Copy)]
pub struct Raw;

impl sealed::Sealed for Raw {}

impl Kind for Raw {
    const KIND: Option<SchemaKind> = None;
}
