//! What the tests of this module share.

use notion_schema::json::{Reader, Writer};

use super::{Property, ReadError, WritableProperty, WriteError};
use crate::kind::Kind;

/// The value as a `T`, of which the reader must have read all.
pub(super) fn read<K: Kind, T: Property<K>>(json: &str) -> Result<T, ReadError> {
    let mut value = T::blank();
    let mut reader = Reader::new(json);
    let read = value.read(&mut reader);
    if matches!(read, Ok(()) | Err(ReadError::Empty)) {
        assert_eq!(reader.end(), Ok(()), "{json}");
    }
    read.map(|()| value)
}

pub(super) fn written<K: Kind, T: WritableProperty<K>>(value: &T) -> Result<String, WriteError> {
    let mut json = Writer::new();
    value.write(&mut json)?;
    Ok(json.into_string())
}
