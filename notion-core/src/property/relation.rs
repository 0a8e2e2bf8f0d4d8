mod one;

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::slice;

use notion_schema::json::{Reader, Writer};

use super::people::{id, write_ids};
use super::{
    HasKind, IntoValue, MAX_ITEMS, Property, ReadError, WritableProperty, WriteError, at_most, object,
};
use crate::id::PageId;
use crate::kind;
use crate::query::Operand;
use crate::row::Row;

pub use one::Related;

/// The pages that a relation column points at, which are rows of type `T`.
///
/// It derefs to a slice of their ids; [`load`](Relation::load) reads the rows. A column that points at one page at most is an
/// `Option<`[`Related`]`<T>>`. Where there is no row type for the related pages, `Vec<PageId>` and `Option<PageId>` do the same
/// without one.
///
/// ```
/// use notion_core::prelude::*;
///
/// #[derive(NotionRow)]
/// struct Task {
///     #[notion(title, name = "Name")]
///     name: String,
///     #[notion(name = "Project")]
///     project: Option<Related<Project>>,
///     #[notion(name = "Blocks")]
///     blocks: Relation<Task>,
/// }
///
/// #[derive(NotionRow)]
/// struct Project {
///     #[notion(title, name = "Name")]
///     name: String,
/// }
///
/// let page: PageId = "b55c9c91384d452b81dbd1ef79372b75".parse()?;
/// let task = Task { name: "Ship it".to_owned(), project: None, blocks: Relation::from(page) };
/// assert!(task.blocks.contains(page));
/// assert_eq!(*task.blocks, [page]);
///
/// // Columns compare with ids and with rows, and only with rows of the right type.
/// let blocking = |row: &Row<Task>| Task::BLOCKS.contains(row);
/// # Ok::<(), notion_core::Error>(())
/// ```
///
/// # Limits
///
/// A request takes 100 pages. Writing replaces all of them.
///
/// If the related data source is not shared with the connection, Notion shows no pages, and does not say so.
///
/// Source: <https://developers.notion.com/reference/page-property-values#relation>.
pub struct Relation<T> {
    pages: Vec<PageId>,
    target: PhantomData<fn() -> T>,
}

/// What names a page that is a row of type `T`: its id, which could be that of any page, the row itself, or a [`Related`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name a row of type `{T}`",
    label = "not a page that the relation can point at",
    note = "a row is named by its `PageId`, or by a reference to the `Row<…>` of the type that the relation points at"
)]
pub trait PageOf<T>: Copy {
    /// The id of the page.
    fn page_id(self) -> PageId;
}

impl<T> PageOf<T> for PageId {
    fn page_id(self) -> PageId {
        self
    }
}

impl<T> PageOf<T> for &Row<T> {
    fn page_id(self) -> PageId {
        self.id()
    }
}

impl<T> PageOf<T> for &PageId {
    fn page_id(self) -> PageId {
        *self
    }
}

impl<T> Relation<T> {
    /// No pages.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            pages: Vec::new(),
            target: PhantomData,
        }
    }

    /// Adds a page at the end.
    pub fn push(&mut self, page: impl PageOf<T>) {
        self.pages.push(page.page_id());
    }

    /// Whether the page is one of them.
    #[must_use]
    pub fn contains(&self, page: impl PageOf<T>) -> bool {
        self.pages.contains(&page.page_id())
    }

    /// Takes the page out, and says whether it was there.
    pub fn remove(&mut self, page: impl PageOf<T>) -> bool {
        let before = self.pages.len();
        self.pages.retain(|other| *other != page.page_id());
        self.pages.len() < before
    }

    /// The ids alone.
    #[must_use]
    pub fn into_vec(self) -> Vec<PageId> {
        self.pages
    }
}

impl<T> Deref for Relation<T> {
    type Target = [PageId];

    fn deref(&self) -> &[PageId] {
        &self.pages
    }
}

impl<T, P: PageOf<T>> FromIterator<P> for Relation<T> {
    fn from_iter<I: IntoIterator<Item = P>>(pages: I) -> Self {
        let mut relation = Self::new();
        relation.extend(pages);
        relation
    }
}

impl<T, P: PageOf<T>> Extend<P> for Relation<T> {
    fn extend<I: IntoIterator<Item = P>>(&mut self, pages: I) {
        self.pages.extend(pages.into_iter().map(PageOf::page_id));
    }
}

impl<T> From<Vec<PageId>> for Relation<T> {
    fn from(pages: Vec<PageId>) -> Self {
        Self {
            pages,
            target: PhantomData,
        }
    }
}

impl<T> IntoIterator for Relation<T> {
    type Item = PageId;
    type IntoIter = std::vec::IntoIter<PageId>;

    fn into_iter(self) -> Self::IntoIter {
        self.pages.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Relation<T> {
    type Item = &'a PageId;
    type IntoIter = slice::Iter<'a, PageId>;

    fn into_iter(self) -> Self::IntoIter {
        self.pages.iter()
    }
}

impl<T> Default for Relation<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Clone for Relation<T> {
    fn clone(&self) -> Self {
        self.pages.clone().into()
    }
}

impl<T> PartialEq for Relation<T> {
    fn eq(&self, other: &Self) -> bool {
        self.pages == other.pages
    }
}

impl<T> Eq for Relation<T> {}

impl<T> fmt::Debug for Relation<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pages.fmt(f)
    }
}

impl<T> Property<kind::Relation> for Relation<T> {
    type Operand = Self;

    fn blank() -> Self {
        Self::new()
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        self.pages.read(json)
    }
}

impl<T> WritableProperty<kind::Relation> for Relation<T> {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        self.pages.write(json)
    }
}

impl<T> HasKind for Relation<T> {
    type Kind = kind::Relation;
}

impl<T, P: PageOf<T>> Operand<Relation<T>> for P {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        Operand::<PageId>::write(&self.page_id(), json)
    }
}

/// For all that is a [`PageOf`] the compiler would see a conflict, since other crates can implement it.
macro_rules! meant_as {
    ($($given:ty)*) => {$(
        impl<T> From<$given> for Relation<T> {
            fn from(page: $given) -> Self {
                Self::from_iter([page])
            }
        }

        impl<T> IntoValue<Relation<T>> for $given {
            fn into_value(self) -> Relation<T> {
                self.into()
            }
        }
    )*};
}

meant_as! { PageId &Row<T> Related<T> }

impl<T, P: PageOf<T>> IntoValue<Relation<T>> for Vec<P> {
    fn into_value(self) -> Relation<T> {
        self.into_iter().collect()
    }
}

impl<T, P: PageOf<T>> IntoValue<Relation<T>> for &[P] {
    fn into_value(self) -> Relation<T> {
        self.iter().copied().collect()
    }
}

impl<T, P: PageOf<T>, const N: usize> IntoValue<Relation<T>> for [P; N] {
    fn into_value(self) -> Relation<T> {
        self.into_iter().collect()
    }
}

impl Property<kind::Relation> for Vec<PageId> {
    type Operand = PageId;

    fn blank() -> Self {
        Self::new()
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        self.clear();
        json.begin_array()?;
        while json.element()? {
            let mut page = None;
            object(json, &["id"], |key, json| {
                if key == "id" {
                    page = Some(id(json)?);
                }
                Ok(key == "id")
            })?;
            self.push(page.ok_or_else(|| super::without("a page", "id"))?);
        }
        Ok(())
    }
}

/// A relation holds a page once, and so it is written once.
impl WritableProperty<kind::Relation> for Vec<PageId> {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        let is_first = |(at, page): &(usize, &PageId)| !self[..*at].contains(page);
        let once = self.iter().enumerate().filter(is_first).map(|(_, page)| page);
        if once.clone().nth(MAX_ITEMS).is_some() {
            at_most(self.len(), "pages")?;
        }
        write_ids(once, json);
        Ok(())
    }
}

impl HasKind for Vec<PageId> {
    type Kind = kind::Relation;
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Project;

    fn page(n: u128) -> PageId {
        uuid::Uuid::from_u128(n).into()
    }

    #[test]
    fn pages_are_read_in_their_order_and_written() {
        let json = r#"[{"id":"00000000-0000-0000-0000-000000000002"},{"id":"00000000-0000-0000-0000-000000000001"}]"#;
        let mut relation = Relation::<Project>::blank();
        relation.read(&mut Reader::new(json)).unwrap();
        assert_eq!(*relation, [page(2), page(1)]);
        let mut written = Writer::new();
        relation.write(&mut written).unwrap();
        assert_eq!(written.as_str(), json);
    }

    #[test]
    fn pages_are_added_and_taken_out() {
        let mut relation: Relation<Project> = [page(1), page(2)].iter().collect();
        relation.push(page(3));
        assert!(relation.remove(page(2)) && !relation.remove(page(2)));
        assert_eq!(relation.clone().into_vec(), [page(1), page(3)]);
        assert!(relation.contains(page(3)) && !relation.contains(page(2)));
        assert_eq!(relation, Relation::from(vec![page(1), page(3)]));
    }

    #[test]
    fn a_page_is_written_once() {
        let relation: Relation<Project> = [page(2), page(1), page(2)].into_iter().collect();
        let mut written = Writer::new();
        relation.write(&mut written).unwrap();
        let once: Relation<Project> = [page(2), page(1)].into_iter().collect();
        let mut expected = Writer::new();
        once.write(&mut expected).unwrap();
        assert_eq!(written.as_str(), expected.as_str());
    }

    #[test]
    fn more_pages_than_a_request_takes_are_refused() {
        let written = |count| {
            let relation: Relation<Project> = (0..count).map(page).collect();
            relation.write(&mut Writer::new())
        };
        assert!(written(100).is_ok());
        assert_eq!(
            written(101).unwrap_err().to_string(),
            "holds 101 pages, and Notion takes 100 in a request"
        );
    }
}
