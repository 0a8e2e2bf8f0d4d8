//! What a request says about a view.

use serde_json::{Map, Value};

use super::record::{DASHBOARD, LAYOUTS, View};
use super::{criteria, grammar, layout};
use crate::engine::container::DataSource;
use crate::engine::filter::{self, Filter};
use crate::engine::reader::Reader;
use crate::engine::sort;
use crate::refusal::Refusal;
use crate::validate::{Fields, Path};

/// The part of a request that new and old views have in common, its shape checked.
///
/// `None` is not in the request, `Some(None)` is `null`.
#[derive(Debug)]
pub(crate) struct ViewInput {
    name: Option<String>,
    filter: Option<Option<(Value, Filter)>>,
    sorts: Option<Vec<Value>>,
    quick_filters: Option<Option<Vec<QuickFilter>>>,
    configuration: Option<Map<String, Value>>,
}

/// A column, and the condition that is offered for it; `None` takes it away.
#[derive(Debug)]
struct QuickFilter {
    key: String,
    condition: Option<Value>,
    filter: Option<Filter>,
}

impl ViewInput {
    /// Checks the shape. Only where a view is there already can something be taken away.
    pub(crate) fn check(body: &Fields<'_>, update: bool) -> Result<Self, Refusal> {
        let cleared = |key: &str| update && body.get(key).is_some_and(Value::is_null);
        let filter = match body.get("filter") {
            None => None,
            Some(_) if cleared("filter") => Some(None),
            Some(value) => Some(Some((value.clone(), filter::check(value, body.place("filter"))?))),
        };
        let sorts = if cleared("sorts") {
            Some(Vec::new())
        } else {
            body.optional_array("sorts")?.map(<[Value]>::to_vec)
        };
        sort::check(sorts.as_deref().unwrap_or_default(), &body.place("sorts"))?;
        let quick_filters = match body.get("quick_filters") {
            None => None,
            Some(_) if cleared("quick_filters") => Some(None),
            Some(_) => Some(Some(check_quick_filters(&body.object("quick_filters")?, update)?)),
        };
        let configuration = body.optional_object("configuration")?;
        if let Some(configuration) = &configuration {
            layout::check(configuration)?;
        }
        Ok(Self {
            name: body.optional_string("name")?.map(str::to_owned),
            filter,
            sorts,
            quick_filters,
            configuration: configuration.map(|fields| fields.map.clone()),
        })
    }

    /// The view as the request wants it.
    ///
    /// # Errors
    ///
    /// Whatever does not fit the data source or the kind of the view.
    pub(crate) fn settle(
        self,
        reader: &Reader<'_>,
        source: Option<&DataSource>,
        mut view: View,
    ) -> Result<View, Refusal> {
        let columns = source.map(|source| &*source.columns).unwrap_or_default();
        let admit = |value: &Value, filter: &Filter| match source {
            Some(source) => criteria::admit(reader, source, filter, value),
            None => Ok(()),
        };
        if let Some(name) = self.name {
            view.name = name;
        }
        match self.filter {
            None => {}
            Some(None) => view.filter = Value::Null,
            Some(Some((value, filter))) => {
                admit(&value, &filter)?;
                view.filter = criteria::filter_by_id(value, columns);
            }
        }
        if let Some(sorts) = self.sorts {
            if let Some(source) = source {
                let checked = sort::check(&sorts, &Path::body().key("sorts"))?;
                sort::run(reader, source, &checked, Vec::new())?;
            }
            view.sorts = criteria::sorts_by_id(sorts, columns);
        }
        match self.quick_filters {
            None => {}
            Some(None) => view.quick_filters.clear(),
            Some(Some(filters)) => {
                for one in filters {
                    let found = grammar::find(columns, &one.key).map(|column| column.id.to_string());
                    let Some(condition) = one.condition else {
                        view.quick_filters.shift_remove(&found.unwrap_or(one.key));
                        continue;
                    };
                    if let Some(filter) = one.filter {
                        admit(&with_property(&condition, &one.key), &filter)?;
                    }
                    view.quick_filters.insert(found?, condition);
                }
            }
        }
        if let Some(new) = self.configuration {
            let path = Path::body().key("configuration");
            let asked = new.get("type");
            if view.layout == DASHBOARD {
                return Err(path.should("not present", Some(&Value::Object(new))));
            }
            if LAYOUTS.contains(&view.layout.as_str()) && asked.is_none_or(|kind| *kind != *view.layout) {
                return Err(path.key("type").should(&format!("`\"{}\"`", view.layout), asked));
            }
            view.configuration = layout::merge(&view.configuration, &new, &view.layout, columns)?;
        }
        Ok(view)
    }
}

fn check_quick_filters(fields: &Fields<'_>, update: bool) -> Result<Vec<QuickFilter>, Refusal> {
    let check = |(key, value): (&String, &Value)| {
        let path = fields.place(key);
        if update && value.is_null() {
            return Ok(QuickFilter {
                key: key.clone(),
                condition: None,
                filter: None,
            });
        }
        let condition = Fields::of(value, path.clone())?;
        // The key names the column, and there is nothing to combine.
        for extra in ["property", "timestamp", "and", "or"] {
            if let Some(value) = condition.get(extra) {
                return Err(condition.place(extra).should("not present", Some(value)));
            }
        }
        let filter = match condition.map.is_empty() {
            true => None,
            false => Some(filter::check(&with_property(value, key), path)?),
        };
        Ok(QuickFilter {
            key: key.clone(),
            condition: Some(value.clone()),
            filter,
        })
    };
    fields.map.iter().map(check).collect()
}

/// A quick filter as the filter it is.
fn with_property(condition: &Value, key: &str) -> Value {
    let mut filter = condition.clone();
    if let Some(map) = filter.as_object_mut() {
        map.insert("property".into(), key.into());
    }
    filter
}
