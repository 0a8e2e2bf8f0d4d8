//! The HTTP server: connections in, requests to the right part, faults on the way.

use std::error::Error as _;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt as _, Full};
use hyper::Method;
use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::control;
use crate::core::Core;
use crate::engine::upload::FILES;
use crate::fault;
use crate::fetch;
use crate::files;
use crate::guard;
use crate::journal::Recording;
use crate::page::app;
use crate::refusal::Refusal;
use crate::request::{Answer, Request};
use crate::routes;
use crate::webhook;
use crate::wire::{self, Ending};

/// The longest body the API takes.
const MAX_BODY: usize = 512_000;
/// The longest body of a control endpoint: a seed.
const MAX_CONTROL_BODY: usize = 1 << 30;
/// The longest body with a file in it. Notion takes 20 MiB of a file; what is around it needs a little more, and a file that
/// is not much too large is refused with a sentence.
const MAX_FILE_BODY: usize = 32 << 20;
/// How much of a body that is too long is still read, because many clients look for an answer only when all is sent.
const MAX_DRAINED: usize = 64 << 20;
/// How long a body may take to arrive: as long as Notion gives a whole request.
const BODY_TIME: Duration = Duration::from_secs(60);
/// How long to wait when a connection cannot be taken, which happens when there are no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Serves until `stop` changes or its sender is gone.
pub(crate) async fn run(listener: TcpListener, core: Arc<Core>, mut stop: watch::Receiver<bool>) {
    let exposed = listener
        .local_addr()
        .is_ok_and(|address| !address.ip().is_loopback());
    let mut connections = JoinSet::new();
    let deliveries = tokio::spawn(webhook::run(core.clone()));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => break,
            Some(_) = connections.join_next() => continue,
        };
        // A failed accept passes; giving up would end the server for good, and trying at once would keep a core busy.
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let core = core.clone();
        connections.spawn(async move {
            let service = service_fn(move |request| handle(core.clone(), request, exposed));
            let mut server = http1::Builder::new();
            server.timer(TokioTimer::new());
            let mut connection = server.serve_connection(TokioIo::new(stream), service);
            let Err(error) = Pin::new(&mut connection).await else {
                return;
            };
            let ending = error.source().and_then(|source| source.downcast_ref());
            if let Some(ending) = ending {
                wire::end(connection.into_parts().io.into_inner(), ending).await;
            }
        });
    }
    connections.abort_all();
    deliveries.abort();
}

async fn handle(
    core: Arc<Core>,
    incoming: hyper::Request<Incoming>,
    exposed: bool,
) -> Result<hyper::Response<Full<Bytes>>, Ending> {
    let (head, body) = incoming.into_parts();
    if let Some(sentence) = guard::refusal(&head, exposed) {
        return Ok(respond(Answer::json(403, json!({"error": sentence}))));
    }
    if head.method == Method::TRACE {
        return Ok(respond(Answer::html(405, "405 Not Allowed".to_owned())));
    }
    let is_control = head.uri.path().starts_with("/_sim/");
    let limit = match head.uri.path() {
        _ if is_control => MAX_CONTROL_BODY,
        path if routes::takes_file(path) => MAX_FILE_BODY,
        _ => MAX_BODY,
    };
    let body = match read(body, limit).await {
        Some(Body::Whole(body)) => body,
        Some(Body::TooLong) => return Ok(respond(too_long())),
        None => return Err(Ending::Close),
    };
    let request = Request::new(&head, body);
    if is_control {
        let answer = control::answer(&core, &request);
        let answer = settle(&core, answer).await;
        return Ok(respond(answer));
    }
    if let Some(page) = app::answer(&core, &request) {
        return Ok(respond(page));
    }
    if let Some(blow) = core.faults.strike(&request.method, &request.path) {
        return fault::afflict(core, request, head.uri, blow).await.map(respond);
    }
    let mut recording = Recording::new(&core, &request);
    let mut answer = perform(&core, &request).await;
    recording.note(std::mem::take(&mut answer.notes));
    recording.answer(&answer);
    Ok(respond(answer))
}

/// Runs a request to the API and saves what it changed.
pub(crate) async fn perform(core: &Arc<Core>, request: &Request) -> Answer {
    if request.path.starts_with(FILES) {
        return files::answer(core, request);
    }
    if !request.path.starts_with("/v1/") && request.path != "/v1" {
        return Answer::refusal(&Refusal::url(), &routes::request_id());
    }
    let (answer, imports) = {
        let mut state = core.state();
        let answer = routes::answer(core, &mut state, request, &routes::request_id());
        (answer, std::mem::take(&mut state.imports))
    };
    fetch::run(core, imports).await;
    settle(core, answer).await
}

/// Lets an answer out when what it tells of is on disk.
async fn settle(core: &Arc<Core>, answer: Answer) -> Answer {
    if core.data.is_none() {
        return answer;
    }
    let core = core.clone();
    match tokio::task::spawn_blocking(move || core.save()).await {
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

enum Body {
    Whole(Bytes),
    TooLong,
}

/// The body of a request; `None` where it does not arrive.
async fn read(mut body: Incoming, limit: usize) -> Option<Body> {
    let mut kept = BytesMut::new();
    let mut length = 0;
    let arrival = async {
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.ok()?.into_data() else {
                continue;
            };
            length += data.len();
            if length <= limit {
                kept.extend_from_slice(&data);
            } else if length > limit.max(MAX_DRAINED) {
                break;
            }
        }
        Some(())
    };
    tokio::time::timeout(BODY_TIME, arrival).await.ok()??;
    Some(if length > limit {
        Body::TooLong
    } else {
        Body::Whole(kept.freeze())
    })
}

/// The server in front of Notion's own answers this in its own words.
fn too_long() -> Answer {
    let mut answer = Answer::html(413, "PayloadTooLargeError: request entity too large".to_owned());
    answer.headers.push(("connection".into(), "close".into()));
    answer
}

fn respond(answer: Answer) -> hyper::Response<Full<Bytes>> {
    let mut response = hyper::Response::new(Full::new(answer.body));
    *response.status_mut() =
        hyper::StatusCode::from_u16(answer.status).unwrap_or(hyper::StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in &answer.headers {
        // A redirect URI or a fault of the developer's own may hold what cannot stand in a header. That is left out.
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
