//! Fields that hold something else than their columns do: `#[notion(parse)]`, `#[notion(with = "…")]`, and
//! `#[notion(default)]`.

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
    pub fn read_as<V>(
        self,
        value: &mut Option<V>,
        json: &mut Reader<'_>,
        default: Option<fn() -> V>,
        convert: impl FnOnce(T) -> Result<V, ReadError>,
    ) -> Result<(), ReadError> {
        let converted = match default {
            Some(default) if property::empty::<K>(json)? => default(),
            _ => {
                let mut stored = (self.blank)();
                (self.read)(&mut stored, json)?;
                convert(stored)?
            }
        };
        *value = Some(converted);
        Ok(())
    }
}

/// Text as the value of a field marked `#[notion(parse)]`.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a conversion takes what the column holds"
)]
pub fn parse<V: FromStr<Err: Display>>(text: String) -> Result<V, ReadError> {
    text.parse().map_err(|error| {
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

/// The same for a field of `Option`.
pub fn parse_optional<V: FromStr<Err: Display>>(text: Option<String>) -> Result<Option<V>, ReadError> {
    text.filter(|text| !text.is_empty()).map(parse).transpose()
}

/// The value of a field marked `#[notion(parse)]` as text.
pub fn text(value: &impl Display) -> String {
    value.to_string()
}

/// The same for a field of `Option`.
pub fn optional_text(value: &Option<impl Display>) -> Option<String> {
    value.as_ref().map(text)
}

/// The `read` of the module of `#[notion(with = "…")]`, with what it refuses said of the column.
pub fn refusing<S, V, E: Display>(
    read: impl FnOnce(S) -> Result<V, E>,
) -> impl FnOnce(S) -> Result<V, ReadError> {
    |stored| read(stored).map_err(|error| ReadError::Unfit(format!("does not fit the field: {error}")))
}

/// What a draft holds once its column was read, and a draft becomes a row only when all of them were.
pub fn taken<V>(value: Option<V>) -> V {
    let Some(value) = value else {
        unreachable!("a row was made of a draft before all of its columns were read");
    };
    value
}

/// The constant of a column in a row that has mistakes: never looked at, because the program does not compile.
pub const fn stand_in<T>() -> T {
    panic!("the derive of the row reports what is wrong with it")
}
