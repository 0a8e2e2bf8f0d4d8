//! The values of the language.

use std::cmp::Ordering;
use std::sync::Arc;

use uuid::Uuid;

use super::moment::Period;
use super::work::{Fault, Work};

/// A value. Texts and lists are shared, so that a copy costs nothing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// Nothing: an empty cell, the result of `empty()`, a number that is not finite.
    Empty,
    Number(f64),
    Text(Arc<str>),
    Boolean(bool),
    Date(Period),
    List(Arc<[Value]>),
    Person(Arc<Person>),
    Page(Page),
}

/// A user.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Person {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
}

/// A page, by which its columns are found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Page {
    pub(crate) id: Uuid,
    pub(crate) title: Arc<str>,
}

impl Value {
    /// The text of a cell, of which an empty one is no text.
    pub(crate) fn of_text(text: &str) -> Self {
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text.into())
        }
    }

    /// A list.
    pub(crate) fn of_list(items: Vec<Value>) -> Self {
        Self::List(items.into())
    }

    /// A number, or nothing if it is none.
    pub(super) fn of_number(number: f64) -> Self {
        if number.is_finite() {
            Self::Number(number)
        } else {
            Self::Empty
        }
    }

    /// Whether `empty()` says so: 0, `""`, `false` and `[]` are.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Number(number) => *number == 0.0,
            Self::Text(text) => text.is_empty(),
            Self::Boolean(on) => !on,
            Self::List(items) => items.is_empty(),
            Self::Date(_) | Self::Person(_) | Self::Page(_) => false,
        }
    }

    /// Whether a condition holds.
    pub(super) fn holds(&self) -> bool {
        !self.is_empty()
    }

    /// The value as a text.
    pub(super) fn text(&self, work: &Work) -> Result<Arc<str>, Fault> {
        if let Self::Text(text) = self {
            return Ok(text.clone());
        }
        let mut out = String::new();
        self.write(&mut out, work)?;
        Ok(out.into())
    }

    /// Appends the value as a text. The items of a list stand between commas.
    pub(super) fn write(&self, out: &mut String, work: &Work) -> Result<(), Fault> {
        match self {
            Self::Empty => {}
            Self::Number(number) => out.push_str(&of_number(*number)),
            Self::Text(text) => out.push_str(text),
            Self::Boolean(on) => out.push_str(if *on { "true" } else { "false" }),
            Self::Date(period) => out.push_str(&period.text()),
            Self::Person(person) => out.push_str(&person.name),
            Self::Page(page) => out.push_str(&page.title),
            Self::List(items) => return join(items, ",", out, work),
        }
        work.check_length(out)
    }

    /// Whether two values are the same. Nothing equals nothing only.
    pub(super) fn equals(&self, other: &Self, work: &Work) -> Result<bool, Fault> {
        work.spend(1)?;
        Ok(match (self, other) {
            (Self::Empty, Self::Empty) => true,
            (Self::Number(own), Self::Number(other)) => own == other,
            (Self::Text(own), Self::Text(other)) => own == other,
            (Self::Boolean(own), Self::Boolean(other)) => own == other,
            (Self::Date(own), Self::Date(other)) => own == other,
            (Self::Person(own), Self::Person(other)) => own.id == other.id,
            (Self::Page(own), Self::Page(other)) => own.id == other.id,
            (Self::List(own), Self::List(other)) => {
                if own.len() != other.len() {
                    return Ok(false);
                }
                for (own, other) in own.iter().zip(other.iter()) {
                    if !own.equals(other, work)? {
                        return Ok(false);
                    }
                }
                true
            }
            _ => false,
        })
    }

    /// The order of two values of one type. Nothing counts as 0 beside a number, and has no order beside anything else.
    pub(super) fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Empty, Self::Number(other)) => 0.0.partial_cmp(other),
            (Self::Number(own), Self::Empty) => own.partial_cmp(&0.0),
            (Self::Number(own), Self::Number(other)) => own.partial_cmp(other),
            (Self::Text(own), Self::Text(other)) => Some(own.cmp(other)),
            (Self::Boolean(own), Self::Boolean(other)) => Some(own.cmp(other)),
            (Self::Date(own), Self::Date(other)) => Some(own.start.at.cmp(&other.start.at)),
            _ => None,
        }
    }

    /// An order of all values, for `sort`: types one after the other, nothing last.
    pub(super) fn rank(&self, other: &Self) -> Ordering {
        let kind = |value: &Self| match value {
            Self::Boolean(_) => 0,
            Self::Number(_) => 1,
            Self::Date(_) => 2,
            Self::Text(_) => 3,
            Self::Person(_) => 4,
            Self::Page(_) => 5,
            Self::List(_) => 6,
            Self::Empty => 7,
        };
        match (self, other) {
            (Self::Empty, _) | (_, Self::Empty) => kind(self).cmp(&kind(other)),
            (Self::Person(own), Self::Person(other)) => own.name.cmp(&other.name),
            (Self::Page(own), Self::Page(other)) => own.title.cmp(&other.title),
            _ => self.order(other).unwrap_or_else(|| kind(self).cmp(&kind(other))),
        }
    }
}

/// Appends values, with a separator between them, and nothing for what is empty.
pub(super) fn join(items: &[Value], separator: &str, out: &mut String, work: &Work) -> Result<(), Fault> {
    for (at, item) in items.iter().enumerate() {
        work.spend(1)?;
        if at > 0 {
            out.push_str(separator);
        }
        item.write(out, work)?;
    }
    work.check_length(out)
}

/// A number as JavaScript prints it.
pub(super) fn of_number(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    if (1e-6..1e21).contains(&number.abs()) {
        return number.to_string();
    }
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_print_as_in_javascript() {
        let cases = [
            (0.0, "0"),
            (-0.0, "0"),
            (3.0, "3"),
            (-2.5, "-2.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1.5e-7, "1.5e-7"),
            (0.000_001, "0.000001"),
        ];
        for (number, text) in cases {
            assert_eq!(of_number(number), text);
        }
    }
}
