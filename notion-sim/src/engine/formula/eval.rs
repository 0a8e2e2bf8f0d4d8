//! Computing a formula for a row.

use std::sync::Arc;

use jiff::Timestamp;

use super::ast::{Call, Expr, Key, Operator};
use super::functions::{Arguments, Body, Form};
use super::operate::operate;
use super::value::{Page, Value};
use super::work::{Fault, Work};

/// How many items and letters a result may have, and how deeply its lists may be nested.
const MAX_RESULT: usize = 1_000_000;
const MAX_NESTING: usize = 20;

/// What a formula is computed from.
pub(crate) trait Scope {
    /// The time.
    fn now(&self) -> Timestamp;

    /// The page of the row.
    fn page(&self) -> &Page;

    /// The cell of a page in a column. A column that is gone is empty.
    fn property(&self, page: &Page, key: &Key) -> Outcome;
}

/// What came of an evaluation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    Value(Value),
    /// It cannot be computed, for the reason given.
    Unsupported(String),
}

/// Computes an expression.
pub(super) fn eval(root: &Expr, scope: &dyn Scope, work: &Work) -> Outcome {
    let mut evaluation = Evaluation {
        scope,
        work,
        names: Vec::new(),
    };
    let result = evaluation.value(root).and_then(|value| {
        let mut room = MAX_RESULT;
        measure(&value, &mut room, MAX_NESTING)?;
        Ok(value)
    });
    match result {
        Ok(value) => Outcome::Value(value),
        Err(Fault::Failed) => Outcome::Value(Value::Empty),
        Err(Fault::Unsupported(reason)) => Outcome::Unsupported(reason),
    }
}

/// Refuses a result that is too large to be written. Lists that share their items take no memory until then.
fn measure(value: &Value, room: &mut usize, levels: usize) -> Result<(), Fault> {
    let size = match value {
        Value::Text(text) => text.len(),
        _ => 1,
    };
    *room = room.saturating_sub(size);
    if *room == 0 || levels == 0 {
        return Err(Fault::Unsupported("the result is too large".to_owned()));
    }
    if let Value::List(items) = value {
        for item in items.iter() {
            measure(item, room, levels - 1)?;
        }
    }
    Ok(())
}

struct Evaluation<'a> {
    scope: &'a dyn Scope,
    work: &'a Work,
    /// The variables, the innermost last.
    names: Vec<(&'a str, Value)>,
}

impl<'a> Evaluation<'a> {
    fn value(&mut self, expr: &'a Expr) -> Result<Value, Fault> {
        self.work.spend(1)?;
        match expr {
            Expr::Number(number) => Ok(Value::Number(*number)),
            Expr::Text(text) => Ok(Value::Text(text.clone())),
            Expr::Boolean(on) => Ok(Value::Boolean(*on)),
            Expr::List(items) => {
                let items = self.values(items)?;
                self.work.list(items)
            }
            Expr::Property(key) => self.property(self.scope.page(), key),
            Expr::PageProperty(page, key) => match self.value(page)? {
                Value::Page(page) => self.property(&page, key),
                _ => Err(Fault::Failed),
            },
            Expr::Name(name) => {
                let found = self.names.iter().rev().find(|(own, _)| own == name);
                found.map(|(_, value)| value.clone()).ok_or(Fault::Failed)
            }
            Expr::Minus(inner) => {
                let inner = self.value(inner)?;
                operate(Operator::Subtract, &Value::Number(0.0), &inner, self.work)
            }
            Expr::Not(inner) => Ok(Value::Boolean(!self.value(inner)?.holds())),
            Expr::Binary(operator, operands) => self.binary(*operator, operands),
            Expr::Choice(parts) => self.branch(&**parts),
            Expr::Call(call) => self.call(call),
        }
    }

    fn values(&mut self, items: &'a [Expr]) -> Result<Vec<Value>, Fault> {
        items.iter().map(|item| self.value(item)).collect()
    }

    fn property(&self, page: &Page, key: &Key) -> Result<Value, Fault> {
        match self.scope.property(page, key) {
            Outcome::Value(value) => Ok(value),
            Outcome::Unsupported(reason) => Err(Fault::Unsupported(reason)),
        }
    }

    fn binary(&mut self, operator: Operator, operands: &'a [Expr; 2]) -> Result<Value, Fault> {
        match operator {
            Operator::And => self.all(operands, false),
            Operator::Or => self.all(operands, true),
            _ => {
                let left = self.value(&operands[0])?;
                let right = self.value(&operands[1])?;
                operate(operator, &left, &right, self.work)
            }
        }
    }

    /// Looks at conditions until one of them decides.
    fn all(&mut self, conditions: &'a [Expr], decides: bool) -> Result<Value, Fault> {
        for condition in conditions {
            if self.value(condition)?.holds() == decides {
                return Ok(Value::Boolean(decides));
            }
        }
        Ok(Value::Boolean(!decides))
    }

    /// Pairs of a condition and a value, and perhaps a last value for when none of them holds.
    fn branch(&mut self, parts: &'a [Expr]) -> Result<Value, Fault> {
        let (pairs, otherwise) = parts.as_chunks::<2>();
        for [condition, value] in pairs {
            if self.value(condition)?.holds() {
                return self.value(value);
            }
        }
        match otherwise {
            [otherwise, ..] => self.value(otherwise),
            [] => Ok(Value::Empty),
        }
    }

    fn call(&mut self, call: &'a Call) -> Result<Value, Fault> {
        match call.function.body {
            Body::Eager(run) => {
                let values = self.values(&call.arguments)?;
                run(&Arguments {
                    values: &values,
                    work: self.work,
                    scope: self.scope,
                })
            }
            Body::Operator(operator) => {
                let values = self.values(&call.arguments)?;
                match values.as_slice() {
                    [left, right] => operate(operator, left, right, self.work),
                    _ => Err(Fault::Failed),
                }
            }
            Body::Lazy(form) => self.form(form, &call.arguments),
        }
    }

    fn form(&mut self, form: Form, arguments: &'a [Expr]) -> Result<Value, Fault> {
        match form {
            Form::Branch => self.branch(arguments),
            Form::And => self.all(arguments, false),
            Form::Or => self.all(arguments, true),
            Form::Let => self.bind(arguments),
            Form::Map
            | Form::Filter
            | Form::Find
            | Form::FindIndex
            | Form::Some
            | Form::Every
            | Form::Count
            | Form::Sort => self.each(form, arguments),
        }
    }

    /// Pairs of a name and a value, and the expression in which they hold.
    fn bind(&mut self, arguments: &'a [Expr]) -> Result<Value, Fault> {
        let outside = self.names.len();
        let result = self.bound(arguments);
        self.names.truncate(outside);
        result
    }

    fn bound(&mut self, arguments: &'a [Expr]) -> Result<Value, Fault> {
        let (pairs, body) = arguments.as_chunks::<2>();
        for [name, value] in pairs {
            let Expr::Name(name) = name else {
                return Err(Fault::Failed);
            };
            let value = self.value(value)?;
            self.names.push((name, value));
        }
        match body {
            [body, ..] => self.value(body),
            [] => Err(Fault::Failed),
        }
    }

    /// A list, and perhaps an expression that is computed for its items.
    fn each(&mut self, form: Form, arguments: &'a [Expr]) -> Result<Value, Fault> {
        let (list, body) = match arguments {
            [list] => (list, None),
            [list, body, ..] => (list, Some(body)),
            [] => return Err(Fault::Failed),
        };
        let Value::List(items) = self.value(list)? else {
            return Err(Fault::Failed);
        };
        let Some(body) = body else {
            return match form {
                Form::Sort => self.sort(&items, None),
                _ => Ok(Value::Number(items.len() as f64)),
            };
        };
        match form {
            Form::Map => {
                let mapped = self.for_items(&items, body)?;
                self.work.list(mapped)
            }
            Form::Sort => self.sort(&items, Some(body)),
            Form::Find => {
                let found = self.first(&items, body, true)?;
                Ok(found.map_or(Value::Empty, |at| items[at].clone()))
            }
            Form::FindIndex => {
                let found = self.first(&items, body, true)?;
                Ok(Value::Number(found.map_or(-1.0, |at| at as f64)))
            }
            Form::Some => Ok(Value::Boolean(self.first(&items, body, true)?.is_some())),
            Form::Every => Ok(Value::Boolean(self.first(&items, body, false)?.is_none())),
            _ => {
                let verdicts = self.for_items(&items, body)?;
                let held = verdicts
                    .iter()
                    .zip(items.iter())
                    .filter(|(verdict, _)| verdict.holds());
                let held: Vec<Value> = held.map(|(_, item)| item.clone()).collect();
                if form == Form::Count {
                    return Ok(Value::Number(held.len() as f64));
                }
                self.work.list(held)
            }
        }
    }

    fn for_items(&mut self, items: &[Value], body: &'a Expr) -> Result<Vec<Value>, Fault> {
        let items = items.iter().enumerate();
        items.map(|(at, item)| self.for_item(body, at, item)).collect()
    }

    /// The first item for which the expression holds, or does not.
    fn first(&mut self, items: &[Value], body: &'a Expr, wanted: bool) -> Result<Option<usize>, Fault> {
        for (at, item) in items.iter().enumerate() {
            if self.for_item(body, at, item)?.holds() == wanted {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// The expression with an item as `current`. Where it fails there is nothing, which does not stop the others.
    fn for_item(&mut self, body: &'a Expr, at: usize, item: &Value) -> Result<Value, Fault> {
        let outside = self.names.len();
        self.names.push(("current", item.clone()));
        self.names.push(("index", Value::Number(at as f64)));
        let result = self.value(body);
        self.names.truncate(outside);
        match result {
            Err(Fault::Failed) => Ok(Value::Empty),
            other => other,
        }
    }

    /// The items by their own order, without empty ones, or by that of an expression.
    fn sort(&mut self, items: &Arc<[Value]>, body: Option<&'a Expr>) -> Result<Value, Fault> {
        let keys = match body {
            Some(body) => self.for_items(items, body)?,
            None => items.to_vec(),
        };
        let mut pairs: Vec<(Value, &Value)> = keys
            .into_iter()
            .zip(items.iter())
            .filter(|(_, item)| body.is_some() || **item != Value::Empty)
            .collect();
        self.work.spend(pairs.len() * 8)?;
        pairs.sort_by(|(own, _), (other, _)| own.rank(other));
        self.work
            .list(pairs.into_iter().map(|(_, item)| item.clone()).collect())
    }
}
