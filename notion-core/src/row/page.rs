use std::ops::Deref;

use jiff::Timestamp;
use notion_schema::json::{self, Reader};
use uuid::Uuid;

use super::icon::{Cover, Icon};
use crate::id::{DataSourceId, DatabaseId, PageId, UserId};
use crate::property::ReadError;

/// A row as it is stored: the struct, and the [page](Page) that Notion keeps it in.
///
/// It derefs to the struct. Changing the struct would change nothing in Notion, so it does not deref mutably: see
/// [`Table::update`](crate::Table::update).
#[derive(Debug, Clone, PartialEq)]
pub struct Row<T> {
    page: Page,
    value: T,
}

impl<T> Row<T> {
    pub(crate) fn new(page: Page, value: T) -> Self {
        Self { page, value }
    }

    /// The id of the page.
    #[must_use]
    pub fn id(&self) -> PageId {
        self.page.id
    }

    /// The page: its times, its URL, whether it is in the trash.
    #[must_use]
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// The struct alone.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> From<&Row<T>> for PageId {
    fn from(row: &Row<T>) -> Self {
        row.id()
    }
}

impl<T> Deref for Row<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// The attributes of a page beside its properties.
///
/// Source: <https://developers.notion.com/reference/page>.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page {
    /// The id.
    pub id: PageId,
    /// When it was created, to the minute.
    pub created_time: Timestamp,
    /// When it was last edited, to the minute: two edits within one minute look the same.
    pub last_edited_time: Timestamp,
    /// Who created it.
    pub created_by: Option<UserId>,
    /// Who edited it last.
    pub last_edited_by: Option<UserId>,
    /// Where it stands.
    pub parent: Parent,
    /// Whether it is in the trash.
    pub in_trash: bool,
    /// Whether it is archived, which hides a row from queries and is not the trash.
    pub is_archived: bool,
    /// Whether it is locked against edits by people.
    pub is_locked: bool,
    /// The icon.
    pub icon: Option<Icon>,
    /// The cover.
    pub cover: Option<Cover>,
    /// The address. It changes with the title, so it is no identifier.
    pub url: String,
    /// The address of the published page.
    pub public_url: Option<Box<str>>,
}

/// What a page is inside of.
///
/// Source: <https://developers.notion.com/reference/parent-object>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Parent {
    /// A data source: the page is a row.
    DataSource {
        /// The data source.
        id: DataSourceId,
        /// The database that it belongs to.
        database: Option<DatabaseId>,
    },
    /// A database, as versions of the API before data sources say.
    Database(DatabaseId),
    /// Another page.
    Page(PageId),
    /// A block of a page.
    Block(Uuid),
    /// The workspace itself.
    Workspace,
    /// Something that this version does not know.
    #[default]
    Other,
}

impl Page {
    /// The keys of a page in the order of the responses.
    pub(super) const KEYS: [&'static str; 15] = [
        "object",
        "id",
        "created_time",
        "last_edited_time",
        "created_by",
        "last_edited_by",
        "cover",
        "icon",
        "parent",
        "in_trash",
        "is_archived",
        "is_locked",
        "properties",
        "url",
        "public_url",
    ];

    pub(crate) fn blank() -> Self {
        Self {
            id: Uuid::nil().into(),
            created_time: Timestamp::UNIX_EPOCH,
            last_edited_time: Timestamp::UNIX_EPOCH,
            created_by: None,
            last_edited_by: None,
            parent: Parent::Other,
            in_trash: false,
            is_archived: false,
            is_locked: false,
            icon: None,
            cover: None,
            url: String::new(),
            public_url: None,
        }
    }

    /// Whether there was what every page has.
    pub(crate) fn is_read(&self) -> bool {
        !self.id.as_uuid().is_nil() && self.created_time != Timestamp::UNIX_EPOCH
    }

    /// Reads the value of one key of a page; an unknown key is passed over.
    pub(crate) fn read_member(&mut self, key: &str, json: &mut Reader<'_>) -> Result<(), ReadError> {
        match key {
            "id" => self.id = id(json)?,
            "created_time" => self.created_time = time(json)?,
            "last_edited_time" => self.last_edited_time = time(json)?,
            "created_by" => self.created_by = user(json)?,
            "last_edited_by" => self.last_edited_by = user(json)?,
            "in_trash" => self.in_trash = flag(json)?,
            "is_archived" => self.is_archived = flag(json)?,
            "is_locked" => self.is_locked = flag(json)?,
            "icon" | "cover" | "url" | "public_url" | "parent" if json.null() => {}
            "icon" => self.icon = Some(Icon::read(json.raw()?)),
            "cover" => self.cover = Some(Cover::read(json.raw()?)),
            "url" => json.string_into(&mut self.url)?,
            "parent" => self.parent = parent(json)?,
            "public_url" => self.public_url = Some(json.string()?.into()),
            _ => json.skip()?,
        }
        Ok(())
    }
}

fn id<T: From<Uuid>>(json: &mut Reader<'_>) -> Result<T, ReadError> {
    let text = json.string()?;
    let id = Uuid::try_parse(&text).map_err(|_| ReadError::Unfit(format!("`{text}` is no id")))?;
    Ok(id.into())
}

/// What is not said is not so.
fn flag(json: &mut Reader<'_>) -> Result<bool, json::Error> {
    if json.null() { Ok(false) } else { json.bool() }
}

fn time(json: &mut Reader<'_>) -> Result<Timestamp, ReadError> {
    let text = json.string()?;
    text.parse()
        .map_err(|_| ReadError::Unfit(format!("`{text}` is no time")))
}

fn user(json: &mut Reader<'_>) -> Result<Option<UserId>, ReadError> {
    if json.null() {
        return Ok(None);
    }
    let mut user = None;
    let mut likely = ["object", "id"].iter();
    json.begin_object()?;
    while let Some(key) = json.key_like(&mut likely)? {
        match &*key {
            "id" => user = Some(id(json)?),
            _ => json.skip()?,
        }
    }
    Ok(user)
}

fn parent(json: &mut Reader<'_>) -> Result<Parent, ReadError> {
    let (mut parent, mut database) = (Parent::Other, None);
    let mut likely = ["type", "data_source_id", "database_id"].iter();
    json.begin_object()?;
    while let Some(key) = json.key_like(&mut likely)? {
        match &*key {
            "data_source_id" => {
                parent = Parent::DataSource {
                    id: id(json)?,
                    database: None,
                }
            }
            "database_id" => database = Some(id(json)?),
            "page_id" => parent = Parent::Page(id(json)?),
            "block_id" => parent = Parent::Block(id(json)?),
            "workspace" => {
                json.skip()?;
                parent = Parent::Workspace;
            }
            _ => json.skip()?,
        }
    }
    Ok(match (parent, database) {
        (Parent::DataSource { id, .. }, database) => Parent::DataSource { id, database },
        (Parent::Other, Some(database)) => Parent::Database(database),
        (parent, _) => parent,
    })
}
