//! What holds in every workspace, whatever was asked of it.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::common::text;

pub(super) fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

pub(super) fn ids_are_unique(state: &Value, place: &str) {
    let mut seen = HashSet::new();
    for key in [
        "users",
        "pages",
        "databases",
        "data_sources",
        "blocks",
        "comments",
        "views",
        "file_uploads",
    ] {
        for record in list(state, key) {
            let id = text(&record["id"]);
            assert!(seen.insert(id.clone()), "{place}: {id} is there twice");
        }
    }
}

pub(super) fn parents_are_there(state: &Value, place: &str) {
    let mut ids = HashSet::new();
    for key in ["pages", "databases", "data_sources", "blocks", "views"] {
        ids.extend(list(state, key).iter().map(|record| text(&record["id"])));
    }
    for key in ["pages", "databases", "data_sources", "blocks"] {
        for record in list(state, key) {
            let parent = &record["parent"];
            let above = parent[text(&parent["type"])].as_str();
            assert!(
                above.is_none_or(|id| ids.contains(id)),
                "{place}: the parent of {record} is gone"
            );
        }
    }
    let order = state["order"].as_object().expect("an order");
    for (container, children) in order.iter().filter(|(key, _)| ids.contains(*key)) {
        let children: Vec<String> = children.as_array().into_iter().flatten().map(text).collect();
        let distinct: HashSet<&String> = children.iter().collect();
        assert_eq!(
            distinct.len(),
            children.len(),
            "{place}: {container} contains something twice"
        );
        assert!(
            children.iter().all(|id| ids.contains(id)),
            "{place}: {container} contains what is gone"
        );
    }
}

pub(super) fn relations_are_symmetric(state: &Value, place: &str) {
    // Source, name and partner of each two-way relation, by source and decoded id.
    let mut links: HashSet<(String, String, String, String)> = HashSet::new();
    let mut partners: HashMap<(String, String), (String, String)> = HashMap::new();
    for source in list(state, "data_sources") {
        for column in source["properties"].as_object().expect("columns").values() {
            let relation = &column["relation"];
            if let Some(partner) = relation["dual_property"]["synced_property_id"].as_str() {
                let own = (text(&source["id"]), text(&column["id"]));
                partners.insert(own, (text(&relation["data_source_id"]), partner.to_owned()));
            }
        }
    }
    for (own, partner) in &partners {
        if own != partner {
            assert_eq!(
                partners.get(partner),
                Some(own),
                "{place}: {own:?} and {partner:?} are not a pair"
            );
        }
    }
    for page in list(state, "pages") {
        let Some(source) = page["parent"]["data_source_id"].as_str() else {
            continue;
        };
        for cell in page["properties"].as_object().expect("cells").values() {
            let column = (source.to_owned(), text(&cell["id"]));
            if partners.contains_key(&column) {
                for other in list(cell, "relation") {
                    let link = (
                        column.0.clone(),
                        column.1.clone(),
                        text(&page["id"]),
                        text(&other["id"]),
                    );
                    links.insert(link);
                }
            }
        }
    }
    for (source, column, from, to) in &links {
        let (other, mirror) = &partners[&(source.clone(), column.clone())];
        if (other, mirror) == (source, column) {
            continue;
        }
        let back = (other.clone(), mirror.clone(), to.clone(), from.clone());
        assert!(
            links.contains(&back),
            "{place}: {from} relates to {to}, but not the other way round"
        );
    }
}
