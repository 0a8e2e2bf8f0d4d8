//! File uploads, up to the file being there. Where uploads are used is up to pages, blocks and comments.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::{FutureExt as _, stream};
use multer::Multipart;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::call::{Call, bad_cursor, cut, list as wrap};
use crate::engine::upload::{self, Mode, Received, Status, Upload};
use crate::fetch;
use crate::refusal::Refusal;
use crate::request::object;
use crate::validate::{self, Fields, Path};

/// The most parts of a file.
const MAX_PARTS: u32 = 10_000;

/// `POST /v1/file_uploads`.
pub(super) fn create(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let body = call.request.json()?;
    let body = object(&body)?;
    let mode = body.optional_enum("mode", &["single_part", "multi_part", "external_url"])?;
    let filename = body.optional_string("filename")?;
    let content_type = body.optional_string("content_type")?;
    let parts = number_of_parts(&body)?;
    let external_url = body.optional_string("external_url")?;
    body.only(&[
        "mode",
        "filename",
        "content_type",
        "number_of_parts",
        "external_url",
    ])?;
    let mode = match mode {
        Some("multi_part") => {
            body.required("filename")?;
            let total = parts.ok_or_else(|| body.place("number_of_parts").should("defined", None))?;
            Mode::MultiPart { total }
        }
        Some("external_url") => {
            let url = body.string("external_url")?;
            body.required("filename")?;
            fetch::check(&body.place("external_url"), url)?;
            Mode::ExternalUrl(url.to_owned())
        }
        _ if external_url.is_some() => {
            let found = body.get("external_url");
            return Err(body.place("external_url").should("not present", found));
        }
        _ => Mode::SinglePart,
    };
    let (filename, content_type) = upload::describe(filename, content_type)?;

    let (now, bot) = (call.now, call.caller.bot);
    let tick = call.workspace_mut().next_tick();
    let upload = Upload::new(mode, bot, now, tick).of_file(filename, content_type);
    let answer = show(call, &upload);
    if let Mode::ExternalUrl(url) = &upload.mode {
        call.state.imports.push((upload.id, url.clone()));
    }
    call.workspace_mut().uploads.insert(upload.id, upload);
    Ok(answer)
}

/// `GET /v1/file_uploads`: the caller's own, newest first.
pub(super) fn list(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let wanted = call.request.query("status").map(|text| {
        Status::named(text).ok_or_else(|| {
            let words = validate::alternatives(&Status::NAMES, true);
            Path::query().key("status").should(&words, Some(&json!(text)))
        })
    });
    let wanted = wanted.transpose()?;
    let (cursor, size) = call.paging()?;
    let workspace = call.workspace();
    let uploads = workspace.newest_uploads();
    let found: Vec<Uuid> = uploads
        .iter()
        .filter(|upload| upload::belongs_to(workspace, upload, &call.caller))
        .filter(|upload| wanted.is_none_or(|wanted| upload.status(call.now) == wanted))
        .map(|upload| upload.id)
        .collect();
    let (ids, next) = cut(&found, cursor, size).ok_or_else(|| bad_cursor(call))?;
    let results = ids.iter().filter_map(|id| workspace.uploads.get(id));
    Ok(Value::Object(wrap(
        results.map(|upload| show(call, upload)).collect(),
        next.map(|id| id.to_string()).as_deref(),
        "file_upload",
    )))
}

/// `GET /v1/file_uploads/{id}`.
pub(super) fn retrieve(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let upload = own(call)?;
    Ok(show(call, upload))
}

/// `POST /v1/file_uploads/{id}/send`: the file, or a part of it, as `multipart/form-data`.
pub(super) fn send(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.id("file_upload_id")?;
    let received = form(call)?;
    let limit = call.workspace().file_limit(call.caller.bot);
    let (upload, content) = own(call)?.receive(&received, limit, call.now)?;

    let answer = show(call, &upload);
    let workspace = call.workspace_mut();
    workspace.contents.insert(content, received.bytes);
    workspace.uploads.insert(upload.id, upload);
    Ok(answer)
}

/// `POST /v1/file_uploads/{id}/complete`: all parts are there.
pub(super) fn complete(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.id("file_upload_id")?;
    let body = call.request.json()?;
    object(&body)?.only(&[])?;
    let limit = call.workspace().file_limit(call.caller.bot);
    let upload = own(call)?.complete(limit, call.now)?;

    let answer = show(call, &upload);
    call.workspace_mut().uploads.insert(upload.id, upload);
    Ok(answer)
}

/// The upload in the path, if the caller made it.
fn own<'a>(call: &'a Call<'_>) -> Result<&'a Upload, Refusal> {
    let id = call.id("file_upload_id")?;
    let workspace = call.workspace();
    let upload = workspace.uploads.get(&id);
    upload
        .filter(|upload| upload::belongs_to(workspace, upload, &call.caller))
        .ok_or_else(|| call.missing("file_upload", id))
}

/// The upload with the addresses of the steps that are still due.
fn show(call: &Call<'_>, upload: &Upload) -> Value {
    let status = upload.status(call.now);
    let mut out: Map<String, Value> = upload.to_json(status);
    let address = |step: &str| {
        let (origin, id) = (&call.request.origin, upload.id);
        json!(format!("{origin}/v1/file_uploads/{id}/{step}"))
    };
    if status == Status::Pending && !matches!(upload.mode, Mode::ExternalUrl(_)) {
        out.insert("upload_url".into(), address("send"));
        if matches!(upload.mode, Mode::MultiPart { .. }) {
            out.insert("complete_url".into(), address("complete"));
        }
    }
    Value::Object(out)
}

fn number_of_parts(body: &Fields<'_>) -> Result<Option<u32>, Refusal> {
    let Some(value) = body.get("number_of_parts") else {
        return Ok(None);
    };
    let path = body.place("number_of_parts");
    let number = value.as_f64().filter(|number| number.fract() == 0.0);
    match number {
        None => Err(path.should("a number or `undefined`", Some(value))),
        Some(number) if number < 1.0 => Err(path.should("≥ `1` or `undefined`", Some(value))),
        Some(number) if number > f64::from(MAX_PARTS) => {
            let expectation = format!("≤ `{MAX_PARTS}` or `undefined`");
            Err(path.should(&expectation, Some(value)))
        }
        Some(number) => Ok(Some(number as u32)),
    }
}

/// Reads the form that a file comes in.
fn form(call: &Call<'_>) -> Result<Received, Refusal> {
    let content_type = call.request.content_type.as_deref().unwrap_or_default();
    let boundary = multer::parse_boundary(content_type).map_err(|_| {
        Refusal::invalid("The Content-Type header should be `multipart/form-data` with a `boundary`.")
    })?;
    let whole = stream::iter([Ok::<Bytes, Infallible>(call.request.body.clone())]);
    // All of the body is here already, so reading it never waits.
    let read = read_form(Multipart::new(whole, boundary)).now_or_never();
    let fields = read.and_then(Result::ok).ok_or_else(|| {
        Refusal::invalid(
            "The body is not a `multipart/form-data` that fits the `boundary` of the Content-Type header.",
        )
    })?;
    let mut received = None;
    let mut part_number = None;
    for field in fields {
        match field.name.as_deref() {
            Some("file") if received.is_none() => received = Some(field),
            Some("part_number") => part_number = Some(read_number(&field.bytes)?),
            name => {
                let found = json!(String::from_utf8_lossy(&field.bytes));
                let path = Path::body().key(name.unwrap_or_default());
                return Err(path.should("not present", Some(&found)));
            }
        }
    }
    let Some(file) = received else {
        return Err(Path::body().key("file").should("defined", None));
    };
    Ok(Received {
        bytes: file.bytes,
        filename: file.filename,
        content_type: file.content_type,
        part_number,
    })
}

struct Field {
    name: Option<String>,
    filename: Option<String>,
    content_type: Option<String>,
    bytes: Bytes,
}

async fn read_form(mut form: Multipart<'_>) -> multer::Result<Vec<Field>> {
    let mut fields = Vec::new();
    while let Some(field) = form.next_field().await? {
        fields.push(Field {
            name: field.name().map(str::to_owned),
            filename: field
                .file_name()
                .filter(|name| !name.is_empty())
                .map(str::to_owned),
            content_type: field.content_type().map(ToString::to_string),
            bytes: field.bytes().await?,
        });
    }
    Ok(fields)
}

fn read_number(bytes: &[u8]) -> Result<u32, Refusal> {
    let text = String::from_utf8_lossy(bytes);
    let path = Path::body().key("part_number");
    match text.trim().parse::<u32>() {
        Ok(0) => Err(path.should("≥ `1`", Some(&json!(0)))),
        Ok(number) => Ok(number),
        Err(_) => Err(path.should("a number", Some(&json!(text)))),
    }
}
