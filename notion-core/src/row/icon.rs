//! What a page wears: its icon and its cover.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use notion_schema::json::{self, Reader, Writer};
use uuid::Uuid;

use crate::id::{CustomEmojiId, FileUploadId};
use crate::property::{WriteError, shown, shown_json};

/// The icon of a page.
///
/// Read from [`Page::icon`](crate::Page::icon), and written by [`Insert::icon`](crate::Insert::icon) and
/// [`Update::icon`](crate::Update::icon). One that this version does not know is kept as it is, and can be written back.
///
/// ```
/// use notion_core::{Icon, IconColor};
///
/// let icon = Icon::emoji("🚀");
/// assert_eq!(icon, Icon::Emoji("🚀".to_owned()));
/// let icon = Icon::native("pizza", IconColor::Red);
/// let icon = Icon::external("https://example.com/logo.png");
/// ```
///
/// `Debug` shows addresses without their query, which opens a hosted picture for whoever knows it.
///
/// Source: <https://developers.notion.com/reference/emoji-object>, <https://developers.notion.com/reference/file-object>.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Icon {
    /// An emoji.
    Emoji(String),
    /// One of Notion's own icons.
    #[non_exhaustive]
    Native {
        /// The name, such as `pizza`.
        name: String,
        /// The colour; Notion's is gray where none is written.
        color: Option<IconColor>,
    },
    /// An emoji that people added to their workspace.
    #[non_exhaustive]
    CustomEmoji {
        /// The id, which is all that a write needs.
        id: CustomEmojiId,
        /// The name that people gave it.
        name: Option<String>,
        /// The address of the picture.
        url: Option<String>,
    },
    /// A picture that somebody else serves, by its address.
    External(String),
    /// A picture that Notion serves. Its address cannot be written.
    #[non_exhaustive]
    Hosted {
        /// The address, which ends after about an hour.
        url: String,
        /// When the address ends: read the page again for one that lasts.
        expiry_time: Option<Timestamp>,
    },
    /// A picture that was uploaded through the API. It is written, and read back as [`Hosted`](Icon::Hosted).
    Upload(FileUploadId),
    /// An icon that this version does not know, as Notion's JSON.
    Raw(String),
}

/// The cover of a page.
///
/// ```
/// use notion_core::Cover;
///
/// let cover = Cover::external("https://www.notion.so/images/page-cover/woodcuts_2.jpg");
/// ```
///
/// `Debug` shows addresses as that of [`Icon`] does.
///
/// Source: <https://developers.notion.com/reference/page>.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cover {
    /// A picture that somebody else serves, by its address.
    External(String),
    /// A picture that Notion serves. Its address cannot be written.
    #[non_exhaustive]
    Hosted {
        /// The address, which ends after about an hour.
        url: String,
        /// When the address ends: read the page again for one that lasts.
        expiry_time: Option<Timestamp>,
    },
    /// A picture that was uploaded through the API. It is written, and read back as [`Hosted`](Cover::Hosted).
    Upload(FileUploadId),
    /// A cover that this version does not know, as Notion's JSON.
    Raw(String),
}

/// The colour of one of Notion's own icons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are Notion's, and say all")]
pub enum IconColor {
    Gray,
    LightGray,
    Brown,
    Yellow,
    Orange,
    Green,
    Blue,
    Purple,
    Pink,
    Red,
}

impl fmt::Debug for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Emoji(emoji) => f.debug_tuple("Emoji").field(emoji).finish(),
            Self::Native { name, color } => f
                .debug_struct("Native")
                .field("name", name)
                .field("color", color)
                .finish(),
            Self::CustomEmoji { id, name, url } => f
                .debug_struct("CustomEmoji")
                .field("id", id)
                .field("name", name)
                .field("url", &url.as_deref().map(shown))
                .finish(),
            Self::External(url) => f.debug_tuple("External").field(&shown(url)).finish(),
            Self::Hosted { url, expiry_time } => debug_hosted(f, url, expiry_time.as_ref()),
            Self::Upload(id) => f.debug_tuple("Upload").field(id).finish(),
            Self::Raw(json) => f.debug_tuple("Raw").field(&shown_json(json)).finish(),
        }
    }
}

impl fmt::Debug for Cover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::External(url) => f.debug_tuple("External").field(&shown(url)).finish(),
            Self::Hosted { url, expiry_time } => debug_hosted(f, url, expiry_time.as_ref()),
            Self::Upload(id) => f.debug_tuple("Upload").field(id).finish(),
            Self::Raw(json) => f.debug_tuple("Raw").field(&shown_json(json)).finish(),
        }
    }
}

fn debug_hosted(f: &mut fmt::Formatter<'_>, url: &str, expiry_time: Option<&Timestamp>) -> fmt::Result {
    f.debug_struct("Hosted")
        .field("url", &shown(url))
        .field("expiry_time", &expiry_time)
        .finish()
}

impl Icon {
    /// An emoji, such as `🚀`.
    #[must_use]
    pub fn emoji(emoji: impl Into<String>) -> Self {
        Self::Emoji(emoji.into())
    }

    /// One of Notion's own icons, by the name that Notion shows for it, such as `pizza`.
    #[must_use]
    pub fn native(name: impl Into<String>, color: IconColor) -> Self {
        Self::Native {
            name: name.into(),
            color: Some(color),
        }
    }

    /// An emoji that people added to their workspace.
    #[must_use]
    pub fn custom_emoji(id: CustomEmojiId) -> Self {
        Self::CustomEmoji {
            id,
            name: None,
            url: None,
        }
    }

    /// A picture that somebody else serves, by its address.
    #[must_use]
    pub fn external(url: impl Into<String>) -> Self {
        Self::External(url.into())
    }

    /// A picture that was uploaded through the API.
    #[must_use]
    pub fn upload(id: FileUploadId) -> Self {
        Self::Upload(id)
    }

    /// Reads an icon. Whatever it is, it costs no row.
    pub(super) fn read(json: &str) -> Self {
        known(json).unwrap_or_else(|| Self::Raw(json.to_owned()))
    }

    pub(crate) fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        match self {
            Self::Emoji(emoji) if emoji.trim().is_empty() => {
                return Err(WriteError::new("is an empty emoji"));
            }
            Self::Emoji(emoji) => tagged(json, "emoji", |json| json.string(emoji)),
            Self::Native { name, .. } if name.trim().is_empty() => {
                return Err(WriteError::new("is one of Notion's without a name"));
            }
            Self::Native { name, color } => member(json, "icon", |json| {
                json.key("name").string(name);
                if let Some(color) = color {
                    json.key("color").string(color.name());
                }
            }),
            Self::CustomEmoji { id, .. } => {
                member(json, "custom_emoji", |json| {
                    json.key("id").string(&id.to_string());
                });
            }
            Self::External(url) => write_external(json, url)?,
            Self::Hosted { .. } => return Err(hosted()),
            Self::Upload(id) => write_upload(json, *id),
            Self::Raw(raw) => write_raw(json, raw)?,
        }
        Ok(())
    }
}

impl Cover {
    /// A picture that somebody else serves, by its address.
    #[must_use]
    pub fn external(url: impl Into<String>) -> Self {
        Self::External(url.into())
    }

    /// A picture that was uploaded through the API.
    #[must_use]
    pub fn upload(id: FileUploadId) -> Self {
        Self::Upload(id)
    }

    /// Reads a cover. Whatever it is, it costs no row.
    pub(super) fn read(json: &str) -> Self {
        match known(json) {
            Some(Icon::External(url)) => Self::External(url),
            Some(Icon::Hosted { url, expiry_time }) => Self::Hosted { url, expiry_time },
            Some(Icon::Upload(id)) => Self::Upload(id),
            _ => Self::Raw(json.to_owned()),
        }
    }

    pub(crate) fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        match self {
            Self::External(url) => write_external(json, url)?,
            Self::Hosted { .. } => return Err(hosted()),
            Self::Upload(id) => write_upload(json, *id),
            Self::Raw(raw) => write_raw(json, raw)?,
        }
        Ok(())
    }
}

impl IconColor {
    const ALL: [Self; 10] = [
        Self::Gray,
        Self::LightGray,
        Self::Brown,
        Self::Yellow,
        Self::Orange,
        Self::Green,
        Self::Blue,
        Self::Purple,
        Self::Pink,
        Self::Red,
    ];

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|color| color.name() == name)
    }

    /// What the API calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gray => "gray",
            Self::LightGray => "lightgray",
            Self::Brown => "brown",
            Self::Yellow => "yellow",
            Self::Orange => "orange",
            Self::Green => "green",
            Self::Blue => "blue",
            Self::Purple => "purple",
            Self::Pink => "pink",
            Self::Red => "red",
        }
    }
}

/// An icon, or a cover in its words; `None` for what this version does not know in full, so that nothing of it is lost.
fn known(json: &str) -> Option<Icon> {
    let mut json = Reader::new(json);
    let (mut kind, mut found) = (Cow::Borrowed(""), None);
    json.begin_object().ok()?;
    while let Some(key) = json.key().ok()? {
        match &*key {
            "type" => kind = json.string().ok()?,
            "emoji" => found = Some((key, Icon::Emoji(json.string().ok()?.into_owned()))),
            _ => {
                let icon = Members::read(&mut json).ok()?.icon(&key)?;
                found = Some((key, icon));
            }
        }
    }
    let (key, icon) = found?;
    (kind.is_empty() || kind == key).then_some(icon)
}

/// What stands under the name of the kind.
struct Members {
    id: Option<Uuid>,
    name: Option<String>,
    url: Option<String>,
    color: Option<IconColor>,
    expiry_time: Option<Timestamp>,
    /// Whether there is nothing else.
    is_whole: bool,
}

impl Members {
    fn read(json: &mut Reader<'_>) -> Result<Self, json::Error> {
        let mut members = Self {
            id: None,
            name: None,
            url: None,
            color: None,
            expiry_time: None,
            is_whole: true,
        };
        json.begin_object()?;
        while let Some(key) = json.key()? {
            if json.null() {
                continue;
            }
            members.is_whole &= match &*key {
                "id" => put(&mut members.id, Uuid::try_parse(&json.string()?).ok()),
                "name" => put(&mut members.name, Some(json.string()?.into_owned())),
                "url" => put(&mut members.url, Some(json.string()?.into_owned())),
                "color" => put(&mut members.color, IconColor::from_name(&json.string()?)),
                "expiry_time" => put(&mut members.expiry_time, json.string()?.parse().ok()),
                _ => {
                    json.skip()?;
                    false
                }
            };
        }
        Ok(members)
    }

    fn icon(self, kind: &str) -> Option<Icon> {
        let Self {
            id,
            name,
            url,
            color,
            expiry_time,
            is_whole,
        } = self;
        match (kind, id, name, url) {
            _ if !is_whole => None,
            ("icon", None, Some(name), None) => Some(Icon::Native { name, color }),
            ("custom_emoji", Some(id), name, url) => Some(Icon::CustomEmoji {
                id: id.into(),
                name,
                url,
            }),
            ("external", None, None, Some(url)) => Some(Icon::External(url)),
            ("file", None, None, Some(url)) => Some(Icon::Hosted { url, expiry_time }),
            ("file_upload", Some(id), None, None) => Some(Icon::Upload(id.into())),
            _ => None,
        }
    }
}

/// Keeps a value, and says whether there was one.
fn put<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    *place = value;
    place.is_some()
}

/// `{"type": kind, kind: …}`.
fn tagged(json: &mut Writer, kind: &str, value: impl FnOnce(&mut Writer)) {
    json.begin_object();
    json.key("type").string(kind);
    value(json.key(kind));
    json.end_object();
}

/// `{"type": kind, kind: {…}}`.
fn member(json: &mut Writer, kind: &str, members: impl FnOnce(&mut Writer)) {
    tagged(json, kind, |json| {
        json.begin_object();
        members(json);
        json.end_object();
    });
}

/// Source: <https://developers.notion.com/reference/request-limits>.
const MAX_URL: usize = 2_000;

fn write_external(json: &mut Writer, url: &str) -> Result<(), WriteError> {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    if !is_web {
        return Err(WriteError::new(format!(
            "is at `{url}`, which is not an address in the web"
        )));
    }
    let length = url.chars().count();
    if length > MAX_URL {
        return Err(WriteError::new(format!(
            "has an address of {length} characters, and Notion takes {MAX_URL}"
        )));
    }
    member(json, "external", |json| json.key("url").string(url));
    Ok(())
}

fn write_upload(json: &mut Writer, id: FileUploadId) {
    member(json, "file_upload", |json| json.key("id").string(&id.to_string()));
}

fn write_raw(json: &mut Writer, raw: &str) -> Result<(), WriteError> {
    let mut reader = Reader::strict(raw);
    match reader.skip().and_then(|()| reader.end()) {
        Ok(()) => json.raw(raw),
        Err(error) => return Err(WriteError::new(format!("is not JSON: {error}"))),
    }
    Ok(())
}

fn hosted() -> WriteError {
    WriteError::new(
        "is a picture that Notion serves, whose address cannot be written: upload the picture, or use one that is served elsewhere",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "3839ce7b-60a4-804c-bdcd-007ad3034fba";

    #[test]
    fn debug_shows_no_signed_address() {
        for (kind, what) in [("file", "Hosted"), ("later", "Raw")] {
            let json =
                format!(r#"{{"type":"{kind}","{kind}":{{"url":"https://a.b/c.png?X-Signature=secret"}}}}"#);
            let shown = format!("{:?} {:?}", Icon::read(&json), Cover::read(&json));
            assert_eq!(shown.matches(what).count(), 2, "{shown}");
            assert!(
                shown.contains("https://a.b/c.png?…") && !shown.contains("secret"),
                "{shown}"
            );
        }
    }

    #[test]
    fn icons_are_read_and_written() {
        let id = ID.parse().unwrap();
        let emoji = format!(r#"{{"type":"custom_emoji","custom_emoji":{{"id":"{ID}"}}}}"#);
        let upload = format!(r#"{{"type":"file_upload","file_upload":{{"id":"{ID}"}}}}"#);
        for (text, icon) in [
            (r#"{"type":"emoji","emoji":"🤝"}"#, Icon::emoji("🤝")),
            (
                r#"{"type":"icon","icon":{"name":"pizza","color":"lightgray"}}"#,
                Icon::native("pizza", IconColor::LightGray),
            ),
            (&emoji, Icon::custom_emoji(id)),
            (
                r#"{"type":"external","external":{"url":"https://a.b/c.png"}}"#,
                Icon::external("https://a.b/c.png"),
            ),
            (&upload, Icon::upload(ID.parse().unwrap())),
        ] {
            assert_eq!(Icon::read(text), icon);
            let mut json = Writer::new();
            icon.write(&mut json).unwrap();
            assert_eq!(json.as_str(), text);
        }
        let cover = r#"{"type":"external","external":{"url":"https://a.b/c.png"}}"#;
        assert_eq!(Cover::read(cover), Cover::external("https://a.b/c.png"));
        let mut json = Writer::new();
        Cover::read(cover).write(&mut json).unwrap();
        assert_eq!(json.as_str(), cover);
    }

    #[test]
    fn a_picture_that_notion_serves_is_read_and_not_written() {
        let file =
            r#"{"file":{"url":"https://x/y?z=1","expiry_time":"2026-09-01T10:00:00.000Z"},"type":"file"}"#;
        let expiry_time = Some("2026-09-01T10:00:00Z".parse().unwrap());
        let url = "https://x/y?z=1".to_owned();
        assert_eq!(
            Icon::read(file),
            Icon::Hosted {
                url: url.clone(),
                expiry_time
            }
        );
        assert_eq!(Cover::read(file), Cover::Hosted { url, expiry_time });
        for error in [
            Icon::read(file).write(&mut Writer::new()).unwrap_err(),
            Cover::read(file).write(&mut Writer::new()).unwrap_err(),
        ] {
            assert!(error.to_string().contains("upload the picture"), "{error}");
        }
    }

    #[test]
    fn what_is_not_known_is_kept_and_written_back() {
        for text in [
            r#"{"type":"hologram","hologram":{"depth":3}}"#,
            r#"{"type":"emoji","emoji":"🤝","skin":4}"#,
            r#"{"type":"icon","icon":{"name":"pizza","color":"ultraviolet"}}"#,
            r#"{"type":"external","external":{"url":"https://a.b","crop":{}}}"#,
            r#"{"type":"file","emoji":"🤝"}"#,
            r#"{"type":"emoji","emoji":5}"#,
            r#"{"type":"external","external":{}}"#,
            "{}",
            "5",
        ] {
            assert_eq!(Icon::read(text), Icon::Raw(text.to_owned()));
            let mut json = Writer::new();
            Cover::read(text).write(&mut json).unwrap();
            assert_eq!(json.as_str(), text);
        }
    }

    #[test]
    fn what_notion_would_refuse_is_not_written() {
        let long = format!("https://a.b/{}", "c".repeat(2_000));
        for icon in [
            Icon::emoji(" "),
            Icon::native("", IconColor::Red),
            Icon::external("a.png"),
            Icon::external(long),
            Icon::Raw("{".to_owned()),
        ] {
            assert!(icon.write(&mut Writer::new()).is_err(), "{icon:?}");
        }
    }
}
