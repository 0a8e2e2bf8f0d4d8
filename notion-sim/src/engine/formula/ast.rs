//! The parts of a formula.

use std::sync::Arc;

use super::functions::Function;

/// What an expression calls a column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Key {
    /// `prop("Name")`: the name, or else the id.
    Name(String),
    /// `{{notion:block_property:<id>:<data source>:<workspace>}}`: the id as it is written there.
    Id(String),
}

impl Key {
    /// The name or id.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Name(text) | Self::Id(text) => text,
        }
    }
}

/// An expression. No tree is higher than the parser allows, so that each may be walked by recursion.
#[derive(Debug, Clone)]
pub(super) enum Expr {
    Number(f64),
    Text(Arc<str>),
    Boolean(bool),
    List(Vec<Expr>),
    /// A column of the row.
    Property(Key),
    /// A column of another page: `current.prop("Name")`.
    PageProperty(Box<Expr>, Key),
    /// A variable, `current` or `index`.
    Name(String),
    Minus(Box<Expr>),
    Not(Box<Expr>),
    Binary(Operator, Box<[Expr; 2]>),
    /// `a ? b : c`.
    Choice(Box<[Expr; 3]>),
    Call(Call),
}

/// A call of a function.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) function: &'static Function,
    /// Of a method the receiver is the first one.
    pub(super) arguments: Vec<Expr>,
    /// Whether it was written `receiver.function()`.
    pub(super) method: bool,
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Operator {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

impl Operator {
    /// The operator as Notion writes it.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::Power => "^",
        }
    }

    /// The operator of a sign or word.
    pub(super) fn of(text: &str) -> Option<Self> {
        Some(match text {
            "or" | "||" => Self::Or,
            "and" | "&&" => Self::And,
            "==" | "===" => Self::Equal,
            "!=" | "!==" => Self::Unequal,
            "<" => Self::Less,
            "<=" => Self::AtMost,
            ">" => Self::Greater,
            ">=" => Self::AtLeast,
            "+" => Self::Add,
            "-" => Self::Subtract,
            "*" => Self::Multiply,
            "/" => Self::Divide,
            "%" => Self::Remainder,
            "^" => Self::Power,
            _ => return None,
        })
    }
}

impl Expr {
    /// Shows every part, this one first.
    pub(super) fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(self);
        match self {
            Self::Number(_) | Self::Text(_) | Self::Boolean(_) | Self::Property(_) | Self::Name(_) => {}
            Self::Minus(inner) | Self::Not(inner) | Self::PageProperty(inner, _) => inner.walk(visit),
            Self::Binary(_, operands) => operands.iter().for_each(|part| part.walk(visit)),
            Self::Choice(parts) => parts.iter().for_each(|part| part.walk(visit)),
            Self::List(items) => items.iter().for_each(|part| part.walk(visit)),
            Self::Call(call) => call.arguments.iter().for_each(|part| part.walk(visit)),
        }
    }
}
