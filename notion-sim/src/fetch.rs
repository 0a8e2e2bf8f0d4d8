//! Imports: files that Notion fetches itself from an address.
//!
//! The simulator asks nobody on the internet. From `http` addresses of this computer it really fetches; for all others it takes
//! a small text in place of the file, and an address that cannot exist (`https://….invalid/…`, RFC 6761) fails. Either way the
//! answer that starts the import says `pending`, and whoever asks next finds it done.

use std::net::IpAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, LengthLimitError, Limited};
use hyper::Uri;
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use uuid::Uuid;

use crate::core::Core;
use crate::engine::{id, upload};
use crate::refusal::Refusal;
use crate::state::State;
use crate::validate::{self, Path};
use crate::webhook::Author;

/// How long a server of this computer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Checks that a file may be imported from an address.
pub(crate) fn check(path: &Path, url: &str) -> Result<(), Refusal> {
    validate::max_text(path, url, validate::MAX_URL)?;
    let uri = url.parse::<Uri>().ok();
    match uri.as_ref().map(|uri| (uri.scheme_str(), uri.host())) {
        Some((Some("https"), Some(_))) => Ok(()),
        Some((Some("http"), Some(host))) if is_here(host) => Ok(()),
        _ => Err(path.should("a valid HTTPS URL", Some(&json!(url)))),
    }
}

/// Fetches files, and puts what came, or did not come, into the uploads that wait for them.
pub(crate) async fn run(core: &Core, imports: Vec<(Uuid, String)>) {
    for (upload, url) in imports {
        let limit = {
            let state = core.state();
            let Some(workspace) = space_of(&state, upload).map(|at| state.space(at)) else {
                continue;
            };
            let by = workspace.uploads.get(&upload).map(|upload| upload.created_by);
            workspace.file_limit(by.unwrap_or(workspace.bot))
        };
        let outcome = match tokio::time::timeout(PATIENCE, fetch(&url, limit)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(no_file("did not answer in time", None)),
        };
        let now = core.clock.now();
        let mut state = core.state();
        // A seed may have taken the workspace away in the meantime.
        let Some(workspace) = space_of(&state, upload).map(|at| state.space_mut(at)) else {
            continue;
        };
        let Some(waiting) = workspace.uploads.get_mut(&upload) else {
            continue;
        };
        let by = waiting.created_by;
        match outcome {
            Ok(bytes) => {
                let content = id::fresh();
                waiting.imported(content, bytes.len() as u64, now);
                workspace.contents.insert(content, bytes);
            }
            Err(error) => waiting.failed(&error, now),
        }
        core.note_changes(&mut state, Author::bot(by));
    }
}

/// The position of the workspace that an upload is in.
fn space_of(state: &State, upload: Uuid) -> Option<usize> {
    state
        .spaces
        .iter()
        .position(|space| space.uploads.contains_key(&upload))
}

/// The file behind an address, or the `error` of a `file_import_result`.
async fn fetch(url: &str, limit: u64) -> Result<Bytes, Value> {
    let uri: Uri = url.parse().unwrap_or_default();
    let host = uri.host().unwrap_or_default();
    if uri.scheme_str() == Some("http") && is_here(host) {
        return download(&uri, limit).await;
    }
    if host == "invalid" || host.ends_with(".invalid") {
        return Err(no_file("does not exist", None));
    }
    Ok(Bytes::from(format!("notion-sim did not fetch {url}.\n")))
}

async fn download(uri: &Uri, limit: u64) -> Result<Bytes, Value> {
    let refused = |_| no_file("closed the connection", None);
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let stream = TcpStream::connect((host, uri.port_u16().unwrap_or(80))).await;
    let stream = stream.map_err(|_| no_file("refused the connection", None))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(refused)?;
    tokio::spawn(connection);
    let request = hyper::Request::get(uri.path_and_query().map_or("/", |path| path.as_str()))
        .header(HOST, uri.authority().map_or("", |authority| authority.as_str()))
        .body(Empty::<Bytes>::new())
        .map_err(|_| no_file("has an address that cannot be asked for", None))?;
    let answer = sender.send_request(request).await.map_err(refused)?;
    if !answer.status().is_success() {
        return Err(no_file("did not give the file", Some(answer.status().as_u16())));
    }
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    match Limited::new(answer.into_body(), most).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(json!({
            "type": "validation_error",
            "code": "file_upload_invalid_size",
            "message": upload::too_large(limit),
            "parameter": null,
            "status_code": null,
        })),
        Err(_) => Err(no_file("closed the connection", None)),
    }
}

/// What became of a download that was none.
fn no_file(what: &str, status: Option<u16>) -> Value {
    json!({
        "type": "download_error",
        "code": "file_upload_download_failed",
        "message": format!("The server of the external URL {what}. Please try again with a new file upload."),
        "parameter": null,
        "status_code": status,
    })
}

/// Whether a host is this computer.
fn is_here(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}
