//! The values of formulas and rollups.

use notion_core::schema::Kind;
use notion_core::{AnyProperty, Formula, Raw, Rollup, kind, prelude::*};
use serde_json::Value;

use crate::same;
use crate::values::{Checked, ensure, fits};

/// Reads a formula or rollup as what it results in, and compares it with what `serde_json` finds. False
/// where it is neither.
pub(crate) fn read(property: &AnyProperty, json: &Value) -> Checked<bool> {
    let result = json["type"].as_str().unwrap_or_default();
    let value = &json[result];
    let day = |date: &DateOrRange| (date.start.to_string(), date.end.map(|end| end.to_string()));
    let same_day = |date: Option<Option<DateOrRange>>| {
        let shown = |key: &str| value[key].as_str().map(|text| text.replace(".000", ""));
        let expected = shown("start").map(|start| (start, shown("end")));
        ensure(
            date.map(|date| date.as_ref().map(day)) == Some(expected),
            "the date",
        )
    };
    match (property.kind(), result) {
        (Some(Kind::Formula), "string") => {
            let text: Formula<String> = fits(property.read::<kind::Formula<kind::RichText>, _>())?;
            same(text.value().ok_or("no text")?, value)?;
        }
        (Some(Kind::Formula), "number") => {
            let number: Formula<Option<f64>> = fits(property.read::<kind::Formula<kind::Number>, _>())?;
            ensure(number == Formula::Value(value.as_f64()), "the number")?;
        }
        (Some(Kind::Formula), "boolean") => {
            let is: Formula<Option<bool>> = fits(property.read::<kind::Formula<kind::Checkbox>, _>())?;
            ensure(is == Formula::Value(value.as_bool()), "the box")?;
        }
        (Some(Kind::Formula), "date") => {
            let date: Formula<_> = fits(property.read::<kind::Formula<kind::Date>, _>())?;
            same_day(date.into_value())?;
        }
        (Some(Kind::Rollup), "number") => {
            let number: Rollup<Option<f64>> = fits(property.read::<kind::Rollup<kind::Number>, _>())?;
            ensure(number == Rollup::Value(value.as_f64()), "the number")?;
        }
        (Some(Kind::Rollup), "date") => {
            let date: Rollup<_> = fits(property.read::<kind::Rollup<kind::Date>, _>())?;
            same_day(date.into_value())?;
        }
        (Some(Kind::Rollup), "array") => {
            let all: Rollup<Vec<Raw>> = fits(property.read::<kind::Rollup<kind::Elements<kind::Raw>>, _>())?;
            let all = all.value().ok_or("no values")?;
            let shown: Vec<Value> = all.iter().filter_map(|one| one.json().parse().ok()).collect();
            ensure(value.as_array() == Some(&shown), "the values")?;
        }
        (Some(Kind::Formula | Kind::Rollup), other) => return Err(format!("results in `{other}`").into()),
        _ => return Ok(false),
    }
    Ok(true)
}
