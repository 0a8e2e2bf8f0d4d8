//! The ways to read a document. Whichever is chosen for a value, the document must stay the same.

use std::iter::Cycle;
use std::slice;

use notion_schema::json::{Error, Reader};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::Document;

/// Choices of the plain way throughout, and of each other way wherever there is a choice.
pub const WAYS: &[u8] = &[0, 1, 2, 3, 1 << 2, 2 << 2, 3 << 2, 1 << 4];

/// Keys in an order that may come true.
pub(super) const KEYS: &[&str] = &[
    "object",
    "id",
    "name",
    "type",
    "title",
    "text",
    "content",
    "plain_text",
    "properties",
    "a",
    "b",
];

/// Members up to the value of a key of their value.
pub(super) const PREFIXES: &[&str] = &[
    r#""a":{"b":"#,
    r#""text":{"content":"#,
    r#""Name":{"id":"title","type":"title","title":"#,
];

/// Values that are compared instead of read.
pub(super) const LITERALS: &[&str] = &["null", "true", "false", "\"\"", "\"a\"", "\"title\""];

/// Reads a document in the plainest way.
pub(super) fn whole(reader: Reader<'_>, text: &str) -> Result<Document, Error> {
    chosen(reader, text, &[])
}

/// Reads a document in the ways that `choices` name, one after the other and round again.
pub(super) fn chosen(mut reader: Reader<'_>, text: &str, choices: &[u8]) -> Result<Document, Error> {
    let mut walk = Walk {
        choices: choices.iter().cycle(),
        out_of_range: false,
    };
    let read = walk.value(&mut reader).and_then(|value| {
        reader.end()?;
        Ok(value)
    });
    in_text(reader.position(), text);
    if let Err(error) = &read {
        in_text(error.position(), text);
    }
    Ok(Document {
        value: read?,
        out_of_range: walk.out_of_range,
    })
}

/// Makes sure that a place is one of the text, and between two of its characters.
pub(super) fn in_text(position: usize, text: &str) {
    assert!(
        text.is_char_boundary(position),
        "{position} is no place in {text:?}"
    );
}

struct Walk<'a> {
    choices: Cycle<slice::Iter<'a, u8>>,
    out_of_range: bool,
}

impl Walk<'_> {
    /// One of so many ways by the bits of the next choice from that one on. The way 0 is the plain one.
    fn choose(&mut self, bit: u8, ways: u8) -> u8 {
        self.choices.next().map_or(0, |choice| (choice >> bit) % ways)
    }

    fn value(&mut self, reader: &mut Reader<'_>) -> Result<Value, Error> {
        match self.choose(0, 4) {
            0 => self.plain(reader),
            // Entered, left in the middle, passed over, and gone back to.
            1 => {
                let start = reader.mark();
                match reader.peek() {
                    Some(b'{') => reader.begin_object().and_then(|()| reader.key()).map(drop)?,
                    Some(b'[') => reader.begin_array().and_then(|()| reader.element()).map(drop)?,
                    _ => {}
                }
                reader.rewind(start);
                reader.skip()?;
                let end = reader.position();
                reader.rewind(start);
                let value = self.plain(reader)?;
                assert_eq!(reader.position(), end);
                Ok(value)
            }
            // Cut out, and read as a document of its own as well.
            2 => {
                let start = reader.mark();
                let raw = reader.raw()?;
                reader.rewind(start);
                let value = self.plain(reader)?;
                let alone = whole(Reader::new(raw), raw)?;
                assert_eq!(alone.value, value);
                Ok(value)
            }
            _ => {
                reader.peek();
                match LITERALS.iter().find(|literal| reader.literal(literal)) {
                    Some(literal) => Ok(serde_json::from_str(literal).expect("JSON")),
                    None => self.plain(reader),
                }
            }
        }
    }

    fn plain(&mut self, reader: &mut Reader<'_>) -> Result<Value, Error> {
        Ok(match reader.peek() {
            Some(b'{') => Value::Object(self.object(reader)?),
            Some(b'[') => {
                let mut items = Vec::new();
                reader.begin_array()?;
                loop {
                    if self.choose(4, 2) == 1 {
                        let start = reader.mark();
                        if reader.element()? {
                            reader.skip()?;
                        }
                        reader.rewind(start);
                    }
                    if !reader.element()? {
                        break;
                    }
                    items.push(self.value(reader)?);
                }
                Value::Array(items)
            }
            Some(b'"') => {
                let start = reader.mark();
                let borrowed = reader.string()?.into_owned();
                reader.rewind(start);
                let mut appended = String::new();
                reader.string_into(&mut appended)?;
                assert_eq!(borrowed, appended);
                Value::String(borrowed)
            }
            Some(b't' | b'f') => Value::Bool(reader.bool()?),
            Some(b'n') if reader.null() => Value::Null,
            _ => {
                let number = reader.number()?;
                serde_json::from_str(number).unwrap_or_else(|_| {
                    let _: &RawValue = serde_json::from_str(number).expect("a number");
                    self.out_of_range = true;
                    Value::Null
                })
            }
        })
    }

    fn object(&mut self, reader: &mut Reader<'_>) -> Result<Map<String, Value>, Error> {
        let mut members = Map::new();
        let mut likely = KEYS[usize::from(self.choose(5, 8))..].iter();
        reader.begin_object()?;
        loop {
            let way = self.choose(2, 4);
            // Passed over, and gone back to.
            if way == 3 {
                let start = reader.mark();
                if reader.key()?.is_some() {
                    reader.skip()?;
                }
                reader.rewind(start);
            }
            if way == 2
                && let Some(prefix) = PREFIXES.iter().find(|prefix| reader.open_member(prefix))
            {
                let (name, value) = self.opened(reader, prefix)?;
                members.insert(name, value);
                continue;
            }
            let key = if way == 1 {
                reader.key_like(&mut likely)?
            } else {
                reader.key()?
            };
            let Some(key) = key else {
                return Ok(members);
            };
            members.insert(key.into_owned(), self.value(reader)?);
        }
    }

    /// The rest of a member that `prefix` opened.
    fn opened(&mut self, reader: &mut Reader<'_>, prefix: &str) -> Result<(String, Value), Error> {
        let prefix: Map<String, Value> = serde_json::from_str(&format!("{{{prefix}null}}}}")).expect("JSON");
        let (name, mut value) = prefix.into_iter().next().expect("a member");
        let members = value.as_object_mut().expect("an object");
        for next in members.values_mut().filter(|value| value.is_null()) {
            *next = self.value(reader)?;
        }
        while let Some(key) = reader.key()? {
            members.insert(key.into_owned(), self.value(reader)?);
        }
        Ok((name, value))
    }
}
