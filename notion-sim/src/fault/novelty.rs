//! Things in answers that no client knows yet.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The kind that nobody knows.
const KIND: &str = "hologram";
/// The id of whatever is made up.
const ID: &str = "0ddba11d-0000-4000-8000-0000000000f0";

/// What a normal answer gets that Notion might send one day, or that it sends where nobody expects it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Novelty {
    /// Every object has one more field.
    Field,
    /// Pages and schemas have a column of an unknown kind.
    Property,
    /// Lists of blocks begin with a block of an unknown kind, and a single block is of one.
    Block,
    /// Lists of results begin with an object of an unknown kind.
    Object,
    /// Users are neither people nor bots.
    UserType,
    /// Parents are of an unknown kind.
    Parent,
    /// Icons and covers are of an unknown kind.
    Icon,
    /// Texts end with an item of an unknown kind.
    RichText,
    /// Options and status groups have an unknown colour.
    OptionColor,
    /// Texts have an unknown colour.
    TextColor,
    /// Numbers have an unknown format.
    NumberFormat,
    /// Lists in the values of pages are `null`.
    NullList,
    /// A list shows nothing, but there is more: the cursor leads to what would have been shown.
    EmptyPage,
    /// A list says that there is more and gives the cursor that it was asked with.
    RepeatedCursor,
    /// A list says that there is more and gives no cursor.
    MoreWithoutCursor,
    /// A list gives a cursor and says that there is no more.
    CursorWithoutMore,
}

impl Novelty {
    /// Changes a normal answer. `cursor` is what it was asked with.
    pub(super) fn inject(self, answer: &mut Value, cursor: Option<&str>) {
        match self {
            Self::Block if is(answer, "object", "block") => {
                answer.as_object_mut().into_iter().for_each(turn);
            }
            Self::EmptyPage | Self::RepeatedCursor | Self::MoreWithoutCursor | Self::CursorWithoutMore => {
                answer
                    .as_object_mut()
                    .into_iter()
                    .for_each(|list| self.page(list, cursor));
            }
            _ => walk(answer, &mut |map| self.change(map)),
        }
    }

    /// Changes one object of an answer, whose insides were changed already.
    fn change(self, map: &mut Map<String, Value>) {
        let says = |key: &str| map.get(key).is_some_and(Value::is_string);
        let is_object = says("object");
        match self {
            Self::Field if is_object || says("type") => {
                map.insert(KIND.into(), json!({"depth": 3}));
            }
            Self::Property if is_object => {
                let is_page = map.get("object").is_some_and(|kind| kind == "page");
                let column = if is_page {
                    json!({"id": "holo", "type": KIND, KIND: {"depth": 3}})
                } else {
                    json!({"id": "holo", "name": "Hologram", "description": null, "type": KIND, KIND: {}})
                };
                if let Some(columns) = map.get_mut("properties").and_then(Value::as_object_mut) {
                    columns.insert("Hologram".into(), column);
                }
            }
            Self::Block if map.get("type").is_some_and(|kind| kind == "block") => {
                if let Some(blocks) = map.get_mut("results").and_then(Value::as_array_mut) {
                    let mut block = blocks
                        .first()
                        .and_then(Value::as_object)
                        .cloned()
                        .unwrap_or_else(|| Map::from_iter([("object".to_owned(), json!("block"))]));
                    block.insert("id".into(), json!(ID));
                    turn(&mut block);
                    blocks.insert(0, Value::Object(block));
                }
            }
            Self::Object => {
                if let Some(results) = map.get_mut("results").and_then(Value::as_array_mut) {
                    results.insert(0, json!({"object": KIND, "id": ID}));
                }
            }
            Self::UserType if map.get("object").is_some_and(|kind| kind == "user") => {
                map.shift_remove("person");
                map.shift_remove("bot");
                map.insert("type".into(), json!(KIND));
                map.insert(KIND.into(), json!({}));
            }
            Self::Parent if is_object && map.get("parent").is_some_and(Value::is_object) => {
                map.insert("parent".into(), json!({"type": KIND, KIND: ID}));
            }
            Self::Icon if is_object => {
                for key in ["icon", "cover"] {
                    if let Some(icon) = map.get_mut(key) {
                        *icon = json!({"type": KIND, KIND: {}});
                    }
                }
            }
            Self::RichText => {
                for items in map.values_mut().filter_map(Value::as_array_mut) {
                    let Some(item) = items.first().filter(|item| item.get("plain_text").is_some()) else {
                        continue;
                    };
                    let annotations = &item["annotations"];
                    let unknown = json!({
                        "type": KIND, KIND: {}, "annotations": annotations, "plain_text": "", "href": null,
                    });
                    items.push(unknown);
                }
            }
            Self::OptionColor if says("color") && says("name") => {
                map.insert("color".into(), json!("ultraviolet"));
            }
            Self::TextColor
                if says("color") && (map.contains_key("bold") || map.contains_key("rich_text")) =>
            {
                map.insert("color".into(), json!("ultraviolet"));
            }
            Self::NumberFormat => {
                if let Some(format) = map.get_mut("number").and_then(|number| number.get_mut("format")) {
                    *format = json!("galactic_credit");
                }
            }
            Self::NullList if says("id") && says("type") => {
                let kind = map
                    .get("type")
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned();
                if let Some(list) = map.get_mut(&kind).filter(|value| value.is_array()) {
                    *list = Value::Null;
                }
            }
            _ => {}
        }
    }

    /// Changes what a list says about the rest of it.
    fn page(self, list: &mut Map<String, Value>, cursor: Option<&str>) {
        let Some(results) = list.get("results").and_then(Value::as_array) else {
            return;
        };
        let first = results.first().and_then(|first| first.get("id")).cloned();
        let next = list.get("next_cursor").filter(|next| next.is_string()).cloned();
        let (more, next) = match self {
            Self::EmptyPage => {
                // A cursor is the id of what comes next.
                let Some(first) = first else { return };
                list.insert("results".into(), json!([]));
                (true, first)
            }
            Self::RepeatedCursor => (
                true,
                cursor.map(|cursor| json!(cursor)).or(next).unwrap_or(json!(ID)),
            ),
            Self::MoreWithoutCursor => (true, Value::Null),
            _ => (false, next.unwrap_or(json!(ID))),
        };
        list.insert("has_more".into(), json!(more));
        list.insert("next_cursor".into(), next);
    }
}

/// Makes a block one of an unknown kind.
fn turn(block: &mut Map<String, Value>) {
    let kind = block.insert("type".into(), json!(KIND));
    let inside = kind
        .as_ref()
        .and_then(Value::as_str)
        .and_then(|kind| block.shift_remove(kind));
    block.insert(KIND.into(), inside.unwrap_or_else(|| json!({})));
}

fn is(value: &Value, key: &str, wanted: &str) -> bool {
    value.get(key).is_some_and(|found| found == wanted)
}

/// Changes all objects of a document, the inner ones first.
fn walk(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, change)),
        Value::Object(map) => {
            map.values_mut().for_each(|inner| walk(inner, change));
            change(map);
        }
        _ => {}
    }
}

impl fmt::Display for Novelty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_novelty_shows_where_it_belongs() {
        let text = || json!([{"type": "text", "annotations": {"bold": false, "color": "default"}, "plain_text": "a"}]);
        let page = json!({
            "object": "page", "id": "p", "icon": null, "parent": {"type": "page_id", "page_id": "q"},
            "created_by": {"object": "user", "id": "u"},
            "properties": {
                "parent": {"id": "a", "type": "select", "select": {"id": "x", "name": "X", "color": "red"}},
                "N": {"id": "b", "type": "relation", "relation": [{"id": "q"}]},
                "Name": {"id": "title", "type": "title", "title": text()},
            },
        });
        for (novelty, pointer, expected) in [
            (Novelty::Field, "/hologram/depth", json!(3)),
            (Novelty::Field, "/properties/N/hologram/depth", json!(3)),
            (Novelty::Property, "/properties/Hologram/type", json!("hologram")),
            (Novelty::UserType, "/created_by/type", json!("hologram")),
            (Novelty::Parent, "/parent/type", json!("hologram")),
            (Novelty::Parent, "/properties/parent/type", json!("select")),
            (Novelty::Icon, "/icon/type", json!("hologram")),
            (
                Novelty::RichText,
                "/properties/Name/title/1/type",
                json!("hologram"),
            ),
            (
                Novelty::OptionColor,
                "/properties/parent/select/color",
                json!("ultraviolet"),
            ),
            (
                Novelty::TextColor,
                "/properties/Name/title/0/annotations/color",
                json!("ultraviolet"),
            ),
            (Novelty::NullList, "/properties/N/relation", Value::Null),
        ] {
            let mut changed = page.clone();
            novelty.inject(&mut changed, None);
            assert_eq!(changed.pointer(pointer), Some(&expected), "{novelty} {pointer}");
        }
        let mut column =
            json!({"object": "data_source", "properties": {"N": {"number": {"format": "euro"}}}});
        Novelty::NumberFormat.inject(&mut column, None);
        Novelty::Property.inject(&mut column, None);
        assert_eq!(column["properties"]["N"]["number"]["format"], "galactic_credit");
        assert_eq!(column["properties"]["Hologram"]["name"], "Hologram");
        let mut block =
            json!({"object": "block", "id": "b", "type": "paragraph", "paragraph": {"rich_text": []}});
        Novelty::Block.inject(&mut block, None);
        assert_eq!(
            block,
            json!({"object": "block", "id": "b", "type": "hologram", "hologram": {"rich_text": []}})
        );
    }

    #[test]
    fn lists_are_changed_as_lists() {
        let list = json!({
            "object": "list", "results": [{"object": "block", "id": "b", "type": "divider", "divider": {}}],
            "next_cursor": "next", "has_more": true, "type": "block",
        });
        let ids = |value: &Value| {
            let results = value["results"].as_array().expect("results");
            results
                .iter()
                .map(|result| result["id"].clone())
                .collect::<Vec<_>>()
        };
        for (novelty, shown, more, next) in [
            (Novelty::Block, vec![json!(ID), json!("b")], true, json!("next")),
            (Novelty::Object, vec![json!(ID), json!("b")], true, json!("next")),
            (Novelty::EmptyPage, vec![], true, json!("b")),
            (Novelty::RepeatedCursor, vec![json!("b")], true, json!("asked")),
            (Novelty::MoreWithoutCursor, vec![json!("b")], true, Value::Null),
            (Novelty::CursorWithoutMore, vec![json!("b")], false, json!("next")),
        ] {
            let mut changed = list.clone();
            novelty.inject(&mut changed, Some("asked"));
            assert_eq!(ids(&changed), shown, "{novelty}");
            assert_eq!(
                (&changed["has_more"], &changed["next_cursor"]),
                (&json!(more), &next),
                "{novelty}"
            );
        }
    }
}
