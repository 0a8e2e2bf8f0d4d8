//! Rows that no filter of their columns finds: by their number, and in the trash. And the templates of a data source.

use std::fmt::Display;

use notion_schema::Kind;
use notion_schema::json::Writer;

use super::Table;
use crate::api::data_sources::{self, TemplateRef};
use crate::api::search;
use crate::error::{Error, ErrorKind, Result};
use crate::property::UniqueId;
use crate::query::{Filter, RowPage, Rows};
use crate::row::{NotionRow, Row};

impl<T: NotionRow> Table<T> {
    /// The row of that number in the data source's unique id column, whether or not `T` has it: `42` or `"TASK-42"`. It takes one
    /// query.
    ///
    /// ```no_run
    /// # use notion_core::prelude::*;
    /// # #[derive(NotionRow)]
    /// # struct Task { #[notion(title)] name: String }
    /// # async fn example(tasks: Table<Task>) -> notion_core::Result<()> {
    /// let row = tasks.get_by_unique_id("TASK-42").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When there is no such column, the prefix is another one, or the request fails; and when there is no such row
    /// ([`ErrorKind::NotFound`]), or it is in the trash or archived.
    pub async fn get_by_unique_id(&self, id: impl Display) -> Result<Row<T>> {
        let id = id.to_string();
        let filter = self.numbered(&id)?;
        let found = self.query().filter(filter).one_or_none().await?;
        found.ok_or_else(|| {
            let message = format!("no row of `{}` has the unique id `{id}`", self.schema().title);
            Error::new(ErrorKind::NotFound, message)
                .with_hint("Queries do not show rows that are in the trash or archived.")
        })
    }

    fn numbered(&self, id: &str) -> Result<Filter<T>> {
        let invalid = |message: String, hint: &'static str| {
            Error::new(ErrorKind::InvalidInput, message).with_hint(hint)
        };
        let title = &self.schema().title;
        let column = self
            .schema()
            .properties
            .iter()
            .find(|column| column.kind() == Some(Kind::UniqueId));
        let column = column.ok_or_else(|| {
            invalid(
                format!("the data source `{title}` has no column for unique ids"),
                "Add a property of the type ID to it in Notion.",
            )
        })?;
        let prefix = column.prefix.as_deref().filter(|prefix| !prefix.is_empty());
        let given: UniqueId = id.trim().parse()?;
        if let Some(given) = &given.prefix
            && !prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(given))
        {
            let what = prefix.map_or_else(
                || "have no prefix".to_owned(),
                |prefix| format!("begin with `{prefix}-`"),
            );
            return Err(invalid(
                format!("`{id}` is no unique id of `{title}`, whose ids {what}"),
                "Look in the table that the id is of, or give the number alone.",
            ));
        }
        let mut json = Writer::new();
        json.begin_object();
        json.key("property").string(&column.id);
        json.key("unique_id").begin_object();
        json.key("equals").integer(given.number.into());
        json.end_object();
        json.end_object();
        Ok(Filter::raw(json.into_string()))
    }

    /// The rows of this table that are in the trash.
    ///
    /// Notion's queries do not show the trash, and its search does: all pages in the trash that are shared with the connection
    /// are requested, and those of this table picked out, so that this takes as long as the trash is large. Search lags behind: what
    /// went to the trash a moment ago may be missing. A row whose id is known is better read by [`get`](Table::get).
    ///
    /// Source: <https://developers.notion.com/reference/post-search>.
    pub fn trashed(&self) -> Rows<T> {
        let table = self.clone();
        Rows::new(None, move |cursor| {
            let table = table.clone();
            async move { table.read_trash(cursor.as_deref()).await }
        })
    }

    async fn read_trash(&self, cursor: Option<&str>) -> Result<RowPage<T>> {
        let response = self.send(search::trashed_pages(cursor)?).await?;
        let (pages, end) = self.pages(&response)?;
        let mut rows = Vec::new();
        for page in pages {
            if self.is_row(page) {
                rows.push(self.row_of(page).await);
            }
        }
        Ok(RowPage {
            rows,
            next_cursor: end.next_cursor,
            is_incomplete: end.is_incomplete,
        })
    }

    /// The templates of the data source: see [`Template`](crate::Template).
    ///
    /// # Errors
    /// When a request fails.
    pub async fn templates(&self) -> Result<Vec<TemplateRef>> {
        let mut all = Vec::new();
        let mut cursor = None;
        loop {
            let request = data_sources::templates(self.id(), cursor.as_deref())?;
            let page = data_sources::read_templates(&self.send(request).await?)?;
            all.extend(page.templates);
            match page.next_cursor.filter(|_| page.has_more) {
                None => return Ok(all),
                next if next == cursor => {
                    return Err(Error::new(ErrorKind::Response, "Notion's cursor does not move"));
                }
                next => cursor = next,
            }
        }
    }
}
