//! Filters in Notion's own JSON.

use notion_schema::json::{self, Reader};

use super::filter::Node;

/// A filter in Notion's JSON. Its groups become groups of ours, so that they are counted when levels are.
pub(super) fn parse(json: &str) -> Result<Node, json::Error> {
    let mut reader = Reader::strict(json);
    reader.skip()?;
    reader.end()?;
    node(json)
}

/// The reader has bounded how deep this goes.
fn node(json: &str) -> Result<Node, json::Error> {
    Ok(match group(json)? {
        Some((word, nodes)) if word == "and" => Node::All(nodes),
        Some((_, nodes)) => Node::Any(nodes),
        None => Node::Raw(json.to_owned()),
    })
}

/// The parts of an object that is a group and nothing else.
fn group(json: &str) -> Result<Option<(String, Vec<Node>)>, json::Error> {
    let mut reader = Reader::strict(json);
    if reader.peek() != Some(b'{') {
        return Ok(None);
    }
    let mut group = None;
    reader.begin_object()?;
    while let Some(key) = reader.key()? {
        if group.is_some() || !matches!(&*key, "and" | "or") || reader.peek() != Some(b'[') {
            return Ok(None);
        }
        let mut nodes = Vec::new();
        reader.begin_array()?;
        while reader.element()? {
            nodes.push(node(reader.raw()?)?);
        }
        group = Some((key.into_owned(), nodes));
    }
    Ok(group)
}
