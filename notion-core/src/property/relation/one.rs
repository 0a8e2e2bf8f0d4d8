use std::fmt;
use std::marker::PhantomData;

use notion_schema::json::{Reader, Writer};

use super::{PageOf, Relation};
use crate::id::PageId;
use crate::kind;
use crate::property::{HasKind, IntoValue, Property, ReadError, WritableProperty, WriteError};
use crate::row::Row;

/// The one page that a relation column points at, which is a row of type `T`.
///
/// A column that points at no page or one is an `Option<Related<T>>`; one that points at more is a [`Relation`]`<T>`, and reading
/// more into a `Related` is an error. [`load`](Related::load) reads the row.
///
/// ```
/// use notion_core::prelude::*;
///
/// #[derive(NotionRow)]
/// struct Task {
///     #[notion(title)]
///     name: String,
///     project: Option<Related<Project>>,
/// }
///
/// #[derive(NotionRow)]
/// struct Project {
///     #[notion(title)]
///     name: String,
/// }
///
/// fn task_of(project: &Row<Project>) -> Task {
///     Task { name: "Ship it".to_owned(), project: Some(project.into()) }
/// }
/// ```
pub struct Related<T> {
    page: PageId,
    target: PhantomData<fn() -> T>,
}

impl<T> Related<T> {
    /// The id of the page.
    #[must_use]
    pub fn id(&self) -> PageId {
        self.page
    }
}

impl<T> From<PageId> for Related<T> {
    fn from(page: PageId) -> Self {
        Self {
            page,
            target: PhantomData,
        }
    }
}

impl<T> From<&Row<T>> for Related<T> {
    fn from(row: &Row<T>) -> Self {
        row.id().into()
    }
}

impl<T> From<Related<T>> for PageId {
    fn from(related: Related<T>) -> Self {
        related.page
    }
}

impl<T> PageOf<T> for Related<T> {
    fn page_id(self) -> PageId {
        self.page
    }
}

impl<T> Clone for Related<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Related<T> {}

impl<T> PartialEq for Related<T> {
    fn eq(&self, other: &Self) -> bool {
        self.page == other.page
    }
}

impl<T> Eq for Related<T> {}

impl<T> fmt::Debug for Related<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.page.fmt(f)
    }
}

impl<T> Property<kind::Relation> for Related<T> {
    type Operand = Relation<T>;

    fn blank() -> Self {
        PageId::blank().into()
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        self.page.read(json)
    }
}

impl<T> WritableProperty<kind::Relation> for Related<T> {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        self.page.write(json)
    }
}

impl<T> HasKind for Related<T> {
    type Kind = kind::Relation;
}

macro_rules! meant_as {
    ($($given:ty)*) => {$(
        impl<T> IntoValue<Related<T>> for $given {
            fn into_value(self) -> Related<T> {
                self.into()
            }
        }

        impl<T> IntoValue<Option<Related<T>>> for $given {
            fn into_value(self) -> Option<Related<T>> {
                Some(self.into())
            }
        }
    )*};
}

meant_as! { PageId &Row<T> }

/// The one page of a column.
impl Property<kind::Relation> for PageId {
    type Operand = Self;

    fn blank() -> Self {
        uuid::Uuid::nil().into()
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        let mut pages = Vec::new();
        Property::<kind::Relation>::read(&mut pages, json)?;
        match *pages {
            [page] => *self = page,
            [] => return Err(ReadError::Empty),
            _ => {
                return Err(ReadError::Unfit(format!(
                    "points at {} pages, and the type holds one: `Relation<…>` and `Vec<PageId>` hold all",
                    pages.len()
                )));
            }
        }
        Ok(())
    }
}

impl WritableProperty<kind::Relation> for PageId {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        super::write_ids([self], json);
        Ok(())
    }
}

impl HasKind for PageId {
    type Kind = kind::Relation;
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Project;

    fn read<T: Property<kind::Relation>>(json: &str) -> Result<T, ReadError> {
        let mut value = T::blank();
        value.read(&mut Reader::new(json)).map(|()| value)
    }

    #[test]
    fn one_page_is_read_and_two_are_an_error() {
        let page: PageId = uuid::Uuid::from_u128(1).into();
        let one = format!(r#"[{{"id":"{page}"}}]"#);
        let two = format!(r#"[{{"id":"{page}"}},{{"id":"{page}"}}]"#);
        assert_eq!(read(&one), Ok(Related::<Project>::from(page)));
        assert_eq!(read(&one), Ok(Some(page)));
        assert_eq!(read("[]"), Ok(None::<Related<Project>>));
        assert_eq!(read::<PageId>("[]"), Err(ReadError::Empty));
        assert_eq!(
            read::<Option<Related<Project>>>(&two).unwrap_err().to_string(),
            "points at 2 pages, and the type holds one: `Relation<…>` and `Vec<PageId>` hold all"
        );
        let mut json = Writer::new();
        Related::<Project>::from(page).write(&mut json).unwrap();
        assert_eq!(json.as_str(), one);
    }
}
