//! Whether requests have all kinds, all operators and all endpoints in them. Prints how many.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use notion_core::kind::{self, Filterable, Formula, Rollup};
use notion_core::schema::{Access, FilterFamily, Kind};
use serde_json::Value;

use crate::offered;
use crate::recorder::Request;

/// What the requests that were sent have in them, and how often.
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
        for request in requests.iter().filter(|request| request.is_sent) {
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
        for value in body["properties"].as_object().into_iter().flatten() {
            let (kind, value) = only_member(value.1);
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

    fn filter(&mut self, filter: &Value) {
        for group in ["and", "or"] {
            for filter in filter[group].as_array().into_iter().flatten() {
                self.filter(filter);
            }
        }
        let members = filter.as_object().into_iter().flatten();
        for (key, within) in members.filter(|(_, within)| within.is_object()) {
            self.condition(key, within);
        }
    }

    fn condition(&mut self, keys: &str, within: &Value) {
        let (key, value) = only_member(within);
        match value.as_object() {
            Some(members) if !members.is_empty() => self.condition(&format!("{keys}.{key}"), value),
            _ => *self.conditions.entry((keys.to_owned(), key.clone())).or_default() += 1,
        }
    }

    /// What should be there and is not, or is there and should not be.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems = offered::unused_methods();
        for kind in Kind::all() {
            let is_writable = kind.access() == Access::Writable;
            let may_be_empty = is_writable && !matches!(kind, Kind::Checkbox | Kind::Verification);
            let expected = [
                ("inserted", &self.inserted, is_writable),
                ("set", &self.set, is_writable),
                ("cleared", &self.cleared, may_be_empty),
            ];
            for (what, found, is_expected) in expected {
                match (found.contains_key(kind.name()), is_expected) {
                    (false, true) => problems.push(format!("no `{kind}` is {what}")),
                    (true, false) => problems.push(format!("nobody expects that a `{kind}` is {what}")),
                    _ => {}
                }
            }
        }
        let found = self.conditions.keys().cloned().collect();
        let expected = conditions();
        for (keys, operator) in expected.difference(&found) {
            problems.push(format!("no filter has `{operator}` of `{keys}`"));
        }
        for (keys, operator) in found.difference(&expected) {
            problems.push(format!("nobody expects `{operator}` of `{keys}`"));
        }
        let untold = offered::endpoints()
            .into_iter()
            .filter(|endpoint| !self.endpoints.contains_key(endpoint));
        problems.extend(untold.map(|endpoint| format!("no request is made to `{endpoint}`")));
        problems
    }
}

/// The member of an object that has no other. The official types take an object with the members of several kinds.
fn only_member(object: &Value) -> (&String, &Value) {
    let mut members = object.as_object().into_iter().flatten();
    match (members.next(), members.next()) {
        (Some(member), None) => member,
        _ => panic!("not one member: {object}"),
    }
}

/// All conditions that there are: the keys that an operator stands under, and the operator.
fn conditions() -> BTreeSet<(String, String)> {
    let mut conditions = BTreeSet::new();
    let mut add = |keys: String, filterable: Filterable| {
        for operator in operators(filterable) {
            conditions.insert((keys.clone(), operator.to_owned()));
        }
    };
    for filterable in filterables() {
        add(filterable.keys.join("."), filterable);
        // Notion has no words for verifications that a rollup shows.
        let quantifiers: &[_] = if filterable.element.is_empty() {
            &[]
        } else {
            &["any", "every", "none"]
        };
        for quantifier in quantifiers {
            add(format!("rollup.{quantifier}.{}", filterable.element), filterable);
        }
    }
    conditions
}

/// How the columns of all kinds are asked for.
fn filterables() -> Vec<Filterable> {
    fn of<K: kind::Kind>() -> (Option<Kind>, Option<Filterable>) {
        (K::KIND, K::FILTER)
    }
    let all = [
        of::<kind::Title>(),
        of::<kind::RichText>(),
        of::<kind::Number>(),
        of::<kind::Select>(),
        of::<kind::MultiSelect>(),
        of::<kind::Status>(),
        of::<kind::Date>(),
        of::<kind::People>(),
        of::<kind::Files>(),
        of::<kind::Checkbox>(),
        of::<kind::Url>(),
        of::<kind::Email>(),
        of::<kind::PhoneNumber>(),
        of::<Formula<kind::RichText>>(),
        of::<Formula<kind::Number>>(),
        of::<Formula<kind::Checkbox>>(),
        of::<Formula<kind::Date>>(),
        of::<kind::Relation>(),
        of::<Rollup<kind::Number>>(),
        of::<Rollup<kind::Date>>(),
        of::<kind::CreatedTime>(),
        of::<kind::CreatedBy>(),
        of::<kind::LastEditedTime>(),
        of::<kind::LastEditedBy>(),
        of::<kind::UniqueId>(),
        of::<kind::Verification>(),
        of::<kind::Place>(),
        of::<kind::Button>(),
    ];
    for kind in Kind::all() {
        assert!(
            all.iter().any(|(other, _)| *other == Some(kind)),
            "there is no marker for {kind}"
        );
    }
    all.into_iter().filter_map(|(_, filterable)| filterable).collect()
}

/// The operators of a family. Source: <https://developers.notion.com/reference/filter-data-source-entries>.
fn operators(filterable: Filterable) -> Vec<&'static str> {
    let mut operators = match filterable.family {
        FilterFamily::Text => vec![
            "equals",
            "does_not_equal",
            "contains",
            "does_not_contain",
            "starts_with",
            "ends_with",
        ],
        FilterFamily::Number => vec![
            "equals",
            "does_not_equal",
            "greater_than",
            "greater_than_or_equal_to",
            "less_than",
            "less_than_or_equal_to",
        ],
        FilterFamily::Checkbox | FilterFamily::Select => vec!["equals", "does_not_equal"],
        FilterFamily::MultiSelect | FilterFamily::People | FilterFamily::Relation => {
            vec!["contains", "does_not_contain"]
        }
        FilterFamily::Date => vec![
            "equals",
            "before",
            "after",
            "on_or_before",
            "on_or_after",
            "past_week",
            "past_month",
            "past_year",
            "this_week",
            "next_week",
            "next_month",
            "next_year",
        ],
        FilterFamily::Files => Vec::new(),
        FilterFamily::Verification => vec!["status", "does_not_equal"],
        family => panic!("which operators has {family:?}?"),
    };
    if filterable.may_be_empty {
        operators.extend(["is_empty", "is_not_empty"]);
    }
    operators
}

/// A table of kinds and one of conditions.
impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<20} inserted    set  cleared", "kind")?;
        for kind in Kind::all().filter(|kind| kind.access() == Access::Writable) {
            let [inserted, set, cleared] = [&self.inserted, &self.set, &self.cleared]
                .map(|counts| counts.get(kind.name()).copied().unwrap_or_default());
            writeln!(f, "{:<20} {inserted:>8} {set:>6} {cleared:>8}", kind.name())?;
        }
        writeln!(f, "\nconditions")?;
        let mut by_keys: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for ((keys, operator), count) in &self.conditions {
            by_keys
                .entry(keys)
                .or_default()
                .push(format!("{operator} {count}"));
        }
        for (keys, operators) in by_keys {
            writeln!(f, "{keys:<28} {}", operators.join(", "))?;
        }
        writeln!(f, "\nrequests")?;
        for (endpoint, count) in &self.endpoints {
            writeln!(f, "{endpoint:<44} {count:>6}")?;
        }
        Ok(())
    }
}
