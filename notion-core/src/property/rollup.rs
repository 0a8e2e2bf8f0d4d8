use notion_schema::Kind as SchemaKind;
use notion_schema::json::Reader;

use super::outcome::{Computed, Outcome, typed};
use super::{HasKind, HasResult, Property, ReadError};
use crate::kind::{self, Date, Elements, Kind, Number, RollupResult};

/// The value of a rollup that results in a `T`.
///
/// Which result it is, the function of the rollup decides:
///
/// | function | types |
/// |---|---|
/// | count, sum, average, percent, … | `Rollup<f64>` and all other types of a number column |
/// | earliest date, latest date, date range | `Rollup<DateOrRange>` and all other types of a date column |
/// | show original, show unique | `Rollup<Vec<…>>` of the type that holds one of the values |
///
/// A number or date that may come to nothing is a `Rollup<Option<…>>`, and values some of which may be empty are a
/// `Rollup<Vec<Option<…>>>`.
///
/// ```
/// use notion_core::prelude::*;
/// use notion_core::Rollup;
///
/// #[derive(NotionRow)]
/// struct Project {
///     #[notion(title, name = "Name")]
///     name: String,
///     #[notion(rollup, name = "Hours")]
///     hours: Rollup<f64>,
///     #[notion(rollup, name = "Tasks")]
///     tasks: Rollup<Vec<String>>,
/// }
///
/// let row = Row::<Project>::from_json(r#"{
///     "object": "page", "id": "b55c9c91-384d-452b-81db-d1ef79372b75",
///     "created_time": "2026-11-20T09:00:00.000Z", "last_edited_time": "2026-11-20T09:00:00.000Z",
///     "properties": {
///         "Name": {"id": "title", "type": "title", "title": []},
///         "Hours": {"id": "h", "type": "rollup", "rollup": {"type": "number", "number": 12.5, "function": "sum"}},
///         "Tasks": {"id": "t", "type": "rollup", "rollup": {"type": "array", "function": "show_original", "array": [
///             {"type": "title", "title": [{"type": "text", "plain_text": "Ship it"}]}
///         ]}}
///     }
/// }"#)?;
/// assert_eq!(row.hours.value(), Some(&12.5));
/// assert_eq!(row.tasks.value().unwrap(), &["Ship it"]);
/// # Ok::<(), notion_core::Error>(())
/// ```
///
/// The values that a rollup shows may be of several kinds, and a type reads all that it holds: `String` reads titles, texts,
/// URLs, e-mail addresses, phone numbers and options; each type also reads the results of formulas.
///
/// Source: <https://developers.notion.com/reference/page-property-values#rollup>.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rollup<T> {
    /// What it comes to.
    Value(T),
    /// Notion does not work it out for the API. Reading it again does not help.
    Unsupported,
    /// More pages are related than Notion takes in for this function, so that whatever it shows is wrong.
    Incomplete,
    /// A result that this version does not know, as Notion's JSON: `{"type":"…","…":…}`.
    Other(Box<str>),
}

impl<T> Rollup<T> {
    /// What it comes to, if Notion says so.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Unsupported | Self::Incomplete | Self::Other(_) => None,
        }
    }

    /// What it comes to, if Notion says so.
    #[must_use]
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Unsupported | Self::Incomplete | Self::Other(_) => None,
        }
    }
}

/// What a rollup can come to: a number, a date, or a `Vec` of what it shows.
#[diagnostic::on_unimplemented(
    message = "a Notion rollup does not come to `{Self}`",
    label = "not the result of a rollup",
    note = "a rollup comes to a number, a date, or the values that it shows: `Rollup<f64>`, `Rollup<DateOrRange>`, `Rollup<Vec<String>>`"
)]
pub trait RollupValue {
    /// The marker of that result.
    type Result: RollupResult;
}

impl<V: HasKind> RollupValue for Vec<V> {
    type Result = Elements<V::Kind>;
}

impl<T: RollupValue> RollupValue for Option<T> {
    type Result = T::Result;
}

/// The types by themselves, as `Vec` can stand for lists of its own.
macro_rules! results {
    ($($kind:ident: $($value:ty)*;)*) => {$($(
        impl RollupValue for $value {
            type Result = $kind;
        }
    )*)*};
}

results! {
    Number: i8 i16 i32 i64 isize u8 u16 u32 u64 usize f32 f64;
    Date: super::DateOrRange jiff::civil::Date jiff::Timestamp;
}

impl<T: RollupValue> HasResult for Rollup<T> {
    type Result = T::Result;
}

impl<T: RollupValue> HasKind for Rollup<T> {
    type Kind = kind::Rollup<T::Result>;
}

#[diagnostic::do_not_recommend]
impl<T: Property<Number>> Property<kind::Rollup<Number>> for Rollup<T> {
    type Operand = T::Operand;

    fn blank() -> Self {
        Self::Unsupported
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        self.read_result("number", T::blank(), json, T::read)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Property<Date>> Property<kind::Rollup<Date>> for Rollup<T> {
    type Operand = T::Operand;

    fn blank() -> Self {
        Self::Unsupported
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        self.read_result("date", T::blank(), json, T::read)
    }
}

#[diagnostic::do_not_recommend]
impl<E: Kind, V: Property<E>> Property<kind::Rollup<Elements<E>>> for Rollup<Vec<V>> {
    type Operand = V::Operand;

    fn blank() -> Self {
        Self::Unsupported
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        self.read_result("array", Vec::new(), json, |values, json| {
            json.begin_array()?;
            while json.element()? {
                let mut value = V::blank();
                read_element::<E, V>(&mut value, json)?;
                values.push(value);
            }
            Ok(())
        })
    }
}

const ROLLUP: Computed = Computed {
    name: "rollup",
    results: &[
        ("number", "Rollup<f64>"),
        ("date", "Rollup<DateOrRange>"),
        ("array", "Rollup<Vec<…>>"),
    ],
    optional: "Rollup<Option<…>>",
};

impl<T> Rollup<T> {
    fn read_result(
        &mut self,
        declared: &'static str,
        mut value: T,
        json: &mut Reader<'_>,
        read: impl Fn(&mut T, &mut Reader<'_>) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        *self = match Outcome::read(json, &ROLLUP, declared, |json| read(&mut value, json))? {
            Outcome::Value => Self::Value(value),
            Outcome::Unsupported => Self::Unsupported,
            Outcome::Incomplete => Self::Incomplete,
            Outcome::Other(result) => Self::Other(result),
        };
        Ok(())
    }
}

/// Reads `{"type":"number","number":8}` as a value of kind `E`, or of any other kind that the type holds.
fn read_element<E: Kind, V: Property<E>>(value: &mut V, json: &mut Reader<'_>) -> Result<(), ReadError> {
    if E::KIND.is_none() {
        return value.read(json);
    }
    typed(json, "a value", |name, json| {
        let kind = SchemaKind::from_name(name);
        let read = match kind.and_then(|kind| value.read_kind(kind, json)) {
            None if kind == Some(SchemaKind::Formula) => read_formula::<E, V>(value, json)?,
            read => read,
        };
        match read {
            Some(Err(ReadError::Empty)) => Err(ReadError::Unfit(
                "is a rollup that shows an empty value: `Rollup<Vec<Option<…>>>` holds that".to_owned(),
            )),
            Some(read) => read,
            None => Err(misfit::<E>(name)),
        }
    })
}

/// The result of a formula stands there like the value of a column.
fn read_formula<E: Kind, V: Property<E>>(
    value: &mut V,
    json: &mut Reader<'_>,
) -> Result<Option<Result<(), ReadError>>, ReadError> {
    typed(json, "a formula", |result, json| {
        let kind = match result {
            "boolean" => SchemaKind::Checkbox,
            "number" => SchemaKind::Number,
            "date" => SchemaKind::Date,
            // Plain, as all text that has no format.
            "string" => SchemaKind::Url,
            _ => return Err(misfit::<E>(&format!("formula` that results in `{result}"))),
        };
        Ok(value.read_kind(kind, json))
    })
}

fn misfit<E: Kind>(shown: &str) -> ReadError {
    let declared = E::KIND.map_or("", SchemaKind::name);
    ReadError::Unfit(format!(
        "is a rollup that shows a `{shown}`, and the type declares values of kind `{declared}`"
    ))
}
