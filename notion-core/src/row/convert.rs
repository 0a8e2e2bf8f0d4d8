//! Fields that hold something else than their columns do: `#[notion(parse)]`, `#[notion(with = "…")]`, and
//! `#[notion(default)]`. What is public here is so for the code of the derive.
#![allow(missing_docs)]

use std::fmt::Display;
use std::str::FromStr;

use notion_schema::json::Reader;

use crate::kind::Kind;
use crate::property::{self, ReadError};
use crate::query::Column;

#[doc(hidden)]
impl<R, K: Kind, T, A> Column<R, K, T, A> {
    /// Reads the value, or where there is none, takes the default one.
    pub fn read_or(
        self,
        value: &mut T,
        json: &mut Reader<'_>,
        default: impl FnOnce() -> T,
    ) -> Result<(), ReadError> {
        if property::empty::<K>(json)? {
            *value = default();
            return Ok(());
        }
        (self.read)(value, json)
    }

    /// Reads the value and converts it into that of the field; or where there is none, takes the default one, if the field
    /// has one.
    pub fn read_as<V, E: Display>(
        self,
        value: &mut Option<V>,
        json: &mut Reader<'_>,
        default: Option<fn() -> V>,
        convert: impl FnOnce(T) -> Result<V, E>,
    ) -> Result<(), ReadError> {
        self.read_parsed(value, json, default, |stored| {
            convert(stored).map_err(|error| ReadError::Unfit(format!("does not fit the field: {error}")))
        })
    }

    /// The same where the conversion knows what to say of the column.
    pub fn read_parsed<V>(
        self,
        value: &mut Option<V>,
        json: &mut Reader<'_>,
        default: Option<fn() -> V>,
        parse: impl FnOnce(T) -> Result<V, ReadError>,
    ) -> Result<(), ReadError> {
        let converted = match default {
            Some(default) if property::empty::<K>(json)? => default(),
            _ => {
                let mut stored = (self.blank)();
                (self.read)(&mut stored, json)?;
                parse(stored)?
            }
        };
        *value = Some(converted);
        Ok(())
    }
}

/// Types for `#[notion(parse)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not parsed from text",
    label = "`#[notion(parse)]` needs `FromStr`, whose error is `Display`, and `Display`",
    note = "`#[notion(with = \"…\")]` converts any type, by the functions of a module"
)]
pub trait Parsed: Sized {
    fn parse(text: &str) -> Result<Self, ReadError>;
    fn text(&self) -> String;
}

#[diagnostic::do_not_recommend]
impl<V: FromStr<Err: Display> + Display> Parsed for V {
    fn parse(text: &str) -> Result<Self, ReadError> {
        V::from_str(text).map_err(|error| {
            if text.is_empty() {
                return ReadError::Empty;
            }
            let path = std::any::type_name::<V>();
            let name = path.split('<').next().and_then(|path| path.rsplit("::").next());
            ReadError::Unfit(format!(
                "is `{text}`, which is no `{}`: {error}",
                name.unwrap_or(path)
            ))
        })
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

/// How a field marked `#[notion(parse)]` is read and written. It is one struct, because the compiler would say of each
/// function for itself that a type is not parsed.
pub struct Parse<S, V> {
    pub parse: fn(S) -> Result<V, ReadError>,
    pub text: fn(&V) -> S,
}

pub const fn parsed<V: Parsed>() -> Parse<String, V> {
    Parse {
        parse: |text| V::parse(&text),
        text: V::text,
    }
}

/// The same of a field of `Option`.
pub const fn parsed_option<V: Parsed>() -> Parse<Option<String>, Option<V>> {
    Parse {
        parse: |text| {
            let text = text.filter(|text| !text.is_empty());
            text.map(|text| V::parse(&text)).transpose()
        },
        text: |value| value.as_ref().map(V::text),
    }
}

/// How a field marked `#[notion(with = "…")]` is read and written: in one struct for the same reason.
pub struct Converted<S, V, E> {
    pub read: fn(S) -> Result<V, E>,
    pub write: fn(&V) -> S,
}

pub const fn converted<S, V, E: Display>(
    read: fn(S) -> Result<V, E>,
    write: fn(&V) -> S,
) -> Converted<S, V, E> {
    Converted { read, write }
}

/// What a draft holds once its column was read, and a draft becomes a row only when all of them were.
pub fn taken<V>(value: Option<V>) -> V {
    let Some(value) = value else {
        unreachable!("a row was made of a draft before all of its columns were read");
    };
    value
}
