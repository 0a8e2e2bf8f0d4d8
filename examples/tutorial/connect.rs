//! Three ways to a client: a token, a public connection of Notion, a public connection of the simulator.

use std::env;
use std::error::Error;
use std::fs::OpenOptions;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use notion_core::Notion;
use notion_core::transport::{HttpClient, Transport};
use notion_examples::is_set;
use notion_oauth::loopback::{Loopback, open_browser};
use notion_oauth::{
    Callback, ClientId, ClientSecret, Connection, ErrorKind, Installation, Key, KeyId, KeyRing, Pending,
    RedirectUri, SqliteStore, Workspaces,
};
use notion_sim::Sim;

use crate::show::Steps;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A client, and the server behind it if that is ours.
pub(crate) struct Connected {
    pub(crate) notion: Notion,
    pub(crate) farewell: &'static str,
    _sim: Option<Sim>,
}

impl Connected {
    fn to_notion(notion: Notion) -> Self {
        Self {
            notion,
            farewell: "The rows are in your database: open it in Notion.",
            _sim: None,
        }
    }

    fn to_simulator(notion: Notion, sim: Sim) -> Self {
        Self {
            notion,
            farewell: "All of it was simulated. To use Notion itself, set NOTION_TOKEN, or NOTION_CLIENT_ID,\n\
                       NOTION_CLIENT_SECRET and NOTION_REDIRECT_URI, and run it again.",
            _sim: Some(sim),
        }
    }
}

pub(crate) async fn connect(yes: bool, steps: &mut Steps) -> Result<Connected> {
    if is_set(&["NOTION_TOKEN", "NOTION_TOKEN_FILE", "NOTION_API_TOKEN"]) {
        let notion = Notion::from_env()?;
        steps.done("Token", "of an internal connection, from the environment");
        return Ok(Connected::to_notion(notion));
    }
    if is_set(&Connection::VARIABLES) {
        return with_notion(steps).await;
    }
    if is_set(&["NOTION_BASE_URL"]) {
        return Err(
            "NOTION_BASE_URL names a server, and nothing says who connects to it. Set NOTION_TOKEN, or \
                    NOTION_CLIENT_ID, NOTION_CLIENT_SECRET and NOTION_REDIRECT_URI, too; or unset it."
                .into(),
        );
    }
    with_simulator(yes, steps).await
}

/// A public connection of Notion: the stored grant if it is still good, or consent.
async fn with_notion(steps: &mut Steps) -> Result<Connected> {
    let connection = Connection::from_env()?;
    let workspaces = open(&connection).await?;
    for installation in workspaces.list().await? {
        let notion = match workspaces.client(installation.bot_id()).await {
            Ok(notion) => notion,
            Err(error) if error.kind() == ErrorKind::NeedsReauthorization => continue,
            Err(error) => return Err(error.into()),
        };
        match notion.me().await {
            Ok(_) => {
                let grant = describe(&installation);
                steps.done("Grant", &format!("stored before: {grant}"));
                return Ok(Connected::to_notion(notion));
            }
            // The user has taken it back: ask again.
            Err(error) if error.is_unauthorized() => {}
            Err(error) => return Err(error.into()),
        }
    }
    let redirect_uri = &connection.redirect_uris()[0];
    let outcome = if redirect_uri.url().scheme() == "http" {
        let loopback = Loopback::bind(redirect_uri).await?;
        let pending = connection.authorize()?;
        ask_in_browser(&pending, steps).await;
        loopback.receive(&pending).await?
    } else {
        let pending = connection.authorize()?;
        ask_in_browser(&pending, steps).await;
        pending.finish(pasted()?).await?
    };
    let installation = workspaces.install(&outcome.into_grant()?).await?;
    Ok(Connected::to_notion(
        client_of(&workspaces, &installation, steps).await?,
    ))
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
    let workspaces = open(&connection).await?;
    let pending = connection.authorize()?;
    let outcome = if by_itself {
        let received = async { Ok(loopback.receive(&pending).await?) };
        let (outcome, ()) = tokio::try_join!(received, approve(pending.url()))?;
        let why = if yes { "--yes" } else { "no terminal" };
        steps.done("Consent", &format!("approved by itself ({why})"));
        outcome
    } else {
        ask_in_browser(&pending, steps).await;
        loopback.receive(&pending).await?
    };
    let installation = workspaces.install(&outcome.into_grant()?).await?;
    let notion = client_of(&workspaces, &installation, steps).await?;
    Ok(Connected::to_simulator(notion, sim))
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
    println!(
        "    {url}\n    Choose the database `Twitter` there, and allow access. Waiting … (Ctrl-C stops)"
    );
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

/// For redirect URIs that lead elsewhere: the user copies the address that the browser ends at. It holds the code, so
/// it is for this program alone.
fn pasted() -> Result<Callback> {
    print!("    When the browser has come back, paste the whole address it shows here, and nowhere else: ");
    io::stdout().flush()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(Callback::parse(&line)?)
}

/// A client that keeps its tokens fresh by itself.
async fn client_of(
    workspaces: &Workspaces,
    installation: &Installation,
    steps: &mut Steps,
) -> Result<Notion> {
    let (grant, path) = (describe(installation), store_path());
    steps.done("Grant", &format!("{grant}, stored in {}", path.display()));
    Ok(workspaces.client(installation.bot_id()).await?)
}

fn describe(installation: &Installation) -> String {
    format!(
        "for the workspace {}",
        installation.workspace_name().unwrap_or("(no name)")
    )
}

/// Before the user is asked, so that a grant is never had that cannot be kept.
async fn open(connection: &Connection) -> Result<Workspaces> {
    let path = store_path();
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| {
            let folder = folder.display();
            format!("the folder {folder} cannot be made: {error}. Set NOTION_GRANTS to a file that can be written.")
        })?;
    }
    let store = SqliteStore::open(&path).await?;
    let keys = keys(&path.with_extension("key"))?;
    Ok(Workspaces::builder(connection.clone())
        .store(store, keys)
        .open()
        .await?)
}

/// What seals the tokens: a key of the environment, or one that is made at the first start. A program for others keeps it
/// elsewhere than the tokens, such as in the keyring of the operating system.
fn keys(path: &Path) -> Result<KeyRing> {
    if is_set(&[KeyRing::VARIABLE]) {
        return Ok(KeyRing::from_env()?);
    }
    if !path.exists() {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let key = Key::generate(KeyId::new("tutorial")?)?;
        options.open(path)?.write_all(key.expose().as_bytes())?;
    }
    Ok(KeyRing::from_file(path)?)
}

/// `NOTION_GRANTS` puts it elsewhere.
fn store_path() -> PathBuf {
    env::var_os("NOTION_GRANTS")
        .filter(|path| !path.is_empty())
        .map_or_else(|| PathBuf::from("target/tutorial/grants.sqlite"), PathBuf::from)
}
