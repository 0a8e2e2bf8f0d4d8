//! What operators do with two values. `and` and `or` do not always need their second one: they are in [`super::eval`].

use std::cmp::Ordering;

use super::ast::Operator;
use super::value::Value;
use super::work::{Fault, Work};

/// The result of an operator.
pub(super) fn operate(operator: Operator, left: &Value, right: &Value, work: &Work) -> Result<Value, Fault> {
    Ok(match operator {
        Operator::Or => Value::Boolean(left.holds() || right.holds()),
        Operator::And => Value::Boolean(left.holds() && right.holds()),
        Operator::Equal => Value::Boolean(left.equals(right, work)?),
        Operator::Unequal => Value::Boolean(!left.equals(right, work)?),
        Operator::Less => ordered(left, right, Ordering::is_lt),
        Operator::AtMost => ordered(left, right, Ordering::is_le),
        Operator::Greater => ordered(left, right, Ordering::is_gt),
        Operator::AtLeast => ordered(left, right, Ordering::is_ge),
        Operator::Add => return add(left, right, work),
        Operator::Subtract => arithmetic(left, right, |left, right| left - right)?,
        Operator::Multiply => arithmetic(left, right, |left, right| left * right)?,
        Operator::Divide => arithmetic(left, right, |left, right| left / right)?,
        Operator::Remainder => arithmetic(left, right, |left, right| left % right)?,
        Operator::Power => arithmetic(left, right, f64::powf)?,
    })
}

fn ordered(left: &Value, right: &Value, wanted: fn(Ordering) -> bool) -> Value {
    Value::Boolean(left.order(right).is_some_and(wanted))
}

/// Adds numbers, and puts texts together with anything.
fn add(left: &Value, right: &Value, work: &Work) -> Result<Value, Fault> {
    match (left, right) {
        (Value::Text(_), _) | (_, Value::Text(_)) => {
            let mut text = String::new();
            left.write(&mut text, work)?;
            right.write(&mut text, work)?;
            work.text(text)
        }
        (Value::Empty, Value::Empty) => Ok(Value::Empty),
        _ => arithmetic(left, right, |left, right| left + right),
    }
}

fn arithmetic(left: &Value, right: &Value, operation: fn(f64, f64) -> f64) -> Result<Value, Fault> {
    let number = |value: &Value| match value {
        Value::Number(number) => Ok(*number),
        // As in JavaScript.
        Value::Empty => Ok(0.0),
        _ => Err(Fault::Failed),
    };
    Ok(Value::of_number(operation(number(left)?, number(right)?)))
}
