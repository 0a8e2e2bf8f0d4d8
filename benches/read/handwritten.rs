//! What one writes by hand with serde: a struct for each kind, with the fields that are needed and no others.

use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::facts::{Facts, Owner, When};

#[derive(Deserialize)]
pub(crate) struct List<P> {
    pub(crate) results: Vec<P>,
}

#[derive(Deserialize)]
pub(crate) struct Page {
    id: String,
    properties: Task<String, String>,
}

#[derive(Deserialize)]
struct Task<I, D> {
    #[serde(rename = "Task")]
    task: Title,
    #[serde(rename = "Notes")]
    notes: RichText,
    #[serde(rename = "Points")]
    points: Number,
    #[serde(rename = "Priority")]
    priority: Select,
    #[serde(rename = "Tags")]
    tags: MultiSelect,
    #[serde(rename = "Status")]
    status: Status,
    #[serde(rename = "Due")]
    due: Date<D>,
    #[serde(rename = "Done")]
    done: Checkbox,
    #[serde(rename = "Link")]
    link: Url,
    #[serde(rename = "Contact")]
    contact: Email,
    #[serde(rename = "Related")]
    related: Relation<I>,
    #[serde(rename = "Owners")]
    owners: People<I>,
}

#[derive(Deserialize)]
struct Title {
    title: Vec<Text>,
}

#[derive(Deserialize)]
struct RichText {
    rich_text: Vec<Text>,
}

#[derive(Deserialize)]
struct Text {
    plain_text: String,
}

#[derive(Deserialize)]
struct Number {
    number: Option<f64>,
}

#[derive(Deserialize)]
struct Select {
    select: Option<Named>,
}

#[derive(Deserialize)]
struct MultiSelect {
    multi_select: Vec<Named>,
}

#[derive(Deserialize)]
struct Status {
    status: Option<Named>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Date<D> {
    date: Option<Range<D>>,
}

#[derive(Deserialize)]
struct Range<D> {
    start: D,
    end: Option<D>,
}

#[derive(Deserialize)]
struct Checkbox {
    checkbox: bool,
}

#[derive(Deserialize)]
struct Url {
    url: Option<String>,
}

#[derive(Deserialize)]
struct Email {
    email: Option<String>,
}

#[derive(Deserialize)]
struct Relation<I> {
    relation: Vec<Reference<I>>,
}

#[derive(Deserialize)]
struct Reference<I> {
    id: I,
}

#[derive(Deserialize)]
struct People<I> {
    people: Vec<User<I>>,
}

#[derive(Deserialize)]
struct User<I> {
    id: I,
    name: Option<String>,
    person: Option<Person>,
}

#[derive(Deserialize)]
struct Person {
    email: Option<String>,
}

/// The page as a [`Row`](notion_core::Row) has it: its attributes as well, ids and times as what they are.
#[derive(Deserialize)]
#[expect(dead_code, reason = "to be read is what they are here for")]
pub(crate) struct WholePage {
    id: Uuid,
    created_time: When,
    last_edited_time: When,
    created_by: Reference<Uuid>,
    last_edited_by: Reference<Uuid>,
    parent: Parent,
    in_trash: bool,
    is_archived: bool,
    is_locked: bool,
    icon: Option<Box<RawValue>>,
    cover: Option<Box<RawValue>>,
    url: String,
    public_url: Option<String>,
    properties: Task<Uuid, When>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "to be read is what they are here for")]
struct Parent {
    data_source_id: Option<Uuid>,
    database_id: Option<Uuid>,
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;

        impl Visitor<'_> for Written {
            type Value = When;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a day or a moment")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<When, E> {
                let when = if text.len() == "2026-09-15".len() {
                    text.parse().map(When::Day)
                } else {
                    text.parse().map(When::Moment)
                };
                when.map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Written)
    }
}

pub(crate) fn read(body: &[u8]) -> Result<List<Page>, String> {
    crate::from_str(body)
}

pub(crate) fn read_slice(body: &[u8]) -> Result<List<Page>, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

pub(crate) fn read_whole(body: &[u8]) -> Result<List<WholePage>, String> {
    crate::from_str(body)
}

impl From<&Page> for Facts {
    fn from(page: &Page) -> Self {
        facts(page.id.clone(), &page.properties, |text| When::parse(text))
    }
}

impl From<&WholePage> for Facts {
    fn from(page: &WholePage) -> Self {
        facts(page.id.to_string(), &page.properties, Clone::clone)
    }
}

fn facts<I: ToString, D>(id: String, row: &Task<I, D>, when: impl Fn(&D) -> When) -> Facts {
    let joined = |texts: &[Text]| texts.iter().map(|text| &*text.plain_text).collect();
    let name = |option: &Named| option.name.clone();
    Facts {
        id,
        task: joined(&row.task.title),
        notes: joined(&row.notes.rich_text),
        points: row.points.number,
        priority: row.priority.select.as_ref().map(name),
        tags: row.tags.multi_select.iter().map(name).collect(),
        status: row.status.status.as_ref().map(name),
        due: row
            .due
            .date
            .as_ref()
            .map(|due| (when(&due.start), due.end.as_ref().map(&when))),
        done: row.done.checkbox,
        link: row.link.url.clone(),
        contact: row.contact.email.clone(),
        related: row
            .related
            .relation
            .iter()
            .map(|page| page.id.to_string())
            .collect(),
        owners: row
            .owners
            .people
            .iter()
            .map(|user| Owner {
                id: user.id.to_string(),
                name: user.name.clone(),
                email: user.person.as_ref().and_then(|person| person.email.clone()),
            })
            .collect(),
    }
}
