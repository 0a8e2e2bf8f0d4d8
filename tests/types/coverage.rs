//! Whether requests have all kinds, all operators and all endpoints in them. Prints how many.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use notion_core::kind::{self, Filterable};
use notion_core::schema::{Access, FilterFamily, Kind};
use serde_json::Value;

use crate::recorder::Request;

/// What requests have in them, and how often.
#[derive(Default)]
pub(crate) struct Coverage {
    endpoints: BTreeMap<String, usize>,
    inserted: BTreeMap<String, usize>,
    set: BTreeMap<String, usize>,
    cleared: BTreeMap<String, usize>,
    /// By the keys that the operator stands under: `formula.number`, and by the operator.
    conditions: BTreeMap<(String, String), usize>,
}

impl Coverage {
    pub(crate) fn of(requests: &[Request]) -> Self {
        let mut coverage = Self::default();
        for request in requests {
            let endpoint = request.endpoint();
            let body = request.value();
            match &*endpoint {
                "POST /v1/pages" => coverage.values(&body, true),
                "PATCH /v1/pages/{id}" => coverage.values(&body, false),
                "POST /v1/data_sources/{id}/query" => coverage.filter(&body["filter"]),
                _ => {}
            }
            *coverage.endpoints.entry(endpoint).or_default() += 1;
        }
        coverage
    }

    fn values(&mut self, body: &Value, insert: bool) {
        for value in body["properties"].as_object().into_iter().flat_map(serde_json::Map::values) {
            for (kind, value) in value.as_object().unwrap() {
                let is_empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
                let place = match (insert, is_empty) {
                    (true, true) => continue,
                    (true, false) => &mut self.inserted,
                    (false, true) => &mut self.cleared,
                    (false, false) => &mut self.set,
                };
                *place.entry(kind.clone()).or_default() += 1;
            }
        }
    }

    fn filter(&mut self, filter: &Value) {
        for group in ["and", "or"] {
            for filter in filter[group].as_array().into_iter().flatten() {
                self.filter(filter);
            }
        }
        let members = filter.as_object().into_iter().flatten();
        for (key, within) in members.filter(|(_, within)| within.is_object()) {
            self.condition(key.clone(), within);
        }
    }

    fn condition(&mut self, keys: String, within: &Value) {
        for (key, value) in within.as_object().unwrap() {
            match value.as_object() {
                Some(members) if !members.is_empty() => self.condition(format!("{keys}.{key}"), value),
                _ => *self.conditions.entry((keys.clone(), key.clone())).or_default() += 1,
            }
        }
    }

    /// What should be there and is not, or is there and should not be.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for kind in Kind::all() {
            let is_writable = kind.access() == Access::Writable;
            let places = [("inserted", &self.inserted), ("set", &self.set), ("cleared", &self.cleared)];
            for (what, place) in places {
                let is_possible = is_writable && (what != "cleared" || CLEARABLE.contains(&kind));
                if place.contains_key(kind.name()) != is_possible {
                    problems.push(format!("no `{kind}` should be {what}, or one should: {is_possible}"));
                }
            }
        }
        let found: BTreeSet<_> = self.conditions.keys().cloned().collect();
        let expected = expected_conditions();
        let shown = |(keys, operator): &(String, String)| format!("`{operator}` of `{keys}`");
        problems.extend(expected.difference(&found).map(|condition| format!("no filter has {}", shown(condition))));
        problems.extend(found.difference(&expected).map(|condition| format!("nobody expects {}", shown(condition))));
        problems.extend(endpoints().into_iter().filter(|endpoint| !self.endpoints.contains_key(endpoint)).map(|endpoint| {
            format!("no request is made to {endpoint}")
        }));
        problems
    }
}
