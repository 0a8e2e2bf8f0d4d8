//! The application's own pages.

use notion_oauth::web::escape;
use notion_oauth::{Connection, Installation, Owner, TenantId};

use crate::{App, Tweet};

/// A workspace that the user connected.
pub(crate) struct Card {
    pub(crate) installation: Installation,
    pub(crate) rows: Result<Vec<Tweet>, String>,
}

pub(crate) fn log_in() -> String {
    page(
        "<section><h1>Loud Thoughts</h1><p>Think out loud, straight into a table in Notion.</p>\
         <form method=\"post\" action=\"/log-in\" class=\"line\"><label>Who are you? \
         <input name=\"name\" required pattern=\"[A-Za-z0-9]+\" autocomplete=\"off\" autofocus></label>\
         <button class=\"main\">Log in</button></form></section>",
    )
}

pub(crate) fn home(app: &App, user: &TenantId, cards: &[Card]) -> notion_oauth::Result<String> {
    let button = Connection::add_to_notion_link(&app.start, "Add to Notion")?;
    let user = escape(user.as_str());
    let cards: String = cards.iter().map(|card| card.html(app)).collect();
    let cards = match &*cards {
        "" => "<p class=\"none\">No workspace yet. Add one, and tick the database <b>Twitter</b> there.</p>",
        cards => cards,
    };
    Ok(page(&format!(
        "<header><h1>Loud Thoughts</h1><form method=\"post\" action=\"/log-out\"><span>{user}</span>\
         <button>Log out</button></form></header>{cards}{button}"
    )))
}

pub(crate) fn failed(why: &str) -> String {
    let why = escape(why);
    page(&format!(
        "<h1>That did not work</h1><p>{why}</p><p><a href=\"/\">Go back</a></p>"
    ))
}

impl Card {
    fn html(&self, app: &App) -> String {
        let Self { installation, rows } = self;
        let name = escape(installation.workspace_name().unwrap_or("A workspace"));
        let bot = escape(installation.bot_id().as_str());
        let owner = match installation.owner() {
            Owner::User(person) => person.name.as_deref(),
            _ => None,
        };
        let owner = escape(owner.unwrap_or("a user of Notion"));
        let rows = match rows {
            Ok(rows) if rows.is_empty() => "<p class=\"soft\">No thoughts yet.</p>".to_owned(),
            Ok(rows) => rows.iter().map(row).collect(),
            Err(why) => {
                let (why, start) = (escape(why), &app.start);
                format!("<p class=\"bad\">{why}</p><p><a href=\"{start}?bot={bot}\">Connect again</a></p>")
            }
        };
        let disconnect = &app.disconnect;
        format!(
            "<section><h2>{name}</h2><p class=\"soft\">Connected by {owner}. \
             <a href=\"{disconnect}?bot={bot}\">Disconnect</a></p>{rows}\
             <form method=\"post\" action=\"/write\" class=\"line\"><input type=\"hidden\" name=\"bot\" value=\"{bot}\">\
             <input name=\"text\" required maxlength=\"280\" aria-label=\"Your thought\" placeholder=\"What is on your mind?\" \
             autocomplete=\"off\"><button class=\"main\">Write</button></form></section>"
        )
    }
}

fn row(tweet: &Tweet) -> String {
    let (handle, text) = (escape(&tweet.handle), escape(&tweet.tweet));
    format!("<p class=\"row\"><b>{handle}</b> {text}</p>")
}

fn page(content: &str) -> String {
    let style = include_str!("style.css");
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>Loud Thoughts</title>\
         <style>{style}</style></head><body><main>{content}</main></body></html>"
    )
}
