use std::fmt;
use std::marker::PhantomData;

use jiff::Timestamp;
use notion_schema::Kind as SchemaKind;
use notion_schema::json::{Reader, Writer};

use super::family::{
    ContainsOperators, DateOperators, EmptyOperators, EqualOperators, NumberOperators, TextOperators,
};
use super::filter::{Condition, Filter, Operator};
use super::operand::{Numeric, Operand};
use crate::kind::{Checkbox, CreatedTime, Kind, LastEditedTime};
use crate::property::{DateOrRange, OptionDef, Property, ReadError, WritableProperty, WriteError};
use crate::row::{ColumnDef, RowWriter};

/// A column of row `R`, of kind `K`, held in a `T`.
///
/// `#[derive(NotionRow)]` makes one for each field: `Task::DUE` for the field `due`. Filters and sorts are made
/// from columns, and only from operators that the column's kind has:
///
/// ```
/// use notion_core::prelude::*;
///
/// #[derive(NotionRow)]
/// struct Task {
///     #[notion(title, name = "Name")]
///     name: String,
///     #[notion(name = "Due")]
///     due: Option<DateOrRange>,
///     #[notion(name = "Points")]
///     points: Option<f64>,
/// }
///
/// let filter = Task::NAME.contains("ship") & (Task::DUE.this_week() | Task::POINTS.ge(8));
/// assert_eq!(filter.to_string(), "Name.contains(\"ship\") & (Due.this_week() | Points.ge(8))");
/// ```
///
/// Comparisons that say that a value differs (`ne`, `does_not_contain`, `is_none_of`) are also true of empty
/// values, as in Notion.
pub struct Column<R, K, T> {
    place: Place,
    id: Option<&'static str>,
    codec: Codec<T>,
    types: PhantomData<fn() -> (R, K, T)>,
}

/// How the column's values are read and written. Taken from the traits in one place, so that a type that does not fit is
/// one error of the compiler, and the code of a derive asks it fewer questions.
struct Codec<T> {
    kind: SchemaKind,
    options: Option<&'static [OptionDef]>,
    blank: fn() -> T,
    read: fn(&mut T, &mut Reader<'_>) -> Result<(), ReadError>,
    write: Option<fn(&T, &mut Writer) -> Result<(), WriteError>>,
}

/// What a filter or sort names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A column of the row.
    Column { index: usize, name: &'static str },
    /// A time of the page, by its name in the API.
    PageTime(&'static str),
}

impl Place {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Column { name, .. } | Self::PageTime(name) => name,
        }
    }
}

/// The time a page was created at, whether or not the data source has a column for it.
#[must_use]
pub const fn created_time<R>() -> Column<R, CreatedTime, Timestamp> {
    Column::at(Place::PageTime("created_time"), None, None)
}

/// The time a page was last edited at, whether or not the data source has a column for it.
#[must_use]
pub const fn last_edited_time<R>() -> Column<R, LastEditedTime, Timestamp> {
    Column::at(Place::PageTime("last_edited_time"), None, None)
}

impl<R, K, T> Column<R, K, T> {
    /// The name of the property as the row type gives it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.place.name()
    }

    /// Sorts by this column, smallest first.
    #[must_use]
    pub fn asc(self) -> Sort<R> {
        Sort {
            place: self.place,
            direction: "ascending",
            row: PhantomData,
        }
    }

    /// Sorts by this column, largest first.
    #[must_use]
    pub fn desc(self) -> Sort<R> {
        Sort {
            place: self.place,
            direction: "descending",
            row: PhantomData,
        }
    }
}

impl<R, K: Kind, T: Property<K>> Column<R, K, T> {
    /// The value is this one.
    #[must_use]
    pub fn eq(self, value: impl Operand<T::Operand>) -> Filter<R>
    where
        K: EqualOperators,
    {
        self.compare(Operator::Equals, &value)
    }

    /// The value is another one, or none.
    #[must_use]
    pub fn ne(self, value: impl Operand<T::Operand>) -> Filter<R>
    where
        K: EqualOperators,
    {
        !self.eq(value)
    }

    /// The value is one of these.
    #[must_use]
    pub fn is_any_of<V: Operand<T::Operand>>(self, values: impl IntoIterator<Item = V>) -> Filter<R>
    where
        K: EqualOperators,
    {
        Filter::any(values.into_iter().map(|value| self.eq(value)))
    }

    /// The value is none of these.
    #[must_use]
    pub fn is_none_of<V: Operand<T::Operand>>(self, values: impl IntoIterator<Item = V>) -> Filter<R>
    where
        K: EqualOperators,
    {
        !self.is_any_of(values)
    }

    /// The text contains this one in whatever case, or the list this element.
    #[must_use]
    pub fn contains(self, value: impl Operand<T::Operand>) -> Filter<R>
    where
        K: ContainsOperators,
    {
        self.compare(Operator::Contains, &value)
    }

    /// The text does not contain this one, or the list not this element.
    #[must_use]
    pub fn does_not_contain(self, value: impl Operand<T::Operand>) -> Filter<R>
    where
        K: ContainsOperators,
    {
        self.compare(Operator::DoesNotContain, &value)
    }

    /// The text begins with this one, in whatever case.
    #[must_use]
    pub fn starts_with(self, value: impl Operand<String>) -> Filter<R>
    where
        K: TextOperators,
    {
        self.compare(Operator::StartsWith, &value)
    }

    /// The text ends with this one, in whatever case.
    #[must_use]
    pub fn ends_with(self, value: impl Operand<String>) -> Filter<R>
    where
        K: TextOperators,
    {
        self.compare(Operator::EndsWith, &value)
    }

    /// The number is greater.
    #[must_use]
    pub fn gt(self, value: impl Operand<Numeric>) -> Filter<R>
    where
        K: NumberOperators,
    {
        self.compare(Operator::GreaterThan, &value)
    }

    /// The number is greater or equal.
    #[must_use]
    pub fn ge(self, value: impl Operand<Numeric>) -> Filter<R>
    where
        K: NumberOperators,
    {
        self.compare(Operator::GreaterThanOrEqualTo, &value)
    }

    /// The number is less.
    #[must_use]
    pub fn lt(self, value: impl Operand<Numeric>) -> Filter<R>
    where
        K: NumberOperators,
    {
        self.compare(Operator::LessThan, &value)
    }

    /// The number is less or equal.
    #[must_use]
    pub fn le(self, value: impl Operand<Numeric>) -> Filter<R>
    where
        K: NumberOperators,
    {
        self.compare(Operator::LessThanOrEqualTo, &value)
    }

    /// The date is before this one. Times are compared to the minute.
    #[must_use]
    pub fn before(self, date: impl Operand<DateOrRange>) -> Filter<R>
    where
        K: DateOperators,
    {
        self.compare(Operator::Before, &date)
    }

    /// The date is after this one. Times are compared to the minute.
    #[must_use]
    pub fn after(self, date: impl Operand<DateOrRange>) -> Filter<R>
    where
        K: DateOperators,
    {
        self.compare(Operator::After, &date)
    }

    /// The date is this one or before it.
    #[must_use]
    pub fn on_or_before(self, date: impl Operand<DateOrRange>) -> Filter<R>
    where
        K: DateOperators,
    {
        self.compare(Operator::OnOrBefore, &date)
    }

    /// The date is this one or after it.
    #[must_use]
    pub fn on_or_after(self, date: impl Operand<DateOrRange>) -> Filter<R>
    where
        K: DateOperators,
    {
        self.compare(Operator::OnOrAfter, &date)
    }

    /// The date is in the seven days that end now.
    #[must_use]
    pub fn past_week(self) -> Filter<R>
    where
        K: DateOperators,
    {
        self.test(Operator::PastWeek)
    }

    /// The date is in the month that ends now.
    #[must_use]
    pub fn past_month(self) -> Filter<R>
    where
        K: DateOperators,
    {
        self.test(Operator::PastMonth)
    }

    /// The date is in the year that ends now.
    #[must_use]
    pub fn past_year(self) -> Filter<R>
    where
        K: DateOperators,
    {
        self.test(Operator::PastYear)
    }

    /// The date is in this week of the calendar.
    #[must_use]
    pub fn this_week(self) -> Filter<R>
    where
        K: DateOperators,
    {
        self.test(Operator::ThisWeek)
    }

    /// The date is in the seven days that begin now.
    #[must_use]
    pub fn next_week(self) -> Filter<R>
    where
        K: DateOperators,
    {
        self.test(Operator::NextWeek)
    }

    /// The date is in the month that begins now.
    #[must_use]
    pub fn next_month(self) -> Filter<R>
    where
        K: DateOperators,
    {
        self.test(Operator::NextMonth)
    }

    /// The date is in the year that begins now.
    #[must_use]
    pub fn next_year(self) -> Filter<R>
    where
        K: DateOperators,
    {
        self.test(Operator::NextYear)
    }

    /// There is no value.
    #[must_use]
    pub fn is_empty(self) -> Filter<R>
    where
        K: EmptyOperators,
    {
        self.test(Operator::IsEmpty)
    }

    /// There is a value.
    #[must_use]
    pub fn is_not_empty(self) -> Filter<R>
    where
        K: EmptyOperators,
    {
        self.test(Operator::IsNotEmpty)
    }

    fn compare<C>(self, operator: Operator, value: &impl Operand<C>) -> Filter<R> {
        let mut json = Writer::new();
        match value.write(&mut json) {
            Ok(()) => self.condition(operator, json.into_string()),
            Err(error) => Filter::refused(format!("the value compared with `{}` {error}", self.name())),
        }
    }

    fn test(self, operator: Operator) -> Filter<R> {
        self.condition(operator, String::new())
    }

    fn condition(self, operator: Operator, value: String) -> Filter<R> {
        Filter::condition(Condition {
            place: self.place,
            kind: K::KIND,
            operator,
            value,
        })
    }
}

impl<R> Column<R, Checkbox, bool> {
    /// The box is checked, or not.
    #[must_use]
    pub fn is(self, checked: bool) -> Filter<R> {
        self.eq(checked)
    }
}

impl<R, K: Kind, T: Property<K>> Column<R, K, T> {
    const fn at(
        place: Place,
        id: Option<&'static str>,
        write: Option<fn(&T, &mut Writer) -> Result<(), WriteError>>,
    ) -> Self {
        let codec = Codec {
            kind: K::KIND,
            options: T::OPTIONS,
            blank: T::blank,
            read: T::read,
            write,
        };
        Self {
            place,
            id,
            codec,
            types: PhantomData,
        }
    }

    /// A column that is only read.
    #[doc(hidden)]
    #[must_use]
    pub const fn computed(index: usize, name: &'static str, id: Option<&'static str>) -> Self {
        Self::at(Place::Column { index, name }, id, None)
    }
}

/// What the code of `#[derive(NotionRow)]` leans on.
#[doc(hidden)]
#[expect(clippy::missing_errors_doc, reason = "hidden")]
impl<R, K: Kind, T> Column<R, K, T> {
    #[must_use]
    pub const fn new(index: usize, name: &'static str, id: Option<&'static str>) -> Self
    where
        T: Property<K> + WritableProperty<K>,
    {
        Self::at(Place::Column { index, name }, id, Some(T::write))
    }

    #[must_use]
    pub const fn def(self) -> ColumnDef {
        let name = match self.place {
            Place::Column { name, .. } | Place::PageTime(name) => name,
        };
        ColumnDef::new(name, self.id, self.codec.kind, self.codec.options)
    }

    #[must_use]
    pub fn blank(self) -> T {
        (self.codec.blank)()
    }

    pub fn read(self, value: &mut T, json: &mut Reader<'_>) -> Result<(), ReadError> {
        (self.codec.read)(value, json)
    }

    pub fn write(self, value: &T, row: &mut RowWriter<'_>) {
        if let (Place::Column { index, name }, Some(write)) = (self.place, self.codec.write) {
            row.column(index, name, self.codec.kind, |json| write(value, json));
        }
    }

    pub(crate) fn write_empty(self, row: &mut RowWriter<'_>) {
        if let Place::Column { index, name } = self.place {
            row.column(index, name, self.codec.kind, |json| {
                json.raw(K::EMPTY);
                Ok(())
            });
        }
    }
}

impl<R, K, T> Clone for Column<R, K, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, K, T> Copy for Column<R, K, T> {}

impl<T> Clone for Codec<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Codec<T> {}

impl<R, K, T> fmt::Debug for Column<R, K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Column").field(&self.place.name()).finish()
    }
}

/// An order of the rows of `R`, made by [`Column::asc`] or [`Column::desc`].
///
/// A select or status column sorts by the order of its options.
pub struct Sort<R> {
    pub(crate) place: Place,
    pub(crate) direction: &'static str,
    row: PhantomData<fn() -> R>,
}

impl<R> Clone for Sort<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Sort<R> {}

impl<R> fmt::Debug for Sort<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.place.name(), self.direction)
    }
}
