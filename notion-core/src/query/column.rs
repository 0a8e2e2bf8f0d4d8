use std::fmt;
use std::marker::PhantomData;

use jiff::Timestamp;
use notion_schema::Kind as SchemaKind;
use notion_schema::json::{Reader, Writer};

use super::sort::{Direction, Sort};
use super::source::Source;
use crate::kind::{CreatedTime, Kind, LastEditedTime};
use crate::property::{OptionDef, OptionSet, Property, ReadError, WritableProperty, WriteError};
use crate::row::{ColumnDef, Rewrite, RowWriter};

/// A column of row `R`, of kind `K`, held in a `T`.
///
/// `#[derive(NotionRow)]` makes one for each field: `Task::DUE` for the field `due`. Filters and sorts are made
/// from columns, and only from operators that the column's kind has:
///
/// ```
/// use notion_core::prelude::*;
///
/// #[derive(NotionRow)]
/// struct Task {
///     #[notion(title, name = "Name")]
///     name: String,
///     #[notion(name = "Due")]
///     due: Option<DateOrRange>,
///     #[notion(name = "Points")]
///     points: Option<f64>,
/// }
///
/// let filter = Task::NAME.contains("ship") & (Task::DUE.this_week() | Task::POINTS.ge(8));
/// assert_eq!(filter.to_string(), "Name.contains(\"ship\") & (Due.this_week() | Points.ge(8))");
/// ```
///
/// Comparisons that say that a value differs (`ne`, `does_not_contain`, `is_none_of`) are also true of empty
/// values, as in Notion. Which kind has which operators is in the documentation of [`query`](crate::query).
///
/// `A` says whether its values can be written: [`ReadWrite`], or [`ReadOnly`] for a field marked `#[notion(read_only)]`.
pub struct Column<R, K, T, A = ReadWrite> {
    place: Place,
    quantifier: Option<Quantifier>,
    id: Option<&'static str>,
    codec: Codec<T>,
    types: Types<R, K, T, A>,
}

/// A column holds none of these, and so is `Send` and `Copy` whatever they are.
type Types<R, K, T, A> = PhantomData<fn() -> (R, K, T, A)>;

/// Whether a field is written as well as read.
#[diagnostic::on_unimplemented(
    message = "this column is marked `#[notion(read_only)]`",
    label = "not a column to write to",
    note = "without the mark the field is written, too"
)]
pub trait Settable {}

/// Marks a column that is read and written.
#[derive(Debug, Clone, Copy)]
pub enum ReadWrite {}

/// Marks a column that is only read.
#[derive(Debug, Clone, Copy)]
pub enum ReadOnly {}

impl Settable for ReadWrite {}

type Write<T> = fn(&T, &mut Writer) -> Result<(), WriteError>;

/// How the column's values are read and written. Taken from the traits in one place, so that a type that does not fit is
/// one error of the compiler, and the code of a derive asks it fewer questions.
struct Codec<T> {
    kind: Option<SchemaKind>,
    options: Option<OptionSet>,
    blank: fn() -> T,
    read: fn(&mut T, &mut Reader<'_>) -> Result<(), ReadError>,
    write: Option<Write<T>>,
}

/// Of how many values of a rollup a condition must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantifier {
    Any,
    Every,
    None,
}

impl Quantifier {
    /// The name in code and in the API.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Every => "every",
            Self::None => "none",
        }
    }
}

/// What a filter or sort names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A column of the row.
    Column { index: usize, name: &'static str },
    /// A time of the page, by its name in the API.
    PageTime(&'static str),
}

impl Place {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Column { name, .. } | Self::PageTime(name) => name,
        }
    }

    /// Writes what a filter or sort begins with.
    pub(super) fn write(self, json: &mut Writer, source: Option<Source<'_>>) {
        match self {
            Self::Column { index, name } => json.key("property").string(match source {
                Some(source) => source.binding.id(index),
                None => name,
            }),
            Self::PageTime(name) => json.key("timestamp").string(name),
        }
    }
}

/// Like the code that names it.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column { name, .. } => f.write_str(name),
            Self::PageTime(name) => write!(f, "{name}()"),
        }
    }
}

/// The time a page was created at, whether or not the data source has a column for it.
///
/// The row type is that of the query, and needs no mention:
///
/// ```
/// use notion_core::prelude::*;
/// use notion_core::query::created_time;
///
/// # #[derive(NotionRow)]
/// # struct Task { #[notion(title, name = "Name")] name: String, done: bool }
/// # fn example(tasks: &Table<Task>) {
/// let fresh = tasks.query().filter(created_time().past_week() & !Task::DONE).sort(created_time().desc());
/// # }
/// ```
///
/// Who created a page, or edited it last, can only be asked where the data source has a column for it.
#[must_use]
pub const fn created_time<R>() -> Column<R, CreatedTime, Timestamp> {
    Column::at(Place::PageTime("created_time"), None)
}

/// The time a page was last edited at, whether or not the data source has a column for it.
///
/// Notion notes it to the minute: to miss nothing between two readings, ask for `on_or_after` the last one, and
/// expect some rows again.
#[must_use]
pub const fn last_edited_time<R>() -> Column<R, LastEditedTime, Timestamp> {
    Column::at(Place::PageTime("last_edited_time"), None)
}

impl<R, K, T, A> Column<R, K, T, A> {
    /// The name of the property as the row type gives it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.place.name()
    }

    pub(super) fn place(self) -> Place {
        self.place
    }

    pub(super) fn quantifier(self) -> Option<Quantifier> {
        self.quantifier
    }

    /// The options that the type of the field names.
    pub(super) fn named_options(self) -> &'static [OptionDef] {
        self.codec.options.map_or(&[], |options| options.named)
    }

    /// Sorts by this column, smallest first.
    #[must_use]
    pub fn asc(self) -> Sort<R> {
        self.sort(Direction::Ascending)
    }

    /// Sorts by this column, largest first.
    #[must_use]
    pub fn desc(self) -> Sort<R> {
        self.sort(Direction::Descending)
    }

    fn sort(self, direction: Direction) -> Sort<R> {
        match self.quantifier {
            None => Sort::new(self.place, direction),
            Some(quantifier) => Sort::refused(format!(
                "Notion does not sort by `{}.{}()`: sort by the column itself",
                self.place,
                quantifier.name()
            )),
        }
    }

    /// The values that this column shows, as a column of their kind.
    pub(super) const fn elements<E: Kind, V: Property<E>>(
        self,
        quantifier: Quantifier,
    ) -> Column<R, E, V, ReadOnly> {
        let mut elements = Column::at(self.place, None);
        elements.quantifier = Some(quantifier);
        elements
    }
}

impl<R, K: Kind, T: Property<K>, A> Column<R, K, T, A> {
    const fn at(place: Place, write: Option<Write<T>>) -> Self {
        let codec = Codec {
            kind: K::KIND,
            options: T::OPTIONS,
            blank: T::blank,
            read: T::read,
            write,
        };
        Self {
            place,
            quantifier: None,
            id: None,
            codec,
            types: PhantomData,
        }
    }

    /// A column that is only read.
    #[doc(hidden)]
    #[must_use]
    pub const fn read_only(index: usize, name: &'static str) -> Self {
        Self::at(Place::Column { index, name }, None)
    }
}

/// What the code of `#[derive(NotionRow)]` leans on.
#[doc(hidden)]
impl<R, K: Kind, T> Column<R, K, T> {
    #[must_use]
    pub const fn new(index: usize, name: &'static str) -> Self
    where
        T: Property<K> + WritableProperty<K>,
    {
        Self::at(Place::Column { index, name }, Some(T::write))
    }
}

#[doc(hidden)]
impl<R, K: Kind, T, A> Column<R, K, T, A> {
    #[must_use]
    pub const fn with_id(mut self, id: &'static str) -> Self {
        self.id = Some(id);
        self
    }

    #[must_use]
    pub const fn def(self) -> ColumnDef {
        let name = match self.place {
            Place::Column { name, .. } | Place::PageTime(name) => name,
        };
        ColumnDef::new(name, self.id, self.codec.kind, self.codec.options)
    }

    #[must_use]
    pub fn blank(self) -> T {
        (self.codec.blank)()
    }

    pub fn read(self, value: &mut T, json: &mut Reader<'_>) -> Result<(), ReadError> {
        (self.codec.read)(value, json)
    }

    pub fn write(self, value: &T, row: &mut RowWriter<'_>)
    where
        T: 'static,
    {
        if let (Place::Column { index, name }, Some(write)) = (self.place, self.codec.write) {
            let value = |json: &mut Writer| write(value, json);
            row.column(index, name, self.kind_name(), value, || self.codec.rewrite());
        }
    }

    pub(crate) fn write_empty(self, row: &mut RowWriter<'_>)
    where
        T: 'static,
    {
        if let Place::Column { index, name } = self.place {
            let empty = |json: &mut Writer| {
                json.raw(K::EMPTY);
                Ok(())
            };
            row.column(index, name, self.kind_name(), empty, || self.codec.rewrite());
        }
    }

    fn kind_name(self) -> &'static str {
        self.codec.kind.map_or("", SchemaKind::name)
    }
}

impl<T: 'static> Codec<T> {
    fn rewrite(self) -> Rewrite {
        Box::new(move |stored| {
            let mut value = (self.blank)();
            (self.read)(&mut value, &mut Reader::new(stored)).ok()?;
            let mut json = Writer::new();
            (self.write?)(&value, &mut json).ok()?;
            Some(json.into_string())
        })
    }
}

impl<R, K, T, A> Clone for Column<R, K, T, A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, K, T, A> Copy for Column<R, K, T, A> {}

impl<T> Clone for Codec<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Codec<T> {}

impl<R, K, T, A> fmt::Debug for Column<R, K, T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Column").field(&self.place.name()).finish()
    }
}
