//! Editing a cell, through the same checks as a request to the API.

use serde_json::{Value, json};
use uuid::Uuid;

use super::super::layout::escape;
use super::{Form, shell, tree};
use crate::core::Core;
use crate::engine::access::Caller;
use crate::engine::column::{self, Column};
use crate::engine::id;
use crate::engine::kind::Kind;
use crate::engine::page::Page;
use crate::engine::parent::Parent;
use crate::engine::reader::Reader;
use crate::engine::value::{self, Detail};
use crate::engine::workspace::Workspace;
use crate::engine::write;
use crate::refusal::Refusal;
use crate::request::{Answer, Request};
use crate::validate::{Fields, Path};
use crate::webhook::Author;

/// How many rows or people can be picked from.
const CHOICES: usize = 200;

/// Whether values of a kind can be edited here.
pub(super) fn can(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Title
            | Kind::RichText
            | Kind::Number
            | Kind::Select
            | Kind::Status
            | Kind::MultiSelect
            | Kind::Date
            | Kind::People
            | Kind::Checkbox
            | Kind::Url
            | Kind::Email
            | Kind::PhoneNumber
            | Kind::Relation
    )
}

/// The form for a cell. `back` is where the browser goes afterwards.
pub(super) fn form(reader: &Reader<'_>, page: &Page, column: &Column, back: &str) -> String {
    let payload = value::read(reader, page, column, Detail::Item);
    format!(
        "<form class=\"inline\" method=\"post\" action=\"/_sim/ui/cell\">\
         <input type=\"hidden\" name=\"page\" value=\"{}\"><input type=\"hidden\" name=\"column\" value=\"{}\">\
         <input type=\"hidden\" name=\"back\" value=\"{}\">{}\
         <button class=\"main\">Save</button><a class=\"soft\" href=\"{}\">Cancel</a></form>",
        page.id,
        escape(&column.id),
        escape(back),
        input(reader.workspace, column, &payload),
        escape(back)
    )
}

fn input(space: &Workspace, column: &Column, payload: &Value) -> String {
    let name = escape(&column.name);
    let field = |kind: &str, text: &str| {
        format!(
            "<input type=\"{kind}\" name=\"value\" value=\"{}\" aria-label=\"{name}\" step=\"any\" autofocus>",
            escape(text)
        )
    };
    let ids = || -> Vec<&str> {
        let items = payload.as_array().into_iter().flatten();
        items.filter_map(|item| item.get("id")?.as_str()).collect()
    };
    match &column.kind {
        Kind::Title | Kind::RichText => {
            let items = payload.as_array().into_iter().flatten();
            let text: String = items
                .filter_map(|item| item.get("plain_text")?.as_str())
                .collect();
            field("text", &text)
        }
        Kind::Number => field(
            "number",
            &payload.as_number().map(ToString::to_string).unwrap_or_default(),
        ),
        Kind::Select | Kind::Status => {
            let chosen = payload.get("name").and_then(Value::as_str).unwrap_or_default();
            let names: Vec<String> = column.options().map(|option| option.name.to_string()).collect();
            let empty = (String::new(), "–".to_owned());
            let options = names.iter().map(|name| (name.clone(), name.clone()));
            select(&name, false, [empty].into_iter().chain(options), &[chosen])
        }
        Kind::MultiSelect => {
            let items = payload.as_array().into_iter().flatten();
            let chosen: Vec<&str> = items.filter_map(|item| item.get("name")?.as_str()).collect();
            let names: Vec<String> = column.options().map(|option| option.name.to_string()).collect();
            select(
                &name,
                true,
                names.iter().map(|name| (name.clone(), name.clone())),
                &chosen,
            )
        }
        Kind::Checkbox => {
            let checked = if payload.as_bool().unwrap_or(false) {
                " checked"
            } else {
                ""
            };
            format!(
                "<input type=\"checkbox\" name=\"value\" value=\"yes\" aria-label=\"{name}\" autofocus{checked}>"
            )
        }
        Kind::Date => {
            let point = |key: &str| payload.get(key).and_then(Value::as_str);
            let text = match (point("start"), point("end")) {
                (Some(start), Some(end)) => format!("{start} → {end}"),
                (Some(start), None) => start.to_owned(),
                _ => String::new(),
            };
            field("text", &text)
        }
        Kind::People => {
            let people = space.user_order.iter().take(CHOICES);
            let options = people.map(|id| (id.to_string(), space.user_name(*id).to_owned()));
            select(&name, true, options, &ids())
        }
        Kind::Relation => {
            let target = column.relation_target().unwrap_or_default();
            let rows = space.rows_of(target).iter().take(CHOICES);
            let options = rows.filter_map(|id| {
                let page = space.pages.get(id).filter(|page| !page.in_trash)?;
                Some((id.to_string(), tree::named(&page.title_text())))
            });
            select(&name, true, options, &ids())
        }
        _ => field("text", payload.as_str().unwrap_or_default()),
    }
}

fn select(
    label: &str,
    multiple: bool,
    options: impl Iterator<Item = (String, String)>,
    chosen: &[&str],
) -> String {
    let options: String = options
        .map(|(value, name)| {
            let selected = if chosen.contains(&value.as_str()) {
                " selected"
            } else {
                ""
            };
            format!(
                "<option value=\"{}\"{selected}>{}</option>",
                escape(&value),
                escape(&name)
            )
        })
        .collect();
    let multiple = if multiple { " multiple size=\"5\"" } else { "" };
    format!("<select name=\"value\" aria-label=\"{label}\" autofocus{multiple}>{options}</select>")
}

/// `POST /_sim/ui/cell`: what was sent by the form. A value that is refused is said on the page it came from.
pub(crate) fn set_cell(core: &Core, request: &Request) -> Answer {
    let form = Form::read(request);
    // Only addresses of this server are gone back to.
    let back = form
        .get("back")
        .filter(|back| back.starts_with("/p/"))
        .unwrap_or("/")
        .to_owned();
    let Err(refusal) = write_cell(core, &form) else {
        return shell::go(&back);
    };
    let (address, anchor) = back
        .split_once('#')
        .map_or((back.as_str(), ""), |(address, anchor)| (address, anchor));
    let separator = if address.contains('?') { '&' } else { '?' };
    shell::go(&format!(
        "{address}{separator}problem={}#{anchor}",
        id::encode(&refusal.message)
    ))
}

fn write_cell(core: &Core, form: &Form) -> Result<(), Refusal> {
    let gone = || Refusal::invalid("This page is not there any more.");
    let page_id = form.get("page").and_then(id::parse).ok_or_else(gone)?;
    let now = core.clock.now();
    let mut state = core.state();
    let at = state
        .spaces
        .iter()
        .position(|space| space.pages.contains_key(&page_id));
    let at = at.ok_or_else(gone)?;
    let space = state.space_mut(at);
    let page = space.pages.get(&page_id).ok_or_else(gone)?;
    let source = match &page.parent {
        Parent::DataSource { data_source, .. } => Some(*data_source),
        _ => None,
    };
    let lone = [Column::title("title")];
    let columns = space.columns_of(page).unwrap_or(&lone);
    let column = form
        .get("column")
        .and_then(|key| column::find(columns, key))
        .ok_or_else(gone)?;
    if space.trashed(page_id) {
        return Err(Refusal::in_trash());
    }
    let properties = json!({&*column.id: {column.kind.name(): payload(&column.kind, form)?}});
    let cells = write::check(&Fields::of(&properties, Path::body().key("properties"))?)?;
    let person = person(space);
    let caller = Caller::everywhere(at, person.unwrap_or(space.bot));
    let schema = source.and_then(|id| space.data_sources.get(&id));
    let plan = write::plan(space, &caller, schema, &cells, now)?;
    plan.apply(space, page_id, source);
    let tick = space.next_tick();
    if let Some(page) = space.pages.get_mut(&page_id) {
        page.touch(caller.bot, now, tick);
    }
    let author = Author {
        id: caller.bot,
        is_bot: person.is_none(),
    };
    core.note_changes(&mut state, author);
    Ok(())
}

/// The person at the browser: the first one of the workspace.
fn person(space: &Workspace) -> Option<Uuid> {
    let is_person = |id: &&Uuid| {
        let user = space.users.get(id);
        user.is_some_and(|user| user.get("type").is_some_and(|kind| kind == "person"))
    };
    space.user_order.iter().find(is_person).copied()
}

/// The value that a form means, as the API takes it.
fn payload(kind: &Kind, form: &Form) -> Result<Value, Refusal> {
    let text = form.get("value").unwrap_or_default().trim();
    let or_null = |value: Value| if text.is_empty() { Value::Null } else { value };
    Ok(match kind {
        Kind::Title | Kind::RichText if text.is_empty() => json!([]),
        Kind::Title | Kind::RichText => json!([{"text": {"content": text}}]),
        Kind::Number | Kind::Date if text.is_empty() => Value::Null,
        Kind::Number => {
            let number: f64 = text
                .parse()
                .map_err(|_| Refusal::invalid(format!("\"{text}\" is not a number.")))?;
            json!(number)
        }
        Kind::Select | Kind::Status => or_null(json!({"name": text})),
        Kind::MultiSelect => form.all("value").map(|name| json!({"name": name})).collect(),
        Kind::People | Kind::Relation => form.all("value").map(|id| json!({"id": id})).collect(),
        Kind::Checkbox => json!(form.get("value").is_some()),
        Kind::Date => match text.split_once('→') {
            Some((start, end)) => json!({"start": start.trim(), "end": end.trim()}),
            None => json!({"start": text}),
        },
        _ => or_null(json!(text)),
    })
}
