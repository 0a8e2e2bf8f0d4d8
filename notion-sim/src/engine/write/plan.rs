//! What cells mean against the schema they are written to, and the change itself.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::shape::{Cell, ChoiceInput, Input};
use crate::engine::access::Caller;
use crate::engine::column::{self, Choice, Column};
use crate::engine::container::DataSource;
use crate::engine::kind::Kind;
use crate::engine::rich_text;
use crate::engine::value::PropertyValue;
use crate::engine::workspace::Workspace;
use crate::engine::{color, id, relation, upload};
use crate::refusal::Refusal;

/// What a write will do, once nothing stands against it any more.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    changes: Vec<(Arc<str>, Option<PropertyValue>)>,
    relations: Vec<(Column, Vec<Uuid>)>,
    options: Vec<(Arc<str>, Choice)>,
}

/// Holds cells against the columns of a data source (`None`: a page of its own, which has a title only).
pub(crate) fn plan(
    workspace: &Workspace,
    caller: &Caller,
    source: Option<&DataSource>,
    cells: &[Cell],
    now: Timestamp,
) -> Result<Plan, Refusal> {
    let lone = [Column::title("title")];
    let columns = source.map_or(&lone[..], |source| &source.columns);
    let mut plan = Plan::default();
    for cell in cells {
        let Some(column) = column::find(columns, &cell.key) else {
            return Err(Refusal::invalid(format!(
                "{} is not a property that exists.",
                cell.key
            )));
        };
        if column.kind.computed() {
            return Err(Refusal::invalid(format!(
                "body failed validation: body.properties.{}.{} should be not present: the value of this property is worked out \
                 by Notion and cannot be written.",
                cell.key,
                column.kind.name()
            )));
        }
        if column.kind != cell.kind {
            return Err(Refusal::invalid(format!(
                "{} is expected to be {}.",
                cell.key,
                column.kind.name()
            )));
        }
        plan.add(workspace, caller, column, cell, now)?;
    }
    Ok(plan)
}

impl Plan {
    fn add(
        &mut self,
        workspace: &Workspace,
        caller: &Caller,
        column: &Column,
        cell: &Cell,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let value = match &cell.input {
            Input::Text(items) => Some(PropertyValue::Text(rich_text::resolve(items, workspace))),
            Input::Number(number) => number.clone().map(PropertyValue::Number),
            Input::Choice(None) if column.kind == Kind::Status => {
                default_status(column).map(PropertyValue::Choice)
            }
            Input::Choice(choice) => match choice {
                None => None,
                Some(choice) => Some(PropertyValue::Choice(self.choose(column, choice)?)),
            },
            Input::Choices(choices) => {
                let mut chosen: Vec<Choice> = Vec::new();
                for choice in choices {
                    let choice = self.choose(column, choice)?;
                    if !chosen.contains(&choice) {
                        chosen.push(choice);
                    }
                }
                Some(PropertyValue::Choices(chosen))
            }
            Input::Date(date) => date.clone().map(PropertyValue::Date),
            Input::People(people) => {
                let unknown = people
                    .iter()
                    .find(|person| person.seeded.is_none() && !workspace.users.contains_key(&person.id));
                if let Some(person) = unknown {
                    return Err(Refusal::missing_user(person.id, caller.bot));
                }
                Some(PropertyValue::People(people.clone()))
            }
            Input::Files(files) => {
                let ready = files.iter().map(|file| ready_file(workspace, caller, file, now));
                Some(PropertyValue::Files(ready.collect::<Result<_, _>>()?))
            }
            Input::Checkbox(on) => Some(PropertyValue::Checkbox(*on)),
            Input::Line(text) => text.clone().map(PropertyValue::Line),
            Input::Relation(ids) => {
                let ids = related(workspace, caller, column, ids)?;
                self.relations.push((column.clone(), ids));
                return Ok(());
            }
            Input::Raw(Value::Null) => None,
            Input::Raw(value) if column.kind == Kind::Verification => {
                let mut value = value.clone();
                if value["state"] == "verified" {
                    value["verified_by"] = workspace.user_json(caller.bot);
                }
                Some(PropertyValue::Raw(value))
            }
            Input::Raw(value) => Some(PropertyValue::Raw(value.clone())),
        };
        self.changes.push((column.id.clone(), value));
        Ok(())
    }

    fn choose(&mut self, column: &Column, choice: &ChoiceInput) -> Result<Choice, Refusal> {
        let kind = column.kind.name();
        let mut pending = self
            .options
            .iter()
            .filter(|(id, _)| *id == column.id)
            .map(|(_, option)| option);
        let found = match (&choice.id, &choice.name) {
            (Some(id), _) => match column.option(id) {
                Some(option) => Some(option),
                None if choice.name.is_none() => {
                    return Err(Refusal::invalid(format!(
                        "{} is an invalid {kind} option \"{id}\".",
                        column.name
                    )));
                }
                None => choice.name.as_deref().and_then(|name| column.option_named(name)),
            },
            (None, Some(name)) => column
                .option_named(name)
                .or_else(|| pending.find(|option| *option.name == **name).cloned()),
            (None, None) => None,
        };
        if let Some(option) = found {
            if choice
                .color
                .as_deref()
                .is_some_and(|color| color != &*option.color)
            {
                let kind = if column.kind == Kind::Status {
                    "Status"
                } else {
                    "Select"
                };
                return Err(Refusal::invalid(format!(
                    "{kind} option color doesn't match existing"
                )));
            }
            return Ok(option);
        }
        let name = choice.name.as_deref().unwrap_or_default();
        if column.kind == Kind::Status {
            return Err(Refusal::invalid(format!(
                "Invalid status option. Status option \"{name}\" does not exist\"."
            )));
        }
        check_option_name(kind, name)?;
        let taken = column.options().count() + self.options.len();
        let option = Choice {
            id: id::fresh().to_string().into(),
            name: name.into(),
            color: choice
                .color
                .as_deref()
                .unwrap_or_else(|| color::next(taken))
                .into(),
        };
        self.options.push((column.id.clone(), option.clone()));
        Ok(option)
    }

    /// The columns that will be written.
    pub(crate) fn columns(&self) -> Vec<Arc<str>> {
        let values = self.changes.iter().map(|(column, _)| column.clone());
        values
            .chain(self.relations.iter().map(|(column, _)| column.id.clone()))
            .collect()
    }

    /// Puts the planned values into a page, and new options into its data source.
    pub(crate) fn apply(self, workspace: &mut Workspace, page: Uuid, source: Option<Uuid>) {
        for (_, value) in &self.changes {
            if let Some(PropertyValue::Files(files)) = value {
                upload::attach(workspace, files);
            }
        }
        if let Some(source) = source.and_then(|id| workspace.data_sources.get_mut(&id)) {
            for (id, option) in &self.options {
                if let Some(column) = source.columns.iter_mut().find(|column| column.id == *id) {
                    column.add_option(option);
                }
            }
        }
        if let Some(page) = workspace.pages.get_mut(&page) {
            for (column, value) in self.changes {
                page.set(&column, value);
            }
        }
        for (column, ids) in self.relations {
            relation::set(workspace, page, &column, ids);
        }
    }
}

/// Refuses what cannot be the name of an option.
pub(crate) fn check_option_name(kind: &str, name: &str) -> Result<(), Refusal> {
    if name.contains(',') {
        return Err(Refusal::invalid(format!(
            "Invalid {kind} option, commas not allowed: {name}"
        )));
    }
    Ok(())
}

/// The option a status has when nobody chose one: the first of the first group that has any.
pub(crate) fn default_status(column: &Column) -> Option<Choice> {
    let groups = column
        .config
        .get("groups")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let first = groups
        .filter_map(|group| group.get("option_ids").and_then(Value::as_array))
        .find_map(|ids| ids.first().and_then(Value::as_str));
    let by_group = first.and_then(|id| column.option(id));
    by_group.or_else(|| column.options().next())
}

fn related(
    workspace: &Workspace,
    caller: &Caller,
    column: &Column,
    ids: &[Uuid],
) -> Result<Vec<Uuid>, Refusal> {
    let mut related: Vec<Uuid> = Vec::new();
    for id in ids {
        if !workspace.pages.contains_key(id) || !caller.sees(workspace, *id) {
            return Err(caller.missing(workspace, "page", *id));
        }
        let target = column.relation_target();
        if target.is_some_and(|target| !relation::is_row_of(workspace, *id, target)) {
            return Err(Refusal::invalid(format!(
                "Page {id} does not belong to the data source that the relation {} points at.",
                column.name
            )));
        }
        if !related.contains(id) {
            related.push(*id);
        }
    }
    Ok(related)
}

/// A file as it is kept: its upload may be used, and has a name.
fn ready_file(
    workspace: &Workspace,
    caller: &Caller,
    file: &Value,
    now: Timestamp,
) -> Result<Value, Refusal> {
    let mut file = file.clone();
    upload::admit(workspace, caller, &mut file, now)?;
    let upload = upload::referenced(&file).and_then(|id| workspace.uploads.get(&id));
    let name = file.get("name").and_then(Value::as_str);
    Ok(match (upload, name) {
        (None, _) => file,
        (Some(upload), name) => {
            let name = name.unwrap_or(upload.name());
            json!({"name": name, "type": "file_upload", "file_upload": {"id": upload.id}})
        }
    })
}
