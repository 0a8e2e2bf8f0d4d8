//! How records stand in the file.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::store::memory::Records;
use crate::store::{Record, Table};

/// The format of the file. A greater one is a newer program's, and is left alone.
const FORMAT: u64 = 1;

#[derive(Serialize, Deserialize)]
struct Contents {
    format: u64,
    records: Vec<Line>,
}

/// The part by which a file is recognized, whatever else its format has.
#[derive(Deserialize)]
struct Head {
    format: u64,
}

#[derive(Serialize, Deserialize)]
struct Line {
    table: String,
    key: String,
    version: i64,
    time: i64,
    columns: BTreeMap<String, String>,
    body: String,
    sealed: String,
}

/// Why a text is no store.
pub(super) struct Unreadable {
    pub(super) what: &'static str,
    pub(super) hint: &'static str,
    pub(super) source: Box<dyn std::error::Error + Send + Sync>,
}

pub(super) fn parse(text: &str) -> Result<Records, Unreadable> {
    let head: Head = serde_json::from_str(text).map_err(|error| Unreadable {
        what: "is no store of grants",
        hint: "Restore a copy of it, or choose a file of its own for the store.",
        source: place(&error),
    })?;
    if head.format != FORMAT {
        return Err(Unreadable {
            what: "is in a format that this version does not know",
            hint: "A newer version of the program wrote it: use that one.",
            source: format!("the format is {}", head.format).into(),
        });
    }
    let damaged = |source| Unreadable {
        what: "is damaged",
        hint: "Restore a copy of it, or remove it: then every user has to connect again.",
        source,
    };
    let contents: Contents = serde_json::from_str(text).map_err(|error| damaged(place(&error)))?;
    let records = contents.records.into_iter().map(record);
    records.collect::<Result<_, _>>().map_err(damaged)
}

pub(super) fn write(records: &Records) -> Result<String> {
    let lines = records.iter().map(|((table, _), record)| Line {
        table: table.name().to_owned(),
        key: record.key.clone(),
        version: record.version,
        time: record.time,
        columns: record
            .columns
            .iter()
            .map(|(column, value)| (column.name().to_owned(), value.clone()))
            .collect(),
        body: record.body.clone(),
        sealed: STANDARD.encode(&*record.sealed),
    });
    crate::vault::json(&Contents {
        format: FORMAT,
        records: lines.collect(),
    })
}

type Entry = ((Table, String), Record);

fn record(line: Line) -> Result<Entry, Box<dyn std::error::Error + Send + Sync>> {
    let table = Table::ALL.iter().find(|table| table.name() == line.table);
    let table = *table.ok_or("there is no such table")?;
    let mut columns = BTreeMap::new();
    for (name, value) in line.columns {
        let column = table.columns().iter().find(|column| column.name() == name);
        columns.insert(*column.ok_or("there is no such column")?, value);
    }
    let record = Record {
        key: line.key,
        version: line.version,
        time: line.time,
        columns,
        body: line.body,
        sealed: STANDARD.decode(line.sealed)?.into(),
    };
    Ok(((table, record.key.clone()), record))
}

/// Where the text is wrong. What serde says of it may repeat a part of it.
fn place(error: &serde_json::Error) -> Box<dyn std::error::Error + Send + Sync> {
    format!("line {}, column {}", error.line(), error.column()).into()
}
