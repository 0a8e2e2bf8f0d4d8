//! What formulas and rollups come to: `{"type":"number","number":16}`.

use notion_schema::json::{self, Reader};

use super::ReadError;

/// A kind of property that Notion computes, for its errors.
pub(super) struct Computed {
    pub(super) name: &'static str,
    /// What it can come to, and a type that holds that.
    pub(super) results: &'static [(&'static str, &'static str)],
    /// The type that also holds nothing.
    pub(super) optional: &'static str,
}

/// What there is.
pub(super) enum Outcome {
    /// The result that the type declares, which was read.
    Value,
    Unsupported,
    Incomplete,
    /// What this version does not know, as JSON.
    Other(Box<str>),
}

impl Outcome {
    /// Reads what a formula or rollup comes to; `value` reads the result that the type declares.
    pub(super) fn read<'a>(
        json: &mut Reader<'a>,
        computed: &Computed,
        declared: &str,
        value: impl FnOnce(&mut Reader<'a>) -> Result<(), ReadError>,
    ) -> Result<Self, ReadError> {
        let start = json.mark();
        let outcome = typed(json, |result, json| {
            if result == declared {
                value(json).map_err(|error| computed.misread(error))?;
                return Ok(Some(Self::Value));
            }
            json.skip()?;
            Ok(match result {
                "unsupported" => Some(Self::Unsupported),
                "incomplete" => Some(Self::Incomplete),
                result => match computed.holds(result) {
                    Some(holds) => return Err(computed.misfit(result, declared, holds)),
                    None => None,
                },
            })
        })?;
        match outcome {
            Some(outcome) => Ok(outcome),
            None => {
                json.rewind(start);
                Ok(Self::Other(json.raw()?.into()))
            }
        }
    }
}

impl Computed {
    /// A type that holds that result.
    fn holds(&self, result: &str) -> Option<&'static str> {
        let known = self.results.iter().find(|(known, _)| *known == result);
        known.map(|(_, holds)| *holds)
    }

    fn misfit(&self, result: &str, declared: &str, holds: &str) -> ReadError {
        ReadError::Unfit(format!(
            "is {} that results in `{result}`, and the type declares `{declared}`: `{holds}` holds it",
            self.name
        ))
    }

    fn misread(&self, error: ReadError) -> ReadError {
        match error {
            ReadError::Empty => ReadError::Unfit(format!(
                "is {} that comes to nothing: `{}` holds that",
                self.name, self.optional
            )),
            unfit @ ReadError::Unfit(_) => unfit,
        }
    }
}

/// Reads an object that names in `type` the key of its value. `read` gets that name, with the reader at the value.
pub(crate) fn typed<'a, T, E: From<json::Error>>(
    json: &mut Reader<'a>,
    read: impl FnOnce(&str, &mut Reader<'a>) -> Result<T, E>,
) -> Result<T, E> {
    let start = json.mark();
    let mut likely = ["type"].iter();
    let mut is_first = true;
    json.begin_object()?;
    let name = loop {
        match json.key_like(&mut likely)? {
            Some(key) if key == "type" => break json.string()?,
            Some(_) => json.skip()?,
            None => return Err(json.error("`type`").into()),
        }
        is_first = false;
    };
    if !is_first {
        json.rewind(start);
        json.begin_object()?;
    }
    while let Some(key) = json.key()? {
        if key == name {
            let value = read(&name, json)?;
            while json.key()?.is_some() {
                json.skip()?;
            }
            return Ok(value);
        }
        json.skip()?;
    }
    // A name without a value says as much as one with `null`.
    read(&name, &mut Reader::new("null"))
}
