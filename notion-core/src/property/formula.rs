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
/// use notion_core::Formula;
///
/// #[derive(NotionRow)]
/// struct Task {
///     #[notion(title, name = "Name")]
///     name: String,
///     #[notion(formula, name = "Overdue")]
///     overdue: Formula<bool>,
///     #[notion(formula, name = "Cost")]
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
    name: "formula",
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
