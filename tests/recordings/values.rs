//! The values of properties.

use notion_core::kind::{self, Kind as Marker};
use notion_core::property::{Property, ReadError, WritableProperty};
use notion_core::schema::Kind;
use notion_core::schema::json::{Reader, Writer};
use notion_core::{
    AnyProperty, FileSource, Place, SpanContent, UniqueId, UserId, UserKind, Verification, VerificationState,
    prelude::*,
};
use serde_json::{Value, json};

use crate::{computed, plain_text, same, strings};

pub(crate) type Checked<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// Reads a value as its Rust type, and compares it with what `serde_json` finds. False where nothing is compared.
pub(crate) fn read(property: &AnyProperty, json: &Value) -> Checked<bool> {
    match property.kind() {
        Some(Kind::Title) => rich_text::<kind::Title>(property, json)?,
        Some(Kind::RichText) => rich_text::<kind::RichText>(property, json)?,
        Some(Kind::Url) => {
            text::<kind::Url>(property, json)?;
            let url: Option<url::Url> = fits(property.read::<kind::Url, _>())?;
            ensure(url.is_some() == json.is_string(), "the URL")?;
        }
        Some(Kind::Email) => text::<kind::Email>(property, json)?,
        Some(Kind::PhoneNumber) => text::<kind::PhoneNumber>(property, json)?,
        Some(Kind::Select) => text::<kind::Select>(property, json)?,
        Some(Kind::Status) => text::<kind::Status>(property, json)?,
        Some(Kind::Number) => {
            let number: Option<f64> = fits(property.read::<kind::Number, _>())?;
            ensure(number == json.as_f64(), "the number")?;
        }
        Some(Kind::Checkbox) => ensure(fits(property.read::<kind::Checkbox, bool>())? == *json, "the box")?,
        Some(Kind::MultiSelect) => {
            let options: Vec<String> = fits(property.read::<kind::MultiSelect, _>())?;
            ensure(options == strings(json, "name"), "the options")?;
        }
        Some(Kind::Relation) => {
            let pages: Vec<PageId> = fits(property.read::<kind::Relation, _>())?;
            ensure(
                pages.iter().map(ToString::to_string).collect::<Vec<_>>() == strings(json, "id"),
                "the pages",
            )?;
        }
        Some(Kind::People) => {
            let people: Vec<UserRef> = fits(property.read::<kind::People, _>())?;
            let shown = json.as_array().ok_or("no list")?;
            ensure(people.len() == shown.len(), "the people")?;
            for (user, json) in people.iter().zip(shown) {
                self::user(user, json)?;
            }
        }
        Some(Kind::CreatedBy) => author::<kind::CreatedBy>(property, json)?,
        Some(Kind::LastEditedBy) => author::<kind::LastEditedBy>(property, json)?,
        Some(Kind::Files) => files(property, json)?,
        Some(Kind::UniqueId) => {
            let id: Option<UniqueId> = fits(property.read::<kind::UniqueId, _>())?;
            ensure(
                id.as_ref().map(|id| id.number) == json["number"].as_u64(),
                "the number",
            )?;
            let prefix = id.and_then(|id| id.prefix).unwrap_or_default();
            same(&prefix, &json["prefix"])?;
        }
        Some(Kind::Verification) => {
            let verification: Verification = fits(property.read::<kind::Verification, _>())?;
            let state = match verification.state {
                VerificationState::Verified => "verified",
                VerificationState::Expired => "expired",
                _ => "unverified",
            };
            ensure(
                json["state"].as_str().unwrap_or("unverified") == state,
                "the state",
            )?;
        }
        Some(Kind::Place) => {
            let place: Option<Place> = fits(property.read::<kind::Place, _>())?;
            ensure(
                place.as_ref().map(|place| place.lat) == json["lat"].as_f64(),
                "the latitude",
            )?;
            ensure(
                place.map(|place| place.lon) == json["lon"].as_f64(),
                "the longitude",
            )?;
        }
        Some(Kind::Button) => fits(property.read::<kind::Button, ()>())?,
        Some(Kind::Date) => {
            let date: Option<DateOrRange> = fits(property.read::<kind::Date, _>())?;
            let shown = |date: &Value| date.as_str().map(|text| text.replace(".000", ""));
            ensure(
                date.as_ref().map(|date| date.start.to_string()) == shown(&json["start"]),
                "the start",
            )?;
            ensure(
                date.and_then(|date| date.end).map(|end| end.to_string()) == shown(&json["end"]),
                "the end",
            )?;
        }
        Some(Kind::CreatedTime) => {
            let time: jiff::Timestamp = fits(property.read::<kind::CreatedTime, _>())?;
            ensure(format!("{time:.3}") == *json, "the time")?;
        }
        Some(Kind::LastEditedTime) => {
            let time: jiff::Timestamp = fits(property.read::<kind::LastEditedTime, _>())?;
            ensure(format!("{time:.3}") == *json, "the time")?;
        }
        _ => return computed::read(property, json),
    }
    Ok(true)
}

/// A text of any kind as a `String`.
fn text<K: Marker>(property: &AnyProperty, json: &Value) -> Checked
where
    String: Property<K>,
{
    let read: Option<String> = fits(property.read::<K, _>())?;
    let shown = match json {
        Value::Array(items) if items.is_empty() => Value::Null,
        Value::Array(_) => plain_text(json),
        Value::Object(option) => option["name"].clone(),
        _ => json.clone(),
    };
    ensure(read.is_some() == shown.is_string(), "the emptiness")?;
    same(&read.unwrap_or_default(), &shown)
}

/// Titles and rich texts, each as plain text too.
fn rich_text<K: Marker>(property: &AnyProperty, json: &Value) -> Checked
where
    String: Property<K>,
    RichText: Property<K>,
{
    text::<K>(property, json)?;
    let text: RichText = fits(property.read::<K, _>())?;
    formatted(&text, json)
}

/// Rich text anywhere in a response, such as in blocks, and how much there is.
pub(crate) fn rich_texts(json: &Value) -> Checked<usize> {
    let mut count = 0;
    if json[0]["plain_text"].is_string() {
        let mut text = RichText::new();
        let json_text = json.to_string();
        fits(Property::<kind::RichText>::read(
            &mut text,
            &mut Reader::new(&json_text),
        ))?;
        formatted(&text, json)?;
        count += 1;
    }
    let inside: Vec<&Value> = match json {
        Value::Array(items) => items.iter().collect(),
        Value::Object(members) => members.values().collect(),
        _ => Vec::new(),
    };
    for json in inside {
        count += rich_texts(json)?;
    }
    Ok(count)
}

/// Rich text says all that Notion says, in the form that Notion takes.
fn formatted(text: &RichText, json: &Value) -> Checked {
    same(&text.plain_text(), &plain_text(json))?;
    let mut written = Writer::new();
    WritableProperty::<kind::RichText>::write(text, &mut written)?;
    let written: Value = serde_json::from_str(written.as_str())?;
    ensure(requested(&written) == requested(json), "the format")?;
    let has_mention =
        |span: &notion_core::Span| matches!(span.content, SpanContent::Mention(_) | SpanContent::Other(_));
    if !text.spans().iter().any(has_mention) {
        ensure(
            RichText::from_markdown(&text.to_markdown()) == *text,
            "the Markdown",
        )?;
    }
    Ok(())
}

/// Items as a request says them, with those that differ in nothing but their words as one.
fn requested(items: &Value) -> Vec<Value> {
    let mut requested: Vec<Value> = Vec::new();
    for item in items.as_array().into_iter().flatten() {
        let looks: Value = item["annotations"]
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(_, value)| **value != false && **value != "default")
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let mention = item["mention"].as_object().and_then(|mention| {
            let (kind, payload) = mention.iter().find(|(key, _)| *key != "type")?;
            Some(match kind.as_str() {
                "date" => json!({kind: payload.to_string().replace(".000", "").replace(",\"end\":null", "").replace(",\"time_zone\":null", "")}),
                _ => json!({kind: payload["id"]}),
            })
        });
        let mut words = item["text"]["content"].as_str().unwrap_or_default().to_owned();
        let rest = json!({
            "link": item["text"]["link"]["url"], "looks": looks, "mention": mention, "equation": item["equation"]["expression"],
            "is_text": item["text"].is_object(),
        });
        if let Some(last) = requested.last_mut()
            && last["rest"] == rest
            && item["text"].is_object()
        {
            words.insert_str(0, last["words"].as_str().unwrap_or_default());
            requested.pop();
        }
        requested.push(json!({"words": words, "rest": rest}));
    }
    requested
}

fn author<K: Marker>(property: &AnyProperty, json: &Value) -> Checked
where
    UserRef: Property<K>,
    UserId: Property<K>,
{
    let id: UserId = fits(property.read::<K, _>())?;
    same(&id.to_string(), &json["id"])?;
    user(&fits(property.read::<K, UserRef>())?, json)
}

fn user(user: &UserRef, json: &Value) -> Checked {
    same(&user.id.to_string(), &json["id"])?;
    same(user.name.as_deref().unwrap_or_default(), &json["name"])?;
    same(
        user.avatar_url.as_deref().unwrap_or_default(),
        &json["avatar_url"],
    )?;
    same(user.email().unwrap_or_default(), &json["person"]["email"])?;
    let kind = match &user.kind {
        UserKind::Person { .. } => "person",
        UserKind::Bot { json: bot, .. } => {
            ensure(serde_json::from_str::<Value>(bot)? == json["bot"], "the bot")?;
            "bot"
        }
        UserKind::Group => return Ok(ensure(json["object"] == "group", "the group")?),
        _ => "",
    };
    same(kind, &json["type"])
}

fn files(property: &AnyProperty, json: &Value) -> Checked {
    let files: Vec<FileRef> = fits(property.read::<kind::Files, _>())?;
    let shown = json.as_array().ok_or("no list")?;
    ensure(files.len() == shown.len(), "the files")?;
    for (file, json) in files.iter().zip(shown) {
        same(&file.name, &json["name"])?;
        let kind = match file.source {
            FileSource::External { .. } => "external",
            FileSource::Hosted { .. } => "file",
            _ => "",
        };
        same(kind, &json["type"])?;
        same(file.url().unwrap_or_default(), &json[kind]["url"])?;
    }
    Ok(())
}

pub(crate) fn fits<T>(read: Result<T, ReadError>) -> Result<T, String> {
    read.map_err(|error| error.to_string())
}

pub(crate) fn ensure(holds: bool, what: &str) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(format!("{what} was read wrongly"))
    }
}
