//! Writing the cells of a page, in three steps: the shape of the request, its meaning against the schema, the change itself.
//!
//! Only the third step changes anything, so a refused request leaves no trace.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Number, Value, json};
use uuid::Uuid;

use super::access::Caller;
use super::column::{self, Choice, Column};
use super::container::DataSource;
use super::date::DateValue;
use super::kind::Kind;
use super::rich_text::{self, Item};
use super::value::{self, Person, PropertyValue};
use super::workspace::Workspace;
use super::{color, id, place, relation, upload};
use crate::refusal::Refusal;
use crate::validate::{self, Fields, Path};

/// The longest address.
const MAX_URL: usize = 2000;
/// The longest e-mail address or phone number.
const MAX_LINE: usize = 200;

/// One property of a request whose shape is right.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    key: String,
    kind: Kind,
    input: Input,
}

#[derive(Debug, Clone)]
enum Input {
    Text(Vec<Item>),
    Number(Option<Number>),
    Choice(Option<ChoiceInput>),
    Choices(Vec<ChoiceInput>),
    Date(Option<DateValue>),
    People(Vec<Person>),
    /// As they will be kept, but uploads are not looked up yet and may have no name.
    Files(Vec<Value>),
    Checkbox(bool),
    Line(Option<String>),
    Relation(Vec<Uuid>),
    Raw(Value),
}

#[derive(Debug, Clone)]
struct ChoiceInput {
    id: Option<String>,
    name: Option<String>,
    color: Option<String>,
}

impl Cell {
    /// The title, as a list of rich text items that may have any length.
    pub(crate) fn title(items: &Value, path: &Path) -> Result<Self, Refusal> {
        Ok(Self {
            key: "title".to_owned(),
            kind: Kind::Title,
            input: Input::Text(rich_text::check_up_to(items, path, usize::MAX)?),
        })
    }

    /// Whether it is the title.
    pub(crate) fn is_title(&self) -> bool {
        self.kind == Kind::Title
    }
}

/// Checks the shape of a `properties` object, without looking at any schema.
pub(crate) fn check(properties: &Fields<'_>) -> Result<Vec<Cell>, Refusal> {
    properties
        .map
        .iter()
        .map(|(key, value)| check_cell(key, value, properties.place(key)))
        .collect()
}

fn check_cell(key: &str, value: &Value, path: Path) -> Result<Cell, Refusal> {
    // The title of a page outside a data source may be given as a bare list, as the oldest examples do.
    if key == "title" && value.is_array() {
        let input = Input::Text(rich_text::check(value, &path)?);
        return Ok(Cell {
            key: key.to_owned(),
            kind: Kind::Title,
            input,
        });
    }
    let fields = Fields::of(value, path)?;
    let ignored = ["id", "type", "name", "has_more"];
    let Some((name, payload)) = fields
        .map
        .iter()
        .find(|(name, _)| !ignored.contains(&name.as_str()))
    else {
        let wanted = fields.get("type").and_then(Value::as_str).unwrap_or("title");
        return Err(fields.place(wanted).should("defined", None));
    };
    let Some(kind) = Kind::known(name) else {
        return Err(fields.place(name).should("not present", Some(payload)));
    };
    let known: Vec<&str> = ignored.into_iter().chain([name.as_str()]).collect();
    fields.only(&known)?;
    let input = check_input(&kind, payload, &fields.place(name))?;
    Ok(Cell {
        key: key.to_owned(),
        kind,
        input,
    })
}

fn check_input(kind: &Kind, payload: &Value, path: &Path) -> Result<Input, Refusal> {
    let items = || -> Result<&[Value], Refusal> {
        let items = payload
            .as_array()
            .ok_or_else(|| path.should("an array", Some(payload)))?;
        validate::max_length(path, items.len())?;
        Ok(items)
    };
    Ok(match kind {
        Kind::Title | Kind::RichText => Input::Text(rich_text::check(payload, path)?),
        Kind::Number => match payload {
            Value::Null => Input::Number(None),
            Value::Number(number) => Input::Number(number.as_f64().and_then(value::number)),
            other => return Err(path.should("a number or `null`", Some(other))),
        },
        Kind::Select | Kind::Status if payload.is_null() => Input::Choice(None),
        Kind::Select | Kind::Status => {
            Input::Choice(Some(check_choice(&Fields::of(payload, path.clone())?)?))
        }
        Kind::MultiSelect => Input::Choices(
            items()?
                .iter()
                .enumerate()
                .map(|(at, item)| check_choice(&Fields::of(item, path.at(at))?))
                .collect::<Result<_, _>>()?,
        ),
        Kind::Date if payload.is_null() => Input::Date(None),
        Kind::Date => Input::Date(Some(DateValue::check(&Fields::of(payload, path.clone())?)?)),
        Kind::People => Input::People(
            items()?
                .iter()
                .enumerate()
                .map(|(at, item)| check_person(item, path.at(at)))
                .collect::<Result<_, _>>()?,
        ),
        Kind::Files => Input::Files(
            items()?
                .iter()
                .enumerate()
                .map(|(at, item)| check_file(item, path.at(at)))
                .collect::<Result<_, _>>()?,
        ),
        Kind::Checkbox => Input::Checkbox(
            payload
                .as_bool()
                .ok_or_else(|| path.should("a boolean", Some(payload)))?,
        ),
        Kind::Url | Kind::Email | Kind::PhoneNumber => match payload {
            Value::Null => Input::Line(None),
            Value::String(text) => {
                validate::max_text(path, text, if *kind == Kind::Url { MAX_URL } else { MAX_LINE })?;
                Input::Line(Some(text.clone()).filter(|text| !text.is_empty()))
            }
            other => return Err(path.should("a string or `null`", Some(other))),
        },
        Kind::Relation => Input::Relation(
            items()?
                .iter()
                .enumerate()
                .map(|(at, item)| Fields::of(item, path.at(at))?.uuid("id"))
                .collect::<Result<_, _>>()?,
        ),
        Kind::Verification if !payload.is_null() => Input::Raw(check_verification(payload, path)?),
        Kind::Place if !payload.is_null() => Input::Raw(place::check(&Fields::of(payload, path.clone())?)?),
        _ => Input::Raw(payload.clone()),
    })
}

fn check_verification(payload: &Value, path: &Path) -> Result<Value, Refusal> {
    let fields = Fields::of(payload, path.clone())?;
    fields.only(&["state", "date", "verified_by"])?;
    let state = fields.word("state", &["verified", "unverified"])?;
    let date = match fields.get("date") {
        None | Some(Value::Null) => None,
        Some(_) => Some(DateValue::check(&fields.object("date")?)?.to_json()),
    };
    Ok(json!({"state": state, "date": date, "verified_by": null}))
}

fn check_choice(fields: &Fields<'_>) -> Result<ChoiceInput, Refusal> {
    fields.only(&["id", "name", "color", "description"])?;
    let text = |key: &str| fields.optional_string(key).map(|text| text.map(str::to_owned));
    let choice = ChoiceInput {
        id: text("id")?,
        name: text("name")?,
        color: None,
    };
    let color = fields
        .optional_enum("color", &color::OPTION_COLORS)?
        .map(str::to_owned);
    if choice.id.is_none() && choice.name.is_none() {
        return Err(fields.place("name").should("defined", None));
    }
    Ok(ChoiceInput { color, ..choice })
}

fn check_person(item: &Value, path: Path) -> Result<Person, Refusal> {
    let fields = Fields::of(item, path)?;
    let id = fields.uuid("id")?;
    let group = fields.get("object").and_then(Value::as_str) == Some("group");
    let name = match fields.get("name") {
        None | Some(Value::Null) => None,
        Some(_) => Some(fields.string("name")?),
    };
    Ok(Person {
        id,
        seeded: group.then(|| json!({"object": "group", "id": id, "name": name})),
    })
}

fn check_file(item: &Value, path: Path) -> Result<Value, Refusal> {
    let fields = Fields::of(item, path)?;
    fields.only(&["name", "type", "external", "file", "file_upload"])?;
    let name = fields.optional_string("name")?;
    if let Some(upload) = fields.optional_object("file_upload")? {
        let mut file = upload::reference(upload.uuid("id")?);
        if let Some(name) = name {
            file["name"] = json!(name);
        }
        return Ok(file);
    }
    let name = name.ok_or_else(|| fields.place("name").should("defined", None))?;
    if let Some(file) = fields.optional_object("file")? {
        let url = file.string("url")?;
        let payload = json!({"url": url, "expiry_time": file.get("expiry_time")});
        return Ok(json!({"name": name, "type": "file", "file": payload}));
    }
    let external = fields.object("external")?;
    let url = external.string("url")?;
    validate::max_text(&external.place("url"), url, MAX_URL)?;
    Ok(json!({"name": name, "type": "external", "external": {"url": url}}))
}

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
