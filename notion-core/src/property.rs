//! What a column's value is in Rust.
//!
//! A type holds a kind of property by implementing [`Property`], and can be written by implementing
//! [`WritableProperty`]. The derive names neither: it leaves the question to the compiler.
//!
//! | kind | types | an empty value is |
//! |---|---|---|
//! | title, rich text | `String`, [`RichText`], `Box<str>`, `Arc<str>` | empty text |
//! | URL | `String`, [`url::Url`](::url::Url), `Box<str>`, `Arc<str>` | an error |
//! | e-mail, phone number | `String`, `Box<str>`, `Arc<str>` | an error |
//! | number | `f64`, `f32`, and integers that hold the value exactly | an error |
//! | select, status | a [`NotionOption`] enum, `String` | an error |
//! | multi-select | `Vec`, `HashSet` or `BTreeSet` of a [`NotionOption`] enum or of `String` | empty |
//! | date | [`DateOrRange`], [`jiff::civil::Date`], [`jiff::Timestamp`], [`jiff::Zoned`] | an error |
//! | checkbox | `bool` | `false` |
//! | people | `Vec<`[`UserRef`]`>` | empty |
//! | files | `Vec<`[`FileRef`]`>` | empty |
//! | relation | [`Relation`], `Vec<`[`PageId`](crate::PageId)`>` | empty |
//! | relation to one page | [`Related`], [`PageId`](crate::PageId) | an error |
//! | formula | [`Formula`] of text, numbers, `bool` or dates | an error, but for text |
//! | rollup | [`Rollup`] of numbers, dates, or a `Vec` of what it shows | an error, but for a `Vec` |
//! | created time, last edited time | [`jiff::Timestamp`], [`jiff::Zoned`] | never there |
//! | created by, last edited by | [`UserRef`], [`UserId`](crate::UserId) | an error |
//! | unique id | [`UniqueId`] | an error |
//! | verification | [`Verification`] | unverified |
//! | place | [`Place`] | an error |
//! | button | `()` | `()` |
//! | any, also what came after this version | [`Raw`] | JSON that says so |
//!
//! `Option` of each stands for a value that may be empty, and is `None` then; a formula or rollup that may come to nothing is a
//! `Formula<Option<…>>` or `Rollup<Option<…>>`.
//!
//! The features `chrono`, `time` and `rust_decimal` add the types of these crates: `NaiveDate`, `DateTime<Utc>` and
//! `DateTime<FixedOffset>`, `Date` and `OffsetDateTime`, `Decimal`.
//!
//! A `String` holds a text without its formatting, links and mentions, and writing it replaces them with plain text. [`RichText`]
//! keeps them.

mod button;
mod checkbox;
pub(crate) mod cut;
mod date;
mod files;
mod formula;
mod key;
mod number;
mod option;
mod outcome;
mod people;
mod place;
mod raw;
mod relation;
mod rich_text;
mod rollup;
#[cfg(test)]
mod testing;
mod text;
mod unique_id;
mod url;
mod value;
mod verification;

use std::fmt;

use notion_schema::Kind as SchemaKind;
use notion_schema::json::{self, Reader, Writer};

use crate::kind::{Clearable, Kind};

pub use date::{DateOrRange, DateOrTime};
pub use files::{FileRef, FileSource};
pub(crate) use files::{shown, shown_json};
pub use formula::Formula;
pub use key::KeyValue;
pub use option::{NotionOption, OptionColor, OptionDef, OptionSet, StatusGroup};
pub(crate) use outcome::typed;
pub use people::{UserKind, UserRef};
pub use place::Place;
pub use raw::Raw;
pub use relation::{PageOf, Related, Relation};
pub use rich_text::{Annotations, Mention, RichText, Span, SpanContent, TemplateMention, TextColor};
pub use rollup::{Rollup, RollupValue};
pub use unique_id::UniqueId;
pub use value::{IntoValue, ListValue};
pub use verification::{Verification, VerificationState};

/// A Rust type that can hold the value of a property of kind `K`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold a Notion `{K}` property",
    label = "not a type for a `{K}` property",
    note = "the table in the documentation of `notion_core::property` lists the types for each kind",
    note = "if the column is of another kind, say so: `#[notion(url)]`, `#[notion(status)]`, …",
    note = "an enum of options needs `#[derive(NotionOption)]`, and a `Vec` is a multi-select, people or relation column"
)]
pub trait Property<K: Kind>: Sized {
    /// What filters compare a column of this type with: see [`Operand`](crate::query::Operand).
    type Operand;

    /// The options that the type knows, for types that name some.
    const OPTIONS: Option<OptionSet> = None;

    /// A value for [`read`](Property::read) to overwrite. It is never seen: a row is only handed out when
    /// all of its columns were read.
    fn blank() -> Self;

    /// Reads the value that stands under the kind's key: `12.5` in `{"type": "number", "number": 12.5}`.
    ///
    /// # Errors
    /// When the value is one that the type cannot hold. [`ReadError::Empty`] leaves the reader behind the value: an `Option`
    /// is `None` then.
    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError>;

    /// Reads the value that stands under the key of that kind, for types that hold more kinds than `K` among the values that a
    /// rollup shows. `None` where the type holds no such values, with nothing read.
    #[doc(hidden)]
    fn read_kind(&mut self, kind: SchemaKind, json: &mut Reader<'_>) -> Option<Result<(), ReadError>> {
        (K::KIND == Some(kind)).then(|| self.read(json))
    }
}

/// A Rust type that can be written to a property of kind `K`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written to a Notion `{K}` property",
    label = "not a value for a `{K}` property",
    note = "what Notion computes (created time, last edited time, …) is only read; a checkbox always has a value, so it is a `bool`"
)]
pub trait WritableProperty<K: Kind>: Property<K> {
    /// Writes the value that stands under the kind's key.
    ///
    /// # Errors
    /// When Notion would refuse the value.
    fn write(&self, json: &mut Writer) -> Result<(), WriteError>;
}

/// The kind of property that a type stands for where a field does not name one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` stands for no kind of Notion property by itself",
    label = "name the kind of the column",
    note = "for example `#[notion(title)]` or `#[notion(select)]`; the types for each kind are listed in the documentation of `notion_core::property`",
    note = "an enum of options derives `NotionOption`; any other type can be parsed from text, `#[notion(parse)]`, or converted by a module, `#[notion(with = \"…\")]`"
)]
pub trait HasKind {
    /// That kind.
    type Kind: Kind;
}

/// What a formula or rollup results in: implemented by the types that hold one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold a Notion formula or rollup",
    label = "a formula or rollup is held by `Formula<…>` or `Rollup<…>`",
    note = "for example `Formula<Option<f64>>`, `Formula<bool>`, `Rollup<f64>` or `Rollup<Vec<String>>`: the schema does not say what a formula results in, so the type does"
)]
pub trait HasResult {
    /// The marker of what it results in.
    type Result;
}

/// Why a value cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadError {
    /// The value is empty, and the type has no way to say so.
    Empty,
    /// The value is one that the type does not hold, for the reason that follows the name of the column: `is …`.
    Unfit(String),
}

/// Why a value cannot be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteError(String);

impl WriteError {
    /// The reason, as a sentence part that follows the name of the column: `is longer than …`.
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WriteError {}

impl From<json::Error> for ReadError {
    fn from(error: json::Error) -> Self {
        Self::Unfit(format!("is not what the API promises: {error}"))
    }
}

impl std::error::Error for ReadError {}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("is empty"),
            Self::Unfit(reason) => f.write_str(reason),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<K: Kind, T: Property<K>> Property<K> for Option<T> {
    type Operand = T::Operand;

    const OPTIONS: Option<OptionSet> = T::OPTIONS;

    fn blank() -> Self {
        None
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        *self = None;
        if empty::<K>(json)? {
            return Ok(());
        }
        match self.insert(T::blank()).read(json) {
            Err(ReadError::Empty) => {
                *self = None;
                Ok(())
            }
            read => read,
        }
    }

    fn read_kind(&mut self, kind: SchemaKind, json: &mut Reader<'_>) -> Option<Result<(), ReadError>> {
        *self = None;
        match empty::<K>(json) {
            Ok(true) => Some(Ok(())),
            Ok(false) => match self.insert(T::blank()).read_kind(kind, json)? {
                Err(ReadError::Empty) => {
                    *self = None;
                    Some(Ok(()))
                }
                read => Some(read),
            },
            Err(error) => Some(Err(error.into())),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<K: Clearable, T: WritableProperty<K>> WritableProperty<K> for Option<T> {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        match self {
            Some(value) => value.write(json),
            None => {
                json.raw(K::EMPTY);
                Ok(())
            }
        }
    }
}

impl<T: HasKind> HasKind for Option<T> {
    type Kind = T::Kind;
}

/// Passes over the empty value of the kind, and says whether it was there.
pub(crate) fn empty<K: Kind>(json: &mut Reader<'_>) -> Result<bool, json::Error> {
    if json.null() {
        return Ok(true);
    }
    if K::EMPTY != "[]" || json.peek() != Some(b'[') {
        return Ok(false);
    }
    let start = json.mark();
    json.begin_array()?;
    if json.element()? {
        json.rewind(start);
        return Ok(false);
    }
    Ok(true)
}

/// Reads the members of an object, and passes over those that `member` does not take.
fn object<'a>(
    json: &mut Reader<'a>,
    likely: &[&'static str],
    mut member: impl FnMut(&str, &mut Reader<'a>) -> Result<bool, ReadError>,
) -> Result<(), ReadError> {
    let mut likely = likely.iter();
    json.begin_object()?;
    while let Some(key) = json.key_like(&mut likely)? {
        if !member(&key, json)? {
            json.skip()?;
        }
    }
    Ok(())
}

/// Notion's limit for the elements of any array in a request.
///
/// Source: <https://developers.notion.com/reference/request-limits>.
const MAX_ITEMS: usize = 100;

fn at_most(count: usize, what: &str) -> Result<(), WriteError> {
    if count > MAX_ITEMS {
        return Err(WriteError::new(format!(
            "holds {count} {what}, and Notion takes {MAX_ITEMS} in a request"
        )));
    }
    Ok(())
}

/// An element lacks what makes it one.
fn without(what: &str, key: &str) -> ReadError {
    ReadError::Unfit(format!("holds {what} without `{key}`"))
}
