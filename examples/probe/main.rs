//! What Notion's documentation leaves open about OAuth, asked of Notion itself.
//!
//! ```console
//! $ cargo run --bin probe
//! ```
//!
//! It needs `NOTION_CLIENT_ID`, `NOTION_CLIENT_SECRET` and `NOTION_REDIRECT_URI`, such as `http://localhost:8080/callback`, and
//! sends you to Notion three times. Make a connection for it, as it uses tokens in all the wrong ways, and ends them. What it
//! prints holds no token, code, id or name, so that it can be shown to others.

mod server;

use std::error::Error;
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::server::{Answer, Server, word, yes};

type Result<T = (), E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = probe().await else {
        return ExitCode::SUCCESS;
    };
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

/// What a code or a refresh token gave.
#[derive(Clone)]
struct Pair {
    access: String,
    /// Empty if there is none, which no server takes.
    refresh: String,
    body: Value,
}

fn pair(answer: Answer) -> Result<Pair> {
    let text = |name: &str| answer.body[name].as_str().map(str::to_owned);
    Ok(Pair {
        access: text("access_token").ok_or_else(|| format!("no token was given: {answer}"))?,
        refresh: text("refresh_token").unwrap_or_default(),
        body: answer.body,
    })
}

/// An endpoint, and what it is sent.
type Call = (&'static str, Value);

fn exchange(code: &str, redirect_uri: &str) -> Call {
    let body = json!({"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri});
    ("token", body)
}

fn refresh(token: &str) -> Call {
    (
        "token",
        json!({"grant_type": "refresh_token", "refresh_token": token}),
    )
}

fn introspect(token: &str) -> Call {
    ("introspect", json!({"token": token}))
}

fn revoke(token: &str) -> Call {
    ("revoke", json!({"token": token}))
}

/// A line of the report, after the number of its question.
fn say(question: u8, what: &str, answer: &str) {
    println!("{question:>2}  {what}: {answer}");
}

async fn probe() -> Result {
    let mut server = Server::from_env().await?;
    let mut back = server.visit("Allow the connection", "probe").await?;
    let code = back.remove("code").ok_or("there is no code")?;
    let right = server.redirect_uri.clone();
    let secret = std::mem::replace(&mut server.secret, "secret_none".to_owned());
    server.ask(7, "a wrong secret", introspect("none")).await?;
    server.secret = secret;
    server.says_version = false;
    server.ask(7, "no Notion-Version", introspect("none")).await?;
    server.says_version = true;
    let wrong = exchange("none", &right);
    server.ask(7, "a code that is none", wrong).await?;
    let wrong = exchange(&code, &format!("{right}x"));
    server.ask(7, "another redirect URI", wrong).await?;
    let answer = server.ask(7, "the right one after that", exchange(&code, &right));
    let first = pair(answer.await?)?;
    say(11, "fields", &server::fields(&first.body));
    for (what, token) in [("access", &first.access), ("refresh", &first.refresh)] {
        let what = format!("introspection of the {what} token");
        let answer = server.ask(5, &what, introspect(token)).await?.body;
        let unit = |iat: f64| if iat > 1e11 { "milliseconds" } else { "seconds" };
        say(5, "active", yes(answer["active"] == true));
        say(5, "iat, in", answer["iat"].as_f64().map_or("none", unit));
    }

    let answer = server.ask(1, "a refresh", refresh(&first.refresh)).await?;
    let second = pair(answer).unwrap_or_else(|_| first.clone());
    say(1, "a new access token", yes(second.access != first.access));
    say(1, "a new refresh token", yes(second.refresh != first.refresh));
    server.look(1, "the access token before", &first).await?;

    let odd = format!("probe ~+-_.%2B/?&=#\u{e9}\u{1f980}{}", "x".repeat(200));
    let mut back = server.visit("Allow it once more", &odd).await?;
    let code = back.remove("code").ok_or("there is no code")?;
    say(
        8,
        "a long, odd state is the same",
        yes(back.get("state") == Some(&odd)),
    );
    let answer = server.ask(3, "another authorization", exchange(&code, &right));
    let third = pair(answer.await?)?;
    let is_same = |field: &str| yes(third.body[field] == second.body[field]);
    say(3, "the same bot", is_same("bot_id"));
    say(3, "the same access token", is_same("access_token"));
    server.look(3, "the access token before", &second).await?;
    for (when, pair) in [("at first", &first), ("refreshed", &second), ("again", &third)] {
        let has_template = pair.body["duplicated_template_id"].is_string();
        say(12, &format!("a template, {when}"), yes(has_template));
    }
    server
        .ask(6, "its code once more", exchange(&code, &right))
        .await?;
    server.look(6, "the access token of that code", &third).await?;

    server
        .ask(2, "a used refresh token", refresh(&first.refresh))
        .await?;
    server.look(2, "the access token that it gave", &second).await?;
    let next = refresh(&second.refresh);
    server.ask(2, "the refresh token that it gave", next).await?;
    server.look(2, "that of the other authorization", &third).await?;

    server
        .ask(4, "revoking an access token", revoke(&third.access))
        .await?;
    server.look(4, "that access token", &third).await?;
    server.ask(4, "revoking it again", revoke(&third.access)).await?;
    let last = server
        .ask(4, "its refresh token", refresh(&third.refresh))
        .await?;
    if let Ok(last) = pair(last) {
        server
            .ask(4, "revoking a refresh token", revoke(&last.refresh))
            .await?;
        server.look(4, "its access token", &last).await?;
        server
            .ask(4, "that refresh token", refresh(&last.refresh))
            .await?;
    }

    let back = server.visit("Cancel this time", "probe").await?;
    say(
        8,
        "the error of a cancel",
        back.get("error").map_or("none", |error| word(error)),
    );
    let is_same = back.get("state").is_some_and(|state| state == "probe");
    say(8, "its state is the one that was sent", yes(is_same));
    println!(
        "\nNot asked, as it takes days, a person or a flood: how long tokens and codes are good (6), which"
    );
    println!("redirect URIs can be registered (9), what is answered to those who ask too often (10).");
    Ok(())
}
