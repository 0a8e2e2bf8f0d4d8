use std::fmt;
use std::future::IntoFuture;

use notion_schema::json::Writer;

use super::Table;
use super::insert::{Template, set};
use super::list::Edit;
use super::seen::{Seen, Version};
use crate::api::pages::{self, Body};
use crate::error::{Error, ErrorKind, Result};
use crate::kind::{Clearable, List, Writable};
use crate::property::{IntoValue, ListValue, ReadError};
use crate::query::{Column, Settable};
use crate::row::{Binding, ColumnValue, Cover, Icon, NotionRow, Refused, Row, RowRef, RowWriter};
use crate::token::BoxFuture;

/// Changes to a row, made by [`Table::update`]. They are stored when it is awaited, in one request; what is not named stays as
/// it is.
///
/// ```no_run
/// # use notion_core::prelude::*;
/// # use notion_core::Icon;
/// # #[derive(NotionRow)]
/// # struct Task { #[notion(title)] name: String, due: Option<DateOrRange>, tags: Vec<String> }
/// # async fn example(tasks: Table<Task>, row: Row<Task>) -> notion_core::Result<()> {
/// let row = tasks
///     .update(&row)
///     .set(Task::NAME, "Ship it")
///     .clear(Task::DUE)
///     .append(Task::TAGS, ["urgent"])
///     .remove(Task::TAGS, ["someday"])
///     .icon(Icon::emoji("🚀"))
///     .if_unchanged_since(&row)
///     .await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "an update is only stored when it is awaited"]
pub struct Update<T> {
    table: Table<T>,
    row: RowRef,
    values: Vec<ColumnValue>,
    edits: Vec<Edit>,
    body: Body,
    version: Option<Version>,
    refused: Refused,
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "icons, covers, templates and elements are mostly made where they are given"
)]
impl<T: NotionRow> Update<T> {
    pub(super) fn new(table: Table<T>, row: RowRef) -> Self {
        Self {
            table,
            row,
            values: Vec::new(),
            edits: Vec::new(),
            body: Body::default(),
            version: None,
            refused: Refused::default(),
        }
    }

    /// Sets a column. For a column of `Option`, `None` clears it, and a value needs no `Some`.
    pub fn set<K: Writable, V: 'static, A: Settable>(
        mut self,
        column: Column<T, K, V, A>,
        value: impl IntoValue<V>,
    ) -> Self {
        let value = value.into_value();
        let values = self.written(|row| column.write(&value, row));
        self.values.extend(values);
        self
    }

    /// Empties a column.
    pub fn clear<K: Clearable, V: 'static, A: Settable>(mut self, column: Column<T, K, V, A>) -> Self {
        let values = self.written(|row| column.write_empty(row));
        self.values.extend(values);
        self
    }

    /// Appends elements to a list: options, people, files or related pages. Those that the list has already stay where they
    /// are.
    ///
    /// Notion replaces lists, so the list is read right before it is written, in full. What somebody else adds between the
    /// two is lost: see [`if_unchanged_since`](Self::if_unchanged_since), which has the same gap.
    pub fn append<K: List, V: ListValue + 'static, A: Settable>(
        self,
        column: Column<T, K, V, A>,
        elements: impl IntoIterator<Item: Into<V::Element>>,
    ) -> Self {
        self.edit(column, V::of(elements), Edit::append)
    }

    /// Takes elements out of a list; those that it does not have are passed over. It is read right before it is written, as for
    /// [`append`](Self::append).
    pub fn remove<K: List, V: ListValue + 'static, A: Settable>(
        self,
        column: Column<T, K, V, A>,
        elements: impl IntoIterator<Item: Into<V::Element>>,
    ) -> Self {
        self.edit(column, V::of(elements), Edit::remove)
    }

    fn edit<K: List, V: 'static, A: Settable>(
        mut self,
        column: Column<T, K, V, A>,
        elements: V,
        step: fn(&mut Edit, &str) -> Result<(), ReadError>,
    ) -> Self {
        for value in self.written(|row| column.write(&elements, row)) {
            let ColumnValue {
                column,
                name,
                kind,
                json,
                ..
            } = value;
            let at = self.edits.iter().position(|edit| edit.column == column);
            let at = at.unwrap_or_else(|| {
                self.edits.push(Edit::new(column, name, kind));
                self.edits.len() - 1
            });
            if let Err(error) = step(&mut self.edits[at], &json) {
                self.refused.push(format!("column `{name}` {error}"));
            }
        }
        self
    }

    fn written(&mut self, write: impl FnOnce(&mut RowWriter<'_>)) -> Vec<ColumnValue> {
        let (values, refused) = RowWriter::values(write);
        self.refused.append(refused);
        values
    }

    /// Sets the page's icon.
    pub fn icon(mut self, icon: Icon) -> Self {
        set(&mut self.body, "icon", &mut self.refused, |json| icon.write(json));
        self
    }

    /// Takes the page's icon away.
    pub fn clear_icon(self) -> Self {
        self.member("icon", "null")
    }

    /// Sets the page's cover.
    pub fn cover(mut self, cover: Cover) -> Self {
        set(&mut self.body, "cover", &mut self.refused, |json| {
            cover.write(json)
        });
        self
    }

    /// Takes the page's cover away.
    pub fn clear_cover(self) -> Self {
        self.member("cover", "null")
    }

    /// Locks the page, so that people have to unlock it before they edit it. The API still edits it.
    pub fn lock(self) -> Self {
        self.member("is_locked", "true")
    }

    /// Unlocks the page.
    pub fn unlock(self) -> Self {
        self.member("is_locked", "false")
    }

    /// Adds the content and the values of a template to the page, some moments after Notion has answered: see [`Template`].
    pub fn template(self, template: Template) -> Self {
        self.member("template", template.to_json())
    }

    /// Deletes all content of the page. The API cannot bring it back.
    pub fn erase_content(self) -> Self {
        self.member("erase_content", "true")
    }

    fn member(mut self, key: &'static str, json: impl Into<String>) -> Self {
        self.body.set(key, json);
        self
    }

    /// Stores the changes only if the row is still what the program saw of it, and else fails with
    /// [`ErrorKind::Changed`], which names the columns that differ.
    ///
    /// Notion has no such condition, so the row is read right before it is written, and a change that somebody makes between the
    /// two is lost: this makes the gap short, and does not close it.
    ///
    /// - With a [`Row`], the columns of the row type are compared, but not those that Notion computes, the page's icon, cover and
    ///   content, and columns that the type does not have. A row whose struct has columns that cannot be written has no such
    ///   comparison.
    /// - With a time (the row's `page().last_edited_time`), any edit counts, but Notion tells the time to the minute: two edits
    ///   within a minute look the same.
    pub fn if_unchanged_since(mut self, seen: impl Seen<T>) -> Self {
        self.version = Some(seen.version());
        self
    }

    /// Stores the changes, and gives the row as it is then. Awaiting the update does the same.
    ///
    /// Without any change, or where a list has been what it was to become, the row is only read.
    ///
    /// # Errors
    /// When a column is changed in two ways, or a value is one that Notion would refuse, in which case nothing was sent; when
    /// the row is not what it was to be; or when a request fails. After [`ErrorKind::OutcomeUnknown`] the changes may have been
    /// stored.
    pub async fn send(self) -> Result<Row<T>> {
        let id = self.table.own(self.row)?;
        self.refused.check()?;
        self.check_columns()?;
        let edited = self.edited().await?;
        let Self {
            table,
            values,
            mut body,
            ..
        } = self;
        let set = values
            .iter()
            .map(|value| (value.column, value.kind, &*value.json));
        let edited = edited
            .iter()
            .map(|(column, kind, json)| (*column, *kind, &**json));
        if let Some(properties) = properties(table.binding(), set.chain(edited)) {
            body.set("properties", properties);
        }
        if body.is_empty() {
            return table.get(id).await;
        }
        let request = pages::update(id, &body, table.binding().ids())?;
        table.read_row(table.send(request).await?).await
    }

    /// A column can be set or cleared once, or else be appended to and taken from.
    fn check_columns(&self) -> Result<()> {
        let set = self.values.iter().map(|value| value.name);
        let mut all: Vec<_> = set.chain(self.edits.iter().map(|edit| edit.name)).collect();
        all.sort_unstable();
        match all.windows(2).find(|pair| pair[0] == pair[1]) {
            None => Ok(()),
            Some(pair) => Err(Error::new(
                ErrorKind::InvalidInput,
                format!("column `{}` is changed twice", pair[0]),
            )
            .with_hint("Nothing was sent.")),
        }
    }

    /// Reads what the changes depend on, and gives the lists that become of it.
    async fn edited(&self) -> Result<Vec<(usize, &'static str, String)>> {
        let mut columns: Vec<_> = self.version.iter().flat_map(Version::columns).collect();
        columns.extend(self.edits.iter().map(|edit| edit.column));
        columns.sort_unstable();
        columns.dedup();
        if columns.is_empty() && self.version.is_none() {
            return Ok(Vec::new());
        }
        let stored = self.table.stored(self.row.id(), &columns).await?;
        if let Some(version) = &self.version {
            version.check(&stored)?;
        }
        let mut edited = Vec::new();
        for edit in &self.edits {
            if let Some(json) = edit.apply(stored.value(edit.column))? {
                edited.push((edit.column, edit.kind, json));
            }
        }
        Ok(edited)
    }
}

impl<T: NotionRow> IntoFuture for Update<T> {
    type Output = Result<Row<T>>;
    type IntoFuture = BoxFuture<'static, Result<Row<T>>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<T> fmt::Debug for Update<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = self.values.iter().map(|value| value.name);
        let changed: Vec<_> = set.chain(self.edits.iter().map(|edit| edit.name)).collect();
        f.debug_struct("Update")
            .field("id", &self.row.id())
            .field("changed", &changed)
            .finish_non_exhaustive()
    }
}

/// The `properties` of a request: columns, their kinds and values. `None` if there are none.
pub(super) fn properties<'a>(
    binding: &Binding,
    values: impl IntoIterator<Item = (usize, &'static str, &'a str)>,
) -> Option<String> {
    let mut values = values.into_iter().peekable();
    values.peek()?;
    let mut json = Writer::new();
    json.begin_object();
    for (column, kind, value) in values {
        json.key(binding.id(column)).begin_object();
        json.key(kind).raw(value);
        json.end_object();
    }
    json.end_object();
    Some(json.into_string())
}
