//! The steps in which a file arrives, each as the upload before it and the upload after it.

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::record::{Mode, Part, Status, Upload};
use crate::engine::{id, media};
use crate::refusal::Refusal;
use crate::validate::{self, Path};

/// The most bytes in one request.
const MAX_PART: u64 = 20 << 20;
/// The fewest bytes of a part that is not the last.
const MIN_PART: u64 = 5 << 20;
/// The longest name of a file, in bytes.
const MAX_NAME: usize = 900;
/// The content type of files that say nothing of themselves.
const UNKNOWN_TYPE: &str = "application/octet-stream";

/// A file, or a part of one, as it was sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Received {
    pub(crate) bytes: Bytes,
    pub(crate) filename: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) part_number: Option<u32>,
}

/// Name and content type of a file, as far as they are known.
type Described = (Option<String>, Option<String>);

impl Upload {
    /// The upload with one more part, and the record in which the bytes of the part belong.
    ///
    /// # Errors
    ///
    /// A step that is not due, a file that is too large, one of another kind than was said before.
    pub(crate) fn receive(
        &self,
        received: &Received,
        limit: u64,
        now: Timestamp,
    ) -> Result<(Self, Uuid), Refusal> {
        let number = self.due_part(received, now)?;
        let (filename, content_type) = self.describe(received)?;
        let length = received.bytes.len() as u64;
        if length > MAX_PART {
            return Err(Refusal::invalid(format!(
                "The file size is not within the allowed limit of {} per request. Send larger files with a `mode` of \
                 `multi_part`.",
                size(MAX_PART)
            )));
        }
        let mut after = self.clone().of_file(filename, content_type);
        let content = self
            .parts
            .get(&number)
            .map_or_else(id::fresh, |part| part.content);
        after.parts.insert(number, Part { content, length });
        after.content_length = Some(after.length_within(limit)?);
        after.last_edited_time = now;
        if self.mode == Mode::SinglePart {
            after.status = Status::Uploaded;
        }
        Ok((after, content))
    }

    /// The upload of several parts, closed.
    ///
    /// # Errors
    ///
    /// Parts that are missing or too small, a file that is too large, an upload of another mode.
    pub(crate) fn complete(&self, limit: u64, now: Timestamp) -> Result<Self, Refusal> {
        let Mode::MultiPart { total } = self.mode else {
            return Err(Refusal::invalid(
                "Only a File Upload with a `mode` of `multi_part` can be completed.",
            ));
        };
        self.check_pending(now, "completed")?;
        if let Some(missing) = (1..=total).find(|number| !self.parts.contains_key(number)) {
            return Err(Refusal::invalid(format!(
                "{} of the {total} parts of the File Upload were sent. The first part that is missing is {missing}.",
                self.parts.len()
            )));
        }
        let mut others = self.parts.iter().filter(|(number, _)| **number < total);
        if let Some((number, part)) = others.find(|(_, part)| part.length < MIN_PART) {
            return Err(Refusal::invalid(format!(
                "Part {number} of the File Upload has {} bytes. Each part but the last must have at least {}.",
                part.length,
                size(MIN_PART)
            )));
        }
        let mut after = self.clone();
        after.content_length = Some(self.length_within(limit)?);
        after.status = Status::Uploaded;
        after.last_edited_time = now;
        Ok(after)
    }

    /// Which part this is, if it is time for it.
    fn due_part(&self, received: &Received, now: Timestamp) -> Result<u32, Refusal> {
        if matches!(self.mode, Mode::ExternalUrl(_)) {
            return Err(Refusal::invalid(
                "File contents cannot be sent to a File Upload with a `mode` of `external_url`.",
            ));
        }
        self.check_pending(now, "sent to")?;
        let Mode::MultiPart { total } = self.mode else {
            return Ok(1);
        };
        let path = Path::body().key("part_number");
        match received.part_number {
            None => Err(path.should("defined", None)),
            Some(number) if number > total => Err(path.should(&format!("≤ `{total}`"), Some(&json!(number)))),
            Some(number) => Ok(number),
        }
    }

    fn check_pending(&self, now: Timestamp, what: &str) -> Result<(), Refusal> {
        match self.status(now) {
            Status::Pending => Ok(()),
            status => Err(Refusal::invalid(format!(
                "A File Upload with a status of `{}` cannot be {what}; its status must be `pending`.",
                status.name()
            ))),
        }
    }

    /// The name and content type of the file, now that something of it is here.
    fn describe(&self, received: &Received) -> Result<Described, Refusal> {
        let given = received.content_type.as_deref();
        let Some(original) = &self.content_type else {
            let given = given.filter(|given| !media::same_type(given, UNKNOWN_TYPE));
            let name = received.filename.as_deref();
            let nothing = name.is_none() && given.is_none();
            return describe(name, given.or(nothing.then_some(UNKNOWN_TYPE)));
        };
        // A part of a file has a name of its own, of which most clients cannot tell the type.
        let is_part = matches!(self.mode, Mode::MultiPart { .. });
        let fits = |current: &str| {
            media::same_type(current, original) || is_part && media::same_type(current, UNKNOWN_TYPE)
        };
        if let Some(current) = given.filter(|current| !fits(current)) {
            return Err(Refusal::invalid(format!(
                "Current file content type of `{current}` does not match the original content type of `{original}`. Use the \
                 original content type determined during File Upload creation, or try again with a new File Upload."
            )));
        }
        match &self.filename {
            Some(_) => Ok((self.filename.clone(), self.content_type.clone())),
            None => describe(received.filename.as_deref(), Some(original)),
        }
    }

    /// How many bytes there are by now.
    fn length_within(&self, limit: u64) -> Result<u64, Refusal> {
        let length = self.parts.values().map(|part| part.length).sum();
        if length > limit {
            return Err(Refusal::invalid(too_large(limit)));
        }
        Ok(length)
    }
}

/// The name and content type of a file, where each may follow from the other.
///
/// # Errors
///
/// An extension or content type that Notion does not take, or two that do not belong together.
pub(crate) fn describe(filename: Option<&str>, content_type: Option<&str>) -> Result<Described, Refusal> {
    if let Some(content_type) = content_type.filter(|content_type| !media::knows_type(content_type)) {
        return Err(Refusal::invalid(format!(
            "The content type {content_type} is not supported for the File Upload API."
        )));
    }
    let Some(name) = filename else {
        return Ok((None, content_type.map(str::to_owned)));
    };
    let (name, content_type) = match (media::extension(name), content_type) {
        (None, None) => {
            return Err(Refusal::invalid(
                "Provided `filename` must have an extension, or `content_type` must be provided.",
            ));
        }
        (None, Some(content_type)) => {
            let extension = media::extension_of(content_type).unwrap_or_default();
            (format!("{name}.{extension}"), content_type)
        }
        (Some(extension), content_type) => {
            let Some(usual) = media::type_of(extension) else {
                return Err(Refusal::invalid(
                    "Provided `filename` has an extension that is not supported for the File Upload API.",
                ));
            };
            if let Some(other) = content_type.filter(|content_type| !media::fits(extension, content_type)) {
                return Err(Refusal::invalid(format!(
                    "Provided `content_type` of `{other}` does not match the extension of the provided `filename`."
                )));
            }
            (name.to_owned(), content_type.unwrap_or(usual))
        }
    };
    validate::at_most(&Path::body().key("filename"), name.len(), MAX_NAME)?;
    Ok((Some(name), Some(content_type.to_owned())))
}

/// What Notion says of a file that is larger than the workspace allows.
pub(crate) fn too_large(limit: u64) -> String {
    format!(
        "The file size is not within the allowed limit of {}. Please try again with a new file upload.",
        size(limit)
    )
}

/// `5 MiB`, in the largest unit that leaves no rest.
fn size(bytes: u64) -> String {
    let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
    let whole = units
        .iter()
        .find(|(bits, _)| bytes > 0 && bytes.trailing_zeros() >= *bits);
    match whole {
        Some((bits, unit)) => format!("{} {unit}", bytes >> bits),
        None => format!("{bytes} bytes"),
    }
}
