use std::env;
use std::io::Write;

use notion_core::Notion;
use notion_oauth::Connection;
use notion_oauth::doctor::{Diagnosis, examine};

use super::{Done, Result};

/// Looks whether the connection that the environment names is set up right: a token, a client id and secret, or both.
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) async fn run(_: &Args) -> Result {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_public = ["NOTION_CLIENT_ID", "OAUTH_CLIENT_ID", "NOTION_AUTH_URL"]
        .into_iter()
        .any(is_set);
    let has_token = ["NOTION_TOKEN", "NOTION_TOKEN_FILE", "NOTION_API_TOKEN"]
        .into_iter()
        .any(is_set);
    let mut diagnoses: Vec<Diagnosis> = Vec::new();
    if is_public {
        diagnoses.push(Connection::from_env()?.doctor().await);
    }
    if has_token || !is_public {
        diagnoses.push(examine(&Notion::from_env()?).await);
    }
    let mut out = std::io::stdout().lock();
    for diagnosis in &diagnoses {
        write!(out, "{diagnosis}")?;
    }
    Ok(if diagnoses.iter().all(Diagnosis::is_well) {
        Done::Well
    } else {
        Done::Differs
    })
}
