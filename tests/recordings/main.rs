//! Every recorded response of the real API is read by the client's types of its endpoint.

mod computed;
mod values;

use std::collections::BTreeMap;
use std::io::Write;

use bytes::Bytes;
use notion_core::schema::{DataSource, Snapshot};
use notion_core::transport::{Transport, TransportError};
use notion_core::{AnyRow, BoxFuture, Error, RowPage, Token, prelude::*};
use notion_tests::recordings;
use serde_json::Value;

/// The endpoints that this version has types for. All others are listed, not counted.
const COVERED: &[&str] = &[
    "GET /v1/users/me",
    "POST /v1/search",
    "POST /v1/pages",
    "GET /v1/pages/{id}",
    "PATCH /v1/pages/{id}",
    "POST /v1/databases",
    "GET /v1/databases/{id}",
    "PATCH /v1/databases/{id}",
    "POST /v1/data_sources",
    "GET /v1/data_sources/{id}",
    "PATCH /v1/data_sources/{id}",
    "POST /v1/data_sources/{id}/query",
];

/// Answers every request with the same recorded response.
struct Replay {
    status: u16,
    body: Bytes,
}

impl Transport for Replay {
    fn send(&self, _: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let answer = http::Response::builder()
            .status(self.status)
            .body(self.body.clone());
        Box::pin(async { answer.map_err(TransportError::not_sent) })
    }
}

#[derive(Debug, NotionRow)]
struct Titled {
    #[notion(title)]
    title: String,
}

#[tokio::test]
async fn every_recorded_response_is_read() {
    let Some(interactions) = recordings() else { return };
    let mut table: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let (mut values, mut texts) = (0, 0);
    let mut failures = Vec::new();
    for interaction in &interactions {
        match values::rich_texts(&interaction["response_body"]) {
            Ok(count) => texts += count,
            Err(error) => failures.push(format!(
                "{} {}: {error}",
                interaction["cassette"], interaction["index"]
            )),
        }
        let endpoint = endpoint(interaction);
        let counts = table.entry(endpoint.clone()).or_default();
        counts.1 += 1;
        if !COVERED.contains(&&*endpoint) {
            continue;
        }
        match read(&endpoint, interaction, &mut values).await {
            Ok(()) => counts.0 += 1,
            Err(error) => failures.push(format!(
                "{} {}: {error}",
                interaction["cassette"], interaction["index"]
            )),
        }
    }
    let (mut parsed, mut total) = (0, 0);
    // Straight to the terminal: what a test prints is only shown when it fails.
    let mut out = std::io::stdout().lock();
    writeln!(out, "{:<44} parsed  total", "endpoint").unwrap();
    for (endpoint, counts) in &table {
        if COVERED.contains(&&**endpoint) {
            writeln!(out, "{endpoint:<44} {:>6} {:>6}", counts.0, counts.1).unwrap();
            parsed += counts.0;
            total += counts.1;
        } else {
            writeln!(out, "{endpoint:<44} {:>6} {:>6}  not covered yet", "-", counts.1).unwrap();
        }
    }
    writeln!(out, "{:<44} {parsed:>6} {total:>6}", "total").unwrap();
    writeln!(out, "{values} property values read into Rust types and compared").unwrap();
    writeln!(
        out,
        "{texts} rich texts, there and elsewhere, read, written and compared"
    )
    .unwrap();
    drop(out);
    assert!(
        failures.is_empty(),
        "{} of {total} responses were not read:\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert!(
        total > 0 && values > 0 && texts > 0,
        "the recordings hold none of the covered endpoints"
    );
}

/// The method, and the path without its ids.
fn endpoint(interaction: &Value) -> String {
    let path = interaction["path"].as_str().unwrap();
    let mut segments: Vec<_> = path
        .split('/')
        .map(|segment| if is_id(segment) { "{id}" } else { segment })
        .collect();
    if let Some(at) = segments.iter().position(|segment| *segment == "properties")
        && let Some(property) = segments.get_mut(at + 1)
    {
        *property = "{property_id}";
    }
    format!(
        "{} {}",
        interaction["method"].as_str().unwrap(),
        segments.join("/")
    )
}

fn is_id(segment: &str) -> bool {
    segment.chars().filter(char::is_ascii_hexdigit).count() == 32 && segment.len() <= 36
}

async fn read(
    endpoint: &str,
    interaction: &Value,
    values: &mut usize,
) -> Result<(), Box<dyn std::error::Error>> {
    let status = u16::try_from(interaction["status"].as_u64().unwrap())?;
    let body = &interaction["response_body"];
    let text = body.to_string();
    let transport = Replay {
        status,
        body: text.clone().into(),
    };
    let notion = Notion::builder()
        .token(Token::new("ntn_replay")?)
        .transport(transport)
        .max_attempts(1)
        .build()?;
    if status >= 400 {
        return refused(
            body,
            notion.page("b55c9c91384d452b81dbd1ef79372b75".parse()?).await,
        );
    }
    match endpoint {
        "GET /v1/users/me" => {
            let bot = notion.me().await?;
            same(&bot.id.to_string(), &body["id"])?;
            same(
                bot.workspace_name.as_deref().unwrap_or_default(),
                &body["bot"]["workspace_name"],
            )
        }
        "POST /v1/search" => {
            for result in body["results"].as_array().ok_or("no results")? {
                match &result["object"] {
                    object if object == "page" => any_row(result, values)?,
                    _ => data_source(result)?,
                }
            }
            Ok(())
        }
        "POST /v1/data_sources/{id}/query" => {
            let results = body["results"].as_array().ok_or("no results")?;
            let page = RowPage::<Titled>::from_json(&text)?;
            if page.rows.len() != results.len()
                || page.next_cursor.is_some() != body["next_cursor"].is_string()
            {
                return Err("other rows, or another end".into());
            }
            for (row, result) in page.rows.into_iter().zip(results) {
                let row = row?;
                same(&row.id().to_string(), &result["id"])?;
                any_row(result, values)?;
            }
            Ok(())
        }
        _ if endpoint.contains("/pages") => {
            let page = notion.page(body["id"].as_str().ok_or("no id")?.parse()?).await?;
            same(&page.page.id.to_string(), &body["id"])?;
            any_row(body, values)
        }
        _ if endpoint.contains("/databases") => {
            let database = notion
                .database(body["id"].as_str().ok_or("no id")?.parse()?)
                .await?;
            same(&database.title, &plain_text(&body["title"]))?;
            let sources = body["data_sources"].as_array().map_or(0, Vec::len);
            if database.data_sources.len() == sources {
                Ok(())
            } else {
                Err("other data sources".into())
            }
        }
        _ => {
            notion
                .data_source(body["id"].as_str().ok_or("no id")?.parse()?)
                .await?;
            data_source(body)
        }
    }
}

/// An error response becomes an error that says what the response says.
fn refused(body: &Value, result: notion_core::Result<AnyRow>) -> Result<(), Box<dyn std::error::Error>> {
    let error: Error = result.err().ok_or("an error was read as a page")?;
    same(error.code().unwrap_or_default(), &body["code"])?;
    same(error.request_id().unwrap_or_default(), &body["request_id"])?;
    let message = body["message"].as_str().ok_or("no message")?;
    if error.to_string().contains(message.trim_end_matches('.')) {
        Ok(())
    } else {
        Err(format!("{error} hides {message}").into())
    }
}

/// A schema is read, kept in a snapshot, and read from there without loss.
fn data_source(body: &Value) -> Result<(), Box<dyn std::error::Error>> {
    let source = DataSource::from_json(&body.to_string())?;
    same(&source.title, &plain_text(&body["title"]))?;
    let snapshot = Snapshot::new(notion_core::NOTION_VERSION, source);
    let read = Snapshot::from_json(&snapshot.to_json())?;
    for (name, property) in body["properties"].as_object().ok_or("no properties")? {
        let kept = read.data_source.property(name).ok_or("a property is lost")?;
        if serde_json::from_str::<Value>(kept.json())? != *property {
            return Err(format!("property {name} is changed").into());
        }
    }
    if read.data_source.properties.len() == body["properties"].as_object().map_or(0, serde_json::Map::len) {
        Ok(())
    } else {
        Err("properties appeared".into())
    }
}

fn any_row(body: &Value, values: &mut usize) -> Result<(), Box<dyn std::error::Error>> {
    let row = AnyRow::from_json(&body.to_string())?;
    same(&row.page.id.to_string(), &body["id"])?;
    same(&row.page.url, &body["url"])?;
    for property in &row.properties {
        let json = &body["properties"][&property.name];
        if serde_json::from_str::<Value>(property.value())? != json[&property.type_name] {
            return Err(format!("property {} is changed", property.name).into());
        }
        *values += usize::from(values::read(property, &json[&property.type_name])?);
    }
    if row.properties.len() == body["properties"].as_object().map_or(0, serde_json::Map::len) {
        Ok(())
    } else {
        Err("properties are lost".into())
    }
}

fn strings(json: &Value, key: &str) -> Vec<String> {
    json.as_array()
        .into_iter()
        .flatten()
        .filter_map(|item| item[key].as_str())
        .map(str::to_owned)
        .collect()
}

fn plain_text(items: &Value) -> Value {
    strings(items, "plain_text").concat().into()
}

fn same(read: &str, json: &Value) -> Result<(), Box<dyn std::error::Error>> {
    if json.as_str().unwrap_or_default() == read {
        Ok(())
    } else {
        Err(format!("read {read:?} for {json}").into())
    }
}
