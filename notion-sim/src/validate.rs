//! The grammar of Notion's validation messages: `<place> failed validation: <path> should be <expectation>, instead was …`.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::engine::id;
use crate::refusal::Refusal;

type Checked<T> = Result<T, Refusal>;

/// The longest printed value, in UTF-16 units.
const VALUE_SHOWN: usize = 55;
/// The longest address.
pub(crate) const MAX_URL: usize = 2000;
/// The longest list in a request.
pub(crate) const MAX_ITEMS: usize = 100;

/// A place in a request: `body.children[0].paragraph`. Its first word says which part of the request it is in.
#[derive(Debug, Clone)]
pub(crate) struct Path(String);

impl Path {
    /// The JSON body.
    pub(crate) fn body() -> Self {
        Self("body".into())
    }

    /// The query string.
    pub(crate) fn query() -> Self {
        Self("query".into())
    }

    /// The address.
    pub(crate) fn address() -> Self {
        Self("path".into())
    }

    /// The place of a key of this object.
    pub(crate) fn key(&self, key: &str) -> Self {
        Self(format!("{}.{key}", self.0))
    }

    /// The place of an item of this list.
    pub(crate) fn at(&self, index: usize) -> Self {
        Self(format!("{}[{index}]", self.0))
    }

    /// The refusal "`path` should be `expectation`, instead was `found`".
    pub(crate) fn should(&self, expectation: &str, found: Option<&Value>) -> Refusal {
        Refusal::invalid(format!(
            "{} failed validation: {} should be {expectation}, instead was `{}`.",
            self.place(),
            self.0,
            shown(found)
        ))
    }

    /// The part of the request it is in.
    fn place(&self) -> &str {
        self.0.split(['.', '[']).next().unwrap_or("body")
    }
}

/// A value as messages print it: compact JSON, cut when long.
fn shown(value: Option<&Value>) -> String {
    let Some(value) = value else {
        return "undefined".to_owned();
    };
    let text = value.to_string();
    let units: Vec<u16> = text.encode_utf16().collect();
    if units.len() <= VALUE_SHOWN {
        return text;
    }
    format!("{}...", String::from_utf16_lossy(&units[..VALUE_SHOWN]))
}

/// A JSON object of the request and the place it is at.
#[derive(Debug, Clone)]
pub(crate) struct Fields<'a> {
    pub(crate) map: &'a Map<String, Value>,
    pub(crate) path: Path,
}

impl<'a> Fields<'a> {
    /// `value` as an object.
    pub(crate) fn of(value: &'a Value, path: Path) -> Checked<Self> {
        match value.as_object() {
            Some(map) => Ok(Self { map, path }),
            None => Err(path.should("an object", Some(value))),
        }
    }

    /// The value of a key, `None` where it is missing.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key)
    }

    /// The place of a key.
    pub(crate) fn place(&self, key: &str) -> Path {
        self.path.key(key)
    }

    /// Refuses the first key that is not in `known`.
    pub(crate) fn only(&self, known: &[&str]) -> Checked<()> {
        match self.map.iter().find(|(key, _)| !known.contains(&key.as_str())) {
            None => Ok(()),
            Some((key, value)) => Err(self.place(key).should("not present", Some(value))),
        }
    }

    /// A key that must be there.
    pub(crate) fn required(&self, key: &str) -> Checked<&'a Value> {
        self.get(key)
            .ok_or_else(|| self.place(key).should("defined", None))
    }

    /// An object that must be there.
    pub(crate) fn object(&self, key: &str) -> Checked<Fields<'a>> {
        Fields::of(self.required(key)?, self.place(key))
    }

    /// An object or nothing.
    pub(crate) fn optional_object(&self, key: &str) -> Checked<Option<Fields<'a>>> {
        match self.get(key) {
            None => Ok(None),
            Some(value) => match value.as_object() {
                Some(map) => Ok(Some(Fields {
                    map,
                    path: self.place(key),
                })),
                None => Err(self.place(key).should("an object or `undefined`", Some(value))),
            },
        }
    }

    /// A string that must be there.
    pub(crate) fn string(&self, key: &str) -> Checked<&'a str> {
        let value = self.required(key)?;
        value
            .as_str()
            .ok_or_else(|| self.place(key).should("a string", Some(value)))
    }

    /// A string or nothing.
    pub(crate) fn optional_string(&self, key: &str) -> Checked<Option<&'a str>> {
        self.optional(key, "a string or `undefined`", Value::as_str)
    }

    /// A boolean or nothing.
    pub(crate) fn optional_bool(&self, key: &str) -> Checked<Option<bool>> {
        self.optional(key, "a boolean or `undefined`", Value::as_bool)
    }

    /// A list of at most a hundred items, or nothing.
    pub(crate) fn optional_array(&self, key: &str) -> Checked<Option<&'a [Value]>> {
        let found = self.optional(key, "an array or `undefined`", |value| {
            value.as_array().map(Vec::as_slice)
        })?;
        if let Some(items) = found {
            max_length(&self.place(key), items.len())?;
        }
        Ok(found)
    }

    /// One of some words, or nothing.
    pub(crate) fn optional_enum(&self, key: &str, words: &[&str]) -> Checked<Option<&'a str>> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        match value.as_str().filter(|word| words.contains(word)) {
            Some(word) => Ok(Some(word)),
            None => Err(self.place(key).should(&alternatives(words, true), Some(value))),
        }
    }

    /// One of some words.
    pub(crate) fn word(&self, key: &str, words: &[&str]) -> Checked<&'a str> {
        let value = self.required(key)?;
        match value.as_str().filter(|word| words.contains(word)) {
            Some(word) => Ok(word),
            None => Err(self.place(key).should(&alternatives(words, false), Some(value))),
        }
    }

    /// A record id that must be there.
    pub(crate) fn uuid(&self, key: &str) -> Checked<Uuid> {
        let value = self.required(key)?;
        value
            .as_str()
            .and_then(id::parse)
            .ok_or_else(|| self.place(key).should("a valid uuid", Some(value)))
    }

    fn optional<T>(
        &self,
        key: &str,
        expectation: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Checked<Option<T>> {
        match self.get(key) {
            None => Ok(None),
            Some(value) => match read(value) {
                Some(read) => Ok(Some(read)),
                None => Err(self.place(key).should(expectation, Some(value))),
            },
        }
    }
}

/// `` `"a"`, `"b"`, or `undefined` `` as messages list what would have been accepted.
pub(crate) fn alternatives(words: &[&str], optional: bool) -> String {
    let mut shown: Vec<String> = words.iter().map(|word| format!("`\"{word}\"`")).collect();
    if optional {
        shown.push("`undefined`".to_owned());
    }
    match shown.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} or {two}"),
        [head @ .., last] => format!("{}, or {last}", head.join(", ")),
    }
}

/// The message for "one of these must be there".
pub(crate) fn either(paths: &[Path]) -> Refusal {
    let lines: Vec<String> = paths
        .iter()
        .map(|path| path.should("defined", None).message)
        .collect();
    let lines = lines
        .iter()
        .map(|line| line.split_once(": ").map_or(line.as_str(), |(_, rest)| rest));
    let place = paths.first().map_or("body", Path::place);
    Refusal::invalid(format!(
        "{place} failed validation. Fix one:\n{}",
        lines.collect::<Vec<_>>().join("\n")
    ))
}

/// Refuses a list with more than a hundred items.
pub(crate) fn max_length(path: &Path, length: usize) -> Checked<()> {
    at_most(path, length, MAX_ITEMS)
}

/// Refuses a text of more than `limit` UTF-16 units, which is how JavaScript counts.
pub(crate) fn max_text(path: &Path, text: &str, limit: usize) -> Checked<()> {
    at_most(path, text.encode_utf16().count(), limit)
}

/// Refuses what is longer than `limit`.
pub(crate) fn at_most(path: &Path, length: usize, limit: usize) -> Checked<()> {
    if length <= limit {
        return Ok(());
    }
    Err(path
        .key("length")
        .should(&format!("≤ `{limit}`"), Some(&Value::from(length))))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message<T>(checked: Checked<T>) -> String {
        checked.err().map_or_else(String::new, |refusal| refusal.message)
    }

    #[test]
    fn messages_follow_the_grammar() {
        let body = json!({"query": 5, "sort": {"direction": "up"}, "colour": "red"});
        let body = Fields::of(&body, Path::body()).expect("an object");
        assert_eq!(
            message(body.optional_string("query")),
            "body failed validation: body.query should be a string or `undefined`, instead was `5`."
        );
        let sort = body.object("sort").expect("an object");
        assert_eq!(
            message(sort.optional_enum("direction", &["ascending", "descending"])),
            "body failed validation: body.sort.direction should be `\"ascending\"`, `\"descending\"`, or `undefined`, \
             instead was `\"up\"`."
        );
        assert_eq!(
            message(body.only(&["query", "sort"])),
            "body failed validation: body.colour should be not present, instead was `\"red\"`."
        );
        assert_eq!(
            message(body.required("children")),
            "body failed validation: body.children should be defined, instead was `undefined`."
        );
        assert_eq!(
            message(max_length(&Path::body().key("children"), 101)),
            "body failed validation: body.children.length should be ≤ `100`, instead was `101`."
        );
    }

    #[test]
    fn long_values_are_cut() {
        let long = json!("x".repeat(80));
        assert_eq!(shown(Some(&long)).len(), 55 + 3);
    }
}
