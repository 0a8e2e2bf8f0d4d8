use std::fmt;
use std::marker::PhantomData;

use notion_schema::json::{Reader, Writer};

use super::column::Place;
use super::source::Source;
use crate::error::{Error, ErrorKind, Result};

/// An order of the rows of `R`, made by [`Column::asc`](crate::Column::asc) or [`Column::desc`](crate::Column::desc).
///
/// A select or status column sorts by the order of its options.
///
/// ```
/// # use notion_core::prelude::*;
/// use notion_core::query::last_edited_time;
/// # #[derive(NotionRow)]
/// # struct Task { #[notion(title, name = "Name")] name: String, #[notion(name = "Due")] due: Option<DateOrRange> }
/// # fn query(tasks: &Table<Task>) {
/// let query = tasks.query().sort(Task::DUE.desc()).sort(last_edited_time().asc());
/// # }
/// assert_eq!(Task::DUE.desc().to_string(), "Due.desc()");
/// ```
pub struct Sort<R> {
    by: By,
    row: PhantomData<fn() -> R>,
}

#[derive(Debug, Clone, PartialEq)]
enum By {
    Place(Place, Direction),
    /// A sort in Notion's JSON.
    Raw(String),
    /// A sort that cannot be sent, and why.
    Refused(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Ascending,
    Descending,
}

impl<R> Sort<R> {
    /// A sort in Notion's own JSON, for what this crate has no words for: by a column that the row type leaves out.
    ///
    /// ```
    /// # use notion_core::prelude::*;
    /// # #[derive(NotionRow)]
    /// # struct Task { #[notion(title, name = "Name")] name: String }
    /// let sort = notion_core::Sort::<Task>::raw(r#"{"property": "Rank", "direction": "ascending"}"#);
    /// ```
    #[must_use]
    pub fn raw(json: impl Into<String>) -> Self {
        let json = json.into();
        let mut reader = Reader::strict(&json);
        Self::of(match reader.skip().and_then(|()| reader.end()) {
            Ok(()) => By::Raw(json),
            Err(error) => By::Refused(format!("the raw sort is not JSON: {error}")),
        })
    }

    pub(super) fn new(place: Place, direction: Direction) -> Self {
        Self::of(By::Place(place, direction))
    }

    pub(super) fn refused(reason: String) -> Self {
        Self::of(By::Refused(reason))
    }

    fn of(by: By) -> Self {
        Self { by, row: PhantomData }
    }

    /// The sort as Notion takes it, with the column by its name.
    ///
    /// ```
    /// # use notion_core::prelude::*;
    /// # #[derive(NotionRow)]
    /// # struct Task { #[notion(title)] name: String, due: Option<DateOrRange> }
    /// assert_eq!(Task::DUE.asc().to_json()?, r#"{"property":"due","direction":"ascending"}"#);
    /// # Ok::<(), notion_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When a raw sort is not JSON, or Notion does not sort by what it names.
    pub fn to_json(&self) -> Result<String> {
        let mut json = Writer::new();
        self.write(&mut json, None)?;
        Ok(json.into_string())
    }

    pub(super) fn write(&self, json: &mut Writer, source: Option<Source<'_>>) -> Result<()> {
        match &self.by {
            By::Place(place, direction) => {
                json.begin_object();
                place.write(json, source);
                json.key("direction").string(direction.api_name());
                json.end_object();
            }
            By::Raw(sort) => json.raw(sort),
            By::Refused(reason) => return Err(Error::new(ErrorKind::InvalidInput, reason.clone())),
        }
        Ok(())
    }
}

impl Direction {
    /// The name in code.
    fn name(self) -> &'static str {
        match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        }
    }

    fn api_name(self) -> &'static str {
        match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }
}

impl<R> Clone for Sort<R> {
    fn clone(&self) -> Self {
        Self::of(self.by.clone())
    }
}

/// Like the code that made it.
impl<R> fmt::Display for Sort<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.by {
            By::Place(place, direction) => write!(f, "{place}.{}()", direction.name()),
            By::Raw(sort) => write!(f, "raw({sort})"),
            By::Refused(_) => f.write_str("refused"),
        }
    }
}

impl<R> fmt::Debug for Sort<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sort({self})")
    }
}
