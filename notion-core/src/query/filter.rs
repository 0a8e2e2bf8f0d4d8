use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

use notion_schema::json::Writer;

use super::column::Column;
use super::condition::Condition;
use super::family::Checked;
use super::source::{self, Source};
use super::{raw, rules};
use crate::error::{Error, ErrorKind, Result};

/// A condition on the rows of `R`, made from its [columns](crate::Column) and combined by `&`, `|` and `!` (and not by `&&` and `||`).
///
/// Notion takes filters of two levels, and knows no negation: filters are rewritten to fit before they are sent, and
/// one for which that cannot be done is an error that says so.
///
/// `Display` reads like the code that made it.
#[must_use = "a filter does nothing until a query has it"]
pub struct Filter<R> {
    node: Node,
    depth: usize,
    row: PhantomData<fn() -> R>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Condition(Condition),
    /// A filter in Notion's JSON.
    Raw(String),
    /// A filter that cannot be sent, and why.
    Refused {
        /// The code that made it.
        code: String,
        reason: String,
    },
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
}

impl<R> Filter<R> {
    /// All of these hold. Of no filter at all, that is true of every row.
    pub fn all(filters: impl IntoIterator<Item = Filter<R>>) -> Self {
        Self::group(filters, Node::All)
    }

    /// At least one of these holds. Of no filter at all, that is true of no row.
    pub fn any(filters: impl IntoIterator<Item = Filter<R>>) -> Self {
        Self::group(filters, Node::Any)
    }

    /// A filter in Notion's own JSON, for what this crate has no words for.
    ///
    /// What is in it counts towards Notion's levels like anything else, but it cannot be negated.
    ///
    /// ```
    /// # use notion_core::prelude::*;
    /// # #[derive(NotionRow)]
    /// # struct Task { #[notion(title, name = "Name")] name: String }
    /// let ranked = Filter::<Task>::raw(r#"{"property": "Rank", "number": {"less_than": 10}}"#);
    /// let filter = Task::NAME.is_not_empty() & ranked;
    /// ```
    pub fn raw(json: impl Into<String>) -> Self {
        let json = json.into();
        let refused = |error| Node::refused("raw(…)", format!("the raw filter is not JSON: {error}"));
        Self::new(raw::parse(&json).unwrap_or_else(refused))
    }

    pub(super) fn new(node: Node) -> Self {
        let depth = node.depth();
        Self::of(node, depth)
    }

    fn of(node: Node, depth: usize) -> Self {
        let node = if depth > MAX_DEPTH {
            Node::refused("…", format!("it nests more than {MAX_DEPTH} levels deep"))
        } else {
            node
        };
        Self {
            node,
            depth: depth.min(MAX_DEPTH),
            row: PhantomData,
        }
    }

    /// One more filter in a group of that depth.
    fn joined(mut nodes: Vec<Node>, depth: usize, other: Self, group: fn(Vec<Node>) -> Node) -> Self {
        nodes.push(other.node);
        Self::of(group(nodes), depth.max(other.depth + 1))
    }

    fn group(filters: impl IntoIterator<Item = Filter<R>>, group: fn(Vec<Node>) -> Node) -> Self {
        let mut depth = 0;
        let mut nodes = Vec::new();
        for filter in filters {
            depth = depth.max(filter.depth);
            nodes.push(filter.node);
        }
        Self::of(group(nodes), depth + 1)
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
        match self.asked(None)? {
            Asked::All => Ok(None),
            Asked::Some(json) => Ok(Some(json)),
            Asked::None => Err(self.error("is true of no row, which Notion has no words for")),
        }
    }

    /// What to ask Notion for.
    pub(crate) fn asked(&self, source: Option<Source<'_>>) -> Result<Asked> {
        let node = source::resolve(self.node.clone(), source)
            .and_then(rules::two_levels)
            .map_err(|reason| self.error(&reason))?;
        Ok(match node {
            Node::All(nodes) if nodes.is_empty() => Asked::All,
            Node::Any(nodes) if nodes.is_empty() => Asked::None,
            node => {
                let mut json = Writer::new();
                node.write(&mut json, source);
                Asked::Some(json.into_string())
            }
        })
    }

    pub(super) fn node(&self) -> &Node {
        &self.node
    }

    /// The filter as one of the rows `S`, whose columns from `offset` on are those of `R`.
    pub(super) fn within<S>(self, offset: usize) -> Filter<S> {
        Filter {
            node: self.node.shifted(offset),
            depth: self.depth,
            row: PhantomData,
        }
    }

    fn error(&self, reason: &str) -> Error {
        Error::new(ErrorKind::InvalidInput, format!("the filter `{self}` {reason}"))
    }
}

/// Which rows a filter asks for.
pub(crate) enum Asked {
    All,
    /// Those for which this holds.
    Some(String),
    None,
}

/// Deeper filters are refused as they are made: working on them takes a stack.
const MAX_DEPTH: usize = 100;

impl Node {
    pub(super) fn refused(code: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Refused {
            code: code.into(),
            reason: reason.into(),
        }
    }

    /// How many levels of groups and negations there are.
    pub(super) fn depth(&self) -> usize {
        match self {
            Self::All(nodes) | Self::Any(nodes) => 1 + nodes.iter().map(Self::depth).max().unwrap_or(0),
            Self::Not(node) => 1 + node.depth(),
            _ => 0,
        }
    }

    fn shifted(self, offset: usize) -> Self {
        let all = |nodes: Vec<Self>| nodes.into_iter().map(|node| node.shifted(offset)).collect();
        match self {
            Self::Condition(mut condition) => {
                condition.place = condition.place.shifted(offset);
                Self::Condition(condition)
            }
            Self::All(nodes) => Self::All(all(nodes)),
            Self::Any(nodes) => Self::Any(all(nodes)),
            Self::Not(node) => Self::Not(Box::new(node.shifted(offset))),
            Self::Raw(_) | Self::Refused { .. } => self,
        }
    }

    fn write(&self, json: &mut Writer, source: Option<Source<'_>>) {
        let (word, nodes) = match self {
            Self::Condition(condition) => return condition.write(json, source),
            Self::Raw(filter) => return json.raw(filter),
            Self::All(nodes) => ("and", nodes),
            Self::Any(nodes) => ("or", nodes),
            // The rules leave none of these.
            Self::Not(_) | Self::Refused { .. } => return,
        };
        json.begin_object();
        json.key(word).begin_array();
        for node in nodes {
            node.write(json, source);
        }
        json.end_array();
        json.end_object();
    }
}

impl<R, F: IntoFilter<R>> BitAnd<F> for Filter<R> {
    type Output = Self;

    fn bitand(self, other: F) -> Self {
        match self.node {
            // `a & b & c` is one group of three.
            Node::All(nodes) => Self::joined(nodes, self.depth, other.into_filter(), Node::All),
            _ => Self::all([self, other.into_filter()]),
        }
    }
}

impl<R, F: IntoFilter<R>> BitOr<F> for Filter<R> {
    type Output = Self;

    fn bitor(self, other: F) -> Self {
        match self.node {
            Node::Any(nodes) => Self::joined(nodes, self.depth, other.into_filter(), Node::Any),
            _ => Self::any([self, other.into_filter()]),
        }
    }
}

impl<R> Not for Filter<R> {
    type Output = Self;

    fn not(self) -> Self {
        match self.node {
            Node::Not(node) => Self::of(*node, self.depth - 1),
            Node::Condition(condition) => Self::new(match condition.opposite() {
                Some(opposite) => Node::Condition(opposite),
                None => Node::Not(Box::new(Node::Condition(condition))),
            }),
            node => Self::of(Node::Not(Box::new(node)), self.depth + 1),
        }
    }
}

/// What filters the rows of `R`: a [`Filter`], or the column of a checkbox, which is a condition by itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a filter of the rows `{R}`",
    label = "not a filter of these rows",
    note = "a filter is made from the columns of the row type that is queried, and combined by `&`, `|` and `!`",
    note = "those of a flattened struct are reached through its field: `Task::AUDIT.column(Audit::CREATED)`"
)]
pub trait IntoFilter<R> {
    /// The filter.
    fn into_filter(self) -> Filter<R>;
}

impl<R> IntoFilter<R> for Filter<R> {
    fn into_filter(self) -> Filter<R> {
        self
    }
}

impl<R, K: Checked, T, A> IntoFilter<R> for Column<R, K, T, A> {
    fn into_filter(self) -> Filter<R> {
        self.checked(true)
    }
}

impl<R, K: Checked, T, A, F: IntoFilter<R>> BitAnd<F> for Column<R, K, T, A> {
    type Output = Filter<R>;

    fn bitand(self, other: F) -> Filter<R> {
        self.checked(true) & other
    }
}

impl<R, K: Checked, T, A, F: IntoFilter<R>> BitOr<F> for Column<R, K, T, A> {
    type Output = Filter<R>;

    fn bitor(self, other: F) -> Filter<R> {
        self.checked(true) | other
    }
}

impl<R, K: Checked, T, A> Not for Column<R, K, T, A> {
    type Output = Filter<R>;

    fn not(self) -> Filter<R> {
        self.checked(false)
    }
}

impl<R> Clone for Filter<R> {
    fn clone(&self) -> Self {
        Self {
            node: self.node.clone(),
            depth: self.depth,
            row: PhantomData,
        }
    }
}

impl<R> fmt::Display for Filter<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.fmt(f)
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.show(f, false)
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
            Self::Condition(condition) => return write!(f, "{condition}"),
            Self::Raw(filter) => return write!(f, "raw({filter})"),
            Self::Refused { code, .. } => return f.write_str(code),
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
