use uuid::Uuid;

use super::page::{Parent, Row};
use crate::id::{DataSourceId, PageId};

/// Which row is meant: the id of its page, or a row that was read.
///
/// A row that was read also says which data source it is in, so that a change through the table of another one is refused
/// before anything is sent. An id alone does not: whether it is right shows in the answer.
///
/// ```
/// use notion_core::{PageId, RowRef};
///
/// let id: PageId = "463558a3-725e-4f37-b6d3-0889894f68de".parse()?;
/// assert_eq!(RowRef::from(id).id(), id);
/// # Ok::<(), notion_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowRef {
    id: PageId,
    data_source: Option<DataSourceId>,
}

impl RowRef {
    /// The id of the page.
    #[must_use]
    pub fn id(self) -> PageId {
        self.id
    }

    /// The data source that the row is in, where it is known.
    pub(crate) fn data_source(self) -> Option<DataSourceId> {
        self.data_source
    }
}

impl From<PageId> for RowRef {
    fn from(id: PageId) -> Self {
        Self {
            id,
            data_source: None,
        }
    }
}

impl From<Uuid> for RowRef {
    fn from(id: Uuid) -> Self {
        PageId::from(id).into()
    }
}

impl<T> From<&Row<T>> for RowRef {
    fn from(row: &Row<T>) -> Self {
        let data_source = match row.page().parent {
            Parent::DataSource { id, .. } => Some(id),
            _ => None,
        };
        Self {
            id: row.id(),
            data_source,
        }
    }
}
