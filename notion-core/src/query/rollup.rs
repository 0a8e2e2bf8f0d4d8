//! Columns that show values of related pages.

use super::column::{Column, Quantifier, ReadOnly, stand_in};
use crate::kind::{self, Date, Elements, Kind, Number, RollupResult};
use crate::property::{Property, Rollup};

/// A rollup that shows values is asked of how many of them a condition holds.
///
/// ```
/// use notion_core::prelude::*;
/// use notion_core::Rollup;
/// use notion_core::kind;
///
/// #[derive(NotionRow)]
/// struct Project {
///     #[notion(title, name = "Name")]
///     name: String,
///     #[notion(rollup, name = "Points")]
///     points: Rollup<Vec<Option<f64>>>,
///     #[notion(rollup, name = "Owners")]
///     owners: Rollup<Vec<String>>,
/// }
///
/// let filter = Project::POINTS.every().le(5) & Project::OWNERS.any().contains("Kim");
/// assert_eq!(filter.to_string(), r#"Points.every().le(5) & Owners.any().contains("Kim")"#);
/// assert_eq!(
///     Project::OWNERS.none_as(kind::Select).eq("Kim".to_owned()).to_json()?.as_deref(),
///     Some(r#"{"property":"Owners","rollup":{"none":{"select":{"equals":"Kim"}}}}"#)
/// );
/// # Ok::<(), notion_core::Error>(())
/// ```
///
/// The values are asked as what their type stands for by itself: a `String` as text, a [`NotionOption`](crate::NotionOption) as
/// a select. Where they are of another kind, name it by [`any_as`](Column::any_as), [`every_as`](Column::every_as) or
/// [`none_as`](Column::none_as).
///
/// `!` of such a condition is another such condition, or two: Notion's rollups know that every value passes, that one does, and
/// that none does.
///
/// Source: <https://developers.notion.com/reference/filter-data-source-entries#rollup>.
impl<R, E: Kind, V: Property<E>, A> Column<R, kind::Rollup<Elements<E>>, Rollup<Vec<V>>, A> {
    /// Holds if there is a value of which the condition holds.
    #[must_use]
    pub const fn any(self) -> Column<R, E, V, ReadOnly> {
        self.elements(Quantifier::Any)
    }

    /// Holds if there are values, and the condition holds of each.
    #[must_use]
    pub const fn every(self) -> Column<R, E, V, ReadOnly> {
        self.elements(Quantifier::Every)
    }

    /// Holds if there is no value of which the condition holds.
    #[must_use]
    pub const fn none(self) -> Column<R, E, V, ReadOnly> {
        self.elements(Quantifier::None)
    }

    /// [`any`](Column::any) for values of that kind: `any_as(kind::Status)`.
    #[must_use]
    pub fn any_as<O: Kind>(self, _kind: O) -> Column<R, O, V, ReadOnly>
    where
        V: Property<O>,
    {
        self.elements(Quantifier::Any)
    }

    /// [`every`](Column::every) for values of that kind: `every_as(kind::Status)`.
    #[must_use]
    pub fn every_as<O: Kind>(self, _kind: O) -> Column<R, O, V, ReadOnly>
    where
        V: Property<O>,
    {
        self.elements(Quantifier::Every)
    }

    /// [`none`](Column::none) for values of that kind: `none_as(kind::Status)`.
    #[must_use]
    pub fn none_as<O: Kind>(self, _kind: O) -> Column<R, O, V, ReadOnly>
    where
        V: Property<O>,
    {
        self.elements(Quantifier::None)
    }
}

/// Results of a rollup that are one value, and are compared as it.
#[doc(hidden)]
pub trait OneValue: RollupResult {}

impl OneValue for Number {}
impl OneValue for Date {}

/// Results of a rollup that are several values. None of [`OneValue`] is.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a rollup that comes to a number or a date shows no values to ask of: compare it as it is",
    label = "only rollups that show values have it",
    note = "for example `Project::HOURS.gt(8)`; a rollup that shows values is a `Rollup<Vec<…>>`"
)]
pub trait ManyValues: RollupResult {}

/// It cannot be called, and is there for what the compiler says to whoever tries.
#[doc(hidden)]
impl<R, N: OneValue, T, A> Column<R, kind::Rollup<N>, T, A> {
    #[must_use]
    pub const fn any(self) -> Column<R, kind::Rollup<N>, T, ReadOnly>
    where
        N: ManyValues,
    {
        stand_in()
    }

    #[must_use]
    pub const fn every(self) -> Column<R, kind::Rollup<N>, T, ReadOnly>
    where
        N: ManyValues,
    {
        stand_in()
    }

    #[must_use]
    pub const fn none(self) -> Column<R, kind::Rollup<N>, T, ReadOnly>
    where
        N: ManyValues,
    {
        stand_in()
    }
}
