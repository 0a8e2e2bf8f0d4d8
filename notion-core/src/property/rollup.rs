use notion_schema::Kind as SchemaKind;
use notion_schema::json::Reader;

use super::outcome::{Computed, Outcome, typed};
use super::{DateOrRange, HasKind, HasResult, Property, ReadError, UserRef};
use crate::id::UserId;
use crate::kind::{self, CreatedBy, Date, Elements, Kind, Number, RollupResult};

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
///
/// #[derive(NotionRow)]
/// struct Project {
///     #[notion(title, name = "Name")]
///     name: String,
///     #[notion(name = "Hours")]
///     hours: Rollup<f64>,
///     #[notion(name = "Tasks")]
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
/// # Limits
///
/// A page shows what the first 25 related pages come to. A [`Table`](crate::Table) notices where there are more, and asks Notion
/// for the whole result. Of some functions (median, show unique, …) Notion gives none: the value is [`Incomplete`](Self::Incomplete)
/// then. Where the values are lists themselves (titles, texts, people and relations), the whole takes one request for each related
/// page.
///
/// A row that is read without a table shows what the page shows.
///
/// Source: <https://developers.notion.com/reference/page-property-values#rollup>.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rollup<T> {
    /// What it comes to.
    Value(T),
    /// Notion does not work it out for the API. Reading it again does not help.
    Unsupported,
    /// More pages are related than Notion works it out for, or can be read by the connection: what it shows of them is not all.
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
macro_rules! numbers {
    ($($value:ty)*) => {$(
        impl RollupValue for $value {
            type Result = Number;
        }
    )*};
}

numbers! { i8 i16 i32 i64 isize u8 u16 u32 u64 usize f32 f64 }

impl RollupValue for DateOrRange {
    type Result = Date;
}

/// A single user is what the columns that name an author hold, whichever it is.
macro_rules! authors {
    ($($author:ty)*) => {$(
        impl RollupValue for Vec<$author> {
            type Result = Elements<CreatedBy>;
        }
    )*};
}

authors! { UserRef Option<UserRef> UserId Option<UserId> }

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
    name: "a rollup",
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
    typed(json, |name, json| {
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
    typed(json, |result, json| {
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

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::id::PageId;
    use crate::kind::{Checkbox, Select};
    use crate::property::{FileRef, Formula, Raw, RichText, UniqueId};

    fn read<R: RollupResult, T>(json: &str) -> Result<Rollup<T>, String>
    where
        Rollup<T>: Property<kind::Rollup<R>>,
    {
        let mut value = Rollup::blank();
        let mut reader = Reader::new(json);
        value.read(&mut reader).map_err(|error| error.to_string())?;
        reader.end().map_err(|error| error.to_string())?;
        Ok(value)
    }

    /// What a rollup shows, read as values of the kind that the type stands for.
    fn shown<V: Property<V::Kind> + HasKind>(elements: &str) -> Result<Vec<V>, String> {
        let json = format!(r#"{{"type":"array","array":{elements},"function":"show_original"}}"#);
        let rollup = read::<Elements<V::Kind>, Vec<V>>(&json)?;
        rollup.into_value().ok_or_else(|| "is no list".to_owned())
    }

    #[test]
    fn numbers_and_dates_are_read_whatever_the_function() {
        assert_eq!(
            read::<Number, u64>(r#"{"type":"number","number":8,"function":"count_of_the_future"}"#),
            Ok(Rollup::Value(8))
        );
        assert_eq!(
            read::<Number, Option<f64>>(r#"{"type":"number","number":null,"function":"average"}"#),
            Ok(Rollup::Value(None))
        );
        assert_eq!(
            read::<Number, f64>(r#"{"type":"number","number":null,"function":"average"}"#).unwrap_err(),
            "is a rollup that comes to nothing: `Rollup<Option<…>>` holds that"
        );
        let range = r#"{"type":"date","date":{"start":"2026-02-01","end":"2026-03-09","time_zone":null},"function":"date_range"}"#;
        assert_eq!(
            read::<Date, DateOrRange>(range),
            Ok(Rollup::Value(DateOrRange::range(
                date(2026, 2, 1),
                date(2026, 3, 9)
            )))
        );
    }

    #[test]
    fn what_is_not_worked_out_is_not_an_error() {
        for (json, expected) in [
            (
                r#"{"type":"unsupported","unsupported":{},"function":"median"}"#,
                Rollup::Unsupported,
            ),
            (
                r#"{"type":"incomplete","incomplete":{},"function":"sum"}"#,
                Rollup::Incomplete,
            ),
            (
                r#"{"type":"duration","duration":{"days":3},"function":"sum"}"#,
                Rollup::Other(r#"{"type":"duration","duration":{"days":3},"function":"sum"}"#.into()),
            ),
        ] {
            assert_eq!(read::<Number, f64>(json), Ok(expected), "{json}");
        }
        assert_eq!(
            read::<Number, f64>(r#"{"type":"array","array":[],"function":"show_original"}"#).unwrap_err(),
            "is a rollup that results in `array`, and the type declares `number`: `Rollup<Vec<…>>` holds it"
        );
    }

    #[test]
    fn text_is_read_from_all_kinds_that_are_text() {
        let texts = r#"[
            {"type":"title","title":[{"type":"text","plain_text":"a"},{"type":"text","plain_text":"b"}]},
            {"rich_text":[],"type":"rich_text"},
            {"type":"url","url":"https://example.com/"},
            {"type":"email","email":"ada@example.com"},
            {"type":"phone_number","phone_number":"1"},
            {"type":"select","select":{"id":"s","name":"Next","color":"red"}},
            {"type":"status","status":{"id":"t","name":"Done","color":"red"}},
            {"type":"formula","formula":{"type":"string","string":"f"}}
        ]"#;
        assert_eq!(
            shown::<String>(texts).unwrap(),
            [
                "ab",
                "",
                "https://example.com/",
                "ada@example.com",
                "1",
                "Next",
                "Done",
                "f"
            ]
        );
        let some = r#"[{"type":"url","url":null},{"type":"title","title":[]},{"type":"url","url":"u"}]"#;
        assert_eq!(
            shown::<String>(some).unwrap_err(),
            "is a rollup that shows an empty value: `Rollup<Vec<Option<…>>>` holds that"
        );
        assert_eq!(
            shown::<Option<String>>(some).unwrap(),
            [None, None, Some("u".to_owned())]
        );
        assert_eq!(
            shown::<String>(r#"[{"type":"number","number":1}]"#).unwrap_err(),
            "is a rollup that shows a `number`, and the type declares values of kind `rich_text`"
        );
    }

    #[test]
    fn options_are_read_from_select_and_status() {
        let options = r#"[{"type":"select","select":{"name":"a"}},{"type":"status","status":{"name":"b"}}]"#;
        let json = format!(r#"{{"type":"array","array":{options}}}"#);
        let read = read::<Elements<Select>, Vec<String>>(&json);
        assert_eq!(read, Ok(Rollup::Value(vec!["a".to_owned(), "b".to_owned()])));
    }

    #[test]
    fn values_are_read_from_columns_and_formulas() {
        let numbers = r#"[{"type":"number","number":1},{"type":"formula","formula":{"type":"number","number":2.5}},{"type":"number","number":null}]"#;
        assert_eq!(
            shown::<Option<f64>>(numbers).unwrap(),
            [Some(1.0), Some(2.5), None]
        );
        let boxes = r#"[{"type":"checkbox","checkbox":true},{"type":"formula","formula":{"type":"boolean","boolean":false}}]"#;
        assert_eq!(shown::<bool>(boxes).unwrap(), [true, false]);
        let dates = r#"[
            {"type":"date","date":{"start":"2026-01-01","end":null}},
            {"type":"formula","formula":{"type":"date","date":{"start":"2026-01-02","end":null}}}
        ]"#;
        assert_eq!(
            shown::<DateOrRange>(dates).unwrap(),
            [date(2026, 1, 1).into(), date(2026, 1, 2).into()]
        );
        let formulas = r#"[{"type":"formula","formula":{"type":"unsupported","unsupported":{}}},{"type":"formula","formula":{"type":"number","number":2}}]"#;
        assert_eq!(
            shown::<Formula<i64>>(formulas).unwrap(),
            [Formula::Unsupported, Formula::Value(2)]
        );
        assert_eq!(
            shown::<f64>(formulas).unwrap_err(),
            "is a rollup that shows a `formula` that results in `unsupported`, and the type declares values of kind `number`"
        );
        assert!(shown::<f64>(boxes).is_err());
    }

    #[test]
    fn lists_are_elements_too() {
        let pages = r#"[{"type":"relation","relation":[{"id":"b55c9c91-384d-452b-81db-d1ef79372b75"}]},{"type":"relation","relation":[]}]"#;
        let page: PageId = "b55c9c91384d452b81dbd1ef79372b75".parse().unwrap();
        assert_eq!(shown::<Vec<PageId>>(pages).unwrap(), [vec![page], vec![]]);
        assert_eq!(shown::<Option<PageId>>(pages).unwrap(), [Some(page), None]);
        let people =
            r#"[{"type":"people","people":[{"object":"user","id":"b55c9c91-384d-452b-81db-d1ef79372b75"}]}]"#;
        assert_eq!(shown::<Vec<UserRef>>(people).unwrap()[0].len(), 1);
        let tags = r#"[{"type":"multi_select","multi_select":[{"name":"a"},{"name":"b"}]}]"#;
        assert_eq!(shown::<Vec<String>>(tags).unwrap(), [["a", "b"]]);
        assert!(shown::<bool>("[]").unwrap().is_empty());
        let read = read::<Elements<Checkbox>, Vec<bool>>(r#"{"type":"array","array":[{"checkbox":true}]}"#);
        assert!(read.unwrap_err().contains("expected `type`"));
        assert_eq!(
            shown::<String>(r#"[{"type":"mood","mood":3}]"#).unwrap_err(),
            "is a rollup that shows a `mood`, and the type declares values of kind `rich_text`"
        );
    }

    #[test]
    fn elements_of_all_other_kinds_are_read() {
        let user = r#"{"object":"user","id":"b55c9c91-384d-452b-81db-d1ef79372b75"}"#;
        let users = format!(
            r#"{{"type":"array","array":[{{"type":"created_by","created_by":{user}}},{{"type":"last_edited_by","last_edited_by":{user}}}]}}"#
        );
        let read_users = read::<Elements<CreatedBy>, Vec<UserRef>>(&users).unwrap();
        assert_eq!(read_users.value().map(Vec::len), Some(2));
        let texts = r#"[{"type":"title","title":[]},{"type":"rich_text","rich_text":[]}]"#;
        assert_eq!(
            shown::<RichText>(texts).unwrap(),
            [RichText::new(), RichText::new()]
        );
        let ids = r#"[{"type":"unique_id","unique_id":{"prefix":"T","number":4}}]"#;
        assert_eq!(shown::<UniqueId>(ids).unwrap()[0].to_string(), "T-4");
        assert_eq!(
            shown::<Vec<FileRef>>(r#"[{"type":"files","files":[]}]"#).unwrap(),
            [vec![]]
        );
        assert_eq!(shown::<()>(r#"[{"type":"button","button":{}}]"#).unwrap(), [()]);
        let times = r#"[{"type":"created_time","created_time":"2026-09-15T09:00:00.000Z"}]"#;
        assert_eq!(
            shown::<jiff::Timestamp>(times).unwrap()[0].to_string(),
            "2026-09-15T09:00:00Z"
        );
        let mixed = r#"[{"type":"mood","mood":3},{"type":"number","number":1}]"#;
        let raw = shown::<Raw>(mixed).unwrap();
        assert_eq!((&*raw[0].type_name, raw[1].value()), ("mood", "1"));
    }
}
