use std::ops::Deref;

use notion_schema::json::Reader;

use super::Page;
use crate::error::{Error, ErrorKind, Result};
use crate::id::PageId;
use crate::kind::Kind;
use crate::property::{Property, Raw, ReadError};

/// A page with whatever properties it has, for programs that learn of a data source only at run time.
///
/// Values are kept as Notion's JSON, so that nothing is lost, and read on demand.
///
/// ```
/// use notion_core::{AnyRow, kind};
///
/// let page = AnyRow::from_json(r#"{
///     "object": "page", "id": "b55c9c91-384d-452b-81db-d1ef79372b75", "created_time": "2026-11-20T09:00:00.000Z",
///     "properties": {
///         "Points": {"id": "p%3At", "type": "number", "number": 8},
///         "Mood": {"id": "m", "type": "mood_ring", "mood_ring": {"stones": 3}}
///     }
/// }"#)?;
/// assert_eq!(page.read::<kind::Number, f64>("Points")?, 8.0);
/// assert_eq!(page.id().to_string(), "b55c9c91-384d-452b-81db-d1ef79372b75");
/// assert_eq!(page.property("Mood").unwrap().value(), r#"{"stones": 3}"#);
/// # Ok::<(), notion_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AnyRow {
    /// The page beside its properties.
    pub page: Page,
    /// The properties, in the order of the response.
    pub properties: Vec<AnyProperty>,
}

/// A property of a page, of whatever kind: a name, and what goes by it.
///
/// It derefs to the [`Raw`] property, which has its kind and value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AnyProperty {
    /// The name.
    pub name: String,
    /// The property.
    pub raw: Raw,
}

impl Deref for AnyProperty {
    type Target = Raw;

    fn deref(&self) -> &Raw {
        &self.raw
    }
}

impl AnyRow {
    /// Reads a `page` object of the API.
    ///
    /// # Errors
    /// When the text is not a page.
    pub fn from_json(page: &str) -> Result<Self> {
        let mut reader = Reader::new(page);
        let row = read(&mut reader)
            .and_then(|row| Ok(reader.end().map(|()| row)?))
            .map_err(|error| {
                Error::new(ErrorKind::Response, format!("the text {error}")).with_source(error)
            })?;
        row.ok_or_else(|| Error::new(ErrorKind::Response, "expected a page, found another object"))
    }

    /// The id of the page.
    #[must_use]
    pub fn id(&self) -> PageId {
        self.page.id
    }

    /// The property of that name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&AnyProperty> {
        self.properties.iter().find(|property| property.name == name)
    }

    /// The value of the property of that id, as Notion's JSON.
    pub(crate) fn value_of(&self, id: &str) -> Option<&str> {
        let property = self.properties.iter().find(|property| property.id == id);
        property.map(|property| property.value())
    }

    /// The value of the property of that name, which must be of kind `K`.
    ///
    /// # Errors
    /// When there is no such property, it is of another kind, or its value does not fit in a `T`.
    pub fn read<K: Kind, T: Property<K>>(&self, name: &str) -> Result<T> {
        let error = |what: String| {
            Error::new(
                ErrorKind::Value,
                format!("column `{name}` of row {} {what}", self.page.id),
            )
        };
        let property = self
            .property(name)
            .ok_or_else(|| error("is missing".to_owned()))?;
        property
            .read::<K, T>()
            .map_err(|reason| error(reason.to_string()))
    }
}

impl AnyProperty {
    /// The same property with all of its value.
    pub(crate) fn with_whole_value(self, value: &str) -> Self {
        Self {
            raw: self.raw.with_whole_value(value),
            ..self
        }
    }
}

/// Reads a page; `None` for another object.
pub(crate) fn read(json: &mut Reader<'_>) -> Result<Option<AnyRow>, ReadError> {
    let start = json.mark();
    let mut row = AnyRow {
        page: Page::blank(),
        properties: Vec::new(),
    };
    json.begin_object()?;
    while let Some(key) = json.key()? {
        match &*key {
            "object" if json.string()? != "page" => {
                json.rewind(start);
                json.skip()?;
                return Ok(None);
            }
            "object" => {}
            "properties" => {
                json.begin_object()?;
                while let Some(name) = json.key()? {
                    let name = name.into_owned();
                    let raw = Raw::property(json)?;
                    row.properties.push(AnyProperty { name, raw });
                }
            }
            key => row.page.read_member(key, json)?,
        }
    }
    if !row.page.is_read() {
        return Err(ReadError::Unfit(
            "is a page without its id and times: the connection may not read it".to_owned(),
        ));
    }
    Ok(Some(row))
}
