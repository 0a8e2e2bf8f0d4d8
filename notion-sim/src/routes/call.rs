//! One request to the API while it is being answered.

use std::cell::RefCell;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::connection::Registration;
use crate::core::Core;
use crate::engine::access::Caller;
use crate::engine::column::{self, Column};
use crate::engine::container::{DataSource, Database};
use crate::engine::expression::Form;
use crate::engine::id;
use crate::engine::page::Page;
use crate::engine::reader::Reader;
use crate::engine::value::{self, Detail};
use crate::engine::view::View;
use crate::engine::workspace::Workspace;
use crate::exposure;
use crate::oauth::TokenUse;
use crate::refusal::Refusal;
use crate::request::Request;
use crate::state::State;
use crate::validate::{self, Fields, Path};
use crate::version::{self, Version};

impl Caller {
    /// Who has this token.
    ///
    /// # Errors
    ///
    /// 401 for a header in another format, and for a token that was never given out or is no longer good.
    pub(super) fn authenticate(core: &Core, state: &State, request: &Request) -> Result<Self, Refusal> {
        let Some(header) = request.authorization.as_deref() else {
            return Err(Refusal::token());
        };
        let mut words = header.split_whitespace();
        let scheme = words.next().unwrap_or_default();
        let (Some(token), None, true) = (words.next(), words.next(), scheme.eq_ignore_ascii_case("bearer"))
        else {
            let format = "Authorization header must use the format \"Bearer <token>\".";
            return Err(Refusal::new(401, "unauthorized", format));
        };
        let bot = bot_of(core, state, token).ok_or_else(Refusal::token)?;
        let installation = state.installation(bot).ok_or_else(Refusal::token)?;
        let connection = state
            .connection(&installation.connection)
            .ok_or_else(Refusal::token)?;
        let space = state
            .space_at(installation.workspace)
            .ok_or_else(Refusal::token)?;
        Ok(Self {
            bot,
            space,
            access: installation.access.clone(),
            owner: installation.user.filter(|_| !connection.owned_by_workspace),
            capabilities: connection.capabilities,
        })
    }
}

/// The bot that a token stands for, as long as the token is good.
fn bot_of(core: &Core, state: &State, token: &str) -> Option<Uuid> {
    if core.tokens.iter().any(|own| own == token) {
        return Some(state.home().bot);
    }
    let now = core.clock.now();
    let own = |connection: &&Arc<Registration>| connection.accepts(token, now);
    if let Some(connection) = state.connections.iter().find(own) {
        let mut installations = state.installations.iter();
        let installation = installations.find(|known| known.connection == connection.id)?;
        return Some(installation.bot);
    }
    let live = state.oauth.tokens.live(token, now)?;
    (live.usage == TokenUse::Access).then_some(live.bot)
}

/// A request with everything needed to answer it.
pub(super) struct Call<'a> {
    pub(super) core: &'a Core,
    pub(super) state: &'a mut State,
    pub(super) request: &'a Request,
    /// The variable segments of the path.
    pub(super) params: Vec<&'a str>,
    pub(super) caller: Caller,
    pub(super) version: Version,
    pub(super) now: Timestamp,
    /// The status of the answer, unless the request is refused.
    pub(super) status: u16,
    /// What [`note`](Self::note) took down.
    pub(super) notes: RefCell<Vec<String>>,
}

impl Call<'_> {
    /// Tells the developer something that no answer of Notion's would say. It stands in the journal beside the request.
    pub(super) fn note(&self, sentence: String) {
        self.notes.borrow_mut().push(sentence);
    }

    /// The workspace.
    pub(super) fn workspace(&self) -> &Workspace {
        self.state.space(self.caller.space)
    }

    /// The workspace, to change it.
    pub(super) fn workspace_mut(&mut self) -> &mut Workspace {
        self.state.space_mut(self.caller.space)
    }

    /// What cells are read with in this request.
    pub(super) fn reader(&self) -> Reader<'_> {
        Reader::new(self.workspace(), self.now).noting(&self.notes)
    }

    /// The record id in the path. `name` is what messages call it: `page_id`.
    pub(super) fn id(&self, name: &str) -> Result<Uuid, Refusal> {
        self.id_at(0, name)
    }

    /// The record id at a later place in the path.
    pub(super) fn id_at(&self, at: usize, name: &str) -> Result<Uuid, Refusal> {
        let text = self.params.get(at).copied().unwrap_or_default();
        let text = id::decode(text);
        id::parse(&text).ok_or_else(|| {
            Path::address()
                .key(name)
                .should("a valid uuid", Some(&json!(text)))
        })
    }

    /// The 404 for a record that is not there or not shared.
    pub(super) fn missing(&self, what: &str, id: Uuid) -> Refusal {
        self.caller.missing(self.workspace(), what, id)
    }

    /// Whether the caller may see a record.
    pub(super) fn sees(&self, id: Uuid) -> bool {
        self.caller.access.sees(self.workspace(), id)
    }

    /// A page the caller may see.
    pub(super) fn page(&self, id: Uuid) -> Result<&Page, Refusal> {
        self.workspace()
            .pages
            .get(&id)
            .filter(|_| self.sees(id))
            .ok_or_else(|| self.missing("page", id))
    }

    /// A database the caller may see.
    pub(super) fn database(&self, id: Uuid) -> Result<&Database, Refusal> {
        self.workspace()
            .databases
            .get(&id)
            .filter(|_| self.sees(id))
            .ok_or_else(|| self.missing("database", id))
    }

    /// A data source the caller may see.
    pub(super) fn data_source(&self, id: Uuid) -> Result<&DataSource, Refusal> {
        self.workspace()
            .data_sources
            .get(&id)
            .filter(|_| self.sees(id))
            .ok_or_else(|| self.missing("data_source", id))
    }

    /// A view the caller may see.
    pub(super) fn view(&self, id: Uuid) -> Result<&View, Refusal> {
        self.workspace()
            .views
            .get(&id)
            .filter(|_| self.sees(id))
            .ok_or_else(|| self.missing("view", id))
    }

    /// The data source of a database that has just one.
    ///
    /// # Errors
    ///
    /// 404 for a database that the caller does not see, or that only shows data sources of others, and 400 for one with
    /// several data sources.
    pub(super) fn only_source(&self, database: Uuid) -> Result<&DataSource, Refusal> {
        match self.database(database)?.data_sources[..] {
            [only] => self
                .data_source(only)
                .map_err(|_| self.missing("database", database)),
            [] => Err(self.missing("database", database)),
            ref many => Err(Refusal::many_sources(database, many)),
        }
    }

    /// Takes out of an answer what the caller may not see, and puts it into the shape of the caller's version.
    pub(super) fn adapt(&self, answer: &mut Value) {
        if let Value::Object(answer) = answer {
            exposure::adapt(answer, self.caller.capabilities, self.caller.bot);
        }
        version::adapt(answer, self.version);
    }

    /// Answers with a task instead of what came out.
    pub(super) fn later(&mut self, operation: &'static str, mut outcome: Result<Value, Refusal>) -> Value {
        if let Ok(answer) = &mut outcome {
            self.adapt(answer);
        }
        self.status = 202;
        let (origin, bot) = (&self.request.origin, self.caller.bot);
        self.state.tasks.add(origin, bot, operation, outcome, self.now)
    }

    /// Lets the caller see a record that it made outside of everything shared with it.
    pub(super) fn share_with_caller(&mut self, id: Uuid) {
        self.caller.access.share(id);
        self.state.share(&[self.caller.bot], id, true);
    }

    /// Which properties the query string asks for. All, where it asks for none.
    ///
    /// # Errors
    ///
    /// A property that `columns` does not have.
    pub(super) fn wanted(&self, columns: Option<&[Column]>) -> Result<Wanted, Refusal> {
        let keys = self.request.query_list("filter_properties");
        if keys.is_empty() {
            return Ok(Wanted::All);
        }
        let lone = [Column::title("title")];
        let columns = columns.unwrap_or(&lone);
        let find = |key: &&str| {
            column::find(columns, key)
                .map(|column| column.id.to_string())
                .ok_or_else(|| Refusal::invalid(format!("Could not find property with name or id: {key}")))
        };
        Ok(Wanted::Only(keys.iter().map(find).collect::<Result<_, _>>()?))
    }

    /// A page as the answer shows it.
    pub(super) fn show(&self, reader: &Reader<'_>, page: &Page, wanted: &Wanted) -> Value {
        let page = self.caller.access.view(self.workspace(), page);
        page.to_json(self.workspace(), |column| {
            let read = || value::read(reader, &page, column, Detail::Answer);
            wanted.has(column).then(read)
        })
    }

    /// A data source as the answer shows it: without relations to data sources that the caller may not see.
    pub(super) fn show_source(&self, source: &DataSource) -> Value {
        let workspace = self.workspace();
        let mut shown = source.to_json(workspace, Form::at(self.now));
        if let Some(properties) = shown.get_mut("properties").and_then(Value::as_object_mut) {
            let hidden = |column: &&Column| self.caller.access.hides(workspace, column);
            for column in source.columns.iter().filter(hidden) {
                properties.shift_remove(&column.name);
            }
        }
        shown
    }

    /// Start cursor and page size of a list that is asked for by GET.
    pub(super) fn paging(&self) -> Result<(Option<Uuid>, usize), Refusal> {
        let size = self.paging_size()?;
        let cursor = self.request.query("start_cursor").map(|text| {
            id::parse(text).ok_or_else(|| {
                Path::query()
                    .key("start_cursor")
                    .should("a valid uuid or `undefined`", Some(&json!(text)))
            })
        });
        Ok((cursor.transpose()?, size))
    }

    /// The page size of a list that is asked for by GET. Zero, and whatever is more than the most, mean the most.
    pub(super) fn paging_size(&self) -> Result<usize, Refusal> {
        let most = self.core.max_page_size;
        let Some(text) = self.request.query("page_size") else {
            return Ok(most);
        };
        match text.parse::<usize>() {
            Ok(0) => Ok(most),
            Ok(size) => Ok(size.min(most)),
            Err(_) => Err(Path::query()
                .key("page_size")
                .should("a number or `undefined`", Some(&json!(text)))),
        }
    }

    /// The page size in a body. Zero means the default.
    pub(super) fn body_page_size(&self, body: &Fields<'_>) -> Result<usize, Refusal> {
        let most = self.core.max_page_size;
        let Some(value) = body.get("page_size") else {
            return Ok(most);
        };
        // JSON has one kind of number: 5.0 is 5.
        let whole = value.as_f64().filter(|size| size.fract() == 0.0 && *size >= 0.0);
        let Some(size) = whole else {
            return Err(body
                .place("page_size")
                .should("a number or `undefined`", Some(value)));
        };
        if size > validate::MAX_ITEMS as f64 {
            return Err(body
                .place("page_size")
                .should("≤ `100` or `undefined`", Some(value)));
        }
        Ok(if size == 0.0 {
            most
        } else {
            most.min(size as usize)
        })
    }
}

/// A choice of properties.
#[derive(Debug, Clone)]
pub(super) enum Wanted {
    All,
    Only(Vec<String>),
}

impl Wanted {
    /// Whether a column is among them.
    pub(super) fn has(&self, column: &Column) -> bool {
        match self {
            Self::All => true,
            Self::Only(ids) => ids.iter().any(|id| **id == *column.id),
        }
    }
}

/// One page out of a list of ids: the ids, and the first one that is left over.
///
/// A cursor points at the first item of the next page. `None` where no item has that id.
pub(super) fn cut(ids: &[Uuid], cursor: Option<Uuid>, size: usize) -> Option<(&[Uuid], Option<Uuid>)> {
    let start = match cursor {
        None => 0,
        Some(cursor) => ids.iter().position(|id| *id == cursor)?,
    };
    let end = ids.len().min(start + size);
    Some((&ids[start..end], ids.get(end).copied()))
}

/// The refusal of a cursor that points at nothing in the list.
pub(super) fn bad_cursor(call: &Call<'_>) -> Refusal {
    let cursor = json!(call.request.query("start_cursor"));
    Path::query()
        .key("start_cursor")
        .should("a valid uuid or `undefined`", Some(&cursor))
}

/// The wrapper around results.
pub(super) fn list(results: Vec<Value>, next: Option<&str>, kind: &str) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("object".into(), json!("list"));
    out.insert("results".into(), Value::Array(results));
    let more = next.is_some();
    out.insert("next_cursor".into(), json!(next));
    out.insert("has_more".into(), json!(more));
    out.insert("type".into(), json!(kind));
    out.insert(kind.to_owned(), json!({}));
    out
}
