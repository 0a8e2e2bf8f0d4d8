//! Lists.

use super::{Arguments, Form, Function, Gives, Kind, maybe, more, one};
use crate::engine::formula::value::{self, Value};
use crate::engine::formula::work::Fault;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::eager(
        "at",
        &[one(Kind::List), one(Kind::Number)],
        Gives::Item,
        |arguments| item(arguments, arguments.number(1)?),
    ),
    Function::eager("first", &[one(Kind::List)], Gives::Item, |arguments| {
        item(arguments, 0.0)
    }),
    Function::eager("last", &[one(Kind::List)], Gives::Item, |arguments| {
        item(arguments, -1.0)
    }),
    Function::eager(
        "slice",
        &[one(Kind::List), one(Kind::Number), maybe(Kind::Number)],
        Gives::Same,
        slice,
    ),
    Function::eager(
        "splice",
        &[
            one(Kind::List),
            one(Kind::Number),
            maybe(Kind::Number),
            more(Kind::Any),
        ],
        Gives::Same,
        splice,
    ),
    Function::eager(
        "concat",
        &[one(Kind::List), more(Kind::List)],
        Gives::Merged,
        concat,
    ),
    Function::eager("reverse", &[one(Kind::List)], Gives::Same, |arguments| {
        let items = arguments.list(0)?.iter().rev().cloned();
        arguments.work.list(items.collect())
    }),
    Function::eager("join", &[one(Kind::List), one(Kind::Text)], Gives::Text, join),
    Function::eager("unique", &[one(Kind::List)], Gives::Same, unique),
    Function::eager(
        "includes",
        &[one(Kind::List), one(Kind::Any)],
        Gives::Boolean,
        includes,
    ),
    Function::eager("flat", &[one(Kind::List)], Gives::Flat, flat),
    each("map", Gives::Mapped, Form::Map),
    each("filter", Gives::Same, Form::Filter),
    each("find", Gives::Item, Form::Find),
    each("findIndex", Gives::Number, Form::FindIndex),
    each("some", Gives::Boolean, Form::Some),
    each("every", Gives::Boolean, Form::Every),
    Function::lazy(
        "count",
        &[one(Kind::List), maybe(Kind::Each)],
        Gives::Number,
        Form::Count,
    ),
    Function::lazy(
        "sort",
        &[one(Kind::List), maybe(Kind::Each)],
        Gives::Same,
        Form::Sort,
    ),
];

/// A function that computes an expression for each item.
const fn each(name: &'static str, gives: Gives, form: Form) -> Function {
    Function::lazy(name, const { &[one(Kind::List), one(Kind::Each)] }, gives, form)
}

/// The item at an index, which counts from the end if it is negative.
fn item(arguments: &Arguments<'_>, at: f64) -> Result<Value, Fault> {
    let items = arguments.list(0)?;
    let whole = at.trunc();
    let from_start = if whole < 0.0 {
        items.len() as f64 + whole
    } else {
        whole
    };
    let found = (from_start >= 0.0)
        .then(|| items.get(from_start as usize))
        .flatten();
    Ok(found.cloned().unwrap_or(Value::Empty))
}

fn slice(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    let items = arguments.list(0)?;
    let start = cut(arguments.number(1)?, items.len());
    let end = match arguments.maybe_number(2)? {
        Some(end) => cut(end, items.len()),
        None => items.len(),
    };
    let part = items.get(start..end).unwrap_or_default();
    arguments.work.list(part.to_vec())
}

/// Where JavaScript's `slice` cuts: `at` from the start, or from the end if negative.
fn cut(at: f64, length: usize) -> usize {
    let whole = at.trunc();
    let from_start = if whole < 0.0 { length as f64 + whole } else { whole };
    from_start.clamp(0.0, length as f64) as usize
}

/// A list without some of its items, and with others in their place.
fn splice(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    let mut items = arguments.list(0)?.to_vec();
    let start = cut(arguments.number(1)?, items.len());
    let left = items.len() - start;
    let gone = match arguments.maybe_number(2)? {
        Some(count) => count.clamp(0.0, left as f64) as usize,
        None => left,
    };
    let new = arguments.values.get(3..).unwrap_or_default();
    items.splice(start..start + gone, new.iter().cloned());
    arguments.work.list(items)
}

fn concat(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    let mut items = Vec::new();
    for at in 0..arguments.values.len() {
        let list = arguments.list(at)?;
        arguments.work.spend(list.len())?;
        items.extend_from_slice(list);
    }
    arguments.work.list(items)
}

fn join(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    let (items, separator) = (arguments.list(0)?, arguments.text(1)?);
    let mut text = String::new();
    value::join(items, &separator, &mut text, arguments.work)?;
    arguments.work.text(text)
}

fn unique(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    let mut kept: Vec<Value> = Vec::new();
    for item in arguments.list(0)? {
        if !contains(&kept, item, arguments)? {
            kept.push(item.clone());
        }
    }
    arguments.work.list(kept)
}

fn includes(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    let found = contains(arguments.list(0)?, arguments.any(1), arguments)?;
    Ok(Value::Boolean(found))
}

fn contains(items: &[Value], wanted: &Value, arguments: &Arguments<'_>) -> Result<bool, Fault> {
    for item in items {
        if item.equals(wanted, arguments.work)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// One level of lists less. What is not a list stays.
fn flat(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    let mut items = Vec::new();
    for item in arguments.list(0)? {
        match item {
            Value::List(inner) => {
                arguments.work.spend(inner.len())?;
                items.extend_from_slice(inner);
            }
            single => items.push(single.clone()),
        }
    }
    arguments.work.list(items)
}
