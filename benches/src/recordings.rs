//! Recorded responses: every `*.jsonl` below a directory.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::{env, fmt, fs};

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

/// An exchange with the API, a line of a file.
#[derive(Deserialize)]
pub(crate) struct Exchange<'a> {
    #[serde(borrow)]
    method: Cow<'a, str>,
    #[serde(borrow)]
    path: Cow<'a, str>,
    status: u16,
    #[serde(borrow)]
    notion_version: Option<Cow<'a, str>>,
    #[serde(borrow)]
    response_body: &'a RawValue,
}

/// The members of an object in their order, values as they are written.
pub(crate) struct Members<'a>(pub(crate) Vec<(Cow<'a, str>, &'a RawValue)>);

#[derive(Deserialize)]
struct List<'a> {
    #[serde(borrow)]
    results: Vec<Members<'a>>,
}

/// Where the recordings are: `NOTION_RECORDINGS`, or beside the workspace.
pub(crate) fn directory() -> PathBuf {
    env::var_os("NOTION_RECORDINGS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/recordings"),
        PathBuf::from,
    )
}

/// The text of each file below the directory, in the order of their names; none where it is absent.
pub(crate) fn files(directory: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(directory) else {
        return Vec::new();
    };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
        .iter()
        .flat_map(|path| match path.extension() {
            _ if path.is_dir() => files(path),
            Some(extension) if extension == "jsonl" => fs::read_to_string(path).into_iter().collect(),
            _ => Vec::new(),
        })
        .collect()
}

impl<'a> Exchange<'a> {
    /// The pages of a successful response of that version: those of a query, or the one page.
    pub(crate) fn pages(&self, version: &str) -> Vec<Members<'a>> {
        if self.status != 200 || self.notion_version.as_deref() != Some(version) {
            return Vec::new();
        }
        let body = self.response_body.get();
        let mut pages = if self.is_query() {
            serde_json::from_str::<List<'a>>(body).map_or_else(|_| Vec::new(), |list| list.results)
        } else if self.path.starts_with("/v1/pages") {
            serde_json::from_str(body).into_iter().collect()
        } else {
            Vec::new()
        };
        pages.retain(|page| page.text("object").as_deref() == Some("page"));
        pages
    }

    /// Whether it queried a data source.
    pub(crate) fn is_query(&self) -> bool {
        self.method == "POST" && self.path.starts_with("/v1/data_sources/") && self.path.ends_with("/query")
    }
}

impl<'a> Members<'a> {
    pub(crate) fn get(&self, key: &str) -> Option<&'a str> {
        self.0
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.get())
    }

    /// The value of that key, if it is a string.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        serde_json::from_str(self.get(key)?).ok()
    }
}

impl<'a, 'de: 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    members.push((Cow::Owned(key), map.next_value()?));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}
