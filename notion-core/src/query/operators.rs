//! The operators of columns: each makes a filter, and asks that the column's kind has it.

use notion_schema::json::Writer;

use super::column::Column;
use super::family::{
    ContainsOperators, DateOperators, EmptyOperators, EqualOperators, NumberOperators, TextOperators,
};
use super::filter::{Condition, Filter, Operator};
use super::operand::{AnyNumber, Operand};
use crate::kind::{Checkbox, Kind};
use crate::property::{DateOrRange, KeyValue, Property};

impl<R, K: Kind, T: Property<K>, A> Column<R, K, T, A> {
    /// The value is this one.
    pub fn eq(self, value: impl Operand<T::Operand>) -> Filter<R>
    where
        K: EqualOperators,
    {
        self.compare(Operator::Equals, value)
    }

    /// The value is another one, or none.
    pub fn ne(self, value: impl Operand<T::Operand>) -> Filter<R>
    where
        K: EqualOperators,
    {
        !self.eq(value)
    }

    /// The value is one of these.
    pub fn is_any_of<V: Operand<T::Operand>>(self, values: impl IntoIterator<Item = V>) -> Filter<R>
    where
        K: EqualOperators,
    {
        Filter::any(values.into_iter().map(|value| self.eq(value)))
    }

    /// The value is none of these.
    pub fn is_none_of<V: Operand<T::Operand>>(self, values: impl IntoIterator<Item = V>) -> Filter<R>
    where
        K: EqualOperators,
    {
        !self.is_any_of(values)
    }

    /// The text contains this one, ignoring case; or the list holds this element.
    pub fn contains(self, value: impl Operand<T::Operand>) -> Filter<R>
    where
        K: ContainsOperators,
    {
        self.compare(Operator::Contains, value)
    }

    /// The text does not contain this one; or the list does not hold this element.
    pub fn does_not_contain(self, value: impl Operand<T::Operand>) -> Filter<R>
    where
        K: ContainsOperators,
    {
        self.compare(Operator::DoesNotContain, value)
    }

    /// The text begins with this one, ignoring case.
    pub fn starts_with(self, value: impl Operand<String>) -> Filter<R>
    where
        K: TextOperators,
    {
        self.compare(Operator::StartsWith, value)
    }

    /// The text ends with this one, ignoring case.
    pub fn ends_with(self, value: impl Operand<String>) -> Filter<R>
    where
        K: TextOperators,
    {
        self.compare(Operator::EndsWith, value)
    }

    /// The number is greater.
    pub fn gt(self, value: impl Operand<AnyNumber>) -> Filter<R>
    where
        K: NumberOperators,
    {
        self.compare(Operator::GreaterThan, value)
    }

    /// The number is greater or equal.
    pub fn ge(self, value: impl Operand<AnyNumber>) -> Filter<R>
    where
        K: NumberOperators,
    {
        self.compare(Operator::GreaterThanOrEqualTo, value)
    }

    /// The number is less.
    pub fn lt(self, value: impl Operand<AnyNumber>) -> Filter<R>
    where
        K: NumberOperators,
    {
        self.compare(Operator::LessThan, value)
    }

    /// The number is less or equal.
    pub fn le(self, value: impl Operand<AnyNumber>) -> Filter<R>
    where
        K: NumberOperators,
    {
        self.compare(Operator::LessThanOrEqualTo, value)
    }

    /// The date is before this one. Times are compared to the minute.
    pub fn before(self, date: impl Operand<DateOrRange>) -> Filter<R>
    where
        K: DateOperators,
    {
        self.compare(Operator::Before, date)
    }

    /// The date is after this one. Times are compared to the minute.
    pub fn after(self, date: impl Operand<DateOrRange>) -> Filter<R>
    where
        K: DateOperators,
    {
        self.compare(Operator::After, date)
    }

    /// The date is this one or before it.
    pub fn on_or_before(self, date: impl Operand<DateOrRange>) -> Filter<R>
    where
        K: DateOperators,
    {
        self.compare(Operator::OnOrBefore, date)
    }

    /// The date is this one or after it.
    pub fn on_or_after(self, date: impl Operand<DateOrRange>) -> Filter<R>
    where
        K: DateOperators,
    {
        self.compare(Operator::OnOrAfter, date)
    }

    /// The date is in the seven days that end now.
    pub fn past_week(self) -> Filter<R>
    where
        K: DateOperators,
    {
        self.test(Operator::PastWeek)
    }

    /// The date is in the month that ends now.
    pub fn past_month(self) -> Filter<R>
    where
        K: DateOperators,
    {
        self.test(Operator::PastMonth)
    }

    /// The date is in the year that ends now.
    pub fn past_year(self) -> Filter<R>
    where
        K: DateOperators,
    {
        self.test(Operator::PastYear)
    }

    /// The date is in this week of the calendar.
    pub fn this_week(self) -> Filter<R>
    where
        K: DateOperators,
    {
        self.test(Operator::ThisWeek)
    }

    /// The date is in the seven days that begin now.
    pub fn next_week(self) -> Filter<R>
    where
        K: DateOperators,
    {
        self.test(Operator::NextWeek)
    }

    /// The date is in the month that begins now.
    pub fn next_month(self) -> Filter<R>
    where
        K: DateOperators,
    {
        self.test(Operator::NextMonth)
    }

    /// The date is in the year that begins now.
    pub fn next_year(self) -> Filter<R>
    where
        K: DateOperators,
    {
        self.test(Operator::NextYear)
    }

    /// There is no value.
    pub fn is_empty(self) -> Filter<R>
    where
        K: EmptyOperators,
    {
        self.test(Operator::IsEmpty)
    }

    /// There is a value.
    pub fn is_not_empty(self) -> Filter<R>
    where
        K: EmptyOperators,
    {
        self.test(Operator::IsNotEmpty)
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "a condition ends here, with all that it was made of"
    )]
    fn compare<C>(self, operator: Operator, value: impl Operand<C>) -> Filter<R> {
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
        let Some(filter) = K::FILTER else {
            return Filter::refused(format!("Notion has no filters for `{}`", self.name()));
        };
        Filter::condition(Condition {
            place: self.place(),
            quantifier: self.quantifier(),
            filter,
            operator,
            value,
        })
    }
}

#[doc(hidden)]
impl<R, K: Kind, T: KeyValue<K>, A> Column<R, K, T, A> {
    /// The value is this one, or there is none and this one is empty.
    pub fn key(self, value: &T) -> Filter<R> {
        match value.key_operand() {
            Ok(Some(operand)) => self.condition(Operator::Equals, operand),
            Ok(None) => self.test(Operator::IsEmpty),
            Err(error) => Filter::refused(format!("the key `{}` {error}", self.name())),
        }
    }
}

impl<R, A> Column<R, Checkbox, bool, A> {
    /// The box is checked, or not.
    pub fn is(self, checked: bool) -> Filter<R> {
        self.eq(checked)
    }
}
