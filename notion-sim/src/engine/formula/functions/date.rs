//! Dates. Where a function is about a moment, that of a range is its start.

use jiff::civil::DateTime;

use super::{Arguments, Function, Gives, Kind, one};
use crate::engine::formula::moment::{Moment, Period};
use crate::engine::formula::moment_format;
use crate::engine::formula::value::Value;
use crate::engine::formula::work::Fault;
use crate::engine::time;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::eager("now", &[], Gives::Date, |arguments| {
        Ok(date(Moment::instant(time::floor_minute(arguments.scope.now()))))
    }),
    Function::eager("today", &[], Gives::Date, |arguments| {
        let (midnight, _) = time::day_of(arguments.scope.now());
        let day = Moment::instant(midnight);
        Ok(date(day.map(|day| Moment {
            day_only: true,
            ..day
        })))
    }),
    part("minute", |arguments| {
        part_of(arguments, |civil| civil.minute().into())
    }),
    part("hour", |arguments| {
        part_of(arguments, |civil| civil.hour().into())
    }),
    part("day", |arguments| {
        part_of(arguments, |civil| civil.weekday().to_monday_one_offset().into())
    }),
    part("date", |arguments| part_of(arguments, |civil| civil.day().into())),
    part("week", |arguments| {
        part_of(arguments, |civil| civil.date().iso_week_date().week().into())
    }),
    part("month", |arguments| {
        part_of(arguments, |civil| civil.month().into())
    }),
    part("year", |arguments| part_of(arguments, DateTime::year)),
    Function::eager(
        "dateAdd",
        &[one(Kind::Date), one(Kind::Number), one(Kind::Text)],
        Gives::Date,
        |arguments| moved(arguments, 1.0),
    ),
    Function::eager(
        "dateSubtract",
        &[one(Kind::Date), one(Kind::Number), one(Kind::Text)],
        Gives::Date,
        |arguments| moved(arguments, -1.0),
    ),
    Function::eager(
        "dateBetween",
        &[one(Kind::Date), one(Kind::Date), one(Kind::Text)],
        Gives::Number,
        between,
    ),
    Function::eager(
        "dateRange",
        &[one(Kind::Date), one(Kind::Date)],
        Gives::Date,
        range,
    ),
    Function::eager("dateStart", &[one(Kind::Date)], Gives::Date, |arguments| {
        Ok(date(Some(arguments.date(0)?.start)))
    }),
    Function::eager("dateEnd", &[one(Kind::Date)], Gives::Date, |arguments| {
        Ok(date(Some(arguments.date(0)?.last())))
    }),
    Function::eager("timestamp", &[one(Kind::Date)], Gives::Number, |arguments| {
        Ok(Value::Number(arguments.date(0)?.start.at.as_millisecond() as f64))
    }),
    Function::eager("fromTimestamp", &[one(Kind::Number)], Gives::Date, |arguments| {
        Ok(date(Moment::of_unix(arguments.number(0)?)))
    }),
    Function::eager(
        "formatDate",
        &[one(Kind::Date), one(Kind::Text)],
        Gives::Text,
        format_date,
    ),
    Function::eager("parseDate", &[one(Kind::Text)], Gives::Date, |arguments| {
        Ok(date(Moment::parse(&arguments.text(0)?)))
    }),
];

/// A function that takes a part of a date.
const fn part(name: &'static str, run: fn(&Arguments<'_>) -> Result<Value, Fault>) -> Function {
    Function::eager(name, const { &[one(Kind::Date)] }, Gives::Number, run)
}

fn part_of(arguments: &Arguments<'_>, part: fn(DateTime) -> i16) -> Result<Value, Fault> {
    let civil = arguments.date(0)?.start.civil();
    Ok(Value::Number(part(civil).into()))
}

/// A date, or nothing if there is none.
fn date(moment: Option<Moment>) -> Value {
    moment.map_or(Value::Empty, |moment| Value::Date(Period::at(moment)))
}

fn moved(arguments: &Arguments<'_>, sign: f64) -> Result<Value, Fault> {
    let (period, amount) = (arguments.date(0)?, arguments.number(1)?);
    let moved = period.plus(sign * amount, arguments.unit(2)?);
    moved.map(Value::Date).ok_or(Fault::Failed)
}

fn between(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    let (later, earlier) = (arguments.date(0)?.start, arguments.date(1)?.start);
    let between = later.since(earlier, arguments.unit(2)?);
    between.map(Value::Number).ok_or(Fault::Failed)
}

fn range(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    Ok(Value::Date(Period {
        start: arguments.date(0)?.start,
        end: Some(arguments.date(1)?.start),
    }))
}

fn format_date(arguments: &Arguments<'_>) -> Result<Value, Fault> {
    let (period, pattern) = (arguments.date(0)?, arguments.text(1)?);
    arguments.work.spend(pattern.len())?;
    let text = moment_format::format(period.start.civil(), &pattern);
    arguments.work.text(text)
}
