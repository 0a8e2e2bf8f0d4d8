use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::ops::Range;

use notion_schema::json::{self, Reader, Writer};
use notion_schema::{Cut, Kind as SchemaKind};

use super::files::shown_json;
use super::{HasKind, Property, ReadError, cut};
use crate::kind::{self, Kind};

/// A property of any kind, also of one that this version does not know, as Notion's JSON.
///
/// A field of this type is read whatever the column holds. Its value can be read as a Rust type later:
///
/// ```
/// use notion_core::{AnyRow, Formula, Raw, kind};
///
/// let row = AnyRow::from_json(r#"{
///     "object": "page", "id": "b55c9c91-384d-452b-81db-d1ef79372b75", "created_time": "2026-11-20T09:00:00.000Z",
///     "properties": {
///         "Points": {"id": "p%3At", "type": "number", "number": 8},
///         "Total": {"id": "t", "type": "formula", "formula": {"type": "number", "number": 12}},
///         "Mood": {"id": "m", "type": "mood_ring", "mood_ring": {"stones": 3}}
///     }
/// }"#)?;
/// let mood: Raw = row.read::<kind::Raw, _>("Mood")?;
/// assert_eq!((&*mood.type_name, mood.value()), ("mood_ring", r#"{"stones": 3}"#));
/// let points: Raw = row.read::<kind::Raw, _>("Points")?;
/// assert_eq!(points.read::<kind::Number, i64>(), Ok(8));
/// let total: Raw = row.read::<kind::Raw, _>("Total")?;
/// assert_eq!(total.read::<kind::Formula<kind::Number>, Formula<i64>>(), Ok(Formula::Value(12)));
/// # Ok::<(), notion_core::Error>(())
/// ```
///
/// It is never empty: what is empty is its [`value`](Raw::value). It is only read.
///
/// `Debug` shows addresses without their query, which opens the files of whoever knows it.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Raw {
    /// The id of the property as the API writes it, that is percent-encoded.
    pub id: String,
    /// What the API calls the kind, also where [`kind`](Raw::kind) does not know it.
    pub type_name: String,
    /// Whether the value goes on beyond what the page shows.
    pub has_more: bool,
    json: Box<str>,
    /// Where in the JSON the value is.
    value: Range<usize>,
}

impl Raw {
    /// The kind, or `None` where it is one that this version does not know.
    #[must_use]
    pub fn kind(&self) -> Option<SchemaKind> {
        SchemaKind::from_name(&self.type_name)
    }

    /// The value as Notion's JSON: what stands under the name of the kind. It is empty text if nothing stands there.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.json[self.value.clone()]
    }

    /// The whole property as Notion's JSON: `{"id": …, "type": …, …}`.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }

    /// The value as a `T`.
    ///
    /// # Errors
    /// When the property is of another kind than `K`, or the value does not fit.
    pub fn read<K: Kind, T: Property<K>>(&self) -> Result<T, ReadError> {
        let mut value = T::blank();
        let Some(kind) = K::KIND else {
            value.read(&mut Reader::new(&self.json))?;
            return Ok(value);
        };
        if self.is_cut() {
            return Err(ReadError::Unfit(
                "goes on, or may go on, beyond the 25 references that a page shows".to_owned(),
            ));
        }
        if self.type_name != kind.name() {
            return Err(ReadError::Unfit(format!(
                "is of kind `{}`, not `{kind}`",
                self.type_name
            )));
        }
        value.read(&mut Reader::new(self.value()))?;
        Ok(value)
    }

    /// Whether the page may not show all of the value, also where it does not say so.
    pub(crate) fn is_cut(&self) -> bool {
        let how = self.kind().map_or(Cut::Never, SchemaKind::cut);
        self.has_more
            || cut::is_long_enough(how, self.value().len()) && cut::is_cut(how, self.value()).unwrap_or(false)
    }

    /// The same property with all of its value.
    pub(crate) fn with_whole_value(self, value: &str) -> Self {
        let json = Self::write(&self.id, &self.type_name, value);
        // What was just written can be read.
        Self::property(&mut Reader::new(&json)).unwrap_or(self)
    }

    /// A property as a page shows it.
    pub(crate) fn write(id: &str, type_name: &str, value: &str) -> String {
        let mut json = Writer::new();
        json.begin_object();
        json.key("id").string(id);
        json.key("type").string(type_name);
        json.key(type_name).raw(value);
        json.end_object();
        json.into_string()
    }

    /// Reads a property of a page.
    pub(crate) fn property(json: &mut Reader<'_>) -> Result<Self, json::Error> {
        let json = json.raw()?;
        let (mut id, mut type_name) = (Cow::default(), Cow::default());
        let mut has_more = false;
        let mut values = Vec::new();
        let mut members = Reader::new(json);
        if members.peek() != Some(b'{') {
            return Ok(Self {
                json: json.into(),
                ..Self::blank()
            });
        }
        members.begin_object()?;
        while let Some(key) = members.key()? {
            match (&*key, members.peek()) {
                ("id", Some(b'"')) => id = members.string()?,
                ("type", Some(b'"')) => type_name = members.string()?,
                ("has_more", Some(b't' | b'f')) => has_more = members.bool()?,
                _ => {
                    let length = members.raw()?.len();
                    values.push((key, members.position() - length..members.position()));
                }
            }
        }
        let value = values.into_iter().find(|(key, _)| *key == type_name);
        Ok(Self {
            id: id.into_owned(),
            type_name: type_name.into_owned(),
            has_more,
            json: json.into(),
            value: value.map(|(_, value)| value).unwrap_or_default(),
        })
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Raw")
            .field(&format_args!("{}", shown_json(&self.json)))
            .finish()
    }
}

impl Property<kind::Raw> for Raw {
    /// What kind of value it is, and so what it compares with, is not known.
    type Operand = Infallible;

    fn blank() -> Self {
        Self {
            id: String::new(),
            type_name: String::new(),
            has_more: false,
            json: Box::default(),
            value: 0..0,
        }
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        *self = Self::property(json)?;
        Ok(())
    }
}

impl HasKind for Raw {
    type Kind = kind::Raw;
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;
    use super::*;
    use crate::kind::Number;

    #[test]
    fn any_property_is_read_whole() {
        for (json, id, type_name, value, has_more) in [
            (
                r#"{"id":"a","type":"number","number":8}"#,
                "a",
                "number",
                "8",
                false,
            ),
            (
                r#"{ "has_more":true, "mood": {"b" : 3} ,"type":"mood","id":"a" }"#,
                "a",
                "mood",
                r#"{"b" : 3}"#,
                true,
            ),
            (r#"{"type":"x"}"#, "", "x", "", false),
            (r#"{"id":7,"type":null,"has_more":"?"}"#, "", "", "", false),
            ("[8]", "", "", "", false),
        ] {
            let raw: Raw = read::<kind::Raw, _>(json).unwrap();
            assert_eq!(
                (&*raw.id, &*raw.type_name, raw.value(), raw.has_more, raw.json()),
                (id, type_name, value, has_more, json)
            );
            assert_eq!(raw.read::<kind::Raw, Raw>(), Ok(raw));
        }
    }

    #[test]
    fn a_value_is_read_as_what_it_is() {
        let raw = |json| read::<kind::Raw, Raw>(json).unwrap();
        let number = raw(r#"{"id":"a","type":"number","number":8}"#);
        assert_eq!(number.read::<Number, u8>(), Ok(8));
        assert_eq!(
            number.read::<kind::Checkbox, bool>().unwrap_err().to_string(),
            "is of kind `number`, not `checkbox`"
        );
        let cut = raw(r#"{"type":"relation","relation":[],"has_more":true}"#);
        assert!(cut.read::<kind::Relation, Vec<crate::PageId>>().is_err());
    }

    #[test]
    fn signed_addresses_are_not_shown() {
        let raw: Raw = read::<kind::Raw, _>(
            r#"{"type":"files","files":[{"name":"why?","file":{"url":"https://f.x/a?X-Amz-Signature=s3cret"}}]}"#,
        )
        .unwrap();
        assert_eq!(
            format!("{raw:?}"),
            r#"Raw({"type":"files","files":[{"name":"why?","file":{"url":"https://f.x/a?…"}}]})"#
        );
    }
}
