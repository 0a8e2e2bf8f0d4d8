//! Texts and regular expressions.

use regex::{Captures, Regex, RegexBuilder};

use super::{Arguments, Function, Gives, Kind, maybe, more, one};
use crate::engine::formula::value::Value;
use crate::engine::formula::work::{Fault, MAX_ITEMS};

/// How often a text can be repeated.
const MAX_REPETITIONS: f64 = 10_000.0;

/// How large a compiled regular expression may be, in bytes, and how many steps it costs to compile one.
const MAX_PATTERN: usize = 1 << 18;
const COMPILE_STEPS: usize = 500;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::eager(
        "substring",
        &[one(Kind::Text), one(Kind::Number), maybe(Kind::Number)],
        Gives::Text,
        substring,
    ),
    Function::eager(
        "contains",
        &[one(Kind::Text), one(Kind::Text)],
        Gives::Boolean,
        contains,
    ),
    Function::eager("test", &[one(Kind::Text), one(Kind::Text)], Gives::Boolean, test),
    Function::eager(
        "match",
        &[one(Kind::Text), one(Kind::Text)],
        Gives::Texts,
        matches,
    ),
    Function::eager(
        "replace",
        &[one(Kind::Text), one(Kind::Text), one(Kind::Text)],
        Gives::Text,
        |arguments| replace(arguments, 1),
    ),
    Function::eager(
        "replaceAll",
        &[one(Kind::Text), one(Kind::Text), one(Kind::Text)],
        Gives::Text,
        |arguments| replace(arguments, 0),
    ),
    Function::eager("lower", &[one(Kind::Text)], Gives::Text, |arguments| {
        arguments.work.text(arguments.text(0)?.to_lowercase())
    }),
    Function::eager("upper", &[one(Kind::Text)], Gives::Text, |arguments| {
        arguments.work.text(arguments.text(0)?.to_uppercase())
    }),
    Function::eager("trim", &[one(Kind::Text)], Gives::Text, |arguments| {
        arguments.work.text(arguments.text(0)?.trim().to_owned())
    }),
    Function::eager(
        "repeat",
        &[one(Kind::Text), one(Kind::Number)],
        Gives::Text,
        repeat,
    ),
    Function::eager(
        "padStart",
        &[one(Kind::Text), one(Kind::Number), one(Kind::Text)],
        Gives::Text,
        |arguments| {
            let text = arguments.text(0)?;
            arguments.work.text(padding(arguments)? + &text)
        },
    ),
    Function::eager(
        "padEnd",
        &[one(Kind::Text), one(Kind::Number), one(Kind::Text)],
        Gives::Text,
        |arguments| {
            let text = arguments.text(0)?;
            arguments.work.text(text.to_string() + &padding(arguments)?)
        },
    ),
    Function::eager("split", &[one(Kind::Text), one(Kind::Text)], Gives::Texts, split),
    // A style or a link changes how a text looks, which the API does not show.
    Function::eager("link", &[one(Kind::Text), one(Kind::Text)], Gives::Text, plain),
    Function::eager("style", &[one(Kind::Text), more(Kind::Text)], Gives::Text, plain),
    Function::eager(
        "unstyle",
        &[one(Kind::Text), more(Kind::Text)],
        Gives::Text,
        plain,
    ),
];

fn plain(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    Ok(Value::Text(arguments.text(0)?))
}

/// As in JavaScript: counted in UTF-16, and from the lesser index to the greater.
fn substring(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    let units: Vec<u16> = arguments.text(0)?.encode_utf16().collect();
    let index = |number: f64| number.clamp(0.0, units.len() as f64) as usize;
    let start = index(arguments.number(1)?);
    let end = arguments.maybe_number(2)?.map_or(units.len(), index);
    let part = &units[start.min(end)..start.max(end)];
    arguments.work.text(String::from_utf16_lossy(part))
}

fn contains(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    Ok(Value::Boolean(arguments.text(0)?.contains(&*arguments.text(1)?)))
}

fn test(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    let regex = regex(arguments)?;
    Ok(Value::Boolean(regex.is_match(&arguments.text(0)?)))
}

fn matches(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    let text = arguments.text(0)?;
    let regex = regex(arguments)?;
    let found = regex.find_iter(&text).take(MAX_ITEMS + 1);
    let found = found.map(|found| Value::Text(found.as_str().into()));
    arguments.work.list(found.collect())
}

/// Replaces the first `limit` matches, or all of them if that is 0.
fn replace(arguments: &Arguments<'_>, limit: usize) -> Result<Value, Fault> {
    let (text, by) = (arguments.text(0)?, arguments.text(2)?);
    let regex = regex(arguments)?;
    // What it may become is known before it is made.
    let count = regex
        .find_iter(&text)
        .take(if limit == 0 { usize::MAX } else { limit })
        .count();
    let growth = by
        .len()
        .saturating_add(if by.contains('$') { text.len() } else { 0 });
    arguments
        .work
        .spend_letters(count.saturating_mul(growth).saturating_add(text.len()))?;
    let replaced = regex.replacen(&text, limit, |found: &Captures<'_>| expand(&by, found));
    arguments.work.text(replaced.into_owned())
}

/// The replacement of a match, in which `$1` and `$&` stand for parts of it, as in JavaScript.
fn expand(by: &str, found: &Captures<'_>) -> String {
    let mut out = String::new();
    let mut rest = by;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let digits = after.bytes().take(2).take_while(u8::is_ascii_digit).count();
        // `$12` is group 12 if there is one, else group 1 and a 2.
        let group = (1..=digits).rev().find_map(|length| {
            let number: usize = after[..length].parse().ok()?;
            (number > 0 && number < found.len()).then_some((number, length))
        });
        rest = if let Some((number, length)) = group {
            out.push_str(found.get(number).map_or("", |part| part.as_str()));
            &after[length..]
        } else if let Some(after) = after.strip_prefix('&') {
            out.push_str(found.get(0).map_or("", |whole| whole.as_str()));
            after
        } else if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            after
        } else {
            out.push('$');
            after
        };
    }
    out + rest
}

/// The second argument. Where it is no regular expression, or one that looks around, the formula fails, as Notion's does.
fn regex(arguments: &Arguments<'_>) -> Result<Regex, Fault> {
    let pattern = arguments.text(1)?;
    let searched = arguments.text(0)?.len().saturating_mul(pattern.len());
    arguments.work.spend(COMPILE_STEPS)?;
    arguments.work.spend_letters(searched)?;
    RegexBuilder::new(&pattern)
        .size_limit(MAX_PATTERN)
        .dfa_size_limit(MAX_PATTERN)
        .build()
        .map_err(|_| Fault::Failed)
}

fn repeat(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    let text = arguments.text(0)?;
    let times = arguments.number(1)?.ceil().clamp(0.0, MAX_REPETITIONS) as usize;
    arguments.work.spend_letters(text.len() * times)?;
    arguments.work.text(text.repeat(times))
}

/// What the text lacks of the wanted length.
fn padding(arguments: &Arguments<'_>) -> Result<String, Fault> {
    let (text, pad) = (arguments.text(0)?, arguments.text(2)?);
    let wanted = arguments.number(1)?.clamp(0.0, MAX_REPETITIONS) as usize;
    let missing = wanted.saturating_sub(text.encode_utf16().count());
    let units: Vec<u16> = pad.encode_utf16().cycle().take(missing).collect();
    Ok(String::from_utf16_lossy(&units))
}

/// The parts between a separator, or the letters if that is empty.
fn split(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    let (text, separator) = (arguments.text(0)?, arguments.text(1)?);
    let part = |part: &str| Value::Text(part.into());
    arguments.work.spend(text.len() / separator.len().max(1))?;
    let parts = if separator.is_empty() {
        text.chars()
            .map(|char| part(char.encode_utf8(&mut [0; 4])))
            .collect()
    } else {
        text.split(&*separator).map(part).collect()
    };
    arguments.work.list(parts)
}
