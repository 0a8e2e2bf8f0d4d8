use notion_schema::json::{self, Reader};
use notion_schema::{Cut, Kind as SchemaKind};

use super::{Page, cut};
use crate::error::{Error, ErrorKind, Result};
use crate::kind::Kind;
use crate::property::{Property, ReadError};

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

/// A property of a page, of whatever kind.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AnyProperty {
    /// The name.
    pub name: String,
    /// The id as the API writes it, that is percent-encoded.
    pub id: String,
    /// What the API calls the kind, also where [`kind`](AnyProperty::kind) does not know it.
    pub type_name: String,
    /// Whether the value goes on beyond what the page shows.
    pub has_more: bool,
    value: String,
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

    /// The property of that name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&AnyProperty> {
        self.properties.iter().find(|property| property.name == name)
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
    /// The kind, or `None` where it is one that this version does not know.
    #[must_use]
    pub fn kind(&self) -> Option<SchemaKind> {
        SchemaKind::from_name(&self.type_name)
    }

    /// The value as Notion's JSON: what stands under the name of the kind.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The value as a `T`.
    ///
    /// # Errors
    /// When the property is of another kind than `K`, or the value does not fit.
    pub fn read<K: Kind, T: Property<K>>(&self) -> Result<T, ReadError> {
        if self.is_cut() {
            return Err(ReadError::Unfit(
                "goes on, or may go on, beyond the 25 references that a page shows".to_owned(),
            ));
        }
        if let Some(kind) = K::KIND
            && self.type_name != kind.name()
        {
            return Err(ReadError::Unfit(format!(
                "is of kind `{}`, not `{kind}`",
                self.type_name
            )));
        }
        let mut value = T::blank();
        value.read(&mut Reader::new(&self.value))?;
        Ok(value)
    }

    /// Whether the page may not show all of the value, also where it does not say so.
    pub(crate) fn is_cut(&self) -> bool {
        let kind = self.kind().map_or(Cut::Never, SchemaKind::cut);
        self.has_more
            || cut::is_long_enough(kind, self.value.len()) && cut::is_cut(kind, &self.value).unwrap_or(false)
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
                    row.properties.push(property(name.into_owned(), json)?);
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

pub(super) fn property(name: String, json: &mut Reader<'_>) -> Result<AnyProperty, json::Error> {
    let (mut id, mut type_name, mut has_more) = (String::new(), String::new(), false);
    let start = json.mark();
    json.begin_object()?;
    while let Some(key) = json.key()? {
        match &*key {
            "id" => json.string_into(&mut id)?,
            "type" => json.string_into(&mut type_name)?,
            "has_more" => has_more = json.bool()?,
            _ => json.skip()?,
        }
    }
    let end = json.mark();
    json.rewind(start);
    let mut value = String::new();
    json.begin_object()?;
    while let Some(key) = json.key()? {
        if *key == *type_name {
            value = json.raw()?.to_owned();
        } else {
            json.skip()?;
        }
    }
    json.rewind(end);
    Ok(AnyProperty {
        name,
        id,
        type_name,
        has_more,
        value,
    })
}
