use std::env;
use std::io::Write;

use notion_core::Notion;
use notion_oauth::Connection;
use notion_oauth::doctor::examine;

use super::{Done, Result};

/// Looks whether the connection that the environment names is set up right: a token, a client id and secret, or both.
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) async fn run(_: &Args) -> Result {
    let is_set =
        |name: &str| env::var_os(name).is_some_and(|value| !value.to_string_lossy().trim().is_empty());
    let is_public = Connection::VARIABLES.into_iter().any(is_set);
    let has_token = ["NOTION_TOKEN", "NOTION_TOKEN_FILE", "NOTION_API_TOKEN"]
        .into_iter()
        .any(is_set);
    let mut is_well = true;
    let mut out = std::io::stdout();
    if is_public {
        match Connection::from_env() {
            Ok(connection) => {
                let diagnosis = connection.doctor().await;
                is_well &= diagnosis.is_well();
                write!(out, "{diagnosis}")?;
            }
            // The token is still worth a look.
            Err(error) if has_token => {
                is_well = false;
                writeln!(out, "✗ {error}")?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    if has_token || !is_public {
        let diagnosis = examine(&Notion::from_env()?).await;
        is_well &= diagnosis.is_well();
        write!(out, "{diagnosis}")?;
    }
    Ok(if is_well { Done::Well } else { Done::Differs })
}
