use std::fmt;
use std::str::FromStr;

use notion_schema::json::Reader;

use super::number::whole;
use super::people::optional;
use super::{HasKind, Property, ReadError, object};
use crate::error::{Error, ErrorKind};
use crate::kind;

/// The value of a unique id property: `TASK-42`.
///
/// ```
/// use notion_core::UniqueId;
///
/// let id: UniqueId = "TASK-42".parse()?;
/// assert_eq!((id.prefix.as_deref(), id.number), (Some("TASK"), 42));
/// assert_eq!(id.to_string(), "TASK-42");
/// assert_eq!("7".parse::<UniqueId>()?.prefix, None);
/// # Ok::<(), notion_core::Error>(())
/// ```
///
/// Columns compare with such ids, with text that is one, and with numbers alone:
///
/// ```
/// use notion_core::UniqueId;
/// use notion_core::prelude::*;
///
/// #[derive(NotionRow)]
/// struct Task {
///     #[notion(title)]
///     name: String,
///     #[notion(unique_id)]
///     id: Option<UniqueId>,
/// }
///
/// let filter = Task::ID.eq("TASK-42") | Task::ID.gt(100);
/// assert_eq!(filter.to_string(), r#"id.eq("TASK-42") | id.gt(100)"#);
/// ```
///
/// Notion compares numbers: a prefix that the column does not have is an error, once the table is bound.
///
/// A row that was there before the column has no number for a while: then the value is empty, `None` in an `Option`.
///
/// Source: <https://developers.notion.com/reference/page-property-values#unique-id>.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct UniqueId {
    /// What all ids of the column begin with.
    pub prefix: Option<String>,
    /// The number, which no other row of the data source has.
    pub number: u64,
}

impl UniqueId {
    /// An id without a prefix.
    #[must_use]
    pub fn new(number: u64) -> Self {
        Self { prefix: None, number }
    }

    /// The same number behind a prefix.
    #[must_use]
    pub fn with_prefix(self, prefix: impl Into<String>) -> Self {
        Self {
            prefix: Some(prefix.into()),
            ..self
        }
    }
}

impl fmt::Display for UniqueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(prefix) = &self.prefix {
            write!(f, "{prefix}-")?;
        }
        self.number.fmt(f)
    }
}

impl FromStr for UniqueId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (prefix, number) = match text.rsplit_once('-') {
            Some((prefix, number)) => (Some(prefix), number),
            None => (None, text),
        };
        let is_whole = prefix != Some("") && number.bytes().all(|digit| digit.is_ascii_digit());
        match number.parse() {
            Ok(number) if is_whole => Ok(Self {
                prefix: prefix.map(str::to_owned),
                number,
            }),
            _ => {
                let shown: String = text.chars().take(80).collect();
                Err(
                    Error::new(ErrorKind::InvalidInput, format!("`{shown}` is no unique id"))
                        .with_hint("A unique id is a number, or a prefix, a dash and a number: `TASK-42`."),
                )
            }
        }
    }
}

impl Property<kind::UniqueId> for UniqueId {
    type Operand = Self;

    fn blank() -> Self {
        Self::new(0)
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        if json.null() {
            return Err(ReadError::Empty);
        }
        self.prefix = None;
        let mut number = None;
        object(json, &["prefix", "number"], |key, json| {
            match key {
                "prefix" => self.prefix = optional(json)?.filter(|prefix| !prefix.is_empty()),
                "number" if json.null() => {}
                "number" => {
                    let text = json.number()?;
                    let whole = whole(text).and_then(|number| number.try_into().ok());
                    number = Some(whole.ok_or_else(|| ReadError::Unfit(format!("has the number {text}")))?);
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        self.number = number.ok_or(ReadError::Empty)?;
        Ok(())
    }
}

impl HasKind for UniqueId {
    type Kind = kind::UniqueId;
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;
    use super::*;

    type Read<T> = Result<T, ReadError>;

    #[test]
    fn ids_are_read_once_they_are_there() {
        let id = UniqueId::new(42).with_prefix("TASK");
        let json = r#"{"prefix":"TASK","number":42}"#;
        assert_eq!(read::<kind::UniqueId, _>(json), Ok(id.clone()));
        assert_eq!(read::<kind::UniqueId, _>(json), Ok(Some(id)));
        assert_eq!(
            read::<kind::UniqueId, _>(r#"{"number":7,"prefix":null}"#),
            Ok(UniqueId::new(7))
        );
        for json in [r#"{"prefix":"TASK","number":null}"#, "null", r#"{"prefix":null}"#] {
            let empty: Read<UniqueId> = read::<kind::UniqueId, _>(json);
            assert_eq!(empty, Err(ReadError::Empty));
            let none: Read<Option<UniqueId>> = read::<kind::UniqueId, _>(json);
            assert_eq!(none, Ok(None));
        }
        let odd: Read<Option<UniqueId>> = read::<kind::UniqueId, _>(r#"{"number":1.5}"#);
        assert_eq!(odd.unwrap_err().to_string(), "has the number 1.5");
    }

    #[test]
    fn ids_are_parsed_as_they_are_shown() {
        for text in ["TASK-42", "42", "A-B-7"] {
            assert_eq!(text.parse::<UniqueId>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "TASK",
            "TASK-",
            "-42",
            "TASK-+1",
            "TASK-1.5",
            "99999999999999999999",
        ] {
            let error = text.parse::<UniqueId>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{text}` is no unique id")), "{error}");
        }
    }
}
