//! To the form of requests.

use notion_schema::json::Writer;

use super::look::{Annotations, TextColor};
use super::mention::{Mention, TemplateMention};
use super::span::{Span, SpanContent};
use crate::kind;
use crate::property::text::{MAX_URL, pieces, within};
use crate::property::{MAX_ITEMS, WritableProperty, WriteError};

/// The longest equation.
///
/// Source: <https://developers.notion.com/reference/request-limits>.
const MAX_EQUATION: usize = 1_000;

/// Writes the items of a text, one for each span, or more for long text.
pub(super) fn spans(spans: &[Span], json: &mut Writer) -> Result<(), WriteError> {
    let mut items = 0;
    json.begin_array();
    for span in spans {
        match &span.content {
            SpanContent::Text { text, link } => {
                if let Some(url) = link {
                    check_link(text, url)?;
                }
                for piece in pieces(text) {
                    items += 1;
                    item(&span.annotations, json, |json| {
                        json.key("text").begin_object();
                        json.key("content").string(piece);
                        if let Some(url) = link {
                            json.key("link").begin_object();
                            json.key("url").string(url);
                            json.end_object();
                        }
                        json.end_object();
                        Ok(())
                    })?;
                }
            }
            SpanContent::Equation(expression) => {
                items += 1;
                within("holds an equation that ", expression, MAX_EQUATION)?;
                item(&span.annotations, json, |json| {
                    json.key("equation").begin_object();
                    json.key("expression").string(expression);
                    json.end_object();
                    Ok(())
                })?;
            }
            SpanContent::Mention(mention) => {
                items += 1;
                item(&span.annotations, json, |json| {
                    json.key("mention").begin_object();
                    self::mention(mention, span, json)?;
                    json.end_object();
                    Ok(())
                })?;
            }
            SpanContent::Other(_) => return Err(not_taken("a part", span)),
        }
    }
    json.end_array();
    if items > MAX_ITEMS {
        return Err(WriteError::new(format!(
            "makes {items} pieces of text, and Notion takes {MAX_ITEMS}: a piece ends where the format changes, and after 2000 \
             characters"
        )));
    }
    Ok(())
}

fn item(
    annotations: &Annotations,
    json: &mut Writer,
    content: impl FnOnce(&mut Writer) -> Result<(), WriteError>,
) -> Result<(), WriteError> {
    json.begin_object();
    content(json)?;
    if !annotations.is_plain() {
        let Annotations {
            bold,
            italic,
            strikethrough,
            underline,
            code,
            color,
        } = annotations;
        json.key("annotations").begin_object();
        for (name, on) in [
            ("bold", bold),
            ("italic", italic),
            ("strikethrough", strikethrough),
            ("underline", underline),
            ("code", code),
        ] {
            if *on {
                json.key(name).bool(true);
            }
        }
        if *color != TextColor::Default {
            json.key("color").string(color.name());
        }
        json.end_object();
    }
    json.end_object();
    Ok(())
}

fn mention(mention: &Mention, span: &Span, json: &mut Writer) -> Result<(), WriteError> {
    match mention {
        Mention::User(user) => object_id("user", user.id, json),
        Mention::Page(id) => object_id("page", id, json),
        Mention::Database(id) => object_id("database", id, json),
        Mention::CustomEmoji { id, .. } => object_id("custom_emoji", id, json),
        Mention::Date(date) => WritableProperty::<kind::Date>::write(date, json.key("date"))?,
        Mention::Template(template) => {
            let (key, value) = match template {
                TemplateMention::Today => ("template_mention_date", "today"),
                TemplateMention::Now => ("template_mention_date", "now"),
                TemplateMention::Me => ("template_mention_user", "me"),
            };
            json.key("template_mention").begin_object();
            json.key("type").string(key);
            json.key(key).string(value);
            json.end_object();
        }
        Mention::LinkPreview { .. } | Mention::LinkMention { .. } => {
            return Err(not_taken("a preview of a link", span));
        }
        Mention::Other(_) => return Err(not_taken("a mention", span)),
    }
    Ok(())
}

fn object_id(key: &str, id: impl std::fmt::Display, json: &mut Writer) {
    json.key(key).begin_object();
    json.key("id").display(id);
    json.end_object();
}

fn check_link(text: &str, url: &str) -> Result<(), WriteError> {
    if url.is_empty() {
        return Err(WriteError::new(format!(
            "holds a link without a URL, at `{}`",
            start_of(text)
        )));
    }
    within("holds a link whose URL ", url, MAX_URL)
}

fn not_taken(what: &str, span: &Span) -> WriteError {
    WriteError::new(format!(
        "holds {what} that Notion shows but does not take, `{}`: `into_writable` makes it linked text",
        start_of(&span.plain_text())
    ))
}

/// As much as helps to find it again.
fn start_of(text: &str) -> String {
    text.chars().take(40).collect()
}
