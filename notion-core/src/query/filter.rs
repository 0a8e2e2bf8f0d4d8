use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

use notion_schema::Kind;
use notion_schema::json::Writer;

use super::column::Place;
use super::rules::{self, Has as _};
use crate::error::{Error, ErrorKind, Result};
use crate::row::Target;

/// A condition on the rows of `R`, made from its [columns](crate::Column) and combined by `&`, `|` and `!`.
///
/// Notion takes filters of two levels, and knows no negation: both are made good before a filter is sent, and a
/// filter for which that cannot be done is an error that says so.
///
/// `Display` reads like the code that made it.
#[must_use = "a filter does nothing until a query has it"]
pub struct Filter<R> {
    node: Node,
    row: PhantomData<fn() -> R>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Condition(Condition),
    /// A filter in Notion's JSON.
    Raw(String),
    /// A filter that cannot be sent, and why.
    Refused(String),
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Condition {
    pub(crate) place: Place,
    pub(crate) kind: Kind,
    pub(crate) operator: Operator,
    /// The operand as JSON; empty for operators without one.
    pub(crate) value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equals,
    DoesNotEqual,
    Contains,
    DoesNotContain,
    StartsWith,
    EndsWith,
    GreaterThan,
    GreaterThanOrEqualTo,
    LessThan,
    LessThanOrEqualTo,
    Before,
    After,
    OnOrBefore,
    OnOrAfter,
    PastWeek,
    PastMonth,
    PastYear,
    ThisWeek,
    NextWeek,
    NextMonth,
    NextYear,
    IsEmpty,
    IsNotEmpty,
}

impl Operator {
    /// The names in code and in the API.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Equals => ("eq", "equals"),
            Self::DoesNotEqual => ("ne", "does_not_equal"),
            Self::Contains => ("contains", "contains"),
            Self::DoesNotContain => ("does_not_contain", "does_not_contain"),
            Self::StartsWith => ("starts_with", "starts_with"),
            Self::EndsWith => ("ends_with", "ends_with"),
            Self::GreaterThan => ("gt", "greater_than"),
            Self::GreaterThanOrEqualTo => ("ge", "greater_than_or_equal_to"),
            Self::LessThan => ("lt", "less_than"),
            Self::LessThanOrEqualTo => ("le", "less_than_or_equal_to"),
            Self::Before => ("before", "before"),
            Self::After => ("after", "after"),
            Self::OnOrBefore => ("on_or_before", "on_or_before"),
            Self::OnOrAfter => ("on_or_after", "on_or_after"),
            Self::PastWeek => ("past_week", "past_week"),
            Self::PastMonth => ("past_month", "past_month"),
            Self::PastYear => ("past_year", "past_year"),
            Self::ThisWeek => ("this_week", "this_week"),
            Self::NextWeek => ("next_week", "next_week"),
            Self::NextMonth => ("next_month", "next_month"),
            Self::NextYear => ("next_year", "next_year"),
            Self::IsEmpty => ("is_empty", "is_empty"),
            Self::IsNotEmpty => ("is_not_empty", "is_not_empty"),
        }
    }
}

impl<R> Filter<R> {
    /// All of these hold. Of no filter at all, that is true of every row.
    pub fn all(filters: impl IntoIterator<Item = Filter<R>>) -> Self {
        Self::of(Node::All(filters.into_iter().map(|filter| filter.node).collect()))
    }

    /// At least one of these holds. Of no filter at all, that is true of no row.
    pub fn any(filters: impl IntoIterator<Item = Filter<R>>) -> Self {
        Self::of(Node::Any(filters.into_iter().map(|filter| filter.node).collect()))
    }

    /// A filter in Notion's own JSON, for what this crate has no words for.
    ///
    /// It counts as one level, and cannot be negated.
    ///
    /// ```
    /// # use notion_core::prelude::*;
    /// # #[derive(NotionRow)]
    /// # struct Task { #[notion(title, name = "Name")] name: String }
    /// let verified = Filter::<Task>::raw(r#"{"property": "Check", "verification": {"status": "verified"}}"#);
    /// let filter = Task::NAME.is_not_empty() & verified;
    /// ```
    pub fn raw(json: impl Into<String>) -> Self {
        Self::of(Node::Raw(json.into()))
    }

    pub(crate) fn condition(condition: Condition) -> Self {
        Self::of(Node::Condition(condition))
    }

    pub(crate) fn refused(reason: String) -> Self {
        Self::of(Node::Refused(reason))
    }

    fn of(node: Node) -> Self {
        Self {
            node,
            row: PhantomData,
        }
    }

    /// The filter as Notion takes it, with columns by their names; `None` where every row passes.
    ///
    /// ```
    /// # use notion_core::prelude::*;
    /// # #[derive(NotionRow)]
    /// # struct Task { #[notion(title)] name: String, points: Option<f64> }
    /// let filter = !(Task::NAME.contains("ship") | Task::POINTS.is_empty());
    /// assert_eq!(
    ///     filter.to_json()?.as_deref(),
    ///     Some(concat!(
    ///         r#"{"and":[{"property":"title","title":{"does_not_contain":"ship"}},"#,
    ///         r#"{"property":"points","number":{"is_not_empty":true}}]}"#
    ///     ))
    /// );
    /// # Ok::<(), notion_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When Notion has no words for the filter.
    pub fn to_json(&self) -> Result<Option<String>> {
        self.json(Target::Unbound)
    }

    pub(crate) fn json(&self, target: Target<'_>) -> Result<Option<String>> {
        let node = rules::two_levels(self.node.clone())
            .map_err(|reason| Error::new(ErrorKind::InvalidInput, format!("the filter `{self}` {reason}")))?;
        if node == Node::All(Vec::new()) {
            return Ok(None);
        }
        let mut json = Writer::new();
        node.write(&mut json, target);
        Ok(Some(json.into_string()))
    }
}

impl Node {
    fn write(&self, json: &mut Writer, target: Target<'_>) {
        let (word, nodes) = match self {
            Self::Condition(condition) => return condition.write(json, target),
            Self::Raw(filter) => return json.raw(filter),
            Self::All(nodes) => ("and", nodes),
            Self::Any(nodes) => ("or", nodes),
            // The rules leave none of these.
            Self::Not(_) | Self::Refused(_) => return,
        };
        json.begin_object();
        json.key(word).begin_array();
        for node in nodes {
            node.write(json, target);
        }
        json.end_array();
        json.end_object();
    }
}

impl Condition {
    fn write(&self, json: &mut Writer, target: Target<'_>) {
        json.begin_object();
        match self.place {
            Place::Column { index, name } => {
                json.key("property").string(match target {
                    Target::Bound(binding) => binding.id(index),
                    Target::Unbound => name,
                });
            }
            Place::PageTime(name) => json.key("timestamp").string(name),
        }
        json.key(self.kind.name()).begin_object();
        json.key(self.operator.names().1);
        match self.operator {
            Operator::IsEmpty | Operator::IsNotEmpty => json.bool(true),
            _ if self.value.is_empty() => json.raw("{}"),
            _ => json.raw(&self.value),
        }
        json.end_object();
        json.end_object();
    }
}

impl<R> BitAnd for Filter<R> {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self::of(match self.node {
            Node::All(mut nodes) => {
                nodes.push(other.node);
                Node::All(nodes)
            }
            node => Node::All(vec![node, other.node]),
        })
    }
}

impl<R> BitOr for Filter<R> {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self::of(match self.node {
            Node::Any(mut nodes) => {
                nodes.push(other.node);
                Node::Any(nodes)
            }
            node => Node::Any(vec![node, other.node]),
        })
    }
}

impl<R> Not for Filter<R> {
    type Output = Self;

    fn not(self) -> Self {
        Self::of(match self.node {
            Node::Not(node) => *node,
            Node::Condition(condition) => match rules::opposite(condition.operator) {
                Some(operator) if condition.kind.has(operator) => Node::Condition(Condition {
                    operator,
                    ..condition
                }),
                _ => Node::Not(Box::new(Node::Condition(condition))),
            },
            node => Node::Not(Box::new(node)),
        })
    }
}

impl<R> Clone for Filter<R> {
    fn clone(&self) -> Self {
        Self::of(self.node.clone())
    }
}

impl<R> fmt::Display for Filter<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.show(f, false)
    }
}

impl<R> fmt::Debug for Filter<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filter({self})")
    }
}

impl Node {
    fn show(&self, f: &mut fmt::Formatter<'_>, within: bool) -> fmt::Result {
        let (sign, empty, nodes) = match self {
            Self::Condition(Condition {
                place,
                operator,
                value,
                ..
            }) => {
                return write!(f, "{}.{}({value})", place.name(), operator.names().0);
            }
            Self::Raw(filter) => return write!(f, "raw({filter})"),
            Self::Refused(_) => return f.write_str("refused"),
            Self::Not(node) => {
                f.write_str("!")?;
                return node.show(f, true);
            }
            Self::All(nodes) => (" & ", "true", nodes),
            Self::Any(nodes) => (" | ", "false", nodes),
        };
        if nodes.is_empty() {
            return f.write_str(empty);
        }
        let brackets = within && nodes.len() > 1;
        f.write_str(if brackets { "(" } else { "" })?;
        for (at, node) in nodes.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { sign })?;
            node.show(f, nodes.len() > 1)?;
        }
        f.write_str(if brackets { ")" } else { "" })
    }
}
