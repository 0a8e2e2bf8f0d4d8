//! The requests, newest first. The page goes on by itself.

use serde_json::Value;

use super::super::layout::escape;
use super::shell;
use crate::core::Core;
use crate::journal::Entry;
use crate::request::{Answer, Request};
use crate::state::State;

/// How many requests the page shows.
const SHOWN: usize = 200;

/// The page.
pub(super) fn show(core: &Core, state: &State) -> Answer {
    let (last, entries) = core.journal.after(0, SHOWN);
    let rows = lines(&entries);
    let nothing = match entries.is_empty() {
        true => "<p class=\"soft\">No request yet. What comes in appears here.</p>",
        false => "",
    };
    let main = format!(
        "<h1>Requests</h1><p class=\"soft\"><span id=\"live\"></span> · newest first, the latest {SHOWN} · \
         <a class=\"link\" href=\"/_sim/requests\">all as JSON</a></p>{nothing}\
         <table class=\"journal\"><colgroup><col class=\"w7\"><col class=\"w5\"><col class=\"w5\"><col></colgroup>\
         <tbody data-live=\"{last}\">{rows}</tbody></table>"
    );
    shell::page(state, "Requests", "/journal", &main)
}

/// `GET /journal/rows?after=N`: the lines of the requests after the Nth, for the script.
pub(super) fn rows(core: &Core, request: &Request) -> Answer {
    let after = request
        .query("after")
        .and_then(|after| after.parse().ok())
        .unwrap_or(0);
    let (last, entries) = core.journal.after(after, SHOWN);
    let mut answer = shell::asset("text/html; charset=utf-8", &lines(&entries));
    answer.headers.push(("x-last".into(), last.to_string()));
    answer
}

fn lines(entries: &[Entry]) -> String {
    entries.iter().rev().map(line).collect()
}

fn line(entry: &Entry) -> String {
    let status = entry
        .status
        .map_or_else(|| "closed".to_owned(), |status| status.to_string());
    let class = status.chars().next().filter(char::is_ascii_digit).unwrap_or('5');
    let query = match entry.query.as_slice() {
        [] => String::new(),
        pairs => {
            let pairs: Vec<String> = pairs
                .iter()
                .map(|(key, value)| format!("{key}={value}"))
                .collect();
            format!("?{}", pairs.join("&"))
        }
    };
    let message = entry
        .response_body
        .as_ref()
        .and_then(|body| body.get("message"))
        .and_then(Value::as_str);
    let effect = entry.effect.as_ref();
    let fault = effect.map(|effect| format!("<span class=\"pill orange\">{}</span>", escape(effect)));
    let notes: String = entry
        .notes
        .iter()
        .map(|note| format!("<p>{}</p>", escape(note)))
        .collect();
    format!(
        "<tr><td class=\"soft\">{}</td><td>{}</td><td class=\"status s{class}\">{}</td>\
         <td class=\"wide\"><details><summary>{}<code>{}{}</code> <span class=\"soft\">{}</span></summary>{notes}{}{}</details></td></tr>",
        entry.time.strftime("%H:%M:%S"),
        escape(&entry.method),
        escape(&status),
        fault.unwrap_or_default(),
        escape(&entry.path),
        escape(&query),
        escape(message.unwrap_or_default()),
        body("Request", entry.request_body.as_ref()),
        body("Answer", entry.response_body.as_ref())
    )
}

fn body(name: &str, body: Option<&Value>) -> String {
    let Some(body) = body else {
        return String::new();
    };
    let mut text = serde_json::to_string_pretty(body).unwrap_or_default();
    if text.len() > 20_000 {
        let end = (0..=20_000)
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(0);
        text.truncate(end);
        text.push_str("\n…");
    }
    format!("<p class=\"soft\">{name}</p><pre>{}</pre>", escape(&text))
}
