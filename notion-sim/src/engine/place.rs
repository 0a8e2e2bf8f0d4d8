//! Places on the map, as values of rows.

use serde_json::{Value, json};

use crate::refusal::Refusal;
use crate::validate::Fields;

/// Checks a place as it is written, and returns it as it is read: with all of its keys.
pub(crate) fn check(fields: &Fields<'_>) -> Result<Value, Refusal> {
    fields.only(&["lat", "lon", "name", "address", "aws_place_id", "google_place_id"])?;
    Ok(json!({
        "lat": degrees(fields, "lat", 90.0)?,
        "lon": degrees(fields, "lon", 180.0)?,
        "name": text(fields, "name")?,
        "address": text(fields, "address")?,
        "aws_place_id": text(fields, "aws_place_id")?,
        "google_place_id": text(fields, "google_place_id")?,
    }))
}

fn degrees<'a>(fields: &Fields<'a>, key: &str, limit: f64) -> Result<&'a Value, Refusal> {
    let value = fields.required(key)?;
    let path = fields.place(key);
    let Some(number) = value.as_f64() else {
        return Err(path.should("a number", Some(value)));
    };
    if number < -limit {
        return Err(path.should(&format!("≥ `{}`", -limit), Some(value)));
    }
    if number > limit {
        return Err(path.should(&format!("≤ `{limit}`"), Some(value)));
    }
    Ok(value)
}

fn text<'a>(fields: &Fields<'a>, key: &str) -> Result<Option<&'a str>, Refusal> {
    match fields.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        other => Err(fields
            .place(key)
            .should("a string, `null`, or `undefined`", other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::Path;

    fn checked(value: &Value) -> Result<Value, String> {
        Fields::of(value, Path::body())
            .and_then(|fields| check(&fields))
            .map_err(|refusal| refusal.message)
    }

    #[test]
    fn what_is_left_out_is_null() {
        let place = checked(&json!({"lat": 52.52, "lon": -13, "name": "Home"})).expect("a place");
        let wanted = json!({
            "lat": 52.52, "lon": -13, "name": "Home", "address": null, "aws_place_id": null, "google_place_id": null,
        });
        assert_eq!(place, wanted);
    }

    #[test]
    fn the_globe_has_ends() {
        let message = |value| checked(&value).expect_err("no place");
        assert_eq!(
            message(json!({"lat": 90.5, "lon": 0})),
            "body failed validation: body.lat should be ≤ `90`, instead was `90.5`."
        );
        assert_eq!(
            message(json!({"lat": 0, "lon": -181})),
            "body failed validation: body.lon should be ≥ `-180`, instead was `-181`."
        );
        assert_eq!(
            message(json!({"lat": 0})),
            "body failed validation: body.lon should be defined, instead was `undefined`."
        );
    }
}
