//! Applying column definitions: first to a copy, then, if nothing stands against it, to the workspace.

use std::collections::HashMap;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::effect::{Effect, Ready};
use super::input::{self, Change, ColumnInput};
use super::options;
use crate::engine::access::Caller;
use crate::engine::column::{self, Column};
use crate::engine::container::Database;
use crate::engine::id;
use crate::engine::kind::Kind;
use crate::engine::workspace::Workspace;
use crate::refusal::Refusal;

/// The columns of a data source to be, before they can refer to anything.
///
/// A relation or rollup needs the data source to exist, so callers make it with the title column and then run an [`Edit`].
pub(crate) fn new_columns(
    inputs: &[ColumnInput],
    title_required: bool,
) -> Result<(Column, Vec<ColumnInput>), Refusal> {
    let is_title = |input: &&ColumnInput| {
        matches!(
            &input.change,
            Some(Change {
                kind: Some((Kind::Title, _)),
                ..
            })
        )
    };
    let titles: Vec<&ColumnInput> = inputs.iter().filter(is_title).collect();
    if titles.len() > 1 || (title_required && titles.is_empty()) {
        return Err(Refusal::invalid(
            "Databases must have exactly one title property.",
        ));
    }
    let mut title = Column::title(titles.first().map_or("Name", |input| input.key.as_str()));
    if let Some(description) = titles
        .first()
        .and_then(|input| input.change.as_ref()?.description.clone())
    {
        title.description = description;
    }
    Ok((
        title,
        inputs.iter().filter(|input| !is_title(input)).cloned().collect(),
    ))
}

/// A change of the columns of one data source, and of the other side of its two-way relations.
pub(crate) struct Edit<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) caller: &'a Caller,
    pub(super) own: Uuid,
    /// The columns of every data source that is touched, as they will be.
    pub(super) drafts: HashMap<Uuid, Vec<Column>>,
    pub(super) effects: Vec<Effect>,
    /// The columns, by their decoded ids, whose expressions the request gives.
    pub(super) formulas: Vec<Box<str>>,
    /// Whether a key can only be a name, because nobody knows the ids of columns that are only being made.
    names_only: bool,
}

impl<'a> Edit<'a> {
    /// An edit of the data source `own`, whose columns so far are `columns`.
    pub(crate) fn new(workspace: &'a Workspace, caller: &'a Caller, own: Uuid, columns: &[Column]) -> Self {
        Self {
            workspace,
            caller,
            own,
            drafts: HashMap::from([(own, columns.to_vec())]),
            effects: Vec::new(),
            formulas: Vec::new(),
            names_only: false,
        }
    }

    /// For a data source that is only being made: keys are names, even one that looks like the id of a column.
    pub(crate) fn by_name(mut self) -> Self {
        self.names_only = true;
        self
    }

    /// Takes all column definitions in. Columns that others refer to come first, and formulas are looked at when all columns are
    /// there, so that order in the request does not matter.
    ///
    /// `database` is the one the data source is in; it need not be in the workspace yet.
    pub(crate) fn run(mut self, database: &Database, inputs: &[ColumnInput]) -> Result<Ready, Refusal> {
        let rank = |input: &ColumnInput| match &input.change {
            Some(Change {
                kind: Some((Kind::Rollup, _)),
                ..
            }) => 2,
            Some(Change {
                kind: Some((Kind::Relation, _)),
                ..
            }) => 1,
            _ => 0,
        };
        let mut ordered: Vec<&ColumnInput> = inputs.iter().collect();
        ordered.sort_by_key(|input| rank(input));
        for input in ordered {
            self.apply(database, input)?;
        }
        self.settle_formulas()?;
        for columns in self.drafts.values_mut() {
            column::order(columns);
        }
        Ok(Ready {
            own: self.own,
            drafts: self.drafts,
            effects: self.effects,
        })
    }

    pub(super) fn columns(&self) -> &[Column] {
        self.drafts.get(&self.own).map(Vec::as_slice).unwrap_or_default()
    }

    fn columns_mut(&mut self) -> &mut Vec<Column> {
        self.drafts.entry(self.own).or_default()
    }

    fn apply(&mut self, database: &Database, input: &ColumnInput) -> Result<(), Refusal> {
        let found = column::find(self.columns(), &input.key)
            .filter(|column| !self.names_only || column.name == input.key)
            .map(|column| column.decoded.clone());
        match (found, &input.change) {
            (Some(at), None) => self.delete(&at),
            (None, None | Some(Change { kind: None, .. })) => Err(unknown(&input.key)),
            (None, Some(change)) => self.add(database, &input.key, change),
            (Some(at), Some(change)) => self.change(database, &at, change),
        }
    }

    fn add(&mut self, database: &Database, key: &str, change: &Change) -> Result<(), Refusal> {
        let Some((kind, config)) = &change.kind else {
            return Err(unknown(key));
        };
        if *kind == Kind::Title {
            return Err(Refusal::invalid(
                "Databases must have exactly one title property.",
            ));
        }
        input::check_name(key)?;
        let taken = |id: &str| self.columns().iter().any(|column| &*column.decoded == id);
        let decoded = match kind {
            Kind::Relation => id::fresh_plain_property_id(taken),
            _ => id::fresh_property_id(taken),
        };
        let description = change.description.clone().unwrap_or(Value::Null);
        let column = Column::new(&decoded, key, kind.clone(), json!({}), description);
        let wire = column.id.clone();
        self.columns_mut().push(column);
        let config = self.config(database, &decoded, kind, None, config)?;
        self.update(&decoded, |column| column.config = config);
        if *kind == Kind::UniqueId {
            self.effects.push(Effect::Number { column: wire });
        }
        Ok(())
    }

    fn delete(&mut self, decoded: &str) -> Result<(), Refusal> {
        if decoded == "title" {
            return Err(Refusal::invalid(
                "Cannot delete the title property of a data source.",
            ));
        }
        let Some(at) = self
            .columns()
            .iter()
            .position(|column| &*column.decoded == decoded)
        else {
            return Ok(());
        };
        let column = self.columns()[at].clone();
        self.forget_results_of(&column);
        self.columns_mut().remove(at);
        self.effects.push(Effect::Clear {
            source: self.own,
            column: column.id.clone(),
        });
        self.release_mirror(&column);
        Ok(())
    }

    fn change(&mut self, database: &Database, decoded: &str, change: &Change) -> Result<(), Refusal> {
        let Some(column) = self
            .columns()
            .iter()
            .find(|column| &*column.decoded == decoded)
            .cloned()
        else {
            return Ok(());
        };
        if let Some((kind, config)) = &change.kind {
            if *kind == column.kind {
                let config = self.config(database, decoded, kind, Some(&column.config), config)?;
                self.update(decoded, |column| column.config = config);
                if *kind == Kind::Relation {
                    self.retarget(&column);
                }
                if kind.has_options() {
                    // Notion forgets the description of the column when options are sent without it.
                    self.update(decoded, |column| column.description = Value::Null);
                    self.effects.push(Effect::KeepOptions {
                        column: column.id.clone(),
                    });
                }
            } else {
                if column.kind == Kind::Title || *kind == Kind::Title || *kind == Kind::Place {
                    return Err(Refusal::invalid(format!(
                        "Cannot change the type of property {} from {} to {}.",
                        column.name,
                        column.kind.name(),
                        kind.name()
                    )));
                }
                let config = self.config(database, decoded, kind, None, config)?;
                self.update(decoded, |column| {
                    column.kind = kind.clone();
                    column.config = config;
                });
                if column.kind == Kind::Relation {
                    self.release_mirror(&column);
                }
                self.effects.push(Effect::Convert {
                    column: column.id.clone(),
                    from: column.kind.clone(),
                });
                if *kind == Kind::UniqueId {
                    self.effects.push(Effect::Number {
                        column: column.id.clone(),
                    });
                }
            }
        }
        if let Some(description) = &change.description {
            self.update(decoded, |column| column.description = description.clone());
        }
        match &change.name {
            Some(name) if *name != column.name => self.rename(&column, name),
            _ => Ok(()),
        }
    }

    fn rename(&mut self, column: &Column, name: &str) -> Result<(), Refusal> {
        input::check_name(name)?;
        if self.columns().iter().any(|other| other.name == name) {
            return Err(Refusal::invalid(format!(
                "There is already a property named {name}."
            )));
        }
        self.update(&column.decoded, |column| name.clone_into(&mut column.name));
        if let (Some(target), Some(mirror)) = (column.relation_target(), column.mirror()) {
            self.update_other(target, &mirror, |other| {
                other.config["dual_property"]["synced_property_name"] = json!(name);
            });
        }
        self.rename_in_rollups(&column.decoded, name);
        Ok(())
    }

    /// Rollups name the relation they follow and the column they roll up. Both follow a rename, wherever they are.
    fn rename_in_rollups(&mut self, decoded: &str, name: &str) {
        let own = self.own;
        let is_rollup = |column: &Column| column.kind == Kind::Rollup;
        let others = self.workspace.data_sources.iter();
        let others = others.filter(|(id, source)| **id != own && source.columns.iter().any(is_rollup));
        let sources: Vec<Uuid> = others.map(|(id, _)| *id).chain([own]).collect();
        for source in sources {
            let columns = self.draft(source);
            let targets: Vec<(Box<str>, Option<Uuid>)> = columns
                .iter()
                .map(|column| (column.decoded.clone(), column.relation_target()))
                .collect();
            for rollup in columns.iter_mut().filter(|column| column.kind == Kind::Rollup) {
                let of = |key: &str| rollup.config.get(key).and_then(Value::as_str).map(id::decode);
                let relation = of("relation_property_id").unwrap_or_default();
                let follows = source == own && relation == decoded;
                let target = targets
                    .iter()
                    .find(|(id, _)| **id == *relation)
                    .and_then(|(_, target)| *target);
                let rolls_up = target == Some(own) && of("rollup_property_id").as_deref() == Some(decoded);
                if follows {
                    rollup.config["relation_property_name"] = json!(name);
                }
                if rolls_up {
                    rollup.config["rollup_property_name"] = json!(name);
                }
            }
        }
    }

    /// The settings of a column as the API shows them.
    fn config(
        &mut self,
        database: &Database,
        decoded: &str,
        kind: &Kind,
        old: Option<&Value>,
        new: &Map<String, Value>,
    ) -> Result<Value, Refusal> {
        let before = |key: &str| old.and_then(|old| old.get(key)).cloned();
        Ok(match kind {
            Kind::Number => {
                let format = new
                    .get("format")
                    .cloned()
                    .or_else(|| before("format"))
                    .unwrap_or_else(|| json!("number"));
                json!({"format": format})
            }
            Kind::Select | Kind::MultiSelect | Kind::Status => options::merge(kind, old, new),
            Kind::Formula => match new.get("expression").and_then(Value::as_str) {
                Some(expression) => {
                    self.formulas.push(decoded.into());
                    json!({"expression": expression})
                }
                None => json!({"expression": before("expression").unwrap_or_else(|| json!(""))}),
            },
            Kind::UniqueId => {
                json!({"prefix": new.get("prefix").cloned().or_else(|| before("prefix")).unwrap_or(Value::Null)})
            }
            Kind::Relation => self.relation(database, decoded, old, new)?,
            Kind::Rollup => self.rollup(new)?,
            _ => json!({}),
        })
    }

    pub(super) fn update(&mut self, decoded: &str, change: impl FnOnce(&mut Column)) {
        if let Some(column) = self
            .columns_mut()
            .iter_mut()
            .find(|column| &*column.decoded == decoded)
        {
            change(column);
        }
    }

    pub(super) fn update_other(&mut self, source: Uuid, decoded: &str, change: impl FnOnce(&mut Column)) {
        if let Some(column) = self
            .draft(source)
            .iter_mut()
            .find(|column| &*column.decoded == decoded)
        {
            change(column);
        }
    }

    pub(super) fn draft(&mut self, source: Uuid) -> &mut Vec<Column> {
        let workspace = self.workspace;
        self.drafts.entry(source).or_insert_with(|| {
            workspace
                .data_sources
                .get(&source)
                .map(|source| source.columns.clone())
                .unwrap_or_default()
        })
    }
}

fn unknown(key: &str) -> Refusal {
    Refusal::invalid(format!("{key} is not a property that exists."))
}
