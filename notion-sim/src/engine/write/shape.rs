//! The shape of the cells in a request, which is checked without looking at any schema.

use serde_json::{Number, Value, json};
use uuid::Uuid;

use crate::engine::date::DateValue;
use crate::engine::kind::Kind;
use crate::engine::place;
use crate::engine::rich_text::{self, Item};
use crate::engine::value::{self, Person};
use crate::engine::{color, upload};
use crate::refusal::Refusal;
use crate::validate::{self, Fields, Path};

/// The longest e-mail address or phone number.
const MAX_LINE: usize = 200;

/// One property of a request whose shape is right.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(super) key: String,
    pub(super) kind: Kind,
    pub(super) input: Input,
}

/// What a cell shall hold, by kind.
#[derive(Debug, Clone)]
pub(super) enum Input {
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

/// An option as a request names it: by id, by name, or both.
#[derive(Debug, Clone)]
pub(super) struct ChoiceInput {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) color: Option<String>,
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
        Kind::MultiSelect => Input::Choices(each(payload, path, |item, path| {
            check_choice(&Fields::of(item, path)?)
        })?),
        Kind::Date if payload.is_null() => Input::Date(None),
        Kind::Date => Input::Date(Some(DateValue::check(&Fields::of(payload, path.clone())?)?)),
        Kind::People => Input::People(each(payload, path, check_person)?),
        Kind::Files => Input::Files(each(payload, path, check_file)?),
        Kind::Checkbox => Input::Checkbox(
            payload
                .as_bool()
                .ok_or_else(|| path.should("a boolean", Some(payload)))?,
        ),
        Kind::Url | Kind::Email | Kind::PhoneNumber => match payload {
            Value::Null => Input::Line(None),
            Value::String(text) => {
                validate::max_text(
                    path,
                    text,
                    if *kind == Kind::Url {
                        validate::MAX_URL
                    } else {
                        MAX_LINE
                    },
                )?;
                Input::Line(Some(text.clone()).filter(|text| !text.is_empty()))
            }
            other => return Err(path.should("a string or `null`", Some(other))),
        },
        Kind::Relation => Input::Relation(each(payload, path, |item, path| {
            Fields::of(item, path)?.uuid("id")
        })?),
        Kind::Verification if !payload.is_null() => Input::Raw(check_verification(payload, path)?),
        Kind::Place if !payload.is_null() => Input::Raw(place::check(&Fields::of(payload, path.clone())?)?),
        _ => Input::Raw(payload.clone()),
    })
}

/// Checks a list, item by item.
fn each<T>(
    payload: &Value,
    path: &Path,
    check: impl Fn(&Value, Path) -> Result<T, Refusal>,
) -> Result<Vec<T>, Refusal> {
    let items = payload
        .as_array()
        .ok_or_else(|| path.should("an array", Some(payload)))?;
    validate::max_length(path, items.len())?;
    items
        .iter()
        .enumerate()
        .map(|(at, item)| check(item, path.at(at)))
        .collect()
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
    validate::max_text(&external.place("url"), url, validate::MAX_URL)?;
    Ok(json!({"name": name, "type": "external", "external": {"url": url}}))
}
