//! From the form of responses.

use notion_schema::json::Reader;

use super::look::{Annotations, TextColor};
use super::mention::{Mention, TemplateMention};
use super::span::{Span, SpanContent};
use crate::kind;
use crate::property::people::{self, optional};
use crate::property::text::PLAIN;
use crate::property::{DateOrRange, Property, ReadError, object, without};

/// Reads an item of rich text. What this version has no type for is kept as JSON.
pub(super) fn span(json: &mut Reader<'_>) -> Result<Span, ReadError> {
    let start = json.mark();
    let mut is_known = true;
    let mut content = None;
    let mut annotations = Annotations::default();
    let mut plain_text = None;
    let mut href = None;
    let keys = ["type", "text", "annotations", "plain_text", "href"];
    object(json, &keys, |key, json| {
        match key {
            "type" => is_known = matches!(&*json.string()?, "text" | "mention" | "equation"),
            "text" => content = Some(text(json)?),
            "mention" => content = Some(SpanContent::Mention(mention(json)?)),
            "equation" => content = Some(equation(json)?),
            "annotations" => annotations = self::annotations(json)?,
            "plain_text" => plain_text = Some(json.string()?),
            "href" => href = optional(json)?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    let content = match content {
        Some(content) if is_known => content,
        _ => {
            json.rewind(start);
            SpanContent::Other(json.raw()?.into())
        }
    };
    let mut span = Span {
        annotations,
        ..Span::from(content)
    };
    // Kept only where they say more than the content, so that text that was read is equal to the same text made here.
    span.shown = plain_text
        .filter(|shown| *shown != span.plain_text())
        .map(Into::into);
    span.href = href
        .filter(|href| span.href() != Some(href))
        .map(String::into_boxed_str);
    Ok(span)
}

fn text(json: &mut Reader<'_>) -> Result<SpanContent, ReadError> {
    let (mut content, mut link) = (None, None);
    object(json, &["content", "link"], |key, json| {
        match key {
            "content" => content = Some(json.string()?.into_owned()),
            "link" if json.null() => {}
            "link" => link = Some(member(json, "url")?),
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    let text = content.ok_or_else(|| without("text", "content"))?;
    Ok(SpanContent::Text { text, link })
}

fn equation(json: &mut Reader<'_>) -> Result<SpanContent, ReadError> {
    Ok(SpanContent::Equation(member(json, "expression")?))
}

fn annotations(json: &mut Reader<'_>) -> Result<Annotations, ReadError> {
    let mut read = Annotations::default();
    json.peek();
    if json.literal(PLAIN) {
        return Ok(read);
    }
    let keys = ["bold", "italic", "strikethrough", "underline", "code", "color"];
    object(json, &keys, |key, json| {
        match key {
            "bold" => read.bold = json.bool()?,
            "italic" => read.italic = json.bool()?,
            "strikethrough" => read.strikethrough = json.bool()?,
            "underline" => read.underline = json.bool()?,
            "code" => read.code = json.bool()?,
            "color" => read.color = TextColor::from_name(&json.string()?),
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    Ok(read)
}

/// Reads a mention. One that is not what the API promises is kept as JSON, too: it is a small part of a text.
fn mention(json: &mut Reader<'_>) -> Result<Mention, ReadError> {
    let start = json.mark();
    if let Ok(Some(mention)) = known_mention(json) {
        return Ok(mention);
    }
    json.rewind(start);
    Ok(Mention::Other(json.raw()?.into()))
}

fn known_mention(json: &mut Reader<'_>) -> Result<Option<Mention>, ReadError> {
    let mut is_known = true;
    let mut mention = None;
    object(json, &["type"], |key, json| {
        mention = Some(match key {
            "type" => {
                is_known = KINDS.contains(&&*json.string()?);
                return Ok(true);
            }
            "user" => Mention::User(people::user(json)?),
            "date" => {
                let mut date = <DateOrRange as Property<kind::Date>>::blank();
                Property::<kind::Date>::read(&mut date, json)?;
                Mention::Date(date)
            }
            "page" => Mention::Page(object_id(json)?),
            "database" => Mention::Database(object_id(json)?),
            "custom_emoji" => custom_emoji(json)?,
            "template_mention" => match template(json)? {
                Some(template) => Mention::Template(template),
                None => return Ok(true),
            },
            "link_preview" => Mention::LinkPreview {
                url: member(json, "url")?,
            },
            "link_mention" => {
                let start = json.mark();
                let href = member(json, "href")?;
                json.rewind(start);
                Mention::LinkMention {
                    href,
                    json: json.raw()?.into(),
                }
            }
            _ => return Ok(false),
        });
        Ok(true)
    })?;
    Ok(mention.filter(|_| is_known))
}

const KINDS: [&str; 8] = [
    "user",
    "date",
    "page",
    "database",
    "custom_emoji",
    "template_mention",
    "link_preview",
    "link_mention",
];

fn custom_emoji(json: &mut Reader<'_>) -> Result<Mention, ReadError> {
    let (mut id, mut name, mut url) = (None, None, None);
    object(json, &["id", "name", "url"], |key, json| {
        match key {
            "id" => id = Some(people::id(json)?),
            "name" => name = optional(json)?,
            "url" => url = optional(json)?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    let id = id.ok_or_else(|| without("an emoji", "id"))?;
    Ok(Mention::CustomEmoji { id, name, url })
}

fn template(json: &mut Reader<'_>) -> Result<Option<TemplateMention>, ReadError> {
    let mut template = None;
    object(json, &["type"], |key, json| {
        if !matches!(key, "template_mention_date" | "template_mention_user") {
            return Ok(false);
        }
        template = match &*json.string()? {
            "today" => Some(TemplateMention::Today),
            "now" => Some(TemplateMention::Now),
            "me" => Some(TemplateMention::Me),
            _ => None,
        };
        Ok(true)
    })?;
    Ok(template)
}

fn object_id<T: From<uuid::Uuid>>(json: &mut Reader<'_>) -> Result<T, ReadError> {
    let mut id = None;
    object(json, &["id"], |key, json| {
        if key == "id" {
            id = Some(people::id(json)?);
        }
        Ok(key == "id")
    })?;
    id.ok_or_else(|| without("a mention", "id"))
}

/// The text under one key of an object.
fn member(json: &mut Reader<'_>, name: &'static str) -> Result<String, ReadError> {
    let mut found = None;
    object(json, &[name], |key, json| {
        if key == name {
            found = Some(json.string()?.into_owned());
        }
        Ok(key == name)
    })?;
    found.ok_or_else(|| without("text", name))
}
