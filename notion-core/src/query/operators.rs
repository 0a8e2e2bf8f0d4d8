//! The operators of columns: each makes a filter, and asks that the column's kind has it.

use notion_schema::Kind as SchemaKind;
use notion_schema::json::{Reader, Writer};

use super::column::Column;
use super::condition::{Condition, Value};
use super::family::{
    ContainOperators, DateOperators, EmptyOperators, EqualOperators, GroupOperators, Has, NumberOperators,
    StateOperators, TextOperators,
};
use super::filter::{Filter, Node};
use super::many;
use super::operand::{AnyNumber, Operand};
use super::operator::Operator;
use crate::kind::Kind;
use crate::property::{DateOrRange, KeyValue, Property, StatusGroup, WriteError};

impl<R, K: Kind, T: Property<K>, A> Column<R, K, T, A> {
    /// The value is this one.
    pub fn eq(self, value: impl Operand<T::Operand>) -> Filter<R>
    where
        K: Has<EqualOperators>,
    {
        self.compare(Operator::Equals, value)
    }

    /// The value is another one, or none.
    pub fn ne(self, value: impl Operand<T::Operand>) -> Filter<R>
    where
        K: Has<EqualOperators>,
    {
        self.compare(Operator::DoesNotEqual, value)
    }

    /// The value is one of these. Of none at all, that is true of no row.
    pub fn is_any_of<V: Operand<T::Operand>>(self, values: impl IntoIterator<Item = V>) -> Filter<R>
    where
        K: Has<EqualOperators>,
    {
        self.compare_all(Operator::EqualsAny, values)
    }

    /// The value is none of these, or there is no value. Of none at all, that is true of every row.
    pub fn is_none_of<V: Operand<T::Operand>>(self, values: impl IntoIterator<Item = V>) -> Filter<R>
    where
        K: Has<EqualOperators>,
    {
        self.compare_all(Operator::EqualsNone, values)
    }

    /// The box is checked or not; the page is verified or not.
    ///
    /// ```
    /// # use notion_core::prelude::*;
    /// # #[derive(NotionRow)]
    /// # struct Task { #[notion(title)] name: String, done: bool }
    /// let open = Task::DONE.is(false);
    /// let late = !Task::DONE & Task::NAME.contains("urgent"); // The column of a checkbox is a filter by itself.
    /// # assert_eq!(open.to_string(), "done.is(false)");
    /// # assert_eq!(late.to_string(), r#"done.is(false) & title.contains("urgent")"#);
    /// ```
    pub fn is(self, state: impl Operand<T::Operand>) -> Filter<R>
    where
        K: Has<StateOperators>,
    {
        self.compare(Operator::Equals, state)
    }

    /// The option is in this group of the status.
    ///
    /// Notion's filters know options and no groups, so the group becomes the options in it: those that the data source
    /// has when the table is bound, also where people have renamed the group. For a filter that is not sent by a table,
    /// they are the variants of the enum that say so by `#[notion(group = "…")]`.
    ///
    /// ```
    /// # use notion_core::prelude::*;
    /// use notion_core::StatusGroup;
    ///
    /// # #[derive(NotionRow)]
    /// # struct Task { #[notion(title)] name: String, #[notion(status)] state: State }
    /// #[derive(NotionOption)]
    /// enum State {
    ///     #[notion(group = "to_do")]
    ///     Todo,
    ///     #[notion(group = "complete")]
    ///     Done,
    ///     #[notion(group = "complete")]
    ///     Dropped,
    /// }
    ///
    /// let over = Task::STATE.in_group(StatusGroup::Complete);
    /// assert_eq!(over.to_string(), "state.in_group(Complete)");
    /// assert_eq!(
    ///     over.to_json()?.as_deref(),
    ///     Some(r#"{"property":"state","status":{"equals":["Done","Dropped"]}}"#)
    /// );
    /// # Ok::<(), notion_core::Error>(())
    /// ```
    pub fn in_group(self, group: StatusGroup) -> Filter<R>
    where
        K: Has<GroupOperators>,
    {
        self.condition(Operator::InGroup, Value::Group(group, self.named_options()))
    }

    /// The option is in another group of the status, or there is none: see [`in_group`](Column::in_group).
    pub fn not_in_group(self, group: StatusGroup) -> Filter<R>
    where
        K: Has<GroupOperators>,
    {
        self.condition(Operator::NotInGroup, Value::Group(group, self.named_options()))
    }

    /// The text contains this one, ignoring case; or the list holds this element.
    pub fn contains(self, value: impl Operand<T::Operand>) -> Filter<R>
    where
        K: Has<ContainOperators>,
    {
        self.compare(Operator::Contains, value)
    }

    /// The text does not contain this one; or the list does not hold this element.
    pub fn does_not_contain(self, value: impl Operand<T::Operand>) -> Filter<R>
    where
        K: Has<ContainOperators>,
    {
        self.compare(Operator::DoesNotContain, value)
    }

    /// The text contains one of these, or the list holds one of them. Of none at all, that is true of no row.
    pub fn contains_any_of<V: Operand<T::Operand>>(self, values: impl IntoIterator<Item = V>) -> Filter<R>
    where
        K: Has<ContainOperators>,
    {
        self.compare_all(Operator::ContainsAny, values)
    }

    /// The text contains none of these, or the list holds none of them. Of none at all, that is true of every row.
    pub fn contains_none_of<V: Operand<T::Operand>>(self, values: impl IntoIterator<Item = V>) -> Filter<R>
    where
        K: Has<ContainOperators>,
    {
        self.compare_all(Operator::ContainsNone, values)
    }

    /// The text begins with this one, ignoring case.
    pub fn starts_with(self, value: impl Operand<String>) -> Filter<R>
    where
        K: Has<TextOperators>,
    {
        self.compare(Operator::StartsWith, value)
    }

    /// The text ends with this one, ignoring case.
    pub fn ends_with(self, value: impl Operand<String>) -> Filter<R>
    where
        K: Has<TextOperators>,
    {
        self.compare(Operator::EndsWith, value)
    }

    /// The number is greater.
    pub fn gt(self, value: impl Operand<AnyNumber>) -> Filter<R>
    where
        K: Has<NumberOperators>,
    {
        self.compare(Operator::GreaterThan, value)
    }

    /// The number is greater or equal.
    pub fn ge(self, value: impl Operand<AnyNumber>) -> Filter<R>
    where
        K: Has<NumberOperators>,
    {
        self.compare(Operator::GreaterThanOrEqualTo, value)
    }

    /// The number is less.
    pub fn lt(self, value: impl Operand<AnyNumber>) -> Filter<R>
    where
        K: Has<NumberOperators>,
    {
        self.compare(Operator::LessThan, value)
    }

    /// The number is less or equal.
    pub fn le(self, value: impl Operand<AnyNumber>) -> Filter<R>
    where
        K: Has<NumberOperators>,
    {
        self.compare(Operator::LessThanOrEqualTo, value)
    }

    /// The date is before this one. Times are compared to the minute.
    pub fn before(self, date: impl Operand<DateOrRange>) -> Filter<R>
    where
        K: Has<DateOperators>,
    {
        self.compare(Operator::Before, date)
    }

    /// The date is after this one. Times are compared to the minute.
    pub fn after(self, date: impl Operand<DateOrRange>) -> Filter<R>
    where
        K: Has<DateOperators>,
    {
        self.compare(Operator::After, date)
    }

    /// The date is this one or before it.
    pub fn on_or_before(self, date: impl Operand<DateOrRange>) -> Filter<R>
    where
        K: Has<DateOperators>,
    {
        self.compare(Operator::OnOrBefore, date)
    }

    /// The date is this one or after it.
    pub fn on_or_after(self, date: impl Operand<DateOrRange>) -> Filter<R>
    where
        K: Has<DateOperators>,
    {
        self.compare(Operator::OnOrAfter, date)
    }

    /// The date is in the seven days that end now.
    pub fn past_week(self) -> Filter<R>
    where
        K: Has<DateOperators>,
    {
        self.test(Operator::PastWeek)
    }

    /// The date is in the month that ends now.
    pub fn past_month(self) -> Filter<R>
    where
        K: Has<DateOperators>,
    {
        self.test(Operator::PastMonth)
    }

    /// The date is in the year that ends now.
    pub fn past_year(self) -> Filter<R>
    where
        K: Has<DateOperators>,
    {
        self.test(Operator::PastYear)
    }

    /// The date is in this week of the calendar.
    pub fn this_week(self) -> Filter<R>
    where
        K: Has<DateOperators>,
    {
        self.test(Operator::ThisWeek)
    }

    /// The date is in the seven days that begin now.
    pub fn next_week(self) -> Filter<R>
    where
        K: Has<DateOperators>,
    {
        self.test(Operator::NextWeek)
    }

    /// The date is in the month that begins now.
    pub fn next_month(self) -> Filter<R>
    where
        K: Has<DateOperators>,
    {
        self.test(Operator::NextMonth)
    }

    /// The date is in the year that begins now.
    pub fn next_year(self) -> Filter<R>
    where
        K: Has<DateOperators>,
    {
        self.test(Operator::NextYear)
    }

    /// There is no value.
    pub fn is_empty(self) -> Filter<R>
    where
        K: Has<EmptyOperators>,
    {
        self.test(Operator::IsEmpty)
    }

    /// There is a value.
    pub fn is_not_empty(self) -> Filter<R>
    where
        K: Has<EmptyOperators>,
    {
        self.test(Operator::IsNotEmpty)
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "a condition ends here, with all that it was made of"
    )]
    fn compare<C>(self, operator: Operator, value: impl Operand<C>) -> Filter<R> {
        self.filter(operator, |condition| {
            let value = written::<K, C>(&value)?;
            Ok(Node::Condition(condition.with(operator, value)))
        })
    }

    fn compare_all<V: Operand<T::Operand>>(
        self,
        operator: Operator,
        values: impl IntoIterator<Item = V>,
    ) -> Filter<R> {
        self.filter(operator, |condition| {
            let values = values.into_iter().map(|value| written::<K, T::Operand>(&value));
            Ok(many::one_of(condition, values.collect::<Result<_, _>>()?))
        })
    }
}

impl<R, K: Kind, T, A> Column<R, K, T, A> {
    /// The box is checked, or not: for a column that is a filter by itself, whatever type holds it.
    pub(super) fn checked(self, checked: bool) -> Filter<R> {
        self.condition(Operator::Equals, Value::Json(checked.to_string()))
    }

    fn test(self, operator: Operator) -> Filter<R> {
        self.condition(operator, Value::None)
    }

    fn condition(self, operator: Operator, value: Value) -> Filter<R> {
        self.filter(operator, |condition| {
            Ok(Node::Condition(condition.with(operator, value)))
        })
    }

    fn filter(
        self,
        operator: Operator,
        node: impl FnOnce(&Condition) -> Result<Node, WriteError>,
    ) -> Filter<R> {
        let Some(filter) = K::FILTER else {
            return Filter::new(Node::refused(
                self.name(),
                "Notion has no filter for such a column",
            ));
        };
        let condition = Condition {
            place: self.place(),
            quantifier: self.quantifier(),
            filter,
            operator,
            value: Value::None,
        };
        if condition.quantifier.is_some() && filter.element.is_empty() {
            return Filter::new(Node::refused(
                format!("{}(…)", condition.question()),
                format!(
                    "Notion has no filters for what the rollup `{}` shows",
                    self.name()
                ),
            ));
        }
        Filter::new(node(&condition).unwrap_or_else(|error| {
            Node::refused(
                format!("{}(…)", condition.question()),
                format!("the value compared with `{}` {error}", self.name()),
            )
        }))
    }
}

#[doc(hidden)]
impl<R, K: Kind, T, A> Column<R, K, T, A> {
    /// The value is this one, or there is none and this one is empty.
    pub fn key(self, value: &T) -> Filter<R>
    where
        T: KeyValue<K>,
    {
        self.filter(Operator::Equals, |condition| {
            Ok(Node::Condition(match value.key_operand()? {
                Some(operand) => condition.with(Operator::Equals, Value::Json(operand)),
                None => condition.with(Operator::IsEmpty, Value::None),
            }))
        })
    }
}

fn written<K: Kind, C>(operand: &impl Operand<C>) -> Result<Value, WriteError> {
    let mut json = Writer::new();
    operand.write(&mut json)?;
    let json = json.into_string();
    check_length::<K>(&json)?;
    Ok(match operand.prefix() {
        Some(prefix) => Value::Id { prefix, number: json },
        None => Value::Json(json),
    })
}

/// Refuses text that is longer than Notion takes, counted as it counts.
///
/// Source: <https://developers.notion.com/reference/request-limits>.
fn check_length<K: Kind>(json: &str) -> Result<(), WriteError> {
    let limit = match K::KIND {
        Some(SchemaKind::Email | SchemaKind::PhoneNumber) => 200,
        _ => 2_000,
    };
    // No value of another family is that long.
    if json.len() <= limit || !json.starts_with('"') {
        return Ok(());
    }
    let length = Reader::new(json)
        .string()
        .map_or(0, |text| text.encode_utf16().count());
    if length > limit {
        return Err(WriteError::new(format!(
            "has {length} characters, and Notion takes {limit}"
        )));
    }
    Ok(())
}
