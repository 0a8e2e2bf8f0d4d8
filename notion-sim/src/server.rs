//! The HTTP server: connections in, requests to the right part, faults on the way.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::control;
use crate::core::Core;
use crate::fault::{Blow, End};
use crate::journal::{self, Entry, Record};
use crate::refusal::Refusal;
use crate::request::{Answer, Request, parse_query};
use crate::routes;

/// The longest body the API takes.
const MAX_BODY: usize = 512_000;
/// The longest body of a control endpoint: a seed.
const MAX_CONTROL_BODY: usize = 1 << 30;

/// Serves until `stop` changes or its sender is gone.
pub(crate) async fn run(listener: TcpListener, core: Arc<Core>, mut stop: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => break,
            Some(_) = connections.join_next() => continue,
        };
        // A failed accept (no more file descriptors, say) passes; giving up would end the server for good.
        let Ok((stream, _)) = accepted else { continue };
        let _ = stream.set_nodelay(true);
        let core = core.clone();
        connections.spawn(async move {
            let service = service_fn(move |request| handle(core.clone(), request));
            let mut server = http1::Builder::new();
            server.timer(TokioTimer::new());
            // The connection ends with an error when a fault closes it, which is what is wanted.
            let _ = server.serve_connection(TokioIo::new(stream), service).await;
        });
    }
    connections.abort_all();
}

/// A fault closed the connection.
#[derive(Debug)]
struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fault closed the connection")
    }
}

impl std::error::Error for Closed {}

async fn handle(
    core: Arc<Core>,
    incoming: hyper::Request<Incoming>,
) -> Result<hyper::Response<Full<Bytes>>, Closed> {
    let is_control = incoming.uri().path().starts_with("/_sim/");
    let limit = if is_control { MAX_CONTROL_BODY } else { MAX_BODY };
    let request = match read(incoming, limit).await {
        Ok(request) => request,
        Err(ReadError::TooLong) => return Ok(respond(too_long())),
        Err(ReadError::Broken) => return Err(Closed),
    };
    if is_control {
        let answer = control::answer(&core, &request);
        let answer = settle(&core, answer).await;
        return Ok(respond(answer));
    }
    let blow = core.faults.strike(&request.method, &request.path);
    let answer = strike(&core, &request, blow.as_ref()).await;
    record(&core, &request, answer.as_ref(), blow.as_ref());
    answer.map(respond).ok_or(Closed)
}

/// Answers a request, or not, as a fault wants it.
async fn strike(core: &Arc<Core>, request: &Request, blow: Option<&Blow>) -> Option<Answer> {
    let Some(blow) = blow else {
        return Some(perform(core, request).await);
    };
    let done = if blow.after_commit {
        Some(perform(core, request).await)
    } else {
        None
    };
    if !blow.wait.is_zero() {
        tokio::time::sleep(blow.wait).await;
    }
    match &blow.end {
        End::Closed => None,
        End::Normal => match done {
            Some(answer) => Some(answer),
            None => Some(perform(core, request).await),
        },
        End::Error {
            status,
            code,
            message,
            headers,
            data,
        } => {
            let mut refusal = Refusal::new(*status, code, message.clone());
            refusal.headers.clone_from(headers);
            refusal.additional_data = data.clone().map(Box::new);
            // Notion names what it saved although it answered 503.
            let saved = done
                .as_ref()
                .filter(|answer| answer.status == 200)
                .and_then(|answer| answer.json.as_ref());
            let id = saved
                .and_then(|body| body.get("id"))
                .filter(|_| *status == 503 && request.method != "GET");
            if let Some(id) = id {
                refusal = refusal.with_data("committed_resource_id", id.clone());
            }
            Some(Answer::refusal(&refusal, &routes::request_id()))
        }
    }
}

/// Runs a request to the API and saves what it changed.
async fn perform(core: &Arc<Core>, request: &Request) -> Answer {
    let answer = if request.path.starts_with("/v1/") || request.path == "/v1" {
        let mut state = core.state();
        routes::answer(core, &mut state, request, &routes::request_id())
    } else {
        Answer::refusal(&Refusal::url(), &routes::request_id())
    };
    settle(core, answer).await
}

/// Lets an answer out when what it tells of is on disk.
async fn settle(core: &Arc<Core>, answer: Answer) -> Answer {
    if core.data.is_none() {
        return answer;
    }
    let core = core.clone();
    let revision = core.state().revision;
    let saved = tokio::task::spawn_blocking(move || {
        core.data
            .as_ref()
            .map_or(Ok(()), |data| data.save(&core, revision))
    });
    match saved.await {
        Ok(Ok(())) => answer,
        _ => {
            let message = "The simulator could not write its data file. Check the disk and the permissions.";
            Answer::refusal(
                &Refusal::new(500, "internal_server_error", message),
                &routes::request_id(),
            )
        }
    }
}

enum ReadError {
    TooLong,
    Broken,
}

async fn read(incoming: hyper::Request<Incoming>, limit: usize) -> Result<Request, ReadError> {
    let (head, body) = incoming.into_parts();
    let body = Limited::new(body, limit).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() {
            ReadError::TooLong
        } else {
            ReadError::Broken
        }
    })?;
    let header = |name: &HeaderName| {
        head.headers
            .get(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
    };
    Ok(Request {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: parse_query(head.uri.query().unwrap_or_default()),
        authorization: header(&AUTHORIZATION),
        version: header(&HeaderName::from_static("notion-version")),
        content_type: header(&CONTENT_TYPE),
        body: body.to_bytes(),
    })
}

/// The server in front of Notion's own answers this in its own words.
fn too_long() -> Answer {
    let mut answer = Answer::html(413, "PayloadTooLargeError: request entity too large".to_owned());
    answer.headers.push(("connection".into(), "close".into()));
    answer
}

fn record(core: &Core, request: &Request, answer: Option<&Answer>, blow: Option<&Blow>) {
    core.journal.add(Record {
        entry: Entry {
            time: core.clock.now(),
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            authorization: request.authorization.as_deref().map(journal::redacted_header),
            notion_version: request.version.clone(),
            request_body: None,
            status: answer.map(|answer| answer.status),
            response_body: None,
            request_id: None,
            fault: blow.map(|blow| blow.fault),
        },
        request: request.body.clone(),
        response: answer.map(|answer| answer.body.clone()).unwrap_or_default(),
    });
}

fn respond(answer: Answer) -> hyper::Response<Full<Bytes>> {
    let mut response = hyper::Response::new(Full::new(answer.body));
    *response.status_mut() =
        hyper::StatusCode::from_u16(answer.status).unwrap_or(hyper::StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in &answer.headers {
        // A redirect URI was registered by the developer; one that cannot stand in a header is left out.
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
