//! The whole path: a public connection, consent, a grant, and typed rows in the database that was shared.
//!
//! ```console
//! $ cargo run --bin tutorial                 # against an embedded simulator
//! $ cargo run --bin tutorial -- --yes        # the same, approving by itself
//! $ NOTION_TOKEN=ntn_… cargo run --bin tutorial
//! ```
//!
//! With `NOTION_TOKEN`, or with `NOTION_CLIENT_ID`, `NOTION_CLIENT_SECRET` and `NOTION_REDIRECT_URI`, it does the same
//! against Notion itself.

mod connect;
mod show;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use jiff::civil::{Date, date};
use notion_core::ErrorKind;
use notion_core::prelude::*;

use crate::show::{Steps, table};

/// Walks through an authorization, and inserts and queries typed rows in a database titled `Twitter`.
///
/// Without variables it runs against an embedded simulator. With `NOTION_TOKEN` (an internal connection), or with
/// `NOTION_CLIENT_ID`, `NOTION_CLIENT_SECRET` and `NOTION_REDIRECT_URI` (a public one), it runs against Notion itself.
#[derive(Parser)]
#[command(name = "tutorial")]
struct Args {
    /// Approve by itself, without a browser (in the simulator only).
    #[arg(long)]
    yes: bool,
}

/// A row of the table `Twitter`. A field without a name of its own is the column called like it.
#[derive(Debug, Clone, NotionRow)]
pub(crate) struct Tweet {
    #[notion(title)]
    handle: String,
    tweet: String,
    mood: Option<Mood>,
    posted: Option<Date>,
    likes: Option<u32>,
    pinned: bool,
    #[notion(url)]
    link: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, NotionOption)]
enum Mood {
    Proud,
    Curious,
    Tired,
}

#[tokio::main]
async fn main() -> ExitCode {
    notion_examples::end(run(&Args::parse()).await)
}

async fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let mut steps = Steps::new();
    // The simulator, if there is one, lives as long as this does.
    let connected = connect::connect(args.yes, &mut steps).await?;
    let notion = &connected.notion;

    let bot = notion.me().await?;
    steps.done(
        "Acting as",
        &format!("{} in {}", name(bot.name), name(bot.workspace_name)),
    );

    let tweets = notion.table::<Tweet>("Twitter").await.map_err(with_columns)?;
    steps.done(
        "Found",
        &format!(
            "the data source `{}`, and the struct fits it",
            tweets.schema().title
        ),
    );

    let mut ids = Vec::new();
    for tweet in examples() {
        ids.push(tweets.insert(&tweet).await?.id());
    }
    steps.done("Inserted", &format!("{} typed rows", ids.len()));

    let changed = tweets
        .update(ids[0])
        .set(Tweet::MOOD, Mood::Proud)
        .set(Tweet::LIKES, 21)
        .clear(Tweet::LINK)
        .send()
        .await?;
    steps.done(
        "Updated",
        &format!(
            "{}: {} likes, {}",
            changed.handle,
            changed.likes.unwrap_or_default(),
            changed.link.as_deref().unwrap_or("no link"),
        ),
    );

    tweets.trash(ids[3]).await?;
    steps.done("Trashed", "the last one");

    let filter = Tweet::LIKES.ge(10) & (Tweet::MOOD.ne(Mood::Tired) | Tweet::PINNED.is(true));
    let shown = filter.to_string();
    let mut rows = Vec::new();
    let mut stream = tweets.query().filter(filter).sort(Tweet::POSTED.desc()).stream();
    while let Some(row) = stream.try_next().await? {
        rows.push(row);
    }
    steps.done(
        "Queried",
        &format!("{} rows where {shown}, newest first", rows.len()),
    );
    println!("\n{}", table(&rows));
    println!("{}", connected.farewell);
    Ok(())
}

fn examples() -> [Tweet; 4] {
    let tweet = |handle: &str, text: &str, mood, posted, likes| Tweet {
        handle: handle.to_owned(),
        tweet: text.to_owned(),
        mood,
        posted: Some(posted),
        likes: Some(likes),
        pinned: false,
        link: None,
    };
    [
        Tweet {
            link: Some("https://www.rust-lang.org".to_owned()),
            ..tweet(
                "@ferris",
                "A row is a struct.",
                Some(Mood::Curious),
                date(2026, 11, 18),
                12,
            )
        },
        Tweet {
            pinned: true,
            ..tweet(
                "@ada",
                "The engine weaves algebraic patterns.",
                None,
                date(2026, 11, 19),
                40,
            )
        },
        tweet(
            "@grace",
            "It compiles, so the column exists.",
            Some(Mood::Tired),
            date(2026, 11, 20),
            99,
        ),
        tweet("@SomeHandle", "Here is a tweet", None, date(2026, 11, 17), 10),
    ]
}

fn name(name: Option<String>) -> String {
    name.unwrap_or_else(|| "(no name)".to_owned())
}

/// What the database needs, where it does not have it.
fn with_columns(error: notion_core::Error) -> Box<dyn Error> {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::SchemaMismatch => format!(
            "{error}\n\nThe tutorial needs a database titled `Twitter`, shared with the connection (tick it on the\n\
             consent page, or use ••• → Connections), with the columns\n\
             handle (title), tweet (text), mood (select: Proud, Curious, Tired), posted (date), likes (number),\n\
             pinned (checkbox) and link (URL)."
        )
        .into(),
        _ => error.into(),
    }
}
