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
    // The code of the derive reads these, because a field costs the compiler half of what a method does.
    #[doc(hidden)]
    pub def: ColumnDef,
    #[doc(hidden)]
    pub blank: fn() -> T,
    #[doc(hidden)]
    pub read: Read<T>,
    write: Option<Write<T>>,
    types: Types<R, K, T, A>,
}

type Read<T> = fn(&mut T, &mut Reader<'_>) -> Result<(), ReadError>;
type Write<T> = fn(&T, &mut Writer) -> Result<(), WriteError>;

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

    /// The same column, further behind in a row that its own is flattened into.
    pub(super) const fn shifted(self, offset: usize) -> Self {
        match self {
            Self::Column { index, name } => Self::Column {
                index: index + offset,
                name,
            },
            Self::PageTime(_) => self,
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
    Column::at(
        Place::PageTime("created_time"),
        &<CreatedTime as ShownBy<_>>::CODEC,
    )
}

/// The time a page was last edited at, whether or not the data source has a column for it.
///
/// Notion notes it to the minute: to miss nothing between two readings, ask for `on_or_after` the last one, and
/// expect some rows again.
#[must_use]
pub const fn last_edited_time<R>() -> Column<R, LastEditedTime, Timestamp> {
    Column::at(
        Place::PageTime("last_edited_time"),
        &<LastEditedTime as ShownBy<_>>::CODEC,
    )
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
        self.def.options.map_or(&[], |options| options.named)
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
        let mut elements = Column::at(self.place, &<E as ShownBy<V>>::CODEC);
        elements.quantifier = Some(quantifier);
        elements
    }
}

impl<R, K: Kind, T, A> Column<R, K, T, A> {
    const fn at(place: Place, codec: &Codec<T>) -> Self {
        let (Place::Column { name, .. } | Place::PageTime(name)) = place;
        Self {
            place,
            quantifier: None,
            def: ColumnDef::new(name, K::KIND, codec.options),
            blank: codec.blank,
            read: codec.read,
            write: codec.write,
            types: PhantomData,
        }
    }
}

/// The column of a field, with the name and id of its property; of no id where that is empty. It is no associated function, because the compiler takes longer to
/// find these.
#[doc(hidden)]
#[must_use]
pub const fn column<R, K, T>(index: usize, (name, id): (&'static str, &'static str)) -> Column<R, K, T>
where
    K: HeldBy<T>,
{
    Column::at(Place::Column { index, name }, &K::CODEC).with_id(id)
}

/// The column of a field that is only read.
#[doc(hidden)]
#[must_use]
pub const fn read_only<R, K, T, A>(
    index: usize,
    (name, id): (&'static str, &'static str),
) -> Column<R, K, T, A>
where
    K: ShownBy<T>,
{
    Column::at(Place::Column { index, name }, &K::CODEC).with_id(id)
}

/// The column of a field in a row that has mistakes: the program does not compile, but what it does with the column is no
/// further mistake.
#[doc(hidden)]
#[must_use]
pub const fn stand_in<R, K, T, A>() -> Column<R, K, T, A> {
    Column {
        place: Place::Column { index: 0, name: "" },
        quantifier: None,
        def: ColumnDef::new("", None, None),
        blank: || unreachable!("the row did not compile"),
        read: |_, _| Err(ReadError::Empty),
        write: None,
        types: PhantomData,
    }
}

/// How the values of a column are read and written. All of it is taken from the traits in one place, so that a type that
/// does not fit is one error of the compiler, and the code of a derive asks it fewer questions.
#[doc(hidden)]
pub struct Codec<T> {
    options: Option<OptionSet>,
    blank: fn() -> T,
    read: Read<T>,
    write: Option<Write<T>>,
}

/// Kinds whose values a `T` holds. It is asked of the kind and not of the type, because the compiler would list all types
/// that hold any.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{T}` does not hold a Notion `{Self}` property",
    label = "not a type for a `{Self}` column",
    note = "the documentation of `notion_core::property` lists the types for each kind; an enum of options derives `NotionOption`",
    note = "a column of another kind is marked by it: `#[notion(url)]`, `#[notion(status)]`, …",
    note = "any other type can be parsed from text, `#[notion(parse)]`, or converted by a module, `#[notion(with = \"…\")]`"
)]
pub trait HeldBy<T>: Kind {
    const CODEC: Codec<T>;
}

#[diagnostic::do_not_recommend]
impl<K: Kind, T: WritableProperty<K>> HeldBy<T> for K {
    const CODEC: Codec<T> = Codec {
        options: T::OPTIONS,
        blank: T::blank,
        read: T::read,
        write: Some(T::write),
    };
}

/// The same of values that are only read.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{T}` does not show a Notion `{Self}` property",
    label = "not a type for a `{Self}` column",
    note = "the documentation of `notion_core::property` lists the types for each kind",
    note = "`#[notion(raw)]` reads any column as JSON, and `#[notion(with = \"…\")]` converts by a module"
)]
pub trait ShownBy<T>: Kind {
    const CODEC: Codec<T>;
}

#[diagnostic::do_not_recommend]
impl<K: Kind, T: Property<K>> ShownBy<T> for K {
    const CODEC: Codec<T> = Codec {
        options: T::OPTIONS,
        blank: T::blank,
        read: T::read,
        write: None,
    };
}

/// What the code of `#[derive(NotionRow)]` leans on.
#[doc(hidden)]
impl<R, K, T, A> Column<R, K, T, A> {
    const fn with_id(mut self, id: &'static str) -> Self {
        if !id.is_empty() {
            self.def.id = Some(id);
        }
        self
    }

    pub fn write(self, value: &T, row: &mut RowWriter<'_>)
    where
        T: 'static,
    {
        if let (Place::Column { index, name }, Some(write)) = (self.place, self.write) {
            let value = |json: &mut Writer| write(value, json);
            row.column(index, name, self.kind_name(), value, || self.rewrite());
        }
    }

    /// The column as one of a row that `R` is flattened into, whose columns begin at `offset`.
    pub(super) const fn within<S>(self, offset: usize) -> Column<S, K, T, A> {
        Column {
            place: self.place.shifted(offset),
            quantifier: self.quantifier,
            def: self.def,
            blank: self.blank,
            read: self.read,
            write: self.write,
            types: PhantomData,
        }
    }

    fn kind_name(self) -> &'static str {
        self.def.kind.map_or("", SchemaKind::name)
    }

    fn rewrite(self) -> Rewrite
    where
        T: 'static,
    {
        let (blank, read, write) = (self.blank, self.read, self.write);
        Box::new(move |stored| {
            let mut value = blank();
            read(&mut value, &mut Reader::new(stored)).ok()?;
            let mut json = Writer::new();
            (write?)(&value, &mut json).ok()?;
            Some(json.into_string())
        })
    }
}

impl<R, K: Kind, T: 'static, A> Column<R, K, T, A> {
    pub(crate) fn write_empty(self, row: &mut RowWriter<'_>) {
        if let Place::Column { index, name } = self.place {
            let empty = |json: &mut Writer| {
                json.raw(K::EMPTY);
                Ok(())
            };
            row.column(index, name, self.kind_name(), empty, || self.rewrite());
        }
    }
}

impl<R, K, T, A> Clone for Column<R, K, T, A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, K, T, A> Copy for Column<R, K, T, A> {}

impl<R, K, T, A> fmt::Debug for Column<R, K, T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Column").field(&self.place.name()).finish()
    }
}
