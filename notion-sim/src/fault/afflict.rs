//! Carries a fault out.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::Uri;
use serde_json::Value;
use tokio::sync::oneshot;

use super::action::{Action, Content, Cut, Redirect, Silence};
use super::garbage::{Flood, Garbage};
use super::list::Blow;
use super::novelty::Novelty;
use super::problem;
use crate::core::Core;
use crate::journal::Recording;
use crate::request::{Answer, Request, edge_headers};
use crate::routes;
use crate::server;
use crate::wire::{Ending, Manner, Piece, Script, wait};

/// Answers a request, or ends its connection, as a fault wants it. `uri` is where it was sent to.
///
/// A client that goes away does not stop its request, as it does not stop Notion.
pub(crate) async fn afflict(
    core: Arc<Core>,
    request: Request,
    uri: Uri,
    blow: Blow,
) -> Result<Answer, Ending> {
    let (mut reply, answered) = oneshot::channel();
    tokio::spawn(async move {
        match carry_out(&core, &request, &uri, &blow).await {
            Some(outcome) => {
                let _ = reply.send(outcome);
            }
            None => reply.closed().await,
        }
    });
    answered.await.unwrap_or(Err(Ending::Close))
}

/// What comes of the request; `None` is nothing, for ever.
async fn carry_out(
    core: &Arc<Core>,
    request: &Request,
    uri: &Uri,
    blow: &Blow,
) -> Option<Result<Answer, Ending>> {
    let (action, content) = (&blow.action, blow.action.content());
    let mut recording = Recording::new(core, request);
    recording.fault(blow.fault, blow.to_string());
    let performed = match content {
        Content::Partial(count) => first_children(request, count),
        _ => Cow::Borrowed(request),
    };
    let mut done = None;
    if blow.after_commit {
        done = Some(perform(core, &performed, action, &mut recording).await);
    }
    if let Content::Silence(silence) = content {
        // There is no answer to wait for, and whoever gives up earlier may look into the journal.
        drop(recording);
        wait(action.wait()).await;
        return match silence {
            Silence::Reset => Some(Err(Ending::Reset)),
            Silence::Close => Some(Err(Ending::Close)),
            Silence::Hang => None,
        };
    }
    wait(action.wait()).await;
    let mut flood = None;
    let mut answer = match content {
        Content::Error(status) => problem::answer(action, status, request, done.as_ref()),
        Content::Redirect(redirect) => redirected(redirect, uri),
        Content::Garbage(garbage) => {
            flood = garbage.flood();
            spoiled(garbage, action.status.unwrap_or(200), done.as_ref())
        }
        Content::Normal | Content::Partial(_) | Content::Inject(_) | Content::Silence(_) => {
            let mut done = match done {
                Some(done) => done,
                None => perform(core, &performed, action, &mut recording).await,
            };
            match content {
                Content::Partial(_) if done.status == 200 => {
                    problem::answer(action, 503, &performed, Some(&done))
                }
                Content::Inject(novelties) => {
                    inject(novelties, request, &mut done);
                    done
                }
                _ => done,
            }
        }
    };
    for (name, value) in &action.headers {
        set_header(&mut answer, name, value);
    }
    recording.answer(&answer);
    if flood.is_none() && !action.is_by_hand() {
        return Some(Ok(answer));
    }
    let body = match flood {
        None => vec![Piece::once(answer.body.clone())],
        Some(Flood { pieces, encoding }) => {
            if let Some(encoding) = encoding {
                set_header(&mut answer, "content-encoding", encoding);
            }
            pieces
        }
    };
    let script = Script::new(&answer, body, request.method == "HEAD", manner(action));
    Some(Err(Ending::Script(script)))
}

/// Performs the request, twice where that is wanted.
async fn perform(
    core: &Arc<Core>,
    request: &Request,
    action: &Action,
    recording: &mut Recording<'_>,
) -> Answer {
    if action.duplicate {
        let first = server::perform(core, request).await;
        recording.note(first.notes);
    }
    let mut answer = server::perform(core, request).await;
    recording.note(std::mem::take(&mut answer.notes));
    answer
}

/// The request with no more than this many children. One that has no list of them stays as it is.
fn first_children(request: &Request, count: usize) -> Cow<'_, Request> {
    let Ok(mut body) = request.json() else {
        return Cow::Borrowed(request);
    };
    let Some(children) = body.get_mut("children").and_then(Value::as_array_mut) else {
        return Cow::Borrowed(request);
    };
    children.truncate(count);
    Cow::Owned(Request {
        body: Bytes::from(body.to_string()),
        ..request.clone()
    })
}

fn redirected(redirect: &Redirect, uri: &Uri) -> Answer {
    let own = uri.path_and_query().map_or("/", |own| own.as_str());
    Answer {
        status: redirect.status,
        ..Answer::redirect(redirect.to.as_deref().unwrap_or(own))
    }
}

fn spoiled(garbage: Garbage, status: u16, done: Option<&Answer>) -> Answer {
    let mut answer = Answer::json(status, Value::Null);
    set_header(&mut answer, "content-type", garbage.content_type());
    answer.headers.extend(edge_headers(&routes::request_id()));
    answer.body = garbage.spoil(done.map(|done| &done.body));
    answer
}

fn inject(novelties: &[Novelty], request: &Request, answer: &mut Answer) {
    let Some(json) = answer.json.as_mut().filter(|_| answer.status == 200) else {
        return;
    };
    let body = request.json().ok();
    let cursor = request
        .query("start_cursor")
        .or_else(|| body.as_ref()?.get("start_cursor")?.as_str());
    for novelty in novelties {
        novelty.inject(json, cursor);
    }
    answer.body = Bytes::from(json.to_string());
}

fn set_header(answer: &mut Answer, name: &str, value: &str) {
    answer
        .headers
        .retain(|(present, _)| !present.eq_ignore_ascii_case(name));
    answer.headers.push((name.to_owned(), value.to_owned()));
}

fn manner(action: &Action) -> Manner {
    let (head_cut, body_cut) = match action.truncate {
        None => (None, None),
        Some(Cut::Head(bytes)) => (Some(bytes), None),
        Some(Cut::Body(bytes)) => (None, Some(bytes)),
    };
    Manner {
        chunked: action.chunked,
        pace: action
            .drip
            .map(|drip| (drip.bytes, Duration::from_millis(drip.every_ms))),
        slow_head: action.drip.is_some_and(|drip| drip.head),
        head_cut,
        body_cut,
        reset: action.reset,
    }
}
