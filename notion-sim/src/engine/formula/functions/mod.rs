//! The functions of the language, a file per family.

mod date;
mod list;
mod logic;
mod number;
mod text;

use std::sync::Arc;

use super::ast::Operator;
use super::eval::Scope;
use super::moment::{Period, Unit};
use super::value::Value;
use super::work::{Fault, Work};

/// A function: its name, what it takes and gives, and what it does.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) takes: &'static [Parameter],
    pub(super) gives: Gives,
    pub(super) body: Body,
}

/// What a function takes at a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Parameter {
    pub(super) kind: Kind,
    pub(super) count: Count,
}

/// The values that fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Any,
    /// A text, and all that can be written as one.
    Text,
    Number,
    /// A number, or a list of numbers.
    Numbers,
    Date,
    /// A text or a list.
    Sized,
    List,
    Person,
    Page,
    /// An expression about `current` and `index`, for the items of the first argument.
    Each,
    /// A new variable.
    Name,
}

/// How many arguments a parameter stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Count {
    One,
    AtMostOne,
    Any,
}

/// The type of a result, which may depend on those of the arguments.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Gives {
    Number,
    Text,
    Boolean,
    Date,
    Texts,
    /// An item of the first argument.
    Item,
    /// The type of the first argument.
    Same,
    /// A list of all that is in the arguments, which are lists.
    Merged,
    /// A list of what is in the lists of the first argument.
    Flat,
    /// A list of what the expression gives.
    Mapped,
    /// One of the values between the conditions.
    Branch,
    /// The last argument.
    Last,
    /// Nothing if there is no argument, else whether there is nothing.
    Emptiness,
    /// What the operator gives.
    Operator(Operator),
}

/// What a function does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Body {
    /// It is given the values of its arguments.
    Eager(fn(&Arguments<'_>) -> Result<Value, Fault>),
    /// It is another way to write an operator.
    Operator(Operator),
    /// It decides which arguments are computed, and how often.
    Lazy(Form),
}

/// The functions that decide which of their arguments are computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Form {
    Branch,
    And,
    Or,
    Let,
    Map,
    Filter,
    Find,
    FindIndex,
    Some,
    Every,
    Count,
    Sort,
}

/// The arguments of a call.
pub(super) struct Arguments<'a> {
    pub(super) values: &'a [Value],
    pub(super) work: &'a Work,
    pub(super) scope: &'a dyn Scope,
}

/// The function with this name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    [
        logic::FUNCTIONS,
        text::FUNCTIONS,
        number::FUNCTIONS,
        date::FUNCTIONS,
        list::FUNCTIONS,
    ]
    .into_iter()
    .flatten()
    .find(|function| function.name == name)
}

impl Function {
    const fn eager(
        name: &'static str,
        takes: &'static [Parameter],
        gives: Gives,
        run: fn(&Arguments<'_>) -> Result<Value, Fault>,
    ) -> Self {
        Self {
            name,
            takes,
            gives,
            body: Body::Eager(run),
        }
    }

    const fn lazy(name: &'static str, takes: &'static [Parameter], gives: Gives, form: Form) -> Self {
        Self {
            name,
            takes,
            gives,
            body: Body::Lazy(form),
        }
    }

    const fn operator(name: &'static str, operator: Operator) -> Self {
        Self {
            name,
            takes: const { &[one(Kind::Any), one(Kind::Any)] },
            gives: Gives::Operator(operator),
            body: Body::Operator(operator),
        }
    }

    /// Whether it can be called with so many arguments.
    pub(super) fn takes_so_many(&self, count: usize) -> bool {
        let of = |wanted: Count| self.takes.iter().filter(|own| own.count == wanted).count();
        let least = of(Count::One);
        let most = if of(Count::Any) > 0 {
            usize::MAX
        } else {
            least + of(Count::AtMostOne)
        };
        // Names and values come in pairs before the last argument.
        let paired = !matches!(self.body, Body::Lazy(Form::Let)) || count % 2 == 1;
        (least..=most).contains(&count) && paired
    }

    /// What it takes as its argument number `at`. The last parameter stands for all that follow.
    pub(super) fn parameter(&self, at: usize) -> Kind {
        self.takes
            .get(at)
            .or(self.takes.last())
            .map_or(Kind::Any, |parameter| parameter.kind)
    }
}

const fn one(kind: Kind) -> Parameter {
    Parameter {
        kind,
        count: Count::One,
    }
}

const fn maybe(kind: Kind) -> Parameter {
    Parameter {
        kind,
        count: Count::AtMostOne,
    }
}

const fn more(kind: Kind) -> Parameter {
    Parameter {
        kind,
        count: Count::Any,
    }
}

impl Arguments<'_> {
    /// The argument, nothing if it was left out.
    fn any(&self, at: usize) -> &Value {
        self.values.get(at).unwrap_or(&Value::Empty)
    }

    /// A text, or anything as a text.
    fn text(&self, at: usize) -> Result<Arc<str>, Fault> {
        let text = self.any(at).text(self.work)?;
        self.work.spend_letters(text.len())?;
        Ok(text)
    }

    fn number(&self, at: usize) -> Result<f64, Fault> {
        self.maybe_number(at)?.ok_or(Fault::Failed)
    }

    /// A number that may be left out, but not be empty.
    fn maybe_number(&self, at: usize) -> Result<Option<f64>, Fault> {
        match self.values.get(at) {
            Some(Value::Number(number)) => Ok(Some(*number)),
            Some(_) => Err(Fault::Failed),
            None => Ok(None),
        }
    }

    fn date(&self, at: usize) -> Result<Period, Fault> {
        match self.any(at) {
            Value::Date(period) => Ok(*period),
            _ => Err(Fault::Failed),
        }
    }

    fn unit(&self, at: usize) -> Result<Unit, Fault> {
        Unit::of(&self.text(at)?).ok_or(Fault::Failed)
    }

    fn list(&self, at: usize) -> Result<&[Value], Fault> {
        match self.any(at) {
            Value::List(items) => Ok(items),
            _ => Err(Fault::Failed),
        }
    }
}
