use std::fmt;
use std::future::IntoFuture;

use notion_schema::json::{Reader, Writer};

use super::Table;
use crate::api::pages::{self, Body};
use crate::error::{Error, ErrorKind, Result};
use crate::id::PageId;
use crate::property::WriteError;
use crate::row::{Cover, Icon, InsertRow, NotionRow, Refused, Row, RowWriter, Target};
use crate::token::BoxFuture;

/// A row to be stored, made by [`Table::insert`]. It is stored when it is awaited.
///
/// ```no_run
/// # use notion_core::prelude::*;
/// # use notion_core::{Cover, Icon, Template};
/// # #[derive(NotionRow)]
/// # struct Task { #[notion(title)] name: String }
/// # async fn example(tasks: Table<Task>, task: Task) -> notion_core::Result<()> {
/// let row = tasks.insert(&task).await?;
///
/// let row = tasks
///     .insert(&task)
///     .icon(Icon::emoji("🚀"))
///     .cover(Cover::external("https://example.com/launch.jpg"))
///     .markdown("## Plan\n\n- [ ] count down\n- [ ] launch")
///     .await?;
///
/// let row = tasks.insert(&task).template(Template::default().time_zone("Europe/Berlin")).await?;
/// # Ok(())
/// # }
/// ```
///
/// A page has one content: Markdown, blocks, or what a template says.
#[must_use = "a row is only stored when the insert is awaited"]
pub struct Insert<T> {
    table: Table<T>,
    body: Body,
    /// Which of Markdown, blocks and template were given.
    content: Vec<&'static str>,
    refused: Refused,
}

/// A template of a data source, whose content a page begins with.
///
/// [`Template::default`] is the one that the data source has as its default.
///
/// Notion applies a template *after* it has answered. The row that comes back is without the template's content and values, and
/// is edited some moments later; nothing says when that is done, so read the row again until it is. Columns that the row type has
/// stay as they were written, also where they are empty: the template's values are for the others.
///
/// Source: <https://developers.notion.com/docs/creating-pages-from-templates>.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template {
    id: Option<PageId>,
    time_zone: Option<String>,
}

impl Template {
    /// The template that is this page: see [`Table::templates`].
    #[must_use]
    pub fn new(id: PageId) -> Self {
        Self {
            id: Some(id),
            time_zone: None,
        }
    }

    /// The IANA name of the zone in which the template's *now* and *today* are read, such as `Europe/Berlin`; UTC if not set.
    #[must_use]
    pub fn time_zone(mut self, name: impl Into<String>) -> Self {
        self.time_zone = Some(name.into());
        self
    }

    pub(super) fn to_json(&self) -> String {
        let mut json = Writer::new();
        json.begin_object();
        match self.id {
            None => json.key("type").string("default"),
            Some(id) => {
                json.key("type").string("template_id");
                json.key("template_id").string(&id.to_string());
            }
        }
        if let Some(zone) = &self.time_zone {
            json.key("timezone").string(zone);
        }
        json.end_object();
        json.into_string()
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "icons, covers, templates and elements are mostly made where they are given"
)]
impl<T: NotionRow> Insert<T> {
    pub(super) fn new(table: Table<T>, row: &impl InsertRow<Row = T>) -> Self {
        let (properties, refused) = RowWriter::properties(Target::Bound(table.binding()), row, String::new());
        let mut body = Body::default();
        body.set("properties", properties);
        Self {
            table,
            body,
            content: Vec::new(),
            refused,
        }
    }

    /// The page's icon.
    pub fn icon(mut self, icon: Icon) -> Self {
        set(&mut self.body, "icon", &mut self.refused, |json| icon.write(json));
        self
    }

    /// The page's cover.
    pub fn cover(mut self, cover: Cover) -> Self {
        set(&mut self.body, "cover", &mut self.refused, |json| {
            cover.write(json)
        });
        self
    }

    /// The page's content, in Notion's [Markdown](https://developers.notion.com/reference/enhanced-markdown).
    pub fn markdown(self, markdown: impl AsRef<str>) -> Self {
        let mut json = Writer::new();
        json.string(markdown.as_ref());
        self.content("markdown", json.into_string())
    }

    /// The page's content, as an array of [blocks](https://developers.notion.com/reference/block) in Notion's JSON: at most
    /// 100, each with two levels of blocks in it.
    pub fn children(mut self, blocks: impl AsRef<str>) -> Self {
        let blocks = blocks.as_ref();
        if let Err(error) = check_blocks(blocks) {
            self.refused.push(format!("the content {error}"));
        }
        self.content("children", blocks.to_owned())
    }

    /// The template that the page's content comes from.
    pub fn template(self, template: Template) -> Self {
        self.content("template", template.to_json())
    }

    fn content(mut self, key: &'static str, json: String) -> Self {
        self.content.push(key);
        self.body.set(key, json);
        self
    }

    /// Stores the row, and gives it back as Notion stored it. Awaiting the insert does the same.
    ///
    /// # Errors
    /// When a value is one that Notion would refuse, or two contents are given, in which case nothing was sent; or when the
    /// request fails. After [`ErrorKind::OutcomeUnknown`] the row may have been stored.
    pub async fn send(self) -> Result<Row<T>> {
        self.refused.check()?;
        if let [one, another, ..] = *self.content {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                format!("a row cannot be stored with `{one}` and `{another}`: a page has one content"),
            )
            .with_hint("Nothing was sent. Give one of Markdown, children and template, once."));
        }
        let Self { table, body, .. } = self;
        let request = pages::create(table.id(), &body, table.binding().ids())?;
        table.read_row(table.send(request).await?).await
    }
}

impl<T: NotionRow> IntoFuture for Insert<T> {
    type Output = Result<Row<T>>;
    type IntoFuture = BoxFuture<'static, Result<Row<T>>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<T> fmt::Debug for Insert<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Insert")
            .field("table", &self.table)
            .field("refused", &self.refused)
            .finish_non_exhaustive()
    }
}

/// Sets a member that Notion might refuse.
pub(super) fn set(
    body: &mut Body,
    key: &'static str,
    refused: &mut Refused,
    value: impl FnOnce(&mut Writer) -> Result<(), WriteError>,
) {
    let mut json = Writer::new();
    match value(&mut json) {
        Ok(()) => body.set(key, json.into_string()),
        Err(error) => refused.push(format!("the {key} {error}")),
    }
}

/// Source: <https://developers.notion.com/reference/request-limits>.
const MAX_BLOCKS: usize = 100;

fn check_blocks(blocks: &str) -> Result<(), WriteError> {
    let count = || {
        let mut json = Reader::strict(blocks);
        let mut count = 0;
        json.begin_array()?;
        while json.element()? {
            json.skip()?;
            count += 1;
        }
        json.end()?;
        Ok::<_, notion_schema::json::Error>(count)
    };
    match count() {
        Err(error) => Err(WriteError::new(format!("is no JSON array of blocks: {error}"))),
        Ok(count) if count > MAX_BLOCKS => Err(WriteError::new(format!(
            "has {count} blocks, and Notion takes {MAX_BLOCKS} in a request"
        ))),
        Ok(_) => Ok(()),
    }
}
