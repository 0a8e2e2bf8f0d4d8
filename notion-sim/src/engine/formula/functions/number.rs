//! Numbers.

use std::f64::consts;

use super::{Arguments, Function, Gives, Kind, maybe, more, one};
use crate::engine::formula::ast::Operator;
use crate::engine::formula::number_format;
use crate::engine::formula::value::Value;
use crate::engine::formula::work::Fault;

/// How many decimal places `round` and `formatNumber` know.
const MAX_PLACES: f64 = 12.0;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::operator("add", Operator::Add),
    Function::operator("subtract", Operator::Subtract),
    Function::operator("multiply", Operator::Multiply),
    Function::operator("divide", Operator::Divide),
    Function::operator("mod", Operator::Remainder),
    Function::operator("pow", Operator::Power),
    aggregate("sum", |arguments| {
        Ok(Value::of_number(numbers(arguments)?.iter().sum::<f64>() + 0.0))
    }),
    aggregate("mean", |arguments| {
        let numbers = numbers(arguments)?;
        Ok(Value::of_number(
            numbers.iter().sum::<f64>() / numbers.len() as f64,
        ))
    }),
    aggregate("median", median),
    aggregate("min", |arguments| {
        Ok(Value::of_number(
            numbers(arguments)?.into_iter().fold(f64::INFINITY, f64::min),
        ))
    }),
    aggregate("max", |arguments| {
        Ok(Value::of_number(
            numbers(arguments)?.into_iter().fold(f64::NEG_INFINITY, f64::max),
        ))
    }),
    unary("abs", |arguments| of(arguments, f64::abs)),
    Function::eager(
        "round",
        &[one(Kind::Number), maybe(Kind::Number)],
        Gives::Number,
        round,
    ),
    unary("ceil", |arguments| of(arguments, f64::ceil)),
    unary("floor", |arguments| of(arguments, f64::floor)),
    unary("sqrt", |arguments| of(arguments, f64::sqrt)),
    unary("cbrt", |arguments| of(arguments, f64::cbrt)),
    unary("exp", |arguments| of(arguments, f64::exp)),
    unary("ln", |arguments| of(arguments, f64::ln)),
    unary("log10", |arguments| of(arguments, f64::log10)),
    unary("log2", |arguments| of(arguments, f64::log2)),
    unary("sign", |arguments| {
        of(
            arguments,
            |number| if number == 0.0 { 0.0 } else { number.signum() },
        )
    }),
    Function::eager("pi", &[], Gives::Number, |_| Ok(Value::Number(consts::PI))),
    Function::eager("e", &[], Gives::Number, |_| Ok(Value::Number(consts::E))),
    Function::eager("toNumber", &[one(Kind::Any)], Gives::Number, to_number),
    Function::eager(
        "formatNumber",
        &[one(Kind::Number), maybe(Kind::Text), maybe(Kind::Number)],
        Gives::Text,
        format_number,
    ),
];

/// A function of one number.
const fn unary(name: &'static str, run: fn(&Arguments<'_>) -> Result<Value, Fault>) -> Function {
    Function::eager(name, const { &[one(Kind::Number)] }, Gives::Number, run)
}

/// A function of any number of numbers and lists of them.
const fn aggregate(name: &'static str, run: fn(&Arguments<'_>) -> Result<Value, Fault>) -> Function {
    Function::eager(
        name,
        const { &[one(Kind::Numbers), more(Kind::Numbers)] },
        Gives::Number,
        run,
    )
}

fn of(arguments: &Arguments<'_>, function: fn(f64) -> f64) -> Result<Value, Fault> {
    Ok(Value::of_number(function(arguments.number(0)?)))
}

/// The numbers in all arguments. What is empty is left out.
fn numbers(arguments: &Arguments<'_>) -> Result<Vec<f64>, Fault> {
    let mut numbers = Vec::new();
    for value in arguments.values {
        let items = match value {
            Value::List(items) => &**items,
            single => std::slice::from_ref(single),
        };
        arguments.work.spend(items.len())?;
        for item in items {
            match item {
                Value::Number(number) => numbers.push(*number),
                Value::Empty => {}
                _ => return Err(Fault::Failed),
            }
        }
    }
    Ok(numbers)
}

fn median(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    let mut numbers = numbers(arguments)?;
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    Ok(match numbers.as_slice() {
        [] => Value::Empty,
        odd if odd.len() % 2 == 1 => Value::Number(odd[middle]),
        even => Value::of_number(f64::midpoint(even[middle - 1], even[middle])),
    })
}

/// To the nearest, and halves up, as in JavaScript.
fn round(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    let number = arguments.number(0)?;
    let places = arguments
        .maybe_number(1)?
        .unwrap_or(0.0)
        .clamp(-MAX_PLACES, MAX_PLACES);
    let scale = 10f64.powf(places.trunc());
    Ok(Value::of_number((number * scale + 0.5).floor() / scale))
}

/// A number, the number that a text begins with, 1 or 0 for a condition, the Unix time of a date.
fn to_number(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    Ok(match arguments.any(0) {
        Value::Number(number) => Value::Number(*number),
        Value::Boolean(on) => Value::Number(f64::from(u8::from(*on))),
        Value::Date(period) => Value::Number(period.start.at.as_millisecond() as f64),
        Value::Text(text) => leading_number(text).map_or(Value::Empty, Value::of_number),
        Value::Empty | Value::List(_) | Value::Person(_) | Value::Page(_) => Value::Empty,
    })
}

fn leading_number(text: &str) -> Option<f64> {
    let text = text.trim_start();
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        bytes
            .iter()
            .skip(from)
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let mut end = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    let whole = digits(end);
    end += whole;
    if bytes.get(end) == Some(&b'.') && (whole > 0 || digits(end + 1) > 0) {
        end += 1 + digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(bytes.get(end + 1), Some(b'-' | b'+')));
        let exponent = digits(end + 1 + signed);
        if exponent > 0 {
            end += 1 + signed + exponent;
        }
    }
    text[..end].parse().ok()
}

fn format_number(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    let number = arguments.number(0)?;
    let style = match arguments.values.get(1) {
        Some(_) => arguments.text(1)?,
        None => "commas".into(),
    };
    let places = arguments
        .maybe_number(2)?
        .map(|places| places.clamp(0.0, MAX_PLACES) as usize);
    let text = number_format::format(number, &style, places).ok_or(Fault::Failed)?;
    arguments.work.text(text)
}
