//! From the bytes of a response to rows.

use futures_util::stream::{self, StreamExt};
use notion_schema::json::{self, Reader};

use super::Table;
use crate::api::{Request, Response};
use crate::error::{Error, ErrorKind, Result};
use crate::id::PageId;
use crate::query::RowPage;
use crate::row::{AnyRow, NotionRow, Parent, Row, RowRef, Walk, Walked, Walker};

impl<T: NotionRow> Table<T> {
    /// Sends a request. Notion speaks of columns by their ids, and its refusals are told with their names.
    pub(super) async fn send(&self, request: Request) -> Result<Response> {
        self.inner.notion.send(request).await.map_err(|error| {
            if error.kind() != ErrorKind::Validation {
                return error;
            }
            match (0..T::COLUMNS.len()).find(|column| names(error.message(), self.binding().id(*column))) {
                Some(column) => {
                    let (id, name) = (self.binding().id(column), self.binding().name(column));
                    let hint =
                        format!("`{id}` is the column `{name}`. Bind the table again: it may have changed.");
                    error.with_hint(hint)
                }
                None if error.message().contains("that is archived") => {
                    error.with_hint("Take the row out of the trash first: `table.restore(id)`.")
                }
                // Which column it is, this message does not say.
                None if error
                    .message()
                    .contains("does not match the property type of the filter") =>
                {
                    error
                        .with_hint("A column is of another kind now. Bind the table again, which says which.")
                }
                None => error,
            }
        })
    }

    /// Runs a query.
    pub(crate) async fn read_query(&self, body: String) -> Result<RowPage<T>> {
        let request = crate::api::data_sources::query(self.inner.id, self.binding().ids(), body)?;
        let response = self.send(request).await?;
        let mut rows = Vec::new();
        let mut walker = Walker::new(self.binding());
        let end = read_list(response.text(), &mut |json| {
            rows.push(walker.row::<T>(json)?);
            Ok(())
        })
        .map_err(|error| response.broken(error))?;
        let rows = rows.into_iter().filter_map(|row| match row {
            Walk::Row(walked) => Some(Ok(walked)),
            Walk::Unfit(error) => Some(Err(error)),
            Walk::NotAPage => None,
        });
        let completed = rows.map(|walked| async { self.completed(walked?).await });
        Ok(RowPage {
            rows: stream::iter(completed).buffered(self.in_flight()).collect().await,
            next_cursor: end.next_cursor,
            is_incomplete: end.is_incomplete,
        })
    }

    /// Reads the page that a request answered with. After a write, an error says that it was carried out.
    pub(super) async fn read_row(&self, response: Response) -> Result<Row<T>> {
        let row = match self.walk(&response) {
            Ok(walked) => self.completed(walked).await,
            Err(error) => Err(error),
        };
        row.map_err(|error| response.after(error))
    }

    fn walk(&self, response: &Response) -> Result<Walked<T>> {
        let mut json = Reader::new(response.text());
        let walk = Walker::new(self.binding()).row::<T>(&mut json);
        let walk = walk
            .and_then(|walk| json.end().map(|()| walk))
            .map_err(|error| response.broken(error))?;
        match walk {
            Walk::Row(walked) if self.is_elsewhere(walked.page.parent) => {
                Err(self.elsewhere(&walked.page.id.to_string()))
            }
            Walk::Row(walked) => Ok(walked),
            Walk::Unfit(error) => Err(self.not_ours(response).unwrap_or(error)),
            Walk::NotAPage => Err(no_page()),
        }
    }

    /// The pages of a list, each as its text.
    pub(super) fn pages<'a>(&self, response: &'a Response) -> Result<(Vec<&'a str>, ListEnd)> {
        let mut pages = Vec::new();
        let end = read_list(response.text(), &mut |json| {
            let element = json.raw()?;
            if is_page(element)? {
                pages.push(element);
            }
            Ok(())
        })
        .map_err(|error| response.broken(error))?;
        Ok((pages, end))
    }

    /// Counts the pages that a query answers with.
    pub(crate) async fn count_pages(&self, body: String) -> Result<(usize, ListEnd)> {
        let request = crate::api::data_sources::query(self.inner.id, ["title"], body)?;
        let response = self.send(request).await?;
        let (pages, end) = self.pages(&response)?;
        Ok((pages.len(), end))
    }

    /// The row that a page of a list is.
    pub(super) async fn row_of(&self, page: &str) -> Result<Row<T>> {
        match Walker::new(self.binding()).row::<T>(&mut Reader::new(page)) {
            Ok(Walk::Row(walked)) => self.completed(walked).await,
            Ok(Walk::Unfit(error)) => Err(error),
            Ok(Walk::NotAPage) => Err(no_page()),
            Err(error) => Err(Error::new(ErrorKind::Response, error.to_string()).with_source(error)),
        }
    }

    /// Whether a page of a list is a row of this table.
    pub(super) fn is_row(&self, page: &str) -> bool {
        AnyRow::from_json(page)
            .is_ok_and(|row| matches!(row.page.parent, Parent::DataSource { id, .. } if id == self.inner.id))
    }

    /// A page of another data source lacks the properties that were asked for, and that is what Notion then says.
    pub(super) async fn refused(&self, id: PageId, error: Error) -> Error {
        if error.kind() != ErrorKind::Validation {
            return error;
        }
        match self.inner.notion.page(id).await {
            Ok(AnyRow { page, .. }) if self.is_elsewhere(page.parent) => self.elsewhere(&id.to_string()),
            _ => error,
        }
    }

    /// Whether a page is certainly no row of this table.
    pub(super) fn is_elsewhere(&self, parent: Parent) -> bool {
        match parent {
            Parent::DataSource { id, .. } => id != self.inner.id,
            Parent::Other => false,
            _ => true,
        }
    }

    /// Where a page could not be read because it is no row of this table, that is what to say.
    fn not_ours(&self, response: &Response) -> Option<Error> {
        let AnyRow { page, .. } = AnyRow::from_json(response.text()).ok()?;
        self.is_elsewhere(page.parent)
            .then(|| self.elsewhere(&page.id.to_string()))
    }

    /// The id of a row, unless it was read from another data source.
    pub(super) fn own(&self, row: RowRef) -> Result<PageId> {
        match row.data_source() {
            Some(id) if id != self.inner.id => Err(self.elsewhere(&row.id().to_string())),
            _ => Ok(row.id()),
        }
    }

    pub(super) fn elsewhere(&self, page: &str) -> Error {
        let title = &self.inner.schema.title;
        Error::new(
            ErrorKind::InvalidInput,
            format!("page {page} is not a row of the data source `{title}`"),
        )
        .with_hint("Check the id, or bind the table that the row is in.")
    }
}

/// Whether a message names the property of that id, percent-encoded as everywhere or decoded as some messages do.
fn names(message: &str, id: &str) -> bool {
    let decoded = url::form_urlencoded::parse(id.as_bytes())
        .next()
        .map(|(id, _)| id);
    let is_edge = |c: char| c.is_whitespace() || "`'\".,:".contains(c);
    [Some(id), decoded.as_deref()].into_iter().flatten().any(|id| {
        message.match_indices(id).any(|(at, _)| {
            message[..at].chars().next_back().is_none_or(is_edge)
                && message[at + id.len()..].chars().next().is_none_or(is_edge)
        })
    })
}

/// How a list ended.
pub(crate) struct ListEnd {
    pub(crate) next_cursor: Option<String>,
    pub(crate) is_incomplete: bool,
}

/// Reads a list; `element` reads each element of it.
pub(crate) fn read_list<'a>(
    text: &'a str,
    element: &mut dyn FnMut(&mut Reader<'a>) -> Result<(), json::Error>,
) -> Result<ListEnd, json::Error> {
    let mut end = ListEnd {
        next_cursor: None,
        is_incomplete: false,
    };
    let (mut has_results, mut has_more) = (false, false);
    let mut json = Reader::new(text);
    json.begin_object()?;
    while let Some(key) = json.key()? {
        match &*key {
            "results" => {
                has_results = true;
                json.begin_array()?;
                while json.element()? {
                    element(&mut json)?;
                }
            }
            "has_more" => has_more = json.bool()?,
            "next_cursor" if json.null() => {}
            "next_cursor" => end.next_cursor = Some(json.string()?.into_owned()),
            "request_status" => end.is_incomplete = is_incomplete(&mut json)?,
            _ => json.skip()?,
        }
    }
    json.end()?;
    // There is more, and no way to it.
    end.is_incomplete |= has_more && end.next_cursor.is_none();
    if has_results {
        Ok(end)
    } else {
        Err(json.error("`results`"))
    }
}

fn no_page() -> Error {
    Error::new(ErrorKind::Response, "expected a page, found another object")
}

/// Whether an element of a list is a page: a wiki lists data sources among its rows.
fn is_page(element: &str) -> Result<bool, json::Error> {
    let mut json = Reader::new(element);
    json.begin_object()?;
    while let Some(key) = json.key()? {
        if key == "object" {
            return Ok(json.string()? == "page");
        }
        json.skip()?;
    }
    Ok(true)
}

fn is_incomplete(json: &mut Reader<'_>) -> Result<bool, json::Error> {
    let mut incomplete = false;
    json.begin_object()?;
    while let Some(key) = json.key()? {
        if key == "type" {
            incomplete = json.string()? == "incomplete";
        } else {
            json.skip()?;
        }
    }
    Ok(incomplete)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_a_property_by_its_id() {
        for (message, id) in [
            ("dm}i is not a property that exists.", "dm%7Di"),
            ("Could not find property with name or id: ITn:", "ITn%3A"),
            ("body.properties.`a%3Ab` is odd", "a%3Ab"),
        ] {
            assert!(names(message, id), "{message}");
        }
        assert!(!names("Could not find it", "fin"));
        assert!(!names("", "x"));
    }
}
