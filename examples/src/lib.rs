//! What the examples share: a workspace of their own, so that they run without an account, and how they end.

use std::env;
use std::error::Error;
use std::fmt::Display;
use std::process::ExitCode;
use std::time::Duration;

use bytes::Bytes;
use notion_core::transport::{HttpClient, Transport};
use notion_core::{DataSourceId, NOTION_VERSION, Notion, Token};
use notion_sim::Sim;
use serde_json::{Value, json};

/// The result of a program, or of a part of it.
pub type Result<T = (), E = Box<dyn Error>> = std::result::Result<T, E>;

/// A simulator of Notion in which it is nine o'clock on Friday, 20 November 2026, and a client of it.
///
/// With Notion itself, `Notion::from_env()` makes the client, and there is nothing to start.
///
/// # Errors
/// When the simulator cannot be started.
pub async fn workspace() -> Result<(Sim, Notion)> {
    let sim = Sim::start().await?;
    sim.set_now("2026-11-20T09:00:00Z".parse()?);
    let notion = Notion::builder()
        .base_url(sim.base_url())
        .token(Token::new(sim.token())?)
        .build()?;
    Ok((sim, notion))
}

/// Makes a database with these columns, as people do by hand.
///
/// # Errors
/// When the simulator refuses it.
pub async fn database(sim: &Sim, title: &str, columns: Value) -> Result<DataSourceId> {
    let body = json!({
        "parent": {"type": "page_id", "page_id": sim.parent_page_id()},
        "title": [{"text": {"content": title}}],
        "initial_data_source": {"properties": columns},
    });
    let database = request(sim, "POST", "/v1/databases", &body).await?;
    let id = database["data_sources"][0]["id"].as_str();
    Ok(id.ok_or("a database has a data source")?.parse()?)
}

/// Changes columns of a data source, as people do by hand.
///
/// # Errors
/// When the simulator refuses it.
pub async fn change_columns(sim: &Sim, source: DataSourceId, columns: Value) -> Result {
    let path = format!("/v1/data_sources/{source}");
    request(sim, "PATCH", &path, &json!({"properties": columns})).await?;
    Ok(())
}

async fn request(sim: &Sim, method: &str, path: &str, body: &Value) -> Result<Value> {
    let request = http::Request::builder()
        .method(method)
        .uri(format!("{}{path}", sim.base_url()))
        .header("authorization", format!("Bearer {}", sim.token()))
        .header("notion-version", NOTION_VERSION)
        .header("content-type", "application/json")
        .body(Bytes::from(body.to_string()))?;
    let response = HttpClient::new(Duration::from_secs(10))?.send(request).await?;
    let answer: Value = serde_json::from_slice(response.body())?;
    if response.status().is_success() {
        Ok(answer)
    } else {
        Err(format!("{method} {path}: {}", answer["message"]).into())
    }
}

/// How a program ends: with what went wrong, why, and what to do about it.
pub fn end<T>(result: Result<T>) -> ExitCode {
    let Err(error) = result else {
        return ExitCode::SUCCESS;
    };
    eprintln!("\nerror: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprintln!("  because: {error}");
        cause = error.source();
    }
    ExitCode::FAILURE
}

/// Whether one of these variables is set to more than white space.
#[must_use]
pub fn is_set(names: &[&str]) -> bool {
    let is_blank =
        |name: &&str| env::var_os(name).is_none_or(|value| value.to_string_lossy().trim().is_empty());
    !names.iter().all(is_blank)
}

/// Prints what follows it.
pub fn heading(text: &str) {
    println!("\n{text}\n{}", "─".repeat(text.chars().count()));
}

/// An empty cell for nothing.
pub fn cell(value: Option<impl Display>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// A table with that header.
#[must_use]
pub fn table<const N: usize>(header: [&str; N]) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_preset(comfy_table::presets::ASCII_MARKDOWN);
    table.set_header(header);
    table
}
