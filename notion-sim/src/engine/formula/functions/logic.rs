//! Conditions, variables and what every type has.

use super::{Arguments, Form, Function, Gives, Kind, maybe, more, one};
use crate::engine::formula::ast::Operator;
use crate::engine::formula::value::Value;
use crate::engine::formula::work::Fault;
use crate::engine::id as ids;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::lazy(
        "if",
        &[one(Kind::Any), one(Kind::Any), one(Kind::Any)],
        Gives::Branch,
        Form::Branch,
    ),
    Function::lazy(
        "ifs",
        &[one(Kind::Any), one(Kind::Any), more(Kind::Any)],
        Gives::Branch,
        Form::Branch,
    ),
    Function::lazy(
        "and",
        &[one(Kind::Any), more(Kind::Any)],
        Gives::Boolean,
        Form::And,
    ),
    Function::lazy("or", &[one(Kind::Any), more(Kind::Any)], Gives::Boolean, Form::Or),
    Function::lazy(
        "let",
        &[one(Kind::Name), one(Kind::Any), one(Kind::Any)],
        Gives::Last,
        Form::Let,
    ),
    Function::lazy(
        "lets",
        &[one(Kind::Name), one(Kind::Any), one(Kind::Any), more(Kind::Any)],
        Gives::Last,
        Form::Let,
    ),
    Function::operator("equal", Operator::Equal),
    Function::operator("unequal", Operator::Unequal),
    Function::eager("empty", &[maybe(Kind::Any)], Gives::Emptiness, empty),
    Function::eager("length", &[one(Kind::Sized)], Gives::Number, length),
    Function::eager("format", &[one(Kind::Any)], Gives::Text, format),
    Function::eager("id", &[maybe(Kind::Page)], Gives::Text, id),
    Function::eager("name", &[one(Kind::Person)], Gives::Text, name),
    Function::eager("email", &[one(Kind::Person)], Gives::Text, email),
];

fn empty(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    Ok(match arguments.values.first() {
        Some(value) => Value::Boolean(value.is_empty()),
        None => Value::Empty,
    })
}

/// The items of a list, or the letters of a text as JavaScript counts them.
fn length(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    let length = match arguments.any(0) {
        Value::List(items) => items.len(),
        _ => arguments.text(0)?.encode_utf16().count(),
    };
    Ok(Value::Number(length as f64))
}

fn format(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    Ok(Value::Text(arguments.text(0)?))
}

fn id(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    let page = match arguments.values.first() {
        Some(Value::Page(page)) => page,
        Some(_) => return Err(Fault::Failed),
        None => arguments.scope.page(),
    };
    arguments.work.text(ids::undashed(page.id))
}

fn name(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    match arguments.any(0) {
        Value::Person(person) => Ok(Value::of_text(&person.name)),
        _ => Err(Fault::Failed),
    }
}

fn email(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    match arguments.any(0) {
        Value::Person(person) => Ok(Value::of_text(person.email.as_deref().unwrap_or_default())),
        _ => Err(Fault::Failed),
    }
}
