use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;

use jiff::Timestamp;
use notion_schema::json::{Reader, Writer};

use super::people::id;
use super::text::{MAX_URL, within};
use super::{HasKind, Property, ReadError, WritableProperty, WriteError, at_most, object, without};
use crate::id::FileUploadId;
use crate::kind::Files;

/// A file in a files property.
///
/// ```
/// use notion_core::FileRef;
///
/// let report = FileRef::external("report.pdf", "https://example.com/report.pdf");
/// assert_eq!(report.url(), Some("https://example.com/report.pdf"));
/// ```
///
/// A write replaces all files of the property, and so sends back those that are to stay: any file that was read can be written
/// again, also one that Notion serves itself, and one of a kind that came after this version.
///
/// The address of a file that Notion serves is good for about an hour, for everybody who knows it. `Debug` does not show the
/// part of it that opens the file.
///
/// Source: <https://developers.notion.com/reference/file-object>.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct FileRef {
    /// The name; empty for an upload that keeps the one it was uploaded under.
    pub name: String,
    /// Where the file is.
    pub source: FileSource,
}

/// Where the file of a [`FileRef`] is.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FileSource {
    /// Somebody else serves it.
    #[non_exhaustive]
    External {
        /// Its address.
        url: String,
    },
    /// Notion serves it.
    #[non_exhaustive]
    Hosted {
        /// Its address, until then.
        url: String,
        /// When the address ends: read the row again for one that lasts.
        expiry_time: Option<Timestamp>,
    },
    /// It was uploaded through the API. It is written, and read back as [`Hosted`](FileSource::Hosted).
    Upload(FileUploadId),
    /// A kind of file that this version does not know, as Notion's JSON.
    Other(Box<str>),
}

impl FileRef {
    /// A file that somebody else serves.
    #[must_use]
    pub fn external(name: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            source: FileSource::External { url: url.into() },
        }
    }

    /// A file that was uploaded through the API.
    #[must_use]
    pub fn upload(id: FileUploadId) -> Self {
        Self {
            name: String::new(),
            source: FileSource::Upload(id),
        }
    }

    /// The same file under that name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The address of the file, where it has one.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        match &self.source {
            FileSource::External { url } | FileSource::Hosted { url, .. } => Some(url),
            FileSource::Upload(_) | FileSource::Other(_) => None,
        }
    }

    /// Whether the address has ended by `now`, so that the row must be read again for one that lasts.
    ///
    /// ```
    /// use jiff::Timestamp;
    /// use notion_core::{AnyRow, FileRef, kind};
    ///
    /// let row = AnyRow::from_json(r#"{
    ///     "object": "page", "id": "b55c9c91-384d-452b-81db-d1ef79372b75", "created_time": "2026-11-20T09:00:00.000Z",
    ///     "properties": {"Scans": {"id": "s", "type": "files", "files": [{
    ///         "name": "scan.png", "type": "file",
    ///         "file": {"url": "https://files.example.com/scan.png?signature=1", "expiry_time": "2026-11-20T10:00:00.000Z"}
    ///     }]}}
    /// }"#)?;
    /// let scans: Vec<FileRef> = row.read::<kind::Files, _>("Scans")?;
    /// assert!(scans[0].is_expired("2026-11-20T10:00:00Z".parse().unwrap()));
    /// assert!(!scans[0].is_expired("2026-11-20T09:59:59Z".parse().unwrap()));
    /// # Ok::<(), notion_core::Error>(())
    /// ```
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        match &self.source {
            FileSource::Hosted { expiry_time, .. } => expiry_time.is_some_and(|end| end <= now),
            _ => false,
        }
    }
}

impl fmt::Debug for FileRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileRef")
            .field("name", &self.name)
            .field("source", &self.source)
            .finish()
    }
}

impl fmt::Debug for FileSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::External { url } => f.debug_struct("External").field("url", &shown(url)).finish(),
            Self::Hosted { url, expiry_time } => f
                .debug_struct("Hosted")
                .field("url", &shown(url))
                .field("expiry_time", expiry_time)
                .finish(),
            Self::Upload(id) => f.debug_tuple("Upload").field(id).finish(),
            Self::Other(_) => f.write_str("Other(…)"),
        }
    }
}

/// An address without its query, which is what opens a signed one; other text as it is.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    match text.split_once('?') {
        Some((address, _)) if address.starts_with("http") => Cow::Owned(format!("{address}?…")),
        _ => Cow::Borrowed(text),
    }
}

/// JSON with its addresses as they may be shown.
pub(crate) fn shown_json(json: &str) -> String {
    // A quote that ends a string is no different from one that begins it: an address begins right behind either.
    json.split('"').map(shown).collect::<Vec<_>>().join("\"")
}

impl Property<Files> for Vec<FileRef> {
    /// Files can only be asked for with `is_empty` and `is_not_empty`.
    type Operand = Infallible;

    fn blank() -> Self {
        Self::new()
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        self.clear();
        json.begin_array()?;
        while json.element()? {
            self.push(file(json)?);
        }
        Ok(())
    }
}

impl WritableProperty<Files> for Vec<FileRef> {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        at_most(self.len(), "files")?;
        json.begin_array();
        for file in self {
            write_file(file, json)?;
        }
        json.end_array();
        Ok(())
    }
}

impl HasKind for Vec<FileRef> {
    type Kind = Files;
}

/// Reads a file. One that is not what the API promises is kept as JSON, so that it is not lost when the others are written.
fn file(json: &mut Reader<'_>) -> Result<FileRef, ReadError> {
    let start = json.mark();
    let (mut name, mut source) = (String::new(), None);
    let read = object(json, &["name", "type", "external"], |key, json| {
        match key {
            "name" if json.null() => {}
            "name" => json.string_into(&mut name)?,
            "external" | "file" => source = Some(served(key == "file", json)?),
            "file_upload" => source = Some(FileSource::Upload(upload(json)?)),
            _ => return Ok(false),
        }
        Ok(true)
    });
    let source = match (read, source) {
        (Ok(()), Some(source)) => source,
        _ => {
            json.rewind(start);
            FileSource::Other(json.raw()?.into())
        }
    };
    Ok(FileRef { name, source })
}

fn served(by_notion: bool, json: &mut Reader<'_>) -> Result<FileSource, ReadError> {
    let (mut url, mut expiry_time) = (None, None);
    object(json, &["url", "expiry_time"], |key, json| {
        match key {
            "url" => url = Some(json.string()?.into_owned()),
            "expiry_time" if !json.null() => {
                let text = json.string()?;
                let time = text.parse::<Timestamp>();
                expiry_time =
                    Some(time.map_err(|_| ReadError::Unfit(format!("holds `{text}`, which is no time")))?);
            }
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    let url = url.ok_or_else(|| without("a file", "url"))?;
    Ok(if by_notion {
        FileSource::Hosted { url, expiry_time }
    } else {
        FileSource::External { url }
    })
}

fn upload(json: &mut Reader<'_>) -> Result<FileUploadId, ReadError> {
    let mut upload = None;
    object(json, &["id"], |key, json| {
        if key == "id" {
            upload = Some(id(json)?);
        }
        Ok(key == "id")
    })?;
    upload.ok_or_else(|| without("an upload", "id"))
}

fn write_file(file: &FileRef, json: &mut Writer) -> Result<(), WriteError> {
    match &file.source {
        FileSource::External { url } => {
            begin(file, json)?;
            write_served("external", file, url, None, json)?;
            json.end_object();
        }
        FileSource::Hosted { url, expiry_time } => {
            begin(file, json)?;
            json.key("type").string("file");
            write_served("file", file, url, *expiry_time, json)?;
            json.end_object();
        }
        FileSource::Upload(id) => {
            json.begin_object();
            if !file.name.is_empty() {
                json.key("name").string(&file.name);
            }
            json.key("type").string("file_upload");
            json.key("file_upload").begin_object();
            json.key("id").display(id);
            json.end_object();
            json.end_object();
        }
        FileSource::Other(item) => json.raw(item),
    }
    Ok(())
}

fn begin(file: &FileRef, json: &mut Writer) -> Result<(), WriteError> {
    if file.name.is_empty() {
        return Err(WriteError::new(
            "holds a file without a name: `named` gives it one",
        ));
    }
    json.begin_object();
    json.key("name").string(&file.name);
    Ok(())
}

fn write_served(
    key: &str,
    file: &FileRef,
    url: &str,
    expiry_time: Option<Timestamp>,
    json: &mut Writer,
) -> Result<(), WriteError> {
    if url.is_empty() {
        return Err(WriteError::new(format!(
            "holds the file `{}` without a URL",
            file.name
        )));
    }
    within(
        &format!("holds the file `{}`, whose URL ", file.name),
        url,
        MAX_URL,
    )?;
    json.key(key).begin_object();
    json.key("url").string(url);
    if let Some(end) = expiry_time {
        json.key("expiry_time").display(format_args!("{end:.3}"));
    }
    json.end_object();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{read, written};
    use super::*;

    const ID: &str = "c4a7b3d0-e0b9-4b0b-9f0c-8c1e7a2d3f4a";

    #[test]
    fn every_file_is_read_and_written_back() {
        let hosted = r#"{"name":"b.png","type":"file","file":{"url":"https://f.x/b.png?X-Amz-Signature=s3cret","expiry_time":"2026-09-01T10:00:00.000Z"}}"#;
        let future = r#"{"name":"c","type":"tape","tape":{"reel":7,"at":"https://f.x/c?sig=s3cret"}}"#;
        let files: Vec<FileRef> = read::<Files, _>(&format!(
            r#"[{{"name":"a.pdf","type":"external","external":{{"url":"https://x.y/a.pdf"}}}},{hosted},{future},{{"type":"file_upload","file_upload":{{"id":"{ID}"}},"name":null}}]"#
        ))
        .unwrap();
        let end: Timestamp = "2026-09-01T10:00:00Z".parse().unwrap();
        assert_eq!(files[0], FileRef::external("a.pdf", "https://x.y/a.pdf"));
        assert_eq!(
            files[1].source,
            FileSource::Hosted {
                url: "https://f.x/b.png?X-Amz-Signature=s3cret".to_owned(),
                expiry_time: Some(end),
            }
        );
        assert_eq!(files[2].source, FileSource::Other(future.into()));
        assert_eq!(files[3], FileRef::upload(ID.parse().unwrap()));
        assert_eq!(
            written::<Files, _>(&files).unwrap(),
            format!(
                r#"[{{"name":"a.pdf","external":{{"url":"https://x.y/a.pdf"}}}},{hosted},{future},{{"type":"file_upload","file_upload":{{"id":"{ID}"}}}}]"#
            )
        );
        assert!(!format!("{files:?}").contains("s3cret"), "{files:?}");
        assert!(format!("{files:?}").contains("https://f.x/b.png?…"));
        assert_eq!(read::<Files, Vec<FileRef>>("[]"), Ok(Vec::new()));
        assert_eq!(read::<Files, Option<Vec<FileRef>>>("[]"), Ok(None));
    }

    #[test]
    fn a_file_that_is_not_what_the_api_promises_is_kept() {
        for odd in [
            r#"{"name":"a","type":"file","file":{"url":"x","expiry_time":"soon"}}"#,
            r#"{"name":"a","type":"external","external":{}}"#,
            r#"{"name":"a","type":"file_upload","file_upload":{"id":"x"}}"#,
            r#"{"name":7}"#,
        ] {
            let files: Vec<FileRef> = read::<Files, _>(&format!("[{odd}]")).unwrap();
            assert_eq!(files[0].source, FileSource::Other(odd.into()));
            assert_eq!(written::<Files, _>(&files).unwrap(), format!("[{odd}]"));
        }
    }

    #[test]
    fn what_notion_would_refuse_is_refused() {
        for (file, error) in [
            (
                FileRef::external("", "https://x.y"),
                "holds a file without a name: `named` gives it one",
            ),
            (FileRef::external("a", ""), "holds the file `a` without a URL"),
            (
                FileRef::external("a", "x".repeat(2_001)),
                "holds the file `a`, whose URL has 2001 characters, and Notion takes 2000",
            ),
        ] {
            assert_eq!(written::<Files, _>(&vec![file]).unwrap_err().to_string(), error);
        }
        let many = vec![FileRef::external("a", "https://x.y"); 101];
        assert!(written::<Files, _>(&many).is_err());
    }
}
