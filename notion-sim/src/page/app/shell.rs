//! What all pages have around them.

use bytes::Bytes;

use super::super::layout::escape;
use super::tree;
use crate::request::Answer;
use crate::state::State;

/// Only what this server sends itself may run or be shown; pictures may come from anywhere, as the workspace's do.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' http: https: data:; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page of the workspace. `here` is the address that the side bar marks.
pub(super) fn page(state: &State, title: &str, here: &str, main: &str) -> Answer {
    respond(200, state, title, here, main)
}

/// A page that says that there is nothing.
pub(super) fn missing(state: &State, sentence: &str) -> Answer {
    let main = format!("<h1>Not here</h1><p>{}</p>", escape(sentence));
    respond(404, state, "Not here", "", &main)
}

fn respond(status: u16, state: &State, title: &str, here: &str, main: &str) -> Answer {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{} · notion-sim</title>\
         <link rel=\"icon\" href=\"data:,\"><link rel=\"stylesheet\" href=\"/style.css\"></head>\
         <body>{}<main>{main}</main><script src=\"/live.js\" defer></script></body></html>",
        escape(title),
        tree::side_bar(state, here)
    );
    answer(status, "text/html; charset=utf-8", html)
}

/// A file that pages refer to, or a part of a page.
pub(super) fn asset(kind: &str, text: &str) -> Answer {
    answer(200, kind, text.to_owned())
}

fn answer(status: u16, kind: &str, text: String) -> Answer {
    let headers = [
        ("content-type", kind),
        ("cache-control", "no-store"),
        ("content-security-policy", POLICY),
        ("referrer-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
    ];
    Answer {
        status,
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        body: Bytes::from(text),
        json: None,
        notes: Vec::new(),
        changed: false,
    }
}

/// Sends the browser to a page after a form was taken.
pub(super) fn go(location: &str) -> Answer {
    let mut answer = Answer::redirect(location);
    answer.status = 303;
    answer
}

/// A message about something that did not work.
pub(super) fn notice(sentence: &str) -> String {
    format!("<div class=\"notice\" role=\"alert\">{}</div>", escape(sentence))
}
