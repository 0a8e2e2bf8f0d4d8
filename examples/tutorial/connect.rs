//! Three ways to a client: a token, a public connection of Notion, a public connection of the simulator.

use std::env;
use std::error::Error;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use notion_core::Notion;
use notion_core::transport::{HttpClient, Transport};
use notion_oauth::loopback::{Loopback, open_browser};
use notion_oauth::{
    Callback, ClientId, ClientSecret, Connection, Grant, GrantStore, Pending, RedirectUri, SqliteStore,
};
use notion_sim::Sim;

use crate::show::Steps;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A client, and the server behind it if that is ours.
pub(crate) struct Connected {
    pub(crate) notion: Notion,
    pub(crate) farewell: String,
    _sim: Option<Sim>,
}

pub(crate) async fn connect(yes: bool, steps: &mut Steps) -> Result<Connected> {
    let set = |names: &[&str]| {
        names
            .iter()
            .any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
    };
    if set(&["NOTION_TOKEN", "NOTION_TOKEN_FILE", "NOTION_API_TOKEN"]) {
        steps.done("Token", "of an internal connection, from the environment");
        let farewell = "The rows are in your database: open it in Notion.".to_owned();
        return Ok(Connected {
            notion: Notion::from_env()?,
            farewell,
            _sim: None,
        });
    }
    if set(&[
        "NOTION_CLIENT_ID",
        "NOTION_CLIENT_SECRET",
        "NOTION_REDIRECT_URI",
        "OAUTH_CLIENT_ID",
        "OAUTH_CLIENT_SECRET",
    ]) {
        return with_notion(steps).await;
    }
    with_simulator(yes, steps).await
}

/// A public connection of Notion: the stored grant if it is still good, or consent.
async fn with_notion(steps: &mut Steps) -> Result<Connected> {
    let connection = Connection::from_env()?;
    let store = open_store().await?;
    let farewell = "The rows are in your database: open it in Notion.".to_owned();
    for installation in store.list(connection.client_id()).await? {
        let notion = connection.client(installation.grant())?;
        match notion.me().await {
            Ok(_) => {
                steps.done(
                    "Grant",
                    &format!("stored before: {}", describe(installation.grant())),
                );
                return Ok(Connected {
                    notion,
                    farewell,
                    _sim: None,
                });
            }
            Err(error) if error.is_unauthorized() => {}
            Err(error) => return Err(error.into()),
        }
    }
    let redirect_uri = &connection.redirect_uris()[0];
    let grant = if redirect_uri.url().scheme() == "http" {
        let loopback = Loopback::bind(redirect_uri).await?;
        let pending = connection.authorize()?;
        ask_in_browser(&pending, steps).await;
        loopback.receive(&pending).await?.into_grant()?
    } else {
        let pending = connection.authorize()?;
        ask_in_browser(&pending, steps).await;
        pending.finish(pasted()?).await?.into_grant()?
    };
    let notion = keep(&store, &connection, &grant, steps).await?;
    Ok(Connected {
        notion,
        farewell,
        _sim: None,
    })
}

/// A public connection of an embedded simulator, in whose workspace somebody has made the table.
async fn with_simulator(yes: bool, steps: &mut Steps) -> Result<Connected> {
    let by_itself = yes || !(io::stdin().is_terminal() && io::stdout().is_terminal());
    let loopback = Loopback::bind(&RedirectUri::new("http://localhost:0/callback")?).await?;
    let sim = Sim::builder()
        .seed(serde_json::from_str(include_str!("workspace.json"))?)
        .redirect_uri(loopback.redirect_uri().as_str())
        .auto_approve(by_itself)
        .start()
        .await?;
    steps.done("Simulator", &format!("listens on {}", sim.base_url()));

    let client = sim.oauth();
    let connection = Connection::builder(
        ClientId::new(client.client_id)?,
        ClientSecret::new(client.client_secret)?,
        loopback.redirect_uri().clone(),
    )
    .base_url(sim.base_url())
    .build()?;
    let pending = connection.authorize()?;
    let outcome = if by_itself {
        let (outcome, approved) = tokio::join!(loopback.receive(&pending), approve(pending.url()));
        approved?;
        steps.done(
            "Consent",
            if yes {
                "approved by itself (--yes)"
            } else {
                "approved by itself (no terminal)"
            },
        );
        outcome?
    } else {
        ask_in_browser(&pending, steps).await;
        loopback.receive(&pending).await?
    };
    let grant = outcome.into_grant()?;
    let store = open_store().await?;
    let notion = keep(&store, &connection, &grant, steps).await?;
    let farewell = "All of it was simulated. To use Notion itself, set NOTION_TOKEN, or NOTION_CLIENT_ID,\n\
                    NOTION_CLIENT_SECRET and NOTION_REDIRECT_URI, and run it again."
        .to_owned();
    Ok(Connected {
        notion,
        farewell,
        _sim: Some(sim),
    })
}

async fn ask_in_browser(pending: &Pending, steps: &mut Steps) {
    let url = pending.url();
    let opened = open_browser(url).await;
    steps.done(
        "Consent",
        if opened {
            "asked for in your browser; if it did not open:"
        } else {
            "asked for; open this page:"
        },
    );
    println!("    {url}\n    Choose the database `Twitter` there, and allow access. Waiting …");
}

/// Goes where a browser would: to the consent page, which approves by itself, and back to us.
async fn approve(url: &str) -> Result<()> {
    let client = HttpClient::new(Duration::from_secs(10))?;
    let consent = client.send(http::Request::get(url).body(Bytes::new())?).await?;
    let back = consent
        .headers()
        .get(http::header::LOCATION)
        .ok_or("the simulator showed a page instead of approving")?;
    client
        .send(http::Request::get(back.to_str()?).body(Bytes::new())?)
        .await?;
    Ok(())
}

/// For redirect URIs that lead elsewhere: the user copies the address that the browser ends at.
fn pasted() -> Result<Callback> {
    print!("    When the browser has come back, paste the whole address it shows: ");
    io::stdout().flush()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(Callback::parse(&line)?)
}

async fn keep(
    store: &SqliteStore,
    connection: &Connection,
    grant: &Grant,
    steps: &mut Steps,
) -> Result<Notion> {
    store.save(grant).await?;
    steps.done(
        "Grant",
        &format!("{}, stored in {}", describe(grant), store_path().display()),
    );
    Ok(connection.client(grant)?)
}

fn describe(grant: &Grant) -> String {
    format!(
        "for the workspace {}",
        grant.workspace_name().unwrap_or("(no name)")
    )
}

async fn open_store() -> Result<SqliteStore> {
    let path = store_path();
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    Ok(SqliteStore::open(path).await?)
}

/// Tokens are stored as they are, so the file is for this user alone; `NOTION_GRANTS` puts it elsewhere.
fn store_path() -> PathBuf {
    env::var_os("NOTION_GRANTS").map_or_else(|| PathBuf::from("target/tutorial/grants.sqlite"), PathBuf::from)
}
