//! A question for meeting notes: which ones, in which order, and how many.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::Value;

use super::condition::{self, Condition};
use crate::engine::workspace::Workspace;
use crate::refusal::Refusal;
use crate::validate::{self, Fields};

/// What meeting notes can be filtered and sorted by.
pub(super) const PROPERTIES: [&str; 6] = [
    "title",
    "created_time",
    "last_edited_time",
    "created_by",
    "last_edited_by",
    "attendees",
];

/// A question whose shape is right.
#[derive(Debug)]
pub(crate) struct Question {
    filter: Option<Filter>,
    sorts: Vec<(&'static str, bool)>,
    limit: usize,
}

#[derive(Debug)]
enum Filter {
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Property(&'static str, Condition),
}

impl Question {
    /// Checks the body of a request.
    pub(crate) fn check(body: &Fields<'_>) -> Result<Self, Refusal> {
        let filter = body.optional_object("filter")?;
        let filter = filter.as_ref().map(Filter::check_group).transpose()?;
        let mut sorts = Vec::new();
        for (at, sort) in body
            .optional_array("sort")?
            .unwrap_or_default()
            .iter()
            .enumerate()
        {
            let sort = Fields::of(sort, body.place("sort").at(at))?;
            let property = property(&sort)?;
            let direction = sort.word("direction", &["ascending", "descending"])?;
            sort.only(&["property", "direction"])?;
            sorts.push((property, direction == "ascending"));
        }
        let limit = match body.get("limit") {
            None => validate::MAX_ITEMS,
            Some(value) => {
                let limit = value.as_f64().filter(|limit| limit.fract() == 0.0);
                let path = body.place("limit");
                match limit {
                    None => return Err(path.should("a number or `undefined`", Some(value))),
                    Some(limit) if limit < 1.0 => {
                        return Err(path.should("≥ `1` or `undefined`", Some(value)));
                    }
                    Some(limit) if limit > validate::MAX_ITEMS as f64 => {
                        return Err(path.should("≤ `100` or `undefined`", Some(value)));
                    }
                    Some(limit) => limit as usize,
                }
            }
        };
        body.only(&["filter", "sort", "limit"])?;
        Ok(Self { filter, sorts, limit })
    }

    /// Those of the blocks, as the API shows them, that are asked for, and whether there are more. Without a sort the newest
    /// come first.
    pub(crate) fn answer(
        &self,
        workspace: &Workspace,
        mut blocks: Vec<Value>,
        now: Timestamp,
    ) -> (Vec<Value>, bool) {
        if let Some(filter) = &self.filter {
            blocks.retain(|block| filter.passes(block, now));
        }
        let newest = [("created_time", false)];
        let sorts = if self.sorts.is_empty() {
            &newest[..]
        } else {
            &self.sorts
        };
        blocks.sort_by(|a, b| {
            sorts
                .iter()
                .fold(Ordering::Equal, |order, (property, ascending)| {
                    let next = sort_key(workspace, a, property).cmp(&sort_key(workspace, b, property));
                    order.then(if *ascending { next } else { next.reverse() })
                })
        });
        let has_more = blocks.len() > self.limit;
        blocks.truncate(self.limit);
        (blocks, has_more)
    }
}

impl Filter {
    fn check_group(fields: &Fields<'_>) -> Result<Self, Refusal> {
        let operator = fields.word("operator", &["and", "or"])?;
        let items = fields.optional_array("filters")?.unwrap_or_default();
        fields.only(&["operator", "filters"])?;
        let parts = items.iter().enumerate().map(|(at, item)| {
            let part = Fields::of(item, fields.place("filters").at(at))?;
            if part.get("operator").is_some() {
                return Self::check_group(&part);
            }
            let property = property(&part)?;
            let condition = Condition::check(property, &part.object("filter")?)?;
            part.only(&["property", "filter"])?;
            Ok(Self::Property(property, condition))
        });
        let parts: Vec<Self> = parts.collect::<Result<_, _>>()?;
        Ok(match operator {
            "or" if !parts.is_empty() => Self::Or(parts),
            // A group of nothing asks for nothing.
            _ => Self::And(parts),
        })
    }

    fn passes(&self, block: &Value, now: Timestamp) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.passes(block, now)),
            Self::Or(parts) => parts.iter().any(|part| part.passes(block, now)),
            Self::Property(property, condition) => condition.passes(block, property, now),
        }
    }
}

fn property(fields: &Fields<'_>) -> Result<&'static str, Refusal> {
    let wanted = fields.word("property", &PROPERTIES)?;
    let known = PROPERTIES.into_iter().find(|known| *known == wanted);
    known.ok_or_else(|| fields.place("property").should("defined", None))
}

/// Times as they are written sort as they passed; people sort by their names.
fn sort_key(workspace: &Workspace, block: &Value, property: &str) -> String {
    match property {
        "title" => condition::title(block).to_lowercase(),
        "created_time" | "last_edited_time" => condition::time_text(block, property).to_owned(),
        _ => condition::people(block, property)
            .map(|id| workspace.user_name(id).to_lowercase())
            .collect::<Vec<_>>()
            .join(" "),
    }
}
