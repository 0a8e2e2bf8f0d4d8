use notion_schema::json::Reader;

use super::outcome::{Computed, Outcome};
use super::{HasKind, HasResult, Property, ReadError};
use crate::kind::{self, FormulaResult, Kind};

/// The value of a formula that results in a `T`.
///
/// The schema does not say what a formula results in, so the type does:
///
/// | result | types |
/// |---|---|
/// | text | `Formula<String>` |
/// | number | `Formula<f64>` and all other types of a number column |
/// | checkbox | `Formula<bool>` |
/// | date | `Formula<DateOrRange>` and all other types of a date column |
///
/// A formula that may come to nothing is a `Formula<Option<…>>`. Text is never nothing: Notion sends an empty one as `""` or
/// as `null`, and a `Formula<String>` is `""` for both.
///
/// ```
/// use notion_core::prelude::*;
///
/// #[derive(NotionRow)]
/// struct Task {
///     #[notion(title, name = "Name")]
///     name: String,
///     #[notion(name = "Overdue")]
///     overdue: Formula<bool>,
///     #[notion(name = "Cost")]
///     cost: Formula<Option<f64>>,
/// }
///
/// let row = Row::<Task>::from_json(r#"{
///     "object": "page", "id": "b55c9c91-384d-452b-81db-d1ef79372b75",
///     "created_time": "2026-11-20T09:00:00.000Z", "last_edited_time": "2026-11-20T09:00:00.000Z",
///     "properties": {
///         "Name": {"id": "title", "type": "title", "title": []},
///         "Overdue": {"id": "o", "type": "formula", "formula": {"type": "boolean", "boolean": true}},
///         "Cost": {"id": "c", "type": "formula", "formula": {"type": "unsupported", "unsupported": {}}}
///     }
/// }"#)?;
/// assert_eq!(row.overdue.value(), Some(&true));
/// assert_eq!(row.cost.value(), None);
/// # Ok::<(), notion_core::Error>(())
/// ```
///
/// # Limits
///
/// A formula that looks at related pages sees the first 25 of them. Notion does not say where that was too few.
///
/// Source: <https://developers.notion.com/reference/page-property-values#formula>.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Formula<T> {
    /// What it comes to.
    Value(T),
    /// Notion does not work it out for the API, as it takes in too many pages or formulas. Reading it again does not help.
    Unsupported,
    /// A result that this version does not know, as Notion's JSON: `{"type":"…","…":…}`.
    Other(Box<str>),
}

impl<T> Formula<T> {
    /// What it comes to, if Notion says so.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Unsupported | Self::Other(_) => None,
        }
    }

    /// What it comes to, if Notion says so.
    #[must_use]
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Unsupported | Self::Other(_) => None,
        }
    }
}

impl<T: HasKind<Kind: FormulaResult>> HasResult for Formula<T> {
    type Result = T::Kind;
}

impl<T: HasKind<Kind: FormulaResult>> HasKind for Formula<T> {
    type Kind = kind::Formula<T::Kind>;
}

#[diagnostic::do_not_recommend]
impl<R: FormulaResult, T: Property<R::Plain>> Property<kind::Formula<R>> for Formula<T> {
    type Operand = T::Operand;

    fn blank() -> Self {
        Self::Unsupported
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        let mut value = T::blank();
        let outcome = Outcome::read(json, &FORMULA, R::RESULT, |json| {
            if R::RESULT == "string" {
                read_text::<R::Plain, T>(&mut value, json)
            } else {
                value.read(json)
            }
        })?;
        *self = match outcome {
            Outcome::Value => Self::Value(value),
            Outcome::Unsupported | Outcome::Incomplete => Self::Unsupported,
            Outcome::Other(result) => Self::Other(result),
        };
        Ok(())
    }
}

const FORMULA: Computed = Computed {
    name: "a formula",
    results: &[
        ("string", "Formula<String>"),
        ("number", "Formula<f64>"),
        ("boolean", "Formula<bool>"),
        ("date", "Formula<DateOrRange>"),
    ],
    optional: "Formula<Option<…>>",
};

/// Empty text is sent as `null` or as `""`: a type that does not take the one takes the other.
fn read_text<K: Kind, T: Property<K>>(text: &mut T, json: &mut Reader<'_>) -> Result<(), ReadError> {
    match text.read(json) {
        Err(ReadError::Empty) => text.read(&mut Reader::new(r#""""#)),
        read => read,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{self, date};

    use super::*;
    use crate::kind::{Checkbox, Date, Number, RichText};
    use crate::property::DateOrRange;

    fn read<R: FormulaResult, T>(json: &str) -> Result<Formula<T>, String>
    where
        Formula<T>: Property<kind::Formula<R>>,
    {
        let mut value = Formula::blank();
        let mut reader = Reader::new(json);
        value.read(&mut reader).map_err(|error| error.to_string())?;
        reader.end().map_err(|error| error.to_string())?;
        Ok(value)
    }

    #[test]
    fn each_result_is_read_as_its_type() {
        assert_eq!(
            read::<Number, i64>(r#"{"type":"number","number":16}"#),
            Ok(Formula::Value(16))
        );
        assert_eq!(
            read::<RichText, String>(r#"{"type":"string","string":"a \"b\""}"#),
            Ok(Formula::Value("a \"b\"".to_owned()))
        );
        assert_eq!(
            read::<Checkbox, bool>(r#"{"type":"boolean","boolean":true}"#),
            Ok(Formula::Value(true))
        );
        let day = r#"{"type":"date","date":{"start":"2024-01-01","end":null,"time_zone":null}}"#;
        assert_eq!(
            read::<Date, DateOrRange>(day),
            Ok(Formula::Value(date(2024, 1, 1).into()))
        );
        assert_eq!(
            read::<Date, Option<civil::Date>>(day),
            Ok(Formula::Value(Some(date(2024, 1, 1))))
        );
    }

    #[test]
    fn nothing_needs_a_type_for_it() {
        let nothing = r#"{"type":"number","number":null}"#;
        assert_eq!(read::<Number, Option<f64>>(nothing), Ok(Formula::Value(None)));
        assert_eq!(
            read::<Number, f64>(nothing).unwrap_err(),
            "is a formula that comes to nothing: `Formula<Option<…>>` holds that"
        );
        assert_eq!(
            read::<Checkbox, Option<bool>>(r#"{"type":"boolean","boolean":null}"#),
            Ok(Formula::Value(None))
        );
        assert!(read::<Checkbox, bool>(r#"{"type":"boolean","boolean":null}"#).is_err());
        assert!(read::<Date, civil::Date>(r#"{"type":"date","date":null}"#).is_err());
    }

    #[test]
    fn empty_text_is_text() {
        for json in [
            r#"{"type":"string","string":null}"#,
            r#"{"type":"string","string":""}"#,
        ] {
            assert_eq!(
                read::<RichText, String>(json),
                Ok(Formula::Value(String::new())),
                "{json}"
            );
        }
        assert_eq!(
            read::<RichText, Option<String>>(r#"{"type":"string","string":null}"#),
            Ok(Formula::Value(None))
        );
    }

    #[test]
    fn another_result_than_declared_names_both() {
        assert_eq!(
            read::<Number, f64>(r#"{"type":"string","string":"x"}"#).unwrap_err(),
            "is a formula that results in `string`, and the type declares `number`: `Formula<String>` holds it"
        );
        assert_eq!(
            read::<RichText, String>(r#"{"boolean":true,"type":"boolean"}"#).unwrap_err(),
            "is a formula that results in `boolean`, and the type declares `string`: `Formula<bool>` holds it"
        );
    }

    #[test]
    fn what_this_version_does_not_know_is_kept() {
        let unknown = r#"{"type":"people","people":[{"object":"user"}]}"#;
        let read = |json| read::<Number, f64>(json);
        assert_eq!(read(unknown), Ok(Formula::Other(unknown.into())));
        assert_eq!(
            read(r#"{"type":"unsupported","unsupported":{}}"#),
            Ok(Formula::Unsupported)
        );
        assert_eq!(
            read(r#"{"number":1,"new":[1],"type":"number","more":{}}"#),
            Ok(Formula::Value(1.0))
        );
        assert!(read(r#"{"number":1}"#).unwrap_err().contains("expected `type`"));
        for odd in [
            "null",
            "[]",
            r#"{"type":7}"#,
            r#"{"type":"number","number":"1"}"#,
            r#"{"type":"number"}"#,
        ] {
            assert!(read(odd).is_err(), "{odd}");
        }
    }
}
