//! Rows from and to JSON without a server: fixtures, webhooks, snapshot tests.

use notion_schema::json::{self, Reader};

use super::{Binding, ColumnDef, InsertRow, NotionRow, Row, RowWriter, Target, Walk, Walked, Walker};
use crate::api::Unexpected;
use crate::error::{Error, ErrorKind, Result};
use crate::query::RowPage;
use crate::table::read_list;

/// The `properties` with which `row` would be inserted, with columns by their names.
///
/// ```
/// use notion_core::prelude::*;
///
/// #[derive(NotionRow)]
/// struct Task {
///     #[notion(title)]
///     name: String,
///     done: bool,
/// }
///
/// let json = notion_core::row::properties_json(&Task { name: "Ship it".to_owned(), done: true })?;
/// assert_eq!(json, r#"{"title":{"title":[{"text":{"content":"Ship it"}}]},"done":{"checkbox":true}}"#);
/// # Ok::<(), notion_core::Error>(())
/// ```
///
/// # Errors
/// When a value is one that Notion would refuse.
pub fn properties_json<T: InsertRow + ?Sized>(row: &T) -> Result<String> {
    let mut json = String::new();
    properties_json_into(row, &mut json)?;
    Ok(json)
}

/// Like [`properties_json`], into a buffer that is used again: its content is replaced, and no memory is asked for where it
/// has room.
///
/// # Errors
/// When a value is one that Notion would refuse; the buffer is empty then.
pub fn properties_json_into<T: InsertRow + ?Sized>(row: &T, buffer: &mut String) -> Result<()> {
    let (properties, refused) = RowWriter::properties(Target::Unbound, row, std::mem::take(buffer));
    refused.check()?;
    *buffer = properties;
    Ok(())
}

impl<T: NotionRow> Row<T> {
    /// Reads a `page` object of the API. Columns are found by the names that it has.
    ///
    /// # Errors
    /// When the text is not a page, or the page does not fit the type.
    pub fn from_json(page: &str) -> Result<Self> {
        let binding = bind::<T>(page)?;
        let mut reader = Reader::new(page);
        let walk = Walker::new(&binding).row::<T>(&mut reader).map_err(broken)?;
        row(walk, &binding).unwrap_or_else(|| {
            Err(Error::new(
                ErrorKind::Response,
                "expected a page, found another object",
            ))
        })
    }
}

impl<T: NotionRow> RowPage<T> {
    /// Reads the response of a query. Columns are found by the names that the first row has.
    ///
    /// # Errors
    /// When the text is not such a response, or the first row lacks a column of the type.
    pub fn from_json(response: &str) -> Result<Self> {
        let Some(first) = first(response).map_err(broken)? else {
            return Self::read(response, &Binding::new(T::COLUMNS, [], |_| 0));
        };
        Self::read(response, &bind::<T>(first)?)
    }

    fn read(response: &str, binding: &Binding) -> Result<Self> {
        let mut rows = Vec::with_capacity(100);
        let mut walker = Walker::new(binding);
        let end = read_list(response, &mut |json| {
            rows.extend(row(walker.row::<T>(json)?, binding));
            Ok(())
        })
        .map_err(broken)?;
        Ok(Self {
            rows,
            next_cursor: end.next_cursor,
            is_incomplete: end.is_incomplete,
        })
    }
}

/// A row that was read, or why it was not; `None` for what is no page.
fn row<T: NotionRow>(walk: Walk<T>, binding: &Binding) -> Option<Result<Row<T>>> {
    Some(match walk {
        Walk::Row(Walked { page, draft, cut }) => match cut.first() {
            None => Ok(Row::new(page, T::finish(draft))),
            Some(column) => {
                let message = format!(
                    "column `{}` of row {} shows 25 references, and there may be more",
                    binding.name(*column),
                    page.id
                );
                Err(Error::new(ErrorKind::Incomplete, message)
                    .with_hint("Read the row through a table, which requests all of them."))
            }
        },
        Walk::Unfit(error) => Err(error),
        Walk::NotAPage => return None,
    })
}

/// The first page of a list, as text.
fn first(response: &str) -> Result<Option<&str>, json::Error> {
    let mut reader = Reader::new(response);
    reader.begin_object()?;
    while let Some(key) = reader.key()? {
        if key == "results" {
            reader.begin_array()?;
            while reader.element()? {
                let element = reader.raw()?;
                if properties(element)?.is_some() {
                    return Ok(Some(element));
                }
            }
            return Ok(None);
        }
        reader.skip()?;
    }
    Err(reader.error("`results`"))
}

/// The reader at the properties of a page; `None` for another object.
fn properties(page: &str) -> Result<Option<Reader<'_>>, json::Error> {
    let mut reader = Reader::new(page);
    reader.begin_object()?;
    while let Some(key) = reader.key()? {
        match &*key {
            "object" if reader.string()? != "page" => return Ok(None),
            "object" => {}
            "properties" => return Ok(Some(reader)),
            _ => reader.skip()?,
        }
    }
    Err(reader.error("`properties`"))
}

/// Binds the columns of `T` to the properties that a page shows.
fn bind<T: NotionRow>(page: &str) -> Result<Binding> {
    let mut found = Vec::new();
    if let Some(mut reader) = properties(page).map_err(broken)? {
        found = names_and_ids(&mut reader).map_err(broken)?;
    }
    let place = |column: &ColumnDef| {
        let by_id = found.iter().position(|(id, _)| Some(&**id) == column.id);
        by_id.or_else(|| found.iter().position(|(_, name)| name == column.name))
    };
    let missing: Vec<_> = T::COLUMNS
        .iter()
        .filter(|column| place(column).is_none())
        .map(|column| column.name)
        .collect();
    if !missing.is_empty() {
        return Err(Error::new(
            ErrorKind::SchemaMismatch,
            format!("the page has no column `{}`", missing.join("`, `")),
        ));
    }
    let bound = T::COLUMNS
        .iter()
        .filter_map(|column| place(&column))
        .map(|at| (&*found[at].0, &*found[at].1));
    let order = |id: &str| {
        found
            .iter()
            .position(|(other, _)| other == id)
            .unwrap_or(usize::MAX)
    };
    Ok(Binding::new(T::COLUMNS, bound, order))
}

fn names_and_ids(reader: &mut Reader<'_>) -> Result<Vec<(String, String)>, json::Error> {
    let mut found = Vec::new();
    reader.begin_object()?;
    while let Some(name) = reader.key()? {
        reader.begin_object()?;
        while let Some(key) = reader.key()? {
            match &*key {
                "id" => found.push((reader.string()?.into_owned(), name.clone().into_owned())),
                _ => reader.skip()?,
            }
        }
    }
    Ok(found)
}

fn broken(error: json::Error) -> Error {
    let Unexpected { at, source } = error.into();
    Error::new(
        ErrorKind::Response,
        format!("the text is not what the API answers with, {at}"),
    )
    .with_source(source)
}
