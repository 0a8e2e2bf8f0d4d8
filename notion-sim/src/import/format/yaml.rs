//! YAML as JSON: as much of it as recorders write.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};
use serde_json::{Map, Value, json};

/// How deep values may be nested. Cassettes need six levels.
const MAX_DEPTH: usize = 64;
/// How many values aliases may add, so that a few lines cannot stand for billions of them.
const MAX_COPIES: usize = 1_000_000;

/// Reads the first document of a YAML text. Bytes (`!!binary`) become `{"base64_string": …}`, as the JSON serializer of
/// VCR.py writes them.
///
/// # Errors
///
/// A sentence that names the line.
pub(super) fn parse(text: &str) -> Result<Value, String> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event
            .map_err(|error| format!("it is not YAML: line {}: {}", error.marker().line(), error.info()))?;
        builder
            .take(event)
            .map_err(|problem| format!("line {}: {problem}", span.start.line()))?;
        if let Some(whole) = builder.whole.take() {
            return Ok(whole);
        }
    }
    Ok(Value::Null)
}

/// Puts values together as the parser goes through the text.
#[derive(Default)]
struct Builder {
    /// The lists and maps that are not closed yet, outermost first.
    open: Vec<Open>,
    /// Values that can be repeated, by the number of their anchor.
    anchors: HashMap<usize, Value>,
    copies: usize,
    /// The document, once it is complete.
    whole: Option<Value>,
}

struct Open {
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Value>),
    /// A map, and the key whose value comes next.
    Map(Map<String, Value>, Option<String>),
}

impl Builder {
    fn take(&mut self, event: Event<'_>) -> Result<(), &'static str> {
        match event {
            Event::Scalar(text, style, anchor, tag) => self.add(scalar(&text, style, tag.as_deref()), anchor),
            Event::SequenceStart(anchor, _) => self.open(anchor, Content::List(Vec::new())),
            Event::MappingStart(anchor, _) => self.open(anchor, Content::Map(Map::new(), None)),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open {
                    anchor,
                    content: Content::List(items),
                }) => self.add(Value::Array(items), anchor),
                Some(Open {
                    anchor,
                    content: Content::Map(map, _),
                }) => self.add(Value::Object(map), anchor),
                None => Ok(()),
            },
            Event::Alias(anchor) => {
                let value = self.anchors.get(&anchor).cloned();
                let value = value.ok_or("the value of this alias is not complete yet")?;
                self.copies += size(&value);
                if self.copies > MAX_COPIES {
                    return Err("aliases repeat too many values");
                }
                self.add(value, 0)
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
        }
    }

    fn open(&mut self, anchor: usize, content: Content) -> Result<(), &'static str> {
        if self.open.len() == MAX_DEPTH {
            return Err("the values are nested too deeply");
        }
        self.open.push(Open { anchor, content });
        Ok(())
    }

    fn add(&mut self, value: Value, anchor: usize) -> Result<(), &'static str> {
        // Anchors are counted from 1.
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.whole = Some(value),
            Some(Content::List(items)) => items.push(value),
            Some(Content::Map(map, key)) => match (key.take(), value) {
                (Some(key), value) => {
                    map.insert(key, value);
                }
                (None, Value::String(name)) => *key = Some(name),
                (None, Value::Array(_) | Value::Object(_)) => return Err("a key should be a text"),
                (None, name) => *key = Some(name.to_string()),
            },
        }
        Ok(())
    }
}

/// Of plain scalars only what recorders write is told from a text: nothing, and whole numbers.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    if tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "binary") {
        let digits: String = text.split_whitespace().collect();
        return json!({"base64_string": digits});
    }
    if style != ScalarStyle::Plain || tag.is_some() {
        return json!(text);
    }
    match text {
        "" | "~" | "null" => Value::Null,
        text => text
            .parse::<i64>()
            .map_or_else(|_| json!(text), |number| json!(number)),
    }
}

fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(map) => map.values().map(size).sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_recorders_write_is_read() {
        let text = "interactions:\n- request: &again\n    body: null\n    headers: {a: ['1'], b: [two words]}\n  \
                    response:\n    body: !!binary |\n      AAEC\n      AwQ=\n    code: 200\n    text: \"a\\\n      \\ b\\u00e9\"\n- *again\n";
        let request = json!({"body": null, "headers": {"a": ["1"], "b": ["two words"]}});
        let response = json!({"body": {"base64_string": "AAECAwQ="}, "code": 200, "text": "a bé"});
        assert_eq!(
            parse(text),
            Ok(json!({"interactions": [{"request": request, "response": response}, request]}))
        );
        assert_eq!(parse(""), Ok(Value::Null));
    }

    #[test]
    fn mistakes_have_a_line() {
        for (text, said) in [
            ("a: 1\nb: [1, 2\n", "line"),
            ("a: 1\nb: *none\n", "line 2"),
            ("? [1]\n: 2\n", "a key should be a text"),
        ] {
            let problem = parse(text).expect_err("a mistake");
            assert!(problem.contains(said), "{problem}");
        }
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        assert!(parse(&deep).is_err_and(|problem| problem.contains("too deeply")));
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..20 {
            let below = format!("*a{}, ", level - 1).repeat(10);
            bomb.push_str(&format!("a{level}: &a{level} [{below}]\n"));
        }
        assert!(parse(&bomb).is_err_and(|problem| problem.contains("too many")));
    }
}
