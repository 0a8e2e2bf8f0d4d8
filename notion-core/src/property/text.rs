use std::sync::Arc;

use notion_schema::Kind as SchemaKind;
use notion_schema::json::{self, Reader, Writer};

use super::{HasKind, MAX_ITEMS, Property, ReadError, WritableProperty, WriteError};
use crate::kind::{Email, PhoneNumber, RichText, Select, Title, Url};

/// How Notion bounds the text of one item, counted in UTF-16 units: the API does not say what it counts,
/// and no other count is larger.
///
/// Source: <https://developers.notion.com/reference/request-limits>.
const MAX_ITEM: usize = 2_000;

/// The longest URL, of a link as well as of a column.
///
/// Source: <https://developers.notion.com/reference/request-limits>.
pub(super) const MAX_URL: usize = 2_000;

/// The annotations of text without any, as the API writes them: most of the bytes of most texts.
pub(super) const PLAIN: &str =
    r#"{"bold":false,"italic":false,"strikethrough":false,"underline":false,"code":false,"color":"default"}"#;

/// One impl for all kinds of text would overlap with that of the options, which a `String` holds as well.
macro_rules! texts {
    ($($text:ty { $($kind:ty, $read:expr, $write:expr;)* })*) => {$(
        $(
            impl Property<$kind> for $text {
                type Operand = String;

                fn blank() -> Self {
                    Self::default()
                }

                fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
                    $read(self, json)
                }

                fn read_kind(
                    &mut self,
                    kind: SchemaKind,
                    json: &mut Reader<'_>,
                ) -> Option<Result<(), ReadError>> {
                    read_any(self, kind, json)
                }
            }

            impl WritableProperty<$kind> for $text {
                fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
                    $write(self, json)
                }
            }
        )*

        impl HasKind for $text {
            type Kind = RichText;
        }
    )*};
}

texts! {
    String {
        Title, read_items, write_items;
        RichText, read_items, write_items;
        Url, read_plain, write_plain::<MAX_URL>;
        Email, read_plain, write_plain::<200>;
        PhoneNumber, read_plain, write_plain::<200>;
    }
    Box<str> {
        Title, into(read_items), write_items;
        RichText, into(read_items), write_items;
        Url, into(read_plain), write_plain::<MAX_URL>;
        Email, into(read_plain), write_plain::<200>;
        PhoneNumber, into(read_plain), write_plain::<200>;
    }
    Arc<str> {
        Title, into(read_items), write_items;
        RichText, into(read_items), write_items;
        Url, into(read_plain), write_plain::<MAX_URL>;
        Email, into(read_plain), write_plain::<200>;
        PhoneNumber, into(read_plain), write_plain::<200>;
    }
}

type Read = fn(&mut String, &mut Reader<'_>) -> Result<(), ReadError>;

/// Reads into a type that is made of a `String`.
fn into<T: From<String>>(read: Read) -> impl Fn(&mut T, &mut Reader<'_>) -> Result<(), ReadError> {
    move |text, json| {
        let mut read_text = String::new();
        read(&mut read_text, json)?;
        *text = read_text.into();
        Ok(())
    }
}

/// Reads the text of any kind that is shown as one.
pub(super) fn read_any<T: From<String>>(
    text: &mut T,
    kind: SchemaKind,
    json: &mut Reader<'_>,
) -> Option<Result<(), ReadError>> {
    let mut any = String::new();
    let read = match kind {
        SchemaKind::Title | SchemaKind::RichText => read_items(&mut any, json),
        SchemaKind::Url | SchemaKind::Email | SchemaKind::PhoneNumber => read_plain(&mut any, json),
        SchemaKind::Select | SchemaKind::Status => Property::<Select>::read(&mut any, json),
        _ => return None,
    };
    Some(read.map(|()| *text = any.into()))
}

fn read_plain(text: &mut String, json: &mut Reader<'_>) -> Result<(), ReadError> {
    text.clear();
    if json.null() {
        Err(ReadError::Empty)
    } else {
        Ok(json.string_into(text)?)
    }
}

fn write_plain<const LIMIT: usize>(text: &str, json: &mut Writer) -> Result<(), WriteError> {
    if text.is_empty() {
        return Err(WriteError::new(
            "is empty text, which Notion does not keep: use `None` in an `Option<String>`",
        ));
    }
    within("", text, LIMIT)?;
    json.string(text);
    Ok(())
}

/// Refuses text that is longer than Notion takes. `what` is what it is part of, if anything: `holds a link whose URL `.
pub(super) fn within(what: &str, text: &str, limit: usize) -> Result<(), WriteError> {
    // No text has more UTF-16 units than bytes.
    if text.len() > limit {
        let length = text.encode_utf16().count();
        if length > limit {
            return Err(WriteError::new(format!(
                "{what}has {length} characters, and Notion takes {limit}"
            )));
        }
    }
    Ok(())
}

/// Joins the plain text of all items: Notion splits a text wherever its format changes.
fn read_items(text: &mut String, json: &mut Reader<'_>) -> Result<(), ReadError> {
    text.clear();
    json.begin_array()?;
    while json.element()? {
        if read_plain_item(text, json)? {
            continue;
        }
        let mut has_text = false;
        json.begin_object()?;
        while let Some(key) = json.key()? {
            match &*key {
                "plain_text" => {
                    json.string_into(text)?;
                    has_text = true;
                }
                "annotations" if json.literal(PLAIN) => {}
                _ => json.skip()?,
            }
        }
        if !has_text {
            return Err(super::without("text", "plain_text"));
        }
    }
    Ok(())
}

/// Reads an item without format or link, to the byte as the API writes it, which most are; any other is
/// left alone.
fn read_plain_item(text: &mut String, json: &mut Reader<'_>) -> Result<bool, json::Error> {
    let start = json.mark();
    if json.literal(r#"{"type":"text","text":{"content":"#) {
        json.skip()?;
        if json.literal(r#","link":null},"annotations":{"bold":false,"italic":false,"strikethrough":false,"underline":false,"code":false,"color":"default"},"plain_text":"#) {
            let length = text.len();
            json.string_into(text)?;
            if json.literal(r#","href":null}"#) {
                return Ok(true);
            }
            text.truncate(length);
        }
        json.rewind(start);
    }
    Ok(false)
}

/// Splits a text at Notion's limit for one item.
fn write_items(text: &str, json: &mut Writer) -> Result<(), WriteError> {
    json.begin_array();
    for (at, item) in pieces(text).enumerate() {
        if at == MAX_ITEMS {
            let length = text.encode_utf16().count();
            let limit = MAX_ITEM * MAX_ITEMS;
            return Err(WriteError::new(format!(
                "has {length} characters, and Notion takes {limit}"
            )));
        }
        json.begin_object();
        json.key("text").begin_object();
        json.key("content").string(item);
        json.end_object();
        json.end_object();
    }
    json.end_array();
    Ok(())
}

/// The parts of a text that are items of their own.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (item, after) = rest.split_at(item_end(rest));
        rest = after;
        (!item.is_empty()).then_some(item)
    })
}

/// Where the first item of `text` ends, between two characters.
fn item_end(text: &str) -> usize {
    if text.len() <= MAX_ITEM {
        return text.len();
    }
    let mut units = 0;
    text.char_indices()
        .find(|(_, c)| {
            units += c.len_utf16();
            units > MAX_ITEM
        })
        .map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;
    use super::*;

    fn written(text: &str) -> Result<Vec<String>, WriteError> {
        let mut json = Writer::new();
        write_items(text, &mut json)?;
        let items: serde_json::Value = serde_json::from_str(json.as_str()).unwrap();
        Ok(items
            .as_array()
            .unwrap()
            .iter()
            .map(|i| i["text"]["content"].as_str().unwrap().to_owned())
            .collect())
    }

    #[test]
    fn long_text_is_split_between_characters() {
        assert_eq!(written("").unwrap(), [""; 0]);
        assert_eq!(written(&"a".repeat(2_000)).unwrap().len(), 1);
        let emoji = "😀".repeat(1_001);
        let items = written(&emoji).unwrap();
        assert_eq!(
            items
                .iter()
                .map(|item| item.encode_utf16().count())
                .collect::<Vec<_>>(),
            [2_000, 2]
        );
        assert_eq!(items.concat(), emoji);
    }

    #[test]
    fn text_over_the_limit_is_refused() {
        assert_eq!(written(&"é".repeat(200_000)).unwrap().len(), 100);
        let error = written(&"é".repeat(200_001)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "has 200001 characters, and Notion takes 200000"
        );
    }

    #[test]
    fn other_owners_of_text_hold_it_too() {
        let json = r#"[{"type":"text","plain_text":"a"},{"type":"text","plain_text":"b"}]"#;
        assert_eq!(read::<Title, Box<str>>(json).as_deref(), Ok("ab"));
        assert_eq!(read::<Email, Arc<str>>(r#""a@x.y""#).as_deref(), Ok("a@x.y"));
        assert_eq!(read::<Email, Option<Arc<str>>>("null"), Ok(None));
        let text: Box<str> = "a".into();
        assert_eq!(
            super::super::testing::written::<RichText, _>(&text).unwrap(),
            r#"[{"text":{"content":"a"}}]"#
        );
    }
}
