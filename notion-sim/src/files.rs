//! Uploaded files over HTTP: addresses that are good for an hour, and what is served under them.
//!
//! Like the storage behind Notion, this part takes no token: whoever has an address may read the file until it expires.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::Sha256;
use uuid::Uuid;

use crate::core::Core;
use crate::engine::upload::{self, FILES, Upload};
use crate::engine::workspace::Workspace;
use crate::engine::{id, time};
use crate::request::{Answer, Request};

/// How long an address is good.
const LIFE: SignedDuration = SignedDuration::from_hours(1);

/// What addresses are signed with. Every simulator has its own.
#[derive(Debug)]
pub(crate) struct FileKey([u8; 64]);

impl FileKey {
    /// A new key.
    pub(crate) fn fresh() -> Self {
        let mut key = [0; 64];
        for piece in key.chunks_exact_mut(16) {
            piece.copy_from_slice(id::fresh().as_bytes());
        }
        Self(key)
    }

    fn mac(&self, workspace: Uuid, upload: Uuid, expires: i64) -> Hmac<Sha256> {
        Hmac::new(&self.0.into()).chain_update(format!("{workspace}/{upload}/{expires}"))
    }

    fn sign(&self, workspace: Uuid, upload: Uuid, expires: i64) -> String {
        let mac = self.mac(workspace, upload, expires).finalize();
        URL_SAFE_NO_PAD.encode(mac.into_bytes())
    }

    fn verifies(&self, workspace: Uuid, upload: Uuid, expires: i64, signature: &str) -> bool {
        let mac = self.mac(workspace, upload, expires);
        let signature = URL_SAFE_NO_PAD.decode(signature);
        signature.is_ok_and(|signature| mac.verify_slice(&signature).is_ok())
    }
}

/// Puts the addresses of files, and the names of custom emojis, into an answer.
pub(crate) fn show(
    core: &Core,
    request: &Request,
    workspace: &Workspace,
    now: Timestamp,
    answer: &mut Value,
) {
    if workspace.uploads.is_empty() && workspace.emojis.is_empty() {
        return;
    }
    upload::resolve(answer, workspace, &addresses(core, request, workspace.id, now));
}

/// What gives uploads of a workspace addresses that are good from now on.
pub(crate) fn addresses(
    core: &Core,
    request: &Request,
    space: Uuid,
    now: Timestamp,
) -> impl Fn(&Upload) -> Value {
    let until = now.checked_add(LIFE).unwrap_or(now);
    move |upload| {
        let expires = until.as_second();
        let signature = core.file_key.sign(space, upload.id, expires);
        // In Markdown, parentheses would end the address.
        let name = id::encode(upload.name()).replace('(', "%28").replace(')', "%29");
        let url = format!(
            "{}{FILES}{space}/{}/{name}?expires={expires}&signature={signature}",
            request.origin, upload.id,
        );
        json!({"url": url, "expiry_time": time::milli_z(until)})
    }
}

/// Answers a request to `/_files/…`.
pub(crate) fn answer(core: &Core, request: &Request) -> Answer {
    if !["GET", "HEAD"].contains(&request.method.as_str()) {
        return refuse(
            405,
            "MethodNotAllowed",
            "The specified method is not allowed against this resource.",
        );
    }
    let path = request.path.strip_prefix(FILES).unwrap_or_default();
    let ids: Vec<_> = path.split('/').map(id::parse).collect();
    let expires = request.query("expires").and_then(|expires| expires.parse().ok());
    let (&[Some(space), Some(upload), _], Some(expires)) = (&ids[..], expires) else {
        return refuse(403, "AccessDenied", "Access Denied");
    };
    let signature = request.query("signature").unwrap_or_default();
    if !core.file_key.verifies(space, upload, expires, signature) {
        return refuse(
            403,
            "SignatureDoesNotMatch",
            "The signature of this address does not fit.",
        );
    }
    if expires <= core.clock.now().as_second() {
        return refuse(403, "AccessDenied", "Request has expired");
    }
    let state = core.state();
    let found = state.space_at(space).and_then(|at| {
        let workspace = state.space(at);
        let upload = workspace.uploads.get(&upload)?;
        Some((upload.content_type().to_owned(), upload.bytes(workspace)?))
    });
    match found {
        Some((content_type, bytes)) => serve(&content_type, bytes, request.range.as_deref()),
        None => refuse(404, "NoSuchKey", "The specified key does not exist."),
    }
}

fn serve(content_type: &str, bytes: Bytes, range: Option<&str>) -> Answer {
    let total = bytes.len();
    let mut headers = vec![
        ("content-type".to_owned(), content_type.to_owned()),
        ("accept-ranges".to_owned(), "bytes".to_owned()),
        // A page that somebody uploaded must not act for the simulator when a browser shows it.
        ("content-security-policy".to_owned(), "sandbox".to_owned()),
        ("x-content-type-options".to_owned(), "nosniff".to_owned()),
    ];
    let (status, body) = match range.and_then(|range| read_range(range, total)) {
        None => (200, bytes),
        Some(None) => {
            let mut answer = refuse(416, "InvalidRange", "The requested range is not satisfiable");
            answer
                .headers
                .push(("content-range".to_owned(), format!("bytes */{total}")));
            return answer;
        }
        Some(Some((first, last))) => {
            headers.push((
                "content-range".to_owned(),
                format!("bytes {first}-{last}/{total}"),
            ));
            (206, bytes.slice(first..=last))
        }
    };
    Answer {
        status,
        headers,
        body,
        json: None,
        notes: Vec::new(),
        changed: false,
    }
}

/// The first and last byte that a `Range` header asks for: `None` where it is to be ignored, because it asks for something
/// else than one range of bytes, and `Some(None)` where there are no such bytes.
fn read_range(range: &str, total: usize) -> Option<Option<(usize, usize)>> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| text.trim().parse::<usize>();
    let (first, last) = match (first.trim(), last.trim()) {
        ("", suffix) => (total.saturating_sub(number(suffix).ok()?), usize::MAX),
        (first, "") => (number(first).ok()?, usize::MAX),
        (first, last) => (number(first).ok()?, number(last).ok()?),
    };
    if last < first {
        return None;
    }
    let last = last.min(total.saturating_sub(1));
    Some((first < total && first <= last).then_some((first, last)))
}

fn refuse(status: u16, code: &str, message: &str) -> Answer {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    Answer {
        status,
        headers: vec![("content-type".to_owned(), "application/xml".to_owned())],
        body: Bytes::from(body),
        json: None,
        notes: Vec::new(),
        changed: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        for (range, expected) in [
            ("bytes=0-3", Some(Some((0, 3)))),
            ("bytes=8-", Some(Some((8, 9)))),
            ("bytes=-3", Some(Some((7, 9)))),
            ("bytes=-30", Some(Some((0, 9)))),
            ("bytes=5-99", Some(Some((5, 9)))),
            ("bytes=10-", Some(None)),
            ("bytes=-0", Some(None)),
            ("bytes=3-1", None),
            ("bytes=0-1,3-4", None),
            ("lines=1-2", None),
            ("bytes=a-b", None),
        ] {
            assert_eq!(read_range(range, 10), expected, "{range}");
        }
        assert_eq!(read_range("bytes=0-", 0), Some(None));
    }

    #[test]
    fn signatures_hold_for_one_file_and_one_time() {
        let key = FileKey::fresh();
        let (space, upload) = (id::fresh(), id::fresh());
        let signature = key.sign(space, upload, 5);
        assert!(key.verifies(space, upload, 5, &signature));
        assert!(!key.verifies(space, upload, 6, &signature));
        assert!(!key.verifies(upload, space, 5, &signature));
        assert!(!key.verifies(space, upload, 5, ""));
        assert!(!FileKey::fresh().verifies(space, upload, 5, &signature));
    }
}
