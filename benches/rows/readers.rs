//! Everybody who reads the rows of a response.

use std::hint::black_box;

use notion_benches::fixture::Column;
use notion_core::RowPage;
use notion_core::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::facts::{self, ToFacts};
use crate::rivals::Rival;
use crate::{from_str, hand, rivals, utf8};

pub(crate) const OURS: &str = "derived row";
pub(crate) const BY_HAND: &str = "by hand, from_str";
pub(crate) const TYPED: &str = "notionrs 0.32, typed";
pub(crate) const MAP: &str = "notionrs 0.32, map";
pub(crate) const CLIENT: &str = "notion-client 1.1.1";

/// Reads what the rows of a response say: a text for each of the columns.
type Facts = fn(&[u8], &[Column<'_>]) -> Result<Vec<Vec<String>>, String>;

/// Somebody who reads the response: the name, what the rows say, and a run.
pub(crate) struct Reader {
    pub(crate) name: &'static str,
    pub(crate) facts: Facts,
    pub(crate) run: fn(&[u8]),
}

/// All of them, for the types that derive, that are written by hand, and that users of `notionrs` write; ours first.
pub(crate) fn readers<D, H, N>() -> [Reader; 7]
where
    D: NotionRow + ToFacts,
    H: DeserializeOwned + Serialize,
    N: Rival,
{
    [
        Reader {
            name: OURS,
            facts: |body, _| derived::<D>(body),
            run: |body| run(rows::<D>(body)),
        },
        Reader {
            name: BY_HAND,
            facts: |body, columns| {
                let list: hand::List<hand::Page<H>> = from_str(body)?;
                list.results
                    .iter()
                    .map(|page| written(&page.properties, columns))
                    .collect()
            },
            run: |body| run(from_str::<hand::List<hand::Page<H>>>(body)),
        },
        Reader {
            name: "by hand, from_slice",
            facts: |body, columns| {
                let list: hand::List<hand::Page<H>> = from_slice(body)?;
                list.results
                    .iter()
                    .map(|page| written(&page.properties, columns))
                    .collect()
            },
            run: |body| run(from_slice::<hand::List<hand::Page<H>>>(body)),
        },
        Reader {
            name: "serde_json::Value",
            facts: |body, columns| {
                let list: Value = from_str(body)?;
                let pages = list["results"].as_array().ok_or("no results")?;
                Ok(pages
                    .iter()
                    .map(|page| facts::of_json(columns, &page["properties"]))
                    .collect())
            },
            run: |body| run(from_str::<Value>(body)),
        },
        Reader {
            name: TYPED,
            facts: |body, columns| {
                let list = rivals::notionrs::<N>(body)?;
                list.results
                    .iter()
                    .map(|page| written(&page.properties, columns))
                    .collect()
            },
            run: |body| run(rivals::notionrs::<N>(body)),
        },
        Reader {
            name: MAP,
            facts: |body, columns| {
                let list = rivals::notionrs::<rivals::NotionrsMap>(body)?;
                list.results
                    .iter()
                    .map(|page| written(&page.properties, columns))
                    .collect()
            },
            run: |body| run(rivals::notionrs::<rivals::NotionrsMap>(body)),
        },
        Reader {
            name: CLIENT,
            facts: |body, columns| {
                let list = rivals::notion_client(body)?;
                list.results
                    .iter()
                    .map(|page| written(&page.properties, columns))
                    .collect()
            },
            run: |body| run(rivals::notion_client(body)),
        },
    ]
}

/// Keeps the compiler from seeing that a result is not used; freeing it is part of the price.
pub(crate) fn run<T>(result: Result<T, String>) {
    drop(black_box(result).map(black_box));
}

fn from_slice<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

pub(crate) fn rows<D: NotionRow>(body: &[u8]) -> Result<RowPage<D>, String> {
    RowPage::from_json(utf8(body)?).map_err(|error| error.to_string())
}

pub(crate) fn derived<D: NotionRow + ToFacts>(body: &[u8]) -> Result<Vec<Vec<String>>, String> {
    let page = rows::<D>(body)?;
    page.rows
        .iter()
        .map(|row| row.as_ref().map(|row| row.facts()).map_err(ToString::to_string))
        .collect()
}

/// What a row says when it is written with serde, as all of the others can be.
fn written(row: &impl Serialize, columns: &[Column<'_>]) -> Result<Vec<String>, String> {
    let json = serde_json::to_value(row).map_err(|error| error.to_string())?;
    Ok(facts::of_json(columns, &json))
}
