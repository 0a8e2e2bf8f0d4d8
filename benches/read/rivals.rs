//! Other clients, each with the type and the call that it reads a response of a query with.

use std::collections::HashMap;

use notion_client::endpoints::databases::query::response::QueryDatabaseResponse;
use notion_client::objects;
use notionrs_types::prelude as nrs;
use serde::{Deserialize, Serialize};

use crate::facts::{Facts, Owner, When};

type Notionrs<T> = nrs::ListResponse<nrs::PageResponse<T>>;
type Map = HashMap<String, nrs::PageProperty>;

/// What its users write for `.typed::<Typed>()`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Typed {
    #[serde(rename = "Task")]
    task: nrs::PageTitleProperty,
    #[serde(rename = "Notes")]
    notes: nrs::PageRichTextProperty,
    #[serde(rename = "Points")]
    points: nrs::PageNumberProperty,
    #[serde(rename = "Priority")]
    priority: nrs::PageSelectProperty,
    #[serde(rename = "Tags")]
    tags: nrs::PageMultiSelectProperty,
    #[serde(rename = "Status")]
    status: nrs::PageStatusProperty,
    #[serde(rename = "Due")]
    due: nrs::PageDateProperty,
    #[serde(rename = "Done")]
    done: nrs::PageCheckboxProperty,
    #[serde(rename = "Link")]
    link: nrs::PageUrlProperty,
    #[serde(rename = "Contact")]
    contact: nrs::PageEmailProperty,
    #[serde(rename = "Related")]
    related: nrs::PageRelationProperty,
    #[serde(rename = "Owners")]
    owners: nrs::PagePeopleProperty,
}

/// `notionrs` hands the bytes of a response to `from_slice`.
pub(crate) fn notionrs_typed(body: &[u8]) -> Result<Notionrs<Typed>, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

pub(crate) fn notionrs_map(body: &[u8]) -> Result<Notionrs<Map>, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

/// `notion-client` makes a response a `String` first, which checks it for UTF-8.
pub(crate) fn notion_client(body: &[u8]) -> Result<QueryDatabaseResponse, String> {
    crate::from_str(body)
}

impl From<&nrs::PageResponse<Typed>> for Facts {
    fn from(page: &nrs::PageResponse<Typed>) -> Self {
        Self::of_typed(&page.id, &page.properties)
    }
}

impl From<&nrs::PageResponse<Map>> for Facts {
    fn from(page: &nrs::PageResponse<Map>) -> Self {
        // A map can be made the struct that it does not use: both are serde types.
        let typed = serde_json::to_value(&page.properties).and_then(serde_json::from_value);
        Self::of_typed(
            &page.id,
            &typed.expect("what was read can be written and read again"),
        )
    }
}

impl Facts {
    fn of_typed(id: &str, row: &Typed) -> Self {
        let joined = |texts: &[nrs::RichText]| texts.iter().map(ToString::to_string).collect();
        let when = |date: &nrs::DateOrDateTime| match date {
            nrs::DateOrDateTime::Date(day) => When::parse(&day.to_string()),
            nrs::DateOrDateTime::DateTime(_) => When::parse(&date.to_string()),
        };
        Self {
            id: id.to_owned(),
            task: joined(&row.task.title),
            notes: joined(&row.notes.rich_text),
            points: row.points.number,
            priority: row.priority.select.as_ref().map(|option| option.name.clone()),
            tags: row
                .tags
                .multi_select
                .iter()
                .map(|option| option.name.clone())
                .collect(),
            status: Some(row.status.status.name.clone()),
            due: row
                .due
                .date
                .as_ref()
                .and_then(|due| Some((when(due.start.as_ref()?), due.end.as_ref().map(when)))),
            done: row.done.checkbox,
            link: row.link.url.clone(),
            contact: row.contact.email.clone(),
            related: row.related.relation.iter().map(|page| page.id.clone()).collect(),
            owners: row
                .owners
                .people
                .iter()
                .map(|user| Owner {
                    id: user.id.clone(),
                    name: user.name.clone(),
                    email: user.person.as_ref().and_then(|person| person.email.clone()),
                })
                .collect(),
        }
    }
}

impl From<&objects::page::Page> for Facts {
    fn from(page: &objects::page::Page) -> Self {
        // Its types are as wide as the API's, so its JSON says in one line each what they hold.
        let json = serde_json::to_value(&page.properties).expect("what was read can be written");
        let string = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        let each = |value: &serde_json::Value, key: &str| {
            let items = value.as_array().into_iter().flatten();
            items.filter_map(|item| string(&item[key])).collect::<Vec<_>>()
        };
        let due = &json["Due"]["date"];
        Self {
            id: page.id.clone(),
            task: each(&json["Task"]["title"], "plain_text").concat(),
            notes: each(&json["Notes"]["rich_text"], "plain_text").concat(),
            points: json["Points"]["number"].as_f64(),
            priority: string(&json["Priority"]["select"]["name"]),
            tags: each(&json["Tags"]["multi_select"], "name"),
            status: string(&json["Status"]["status"]["name"]),
            due: due["start"]
                .as_str()
                .map(|start| (When::parse(start), due["end"].as_str().map(When::parse))),
            done: json["Done"]["checkbox"] == true,
            link: string(&json["Link"]["url"]),
            contact: string(&json["Contact"]["email"]),
            related: each(&json["Related"]["relation"], "id"),
            owners: json["Owners"]["people"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|user| Owner {
                    id: string(&user["id"]).unwrap_or_default(),
                    name: string(&user["name"]),
                    email: string(&user["person"]["email"]),
                })
                .collect(),
        }
    }
}
