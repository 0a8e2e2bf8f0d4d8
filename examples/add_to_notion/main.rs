//! “Add to Notion”: a web application whose users connect their workspaces, and write typed rows into them.
//!
//! ```console
//! $ cargo run --bin add_to_notion                  # against an embedded simulator, without an account
//! $ cargo run --bin add_to_notion -- --port 8080
//! ```
//!
//! With `NOTION_CLIENT_ID`, `NOTION_CLIENT_SECRET`, `NOTION_REDIRECT_URI` (such as `http://localhost:3000/notion/callback`)
//! and `NOTION_OAUTH_KEYS` it runs against Notion itself. There it needs a database titled `Twitter` with the columns handle
//! (title) and tweet (text), shared with the connection.

mod html;

use std::collections::HashMap;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use axum::extract::{Form, State};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Router, serve};
use clap::Parser;
use notion_core::prelude::*;
use notion_examples::is_set;
use notion_oauth::web::{self, Subject, Theme, Web};
use notion_oauth::{
    BotId, ClientId, ClientSecret, Connection, KeyRing, RedirectUri, SqliteStore, Status, Tenant, TenantId,
    Workspaces,
};
use notion_sim::Sim;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::signal::ctrl_c;

use crate::html::Card;

type Result<T, E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

/// A web application with an “Add to Notion” button, on this machine.
#[derive(Parser)]
#[command(name = "add_to_notion")]
struct Args {
    /// Where to listen.
    #[arg(long, default_value_t = 3000)]
    port: u16,
}

/// Where the grants are kept of connections of Notion itself.
const FOLDER: &str = "target/add_to_notion";

/// A row of the table `Twitter`.
#[derive(Debug, NotionRow)]
struct Tweet {
    #[notion(title)]
    handle: String,
    tweet: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    let ended = run(&Args::parse()).await;
    notion_examples::end(ended.map_err(|error| -> Box<dyn Error> { error }))
}

async fn run(args: &Args) -> Result<()> {
    let listener = TcpListener::bind(("localhost", args.port))
        .await
        .map_err(|error| {
            let port = args.port;
            format!("port {port} cannot be listened on: {error}. Choose another one with `--port`.")
        })?;
    let port = listener.local_addr()?.port();
    let site = format!("http://localhost:{port}");
    // The simulator, if there is one, lives as long as this does.
    let (workspaces, sim) = connect(&site, port).await?;

    let web = Web::new(workspaces.clone())?
        .pages(Theme::new().product("Loud Thoughts").accent("#c2410c")?)
        .subject(|parts| {
            let user = user(&parts.headers)?;
            Some(Subject::new(user.as_str(), user.clone()))
        });
    let mount = web.mount().to_owned();
    let app = Router::new()
        .route("/", get(home))
        .route("/log-in", post(log_in))
        .route("/log-out", post(log_out))
        .route("/write", post(write))
        .with_state(App {
            workspaces: workspaces.clone(),
            start: format!("{mount}/start"),
            disconnect: format!("{mount}/disconnect"),
        })
        .nest(&mount, web::router(web));
    println!("Open {site}/ (Ctrl-C stops)");
    if sim.is_some() {
        println!(
            "Notion is simulated. To use Notion itself, set NOTION_CLIENT_ID and the variables that it asks for then."
        );
    }
    let stop = async {
        let _ = ctrl_c().await;
    };
    serve(listener, app).with_graceful_shutdown(stop).await?;
    // A refresh that is under way is waited for.
    Ok(workspaces.shutdown(Duration::from_secs(10)).await?)
}

/// A connection of Notion, if the environment names one, or one of a simulator whose workspace has two people and a table.
async fn connect(site: &str, port: u16) -> Result<(Workspaces, Option<Sim>)> {
    if is_set(&Connection::VARIABLES) {
        let connection = Connection::from_env()?;
        comes_back(&connection, port)?;
        let keys = KeyRing::from_env()?;
        std::fs::create_dir_all(FOLDER).map_err(|error| {
            format!("the folder {FOLDER} cannot be made: {error}. Run this where you may write.")
        })?;
        let store = SqliteStore::open(format!("{FOLDER}/grants.sqlite")).await?;
        let builder = Workspaces::builder(connection).store(store, keys);
        return Ok((builder.open().await?, None));
    }
    let mut workspace: serde_json::Value = serde_json::from_str(include_str!("../tutorial/workspace.json"))?;
    let mut grace = workspace["users"][0].clone();
    grace["id"] = json!("8e1c2c6d-8a1f-4d4b-8a8f-4b2d3c5e6f71");
    grace["name"] = json!("Grace Hopper");
    grace["person"]["email"] = json!("grace@example.com");
    workspace["users"]
        .as_array_mut()
        .ok_or("no list of users")?
        .push(grace);
    workspace["workspace"] =
        json!({"id": "1c0f7d52-3a9b-4e55-9f0e-5d6c7b8a9f10", "name": "Analytical <Engines>"});

    let redirect_uri = RedirectUri::new(format!("{site}/notion/callback"))?;
    let sim = Sim::builder()
        .seed(workspace)
        .redirect_uri(redirect_uri.as_str())
        .client_name("Loud Thoughts")
        .start()
        .await?;
    let client = sim.oauth();
    let (id, secret) = (
        ClientId::new(client.client_id)?,
        ClientSecret::new(client.client_secret)?,
    );
    let connection = Connection::builder(id, secret, redirect_uri)
        .base_url(sim.base_url())
        .build()?;
    let workspaces = Workspaces::builder(connection).in_memory().open().await?;
    Ok((workspaces, Some(sim)))
}

/// Whether the browser comes back to this program, as far as can be told: behind a proxy there may be other ports.
fn comes_back(connection: &Connection, port: u16) -> Result<()> {
    let redirect_uri = &connection.redirect_uris()[0];
    match redirect_uri.url().port_or_known_default() {
        Some(other) if redirect_uri.is_loopback() && other != port => Err(format!(
            "the redirect URI {redirect_uri} leads to port {other}, and this listens on port {port}. Run it with `--port {other}`."
        )
        .into()),
        _ => Ok(()),
    }
}

#[derive(Clone)]
struct App {
    workspaces: Workspaces,
    start: String,
    disconnect: String,
}

/// Who is logged in. Here everybody is who they say they are: an application of yours looks into a session instead.
fn user(headers: &HeaderMap) -> Option<TenantId> {
    let cookies = headers.get(COOKIE)?.to_str().ok()?;
    let user = cookies
        .split(';')
        .find_map(|cookie| cookie.trim().strip_prefix("user="))?;
    TenantId::new(user).ok()
}

async fn home(State(app): State<App>, headers: HeaderMap) -> Result<Response, Failed> {
    let Some(user) = user(&headers) else {
        return Ok(Html(html::log_in()).into_response());
    };
    let tenant = app.workspaces.tenant(&user);
    let mut cards = Vec::new();
    for installation in tenant.list().await? {
        let rows = match installation.status() {
            Status::Healthy => newest(&tenant, installation.bot_id()).await,
            _ => Err("This connection has ended. Connect it again.".into()),
        };
        cards.push(Card {
            installation,
            rows: rows.map_err(|error| error.to_string()),
        });
    }
    Ok(Html(html::home(&app, &user, &cards)?).into_response())
}

async fn newest(tenant: &Tenant, bot: &BotId) -> Result<Vec<Tweet>> {
    let tweets = tenant.client(bot).await?.table::<Tweet>("Twitter").await?;
    let page = tweets.query().page_size(5).page().await?;
    let rows = page.rows.into_iter().map(|row| Ok(row?.into_inner()));
    rows.collect()
}

async fn write(
    State(app): State<App>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Redirect, Failed> {
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let user = user(&headers).ok_or("Log in first.")?;
    let bot = BotId::new(field("bot"))?;
    // Another user's bot is not found.
    let notion = app.workspaces.tenant(&user).client(&bot).await?;
    let tweet = Tweet {
        handle: format!("@{user}"),
        tweet: field("text").to_owned(),
    };
    notion.table::<Tweet>("Twitter").await?.insert(&tweet).await?;
    Ok(Redirect::to("/"))
}

async fn log_in(Form(form): Form<HashMap<String, String>>) -> Result<Response, Failed> {
    let name = form.get("name").map(String::as_str).unwrap_or_default();
    let user = TenantId::new(name).map_err(|_| "A name is a word of letters and digits.")?;
    Ok(([(SET_COOKIE, cookie(user.as_str()))], Redirect::to("/")).into_response())
}

async fn log_out() -> Response {
    ([(SET_COOKIE, cookie("; Max-Age=0"))], Redirect::to("/")).into_response()
}

fn cookie(value: &str) -> String {
    format!("user={value}; Path=/; HttpOnly; SameSite=Lax")
}

/// What went wrong, as a page.
struct Failed(Box<dyn Error + Send + Sync>);

impl<E: Into<Box<dyn Error + Send + Sync>>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Html(html::failed(&self.0.to_string()))).into_response()
    }
}
