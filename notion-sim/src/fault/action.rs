//! What a fault does to a request.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::garbage::Garbage;
use super::novelty::Novelty;

/// The headers that say where an answer ends.
const FRAMING: [&str; 2] = ["content-length", "transfer-encoding"];
/// What may stand alone, as a text.
const WORDS: [&str; 4] = ["reset", "close", "hang", "duplicate"];

/// What is done, as it is written. What it amounts to is a [`Content`] and its delivery.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Action {
    pub(super) status: Option<u16>,
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) additional_data: Option<Map<String, Value>>,
    /// In place of an error object: JSON, or a text as it is.
    pub(super) body: Option<Value>,
    /// Wait this long, then go on.
    pub(super) delay_ms: Option<u64>,
    /// Wait this long, then close the connection without an answer.
    pub(super) hang_ms: Option<u64>,
    /// Never answer.
    pub(super) hang: bool,
    pub(super) reset: bool,
    pub(super) close: bool,
    pub(super) drip: Option<Drip>,
    #[serde(deserialize_with = "read_cut")]
    pub(super) truncate: Option<Cut>,
    /// The answer says that it comes in chunks instead of how long it is.
    pub(super) chunked: bool,
    pub(super) garbage: Option<Garbage>,
    pub(super) redirect: Option<Redirect>,
    /// Do only the first so many `children` of a request.
    pub(super) partial: Option<usize>,
    pub(super) inject: Vec<Novelty>,
    /// Do it twice, like a proxy that sends a request again.
    pub(super) duplicate: bool,
}

/// An answer that comes in small pieces.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Drip {
    pub(super) bytes: usize,
    pub(super) every_ms: u64,
    /// Whether the head drips too.
    #[serde(default)]
    pub(super) head: bool,
}

/// Where an answer ends before its end: after so many bytes of its head, or of its body.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Cut {
    Head(usize),
    Body(usize),
}

/// Where a request is sent to instead.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Redirect {
    pub(super) status: u16,
    /// An address or a path; where there is none, the request's own.
    #[serde(default)]
    pub(super) to: Option<String>,
}

/// What comes of a request.
#[derive(Debug, Clone, Copy)]
pub(super) enum Content<'a> {
    /// Nothing; the connection ends in this way.
    Silence(Silence),
    /// What would have been answered anyway.
    Normal,
    Error(u16),
    Garbage(Garbage),
    Redirect(&'a Redirect),
    /// A 503 that names the part that was done.
    Partial(usize),
    /// The normal answer with things in it that no client knows.
    Inject(&'a [Novelty]),
}

/// How a connection ends without an answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Silence {
    Reset,
    Close,
    /// Not before the client goes.
    Hang,
}

/// `"reset"` is short for `{"reset": true}`, and a number of bytes for a cut in the body.
impl Action {
    /// Reads the `do` of a fault.
    ///
    /// # Errors
    ///
    /// A sentence that says what is not understood.
    pub(super) fn read(value: Value) -> Result<Self, String> {
        let value = match value {
            Value::String(word) if WORDS.contains(&word.as_str()) => {
                Value::Object(Map::from_iter([(word, Value::Bool(true))]))
            }
            object @ Value::Object(_) => object,
            other => {
                let words = WORDS.map(|word| format!("\"{word}\"")).join(", ");
                return Err(format!(
                    "in `do`: expected an object or one of {words}, found {other}"
                ));
            }
        };
        serde_json::from_value(value)
            .map_err(|error| error.to_string())
            .and_then(|action: Self| action.check().map(|()| action))
            .map_err(|problem| format!("in `do`: {problem}"))
    }

    /// What comes of the request. A fault that says nothing resets the connection.
    pub(super) fn content(&self) -> Content<'_> {
        let cut = self.truncate.is_some();
        if self.hang {
            Content::Silence(Silence::Hang)
        } else if self.hang_ms.is_some() || (self.close && !cut) {
            Content::Silence(Silence::Close)
        } else if (self.reset && !cut) || self.is_empty() {
            Content::Silence(Silence::Reset)
        } else if let Some(garbage) = self.garbage {
            Content::Garbage(garbage)
        } else if let Some(status) = self.status {
            Content::Error(status)
        } else if let Some(redirect) = &self.redirect {
            Content::Redirect(redirect)
        } else if let Some(count) = self.partial {
            Content::Partial(count)
        } else if self.inject.is_empty() {
            Content::Normal
        } else {
            Content::Inject(&self.inject)
        }
    }

    /// How long to wait.
    pub(super) fn wait(&self) -> Duration {
        let (delay, hang) = (self.delay_ms.unwrap_or(0), self.hang_ms.unwrap_or(0));
        Duration::from_millis(delay.saturating_add(hang))
    }

    /// Whether the answer has to be written by hand.
    pub(super) fn is_by_hand(&self) -> bool {
        self.drip.is_some() || self.truncate.is_some() || self.chunked
    }

    /// The names of the keys that are used: for ends without an answer, for contents of an answer, for how it is sent, and for
    /// all else.
    fn parts(&self) -> [Vec<&'static str>; 4] {
        let used = |parts: &[(bool, &'static str)]| {
            let used = parts.iter().filter(|(used, _)| *used);
            used.map(|(_, name)| *name).collect()
        };
        let cut = self.truncate.is_some();
        [
            used(&[
                (self.reset && !cut, "reset"),
                (self.close && !cut, "close"),
                (self.hang, "hang"),
                (self.hang_ms.is_some(), "hang_ms"),
            ]),
            used(&[
                (self.status.is_some() && self.garbage.is_none(), "status"),
                (self.garbage.is_some(), "garbage"),
                (self.redirect.is_some(), "redirect"),
                (self.partial.is_some(), "partial"),
                (!self.inject.is_empty(), "inject"),
            ]),
            used(&[
                (self.drip.is_some(), "drip"),
                (cut, "truncate"),
                (self.chunked, "chunked"),
                (!self.headers.is_empty(), "headers"),
            ]),
            used(&[
                (self.delay_ms.is_some(), "delay_ms"),
                (self.duplicate, "duplicate"),
            ]),
        ]
    }

    fn is_empty(&self) -> bool {
        self.parts().iter().all(Vec::is_empty)
    }

    /// Says what makes no sense.
    fn check(&self) -> Result<(), String> {
        if self.is_empty() {
            return Err("what shall happen is missing: a `status`, for example, or a `delay_ms`".to_owned());
        }
        let [ends, contents, sending, _] = self.parts();
        for group in [&ends, &contents] {
            if let [one, other, ..] = group.as_slice() {
                return Err(format!("`{one}` and `{other}` exclude each other"));
            }
        }
        if let (Some(end), Some(answer)) = (ends.first(), contents.iter().chain(&sending).next()) {
            return Err(format!(
                "`{end}` sends no answer, so there is nothing for `{answer}` to do"
            ));
        }
        let about_errors = [
            (self.code.is_some(), "code"),
            (self.message.is_some(), "message"),
            (self.additional_data.is_some(), "additional_data"),
            (self.body.is_some(), "body"),
        ];
        let errs = contents.first() == Some(&"status");
        if let Some((_, name)) = about_errors.iter().find(|(used, _)| *used && !errs) {
            return Err(format!("`{name}` needs a `status`"));
        }
        self.check_values()
    }

    fn check_values(&self) -> Result<(), String> {
        if self.status.is_some_and(|status| !(200..=599).contains(&status)) {
            return Err("`status` must be between 200 and 599".to_owned());
        }
        if let Some(redirect) = &self.redirect {
            if !(300..=399).contains(&redirect.status) {
                return Err("the `status` of a `redirect` must be between 300 and 399".to_owned());
            }
            if let Some(to) = &redirect.to {
                check_header("location", to)?;
            }
        }
        if self.partial == Some(0) {
            return Err("`partial` counts from 1".to_owned());
        }
        if self.drip.is_some_and(|drip| drip.bytes == 0) {
            return Err("the `bytes` of a `drip` count from 1".to_owned());
        }
        for (name, value) in &self.headers {
            check_header(name, value)?;
        }
        Ok(())
    }
}

fn check_header(name: &str, value: &str) -> Result<(), String> {
    hyper::header::HeaderName::try_from(name).map_err(|_| format!("`{name}` is not a header name"))?;
    hyper::header::HeaderValue::try_from(value).map_err(|_| format!("`{value}` is not a header value"))?;
    if FRAMING.iter().any(|own| name.eq_ignore_ascii_case(own)) {
        return Err(format!(
            "`{name}` is set by the server; `truncate` and `chunked` are for answers that do not keep to it"
        ));
    }
    Ok(())
}

/// A cut in the body may be written as a number.
fn read_cut<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Cut>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Bytes(usize),
        Part(Cut),
    }
    let written = Option::<Written>::deserialize(deserializer).map_err(|_| {
        serde::de::Error::custom("`truncate` should be a number of bytes, or one as `head` or `body`")
    })?;
    Ok(written.map(|written| match written {
        Written::Bytes(bytes) => Cut::Body(bytes),
        Written::Part(cut) => cut,
    }))
}

/// What was done, for the journal.
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = Vec::new();
        let mut say = |part: String| said.push(part);
        if self.duplicate {
            say("did it twice".into());
        }
        if let Some(delay) = self.delay_ms {
            say(format!("waited {delay} ms"));
        }
        if let Some(hang) = self.hang_ms {
            say(format!("waited {hang} ms"));
        }
        match self.content() {
            Content::Silence(Silence::Reset) => say("reset the connection".into()),
            Content::Silence(Silence::Close) => say("closed the connection".into()),
            Content::Silence(Silence::Hang) => say("never answered".into()),
            Content::Error(status) => say(format!("answered {status}")),
            Content::Garbage(garbage) => say(format!("answered garbage ({garbage})")),
            Content::Redirect(redirect) => say(format!("redirected with {}", redirect.status)),
            Content::Partial(count) => say(format!(
                "did the first {count} of the children only, answered 503"
            )),
            Content::Inject(novelties) => {
                let names: Vec<String> = novelties.iter().map(ToString::to_string).collect();
                say(format!("injected {}", names.join(", ")));
            }
            Content::Normal => {}
        }
        if !self.headers.is_empty() {
            say("added headers".into());
        }
        if self.chunked {
            say("sent chunks".into());
        }
        if let Some(drip) = self.drip {
            say(format!("dripped {} bytes every {} ms", drip.bytes, drip.every_ms));
        }
        if let Some(cut) = self.truncate {
            let (at, of) = match cut {
                Cut::Head(at) => (at, "head"),
                Cut::Body(at) => (at, "body"),
            };
            let end = if self.reset { "reset" } else { "closed" };
            say(format!(
                "cut the answer after {at} bytes of its {of} and {end} the connection"
            ));
        }
        f.write_str(&said.join(", "))
    }
}
