//! The kinds of files that Notion takes: their extensions and content types.

/// Extensions of one kind, and the content types they may have. The first extension is given to names without one, and the
/// first content type to files that come without one.
const KINDS: [(&str, &str); 79] = [
    // Audio.
    ("aac adts", "audio/aac audio/x-aac"),
    ("mid midi", "audio/midi audio/x-midi"),
    ("mp3 mpga", "audio/mpeg audio/mp3"),
    ("m4a m4b", "audio/mp4 audio/x-m4a audio/m4a audio/mp4a-latm"),
    ("ogg oga opus", "audio/ogg audio/opus"),
    ("wav", "audio/wav audio/wave audio/x-wav audio/vnd.wave"),
    ("wma", "audio/x-ms-wma"),
    ("weba", "audio/webm"),
    ("flac", "audio/x-flac audio/flac"),
    // Documents.
    ("pdf", "application/pdf"),
    ("txt", "text/plain"),
    ("csv", "text/csv"),
    ("tsv", "text/tab-separated-values"),
    ("json", "application/json"),
    ("js", "application/javascript text/javascript"),
    ("ts tsx", "application/typescript text/typescript"),
    ("py", "text/x-python text/x-script.python"),
    ("md markdown", "text/markdown text/x-markdown"),
    ("html htm", "text/html"),
    ("xml", "application/xml text/xml"),
    ("css", "text/css"),
    (
        "yaml yml",
        "text/yaml application/yaml application/x-yaml text/x-yaml",
    ),
    ("ics", "text/calendar"),
    ("rtf", "application/rtf text/rtf"),
    ("epub", "application/epub+zip"),
    ("doc dot", "application/msword"),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    (
        "dotx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template",
    ),
    ("xls xlt xla", "application/vnd.ms-excel"),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    (
        "xltx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.template",
    ),
    ("ppt pot pps ppa", "application/vnd.ms-powerpoint"),
    (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    (
        "potx",
        "application/vnd.openxmlformats-officedocument.presentationml.template",
    ),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("odp", "application/vnd.oasis.opendocument.presentation"),
    ("zip", "application/zip application/x-zip-compressed"),
    ("gz gzip", "application/gzip application/x-gzip"),
    ("tar", "application/x-tar"),
    ("7z", "application/x-7z-compressed"),
    ("bz2", "application/x-bzip2"),
    ("rar", "application/vnd.rar application/x-rar-compressed"),
    // Images.
    ("gif", "image/gif"),
    ("heic", "image/heic"),
    ("jpg jpeg", "image/jpeg image/jpg"),
    ("png", "image/png"),
    ("apng", "image/apng"),
    ("svg", "image/svg+xml"),
    ("tiff tif", "image/tiff"),
    ("webp", "image/webp"),
    ("ico", "image/vnd.microsoft.icon image/x-icon"),
    ("bmp", "image/bmp image/x-ms-bmp"),
    ("avif", "image/avif"),
    // Videos. Notion takes `mp4` for `application/mp4` where nobody says otherwise.
    ("mp4 m4v gifv", "application/mp4 video/mp4 video/x-m4v"),
    ("amv", "video/x-amv"),
    ("asf wmv", "video/x-ms-asf video/x-ms-wmv"),
    ("avi", "video/x-msvideo video/avi"),
    ("f4v", "video/x-f4v"),
    ("flv", "video/x-flv"),
    ("mkv", "video/x-matroska"),
    ("webm", "video/webm"),
    ("mov qt", "video/quicktime"),
    ("mpeg", "video/mpeg"),
    ("ogv", "video/ogg"),
    ("3gp", "video/3gpp"),
    ("3g2", "video/3gpp2"),
    // Drawings and models.
    ("dwg", "image/vnd.dwg"),
    ("dxf", "image/vnd.dxf"),
    ("dwf", "model/vnd.dwf"),
    ("stl", "model/stl"),
    ("obj", "model/obj"),
    ("gltf", "model/gltf+json"),
    ("glb", "model/gltf-binary"),
    ("dae", "model/vnd.collada+xml"),
    ("3mf", "model/3mf"),
    ("usdz", "model/vnd.usdz+zip"),
    ("step stp", "model/step"),
    ("iges igs", "model/iges"),
];

/// The extension of a file name, without the dot.
pub(crate) fn extension(name: &str) -> Option<&str> {
    let (stem, extension) = name.rsplit_once('.')?;
    (!stem.is_empty() && !extension.is_empty()).then_some(extension)
}

/// Whether files with this content type are taken.
pub(crate) fn knows_type(content_type: &str) -> bool {
    of_type(content_type).is_some()
}

/// The content type of files with this extension; `None` where such files are not taken.
pub(crate) fn type_of(extension: &str) -> Option<&'static str> {
    of_extension(extension)?.1.split(' ').next()
}

/// The extension of files with this content type.
pub(crate) fn extension_of(content_type: &str) -> Option<&'static str> {
    of_type(content_type)?.0.split(' ').next()
}

/// Whether a file with this extension may have this content type.
pub(crate) fn fits(extension: &str, content_type: &str) -> bool {
    of_extension(extension).is_some_and(|(_, types)| has(types, essence(content_type)))
}

/// Whether two content types say the same, whatever their parameters.
pub(crate) fn same_type(a: &str, b: &str) -> bool {
    essence(a).eq_ignore_ascii_case(essence(b))
}

/// Whether this is the content type of an image.
pub(crate) fn is_image(content_type: &str) -> bool {
    essence(content_type).to_ascii_lowercase().starts_with("image/")
}

/// How comments call what is attached to them.
pub(crate) fn category(content_type: &str) -> &'static str {
    let essence = essence(content_type).to_ascii_lowercase();
    match essence.split('/').next() {
        Some("audio") => "audio",
        Some("image") => "image",
        Some("video") => "video",
        _ if essence == "application/mp4" => "video",
        _ if essence == "application/pdf" => "pdf",
        _ => "productivity",
    }
}

/// `text/plain; charset=utf-8` → `text/plain`.
fn essence(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

fn of_extension(extension: &str) -> Option<&'static (&'static str, &'static str)> {
    KINDS.iter().find(|(extensions, _)| has(extensions, extension))
}

fn of_type(content_type: &str) -> Option<&'static (&'static str, &'static str)> {
    KINDS.iter().find(|(_, types)| has(types, essence(content_type)))
}

fn has(words: &str, word: &str) -> bool {
    words.split(' ').any(|known| known.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_and_types_find_each_other() {
        assert_eq!(extension("a.tar.gz"), Some("gz"));
        for name in ["readme", ".png", "end."] {
            assert_eq!(extension(name), None, "{name}");
        }
        assert_eq!(type_of("TXT"), Some("text/plain"));
        assert_eq!(type_of("mp4"), Some("application/mp4"));
        assert_eq!(extension_of("image/jpeg; q=1"), Some("jpg"));
        assert!(fits("mp4", "video/mp4") && !fits("png", "image/jpeg"));
        assert!(type_of("exe").is_none() && !knows_type("application/octet-stream"));
        assert_eq!(category("Image/PNG"), "image");
        assert_eq!(category("application/mp4"), "video");
        assert_eq!(category("text/csv"), "productivity");
    }

    #[test]
    fn no_extension_and_no_type_has_two_kinds() {
        let mut extensions: Vec<&str> = KINDS.iter().flat_map(|(words, _)| words.split(' ')).collect();
        let mut types: Vec<&str> = KINDS.iter().flat_map(|(_, words)| words.split(' ')).collect();
        for words in [&mut extensions, &mut types] {
            let all = words.len();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), all);
        }
    }
}
