//! From the bytes of a response to rows.

use notion_schema::json::{self, Reader};

use super::Table;
use crate::api::Response;
use crate::error::{Error, ErrorKind, Result};
use crate::query::RowPage;
use crate::row::{NotionRow, Parent, Row, Walk, Walked, Walker};

impl<T: NotionRow> Table<T> {
    /// Runs a query.
    pub(crate) async fn read_query(&self, body: String) -> Result<RowPage<T>> {
        let request = crate::api::data_sources::query(self.inner.id, self.binding().ids(), body)?;
        let response = self.inner.notion.send(request).await?;
        let mut rows = Vec::new();
        let end = read_list(
            response.text(),
            &mut Walker::new(self.binding()),
            &mut |walker, json| {
                rows.push(walker.row::<T>(json)?);
                Ok(())
            },
        )
        .map_err(|error| response.broken(error))?;
        let mut page = RowPage {
            rows: Vec::new(),
            next_cursor: end.next_cursor,
            is_incomplete: end.is_incomplete,
        };
        for row in rows {
            match row {
                Walk::Row(walked) => page.rows.push(self.completed(walked).await),
                Walk::Unfit(error) => page.rows.push(Err(error)),
                Walk::NotAPage => {}
            }
        }
        Ok(page)
    }

    /// Reads the page that a request answered with.
    pub(super) async fn read_row(&self, response: Response) -> Result<Row<T>> {
        let mut json = Reader::new(response.text());
        match Walker::new(self.binding())
            .row::<T>(&mut json)
            .map_err(|error| response.broken(error))?
        {
            Walk::Row(walked) => {
                self.check_parent(&walked)?;
                self.completed(walked).await
            }
            Walk::Unfit(error) => Err(self.not_ours(&response).unwrap_or(error)),
            Walk::NotAPage => Err(Error::new(
                ErrorKind::Response,
                "expected a page, found another object",
            )),
        }
    }

    fn check_parent(&self, walked: &Walked<T>) -> Result<()> {
        match walked.page.parent {
            Parent::DataSource { id, .. } if id != self.inner.id => {
                Err(self.elsewhere(&walked.page.id.to_string()))
            }
            _ => Ok(()),
        }
    }

    /// Where a page could not be read because it is no row of this table, that is what to say.
    fn not_ours(&self, response: &Response) -> Option<Error> {
        let page: Elsewhere = serde_json::from_str(response.text()).ok()?;
        let ours = page
            .parent
            .data_source_id
            .as_deref()
            .is_some_and(|id| id == self.inner.schema.id);
        (!ours).then(|| self.elsewhere(&page.id))
    }

    fn elsewhere(&self, page: &str) -> Error {
        let title = &self.inner.schema.title;
        Error::new(
            ErrorKind::InvalidInput,
            format!("page {page} is not a row of the data source `{title}`"),
        )
        .with_hint("Check the id, or bind the table that the row is in.")
    }
}

#[derive(serde::Deserialize)]
struct Elsewhere {
    id: String,
    parent: ElsewhereParent,
}

#[derive(serde::Deserialize)]
struct ElsewhereParent {
    data_source_id: Option<String>,
}

/// How a list ended.
pub(crate) struct ListEnd {
    pub(crate) next_cursor: Option<String>,
    pub(crate) is_incomplete: bool,
}

/// Reads a list of pages; `element` reads each of them.
pub(crate) fn read_list(
    text: &str,
    walker: &mut Walker<'_>,
    element: &mut dyn FnMut(&mut Walker<'_>, &mut Reader<'_>) -> Result<(), json::Error>,
) -> Result<ListEnd, json::Error> {
    let mut end = ListEnd {
        next_cursor: None,
        is_incomplete: false,
    };
    let mut has_results = false;
    let mut json = Reader::new(text);
    json.begin_object()?;
    while let Some(key) = json.key()? {
        match &*key {
            "results" => {
                has_results = true;
                json.begin_array()?;
                while json.element()? {
                    element(walker, &mut json)?;
                }
            }
            "next_cursor" if json.null() => {}
            "next_cursor" => end.next_cursor = Some(json.string()?.into_owned()),
            "request_status" => end.is_incomplete = is_incomplete(&mut json)?,
            _ => json.skip()?,
        }
    }
    json.end()?;
    if has_results {
        Ok(end)
    } else {
        Err(json.error("`results`"))
    }
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
