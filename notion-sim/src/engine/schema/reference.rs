//! Relations and rollups: the columns that refer to other columns.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::edit::Edit;
use super::effect::Effect;
use crate::engine::column::{self, Column};
use crate::engine::container::Database;
use crate::engine::id;
use crate::engine::kind::Kind;
use crate::refusal::Refusal;

impl Edit<'_> {
    pub(super) fn relation(
        &mut self,
        database: &Database,
        decoded: &str,
        old: Option<&Value>,
        new: &Map<String, Value>,
    ) -> Result<Value, Refusal> {
        let target = new
            .get("data_source_id")
            .and_then(Value::as_str)
            .and_then(id::parse)
            .unwrap_or_default();
        let missing = || self.caller.missing(self.workspace, "data_source", target);
        let own = target == self.own;
        let source = self.workspace.data_sources.get(&target);
        if !own && source.is_none_or(|source| !self.caller.sees(self.workspace, source.id)) {
            return Err(missing());
        }
        let in_database = source.map_or(database.id, |source| source.database);
        let dual = new.contains_key("dual_property")
            || new.get("type").and_then(Value::as_str) == Some("dual_property");
        let mut config = json!({"database_id": in_database, "data_source_id": target});
        if !dual {
            config["type"] = json!("single_property");
            config["single_property"] = json!({});
            return Ok(config);
        }
        config["type"] = json!("dual_property");
        let same_target = old.is_some_and(|old| old.get("data_source_id") == config.get("data_source_id"));
        if let Some(kept) = old
            .filter(|_| same_target)
            .and_then(|old| old.get("dual_property"))
        {
            config["dual_property"] = kept.clone();
            return Ok(config);
        }
        config["dual_property"] = self.add_mirror(database, decoded, target);
        Ok(config)
    }

    /// Puts the other half of a two-way relation into the target, and says how the first half refers to it.
    fn add_mirror(&mut self, database: &Database, decoded: &str, target: Uuid) -> Value {
        let Some(column) = self
            .columns()
            .iter()
            .find(|column| &*column.decoded == decoded)
            .cloned()
        else {
            return json!({});
        };
        let columns = self.draft(target);
        let mut name = format!("Related to {} ({})", database.title.text(), column.name);
        while columns.iter().any(|other| other.name == name) {
            name.push_str(" 1");
        }
        let mirror = id::fresh_plain_property_id(|id| columns.iter().any(|column| &*column.decoded == id));
        let mut other = Column::new(&mirror, &name, Kind::Relation, json!({}), Value::Null);
        other.config = json!({
            "database_id": database.id,
            "data_source_id": null,
            "type": "dual_property",
            "dual_property": {"synced_property_name": column.name, "synced_property_id": &*column.id},
        });
        let answer = json!({"synced_property_name": name, "synced_property_id": &*other.id});
        let own = self.own;
        other.config["data_source_id"] = json!(own);
        self.draft(target).push(other);
        answer
    }

    pub(super) fn rollup(&self, new: &Map<String, Value>) -> Result<Value, Refusal> {
        let text = |key: &str| new.get(key).and_then(Value::as_str);
        let wanted = |what: &str| {
            text(&format!("{what}_property_id")).or_else(|| text(&format!("{what}_property_name")))
        };
        let missing = |name: Option<&str>| {
            Refusal::invalid(format!(
                "Could not find property with name or id: {}",
                name.unwrap_or_default()
            ))
        };
        let relation = wanted("relation").and_then(|key| column::find(self.columns(), key));
        let relation = relation
            .filter(|column| column.kind == Kind::Relation)
            .ok_or_else(|| missing(wanted("relation")))?;
        let target = relation.relation_target().unwrap_or_default();
        let columns = match self.drafts.get(&target) {
            Some(columns) => columns.as_slice(),
            None => self
                .workspace
                .data_sources
                .get(&target)
                .map(|source| &*source.columns)
                .unwrap_or_default(),
        };
        let rolled = wanted("rollup")
            .and_then(|key| column::find(columns, key))
            .ok_or_else(|| missing(wanted("rollup")))?;
        Ok(json!({
            "rollup_property_name": rolled.name,
            "relation_property_name": relation.name,
            "rollup_property_id": &*rolled.id,
            "relation_property_id": &*relation.decoded,
            "function": new.get("function"),
        }))
    }

    /// What follows from new settings of a relation. `before` is the column with the old ones.
    pub(super) fn retarget(&mut self, before: &Column) {
        let Some(now) = self.columns().iter().find(|own| own.decoded == before.decoded) else {
            return;
        };
        let (moved, mirror) = (now.relation_target() != before.relation_target(), now.mirror());
        if mirror == before.mirror() {
            return;
        }
        self.release_mirror(before);
        let column = before.id.clone();
        if moved {
            let source = self.own;
            self.effects.push(Effect::Clear { source, column });
        } else if mirror.is_some() {
            self.effects.push(Effect::Mirror { column });
        }
    }

    /// The other half of a two-way relation that ends stays, as a one-way relation.
    pub(super) fn release_mirror(&mut self, column: &Column) {
        let (Some(target), Some(mirror)) = (column.relation_target(), column.mirror()) else {
            return;
        };
        self.update_other(target, &mirror, |other| {
            let mut config = other.config.as_object().cloned().unwrap_or_default();
            config.remove("dual_property");
            config.insert("type".into(), json!("single_property"));
            config.insert("single_property".into(), json!({}));
            other.config = Value::Object(config);
        });
    }
}
